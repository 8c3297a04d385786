//! Runs the engines in order: from a case and its tables to the assessment.
//!
//! This is the one place that knows every engine; they know only [`demarche_case`].
//! It opens nothing and asks no clock: the same case and tables give the same assessment.

mod code;
mod shared;

use std::collections::BTreeSet;
use std::net::IpAddr;

use demarche_attribution::{Question, judge};
use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::assessment::code::CodeFindings;
use demarche_case::assessment::response::ResponseFindings;
use demarche_case::assessment::routes::{Located, RoutesFindings};
use demarche_case::assessment::{ASSESSMENT_VERSION, Assessment, Input};
use demarche_case::record::Record;
use demarche_case::{Body, Case, DoubtfulLink, Gap, Moment};
use demarche_response::{unknown_options, weigh};
use demarche_routes::examine::Examination;
use demarche_routes::{Ask, Cancelled, Progress, RoutingData, known_doubts};
use jiff::civil::Date;

/// What a case is assessed with.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The routing data without the [`doubtful`] links; `None` when there are none.
    pub routing_data: Option<&'a RoutingData>,
    /// The record of previous attacks.
    pub record: &'a Record,
    /// What the case's programs share with known ones; `None` when there is no index or no program.
    pub code: Option<&'a CodeFindings>,
}

/// The seed of the draws that the intervals come from: fixed, so that the same case has the same bytes.
const SEED: u64 = 2014;

/// Assesses a case.
///
/// `inputs` lists what was read for it, and `gaps` what could not be. `program` names the program and its version.
///
/// # Errors
///
/// [`Cancelled`] when `progress` breaks.
pub fn assess(
    case: &Case,
    sources: Sources<'_>,
    program: &str,
    inputs: Vec<Input>,
    mut gaps: Vec<Gap>,
    progress: &mut Progress<'_>,
) -> Result<Assessment, Cancelled> {
    let (routes, more) = routes(case, sources.routing_data, progress)?;
    gaps.extend(more);
    gaps.extend(unknown_options(case).into_iter().map(|id| {
        let gap = Gap::new("response.toml", format!("no option has the id `{id}`"));
        gap.remedy("docs/response.md lists the options by their ids")
    }));
    gaps.sort();
    gaps.dedup();
    let located = routes.as_ref().map_or(&[][..], |routes| routes.located.as_slice());
    // Shared code that was measured is evidence like any other, with its source, its grade and its marking.
    let mut case = case.clone();
    if let Some(findings) = sources.code {
        case.evidence.extend(code::evidence(&case, findings, program));
    }
    let attribution = attribution(&case, sources.record, located);
    let response = response(&case, attribution.as_ref(), routes.as_ref(), sources.record);
    Ok(Assessment {
        version: ASSESSMENT_VERSION,
        program: program.to_owned(),
        attribution,
        code: sources.code.cloned(),
        attribution_shared: shared::attributions(&case, sources.record, located),
        response,
        case,
        routes,
        inputs,
        gaps,
    })
}

/// Through whose networks, where the case asks; and what could not be answered.
fn routes(
    case: &Case,
    routing_data: Option<&RoutingData>,
    progress: &mut Progress<'_>,
) -> Result<(Option<RoutesFindings>, Vec<Gap>), Cancelled> {
    let Some(ask) = ask(case) else { return Ok((None, Vec::new())) };
    let Some(routing_data) = routing_data else {
        let gap =
            Gap::new("routes", "the case asks about a country's networks and has no routing data");
        let remedy = "put tables into the case's `routes` folder, or name a folder with `--routes`";
        return Ok((None, vec![gap.remedy(remedy)]));
    };
    let addresses = addresses(case);
    let examination =
        Examination { ask, addresses: &addresses, as_of: as_of(case), ..Examination::default() };
    let (findings, more) = examination.run(routing_data, progress)?;
    Ok((Some(findings), routing_data.gaps.iter().cloned().chain(more).collect()))
}

/// Who did it, from all the evidence; `None` when none of it could tell.
#[must_use]
pub fn attribution(
    case: &Case,
    record: &Record,
    located: &[Located],
) -> Option<AttributionFindings> {
    judge(&Question { case, record, located, without: &BTreeSet::new(), seed: SEED })
}

/// Which responses are open, and how they compare; `None` when no state is named that could respond.
#[must_use]
pub fn response(
    case: &Case,
    attribution: Option<&AttributionFindings>,
    routes: Option<&RoutesFindings>,
    record: &Record,
) -> Option<ResponseFindings> {
    weigh(&demarche_response::Question { case, attribution, routes, record, seed: SEED })
}

/// The question that a case asks of the routes engine; `None` when it asks none.
#[must_use]
pub fn ask(case: &Case) -> Option<Ask> {
    let target = case.target.as_ref()?;
    Some(Ask {
        country: target.country,
        asns: target.asns.clone(),
        prefixes: target.prefixes.clone(),
    })
}

/// The links that the case doubts, and those that are known to be false; the case's own words go first.
#[must_use]
pub fn doubtful(case: &Case) -> Vec<DoubtfulLink> {
    let mut doubtful = case.routes.doubtful.clone();
    let ends = |link: &DoubtfulLink| (link.left.min(link.right), link.left.max(link.right));
    let named: Vec<_> = doubtful.iter().map(ends).collect();
    doubtful.extend(known_doubts().into_iter().filter(|link| !named.contains(&ends(link))));
    doubtful
}

/// The addresses of the attacker's infrastructure, in order and each once.
fn addresses(case: &Case) -> Vec<IpAddr> {
    let address = |body: &Body| match body {
        Body::Infrastructure(infrastructure) => infrastructure.address,
        _ => None,
    };
    let mut addresses: Vec<IpAddr> =
        case.evidence.iter().filter_map(|item| address(&item.body)).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

/// The day whose routes count: that of detection, else of the beginning, as far as it is known.
fn as_of(case: &Case) -> Option<Date> {
    case.noticed().map(Moment::middle_day)
}
