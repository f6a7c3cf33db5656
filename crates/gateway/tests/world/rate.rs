//! The rates of 9-wire section 9 as a walk's model counts them: whole tokens, one coming back every so often.

use std::time::Duration;

use protocol::time::Timestamp;

/// One bucket of the model.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    capacity: i64,
    every_ms: i64,
    level: Option<(i64, Timestamp)>,
}

impl Counted {
    pub const fn new(capacity: i64, every_ms: i64) -> Self {
        Self { capacity, every_ms, level: None }
    }

    /// Takes one, if there is one.
    pub fn take(&mut self, now: Timestamp) -> bool {
        let full = self.capacity * self.every_ms;
        let level = self.level.map_or(full, |(level, at)| full.min(level + (now.millis() - at.millis())));
        let taken = level >= self.every_ms;
        self.level = Some((if taken { level - self.every_ms } else { level }, now));
        taken
    }
}

/// Wrong codes of one day: the twentieth pauses the factor for a day.
#[derive(Debug, Default)]
pub struct Misses {
    at: Vec<Timestamp>,
    until: Option<Timestamp>,
}

impl Misses {
    pub fn paused(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now < until)
    }

    pub fn add(&mut self, now: Timestamp) {
        let day = Duration::from_secs(86_400);
        self.at.retain(|at| now.since(*at) < day);
        self.at.push(now);
        if self.at.len() == 20 {
            self.until = Some(now + day);
            self.at.clear();
        }
    }
}
