//! Incidents held out of the record, as they are and forged, ready to be scored with any parameters.

use std::collections::BTreeSet;

use demarche_case::assessment::evaluation::Protocol;
use demarche_case::record::{Record, Used};
use rayon::prelude::*;

use crate::baseline::Baseline;
use crate::claims::Claims;
use crate::comparison::{Comparison, Observed};
use crate::incident::Incident;
use crate::repertoire::Repertoires;
use demarche_case::random::Random;

/// The number of items that an impostor plants.
pub(crate) const PLANTED: [usize; 4] = [1, 3, 5, 10];

/// An incident into which items of another actor were planted.
#[derive(Clone, Debug)]
pub(crate) struct Forged {
    /// The actor whose items they are.
    pub(crate) imitated: usize,
    pub(crate) planted: usize,
    /// Which draw of masks it belongs to, from 0.
    pub(crate) draw: usize,
    pub(crate) comparison: Comparison,
}

/// An incident beside what the rest of the record knows.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    /// The place of the incident in the list it came from.
    pub(crate) incident: usize,
    /// The place of its actor, or `None` when the record claims nothing of it.
    pub(crate) actor: Option<usize>,
    pub(crate) comparison: Comparison,
    pub(crate) forged: Vec<Forged>,
    /// The scores of the methods of others, in the order of [`Baseline::ALL`].
    pub(crate) baselines: Vec<Vec<Option<f64>>>,
}

impl Trial {
    /// The actor, if anything is left of it in the record.
    pub(crate) fn answerable(&self) -> Option<usize> {
        self.actor.filter(|actor| self.comparison.terms.get(*actor).is_some_and(Option::is_some))
    }
}

/// How to hold incidents out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) protocol: Protocol,
    /// The number of masks that are drawn for each number of planted items.
    pub(crate) draws: usize,
    pub(crate) with_baselines: bool,
    pub(crate) seed: u64,
}

/// Holds each incident out of the record, on all processors.
pub(crate) fn trials(record: &Record, incidents: &[Incident], plan: Plan) -> Vec<Trial> {
    let claims = Claims::of(record);
    let trial = |(position, incident): (usize, &Incident)| trial(&claims, position, incident, plan);
    incidents.par_iter().enumerate().map(trial).collect()
}

fn trial(claims: &Claims, place: usize, incident: &Incident, plan: Plan) -> Trial {
    let repertoires = Repertoires::of(claims, &incident.mask(plan.protocol));
    let observed = Observed::of(&incident.used, incident.date, claims);
    let actor = claims.actors.binary_search(&incident.actor).ok();
    let baselines = if plan.with_baselines {
        Baseline::ALL.iter().map(|entry| entry.scores(&observed, &repertoires)).collect()
    } else {
        Vec::new()
    };
    let bench = Bench { claims, repertoires: &repertoires, incident, actor };
    Trial {
        incident: place,
        actor,
        comparison: Comparison::of(&observed, &repertoires),
        forged: bench.forged(plan, place as u64),
        baselines,
    }
}

struct Bench<'a> {
    claims: &'a Claims,
    repertoires: &'a Repertoires,
    incident: &'a Incident,
    actor: Option<usize>,
}

impl Bench<'_> {
    /// For each number of planted items as many forged copies as there are draws, each under a mask of its own.
    fn forged(&self, plan: Plan, place: u64) -> Vec<Forged> {
        let mut forged = Vec::new();
        for planted in PLANTED {
            let mut impostors: Vec<usize> = (0..self.claims.actors.len())
                .filter(|imitated| Some(*imitated) != self.actor)
                .collect();
            let mut random = Random::new(plan.seed ^ (place << 8) ^ planted as u64);
            let mut drawn = 0;
            while drawn < plan.draws && !impostors.is_empty() {
                let imitated = impostors.swap_remove(random.below(impostors.len()));
                let Some(comparison) = self.planted(imitated, planted) else { continue };
                forged.push(Forged { imitated, planted, draw: drawn, comparison });
                drawn += 1;
            }
        }
        forged
    }

    /// The incident with the items of another actor that fewest others use; `None` when that actor has too few more.
    fn planted(&self, imitated: usize, planted: usize) -> Option<Comparison> {
        let known = &self.repertoires.of[imitated].known;
        let mut rare: Vec<(usize, &Used)> = known
            .keys()
            .filter_map(|item| {
                Some((self.repertoires.users(Some(*item)), self.claims.items.get(*item)?))
            })
            .filter(|(_, used)| !self.incident.used.contains(used))
            .collect();
        rare.sort_unstable();
        let chosen = rare.get(..planted)?.iter().map(|(_, used)| (*used).clone());
        let used: BTreeSet<Used> = self.incident.used.iter().cloned().chain(chosen).collect();
        let observed = Observed::of(&used, self.incident.date, self.claims);
        Some(Comparison::of(&observed, self.repertoires))
    }
}
