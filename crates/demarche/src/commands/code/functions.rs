use demarche_assess::AssessError;
use demarche_assess::programs::{Opening, Parsed, Sample, Unreadable, Visited, visit};
use demarche_case::Gap;
use demarche_code::{
    Discovery, Function, Origin, Origins, Program, Selection, fingerprints, functions, keep,
    origins, readable,
};
use demarche_image::identity::{GoIdentity, Identity};
use demarche_image::strings::{Encoding, Text, strings};
use demarche_image::{Architecture, Format, Image};
use demarche_report::{Block, Cell, Column, Section, words};
use serde::Serialize;

use super::identity;
use crate::cli::code::CodeFunctionsArgs;
use crate::output::{self, Outcome, count, counted};
use crate::progress::Progress;

/// One executable: what it says about itself, and its functions.
#[derive(Debug, Serialize)]
struct Listing {
    name: String,
    #[serde(flatten)]
    identity: Identity,
    /// One for each processor that the file has code for.
    images: Vec<Listed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    strings: Vec<Printable>,
}

/// Code for one processor.
#[derive(Debug, Serialize)]
struct Listed {
    format: Format,
    architecture: Architecture,
    code_bytes: u64,
    functions: Vec<Found>,
}

/// A printable string of the file.
#[derive(Debug, Serialize)]
struct Printable {
    offset: u64,
    encoding: Encoding,
    text: String,
}

/// One function.
#[derive(Debug, Serialize)]
struct Found {
    address: u64,
    size: u64,
    blocks: usize,
    calls: usize,
    /// Its name as people write it.
    name: Option<String>,
    /// Its name as it stands in the file, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<String>,
    found_by: &'static str,
    certainty: f32,
    is_thunk: bool,
    /// The public package that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<String>,
}

/// Lists the functions of executables.
pub(crate) fn run(args: &CodeFunctionsArgs) -> anyhow::Result<Outcome> {
    let mut listings = Vec::new();
    let mut inputs = Vec::new();
    let opening = Opening::from(&args.opening);
    let selection = Selection::from(&args.choice);
    let are_packages_told = args.json || args.list;
    let asked = Asked { opening: &opening, selection: &selection, are_packages_told };
    let gaps = visit(&args.files, &opening, &Progress::new(), |sample| {
        inputs.push(sample.input("an executable"));
        let (listing, gaps) = listing(&sample, &asked, args.strings);
        let functions = listing.images.iter().map(|image| image.functions.len()).sum();
        listings.push(listing);
        Ok::<_, AssessError>(Visited { gaps, functions })
    })?;
    if args.json {
        return output::json(listings, inputs, gaps);
    }
    output::gaps(&gaps);
    let view: Vec<Section> = listings.iter().map(|listing| view(listing, args.list)).collect();
    output::show(&view)?;
    Ok(Outcome::of(&gaps))
}

/// Lists a sample; a file that is no executable still has hashes.
fn listing(sample: &Sample, asked: &Asked<'_>, has_strings: bool) -> (Listing, Vec<Gap>) {
    let Parsed { mut identity, images: parsed } = sample.parse(asked.opening);
    let mut gaps = sample.named(std::mem::take(&mut identity.gaps));
    let mut images = Vec::new();
    for image in parsed {
        match image {
            Ok(image) => {
                let (listed, found) = asked.list(&image, identity.go.as_ref());
                images.push(listed);
                gaps.extend(sample.named(found));
            }
            Err(error) => gaps.push(Gap::of(&sample.name, &Unreadable::Image(error))),
        }
    }
    let strings = if has_strings { printable(&sample.bytes) } else { Vec::new() };
    (Listing { name: sample.name.clone(), identity, images, strings }, gaps)
}

/// Strings of six letters or more, as people look for them.
fn printable(bytes: &[u8]) -> Vec<Printable> {
    let entry = |text: Text<'_>| Printable {
        offset: text.offset.0,
        encoding: text.encoding,
        text: text.text.into_owned(),
    };
    strings(bytes, 6).map(entry).collect()
}

/// The way in which programs are opened and the facts of them that are wanted.
struct Asked<'a> {
    opening: &'a Opening,
    selection: &'a Selection,
    /// True where the public package of each function is wanted, which takes its fingerprint.
    are_packages_told: bool,
}

impl Asked<'_> {
    /// The wanted functions of an image, with the gaps of reading them.
    fn list(&self, image: &Image<'_>, go: Option<&GoIdentity>) -> (Listed, Vec<Gap>) {
        let mut program = functions(image);
        let mut packages = vec![None; program.functions.len()];
        if self.are_packages_told || !self.selection.is_empty() {
            let mut fingerprints = fingerprints(image, &program);
            let mut origins = origins(image, &program, &fingerprints, go);
            let flags = self.selection.flags(image, &program, &origins);
            keep(&flags, &mut program, &mut fingerprints, &mut origins);
            packages = named(&origins, program.functions.len());
        }
        (listed(image, &program, packages), program.gaps)
    }
}

