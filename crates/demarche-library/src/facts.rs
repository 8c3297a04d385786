//! The facts that ship with demarche, enough for the examples without any catalogue.
//!
//! The project wrote `actors.toml`, `software.toml` and `attacks.toml`; each says at its head by which rule it was
//! filled. `uses.tsv`, `names.tsv` and `sources.tsv` follow from ATT&CK by the rule in `actors.toml`: identifiers, names
//! and which sources say so, no descriptions. `cargo test -p demarche-library facts` checks them against the bundle,
//! and with `UPDATE_EXPECT=1` writes them anew.
//!
//! Entries of ATT&CK keep ATT&CK's ids here, and give way to those of a catalogue when one is in the library
//! ([`assemble`](crate::assemble)).

use std::collections::BTreeMap;

use demarche_case::record::{
    Actor, Attribution, Bond, Catalogue, CitationId, Edition, PreviousAttack, Record, RecordId,
    SoftwareEntry, StateClaim, Synonym, TechniqueEntry, Use, Used, Victim,
};
use demarche_case::{Availability, Country, Moment, Sector, Sha256, TechniqueId, Tlp};
use serde::Deserialize;

use crate::citations::Citations;
use crate::import::Imported;

const ACTORS: &str = include_str!("facts/actors.toml");
const SOFTWARE: &str = include_str!("facts/software.toml");
const ATTACKS: &str = include_str!("facts/attacks.toml");
const USES: &str = include_str!("facts/uses.tsv");
const NAMES: &str = include_str!("facts/names.tsv");
const SOURCES: &str = include_str!("facts/sources.tsv");

/// The name of the edition, with the day on which the facts last changed.
const EDITION: &str = "facts-2026-11-23";

