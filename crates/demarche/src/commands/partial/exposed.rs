//! What leaked files expose, as rows of digests: each file is scanned into a store of its own, which goes when it was counted.

use std::fs::File;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use demarche_batch::Kind;
use demarche_case::Gap;
use demarche_dump::Limits;
use demarche_exposure::{DigestKey, DigestRow, ScanOptions, Store, digests, inventory, scan};
use demarche_sensitive::Rules;

use crate::cli::expose::ITEM_TIME;
use crate::commands::expose::documents::DocumentReaders;
use crate::commands::expose::scan::{clock, gaps};

/// Reads the key of the digests from its file, or makes one there; `None` for kinds without digests.
pub(crate) fn key(kind: Kind, path: Option<&Path>) -> anyhow::Result<Option<DigestKey>> {
    if kind != Kind::Exposure {
        anyhow::ensure!(path.is_none(), "{kind} has no digests; --key-file is for exposure");
        return Ok(None);
    }
    let path = path.context(
        "name the file of the key with --key-file; all partials of an answer have one key",
    )?;
    let named = || format!("no key of digests can be used in {}", path.display());
    if !path.exists() {
        let key = DigestKey::random().context("the system has no source of chance")?;
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).with_context(named)?;
        writeln!(file, "{}", key.secret()).with_context(named)?;
        return Ok(Some(key));
    }
    let text = std::fs::read_to_string(path).with_context(named)?;
    text.parse().map(Some).with_context(named)
}

/// Scans one file.
pub(crate) struct Scanner {
    key: DigestKey,
    rules: Rules,
    /// The folder in which stores stand while they are made.
    folder: PathBuf,
    threads: NonZeroUsize,
}

impl Scanner {
    /// A scanner whose stores stand in a folder.
    pub(crate) fn new(key: DigestKey, folder: &Path, threads: NonZeroUsize) -> Self {
        Self { key, rules: Rules::built_in(), folder: folder.to_owned(), threads }
    }

    /// The digests of what a file exposes, and what of it could not be read.
    pub(crate) fn scan(&self, file: &Path) -> anyhow::Result<(Vec<DigestRow>, Vec<Gap>)> {
        let scratch = demarche_batch::Scratch::new(&self.folder)?;
        let mut store = Store::open(&scratch.path().join("store.sqlite"), "partial", None)?;
        let item_time = Duration::from_secs(ITEM_TIME);
        let readers = DocumentReaders::new(item_time)?;
        let clock = clock();
        let options = ScanOptions {
            rules: &self.rules,
            limits: Limits::default(),
            threads: self.threads.get(),
            documents: &|media, bytes| readers.read(media, bytes),
            item_time,
            clock: &clock,
            parts: &[],
        };
        scan(file, &mut store, &options, &|_| ControlFlow::Continue(()))?;
        let found = inventory(&store, &self.rules)?;
        Ok((digests(&store, &self.key)?, gaps(&found)))
    }
}
