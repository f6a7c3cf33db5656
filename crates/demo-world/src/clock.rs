//! The world's clock: the machine's own plus offsets that jumps add to, shared with the app through `clock.json`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use device::DemoClock;
use device::demo_clock::{Offsets, write_offsets};
use protocol::time::{Clock, ManualClock, Timestamp};

/// The hands of the world's clock.
pub(crate) enum Hands {
    /// Follows the machine; jumps are written to the file that the app reads too.
    Machine {
        /// `DIR/clock.json`.
        file: PathBuf,
        /// The clock that reads it.
        clock: Arc<DemoClock>,
    },
    /// Moved by a test.
    Manual(Arc<ManualClock>),
}

impl Hands {
    pub(crate) fn machine(dir: &Path) -> Self {
        let file = dir.join("clock.json");
        let clock = Arc::new(DemoClock::new(&file));
        Self::Machine { file, clock }
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        match self {
            Self::Machine { clock, .. } => Arc::clone(clock) as Arc<dyn Clock>,
            Self::Manual(clock) => Arc::clone(clock) as Arc<dyn Clock>,
        }
    }

    /// Writes the file where it is missing, so that the app finds it.
    pub(crate) fn begin(&self) -> Result<(), ClockError> {
        match self {
            Self::Machine { file, .. } if !file.exists() => {
                write_offsets(file, Offsets::default()).map_err(|_| ClockError)
            }
            Self::Machine { .. } | Self::Manual(_) => Ok(()),
        }
    }

    /// Time passes: wall clock and boot time together.
    pub(crate) fn pass(&self, span: Duration) -> Result<(), ClockError> {
        match self {
            Self::Manual(clock) => clock.advance(span),
            Self::Machine { .. } => self.write(|offsets| {
                offsets.offset_ms =
                    offsets.offset_ms.saturating_add(u64::try_from(span.as_millis()).unwrap_or(u64::MAX));
            })?,
        }
        Ok(())
    }

    /// Somebody sets the wall clock, forward or back.
    pub(crate) fn set_wall(&self, by_ms: i64) -> Result<(), ClockError> {
        match self {
            Self::Manual(clock) => clock.set_wall(Timestamp::from_millis(clock.now().millis().saturating_add(by_ms))),
            Self::Machine { .. } => {
                self.write(|offsets| offsets.wall_only_ms = offsets.wall_only_ms.saturating_add(by_ms))?
            }
        }
        Ok(())
    }

    /// How far the clock was moved.
    pub(crate) fn offsets(&self) -> Offsets {
        match self {
            Self::Machine { file, .. } => {
                std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
            }
            Self::Manual(_) => Offsets::default(),
        }
    }

    fn write(&self, change: impl FnOnce(&mut Offsets)) -> Result<(), ClockError> {
        let Self::Machine { file, .. } = self else { return Ok(()) };
        let mut offsets = self.offsets();
        change(&mut offsets);
        write_offsets(file, offsets).map_err(|_| ClockError)
    }
}

/// A clock some time behind another: for what happened before the person looked.
pub(crate) struct Behind {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) by: Duration,
}

impl Clock for Behind {
    fn now(&self) -> Timestamp {
        self.clock.now() - self.by
    }

    fn boottime(&self) -> Duration {
        self.clock.boottime().saturating_sub(self.by)
    }

    fn boot_id(&self) -> String {
        self.clock.boot_id()
    }
}

/// The offsets could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the clock file cannot be written")]
pub(crate) struct ClockError;
