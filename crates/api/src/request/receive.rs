use super::declaration::Declaration;
use super::reader::{self, Members};
use super::{form, json};
use crate::call::{Call, PartnerCall};
use crate::error::ApiError;

/// What a handler takes beside the call: members that a [`request!`](super::request) declares,
/// or what a method reads in a way of its own.
pub(crate) trait Request<C>: Sized + Send + 'static {
    /// Reads it from a call.
    ///
    /// # Errors
    /// When it cannot be read, or with everything that is wrong with it.
    fn receive(call: &mut C) -> impl Future<Output = Result<Self, ApiError>> + Send;

    fn declaration() -> Declaration;
}

impl<M: Members> Request<Call> for M {
    async fn receive(call: &mut Call) -> Result<Self, ApiError> {
        if M::is_form() {
            return receive_form(call).await;
        }
        call.members = json::members(call.take_request()).await?;
        reader::read(&call.members, None)
    }

    fn declaration() -> Declaration {
        Declaration::of::<M>()
    }
}

impl<M: Members> Request<PartnerCall> for M {
    async fn receive(call: &mut PartnerCall) -> Result<Self, ApiError> {
        reader::read(&json::members(call.take_request()).await?, None)
    }

    fn declaration() -> Declaration {
        Declaration::of::<M>()
    }
}

/// Reads members that come in a form.
///
/// # Errors
/// When the form cannot be read, or with everything that is wrong with it.
pub(crate) async fn receive_form<M: Members>(call: &mut Call) -> Result<M, ApiError> {
    let declaration = Declaration::of::<M>();
    let (request, texts) = (call.take_request(), declaration.texts());
    let form = form::read(&call.context, &call.instance, request, &texts).await?;
    call.members = form.texts;
    reader::read(&call.members, form.file)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::call::JsonObject;
    use crate::request::{FormFile, file, optional, request, required, text};
    use crate::testing::Api;
    use crate::testing::forms::{Part, form_request};

    request! {
        /// A picture.
        struct Picture {
            group: String = required("groupId", text(100), "The group."),
            about: Option<String> = optional("about", text(100), "What it shows."),
            file: FormFile = file(),
        }
    }

    #[tokio::test]
    async fn a_part_of_a_form_is_read_if_it_is_declared() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let mut call = Call {
            method: "setGroupPicture",
            context: api.context(),
            instance: api.fleet.get(instance.id).unwrap(),
            token: String::new(),
            tail: None,
            members: JsonObject::new(),
            request: form_request(&[
                Part::Text("groupId", "1@g.us"),
                Part::File("about", "about.txt", "text/plain", b"Hello"),
                Part::Text("other", "ignored"),
                Part::File("file", "a.jpg", "image/jpeg", b"a picture"),
            ]),
        };
        let picture = Picture::receive(&mut call).await.unwrap();
        assert_eq!((&*picture.group, picture.about.as_deref()), ("1@g.us", Some("Hello")));
        assert_eq!(picture.file.name.as_str(), "a.jpg");
        assert_eq!(call.members.keys().collect::<Vec<_>>(), ["about", "groupId"]);
    }
}
