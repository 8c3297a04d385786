use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use demarche_code::{Discovery, Function, functions};
use demarche_image::{Image, VirtualAddress, read};
use serde::Deserialize;

#[derive(Deserialize)]
struct Truth {
    name: String,
    target: String,
    cc: String,
    opt: String,
    functions: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    #[serde(rename = "a")]
    address: u64,
    #[serde(rename = "s")]
    size: u64,
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "lib")]
    library: String,
    #[serde(rename = "k")]
    kind: String,
}

/// Starts that are right, that were found, and that there are, and what finding them cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Score {
    right: u32,
    found: u32,
    pub(crate) known: u32,
    bytes: u64,
    seconds: f64,
}

impl Score {
    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.found += other.found;
        self.known += other.known;
        self.bytes += other.bytes;
        self.seconds += other.seconds;
    }

    /// The harmonic mean of precision and recall, from 0 to 1.
    pub(crate) fn f1(&self) -> f64 {
        share(2 * self.right, self.found + self.known)
    }

    fn line(&self) -> String {
        let (precision, recall) = (share(self.right, self.found), share(self.right, self.known));
        let both = self.f1();
        let speed = self.bytes as f64 / 1e6 / self.seconds.max(1e-9);
        let known = self.known;
        format!(
            "functions={known:6} P={precision:.4} R={recall:.4} F1={both:.4} MB/CPU-s={speed:.0}"
        )
    }
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

#[derive(Default)]
pub(crate) struct Options {
    pub(crate) corpus: PathBuf,
    /// Unwind tables are forgotten, as if the linker had never written them.
    pub(crate) is_bare: bool,
    pub(crate) only: Option<String>,
    pub(crate) wrong: Option<String>,
    pub(crate) write: Option<PathBuf>,
}

/// Finds the starts in all programs of a folder of the corpus, prints how well, and returns it by format and by build.
pub(crate) fn measure(options: &Options, folder: &str) -> Result<BTreeMap<String, Score>> {
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut certainty = Certainties::default();
    let mut names: Vec<_> = fs::read_dir(options.corpus.join(folder))
        .with_context(|| format!("{} has no {folder}", options.corpus.display()))?
        .collect::<Result<_, _>>()?;
    names.sort_by_key(fs::DirEntry::file_name);
    for entry in names {
        let name = entry.file_name().to_string_lossy().into_owned();
        let wanted = options.wrong.as_ref().or(options.only.as_ref());
        if wanted.is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        let truth = fs::read(options.corpus.join("gt").join(format!("{name}.json")))?;
        let truth: Truth = serde_json::from_slice(&truth)?;
        let score = score(&entry.path(), &truth, options, folder, &mut certainty)?;
        let build = format!("{}/{}/{}", truth.target, truth.cc, truth.opt);
        for key in ["all", &truth.target, &build] {
            scores.entry(key.to_owned()).or_default().add(score);
        }
    }
    println!("{folder}{}", if options.is_bare { ", unwind tables forgotten" } else { "" });
    for (key, score) in &scores {
        println!("  {key:20} {}", score.line());
    }
    certainty.print();
    Ok(scores)
}

fn score(
    path: &Path,
    truth: &Truth,
    options: &Options,
    folder: &str,
    certainty: &mut Certainties,
) -> Result<Score> {
    let bytes = fs::read(path)?;
    let mut image = read(&bytes).with_context(|| path.display().to_string())?;
    if options.is_bare {
        image.extents.clear();
        let tables = [".eh_frame", ".pdata", ".xdata", ".ARM.exidx", ".ARM.extab"];
        let tables = image.sections.iter().filter(|one| tables.contains(&one.name.as_str()));
        let tables: Vec<_> = tables.cloned().collect();
        image.pointers.retain(|(slot, _)| !tables.iter().any(|one| one.contains(*slot)));
        image.sections.retain(|one| !tables.contains(one));
    }
    let before = processor_seconds()?;
    let program = functions(&image);
    let seconds = processor_seconds()? - before;
    let text = image.sections.iter().find(|one| one.name == ".text").context("no .text")?;
    let inside = |address: u64| text.contains(VirtualAddress(address));
    let (known, neutral): (Vec<&Known>, Vec<&Known>) =
        truth.functions.iter().partition(|one| one.kind == "func" && inside(one.address));
    let known: BTreeMap<u64, &Known> = known.iter().map(|one| (one.address, *one)).collect();
    let neutral: BTreeSet<u64> = neutral.iter().map(|one| one.address).collect();
    // Thumb code has odd addresses; the truth has that of the first byte.
    let odd = u64::from(image.architecture.has_thumb());
    let found: BTreeMap<u64, &Function> = program
        .functions
        .iter()
        .map(|one| (one.start.0 & !odd, one))
        .filter(|(address, _)| inside(*address) && !neutral.contains(address))
        .collect();
    certainty.add(&found, &known);
    if options.wrong.is_some() {
        print_wrong(&known, &found, truth, &image);
    }
    if let Some(target) = &options.write {
        let starts: Vec<u64> = program.functions.iter().map(|one| one.start.0 & !odd).collect();
        let out = target.join(format!("{folder}{}", if options.is_bare { "-bare" } else { "" }));
        fs::create_dir_all(&out)?;
        let json = serde_json::json!({ "cpu": seconds, "base": 0, "starts": starts });
        fs::write(out.join(format!("{}.json", truth.name)), json.to_string())?;
    }
    let right = found.keys().filter(|address| known.contains_key(address)).count();
    Ok(Score {
        right: u32::try_from(right)?,
        found: u32::try_from(found.len())?,
        known: u32::try_from(known.len())?,
        bytes: image.sections.iter().filter(|one| one.is_executable).map(|one| one.size).sum(),
        seconds,
    })
}

