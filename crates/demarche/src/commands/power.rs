use std::ops::ControlFlow;

use demarche_case::Asn;
use demarche_case::assessment::answer::PowerAnswer;
use demarche_report::svg_of_power;
use demarche_report::view::routes_power;
use demarche_routes::examine::addresses;
use demarche_routes::power::{AtHome, Limits, Question, power, usual_share};
use demarche_routes::{RoutingData, Topology};

use super::question::{Asked, parties};
use crate::cli::{Home, PowerArgs};
use crate::output::{self, Outcome};

/// Whose joint refusal cuts a target off.
pub(crate) fn run(args: &PowerArgs) -> anyhow::Result<Outcome> {
    let asked = Asked::read(&args.question)?;
    let (target, routing_data) = (&asked.target, &asked.read.routing_data);
    let Some(topology) = &routing_data.topology else {
        anyhow::bail!(
            "no file of AS relationships was read: whose refusal counts needs an AS graph"
        );
    };
    let from = far_side(&args.from, routing_data, topology)?;
    anyhow::ensure!(
        target.origins.iter().any(|origin| origin.in_topology),
        "the AS graph has no network of {}",
        target.question
    );
    let question = Question {
        target: target.origins.iter().map(|origin| origin.network.asn).collect(),
        home: target.country,
        from,
        at_home: match args.at_home {
            Home::Nobody => AtHome::Nobody,
            Home::Carriers => AtHome::Carriers,
            Home::Everybody => AtHome::Everybody,
        },
        share: args.share.or(usual_share(target.origins.len())),
        addresses: addresses(target),
        groups: routing_data.organisations.groups(),
        ..Question::default()
    };
    let limits = Limits { seed: args.seed, ..Limits::default() };
    let found = power(
        topology,
        &question,
        |asn| routing_data.network(asn),
        &limits,
        |_, _| ControlFlow::Continue(()),
    )?;
    let tables = &args.question.tables;
    if let Some(path) = &tables.svg {
        output::write(path, &svg_of_power(target, &found))?;
    }
    let answer =
        PowerAnswer { target: target.clone(), power: Some(found), caveats: asked.caveats() };
    let gaps = routing_data.gaps.clone();
    if tables.json {
        return output::json(answer, asked.read.inputs, gaps);
    }
    output::gaps(&gaps);
    output::show(&routes_power(&answer))?;
    Ok(Outcome::of(&gaps))
}

/// The networks that are named as those from which the target is cut off, each of them in the AS graph; `None` where none is
/// named.
fn far_side(
    names: &[String],
    routing_data: &RoutingData,
    topology: &Topology,
) -> anyhow::Result<Option<Vec<Asn>>> {
    let (mut from, countries) = parties(names)?;
    let unknown = from.iter().filter(|asn| topology.index(**asn).is_none());
    let mut unknown: Vec<String> = unknown.map(ToString::to_string).collect();
    for country in countries {
        let networks = routing_data.in_graph(country);
        if networks.is_empty() {
            unknown.push(country.to_string());
        }
        from.extend(networks);
    }
    anyhow::ensure!(unknown.is_empty(), "the AS graph does not have {}", unknown.join(", "));
    Ok((!names.is_empty()).then_some(from))
}
