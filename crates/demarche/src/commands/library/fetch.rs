//! `library fetch`: from names and a date to files, their record, and what to do with them next.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use demarche_case::{Gap, GapKind, Moment, Shortfall};
use demarche_library::catalogue::{
    Ask, CatalogueAnswer, Choice, Dataset, Download, FetchAnswer, Fetched, GROUPS, Listed,
    PlanAnswer, Planned, Published, Purpose, State, Wanted, datasets, named,
};
use demarche_report::{Block, Column, Section, words};

use crate::cli::LibraryFetchArgs;
use crate::commands::library::folder;
use crate::failure::Failure;
use crate::fetch::{
    Arrived, Client, Fault, FetchError, Folder, Mirror, Order, Patience, Trust, Watch, bring,
};
use crate::output::{self, Outcome, counted, print};
use crate::progress::Arriving;

/// Lists, plans or fetches.
pub(crate) fn run(args: &LibraryFetchArgs) -> anyhow::Result<Outcome> {
    if args.list {
        return list(args);
    }
    let root = match &args.out {
        Some(out) => out.clone(),
        None => folder(&args.place)?.join("downloads"),
    };
    let plan = plan(args)?;
    if args.dry_run {
        return tell(args, &root, plan);
    }
    anyhow::ensure!(
        args.sha256.is_none() || plan.len() == 1,
        "--sha256 is the hash of one file, and {} are asked for",
        plan.len()
    );
    fetch(args, &root, &plan)
}

/// One file to bring, and the set it belongs to.
struct Item {
    set: Dataset,
    wanted: Wanted,
}

fn plan(args: &LibraryFetchArgs) -> anyhow::Result<Vec<Item>> {
    let mut sets: Vec<Dataset> = Vec::new();
    for name in &args.names {
        let more = named(name).with_context(|| unknown(name))?;
        sets.extend(more);
    }
    let mut seen = std::collections::BTreeSet::new();
    sets.retain(|set| seen.insert(set.name));
    let has_releases = sets.iter().any(|set| set.published == Published::Release);
    anyhow::ensure!(
        args.release.is_none() || has_releases,
        "--release is for ATT&CK, and none of the sets asked for has releases"
    );
    let ask = Ask {
        at: args.date,
        until: args.until,
        release: args.release,
        collectors: args.collector.clone(),
    };
    let mut items = Vec::new();
    for set in sets {
        let wanted = set.locate(&ask).with_context(|| format!("cannot fetch {}", set.name))?;
        items.extend(wanted.into_iter().map(|wanted| Item { set, wanted: at(args, wanted) }));
    }
    Ok(items)
}

fn unknown(name: &str) -> String {
    let sets = datasets();
    let names = sets.iter().map(|set| set.name);
    let all: Vec<&str> = GROUPS.iter().map(|(group, _)| *group).chain(names).collect();
    format!("no reference data are called `{}`; known are {}", output::clean(name), all.join(", "))
}

/// The addresses of the mirror, where there is one.
fn at(args: &LibraryFetchArgs, wanted: Wanted) -> Wanted {
    let Some(mirror) = &args.mirror else { return wanted };
    let moved = |choice: Choice| Choice { url: mirror.of(&choice.url), ..choice };
    Wanted { choices: wanted.choices.into_iter().map(moved).collect() }
}

fn list(args: &LibraryFetchArgs) -> anyhow::Result<Outcome> {
    let answer = CatalogueAnswer::default();
    if args.json {
        return output::json(answer, Vec::new(), Vec::new());
    }
    let row = |set: &Listed| {
        vec![
            words(set.name.as_str()),
            words(published(set)),
            words(megabytes(set.usual_bytes)),
            words(set.about.as_str()),
        ]
    };
    let columns = vec![
        Column::Text("name"),
        Column::Text("published"),
        Column::Number("usual size"),
        Column::Text("content"),
    ];
    let rows = answer.sets.iter().map(row).collect();
    let mut licences: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for set in &answer.sets {
        licences.entry(&set.licence).or_default().push(&set.name);
    }
    let groups = answer.groups.iter().map(|(group, sets)| format!("{group}: {}", sets.join(", ")));
    let licences =
        licences.into_iter().map(|(licence, sets)| format!("{}: {licence}", sets.join(", ")));
    output::show(&[
        Section::new("sets", "").with(Block::Table { caption: "", columns, rows }),
        Section::new("groups", "Groups").with(Block::List(groups.collect())),
        Section::new("licences", "Licences and credit").with(Block::List(licences.collect())),
    ])?;
    Ok(Outcome::Complete)
}

