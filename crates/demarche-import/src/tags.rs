//! Tags of MISP's taxonomies, as far as they say how something may be shared and how good its source is.

use demarche_stix::Marks;
use demarche_terms::Tlp;
use serde_json::Value;

/// The marking and the grade that tags give.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tags {
    pub(crate) marks: Marks,
    reliability: Option<char>,
    credibility: Option<char>,
}

impl Tags {
    /// The tags of an event, attribute or object.
    pub(crate) fn of(tagged: &Value) -> Self {
        let mut found = Self::default();
        for name in names(tagged) {
            if let Some(tlp) = Tlp::told_in(name).or_else(|| Tlp::bare_word(name)) {
                found.marks = found.marks.and(Marks::named(tlp));
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

    /// These tags with further marks of the same thing.
    pub(crate) fn marked(self, marks: Marks) -> Self {
        Self { marks: self.marks.and(marks), ..self }
    }

    /// These tags with those of the event: the grade of the event where these give none, and the marks of both.
    pub(crate) fn or(self, event: Self) -> Self {
        Self {
            marks: self.marks.and(event.marks),
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

/// The names of the tags of something, in every form in which MISP and its exports write them.
pub(crate) fn names(tagged: &Value) -> Vec<&str> {
    const TAGS: [&str; 6] = ["Tag", "Tags", "tags", "EventTag", "AttributeTag", "ObjectTag"];
    let mut open: Vec<&Value> = TAGS.iter().rev().filter_map(|name| tagged.get(*name)).collect();
    let mut names = Vec::new();
    while let Some(tag) = open.pop() {
        match tag {
            Value::String(name) => names.push(name.as_str()),
            Value::Array(list) => open.extend(list.iter().rev()),
            Value::Object(tag) => {
                open.extend(["Tag", "name"].iter().filter_map(|key| tag.get(*key)));
            }
            _ => {}
        }
    }
    names
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
