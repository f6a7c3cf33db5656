//! Android: preferences encrypted under a key of the Android Keystore.
//! Written after the store's documentation and type-checked; not yet run there.

use std::panic::catch_unwind;
use std::sync::Arc;

use android_native_keyring_store::Store;
use jni::JNIEnv;
use jni::objects::JObject;
use keyring::CredentialStore;

use super::{KeychainError, Protection};

/// The store takes no modifiers.
pub(super) const fn modifiers(_name: &str) -> &'static [(&'static str, &'static str)] {
    &[]
}

/// Finds the items of `profile`.
pub(super) fn search_spec(profile: &str) -> Vec<(&'static str, String)> {
    vec![("service", profile.to_owned())]
}

/// The store; the first time in a process it needs the context that the window's activity provides, or [`connect_for`].
pub(super) struct Link(Arc<Store>);

/// Opens the store.
pub(super) fn connect() -> Result<Link, KeychainError> {
    Store::new().map(Link).map_err(|error| classify(&error))
}

/// Opens the store for a process that has no window yet; it stays open for whoever asks in this process. The context is
/// lent for the call alone: the window's library brings its own, and takes a second one for a fault.
///
/// Call it on the main thread, where activities begin, and only before any began.
///
/// # Errors
/// [`KeychainError`].
pub(crate) fn connect_for(env: &JNIEnv<'_>, context: &JObject<'_>) -> Result<(), KeychainError> {
    let unavailable = |_| KeychainError::Unavailable;
    let context = env.new_global_ref(context).map_err(unavailable)?;
    let machine = env.get_java_vm().map_err(unavailable)?;
    #[expect(
        unsafe_code,
        reason = "both stay valid until the context is taken back below, and no other is set meanwhile"
    )]
    unsafe {
        ndk_context::initialize_android_context(machine.get_java_vm_pointer().cast(), context.as_raw().cast());
    }
    let opened = catch_unwind(connect);
    #[expect(unsafe_code, reason = "it was set just above")]
    unsafe {
        ndk_context::release_android_context();
    }
    opened.unwrap_or(Err(KeychainError::Unavailable)).map(drop)
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
