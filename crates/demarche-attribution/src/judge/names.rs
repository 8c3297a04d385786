//! Which entries of the record a name may mean.
//!
//! A shared name is a link and no identity: what two catalogues call alike stays two entries.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Record, RecordId, Synonym};

/// The entries of the record by what they are called.
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
        self.actors.get(&plain(name)).cloned().unwrap_or_default()
    }

    /// Software of that name or identifier.
    pub(crate) fn software(&self, name: &str) -> BTreeSet<RecordId> {
        self.software.get(&plain(name)).cloned().unwrap_or_default()
    }

    /// Attacks of that name or identifier.
    pub(crate) fn attacks(&self, name: &str) -> BTreeSet<RecordId> {
        self.attacks.get(&plain(name)).cloned().unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_does_not_matter() {
        assert_eq!(plain("Cobalt-Strike"), plain("CobaltStrike"));
        assert_eq!(plain("…"), "");
    }
}
