//! The section "Account" of the reference.

pub(crate) mod get_authorization_code;
pub(crate) mod get_device_info;
pub(crate) mod get_settings;
pub(crate) mod get_state_instance;
pub(crate) mod get_state_instance_history;
pub(crate) mod get_status_instance;
pub(crate) mod get_wa_settings;
mod linking;
pub(crate) mod logout;
pub(crate) mod qr;
pub(crate) mod reboot;
pub(crate) mod scanqrcode;
pub(crate) mod set_settings;
mod settings_member;
mod settings_schema;
pub(crate) mod update_api_token;

pub(crate) use settings_member::{changed_settings, settings};

use siskin_model::{Account, InstanceState, Link};

/// The account that the API shows: none while the instance is not linked.
fn shown_account(link: &Link) -> Option<&Account> {
    let hidden =
        matches!(link.state(), InstanceState::NotAuthorized | InstanceState::PasskeyRequired);
    link.account.as_ref().filter(|_| !hidden)
}
