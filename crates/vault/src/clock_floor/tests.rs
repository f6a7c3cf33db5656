//! The mark against every fault of time.

use device::{KeychainError, MemoryKeychain};
use proptest::prelude::*;
use protocol::time::ManualClock;

use super::*;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn noon() -> Timestamp {
    Timestamp::from_millis(1_795_492_800_000)
}

struct World {
    clock: Arc<ManualClock>,
    keychain: MemoryKeychain,
    floor: ClockFloor,
}

fn world() -> World {
    let (clock, keychain) = (Arc::new(ManualClock::at(noon())), MemoryKeychain::new());
    let floor = ClockFloor::new(Arc::new(keychain.clone()), clock.clone());
    floor.confirm(noon()).unwrap();
    World { clock, keychain, floor }
}

impl World {
    fn restart(&mut self) {
        self.floor = ClockFloor::new(Arc::new(self.keychain.clone()), self.clock.clone());
    }

    fn read(&self) -> TimeReading {
        self.floor.read(None).unwrap()
    }
}

#[test]
fn fault_1_setting_the_clock_back_revives_and_lengthens_nothing() {
    for back in [HOUR, DAY, 365 * DAY] {
        let mut world = world();
        let end = noon() + 7 * DAY;
        world.clock.advance(7 * DAY);
        world.clock.set_wall(world.clock.now() - back);
        assert!(world.read().may_destroy(end), "running time alone reached the end");
        world.restart();
        assert!(world.read().is_past(end), "a restart of the app does not revive it");
        world.clock.reboot_after(Duration::ZERO);
        world.restart();
        assert!(world.read().is_past(end), "nor does one of the machine");
    }
}

#[test]
fn fault_2_set_forward_past_the_end_hides_and_does_not_destroy_then_back() {
    let world = world();
    let end = noon() + 7 * DAY;
    world.clock.set_wall(noon() + 8 * DAY);
    let reading = world.read();
    assert!(reading.doubtful, "more than ten minutes ahead of the running time");
    assert!(reading.is_past(end), "past the end it is unreadable");
    assert!(!reading.may_destroy(end), "but nothing is destroyed on a doubtful clock");
    world.clock.set_wall(noon());
    let reading = world.read();
    assert!(!reading.doubtful && !reading.is_past(end), "set back, it is readable again until its true end");
}

#[test]
fn fault_2_unconfirmed_for_three_days_of_running_destroys() {
    let mut world = world();
    let end = noon() + 7 * DAY;
    world.clock.set_wall(noon() + 8 * DAY);
    for hour in 0..72 {
        assert!(!world.read().may_destroy(end), "hour {hour}");
        world.clock.advance(HOUR);
        world.restart();
    }
    assert!(world.read().may_destroy(end), "nobody confirmed it for 72 hours of running");
}

#[test]
fn fault_3_off_past_the_end_is_destroyed_once_confirmed() {
    let mut world = world();
    let end = noon() + 7 * DAY;
    world.clock.reboot_after(9 * DAY);
    world.restart();
    let reading = world.read();
    assert!(reading.doubtful && reading.is_past(end), "off for nine days: unreadable at once");
    assert!(!reading.may_destroy(end), "and not destroyed before anyone signed the time");
    world.floor.confirm(noon() + 9 * DAY).unwrap();
    assert!(world.read().may_destroy(end), "signed time confirms the end");
}

#[test]
fn off_for_a_night_is_believed() {
    let mut world = world();
    world.clock.reboot_after(35 * HOUR);
    world.restart();
    let reading = world.read();
    assert!(!reading.doubtful, "within 36 hours of signed time");
    assert!(reading.may_destroy(noon() + 35 * HOUR));
}

#[test]
fn offline_for_days_of_running_a_night_off_is_still_believed() {
    let mut world = world();
    world.clock.advance(3 * DAY);
    world.read();
    world.clock.reboot_after(10 * HOUR);
    world.restart();
    let reading = world.read();
    assert!(!reading.doubtful, "the running time vouches for three days, and one night is within 36 hours");
    assert!(reading.may_destroy(noon() + 3 * DAY + 10 * HOUR));
    world.clock.reboot_after(27 * HOUR);
    world.restart();
    assert!(world.read().doubtful, "but 37 hours off in all, without anybody signing the time, are not");
}

