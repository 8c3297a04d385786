//! A job in its folder: its partials, its parts, its answer, and what is not in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_batch::plan::{Part, Plan, PlannedInput, partials_of, parts_of, ranges};
use demarche_batch::{Asked, Merged, Partials, Range, Whole, csv, write_text};
use demarche_case::assessment::Input;
use demarche_case::assessment::answer::MergeAnswer;
use demarche_case::{Gap, GapKind, Sha256, Shortfall};

use crate::output;

/// Why a job's answer is not whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum JobShortfall {
    #[error("{0}; it is not in the answer")]
    LeftOut(String),
    #[error("no partial of it is there")]
    NoPartial,
    #[error("the range is not merged")]
    NoPart,
    #[error("the answer is not that of its parts")]
    OtherAnswer,
    #[error("what it tells is not what the answer is")]
    OtherWords,
    #[error("there is no answer yet")]
    NoAnswer,
}

impl Shortfall for JobShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::LeftOut(_) => GapKind::Unreadable,
            Self::NoPartial | Self::NoPart | Self::NoAnswer => GapKind::Missing,
            Self::OtherAnswer | Self::OtherWords => GapKind::Damaged,
        }
    }

    fn remedy(&self) -> Option<String> {
        let is_done_again = !matches!(self, Self::LeftOut(_));
        is_done_again.then(|| "`demarche cluster resume` does what is left".to_owned())
    }
}

/// A job with its folder and what it is made of.
pub(crate) struct Job {
    pub(crate) folder: PathBuf,
    pub(crate) plan: Plan,
    /// How the files of each input's partial are named.
    pub(crate) stems: Vec<String>,
}

impl Job {
    pub(crate) fn open(folder: &Path) -> anyhow::Result<Self> {
        let plan = match Plan::read(folder) {
            Err(error) if error.is_missing() => {
                anyhow::bail!("{} is no job; `demarche cluster plan` makes one", folder.display())
            }
            plan => plan?,
        };
        let folder = fs::canonicalize(folder)
            .with_context(|| format!("cannot open {}", folder.display()))?;
        anyhow::ensure!(
            folder.to_str().is_some(),
            "the name of {} is not UTF-8, and workers are told it as text; rename it",
            folder.display()
        );
        let stems = plan.inputs.iter().map(|input| plan.stem(input)).collect();
        Ok(Self { folder, plan, stems })
    }

    /// The partials of the plan's inputs that are there; what else lies in the folder is none of the job's.
    pub(crate) fn whole(&self) -> anyhow::Result<Whole> {
        match Partials::in_folder(self.plan.kind, &partials_of(&self.folder)) {
            Err(error) if error.is_missing() => {
                let kind = self.plan.kind;
                Ok(Whole { kind, partials: Vec::new(), refused: Vec::new() })
            }
            found => Ok(found?.among(&self.stems).read()?),
        }
    }

    /// The inputs whose partial is not there and whole.
    pub(crate) fn left<'j>(&'j self, found: &Whole) -> Vec<&'j PlannedInput> {
        let done: BTreeSet<Sha256> =
            found.partials.iter().map(|partial| partial.manifest.input.sha256).collect();
        self.plan.inputs.iter().filter(|input| !done.contains(&input.sha256)).collect()
    }

    /// The name of an input in the plan.
    fn named(&self, input: &Input) -> String {
        let planned = self.plan.inputs.iter().find(|planned| planned.sha256 == input.sha256);
        planned.map_or_else(|| input.path.clone(), |planned| planned.path.clone())
    }

    pub(crate) fn inputs(&self, found: &Whole) -> Vec<Input> {
        let named = |input: Input| Input { path: self.named(&input), ..input };
        found.inputs().into_iter().map(named).collect()
    }

    /// What is not in the answer: partials that are refused, inputs that give none, and what of inputs could not be read.
    pub(crate) fn gaps(&self, found: &Whole) -> anyhow::Result<Vec<Gap>> {
        let mut gaps = found.gaps(|input| self.named(input));
        let left_out = self.left_out()?;
        for input in self.left(found) {
            let refused = format!("{}.parquet", self.plan.stem(input));
            match (gaps.iter_mut().find(|gap| gap.source == refused), left_out.get(&input.path)) {
                (Some(gap), _) => {
                    gap.place = Some(refused);
                    gap.source.clone_from(&input.path);
                }
                (None, Some(reason)) => {
                    gaps.push(Gap::of(&input.path, &JobShortfall::LeftOut(reason.clone())));
                }
                (None, None) => gaps.push(Gap::of(&input.path, &JobShortfall::NoPartial)),
            }
        }
        Ok(gaps)
    }

    /// The file of the inputs that gave no partial in the last run, each with the reason.
    pub(crate) fn left_out_file(&self) -> PathBuf {
        self.folder.join("left-out.json")
    }

    fn left_out(&self) -> anyhow::Result<BTreeMap<String, String>> {
        let path = self.left_out_file();
        match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            text => serde_json::from_slice(&text?)
                .ok()
                .with_context(|| format!("{} is damaged; run the job again", path.display())),
        }
    }

    pub(crate) fn answer(&self) -> PathBuf {
        self.folder.join("answer.csv")
    }

    /// The words of the command that makes partials, and the lines that it is given.
    pub(crate) fn partial_command(&self) -> Vec<String> {
        let mut command = words(&["partial", self.plan.kind.name(), "--files-from", "-", "--out"]);
        command.push(partials_of(&self.folder).display().to_string());
        command.extend(words(&[
            "--tlp",
            &self.plan.tlp.to_string(),
            "--expect",
            &self.plan.program,
        ]));
        if let Some(prefixes) = self.plan.full_feed {
            command.extend(words(&["--full-feed", &prefixes.to_string()]));
        }
        let label = self.plan.label.as_ref();
        if let Some(family) = label.and_then(|label| label.family.as_deref()) {
            command.push(format!("--family={family}"));
        }
        if label.is_some_and(|label| label.is_library) {
            command.push("--library-code".to_owned());
        }
        if let Some(key_file) = &self.plan.key_file {
            command.push(format!("--key-file={key_file}"));
        }
        command
    }

    /// The words of the command that merges ranges; it is told the partials of the plan by a file.
    pub(crate) fn merge_command(&self) -> anyhow::Result<Vec<String>> {
        let among = self.folder.join("partials.txt");
        write_text(&(self.stems.join("\n") + "\n"), &among)?;
        let mut command = words(&["merge", self.plan.kind.name()]);
        command.push(partials_of(&self.folder).display().to_string());
        command.extend(words(&["--among", &among.display().to_string()]));
        command.extend(words(&["--ranges-from", "-", "--out"]));
        command.push(parts_of(&self.folder).display().to_string());
        let trim = self.plan.trim.to_string();
        command.extend(words(&["--trim", &trim, "--expect", &self.plan.program]));
        if let Some(families) = self.plan.pairs {
            command.extend(words(&["--pairs", &families.to_string()]));
        }
        Ok(command)
    }
}

