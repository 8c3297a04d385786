use std::fs::File;
use std::io::{self, BufRead, BufWriter, Read, Write};
use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::Context;
use demarche_case::assessment::Input;
use demarche_case::assessment::answer::ConvertAnswer;
use demarche_case::{Gap, Hashed};
use demarche_routes::convert::{Converted, Packing, recompress, to_csv};
use demarche_routes::{Decompressed, TableKind};

use crate::cli::{ConvertArgs, Format};
use crate::output::{self, Outcome, Partial, counted, print};
use crate::progress::Reading;

/// Converts an MRT file.
pub(crate) fn run(args: &ConvertArgs) -> anyhow::Result<Outcome> {
    let name = args.input.display().to_string();
    let (file, size) = opened(&args.input).with_context(|| format!("cannot open {name}"))?;
    anyhow::ensure!(!is_same(&args.input, &args.out), "the output is the input itself: {name}");
    let mut hashed = Reading::new(Hashed::new(file), &name, size);
    let threads = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut input = Decompressed::new(&mut hashed, threads);
    let kind = input.fill_buf().ok().and_then(TableKind::of);
    anyhow::ensure!(kind == Some(TableKind::Mrt), "{name} is not an MRT file");
    let converted = convert(args, input)?;
    let (sha256, bytes) =
        hashed.finish().finish().with_context(|| format!("cannot read {name}"))?;
    let reading = &converted.reading;
    let mut gaps: Vec<Gap> = reading.gaps(&name);
    // A copy has everything; a table has unicast routes alone.
    if matches!(args.to, Format::Csv) {
        gaps.extend(reading.unused(&name));
    }
    let answer = ConvertAnswer {
        output: args.out.display().to_string(),
        records: reading.records,
        routes: reading.routes,
        announcements: reading.announcements,
        withdrawals: reading.withdrawals,
        remarks: reading.remarks(),
    };
    if args.json {
        let input = Input { path: name, sha256, bytes, what: "routes (MRT)".to_owned() };
        return output::json(answer, vec![input], gaps);
    }
    output::gaps(&gaps);
    print(&format!(
        "{}: {}, {}, {}, {}\n",
        answer.output,
        counted(answer.records, "record", "records"),
        counted(answer.routes, "route", "routes"),
        counted(answer.announcements, "announcement", "announcements"),
        counted(answer.withdrawals, "withdrawal", "withdrawals")
    ))?;
    if !answer.remarks.is_empty() {
        print(&format!("beside them, {}\n", answer.remarks.join("; ")))?;
    }
    Ok(Outcome::of(&gaps))
}

/// The input and its size; that of standard input is not known.
fn opened(path: &Path) -> io::Result<(Box<dyn Read + Send>, u64)> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), 0));
    }
    let file = File::open(path)?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    Ok((Box::new(file), size))
}

/// Writes beside the output and renames, so that a failure leaves nothing half-written under its name.
fn convert(args: &ConvertArgs, input: Decompressed<'_>) -> anyhow::Result<Converted> {
    let (partial, file) = Partial::create(&args.out)?;
    let mut output = BufWriter::with_capacity(1 << 20, file);
    let converted = match args.to {
        Format::Zstd => recompress(input, &mut output, Packing::Zstd),
        Format::Gzip => recompress(input, &mut output, Packing::Gzip),
        Format::Csv => to_csv(input, &mut output),
    };
    partial.finish(converted.and_then(|converted| output.flush().map(|()| converted)))
}

fn is_same(left: &Path, right: &Path) -> bool {
    let paths = left.canonicalize().ok().zip(right.canonicalize().ok());
    paths.is_some_and(|(left, right)| left == right)
}
