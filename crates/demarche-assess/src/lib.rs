//! The assessment of a case: reads its folder and its sources, and runs the engines in order.
//!
//! This is the only crate that knows every engine; the engines know only [`demarche_case`].
//! It asks no clock and no environment and writes nothing: the same files give the same assessment.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use demarche_assess::{IndexSource, Sources, assess};
//! use demarche_case::{CaseFolder, Tlp};
//!
//! let pool = rayon::ThreadPoolBuilder::new().build()?;
//! let sources = Sources {
//!     tables: Vec::new(),
//!     library: "library".into(),
//!     index: IndexSource { folder: "library/code".into(), is_required: false, tlp: Tlp::Amber },
//!     program: "example 1.0".to_owned(),
//!     hindsight: false,
//!     as_of: None,
//!     today: None,
//!     exposure: None,
//!     pool: &pool,
//! };
//! let case = CaseFolder::open("examples/sony-2014".as_ref())?;
//! let assessment = assess(&case, &sources, &())?;
//! # Ok(())
//! # }
//! ```

mod case_programs;
mod case_watches;
mod error;
mod places;
pub mod programs;
mod progress;
mod shared;
mod shared_code;
mod slips;
mod sources;

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;

use demarche_attribution::{Question, judge};
use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::assessment::code::CodeFindings;
use demarche_case::assessment::response::ResponseFindings;
use demarche_case::assessment::routes::{Located, RoutesFindings};
use demarche_case::assessment::watch::CaseWatch;
use demarche_case::assessment::{ASSESSMENT_VERSION, Assessment, Input, SharedRoutes};
use demarche_case::record::Record;
use demarche_case::released::{RoutesView, routes_views};
use demarche_case::{Body, Case, CaseFolder, DoubtfulLink, Gap, Moment};
use demarche_library::Library;
use demarche_response::{unknown_options, unknown_steps, weigh};
use demarche_routes::examine::Examination;
use demarche_routes::{Ask, Cancelled, RoutingData, known_doubts};

pub use error::AssessError;
pub use progress::{Progress, Stage};
pub use sources::{IndexSource, RecordSource, RoutingSource, Sources, read_record, read_tables};

use error::Unanswered;
use progress::step;
use sources::TableFiles;

/// The seed of the draws that the intervals come from: fixed, so that the same case has the same bytes.
const SEED: u64 = 2014;

/// Assesses a case: reads its tables, the record and its executables, and runs the engines.
///
/// All work runs in the thread pool of `sources`, and nothing is written. `progress` notes every step of the
/// [stages](Stage), and a break cancels the assessment. An input that cannot be read is a gap of the assessment.
///
/// # Errors
///
/// [`AssessError::Cancelled`], or a source that was named and cannot be used.
pub fn assess(
    folder: &CaseFolder,
    sources: &Sources<'_>,
    progress: &dyn Progress,
) -> Result<Assessment, AssessError> {
    let readings = read_sources(folder, sources, progress)?;
    assess_with(folder, sources, &readings, progress)
}

/// Sources as they were read for an assessment; they serve the next as long as no table, library or doubted link has changed.
#[derive(Debug)]
pub struct Readings {
    /// The routing tables; `None` where there are none.
    pub tables: Option<RoutingSource>,
    /// The record of previous attacks.
    pub known: RecordSource,
}

/// Reads the routing tables of a case and the record of previous attacks.
///
/// # Errors
///
/// As for [`assess`].
pub fn read_sources(
    folder: &CaseFolder,
    sources: &Sources<'_>,
    progress: &dyn Progress,
) -> Result<Readings, AssessError> {
    sources.pool.install(|| {
        let files = TableFiles::of(folder, &sources.tables)?;
        let doubtful = doubtful(folder.case());
        let tables = files.read(&|_| false, doubtful, threads(sources), progress)?;
        Ok(Readings { tables, known: read_record(&sources.library, progress)? })
    })
}

/// Assesses a case with what was read for it before; see [`assess`].
///
/// # Errors
///
/// As for [`assess`].
pub fn assess_with(
    folder: &CaseFolder,
    sources: &Sources<'_>,
    readings: &Readings,
    progress: &dyn Progress,
) -> Result<Assessment, AssessError> {
    sources.pool.install(|| assess_in_pool(folder, sources, readings, progress))
}

fn threads(sources: &Sources<'_>) -> NonZeroUsize {
    NonZeroUsize::new(sources.pool.current_num_threads()).unwrap_or(NonZeroUsize::MIN)
}

