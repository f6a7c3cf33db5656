//! Linux: the Secret Service of the session bus (GNOME Keyring, KWallet and others).

use std::env;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use keyring::CredentialStore;
use secret_service::EncryptionType;
use secret_service::blocking::SecretService;
use zbus_secret_service_keyring_store::Store;

use super::{KeychainError, Protection};

/// Nothing beside the name: items go to the default collection.
pub(super) const fn modifiers(_name: &str) -> &'static [(&'static str, &'static str)] {
    &[]
}

/// Finds the items of `profile`.
pub(super) fn search_spec(profile: &str) -> Vec<(&'static str, String)> {
    vec![("service", profile.to_owned())]
}

/// One connection that keeps secrets and one that asks about locks; both end together.
pub(super) struct Link {
    store: Arc<Store>,
    probe: SecretService<'static>,
}

/// Connects to the session bus and its Secret Service.
pub(super) fn connect() -> Result<Link, KeychainError> {
    let probe = SecretService::connect(EncryptionType::Plain).map_err(|error| match error {
        // Without a bus the connection itself fails.
        secret_service::Error::Zbus(_) => KeychainError::Missing,
        error => told(&error),
    })?;
    let store = Store::new().map_err(|error| classify(&error))?;
    Ok(Link { store, probe })
}

impl Link {
    pub(super) fn store(&self) -> Arc<CredentialStore> {
        Arc::<Store>::clone(&self.store)
    }

    /// Whether an item that is not found is really missing: without a default collection nothing is found, and that
    /// proves nothing. A locked one is refused unless the person may be asked.
    pub(super) fn ready(&self, asks: bool) -> Result<(), KeychainError> {
        let collection = self.probe.get_default_collection().map_err(|error| told(&error))?;
        let locked = collection.is_locked().map_err(|error| told(&error))?;
        match (locked, asks) {
            (false, _) => return Ok(()),
            (true, false) => return Err(KeychainError::Locked),
            (true, true) if screen() => return Ok(()),
            (true, true) => {}
        }
        // Without a screen no prompter can ask; only a keyring without password unlocks.
        collection.unlock().map_err(|error| match error {
            secret_service::Error::Prompt => KeychainError::Locked,
            error => told(&error),
        })
    }

    pub(super) fn classify(&self, error: &keyring::Error) -> KeychainError {
        classify(error)
    }

    /// GNOME Keyring writes a collection without password as plain text; others do not say.
    pub(super) fn protection(&self) -> Protection {
        let Ok(collection) = self.probe.get_default_collection() else { return Protection::Unknown };
        let path = collection.collection_path.as_str();
        let Some(id) = path.rsplit('/').next().filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric())) else {
            return Protection::Unknown;
        };
        let Some(folder) = data_home() else { return Protection::Unknown };
        match fs::read(folder.join("keyrings").join(format!("{id}.keyring"))) {
            Ok(bytes) if bytes.starts_with(b"GnomeKeyring\n") => Protection::Protected,
            Ok(bytes) if bytes.starts_with(b"[keyring]") => Protection::NoPassword,
            Ok(_) | Err(_) => Protection::Unknown,
        }
    }
}

fn screen() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn data_home() -> Option<PathBuf> {
    let set = env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    set.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/share")))
}

fn classify(error: &keyring::Error) -> KeychainError {
    match error {
        keyring::Error::NoStorageAccess(cause) | keyring::Error::PlatformFailure(cause) => {
            cause.downcast_ref::<secret_service::Error>().map_or(KeychainError::Unavailable, told)
        }
        keyring::Error::Ambiguous(_) | keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
            KeychainError::Altered
        }
        keyring::Error::TooLong(..) | keyring::Error::Invalid(..) => KeychainError::Unfit,
        // keyring::Error is open (`non_exhaustive`); whatever else a store says is a failure of the store.
        _ => KeychainError::Unavailable,
    }
}

fn told(error: &secret_service::Error) -> KeychainError {
    match error {
        secret_service::Error::Unavailable => KeychainError::Missing,
        secret_service::Error::Locked => KeychainError::Locked,
        secret_service::Error::NoResult => KeychainError::NotSetUp,
        secret_service::Error::Prompt => KeychainError::Cancelled,
        secret_service::Error::ZbusFdo(_)
        | secret_service::Error::Zbus(_)
        | secret_service::Error::Zvariant(_)
        | secret_service::Error::Crypto(_)
        | secret_service::Error::PromptDisconnected => KeychainError::Unavailable,
        // Open in secret-service 5 (`non_exhaustive`).
        _ => KeychainError::Unavailable,
    }
}
