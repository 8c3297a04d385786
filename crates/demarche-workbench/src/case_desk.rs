//! One case on the desk: its files as they are now, and the assessment that belongs to them.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use demarche_assess::{Readings, Sources, assess_with, read_sources};
use demarche_case::CaseFolder;
use demarche_case::assessment::Assessment;
use demarche_report::{Chapter, chapter};

use crate::job::{self, Watch};
use crate::tools::{Tools, told};

/// For how long a page waits for an assessment before it shows how far that is.
const PATIENCE: Duration = Duration::from_millis(60);

/// A case on the desk.
#[derive(Debug)]
pub(crate) struct CaseDesk {
    /// The name in addresses.
    pub(crate) name: String,
    pub(crate) root: PathBuf,
    state: Mutex<State>,
}

/// The knowledge of a case.
#[derive(Debug, Default)]
struct State {
    /// The files that the following belongs to.
    files: Files,
    under_way: Option<Arc<Watch>>,
    outcome: Option<Result<Arc<Judged>, String>>,
    readings: Option<(Files, Arc<Readings>)>,
}

/// Files by size and time of change, to see whether any was changed.
type Files = Vec<(PathBuf, u64, Option<SystemTime>)>;

/// An assessment with its parts as pages show them.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) folder: CaseFolder,
    pub(crate) assessment: Assessment,
    pub(crate) readings: Arc<Readings>,
    chapters: Vec<(Chapter, String)>,
    /// In which chapter each identifier stands.
    homes: HashMap<String, Chapter>,
}

/// The progress of a case.
#[derive(Clone, Debug)]
pub(crate) enum Standing {
    Ready(Arc<Judged>),
    UnderWay(Arc<Watch>),
    /// It cannot be assessed, and why.
    Failed(String),
}

impl CaseDesk {
    pub(crate) fn new(name: String, root: PathBuf) -> Self {
        Self { name, root, state: Mutex::default() }
    }

    /// The assessment of the files as they are now; it is begun where it is not there, and waited for a moment.
    pub(crate) fn standing(self: &Arc<Self>, tools: &Arc<Tools>) -> Standing {
        let watch = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let files = files_of(&self.root, &CASE_FILES);
            if state.files == files {
                match (&state.outcome, &state.under_way) {
                    (Some(outcome), _) => return standing(outcome),
                    (None, Some(watch)) => Arc::clone(watch),
                    (None, None) => self.begin(tools, &mut state, files),
                }
            } else {
                self.begin(tools, &mut state, files)
            }
        };
        watch.wait(PATIENCE);
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.outcome.as_ref().map_or(Standing::UnderWay(watch), standing)
    }

    /// The case as it is read now, whether it is assessed or not.
    pub(crate) fn folder(&self) -> Result<CaseFolder, String> {
        CaseFolder::open(&self.root).map_err(|error| told(&error))
    }

    /// Cancels an assessment under way; the next look begins it again.
    pub(crate) fn cancel(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(watch) = &state.under_way {
            watch.cancel();
        }
    }

    /// Forgets that an assessment failed or was cancelled, so that the next look begins it again.
    pub(crate) fn again(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(state.outcome, Some(Err(_))) {
            state.outcome = None;
            state.under_way = None;
        }
    }

    fn begin(self: &Arc<Self>, tools: &Arc<Tools>, state: &mut State, files: Files) -> Arc<Watch> {
        if let Some(former) = state.under_way.take() {
            former.cancel();
        }
        state.files = files.clone();
        state.outcome = None;
        let (desk, tools) = (Arc::clone(self), Arc::clone(tools));
        let watch = job::start(move |watch| {
            let outcome = desk.judge(&tools, watch);
            let mut state = desk.state.lock().unwrap_or_else(PoisonError::into_inner);
            // Files that were changed meanwhile have another assessment under way.
            if state.files == files {
                state.outcome = Some(outcome.map(Arc::new));
                state.under_way = None;
            }
        });
        state.under_way = Some(Arc::clone(&watch));
        watch
    }

    fn judge(&self, tools: &Arc<Tools>, watch: &Watch) -> Result<Judged, String> {
        let folder = self.folder()?;
        let sources = tools.sources(&folder)?;
        let readings = self.readings(&sources, &folder, watch)?;
        let assessment = assess_with(&folder, &sources, &readings, watch);
        let assessment = assessment.map_err(|error| told(&error))?;
        Ok(Judged::new(folder, assessment, readings))
    }

    /// Tables and record as they were read before, unless one of them or the case's doubts changed.
    fn readings(
        &self,
        sources: &Sources<'_>,
        folder: &CaseFolder,
        watch: &Watch,
    ) -> Result<Arc<Readings>, String> {
        let tables = [folder.case().routes.folder.as_str(), "case.toml"];
        let mut files = files_of(&self.root, &tables);
        let given = sources.tables.iter().chain([&sources.library]);
        files.extend(given.flat_map(|path| files_of(path, &[""])));
        {
            let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((of, readings)) = &state.readings
                && *of == files
            {
                return Ok(Arc::clone(readings));
            }
        }
        let read = read_sources(folder, sources, watch).map_err(|error| told(&error))?;
        let readings = Arc::new(read);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.readings = Some((files, Arc::clone(&readings)));
        Ok(readings)
    }
}

