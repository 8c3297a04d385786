//! The authors that are weighed: actors of the record, unlisted actors, and parties that the case names.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{AttributionCaveat, Hypothesis};
use demarche_case::record::{Actor, Bond, Record, RecordId, Used};
use demarche_case::{Case, Country, Party, PartyId};

use super::names::Names;

/// An author without a false flag.
#[derive(Clone, Debug)]
pub(crate) enum Author<'a> {
    /// An actor of the record, with the state that the actor is said to act for.
    Actor { actor: &'a Actor, state: Option<Country> },
    /// An actor that is not in the record.
    Unlisted(Option<Country>),
    /// A party that the case names.
    Named(&'a Party),
}

impl Author<'_> {
    /// The state behind the author.
    pub(crate) const fn state(&self) -> Option<Country> {
        match self {
            Self::Actor { state, .. } | Self::Unlisted(state) => *state,
            Self::Named(_) => None,
        }
    }
}

/// A false flag: one author imitates another, both by their index among the authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flag {
    pub(crate) author: usize,
    pub(crate) imitated: usize,
}

/// A hypothesis by indices among the authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Candidate {
    /// An author without a false flag.
    Author(usize),
    /// A false flag.
    Flag(Flag),
}

impl Candidate {
    /// The index of the author, who may imitate another.
    pub(crate) const fn author(self) -> usize {
        match self {
            Self::Author(author) | Self::Flag(Flag { author, .. }) => author,
        }
    }
}

/// All authors in a fixed order: actors by id, the unlisted by state, the named as in the case.
#[derive(Debug)]
pub(crate) struct Authors<'a> {
    pub(crate) all: Vec<Author<'a>>,
    /// Actors about whose state the catalogues differ.
    pub(crate) disagreements: Vec<AttributionCaveat>,
}

impl<'a> Authors<'a> {
    /// The authors for a case: the actors with known behaviour, and an unlisted one for each state that has an actor
    /// or that the case points to.
    pub(crate) fn of(case: &'a Case, record: &'a Record, names: &Names) -> Self {
        let known = with_behaviour(record);
        let by_id: BTreeMap<&RecordId, &Actor> =
            record.actors.iter().map(|actor| (&actor.id, actor)).collect();
        let mut disagreements = Vec::new();
        let mut all = Vec::new();
        let mut states: BTreeSet<Country> = BTreeSet::new();
        for (_, actor) in by_id.iter().filter(|(id, _)| known.contains(*id)) {
            let (state, disagreement) = state_of(actor, &by_id, names);
            disagreements.extend(disagreement);
            states.extend(state);
            all.push(Author::Actor { actor, state });
        }
        let pointed = case.evidence.iter().filter_map(|item| item.points_to.as_ref());
        let parties = pointed.flat_map(|pointer| &pointer.parties);
        let named: BTreeSet<&PartyId> = case.hypotheses.iter().map(|named| &named.party).collect();
        for party in parties.filter(|party| !named.contains(party)) {
            states.extend(case.party(party).and_then(|party| party.country));
        }
        all.extend(states.into_iter().map(|state| Author::Unlisted(Some(state))));
        all.push(Author::Unlisted(None));
        let parties = case.hypotheses.iter().filter_map(|named| case.party(&named.party));
        all.extend(parties.map(Author::Named));
        Self { all, disagreements }
    }

    /// The actors of the record among them.
    pub(crate) fn actors(&self) -> impl Iterator<Item = &'a Actor> {
        self.all.iter().filter_map(|author| match author {
            Author::Actor { actor, .. } => Some(*actor),
            Author::Unlisted(_) | Author::Named(_) => None,
        })
    }

    /// The index of an actor.
    pub(crate) fn index(&self, id: &RecordId) -> Option<usize> {
        self.all
            .iter()
            .position(|author| matches!(author, Author::Actor { actor, .. } if actor.id == *id))
    }

    /// The hypothesis that a candidate stands for.
    pub(crate) fn hypothesis(&self, candidate: Candidate) -> Hypothesis {
        match (&self.all[candidate.author()], candidate) {
            (Author::Actor { actor, state }, Candidate::Author(_)) => {
                Hypothesis::Actor { id: actor.id.clone(), name: actor.name.clone(), state: *state }
            }
            (Author::Actor { actor, state }, Candidate::Flag(flag)) => {
                let imitated = self.actor(flag.imitated).expect("only actors are imitated");
                Hypothesis::FalseFlag {
                    actor: actor.id.clone(),
                    name: actor.name.clone(),
                    state: *state,
                    imitated: imitated.id.clone(),
                    imitated_name: imitated.name.clone(),
                }
            }
            (Author::Unlisted(state), _) => Hypothesis::Unlisted { state: *state },
            (Author::Named(party), _) => {
                Hypothesis::Named { party: party.id.clone(), name: party.name.clone() }
            }
        }
    }

    /// The actor of the record at an index; `None` for other authors.
    pub(crate) fn actor(&self, index: usize) -> Option<&'a Actor> {
        match self.all[index] {
            Author::Actor { actor, .. } => Some(actor),
            Author::Unlisted(_) | Author::Named(_) => None,
        }
    }

    /// By author, true if a party of the case stands for it.
    ///
    /// The party stands for the actors that the case equates it with, for itself where the case names it as an
    /// alternative, and otherwise for all who act for its state.
    pub(crate) fn meant(&self, party: &Party, names: &Names) -> Vec<bool> {
        let actors: BTreeSet<RecordId> =
            party.actors.iter().flat_map(|name| names.actors(name)).collect();
        let is_named = self
            .all
            .iter()
            .any(|author| matches!(author, Author::Named(named) if named.id == party.id));
        let means = |author: &Author<'_>| match author {
            Author::Named(named) => named.id == party.id,
            Author::Actor { actor, .. } if !actors.is_empty() => actors.contains(&actor.id),
            author => {
                !is_named
                    && actors.is_empty()
                    && party.country.is_some()
                    && author.state() == party.country
            }
        };
        self.all.iter().map(means).collect()
    }
}

