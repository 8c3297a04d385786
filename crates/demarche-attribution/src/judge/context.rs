//! The context of a judgement: previous attacks, known behaviour that was and was not seen, and sources.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{CitedSource, HuntLead, Overlap, Precedent, Tie};
use demarche_case::record::{Actor, CitationId, Record, RecordId, Used};
use demarche_case::{Case, EvidenceId, TechniqueId};

use super::authors::{Author, Authors};
use super::items::{Item, Says};
use super::names::Index;
use crate::count;

/// Previous attacks that are listed at most, the ones with most ties first.
const MOST_PRECEDENTS: usize = 20;
/// Techniques that are listed at most as places to look.
const MOST_LEADS: usize = 25;
/// Actors whose overlap is listed at most.
const MOST_OVERLAPS: usize = 25;

/// The sources behind citations, each once.
pub(crate) fn sources(record: &Record, ids: &BTreeSet<CitationId>) -> Vec<CitedSource> {
    let cited = ids.iter().filter_map(|id| record.citations.get(usize::try_from(id.0).ok()?));
    let source = |citation: &demarche_case::record::Citation| CitedSource {
        text: if citation.text.is_empty() { &citation.name } else { &citation.text }.clone(),
        url: citation.url.clone(),
        date: citation.date,
    };
    cited.map(source).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The known behaviour of each actor, its own or of attacks attributed to it.
#[derive(Debug)]
pub(crate) struct Repertoires<'a> {
    by_actor: BTreeMap<&'a RecordId, BTreeMap<&'a Used, BTreeSet<CitationId>>>,
    users: BTreeMap<&'a Used, BTreeSet<&'a RecordId>>,
}

impl<'a> Repertoires<'a> {
    /// The repertoires of these actors.
    pub(crate) fn of(
        record: &'a Record,
        actors: impl Iterator<Item = &'a Actor>,
        index: &Index<'a>,
    ) -> Self {
        let actors: BTreeSet<&RecordId> = actors.map(|actor| &actor.id).collect();
        let mut by_actor: BTreeMap<_, BTreeMap<_, BTreeSet<CitationId>>> = BTreeMap::new();
        let mut users: BTreeMap<_, BTreeSet<&RecordId>> = BTreeMap::new();
        for claim in &record.uses {
            if !matches!(claim.used, Used::Technique(_) | Used::Software(_)) {
                continue;
            }
            let attack = index.attack(&claim.user);
            let attributed = attack.into_iter().flat_map(|attack| &attack.attributions);
            let named = attributed.filter_map(|attribution| attribution.actor.as_ref());
            for user in named.chain([&claim.user]) {
                let Some(user) = actors.get(user).copied() else { continue };
                let cited = by_actor.entry(user).or_default().entry(&claim.used).or_default();
                cited.extend(claim.citations.iter().copied());
                users.entry(&claim.used).or_default().insert(user);
            }
        }
        Self { by_actor, users }
    }

    /// The share of each actor's repertoire that was seen; actors of which nothing was seen are left out.
    pub(crate) fn overlaps(
        &self,
        seen: &BTreeSet<Used>,
        authors: &Authors<'_>,
        index: &Index<'_>,
    ) -> Vec<Overlap> {
        let mut overlaps: Vec<Overlap> = authors
            .all
            .iter()
            .filter_map(|author| {
                let Author::Actor(actor) = author else { return None };
                let known = self.by_actor.get(&actor.id)?;
                let mut overlap = Overlap {
                    actor: actor.id.clone(),
                    name: actor.name.clone(),
                    techniques: Vec::new(),
                    techniques_known: 0,
                    software: Vec::new(),
                    software_known: 0,
                };
                for used in known.keys() {
                    overlap.count(used, seen, index);
                }
                (!overlap.techniques.is_empty() || !overlap.software.is_empty()).then_some(overlap)
            })
            .collect();
        overlaps.sort_by_key(|overlap| {
            let software = overlap.software.len();
            (
                std::cmp::Reverse((software + overlap.techniques.len(), software)),
                overlap.actor.clone(),
            )
        });
        overlaps.truncate(MOST_OVERLAPS);
        overlaps
    }

    /// The techniques of an actor that were not seen, the rarest first.
    ///
    /// A technique that was seen as its sub-technique, or the other way, was seen.
    pub(crate) fn leads(
        &self,
        actor: &RecordId,
        seen: &BTreeSet<Used>,
        record: &Record,
    ) -> Vec<HuntLead> {
        let families: BTreeSet<TechniqueId> = seen
            .iter()
            .filter_map(|used| match used {
                Used::Technique(technique) => Some(technique.parent()),
                _ => None,
            })
            .collect();
        let names: BTreeMap<TechniqueId, &str> =
            record.techniques.iter().map(|entry| (entry.id, entry.name.as_str())).collect();
        let mut leads: Vec<HuntLead> = self
            .known(actor)
            .filter_map(|(used, cited)| {
                let Used::Technique(technique) = used else { return None };
                if families.contains(&technique.parent()) {
                    return None;
                }
                Some(HuntLead {
                    technique: *technique,
                    name: names.get(technique).copied().unwrap_or("").to_owned(),
                    others: self.others(used),
                    sources: sources(record, cited),
                })
            })
            .collect();
        leads.sort_by_key(|lead| (lead.others, lead.technique));
        leads.truncate(MOST_LEADS);
        leads
    }

