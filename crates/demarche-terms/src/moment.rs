//! A point in time with the precision that is known, always in UTC.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A point in time, as precisely as it is known: a year, month, day, minute or second, in UTC.
///
/// The text is RFC 3339's, cut where knowledge ends: `2014-09`, `2014-11-24`, `2014-12-22T16:15Z`.
/// A time needs its offset and is turned into UTC; local times without one, and fractions of a second, are errors.
/// The order is by the earliest instant it can mean, the less precise first.
///
/// ```
/// # use demarche_terms::Moment;
/// let outage: Moment = "2014-12-23T01:15+09:00".parse()?;
/// assert_eq!(outage.to_string(), "2014-12-22T16:15Z");
/// assert!("2014-09".parse::<Moment>()? < outage);
/// # Ok::<(), demarche_terms::MomentError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(
    with = "String",
    extend("pattern" = r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?)?)?$")
)]
pub struct Moment {
    /// The earliest instant it can mean, in UTC, from the years 0 to 9999.
    earliest: DateTime,
    precision: Precision,
}

/// The precision of the moment.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the units name themselves")]
pub enum Precision {
    Year,
    Month,
    Day,
    Minute,
    Second,
}

impl Moment {
    /// A day; `None` outside the years 0 to 9999.
    #[must_use]
    pub fn of_day(date: Date) -> Option<Self> {
        let earliest = date.to_datetime(Time::midnight());
        (date.year() >= 0).then_some(Self { earliest, precision: Precision::Day })
    }

    /// A second, counted from 1970-01-01T00:00:00Z as in MRT files.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "four bytes of seconds end in the year 2106")]
    pub fn of_unix_seconds(seconds: u32) -> Self {
        let instant = jiff::Timestamp::from_second(i64::from(seconds))
            .expect("four bytes of seconds end in the year 2106");
        Self { earliest: Offset::UTC.to_datetime(instant), precision: Precision::Second }
    }

    /// The precision of the moment.
    #[must_use]
    pub const fn precision(self) -> Precision {
        self.precision
    }

    /// The year, from 0 to 9999.
    #[must_use]
    pub fn year(self) -> u16 {
        self.earliest.year().unsigned_abs()
    }

    /// The earliest day it can mean.
    #[must_use]
    pub fn date(self) -> Date {
        self.earliest.date()
    }

    /// The day in the middle of the year or month that is known, else the day itself.
    #[must_use]
    pub fn middle_day(self) -> Date {
        let first = self.date();
        let (month, day) = match self.precision {
            Precision::Year => (7, 15),
            Precision::Month => (first.month(), 15),
            Precision::Day | Precision::Minute | Precision::Second => (first.month(), first.day()),
        };
        Date::new(first.year(), month, day).unwrap_or(first)
    }

    /// The time of day, to the minute or second; `None` where no more than the day is known.
    #[must_use]
    pub fn time(self) -> Option<Time> {
        (self.precision >= Precision::Minute).then(|| self.earliest.time())
    }

    /// The earliest instant it can mean as a full RFC 3339 text, for formats that know no precision.
    #[must_use]
    pub fn rfc3339(self) -> String {
        Self { precision: Precision::Second, ..self }.to_string()
    }

    /// The earliest instant it can mean, in seconds since 1970, for a scale on a drawing.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        Offset::UTC.to_timestamp(self.earliest).map_or(0, |instant| instant.as_second())
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.earliest, self.precision).cmp(&(other.earliest, other.precision))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.earliest;
        write!(f, "{:04}", start.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", start.month())?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", start.day())?;
        }
        match self.precision {
            Precision::Year | Precision::Month | Precision::Day => Ok(()),
            Precision::Minute => write!(f, "T{:02}:{:02}Z", start.hour(), start.minute()),
            Precision::Second => {
                write!(f, "T{:02}:{:02}:{:02}Z", start.hour(), start.minute(), start.second())
            }
        }
    }
}

