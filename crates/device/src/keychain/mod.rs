//! The keychain of the operating system as one small port: named secrets of at most 512 bytes.
//!
//! The keychain is what it is: on Linux and Windows every program of the same user reads it. It protects against other
//! people, other users, stolen disks and copied files, never against a program that already runs as this user.

use zeroize::Zeroizing;

#[cfg(target_os = "android")]
mod closed;
mod deadline;
#[cfg(any(test, feature = "testing"))]
pub mod memory;
mod os;
#[cfg(any(test, feature = "testing"))]
pub mod suite;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
#[cfg_attr(target_os = "ios", path = "ios.rs")]
#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(target_os = "android", path = "android.rs")]
mod system;

#[cfg(target_os = "android")]
pub use closed::ClosedKeychain;
pub use os::OsKeychain;
#[cfg(target_os = "android")]
pub(crate) use system::connect_for;

/// A value of the keychain; wiped when dropped, never printed.
pub type Secret = Zeroizing<Vec<u8>>;

/// Longest value in bytes that every store takes (Windows keeps 2,560 bytes of UTF-16 text).
pub const MAX_VALUE: usize = 512;

/// How the names begin of items that are used only with a person there. Where the system can tell, they are closed while
/// its screen is locked; the others are needed by what ends and collects meanwhile, and open from the first unlocking
/// after a start on.
pub const ATTENDED: &str = "pepper.";

/// Why the keychain did not do what it was asked. Each has another remedy; an item that is not there is no error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum KeychainError {
    /// No keychain service runs on this machine (no session bus, no Secret Service).
    #[error("no keychain service on this machine")]
    Missing,
    /// The keychain is locked and nobody can be asked to unlock it.
    #[error("the keychain is locked")]
    Locked,
    /// The system refuses this program.
    #[error("the keychain refuses this program")]
    Denied,
    /// The person closed the question of the keychain.
    #[error("the question of the keychain was closed")]
    Cancelled,
    /// The service runs, but no keychain was ever made in it.
    #[error("the keychain was never set up")]
    NotSetUp,
    /// The service failed, or went away in the middle.
    #[error("the keychain failed")]
    Unavailable,
    /// No answer within the deadline; a question may still be open on the screen.
    #[error("the keychain did not answer in time")]
    TimedOut,
    /// The item is there, but it is not what this program wrote: another program changed or doubled it.
    #[error("an item of the keychain was changed by another program")]
    Altered,
    /// The value is longer than [`MAX_VALUE`] or the name is not one of ours: nothing was sent to the keychain.
    #[error("not a value for the keychain")]
    Unfit,
}

/// What the keychain itself rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protection {
    /// Its file is encrypted under a password.
    Protected,
    /// Its file is readable as it lies: it protects nothing, and the person must be told.
    NoPassword,
    /// This system does not say.
    Unknown,
}

/// Named secrets of one profile of this app.
///
/// Calls block: each runs on its own thread with a deadline inside the implementation, because the question of a
/// keychain can stay open for ever. Names are `[a-z0-9.-]{1,80}`.
pub trait Keychain: Send + Sync {
    /// The value, or `None` when there is no such item.
    ///
    /// # Errors
    /// [`KeychainError`]; never for a missing item.
    fn get(&self, name: &str) -> Result<Option<Secret>, KeychainError>;

    /// Writes or replaces the value.
    ///
    /// # Errors
    /// [`KeychainError`]; the old value may then still be there.
    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError>;

    /// Deletes the item; one that is not there is deleted already.
    ///
    /// # Errors
    /// [`KeychainError`]; the item may then still be there.
    fn delete(&self, name: &str) -> Result<(), KeychainError>;

    /// The names of all items of this profile, in order.
    ///
    /// # Errors
    /// [`KeychainError`].
    fn list(&self) -> Result<Vec<String>, KeychainError>;

    /// Whether the keychain can be used now, and what it rests on.
    ///
    /// # Errors
    /// [`KeychainError`], the same that `get` would give.
    fn state(&self) -> Result<Protection, KeychainError>;
}

impl<K: Keychain + ?Sized> Keychain for std::sync::Arc<K> {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeychainError> {
        (**self).get(name)
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        (**self).set(name, value)
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        (**self).delete(name)
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        (**self).list()
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        (**self).state()
    }
}

/// Refuses names that some store could fold, split or search as a pattern.
pub(crate) fn check_name(name: &str) -> Result<(), KeychainError> {
    let fits = (1..=80).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'-');
    if fits { Ok(()) } else { Err(KeychainError::Unfit) }
}

/// Refuses values longer than every store takes.
pub(crate) fn check_value(value: &[u8]) -> Result<(), KeychainError> {
    if value.len() <= MAX_VALUE { Ok(()) } else { Err(KeychainError::Unfit) }
}
