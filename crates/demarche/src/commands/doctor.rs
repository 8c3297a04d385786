//! The data that an assessment would use: which there are, how old they are, and what is missing for a better answer.

use std::path::Path;

use demarche_assess::read_record;
use demarche_case::{Case, CaseFolder, Gap, Moment};
use demarche_index::Index;
use demarche_library::Store;
use demarche_library::answer::{CheckedData, Counts, DataKind, DoctorAnswer, MissingData};
use demarche_report::{Block, Column, Section, words};
use demarche_routes::RoutingData;
use demarche_routes::examine::OF_THE_TIME;
use jiff::civil::Date;

use super::{code, library, read_tables, seal};
use crate::cli::DoctorArgs;
use crate::output::{self, Outcome, clean, counted};

/// Catalogues this many days old lack what was published since: ATT&CK has two releases a year.
const OLD: i32 = 365;

/// The catalogues: the start of their editions' names, what they add, and how to get them.
const CATALOGUES: [(&str, &str, &str, &str); 4] = [
    (
        "attack-enterprise",
        "ATT&CK",
        "techniques and software tell actors apart",
        "demarche library fetch attacks",
    ),
    (
        "misp-threat-actor",
        "the MISP galaxy of threat actors",
        "more actors, with their states and synonyms",
        "demarche library fetch attacks",
    ),
    (
        "eurepoc",
        "EuRepoC",
        "what states did after similar attacks, and which states attack whom",
        "demarche library fetch attacks",
    ),
    (
        "dcid",
        "DCID",
        "acts and concessions after similar attacks between rivals",
        "demarche library add FILE; docs/library.md says where the file is published",
    ),
];

/// Tells which data there are, how old they are, and what is missing.
pub(crate) fn run(args: &DoctorArgs) -> anyhow::Result<Outcome> {
    let folder = args.case.as_deref().map(CaseFolder::open).transpose()?;
    let case = folder.as_ref().map(CaseFolder::case);
    let now = seal::now()?;
    let day = args.as_of.or(case.and_then(Case::noticed)).unwrap_or(now);
    let library = library::folder(&args.known.library)?;
    let mut checked = Checked { today: now.date(), day: day.date(), ..Checked::default() };
    let record = checked.catalogues(&library)?;
    checked.index(&code::folder(&args.known)?);
    checked.tables(args, folder.as_ref())?;
    if let Some(case) = case {
        checked.case(case);
    }
    let Checked { data, missing, gaps, .. } = checked;
    let answer =
        DoctorAnswer { day, library: library.display().to_string(), record, data, missing };
    let outcome = Outcome::of(&answer.missing);
    if args.json {
        output::json(answer, Vec::new(), gaps)?;
        return Ok(outcome);
    }
    output::gaps(&gaps);
    output::show(&view(&answer))?;
    Ok(outcome)
}

/// The data found so far.
#[derive(Debug, Default)]
struct Checked {
    today: Date,
    /// The day that the tables should be of.
    day: Date,
    data: Vec<CheckedData>,
    missing: Vec<MissingData>,
    gaps: Vec<Gap>,
}

impl Checked {
    fn found(
        &mut self,
        kind: DataKind,
        name: &str,
        date: Option<Moment>,
        holds: String,
    ) -> Option<i32> {
        let until = if kind == DataKind::RoutingTable { self.day } else { self.today };
        let age_days =
            date.and_then(|date| until.since(date.date()).ok()).map(|age| age.get_days());
        self.data.push(CheckedData { kind, name: name.to_owned(), date, age_days, holds });
        age_days
    }

    fn lacks(&mut self, name: &str, gain: &str, remedy: &str) {
        self.missing.push(MissingData {
            what: name.to_owned(),
            gain: gain.to_owned(),
            remedy: remedy.to_owned(),
        });
    }

    /// The newest edition of each catalogue, and the record that is made of them.
    fn catalogues(&mut self, folder: &Path) -> anyhow::Result<Counts> {
        let (stored, gaps) = Store::at(folder).editions()?;
        self.gaps.extend(gaps);
        let mut newest = Vec::new();
        for stored in stored.iter().filter(|stored| stored.is_newest) {
            let edition = &stored.header.edition;
            let holds = counted(edition.used, "entry", "entries");
            let age = self.found(DataKind::Catalogue, &edition.name, edition.date, holds);
            newest.push((stored.header.series.as_str(), age));
        }
        for (series, name, gain, remedy) in CATALOGUES {
            let mut editions = newest.iter().filter(|(found, _)| found.starts_with(series));
            match editions.next() {
                None => self.lacks(name, gain, remedy),
                Some((_, Some(age))) if *age > OLD && remedy.contains("fetch") => {
                    let edition = format!("an edition of {name} of the last year");
                    self.lacks(&edition, "what was published since", remedy);
                }
                Some(_) => {}
            }
        }
        let record = read_record(folder, &())?;
        Ok(Counts::of(record.library.record()))
    }

