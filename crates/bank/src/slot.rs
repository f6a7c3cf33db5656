//! Answers leave at slots, so that how long the bank worked tells nothing about what it found.

use std::time::Duration;

use tokio::time::Instant;

/// The pace of one bank: an answer leaves at the first whole multiple of this after the request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(Duration);

impl Slot {
    /// Two seconds, as the protocol lays down.
    pub const PROTOCOL: Self = Self(Duration::from_secs(2));

    /// Another pace, for tests. Zero answers at once.
    #[must_use]
    pub const fn of(length: Duration) -> Self {
        Self(length)
    }

    /// Waits for the slot of a request that came at `received`.
    pub async fn wait(self, received: Instant) {
        tokio::time::sleep_until(received + self.next_after(received.elapsed())).await;
    }

    /// The first slot not before `worked`; never the zeroth, which would show an answer made without any work.
    fn next_after(self, worked: Duration) -> Duration {
        if self.0.is_zero() {
            return worked;
        }
        let slots = worked.as_nanos().div_ceil(self.0.as_nanos()).max(1);
        self.0.saturating_mul(u32::try_from(slots).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_and_much_work_leave_at_the_same_slot() {
        let slot = Slot::PROTOCOL;
        for worked in [0, 1, 1_999, 2_000] {
            assert_eq!(
                slot.next_after(Duration::from_millis(worked)),
                Duration::from_secs(2),
                "work inside the first slot does not show"
            );
        }
        assert_eq!(
            slot.next_after(Duration::from_millis(2_001)),
            Duration::from_secs(4),
            "later work leaves at the next slot"
        );
    }
}
