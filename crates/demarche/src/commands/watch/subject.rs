//! The target of a watch, and the tables at its start.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::assessment::Input;
use demarche_case::{Asn, Gap, Hashed, TableFile};
use demarche_routes::{Ask, Decompressed, Hop, Rib};
use demarche_watch::Subject;
use rayon::prelude::*;

use crate::cli::watch::WatchArgs;
use crate::commands::read_tables;

/// What a watch starts from.
pub(crate) struct Start {
    pub(crate) subject: Subject,
    pub(crate) tables: Vec<(String, Rib)>,
    pub(crate) inputs: Vec<Input>,
}

/// The question in words, by which a state is known again.
pub(crate) fn question(target: &[Ask]) -> String {
    let ask = target.iter().cloned().fold(Ask::default(), Ask::and);
    let country = ask.country.iter().map(ToString::to_string);
    let networks = ask.asns.iter().map(ToString::to_string);
    let prefixes = ask.prefixes.iter().map(ToString::to_string);
    country.chain(networks).chain(prefixes).collect::<Vec<_>>().join(" ")
}

/// Reads the tables, and finds the target's networks in them.
pub(crate) fn read(
    args: &WatchArgs,
    question: String,
    gaps: &mut Vec<Gap>,
) -> anyhow::Result<Start> {
    let files: Vec<(String, PathBuf)> = args.rib.iter().map(|name| named(name)).collect();
    let read: Vec<anyhow::Result<(Rib, Input, Vec<Gap>)>> =
        files.par_iter().map(|(collector, path)| table(collector, path)).collect();
    let mut tables = Vec::new();
    let mut inputs = Vec::new();
    for ((collector, path), read) in files.iter().zip(read) {
        let (rib, input, of_file) = read?;
        anyhow::ensure!(!rib.prefixes().is_empty(), "{}: no routing table (MRT)", path.display());
        gaps.extend(of_file);
        inputs.push(input);
        tables.push((collector.clone(), rib));
    }
    tables.sort_by_key(|(collector, rib)| (collector.clone(), rib.timestamp()));
    let ask = args.target.iter().cloned().fold(Ask::default(), Ask::and);
    let mut subject = Subject {
        question,
        country: ask.country,
        origins: ask.asns.iter().copied().collect(),
        at_home: Vec::new(),
        prefixes: ask.prefixes.iter().copied().collect(),
    };
    if let Some(country) = ask.country {
        anyhow::ensure!(
            !args.routes.is_empty(),
            "the networks of {country} have to be known: give --routes with AS numbers or delegations"
        );
        let read = read_tables(&args.routes, Vec::new())?;
        gaps.extend(read.routing_data.gaps.iter().cloned());
        inputs.extend(read.inputs);
        let (announcing, on_the_way) = networks(&tables);
        let networks = &read.routing_data.networks;
        subject.at_home = networks.of_country(country, on_the_way);
        if subject.origins.is_empty() && subject.prefixes.is_empty() {
            subject.origins = networks.of_country(country, announcing);
        }
    }
    Ok(Start { subject, tables, inputs })
}

fn table(collector: &str, path: &Path) -> anyhow::Result<(Rib, Input, Vec<Gap>)> {
    let name = path.display().to_string();
    let file = TableFile::named(path).open().with_context(|| format!("cannot open {name}"))?;
    let mut hashed = Hashed::new(file);
    let mut builder = Rib::builder();
    let reading = builder.read(collector, Decompressed::new(&mut hashed, NonZeroUsize::MIN));
    let (sha256, bytes) = hashed.finish().with_context(|| format!("cannot read {name}"))?;
    let gaps = reading.gaps(&name);
    let input = Input { path: name, sha256, bytes, what: "routes (MRT)".to_owned() };
    Ok((builder.finish(), input, gaps))
}

/// The networks that announce something in the tables, and all that are on some path.
fn networks(tables: &[(String, Rib)]) -> (BTreeSet<Asn>, BTreeSet<Asn>) {
    let (mut announcing, mut on_the_way) = (BTreeSet::new(), BTreeSet::new());
    for (_, table) in tables {
        for (_, path) in table.paths().iter() {
            if let Some(Hop::As(origin)) = path.origin() {
                announcing.insert(origin);
            }
            for hop in path.hops() {
                match hop {
                    Hop::As(asn) => {
                        on_the_way.insert(asn);
                    }
                    Hop::Set(members) => on_the_way.extend(members.iter()),
                }
            }
        }
    }
    (announcing, on_the_way)
}

/// The collector and the file of an argument: `NAME=FILE`, or a file whose name or folder tells it.
pub(crate) fn named(argument: &str) -> (String, PathBuf) {
    if let Some((name, file)) = argument.split_once('=')
        && !name.is_empty()
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
    {
        return (name.to_owned(), PathBuf::from(file));
    }
    let path = PathBuf::from(argument);
    let told = collector_of(&path);
    (told, path)
}

/// The part of a file's name before `bview`, `rib` or `updates`; where nothing stands there, the nearest folder that is a collector's.
fn collector_of(path: &Path) -> String {
    let name =
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let parts: Vec<&str> = name.split('.').collect();
    let is_kind = |part: &&str| matches!(*part, "bview" | "rib" | "updates");
    let before: Vec<&str> = parts.iter().copied().take_while(|part| !is_kind(part)).collect();
    if before.len() < parts.len() && !before.is_empty() {
        return before.join(".");
    }
    let folders = path.ancestors().skip(1).filter_map(Path::file_name);
    let mut folders = folders.map(|folder| folder.to_string_lossy().into_owned());
    let is_collector = |folder: &String| {
        folder.starts_with("rrc")
            || folder.starts_with("route-views")
            || folder.starts_with("routeviews")
    };
    folders
        .find(is_collector)
        .unwrap_or_else(|| parts.first().copied().unwrap_or("unnamed").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_known_by_the_name_of_its_file() {
        for (argument, collector, file) in [
            ("rrc00.bview.20000111.0032.gz", "rrc00", "rrc00.bview.20000111.0032.gz"),
            (
                "a/route-views2/bgpdata/rib.20140523.bz2",
                "route-views2",
                "a/route-views2/bgpdata/rib.20140523.bz2",
            ),
            (
                "rrc15/2010.02/updates.20100227.1600.gz",
                "rrc15",
                "rrc15/2010.02/updates.20100227.1600.gz",
            ),
            ("edge=x/table.mrt", "edge", "x/table.mrt"),
            ("table.mrt", "table", "table.mrt"),
        ] {
            assert_eq!(named(argument), (collector.to_owned(), PathBuf::from(file)));
        }
    }
}
