use std::fmt;

/// Nanoseconds in one second.
const NANOS: i128 = 1_000_000_000;

/// An instant of UTC, in nanoseconds since 1970, from year 0 to year 9999.
///
/// Digits beyond the ninth of a fraction are dropped. A second of 60 is the first second of the next minute.
///
/// Source: STIX 2.1, section 2.16 (timestamp), after RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i128);

impl Timestamp {
    /// Reads `YYYY-MM-DDThh:mm:ss[.s+]Z`; `None` for every other text and for days that no calendar has.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (seconds, fraction) = text.split_at_checked(19)?;
        let part = |from, to, end: &str| {
            let digits = seconds.get(from..to)?;
            let is_number = digits.bytes().all(|sign| sign.is_ascii_digit());
            let has_end = end.is_empty() || seconds.get(to..to + 1) == Some(end);
            if is_number && has_end { digits.parse::<i64>().ok() } else { None }
        };
        let (year, month, day) = (part(0, 4, "-")?, part(5, 7, "-")?, part(8, 10, "T")?);
        let (hour, minute, second) = (part(11, 13, ":")?, part(14, 16, ":")?, part(17, 19, "")?);
        if !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
            return None;
        }
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let seconds = ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
        Some(Self(i128::from(seconds) * NANOS + i128::from(read_fraction(fraction)?)))
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn nanoseconds(self) -> i128 {
        self.0
    }
}

/// Nanoseconds of `Z` or `.s+Z`.
fn read_fraction(text: &str) -> Option<u32> {
    let digits = text.strip_suffix('Z')?;
    let Some(digits) = digits.strip_prefix('.') else {
        return digits.is_empty().then_some(0);
    };
    if digits.is_empty() || !digits.bytes().all(|sign| sign.is_ascii_digit()) {
        return None;
    }
    let nine = digits.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(nine.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to a day of the Gregorian calendar.
///
/// Source: Hinnant (2014), "chrono-compatible low-level date algorithms".
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The year, month and day of a number of days since 1970-01-01; the inverse of [`days_since_1970`].
fn day_of(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i128::from(month <= 2), month, day)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = (self.0.div_euclid(NANOS), self.0.rem_euclid(NANOS));
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = day_of(days);
        let (hour, minute) = (second / 3600, second / 60 % 60);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}", second % 60)?;
        if nanos != 0 {
            write!(f, ".{}", format!("{nanos:09}").trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_print_as_they_were_read() {
        for text in [
            "1970-01-01T00:00:00Z",
            "0000-03-01T00:00:00Z",
            "9999-12-31T23:59:59.999999999Z",
            "2000-02-29T12:34:56.5Z",
            "1900-02-28T23:59:59.000001Z",
        ] {
            assert_eq!(Timestamp::read(text).unwrap().to_string(), text);
        }
        let known = Timestamp::read("2016-11-01T00:00:00Z").unwrap();
        assert_eq!(known.nanoseconds(), 1_477_958_400 * NANOS, "date -d 2016-11-01 +%s");
    }

    #[test]
    fn a_leap_second_is_the_next_second() {
        let leap = Timestamp::read("2016-12-31T23:59:60Z");
        assert_eq!(leap, Timestamp::read("2017-01-01T00:00:00Z"));
    }

    #[test]
    fn other_texts_are_no_instants() {
        for text in [
            "",
            "2016-11-01",
            "2016-11-01T00:00:00",
            "2016-11-01T00:00:00.Z",
            "2016-11-01t00:00:00Z",
            "2016-11-01T24:00:00Z",
            "2015-02-29T00:00:00Z",
            "2016-13-01T00:00:00Z",
            "2016-11-01T00:00:00+00:00",
            "+016-11-01T00:00:00Z",
            "2016-11-01T00:00:00.1é",
        ] {
            assert_eq!(Timestamp::read(text), None, "{text}");
        }
    }
}
