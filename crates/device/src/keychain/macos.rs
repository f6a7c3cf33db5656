//! macOS: the login keychain.
//! Written after the store's documentation and type-checked; not yet run there.

use std::sync::Arc;

use apple_native_keyring_store::keychain::Store;
use keyring::CredentialStore;

use super::{KeychainError, Protection};

/// The login keychain is the default.
pub(super) const fn modifiers(_name: &str) -> &'static [(&'static str, &'static str)] {
    &[]
}

/// Finds the items of `profile`.
pub(super) fn search_spec(profile: &str) -> Vec<(&'static str, String)> {
    vec![("service", profile.to_owned())]
}

/// The store; macOS connects by itself.
pub(super) struct Link(Arc<Store>);

/// Opens the store.
pub(super) fn connect() -> Result<Link, KeychainError> {
    Store::new().map(Link).map_err(|error| classify(&error))
}

impl Link {
    pub(super) fn store(&self) -> Arc<CredentialStore> {
        Arc::<Store>::clone(&self.0)
    }

    pub(super) fn ready(&self, _asks: bool) -> Result<(), KeychainError> {
        Ok(())
    }

    pub(super) fn classify(&self, error: &keyring::Error) -> KeychainError {
        classify(error)
    }

    /// The login keychain is encrypted under the login password.
    pub(super) fn protection(&self) -> Protection {
        Protection::Protected
    }
}

/// Codes of Security.framework (`SecBase.h`).
fn classify(error: &keyring::Error) -> KeychainError {
    match error {
        keyring::Error::NoStorageAccess(cause) | keyring::Error::PlatformFailure(cause) => {
            match cause.downcast_ref::<security_framework::base::Error>().map(|error| error.code()) {
                Some(-128) => KeychainError::Cancelled,
                Some(-25293 | -61 | -34018) => KeychainError::Denied,
                Some(-25308) => KeychainError::Locked,
                Some(-25294 | -25295 | -25307) => KeychainError::NotSetUp,
                Some(-25291) => KeychainError::Missing,
                Some(_) | None => KeychainError::Unavailable,
            }
        }
        keyring::Error::Ambiguous(_) | keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
            KeychainError::Altered
        }
        keyring::Error::TooLong(..) | keyring::Error::Invalid(..) => KeychainError::Unfit,
        // keyring::Error is open (`non_exhaustive`).
        _ => KeychainError::Unavailable,
    }
}
