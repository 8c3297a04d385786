//! A function that is searched for: its features with their weights, and their ids in each segment.

use demarche_terms::Feature;

use super::ready::Ready;
use crate::index::Open;
use crate::segment::Damage;

/// The features of a function in one segment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    /// Ids and weights, the most frequent first; only those that occur and weigh something.
    pub(crate) features: Vec<(u32, u32)>,
}

/// A function that is searched for.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// For each segment that is searched.
    pub(crate) lists: Vec<Lists>,
    /// The weight of all features, those included that the index does not have.
    pub(crate) mass: u32,
}

impl Query {
    pub(crate) fn of(
        segments: &[Open],
        ready: &[Ready],
        features: &[Feature],
        unknown: impl Fn(Feature) -> u16,
        damages: &mut Vec<(u32, Damage)>,
    ) -> Self {
        let mut features = features.to_vec();
        features.sort_unstable();
        features.dedup();
        let mut weights: Vec<Option<u16>> = vec![None; features.len()];
        let mut lists = Vec::with_capacity(ready.len());
        for ready in ready {
            let mut list = Lists::default();
            let segment = &segments[ready.segment as usize].segment;
            for (feature, weight) in features.iter().zip(&mut weights) {
                let id = ready.beginnings.find(segment, feature.0).unwrap_or_else(|damage| {
                    damages.push((ready.segment, damage));
                    None
                });
                let Some(id) = id else { continue };
                // A feature has the same weight in all segments, since its rarity is that in all of them.
                let Some(found) = ready.weights.get(id as usize) else { continue };
                *weight = Some(*found);
                if *found > 0 {
                    list.features.push((id, u32::from(*found)));
                }
            }
            list.features.sort_unstable();
            lists.push(list);
        }
        let mass = features
            .iter()
            .zip(weights)
            .map(|(feature, weight)| u32::from(weight.unwrap_or_else(|| unknown(*feature))));
        Self { lists, mass: mass.fold(0, u32::saturating_add) }
    }
}
