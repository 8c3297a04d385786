//! The attribution of a case: its evidence weighed for every hypothesis.
//!
//! The method, its formulas and the sources of its figures are in `docs/attribution.md`.
//! Techniques and software have weights that were fitted to the record of previous attacks. Other parameters are
//! elicited and have a range; the ranges make the intervals.

mod authors;
mod balance;
mod bearing;
mod behaviour;
mod bench;
mod combine;
mod context;
mod elicited;
mod features;
mod items;
mod judged;
mod kind;
mod leads;
mod listing;
mod names;
mod pool;
mod prior;
mod sensitivity;
mod side;
mod usable;

use std::collections::BTreeSet;

use demarche_case::assessment::attribution::{
    AttributionCaveat, AttributionFindings, EditionUsed, ItemReason, Leads, ParameterName,
    RecordUsed, WeighedItem,
};
use demarche_case::assessment::routes::Located;
use demarche_case::record::{CitationId, Record, Used};
use demarche_case::{
    Body, Case, EvidenceId, Forgeability, LikelihoodRatio, Moment, Party, PartyId, Strength,
};

use crate::count;
use authors::{Authors, Known};
pub(crate) use authors::{Candidate, Flag};
use bearing::Bearing;
use behaviour::Behaviour;
pub(crate) use bench::Bench;
pub(crate) use combine::Taken;
pub(crate) use context::{Repertoires, sources};
pub(crate) use elicited::Values;
pub(crate) use elicited::{FITTED_FLOOR, FITTED_PSEUDO_COUNTS};
use items::{Context, Says, items, only_shelters};
use judged::Judged;
pub(crate) use judged::Part;
use leads::Leader;
use listing::Listing;
pub(crate) use listing::sides_of;
pub(crate) use names::{Index, Names};
use pool::Groups;
use prior::Frequencies;
pub(crate) use prior::smoothed;
use sensitivity::Answer;

/// The question put to the judges.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The case with its evidence.
    pub case: &'a Case,
    /// The record of previous attacks.
    pub record: &'a Record,
    /// The networks of the addresses in the evidence, as the routes engine found them.
    pub located: &'a [Located],
    /// The seed of the draws that the intervals come from.
    pub seed: u64,
}

/// Judges who did it; `None` when the case has no item of evidence about it.
#[must_use]
pub fn judge(question: &Question<'_>) -> Option<AttributionFindings> {
    open(question).map(AttributionFindings::without_withheld)
}

/// The judgement with its probabilities, even where nobody is to be named: for trials on cases whose author is known.
pub(crate) fn open(question: &Question<'_>) -> Option<AttributionFindings> {
    let Question { case, record, .. } = *question;
    let found = |ground: &Ground<'_>| {
        ground.with_bench(case, question.located, |bench| {
            (!bench.items.is_empty()).then(|| findings(bench, question, ground))
        })
    };
    with_ground(record, case, found)
}

/// The part of the inputs that stays the same whatever evidence a case has, as long as its last day does.
#[derive(Debug)]
struct Ground<'a> {
    record: &'a Record,
    names: &'a Names,
    index: &'a Index<'a>,
    counts: &'a Frequencies,
    known: &'a Known<'a>,
    behaviour: &'a Behaviour,
    /// The caveats of the choice of the record.
    caveats: Vec<AttributionCaveat>,
    /// The day from which on sources of the record do not count.
    until: Option<Moment>,
}

