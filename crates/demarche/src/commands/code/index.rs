//! Changing the index of known programs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use demarche_case::Sha256;
use demarche_case::assessment::code::PackageInside;
use demarche_index::{Index, Meta, StoredSample};
use demarche_report::{Block, Cell, Column, Section, words};
use demarche_similarity::packages_inside;
use serde::Serialize;

use super::open;
use crate::cli::code::{CodeIndexArgs, CodeIndexRemoveArgs};
use crate::output::{self, Outcome, count, counted, print};

pub(crate) mod add;

/// The number of packages of a program that are named in a line; the JSON has all.
const PACKAGES: usize = 3;

/// What an index holds.
#[derive(Debug, Serialize)]
struct Listing {
    index: String,
    segments: usize,
    bytes: u64,
    functions: u64,
    families: usize,
    programs: Vec<Listed>,
}

/// A program of the index.
#[derive(Debug, Serialize)]
struct Listed {
    /// Its metadata; the origins of its functions are told as packages.
    #[serde(flatten)]
    meta: Meta,
    functions: u32,
    /// The public packages inside it, most functions first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    packages: Vec<PackageInside>,
}

impl Listed {
    fn of(stored: &StoredSample) -> Self {
        let mut meta = stored.meta.clone();
        let functions = usize::try_from(stored.functions).expect("32 bits fit");
        let packages = packages_inside(&std::mem::take(&mut meta.origins), functions);
        Self { meta, functions: stored.functions, packages }
    }
}

/// Lists the programs of the index.
pub(crate) fn list(args: &CodeIndexArgs) -> anyhow::Result<Outcome> {
    let (index, gaps) = open(&args.place)?;
    let listing = Listing {
        index: index.folder().display().to_string(),
        segments: index.segment_count(),
        bytes: index.bytes(),
        functions: index.function_count(),
        families: index.families().len(),
        programs: index.samples().iter().map(Listed::of).collect(),
    };
    if args.json {
        return output::json(listing, Vec::new(), gaps);
    }
    output::gaps(&gaps);
    output::show(&view(&listing))?;
    Ok(Outcome::of(&gaps))
}

fn view(listing: &Listing) -> [Section; 1] {
    let holds = format!(
        "{}, {}, {}",
        counted(listing.programs.len() as u64, "program", "programs"),
        counted(listing.families as u64, "family", "families"),
        counted(listing.functions, "function", "functions"),
    );
    let segments = counted(listing.segments as u64, "segment", "segments");
    let terms = vec![
        ("index", listing.index.clone()),
        ("holds", holds),
        ("size", format!("{} bytes in {segments}", count(listing.bytes))),
    ];
    let rows = listing.programs.iter().map(|program| {
        let kind = if program.meta.is_library { " (anybody's)" } else { "" };
        let family = program.meta.family.as_deref().unwrap_or("–");
        vec![
            words(format!("{family}{kind}")),
            words(program.meta.actors.join(", ")),
            words(program.meta.name.as_str()),
            words(count(program.meta.code_bytes)),
            words(count(u64::from(program.functions))),
            words(packages(&program.packages)),
            words(output::clean(program.meta.note.as_deref().unwrap_or_default())),
            Cell::Code(program.meta.sha256.to_string().chars().take(16).collect()),
        ]
    });
    let columns = vec![
        Column::Text("family"),
        Column::Text("actors"),
        Column::Text("program"),
        Column::Number("code"),
        Column::Number("functions"),
        Column::Text("public packages"),
        Column::Text("note"),
        Column::Text("sha256"),
    ];
    let table = Block::Table { caption: "", columns, rows: rows.collect() };
    [Section::new("index", "").with(Block::Terms(terms)).with(table)]
}

/// The packages with most functions, and the number of the rest.
fn packages(packages: &[PackageInside]) -> String {
    let named = |package: &PackageInside| {
        format!("{} {}", package.name, package.version).trim_end().to_owned()
    };
    let shown: Vec<String> = packages.iter().take(PACKAGES).map(named).collect();
    let more = match packages.len().saturating_sub(PACKAGES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    output::clean(&shown.join(", ")) + &more
}

/// Takes programs out of the index.
pub(crate) fn remove(args: &CodeIndexRemoveArgs) -> anyhow::Result<Outcome> {
    let (mut index, gaps) = open(&args.place)?;
    let chosen = chosen(&index, args)?;
    let removed = index.remove(&chosen)?;
    if args.json {
        return output::json(serde_json::json!({ "removed": chosen }), Vec::new(), gaps);
    }
    output::gaps(&gaps);
    print(&format!(
        "removed {}; `demarche code index merge` frees their room\n",
        counted(removed as u64, "program", "programs")
    ))?;
    Ok(Outcome::of(&gaps))
}

/// The programs that are meant; a beginning of a hash must be that of exactly one.
fn chosen(index: &Index, args: &CodeIndexRemoveArgs) -> anyhow::Result<BTreeSet<Sha256>> {
    let mut chosen = BTreeSet::new();
    if let Some(family) = &args.family {
        let of =
            index.samples().iter().filter(|sample| sample.meta.family.as_ref() == Some(family));
        chosen.extend(of.map(|entry| entry.meta.sha256));
        anyhow::ensure!(!chosen.is_empty(), "the index has no family {family}");
    }
    for beginning in &args.programs {
        let digits = beginning.to_ascii_lowercase();
        let hashes = index.samples().iter().map(|sample| sample.meta.sha256);
        let matching: Vec<Sha256> =
            hashes.filter(|hash| hash.to_string().starts_with(&digits)).collect();
        match matching.as_slice() {
            [entry] => _ = chosen.insert(*entry),
            [] => anyhow::bail!("the index has no program whose SHA-256 begins with {beginning}"),
            _ => anyhow::bail!(
                "{} programs of the index begin with {beginning}: give more digits",
                matching.len()
            ),
        }
    }
    Ok(chosen)
}

/// Makes one segment of all.
pub(crate) fn merge(args: &CodeIndexArgs) -> anyhow::Result<Outcome> {
    let (mut index, mut gaps) = open(&args.place)?;
    let before = index.bytes();
    let merged = index.merge()?;
    gaps.extend(merged.gaps);
    let answer = serde_json::json!({
        "segments_before": merged.before, "bytes_before": before, "bytes": index.bytes(),
    });
    if args.json {
        return output::json(answer, Vec::new(), gaps);
    }
    output::gaps(&gaps);
    print(&format!(
        "{} put together into {}: {} bytes before, {} now\n",
        counted(merged.before as u64, "segment", "segments"),
        index.segment_count(),
        count(before),
        count(index.bytes())
    ))?;
    Ok(Outcome::of(&gaps))
}

/// Checks every byte of the index.
pub(crate) fn verify(args: &CodeIndexArgs) -> anyhow::Result<Outcome> {
    let (index, mut gaps) = open(&args.place)?;
    gaps.extend(index.verify());
    gaps.sort();
    gaps.dedup();
    if args.json {
        return output::json(serde_json::json!({ "bytes": index.bytes() }), Vec::new(), gaps);
    }
    let mut text = String::new();
    if gaps.is_empty() {
        let _ = writeln!(text, "{} bytes, every checksum holds", count(index.bytes()));
    }
    output::gaps(&gaps);
    print(&text)?;
    Ok(Outcome::of(&gaps))
}
