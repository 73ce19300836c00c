//! The section "Partner" of the reference: instances themselves. What these methods refuse
//! has the status 200 and a `code` in its body.

pub(crate) mod create_instance;
pub(crate) mod delete_instance_account;
pub(crate) mod get_instances;
