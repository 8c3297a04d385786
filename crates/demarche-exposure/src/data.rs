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
}

/// All values, in the order of kind and value.
pub(crate) fn values(store: &Store) -> Result<Vec<Value>, ExposureError> {
    let mut query = store.connection.prepare(
        "SELECT kind, value, country, rule, \"check\", content, line, names FROM finding ORDER BY kind, value, \"check\", rule, content, line",
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
            });
        }
        if let Some(last) = values.last_mut() {
            last.contents.entry(row.get(5)?).or_insert(row.get(6)?);
            let names: String = row.get(7)?;
            last.names.extend(names.lines().map(str::to_owned));
        }
    }
    Ok(values)
}
