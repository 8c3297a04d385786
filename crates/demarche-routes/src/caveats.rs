//! What the answers cannot know or may have wrong, said with every answer.

use demarche_case::assessment::routes::{Caveat, Dependency, RouteBasis, Target};
use jiff::civil::Date;

use crate::day::day;
use crate::routing_data::RoutingData;

/// Below this many networks an AS graph is an extract and its shares are not those of the internet.
const WHOLE_GRAPH: usize = 10_000;

/// Data this much older or younger than the case, in days, are called old.
const OLD: i32 = 90;

/// The caveats that hold for one set of answers.
pub(crate) fn caveats(
    routing_data: &RoutingData,
    target: &Target,
    dependencies: &[Dependency],
    as_of: Option<Date>,
) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    let mut add = |id: &str, text: String| caveats.push(Caveat { id: id.to_owned(), text });
    // Only links of the target's own networks bear on the answer.
    let is_own = |asn| target.origins.iter().any(|origin| origin.network.asn == asn);
    for link in routing_data.doubtful.iter().filter(|link| is_own(link.left) || is_own(link.right))
    {
        let (left, right) = (link.left, link.right);
        add(
            "doubtful-link",
            format!(
                "The link between {left} and {right} is not believed: {}. Source: {}. It is drawn as doubtful, is not on the graph, and carries nothing.",
                link.reason.trim_end_matches('.'),
                link.source.text
            ),
        );
    }
    if let Some(topology) = &routing_data.topology {
        if topology.len() < WHOLE_GRAPH {
            add(
                "small-graph",
                format!(
                    "The AS graph has only {} networks: it is an extract. Shares and reach are shares of this extract, not of the internet; read whole tables for those.",
                    topology.len()
                ),
            );
        }
        add("inferred-links", "Links and their kinds are inferred from routes that collectors saw. Links that no collector saw are missing, some kinds are wrong, and provider links may run in circles, which makes a few modelled routes strange and long.".to_owned());
        add("capability", "Modelled routes say what could be reached. The graph knows no capacity, no price, and not which links serve as backup only: a network that keeps a route after a cut may still be unable to carry the traffic.".to_owned());
    }
    if dependencies.is_empty() {
        // The answer does not rest on dependence.
    } else if dependencies.iter().all(|dependency| dependency.basis == RouteBasis::Modelled) {
        add("no-observation", "No routing table that was read holds a full-feed route to the target: all dependencies are modelled, with every network as a vantage point.".to_owned());
    } else {
        add("vantage-points", "Observed shares are those of the collectors' peers, which are few and mostly large networks of Europe and North America. The trimmed mean guards against that, and hides a small dependency that is total for those who have it; the plain mean and the spread stand beside it.".to_owned());
    }
    let missing: Vec<String> = target
        .origins
        .iter()
        .filter(|origin| !origin.in_topology)
        .map(|origin| origin.network.asn.to_string())
        .collect();
    if !missing.is_empty() && routing_data.topology.is_some() {
        add(
            "origins-missing",
            format!(
                "{} of the target's {} networks are not in the AS graph and are left out of reach, cuts and power: {}.",
                missing.len(),
                target.origins.len(),
                listed(&missing)
            ),
        );
    }
    add("registration", "The country of a network is that of its registration. The operator may be owned, and its routers may stand, elsewhere, and registered names grow stale. Codes that are no state, such as the registries' EU and AP, count as an unknown country.".to_owned());
    caveats.extend(age(routing_data, as_of));
    caveats
}

/// Which data are of another time than the case.
fn age(routing_data: &RoutingData, as_of: Option<Date>) -> Option<Caveat> {
    let as_of = as_of?;
    let old: Vec<String> = routing_data
        .sources
        .iter()
        .filter_map(|source| {
            let date = source.date.as_deref().and_then(day)?;
            let days = as_of.since(date).ok()?.get_days();
            let when = if days > 0 { "before" } else { "after" };
            (days.abs() > OLD)
                .then(|| format!("{} ({date}, {} days {when})", source.file, days.abs()))
        })
        .collect();
    (!old.is_empty()).then(|| Caveat {
        id: "age".to_owned(),
        text: format!("Some tables are not of the time of the case ({as_of}): {}. Links and origins change within months.", listed(&old)),
    })
}

/// The first few of a list, and how many more.
fn listed(items: &[String]) -> String {
    let shown = items.iter().take(8).map(String::as_str).collect::<Vec<_>>().join(", ");
    if items.len() > 8 { format!("{shown} and {} more", items.len() - 8) } else { shown }
}
