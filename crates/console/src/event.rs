use axum::response::sse::Event;
use serde::Serialize;

/// An event that carries JSON, in one line as the format wants it.
pub(crate) fn event(name: &str, data: &impl Serialize) -> Option<Event> {
    Event::default().event(name).json_data(data).ok()
}
