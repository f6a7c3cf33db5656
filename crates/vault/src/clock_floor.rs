//! The lowest time it can be, and whether the wall clock is believed.
//!
//! The mark in the keychain says: at this boot time of this boot it was at least this instant. Within the boot the
//! floor runs on with the boot time, which nobody can set. A wall clock set back therefore never revives or lengthens
//! anything. A wall clock far ahead is *doubtful*: what would end by it is unreadable but not destroyed, until signed
//! time says so or the machine has run 72 hours without any.
//!
//! Known hole: powered off and the wall set to just after the mark; only a contact with the gateway sees it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use device::Keychain;
use protocol::time::{Clock, Timestamp};
use serde::{Deserialize, Serialize};

use crate::deadlines::PlainMark;
use crate::item::{self, Item, ItemError};

/// How far the wall may run ahead of the boot time within one boot.
const DRIFT: Duration = Duration::from_secs(10 * 60);
/// How far the wall may be ahead, at a start, of the last signed time and what the machine ran since.
const TRUSTED_OFF: Duration = Duration::from_secs(36 * 3600);
/// Running time after which a doubtful clock is believed.
const UNCONFIRMED: Duration = Duration::from_secs(72 * 3600);
/// The mark is written again when the floor has moved this far.
const WRITE_AFTER: Duration = Duration::from_secs(10 * 60);

/// What the clocks of the machine show at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Wall clock.
    pub wall: Timestamp,
    /// Boot time.
    pub boottime: Duration,
    /// Name of the boot.
    pub boot: String,
}

impl Shown {
    /// Reads a clock.
    #[must_use]
    pub fn by(clock: &dyn Clock) -> Self {
        Self { wall: clock.now(), boottime: clock.boottime(), boot: clock.boot_id() }
    }
}

/// The mark: pure, moved only by what it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockMark {
    /// Last time somebody signed, or that of the first start, and the running time since.
    signed_ms: i64,
    /// Not before this instant, at `boot_ms` of `boot`.
    floor_ms: i64,
    boot_ms: u64,
    boot: String,
    /// So far ahead the wall was when somebody last signed the time in this boot: known, and no longer doubtful.
    ahead_ms: u64,
    /// Running time spent in doubt so far.
    doubt_ms: u64,
    /// The clock was doubtful when last seen.
    doubtful: bool,
}

/// The time as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeReading {
    /// Decides what is readable: the later of wall clock and floor.
    pub now: Timestamp,
    /// It is not earlier than this.
    pub floor: Timestamp,
    /// The wall clock is not believed.
    pub doubtful: bool,
    /// Doubtful for so long that it is believed all the same.
    pub overdue: bool,
}

impl TimeReading {
    /// Whether what ends at `end` may no longer be read.
    #[must_use]
    pub fn is_past(&self, end: Timestamp) -> bool {
        self.now >= end
    }

