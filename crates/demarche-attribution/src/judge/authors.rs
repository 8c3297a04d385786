//! Who may have done it: the actors of the record, those it does not know, and those the case names.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Actor, Bond, Record, RecordId, Used};
use demarche_case::{Case, Country, Party, PartyId};

use super::names::Names;

/// One who may have done it, under no mask.
#[derive(Clone, Debug)]
pub(crate) enum Author<'a> {
    /// An actor of the record, with the state it is said to act for.
    Actor { actor: &'a Actor, state: Option<Country> },
    /// An actor that is not in the record.
    Unlisted(Option<Country>),
    /// Somebody whom the case names.
    Named(&'a Party),
}

impl Author<'_> {
    /// The state behind it.
    pub(crate) const fn state(&self) -> Option<Country> {
        match self {
            Self::Actor { state, .. } | Self::Unlisted(state) => *state,
            Self::Named(_) => None,
        }
    }
}

/// Everybody who may have done it, in a fixed order: actors by id, the unlisted by state, the named as in the case.
#[derive(Debug)]
pub(crate) struct Authors<'a> {
    pub(crate) all: Vec<Author<'a>>,
    /// Where catalogues disagree about an actor's state, each a sentence.
    pub(crate) disagreements: Vec<String>,
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
        let named: BTreeSet<&PartyId> = case.hypotheses.iter().map(|one| &one.party).collect();
        for party in parties.filter(|party| !named.contains(party)) {
            states.extend(case.party(party).and_then(|party| party.country));
        }
        all.extend(states.into_iter().map(|state| Author::Unlisted(Some(state))));
        all.push(Author::Unlisted(None));
        let parties = case.hypotheses.iter().filter_map(|one| case.party(&one.party));
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

    /// The place of an actor.
    pub(crate) fn place(&self, id: &RecordId) -> Option<usize> {
        self.all
            .iter()
            .position(|author| matches!(author, Author::Actor { actor, .. } if actor.id == *id))
    }

    /// Whom a party of the case stands for: the actors it is said to be, itself where it is an alternative of the case,
    /// else all who act for its state.
    pub(crate) fn meant(&self, party: &Party, names: &Names) -> Vec<bool> {
        let actors: BTreeSet<RecordId> =
            party.actors.iter().flat_map(|name| names.actors(name)).collect();
        let is_named = self
            .all
            .iter()
            .any(|author| matches!(author, Author::Named(one) if one.id == party.id));
        let means = |author: &Author<'_>| match author {
            Author::Named(one) => one.id == party.id,
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

/// The actors that anything is known of, themselves or by a campaign that is attributed to them.
fn with_behaviour(record: &Record) -> BTreeSet<&RecordId> {
    let users: BTreeSet<&RecordId> = record
        .uses
        .iter()
        .filter(|one| matches!(one.used, Used::Technique(_) | Used::Software(_)))
        .map(|one| &one.user)
        .collect();
    let attacks = record.attacks.iter().filter(|attack| users.contains(&attack.id));
    let attributed = attacks.flat_map(|attack| &attack.attributions);
    let by_attack: BTreeSet<&RecordId> =
        attributed.filter_map(|attribution| attribution.actor.as_ref()).collect();
    let actors = record.actors.iter().map(|actor| &actor.id);
    actors.filter(|id| users.contains(id) || by_attack.contains(id)).collect()
}

/// Words of an entry that tell of crime rather than of service; an actor of which they are used acts for a state only
/// where somebody says so.
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
) -> (Option<Country>, Option<String>) {
    let namesakes = names.actors(&actor.name);
    let namesakes: Vec<&Actor> = namesakes
        .iter()
        .filter(|id| id.catalogue != actor.id.catalogue)
        .filter_map(|id| by_id.get(id).copied())
        .collect();
    let told = |entries: &[&Actor], bond: Bond| {
        let mut claims: BTreeMap<Country, usize> = BTreeMap::new();
        let made = entries.iter().flat_map(|one| &one.states).filter(|claim| claim.bond == bond);
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
        claims.iter().max_by(|a, b| a.1.cmp(b.1).then(b.0.cmp(a.0))).map(|(state, _)| *state)
    });
    let said: BTreeSet<Country> = sorts.iter().flat_map(BTreeMap::keys).copied().collect();
    let disagreement = (said.len() > 1).then(|| {
        let said: Vec<&str> = said.iter().map(Country::label).collect();
        format!(
            "The record's claims for which state {} acts differ: {}.",
            actor.name,
            said.join(", ")
        )
    });
    (best, disagreement)
}