impl Judged {
    fn new(folder: CaseFolder, assessment: Assessment, readings: Arc<Readings>) -> Self {
        let chapters: Vec<_> =
            Chapter::ALL.into_iter().map(|part| (part, chapter(&assessment, part))).collect();
        let mut homes = HashMap::new();
        for (part, html) in &chapters {
            for id in identifiers(html) {
                // What stands in several chapters is best read in its own; the overview repeats.
                if *part != Chapter::Overview {
                    homes.entry(id.to_owned()).or_insert(*part);
                }
            }
        }
        Self { folder, assessment, readings, chapters, homes }
    }

    /// A chapter, whose links lead to the pages below `base` on which their ends are.
    pub(crate) fn chapter(&self, wanted: Chapter, base: &str) -> String {
        let found = self.chapters.iter().find(|(part, _)| *part == wanted);
        let html = found.map_or("", |(_, html)| html.as_str());
        let identifiers_here: HashSet<&str> = identifiers(html).collect();
        let mut text = String::with_capacity(html.len());
        let mut rest = html;
        while let Some((before, after)) = rest.split_once(LINK) {
            let (id, behind) = after.split_once('"').unwrap_or((after, ""));
            let home = self.homes.get(id).filter(|_| !identifiers_here.contains(id));
            let page =
                home.map_or_else(String::new, |chapter| format!("{base}{}", path_of(*chapter)));
            text.push_str(before);
            text.push_str(&format!("href=\"{page}#{id}\""));
            rest = behind;
        }
        text.push_str(rest);
        text
    }
}

const LINK: &str = "href=\"#";

/// The identifiers that stand in markup.
fn identifiers(html: &str) -> impl Iterator<Item = &str> {
    html.split(" id=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0))
}

fn standing(outcome: &Result<Arc<Judged>, String>) -> Standing {
    match outcome {
        Ok(judged) => Standing::Ready(Arc::clone(judged)),
        Err(reason) => Standing::Failed(reason.clone()),
    }
}

/// The files and folders that a person or a scan changes in a case folder.
const CASE_FILES: [&str; 6] =
    ["case.toml", "evidence.toml", "response.toml", "exposure.sqlite", "routes", "samples"];

/// Files, and the files in folders, with what shows whether they were changed.
fn files_of(root: &Path, names: &[&str]) -> Files {
    let mut files = Vec::new();
    for name in names {
        let path = if name.is_empty() { root.to_owned() } else { root.join(name) };
        let Ok(found) = fs::metadata(&path) else { continue };
        if !found.is_dir() {
            files.push((path, found.len(), found.modified().ok()));
            continue;
        }
        for entry in fs::read_dir(&path).into_iter().flatten().flatten() {
            let Ok(found) = entry.metadata() else { continue };
            files.push((entry.path(), found.len(), found.modified().ok()));
        }
    }
    files.sort();
    files
}

/// The page on which a chapter stands.
pub(crate) const fn path_of(chapter: Chapter) -> &'static str {
    match chapter {
        Chapter::Overview => "",
        Chapter::Timeline => "timeline",
        Chapter::Attribution => "attribution",
        Chapter::Code => "code",
        Chapter::Networks => "networks",
        Chapter::Exposure => "exposure",
        Chapter::Options => "options",
        Chapter::Requests => "notes",
        Chapter::Evidence => "evidence",
        Chapter::Limits => "limits",
    }
}