const fn published(set: &Listed) -> &'static str {
    match set.published {
        Published::Latest => "as of today",
        Published::Release => "by release",
        Published::Once => "once",
        Published::Month => "each month",
        Published::Day => "each day",
        Published::Tables => "every few hours",
        Published::Updates => "every few minutes",
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", output::count(bytes.div_ceil(1_000_000)))
}

fn tell(args: &LibraryFetchArgs, root: &Path, plan: Vec<Item>) -> anyhow::Result<Outcome> {
    let planned =
        |item: Item| Planned { set: item.set.name.to_owned(), choices: item.wanted.choices };
    let answer = PlanAnswer {
        folder: root.display().to_string(),
        files: plan.into_iter().map(planned).collect(),
    };
    if args.json {
        return output::json(answer, Vec::new(), Vec::new());
    }
    let mut text = format!("Into {}:\n", answer.folder);
    for file in &answer.files {
        for (place, choice) in file.choices.iter().enumerate() {
            let or = if place == 0 { "" } else { "  else " };
            text.push_str(&format!("{or}{}\n", choice.url));
        }
    }
    print(&text)?;
    Ok(Outcome::Complete)
}

fn fetch(args: &LibraryFetchArgs, root: &Path, plan: &[Item]) -> anyhow::Result<Outcome> {
    let trust = args.ca.as_deref().map(Trust::read).transpose()?.unwrap_or_default();
    let patience = Patience::usual(Duration::from_secs(args.timeout));
    let client = Client::new(&patience, trust, args.mirror.as_ref());
    let mut job = Job { args, client, patience, folder: Folder::open(root)?, gaps: Vec::new() };
    if args.mirror.as_ref().is_some_and(Mirror::is_open) && args.sha256.is_none() {
        output::note("note: the mirror is not https: whoever is on the way can change the files\n");
    }
    let Brought { files, mut failed, left } = job.all(plan)?;
    if files.is_empty()
        && let Some((_, error)) = failed.pop()
    {
        for (name, error) in &failed {
            output::note(&format!("gap:  {name}: {error:#}\n"));
        }
        return Err(error);
    }
    let mut gaps: Vec<Gap> =
        failed.iter().map(|(name, error)| Gap::of(*name, &Failure(error))).collect();
    gaps.append(&mut job.gaps);
    if left > 0 {
        gaps.push(Gap::of("the network", &Shortcoming::NotAsked { files: left }));
    }
    conclude(args, root, files, gaps)
}

/// A limit of a fetch that brought at least one file.
#[derive(Debug, thiserror::Error)]
enum Shortcoming {
    /// The network failed before these files were asked for.
    #[error("{} not asked for", counted(*files, "further file was", "further files were"))]
    NotAsked { files: u64 },
    /// The server did not state the length of a file.
    #[error("the server did not tell the length, so a cut file could not be seen")]
    NoLength,
}

impl Shortfall for Shortcoming {
    fn kind(&self) -> GapKind {
        match self {
            Self::NotAsked { .. } => GapKind::Missing,
            Self::NoLength => GapKind::Unanswered,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::NotAsked { .. } => "give the same command again later",
            Self::NoLength => "compare the hash with one that the publisher names",
        };
        Some(remedy.to_owned())
    }
}

/// Failures in a row after which nothing more is asked for.
const PATIENT: u32 = 2;

