//! Biometrics in memory whose answers are chosen: for tests only, behind the feature `testing`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Biometrics, BiometricsError, Key};

/// One person's fingers. Clones share them, as an app that starts again does.
#[derive(Clone, Default)]
pub struct MemoryBiometrics(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    key: Option<[u8; 32]>,
    refusing: Option<BiometricsError>,
    asked: usize,
}

impl MemoryBiometrics {
    /// Fingers that are recognised.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every question ends so from now on, or with a recognised finger again.
    pub fn refuse(&self, error: Option<BiometricsError>) {
        self.inner().refusing = error;
    }

    /// Somebody adds a finger: the hardware destroys what was kept for the others.
    pub fn add_finger(&self) {
        self.inner().key = None;
    }

    /// How often the person was asked.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.inner().asked
    }

    /// Whether the hardware holds a key.
    #[must_use]
    pub fn holds_a_key(&self) -> bool {
        self.inner().key.is_some()
    }
}

impl Inner {
    fn ask(&mut self) -> Result<(), BiometricsError> {
        self.asked += 1;
        self.refusing.map_or(Ok(()), Err)
    }
}

impl Biometrics for MemoryBiometrics {
    fn ready(&self) -> bool {
        self.inner().refusing != Some(BiometricsError::NotSetUp)
    }

    fn keep(&self, key: &Key) -> Result<Vec<u8>, BiometricsError> {
        let mut inner = self.inner();
        inner.ask()?;
        inner.key = Some(**key);
        Ok(b"kept".to_vec())
    }

    fn release(&self, kept: &[u8]) -> Result<Key, BiometricsError> {
        let mut inner = self.inner();
        let key = inner.key.filter(|_| kept == b"kept").ok_or(BiometricsError::Changed)?;
        inner.ask()?;
        Ok(Key::new(key))
    }

    fn forget(&self) -> Result<(), BiometricsError> {
        self.inner().key = None;
        Ok(())
    }
}