/// The result of `then` on the record as a case may use it.
fn with_ground<R>(record: &Record, case: &Case, then: impl FnOnce(&Ground<'_>) -> R) -> R {
    let usable::Usable { record, caveats } = usable::usable(record, case);
    let names = Names::of(&record);
    let index = Index::of(&record);
    let counts = Frequencies::of(case, &record);
    let known = Known::of(&record, &names, counts.attacking());
    let behaviour = Behaviour::of(&record, &known, case.noticed());
    then(&Ground {
        record: &record,
        names: &names,
        index: &index,
        counts: &counts,
        known: &known,
        behaviour: &behaviour,
        caveats,
        until: usable::until(case),
    })
}

impl Ground<'_> {
    /// The result of `then` on the inputs of a judgement.
    fn with_bench<R>(
        &self,
        case: &Case,
        located: &[Located],
        then: impl FnOnce(&Bench<'_>) -> R,
    ) -> R {
        let authors = Authors::of(case, self.known, self.names);
        let (index, names) = (self.index, self.names);
        let items = items(Context { case, index, names, authors: &authors, located });
        then(&Bench {
            authors: &authors,
            counts: self.counts,
            behaviour: self.behaviour,
            items: &items,
            groups: &Groups::of(&items),
            features: &features::features(case),
        })
    }

    /// The answer on a case that differs in its evidence alone; `leader` leads on all of it.
    fn answer(&self, case: &Case, located: &[Located], leader: &Leader) -> Answer {
        self.with_bench(case, located, |bench| {
            let best = Values::best();
            let (all, hard) = (bench.taken(Taken::AsReported), bench.taken(Taken::HardToForge));
            let judged = bench.judged(&all, &best, &bench.flags(&best, &hard));
            let then = leads::leader(bench.authors, &judged.posterior);
            let is_named = bearing::withheld(bench, &judged, &then).is_none();
            Answer {
                leading: leads::chance_of(bench.authors, &judged.posterior, leader),
                leads: is_named.then_some(then.leads),
            }
        })
    }
}

/// The answer without some items of the evidence, as if the case had never had them.
fn without(
    question: &Question<'_>,
    ground: &Ground<'_>,
    leader: &Leader,
    items: &BTreeSet<EvidenceId>,
) -> Answer {
    let case = question.case.without(items);
    if usable::until(&case) == ground.until {
        ground.answer(&case, question.located, leader)
    } else {
        with_ground(question.record, &case, |ground| ground.answer(&case, question.located, leader))
    }
}

/// What `then` makes of the inputs of a judgement; `None` when the case has no item of evidence about its author.
pub(crate) fn with_bench<R>(
    question: &Question<'_>,
    then: impl FnOnce(&Bench<'_>) -> R,
) -> Option<R> {
    with_ground(question.record, question.case, |ground| {
        ground.with_bench(question.case, question.located, |bench| {
            (!bench.items.is_empty()).then(|| then(bench))
        })
    })
}

fn findings(
    bench: &Bench<'_>,
    question: &Question<'_>,
    ground: &Ground<'_>,
) -> AttributionFindings {
    let (authors, record, index) = (bench.authors, ground.record, ground.index);
    let best = Values::best();
    let all = bench.taken(Taken::AsReported);
    let hard = bench.taken(Taken::HardToForge);
    let flags = bench.flags(&best, &hard);
    let reported = bench.judged(&all, &best, &flags);
    let planted = bench.judged(&hard, &best, &flags);
    let listing = Listing::of(authors, &reported.posterior, &planted.posterior);
    let [drawn_reported, drawn_planted] = bench.draws(question.seed, [&all, &hard], &flags);
    let leader = leads::leader(authors, &reported.posterior);
    let then = leads::leader(authors, &planted.posterior).leads;
    let gains = (then != leader.leads).then_some(then);
    let answer = |items: &BTreeSet<EvidenceId>| without(question, ground, &leader, items);
    let unlinked = question.case.without_links();
    let unlinked = unlinked.map(|case| ground.answer(&case, question.located, &leader));
    let weights = reported.weights.heaviest(bench);
    let sensitivity = sensitivity::sensitivity(bench.items, &weights, &leader, &answer, unlinked);
    let as_reported = listing.judgement(bench, &reported, &drawn_reported);
    let bearing = Bearing {
        bench,
        judged: &reported,
        leader: &leader,
        chance: as_reported.chance(&leader.leads),
        sensitivity: &sensitivity,
        stays_if_planted: gains.is_none(),
    };
    let support = bearing.support();
    let withheld = bearing::withheld(bench, &reported, &leader);
    let confidence = bearing.confidence(&support);
    let repertoires = Repertoires::of(record, authors.actors(), index);
    let seen = context::seen(bench.items);
    let first = listing.actors(authors).first().copied();
    // A suspect that no record knows has no techniques to look for, and those of another gang would mislead.
    let hunted = first.filter(|_| !matches!(leader.leads, Leads::Hypothesis { .. }));
    AttributionFindings {
        record: record_used(question.record, authors),
        hypotheses: listing.all.iter().map(|listed| listed.hypothesis.clone()).collect(),
        withheld,
        confidence,
        balance: balance::balance(bench, &reported, &leader, &sensitivity, gains),
        wanted: balance::wanted(bench, &reported),
        items: weighed(bench, &reported, &listing, &repertoires, record),
        sensitivity,
        overlaps: repertoires.overlaps(&seen, authors, index),
        precedents: context::precedents(question.case, record, bench.items, index, authors),
        hunt_leads: hunted
            .map_or_else(Vec::new, |actor| repertoires.leads(&actor.id, &seen, record)),
        parameters: best.listed(),
        caveats: caveats(bench, question.case, ground),
        leads: Some(leader.leads),
        if_planted: listing.judgement(bench, &planted, &drawn_planted),
        as_reported,
    }
}

/// Every item with its weights for the hypotheses that are listed.
fn weighed(
    bench: &Bench<'_>,
    judged: &Judged,
    listing: &Listing,
    repertoires: &Repertoires<'_>,
    record: &Record,
) -> Vec<WeighedItem> {
    let weights = listing.weights(bench, judged);
    let scale = Values::best().get(ParameterName::PointerScale);
    let rows = bench.items.iter().zip(&judged.weights.items).zip(weights);
    rows.map(|((item, weight), weights)| {
        let mut citations = item.citations.clone();
        let mut reasons = item.reasons.clone();
        if let Some(used) = item.used.as_ref().filter(|_| item.says != Says::Nothing) {
            let (cited, reason) = known_users(bench.authors, used, listing, repertoires);
            citations.extend(cited);
            reasons.push(reason);
        }
        WeighedItem {
            evidence: item.evidence.id.clone(),
            aspect: item.aspect,
            cluster: item.cluster.clone(),
            forgeability: item.forgeability,
            planted: weight.planted,
            bound: LikelihoodRatio::from_nats(scale * -weight.planted.get().ln()),
            reliability: elicited::reliability(item.evidence.grade),
            discount: listing.discount(weight, &weights),
            diagnosticity: listing.diagnosticity(&weights),
            weights,
            reasons,
            sources: sources(record, &citations),
        }
    })
    .collect()
}

/// The listed actors that are known to use an item, with the sources that say so.
fn known_users(
    authors: &Authors<'_>,
    used: &Used,
    listing: &Listing,
    repertoires: &Repertoires<'_>,
) -> (BTreeSet<CitationId>, ItemReason) {
    let mut cited = BTreeSet::new();
    let mut listed = Vec::new();
    for actor in listing.actors(authors) {
        if repertoires.uses(&actor.id, used) {
            listed.push(actor.name.clone());
            cited.extend(repertoires.cited(&actor.id, used));
        }
    }
    (cited, ItemReason::KnownUsers { actors: repertoires.users(used), listed })
}

fn caveats(bench: &Bench<'_>, case: &Case, ground: &Ground<'_>) -> Vec<AttributionCaveat> {
    /// Disagreements over states that are listed at most.
    const DISAGREEMENTS: usize = 10;
    let mut caveats = ground.caveats.clone();
    caveats.extend([AttributionCaveat::LabelsAreClaims, AttributionCaveat::Visibility]);
    if bench.counts.catalogue.is_none() {
        caveats.push(AttributionCaveat::NoIncidents);
    }
    let is_disagreement =
        |caveat: &&AttributionCaveat| matches!(caveat, AttributionCaveat::StatesDiffer { .. });
    let of_authors = bench.authors.caveats.iter();
    caveats.extend(of_authors.clone().filter(is_disagreement).take(DISAGREEMENTS).cloned());
    caveats.extend(of_authors.filter(|caveat| !is_disagreement(caveat)).cloned());
    caveats.extend(may_act_for(bench, case));
    caveats.extend(unstated(bench));
    caveats
}

/// The traces that point to somebody more than weakly, and of which the case does not say what planting them would take.
fn unstated(bench: &Bench<'_>) -> impl Iterator<Item = AttributionCaveat> {
    let items = bench.items.iter().filter(|item| {
        item.forgeability == Forgeability::Unstated
            && matches!(item.says, Says::Points { strength, .. } if strength != Strength::Weak)
    });
    items.map(|item| AttributionCaveat::UnstatedForgeability { evidence: item.evidence.id.clone() })
}

/// Each pair of a suspect without a state and of a state to both of which an item points, once; a motive ties nobody to
/// anybody.
fn may_act_for(bench: &Bench<'_>, case: &Case) -> Vec<AttributionCaveat> {
    let suspects = case.suspects();
    let is_alone = |party: &&Party| {
        party.acts_for.is_none() && suspects.iter().any(|suspect| suspect.party.id == party.id)
    };
    let mut said: BTreeSet<(&PartyId, &PartyId)> = BTreeSet::new();
    let mut caveats = Vec::new();
    for item in bench.items {
        let is_tie = matches!(item.says, Says::Points { .. }) && item.evidence.body != Body::Motive;
        let pointer = item.evidence.points_to.iter().filter(|_| is_tie);
        let parties: Vec<&Party> =
            pointer.flat_map(|pointer| &pointer.parties).filter_map(|id| case.party(id)).collect();
        let is_state =
            |party: &&&Party| party.country.is_some() && !is_alone(party) && !only_shelters(party);
        for party in parties.iter().filter(|party| is_alone(party)) {
            for patron in parties.iter().filter(is_state) {
                if said.insert((&party.id, &patron.id)) {
                    caveats.push(AttributionCaveat::MayActFor {
                        evidence: item.evidence.id.clone(),
                        party: party.id.clone(),
                        patron: patron.id.clone(),
                    });
                }
            }
        }
    }
    caveats
}

fn record_used(record: &Record, authors: &Authors<'_>) -> RecordUsed {
    RecordUsed {
        editions: record.editions.iter().map(EditionUsed::from).collect(),
        actors: count(authors.actors().count()),
        attacks: count(record.attacks.len()),
        uses: count(record.uses.len()),
    }
}
