//! An incident beside everything that each actor is known to use: counts and sums, no judgement yet.
//!
//! Every term is a sum over the items that the actor is known to use, but for two that belong to the actor alone, so
//! that what was fitted can be laid out item by item.

use std::collections::BTreeSet;

use demarche_case::Moment;
use demarche_case::record::Used;

use crate::claims::{Claims, years};
use crate::repertoire::{Repertoire, Repertoires};

/// The number of terms.
pub(crate) const TERMS: usize = 13;

/// The places of the terms.
pub(crate) mod term {
    /// Of software and of techniques: how many items the actor is known to use.
    pub(crate) const EDGE: usize = 0;
    /// The sum of their surprises, each of a technique at most [`super::MOST_SURPRISE`].
    pub(crate) const SURPRISE: usize = 1;
    /// The sum of the logarithms of how many sources say so.
    pub(crate) const SOURCES: usize = 2;
    /// For each such item, the logarithm of how large the actor's repertoire is beside the mean.
    pub(crate) const SIZE: usize = 3;
    /// The place where the terms of software begin.
    pub(crate) const SOFTWARE: usize = 0;
    /// The place where the terms of techniques begin.
    pub(crate) const TECHNIQUE: usize = 4;
    /// Of the actor: ln(1 + how many techniques it is known to use).
    pub(crate) const TECHNIQUES: usize = 8;
    /// Of the actor: exp(-t / 5 years), t from the incident to the nearest source about the actor.
    pub(crate) const RECENCY: usize = 9;
    /// The largest likeness of the incident to what one source says, the cosine with surprises as squared weights.
    pub(crate) const NEAREST: usize = 10;
    /// The share of the incident's common techniques that the actor is known to use.
    pub(crate) const COMMON: usize = 11;
    /// The share of the incident's surprise that lies in items that the actor is known to use.
    pub(crate) const EXPLAINED: usize = 12;
}

/// The largest surprise of a technique that counts, in nats: about that of one in five actors.
///
/// Chosen on the development reports; without it three planted techniques name their owner.
const MOST_SURPRISE: f64 = 1.5;
/// A technique is common when more actors than this are known to use it; an impostor plants what is rarer.
const COMMON_USERS: usize = 3;
/// Added to the number of common techniques, so that a share of few is not taken for a share of many.
const FEW: f64 = 2.0;
/// The time in which what was said of an actor loses all but 1/e of its bearing on who is active, in years.
const FADING: f64 = 5.0;

/// What one item adds to the terms of one actor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    /// The place of the item in the incident.
    pub(crate) item: usize,
    pub(crate) terms: [f64; TERMS],
}

/// An incident, looked up in the claims.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    /// Each item once, with its place in the claims if anybody ever used it; in order.
    pub(crate) items: Vec<(Used, Option<usize>)>,
    /// When it was, in years since 1970.
    pub(crate) date: Option<f64>,
}

impl Observed {
    pub(crate) fn of(used: &BTreeSet<Used>, date: Option<Moment>, claims: &Claims) -> Self {
        let kinds =
            used.iter().filter(|used| matches!(used, Used::Technique(_) | Used::Software(_)));
        let items =
            kinds.map(|kind| (kind.clone(), claims.items.binary_search(kind).ok())).collect();
        Self { items, date: date.map(years) }
    }
}

/// What belongs to an incident as a whole.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extent {
    pub(crate) software: usize,
    pub(crate) techniques: usize,
    /// Items that nobody is known to use.
    pub(crate) unseen: usize,
    /// Common techniques.
    common: usize,
    /// The sum of the surprises of all items, in nats.
    surprise: f64,
}

impl Extent {
    fn of(observed: &Observed, repertoires: &Repertoires) -> Self {
        let mut extent = Self::default();
        for (used, item) in &observed.items {
            let users = repertoires.users(*item);
            let is_technique = matches!(used, Used::Technique(_));
            extent.techniques += usize::from(is_technique);
            extent.software += usize::from(!is_technique);
            extent.unseen += usize::from(users == 0);
            extent.common += usize::from(is_technique && users > COMMON_USERS);
            extent.surprise += repertoires.surprise(*item);
        }
        extent
    }

    pub(crate) const fn items(&self) -> usize {
        self.software + self.techniques
    }
}

/// An incident beside every actor.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    /// For each actor the terms, or `None` when nothing is known of it.
    pub(crate) terms: Vec<Option<[f64; TERMS]>>,
    pub(crate) extent: Extent,
}

