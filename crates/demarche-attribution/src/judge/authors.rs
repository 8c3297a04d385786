//! The authors that are weighed: actors of the record, unlisted actors, and parties that the case suspects.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{AttributionCaveat, Hypothesis};
use demarche_case::record::{Actor, Bond, Record, RecordId, Used};
use demarche_case::{AttackerKind, Case, Country, Party, PartyId};

use super::kind;
use super::names::Names;
use super::side::Side;

/// An author without a false flag.
#[derive(Clone, Debug)]
pub(crate) enum Author<'a> {
    /// An actor of the record.
    Actor(&'a Actor),
    /// An actor that is not in the record.
    Unlisted,
    /// A party that the case names.
    Named(&'a Party),
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

/// The actors of the record with known behaviour, each with its side; they are the same whatever the evidence is.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    /// By identifier, which is the order among the authors.
    actors: Vec<(&'a Actor, Side)>,
    by_id: BTreeMap<&'a RecordId, usize>,
    /// States that attacked before.
    attacking: BTreeSet<Country>,
    /// Disagreements over the states of actors.
    caveats: Vec<AttributionCaveat>,
}

impl<'a> Known<'a> {
    pub(crate) fn of(record: &'a Record, names: &Names, attacking: BTreeSet<Country>) -> Self {
        let behaving = with_behaviour(record);
        let by_id: BTreeMap<&RecordId, &Actor> =
            record.actors.iter().map(|actor| (&actor.id, actor)).collect();
        let (mut caveats, mut actors) = (Vec::new(), Vec::new());
        for (_, actor) in by_id.iter().filter(|(id, _)| behaving.contains(*id)) {
            let (side, disagreement) = side_of(actor, &by_id, names);
            caveats.extend(disagreement);
            actors.push((*actor, side));
        }
        let by_id = actors.iter().enumerate().map(|(index, (actor, _))| (&actor.id, index));
        Self { by_id: by_id.collect(), actors, attacking, caveats }
    }

    /// True for a party that the case equates with one of the actors, and of which it says no more.
    fn has(&self, party: &Party, names: &Names) -> bool {
        let mut ids = party.actors.iter().flat_map(|name| names.actors(name));
        party.acts_for.is_none() && ids.any(|id| self.index(&id).is_some())
    }

    /// The index of an actor among the authors of any case.
    pub(crate) fn index(&self, id: &RecordId) -> Option<usize> {
        self.by_id.get(id).copied()
    }
}

/// One reading of what the case says of parties that act for others.
#[derive(Debug)]
pub(crate) struct Reading {
    /// True if each of them acts for its state, false if each acts for itself; `None` where the case says it of no party.
    pub(crate) holds: Option<bool>,
    /// Every side with its authors in this reading; each has an unlisted one.
    pub(crate) members: BTreeMap<Side, Vec<usize>>,
}

/// A party that acts for a state as the case says: two authors, of which one is in each reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    pub(crate) for_state: usize,
    pub(crate) alone: usize,
}

/// All authors in a fixed order: actors by id, the unlisted by side, the named as in the case.
#[derive(Debug)]
pub(crate) struct Authors<'a> {
    pub(crate) all: Vec<Author<'a>>,
    /// By author.
    pub(crate) side_of: Vec<Side>,
    /// Every side with its authors in any reading; each has an unlisted one.
    pub(crate) members: BTreeMap<Side, Vec<usize>>,
    /// The readings of what the case says of parties that act for others; at least one.
    pub(crate) readings: Vec<Reading>,
    /// The parties that act for a state.
    pub(crate) tools: Vec<Tool>,
    /// The states that the case itself brings up: those to which evidence points, and those of its suspects.
    pub(crate) brought_up: BTreeSet<Country>,
    known: &'a Known<'a>,
    /// Doubts about the sides of actors and parties.
    pub(crate) caveats: Vec<AttributionCaveat>,
}

