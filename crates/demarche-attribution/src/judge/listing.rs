//! The hypotheses that are shown, with their order and figures.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Country;
use demarche_case::assessment::attribution::{
    Aspect, AspectWeight, Chance, Hypothesis, HypothesisId, Judgement, ParameterName, Prior,
    Ranked, RankedState,
};
use demarche_case::record::Actor;
use demarche_case::{LikelihoodRatio, Probability};

use super::authors::{Author, Authors, Candidate, Flag};
use super::bench::{Bench, Judged};
use super::combine::{Posterior, imitated};
use super::elicited::Values;

/// One hypothesis that is shown.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) candidate: Candidate,
    pub(crate) hypothesis: Hypothesis,
    pub(crate) id: HypothesisId,
    /// As reported.
    probability: Probability,
}

/// The hypotheses that are shown, most probable first as reported; at least one.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) all: Vec<Listed>,
}

/// The most hypotheses shown as reported, if forgeable evidence was planted, and among false flags.
const MOST: (usize, usize, usize) = (12, 6, 3);

impl Listing {
    /// The hypotheses worth showing: the most probable of each judgement, some false flags, and every alternative.
    pub(crate) fn of(authors: &Authors<'_>, reported: &Posterior, planted: &Posterior) -> Self {
        let by_rank = |posterior: &Posterior| {
            let mut all: Vec<(Candidate, Probability)> = posterior.all().collect();
            all.sort_by(|left, right| {
                right.1.get().total_cmp(&left.1.get()).then(left.0.cmp(&right.0))
            });
            all
        };
        let (as_reported, if_planted) = (by_rank(reported), by_rank(planted));
        let mut shown: BTreeSet<Candidate> = BTreeSet::new();
        shown.extend(as_reported.iter().take(MOST.0).map(|ranked| ranked.0));
        shown.extend(if_planted.iter().take(MOST.1).map(|ranked| ranked.0));
        let flags = as_reported.iter().filter(|ranked| matches!(ranked.0, Candidate::Flag(_)));
        shown.extend(flags.take(MOST.2).map(|ranked| ranked.0));
        for (index, author) in authors.all.iter().enumerate() {
            if matches!(author, Author::Unlisted(None) | Author::Named(_)) {
                shown.insert(Candidate::Author(index));
            }
        }
        let listed = |(candidate, probability): (Candidate, Probability)| {
            let hypothesis = authors.hypothesis(candidate);
            Listed { candidate, id: hypothesis.id(), hypothesis, probability }
        };
        let shown = as_reported.into_iter().filter(|(candidate, _)| shown.contains(candidate));
        Self { all: shown.map(listed).collect() }
    }

    /// The leader as reported.
    pub(crate) fn first(&self) -> &Listed {
        self.all.first().expect("an unlisted actor is always shown")
    }

    /// The actors among the hypotheses, without false flags.
    pub(crate) fn actors<'a>(&self, authors: &Authors<'a>) -> Vec<&'a Actor> {
        let actor = |listed: &Listed| match listed.candidate {
            Candidate::Author(index) => authors.actor(index),
            Candidate::Flag(_) => None,
        };
        self.all.iter().filter_map(actor).collect()
    }

    /// The figures of one judgement, with the intervals of the posteriors that were drawn.
    pub(crate) fn judgement(
        &self,
        bench: &Bench<'_>,
        judged: &Judged,
        drawn: &[Posterior],
    ) -> Judgement {
        let values = Values::best();
        let priors = Priors::of(judged, &values);
        let ranked = |listed: &Listed| {
            let candidate = listed.candidate;
            let aspects = aspects(bench, judged, candidate, &values);
            let weight = aspects.iter().map(|aspect| aspect.weight.nats()).sum();
            Ranked {
                hypothesis: listed.id.clone(),
                probability: Some(chance(judged.posterior.of(candidate), drawn, |posterior| {
                    posterior.of(candidate)
                })),
                prior: priors.of_candidate(candidate),
                weight: LikelihoodRatio::from_nats(weight),
                aspects,
            }
        };
        let mut ranking: Vec<Ranked> = self.all.iter().map(ranked).collect();
        // The sort is stable: among equals the order as reported stays.
        let estimate = |ranked: &Ranked| ranked.chance().estimate.get();
        ranking.sort_by(|left, right| estimate(right).total_cmp(&estimate(left)));
        let shown: f64 = ranking.iter().map(estimate).sum();
        Judgement {
            ranking,
            others: Some(Probability::clamped(1.0 - shown)),
            states: states(bench, judged, &priors, drawn),
        }
    }

    /// The weight of the item at `index` for each hypothesis.
    pub(crate) fn weights(
        &self,
        bench: &Bench<'_>,
        judged: &Judged,
        index: usize,
        values: &Values,
    ) -> Vec<LikelihoodRatio> {
        let weight = |listed: &Listed| {
            let nats = judged.weights.of(bench.items, index, listed.candidate, values);
            LikelihoodRatio::from_nats(nats)
        };
        self.all.iter().map(weight).collect()
    }

    /// The mean distance of weights from their mean, in nats, each counted by the probability of its hypothesis.
    pub(crate) fn diagnosticity(&self, weights: &[LikelihoodRatio]) -> f64 {
        let sum: f64 = self.all.iter().map(|listed| listed.probability.get()).sum();
        if sum <= 0.0 {
            return 0.0;
        }
        let paired = || {
            let shares = self.all.iter().map(|listed| listed.probability.get());
            weights.iter().map(|weight| weight.nats()).zip(shares)
        };
        let mean = paired().map(|(nats, share)| nats * share).sum::<f64>() / sum;
        paired().map(|(nats, share)| (nats - mean).abs() * share).sum::<f64>() / sum
    }
}

