//! The account's statement about a device (WhatsApp's "ADV" signatures), as far as public keys
//! tell whether it is right.

use buffa::Message as _;
use waproto::whatsapp as wa;

use crate::keys::public_key;

/// What a signature is about comes first in the signed bytes.
const ACCOUNT_SIGNATURE: &[u8] = &[6, 0];
const DEVICE_SIGNATURE: &[u8] = &[6, 1];

/// Whether `signed` is the account's own statement about the device, countersigned by it.
pub fn is_countersigned(account: &[u8], device: &[u8], signed: &[u8]) -> bool {
    let Ok(statement) = wa::ADVSignedDeviceIdentity::decode_from_slice(signed) else {
        return false;
    };
    let (Ok(account_key), Ok(device_key)) = (public_key(account), public_key(device)) else {
        return false;
    };
    let details = statement.details.as_deref().unwrap_or_default();
    let by_account = [ACCOUNT_SIGNATURE, details, device].concat();
    let by_device = [DEVICE_SIGNATURE, details, device, account].concat();
    let account_signature = statement.account_signature.as_deref().unwrap_or_default();
    let device_signature = statement.device_signature.as_deref().unwrap_or_default();
    account_key.verify_signature(&by_account, account_signature)
        && device_key.verify_signature(&by_device, device_signature)
}
