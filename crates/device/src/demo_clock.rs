//! The clock of the demonstration: the machine's own, moved by the offsets the demonstration world writes.
//!
//! `{"offset_ms":0,"wall_only_ms":0}`: the first moves wall clock and boot time together (time passes, as if the
//! machine had slept), the second moves the wall clock alone (somebody set it). Never reachable from the real profile.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use protocol::time::{Clock, Timestamp};
use serde::{Deserialize, Serialize};

use crate::OsClock;
use crate::disk::{self, DiskError};

/// How far the demonstration's clock is moved, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offsets {
    /// Moves wall clock and boot time together; never negative.
    pub offset_ms: u64,
    /// Moves the wall clock alone.
    pub wall_only_ms: i64,
}

/// The machine's clock moved by a file that is read again at each question.
#[derive(Debug)]
pub struct DemoClock {
    machine: OsClock,
    file: PathBuf,
    last: Mutex<Offsets>,
}

impl DemoClock {
    /// Follows `file`; while it is missing or half written, the last offsets hold (none at first).
    #[must_use]
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self { machine: OsClock::new(), file: file.into(), last: Mutex::new(Offsets::default()) }
    }

    fn offsets(&self) -> Offsets {
        let read = fs::read(&self.file).ok().and_then(|bytes| serde_json::from_slice::<Offsets>(&bytes).ok());
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(offsets) = read {
            // Boot time never runs back, whatever the file says.
            last.offset_ms = last.offset_ms.max(offsets.offset_ms);
            last.wall_only_ms = offsets.wall_only_ms;
        }
        *last
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let offsets = self.offsets();
        let moved = self.machine.now() + Duration::from_millis(offsets.offset_ms);
        Timestamp::from_millis(moved.millis().saturating_add(offsets.wall_only_ms))
    }

    fn boottime(&self) -> Duration {
        self.machine.boottime() + Duration::from_millis(self.offsets().offset_ms)
    }

    fn boot_id(&self) -> String {
        self.machine.boot_id()
    }
}

/// Writes the offsets as one step, so that no clock reads half of them.
///
/// # Errors
/// [`DiskError`].
pub fn write_offsets(file: &Path, offsets: Offsets) -> Result<(), DiskError> {
    let text = format!("{{\"offset_ms\":{},\"wall_only_ms\":{}}}\n", offsets.offset_ms, offsets.wall_only_ms);
    disk::write(file, text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn an_unreadable_file_keeps_the_last_offsets() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clock.json");
        let clock = DemoClock::new(&file);
        let start = clock.boottime();
        write_offsets(&file, Offsets { offset_ms: 3_600_000, wall_only_ms: 0 }).unwrap();
        assert!(clock.boottime() >= start + HOUR, "a jump counts as time passed");
        fs::write(&file, "{\"offset_ms\":").unwrap();
        assert!(clock.boottime() >= start + HOUR, "a half-written file changes nothing");
        write_offsets(&file, Offsets::default()).unwrap();
        assert!(clock.boottime() >= start + HOUR, "boot time never runs back");
    }

    #[test]
    fn a_wall_jump_moves_the_wall_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clock.json");
        let (clock, machine) = (DemoClock::new(&file), OsClock::new());
        write_offsets(&file, Offsets { offset_ms: 0, wall_only_ms: -86_400_000 }).unwrap();
        assert!(clock.now() + HOUR < machine.now(), "the wall clock was set back by a day");
        assert!(clock.boottime() < machine.boottime() + HOUR, "boot time was not moved");
    }
}
