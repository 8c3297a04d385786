//! Through whose networks, and what would change if one of them refused.

use demarche_case::assessment::answer::CutAnswer;
use demarche_case::assessment::routes::{Change, RoutesFindings};
use demarche_case::{Asn, Country, country_named};
use demarche_report::view::routes_cut;
use demarche_report::{Chapter, section_html, svg_of_map_linked};
use demarche_routes::Cutter;
use maud::{Markup, PreEscaped, html};

use super::Scene;
use crate::ask::Ask;
use crate::case_desk::Judged;
use crate::reply::Reply;

pub(crate) fn page(scene: &Scene<'_>, judged: &Judged, ask: &Ask) -> Reply {
    let main = html! {
        h1 { "Networks" }
        @match &judged.assessment.routes {
            None => p { "The case asks about nobody's connectivity, or has no routing tables: docs/case.md tells how to give it a target." },
            Some(findings) => {
                (asked(scene, judged, findings, ask))
                (PreEscaped(judged.chapter(Chapter::Networks, &scene.base())))
            },
        }
    };
    scene.page("networks", "Networks", judged, &main)
}

/// The map, whose networks are links, and a field for any network or state.
fn asked(scene: &Scene<'_>, judged: &Judged, findings: &RoutesFindings, ask: &Ask) -> Markup {
    let refusing = ask.query.all("refuse").collect::<Vec<_>>().join(", ");
    let states = states(findings);
    html! {
        section {
            h2 { "What if one refused?" }
            p { "Choose a network on the map, or a state, or write several: the answer tells how much of the target loses the internet, and who else is hit." }
            form method="get" data-live="" class="row" {
                label { "Networks or states " input type="text" name="refuse" value=(refusing) placeholder="AS4837, CN" size="24"; }
                button { "What would change?" }
                @if !refusing.is_empty() { a href={ (scene.base()) "networks" } { "Nobody refuses" } }
            }
            p class="row" {
                @for state in states { a class="chip" data-live="" href={ "?refuse=" (state) "#effect" } { (state.label()) } }
            }
            (answered(judged, findings, ask))
            figure { div class="scroll linked" tabindex="0" { (PreEscaped(svg_of_map_linked(findings, "?refuse="))) } }
        }
    }
}

/// The states of the networks on the map, each once.
fn states(findings: &RoutesFindings) -> Vec<Country> {
    let nodes = findings.map.nodes.iter().filter_map(|node| node.network.country);
    let mut states: Vec<Country> = nodes.collect();
    states.sort_unstable();
    states.dedup();
    states
}

/// The effect of what is asked.
fn answered(judged: &Judged, findings: &RoutesFindings, ask: &Ask) -> Markup {
    let names: Vec<&str> = ask
        .query
        .all("refuse")
        .flat_map(|list| list.split([',', ' ']))
        .filter(|name| !name.is_empty())
        .collect();
    if names.is_empty() {
        return html! {};
    }
    html! {
        div id="effect" class="answer" aria-live="polite" {
            @match effect(judged, findings, &names) {
                Ok(html) => (PreEscaped(html)),
                Err(reason) => p role="alert" { bdi { (reason) } },
            }
        }
    }
}

fn effect(judged: &Judged, findings: &RoutesFindings, names: &[&str]) -> Result<String, String> {
    let tables = judged.readings.tables.as_ref();
    let tables = tables.ok_or("The case has no routing tables.")?;
    let cutter = Cutter::new(&tables.routing_data, &findings.target);
    let cutter = cutter.ok_or("No table knows the links of the target's networks.")?;
    let change = change(names)?;
    let unknown = cutter.unknown(&change);
    if !unknown.is_empty() {
        return Err(format!("The tables do not have {}.", unknown.join(", ")));
    }
    let cuts = vec![cutter.effect(&change)];
    let answer = CutAnswer { target: findings.target.clone(), cuts, caveats: Vec::new() };
    let sections = routes_cut(&answer);
    Ok(section_html(sections.get(1..2).unwrap_or_default()))
}

fn change(names: &[&str]) -> Result<Change, String> {
    let networks: Result<Vec<Asn>, _> = names.iter().map(|name| name.parse::<Asn>()).collect();
    if let Ok(networks) = networks {
        return Ok(Change::Refuse(networks));
    }
    let states: Result<Vec<Country>, String> = names
        .iter()
        .map(|name| country_named(name).map_err(|_| format!("`{name}` is neither a network (AS4837) nor a state (CN); either all are networks or all are states.")))
        .collect();
    Ok(Change::RefuseCountries(states?))
}