/// The text is not a moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MomentError {
    /// The text has another form.
    #[error("not a date or time in RFC 3339: `{0}`")]
    Form(String),
    /// The calendar has no such day, or the clock no such time.
    #[error("no such date or time: `{0}`")]
    Calendar(String),
    /// A local time in an unknown zone.
    #[error("a time without its offset from UTC: `{0}`")]
    NoOffset(String),
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let form = || MomentError::Form(text.to_owned());
        let calendar = || MomentError::Calendar(text.to_owned());
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = parts.next().and_then(|year| digits(year, 4)).ok_or_else(form)?;
        let mut part = || parts.next().map(|part| digits(part, 2).ok_or_else(form)).transpose();
        let (month, day) = (part()?, part()?);
        if parts.next().is_some() || (time.is_some() && day.is_none()) {
            return Err(form());
        }
        let utc = |hour, minute, second| {
            let (month, day) = (small(month.unwrap_or(1))?, small(day.unwrap_or(1))?);
            DateTime::new(year, month, day, small(hour)?, small(minute)?, small(second)?, 0).ok()
        };
        let Some(time) = time else {
            let precision = match (month, day) {
                (None, _) => Precision::Year,
                (Some(_), None) => Precision::Month,
                (Some(_), Some(_)) => Precision::Day,
            };
            return Ok(Self { earliest: utc(0, 0, 0).ok_or_else(calendar)?, precision });
        };
        let (time, offset) = match time.find(['Z', 'z', '+', '-']) {
            Some(end) => time.split_at_checked(end).ok_or_else(form)?,
            None => return Err(MomentError::NoOffset(text.to_owned())),
        };
        let (hour, minute, second) = clock(time).ok_or_else(form)?;
        let precision = if second.is_some() { Precision::Second } else { Precision::Minute };
        let local = utc(hour, minute, second.unwrap_or(0)).ok_or_else(calendar)?;
        let ahead = offset_minutes(offset).ok_or_else(form)?;
        let earliest = local
            .checked_sub(jiff::SignedDuration::from_mins(ahead))
            .ok()
            .filter(|utc| utc.year() >= 0)
            .ok_or_else(calendar)?;
        Ok(Self { earliest, precision })
    }
}

/// `HH:MM` or `HH:MM:SS`.
fn clock(time: &str) -> Option<(i16, i16, Option<i16>)> {
    let mut parts = time.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = match parts.next() {
        Some(second) => Some(digits(second, 2)?),
        None => None,
    };
    if parts.next().is_some() { None } else { Some((hour, minute, second)) }
}

/// `Z`, `+HH:MM` or `-HH:MM`, in minutes ahead of UTC, up to a day.
fn offset_minutes(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hour, minute, None) = clock(rest)? else { return None };
    if hour < 24 && minute < 60 { Some(sign * i64::from(hour * 60 + minute)) } else { None }
}

/// Exactly `count` ASCII digits.
fn digits(text: &str, count: usize) -> Option<i16> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn small(number: i16) -> Option<i8> {
    i8::try_from(number).ok()
}

impl TryFrom<String> for Moment {
    type Error = MomentError;

    fn try_from(text: String) -> Result<Self, MomentError> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_precision_is_read_back() {
        for text in ["2014", "2014-09", "2014-11-24", "2014-12-22T16:15Z", "2016-02-29T23:59:59Z"] {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), text);
        }
        assert_eq!("2014-09".parse::<Moment>().unwrap().rfc3339(), "2014-09-01T00:00:00Z");
        assert_eq!("1970-01-02".parse::<Moment>().unwrap().unix_seconds(), 86_400);
    }

    #[test]
    fn what_the_calendar_does_not_have_is_an_error() {
        for text in [
            "",
            "14",
            "2014-13",
            "2014-02-29",
            "2014-1-1",
            "2014-09T10:00Z",
            "2014-01-01T24:00Z",
            "2014-01-01T10:00:60Z",
            "2014-01-01T10:00:00.5Z",
            "2014-01-01T10:00+25:00",
            "2014-01-01T10Z",
            "0000-01-01T00:00+01:00",
            "+014",
            "2014-01-01Té:00Z",
        ] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_local_time_without_offset_is_an_error_of_its_own() {
        let error = "2014-12-22T16:15".parse::<Moment>().unwrap_err();
        assert!(matches!(error, MomentError::NoOffset(_)));
    }

    #[test]
    fn the_less_precise_comes_first_on_the_same_day() {
        let order: Vec<Moment> =
            ["2014", "2014-01", "2014-01-01", "2014-01-01T00:00Z", "2014-01-01T00:00:00Z"]
                .iter()
                .map(|text| text.parse().unwrap())
                .collect();
        assert!(order.is_sorted());
    }
}
