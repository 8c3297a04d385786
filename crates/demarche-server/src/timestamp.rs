//! Points in time as TAXII and STIX write them.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// A point in time: microseconds since 1970-01-01T00:00:00Z, negative before.
///
/// Displayed as TAXII demands it, in UTC with six digits of the second; years run from 0 to 9999.
/// Reading accepts any number of digits and drops those behind the sixth.
///
/// Source: TAXII 2.1, section 2, `timestamp`.
///
/// ```
/// # use demarche_server::Timestamp;
/// let timestamp: Timestamp = "2026-01-02T03:04:05.5Z".parse()?;
/// assert_eq!(timestamp.to_string(), "2026-01-02T03:04:05.500000Z");
/// # Ok::<(), demarche_server::TimestampError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub(crate) i64);

/// The text is no timestamp in UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a timestamp in UTC such as 2026-01-02T03:04:05.000000Z: `{0}`")]
pub struct TimestampError(String);

impl Timestamp {
    /// 1970-01-01T00:00:00Z, earlier than anything that a server holds.
    pub const EPOCH: Self = Self(0);

    /// Reads microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn of_unix_microseconds(microseconds: i64) -> Self {
        Self(microseconds)
    }

    /// Returns microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_microseconds(self) -> i64 {
        self.0
    }

    /// Returns the point in time this many seconds later; the last one there is when that is too far.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timestamp = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::MAX);
        let civil = TimeZone::UTC.to_datetime(timestamp);
        let (date, time) = (civil.date(), civil.time());
        let (year, month, day) = (date.year(), date.month(), date.day());
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        let micros = time.subsec_nanosecond() / 1000;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Moment::read(text)
            .and_then(|moment| moment.timestamp())
            .ok_or_else(|| TimestampError(text.chars().take(100).collect()))
    }
}

/// The parts of a timestamp, with every digit of the second.
struct Moment<'a> {
    seconds: &'a str,
    date: Date,
    time: Time,
    fraction: &'a str,
}

impl<'a> Moment<'a> {
    /// Reads `YYYY-MM-DDTHH:MM:SS[.s+]Z`; a leap second is read as the second before it.
    fn read(text: &'a str) -> Option<Self> {
        let text = text.strip_suffix('Z')?;
        let (seconds, fraction) = match text.split_once('.') {
            Some((seconds, fraction)) => (seconds, Some(fraction)),
            None => (text, None),
        };
        let is_fraction =
            |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !fraction.is_none_or(is_fraction) {
            return None;
        }
        let shape = seconds.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
        if !shape.eq(*b"0000-00-00T00:00:00") {
            return None;
        }
        let number = |from: usize, to: usize| seconds.get(from..to)?.parse::<i16>().ok();
        let small = |from: usize, to: usize| number(from, to).and_then(|n| i8::try_from(n).ok());
        let date = Date::new(number(0, 4)?, small(5, 7)?, small(8, 10)?).ok()?;
        let (hour, minute, second) = (small(11, 13)?, small(14, 16)?, small(17, 19)?);
        let is_leap = (hour, minute, second) == (23, 59, 60);
        let second = if is_leap { 59 } else { second };
        let time = Time::new(hour, minute, second, 0).ok()?;
        Some(Self { seconds, date, time, fraction: fraction.unwrap_or("") })
    }

    fn timestamp(&self) -> Option<Timestamp> {
        let civil = self.date.to_datetime(self.time);
        let timestamp = TimeZone::UTC.to_timestamp(civil).ok()?;
        let digits = self.fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
        let micros = digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
        Some(Timestamp(timestamp.as_second() * 1_000_000 + micros))
    }
}

/// The version of an object such that the order of texts is the order of time: no `Z`, no zeros at the end.
///
/// STIX lets a second have any number of digits, so `01Z`, `01.0Z` and `01.000Z` are one version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct VersionKey(pub(crate) String);

impl VersionKey {
    /// The key of a timestamp; `None` when the text is no timestamp in UTC or has over 100 bytes.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() > 100 {
            return None;
        }
        let moment = Moment::read(text)?;
        let fraction = moment.fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        Some(Self(format!("{}{point}{fraction}", moment.seconds)))
    }
}

/// The source of the current time, handed in so that tests can turn it back.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks this function.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The clock of the machine; [`Timestamp::EPOCH`] when that stands before 1970.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn of_the_machine() -> Self {
        Self::new(|| {
            let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            let micros = since.map_or(0, |since| since.as_micros());
            Timestamp(i64::try_from(micros).unwrap_or(i64::MAX))
        })
    }

    /// The time it shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_comes_back_as_it_was_written() {
        for text in ["2026-01-02T03:04:05.000001Z", "1969-12-31T23:59:59.999999Z"] {
            assert_eq!(text.parse::<Timestamp>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_timestamp_in_utc_is_an_error() {
        for text in [
            "",
            "now",
            "2026-01-02",
            "2026-01-02T03:04:05",
            "2026-02-30T03:04:05Z",
            "2026-01-02T24:04:05Z",
            "2026-01-02T03:04:05+00:00",
            "2026-01-02T03:04:05.Z",
            "2026-01-02T03:04:05.1.2Z",
            "2026-01-02 03:04:05Z",
            "-026-01-02T03:04:05Z",
            "2026-01-02T03:04:0５Z",
            "9999999-01-02T03:04:05Z",
            "\u{0}",
        ] {
            assert!(text.parse::<Timestamp>().is_err(), "{text}");
        }
    }

    #[test]
    fn versions_order_as_time_does_whatever_their_digits() {
        let key = |text: &str| VersionKey::read(text).unwrap();
        assert_eq!(key("2016-01-01T01:01:01Z"), key("2016-01-01T01:01:01.000Z"));
        assert!(key("2016-01-01T01:01:01Z") < key("2016-01-01T01:01:01.5Z"));
        assert!(key("2016-01-01T01:01:01.49Z") < key("2016-01-01T01:01:01.5Z"));
        assert!(key("2016-01-01T01:01:01.9999999Z") < key("2016-01-01T01:01:02Z"));
    }
}
