//! A keychain nobody can be asked to open: where a process has no way to the real one, and must do without.

use super::{Keychain, KeychainError, Protection, Secret};

/// Every call is refused as [`KeychainError::Locked`].
#[derive(Debug, Clone, Copy, Default)]
pub struct ClosedKeychain;

impl Keychain for ClosedKeychain {
    fn get(&self, _name: &str) -> Result<Option<Secret>, KeychainError> {
        Err(KeychainError::Locked)
    }

    fn set(&self, _name: &str, _value: &[u8]) -> Result<(), KeychainError> {
        Err(KeychainError::Locked)
    }

    fn delete(&self, _name: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Locked)
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        Err(KeychainError::Locked)
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        Err(KeychainError::Locked)
    }
}
