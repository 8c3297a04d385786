//! Makes the file of hashes by which functions of public libraries are known, and tries it.
//!
//! `cargo run --release -p demarche-code --example libraries -- pack LIST FILE [KNOWN]` reads `LIST`: a line for each build of a
//! library, with its name, its version and the path of a program, an object or an archive of objects, with tabs between
//! them. A library whose functions others have inside comes before them. The name `-` stands for programs that have nothing
//! to do with any library: what they share by chance is left out. Of those named `templates` only functions that their names
//! give to a public library are taken. `KNOWN` is a file that was made before, and is taken over first. `collect.py` beside
//! this file makes such a list.
//!
//! `cargo run --release -p demarche-code --example libraries -- try PROGRAM…` prints for each program the functions that are
//! large enough to be told, those long enough to have a hash, those that it says to be its own project's with the number that the hashes know all the same,
//! and, library by library, those that are told.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example reports on the terminal"
)]

use std::collections::BTreeMap;
use std::{env, fs};

use anyhow::{Context as _, Result};
use demarche_archive::{Limits, open};
use demarche_code::{
    Fingerprint, Origin, Pack, fingerprints, functions, libraries, library_of_symbol, origins,
};
use demarche_image::identity::identify_images;
use demarche_image::read_all;
use rayon::prelude::*;

/// The fewest instructions of a function that has a hash.
const INSTRUCTIONS: u32 = 12;

/// The fewest features of a function that two programs could be compared by.
const FEATURES: usize = 4;

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["pack", list, file] => pack(list, file, Pack::default()),
        ["pack", list, file, known] => {
            let known = Pack::of(&fs::read(known)?).context("no file of hashes")?;
            pack(list, file, known)
        }
        ["try", programs @ ..] => {
            let lines: Vec<Result<String>> = programs.par_iter().map(|path| tried(path)).collect();
            for line in lines {
                match line {
                    Ok(line) => println!("{line}"),
                    Err(error) => eprintln!("{error:#}"),
                }
            }
            Ok(())
        }
        _ => anyhow::bail!("usage: libraries pack LIST FILE [KNOWN] | libraries try PROGRAM…"),
    }
}

fn pack(list: &str, file: &str, mut pack: Pack) -> Result<()> {
    let text = fs::read_to_string(list)?;
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    for lot in lines.chunks(64) {
        let read: Vec<(&Vec<&str>, Result<Read>)> =
            lot.par_iter().map(|line| (line, all(line.last().unwrap_or(&"")))).collect();
        for (line, read) in read {
            let [name, version, path] = line.as_slice() else { continue };
            match read {
                Ok(read) if *name == "-" => {
                    eprintln!("{path}: {} left out", pack.forget(&read.own));
                }
                Ok(read) => {
                    let own = if *name == "templates" { &[] } else { read.own.as_slice() };
                    let templates = &read.templates;
                    let new = pack.add(name, version, own)
                        + templates.iter().map(|(of, all)| pack.add(of, "", all)).sum::<usize>();
                    let functions = own.len() + templates.values().map(Vec::len).sum::<usize>();
                    eprintln!("{name}\t{version}\t{path}\t{functions} functions, {new} hashes");
                }
                Err(error) => eprintln!("{path}: {error:#}"),
            }
        }
    }
    let bytes = pack.bytes().context("too many libraries")?;
    eprintln!("{} hashes, {} bytes", pack.len(), bytes.len());
    fs::write(file, bytes)?;
    Ok(())
}

/// The functions of a file.
#[derive(Default)]
struct Read {
    own: Vec<Fingerprint>,
    /// Those of templates of public libraries, which the compiler makes in every program, by library.
    templates: BTreeMap<&'static str, Vec<Fingerprint>>,
}

/// The fingerprints of all programs and objects in a file.
fn all(path: &str) -> Result<Read> {
    let bytes = fs::read(path).with_context(|| path.to_owned())?;
    let mut found = Read::default();
    open(bytes, path, &[], &Limits::default(), &mut |member| {
        for image in read_all(&member.bytes).into_iter().flatten() {
            for function in fingerprints(&image, &functions(&image)) {
                let symbols = &image.symbols;
                let symbol = symbols.binary_search_by_key(&function.start, |symbol| symbol.address);
                let name = symbol.ok().and_then(|place| symbols.get(place));
                let library = name.and_then(|symbol| library_of_symbol(&symbol.name));
                match library {
                    Some(library) => found.templates.entry(library).or_default(),
                    None => &mut found.own,
                }
                .push(function);
            }
        }
    });
    Ok(found)
}

fn tried(path: &str) -> Result<String> {
    let bytes = fs::read(path).with_context(|| path.to_owned())?;
    let images = read_all(&bytes);
    let identity = identify_images(&bytes, &images);
    let image = images.into_iter().find_map(Result::ok).with_context(|| path.to_owned())?;
    let program = functions(&image);
    let fingerprints = fingerprints(&image, &program);
    let origins = origins(&image, &program, &fingerprints, identity.go.as_ref());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut large, mut told, mut own, mut wrong, mut long) = (0, 0, 0, 0, 0);
    let alone = libraries(&fingerprints).expand(fingerprints.len());
    let all = origins.expand(fingerprints.len());
    for ((origin, alone), fingerprint) in all.iter().zip(&alone).zip(&fingerprints) {
        let is_large = fingerprint.features.len() >= FEATURES;
        large += usize::from(is_large);
        long += usize::from(is_large && fingerprint.instructions >= INSTRUCTIONS);
        if is_large && *origin == Origin::Own {
            own += 1;
            wrong += usize::from(*alone != Origin::Untold);
        }
        if let Origin::Package(place) = origin
            && let Some(package) = origins.package(*place)
            && is_large
        {
            told += 1;
            *counts.entry(package.to_string()).or_default() += 1;
        }
    }
    let runtime = identity.runtime;
    Ok(format!(
        "{path}\t{runtime:?}\t{} functions\t{large} large\t{long} long\t{own} own\t{wrong} of them known\t{told} told\t{counts:?}",
        fingerprints.len()
    ))
}
