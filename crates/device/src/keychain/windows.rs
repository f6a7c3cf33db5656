//! Windows: the Credential Manager, kept on this machine.
//! Written after the store's documentation and type-checked; not yet run there.

use std::sync::Arc;

use keyring::CredentialStore;
use windows_native_keyring_store::Store;

use super::{KeychainError, Protection};

/// The default would roam with the domain profile to other machines.
pub(super) const fn modifiers(_name: &str) -> &'static [(&'static str, &'static str)] {
    &[("persistence", "Local")]
}

/// Finds the items of `profile`: targets read `name.profile`; what else matches is filtered by the caller.
pub(super) fn search_spec(profile: &str) -> Vec<(&'static str, String)> {
    vec![("pattern", format!("{}$", profile.replace('.', "\\.")))]
}

/// The store; Windows connects by itself.
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

    /// Credentials rest on the login; whether it has a password is not told here.
    pub(super) fn protection(&self) -> Protection {
        Protection::Unknown
    }
}

fn classify(error: &keyring::Error) -> KeychainError {
    match error {
        // ERROR_NO_SUCH_LOGON_SESSION: this logon (service, network) has no credential set.
        keyring::Error::NoStorageAccess(_) => KeychainError::Missing,
        keyring::Error::Ambiguous(_) | keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
            KeychainError::Altered
        }
        keyring::Error::TooLong(..) | keyring::Error::Invalid(..) => KeychainError::Unfit,
        // keyring::Error is open (`non_exhaustive`).
        _ => KeychainError::Unavailable,
    }
}
