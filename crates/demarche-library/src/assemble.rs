//! Parts of editions, put together into one record.
//!
//! Nothing is merged across catalogues. Three rules join what is of one catalogue:
//! an entry that several editions of one catalogue have (ATT&CK's Enterprise and ICS, EuRepoC's incidents and
//! attributions) is one entry with the claims of all; an incident of DCID takes what the sheet of campaigns codes for
//! the same dyad and name; and an entry of the built-in facts that is a catalogue's own gives way to it, while its
//! states, synonyms and victims stay as claims beside the catalogue's.

use std::borrow::Cow;
use std::collections::btree_map::{BTreeMap, Entry};
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use demarche_case::record::{
    Actor, Attribution, Catalogue, Citation, CitationId, PreviousAttack, Record, RecordId,
    SoftwareEntry, StateClaim, Synonym, TechniqueEntry, Use,
};
use demarche_case::{TechniqueId, Tlp};

use crate::dcid;
use crate::facts::availabilities;

/// Puts parts together; of what two editions say of one entry, the part that comes first is heard first.
///
/// Facts are recognised by their catalogue and heard last, wherever they stand.
#[must_use]
pub fn assemble(parts: Vec<Record>) -> Record {
    let (facts, catalogues): (Vec<_>, Vec<_>) = parts.into_iter().partition(is_facts);
    let mut assembly = Assembly::default();
    for part in catalogues {
        assembly.add(part);
    }
    for part in facts {
        assembly.add_facts(part);
    }
    assembly.finish()
}

/// The record, with the parts that it was put together from where some of them may not go to everybody.
///
/// What an edition adds to the entries of others cannot be taken out of them again. A record without an edition is put
/// together anew from the parts of the others.
#[derive(Clone, Debug, Default)]
pub struct Library {
    record: Record,
    /// The parts; empty where all of them may go to everybody.
    parts: Vec<Record>,
}

impl Library {
    /// Puts parts together.
    #[must_use]
    pub fn new(parts: Vec<Record>) -> Self {
        let is_marked = |part: &Record| {
            part.editions.iter().any(|edition| !matches!(edition.tlp, Tlp::Clear | Tlp::Green))
        };
        let kept = if parts.iter().any(is_marked) { parts.clone() } else { Vec::new() };
        Self { record: assemble(parts), parts: kept }
    }

    /// Returns the record of all editions.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Returns the record as if the editions of these names were not in the library.
    #[must_use]
    pub fn without(&self, editions: &[String]) -> Cow<'_, Record> {
        if editions.is_empty() {
            return Cow::Borrowed(&self.record);
        }
        let is_left_out =
            |part: &&Record| part.editions.iter().any(|edition| editions.contains(&edition.name));
        Cow::Owned(assemble(self.parts.iter().filter(|part| !is_left_out(part)).cloned().collect()))
    }
}

fn is_facts(part: &Record) -> bool {
    part.editions.iter().any(|edition| edition.catalogue == Catalogue::Facts)
}

#[derive(Default)]
struct Assembly {
    record: Record,
    actors: BTreeMap<RecordId, Actor>,
    software: BTreeMap<RecordId, SoftwareEntry>,
    techniques: BTreeMap<TechniqueId, TechniqueEntry>,
    attacks: BTreeMap<RecordId, PreviousAttack>,
    /// The range of the record's sources that came with each catalogue.
    cited: Vec<(Catalogue, Range<usize>)>,
}

impl Assembly {
    fn add(&mut self, mut part: Record) {
        self.cite_anew(&mut part);
        self.record.editions.append(&mut part.editions);
        for actor in part.actors {
            join(&mut self.actors, actor.id.clone(), actor, join_actors);
        }
        for software in part.software {
            join(&mut self.software, software.id.clone(), software, join_software);
        }
        for technique in part.techniques {
            self.techniques.entry(technique.id).or_insert(technique);
        }
        for attack in part.attacks {
            join(&mut self.attacks, attack.id.clone(), attack, join_attacks);
        }
        self.record.uses.append(&mut part.uses);
    }

