//! The share of functions that find their counterpart in another build of their program, on a corpus with known ones.
//!
//! `cargo run --release -p demarche-similarity --example recall -- CORPUS FOLDER [--only TEXT] [--wrong] [--least P]
//! [--indexed BUILD]`
//!
//! `CORPUS/bin` has the programs without symbols, `CORPUS/gt` one JSON file for each with its functions. The tools 0 to 2 of
//! each actor and the library, built as `BUILD` says (`x64elf/gcc/O2`), are indexed in `FOLDER`, which is emptied first. Asked
//! are tool 0 in every other build, and, as a control, tool 3, which is not in the index, in the same build.
//!
//! Counted are functions of at least 48 bytes, not of the C library, whose library and name the index has. Recall is the share
//! whose surest counterpart has the right library and name (ties are shared), precision the same among those with one that
//! is at least as sure as `P`. Functions that the index does not have, and that have one nevertheless, are listed too.

#![expect(clippy::print_stdout, reason = "an example reports on the terminal")]

#[path = "../corpus/corpus.rs"]
mod corpus;
mod cost;
mod known;
mod measure;
mod score;

use std::env;
use std::path::PathBuf;

use anyhow::{Result, anyhow};

use measure::{Options, measure};

fn main() -> Result<()> {
    let mut paths = Vec::new();
    let (mut only, mut least, mut is_wrong_listed) = (String::new(), 0.5, false);
    let mut indexed = measure::INDEXED.to_owned();
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => only = words.next().unwrap_or_default(),
            "--least" => least = words.next().unwrap_or_default().parse()?,
            "--indexed" => indexed = words.next().unwrap_or_default(),
            "--wrong" => is_wrong_listed = true,
            _ => paths.push(PathBuf::from(word)),
        }
    }
    let [corpus, folder] = <[_; 2]>::try_from(paths).map_err(|_| anyhow!("CORPUS FOLDER"))?;
    measure(&Options { corpus, folder, only, least, is_wrong_listed, indexed })?;
    Ok(())
}
