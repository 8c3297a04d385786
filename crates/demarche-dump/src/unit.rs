use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::fault::Unread;
use crate::mbox;
use crate::number::wide;

/// A piece of a dump that can be read by itself, in parallel with others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// The path of its file, relative to the dump; empty where the dump is a single file.
    pub path: PathBuf,
    /// The part of the file.
    pub part: Part,
    /// The size and the time of change of the file.
    pub stamp: Stamp,
}

/// That by which a file that nobody changed is known again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp {
    /// The size in bytes.
    pub size: u64,
    /// The time of the last change, in nanoseconds since 1970; zero where it is earlier or not known.
    pub modified: u64,
}

impl Stamp {
    fn of(metadata: &fs::Metadata) -> Self {
        let modified = metadata.modified().ok().and_then(|time| {
            let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
            u64::try_from(since.as_nanos()).ok()
        });
        Self { size: metadata.len(), modified: modified.unwrap_or(0) }
    }
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The file from its beginning to its end.
    Whole,
    /// Bytes of a large mailbox that are messages from the first to the last.
    Messages(Range<u64>),
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |part: &Self| match part {
            Self::Whole => (0, 0),
            Self::Messages(range) => (range.start, range.end),
        };
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A path of a dump that holds no unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unlisted {
    /// The path, relative to the dump.
    pub path: PathBuf,
    /// The reason.
    pub reason: Unread,
    /// Its size in bytes, zero where it is not known.
    pub size: u64,
}

/// A mailbox of more bytes than this is cut into pieces.
const CUT_ABOVE: u64 = 2 * PIECE;

/// The bytes of one piece of a mailbox, more or less.
pub(crate) const PIECE: u64 = 8 << 20;

/// Lists the pieces of a dump, a folder or a single file, in the order of their paths.
///
/// Mailboxes of more than 16 MiB are cut into pieces of about 8 MiB. Symbolic links are listed and not followed, but the
/// dump itself may be one.
#[must_use]
pub fn units(root: &Path) -> (Vec<Unit>, Vec<Unlisted>) {
    let mut walk = Walk::default();
    match fs::metadata(root) {
        Ok(metadata) if metadata.is_dir() => walk.folders(root),
        Ok(metadata) => walk.file(root, PathBuf::new(), &metadata),
        Err(error) => walk.unlisted(PathBuf::new(), unopened(&error), 0),
    }
    // The parts of a path are told apart once, and not with each comparison.
    walk.units.sort_by_cached_key(|unit| (names_of(&unit.path), unit.part.clone(), unit.stamp));
    walk.unlisted.sort();
    (walk.units, walk.unlisted)
}

/// The names of which a path is made up, which compare as the path does.
fn names_of(path: &Path) -> Vec<OsString> {
    path.components().map(|name| name.as_os_str().to_owned()).collect()
}

/// The path on disk of a unit.
pub(crate) fn on_disk(root: &Path, path: &Path) -> PathBuf {
    if path.as_os_str().is_empty() { root.to_owned() } else { root.join(path) }
}

/// The reason that an error of the system is.
pub(crate) fn unopened(error: &io::Error) -> Unread {
    Unread::Unopened { reason: error.to_string() }
}

#[derive(Default)]
struct Walk {
    units: Vec<Unit>,
    unlisted: Vec<Unlisted>,
}

impl Walk {
    /// Walks all folders under the root; the folders that wait stand in a list, so that no depth overflows the stack.
    fn folders(&mut self, root: &Path) {
        let mut waiting = vec![PathBuf::new()];
        while let Some(folder) = waiting.pop() {
            let entries = match fs::read_dir(on_disk(root, &folder)) {
                Ok(entries) => entries,
                Err(error) => {
                    self.unlisted(folder, unopened(&error), 0);
                    continue;
                }
            };
            for entry in entries {
                let listed =
                    entry.and_then(|entry| self.entry(root, &folder, &entry, &mut waiting));
                if let Err(error) = listed {
                    self.unlisted(folder.clone(), unopened(&error), 0);
                }
            }
        }
    }

    fn entry(
        &mut self,
        root: &Path,
        folder: &Path,
        entry: &fs::DirEntry,
        waiting: &mut Vec<PathBuf>,
    ) -> io::Result<()> {
        let (path, kind) = (folder.join(entry.file_name()), entry.file_type()?);
        if kind.is_dir() {
            waiting.push(path);
        } else if kind.is_symlink() {
            self.unlisted(path, Unread::Link, 0);
        } else {
            // The entry is asked and not the path, which the system would follow through all its folders.
            match entry.metadata() {
                Ok(metadata) => self.file(root, path, &metadata),
                Err(error) => self.unlisted(path, unopened(&error), 0),
            }
        }
        Ok(())
    }

    fn file(&mut self, root: &Path, path: PathBuf, metadata: &fs::Metadata) {
        if !metadata.is_file() {
            self.unlisted(path, Unread::NotPlain, metadata.len());
            return;
        }
        let ranges = if metadata.len() > CUT_ABOVE {
            fs::File::open(on_disk(root, &path))
                .and_then(|mut file| pieces_of(&mut file, metadata.len(), PIECE))
                .unwrap_or_default()
        } else {
            Vec::new()
        };
        let stamp = Stamp::of(metadata);
        if ranges.len() < 2 {
            self.units.push(Unit { path, part: Part::Whole, stamp });
            return;
        }
        self.units.extend(ranges.into_iter().map(|range| Unit {
            path: path.clone(),
            part: Part::Messages(range),
            stamp,
        }));
    }

    fn unlisted(&mut self, path: PathBuf, reason: Unread, size: u64) {
        self.unlisted.push(Unlisted { path, reason, size });
    }
}

/// Cuts a mailbox before messages, near each multiple of a size; nothing between is read. Empty for other files.
pub(crate) fn pieces_of(file: &mut fs::File, size: u64, piece: u64) -> io::Result<Vec<Range<u64>>> {
    let head = read_at(file, 0, 4096)?;
    if !mbox::begins(&head) {
        return Ok(Vec::new());
    }
    let mut starts = vec![0];
    let mut wanted = piece;
    while wanted < size {
        let Some(start) = next_message(file, wanted, size)? else { break };
        starts.push(start);
        wanted = start.saturating_add(piece);
    }
    let ends = starts.iter().skip(1).copied().chain([size]);
    Ok(starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect())
}

/// The offset of the first message at or behind an offset.
fn next_message(file: &mut fs::File, from: u64, size: u64) -> io::Result<Option<u64>> {
    /// The bytes that are read at a time; windows overlap by a separator line and the line behind it.
    const WINDOW: u64 = 256 << 10;
    const OVERLAP: u64 = 4 << 10;
    /// The bytes before a separator that tell of a blank line.
    const CONTEXT: u64 = 3;
    let mut offset = from.saturating_sub(CONTEXT);
    while offset < size {
        let window = read_at(file, offset, WINDOW)?;
        let found = mbox::separators(&window).find(|found| wide(*found) >= CONTEXT);
        if let Some(found) = found {
            let is_near_end = wide(window.len() - found) < OVERLAP && wide(window.len()) == WINDOW;
            if !is_near_end {
                return Ok(Some(offset + wide(found)));
            }
            offset += wide(found) - CONTEXT;
            continue;
        }
        offset += WINDOW - OVERLAP;
    }
    Ok(None)
}

fn read_at(file: &mut fs::File, offset: u64, count: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}
