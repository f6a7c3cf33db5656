//! Biometrics of the machine as one small port: a key that its hardware releases to the fingers or the face that were
//! known when it was kept, and to no others.
//!
//! A yes or no of the system is not enough: whoever controls the program could skip it. What is released here is the key
//! itself, which rests in the secure hardware (Android Keystore, Secure Enclave) and is destroyed by it as soon as a
//! finger or a face is added.

use zeroize::Zeroizing;

#[cfg(target_os = "ios")]
mod ios;
#[cfg(any(test, feature = "testing"))]
pub mod memory;

#[cfg(target_os = "ios")]
pub use ios::Enclave;

/// The key that biometrics release; wiped when dropped.
pub type Key = Zeroizing<[u8; 32]>;

/// Why the key was not kept or not released. The viewing password always remains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum BiometricsError {
    /// No such hardware, or nothing it could recognise yet.
    #[error("no biometrics are set up on this machine")]
    NotSetUp,
    /// A finger or a face was added or removed since: the key is gone for good.
    #[error("the biometrics of this machine have changed")]
    Changed,
    /// The person closed the question.
    #[error("the question was closed")]
    Cancelled,
    /// Too many that were not recognised: the system accepts none for a while.
    #[error("the system accepts no biometrics for now")]
    LockedOut,
    /// The system failed, or went away in the middle.
    #[error("the biometrics of this machine failed")]
    Unavailable,
}

/// The biometrics of this machine. Calls block as long as the question stands on the screen.
pub trait Biometrics: Send + Sync {
    /// Whether a key could be kept now. Asks nobody anything.
    fn ready(&self) -> bool;

    /// Keeps a key for the present fingers and faces; replaces the one kept before. What it returns is given back to
    /// [`Biometrics::release`] and is no secret: on some systems it is the key, encrypted by the hardware.
    ///
    /// # Errors
    /// [`BiometricsError`]; nothing is kept then.
    fn keep(&self, key: &Key) -> Result<Vec<u8>, BiometricsError>;

    /// The key, once the person was recognised.
    ///
    /// # Errors
    /// [`BiometricsError`].
    fn release(&self, kept: &[u8]) -> Result<Key, BiometricsError>;

    /// Forgets the key; one that is not there is forgotten already.
    ///
    /// # Errors
    /// [`BiometricsError`]; the key may then still be there.
    fn forget(&self) -> Result<(), BiometricsError>;
}

/// A machine without them, as desktops are to this app.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoBiometrics;

impl Biometrics for NoBiometrics {
    fn ready(&self) -> bool {
        false
    }

    fn keep(&self, _key: &Key) -> Result<Vec<u8>, BiometricsError> {
        Err(BiometricsError::NotSetUp)
    }

    fn release(&self, _kept: &[u8]) -> Result<Key, BiometricsError> {
        Err(BiometricsError::NotSetUp)
    }

    fn forget(&self) -> Result<(), BiometricsError> {
        Ok(())
    }
}
