//! The one entry of every request for a method: splits the path and checks, in this order,
//! its shape, the number, the token, the method and its verb, the rate. The body is the
//! method's own business.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method as Verb, StatusCode, header};
use siskin_green_api::refusals;
use siskin_model::{InstanceId, WrongToken};
use tracing::Instrument as _;

use crate::call::{Answer, Call, JsonObject, PartnerCall};
use crate::context::Context;
use crate::error::ApiError;
use crate::methods::{self, Handler, Method, Surface};
use crate::missing;
use crate::path::{InstancePath, PartnerPath, Target};
use crate::telemetry;

/// How long a browser may remember what a preflight allowed, in seconds.
const PREFLIGHT_AGE: &str = "86400";

pub(crate) async fn entry(
    State(context): State<Arc<Context>>,
    request: Request,
) -> Result<Response, Infallible> {
    let path = request.uri().path().to_owned();
    let target = Target::of(&path);
    if let Some(pages) = &context.pages
        && has_page(&target, &request)
    {
        return Ok(pages(request).await);
    }
    let started = Instant::now();
    let method = method_of(&target);
    let span = telemetry::span(method, instance_of(&target));
    let mut response = async {
        let response = answer(&context, &target, method, request).await;
        telemetry::finished(method, response.status(), started.elapsed());
        response
    }
    .instrument(span)
    .await;
    allow_every_origin(&mut response);
    Ok(response)
}

/// Where no method is, programs get the vendor's answer, and browsers a page that says so.
fn has_page(target: &Target<'_>, request: &Request) -> bool {
    let is_for_people = match target {
        Target::QrPage { .. } => true,
        Target::Unknown => accepts_html(request),
        Target::Instance(_) | Target::Partner(_) => false,
    };
    is_for_people && *verb(request) == Verb::GET
}

/// Browsers name HTML; what programs send, `*/*`, means anything.
fn accepts_html(request: &Request) -> bool {
    let accepted = request.headers().get_all(header::ACCEPT).iter();
    accepted.filter_map(|value| value.to_str().ok()).any(|value| value.contains("text/html"))
}

/// The verb that a request is handled by: HEAD is GET, of whose answer the server then sends
/// the headers alone.
fn verb(request: &Request) -> &Verb {
    match *request.method() {
        Verb::HEAD => &Verb::GET,
        _ => request.method(),
    }
}

fn method_of(target: &Target<'_>) -> Option<&'static Method> {
    match target {
        Target::Instance(path) => methods::find(Surface::Instance, path.method),
        Target::Partner(path) => methods::find(Surface::Partner, path.method),
        Target::QrPage { .. } | Target::Unknown => None,
    }
}

fn instance_of(target: &Target<'_>) -> Option<u64> {
    match target {
        Target::Instance(path) => path.id().map(InstanceId::get),
        _ => None,
    }
}

async fn answer(
    context: &Arc<Context>,
    target: &Target<'_>,
    method: Option<&'static Method>,
    request: Request,
) -> Response {
    if request.method() == Verb::OPTIONS {
        return preflight(&request);
    }
    match target {
        Target::Instance(path) => {
            let answer = instance_call(context, path, method, request).await;
            answer.unwrap_or_else(|error| {
                let guess = is_guess(&error).then_some(Extension(WrongToken::Instance));
                (guess, error.into_response(&path.to_string(), context.now())).into_response()
            })
        }
        Target::Partner(path) => {
            let answer = partner_call(context, path, method, request).await;
            answer.unwrap_or_else(|error| {
                let guess = is_guess(&error).then_some(Extension(WrongToken::Partner));
                (guess, error.into_partner_response(&path.to_string(), context.now()))
                    .into_response()
            })
        }
        Target::QrPage { .. } | Target::Unknown => StatusCode::NOT_FOUND.into_response(),
    }
}

fn is_guess(error: &ApiError) -> bool {
    matches!(error, ApiError::WrongToken)
}

async fn instance_call(
    context: &Arc<Context>,
    path: &InstancePath<'_>,
    method: Option<&'static Method>,
    request: Request,
) -> Answer {
    let Some(id) = path.id() else { return Err(no_number(method)) };
    let Some(instance) = context.fleet.get(id) else { return Err(not_there(context, id).await) };
    if !instance.token().matches(path.token) {
        return Err(ApiError::WrongToken);
    }
    let method = method
        .filter(|method| method.verb == verb(&request))
        .filter(|method| method.takes_tail() || path.tail.is_none())
        .ok_or_else(|| no_method(context, path.method))?;
    if !context.limits.allow(method.name(), Some(id)) {
        return Err(ApiError::TooManyRequests);
    }
    let Handler::Instance(handle) = method.handler else { return Err(ApiError::UnknownMethod) };
    let (token, tail) = (path.token.to_owned(), path.tail.map(str::to_owned));
    let (name, context) = (method.name(), context.clone());
    let members = JsonObject::new();
    handle(Call { method: name, context, instance, token, tail, members, request }).await
}

/// Of a deleted instance nothing is known that a token could be compared with; that it is
/// deleted is told to whoever asks.
async fn not_there(context: &Context, id: InstanceId) -> ApiError {
    match context.fleet.was_deleted(id).await {
        Ok(true) => ApiError::Refused(refusals::DELETED.into()),
        Ok(false) => ApiError::UnknownInstance,
        Err(error) => error.into(),
    }
}

/// A method of the vendor's that is not here says so; everything else is unknown.
fn no_method(context: &Context, name: &str) -> ApiError {
    match missing::find(name) {
        Some(name) => {
            let base_url = context.fleet.base_url();
            ApiError::MissingMethod(context.missed.explain(name, base_url, context.now()))
        }
        None => ApiError::UnknownMethod,
    }
}

/// The vendor documents an answer of its own for `deleteNotification`; elsewhere a number
/// that is none is a wrong one.
fn no_number(method: Option<&Method>) -> ApiError {
    match method {
        Some(method) if method.name() == "deleteNotification" => {
            ApiError::Refused("Parameter idInstance not an integer".into())
        }
        _ => ApiError::UnknownInstance,
    }
}

async fn partner_call(
    context: &Arc<Context>,
    path: &PartnerPath<'_>,
    method: Option<&'static Method>,
    request: Request,
) -> Answer {
    if !context.partner_token.matches(path.token) {
        return Err(ApiError::WrongToken);
    }
    let method =
        method.filter(|method| method.verb == verb(&request)).ok_or(ApiError::UnknownMethod)?;
    if !context.limits.allow(method.name(), None) {
        return Err(ApiError::TooManyRequests);
    }
    let Handler::Partner(handle) = method.handler else { return Err(ApiError::UnknownMethod) };
    handle(PartnerCall { context: context.clone(), request }).await
}

/// Browsers call the API from pages of any origin (specification, section 1.2).
pub(crate) fn allow_every_origin(response: &mut Response) {
    let any = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
}

pub(crate) fn preflight(request: &Request) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    let verbs = HeaderValue::from_static("GET, POST, DELETE, OPTIONS");
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, verbs);
    let age = HeaderValue::from_static(PREFLIGHT_AGE);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, age);
    if let Some(asked) = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
        let varies = HeaderValue::from_static("Access-Control-Request-Headers");
        headers.insert(header::VARY, varies);
    }
    response
}

#[cfg(test)]
mod tests;
