//! Android: preferences encrypted under a key of the Android Keystore.
//! Written after the store's documentation and type-checked; not yet run there.

use std::sync::Arc;

use android_native_keyring_store::Store;
use keyring::CredentialStore;

use super::{KeychainError, Protection};

/// The store takes no modifiers.
pub(super) const MODIFIERS: &[(&str, &str)] = &[];

/// Finds the items of `profile`.
pub(super) fn search_spec(profile: &str) -> Vec<(&'static str, String)> {
    vec![("service", profile.to_owned())]
}

/// The store; it needs the context that the window's activity provides.
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

    /// The key is hardware-bound where the device has such hardware; that is not told here.
    pub(super) fn protection(&self) -> Protection {
        Protection::Unknown
    }
}

fn classify(error: &keyring::Error) -> KeychainError {
    match error {
        keyring::Error::NoStorageAccess(_) => KeychainError::Denied,
        keyring::Error::Ambiguous(_) | keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
            KeychainError::Altered
        }
        keyring::Error::TooLong(..) | keyring::Error::Invalid(..) => KeychainError::Unfit,
        // keyring::Error is open (`non_exhaustive`).
        _ => KeychainError::Unavailable,
    }
}
