//! The sources of a part, each kept once by its short name.

use std::collections::HashMap;

use demarche_case::Moment;
use demarche_case::record::{Citation, CitationId};

/// The sources of one part of the record, in the order in which they were first cited.
#[derive(Debug, Default)]
pub(crate) struct Citations {
    list: Vec<Citation>,
    places: HashMap<String, CitationId>,
}

impl Citations {
    /// The source of this name; what it is comes from the first citation, for a name is used for one source.
    pub(crate) fn of(&mut self, name: &str, text: Option<&str>, url: Option<&str>) -> CitationId {
        if let Some(id) = self.places.get(name) {
            return *id;
        }
        let id = CitationId(u32::try_from(self.list.len()).expect("sources are fewer than 2^32"));
        let text = text.unwrap_or("").trim().to_owned();
        let date = date_of(&text);
        let url = url.map(str::trim).filter(|url| !url.is_empty()).map(str::to_owned);
        self.list.push(Citation { name: name.to_owned(), text, url, date });
        self.places.insert(name.to_owned(), id);
        id
    }

    /// The source of this name, if it has been cited.
    pub(crate) fn known(&self, name: &str) -> Option<CitationId> {
        self.places.get(name).copied()
    }

    pub(crate) fn into_list(self) -> Vec<Citation> {
        self.list
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The number of a month, 1 to 12, by its English name or at least the first three letters of it.
pub(crate) fn month(word: &str) -> Option<usize> {
    let word = word.trim_end_matches('.').to_ascii_lowercase();
    let start = word.get(..3)?;
    if !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    MONTHS.iter().position(|known| *known == start).map(|index| index + 1)
}

/// Returns the date of a citation in the style of the APA: `(2020, June 17)`, `(2014, December)`, `(2016)`.
///
/// The first such bracket counts; `(n.d.)` gives none.
pub(crate) fn date_of(text: &str) -> Option<Moment> {
    text.split('(').skip(1).filter_map(|rest| rest.split_once(')')).find_map(|(inside, _)| {
        let mut words = inside.split([',', ' ']).filter(|word| !word.is_empty());
        let year: u16 = words.next().filter(|word| word.len() == 4)?.parse().ok()?;
        if !(1970..=2100).contains(&year) {
            return None;
        }
        let (first, second) = (words.next(), words.next());
        let (named, day) = match first.and_then(month) {
            Some(month) => (Some(month), second),
            None => (second.and_then(month), first),
        };
        let day = day.and_then(|day| day.parse::<u8>().ok());
        let to_day = named.zip(day).map(|(month, day)| format!("{year}-{month:02}-{day:02}"));
        let to_month = named.map(|month| format!("{year}-{month:02}"));
        let forms = [to_day, to_month, Some(year.to_string())];
        forms.into_iter().flatten().find_map(|text| text.parse().ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_citations_are_as_precise_as_they_are_written() {
        for (text, expected) in [
            ("Kaspersky. (2020, June 17). Title. Retrieved May 1, 2021.", Some("2020-06-17")),
            ("A., B. (2014, December). Title.", Some("2014-12")),
            ("A. (2016). Title (2017, May 1).", Some("2016")),
            ("A. (2018, 12 Mar). Title.", Some("2018-03-12")),
            ("A. (2018, Sept. 9). Title.", Some("2018-09-09")),
            ("A. (2018, February 30). Title.", Some("2018-02")),
            ("A (FBI). (2014, November 2014). Title.", Some("2014-11")),
            ("Microsoft. (n.d.). Title. Retrieved December 16, 2017.", None),
            ("A. (0815). (", None),
            ("", None),
        ] {
            let date = date_of(text).map(|date| date.to_string());
            assert_eq!(date.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_one_source() {
        let mut citations = Citations::default();
        let first = citations.of("A", Some("text"), None);
        assert_eq!(citations.of("A", Some("other"), Some("url")), first);
        assert_ne!(citations.of("B", None, Some(" ")), first);
        let list = citations.into_list();
        assert_eq!((list.len(), list[0].text.as_str(), list[1].url.as_deref()), (2, "text", None));
    }
}
