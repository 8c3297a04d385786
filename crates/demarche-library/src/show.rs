//! Entries of a record with everything said of them, claims side by side.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use demarche_case::record::{
    Actor, Attribution, Bond, Citation, CitationId, PreviousAttack, Record, RecordId,
    SoftwareEntry, Synonym, Use, Used,
};
use demarche_case::{Country, TechniqueId};

use crate::answer::{EntryKind, Namesake, Said, Shown, ShownUse};

/// The entries of an identifier (`attack/G0032`, `G0032`, `T1485`), or else of a name or another name of theirs.
///
/// Upper and lower case, spaces and signs make no difference in names. Empty when there is none.
#[must_use]
pub fn show(record: &Record, asked: &str) -> Vec<Shown> {
    let index = Index::of(record);
    let is_it = |id: &RecordId| id.to_string() == asked || id.id == asked;
    let by_id = index.entries(|entry| is_it(entry.id()), asked.parse().ok());
    if !by_id.is_empty() {
        return by_id;
    }
    let wanted = key(asked);
    index.entries(|entry| entry.names().any(|name| key(name) == wanted), None)
}

/// Names that contain a text, at most `most`, for somebody who asked for one that is not there.
#[must_use]
pub fn similar(record: &Record, asked: &str, most: usize) -> Vec<String> {
    let wanted = key(asked);
    if wanted.is_empty() {
        return Vec::new();
    }
    let names: BTreeSet<&str> =
        entries(record).flat_map(Entry::names).filter(|name| key(name).contains(&wanted)).collect();
    names.into_iter().take(most).map(str::to_owned).collect()
}

/// Returns the form in which names are compared: letters and digits, in lower case.
fn key(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[derive(Clone, Copy)]
enum Entry<'r> {
    Actor(&'r Actor),
    Software(&'r SoftwareEntry),
    Attack(&'r PreviousAttack),
}

fn entries(record: &Record) -> impl Iterator<Item = Entry<'_>> {
    let actors = record.actors.iter().map(Entry::Actor);
    let software = record.software.iter().map(Entry::Software);
    actors.chain(software).chain(record.attacks.iter().map(Entry::Attack))
}

impl<'r> Entry<'r> {
    fn id(self) -> &'r RecordId {
        match self {
            Self::Actor(actor) => &actor.id,
            Self::Software(software) => &software.id,
            Self::Attack(attack) => &attack.id,
        }
    }

    fn name(self) -> &'r str {
        match self {
            Self::Actor(actor) => &actor.name,
            Self::Software(software) => &software.name,
            Self::Attack(attack) => &attack.name,
        }
    }

    fn synonyms(self) -> &'r [Synonym] {
        match self {
            Self::Actor(actor) => &actor.synonyms,
            Self::Software(software) => &software.synonyms,
            Self::Attack(attack) => &attack.synonyms,
        }
    }

    fn names(self) -> impl Iterator<Item = &'r str> {
        let synonyms = self.synonyms().iter().map(|synonym| synonym.name.as_str());
        std::iter::once(self.name()).chain(synonyms)
    }

    fn kind(self) -> EntryKind {
        match self {
            Self::Actor(_) => EntryKind::Actor,
            Self::Software(_) => EntryKind::Software,
            Self::Attack(_) => EntryKind::Attack,
        }
    }
}

struct Index<'r> {
    record: &'r Record,
    names: HashMap<&'r RecordId, &'r str>,
}

impl<'r> Index<'r> {
    fn of(record: &'r Record) -> Self {
        let names = entries(record).map(|entry| (entry.id(), entry.name())).collect();
        Self { record, names }
    }

