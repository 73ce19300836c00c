//! How the table calls the function of a method, and learns from its arguments what the
//! method takes.

use futures::future::BoxFuture;

use crate::call::{Answer, Call, PartnerCall};
use crate::error::ApiError;
use crate::request::{Declaration, Request};

/// The first argument of a handler: a call, or what is made of it.
pub(crate) trait FromCall: From<Self::Call> + Send + 'static {
    type Call: Send + 'static;

    /// Refuses a call, whatever is in its body.
    ///
    /// # Errors
    /// Why.
    fn admit(_: &Self::Call) -> Result<(), ApiError> {
        Ok(())
    }
}

impl FromCall for Call {
    type Call = Self;
}

impl FromCall for PartnerCall {
    type Call = Self;
}

/// The function of a method: of a call, and of a request if it takes one.
pub(crate) trait Handle<Arguments> {
    type Call;

    fn handle(self, call: Self::Call) -> BoxFuture<'static, Answer>;

    /// What the method takes.
    fn takes() -> Option<Declaration>;
}

impl<F, C, Answered> Handle<(C,)> for F
where
    F: FnOnce(C) -> Answered + Send + 'static,
    C: FromCall,
    Answered: Future<Output = Answer> + Send + 'static,
{
    type Call = C::Call;

    fn handle(self, call: C::Call) -> BoxFuture<'static, Answer> {
        Box::pin(async move {
            C::admit(&call)?;
            self(C::from(call)).await
        })
    }

    fn takes() -> Option<Declaration> {
        None
    }
}

impl<F, C, R, Answered> Handle<(C, R)> for F
where
    F: FnOnce(C, R) -> Answered + Send + 'static,
    C: FromCall,
    R: Request<C::Call>,
    Answered: Future<Output = Answer> + Send + 'static,
{
    type Call = C::Call;

    fn handle(self, mut call: C::Call) -> BoxFuture<'static, Answer> {
        Box::pin(async move {
            C::admit(&call)?;
            let request = R::receive(&mut call).await?;
            self(C::from(call), request).await
        })
    }

    fn takes() -> Option<Declaration> {
        Some(R::declaration())
    }
}

/// What a function of a method takes.
pub(crate) fn takes<Arguments, H: Handle<Arguments>>(_: H) -> Option<Declaration> {
    H::takes()
}