impl Comparison {
    pub(crate) fn of(observed: &Observed, repertoires: &Repertoires) -> Self {
        let extent = Extent::of(observed, repertoires);
        let beside = |repertoire: &Repertoire| {
            (!repertoire.is_empty()).then(|| {
                let mut terms = standing(observed, repertoire);
                for share in shares(observed, &extent, repertoire, repertoires) {
                    for (term, part) in terms.iter_mut().zip(share.terms) {
                        *term += part;
                    }
                }
                terms
            })
        };
        Self { terms: repertoires.of.iter().map(beside).collect(), extent }
    }
}

/// The extent of an incident, for those who want the shares of one actor.
pub(crate) fn extent(observed: &Observed, repertoires: &Repertoires) -> Extent {
    Extent::of(observed, repertoires)
}

/// The terms that belong to the actor alone.
pub(crate) fn standing(observed: &Observed, one: &Repertoire) -> [f64; TERMS] {
    let mut terms = [0.0; TERMS];
    terms[term::TECHNIQUES] = (one.techniques as f64).ln_1p();
    let gap =
        |date: f64| one.dates.iter().map(|source| (source - date).abs()).min_by(f64::total_cmp);
    terms[term::RECENCY] = observed.date.and_then(gap).map_or(0.0, |gap| (-gap / FADING).exp());
    terms
}

/// What each item that the actor is known to use adds.
pub(crate) fn shares(
    observed: &Observed,
    extent: &Extent,
    repertoire: &Repertoire,
    repertoires: &Repertoires,
) -> Vec<Share> {
    let (nearest, scale) = nearest(observed, extent, repertoire, repertoires);
    let ln_size =
        |known: usize, part: f64| ((known as f64 + 1.0) / (repertoires.mean_size * part)).ln();
    let mut shares = Vec::new();
    for (index, (used, item)) in observed.items.iter().enumerate() {
        let Some((item, sources)) =
            item.and_then(|item| Some((item, *repertoire.known.get(&item)?)))
        else {
            continue;
        };
        let surprise = repertoires.surprise(Some(item));
        let is_software = matches!(used, Used::Software(_));
        let mut terms = [0.0; TERMS];
        let (base, counted, size) = if is_software {
            (term::SOFTWARE, surprise, ln_size(repertoire.software, SOFTWARE_PART))
        } else {
            (
                term::TECHNIQUE,
                surprise.min(MOST_SURPRISE),
                ln_size(repertoire.techniques, 1.0 - SOFTWARE_PART),
            )
        };
        terms[base + term::EDGE] = 1.0;
        terms[base + term::SURPRISE] = counted;
        terms[base + term::SOURCES] = (sources as f64).ln();
        terms[base + term::SIZE] = size;
        if nearest.contains(&item) {
            terms[term::NEAREST] = surprise * scale;
        }
        if !is_software && repertoires.users(Some(item)) > COMMON_USERS {
            terms[term::COMMON] = 1.0 / (extent.common as f64 + FEW);
        }
        terms[term::EXPLAINED] = surprise / extent.surprise.max(1.0);
        shares.push(Share { item: index, terms });
    }
    shares
}

/// The part of a repertoire that is software, roughly, on average over ATT&CK's groups.
const SOFTWARE_PART: f64 = 0.2;

/// What the source says that is most like the incident, and by how much a surprise counts in that likeness.
fn nearest<'r>(
    observed: &Observed,
    extent: &Extent,
    repertoire: &'r Repertoire,
    repertoires: &Repertoires,
) -> (&'r [usize], f64) {
    let seen: BTreeSet<usize> = observed.items.iter().filter_map(|(_, item)| *item).collect();
    let mut best: (&[usize], f64, f64) = (&[], 0.0, 0.0);
    for source in &repertoire.sources {
        let surprise = |items: &mut dyn Iterator<Item = &usize>| -> f64 {
            items.map(|item| repertoires.surprise(Some(*item))).sum()
        };
        let shared = surprise(&mut source.iter().filter(|item| seen.contains(item)));
        if shared <= 0.0 {
            continue;
        }
        let scale = 1.0 / (surprise(&mut source.iter()) * extent.surprise).sqrt().max(1e-9);
        if shared * scale > best.1 {
            best = (source, shared * scale, scale);
        }
    }
    (best.0, best.2)
}
