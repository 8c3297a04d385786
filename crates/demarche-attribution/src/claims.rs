//! Who is said to have used what, on whose word, in places instead of names.
//!
//! What an attack used, every actor used to whom it is attributed. Files and infrastructure are left out: they are
//! weighed by the judge, not by what was fitted.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Moment;
use demarche_case::record::{PreviousAttack, Record, RecordId, Used};

/// One claim: an actor used something.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) actor: usize,
    pub(crate) item: usize,
    /// The sources, by their place in the record's list, in order.
    pub(crate) sources: Vec<u32>,
    /// The attack in which it was used, where the claim is about one.
    pub(crate) attack: Option<usize>,
}

/// All claims of a record.
#[derive(Clone, Debug)]
pub(crate) struct Claims {
    /// The actors of whom anything is claimed, in order.
    pub(crate) actors: Vec<RecordId>,
    /// Techniques and then software that anybody is said to have used, in order.
    pub(crate) items: Vec<Used>,
    pub(crate) attacks: Vec<RecordId>,
    pub(crate) all: Vec<Claim>,
    /// When each source was published, in years since 1970.
    pub(crate) dates: Vec<Option<f64>>,
}

/// Seconds in a year of the Gregorian calendar.
const YEAR: f64 = 31_556_952.0;

/// The earliest instant that a moment can mean, in years since 1970.
pub(crate) fn years(moment: Moment) -> f64 {
    moment.unix_seconds() as f64 / YEAR
}

impl Claims {
    pub(crate) fn of(record: &Record) -> Self {
        let attacks: BTreeMap<&RecordId, &PreviousAttack> =
            record.attacks.iter().map(|attack| (&attack.id, attack)).collect();
        let known: BTreeSet<&RecordId> = record.actors.iter().map(|actor| &actor.id).collect();
        let mut named = Vec::new();
        for claim in &record.uses {
            if !matches!(claim.used, Used::Technique(_) | Used::Software(_)) {
                continue;
            }
            let sources: BTreeSet<u32> =
                claim.citations.iter().map(|citation| citation.0).collect();
            let attack = attacks.get(&claim.user);
            let users: BTreeSet<&RecordId> = match attack {
                Some(attack) => {
                    attack.attributions.iter().filter_map(|a| a.actor.as_ref()).collect()
                }
                None => BTreeSet::from([&claim.user]),
            };
            for user in users.into_iter().filter(|user| known.contains(user)) {
                named.push((user, &claim.used, attack.map(|attack| &attack.id), sources.clone()));
            }
        }
        let actors = sorted(named.iter().map(|named| named.0));
        let items = sorted(named.iter().map(|named| named.1));
        let attacks = sorted(named.iter().filter_map(|named| named.2));
        let all = named.into_iter().filter_map(|(actor, item, attack, sources)| {
            let sources = sources.into_iter().collect();
            let attack = attack.and_then(|attack| attacks.binary_search(attack).ok());
            let (actor, item) =
                (actors.binary_search(actor).ok()?, items.binary_search(item).ok()?);
            Some(Claim { actor, item, sources, attack })
        });
        let all = all.collect();
        let dates = record.citations.iter().map(|citation| citation.date.map(years)).collect();
        Self { actors, items, attacks, all, dates }
    }

    pub(crate) fn is_software(&self, item: usize) -> bool {
        matches!(self.items.get(item), Some(Used::Software(_)))
    }

    /// When a source was published, in years since 1970.
    pub(crate) fn date(&self, source: u32) -> Option<f64> {
        let index = usize::try_from(source).ok()?;
        self.dates.get(index).copied().flatten()
    }
}

fn sorted<'a, T: Ord + Clone + 'a>(all: impl Iterator<Item = &'a T>) -> Vec<T> {
    all.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}