/// What came of a plan.
struct Brought {
    files: Vec<(Dataset, Fetched)>,
    failed: Vec<(&'static str, anyhow::Error)>,
    /// Files that nobody was asked for, since the network had gone.
    left: u64,
}

/// Is it the network that failed, and not this one file?
fn is_hopeless(error: &anyhow::Error) -> bool {
    let fault = error.downcast_ref::<FetchError>().map(|error| &error.fault);
    !matches!(fault, Some(Fault::Missing(_) | Fault::Refused(_) | Fault::Busy { .. }))
}

/// One run: what all its files share.
struct Job<'a> {
    args: &'a LibraryFetchArgs,
    client: Client,
    patience: Patience,
    folder: Folder,
    gaps: Vec<Gap>,
}

impl Job<'_> {
    /// Brings everything that can be brought.
    ///
    /// A network that answers nothing will not answer the next question either: an error at the very first file ends the run, and so do two in a row later.
    fn all(&mut self, plan: &[Item]) -> anyhow::Result<Brought> {
        let mut brought = Brought { files: Vec::new(), failed: Vec::new(), left: 0 };
        let mut in_a_row = 0;
        for item in plan {
            if in_a_row >= PATIENT {
                brought.left += 1;
                continue;
            }
            match self.item(item) {
                Ok(fetched) => {
                    in_a_row = 0;
                    if !self.args.json {
                        print(&line(&fetched))?;
                    }
                    brought.files.push((item.set, fetched));
                }
                Err(error) => {
                    let is_hopeless = is_hopeless(&error);
                    if is_hopeless && brought.files.is_empty() && brought.failed.is_empty() {
                        return Err(error);
                    }
                    in_a_row = if is_hopeless { in_a_row + 1 } else { 0 };
                    brought.failed.push((item.set.name, error));
                }
            }
        }
        Ok(brought)
    }

    /// Brings the first of the choices that exists.
    fn item(&mut self, item: &Item) -> anyhow::Result<Fetched> {
        let mut missing = None;
        for choice in &item.wanted.choices {
            match self.choice(&item.set, choice) {
                Err(error) if is_missing(&error) => missing = missing.or(Some(error)),
                other => return other,
            }
        }
        let tried = item.wanted.choices.len();
        let error = missing.with_context(|| format!("{} has no address", item.set.name))?;
        Err(if tried > 1 {
            error.context(format!("{tried} addresses were tried, the first of them"))
        } else {
            error
        })
    }

    fn choice(&mut self, set: &Dataset, choice: &Choice) -> anyhow::Result<Fetched> {
        let known =
            self.folder.intact(&choice.file).filter(|known| known.url == choice.url).cloned();
        let fetched = |state, download| Fetched {
            set: set.name.to_owned(),
            file: choice.file.clone(),
            state,
            download,
        };
        let is_wanted =
            |known: &Download| self.args.sha256.is_none_or(|sha256| sha256 == known.sha256);
        if let Some(known) = known.clone().filter(|known| choice.is_fixed && is_wanted(known)) {
            return Ok(fetched(State::Present, known));
        }
        let known = known.filter(is_wanted);
        let order = self.order(set, choice, known.as_ref());
        let mut watch = Bar(Arriving::new(&choice.file));
        let brought = bring(&self.client, &order, &self.patience, &mut watch)?;
        drop(watch);
        let Some(arrived) = brought else {
            let known = known.context("the server speaks of a version that is not here")?;
            return Ok(fetched(State::Unchanged, known));
        };
        if !arrived.is_length_known {
            self.gaps.push(Gap::of(&choice.url, &Shortcoming::NoLength));
        }
        let state = if arrived.is_resumed { State::Resumed } else { State::New };
        let download = record(set, choice, arrived)?;
        self.folder.note(&choice.file, download.clone())?;
        Ok(fetched(state, download))
    }

    fn order(&self, set: &Dataset, choice: &Choice, known: Option<&Download>) -> Order {
        Order {
            url: choice.url.clone(),
            target: self.folder.target(&choice.file),
            partial: self.folder.partial(&choice.file),
            limit: set.limit,
            expected: self.args.sha256,
            etag: known.and_then(|known| known.etag.clone()),
        }
    }
}

fn is_missing(error: &anyhow::Error) -> bool {
    error.downcast_ref::<FetchError>().is_some_and(|error| matches!(error.fault, Fault::Missing(_)))
}

