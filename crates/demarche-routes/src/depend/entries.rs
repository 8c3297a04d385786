//! The entries of routes into the target's country: the frontier and its points of control.

use std::collections::BTreeMap;

use demarche_case::Asn;

/// The share of routes that enter over each foreign network; shares sum to at most 1.
#[derive(Default)]
pub(crate) struct Entries {
    shares: BTreeMap<Asn, f64>,
}

impl Entries {
    /// Adds a share of routes that come in over a network.
    pub(crate) fn add(&mut self, over: Asn, share: f64) {
        *self.shares.entry(over).or_default() += share;
    }

    /// Foreign networks over which any route enters.
    pub(crate) fn frontier(&self) -> u64 {
        self.shares.len() as u64
    }

    /// The fewest networks that together carry at least `share` of the routes in.
    ///
    /// Every route enters over one network only, so taking the largest first is exact.
    /// Source of the measure: Roberts, Larochelle, Faris and Palfrey (2011), "Mapping local internet control".
    pub(crate) fn points_of_control(&self, share: f64) -> Vec<Asn> {
        let mut largest: Vec<(Asn, f64)> =
            self.shares.iter().map(|(asn, share)| (*asn, *share)).collect();
        largest.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        let enough = share * self.shares.values().sum::<f64>();
        let mut carried = 0.0;
        let mut points = Vec::new();
        for (asn, share) in largest {
            // The sum of many shares may fall short of the whole by rounding.
            if carried >= enough - 1e-9 {
                break;
            }
            carried += share;
            points.push(asn);
        }
        points
    }
}
