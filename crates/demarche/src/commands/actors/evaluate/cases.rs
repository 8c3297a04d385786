//! The judgement held to whole cases whose author became known later.

use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_assess::RecordSource;
use demarche_attribution::{DRAWS, Trial, Truth, try_cases};
use demarche_case::assessment::attribution::EditionUsed;
use demarche_case::assessment::evaluation::{Evaluation, EvaluationCaveat};
use demarche_case::{AttackerKind, CaseFolder, Country, PartyId};
use serde::Deserialize;

use super::tell;
use crate::cli::ActorsEvaluateArgs;
use crate::output::Outcome;

/// The file beside a case that the judge never sees.
const TRUTH: &str = "truth.toml";

/// The truth as it is written.
#[derive(Deserialize)]
struct Written {
    kind: AttackerKind,
    #[serde(default)]
    state: String,
    #[serde(default)]
    also: Vec<Country>,
    #[serde(default)]
    actors: Vec<String>,
    #[serde(default)]
    parties: Vec<PartyId>,
    #[serde(default)]
    how_sure: String,
}

impl Written {
    fn truth(self) -> anyhow::Result<Truth> {
        let mut states = self.also;
        if self.kind == AttackerKind::State {
            let state = self.state.parse().context("`state` is no code of ISO 3166-1")?;
            states.insert(0, state);
        }
        Ok(Truth {
            attacker: self.kind,
            states,
            actors: self.actors,
            parties: self.parties,
            is_disputed: self.how_sure == "disputed",
        })
    }
}

/// Judges every case of the folders and compares with its truth.
pub(crate) fn run(args: &ActorsEvaluateArgs, known: &RecordSource) -> anyhow::Result<Outcome> {
    let mut cases = Vec::new();
    for folder in &args.cases {
        for path in case_folders(folder)? {
            cases.push(read(&path).with_context(|| format!("the case {}", path.display()))?);
        }
    }
    anyhow::ensure!(
        !cases.is_empty(),
        "no case with a {TRUTH} in the folders: each case is a folder with case.toml, evidence.toml and {TRUTH}"
    );
    let trials =
        cases.iter().map(|(name, folder, truth)| Trial { name, case: folder.case(), truth });
    let record = known.library.record();
    let cases = try_cases(&trials.collect::<Vec<_>>(), record, args.seed, args.fit)
        .context("no case has evidence of who did it")?;
    let evaluation = Evaluation {
        editions: record.editions.iter().map(EditionUsed::from).collect(),
        seed: args.seed,
        resamples: u64::try_from(DRAWS).expect("a usize has at most 64 bits"),
        actors: Vec::new(),
        states: Vec::new(),
        parameters: cases.parameters.clone(),
        cases: Some(cases),
        caveats: vec![EvaluationCaveat::WrittenLater],
    };
    tell(args, known, evaluation)
}

/// The folders with a truth in a folder, by name; the folder itself where it has one.
fn case_folders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if folder.join(TRUTH).is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    let list = || format!("cannot list {}", folder.display());
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(list)? {
        let path = entry.with_context(list)?.path();
        if path.join(TRUTH).is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

/// The name of a case, the case, and its truth.
fn read(path: &Path) -> anyhow::Result<(String, CaseFolder, Truth)> {
    let folder = CaseFolder::open(path)?;
    let file = path.join(TRUTH);
    let position = || format!("cannot use {}", file.display());
    let text = std::fs::read_to_string(&file).with_context(position)?;
    let written: Written = toml::from_str(&text).with_context(position)?;
    let truth = written.truth().with_context(position)?;
    Ok((folder.case().id.to_string(), folder, truth))
}
