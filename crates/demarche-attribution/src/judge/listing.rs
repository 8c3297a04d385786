//! Which hypotheses are shown, in which order, and their figures.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Country;
use demarche_case::assessment::attribution::{
    Aspect, AspectWeight, Chance, Hypothesis, Judgement, Ranked, RankedState,
};
use demarche_case::record::Actor;

use super::authors::{Author, Authors};
use super::combine::{Flag, Posterior, masks};
use super::elicited::{Name, Values};
use super::intervals::{Drawn, chance};
use super::{Bench, Judged};

/// One hypothesis by its place among the authors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    /// Somebody as himself.
    Author(usize),
    /// Somebody posing as somebody else.
    Flag(Flag),
}

/// The hypotheses that are shown, most probable first as reported.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) held: Vec<Held>,
    /// How probable each is as reported.
    probabilities: Vec<f64>,
}

/// How many are shown for being most probable as reported, if what is forgeable was planted, and among false flags.
const MOST: (usize, usize, usize) = (12, 6, 3);

impl Listing {
    pub(crate) fn of(authors: &Authors<'_>, reported: &Posterior, planted: &Posterior) -> Self {
        let by_rank = |posterior: &Posterior| {
            let mut all = all(posterior);
            all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            all
        };
        let (as_reported, if_planted) = (by_rank(reported), by_rank(planted));
        let mut shown: BTreeSet<Held> = BTreeSet::new();
        shown.extend(as_reported.iter().take(MOST.0).map(|one| one.0));
        shown.extend(if_planted.iter().take(MOST.1).map(|one| one.0));
        let flags = as_reported.iter().filter(|one| matches!(one.0, Held::Flag(_)));
        shown.extend(flags.take(MOST.2).map(|one| one.0));
        for (place, author) in authors.all.iter().enumerate() {
            if matches!(author, Author::Unlisted(None) | Author::Named(_)) {
                shown.insert(Held::Author(place));
            }
        }
        let shown: Vec<(Held, f64)> =
            as_reported.into_iter().filter(|(held, _)| shown.contains(held)).collect();
        let (held, probabilities) = shown.into_iter().unzip();
        Self { held, probabilities }
    }

    pub(crate) fn hypotheses(&self, authors: &Authors<'_>) -> Vec<Hypothesis> {
        self.held.iter().filter_map(|held| hypothesis(*held, authors)).collect()
    }

    /// The actors among those shown, under no mask.
    pub(crate) fn actors<'a>(&self, authors: &Authors<'a>) -> Vec<&'a Actor> {
        let actor = |held: &Held| match held {
            Held::Author(place) => match authors.all.get(*place) {
                Some(Author::Actor { actor, .. }) => Some(*actor),
                _ => None,
            },
            Held::Flag(_) => None,
        };
        self.held.iter().filter_map(actor).collect()
    }

    /// The actor that leads among those of the record.
    pub(crate) fn leading_actor<'a>(&self, authors: &Authors<'a>) -> Option<&'a Actor> {
        self.actors(authors).first().copied()
    }

    /// The figures of one judgement.
    pub(crate) fn judgement(
        &self,
        bench: &Bench<'_>,
        judged: &Judged,
        drawn: &[Drawn],
    ) -> Judgement {
        let values = Values::best();
        let mut ranking: Vec<Ranked> = self
            .held
            .iter()
            .enumerate()
            .map(|(place, held)| {
                let aspects = aspects(bench, judged, *held, &values);
                Ranked {
                    hypothesis: place,
                    probability: Some(chance(
                        probability(&judged.posterior, *held),
                        drawn,
                        |one| probability(one, *held),
                    )),
                    prior: prior(judged, *held, &values),
                    weight: aspects.iter().map(|one| one.weight).sum(),
                    aspects,
                }
            })
            .collect();
        ranking.sort_by(|a, b| {
            b.chance()
                .estimate
                .total_cmp(&a.chance().estimate)
                .then(a.hypothesis.cmp(&b.hypothesis))
        });
        let shown: f64 = ranking.iter().map(|one| one.chance().estimate).sum();
        Judgement {
            ranking,
            others: Some((1.0 - shown).max(0.0)),
            states: states(bench, judged, drawn),
        }
    }

    /// The probability of a shown hypothesis in a judgement.
    pub(crate) fn chance(&self, judgement: &Judgement, hypothesis: usize) -> Chance {
        let ranked = judgement.ranking.iter().find(|one| one.hypothesis == hypothesis);
        ranked.map_or(Chance::NONE, Ranked::chance)
    }

    /// What an item weighs for each hypothesis shown, in nats.
    pub(crate) fn weights(
        &self,
        bench: &Bench<'_>,
        judged: &Judged,
        item: usize,
        values: &Values,
    ) -> Vec<f64> {
        self.held.iter().map(|held| weight(bench, judged, item, *held, values)).collect()
    }

    /// The mean distance of weights from their mean, each counted by how probable its hypothesis is.
    pub(crate) fn diagnosticity(&self, weights: &[f64]) -> f64 {
        let sum: f64 = self.probabilities.iter().sum();
        if sum <= 0.0 {
            return 0.0;
        }
        let paired = || weights.iter().zip(&self.probabilities);
        let mean = paired().map(|(nats, p)| nats * p).sum::<f64>() / sum;
        paired().map(|(nats, p)| (nats - mean).abs() * p).sum::<f64>() / sum
    }
}

