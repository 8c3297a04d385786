//! A function that is asked for: its features with their weights, and their places in each segment.

use demarche_code::Feature;

use super::Search;
use crate::Rarity;
use crate::segment::Damage;

/// The features of a function in one segment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    /// Places and weights, the most frequent first; only those that occur and weigh something.
    pub(crate) features: Vec<(u32, u32)>,
}

/// A function that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    /// For each segment that is searched.
    pub(crate) lists: Vec<Lists>,
    /// The weight of all features, those included that the index does not have.
    pub(crate) mass: u32,
}

impl Query {
    pub(crate) fn of(
        search: &Search<'_>,
        features: &[Feature],
        damages: &mut Vec<(u32, Damage)>,
    ) -> Self {
        let mut features = features.to_vec();
        features.sort_unstable();
        features.dedup();
        let mut weights: Vec<Option<u16>> = vec![None; features.len()];
        let mut lists = Vec::with_capacity(search.ready.len());
        for ready in &search.ready {
            let mut own = Lists::default();
            let open = search.index.segments().get(ready.segment as usize);
            for (feature, weight) in features.iter().zip(&mut weights) {
                let id = match open.map(|open| ready.places.find(&open.segment, feature.0)) {
                    Some(Ok(id)) => id,
                    Some(Err(damage)) => {
                        damages.push((ready.segment, damage));
                        None
                    }
                    None => None,
                };
                let Some(id) = id else { continue };
                // A feature has the same weight in all segments, since its rarity is that in all of them.
                let Some(own_weight) = ready.weights.get(id as usize) else { continue };
                *weight = Some(*own_weight);
                if *own_weight > 0 {
                    own.features.push((id, u32::from(*own_weight)));
                }
            }
            own.features.sort_unstable();
            lists.push(own);
        }
        let mass = features.iter().zip(weights).map(|(feature, weight)| {
            u32::from(weight.unwrap_or_else(|| (search.weigh)(*feature, Rarity::default())))
        });
        Self { lists, mass: mass.fold(0, u32::saturating_add) }
    }
}