fn assess_in_pool(
    folder: &CaseFolder,
    sources: &Sources<'_>,
    readings: &Readings,
    progress: &dyn Progress,
) -> Result<Assessment, AssessError> {
    is_after_the_beginning(folder.case(), sources.as_of)?;
    let Readings { tables, known } = readings;
    let files = TableFiles::of(folder, &sources.tables)?;
    let mut inputs = tables.as_ref().map_or_else(Vec::new, |read| read.inputs.clone());
    inputs.extend(sources::hand_written(folder)?);
    inputs.extend(known.inputs.iter().cloned());
    let code = case_programs::compare_case(folder, &sources.index, progress)?;
    inputs.extend(code.inputs);
    let watches = case_watches::read_watches(folder);
    inputs.extend(watches.inputs);
    inputs.sort();
    let mut gaps = folder.gaps().to_vec();
    gaps.extend(known.gaps.iter().cloned());
    gaps.extend(code.gaps);
    gaps.extend(watches.gaps);
    gaps.extend(not_scanned(folder, sources));
    let told = folder.case();
    gaps.extend(sources.today.into_iter().flat_map(|today| slips::future_dates(told, today)));
    let mut case = folder.case().clone();
    case.record.hindsight |= sources.hindsight;
    if let Some(day) = sources.as_of {
        case = case.as_of(day);
    }
    let case = case.without_refuted();
    let material = Material {
        case: &case,
        routing_data: tables.as_ref().map(|read| &read.routing_data),
        routing_data_of: &|view| {
            let (hides, doubtful) = (|file: &str| view.hides(file), doubtful(&view.case));
            let read = files.read(&hides, doubtful, threads(sources), &Again(progress))?;
            Ok(read.map(|read| read.routing_data))
        },
        library: &known.library,
        code: code.findings,
        program: &sources.program,
        inputs,
        gaps,
    };
    let mut assessment = findings(material, progress)?;
    assessment.exposure = sources.exposure.clone();
    let is_in_case = |watch: &CaseWatch| assessment.case.evidence(&watch.evidence).is_some();
    assessment.watches = watches.records.into_iter().filter(is_in_case).collect();
    step(progress, Stage::Response, 0, 1)?;
    let Assessment { case, attribution, routes, .. } = &assessment;
    assessment.response =
        response(case, attribution.as_ref(), routes.as_ref(), known.library.record());
    Ok(assessment)
}

/// Refuses a day on which nobody could know of the case, for the attack had not begun.
fn is_after_the_beginning(case: &Case, day: Option<Moment>) -> Result<(), AssessError> {
    match day.zip(case.began.or(case.detected)) {
        Some((day, began)) if day.date() < began.date() => {
            Err(AssessError::BeforeTheAttack { day, began })
        }
        _ => Ok(()),
    }
}

/// Returns a gap where the case has leaked files and no inventory of them is given.
fn not_scanned(folder: &CaseFolder, sources: &Sources<'_>) -> Option<Gap> {
    let exposed = &folder.case().exposed.folder;
    let path = folder.root().join(exposed.as_str());
    let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
    let mut entries = std::fs::read_dir(&path).into_iter().flatten();
    let has_files = is_folder && entries.next().is_some();
    (has_files && sources.exposure.is_none())
        .then(|| Gap::of(exposed.as_str(), &Unanswered::NotScanned))
}

/// Reads the routing tables that the addressees of a view may know; `None` where there are none.
pub type RoutingDataOf<'a> = dyn Fn(&RoutesView) -> Result<Option<RoutingData>, AssessError> + 'a;

/// Notes the reading of tables for a view as a step of [`Stage::Routes`].
struct Again<'a>(&'a dyn Progress);

impl Progress for Again<'_> {
    fn step(&self, _: Stage, done: u64, total: u64) -> ControlFlow<()> {
        self.0.step(Stage::Routes, done, total)
    }
}

/// The material of an assessment: the case and its sources as they were read.
#[expect(missing_debug_implementations, reason = "a function has no form to print")]
pub struct Material<'a> {
    /// The case.
    pub case: &'a Case,
    /// The routing tables.
    pub routing_data: Option<&'a RoutingData>,
    /// The routing tables without those that some addressees may not know.
    pub routing_data_of: &'a RoutingDataOf<'a>,
    /// The record of previous attacks, with the parts that it was put together from.
    pub library: &'a Library,
    /// The comparison of the case's programs with an index of known ones.
    pub code: Option<CodeFindings>,
    /// The name and version of the program, as the assessment will name it.
    pub program: &'a str,
    /// The files that were read, in the order of the assessment.
    pub inputs: Vec<Input>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// Runs the engines whose findings may go to others: all but the weighing of responses, which goes to nobody.