const LICENCE: &str = "Written for demarche, under its licence. Identifiers, names and relations of ATT&CK: (c) 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActorFile {
    actor: Vec<ActorFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActorFact {
    id: String,
    name: String,
    synonyms: Vec<String>,
    state: Country,
    #[serde(default)]
    comes_from: bool,
    victims: Vec<Country>,
    source: Vec<SourceFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFact {
    name: String,
    text: String,
    url: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SoftwareFile {
    availability: BTreeMap<Availability, Vec<String>>,
    software: Vec<SoftwareFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SoftwareFact {
    id: String,
    name: String,
    synonyms: Vec<String>,
    techniques: Vec<TechniqueId>,
    source: Vec<SourceFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttackFile {
    attack: Vec<AttackFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttackFact {
    id: String,
    name: String,
    #[serde(default)]
    synonyms: Vec<String>,
    began: Moment,
    victims: Vec<VictimFact>,
    uses: Vec<String>,
    attributions: Vec<AttributionFact>,
    source: Vec<SourceFact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VictimFact {
    country: Country,
    sector: Sector,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AttributionFact {
    actor: Option<RecordId>,
    name: Option<String>,
    state: Option<Country>,
    by: String,
    date: Moment,
}

/// The facts as a part of the record.
///
/// # Panics
///
/// Never: the files are part of the program, and a test reads every line of them.
#[must_use]
pub fn facts() -> Record {
    let mut facts = Facts::default();
    for line in rows(SOURCES) {
        if let [name, text, url] = line[..] {
            facts.citations.of(name, Some(text), Some(url));
        }
    }
    facts.names();
    facts.uses();
    facts.actors();
    facts.software();
    facts.attacks();
    facts.finish()
}

/// The availability of software where it is known better than its catalogue's words for it say.
pub(crate) fn availabilities() -> BTreeMap<RecordId, Availability> {
    let file: SoftwareFile = toml::from_str(SOFTWARE).expect("a test reads the file");
    let pairs = file
        .availability
        .into_iter()
        .flat_map(|(availability, ids)| ids.into_iter().map(move |id| (id_of(&id), availability)));
    pairs.collect()
}

/// The lines of a table, each in its columns.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

/// `S0140` and `G0032` are ATT&CK's, `facts/destover` our own.
fn id_of(text: &str) -> RecordId {
    text.parse().unwrap_or_else(|_| RecordId::new(Catalogue::Attack, text))
}

fn used(text: &str) -> Used {
    text.parse().map_or_else(|_| Used::Software(id_of(text)), Used::Technique)
}

#[derive(Default)]
struct Facts {
    part: Record,
    citations: Citations,
}

impl Facts {
    fn sources(&mut self, sources: &[SourceFact]) -> Vec<CitationId> {
        let entry = |source: &SourceFact| {
            self.citations.of(&source.name, Some(&source.text), source.url.as_deref())
        };
        let mut ids: Vec<CitationId> = sources.iter().map(entry).collect();
        ids.sort_unstable();
        ids
    }

    /// Software and techniques of ATT&CK by number, name, and kind or tactics.
    fn names(&mut self) {
        let known = availabilities();
        for row in rows(NAMES) {
            let [number, name, rest] = row[..] else { continue };
            if let Ok(id) = number.parse() {
                let tactics = rest.split(' ').map(str::to_owned).collect();
                let domain = "enterprise-attack".to_owned();
                self.part.techniques.push(TechniqueEntry {
                    id,
                    name: name.to_owned(),
                    tactics,
                    domain,
                });
                continue;
            }
            let id = id_of(number);
            let by_kind = if rest == "tool" { Availability::Public } else { Availability::Private };
            self.part.software.push(SoftwareEntry {
                availability: known.get(&id).copied().unwrap_or(by_kind),
                id,
                name: name.to_owned(),
                synonyms: Vec::new(),
                about: String::new(),
                citations: Vec::new(),
            });
        }
    }

    fn uses(&mut self) {
        for row in rows(USES) {
            let [user, what, ref sources @ ..] = row[..] else { continue };
            let mut citations: Vec<CitationId> =
                sources.iter().map(|name| self.citations.of(name, None, None)).collect();
            citations.sort_unstable();
            self.use_of(id_of(user), used(what), citations);
        }
    }

    fn use_of(&mut self, user: RecordId, used: Used, citations: Vec<CitationId>) {
        self.part.uses.push(Use { user, used, citations, about: String::new(), grade: None });
    }

    fn actors(&mut self) {
        let file: ActorFile = toml::from_str(ACTORS).expect("a test reads the file");
        for fact in file.actor {
            let citations = self.sources(&fact.source);
            let basis = match fact.comes_from {
                true => "said by the source to come from it",
                false => "said by the source to act for it",
            };
            let state = StateClaim {
                state: fact.state,
                bond: if fact.comes_from { Bond::ComesFrom } else { Bond::ActsFor },
                basis: basis.to_owned(),
                citations: citations.clone(),
            };
            self.part.actors.push(Actor {
                id: id_of(&fact.id),
                name: fact.name,
                synonyms: synonyms(fact.synonyms, &[]),
                states: vec![state],
                victims: fact.victims,
                about: String::new(),
                citations,
            });
        }
    }

    fn software(&mut self) {
        let file: SoftwareFile = toml::from_str(SOFTWARE).expect("a test reads the file");
        for fact in file.software {
            let citations = self.sources(&fact.source);
            let id = RecordId::new(Catalogue::Facts, fact.id);
            for technique in fact.techniques {
                self.use_of(id.clone(), Used::Technique(technique), citations.clone());
            }
            self.part.software.push(SoftwareEntry {
                id,
                name: fact.name,
                synonyms: synonyms(fact.synonyms, &citations),
                availability: Availability::Private,
                about: String::new(),
                citations,
            });
        }
    }

    fn attacks(&mut self) {
        let file: AttackFile = toml::from_str(ATTACKS).expect("a test reads the file");
        for fact in file.attack {
            let citations = self.sources(&fact.source);
            let id = RecordId::new(Catalogue::Facts, fact.id);
            for claim in &fact.uses {
                self.use_of(id.clone(), used(claim), citations.clone());
            }
            let attributions = fact.attributions.into_iter().map(|claim| Attribution {
                actor: claim.actor,
                name: claim.name,
                state: claim.state,
                by: Some(claim.by),
                date: Some(claim.date),
                citations: Vec::new(),
            });
            let victims = fact.victims.into_iter().map(|victim| Victim {
                country: Some(victim.country),
                sector: Some(victim.sector),
            });
            self.part.attacks.push(PreviousAttack {
                id,
                name: fact.name,
                synonyms: synonyms(fact.synonyms, &citations),
                began: Some(fact.began),
                ended: None,
                victims: victims.collect(),
                attributions: attributions.collect(),
                coded: BTreeMap::new(),
                about: String::new(),
                citations,
            });
        }
    }

    fn finish(mut self) -> Record {
        self.part.citations = self.citations.into_list();
        let mut imported = Imported { part: self.part, ..Imported::default() };
        let text = [ACTORS, SOFTWARE, ATTACKS, USES, NAMES, SOURCES].concat();
        imported.settle(Edition {
            name: EDITION.to_owned(),
            catalogue: Catalogue::Facts,
            date: EDITION.strip_prefix("facts-").and_then(|day| day.parse().ok()),
            origin: "ships with demarche".to_owned(),
            licence: LICENCE.to_owned(),
            tlp: Tlp::Clear,
            sha256: Sha256::of(text.as_bytes()),
            used: 0,
            refused: 0,
        });
        imported.part
    }
}

fn synonyms(names: Vec<String>, citations: &[CitationId]) -> Vec<Synonym> {
    let mut names = names;
    names.sort();
    names.into_iter().map(|name| Synonym { name, citations: citations.to_vec() }).collect()
}