/// The actors with known behaviour, their own or of a campaign attributed to them.
fn with_behaviour(record: &Record) -> BTreeSet<&RecordId> {
    let users: BTreeSet<&RecordId> = record
        .uses
        .iter()
        .filter(|claim| matches!(claim.used, Used::Technique(_) | Used::Software(_)))
        .map(|claim| &claim.user)
        .collect();
    let attacks = record.attacks.iter().filter(|attack| users.contains(&attack.id));
    let attributed = attacks.flat_map(|attack| &attack.attributions);
    let by_attack: BTreeSet<&RecordId> =
        attributed.filter_map(|attribution| attribution.actor.as_ref()).collect();
    let actors = record.actors.iter().map(|actor| &actor.id);
    actors.filter(|id| users.contains(id) || by_attack.contains(id)).collect()
}

/// Words of an entry that tell of crime; an actor described with them acts for a state only where a claim says so.
const CRIME: [&str; 7] = [
    "financially motivated",
    "financially-motivated",
    "ecrime",
    "e-crime",
    "cybercrim",
    "ransomware",
    "extortion",
];

/// The state that an actor acts for, as most claims of the strongest sort have it.
///
/// The sorts, strongest first: its own entry says that it acts for a state; an entry elsewhere that shares its name says
/// so; its own entry, or else one of its name, says that it comes from a state, and nothing says that it is out for
/// money. A shared name is a weak link, for catalogues draw the lines between groups differently.
fn state_of(
    actor: &Actor,
    by_id: &BTreeMap<&RecordId, &Actor>,
    names: &Names,
) -> (Option<Country>, Option<AttributionCaveat>) {
    let namesakes = names.actors(&actor.name);
    let namesakes: Vec<&Actor> = namesakes
        .iter()
        .filter(|id| id.catalogue != actor.id.catalogue)
        .filter_map(|id| by_id.get(id).copied())
        .collect();
    let told = |entries: &[&Actor], bond: Bond| {
        let mut claims: BTreeMap<Country, usize> = BTreeMap::new();
        let made =
            entries.iter().flat_map(|entry| &entry.states).filter(|claim| claim.bond == bond);
        for claim in made {
            *claims.entry(claim.state).or_default() += 1;
        }
        claims
    };
    let about = actor.about.to_lowercase();
    // An entry without words does not say that it is out for money, and does not say that it is not.
    let is_criminal = about.is_empty() || CRIME.iter().any(|word| about.contains(word));
    let mut sorts = vec![told(&[actor], Bond::ActsFor), told(&namesakes, Bond::ActsFor)];
    if !is_criminal {
        sorts.extend([told(&[actor], Bond::ComesFrom), told(&namesakes, Bond::ComesFrom)]);
    }
    let strongest = sorts.iter().find(|claims| !claims.is_empty());
    let best = strongest.and_then(|claims| {
        let by_count = |left: &(&Country, &usize), right: &(&Country, &usize)| {
            left.1.cmp(right.1).then(right.0.cmp(left.0))
        };
        claims.iter().max_by(by_count).map(|(state, _)| *state)
    });
    let said: BTreeSet<Country> = sorts.iter().flat_map(BTreeMap::keys).copied().collect();
    let disagreement = (said.len() > 1).then(|| AttributionCaveat::StatesDiffer {
        name: actor.name.clone(),
        states: said.into_iter().collect(),
    });
    (best, disagreement)
}
