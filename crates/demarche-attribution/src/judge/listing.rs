//! The hypotheses that are shown, with their order and figures.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{
    Aspect, AspectWeight, Chance, Hypothesis, HypothesisId, Judgement, ParameterName, Prior,
    Ranked, RankedKind, RankedState,
};
use demarche_case::record::Actor;
use demarche_case::{LikelihoodRatio, Probability};

use super::authors::{Author, Authors, Candidate, Flag};
use super::bench::Bench;
use super::combine::{ItemWeight, Posterior, imitated};
use super::elicited::Values;
use super::judged::Judged;
use super::side::Side;

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
            let is_stateless = matches!(author, Author::Unlisted) && authors.state(index).is_none();
            // What the case itself brings up is never left out, however improbable.
            let is_brought_up = matches!(author, Author::Unlisted)
                && authors.state(index).is_some_and(|state| authors.brought_up.contains(&state));
            if is_stateless || is_brought_up || matches!(author, Author::Named(_)) {
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
            kinds: kinds(bench, judged, &priors, drawn),
        }
    }

    /// By item, its weight for each hypothesis beside the rest of the evidence.
    pub(crate) fn weights(&self, bench: &Bench<'_>, judged: &Judged) -> Vec<Vec<LikelihoodRatio>> {
        let plants = Values::best().get(ParameterName::PlanterUse);
        let columns: Vec<Vec<f64>> = self
            .all
            .iter()
            .map(|listed| judged.weights.contributions(bench, listed.candidate, plants))
            .collect();
        let row = |item: usize| {
            columns.iter().map(|column| LikelihoodRatio::from_nats(column[item])).collect()
        };
        (0..bench.items.len()).map(row).collect()
    }

    /// The part of an item's weight that counts beside the rest of the evidence, for the hypothesis that it supports most;
    /// 1 for an item that supports none.
    pub(crate) fn discount(&self, weight: &ItemWeight, weights: &[LikelihoodRatio]) -> f64 {
        let parts = self.all.iter().zip(weights).filter_map(|(listed, counted)| {
            let Candidate::Author(author) = listed.candidate else { return None };
            let total = weight.of(author);
            (total > 0.0).then(|| (total, counted.nats() / total))
        });
        let strongest = parts.reduce(|best, next| if next.0 > best.0 { next } else { best });
        strongest.map_or(1.0, |(_, part)| part)
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
    let plants = values.get(ParameterName::PlanterUse);
    let contributions = judged.weights.contributions(bench, candidate, plants);
    let mut sums: BTreeMap<Aspect, f64> = BTreeMap::new();
    for (item, nats) in bench.items.iter().zip(contributions) {
        *sums.entry(item.aspect).or_default() += nats;
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

/// The probability of each group of authors: the sum over all of them, with a false flag or without.
fn sums<K: Ord>(
    authors: &Authors<'_>,
    all: impl Iterator<Item = (Candidate, f64)>,
    key: impl Fn(Side) -> Option<K>,
) -> BTreeMap<K, Probability> {
    let mut sums: BTreeMap<K, f64> = BTreeMap::new();
    for (candidate, probability) in all {
        if let Some(key) = key(authors.side_of[candidate.author()]) {
            *sums.entry(key).or_default() += probability;
        }
    }
    sums.into_iter().map(|(key, sum)| (key, Probability::clamped(sum))).collect()
}

/// The probability of each side in a posterior.
pub(crate) fn sides_of(
    authors: &Authors<'_>,
    posterior: &Posterior,
) -> BTreeMap<Side, Probability> {
    let all = posterior.all().map(|(candidate, chance)| (candidate, chance.get()));
    sums(authors, all, Some)
}

/// The best and the range of the probability of each group of authors, with its prior; most probable first.
fn ranked<K: Ord + Copy>(
    bench: &Bench<'_>,
    judged: &Judged,
    priors: &Priors<'_>,
    drawn: &[Posterior],
    key: impl Fn(Side) -> Option<K>,
) -> Vec<(K, Chance, Prior)> {
    let found = |posterior: &Posterior| {
        let all = posterior.all().map(|(candidate, chance)| (candidate, chance.get()));
        sums(bench.authors, all, &key)
    };
    let all = judged.posterior.all();
    let beforehand =
        all.map(|(candidate, _)| (candidate, f64::from(priors.of_candidate(candidate))));
    let beforehand = sums(bench.authors, beforehand, &key);
    let drawn: Vec<BTreeMap<K, Probability>> = drawn.iter().map(found).collect();
    // Every posterior has the same authors, and so the same groups of them.
    let ranked = found(&judged.posterior).into_iter();
    let mut ranked: Vec<(K, Chance, Prior)> = ranked
        .map(|(key, sum)| (key, chance(sum, &drawn, |sums| sums[&key]), Prior(beforehand[&key])))
        .collect();
    ranked.sort_by(|left, right| {
        let estimate = |ranked: &(K, Chance, Prior)| ranked.1.estimate.get();
        estimate(right).total_cmp(&estimate(left)).then(left.0.cmp(&right.0))
    });
    ranked
}

fn kinds(
    bench: &Bench<'_>,
    judged: &Judged,
    priors: &Priors<'_>,
    drawn: &[Posterior],
) -> Vec<RankedKind> {
    let ranked = ranked(bench, judged, priors, drawn, |side| Some(side.attacker()));
    let kind =
        |(attacker, chance, prior)| RankedKind { attacker, probability: Some(chance), prior };
    ranked.into_iter().map(kind).collect()
}

fn states(
    bench: &Bench<'_>,
    judged: &Judged,
    priors: &Priors<'_>,
    drawn: &[Posterior],
) -> Vec<RankedState> {
    /// The least probability of a state that is listed.
    const LEAST: f64 = 0.001;
    let ranked = ranked(bench, judged, priors, drawn, Side::state);
    let listed = ranked.into_iter().filter(|(state, chance, _)| {
        chance.estimate.get() >= LEAST || bench.authors.brought_up.contains(state)
    });
    let state = |(state, chance, prior)| RankedState { state, probability: Some(chance), prior };
    listed.map(state).collect()
}