    /// Adds the facts, without what they say of the use of things by actors that a catalogue knows.
    fn add_facts(&mut self, mut part: Record) {
        part.uses.retain(|claim| !self.actors.contains_key(&claim.user));
        self.add(part);
    }

    /// Numbers the sources of a part as the record has them.
    fn cite_anew(&mut self, part: &mut Record) {
        let catalogue = part.editions.first().map(|edition| edition.catalogue);
        let list = std::mem::take(&mut part.citations);
        let places = self.cite(catalogue, list);
        let renumber = |ids: &mut Vec<CitationId>| {
            ids.retain_mut(|id| {
                let renumbered = usize::try_from(id.0).ok().and_then(|index| places.get(index));
                renumbered.inspect(|renumbered| *id = **renumbered).is_some()
            });
            ids.sort_unstable();
        };
        let synonyms = |list: &mut Vec<Synonym>| {
            list.iter_mut().for_each(|synonym| renumber(&mut synonym.citations));
        };
        for actor in &mut part.actors {
            renumber(&mut actor.citations);
            synonyms(&mut actor.synonyms);
            actor.states.iter_mut().for_each(|claim| renumber(&mut claim.citations));
        }
        for software in &mut part.software {
            renumber(&mut software.citations);
            synonyms(&mut software.synonyms);
        }
        for attack in &mut part.attacks {
            renumber(&mut attack.citations);
            synonyms(&mut attack.synonyms);
            attack.attributions.iter_mut().for_each(|claim| renumber(&mut claim.citations));
        }
        part.uses.iter_mut().for_each(|claim| renumber(&mut claim.citations));
    }

    /// Enters the sources of a part, and gives the place of each; one that another edition of the same catalogue cites
    /// too is entered once.
    fn cite(&mut self, catalogue: Option<Catalogue>, list: Vec<Citation>) -> Vec<CitationId> {
        let mut known: HashMap<Citation, CitationId> = HashMap::new();
        for (of, places) in &self.cited {
            if Some(*of) == catalogue {
                let all = self
                    .record
                    .citations
                    .iter()
                    .zip(0..)
                    .map(|(entry, id)| (entry, CitationId(id)));
                let ours = all.skip(places.start).take(places.len());
                known.extend(ours.map(|(entry, id)| (entry.clone(), id)));
            }
        }
        let start = self.record.citations.len();
        let mut places = Vec::with_capacity(list.len());
        for citation in list {
            let next = CitationId(
                u32::try_from(self.record.citations.len()).expect("sources are fewer than 2^32"),
            );
            let number = known.get(&citation).copied().unwrap_or(next);
            if number == next {
                self.record.citations.push(citation);
            }
            places.push(number);
        }
        self.cited.extend(catalogue.map(|of| (of, start..self.record.citations.len())));
        places
    }

    fn finish(mut self) -> Record {
        self.join_campaigns();
        for (id, availability) in availabilities() {
            if let Some(software) = self.software.get_mut(&id) {
                software.availability = availability;
            }
        }
        let mut uses = self.record.uses;
        uses.sort_by(|left, right| (&left.user, &left.used).cmp(&(&right.user, &right.used)));
        uses.dedup_by(join_uses);
        Record {
            editions: self.record.editions,
            actors: self.actors.into_values().collect(),
            software: self.software.into_values().collect(),
            techniques: self.techniques.into_values().collect(),
            attacks: self.attacks.into_values().collect(),
            uses,
            citations: self.record.citations,
        }
    }

