//! Attacks that an entry names only in its text: "responsible for the November 2014 … attack on …".

use demarche_case::Moment;

use crate::citations::month;

/// An attack as a text names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// As it is called: `destructive wiper attack on Sony Pictures Entertainment`.
    pub(crate) name: String,
    /// The year, or the month where it is given.
    pub(crate) began: Moment,
}

const LEAD: &str = "responsible for the ";

/// The attack that a sentence says the group is responsible for, where it gives the year.
pub(crate) fn named(sentence: &str) -> Option<Named> {
    let (_, rest) = sentence.split_once(LEAD)?;
    let (first, after) = rest.split_once(' ')?;
    let (month, year, name) = match month(first) {
        Some(month) => {
            let (year, name) = after.split_once(' ')?;
            (Some(month), year, name)
        }
        None => (None, first, after),
    };
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let name = name.split([',', '.', ';', '(']).next()?.trim();
    if !is_year || name.is_empty() {
        return None;
    }
    let date = month.map_or_else(|| year.to_owned(), |month| format!("{year}-{month:02}"));
    Some(Named { name: name.to_owned(), began: date.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attack_needs_its_year() {
        let found = named(
            "X is reportedly responsible for the November 2014 attack on Y, identified by Z.",
        );
        let found = found.unwrap();
        assert_eq!(
            (found.name.as_str(), found.began.to_string()),
            ("attack on Y", "2014-11".into())
        );
        let found = named("X was responsible for the 2009 intrusion known as Z.").unwrap();
        assert_eq!(
            (found.name.as_str(), found.began.to_string()),
            ("intrusion known as Z", "2009".into())
        );
        for text in [
            "responsible for the campaign",
            "responsible for the 2009",
            "responsible for the é ",
            "",
        ] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
