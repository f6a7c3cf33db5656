//! The second way to the vault key, for who opted in: under a key that the machine's hardware releases to the present
//! fingers or face. The viewing password opens as before, and is asked for to opt in.

use device::biometrics::Key;
use protocol::encode::Lp;
use protocol::key::Kid;
use zeroize::Zeroizing;

use crate::tables::biometrics::BiometricsRow;
use crate::{DatabaseError, Locked, Password, UnlockRefusal, Unlocked, Vault, wrap};

/// Why the released key did not unlock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BiometricsRefusal {
    /// The person did not opt in, or another vault key was made since.
    #[error("not opted in")]
    Off,
    /// The key is not the one this was wrapped under, or the wrap was altered.
    #[error("does not open")]
    DoesNotOpen,
    /// The keychain or the database.
    #[error(transparent)]
    Unlock(#[from] UnlockRefusal),
}

/// Binds the wrap to this vault key and this device.
fn place(vault_public: &[u8], device: &Kid) -> Lp {
    Lp::new("mingxia/vault-biometrics/v1").bytes(vault_public).text(&device.to_string())
}

impl Vault {
    /// Wraps the vault key under `key`, for the right password; it counts as a try. Nothing is kept before
    /// [`Vault::allow_biometrics`].
    ///
    /// # Errors
    /// [`UnlockRefusal`].
    pub fn wrap_for_biometrics(&self, password: &Password, key: &Key) -> Result<Vec<u8>, UnlockRefusal> {
        let vault_key = self.try_password(password)?;
        let (vault_public, device) = self.bound_to()?;
        wrap::lock_up(key, &place(&vault_public, &device).finish(), vault_key.as_slice())
            .map_err(|_| UnlockRefusal::CannotBeOpened)
    }

    /// Opts in: what was wrapped, and what the machine gave for its key.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn allow_biometrics(&self, row: &BiometricsRow) -> Result<(), DatabaseError> {
        self.database.write(|write| write.biometrics().put(row))
    }

    /// Opts out, and leaves nothing of the wrap on the disk.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn forget_biometrics(&self) -> Result<(), DatabaseError> {
        self.database.write(|write| write.biometrics().delete())?;
        // While somebody reads it stays in the log, which only this vault's key opens.
        let _ = self.database.truncate_log();
        Ok(())
    }

    /// The wrap, if the person opted in.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub fn biometrics(&self) -> Result<Option<BiometricsRow>, DatabaseError> {
        self.database.read(|read| read.biometrics().get())
    }

    fn bound_to(&self) -> Result<(Vec<u8>, Kid), UnlockRefusal> {
        Ok((self.in_force()?.vault_public, self.bound_device()?))
    }

    fn try_released(&self, key: &Key) -> Result<Zeroizing<[u8; 32]>, BiometricsRefusal> {
        let row = self.biometrics().map_err(UnlockRefusal::from)?.ok_or(BiometricsRefusal::Off)?;
        let (vault_public, device) = self.bound_to()?;
        let opened = wrap::open_up(key, &place(&vault_public, &device).finish(), &row.wrapped)
            .map_err(|_| BiometricsRefusal::DoesNotOpen)?;
        <[u8; 32]>::try_from(opened.as_slice()).map(Zeroizing::new).map_err(|_| BiometricsRefusal::DoesNotOpen)
    }
}

impl Locked {
    /// Unlocks with the key that biometrics released. The hardware counts its own failures: the tries of the password
    /// stay as they are. What is past its end is ended before anything can be read.
    ///
    /// # Errors
    /// The lock, still closed, and [`BiometricsRefusal`].
    pub fn unlock_by_biometrics(self, key: &Key) -> Result<Unlocked, (Self, BiometricsRefusal)> {
        match self.vault().try_released(key) {
            Ok(vault_key) => Ok(self.opened(&vault_key)),
            Err(refusal) => Err((self, refusal)),
        }
    }
}
