use super::contacts::Contacts;
use super::files::Files;
use super::groups::Groups;
use super::life::Life;
use super::messages::Messages;
use super::presence::Presence;

/// One connection to WhatsApp with one set of keys, and all that can be done with it.
///
/// Ends by [`Life::close`] or [`Life::logout`]; dropping it without is a leak of the
/// socket until the process ends.
pub trait Session: Life + Messages + Presence + Files + Groups + Contacts {}

impl<T: Life + Messages + Presence + Files + Groups + Contacts> Session for T {}