/// The probability of a hypothesis or state in a judgement; 0 where it is not ranked.
pub(crate) fn ranked_chance(judgement: &Judgement, hypothesis: &HypothesisId) -> Chance {
    let ranked = judgement.ranking.iter().find(|ranked| ranked.hypothesis == *hypothesis);
    ranked.map_or(Chance::NONE, Ranked::chance)
}

/// An estimate with the 5th and 95th percentile of what was drawn; the estimate lies between them.
fn chance<T>(estimate: Probability, drawn: &[T], of: impl Fn(&T) -> Probability) -> Chance {
    let mut values: Vec<f64> = drawn.iter().map(|drawn| of(drawn).get()).collect();
    values.sort_by(f64::total_cmp);
    let percentile = |part: usize| {
        let value = values.get(values.len() * part / 100);
        value.map_or(estimate, |value| Probability::clamped(*value))
    };
    let (low, high) = (percentile(5).get(), percentile(95).get());
    Chance {
        estimate,
        low: Probability::clamped(low.min(estimate.get())),
        high: Probability::clamped(high.max(estimate.get())),
    }
}

/// The weight of each aspect for a candidate.
fn aspects(
    bench: &Bench<'_>,
    judged: &Judged,
    candidate: Candidate,
    values: &Values,
) -> Vec<AspectWeight> {
    let mut sums: BTreeMap<Aspect, f64> = BTreeMap::new();
    for (index, item) in bench.items.iter().enumerate() {
        *sums.entry(item.aspect).or_default() +=
            judged.weights.of(bench.items, index, candidate, values);
    }
    let weight = |(aspect, nats)| AspectWeight { aspect, weight: LikelihoodRatio::from_nats(nats) };
    sums.into_iter().map(weight).collect()
}

/// The priors of a judgement, in which false flags have a share.
struct Priors<'a> {
    authors: &'a [Prior],
    /// The prior of all false flags together, from 0 to 1.
    share: f64,
    /// The prior of all imitated authors, each once.
    imitated: f64,
}

impl<'a> Priors<'a> {
    fn of(judged: &'a Judged, values: &Values) -> Self {
        let flags: Vec<Flag> = judged.posterior.flags.iter().map(|(flag, _)| *flag).collect();
        let share = if flags.is_empty() { 0.0 } else { values.get(ParameterName::FalseFlagShare) };
        Self { authors: &judged.prior, share, imitated: imitated(&flags, &judged.prior) }
    }

    fn of_candidate(&self, candidate: Candidate) -> Prior {
        let prior = match candidate {
            Candidate::Author(author) => (1.0 - self.share) * f64::from(self.authors[author]),
            Candidate::Flag(flag) => {
                self.share * f64::from(flag.prior(self.authors, self.imitated))
            }
        };
        Prior(Probability::clamped(prior))
    }
}

/// The probability of each state: the sum over all who act for it, listed or not, with a false flag or without.
pub(crate) fn by_state(
    authors: &Authors<'_>,
    all: impl Iterator<Item = (Candidate, f64)>,
) -> BTreeMap<Country, Probability> {
    let mut sums: BTreeMap<Country, f64> = BTreeMap::new();
    for (candidate, probability) in all {
        if let Some(state) = authors.all[candidate.author()].state() {
            *sums.entry(state).or_default() += probability;
        }
    }
    sums.into_iter().map(|(state, sum)| (state, Probability::clamped(sum))).collect()
}

/// The probability of each state in a posterior.
pub(crate) fn states_of(
    authors: &Authors<'_>,
    posterior: &Posterior,
) -> BTreeMap<Country, Probability> {
    by_state(authors, posterior.all().map(|(candidate, chance)| (candidate, chance.get())))
}

fn states(
    bench: &Bench<'_>,
    judged: &Judged,
    priors: &Priors<'_>,
    drawn: &[Posterior],
) -> Vec<RankedState> {
    /// The least probability of a state that is listed.
    const LEAST: f64 = 0.001;
    let all = judged.posterior.all();
    let priors = by_state(
        bench.authors,
        all.map(|(candidate, _)| (candidate, f64::from(priors.of_candidate(candidate)))),
    );
    let drawn: Vec<BTreeMap<Country, Probability>> =
        drawn.iter().map(|posterior| states_of(bench.authors, posterior)).collect();
    // Every posterior has the same authors, and so the same states.
    let mut states: Vec<RankedState> = states_of(bench.authors, &judged.posterior)
        .into_iter()
        .filter(|(_, sum)| sum.get() >= LEAST)
        .map(|(state, sum)| RankedState {
            state,
            probability: Some(chance(sum, &drawn, |sums| sums[&state])),
            prior: Prior(priors[&state]),
        })
        .collect();
    let estimate = |ranked: &RankedState| ranked.chance().estimate.get();
    states.sort_by(|left, right| {
        estimate(right).total_cmp(&estimate(left)).then(left.state.cmp(&right.state))
    });
    states
}
