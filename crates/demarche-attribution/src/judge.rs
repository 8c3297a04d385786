//! The attribution of a case: its evidence weighed for every hypothesis.
//!
//! The method, its formulas and the sources of its figures are in `docs/attribution.md`.
//! Techniques and software have weights that were fitted to the record of previous attacks. Other parameters are
//! elicited and have a range; the ranges make the intervals.

mod authors;
mod bearing;
mod behaviour;
mod bench;
mod combine;
mod context;
mod elicited;
mod items;
mod listing;
mod names;
mod prior;
mod sensitivity;
mod usable;

use std::collections::BTreeSet;

use demarche_case::LikelihoodRatio;
use demarche_case::assessment::attribution::{
    AttributionCaveat, AttributionFindings, Chance, EditionUsed, ItemReason, Judgement, Leads,
    RankedState, RecordUsed, WeighedItem,
};
use demarche_case::assessment::routes::Located;
use demarche_case::record::{CitationId, Record, Used};
use demarche_case::{Case, EvidenceId};

use crate::count;
use authors::Authors;
use bearing::Bearing;
use behaviour::Behaviour;
use bench::{Bench, Judged};
use combine::Taken;
pub(crate) use context::{Repertoires, sources};
use elicited::Values;
pub(crate) use elicited::{FITTED_FLOOR, FITTED_PSEUDO_COUNTS};
use items::{Context, Says, items};
use listing::{Listing, ranked_chance};
pub(crate) use names::{Index, Names};
use prior::Frequencies;
pub(crate) use prior::smoothed;

/// The question put to the judges.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The case with its evidence.
    pub case: &'a Case,
    /// The record of previous attacks.
    pub record: &'a Record,
    /// The networks of the addresses in the evidence, as the routes engine found them.
    pub located: &'a [Located],
    /// Items that the reader of the answer may not see, and that are not used.
    pub without: &'a BTreeSet<EvidenceId>,
    /// The seed of the draws that the intervals come from.
    pub seed: u64,
}

/// Judges who did it; `None` when no item of the case has any bearing on the question.
#[must_use]
pub fn judge(question: &Question<'_>) -> Option<AttributionFindings> {
    let usable::Usable { record, caveats } = usable::usable(question.record, question.case);
    let names = Names::of(&record);
    let index = Index::of(&record);
    let authors = Authors::of(question.case, &record, &names);
    let context = Context {
        case: question.case,
        index: &index,
        names: &names,
        authors: &authors,
        located: question.located,
    };
    let items = items(context, question.without);
    if items.is_empty() {
        return None;
    }
    let counts = Frequencies::of(question.case, &record);
    let behaviour = Behaviour::of(question.case, &record, &authors);
    let bench = Bench { authors: &authors, counts: &counts, behaviour: &behaviour, items: &items };
    let mut found = findings(&bench, question, &record, &index);
    found.caveats.splice(0..0, caveats);
    Some(found.without_withheld())
}

fn findings(
    bench: &Bench<'_>,
    question: &Question<'_>,
    record: &Record,
    index: &Index<'_>,
) -> AttributionFindings {
    let authors = bench.authors;
    let best = Values::best();
    let all = bench.taken(Taken::AsReported);
    let hard = bench.taken(Taken::HardToForge);
    let flags = bench.flags(&best, &hard);
    let reported = bench.judged(&all, &best, &flags);
    let planted = bench.judged(&hard, &best, &flags);
    let listing = Listing::of(authors, &reported.posterior, &planted.posterior);
    let [drawn_reported, drawn_planted] = bench.draws(question.seed, [&all, &hard], &flags);
    let sensitivity = sensitivity::sensitivity(bench, &all, &reported.posterior, &listing, &flags);
    let as_reported = listing.judgement(bench, &reported, &drawn_reported);
    let if_planted = listing.judgement(bench, &planted, &drawn_planted);
    let (leads, leading) = leads(&as_reported, &listing);
    let bearing = Bearing {
        items: bench.items,
        weights: &reported.weights,
        sensitivity: &sensitivity,
        if_planted: chance_of(&leads, &if_planted).estimate,
        leads,
        leading,
        actors: count(authors.actors().count()),
    };
    let (withheld, confidence) = (bearing.withheld(), bearing.confidence());
    let repertoires = Repertoires::of(record, authors.actors(), index);
    let seen = context::seen(bench.items);
    let leader = listing.actors(authors).first().copied();
    AttributionFindings {
        record: record_used(question.record, authors),
        hypotheses: listing.all.iter().map(|listed| listed.hypothesis.clone()).collect(),
        withheld,
        confidence,
        items: weighed(bench, &reported, &listing, &repertoires, record),
        sensitivity,
        overlaps: repertoires.overlaps(&seen, authors, index),
        precedents: context::precedents(question.case, record, bench.items, index, authors),
        hunt_leads: leader
            .map_or_else(Vec::new, |actor| repertoires.leads(&actor.id, &seen, record)),
        parameters: elicited::listed(),
        caveats: caveats(bench),
        as_reported,
        if_planted,
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
    let values = Values::best();
    let rows = bench.items.iter().zip(&judged.weights.items).enumerate();
    rows.map(|(index, (item, weight))| {
        let weights = listing.weights(bench, judged, index, &values);
        let mut citations = item.citations.clone();
        let mut reasons = item.reasons.clone();
        if let Says::Uses(used) = &item.says {
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
            bound: LikelihoodRatio::from_nats(-weight.planted.get().ln()),
            reliability: elicited::reliability(item.evidence.grade),
            discount: weight.discount,
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

fn caveats(bench: &Bench<'_>) -> Vec<AttributionCaveat> {
    /// Disagreements over states that are listed at most.
    const DISAGREEMENTS: usize = 10;
    let mut caveats = vec![AttributionCaveat::LabelsAreClaims, AttributionCaveat::Visibility];
    if bench.counts.catalogue.is_none() {
        caveats.push(AttributionCaveat::NoIncidents);
    }
    caveats.extend(bench.authors.disagreements.iter().take(DISAGREEMENTS).cloned());
    caveats
}

/// The leading state, unless a hypothesis is more probable.
fn leads(judgement: &Judgement, listing: &Listing) -> (Leads, Chance) {
    let first = Leads::Hypothesis { hypothesis: listing.first().id.clone() };
    let first_chance = chance_of(&first, judgement);
    match judgement.states.first() {
        Some(ranked) if ranked.chance().estimate >= first_chance.estimate => {
            (Leads::State { state: ranked.state }, ranked.chance())
        }
        _ => (first, first_chance),
    }
}

fn chance_of(leads: &Leads, judgement: &Judgement) -> Chance {
    match leads {
        Leads::State { state } => {
            let ranked = judgement.states.iter().find(|ranked| ranked.state == *state);
            ranked.map_or(Chance::NONE, RankedState::chance)
        }
        Leads::Hypothesis { hypothesis } => ranked_chance(judgement, hypothesis),
    }
}

fn record_used(record: &Record, authors: &Authors<'_>) -> RecordUsed {
    RecordUsed {
        editions: record.editions.iter().map(EditionUsed::from).collect(),
        actors: count(authors.actors().count()),
        attacks: count(record.attacks.len()),
        uses: count(record.uses.len()),
    }
}
