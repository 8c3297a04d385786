//! The networks, operators and states that carry most of a target's routes.

use super::super::groups::{GroupBy, Groups};
use super::followed::Followed;
use super::scene::Scene;
use crate::propagate::Sweep;

/// Whoever carries most.
pub(crate) struct Carriers<'a> {
    pub(crate) networks: Followed,
    pub(crate) operators: Followed,
    pub(crate) countries: Followed,
    pub(crate) named_operators: Groups<'a>,
    pub(crate) named_countries: Groups<'a>,
}

impl<'a> Carriers<'a> {
    /// `carried` is the weight of the routes that each transit network carries.
    pub(crate) fn new(scene: &Scene<'a>, sweep: &Sweep<'_>, carried: &[u128]) -> Self {
        let asn = |index| scene.merged.topology.asn(index);
        let rolled = |by| {
            let mut groups = Groups::new(by, scene.describe, scene.subject.organisations);
            let followed = Followed::new(scene, sweep, carried, |index| groups.of(asn(index)));
            (followed, groups)
        };
        let networks = Followed::new(scene, sweep, carried, |index| Some(asn(index).0));
        let (operators, named_operators) = rolled(GroupBy::Operator);
        let (countries, named_countries) = rolled(GroupBy::Country);
        Self { networks, operators, countries, named_operators, named_countries }
    }
}