/// Every hypothesis with its probability.
pub(crate) fn all(posterior: &Posterior) -> Vec<(Held, f64)> {
    let authors = posterior.authors.iter().enumerate();
    let authors = authors.map(|(place, p)| (Held::Author(place), *p));
    authors.chain(posterior.flags.iter().map(|(flag, p)| (Held::Flag(*flag), *p))).collect()
}

/// The probability of one hypothesis, 0 where it was not weighed.
pub(crate) fn probability(posterior: &Posterior, held: Held) -> f64 {
    match held {
        Held::Author(place) => posterior.authors.get(place).copied().unwrap_or_default(),
        Held::Flag(flag) => {
            posterior.flags.iter().find(|one| one.0 == flag).map_or(0.0, |one| one.1)
        }
    }
}

fn hypothesis(held: Held, authors: &Authors<'_>) -> Option<Hypothesis> {
    let place = match held {
        Held::Author(place) => place,
        Held::Flag(flag) => flag.author,
    };
    match (authors.all.get(place)?, held) {
        (Author::Actor { actor, state }, Held::Author(_)) => Some(Hypothesis::Actor {
            id: actor.id.clone(),
            name: actor.name.clone(),
            state: *state,
        }),
        (Author::Actor { actor, state }, Held::Flag(flag)) => {
            let Author::Actor { actor: mask, .. } = authors.all.get(flag.mask)? else {
                return None;
            };
            Some(Hypothesis::FalseFlag {
                actor: actor.id.clone(),
                name: actor.name.clone(),
                state: *state,
                mask: mask.id.clone(),
                mask_name: mask.name.clone(),
            })
        }
        (Author::Unlisted(state), _) => Some(Hypothesis::Unlisted { state: *state }),
        (Author::Named(party), _) => {
            Some(Hypothesis::Named { party: party.id.clone(), name: party.name.clone() })
        }
    }
}

fn weight(bench: &Bench<'_>, judged: &Judged, item: usize, held: Held, values: &Values) -> f64 {
    match held {
        Held::Author(place) => {
            let row = judged.weights.own.get(item);
            row.and_then(|row| row.get(place)).copied().unwrap_or_default()
        }
        Held::Flag(flag) => {
            let use_ = values.get(Name::PlanterUse);
            judged.weights.under_mask(bench.items, item, flag, use_)
        }
    }
}

fn aspects(bench: &Bench<'_>, judged: &Judged, held: Held, values: &Values) -> Vec<AspectWeight> {
    let mut sums: BTreeMap<Aspect, f64> = BTreeMap::new();
    for (place, item) in bench.items.iter().enumerate() {
        *sums.entry(item.aspect).or_default() += weight(bench, judged, place, held, values);
    }
    sums.into_iter().map(|(aspect, weight)| AspectWeight { aspect, weight }).collect()
}

fn prior(judged: &Judged, held: Held, values: &Values) -> f64 {
    let of = |place: usize| judged.prior.get(place).copied().unwrap_or_default();
    let flags = &judged.posterior.flags;
    let share = if flags.is_empty() { 0.0 } else { values.get(Name::FalseFlagShare) };
    match held {
        Held::Author(place) => (1.0 - share) * of(place),
        Held::Flag(flag) => {
            let flags: Vec<Flag> = flags.iter().map(|(flag, _)| *flag).collect();
            share * flag.likely(&judged.prior, masks(&flags, &judged.prior))
        }
    }
}

/// Each state with all that act for it, whether listed or not and under whatever mask.
pub(crate) fn by_state(
    authors: &Authors<'_>,
    all: impl Iterator<Item = (Held, f64)>,
) -> BTreeMap<Country, f64> {
    let mut sums = BTreeMap::new();
    for (held, probability) in all {
        let place = match held {
            Held::Author(place) => place,
            Held::Flag(flag) => flag.author,
        };
        if let Some(state) = authors.all.get(place).and_then(Author::state) {
            *sums.entry(state).or_default() += probability;
        }
    }
    sums
}

fn states(bench: &Bench<'_>, judged: &Judged, drawn: &[Drawn]) -> Vec<RankedState> {
    /// States less probable than this are not told apart.
    const LEAST: f64 = 0.001;
    let of = |posterior: &Posterior| by_state(bench.authors, all(posterior).into_iter());
    let sums = of(&judged.posterior);
    let values = Values::best();
    let held = all(&judged.posterior).into_iter();
    let priors =
        by_state(bench.authors, held.map(|(held, _)| (held, prior(judged, held, &values))));
    let drawn: Vec<BTreeMap<Country, f64>> = drawn.iter().map(of).collect();
    let mut states: Vec<RankedState> = sums
        .into_iter()
        .filter(|(_, sum)| *sum >= LEAST)
        .map(|(state, sum)| RankedState {
            state,
            probability: Some(chance(sum, &drawn, |one| {
                one.get(&state).copied().unwrap_or_default()
            })),
            prior: priors.get(&state).copied().unwrap_or_default(),
        })
        .collect();
    states.sort_by(|a, b| {
        b.chance().estimate.total_cmp(&a.chance().estimate).then(a.state.cmp(&b.state))
    });
    states
}