/// What this thread has used of a processor so far.
///
/// Linux counts it in nanoseconds; elsewhere it stays zero, and the speed reads as infinite.
fn processor_seconds() -> Result<f64> {
    let Ok(text) = fs::read_to_string("/proc/thread-self/schedstat") else { return Ok(0.0) };
    let nanoseconds: f64 = text.split_whitespace().next().unwrap_or("0").parse()?;
    Ok(nanoseconds / 1e9)
}

fn print_wrong(
    known: &BTreeMap<u64, &Known>,
    found: &BTreeMap<u64, &Function>,
    truth: &Truth,
    image: &Image<'_>,
) {
    let bytes = |address: u64| {
        let bytes = image.bytes(VirtualAddress(address));
        bytes.iter().take(16).map(|one| format!("{one:02x}")).collect::<String>()
    };
    for (address, one) in known.iter().filter(|(address, _)| !found.contains_key(address)) {
        let inside = found.range(..*address).next_back();
        let inside = inside.filter(|(_, function)| {
            function.blocks.iter().any(|b| b.start.0 <= *address && *address < b.end().0)
        });
        let owner = inside.map_or(String::new(), |(at, _)| format!(" in {at:#x}"));
        let Known { name, library, size, .. } = one;
        println!(
            "{} missed   {address:#x} {size:5} {library}:{name} {}{owner}",
            truth.name,
            bytes(*address)
        );
    }
    let guessed = |one: &Function| one.discovery == Discovery::Gap;
    for (address, one) in
        known.iter().filter(|(at, _)| found.get(at).is_some_and(|one| guessed(one)))
    {
        let Known { name, library, size, .. } = one;
        println!(
            "{} guessed  {address:#x} {size:5} {library}:{name} {}",
            truth.name,
            bytes(*address)
        );
    }
    let all: BTreeMap<u64, &Known> = truth.functions.iter().map(|one| (one.address, one)).collect();
    for (address, function) in found.iter().filter(|(address, _)| !known.contains_key(address)) {
        let around = all.range(..*address).next_back().map_or(String::new(), |(at, one)| {
            format!("{}:{}+{:#x} of {:#x}", one.library, one.name, address - at, one.size)
        });
        let how = function.discovery;
        println!("{} invented {address:#x} {how:?} {} {around}", truth.name, bytes(*address));
    }
}

/// How often starts of each kind and certainty are right.
#[derive(Default)]
struct Certainties(BTreeMap<(Discovery, u32), (u32, u32)>);

impl Certainties {
    fn add(&mut self, found: &BTreeMap<u64, &Function>, known: &BTreeMap<u64, &Known>) {
        for (address, function) in found {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of a thousand"
            )]
            let stated = (function.certainty * 1000.0).round() as u32;
            let count = self.0.entry((function.discovery, stated)).or_default();
            count.0 += u32::from(known.contains_key(address));
            count.1 += 1;
        }
    }

    fn print(&self) {
        println!("  how found      stated  right of all");
        for ((discovery, stated), (right, all)) in &self.0 {
            let how = format!("{discovery:?}");
            println!("  {how:13} 0.{stated:03} {right:7} {all:7}");
        }
    }
}
