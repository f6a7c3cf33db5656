//! The end of a report, day by day: two years of hours, and the years in which China moved its clocks.

use std::time::Duration;

use proptest::prelude::*;
use protocol::calendar::{beijing_day, retention_end};
use protocol::time::Timestamp;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant as the wire writes it")
}

#[test]
fn two_years_hour_by_hour() {
    let first = at("2026-01-01T00:00:00.000Z").millis();
    for hour in 0..2 * 366 * 24 {
        for edge in [-1, 0, 1] {
            let generated = Timestamp::from_millis(first + hour * HOUR_MS + edge);
            let end = retention_end(generated);
            // Beijing is eight hours ahead all year since 1991: its midnights are plain arithmetic.
            let day = (generated.millis() + 8 * HOUR_MS).div_euclid(DAY_MS);
            assert_eq!(end.millis(), (day + 8) * DAY_MS - 8 * HOUR_MS, "generated at {generated}");
            let readable = end.since(generated);
            assert!(
                readable > Duration::from_secs(7 * 86_400) && readable <= Duration::from_secs(8 * 86_400),
                "seven whole days at {generated}"
            );
        }
    }
}

#[test]
fn the_years_of_summer_time_have_days_of_other_lengths() {
    // China had summer time from 1986 to 1991; 8 x 86,400 s would be an hour off across its edges.
    let begins = at("1986-04-30T04:00:00.000Z");
    assert_eq!(
        retention_end(begins),
        at("1986-05-07T15:00:00.000Z"),
        "clocks went forward on 4 May 1986: the eighth midnight comes an hour early"
    );
    let ends = at("1986-09-10T04:00:00.000Z");
    assert_eq!(retention_end(ends), at("1986-09-17T16:00:00.000Z"), "clocks went back on 14 September 1986");
}

#[test]
fn every_day_of_summer_time_ends_at_a_midnight_of_beijing() {
    let first = at("1986-01-01T00:00:00.000Z").millis();
    for day in 0..6 * 366 {
        let generated = Timestamp::from_millis(first + day * DAY_MS + 5 * HOUR_MS);
        let end = retention_end(generated);
        let days = |at: Timestamp| beijing_day(at);
        let before = Timestamp::from_millis(end.millis() - 1);
        let counted = (days(before) - days(generated)).get_days();
        assert_eq!(counted, 7, "the last readable instant is in the seventh day after {generated}");
        assert!(days(end) > days(before), "the end is the first instant of its day");
    }
}

#[test]
fn the_day_is_that_of_beijing() {
    assert_eq!(beijing_day(at("2026-11-24T15:59:59.999Z")).to_string(), "2026-11-24", "a millisecond before midnight");
    assert_eq!(beijing_day(at("2026-11-24T16:00:00.000Z")).to_string(), "2026-11-25", "midnight");
}

proptest! {
    #[test]
    fn every_end_is_the_eighth_midnight_of_beijing(millis in 700_000_000_000_i64..253_000_000_000_000) {
        // From 1992 on there is no summer time: plain arithmetic is its own judge.
        let generated = Timestamp::from_millis(millis);
        let day = (millis + 8 * HOUR_MS).div_euclid(DAY_MS);
        prop_assert_eq!(retention_end(generated).millis(), (day + 8) * DAY_MS - 8 * HOUR_MS, "generated at {}", generated);
    }

    #[test]
    fn no_instant_breaks_the_calendar(millis in any::<i64>()) {
        let generated = Timestamp::from_millis(millis);
        let written: Timestamp = at(&generated.to_string());
        prop_assert_eq!(written, generated, "every instant can be written and read");
        let end = retention_end(generated);
        prop_assert!(end >= generated, "no report ends before it was made: {}", generated);
        prop_assert_eq!(at(&end.to_string()), end, "and its end can be written too");
    }
}

/// What the child of the next test prints: ends of a winter, a summer and a leap day.
#[test]
fn ends_under_the_zone_of_this_process() {
    for generated in ["2026-11-24T15:59:59.999Z", "2026-07-01T16:00:00.000Z", "2028-02-22T03:00:00.000Z"] {
        let end = retention_end(at(generated)).to_string();
        assert!(end.ends_with("T16:00:00.000Z"), "midnight in Beijing is 16:00Z in every zone, {generated}: {end}");
    }
}

#[test]
fn the_zone_of_the_machine_changes_nothing() {
    let own = std::env::current_exe().expect("this test's own program");
    for zone in
        ["America/New_York", "Pacific/Kiritimati", "Pacific/Niue", "Europe/London", "Asia/Kathmandu", "nonsense"]
    {
        let child = std::process::Command::new(&own)
            .args(["--exact", "ends_under_the_zone_of_this_process"])
            .env("TZ", zone)
            .output()
            .expect("this test's own program runs");
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "a machine in {zone}: {said}");
    }
}