    /// Returns true if an actor is known to use an item.
    pub(crate) fn uses(&self, actor: &RecordId, used: &Used) -> bool {
        self.users.get(used).is_some_and(|users| users.contains(actor))
    }

    /// The items that an actor is known to use, with the sources that say so.
    pub(crate) fn known(
        &self,
        actor: &RecordId,
    ) -> impl Iterator<Item = (&'a Used, &BTreeSet<CitationId>)> {
        self.by_actor.get(actor).into_iter().flatten().map(|(used, cited)| (*used, cited))
    }

    /// The number of actors known to use an item, without one of them; the item must have a user.
    pub(crate) fn others(&self, used: &Used) -> u64 {
        self.users(used) - 1
    }

    /// The number of actors known to use an item.
    pub(crate) fn users(&self, used: &Used) -> u64 {
        self.users.get(used).map_or(0, |users| count(users.len()))
    }

    /// The sources that say that an actor uses an item; none where the actor is not known to.
    pub(crate) fn cited(&self, actor: &RecordId, used: &Used) -> impl Iterator<Item = CitationId> {
        self.by_actor.get(actor).and_then(|items| items.get(used)).into_iter().flatten().copied()
    }
}

trait Count {
    fn count(&mut self, used: &Used, seen: &BTreeSet<Used>, index: &Index<'_>);
}

impl Count for Overlap {
    fn count(&mut self, used: &Used, seen: &BTreeSet<Used>, index: &Index<'_>) {
        match used {
            Used::Technique(technique) => {
                self.techniques_known += 1;
                if seen.contains(&Used::Technique(*technique)) {
                    self.techniques.push(*technique);
                }
            }
            Used::Software(id) => {
                self.software_known += 1;
                if seen.contains(&Used::Software(id.clone())) {
                    let name = index.software(id).map_or(id.id.as_str(), |entry| &entry.name);
                    self.software.push(name.to_owned());
                }
            }
            Used::File(_) | Used::Infrastructure(_) => {}
        }
    }
}

/// The techniques and software that were seen.
pub(crate) fn seen(items: &[Item<'_>]) -> BTreeSet<Used> {
    let counting = items.iter().filter(|item| item.says != Says::Nothing);
    counting.filter_map(|item| item.used.clone()).collect()
}

/// Previous attacks that began before the case, with a tie other than a technique or with three ties.
///
/// An attack of the same day or later may be the case itself.
pub(crate) fn precedents(
    case: &Case,
    record: &Record,
    items: &[Item<'_>],
    index: &Index<'_>,
    authors: &Authors<'_>,
) -> Vec<Precedent> {
    let before = case.began.or(case.detected);
    let mut ties: BTreeMap<&RecordId, (BTreeSet<&Tie>, BTreeSet<&EvidenceId>)> = BTreeMap::new();
    for item in items {
        for (attack, tie) in &item.ties {
            let (tied, evidence) = ties.entry(attack).or_default();
            tied.insert(tie);
            evidence.insert(&item.evidence.id);
        }
    }
    let mut precedents: Vec<(usize, Precedent)> = ties
        .into_iter()
        .filter_map(|(id, (ties, evidence))| {
            let attack = index.attack(id)?;
            let is_earlier =
                before.is_none_or(|before| attack.began.is_some_and(|began| began < before));
            let telling = ties.iter().filter(|tie| !matches!(tie, Tie::Technique { .. })).count();
            let count = telling * 100 + ties.len();
            let shown = is_earlier && (telling > 0 || ties.len() >= 3);
            shown.then(|| (count, precedent(attack, ties, &evidence, record, authors)))
        })
        .collect();
    precedents.sort_by(|left, right| {
        right.0.cmp(&left.0).then_with(|| left.1.attack.cmp(&right.1.attack))
    });
    precedents.truncate(MOST_PRECEDENTS);
    precedents.into_iter().map(|(_, precedent)| precedent).collect()
}

fn precedent(
    attack: &demarche_case::record::PreviousAttack,
    ties: BTreeSet<&Tie>,
    evidence: &BTreeSet<&EvidenceId>,
    record: &Record,
    authors: &Authors<'_>,
) -> Precedent {
    let mut actors = BTreeSet::new();
    let mut states = BTreeSet::new();
    let mut cited: BTreeSet<CitationId> = attack.citations.iter().copied().collect();
    for attribution in &attack.attributions {
        cited.extend(attribution.citations.iter().copied());
        states.extend(attribution.state);
        actors.extend(attribution.name.clone());
        let author = attribution.actor.as_ref().and_then(|id| authors.index(id));
        if let Some(author) = author {
            actors.extend(authors.actor(author).map(|actor| actor.name.clone()));
            states.extend(authors.state(author));
        }
    }
    Precedent {
        attack: attack.id.clone(),
        name: attack.name.clone(),
        began: attack.began,
        actors: actors.into_iter().collect(),
        states: states.into_iter().collect(),
        ties: ties.into_iter().cloned().collect(),
        evidence: evidence.iter().map(|id| (*id).clone()).collect(),
        sources: sources(record, &cited),
    }
}
