//! Runs the engines in order: from a case and its tables to the assessment.
//!
//! This is the one place that knows every engine; they know only [`demarche_case`].
//! It opens nothing and asks no clock: the same case and tables give the same assessment.

use std::net::IpAddr;

use demarche_case::assessment::{ASSESSMENT_VERSION, Assessment, Input};
use demarche_case::{Body, Case, DoubtfulLink, Gap, Moment};
use demarche_routes::examine::{Examination, Progress};
use demarche_routes::{Ask, Atlas, known_doubts};
use jiff::civil::Date;

/// Assesses a case.
///
/// `atlas` holds the routing data without the [`doubtful`] links, `None` when there are none; `inputs` lists what was read for it,
/// and `gaps` what could not be. `program` names the program and its version.
#[must_use]
pub fn assess(
    case: &Case,
    atlas: Option<&Atlas>,
    program: &str,
    inputs: Vec<Input>,
    mut gaps: Vec<Gap>,
    progress: &mut Progress<'_>,
) -> Assessment {
    let mut routes = None;
    if let Some(ask) = ask(case) {
        if let Some(atlas) = atlas {
            let addresses = addresses(case);
            let examination = Examination {
                ask,
                addresses: &addresses,
                as_of: as_of(case),
                ..Examination::default()
            };
            let (findings, more) = examination.run(atlas, progress);
            gaps.extend(atlas.gaps.iter().cloned());
            gaps.extend(more);
            routes = Some(findings);
        } else {
            gaps.push(
                Gap::new(
                    "routes",
                    "the case asks about a country's networks and has no routing data",
                )
                .remedy(
                    "put tables into the case's `routes` folder, or name a folder with `--routes`",
                ),
            );
        }
    }
    gaps.sort();
    gaps.dedup();
    Assessment {
        version: ASSESSMENT_VERSION,
        program: program.to_owned(),
        case: case.clone(),
        routes,
        attribution: None,
        attribution_shared: Vec::new(),
        inputs,
        gaps,
    }
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
    let moment: &Moment = case.detected.as_ref().or(case.began.as_ref())?;
    let text = moment.to_string();
    let mut parts = text.split(['-', 'T']).map(|part| part.parse::<i16>().ok());
    let (year, month, day) = (parts.next()??, parts.next().flatten(), parts.next().flatten());
    let part = |part: Option<i16>, middle: i8| {
        part.and_then(|part| i8::try_from(part).ok()).unwrap_or(middle)
    };
    Date::new(year, part(month, 7), part(day, 15).min(28)).ok()
}
