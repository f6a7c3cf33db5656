//! The clocks of the operating system: the only place of the app that asks for the time.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use protocol::time::{Clock, Timestamp};

#[cfg_attr(any(target_os = "linux", target_os = "android"), path = "boot/linux.rs")]
#[cfg_attr(any(target_os = "macos", target_os = "ios"), path = "boot/apple.rs")]
#[cfg_attr(windows, path = "boot/windows.rs")]
mod boot;

/// The wall clock, the time since the start of this machine (sleep counted), and the name of this boot.
#[derive(Debug)]
pub struct OsClock {
    boot_id: String,
}

impl OsClock {
    /// Reads the name of this boot once.
    #[must_use]
    pub fn new() -> Self {
        Self { boot_id: boot::boot_id() }
    }
}

impl Default for OsClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for OsClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the one clock everybody else is handed")]
        let now = SystemTime::now();
        let millis = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_millis(match now.duration_since(UNIX_EPOCH) {
            Ok(after) => millis(after),
            Err(before) => -millis(before.duration()),
        })
    }

    fn boottime(&self) -> Duration {
        boot::boottime()
    }

    fn boot_id(&self) -> String {
        self.boot_id.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boot_time_never_runs_back_and_the_boot_keeps_its_name() {
        let clock = OsClock::new();
        let earlier = clock.boottime();
        assert!(clock.boottime() >= earlier, "nobody can turn back the time since the start");
        assert_eq!(clock.boot_id(), OsClock::new().boot_id(), "one boot has one name");
        #[cfg(target_os = "linux")]
        assert!(!clock.boot_id().is_empty(), "Linux names each boot");
    }
}
