//! Filters of TAXII as questions to the tables.

use std::fmt::Write as _;

use rusqlite::types::Value;

use crate::envelope::SpecVersion;
use crate::timestamp::VersionKey;

/// The objects that a request asks for.
///
/// Source: TAXII 2.1, section 3.4.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    /// Objects added later than this, in microseconds since 1970.
    pub(crate) after: i64,
    pub(crate) ids: Option<Vec<String>>,
    pub(crate) types: Option<Vec<String>>,
    /// `None` for the latest version of STIX in which there is an object.
    pub(crate) specs: Option<Vec<SpecVersion>>,
    pub(crate) versions: Versions,
}

/// The versions of an object that a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Versions {
    All,
    Some { last: bool, first: bool, exact: Vec<VersionKey> },
}

impl Versions {
    pub(crate) const LAST: Self = Self::Some { last: true, first: false, exact: Vec::new() };
}

/// The latest version in any version of STIX; one that is there in two of them counts in both.
const LAST_OF_ALL: &str = "(is_spec_last = 1 AND NOT EXISTS (SELECT 1 FROM objects AS other \
    WHERE other.collection = objects.collection AND other.id = objects.id \
    AND other.version_key > objects.version_key))";

/// The earliest version in any version of STIX, likewise.
const FIRST_OF_ALL: &str = "(is_spec_first = 1 AND NOT EXISTS (SELECT 1 FROM objects AS other \
    WHERE other.collection = objects.collection AND other.id = objects.id \
    AND other.version_key < objects.version_key))";

/// One pass over an index, in the order of `added` or short enough to be sorted.
pub(crate) struct Pass {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Filter {
    /// The passes that together find the objects, each object once.
    ///
    /// An index holds old versions apart from the latest ones, so that a request for the latest skips nothing.
    pub(crate) fn passes(&self, collection: i64, limit: i64) -> Vec<Pass> {
        let marks: &[i64] = match (&self.specs, &self.versions) {
            (None, Versions::Some { last: true, first: false, exact }) if exact.is_empty() => &[1],
            _ => &[0, 1],
        };
        let pass = |index, key: &str, extra: &[Value], types: &[String]| {
            let mut sql = format!(
                "SELECT added FROM objects INDEXED BY {index} WHERE collection = ? AND {key} AND added > ?"
            );
            let mut values = vec![Value::Integer(collection)];
            values.extend_from_slice(extra);
            values.push(Value::Integer(self.after));
            if !types.is_empty() {
                clause(&mut sql, &mut values, "type", types.iter().map(|word| word.clone().into()));
            }
            self.version_clause(&mut sql, &mut values);
            sql.push_str(" ORDER BY added LIMIT ?");
            values.push(Value::Integer(limit));
            Pass { sql, values }
        };
        let types = self.types.as_deref().unwrap_or(&[]);
        if let Some(ids) = &self.ids {
            return ids
                .iter()
                .map(|id| pass("objects_id", "id = ?", &[id.clone().into()], types))
                .collect();
        }
        let each = |mark: &i64| match &self.types {
            None => vec![pass("objects_last", "is_last = ?", &[Value::Integer(*mark)], &[])],
            Some(types) => types
                .iter()
                .map(|word| {
                    let extra = [word.clone().into(), Value::Integer(*mark)];
                    pass("objects_type", "type = ? AND is_last = ?", &extra, &[])
                })
                .collect(),
        };
        marks.iter().flat_map(each).collect()
    }

    /// The condition on `spec` and the marks of versions.
    pub(crate) fn version_clause(&self, sql: &mut String, values: &mut Vec<Value>) {
        let (last, first) = match &self.specs {
            None => ("is_last = 1", "is_first = 1"),
            Some(specs) => {
                let wanted = specs.iter().map(|spec| Value::Integer(spec.tenths()));
                clause(sql, values, "spec", wanted);
                // Section 3.4.1: the latest version among all that the other filters let through.
                match specs.len() == SpecVersion::ALL.len() {
                    true => (LAST_OF_ALL, FIRST_OF_ALL),
                    false => ("is_spec_last = 1", "is_spec_first = 1"),
                }
            }
        };
        let top = if self.specs.is_none() { " AND is_top = 1" } else { "" };
        let Versions::Some { last: wants_last, first: wants_first, exact } = &self.versions else {
            sql.push_str(top);
            return;
        };
        let mut any = Vec::new();
        any.extend(wants_last.then(|| last.to_owned()));
        any.extend(wants_first.then(|| first.to_owned()));
        if !exact.is_empty() {
            let mut condition = String::new();
            let keys = exact.iter().map(|VersionKey(key)| key.clone().into());
            clause(&mut condition, values, "version_key", keys);
            any.push(format!("(1{condition}{top})"));
        }
        // Writing to a `String` does not fail.
        let _ = write!(sql, " AND ({})", any.join(" OR "));
    }
}

/// Appends `AND column IN (?, …)`.
fn clause(
    sql: &mut String,
    values: &mut Vec<Value>,
    column: &str,
    wanted: impl ExactSizeIterator<Item = Value>,
) {
    let marks = vec!["?"; wanted.len()].join(", ");
    let _ = write!(sql, " AND {column} IN ({marks})");
    values.extend(wanted);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, Store};

    /// The plan of each pass, as `SQLite` tells it.
    fn plans(filter: &Filter) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store.db"), Clock::of_the_machine()).unwrap();
        let plan = |pass: Pass| {
            let steps = store.read(|reader| {
                let mut statement =
                    reader.0.prepare(&format!("EXPLAIN QUERY PLAN {}", pass.sql))?;
                let values = rusqlite::params_from_iter(pass.values);
                let steps = statement.query_map(values, |row| row.get::<_, String>(3))?;
                steps.collect::<rusqlite::Result<Vec<_>>>()
            });
            steps.unwrap().join("; ")
        };
        filter.passes(1, 101).into_iter().map(plan).collect()
    }

    #[test]
    fn a_page_costs_the_same_however_much_there_is() {
        let all =
            Filter { after: 0, ids: None, types: None, specs: None, versions: Versions::LAST };
        let types = Some(vec!["a".to_owned(), "b".to_owned()]);
        for (filter, passes) in [
            (all.clone(), 1),
            (Filter { types: types.clone(), ..all.clone() }, 2),
            (Filter { versions: Versions::All, ..all.clone() }, 2),
            (Filter { types, versions: Versions::All, ..all }, 4),
        ] {
            let plans = plans(&filter);
            assert_eq!(plans.len(), passes);
            for plan in plans {
                // It begins at the position in an index and takes rows as they come: nothing is sorted or scanned.
                assert!(plan.starts_with("SEARCH objects USING"), "{plan}");
                assert!(plan.contains("rowid>?") && !plan.contains(';'), "{plan}");
            }
        }
    }
}
