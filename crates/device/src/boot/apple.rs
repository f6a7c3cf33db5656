//! macOS and iOS. Not yet compiled there.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// Time since the start; on these systems CLOCK_MONOTONIC goes on while the machine sleeps (clock_gettime(3)).
pub(super) fn boottime() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    Duration::new(u64::try_from(time.tv_sec).unwrap_or(0), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// Not known without an unsafe sysctl: a start is then seen only when `boottime` is lower than before.
pub(super) fn boot_id() -> String {
    String::new()
}
