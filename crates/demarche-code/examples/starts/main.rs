//! How well function starts are found on a corpus with known ones.
//!
//! `cargo run --release --example starts -- CORPUS [--bare] [--only TEXT] [--wrong NAME] [--write FOLDER]`
//!
//! `CORPUS/bin` has the programs, `CORPUS/bin_nounwind` the same without unwind tables, `CORPUS/gt` one JSON file for
//! each with its functions. `--bare` forgets the unwind tables that Windows programs have as well. `--only` takes the
//! programs whose name contains a text, `--wrong` lists what is missed and invented in one program, `--write` keeps the
//! starts as JSON files for another scorer.
//!
//! A start counts inside `.text` only. Thunks, split-off parts and labels are neither right nor wrong.

#![expect(clippy::print_stdout, reason = "an example reports on the terminal")]

mod measure;

use std::env;
use std::path::PathBuf;

use anyhow::Result;

use measure::{Options, measure};

fn main() -> Result<()> {
    let mut options = Options::default();
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--bare" => options.is_bare = true,
            "--only" => options.only = words.next(),
            "--wrong" => options.wrong = words.next(),
            "--write" => options.write = words.next().map(PathBuf::from),
            _ => options.corpus = PathBuf::from(word),
        }
    }
    for folder in ["bin", "bin_nounwind"] {
        measure(&options, folder)?;
    }
    Ok(())
}
