//! Who did it: the evidence of a case against everybody who may have done it.
//!
//! The method, its formulas and where its figures come from are in `docs/attribution.md`.
//! What was fitted to the record of previous attacks weighs techniques and software; what nobody measured is elicited,
//! has a range, and the ranges make the intervals.

mod authors;
mod bearing;
mod behaviour;
mod combine;
mod context;
mod elicited;
mod index;
mod intervals;
mod items;
mod known;
mod listing;
mod names;
mod prior;
mod sensitivity;

use std::collections::BTreeSet;

use demarche_case::assessment::attribution::{
    AttributionFindings, Chance, EditionUsed, Judgement, RankedState, RecordUsed, WeighedItem,
};
use demarche_case::assessment::routes::Located;
use demarche_case::record::{Record, Used};
use demarche_case::{Case, EvidenceId};

use authors::{Author, Authors};
use bearing::{Bearing, Leads};
use behaviour::{Behaviour, Fitted};
use combine::{Flag, Posterior, Taken, Weights, counting, posterior, weigh};
pub(crate) use context::{Repertoires, sources};
pub(crate) use elicited::{FITTED_FLOOR, FITTED_PSEUDO_COUNTS};
use elicited::{Name, Values};
pub(crate) use index::Index;
use items::{Context, Item, Says, items};
use listing::Listing;
pub(crate) use names::Names;
use prior::Frequencies;
pub(crate) use prior::smoothed;

/// What is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The case with its evidence.
    pub case: &'a Case,
    /// The record of previous attacks.
    pub record: &'a Record,
    /// Where the addresses of the evidence are, as the routes engine found.
    pub located: &'a [Located],
    /// Items that are not to be used, because who will read the answer may not see them.
    pub without: &'a BTreeSet<EvidenceId>,
    /// The seed of the draws that the intervals come from.
    pub seed: u64,
}

/// Judges who did it; `None` when no item of the case could tell anything of that.
#[must_use]
pub fn judge(question: &Question<'_>) -> Option<AttributionFindings> {
    let known::Known { record, caveats } = known::known(question.record, question.case);
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
    Some(bench.findings(question, &record, &index, caveats))
}

/// Everything that a judgement is made from, whichever values its parameters have.
#[derive(Clone, Copy, Debug)]
struct Bench<'a> {
    authors: &'a Authors<'a>,
    counts: &'a Frequencies,
    behaviour: &'a Behaviour,
    items: &'a [Item<'a>],
}

/// A part of the evidence, with what is the same for it whichever values the parameters have.
#[derive(Clone, Debug)]
struct Part {
    /// For each item whether it counts.
    counts: Vec<bool>,
    /// What the behaviour among those that do weighs.
    fitted: Fitted,
}

/// One judgement: what was thought before, what the items weigh, and what is thought now.
#[derive(Clone, Debug)]
struct Judged {
    prior: Vec<f64>,
    weights: Weights,
    posterior: Posterior,
}

