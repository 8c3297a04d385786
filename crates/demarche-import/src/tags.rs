//! Tags of MISP's taxonomies, as far as they say how something may be shared and how good its source is.

use demarche_terms::Tlp;
use serde_json::Value;

use crate::marking;

/// The marking and the grade that tags give.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tags {
    pub(crate) tlp: Option<Tlp>,
    reliability: Option<char>,
    credibility: Option<char>,
}

impl Tags {
    /// The tags of an event, attribute or object.
    pub(crate) fn of(tagged: &Value) -> Self {
        let mut found = Self::default();
        for name in names(tagged) {
            if let Some(tlp) =
                marking::of_word(name).filter(|_| name.to_ascii_lowercase().starts_with("tlp:"))
            {
                found.tlp = found.tlp.max(Some(tlp));
            }
            if let Some(("admiralty-scale", predicate, value)) = parts(name) {
                match predicate {
                    "source-reliability" => found.reliability = one(value, 'a'..='f'),
                    "information-credibility" => found.credibility = one(value, '1'..='6'),
                    _ => {}
                }
            }
        }
        found
    }

    /// The tags of two parts of one thing: the stricter marking, and the first grade.
    pub(crate) fn and(self, part: Self) -> Self {
        Self { tlp: self.tlp.max(part.tlp), ..self.or(part) }
    }

    /// These tags, and those of the event where these say nothing.
    pub(crate) fn or(self, event: Self) -> Self {
        Self {
            tlp: self.tlp.or(event.tlp),
            reliability: self.reliability.or(event.reliability),
            credibility: self.credibility.or(event.credibility),
        }
    }

    /// The grade; `F` and `6` stand for what nobody graded.
    pub(crate) fn grade(self) -> String {
        let letter = self.reliability.unwrap_or('f').to_ascii_uppercase();
        format!("{letter}{}", self.credibility.unwrap_or('6'))
    }
}

/// The names of the tags of something.
pub(crate) fn names(tagged: &Value) -> impl Iterator<Item = &str> {
    let tags = tagged.get("Tag").and_then(Value::as_array);
    tags.into_iter().flatten().filter_map(|tag| tag.get("name")?.as_str())
}

/// The parts of a machine tag: `admiralty-scale:source-reliability="b"`.
pub(crate) fn parts(name: &str) -> Option<(&str, &str, &str)> {
    let (namespace, rest) = name.split_once(':')?;
    let (predicate, value) = rest.split_once('=')?;
    Some((namespace, predicate, value.trim_matches('"')))
}

fn one(value: &str, of: std::ops::RangeInclusive<char>) -> Option<char> {
    let mut signs = value.chars();
    let sign = signs.next()?.to_ascii_lowercase();
    (signs.next().is_none() && of.contains(&sign)).then_some(sign)
}
