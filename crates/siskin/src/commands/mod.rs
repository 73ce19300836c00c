//! What each subcommand does.

pub(crate) mod doctor;
pub(crate) mod healthcheck;
pub(crate) mod instance;
pub(crate) mod link;
pub(crate) mod serve;
