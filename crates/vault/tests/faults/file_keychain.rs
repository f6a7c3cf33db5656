//! A keychain that outlives its process and is shared with another: for tests that start one.

use std::collections::BTreeMap;
use std::path::PathBuf;

use device::{Keychain, KeychainError, Protection, Secret, disk};

/// Its items lie in a file, in plain: for tests alone.
pub(crate) struct FileKeychain {
    pub(crate) file: PathBuf,
    /// Runs before each write.
    pub(crate) before_write: fn(),
}

impl FileKeychain {
    fn items(&self) -> BTreeMap<String, Vec<u8>> {
        let text = disk::read(&self.file, 1 << 20).unwrap().unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    fn change(&self, change: impl FnOnce(&mut BTreeMap<String, Vec<u8>>)) -> Result<(), KeychainError> {
        (self.before_write)();
        let mut items = self.items();
        change(&mut items);
        let text = serde_json::to_vec(&items).map_err(|_| KeychainError::Unavailable)?;
        disk::write(&self.file, &text).map_err(|_| KeychainError::Unavailable)
    }
}

impl Keychain for FileKeychain {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeychainError> {
        Ok(self.items().remove(name).map(Secret::new))
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        self.change(|items| {
            items.insert(name.into(), value.into());
        })
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        self.change(|items| {
            items.remove(name);
        })
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        Ok(self.items().into_keys().collect())
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        Ok(Protection::Unknown)
    }
}
