//! Techniques and software, weighed as they were fitted on attacks whose author is said to be known.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Record, RecordId, Used};

use super::authors::{Author, Authors};
use super::items::{Feature, Item, Says};

/// Who is known to use what, ready to weigh what was seen.
#[derive(Debug)]
pub(super) struct Behaviour<'a> {
    users: BTreeMap<Feature, BTreeSet<usize>>,
    actors: f64,
    _record: &'a Record,
}

impl<'a> Behaviour<'a> {
    pub(super) fn of(record: &'a Record, authors: &Authors<'_>) -> Self {
        let place: BTreeMap<&RecordId, usize> = authors
            .all
            .iter()
            .enumerate()
            .filter_map(|(place, author)| match author {
                Author::Actor { actor, .. } => Some((&actor.id, place)),
                _ => None,
            })
            .collect();
        let mut users: BTreeMap<Feature, BTreeSet<usize>> = BTreeMap::new();
        for one in &record.uses {
            let feature = match &one.used {
                Used::Technique(technique) => Feature::Technique(*technique),
                Used::Software(id) => Feature::Software(id.clone()),
                _ => continue,
            };
            if let Some(place) = place.get(&one.user) {
                users.entry(feature).or_default().insert(*place);
            }
        }
        Self { users, actors: place.len() as f64, _record: record }
    }

    pub(super) fn weights(
        &self,
        items: &[Item<'_>],
        counts: &[bool],
        authors: usize,
    ) -> Vec<Vec<f64>> {
        items
            .iter()
            .zip(counts)
            .map(|(item, counts)| {
                let mut weights = vec![0.0; authors];
                if let (Says::Uses(feature), true) = (&item.says, counts)
                    && let Some(users) = self.users.get(feature)
                {
                    let q = (users.len() as f64 + 0.5) / (self.actors + 1.0);
                    for user in users {
                        if let Some(w) = weights.get_mut(*user) {
                            *w = ((0.145 + 0.855 * q) / q).ln();
                        }
                    }
                }
                weights
            })
            .collect()
    }

    /// What speaks for an author as a whole and is in no item, in nats.
    pub(super) fn standing(
        &self,
        authors: &Authors<'_>,
        _items: &[Item<'_>],
        _counts: &[bool],
    ) -> Vec<f64> {
        vec![0.0; authors.all.len()]
    }
}
