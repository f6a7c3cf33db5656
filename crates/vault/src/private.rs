//! Small things kept in the database that the database key alone does not open.

use device::Secret;
use protocol::encode::{Digest, Lp};
use protocol::key::SigningKey;
use protocol::seal::{self, QueryPublic};
use zeroize::Zeroizing;

use crate::{DatabaseError, Unlocked, Vault, wrap};

/// Why something private cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrivateError {
    /// No viewing password was chosen yet.
    #[error("no viewing password was chosen yet")]
    NoVault,
    /// Another key, or altered bytes.
    #[error("does not open")]
    DoesNotOpen,
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

fn identity_key(device: &SigningKey) -> Zeroizing<[u8; 32]> {
    wrap::mac(&device.seed(), Lp::new("mingxia/identity-wrap/v1"))
}

fn identity_place(device: &SigningKey) -> Vec<u8> {
    Lp::new("mingxia/identity/v1").text(&device.kid().to_string()).finish()
}

/// Seals name, ID and mobile, needed for asking, under the device key: gone with it.
///
/// # Errors
/// [`PrivateError::DoesNotOpen`] when it cannot be sealed.
pub fn seal_identity(device: &SigningKey, plain: &[u8]) -> Result<Secret, PrivateError> {
    wrap::lock_up(&identity_key(device), &identity_place(device), plain)
        .map(Zeroizing::new)
        .map_err(|_| PrivateError::DoesNotOpen)
}

/// Opens what [`seal_identity`] made.
///
/// # Errors
/// [`PrivateError::DoesNotOpen`].
pub fn open_identity(device: &SigningKey, sealed: &[u8]) -> Result<Secret, PrivateError> {
    wrap::open_up(&identity_key(device), &identity_place(device), sealed).map_err(|_| PrivateError::DoesNotOpen)
}

fn purpose(name: &str) -> Vec<u8> {
    Lp::new("mingxia/private/v1").text(name).finish()
}

impl Vault {
    /// Seals something to the vault key (a note without card data, keys of opt-in fingerprints): written without the
    /// password, read only with it.
    ///
    /// # Errors
    /// [`PrivateError`].
    pub fn seal_private(&self, name: &str, plain: &[u8]) -> Result<Vec<u8>, PrivateError> {
        let wrap = self.database.read(|read| read.wraps().in_force())?.ok_or(PrivateError::NoVault)?;
        let public = QueryPublic::from_bytes(&wrap.vault_public).map_err(|_| PrivateError::DoesNotOpen)?;
        seal::seal(&public, &purpose(name), plain).map_err(|_| PrivateError::DoesNotOpen)
    }
}

impl Unlocked {
    /// Opens what [`Vault::seal_private`] made for the same name.
    ///
    /// # Errors
    /// [`PrivateError::DoesNotOpen`].
    pub fn open_private(&self, name: &str, sealed: &[u8]) -> Result<Secret, PrivateError> {
        seal::open(&self.vault_key().decapsulation_key(), &purpose(name), sealed).map_err(|_| PrivateError::DoesNotOpen)
    }
}

/// A keyed fingerprint: whoever holds the key sees whether two things are the same, and nobody sees anything else.
#[must_use]
pub fn fingerprint(key: &[u8; 32], of: Lp) -> Digest {
    Digest::from_bytes(*wrap::mac(key, of))
}