    /// Whether what ends at `end` may be destroyed.
    #[must_use]
    pub fn may_destroy(&self, end: Timestamp) -> bool {
        self.floor >= end || self.is_past(end) && (!self.doubtful || self.overdue)
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl ClockMark {
    /// The first mark. `at_least` is the latest instant the device is known to have lived through.
    #[must_use]
    pub fn first(shown: &Shown, at_least: Option<Timestamp>) -> Self {
        let signed = at_least.unwrap_or(shown.wall);
        Self {
            signed_ms: signed.millis(),
            floor_ms: signed.millis(),
            boot_ms: millis(shown.boottime),
            boot: shown.boot.clone(),
            ahead_ms: 0,
            doubt_ms: 0,
            doubtful: false,
        }
        .begun(shown)
    }

    /// From the plain list, for a sweep that cannot read the keychain.
    #[must_use]
    pub fn from_plain(mark: &PlainMark) -> Self {
        Self {
            signed_ms: mark.floor.millis(),
            floor_ms: mark.floor.millis(),
            boot_ms: millis(mark.boottime),
            boot: mark.boot.clone(),
            ahead_ms: 0,
            doubt_ms: 0,
            doubtful: false,
        }
    }

    /// For the plain list: the same, as far as a sweep without keychain needs it.
    #[must_use]
    pub fn to_plain(&self) -> PlainMark {
        PlainMark {
            floor: Timestamp::from_millis(self.floor_ms),
            boottime: Duration::from_millis(self.boot_ms),
            boot: self.boot.clone(),
        }
    }

    fn same_boot(&self, shown: &Shown) -> bool {
        self.boot == shown.boot && self.boot_ms <= millis(shown.boottime)
    }

    /// The mark at a new boot: the wall is believed as long as the machine was off for 36 hours in all since the last
    /// signed time.
    fn begun(mut self, shown: &Shown) -> Self {
        let believed = shown.wall <= Timestamp::from_millis(self.signed_ms) + TRUSTED_OFF;
        if believed {
            self.floor_ms = self.floor_ms.max(shown.wall.millis());
        }
        self.ahead_ms = 0;
        self.boot_ms = millis(shown.boottime);
        self.boot.clone_from(&shown.boot);
        self
    }

    /// What the time is now, and the mark moved along.
    #[must_use]
    pub fn observe(self, shown: &Shown) -> (Self, TimeReading) {
        let mut mark = if self.same_boot(shown) { self } else { self.begun(shown) };
        let ran = Duration::from_millis(millis(shown.boottime).saturating_sub(mark.boot_ms));
        let floor = Timestamp::from_millis(mark.floor_ms) + ran;
        let wall = shown.wall - Duration::from_millis(mark.ahead_ms);
        let doubtful = wall > floor + DRIFT;
        mark.doubt_ms = match (doubtful, mark.doubtful) {
            (true, true) => mark.doubt_ms.saturating_add(millis(ran)),
            (true, false) | (false, _) => 0,
        };
        mark.doubtful = doubtful;
        mark.signed_ms = (Timestamp::from_millis(mark.signed_ms) + ran).millis();
        mark.floor_ms = floor.millis();
        mark.boot_ms = millis(shown.boottime);
        let overdue = doubtful && mark.doubt_ms >= millis(UNCONFIRMED);
        (mark, TimeReading { now: floor.max(wall), floor, doubtful, overdue })
    }

    /// Somebody signed the time in answer to our nonce: the mark moves there, also downwards. A wall clock that is
    /// ahead is from now on known to be, until the next boot.
    #[must_use]
    pub fn confirm(self, shown: &Shown, signed: Timestamp) -> Self {
        Self {
            signed_ms: signed.millis(),
            floor_ms: signed.millis(),
            boot_ms: millis(shown.boottime),
            boot: shown.boot.clone(),
            ahead_ms: millis(shown.wall.since(signed)),
            doubt_ms: 0,
            doubtful: false,
        }
    }
}

/// The mark kept in the keychain.
pub struct ClockFloor {
    keychain: Arc<dyn Keychain>,
    clock: Arc<dyn Clock>,
    held: Mutex<Option<Held>>,
}

struct Held {
    mark: ClockMark,
    written: ClockMark,
}

impl ClockFloor {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(keychain: Arc<dyn Keychain>, clock: Arc<dyn Clock>) -> Self {
        Self { keychain, clock, held: Mutex::new(None) }
    }

    /// The time now. `at_least` is the latest instant the database knows of: it stands in for a mark that was taken
    /// away, and the wall is then doubtful unless it is close to it.
    ///
    /// # Errors
    /// [`ItemError`] while the keychain does not give the mark; once it was read, the time is always told.
    pub fn read(&self, at_least: Option<Timestamp>) -> Result<TimeReading, ItemError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        // Only now: what another thread saw later must not be taken for another boot.
        let shown = Shown::by(&*self.clock);
        let known = match held.take() {
            Some(known) => known,
            None => {
                let kept = item::get(&*self.keychain, Item::ClockMark)?;
                let kept = kept.and_then(|text| serde_json::from_slice::<ClockMark>(&text).ok());
                let fresh = kept.is_none();
                let mark = kept.unwrap_or_else(|| ClockMark::first(&shown, at_least));
                if fresh {
                    self.write(&mark)?;
                }
                Held { written: mark.clone(), mark }
            }
        };
        let (mark, reading) = known.mark.observe(&shown);
        let mut written = known.written;
        // A write that fails is tried again at the next reading; the mark in memory counts meanwhile.
        if worth_writing(&written, &mark) && self.write(&mark).is_ok() {
            written.clone_from(&mark);
        }
        *held = Some(Held { mark, written });
        Ok(reading)
    }

    /// The mark of the last reading, for a sweep without keychain.
    #[must_use]
    pub fn plain(&self) -> Option<PlainMark> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().map(|held| held.mark.to_plain())
    }

    /// Signed time arrived for our nonce (the caller verified the signature).
    ///
    /// # Errors
    /// [`ItemError`] when the mark cannot be kept; it counts in memory all the same.
    pub fn confirm(&self, signed: Timestamp) -> Result<(), ItemError> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let shown = Shown::by(&*self.clock);
        let known = held.take().map_or_else(|| ClockMark::first(&shown, Some(signed)), |held| held.mark);
        let before = known.clone();
        let mark = known.confirm(&shown, signed);
        let written = self.write(&mark);
        *held = Some(Held { written: if written.is_ok() { mark.clone() } else { before }, mark });
        written
    }

    fn write(&self, mark: &ClockMark) -> Result<(), ItemError> {
        let text = serde_json::to_vec(mark).map_err(|_| ItemError::NotKept)?;
        item::set(&*self.keychain, Item::ClockMark, &text)
    }
}

fn worth_writing(written: &ClockMark, mark: &ClockMark) -> bool {
    let moved = mark.floor_ms.abs_diff(written.floor_ms) >= millis(WRITE_AFTER);
    moved || written.boot != mark.boot || written.doubtful != mark.doubtful || written.boot_ms > mark.boot_ms
}

#[cfg(test)]
mod tests;