impl Bench<'_> {
    /// The judgement of a part of the evidence with one set of values.
    fn judged(&self, part: &Part, values: &Values, flags: &[Flag]) -> Judged {
        let weights = self.weighed_part(part, values);
        let prior = self.prior(&part.fitted, values, &weights);
        let posterior = posterior(self.items, &prior, &weights, flags, values);
        Judged { prior, weights, posterior }
    }

    /// Who attacks such victims, how much is known of whom, and who was active at the time.
    fn prior(&self, fitted: &Fitted, values: &Values, weights: &Weights) -> Vec<f64> {
        let prior = prior::prior(self.authors, self.counts, values);
        let scale = values.get(Name::BehaviourScale);
        let standing = fitted.standing(self.authors, &weights.own, scale);
        let most = standing.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let raised: Vec<f64> =
            prior.iter().zip(standing).map(|(prior, nats)| prior * (nats - most).exp()).collect();
        let sum: f64 = raised.iter().sum();
        raised.iter().map(|one| one / sum).collect()
    }

    /// What the items of a part weigh with one set of values.
    fn weighed_part(&self, part: &Part, values: &Values) -> Weights {
        weigh(self.items, &part.counts, &part.fitted, values, self.authors.all.len())
    }

    /// The items for which `counts` is true, with what the behaviour among them weighs.
    fn part(&self, counts: Vec<bool>) -> Part {
        let fitted = self.behaviour.fitted(self.items, &counts, self.authors.all.len());
        Part { counts, fitted }
    }

    fn taken(&self, taken: Taken) -> Part {
        self.part(counting(self.items, taken))
    }

    fn findings(
        &self,
        question: &Question<'_>,
        record: &Record,
        index: &Index<'_>,
        mut caveats: Vec<String>,
    ) -> AttributionFindings {
        caveats.extend(self.caveats());
        let best = Values::best();
        let all = self.taken(Taken::AsReported);
        let hard = self.taken(Taken::HardToForge);
        let flags = self.flags(&best, &hard);
        let reported = self.judged(&all, &best, &flags);
        let planted = self.judged(&hard, &best, &flags);
        let listing = Listing::of(self.authors, &reported.posterior, &planted.posterior);
        let draws = intervals::draws(self, question.seed, [&all, &hard], &flags);
        let sensitivity =
            sensitivity::sensitivity(self, &all, &reported.posterior, &listing, &flags);
        let as_reported = listing.judgement(self, &reported, &draws[0]);
        let if_planted = listing.judgement(self, &planted, &draws[1]);
        let (leads, leading) = leads(&as_reported, &listing);
        let bearing = Bearing {
            items: self.items,
            weights: &reported.weights,
            sensitivity: &sensitivity,
            leads,
            leading,
            if_planted: chance_of(leads, &if_planted, &listing).estimate,
            actors: count_actors(self.authors),
        };
        let repertoires = Repertoires::of(record, self.authors.actors(), index);
        let seen = context::seen(self.items);
        let leader = listing.leading_actor(self.authors);
        let findings = AttributionFindings {
            record: record_used(question.record, self.authors),
            hypotheses: listing.hypotheses(self.authors),
            withheld: bearing.withheld(),
            confidence: bearing.confidence(),
            items: self.weighed(&reported, &listing, &repertoires, record),
            sensitivity,
            overlaps: repertoires.overlaps(&seen, self.authors, index),
            precedents: context::precedents(question.case, record, self.items, index, self.authors),
            hunt_leads: leader
                .map(|actor| repertoires.leads(&actor.id, &seen, record))
                .unwrap_or_default(),
            parameters: elicited::listed(),
            caveats,
            as_reported,
            if_planted,
        };
        findings.without_withheld()
    }

    /// The false flags worth weighing: masks to whom forgeable evidence points, worn by those of another state.
    fn flags(&self, values: &Values, hard: &Part) -> Vec<Flag> {
        const MASKS: usize = 8;
        const AUTHORS: usize = 24;
        const POINTS: f64 = 0.3;
        let easy = self.part(hard.counts.iter().map(|hard| !hard).collect());
        let all = self.authors.all.len();
        let weights_easy = self.weighed_part(&easy, values);
        let weights_hard = self.weighed_part(hard, values);
        let prior = prior::prior(self.authors, self.counts, values);
        let actors = || {
            let is_actor =
                |place: &usize| matches!(self.authors.all.get(*place), Some(Author::Actor { .. }));
            (0..all).filter(is_actor)
        };
        let masks = actors().map(|place| (weights_easy.total(place), place));
        let masks = best(masks.filter(|(nats, _)| *nats > POINTS).collect(), MASKS);
        let wearers = actors().map(|place| {
            let prior = prior.get(place).copied().unwrap_or_default();
            // What an author did himself may be easily forged as well: it speaks for him under his mask too.
            let nats = weights_hard.total(place) + weights_easy.total(place).max(0.0);
            (prior.ln() + nats, place)
        });
        let wearers = best(wearers.collect(), AUTHORS);
        let state = |place: usize| self.authors.all.get(place).and_then(Author::state);
        let mut flags = Vec::new();
        for author in &wearers {
            for mask in &masks {
                let same_side = state(*author).is_some() && state(*author) == state(*mask);
                if author != mask && !same_side {
                    flags.push(Flag { author: *author, mask: *mask });
                }
            }
        }
        flags
    }

    /// Every item with what it weighs for the hypotheses that are listed.
    fn weighed(
        &self,
        judged: &Judged,
        listing: &Listing,
        repertoires: &Repertoires<'_>,
        record: &Record,
    ) -> Vec<WeighedItem> {
        let values = Values::best();
        let item = |(place, item): (usize, &Item<'_>)| {
            let weights = listing.weights(self, judged, place, &values);
            let mut citations = item.citations.clone();
            let mut reasons = item.reasons.clone();
            if let Says::Uses(used) = &item.says {
                let (cited, reason) = self.known_users(used, listing, repertoires);
                citations.extend(cited);
                reasons.push(reason);
            }
            let planted = judged.weights.planted.get(place).copied().unwrap_or_default();
            WeighedItem {
                evidence: item.evidence.id.clone(),
                aspect: item.aspect,
                cluster: item.cluster.clone(),
                forgeability: item.forgeability,
                planted,
                bound: -planted.ln(),
                reliability: elicited::reliability(item.evidence.grade),
                discount: judged.weights.discount.get(place).copied().unwrap_or(1.0),
                diagnosticity: listing.diagnosticity(&weights),
                weights,
                reasons,
                sources: sources(record, &citations),
            }
        };
        self.items.iter().enumerate().map(item).collect()
    }

    /// Which of the listed actors are known to use something, and who says so.
    fn known_users(
        &self,
        used: &Used,
        listing: &Listing,
        repertoires: &Repertoires<'_>,
    ) -> (BTreeSet<demarche_case::record::CitationId>, String) {
        let mut cited = BTreeSet::new();
        let mut users = Vec::new();
        for actor in listing.actors(self.authors) {
            if repertoires.uses(&actor.id, used) {
                users.push(actor.name.as_str());
                cited.extend(repertoires.cited(&actor.id, used));
            }
        }
        let all = repertoires.users(used);
        let reason = match (all, users.as_slice()) {
            (0, _) => "No actor in the record is known to use it.".to_owned(),
            (all, []) => format!("Known of {all} actors, none of them among those listed."),
            (all, users) => format!("Known of {all} actors, among them {}.", users.join(", ")),
        };
        (cited, reason)
    }

    fn caveats(&self) -> Vec<String> {
        let mut caveats = vec![
            "The record holds what vendors and states say of earlier attacks; its labels are claims and not truth."
                .to_owned(),
            "Which actors are named at all depends on who is watched: an actor with few reports is found less often."
                .to_owned(),
        ];
        if self.counts.catalogue.is_none() {
            caveats.push(
                "No data set of incidents is in the record, so that the number of a state's known actors stands for how often it attacks; add DCID or EuRepoC with `demarche library add`."
                    .to_owned(),
            );
        }
        caveats.extend(self.authors.disagreements.iter().take(10).cloned());
        caveats
    }
}

