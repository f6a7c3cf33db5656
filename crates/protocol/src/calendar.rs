//! When a report ends: whole natural days of Beijing, whatever zone the device is in.
//!
//! Civil Code of the PRC, articles 201 and 203: the first day is not counted, the last ends at 24:00.

use std::sync::LazyLock;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, ZonedDateTime};

use crate::time::Timestamp;

/// Natural days a report may be read, after the day it was generated on.
pub const RETENTION_DAYS: i64 = 7;

static SHANGHAI: LazyLock<TimeZone> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the time zone database is compiled in")]
    TimeZone::get("Asia/Shanghai").expect("the compiled time zone database holds Asia/Shanghai")
});

fn in_beijing(at: Timestamp) -> ZonedDateTime {
    at.to_jiff().to_zoned_datetime(SHANGHAI.clone())
}

/// The Beijing calendar day of an instant.
#[must_use]
pub fn beijing_day(at: Timestamp) -> Date {
    in_beijing(at).date()
}

/// The instant a report generated at `generated_at` is unreadable from: D+8 00:00 in Beijing.
#[must_use]
pub fn retention_end(generated_at: Timestamp) -> Timestamp {
    beijing_midnight(generated_at, RETENTION_DAYS + 1)
}

/// 00:00 in Beijing, `days` calendar days after the day of `at`.
#[must_use]
pub fn beijing_midnight(at: Timestamp, days: i64) -> Timestamp {
    // Beyond the last day of the calendar there is only its last instant.
    beijing_day(at)
        .checked_add(Span::new().days(days))
        .and_then(|day| day.to_zoned_datetime(SHANGHAI.clone()))
        .map_or(Timestamp::from_millis(i64::MAX), |midnight| {
            Timestamp::from_millis(midnight.timestamp().as_millisecond())
        })
}