fn record(set: &Dataset, choice: &Choice, arrived: Arrived) -> anyhow::Result<Download> {
    Ok(Download {
        url: choice.url.clone(),
        sha256: arrived.sha256,
        bytes: arrived.bytes,
        fetched: now()?,
        as_of: choice.as_of,
        etag: arrived.etag,
        last_modified: arrived.last_modified,
        licence: set.licence.to_owned(),
    })
}

/// The time now, to the second.
fn now() -> anyhow::Result<Moment> {
    let seconds = jiff::Timestamp::now().as_second();
    let whole = jiff::Timestamp::from_second(seconds).context("the clock is out of range")?;
    whole.to_string().parse().context("the clock is out of range")
}

/// A bar on the terminal.
struct Bar(Arriving);

impl Watch for Bar {
    fn show(&mut self, here: u64, of: Option<u64>) {
        self.0.show(here, of);
    }

    fn again(&mut self, fault: &Fault, seconds: f64) {
        self.0.say(&format!("{fault}; again in {seconds:.0} s"));
    }
}

fn line(fetched: &Fetched) -> String {
    let state = match fetched.state {
        State::New => "fetched",
        State::Resumed => "fetched, carried on",
        State::Unchanged => "unchanged",
        State::Present => "here already",
    };
    let Download { sha256, bytes, .. } = &fetched.download;
    format!("{}  {} bytes, {state}\n    SHA-256 {sha256}\n", fetched.file, output::count(*bytes))
}

fn conclude(
    args: &LibraryFetchArgs,
    root: &Path,
    files: Vec<(Dataset, Fetched)>,
    gaps: Vec<Gap>,
) -> anyhow::Result<Outcome> {
    let next = next(args, root, &files);
    let licences: BTreeMap<&str, &str> =
        files.iter().map(|(set, _)| (set.licence, set.name)).collect();
    if !args.json {
        let mut text = format!(
            "\n{} in {}\n\nLicences and credit:\n",
            counted(files.len() as u64, "file", "files"),
            root.display()
        );
        for (licence, name) in licences {
            text.push_str(&format!("  {name}: {licence}\n"));
        }
        if !next.is_empty() {
            text.push_str("\nNext:\n");
        }
        for command in &next {
            text.push_str(&format!("  {command}\n"));
        }
        print(&text)?;
        output::gaps(&gaps);
        return Ok(Outcome::of(&gaps));
    }
    let answer = FetchAnswer {
        folder: root.display().to_string(),
        files: files.into_iter().map(|(_, fetched)| fetched).collect(),
        next,
    };
    output::json(answer, Vec::new(), gaps)
}

/// What to do with the files: one command for all catalogues, one for each folder of tables.
fn next(args: &LibraryFetchArgs, root: &Path, files: &[(Dataset, Fetched)]) -> Vec<String> {
    let path = |fetched: &Fetched| root.join(&fetched.file);
    let of = |purpose| files.iter().filter(move |(set, _)| set.purpose == purpose);
    let attacks: Vec<String> =
        of(Purpose::Attacks).map(|(_, fetched)| quoted(&path(fetched))).collect();
    let mut tables: Vec<PathBuf> = of(Purpose::Routes)
        .filter_map(|(_, fetched)| path(fetched).parent().map(Path::to_owned))
        .collect();
    tables.sort();
    tables.dedup();
    let mut next = Vec::new();
    if !attacks.is_empty() {
        let place = args.place.library.as_deref();
        let place = place.map_or_else(String::new, |path| format!(" --library {}", quoted(path)));
        next.push(format!("demarche library add {}{place}", attacks.join(" ")));
    }
    for folder in tables {
        next.push(format!("demarche routes depend COUNTRY --routes {}", quoted(&folder)));
    }
    for (_, fetched) in of(Purpose::ByHand) {
        next.push(format!(
            "export each sheet of {} as CSV, then: demarche library add FILE.csv",
            quoted(&path(fetched))
        ));
    }
    next
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-+,:@".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}
