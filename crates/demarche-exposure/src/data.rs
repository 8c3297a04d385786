//! The findings of a dump: values counted once, and the contents and persons that they are in and about.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use demarche_sensitive::Kind;
use demarche_terms::Country;

use crate::ExposureError;
use crate::graph::Content;
use crate::store::Store;

/// A value, wherever it was found.
#[derive(Debug)]
pub(crate) struct Value {
    pub(crate) kind: Kind,
    pub(crate) value: String,
    pub(crate) country: Option<Country>,
    pub(crate) rule: String,
    /// The best reason to believe it: 0 check digits, 1 form, 2 context.
    pub(crate) check: i64,
    /// The contents that have it, each with its first line there.
    pub(crate) contents: BTreeMap<Content, i64>,
    /// Names that stand on a line with it.
    pub(crate) names: BTreeSet<String>,
    /// The records that have it, of kinds that many persons share: two persons may be born on one day.
    pub(crate) records: BTreeSet<Record>,
}

/// A record that has a value: that of a person, or of somebody at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Record {
    /// The one name on the line.
    Person(String),
    /// The content, the number of the text in it, and the offset in that.
    Place(Content, i64, i64),
}

impl Value {
    /// The number of values that it counts for: one, or that of its records where the kind is shared by many persons.
    ///
    /// Copies of one message are one record; `same` gives contents that are the same a common number.
    pub(crate) fn count(&self, equal: impl Fn(Content) -> Content) -> u64 {
        let records = self.records.iter().map(|record| match record {
            Record::Place(content, text, offset) => Record::Place(equal(*content), *text, *offset),
            Record::Person(name) => Record::Person(name.clone()),
        });
        (records.collect::<BTreeSet<Record>>().len() as u64).max(1)
    }
}

/// Returns true for kinds whose values many persons share.
fn is_shared(kind: Kind) -> bool {
    matches!(kind, Kind::Dob | Kind::Salary | Kind::Health)
}

/// All values, in the order of kind and value.
pub(crate) fn values(store: &Store) -> Result<Vec<Value>, ExposureError> {
    let mut query = store.connection.prepare(
        "SELECT kind, value, country, rule, \"check\", content, line, names, start, \
         (SELECT number FROM text WHERE text.id = finding.text) \
         FROM finding ORDER BY kind, value, \"check\", rule, content, line",
    )?;
    let mut rows = query.query([])?;
    let mut values: Vec<Value> = Vec::new();
    let mut kinds: HashMap<String, Option<Kind>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        let kind = *kinds.entry(name).or_insert_with_key(|name| Kind::from_name(name));
        let Some(kind) = kind else { continue };
        let value: String = row.get(1)?;
        let is_known = values.last().is_some_and(|last| last.kind == kind && last.value == value);
        if !is_known {
            let country: Option<String> = row.get(2)?;
            values.push(Value {
                kind,
                value,
                country: country.and_then(|country| country.parse().ok()),
                rule: row.get(3)?,
                check: row.get(4)?,
                contents: BTreeMap::new(),
                names: BTreeSet::new(),
                records: BTreeSet::new(),
            });
        }
        if let Some(last) = values.last_mut() {
            last.contents.entry(row.get(5)?).or_insert(row.get(6)?);
            let names: String = row.get(7)?;
            if is_shared(kind) {
                let mut on_line = names.lines();
                last.records.insert(match (on_line.next(), on_line.next()) {
                    (Some(name), None) => Record::Person(name.to_owned()),
                    _ => Record::Place(row.get(5)?, row.get(9)?, row.get(8)?),
                });
            }
            last.names.extend(names.lines().map(str::to_owned));
        }
    }
    Ok(values)
}
