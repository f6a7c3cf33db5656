//! A keychain in memory whose failures are chosen: for tests only, behind the feature `testing`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use super::{Keychain, KeychainError, Protection, Secret, check_name, check_value};

/// A keychain in memory. Clones share their items, as two processes share the keychain of one person.
#[derive(Clone, Default)]
pub struct MemoryKeychain(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    items: BTreeMap<String, Vec<u8>>,
    failing: Option<KeychainError>,
    writes_left: Option<(usize, KeychainError)>,
    writes: usize,
    loses_writes: bool,
}

/// All items at one moment, as a backup or another program would keep them.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot(BTreeMap<String, Vec<u8>>);

impl MemoryKeychain {
    /// An empty keychain that works.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every call fails so from now on, or works again.
    pub fn fail(&self, error: Option<KeychainError>) {
        self.inner().failing = error;
    }

    /// The next `writes` writes and deletions still work, all later ones fail: a crash at that durable step.
    pub fn fail_after(&self, writes: usize, error: KeychainError) {
        self.inner().writes_left = Some((writes, error));
    }

    /// Writes work again.
    pub fn heal(&self) {
        let mut inner = self.inner();
        inner.failing = None;
        inner.writes_left = None;
        inner.loses_writes = false;
    }

    /// Writes and deletions say they worked and change nothing: a store that lies.
    pub fn lose_writes(&self, lose: bool) {
        self.inner().loses_writes = lose;
    }

    /// How many writes and deletions were asked for so far.
    #[must_use]
    pub fn writes(&self) -> usize {
        self.inner().writes
    }

    /// All items as they are now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.inner().items.clone())
    }

    /// Puts back older items: restored from a backup.
    pub fn restore(&self, snapshot: &Snapshot) {
        self.inner().items = snapshot.0.clone();
    }

    /// Another program changes or removes an item.
    pub fn tamper(&self, name: &str, value: Option<&[u8]>) {
        let mut inner = self.inner();
        match value {
            Some(value) => {
                inner.items.insert(name.into(), value.into());
            }
            None => {
                inner.items.remove(name);
            }
        }
    }
}

impl Inner {
    fn readable(&self) -> Result<(), KeychainError> {
        self.failing.map_or(Ok(()), Err)
    }

    /// Whether this write changes something; an error when it fails.
    fn writable(&mut self) -> Result<bool, KeychainError> {
        self.readable()?;
        if let Some((left, error)) = &mut self.writes_left {
            if *left == 0 {
                return Err(*error);
            }
            *left -= 1;
        }
        self.writes += 1;
        Ok(!self.loses_writes)
    }
}

impl Keychain for MemoryKeychain {
    fn get(&self, name: &str) -> Result<Option<Secret>, KeychainError> {
        check_name(name)?;
        let inner = self.inner();
        inner.readable()?;
        Ok(inner.items.get(name).cloned().map(Zeroizing::new))
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), KeychainError> {
        check_name(name)?;
        check_value(value)?;
        let mut inner = self.inner();
        if inner.writable()? {
            inner.items.insert(name.into(), value.into());
        }
        Ok(())
    }

    fn delete(&self, name: &str) -> Result<(), KeychainError> {
        check_name(name)?;
        let mut inner = self.inner();
        if inner.writable()? {
            inner.items.remove(name);
        }
        Ok(())
    }

    fn list(&self) -> Result<Vec<String>, KeychainError> {
        let inner = self.inner();
        inner.readable()?;
        Ok(inner.items.keys().cloned().collect())
    }

    fn state(&self) -> Result<Protection, KeychainError> {
        self.inner().readable()?;
        Ok(Protection::Protected)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_the_suite_of_every_keychain() {
        super::super::suite::keychain_suite(&MemoryKeychain::new());
    }
}