impl<'a> Authors<'a> {
    /// The authors for a case: the actors with known behaviour, an unlisted one for each side, and its
    /// [suspects](Case::suspects).
    ///
    /// The states are those with an actor, those that attacked before, and those that the case points to. A suspect that
    /// acts for a state is an author of that state, and another author of its own kind. One that the case equates with an
    /// actor of the record is that actor, and no author besides: it would be its own rival.
    pub(crate) fn of(case: &'a Case, known: &'a Known<'a>, names: &Names) -> Self {
        let mut caveats = known.caveats.clone();
        let mut all: Vec<(Author<'a>, Side)> =
            known.actors.iter().map(|(actor, side)| (Author::Actor(actor), *side)).collect();
        let mut suspects = case.suspects();
        suspects.retain(|suspect| !known.has(suspect.party, names));
        let named: BTreeSet<&PartyId> = suspects.iter().map(|suspect| &suspect.party.id).collect();
        let mut sides: BTreeSet<Side> = all.iter().map(|(_, side)| *side).collect();
        let attacking = known.attacking.iter().copied();
        let mut brought_up: BTreeSet<Country> = pointed(case, &named).collect();
        sides.extend(attacking.chain(brought_up.iter().copied()).map(Side::State));
        let stateless = AttackerKind::ALL.into_iter().filter(|kind| *kind != AttackerKind::State);
        sides.extend(stateless.map(Side::Kind));
        let mut suspected = Vec::new();
        for suspect in suspects {
            let (side, guess) = kind::side(case, suspect);
            caveats.extend(guess);
            let patron = case.patron(suspect.party).and_then(|patron| patron.country);
            let own = match (patron, side) {
                // A party of another state than its own is, by itself, of no known kind.
                (Some(_), Side::State(_)) => Side::Kind(AttackerKind::Unknown),
                _ => side,
            };
            sides.insert(own);
            sides.extend(patron.map(Side::State));
            brought_up.extend(own.state().into_iter().chain(patron));
            suspected.push((Author::Named(suspect.party), own, patron));
        }
        all.extend(sides.into_iter().map(|side| (Author::Unlisted, side)));
        let mut tools = Vec::new();
        for (author, own, patron) in suspected {
            all.push((author.clone(), own));
            if let Some(state) = patron {
                all.push((author, Side::State(state)));
                tools.push(Tool { alone: all.len() - 2, for_state: all.len() - 1 });
            }
        }
        let (all, side_of): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let readings = readings(&side_of, &tools);
        let members = members(&side_of, &[]);
        Self { members, readings, tools, brought_up, known, all, side_of, caveats }
    }

    /// The number of authors.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The actors of the record among them.
    pub(crate) fn actors(&self) -> impl Iterator<Item = &'a Actor> {
        self.all.iter().filter_map(|author| match author {
            Author::Actor(actor) => Some(*actor),
            Author::Unlisted | Author::Named(_) => None,
        })
    }

    /// The index of an actor.
    pub(crate) fn index(&self, id: &RecordId) -> Option<usize> {
        self.known.index(id)
    }

    /// The state of an author.
    pub(crate) fn state(&self, author: usize) -> Option<Country> {
        self.side_of[author].state()
    }

    /// The hypothesis that a candidate stands for.
    pub(crate) fn hypothesis(&self, candidate: Candidate) -> Hypothesis {
        let author = candidate.author();
        let (attacker, state) = (self.side_of[author].attacker(), self.state(author));
        match (&self.all[author], candidate) {
            (Author::Actor(actor), Candidate::Author(_)) => Hypothesis::Actor {
                id: actor.id.clone(),
                name: actor.name.clone(),
                attacker,
                state,
            },
            (Author::Actor(actor), Candidate::Flag(flag)) => {
                let imitated = self.actor(flag.imitated).expect("only actors are imitated");
                Hypothesis::FalseFlag {
                    actor: actor.id.clone(),
                    name: actor.name.clone(),
                    attacker,
                    state,
                    imitated: imitated.id.clone(),
                    imitated_name: imitated.name.clone(),
                }
            }
            (Author::Unlisted, _) => Hypothesis::Unlisted { attacker, state },
            (Author::Named(party), _) => {
                let (party, name) = (party.id.clone(), party.name.clone());
                let is_for_it = self.tools.iter().any(|tool| tool.for_state == author);
                Hypothesis::Named { party, name, attacker, state: state.filter(|_| is_for_it) }
            }
        }
    }

