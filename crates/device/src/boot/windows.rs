//! Windows. Tried under Wine only.
#![expect(unsafe_code, reason = "one declaration of a function of the system, without arguments")]

use std::time::Duration;

#[link(name = "kernel32")]
unsafe extern "system" {
    /// Milliseconds since the start, sleep and hibernation counted (sysinfoapi.h).
    safe fn GetTickCount64() -> u64;
}

/// Time since the start, sleep counted.
pub(super) fn boottime() -> Duration {
    Duration::from_millis(GetTickCount64())
}

/// Windows does not name its boots: a start is seen only when `boottime` is lower than before.
pub(super) fn boot_id() -> String {
    String::new()
}
