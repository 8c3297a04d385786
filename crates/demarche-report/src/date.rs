//! Dates for people, as precise as they are known.

use demarche_case::Moment;

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
    let text = moment.to_string();
    let (day, time) =
        text.split_once('T').map_or((text.as_str(), None), |(day, time)| (day, Some(time)));
    let mut parts = day.split('-');
    let year = parts.next().unwrap_or_default();
    let month = parts.next().and_then(|month| {
        let number: usize = month.parse().ok()?;
        MONTHS.get(number.checked_sub(1)?)
    });
    let day = parts.next().map(|day| day.trim_start_matches('0'));
    let date = match (day, month) {
        (Some(day), Some(month)) => format!("{day} {month} {year}"),
        (None, Some(month)) => format!("{month} {year}"),
        _ => year.to_owned(),
    };
    time.map_or_else(|| date.clone(), |time| format!("{date}, {} UTC", time.trim_end_matches('Z')))
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