/// The parts of a job that are there.
pub(crate) struct MergedParts {
    merged: Merged,
    pub(crate) ranges: Vec<Range>,
    pub(crate) parts: Vec<Option<Part>>,
}

impl MergedParts {
    pub(crate) fn of(job: &Job, found: &Whole) -> anyhow::Result<Self> {
        let (folder, merged) = (parts_of(&job.folder), found.merged(job.plan.asked()));
        let ranges = ranges(job.plan.kind, &found.partials, job.plan.ranges)?;
        let parts = ranges.iter().map(|range| Part::existing(&folder, *range, merged)).collect();
        Ok(Self { merged, ranges, parts })
    }

    /// Compares the answer with its parts, and what is told of it with what it is; `left_out` is what is not in it.
    pub(crate) fn answer_gaps(
        &self,
        job: &Job,
        found: &Whole,
        left_out: &[Gap],
    ) -> anyhow::Result<Vec<Gap>> {
        let mut gaps = Vec::new();
        for (range, part) in self.ranges.iter().zip(&self.parts) {
            if part.is_none() {
                gaps.push(Gap::of(range.to_string(), &JobShortfall::NoPart));
            }
        }
        let path = job.answer();
        let Ok(answer) = File::open(&path) else {
            gaps.push(Gap::of("answer.csv", &JobShortfall::NoAnswer));
            return Ok(gaps);
        };
        if !gaps.is_empty() {
            return Ok(gaps);
        }
        let mut compared = Compared { answer: BufReader::with_capacity(1 << 20, answer) };
        if !self.write(job, &mut compared).is_ok_and(|_| compared.is_over()) {
            gaps.push(Gap::of("answer.csv", &JobShortfall::OtherAnswer));
        }
        let text = self.words_of_answer(job, found, left_out)?;
        let told = fs::read_to_string(path.with_extension("json"));
        if told.ok().as_deref() != Some(text.as_str()) {
            gaps.push(Gap::of("answer.json", &JobShortfall::OtherWords));
        }
        Ok(gaps)
    }

    /// Writes the answer that the parts make together, and returns the number of its rows.
    pub(crate) fn write(&self, job: &Job, output: &mut dyn Write) -> io::Result<u64> {
        let (kind, asked) = (job.plan.kind, job.plan.asked());
        let folder = parts_of(&job.folder);
        output.write_all(csv::header(kind, asked).as_bytes())?;
        let parts =
            self.parts.iter().flatten().map(|part| {
                File::open(Part::file(&folder, part.range)).map(|file| (part.rows, file))
            });
        csv::join(kind, asked, parts, output)
    }

    /// The text beside the answer: what was merged, of which files, and what is not in it.
    pub(crate) fn words_of_answer(
        &self,
        job: &Job,
        found: &Whole,
        left_out: &[Gap],
    ) -> anyhow::Result<String> {
        let Merged { fingerprint, asked: Asked { trim, pairs }, tlp } = self.merged;
        let answer = MergeAnswer {
            kind: job.plan.kind.to_string(),
            tlp,
            times: found.times(),
            trim,
            pairs,
            fingerprint,
            range: None,
            rows: self.write(job, &mut io::sink())?,
            output: "answer.csv".to_owned(),
        };
        output::json_text(answer, job.inputs(found), left_out.to_vec())
    }
}

/// A file that is compared with what is written to it.
struct Compared {
    answer: BufReader<File>,
}

impl Compared {
    /// Returns true if the file has nothing behind what was written.
    fn is_over(&mut self) -> bool {
        self.answer.fill_buf().is_ok_and(<[u8]>::is_empty)
    }
}

impl Write for Compared {
    fn write(&mut self, expected: &[u8]) -> io::Result<usize> {
        let found = self.answer.fill_buf()?;
        let length = found.len().min(expected.len());
        if length == 0 || found[..length] != expected[..length] {
            return Err(io::Error::other("the answer is another"));
        }
        self.answer.consume(length);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|word| (*word).to_owned()).collect()
}
