//! What can go wrong: [`Error`] when the network starts or stores, [`Refusal`] when a
//! virtual phone is asked for something it cannot do.

use std::path::PathBuf;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// Why the simulator could not start or store its state.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data folder or a file in it could not be read or written.
    #[error("cannot use {path}: {source}", path = path.display())]
    Io {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another simulator works in the data folder.
    #[error(
        "the simulator's folder {path} is in use by another process; stop it, or choose another \
         folder",
        path = path.display()
    )]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// A file in the data folder is damaged.
    #[error(
        "{path} cannot be read: {reason}; restore it, or remove the folder to start over",
        path = path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with its content.
        reason: String,
    },
    /// A file in the data folder was written by a later version.
    #[error(
        "{path} was written by a newer version (format {found}, this one reads up to {supported}); \
         use that version, or another folder",
        path = path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format it has.
        found: u32,
        /// The newest format this version reads.
        supported: u32,
    },
    /// A key could not be made or used.
    #[error("cryptography failed: {0}")]
    Crypto(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// A key that could not be made or used, and why.
    pub fn crypto(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Crypto(cause.into())
    }
}

impl From<wacore_libsignal::protocol::CurveError> for Error {
    fn from(error: wacore_libsignal::protocol::CurveError) -> Self {
        Self::crypto(error)
    }
}

/// Why a virtual phone did not do what it was asked: a sentence for the person, and what
/// to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error} {hint}")]
pub struct Refusal {
    /// Which kind of refusal; the phone API answers with the HTTP status of it.
    pub kind: RefusalKind,
    /// What happened.
    pub error: String,
    /// What the person can do.
    pub hint: String,
}

/// The kinds of [`Refusal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The request itself is wrong (HTTP 400).
    Invalid,
    /// The call comes from a page of another origin (HTTP 403).
    Forbidden,
    /// The phone or device does not exist (HTTP 404).
    NotFound,
    /// The request is right, the state of phone or code forbids it (HTTP 409).
    Conflict,
    /// The simulator failed (HTTP 500).
    Internal,
}

impl Refusal {
    /// A refusal of some kind.
    pub fn new(kind: RefusalKind, error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, error: error.into(), hint: hint.into() }
    }

    /// The request itself is wrong.
    pub fn invalid(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(RefusalKind::Invalid, error, hint)
    }

    /// The state of phone or code forbids it.
    pub fn conflict(error: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(RefusalKind::Conflict, error, hint)
    }

    /// There is no such phone.
    pub fn unknown_phone(phone: &str) -> Self {
        Self::new(
            RefusalKind::NotFound,
            format!("There is no virtual phone {phone}."),
            "List the phones with GET /sandbox/phones, or create one with POST /sandbox/phones.",
        )
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::new(RefusalKind::Internal, error.to_string(), "Look at the simulator's log.")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self.kind {
            RefusalKind::Invalid => StatusCode::BAD_REQUEST,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Conflict => StatusCode::CONFLICT,
            RefusalKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let body = json!({ "error": self.error, "hint": self.hint });
        (status, axum::Json(body)).into_response()
    }
}
