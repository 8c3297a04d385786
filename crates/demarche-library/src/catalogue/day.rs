//! Calendar days and times of day, as archives write them into addresses.

use demarche_case::Moment;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::ask::AskError;

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// A minute of the calendar, UTC, as seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Minute(pub(crate) i64);

impl Minute {
    /// The earliest minute that a moment can mean.
    pub(crate) fn of(moment: Moment) -> Self {
        Self(moment.unix_seconds())
    }

    /// The last multiple of a length in seconds, counted from midnight for every length that divides a day.
    pub(crate) const fn floor(self, seconds: i64) -> Self {
        Self(self.0.div_euclid(seconds) * seconds)
    }

    /// As many seconds earlier.
    pub(crate) const fn before(self, seconds: i64) -> Self {
        Self(self.0 - seconds)
    }

    /// The first day of its month.
    pub(crate) fn month(self) -> Self {
        let day = i64::from(self.civil().day());
        self.floor(DAY).before((day - 1) * DAY)
    }

    /// The first day of the month before.
    pub(crate) fn month_before(self) -> Self {
        self.month().before(DAY).month()
    }

    /// The moment, to the minute.
    pub(crate) fn moment(self) -> Option<Moment> {
        self.civil().strftime("%Y-%m-%dT%H:%MZ").to_string().parse().ok()
    }

    /// The day it is in, as a moment.
    pub(crate) fn day(self) -> Option<Moment> {
        self.dashed().parse().ok()
    }

    /// `2014-12-22`.
    pub(crate) fn dashed(self) -> String {
        self.civil().date().to_string()
    }

    /// `20141222`.
    pub(crate) fn digits(self) -> String {
        self.dashed().replace('-', "")
    }

    /// `1615`.
    pub(crate) fn clock(self) -> String {
        self.civil().strftime("%H%M").to_string()
    }

    /// `2014` and `12`.
    pub(crate) fn year_month(self) -> (String, String) {
        let civil = self.civil();
        (civil.strftime("%Y").to_string(), civil.strftime("%m").to_string())
    }

    /// Date and time of day; the beginning of 1970 for what no calendar has, which no moment reaches.
    fn civil(self) -> DateTime {
        Offset::UTC.to_datetime(Timestamp::from_second(self.0).unwrap_or_default())
    }
}

/// The time asked about, where a set has files from `first` on only.
pub(crate) fn since(at: Option<Moment>, first: &'static str) -> Result<Minute, AskError> {
    let asked = at.ok_or(AskError::NoDate)?;
    let beginning = first.parse().map_or(Minute(i64::MIN), Minute::of);
    let minute = Minute::of(asked);
    if minute < beginning { Err(AskError::TooEarly { first, asked }) } else { Ok(minute) }
}

/// The folder of a day's tables: `--routes` reads a folder, and tables of several days do not belong together.
pub(crate) fn folder(time: Option<Moment>) -> String {
    time.map_or_else(
        || "routes/latest".to_owned(),
        |time| format!("routes/{}", Minute::of(time).dashed()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(text: &str) -> Minute {
        Minute::of(text.parse().unwrap())
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for text in
            ["1969-12-31", "1970-01-01", "2000-02-29", "2014-12-22", "2100-03-01", "2024-02-29"]
        {
            assert_eq!(minute(text).dashed(), text);
        }
        assert_eq!(minute("2014-12-22T16:15Z").clock(), "1615");
    }

    #[test]
    fn a_month_is_found_by_its_first_day() {
        assert_eq!(minute("2014-12-22T16:15Z").month().digits(), "20141201");
        assert_eq!(minute("2014-01-31").month_before().digits(), "20131201");
        assert_eq!(minute("2024-03-31").month_before().digits(), "20240201");
    }

    #[test]
    fn times_are_cut_to_what_exists() {
        assert_eq!(minute("2014-12-22T16:15Z").floor(2 * 3_600).clock(), "1600");
        assert_eq!(minute("2014-12-22T15:59Z").floor(8 * 3_600).clock(), "0800");
        assert_eq!(minute("1960-01-01T05:00Z").floor(2 * 3_600).clock(), "0400");
    }

    #[test]
    fn nothing_is_asked_for_from_before_the_first_file() {
        assert!(since(None, "2005-05-09").is_err());
        assert!(since("2005-05-08T23:59Z".parse().ok(), "2005-05-09").is_err());
        assert!(since("2005-05-09".parse().ok(), "2005-05-09").is_ok());
    }
}
