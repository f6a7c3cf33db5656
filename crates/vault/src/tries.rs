//! Wrong tries of the viewing password: counted before each try, kept in the keychain, slowed down by a clock that
//! nobody can set.

use std::time::Duration;

use device::Keychain;
use protocol::time::Clock;
use serde::{Deserialize, Serialize};

use crate::item::{self, Item, ItemError};

/// Tries before the first wait.
pub const FREE_TRIES: u32 = 5;

const MINUTE: Duration = Duration::from_secs(60);

/// The wait after the fifth wrong try, the sixth, and so on; the last one for all that follow.
const WAITS: [Duration; 5] = [
    MINUTE,
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(3600),
    Duration::from_secs(24 * 3600),
];

/// What a missing counter is taken for: as many tries as make the longest wait.
#[expect(clippy::cast_possible_truncation, reason = "five waits")]
const LOST: u32 = FREE_TRIES + WAITS.len() as u32 - 1;

/// Whether a try may be made now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Yes; so many before the next wait.
    Free {
        /// Tries left, at least one.
        tries_left: u32,
    },
    /// Not before this much of running time has passed.
    Waiting {
        /// What is left of the wait.
        remaining: Duration,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counter {
    tries: u32,
    /// The boot in which the wait began, and when in it.
    boot: String,
    at_ms: u64,
}

/// The counter of one profile.
pub(crate) struct Tries<'a> {
    keychain: &'a dyn Keychain,
    clock: &'a dyn Clock,
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl<'a> Tries<'a> {
    pub(crate) fn new(keychain: &'a dyn Keychain, clock: &'a dyn Clock) -> Self {
        Self { keychain, clock }
    }

    fn now(&self, tries: u32) -> Counter {
        Counter { tries, boot: self.clock.boot_id(), at_ms: millis(self.clock.boottime()) }
    }

    fn keep(&self, counter: &Counter) -> Result<(), ItemError> {
        let text = serde_json::to_vec(counter).map_err(|_| ItemError::NotKept)?;
        item::set(self.keychain, Item::TryCounter, &text)
    }

    /// The counter as it counts now. One that is missing or altered beside a vault was taken away: the longest wait.
    /// After a restart of the machine a wait begins again, because nothing tells how long it was off.
    fn load(&self) -> Result<Counter, ItemError> {
        let kept = item::get(self.keychain, Item::TryCounter)?;
        let kept = kept.and_then(|text| serde_json::from_slice::<Counter>(&text).ok());
        let counter = match kept {
            None => self.now(LOST),
            Some(kept) => {
                let same_boot = kept.boot == self.clock.boot_id() && kept.at_ms <= millis(self.clock.boottime());
                if same_boot || kept.tries < FREE_TRIES {
                    return Ok(kept);
                }
                self.now(kept.tries)
            }
        };
        self.keep(&counter)?;
        Ok(counter)
    }

    /// Whether a try may be made now.
    pub(crate) fn standing(&self) -> Result<Standing, ItemError> {
        Ok(self.stands(&self.load()?))
    }

    fn stands(&self, counter: &Counter) -> Standing {
        let Some(over) = counter.tries.checked_sub(FREE_TRIES) else {
            return Standing::Free { tries_left: FREE_TRIES - counter.tries };
        };
        let wait = WAITS[usize::try_from(over).unwrap_or(usize::MAX).min(WAITS.len() - 1)];
        let waited = Duration::from_millis(millis(self.clock.boottime()).saturating_sub(counter.at_ms));
        match wait.checked_sub(waited) {
            Some(remaining) if !remaining.is_zero() => Standing::Waiting { remaining },
            Some(_) | None => Standing::Free { tries_left: 1 },
        }
    }

    /// Counts a try before it is made; a counter that cannot be kept allows none.
    pub(crate) fn count(&self) -> Result<Standing, ItemError> {
        let counter = self.load()?;
        let standing = self.stands(&counter);
        if let Standing::Free { .. } = standing {
            self.keep(&self.now(counter.tries.saturating_add(1)))?;
        }
        Ok(standing)
    }

    /// The right password: nothing is counted any more.
    pub(crate) fn clear(&self) -> Result<(), ItemError> {
        self.keep(&self.now(0))
    }
}

#[cfg(test)]
mod tests {
    use device::{KeychainError, MemoryKeychain};
    use proptest::prelude::*;
    use protocol::time::{ManualClock, Timestamp};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn start() -> (MemoryKeychain, ManualClock) {
        let world = (MemoryKeychain::new(), ManualClock::at(Timestamp::from_millis(1_795_492_800_000)));
        Tries::new(&world.0, &world.1).clear().unwrap();
        world
    }

    fn waiting(tries: &Tries<'_>) -> Duration {
        match tries.standing().unwrap() {
            Standing::Waiting { remaining } => remaining,
            Standing::Free { .. } => Duration::ZERO,
        }
    }

    fn use_up(tries: &Tries<'_>, n: u32) {
        for _ in 0..n {
            assert!(matches!(tries.count().unwrap(), Standing::Free { .. }));
        }
    }

    #[test]
    fn fault_29_a_try_that_cannot_be_counted_is_not_made() {
        let (keychain, clock) = start();
        let tries = Tries::new(&keychain, &clock);
        keychain.fail_after(0, KeychainError::Unavailable);
        assert!(tries.count().is_err(), "a keychain that cannot write allows no try");
        keychain.heal();
        keychain.lose_writes(true);
        assert_eq!(tries.count(), Err(ItemError::NotKept), "nor one that only says it wrote");
    }

    #[test]
    fn fault_29_waits_grow_and_the_wall_clock_does_not_shorten_them() {
        let (keychain, clock) = start();
        let tries = Tries::new(&keychain, &clock);
        use_up(&tries, FREE_TRIES);
        for wait in [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 24 * HOUR, 24 * HOUR] {
            assert_eq!(waiting(&tries), wait);
            clock.set_wall(clock.now() + 1000 * HOUR);
            assert_eq!(waiting(&tries), wait, "setting the clock forward has no effect");
            assert!(matches!(tries.count().unwrap(), Standing::Waiting { .. }), "nor may one try meanwhile");
            clock.advance(wait - Duration::from_millis(1));
            assert_eq!(waiting(&tries), Duration::from_millis(1));
            clock.advance(Duration::from_millis(1));
            assert_eq!(tries.standing().unwrap(), Standing::Free { tries_left: 1 }, "then one try");
            use_up(&tries, 1);
        }
    }

    #[test]
    fn fault_27_a_restart_of_the_machine_begins_the_wait_again() {
        let (keychain, clock) = start();
        let tries = Tries::new(&keychain, &clock);
        use_up(&tries, FREE_TRIES);
        clock.advance(Duration::from_secs(50));
        clock.reboot_after(Duration::from_secs(3600));
        assert_eq!(waiting(&tries), MINUTE, "how long it was off proves nothing");
        clock.advance(MINUTE);
        assert_eq!(waiting(&tries), Duration::ZERO, "and it begins again only once");
    }

    #[test]
    fn fault_29_a_counter_taken_away_costs_a_day() {
        let (keychain, clock) = start();
        let tries = Tries::new(&keychain, &clock);
        for value in [None, Some(b"".as_slice()), Some(b"{\"tries\":0}"), Some(b"0")] {
            keychain.tamper("try-counter", value);
            assert_eq!(waiting(&tries), 24 * HOUR, "a missing or altered counter is the longest wait");
        }
        clock.advance(24 * HOUR);
        assert_eq!(tries.standing().unwrap(), Standing::Free { tries_left: 1 });
    }

    #[test]
    fn tries_before_the_first_wait_are_told() {
        let (keychain, clock) = start();
        let tries = Tries::new(&keychain, &clock);
        use_up(&tries, 2);
        clock.reboot_after(HOUR);
        assert_eq!(tries.standing().unwrap(), Standing::Free { tries_left: 3 }, "counted across restarts");
        tries.clear().unwrap();
        assert_eq!(tries.standing().unwrap(), Standing::Free { tries_left: 5 });
    }

    #[derive(Debug, Clone)]
    enum Event {
        Try,
        Pass(u64),
        SetWall(i64),
        Reboot,
        TakeAway,
    }

    proptest! {
        #[test]
        fn a_guesser_gets_five_tries_and_then_pays_in_running_time(
            events in proptest::collection::vec(prop_oneof![
                4 => Just(Event::Try),
                2 => (0..100_u64).prop_map(Event::Pass),
                1 => (-10_000..10_000_i64).prop_map(Event::SetWall),
                1 => Just(Event::Reboot),
                1 => Just(Event::TakeAway),
            ], 1..60),
        ) {
            let (keychain, clock) = start();
            let tries = Tries::new(&keychain, &clock);
            let (mut made, mut ran) = (0_u32, Duration::ZERO);
            for event in events {
                match event {
                    Event::Try => made += u32::from(matches!(tries.count().unwrap(), Standing::Free { .. })),
                    Event::Pass(minutes) => {
                        clock.advance(Duration::from_secs(minutes * 60));
                        ran += Duration::from_secs(minutes * 60);
                    }
                    Event::SetWall(hours) => {
                        clock.set_wall(Timestamp::from_millis(1_795_492_800_000 + hours * 3_600_000));
                    }
                    Event::Reboot => clock.reboot_after(HOUR),
                    Event::TakeAway => keychain.tamper("try-counter", None),
                }
                // The least that so many tries cost.
                let paid: Duration = (FREE_TRIES..made).map(|n| WAITS[(n - FREE_TRIES).min(4) as usize]).sum();
                prop_assert!(ran >= paid, "{made} tries within {ran:?} of running time");
            }
        }
    }
}
