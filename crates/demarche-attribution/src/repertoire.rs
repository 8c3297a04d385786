//! What each actor is known to use, as far as a mask leaves it.

use std::collections::{BTreeMap, BTreeSet};

use crate::claims::Claims;
use crate::mask::Mask;

/// What one actor is known to use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repertoire {
    /// For each item, how many sources say so, at least one.
    pub(crate) known: BTreeMap<usize, usize>,
    /// What each source says of the actor: one earlier operation, more or less.
    pub(crate) sources: Vec<Vec<usize>>,
    /// When the sources appeared, in years since 1970, as far as it is known.
    pub(crate) dates: Vec<f64>,
    pub(crate) techniques: usize,
    pub(crate) software: usize,
}

impl Repertoire {
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

/// What everybody is known to use.
#[derive(Clone, Debug)]
pub(crate) struct Repertoires {
    /// In the order of the actors of the claims.
    pub(crate) of: Vec<Repertoire>,
    /// By item, how many actors are known to use it.
    pub(crate) users: Vec<usize>,
    /// The number of actors that are known to use anything.
    pub(crate) actors: usize,
    /// The number of items such an actor is known to use, on average; 1 when there is none.
    pub(crate) mean_size: f64,
}

impl Repertoires {
    pub(crate) fn of(claims: &Claims, mask: &Mask) -> Self {
        let left_out = mask.attack(claims);
        let mut cited: Vec<BTreeMap<usize, BTreeSet<u32>>> =
            vec![BTreeMap::new(); claims.actors.len()];
        for claim in &claims.all {
            if claim.attack.is_some() && claim.attack == left_out {
                continue;
            }
            let Some(sources) = mask.surviving(claim, claims) else { continue };
            if let Some(known) = cited.get_mut(claim.actor) {
                known.entry(claim.item).or_default().extend(sources);
            }
        }
        let of: Vec<Repertoire> = cited.iter().map(|known| repertoire(known, claims)).collect();
        let mut users = vec![0; claims.items.len()];
        for item in of.iter().flat_map(|entry| entry.known.keys()) {
            if let Some(users) = users.get_mut(*item) {
                *users += 1;
            }
        }
        let actors = of.iter().filter(|entry| !entry.is_empty()).count();
        let sizes: usize = of.iter().map(|entry| entry.known.len()).sum();
        let mean_size = if actors == 0 { 1.0 } else { sizes as f64 / actors as f64 };
        Self { of, users, actors, mean_size }
    }

    /// The number of actors that are known to use an item; 0 for an item that nobody is.
    pub(crate) fn users(&self, item: Option<usize>) -> usize {
        item.and_then(|item| self.users.get(item)).copied().unwrap_or(0)
    }

    /// How much an item tells actors apart, in nats: ln((N + 1) / (n + 1/2)) for n users among N actors.
    ///
    /// Source: Robertson and Zaragoza (2009), "The Probabilistic Relevance Framework: BM25 and Beyond", with the 1 added
    /// under the logarithm that keeps it positive.
    pub(crate) fn surprise(&self, item: Option<usize>) -> f64 {
        ((self.actors as f64 + 1.0) / (self.users(item) as f64 + 0.5)).ln()
    }
}

fn repertoire(known: &BTreeMap<usize, BTreeSet<u32>>, claims: &Claims) -> Repertoire {
    let mut sources: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (item, cited) in known {
        for source in cited {
            sources.entry(*source).or_default().push(*item);
        }
    }
    let software = known.keys().filter(|item| claims.is_software(**item)).count();
    Repertoire {
        known: known.iter().map(|(item, cited)| (*item, cited.len().max(1))).collect(),
        dates: sources.keys().filter_map(|source| claims.date(*source)).collect(),
        sources: sources.into_values().collect(),
        techniques: known.len() - software,
        software,
    }
}
