//! The open lock: holds the vault key, on a page of its own, until it is dropped.

use std::sync::Arc;

use device::key_page::KeyPage;
use protocol::seal::QuerySeed;
use zeroize::Zeroizing;

use crate::{Locked, Password, UnlockRefusal, Vault, VaultError};

/// The open lock. Dropping it wipes the key.
pub struct Unlocked {
    vault: Arc<Vault>,
    key: KeyPage,
}

/// Why the viewing password was not changed; the old one still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefusal {
    /// The old password was not given; this counts as a try.
    #[error(transparent)]
    Old(#[from] UnlockRefusal),
    /// The new one could not be kept.
    #[error(transparent)]
    New(#[from] VaultError),
}

impl Unlocked {
    pub(crate) fn new(vault: Arc<Vault>, key: &Zeroizing<[u8; 32]>) -> Self {
        Self { vault, key: KeyPage::new(**key) }
    }

    /// The profile.
    #[must_use]
    pub fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    pub(crate) fn vault_key(&self) -> QuerySeed {
        QuerySeed::from_bytes(*self.key.key())
    }

    /// Wipes the key.
    #[must_use]
    pub fn lock(self) -> Locked {
        Locked::new(Arc::clone(&self.vault))
    }

    /// Another viewing password for the same vault key; a crash leaves exactly one of the two valid.
    ///
    /// # Errors
    /// [`ChangeRefusal`].
    pub fn change_password(&self, old: &Password, new: &Password) -> Result<(), ChangeRefusal> {
        let held = self.vault.try_password(old)?;
        Ok(self.vault.wrap_anew(&QuerySeed::from_bytes(*held), new)?)
    }
}
