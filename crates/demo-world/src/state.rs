//! What the world remembers over a restart, in one file: scenario, faults, keys already changed, directories issued.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use protocol::code::PartyCode;
use protocol::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::face::FaceSetting;
use crate::scenario::{Fault, Scenario};

/// Everything remembered.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// The seed this folder was begun with.
    pub(crate) seed: Option<u64>,
    pub(crate) scenario: Scenario,
    pub(crate) face: FaceSetting,
    pub(crate) faults: BTreeMap<PartyCode, Fault>,
    /// How often each bank changed its key.
    pub(crate) rotations: BTreeMap<PartyCode, u32>,
    /// Keys revoked as compromised, as bank and rotation.
    pub(crate) revoked: BTreeSet<(PartyCode, u32)>,
    /// The newest directory.
    pub(crate) directory: Option<Issued>,
}

/// A directory that was handed out.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Issued {
    pub(crate) version: u64,
    pub(crate) jws: String,
    pub(crate) issued_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

/// The file it stands in.
pub(crate) struct Memory {
    file: PathBuf,
    state: Mutex<State>,
}

impl Memory {
    pub(crate) fn open(dir: &Path) -> Self {
        let file = dir.join("state.json");
        let state = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, state: Mutex::new(state) }
    }

    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes something and writes it down.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T, StateError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let value = change(&mut state);
        let bytes = serde_json::to_vec_pretty(&*state).map_err(|_| StateError)?;
        device::disk::write(&self.file, &bytes).map_err(|_| StateError)?;
        Ok(value)
    }
}

/// The state could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the state file cannot be written")]
pub(crate) struct StateError;