    /// The index of known programs.
    fn index(&mut self, folder: &Path) {
        let opened = folder.exists().then(|| Index::open(folder)).and_then(Result::ok);
        let programs = opened.map_or(0, |(index, gaps)| {
            self.gaps.extend(gaps);
            index.samples().len()
        });
        if programs > 0 {
            let holds = counted(programs as u64, "program", "programs");
            self.found(DataKind::Index, &folder.display().to_string(), None, holds);
        } else {
            let remedy = "demarche code index add PROGRAM --family NAME --actor NAME";
            self.lacks(
                "an index of known programs",
                "whose code the programs of a case share",
                remedy,
            );
        }
    }

    /// The routing tables that the user named, else those of the case.
    fn tables(&mut self, args: &DoctorArgs, folder: Option<&CaseFolder>) -> anyhow::Result<()> {
        let of_case = folder.map(|folder| folder.root().join(folder.case().routes.folder.as_str()));
        let of_case = of_case.filter(|path| path.is_dir() && !path.is_symlink());
        let has_files = |path: &std::path::PathBuf| {
            demarche_case::table_files(path).is_ok_and(|(files, _)| !files.is_empty())
        };
        let paths = match args.routes.as_slice() {
            [] => of_case.filter(has_files).into_iter().collect(),
            named => named.to_vec(),
        };
        if paths.is_empty() {
            let fetch = format!("demarche library fetch routes --date {}", self.day);
            let gain = "whose networks carry the traffic of a target, and where addresses are";
            self.lacks("routing tables", gain, &fetch);
            return Ok(());
        }
        let read = read_tables(&paths, Vec::new())?;
        self.gaps.extend(read.routing_data.gaps.iter().cloned());
        self.distances(&read.routing_data);
        Ok(())
    }

    fn distances(&mut self, tables: &RoutingData) {
        let fetch = format!("demarche library fetch routes --date {}", self.day);
        let mut far = 0;
        for source in &tables.sources {
            let holds = format!("{}: {}", source.what, source.size);
            let age = self.found(DataKind::RoutingTable, &source.file, source.date, holds);
            far += u64::from(age.is_some_and(|days| days.unsigned_abs() > OF_THE_TIME));
        }
        if tables.topology.is_none() {
            self.lacks(
                "AS relationships",
                "which route each network picks, and who can cut it",
                &fetch,
            );
        }
        if tables.announcing().is_empty() {
            self.lacks("prefixes with their origins", "whose network an address is in", &fetch);
        }
        if tables.sources.iter().all(|source| source.date.is_none()) {
            let gain =
                "whether they are of the time of the case; the name of a file may hold its date";
            self.lacks("the dates of the tables", gain, &fetch);
        }
        if far > 0 {
            let tables = format!("tables of {}", self.day);
            let files = counted(far, "file is", "files are");
            let gain = format!("the internet as it was then: {files} over {OF_THE_TIME} days away");
            self.lacks(&tables, &gain, &fetch);
        }
    }

    /// The facts that a case should tell and does not.
    fn case(&mut self, case: &Case) {
        if case.effects.is_empty() {
            let remedy = "an [[effect]] in case.toml for each thing that was done";
            self.lacks(
                "the effects of the attack",
                "how severe it is, and so which response fits",
                remedy,
            );
        }
        if case.evidence.is_empty() {
            let remedy = "an [[evidence]] in evidence.toml for each thing that is known";
            self.lacks("evidence", "who did it, and what to ask of whom", remedy);
        }
        if case.noticed().is_none() {
            let remedy = "began or detected in case.toml";
            self.lacks("the date of the attack", "tables and sources of the right time", remedy);
        }
    }
}

fn view(answer: &DoctorAnswer) -> Vec<Section> {
    let row = |data: &CheckedData| {
        let date = data.date.map_or_else(|| "–".to_owned(), |date| date.to_string());
        let age = data.age_days.map_or_else(|| "–".to_owned(), |days| days.to_string());
        [clean(&data.name), date, age, data.holds.clone()].map(words).to_vec()
    };
    let columns = vec![
        Column::Text("data"),
        Column::Text("date"),
        Column::Number("age in days"),
        Column::Text("holds"),
    ];
    let rows = answer.data.iter().map(row).collect();
    let Counts { actors, software, attacks, sources, .. } = answer.record;
    let record = format!(
        "The record has {}, {}, {} and {}.",
        counted(actors, "actor", "actors"),
        counted(software, "program", "programs"),
        counted(attacks, "attack", "attacks"),
        counted(sources, "source", "sources"),
    );
    let ages =
        format!("Ages of catalogues are counted to today, those of tables to {}.", answer.day);
    let library = Section::new("data", format!("The library is {}", answer.library))
        .with(Block::Table { caption: "", columns, rows })
        .with(Block::Paragraph(record))
        .with(Block::Note(ages));
    let lines = answer.missing.iter().map(|missing| {
        format!("{}: would tell {}. Remedy: {}", missing.what, missing.gain, missing.remedy)
    });
    let missing = match answer.missing.as_slice() {
        [] => Section::new("missing", "Nothing is missing."),
        _ => Section::new("missing", "Missing for a better answer:")
            .with(Block::List(lines.collect())),
    };
    vec![library, missing]
}