#[test]
fn only_signed_time_lowers_the_mark() {
    let world = world();
    world.clock.advance(10 * DAY);
    assert!(world.read().is_past(noon() + 10 * DAY));
    world.floor.confirm(noon() + 2 * DAY).unwrap();
    world.clock.set_wall(noon() + 2 * DAY);
    assert!(!world.read().is_past(noon() + 3 * DAY), "the one who signs time may correct it downwards");
}

#[test]
fn a_wall_clock_known_to_be_ahead_hides_nothing_any_more() {
    let world = world();
    world.clock.set_wall(noon() + 8 * DAY);
    assert!(world.read().is_past(noon() + 7 * DAY));
    world.floor.confirm(noon()).unwrap();
    let reading = world.read();
    assert!(
        !reading.doubtful && !reading.is_past(noon() + 7 * DAY),
        "signed time says it is noon, whatever the wall says"
    );
    world.clock.advance(7 * DAY);
    assert!(world.read().may_destroy(noon() + 7 * DAY), "and the end comes at its true instant");
    world.clock.set_wall(world.clock.now() + HOUR);
    assert!(world.read().doubtful, "another jump is doubtful again");
}

#[test]
fn a_mark_taken_away_is_replaced_by_what_the_database_lived_through() {
    let mut world = world();
    for value in [None, Some(b"{}".as_slice()), Some(b"garbage")] {
        world.keychain.tamper("clock-mark", value);
        world.restart();
        world.clock.set_wall(noon() - 300 * DAY);
        let reading = world.floor.read(Some(noon() + 5 * DAY)).unwrap();
        assert!(reading.is_past(noon() + 5 * DAY), "the wall set back does not win by deleting the mark");
    }
}

#[test]
fn fault_21_no_keychain_no_time_but_a_mark_once_read_goes_on() {
    let mut world = world();
    world.keychain.fail(Some(KeychainError::Locked));
    assert!(!world.read().doubtful, "the mark in memory counts while the keychain is locked");
    world.restart();
    assert_eq!(world.floor.read(None), Err(ItemError::Keychain(KeychainError::Locked)));
}

#[test]
fn fault_27_the_mark_fits_the_keychain_with_the_longest_boot_name() {
    let shown = Shown { wall: noon(), boottime: Duration::from_millis(u64::MAX), boot: "f".repeat(36) };
    let mark = ClockMark::first(&shown, None);
    assert!(serde_json::to_vec(&mark).unwrap().len() <= 512);
}

/// What may happen to the clocks of a machine.
#[derive(Debug, Clone)]
enum Event {
    Pass(u64),
    SetWall(i64),
    Reboot(u64),
    RestartApp,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let hours = 0..200_u64;
    let event = prop_oneof![
        hours.clone().prop_map(Event::Pass),
        (-400..400_i64).prop_map(Event::SetWall),
        hours.prop_map(Event::Reboot),
        Just(Event::RestartApp),
    ];
    proptest::collection::vec(event, 1..40)
}

proptest! {
    #[test]
    fn nothing_that_is_over_comes_back_whatever_is_done_to_the_clock(events in events()) {
        let mut world = world();
        let mut floor = world.read().floor;
        let mut running = Duration::ZERO;
        for event in events {
            match event {
                Event::Pass(hours) => {
                    world.clock.advance(Duration::from_secs(hours * 3600));
                    running += Duration::from_secs(hours * 3600);
                }
                Event::SetWall(hours) => {
                    world.clock.set_wall(Timestamp::from_millis(noon().millis() + hours * 3_600_000));
                }
                Event::Reboot(hours) => {
                    world.clock.reboot_after(Duration::from_secs(hours * 3600));
                    world.restart();
                }
                Event::RestartApp => world.restart(),
            }
            let reading = world.read();
            prop_assert!(reading.floor >= floor, "the floor never falls without signed time");
            prop_assert!(reading.now >= reading.floor);
            prop_assert!(
                reading.floor <= noon() + TRUSTED_OFF + running,
                "without signed time the floor is at most 36 hours ahead of the running time"
            );
            floor = reading.floor;
        }
    }
}
