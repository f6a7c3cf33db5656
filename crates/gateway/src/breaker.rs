//! How one bank fares: a circuit breaker with backoff, and the health everybody may know.

use std::time::Duration;

use protocol::code::Health;

/// Failures in a row that open the breaker.
const OPENS_AFTER: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);

/// One bank's recent fate, by time since boot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Breaker {
    failures: u32,
    shut_until: Option<Duration>,
}

impl Breaker {
    /// Whether a call may start; while open, one at a time once the wait is over.
    #[must_use]
    pub fn admits(&self, now: Duration, running: usize) -> bool {
        match self.shut_until {
            None => true,
            Some(until) => now >= until && running == 0,
        }
    }

    /// A call brought a word of the bank.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// A call brought none.
    pub fn failed(&mut self, now: Duration, asked_for: Option<Duration>) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= OPENS_AFTER || asked_for.is_some() {
            let wait = backoff(self.failures.saturating_sub(OPENS_AFTER));
            self.shut_until = Some(now.saturating_add(asked_for.unwrap_or(wait)));
        }
    }

    /// What everybody may know.
    #[must_use]
    pub const fn health(&self) -> Health {
        match self.failures {
            0 => Health::Up,
            1..OPENS_AFTER => Health::Degraded,
            OPENS_AFTER.. => Health::Down,
        }
    }
}

/// Doubling waits, at most five minutes.
#[must_use]
pub fn backoff(attempts: u32) -> Duration {
    FIRST_WAIT.saturating_mul(1 << attempts.min(12)).min(LONGEST_WAIT)
}

/// When a task that failed now is tried again: up to a fifth sooner than `wait`, so that tasks that failed together do
/// not come back together.
#[must_use]
pub fn again_at(now: Duration, wait: Duration) -> Duration {
    let [byte] = protocol::encode::random::<1>();
    sooner(now, wait, byte)
}

fn sooner(now: Duration, wait: Duration, byte: u8) -> Duration {
    now.saturating_add(wait.saturating_sub(wait.mul_f64(f64::from(byte) / 255.0 / 5.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_wait_is_too_long_to_be_counted() {
        let (now, forever) = (Duration::from_secs(1), Duration::from_secs(u64::MAX));
        for byte in [0, 255] {
            assert!(sooner(now, forever, byte) > forever / 2, "with {byte} taken away");
        }
        let mut breaker = Breaker::default();
        breaker.failed(now, Some(forever));
        assert!(!breaker.admits(now, 0), "and its bank is left alone");
    }

    #[test]
    fn a_wait_is_up_to_a_fifth_shorter() {
        let (now, wait) = (Duration::from_secs(1), Duration::from_secs(10));
        assert_eq!((sooner(now, wait, 0), sooner(now, wait, 255)), (Duration::from_secs(11), Duration::from_secs(9)));
    }
}
