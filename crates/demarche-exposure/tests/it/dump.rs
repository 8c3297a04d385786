//! A dump in a folder of its own, which goes when the test ends.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use demarche_case::assessment::exposure::ExposureFindings;
use demarche_dump::Limits;
use demarche_exposure::{ExposureError, ScanOptions, ScanStep, Scanned, Store, inventory, scan};
use demarche_sensitive::Rules;
use demarche_text::{Media, text_of};

/// A folder with a dump and a place for its store.
pub(crate) struct Dump {
    folder: PathBuf,
}

impl Dump {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder =
            std::env::temp_dir().join(format!("demarche-exposure-{}-{number}", std::process::id()));
        std::fs::create_dir_all(folder.join("dump")).unwrap();
        Self { folder }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.join("dump")
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.root().join(path)).unwrap();
    }

    pub(crate) fn scan(&self) -> Scanned {
        self.scan_with(&self.store(), 2, None).unwrap()
    }

    pub(crate) fn scan_with(
        &self,
        store: &Path,
        threads: usize,
        passphrase: Option<&str>,
    ) -> Result<Scanned, ExposureError> {
        scan_until(&self.root(), &mut Store::open(store, "dump", passphrase)?, threads, u64::MAX)
    }

    pub(crate) fn found(&self) -> ExposureFindings {
        found(&Store::existing(&self.store(), None).unwrap())
    }
}

impl Drop for Dump {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

pub(crate) fn found(store: &Store) -> ExposureFindings {
    inventory(store, &Rules::built_in()).unwrap()
}

/// Scans until so many bytes are done.
pub(crate) fn scan_until(
    root: &Path,
    store: &mut Store,
    threads: usize,
    bytes: u64,
) -> Result<Scanned, ExposureError> {
    scan_parts(root, store, threads, bytes, &[])
}

/// Scans some files and folders until so many bytes are done.
pub(crate) fn scan_parts(
    root: &Path,
    store: &mut Store,
    threads: usize,
    bytes: u64,
    parts: &[PathBuf],
) -> Result<Scanned, ExposureError> {
    let rules = Rules::built_in();
    let limits = Limits::default();
    let documents =
        |media: Media, bytes: &[u8]| text_of(media, bytes, &demarche_text::Limits::default());
    let clock = || Duration::ZERO;
    let options = ScanOptions {
        rules: &rules,
        limits,
        threads,
        documents: &documents,
        item_time: Duration::from_secs(30),
        clock: &clock,
        parts,
    };
    scan(root, store, &options, &|step: ScanStep| {
        if step.done >= bytes { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
}

/// A message from Anna to Ben.
pub(crate) fn message(id: &str, subject: &str, body: &str) -> String {
    format!(
        "Date: Mon, 1 Jan 2024 08:00:00 +0000\nFrom: \"Anna Adams\" <anna.adams@firm.example>\n\
         To: Ben Baker <ben.baker@firm.example>, Clara Clark <cc@other.example>\nSubject: {subject}\nMessage-ID: <{id}>\n\n{body}\n"
    )
}

/// Messages as a mailbox.
pub(crate) fn mbox(messages: &[String]) -> String {
    let quoted = |message: &String| message.replace("\nFrom ", "\n>From ");
    let messages = messages.iter().map(quoted);
    messages.map(|message| format!("From x@y Mon Jan  1 08:00:00 2024\n{message}\n")).collect()
}

/// A message with a file attached.
pub(crate) fn with_attachment(id: &str, name: &str, text: &str) -> String {
    format!(
        "Date: Mon, 1 Jan 2024 09:00:00 +0000\nFrom: anna.adams@firm.example\nTo: ben.baker@firm.example\nSubject: file\n\
         Message-ID: <{id}>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nsee file\n\
         --b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=\"{name}\"\n\n{text}\n--b--\n"
    )
}
