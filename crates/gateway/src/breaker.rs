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
            self.shut_until = Some(now + asked_for.unwrap_or(wait).min(LONGEST_WAIT * 12));
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

/// Takes up to a fifth away, so that tasks that failed together do not come back together.
#[must_use]
pub fn jittered(wait: Duration) -> Duration {
    let [byte] = protocol::encode::random::<1>();
    wait - wait.mul_f64(f64::from(byte) / 255.0 / 5.0)
}
