//! Dates for people, as precise as they are known.

use demarche_case::{Moment, Precision};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `2014`, `September 2014`, `24 November 2014`, `22 December 2014, 16:15 UTC`.
pub(crate) fn date(moment: Moment) -> String {
    let date = moment.date();
    let month = usize::try_from(date.month() - 1).ok().and_then(|month| MONTHS.get(month));
    let month = month.copied().expect("a month is from 1 to 12");
    let year = format!("{:04}", date.year());
    match moment.precision() {
        Precision::Year => year,
        Precision::Month => format!("{month} {year}"),
        Precision::Day => format!("{} {month} {year}", date.day()),
        Precision::Minute | Precision::Second => {
            format!("{} {month} {year}, {} UTC", date.day(), time_of_day(moment))
        }
    }
}

/// The date with hour and minute, where these are known, and never seconds.
pub(crate) fn minute(moment: Moment) -> String {
    match Moment::of_day(moment.date()).filter(|_| moment.time().is_some()) {
        Some(day) => format!("{}, {} UTC", date(day), hour_and_minute(moment)),
        None => date(moment),
    }
}

fn time_of_day(moment: Moment) -> String {
    let minutes = hour_and_minute(moment);
    match moment.time().filter(|_| moment.precision() == Precision::Second) {
        Some(time) => format!("{minutes}:{:02}", time.second()),
        None => minutes,
    }
}

fn hour_and_minute(moment: Moment) -> String {
    let time = moment.time();
    time.map_or_else(String::new, |time| format!("{:02}:{:02}", time.hour(), time.minute()))
}

/// The date, or that it is not known.
pub(crate) fn date_if_known(moment: Option<Moment>) -> String {
    moment.map_or_else(|| "date not known".to_owned(), date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_claims_no_more_than_is_known() {
        for (moment, text) in [
            ("2014", "2014"),
            ("2014-09", "September 2014"),
            ("2014-11-04", "4 November 2014"),
            ("2014-12-22T16:15Z", "22 December 2014, 16:15 UTC"),
            ("2014-12-22T16:15:09Z", "22 December 2014, 16:15:09 UTC"),
        ] {
            assert_eq!(date(moment.parse().unwrap()), text);
        }
    }
}
