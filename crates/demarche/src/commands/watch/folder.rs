//! The folder of a watch: lines, state, page, drawing, and what was received.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::assessment::watch::WatchFindings;
use demarche_case::{Sha256, Tlp};
use demarche_report::{svg_of_watch, watch_html};
use demarche_watch::Watch;

use super::evidence;
use crate::output;

const LINES: &str = "minutes.jsonl";
const STATE: &str = "state.bin";
const RECORD: &str = "watch.json";
const RECEIVED: &str = "received";
const LOCK: &str = ".lock";

/// The record can not be kept: the disk is full, or the folder went away.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep the record of the watch in {folder}")]
pub(crate) struct Unkept {
    folder: String,
    source: anyhow::Error,
}

impl Unkept {
    /// The remedy.
    pub(crate) const fn hint(&self) -> &'static str {
        "what stands in the folder is kept; make room, and run the same command with --resume"
    }
}

/// The folder, and the files in it that grow.
pub(crate) struct Folder {
    path: PathBuf,
    lines: Option<File>,
    length: u64,
    received: BTreeMap<String, File>,
    /// Held until the watch ends, so that two do not write to one folder.
    _lock: File,
}

impl Folder {
    /// Opens or makes a folder.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        std::fs::create_dir_all(path).with_context(|| format!("cannot make {shown}"))?;
        let lock = OpenOptions::new().append(true).create(true).open(path.join(LOCK));
        let lock = lock.with_context(|| format!("cannot write to {shown}"))?;
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            anyhow::bail!("{shown}: another watch writes to this folder; take another folder");
        }
        let (lines, received) = (None, BTreeMap::new());
        Ok(Self { path: path.to_owned(), lines, length: 0, received, _lock: lock })
    }

    /// Returns true once there is a file for the lines.
    pub(crate) const fn is_begun(&self) -> bool {
        self.lines.is_some()
    }

    /// Refuses a folder that has a record already.
    pub(crate) fn refuse_begun(&self) -> anyhow::Result<()> {
        let path = self.path.join(LINES);
        let is_there = path.symlink_metadata().is_ok();
        anyhow::ensure!(
            !is_there,
            "{} is there: take another folder, or go on with --resume",
            path.display()
        );
        Ok(())
    }

    /// Begins a record; one that is there is not overwritten.
    pub(crate) fn begin(&mut self) -> anyhow::Result<()> {
        self.refuse_begun()?;
        let path = self.path.join(LINES);
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        self.lines = Some(file.with_context(|| format!("cannot begin {}", path.display()))?);
        Ok(())
    }

    /// The state in the folder; `None` where there is none yet, and the record begins anew.
    pub(crate) fn state(&mut self) -> anyhow::Result<Option<Vec<u8>>> {
        let state = match std::fs::read(self.path.join(STATE)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // Killed before the first state was written: nothing is lost by beginning again.
                self.lines = Some(self.cut_lines(0)?);
                return Ok(None);
            }
            read => read.with_context(|| format!("cannot read {STATE}"))?,
        };
        let (length, watch) = state.split_first_chunk::<8>().context("the state is damaged")?;
        self.length = u64::from_be_bytes(*length);
        Ok(Some(watch.to_vec()))
    }

    /// Takes up the record where the state that was read stands, and tells how many lines stood behind it.
    pub(crate) fn go_on(&mut self) -> anyhow::Result<u32> {
        let path = self.path.join(LINES);
        let lines = std::fs::read(&path).with_context(|| format!("cannot read {LINES}"))?;
        let behind = usize::try_from(self.length).ok().and_then(|length| lines.get(length..));
        let count = behind.into_iter().flatten().filter(|byte| **byte == b'\n').count();
        self.lines = Some(self.cut_lines(self.length)?);
        u32::try_from(count).with_context(|| format!("{LINES} has too many lines"))
    }

    /// The lines up to a length; what was written behind it is written again.
    fn cut_lines(&self, length: u64) -> anyhow::Result<File> {
        let path = self.path.join(LINES);
        let cannot = || format!("cannot go on with {}", path.display());
        let options = OpenOptions::new().append(true).create(length == 0).open(&path);
        let file = options.with_context(cannot)?;
        let present = file.metadata().with_context(cannot)?.len();
        anyhow::ensure!(present >= length, "{}: shorter than the state says", path.display());
        file.set_len(length).with_context(cannot)?;
        Ok(file)
    }

    /// Writes a line, whole or not at all.
    pub(crate) fn line(&mut self, line: &str) -> anyhow::Result<()> {
        let file = self.lines.as_mut().context("the record was not begun")?;
        if let Err(error) = file.write_all(line.as_bytes()) {
            // A full disk takes a part of a line; a file can always be cut.
            drop(file.set_len(self.length));
            let path = self.path.join(LINES);
            return self
                .kept(Err(error).with_context(|| format!("cannot write {}", path.display())));
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// A failure to write, with its remedy.
    fn kept(&self, written: anyhow::Result<()>) -> anyhow::Result<()> {
        let folder = self.path.display().to_string();
        written.map_err(|source| Unkept { folder, source }.into())
    }

    /// Writes the state, whole or not at all.
    pub(crate) fn save(&mut self, watch: &Watch) -> anyhow::Result<()> {
        let saved = self.write_state(watch);
        self.kept(saved)
    }

    fn write_state(&mut self, watch: &Watch) -> anyhow::Result<()> {
        if let Some(lines) = &mut self.lines {
            lines.sync_data().with_context(|| format!("cannot write {LINES}"))?;
        }
        for (collector, file) in &mut self.received {
            let cannot = || format!("cannot write what was received of {collector}");
            file.sync_data().with_context(cannot)?;
        }
        let state = [self.length.to_be_bytes().as_slice(), &watch.save()].concat();
        output::write(&self.path.join(STATE), &state)
    }

    /// Keeps what was received of a collector: whole MRT records.
    pub(crate) fn keep(&mut self, collector: &str, records: &[u8]) -> anyhow::Result<()> {
        let path = self.received_path(collector);
        let written = self.append(collector, &path, records);
        if written.is_err() && path.exists() {
            drop(cut_to_records(&path));
        }
        self.kept(written.with_context(|| format!("cannot write {}", path.display())))
    }

    fn append(&mut self, collector: &str, path: &Path, records: &[u8]) -> std::io::Result<()> {
        if let Some(file) = self.received.get_mut(collector) {
            return file.write_all(records);
        }
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        self.received.entry(collector.to_owned()).or_insert(file).write_all(records)
    }

    fn received_path(&self, collector: &str) -> PathBuf {
        self.path.join(RECEIVED).join(format!("{collector}.updates.mrt"))
    }

    /// What was received before, by collector; the end of a file that a crash cut is cut to whole records.
    pub(crate) fn received(&self) -> anyhow::Result<Vec<(String, PathBuf)>> {
        let entries = match std::fs::read_dir(self.path.join(RECEIVED)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.context("cannot list what was received")?,
        };
        let mut found = Vec::new();
        for entry in entries {
            let path = entry.context("cannot list what was received")?.path();
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if let Some(collector) = name.strip_suffix(".updates.mrt") {
                cut_to_records(&path)?;
                found.push((collector.to_owned(), path.clone()));
            }
        }
        found.sort();
        Ok(found)
    }

    /// Writes the state, the page, the drawing, the record, and the hashes with the lines for a case.
    pub(crate) fn finish(
        &mut self,
        watch: &Watch,
        findings: &WatchFindings,
        marking: Tlp,
    ) -> anyhow::Result<()> {
        self.save(watch)?;
        self.show(findings)?;
        self.kept(self.evidence(findings, marking))
    }

    /// Writes the page, the drawing and the record.
    pub(crate) fn show(&self, findings: &WatchFindings) -> anyhow::Result<()> {
        self.kept(self.write_page(findings))
    }

    fn write_page(&self, findings: &WatchFindings) -> anyhow::Result<()> {
        let mut json = serde_json::to_string_pretty(findings).context("cannot write JSON")?;
        json.push('\n');
        output::write(&self.path.join(RECORD), json.as_bytes())?;
        output::write(&self.path.join("watch.html"), watch_html(findings).as_bytes())?;
        output::write(&self.path.join("watch.svg"), svg_of_watch(findings).as_bytes())
    }

    /// The hashes and items of the record and of what was received, to be put into the `evidence.toml` of a case.
    fn evidence(&self, findings: &WatchFindings, marking: Tlp) -> anyhow::Result<()> {
        let received = self.received()?;
        let received = received.iter().map(|(collector, _)| collector.as_str());
        // A case that the folder is copied into finds the files below the folder's name.
        let name = self.path.canonicalize().context("cannot find the folder")?;
        let name = name.file_name().map_or_else(String::new, |name| name.display().to_string());
        let (mut sums, mut items) = (String::new(), String::new());
        for item in evidence::items(findings, RECORD, RECEIVED, received) {
            let cannot = || format!("cannot read {}", item.file);
            let mut file = File::open(self.path.join(&item.file)).with_context(cannot)?;
            let (sha256, _) = Sha256::of_reader(&mut file).with_context(cannot)?;
            let _ = writeln!(sums, "{sha256}  {}", item.file);
            items.push_str(&item.toml(&sha256, &name, marking));
        }
        output::write(&self.path.join("SHA256SUMS"), sums.as_bytes())?;
        output::write(&self.path.join("evidence.toml"), items.as_bytes())
    }
}

/// Cuts a file of MRT to its whole records.
fn cut_to_records(path: &Path) -> anyhow::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    let cannot = || format!("cannot read {}", path.display());
    let mut file = OpenOptions::new().read(true).write(true).open(path).with_context(cannot)?;
    let size = file.metadata().with_context(cannot)?.len();
    let mut end = 0_u64;
    let mut header = [0; 12];
    while end + 12 <= size {
        file.seek(SeekFrom::Start(end)).with_context(cannot)?;
        file.read_exact(&mut header).with_context(cannot)?;
        let [.., a, b, c, d] = header;
        let next = end + 12 + u64::from(u32::from_be_bytes([a, b, c, d]));
        if next > size {
            break;
        }
        end = next;
    }
    if end < size {
        file.set_len(end).with_context(cannot)?;
    }
    Ok(())
}