/// The public package that each function comes from.
fn named(origins: &Origins, functions: usize) -> Vec<Option<String>> {
    let name = |origin: Origin| match origin {
        Origin::Package(package) => Some(origins.package(package)?.to_string()),
        Origin::Own | Origin::Untold => None,
    };
    origins.expand(functions).into_iter().map(name).collect()
}

fn listed(image: &Image<'_>, program: &Program, packages: Vec<Option<String>>) -> Listed {
    let functions = program.functions.iter().zip(packages);
    let functions: Vec<Found> =
        functions.map(|(function, package)| found(image, function, package)).collect();
    Listed {
        format: image.format,
        architecture: image.architecture,
        code_bytes: functions.iter().map(|function| function.size).sum(),
        functions,
    }
}

fn found(image: &Image<'_>, function: &Function, package: Option<String>) -> Found {
    let sizes = function.blocks.iter().map(|block| u64::from(block.size));
    let symbol = image.symbols.binary_search_by_key(&function.start, |symbol| symbol.address);
    let symbol = symbol.ok().and_then(|index| image.symbols.get(index));
    let symbol = symbol.map(|symbol| symbol.name.clone()).filter(|name| !name.is_empty());
    let name = symbol.as_deref().map(|symbol| readable(symbol).into_owned());
    let symbol = symbol.filter(|symbol| name.as_ref() != Some(symbol));
    Found {
        address: function.start.0,
        size: sizes.sum(),
        blocks: function.blocks.len(),
        calls: function.calls.len(),
        name,
        symbol,
        found_by: found_by(function.discovery),
        certainty: function.certainty,
        is_thunk: function.is_thunk,
        package,
    }
}

/// How a start was found, in words.
fn found_by(discovery: Discovery) -> &'static str {
    match discovery {
        Discovery::Symbol => "symbol",
        Discovery::Unwind => "unwind table",
        Discovery::CallTarget => "call",
        Discovery::AddressTaken => "address taken",
        Discovery::TailJump => "tail jump",
        Discovery::Gap => "gap",
    }
}

/// A file with its identity, its code for each processor and, where asked for, all functions and strings.
fn view(listing: &Listing, all: bool) -> Section {
    let mut terms = identity::lines(&listing.identity);
    for image in &listing.images {
        let functions = counted(image.functions.len() as u64, "function", "functions");
        let (format, processor) = (image.format, image.architecture);
        let bytes = count(image.code_bytes);
        terms.push(("code", format!("{format} {processor}: {functions}, {bytes} bytes")));
        terms.push(("found by", ways(&image.functions)));
    }
    let tables = listing.images.iter().filter(|_| all).map(|image| table(&image.functions));
    let strings = listing.strings.iter().map(|string| {
        vec![Cell::Code(format!("{:#010x}", string.offset)), Cell::Code(string.text.clone())]
    });
    let columns = vec![Column::Text("offset"), Column::Text("string")];
    Section::new("program", listing.name.as_str())
        .with(Block::Terms(terms))
        .and(tables)
        .with(Block::Table { caption: "", columns, rows: strings.collect() })
}

fn table(functions: &[Found]) -> Block {
    let rows = functions.iter().map(|function| {
        vec![
            Cell::Code(format!("{:#x}", function.address)),
            words(function.size.to_string()),
            words(function.blocks.to_string()),
            words(function.calls.to_string()),
            words(function.found_by),
            Cell::Share(f64::from(function.certainty)),
            Cell::Code(function.name.clone().unwrap_or_default()),
            words(function.package.clone().unwrap_or_default()),
        ]
    });
    let columns = vec![
        Column::Text("address"),
        Column::Number("bytes"),
        Column::Number("blocks"),
        Column::Number("calls"),
        Column::Text("found by"),
        Column::Number("certainty"),
        Column::Text("name"),
        Column::Text("public package"),
    ];
    Block::Table { caption: "", columns, rows: rows.collect() }
}

/// The number of functions were found in which way, the most frequent first.
fn ways(functions: &[Found]) -> String {
    let mut ways: Vec<(&str, u64)> = Vec::new();
    for function in functions {
        match ways.iter_mut().find(|(path, _)| *path == function.found_by) {
            Some((_, number)) => *number += 1,
            None => ways.push((function.found_by, 1)),
        }
    }
    ways.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let ways = ways.iter().map(|(path, number)| format!("{path} {}", count(*number)));
    ways.collect::<Vec<_>>().join(", ")
}
