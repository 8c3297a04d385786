//! A watch over files, or over standard input.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind, Read};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::Context;
use demarche_case::assessment::Input;
use demarche_case::{Gap, GapKind, Sha256, Shortfall, TableFile};
use demarche_routes::Decompressed;
use demarche_watch::{SourceId, Watch};

use super::record::Record;
use super::subject::named;
use crate::cli::watch::WatchArgs;

/// Replays the files of each collector, one after the other.
pub(crate) fn replay(
    args: &WatchArgs,
    mut watch: Watch,
    record: &mut Record,
    inputs: &mut Vec<Input>,
    gaps: &mut Vec<Gap>,
) -> anyhow::Result<Watch> {
    let troubles = Troubles::default();
    let mut collectors: BTreeMap<String, VecDeque<PathBuf>> = BTreeMap::new();
    for argument in &args.updates {
        let (collector, path) = named(argument);
        collectors.entry(collector).or_default().push_back(path);
    }
    for path in collectors.values().flatten() {
        inputs.push(input(path)?);
    }
    let mut sources: Vec<(SourceId, Box<dyn Read + Send>)> = Vec::new();
    let mut names = BTreeMap::new();
    for (collector, files) in collectors {
        let source = watch.source(&collector);
        names.insert(source, collector);
        let chain = Chain { files, current: None, troubles: Arc::clone(&troubles) };
        sources.push((source, Box::new(chain)));
    }
    if args.stdin {
        let source = watch.source(&args.collector);
        names.insert(source, args.collector.clone());
        sources.push((source, Box::new(Decompressed::new(io::stdin(), NonZeroUsize::MIN))));
    }
    let mut failed = Ok(());
    let replayed = demarche_watch::replay(&mut watch, sources, &mut |watch, minute| {
        record.minute(watch, minute).unwrap_or_else(|error| {
            failed = Err(error);
            false
        })
    });
    failed?;
    for (source, reading) in &replayed.readings {
        let name = names.get(source).map_or("updates", String::as_str);
        // A reader that was stopped breaks off where it stood, which is no damage.
        let all = reading.gaps(name).into_iter();
        gaps.extend(all.filter(|gap| replayed.is_whole || gap.kind != GapKind::Damaged));
    }
    if let Ok(troubles) = troubles.lock() {
        gaps.extend(troubles.iter().cloned());
    }
    Ok(watch)
}

fn input(path: &std::path::Path) -> anyhow::Result<Input> {
    let name = path.display().to_string();
    let mut file = TableFile::named(path).open().with_context(|| format!("cannot open {name}"))?;
    let (sha256, bytes) =
        Sha256::of_reader(&mut file).with_context(|| format!("cannot read {name}"))?;
    Ok(Input { path: name, sha256, bytes, what: "updates (MRT)".to_owned() })
}

type Troubles = Arc<Mutex<Vec<Gap>>>;

/// The files of a collector as one stream of records; one that cannot be read on is left at that place.
struct Chain {
    files: VecDeque<PathBuf>,
    current: Option<(String, Decompressed<'static>)>,
    troubles: Troubles,
}

/// A file that cannot be read on.
#[derive(Debug, thiserror::Error)]
#[error("cannot be read on: {0}")]
struct Unreadable(io::Error);

impl Shortfall for Unreadable {
    fn kind(&self) -> GapKind {
        GapKind::Damaged
    }

    fn remedy(&self) -> Option<String> {
        Some("get the whole file; what stands before was read".to_owned())
    }
}

impl Chain {
    fn trouble(&mut self, name: &str, error: io::Error) {
        if let Ok(mut troubles) = self.troubles.lock() {
            troubles.push(Gap::of(name, &Unreadable(error)));
        }
        self.current = None;
    }
}

impl Read for Chain {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some((name, current)) = &mut self.current else {
                let Some(path) = self.files.pop_front() else { return Ok(0) };
                let name = path.display().to_string();
                match TableFile::named(&path).open() {
                    Ok(file) => {
                        self.current = Some((name, Decompressed::new(file, NonZeroUsize::MIN)));
                    }
                    Err(error) => self.trouble(&name, error),
                }
                continue;
            };
            match current.read(buffer) {
                Ok(0) if !buffer.is_empty() => self.current = None,
                Err(error) if error.kind() != ErrorKind::Interrupted => {
                    let name = name.clone();
                    self.trouble(&name, error);
                }
                read => return read,
            }
        }
    }
}
