//! Days of the calendar as issuers and people write them.

/// The first and the last year in which a living or lately dead person can be born.
const BIRTH_YEARS: std::ops::RangeInclusive<u32> = 1900..=2029;

/// The first year whose children are no employees yet.
const RECENT: u32 = 2010;

/// Returns true if the calendar has the day; a century that is not known leaves leap years open.
pub(crate) fn is_day(year: u32, month: u32, day: u32) -> bool {
    let longest = match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => 0,
    };
    (1..=longest).contains(&day)
}

/// A day on which a person can be born.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Birthday {
    year: u32,
    month: u32,
    day: u32,
}

impl Birthday {
    /// Returns the day if the calendar has it and a person of today can be born on it.
    pub(crate) fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        (BIRTH_YEARS.contains(&year) && is_day(year, month, day)).then_some(Self {
            year,
            month,
            day,
        })
    }

    /// Returns true for a day on which, in the texts of companies, more often something else happened.
    pub(crate) fn is_recent(self) -> bool {
        self.year >= RECENT
    }

    /// The day as ISO 8601 writes it.
    pub(crate) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}