///
/// The assessment that is returned has no weighing, no inventory of what was leaked, and no watches over routes.
///
/// # Errors
///
/// [`AssessError::Cancelled`].
pub fn findings(
    material: Material<'_>,
    progress: &dyn Progress,
) -> Result<Assessment, AssessError> {
    let Material { case, routing_data, routing_data_of, library, code, program, inputs, mut gaps } =
        material;
    let addresses = addresses(case);
    let (routes, unanswered) = routes(case, &addresses, routing_data, progress)?;
    gaps.extend(unanswered);
    let unknown = [("response.toml", unknown_options(case)), ("case.toml", unknown_steps(case))];
    let unknown =
        unknown.into_iter().flat_map(|(file, ids)| ids.into_iter().map(move |id| (file, id)));
    gaps.extend(unknown.map(|(file, id)| Gap::of(file, &Unanswered::UnknownOption(id))));
    // Shared code that was measured is evidence like any other, with its source, its grade and its marking.
    let mut case = case.clone();
    if let Some(findings) = &code {
        case.evidence.extend(shared_code::evidence(&case, findings, program));
    }
    step(progress, Stage::Attribution, 0, 2)?;
    let located = routes.as_ref().map_or(&[][..], |routes| routes.located.as_slice());
    let attribution = attribution(&case, library.record(), located);
    gaps.extend(slips::unknown_entries(&case, library.record(), attribution.as_ref()));
    gaps.sort();
    gaps.dedup();
    let mut assessment = Assessment {
        version: ASSESSMENT_VERSION,
        program: program.to_owned(),
        attribution,
        code,
        routes_shared: Vec::new(),
        attribution_shared: Vec::new(),
        response: None,
        case,
        routes,
        exposure: None,
        watches: Vec::new(),
        inputs,
        gaps,
    };
    step(progress, Stage::Attribution, 1, 2)?;
    for view in routes_views(&assessment) {
        let read = if view.without.tables.is_empty() && view.without.doubtful.is_empty() {
            None
        } else {
            Some(routing_data_of(&view)?)
        };
        let visible = read.as_ref().map_or(routing_data, Option::as_ref);
        if let (Some(findings), _) = self::routes(&view.case, &addresses, visible, progress)? {
            assessment.routes_shared.push(SharedRoutes { without: view.without, findings });
        }
    }
    assessment.attribution_shared = shared::attributions(&assessment, library);
    Ok(assessment)
}

/// Examines routes, where the case asks about them; returns the findings and the questions without an answer.
fn routes(
    case: &Case,
    addresses: &[IpAddr],
    routing_data: Option<&RoutingData>,
    progress: &dyn Progress,
) -> Result<(Option<RoutesFindings>, Vec<Gap>), AssessError> {
    let Some(ask) = ask(case) else { return Ok(places::located(case, addresses, routing_data)) };
    let Some(routing_data) = routing_data else {
        return Ok((None, vec![Gap::of("routes", &Unanswered::NoTables)]));
    };
    step(progress, Stage::Routes, 0, 1)?;
    let examination =
        Examination { ask, addresses, as_of: places::as_of(case), ..Examination::default() };
    let mut note = |_: &str, done: usize, total: usize| {
        progress.step(Stage::Routes, done as u64, total as u64)
    };
    let (mut findings, more) =
        examination.run(routing_data, &mut note).map_err(|Cancelled| AssessError::Cancelled)?;
    places::by_their_source(case, &mut findings);
    Ok((Some(findings), routing_data.gaps.iter().cloned().chain(more).collect()))
}

/// Judges attribution from all the evidence; `None` when no item bears on it.
#[must_use]
pub fn attribution(
    case: &Case,
    record: &Record,
    located: &[Located],
) -> Option<AttributionFindings> {
    judge(&Question { case, record, located, seed: SEED })
}

/// Weighs the responses; `None` when no state is named that could respond.
#[must_use]
pub fn response(
    case: &Case,
    attribution: Option<&AttributionFindings>,
    routes: Option<&RoutesFindings>,
    record: &Record,
) -> Option<ResponseFindings> {
    weigh(&demarche_response::Question { case, attribution, routes, record, seed: SEED })
}

/// Returns the question of a case to the routes engine; `None` when the case names no target.
#[must_use]
pub fn ask(case: &Case) -> Option<Ask> {
    let target = case.target.as_ref()?;
    Some(Ask {
        country: target.country,
        asns: target.asns.clone(),
        prefixes: target.prefixes.clone(),
    })
}

/// Returns the links that the case doubts, followed by those that are known to be false.
///
/// Where both name a link, the reason of the case is kept.
#[must_use]
pub fn doubtful(case: &Case) -> Vec<DoubtfulLink> {
    let mut doubtful = case.routes.doubtful.clone();
    let ends = |link: &DoubtfulLink| (link.left.min(link.right), link.left.max(link.right));
    let named: Vec<_> = doubtful.iter().map(ends).collect();
    doubtful.extend(known_doubts().into_iter().filter(|link| !named.contains(&ends(link))));
    doubtful
}

/// Returns the addresses of the attacker's infrastructure, in order and each once.
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
