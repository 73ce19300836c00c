//! Style, scripts and the mark, embedded in the binary. Their address has a hash of all of
//! them in it, so that a browser can keep them for ever and never mixes two versions.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};

const FOR_EVER: &str = "public, max-age=31536000, immutable";

struct Asset {
    name: &'static str,
    kind: &'static str,
    text: &'static str,
}

macro_rules! script {
    ($name:literal) => {
        Asset {
            name: $name,
            kind: "text/javascript; charset=utf-8",
            text: include_str!(concat!("../assets/js/", $name)),
        }
    };
}

static ASSETS: &[Asset] = &[
    Asset {
        name: "siskin.css",
        kind: "text/css; charset=utf-8",
        text: concat!(
            include_str!("../assets/css/tokens.css"),
            include_str!("../assets/css/base.css"),
            include_str!("../assets/css/parts.css"),
            include_str!("../assets/css/link.css"),
            include_str!("../assets/css/console.css"),
            include_str!("../assets/css/desk.css"),
            include_str!("../assets/css/chat.css"),
            include_str!("../assets/css/tail.css"),
            include_str!("../assets/css/bubble.css"),
            include_str!("../assets/css/handset.css"),
        ),
    },
    Asset { name: "mark.svg", kind: "image/svg+xml", text: include_str!("../assets/mark.svg") },
    script!("main.js"),
    script!("chats.js"),
    script!("composer.js"),
    script!("copy.js"),
    script!("countdown.js"),
    script!("dialogs.js"),
    script!("forms.js"),
    script!("handset.js"),
    script!("handset_api.js"),
    script!("handset_bubble.js"),
    script!("handset_compose.js"),
    script!("lists.js"),
    script!("live.js"),
    script!("phones.js"),
    script!("tabs.js"),
    script!("times.js"),
];

/// The folder that the pages take their assets from.
pub(crate) fn folder() -> &'static str {
    static FOLDER: LazyLock<String> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        for asset in ASSETS {
            hash.update(asset.text);
        }
        let version: String =
            hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        format!("/console/assets/{version}")
    });
    &FOLDER
}

/// The mark for browsers that ask for it by its old name.
pub(crate) async fn favicon() -> Response {
    let headers = [(CONTENT_TYPE, "image/x-icon"), (CACHE_CONTROL, "public, max-age=86400")];
    (headers, include_bytes!("../assets/favicon.ico")).into_response()
}

/// One asset. The version is only there to tell addresses apart.
pub(crate) async fn serve(Path((_, name)): Path<(String, String)>) -> Response {
    match ASSETS.iter().find(|asset| asset.name == name) {
        Some(asset) => {
            let headers = [
                (CONTENT_TYPE, asset.kind),
                (CACHE_CONTROL, FOR_EVER),
                (axum::http::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, asset.text).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
