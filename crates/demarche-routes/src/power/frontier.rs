//! The frontier of a country: how many foreign networks its own networks connect to.

use std::collections::BTreeSet;

use demarche_case::assessment::routes::FrontierRisk;

use crate::{AsIndex, Topology};

/// The foreign providers and peers of domestic networks, in order of AS numbers.
///
/// Foreign customers do not count, as they give no way out.
/// Cowie's figure of 2012 counts the foreign providers that observed routes pass; on inferred links it is an upper estimate, for a peer or a backup link may carry nothing.
#[must_use]
pub fn frontier(topology: &Topology, domestic: &BTreeSet<AsIndex>) -> Vec<AsIndex> {
    let gateways: BTreeSet<AsIndex> = domestic
        .iter()
        .flat_map(|at| topology.providers(*at).iter().chain(topology.peers(*at)))
        .filter(|at| !domestic.contains(at))
        .copied()
        .collect();
    gateways.into_iter().collect()
}

/// The published risk of disconnection by number of gateways: severe for one or two, significant for three to ten.
///
/// `None` for none, where the data show no connection at all, and above ten, where the bands were not verified.
///
/// Source: Cowie (2012), "Could it happen in your country?", Renesys.
#[must_use]
pub const fn frontier_risk(gateways: usize) -> Option<FrontierRisk> {
    match gateways {
        1..=2 => Some(FrontierRisk::Severe),
        3..=10 => Some(FrontierRisk::Significant),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_bands_end_at_ten() {
        assert_eq!(frontier_risk(0), None);
        assert_eq!(frontier_risk(2), Some(FrontierRisk::Severe));
        assert_eq!(frontier_risk(3), Some(FrontierRisk::Significant));
        assert_eq!(frontier_risk(10), Some(FrontierRisk::Significant));
        assert_eq!(frontier_risk(11), None);
    }
}
