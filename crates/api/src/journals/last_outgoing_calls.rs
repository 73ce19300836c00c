use super::call_rows;
use super::window::{TOO_SHORT, Window};
use crate::call::{Answer, Call, ok};
use crate::description::Description;

pub(crate) async fn handle(call: Call, request: Window) -> Answer {
    ok(call_rows::draw(&call.instance.call_rows(false, request.window()).await?))
}

pub(crate) fn describe() -> Description {
    call_rows::describe_outgoing().refuses(TOO_SHORT)
}