    /// Gives each incident of DCID what the sheet of campaigns codes for the only incident of its dyad and name.
    fn join_campaigns(&mut self) {
        let key = |attack: &PreviousAttack, dyad: &str| {
            let dyad = attack.coded.get(dyad).cloned().unwrap_or_default();
            (dyad, attack.name.to_lowercase())
        };
        let is_campaign = |id: &RecordId| id.id.starts_with(dcid::CAMPAIGN);
        let of_dcid = |(id, _): &(&RecordId, &PreviousAttack)| id.catalogue == Catalogue::Dcid;
        let mut incidents: BTreeMap<(String, String), Option<RecordId>> = BTreeMap::new();
        for (id, attack) in self.attacks.iter().filter(of_dcid) {
            if !is_campaign(id) {
                // Two incidents of one name cannot be told apart, and get nothing.
                incidents
                    .entry(key(attack, "Dyadpair"))
                    .and_modify(|known| *known = None)
                    .or_insert_with(|| Some(id.clone()));
            }
        }
        let pairs: Vec<(RecordId, RecordId)> = self
            .attacks
            .iter()
            .filter(of_dcid)
            .filter(|(id, _)| is_campaign(id))
            .filter_map(|(id, attack)| {
                let incident = incidents.get(&key(attack, "initiator: Dyadpair"))?.clone()?;
                Some((id.clone(), incident))
            })
            .collect();
        for (campaign, incident) in pairs {
            let Some(campaign) = self.attacks.remove(&campaign) else { continue };
            if let Some(incident) = self.attacks.get_mut(&incident) {
                for (column, value) in campaign.coded {
                    incident.coded.entry(column).or_insert(value);
                }
            }
        }
    }
}

/// Enters an entry, or joins it to the one that is there.
fn join<T>(map: &mut BTreeMap<RecordId, T>, id: RecordId, entry: T, join: fn(&mut T, T)) {
    match map.entry(id) {
        Entry::Vacant(place) => {
            place.insert(entry);
        }
        Entry::Occupied(mut place) => join(place.get_mut(), entry),
    }
}

fn join_actors(known: &mut Actor, other: Actor) {
    add_new::<StateClaim>(&mut known.states, other.states);
    join_synonyms(&mut known.synonyms, &known.name, other.synonyms);
    add_sorted(&mut known.victims, other.victims);
    add_sorted(&mut known.citations, other.citations);
    if known.about.is_empty() {
        known.about = other.about;
    }
}

fn join_software(known: &mut SoftwareEntry, other: SoftwareEntry) {
    join_synonyms(&mut known.synonyms, &known.name, other.synonyms);
    add_sorted(&mut known.citations, other.citations);
    if known.about.is_empty() {
        known.about = other.about;
    }
}

fn join_attacks(known: &mut PreviousAttack, other: PreviousAttack) {
    if known.name.is_empty() {
        known.name = other.name;
    }
    if known.about.is_empty() {
        known.about = other.about;
    }
    known.began = known.began.or(other.began);
    known.ended = known.ended.or(other.ended);
    add_sorted(&mut known.victims, other.victims);
    add_new::<Attribution>(&mut known.attributions, other.attributions);
    join_synonyms(&mut known.synonyms, &known.name, other.synonyms);
    add_sorted(&mut known.citations, other.citations);
    for (column, value) in other.coded {
        known.coded.entry(column).or_insert(value);
    }
}

/// Returns true if a use is the one before it again; if so, that one takes its sources.
fn join_uses(again: &mut Use, kept: &mut Use) -> bool {
    let is_same = again.user == kept.user && again.used == kept.used;
    if is_same {
        add_sorted(&mut kept.citations, std::mem::take(&mut again.citations));
        if !again.about.is_empty() && again.about != kept.about {
            let separator = if kept.about.is_empty() { "" } else { " " };
            kept.about = format!("{}{separator}{}", kept.about, again.about);
        }
        kept.grade = kept.grade.or(again.grade);
    }
    is_same
}

fn join_synonyms(known: &mut Vec<Synonym>, name: &str, added: Vec<Synonym>) {
    for synonym in added.into_iter().filter(|synonym| synonym.name != name) {
        match known.iter_mut().find(|entry| entry.name == synonym.name) {
            Some(entry) => add_sorted(&mut entry.citations, synonym.citations),
            None => known.push(synonym),
        }
    }
    known.sort();
}

fn add_new<T: PartialEq>(known: &mut Vec<T>, added: Vec<T>) {
    for item in added {
        if !known.contains(&item) {
            known.push(item);
        }
    }
}

fn add_sorted<T: Ord>(known: &mut Vec<T>, added: Vec<T>) {
    if !added.is_empty() {
        let all: BTreeSet<T> = known.drain(..).chain(added).collect();
        known.extend(all);
    }
}