/// Whom the judgement names first: the leading state, unless a hypothesis of no state is more probable.
fn leads(judgement: &Judgement, listing: &Listing) -> (Leads, Chance) {
    let first = Leads::Hypothesis(0);
    let first_chance = chance_of(first, judgement, listing);
    match judgement.states.first() {
        Some(state) if state.chance().estimate >= first_chance.estimate => {
            (Leads::State(state.state), state.chance())
        }
        _ => (first, first_chance),
    }
}

fn chance_of(leads: Leads, judgement: &Judgement, listing: &Listing) -> Chance {
    match leads {
        Leads::State(state) => {
            let ranked = judgement.states.iter().find(|one| one.state == state);
            ranked.map_or(Chance::NONE, RankedState::chance)
        }
        Leads::Hypothesis(place) => listing.chance(judgement, place),
    }
}

/// The places with the highest scores, highest first; of equal ones the first.
fn best(mut scored: Vec<(f64, usize)>, most: usize) -> Vec<usize> {
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.truncate(most);
    scored.into_iter().map(|(_, place)| place).collect()
}

fn count_actors(authors: &Authors<'_>) -> u64 {
    u64::try_from(authors.actors().count()).unwrap_or(u64::MAX)
}

fn record_used(record: &Record, authors: &Authors<'_>) -> RecordUsed {
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    RecordUsed {
        editions: record.editions.iter().map(EditionUsed::from).collect(),
        actors: count_actors(authors),
        attacks: count(record.attacks.len()),
        uses: count(record.uses.len()),
    }
}
