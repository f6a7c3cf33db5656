//! Instants and the clock port. Time is a guest everywhere: whoever needs it is handed a [`Clock`].

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::sync::Mutex;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The text is not an instant or a month as this protocol writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time of this protocol")]
pub struct TimeError;

/// An instant in milliseconds since 1970, written as RFC 3339 in UTC with `Z` and exactly three decimals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first instant of the year 0001.
    const FIRST: i64 = -62_135_596_800_000;
    /// The last instant that the calendar holds in every zone: 9999-12-30T22:00:00.000Z.
    const LAST: i64 = 253_402_207_200_000;

    /// From milliseconds since 1970, kept within years 0001 to 9999.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self(millis.clamp(Self::FIRST, Self::LAST))
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as HTTP signatures count.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// How long after `earlier`; nothing when it is not after.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whether two instants lie within `span` of each other.
    #[must_use]
    pub fn within(self, span: Duration, other: Self) -> bool {
        u128::from(self.0.abs_diff(other.0)) <= span.as_millis()
    }

    pub(crate) fn to_jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self::from_millis(self.0.saturating_add(millis(span)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self::from_millis(self.0.saturating_sub(millis(span)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.to_jiff())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let parsed = text.parse::<jiff::Timestamp>().map_err(|_| TimeError)?;
        let time = Self::from_millis(parsed.as_millisecond());
        // Only the one way of writing is accepted: offsets, other precisions, lower case and years beyond four digits
        // come out different.
        if time.to_string() == text { Ok(time) } else { Err(TimeError) }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A month, written `YYYY-MM`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct YearMonth {
    year: u16,
    month: u8,
}

impl YearMonth {
    /// A month of the years 1900 to 9999.
    ///
    /// # Errors
    /// [`TimeError`] outside of them.
    pub const fn new(year: u16, month: u8) -> Result<Self, TimeError> {
        if year >= 1900 && year <= 9999 && month >= 1 && month <= 12 {
            Ok(Self { year, month })
        } else {
            Err(TimeError)
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for YearMonth {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let (year, month) = text.split_once('-').ok_or(TimeError)?;
        let digits = |part: &str, len| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(TimeError);
        }
        Self::new(year.parse().map_err(|_| TimeError)?, month.parse().map_err(|_| TimeError)?)
    }
}

impl Serialize for YearMonth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for YearMonth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The clocks of one machine. Every implementation is monotone in `boottime` within one boot.
pub trait Clock: Send + Sync {
    /// The wall clock; a person may have set it to anything.
    fn now(&self) -> Timestamp;
    /// Time since this machine was started, counting sleep; no one can set it.
    fn boottime(&self) -> Duration;
    /// Names the running boot; another value means `boottime` began again.
    fn boot_id(&self) -> String;
}

/// A clock moved by hand: for tests, and below the demonstration's own clock.
#[derive(Debug)]
pub struct ManualClock(Mutex<Hands>);

#[derive(Debug, Clone, Copy)]
struct Hands {
    wall: Timestamp,
    boot: Duration,
    boots: u32,
}

impl ManualClock {
    /// A clock that shows `now`, on a machine started an hour before.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(Mutex::new(Hands { wall: now, boot: Duration::from_secs(3600), boots: 1 }))
    }

    fn hands(&self) -> std::sync::MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Time passes: wall and boot time together.
    pub fn advance(&self, span: Duration) {
        let mut hands = self.hands();
        hands.wall = hands.wall + span;
        hands.boot += span;
    }

    /// Somebody sets the wall clock.
    pub fn set_wall(&self, now: Timestamp) {
        self.hands().wall = now;
    }

    /// The machine was off for `span` and started again.
    pub fn reboot_after(&self, span: Duration) {
        let mut hands = self.hands();
        hands.wall = hands.wall + span;
        hands.boot = Duration::from_secs(20);
        hands.boots += 1;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.hands().wall
    }

    fn boottime(&self) -> Duration {
        self.hands().boot
    }

    fn boot_id(&self) -> String {
        format!("boot-{}", self.hands().boots)
    }
}
