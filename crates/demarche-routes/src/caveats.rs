//! The limits of the answers, given with every answer.

use demarche_case::assessment::routes::{Caveat, Dependency, DistantTable, RouteBasis, Target};
use demarche_case::{Asn, DoubtfulLink, Moment, Source, Tlp};
use jiff::civil::Date;

use crate::routing_data::RoutingData;

/// Below this many networks an AS graph is an extract and its shares are not those of the internet.
const WHOLE_GRAPH: usize = 10_000;

/// Data this much older or younger than the case, in days, are called old.
const OLD: i32 = 90;

/// Returns the caveats that hold for one set of answers; those of dependence only where dependencies are given.
pub(crate) fn caveats(
    routing_data: &RoutingData,
    target: &Target,
    dependencies: &[Dependency],
    as_of: Option<Date>,
) -> Vec<Caveat> {
    // Only links of the target's own networks bear on the answer.
    let is_own = |asn| target.origins.iter().any(|origin| origin.network.asn == asn);
    let doubtful = routing_data.doubtful.iter();
    let mut caveats: Vec<Caveat> = doubtful
        .filter(|link| is_own(link.left) || is_own(link.right))
        .map(|link| Caveat::DoubtfulLink(link.clone()))
        .collect();
    if let Some(topology) = &routing_data.topology {
        if topology.len() < WHOLE_GRAPH {
            caveats.push(Caveat::SmallGraph { networks: topology.len() as u64 });
        }
        caveats.extend([Caveat::InferredLinks, Caveat::Capability]);
    }
    let is_modelled = |dependency: &Dependency| dependency.basis == RouteBasis::Modelled;
    if dependencies.is_empty() {
        // The answer does not rest on dependence.
    } else if dependencies.iter().all(is_modelled) {
        caveats.push(Caveat::NoObservation);
    } else {
        caveats.push(Caveat::VantagePoints);
    }
    let absent = target.origins.iter().filter(|origin| !origin.in_topology);
    let networks: Vec<Asn> = absent.map(|origin| origin.network.asn).collect();
    if !networks.is_empty() && routing_data.topology.is_some() {
        caveats.push(Caveat::OriginsMissing { networks, of: target.origins.len() as u64 });
    }
    caveats.push(Caveat::Registration);
    caveats.extend(age(routing_data, as_of));
    caveats
}

/// Returns the caveat that names the data of another time than the case, if there are any.
fn age(routing_data: &RoutingData, as_of: Option<Date>) -> Option<Caveat> {
    let as_of = as_of?;
    let sources = routing_data.sources.iter();
    let tables: Vec<DistantTable> = sources
        .filter_map(|source| {
            let date = source.date?.date();
            let days = as_of.since(date).ok()?.get_days();
            (days.abs() > OLD).then_some(DistantTable {
                file: source.file.clone(),
                date: Moment::of_day(date)?,
                days,
            })
        })
        .collect();
    let as_of = Moment::of_day(as_of)?;
    (!tables.is_empty()).then_some(Caveat::Age { as_of, tables })
}

/// Links that public tables show and that never were: facts, kept here so that nobody has to know them.
///
/// They are false in every case and for every question.
#[must_use]
pub fn known_doubts() -> Vec<DoubtfulLink> {
    vec![DoubtfulLink {
        left: Asn(131_279),
        right: Asn(51_040),
        reason: "In March 2013 AS51040 announced a forged path through North Korea's AS131279; the link is still inferred from it"
            .to_owned(),
        source: Source {
            text: "Public analyses of the Pirate Bay's claim to be hosted in North Korea, March 2013".to_owned(),
            url: None,
        },
        tlp: Tlp::Clear,
        release_to: std::collections::BTreeSet::new(),
    }]
}
