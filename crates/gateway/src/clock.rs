//! The gateway process's one clock.

use std::time::Duration;

use protocol::time::{Clock, Timestamp};
use rustix::time::{ClockId, clock_gettime};

/// The machine's wall clock and its time since boot, sleep counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        let now = clock_gettime(ClockId::Realtime);
        Timestamp::from_millis(now.tv_sec * 1000 + now.tv_nsec / 1_000_000)
    }

    fn boottime(&self) -> Duration {
        let up = clock_gettime(ClockId::Boottime);
        Duration::new(up.tv_sec.unsigned_abs(), u32::try_from(up.tv_nsec).unwrap_or(0))
    }

    fn boot_id(&self) -> String {
        std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map(|id| id.trim().to_owned()).unwrap_or_default()
    }
}
