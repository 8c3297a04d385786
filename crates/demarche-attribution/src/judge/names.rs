//! The record by name, by identifier and by item used.
//!
//! A shared name is a link and no identity: entries of two catalogues with one name stay two entries.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{PreviousAttack, Record, RecordId, SoftwareEntry, Synonym, Use, Used};

/// The entries of the record by name.
#[derive(Debug, Default)]
pub(crate) struct Names {
    actors: BTreeMap<String, BTreeSet<RecordId>>,
    software: BTreeMap<String, BTreeSet<RecordId>>,
    attacks: BTreeMap<String, BTreeSet<RecordId>>,
}

/// Letters and digits alone, in lower case: `Cobalt-Strike` and `CobaltStrike` are the same name.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Names {
    /// The names of a record.
    pub(crate) fn of(record: &Record) -> Self {
        let mut names = Self::default();
        for actor in &record.actors {
            note(&mut names.actors, &actor.id, &actor.name, &actor.synonyms);
        }
        for software in &record.software {
            note(&mut names.software, &software.id, &software.name, &software.synonyms);
        }
        for attack in &record.attacks {
            note(&mut names.attacks, &attack.id, &attack.name, &attack.synonyms);
        }
        names
    }

    /// Actors of that name or identifier.
    pub(crate) fn actors(&self, name: &str) -> BTreeSet<RecordId> {
        named(&self.actors, name)
    }

    /// Software of that name or identifier.
    pub(crate) fn software(&self, name: &str) -> BTreeSet<RecordId> {
        named(&self.software, name)
    }

    /// Attacks of that name or identifier.
    pub(crate) fn attacks(&self, name: &str) -> BTreeSet<RecordId> {
        named(&self.attacks, name)
    }

    /// Software whose name stands as whole words in a text; names of fewer than five letters are too common for that.
    pub(crate) fn software_within(&self, text: &str) -> BTreeSet<RecordId> {
        let words: Vec<String> = text.split_whitespace().map(plain).collect();
        let mut found = BTreeSet::new();
        for length in 1..=3 {
            for window in words.windows(length) {
                let name = window.concat();
                if name.chars().count() >= 5
                    && let Some(ids) = self.software.get(&name)
                {
                    found.extend(ids.iter().cloned());
                }
            }
        }
        found
    }
}

fn note(
    names: &mut BTreeMap<String, BTreeSet<RecordId>>,
    id: &RecordId,
    name: &str,
    synonyms: &[Synonym],
) {
    let synonyms = synonyms.iter().map(|synonym| synonym.name.as_str());
    for name in synonyms.chain([name, id.id.as_str()]) {
        let name = plain(name);
        if !name.is_empty() {
            names.entry(name).or_default().insert(id.clone());
        }
    }
    names.entry(plain(&id.to_string())).or_default().insert(id.clone());
}

fn named(entries: &BTreeMap<String, BTreeSet<RecordId>>, name: &str) -> BTreeSet<RecordId> {
    entries.get(&plain(name)).cloned().unwrap_or_default()
}

/// Entries of a record by identifier, and uses by what was used.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    attacks: BTreeMap<&'a RecordId, &'a PreviousAttack>,
    software: BTreeMap<&'a RecordId, &'a SoftwareEntry>,
    /// The uses, in the order of what was used.
    uses: Vec<&'a Use>,
}

impl<'a> Index<'a> {
    pub(crate) fn of(record: &'a Record) -> Self {
        let mut uses: Vec<&Use> = record.uses.iter().collect();
        uses.sort_by(|left, right| left.used.cmp(&right.used));
        Self {
            attacks: record.attacks.iter().map(|attack| (&attack.id, attack)).collect(),
            software: record.software.iter().map(|entry| (&entry.id, entry)).collect(),
            uses,
        }
    }

    pub(crate) fn attack(&self, id: &RecordId) -> Option<&'a PreviousAttack> {
        self.attacks.get(id).copied()
    }

    pub(crate) fn software(&self, id: &RecordId) -> Option<&'a SoftwareEntry> {
        self.software.get(id).copied()
    }

    /// The claims that somebody used an item.
    pub(crate) fn uses(&self, used: &Used) -> impl Iterator<Item = &'a Use> {
        let first = self.uses.partition_point(|claim| claim.used < *used);
        let rest = self.uses.iter().skip(first).copied();
        let used = used.clone();
        rest.take_while(move |claim| claim.used == used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        assert_eq!(plain("Cobalt-Strike"), plain("CobaltStrike"));
        assert_eq!(plain("…"), "");
    }
}