    /// The actor of the record at an index; `None` for other authors.
    pub(crate) fn actor(&self, index: usize) -> Option<&'a Actor> {
        match self.all[index] {
            Author::Actor(actor) => Some(actor),
            Author::Unlisted | Author::Named(_) => None,
        }
    }

    /// By author, true if a party of the case stands for it.
    ///
    /// The party stands for the actors that the case equates it with, for itself where the case names it as an
    /// alternative, and otherwise for all who act for its state.
    pub(crate) fn meant(&self, party: &Party, names: &Names) -> Vec<bool> {
        let actors: BTreeSet<usize> = party
            .actors
            .iter()
            .flat_map(|name| names.actors(name))
            .filter_map(|id| self.index(&id))
            .collect();
        let is_named =
            |author: &Author<'_>| matches!(author, Author::Named(named) if named.id == party.id);
        let is_alternative = self.all.iter().any(is_named);
        let is_state = party.state().is_some() && !is_alternative && party.actors.is_empty();
        let means = |(index, author): (usize, &Author<'_>)| {
            is_named(author)
                || actors.contains(&index)
                || (is_state && self.state(index) == party.state())
        };
        self.all.iter().enumerate().map(means).collect()
    }
}

/// The states of the parties to which the evidence points, without those that the case names as alternatives.
fn pointed<'c>(
    case: &'c Case,
    named: &'c BTreeSet<&PartyId>,
) -> impl Iterator<Item = Country> + 'c {
    let pointers = case.evidence.iter().filter_map(|item| item.points_to.as_ref());
    let parties = pointers.flat_map(|pointer| &pointer.parties);
    parties
        .filter(|party| !named.contains(party))
        .filter_map(|party| case.party(party).and_then(Party::state))
}

/// Both readings of what the case says of tools; one where it has none.
fn readings(side_of: &[Side], tools: &[Tool]) -> Vec<Reading> {
    if tools.is_empty() {
        return vec![Reading { holds: None, members: members(side_of, &[]) }];
    }
    let reading = |holds: bool| {
        let out = tools.iter().map(|tool| if holds { tool.alone } else { tool.for_state });
        Reading { holds: Some(holds), members: members(side_of, &out.collect::<Vec<_>>()) }
    };
    vec![reading(true), reading(false)]
}

/// Every side with its authors, but for those that are left out.
fn members(side_of: &[Side], left_out: &[usize]) -> BTreeMap<Side, Vec<usize>> {
    let mut members: BTreeMap<Side, Vec<usize>> = BTreeMap::new();
    for (author, side) in side_of.iter().enumerate() {
        if !left_out.contains(&author) {
            members.entry(*side).or_default().push(author);
        }
    }
    members
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

/// The side of an actor: the state that it acts for, as most claims of the strongest sort have it, or its kind.
///
/// The sorts, strongest first: its own entry says that it acts for a state; an entry elsewhere that shares its name says
/// so; its own entry, or else one of its name, says that it comes from a state. Only the first makes a gang whose entry
/// tells of crime an actor of a state. A shared name is a weak link, for catalogues draw the lines between groups
/// differently.
fn side_of(
    actor: &Actor,
    by_id: &BTreeMap<&RecordId, &Actor>,
    names: &Names,
) -> (Side, Option<AttributionCaveat>) {
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
    let kind = kind::of_entry(&actor.about);
    let mut sorts = vec![told(&[actor], Bond::ActsFor)];
    if kind == AttackerKind::Unknown {
        sorts.push(told(&namesakes, Bond::ActsFor));
        // An entry without words does not say that it is out for money, and does not say that it is not.
        if !actor.about.is_empty() {
            sorts.extend([told(&[actor], Bond::ComesFrom), told(&namesakes, Bond::ComesFrom)]);
        }
    }
    let strongest = sorts.iter().find(|claims| !claims.is_empty());
    let state = strongest.and_then(|claims| {
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
    (state.map_or(Side::Kind(kind), Side::State), disagreement)
}
