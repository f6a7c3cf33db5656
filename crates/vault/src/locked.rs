//! The closed lock: one try at a time, each counted before it is made.

use std::sync::Arc;
use std::time::Duration;

use protocol::encode::random;
use protocol::key::Kid;
use protocol::seal::QuerySeed;
use zeroize::Zeroizing;

use crate::item::{self, Item, ItemError};
use crate::tables::outbox::Tell;
use crate::tables::queries::Stage;
use crate::tables::records::Ended;
use crate::tables::wraps::WrapRow;
use crate::tries::{Standing, Tries};
use crate::wrap::UnwrapError;
use crate::{DatabaseError, Password, Unlocked, Vault, VaultError, wrap};

/// Why a try did not unlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnlockRefusal {
    /// Another password.
    #[error("wrong password")]
    Wrong {
        /// Tries left before a wait; 0 means the wait has begun.
        tries_left: u32,
        /// The wait that has begun.
        wait: Option<Duration>,
    },
    /// Too early; this was not counted as a try.
    #[error("wait")]
    Waiting {
        /// What is left.
        remaining: Duration,
    },
    /// No viewing password was chosen.
    #[error("no viewing password was chosen yet")]
    NoPassword,
    /// The pepper or the wrap is missing or altered: no password opens it on this machine any more. Offer the reset;
    /// nothing was destroyed.
    #[error("cannot be opened on this machine any more")]
    CannotBeOpened,
    /// The wrap's parameters are outside of the limits.
    #[error("kdf_parameters")]
    KdfParameters,
    /// The keychain does not answer, or cannot keep the counter: no try was made.
    #[error(transparent)]
    Item(ItemError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// The closed lock; it alone gives an [`Unlocked`].
pub struct Locked {
    vault: Arc<Vault>,
}

impl Locked {
    pub(crate) fn new(vault: Arc<Vault>) -> Self {
        Self { vault }
    }

    /// The profile; asking goes on while reading is locked.
    #[must_use]
    pub fn vault(&self) -> &Arc<Vault> {
        &self.vault
    }

    /// One try. The right password clears the counter and ends what is past its end before anything can be read.
    ///
    /// # Errors
    /// The lock, still closed, and [`UnlockRefusal`].
    pub fn unlock(self, password: &Password) -> Result<Unlocked, (Self, UnlockRefusal)> {
        match self.vault.try_password(password) {
            Ok(key) => Ok(self.opened(&key)),
            Err(refusal) => Err((self, refusal)),
        }
    }

    /// Open from here on; what is past its end goes first.
    pub(crate) fn opened(self, vault_key: &Zeroizing<[u8; 32]>) -> Unlocked {
        // What cannot be ended now is refused at every read all the same.
        let _ = self.vault.sweep();
        Unlocked::new(self.vault, vault_key)
    }

    /// The password was forgotten; the gateway has shown both factors passed and the person confirmed the warning.
    /// All reports end as lost, and a new vault stands under the new password.
    ///
    /// # Errors
    /// [`VaultError`]; repeat it, what was ended stays ended.
    pub fn forgotten(self, password: &Password) -> Result<Self, (Self, VaultError)> {
        match self.vault.reset(password) {
            Ok(()) => Ok(self),
            Err(error) => Err((self, error)),
        }
    }
}

impl Vault {
    /// Counts and makes one try.
    pub(crate) fn try_password(&self, password: &Password) -> Result<Zeroizing<[u8; 32]>, UnlockRefusal> {
        let row = self.in_force()?;
        let tries = Tries::new(&*self.keychain, &*self.clock);
        if let Standing::Waiting { remaining } = tries.standing().map_err(UnlockRefusal::Item)? {
            return Err(UnlockRefusal::Waiting { remaining });
        }
        let (pepper, device) = self.beside(&row)?;
        wrap::check(&row, &pepper, &device).map_err(refusal)?;
        if let Standing::Waiting { remaining } = tries.count().map_err(UnlockRefusal::Item)? {
            return Err(UnlockRefusal::Waiting { remaining });
        }
        match wrap::unwrap(&row, password, &pepper, &device) {
            Ok(key) => {
                // Left uncleared it only costs tries later.
                let _ = tries.clear();
                Ok(key)
            }
            Err(UnwrapError::Wrong) => Err(match tries.standing().map_err(UnlockRefusal::Item)? {
                Standing::Free { tries_left } => UnlockRefusal::Wrong { tries_left, wait: None },
                Standing::Waiting { remaining } => UnlockRefusal::Wrong { tries_left: 0, wait: Some(remaining) },
            }),
            Err(other) => Err(refusal(other)),
        }
    }

    /// What a wrap needs from the keychain.
    fn beside(&self, row: &WrapRow) -> Result<(Zeroizing<[u8; 32]>, Kid), UnlockRefusal> {
        let pepper = match item::get_key(&*self.keychain, Item::Pepper(row.n)) {
            Ok(Some(pepper)) => pepper,
            Ok(None) | Err(ItemError::Altered) => return Err(UnlockRefusal::CannotBeOpened),
            Err(error) => return Err(UnlockRefusal::Item(error)),
        };
        Ok((pepper, self.bound_device()?))
    }

    /// The device every wrap is bound to.
    pub(crate) fn bound_device(&self) -> Result<Kid, UnlockRefusal> {
        Ok(self.device_key().map_err(UnlockRefusal::Item)?.ok_or(UnlockRefusal::CannotBeOpened)?.kid())
    }

    /// The wrap that counts.
    pub(crate) fn in_force(&self) -> Result<WrapRow, UnlockRefusal> {
        self.database.read(|read| read.wraps().in_force())?.ok_or(UnlockRefusal::NoPassword)
    }

    /// Pepper and wrap n, both read back, then the switch in one commit, then the old pepper away.
    pub(crate) fn wrap_anew(&self, vault_key: &QuerySeed, password: &Password) -> Result<(), VaultError> {
        let device = self.device_key()?.ok_or(VaultError::NotEnrolled)?.kid();
        let before = self.database.read(|read| read.wraps().in_force())?.map_or(0, |row| row.n);
        let n = before.checked_add(1).ok_or(VaultError::Altered)?;
        let pepper = Zeroizing::new(random::<32>());
        item::set(&*self.keychain, Item::Pepper(n), pepper.as_slice())?;
        let row = wrap::wrap(n, vault_key, password, &pepper, &device, self.cost).map_err(|_| VaultError::Altered)?;
        self.database.write(|write| write.wraps().put(&row))?;
        let kept = self.database.read(|read| read.wraps().get(n))?.ok_or(VaultError::Altered)?;
        let opened = wrap::unwrap(&kept, password, &pepper, &device).map_err(|_| VaultError::Altered)?;
        if *opened != *vault_key.as_bytes() {
            return Err(VaultError::Altered);
        }
        self.database.write(|write| write.wraps().switch_to(n))?;
        // From here on the new password counts. What is left of the old one is deleted now, or at the next start.
        if before > 0 {
            let _ = item::delete(&*self.keychain, Item::Pepper(before));
        }
        let _ = self.database.truncate_log();
        Ok(())
    }

    /// A new vault key under a password, with a fresh counter.
    pub(crate) fn make_vault_key(&self, password: &Password) -> Result<(), VaultError> {
        Tries::new(&*self.keychain, &*self.clock).clear()?;
        self.wrap_anew(&QuerySeed::generate(), password)
    }

    fn reset(&self, password: &Password) -> Result<(), VaultError> {
        for row in self.database.read(|read| read.queries().all())? {
            match row.stage {
                Stage::Prepared | Stage::Verifying => self.end(row.query, Ended::Lapsed, None)?,
                Stage::Sending | Stage::Collecting => self.end(row.query, Ended::Lost, Some(Tell::Withdraw))?,
                Stage::Ready | Stage::Retrying => self.end(row.query, Ended::Lost, Some(Tell::Delete))?,
                Stage::Ending(_) => self.carry_on_ending(row.query)?,
            };
        }
        // It opened the vault key that goes now.
        self.forget_biometrics()?;
        self.make_vault_key(password)
    }
}

pub(crate) fn refusal(error: UnwrapError) -> UnlockRefusal {
    match error {
        UnwrapError::Limits => UnlockRefusal::KdfParameters,
        UnwrapError::Altered => UnlockRefusal::CannotBeOpened,
        UnwrapError::Wrong => UnlockRefusal::Wrong { tries_left: 0, wait: None },
    }
}

#[cfg(test)]
mod tests;
