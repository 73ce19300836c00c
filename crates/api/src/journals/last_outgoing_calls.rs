use super::{call_rows, window};
use crate::call::{Answer, Call, ok};
use crate::openapi::Description;

pub(crate) async fn handle(call: Call) -> Answer {
    let instance = call.instance.clone();
    let window = window::read(call).await?;
    ok(call_rows::draw(&instance.call_rows(false, window).await?))
}

pub(crate) fn describe() -> Description {
    window::describe(call_rows::describe_outgoing())
        .refuses("Validation failed. Details: 'minutes' must be greater than or equal to 1")
}