    fn entries(
        &self,
        is_wanted: impl Fn(Entry<'r>) -> bool,
        technique: Option<TechniqueId>,
    ) -> Vec<Shown> {
        let found: Vec<Entry<'r>> =
            entries(self.record).filter(|entry| is_wanted(*entry)).collect();
        let mut shown: Vec<Shown> = found.into_iter().map(|entry| self.shown(entry)).collect();
        shown.extend(technique.and_then(|id| self.technique(id)));
        shown
    }

    fn sources(&self, ids: &[CitationId]) -> Vec<Citation> {
        let citation =
            |id: &CitationId| self.record.citations.get(usize::try_from(id.0).ok()?).cloned();
        ids.iter().filter_map(citation).collect()
    }

    fn said(&self, what: impl Into<String>, sources: &[CitationId]) -> Said {
        Said { what: what.into(), sources: self.sources(sources) }
    }

    fn shown(&self, entry: Entry<'r>) -> Shown {
        let id = entry.id();
        let synonyms = entry.synonyms().iter();
        let base = Shown {
            kind: entry.kind(),
            id: id.to_string(),
            name: entry.name().to_owned(),
            synonyms: synonyms
                .map(|synonym| self.said(synonym.name.as_str(), &synonym.citations))
                .collect(),
            uses: self.uses(|claim| claim.user == *id),
            used_by: self.used_by(&Used::Software(id.clone())),
            shares_a_name_with: self.namesakes(entry),
            ..empty()
        };
        match entry {
            Entry::Actor(actor) => self.actor(actor, base),
            Entry::Software(software) => Shown {
                about: software.about.clone(),
                availability: Some(software.availability),
                sources: self.sources(&software.citations),
                ..base
            },
            Entry::Attack(attack) => self.attack(attack, base),
        }
    }

    fn actor(&self, actor: &Actor, base: Shown) -> Shown {
        let states = actor.states.iter().map(|claim| {
            let bond = match claim.bond {
                Bond::ActsFor => "acts for",
                Bond::ComesFrom => "comes from",
            };
            let words = format!("{bond} {}: {}", claim.state.label(), claim.basis);
            self.said(words, &claim.citations)
        });
        Shown {
            about: actor.about.clone(),
            states: states.collect(),
            victims: actor.victims.iter().map(|state| state.label().to_owned()).collect(),
            sources: self.sources(&actor.citations),
            ..base
        }
    }

    fn attack(&self, attack: &PreviousAttack, base: Shown) -> Shown {
        let victims = attack.victims.iter().map(|victim| {
            let country = victim.country.as_ref().map(Country::label);
            let sector = victim.sector.map(word_of);
            let parts = [country.map(str::to_owned), sector];
            parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
        });
        let attributions = attack.attributions.iter();
        Shown {
            about: attack.about.clone(),
            victims: victims.collect(),
            attributions: attributions
                .map(|claim| self.said(self.attribution(claim), &claim.citations))
                .collect(),
            began: attack.began,
            ended: attack.ended,
            coded: attack.coded.clone(),
            sources: self.sources(&attack.citations),
            ..base
        }
    }

    /// A claim of who did it, in words: `Lazarus Group (attack/G0032), North Korea, by FBI on 2014-12-19`.
    fn attribution(&self, claim: &Attribution) -> String {
        let actor = claim.actor.as_ref().map(|id| match self.names.get(id) {
            Some(name) => format!("{name} ({id})"),
            None => id.to_string(),
        });
        let state = claim.state.as_ref().map(|state| state.label().to_owned());
        let names: Vec<String> = [actor, claim.name.clone(), state].into_iter().flatten().collect();
        let by = claim.by.as_ref().map_or_else(String::new, |by| format!(", by {by}"));
        let date = claim.date.map_or_else(String::new, |date| format!(", {date}"));
        format!("{}{by}{date}", names.join(", "))
    }

    fn technique(&self, id: TechniqueId) -> Option<Shown> {
        let used_by = self.used_by(&Used::Technique(id));
        let entry = self.record.techniques.iter().find(|entry| entry.id == id)?;
        Some(Shown {
            kind: EntryKind::Technique,
            id: id.to_string(),
            name: entry.name.clone(),
            tactics: entry.tactics.clone(),
            used_by,
            ..empty()
        })
    }

    fn uses(&self, is_wanted: impl Fn(&Use) -> bool) -> Vec<ShownUse> {
        let uses = self.record.uses.iter().filter(|claim| is_wanted(claim));
        uses.map(|claim| {
            let (id, name) = self.used(&claim.used);
            let is_infrastructure = matches!(claim.used, Used::Infrastructure(_));
            ShownUse { id, is_infrastructure, name, sources: self.short(&claim.citations) }
        })
        .collect()
    }

    fn used_by(&self, used: &Used) -> Vec<ShownUse> {
        let uses = self.record.uses.iter().filter(|claim| claim.used == *used);
        uses.map(|claim| ShownUse {
            id: claim.user.to_string(),
            is_infrastructure: false,
            name: self.names.get(&claim.user).map(|name| (*name).to_owned()),
            sources: self.short(&claim.citations),
        })
        .collect()
    }

    fn short(&self, ids: &[CitationId]) -> Vec<String> {
        self.sources(ids).into_iter().map(|source| source.name).collect()
    }

    fn used(&self, used: &Used) -> (String, Option<String>) {
        match used {
            Used::Technique(id) => {
                let index = self.record.techniques.binary_search_by_key(id, |entry| entry.id).ok();
                let entry = index.and_then(|index| self.record.techniques.get(index));
                (id.to_string(), entry.map(|entry| entry.name.clone()))
            }
            Used::Software(id) => {
                (id.to_string(), self.names.get(id).map(|name| (*name).to_owned()))
            }
            Used::File(hash) => (hash.to_string(), None),
            Used::Infrastructure(place) => (place.clone(), None),
        }
    }

    /// Other entries of the same kind that have a name in common.
    fn namesakes(&self, entry: Entry<'r>) -> Vec<Namesake> {
        let ours: BTreeMap<String, &str> = entry
            .names()
            .map(|name| (key(name), name))
            .filter(|(key, _)| !key.is_empty())
            .collect();
        let candidates = entries(self.record)
            .filter(|candidate| candidate.kind() == entry.kind() && candidate.id() != entry.id());
        let shared = candidates.filter_map(|candidate| {
            let keys: BTreeSet<String> = candidate.names().map(key).collect();
            let shared: Vec<String> = ours
                .iter()
                .filter(|(key, _)| keys.contains(*key))
                .map(|(_, name)| (*name).to_owned())
                .collect();
            let namesake =
                Namesake { id: candidate.id().clone(), name: candidate.name().to_owned(), shared };
            (!namesake.shared.is_empty()).then_some(namesake)
        });
        shared.collect()
    }
}

/// A sector in its own word, as the case file has it.
fn word_of(sector: demarche_case::Sector) -> String {
    let word = serde_json::to_value(sector).ok();
    word.and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

fn empty() -> Shown {
    Shown {
        kind: EntryKind::Actor,
        id: String::new(),
        name: String::new(),
        about: String::new(),
        synonyms: Vec::new(),
        states: Vec::new(),
        victims: Vec::new(),
        attributions: Vec::new(),
        availability: None,
        began: None,
        ended: None,
        tactics: Vec::new(),
        uses: Vec::new(),
        used_by: Vec::new(),
        coded: BTreeMap::new(),
        sources: Vec::new(),
        shares_a_name_with: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{assemble, facts};

    #[test]
    fn an_entry_is_found_by_number_name_and_synonym() {
        let record = assemble(vec![facts()]);
        for asked in ["attack/G0032", "G0032", "lazarus group", "Hidden-Cobra"] {
            let shown = show(&record, asked);
            assert_eq!(shown.len(), 1, "{asked}");
            assert_eq!(shown[0].id, "attack/G0032");
        }
        let raw_disk = &show(&record, "S0364")[0];
        assert!(raw_disk.used_by.iter().any(|used_by| used_by.id == "facts/sony-2014"));
        let sony = &show(&record, "facts/sony-2014")[0];
        assert_eq!(sony.attributions.len(), 4, "claims stay side by side");
        assert!(!show(&record, "T1485")[0].used_by.is_empty());
        assert!(show(&record, "nobody").is_empty() && show(&record, "").is_empty());
        assert_eq!(similar(&record, "lazar", 3), ["Lazarus Group"]);
    }
}
