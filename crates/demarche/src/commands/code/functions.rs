use std::fmt::Write as _;

use demarche_case::{Gap, Sha256};
use demarche_code::{Discovery, Function, Program, functions};
use demarche_image::{Architecture, Format, Image, read};
use serde::Serialize;

use crate::cli::code::CodeFunctionsArgs;
use crate::output::{self, Outcome, Table, count, counted, print};
use crate::samples::{self, Sample};

/// The functions of one executable.
#[derive(Debug, Serialize)]
struct Listing {
    name: String,
    sha256: Sha256,
    format: Format,
    architecture: Architecture,
    code_bytes: u64,
    functions: Vec<Listed>,
}

/// One function.
#[derive(Debug, Serialize)]
struct Listed {
    address: u64,
    size: u64,
    blocks: usize,
    calls: usize,
    name: Option<String>,
    found_by: &'static str,
    certainty: f32,
    is_thunk: bool,
}

/// Lists the functions of executables.
pub(crate) fn run(args: &CodeFunctionsArgs) -> anyhow::Result<Outcome> {
    let mut listings = Vec::new();
    let mut inputs = Vec::new();
    let gaps = samples::visit(&args.files, &args.opening, |sample| {
        inputs.push(sample.input("an executable"));
        let image = match image(&sample) {
            Ok(image) => image,
            Err(gap) => return Ok(vec![gap]),
        };
        let program = functions(&image);
        listings.push(listing(&sample, &image, &program));
        let of = |gap: Gap| Gap { source: sample.name.clone(), ..gap };
        Ok(program.gaps.into_iter().map(of).collect())
    })?;
    if args.json {
        return output::json(listings, inputs, gaps);
    }
    output::gaps(&gaps);
    let texts: Vec<String> = listings.iter().map(|one| text(one, args.list)).collect();
    print(&texts.join("\n"))?;
    Ok(Outcome::of(&gaps))
}

fn image(sample: &Sample) -> Result<Image<'_>, Gap> {
    read(&sample.bytes).map_err(|error| Gap::new(sample.name.clone(), error.to_string()))
}

fn listing(sample: &Sample, image: &Image<'_>, program: &Program) -> Listing {
    let functions: Vec<Listed> =
        program.functions.iter().map(|function| listed(image, function)).collect();
    Listing {
        name: sample.name.clone(),
        sha256: sample.sha256,
        format: image.format,
        architecture: image.architecture,
        code_bytes: functions.iter().map(|one| one.size).sum(),
        functions,
    }
}

fn listed(image: &Image<'_>, function: &Function) -> Listed {
    let sizes = function.blocks.iter().map(|block| block.end.since(block.start).unwrap_or(0));
    let symbol = image.symbols.binary_search_by_key(&function.start, |symbol| symbol.address);
    let symbol = symbol.ok().and_then(|place| image.symbols.get(place));
    Listed {
        address: function.start.0,
        size: sizes.sum(),
        blocks: function.blocks.len(),
        calls: function.calls.len(),
        name: symbol.map(|symbol| symbol.name.clone()).filter(|name| !name.is_empty()),
        found_by: found_by(function.discovery),
        certainty: function.certainty,
        is_thunk: function.is_thunk,
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

fn text(listing: &Listing, all: bool) -> String {
    let mut text = format!(
        "{}\n  {:?} {:?}, SHA-256 {}\n  {}, {} bytes of code\n",
        output::clean(&listing.name),
        listing.format,
        listing.architecture,
        listing.sha256,
        counted(listing.functions.len() as u64, "function", "functions"),
        count(listing.code_bytes),
    );
    let mut ways: Vec<(&str, u64)> = Vec::new();
    for function in &listing.functions {
        match ways.iter_mut().find(|(way, _)| *way == function.found_by) {
            Some((_, number)) => *number += 1,
            None => ways.push((function.found_by, 1)),
        }
    }
    ways.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let ways: Vec<String> =
        ways.iter().map(|(way, number)| format!("{} by {way}", count(*number))).collect();
    let _ = writeln!(text, "  found: {}", ways.join(", "));
    if all {
        let mut table =
            Table::new(["address", "bytes", "blocks", "calls", "found by", "sure", "name"]);
        for one in &listing.functions {
            table.row([
                format!("{:#x}", one.address),
                one.size.to_string(),
                one.blocks.to_string(),
                one.calls.to_string(),
                one.found_by.to_owned(),
                output::percent(f64::from(one.certainty)),
                one.name.clone().unwrap_or_default(),
            ]);
        }
        text.push_str(&table.text());
    }
    text
}
