//! A fault of the program in one request: its caller is told, the operator finds it in the
//! log, everybody else goes on.

use std::any::Any;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;

/// What the caller is told.
const TEXT: &str = "internal error: the log of this gateway says more";

/// The application, with a panic in one of its requests answered by 500.
pub(crate) fn caught(app: Router) -> Router {
    app.layer(CatchPanicLayer::custom(answer))
}

fn answer(panic: Box<dyn Any + Send>) -> Response {
    let what = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = what, "a request failed by a fault of this program");
    let status = axum::http::StatusCode::INTERNAL_SERVER_ERROR;
    // Pages of other origins read errors of the API too.
    (status, [("access-control-allow-origin", "*")], TEXT).into_response()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use axum::routing::get;
    use tower::ServiceExt as _;

    async fn get_text(app: &Router, path: &str) -> (u16, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers().contains_key("access-control-allow-origin"), path != "/well");
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1000).await.unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_fault_ends_one_request_and_tells_its_caller_nothing_inside() {
        async fn fault() -> &'static str {
            panic!("a secret inside")
        }
        let app = Router::new().route("/fault", get(fault)).route("/well", get(async || "well"));
        let app = caught(app);
        assert_eq!(get_text(&app, "/fault").await, (500, TEXT.to_owned()));
        assert_eq!(get_text(&app, "/well").await, (200, "well".to_owned()));
    }
}
