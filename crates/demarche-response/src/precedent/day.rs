//! Days as catalogues write them, with placeholders told apart.

use demarche_case::Moment;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// A day of a catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    /// Days since 1970.
    number: i64,
    /// True for the first of January, which stands for a year.
    pub(crate) is_year: bool,
    /// True for the first of a month, which may stand for the month.
    pub(crate) is_first: bool,
}

impl Day {
    /// Reads `2014-11-24`, with whatever follows.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let day = text.trim().get(..10)?;
        let number = day.parse::<Moment>().ok()?.unix_seconds() / DAY;
        Some(Self { number, is_year: day.ends_with("-01-01"), is_first: day.ends_with("-01") })
    }

    /// The first of a list with semicolons that is no placeholder.
    pub(crate) fn first(list: &str) -> Option<Self> {
        list.split(';').filter_map(Self::read).filter(|day| !day.is_year).min()
    }

    /// Days from anearlier to this one; negative where the earlier is later.
    pub(crate) fn since(self, earlier: Self) -> i64 {
        // Four digits of a year: no difference is near the end of 64 bits.
        self.number - earlier.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_across_years() {
        let day = |text| Day::read(text).unwrap();
        assert_eq!(day("2015-01-02").since(day("2014-11-24 00:00:00")), 39);
        assert_eq!(day("1969-12-31").since(day("1970-01-01")), -1);
        assert_eq!(day("2014-11-24").since(day("2015-01-02")), -39);
        assert_eq!(Day::read("NaT"), None);
        assert_eq!(Day::read("2014"), None);
    }

    #[test]
    fn a_year_alone_is_never_the_first_day() {
        let first = |text| Day::first(text).map(|day| day.since(Day::read("2018-02-01").unwrap()));
        assert_eq!(first("2018-01-01; 2018-02-16; 2018-02-15; NaT"), Some(14));
        assert_eq!(first("2018-01-01"), None);
        assert_eq!(first(""), None);
    }
}
