use std::ops::ControlFlow;

use demarche_case::Asn;
use demarche_case::assessment::answer::PowerAnswer;
use demarche_report::svg_of_power;
use demarche_report::view::routes_power;
use demarche_routes::examine::addresses;
use demarche_routes::power::{AtHome, Limits, Question, power, usual_share};

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
    let (mut from, countries) = parties(&args.from)?;
    if !countries.is_empty() {
        let all = topology.ases().map(|ase| topology.asn(ase));
        let is_of = |asn: &Asn| {
            routing_data.network(*asn).country.is_some_and(|country| countries.contains(&country))
        };
        from.extend(all.filter(is_of));
    }
    anyhow::ensure!(
        target.origins.iter().any(|origin| origin.in_topology),
        "the AS graph has no network of {}",
        target.question
    );
    let question = Question {
        target: target.origins.iter().map(|origin| origin.network.asn).collect(),
        home: target.country,
        from: (!args.from.is_empty()).then_some(from),
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
