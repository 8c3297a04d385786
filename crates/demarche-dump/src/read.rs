//! One unit of a dump read from its file, and items told to the sink.

mod archives;
mod document;
mod mail;
mod mailbox;
mod outlook;
mod source;

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::{ControlFlow, Range};
use std::path::Path;

use demarche_archive::Budget;
use demarche_terms::Sha256;
use demarche_text::{Media, Text, media_of};

use self::source::{HEAD, head_of, read_range};
use crate::fault::{Fault, Unread};
use crate::folder;
use crate::header::{FIELDS, Fields};
use crate::item::{Content, Item, Sink};
use crate::limits::Limits;
use crate::lines;
use crate::number::wide;
use crate::unit::{Part, Unit, on_disk, unopened};

/// The reader of documents that are more than plain text, which the caller may run in a process of its own.
pub type DocumentReader<'a> = dyn Fn(Media, &[u8]) -> Result<Text, demarche_text::Unread> + 'a;

/// Reads one unit of a dump and tells the sink every item in it.
///
/// # Examples
///
/// ```no_run
/// use std::ops::ControlFlow;
/// use std::path::Path;
///
/// use demarche_dump::{Item, Limits, Sink, read, units};
///
/// struct Names;
///
/// impl Sink for Names {
///     fn item(&mut self, item: Item<'_>) -> ControlFlow<()> {
///         assert!(!item.name.contains('\n'));
///         ControlFlow::Continue(())
///     }
/// }
///
/// let root = Path::new("leaked");
/// let (units, _) = units(root);
/// let documents = |_, _: &[u8]| Err(demarche_text::Unread::Unsupported);
/// for unit in &units {
///     read(root, unit, &Limits::default(), &documents, &mut Names);
/// }
/// ```
pub fn read(
    root: &Path,
    unit: &Unit,
    limits: &Limits,
    documents: &DocumentReader<'_>,
    sink: &mut dyn Sink,
) {
    let mut reader =
        Reader { limits, documents, sink, next: 0, fields: &FIELDS, budget: None, held: 0 };
    // A sink that breaks off has all it wants.
    let _: Flow = reader.unit(root, unit);
}

/// Reads bytes that lie in no file, by the name that they would have, and tells the sink every item in them.
pub fn read_bytes(
    name: &str,
    bytes: &[u8],
    limits: &Limits,
    documents: &DocumentReader<'_>,
    sink: &mut dyn Sink,
) {
    let mut reader =
        Reader { limits, documents, sink, next: 0, fields: &FIELDS, budget: None, held: 0 };
    let name = printable(name);
    let media = folder::media_by_place(&name, lines::slice(bytes, 0..HEAD));
    let at = Some(0..wide(bytes.len()));
    // A sink that breaks off has all it wants.
    let _: Flow = reader.bytes(&Place { name, at, media, ..Place::default() }, bytes);
}

/// [`ControlFlow::Break`] when the sink wants no more.
type Flow<T = ()> = ControlFlow<(), T>;

/// Files of at most this many bytes are read into memory, of whatever kind they are.
const SMALL: u64 = 16 << 20;

/// Archives in each other may hold this many bytes in memory before small ones are put aside on disk too.
const HELD: u64 = 64 << 20;

/// Files of at most this many bytes are read into memory even then.
const CROWDED: u64 = 1 << 20;

/// Nesting of this depth is read and named: honest containers hold each other less deep.
const UNUSUAL_DEPTH: u32 = 16;

/// A unit as it is read.
struct Reader<'a> {
    limits: &'a Limits,
    documents: &'a DocumentReader<'a>,
    sink: &'a mut dyn Sink,
    next: u32,
    fields: &'a Fields,
    /// What the archive around the current item may still expand to; `None` outside of archives.
    budget: Option<Budget>,
    /// The bytes of members of archives around the current item that are held in memory.
    held: u64,
}

/// The place of an item, and what its container says about it.
#[derive(Clone, Default)]
struct Place {
    within: Option<u32>,
    depth: u32,
    name: String,
    at: Option<Range<u64>>,
    folder: Option<String>,
    /// The kind that its container states.
    media: Option<Media>,
    /// The charset that its container states.
    charset: Option<String>,
    faults: Vec<Fault>,
}

impl Place {
    fn inside(&self, number: u32, name: impl Into<String>) -> Self {
        let folder = self.folder.clone();
        let depth = self.depth + 1;
        Self { within: Some(number), depth, name: name.into(), folder, ..Self::default() }
    }
}

/// Bytes whose kind and digest are known. Messages are in one form.
struct Known<'a> {
    media: Media,
    digest: Sha256,
    bytes: std::borrow::Cow<'a, [u8]>,
}

impl<'a> Known<'a> {
    fn of(place: &Place, bytes: &'a [u8]) -> Self {
        let media = place.media.unwrap_or_else(|| kind_of(&place.name, bytes));
        match media {
            Media::Message => {
                let bytes = lines::uniform(bytes, false);
                Self { media, digest: Sha256::of(&bytes), bytes }
            }
            _ => Self { media, digest: Sha256::of(bytes), bytes: bytes.into() },
        }
    }
}

/// The kind of some bytes; zip and compound files are told from all of them.
fn kind_of(name: &str, bytes: &[u8]) -> Media {
    let is_packed = bytes.starts_with(b"PK") || bytes.starts_with(b"\xd0\xcf\x11\xe0");
    let head = if is_packed { bytes } else { lines::slice(bytes, 0..HEAD) };
    media_of(name, head)
}

impl Reader<'_> {
    fn unit(&mut self, root: &Path, unit: &Unit) -> Flow {
        let path = on_disk(root, &unit.path);
        let shown = if unit.path.as_os_str().is_empty() {
            path.file_name().map(Path::new).unwrap_or(&path)
        } else {
            &unit.path
        };
        let mut place = Place { name: printable(&shown.to_string_lossy()), ..Place::default() };
        place.folder = folder::of_path(shown);
        let opened = File::open(&path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (size, mut file) = match opened {
            Ok(opened) => opened,
            Err(error) => return self.refuse(&place, Media::Unknown, 0, &unopened(&error)),
        };
        match &unit.part {
            Part::Whole => {
                place.at = Some(0..size);
                self.file(place, &mut file, size)
            }
            Part::Messages(range) => self.piece(place, &mut file, range.clone()),
        }
    }

    /// The bytes that one more file may hold in memory, whatever its kind.
    fn allowance(&self) -> u64 {
        if self.held < HELD { SMALL } else { CROWDED }
    }

    /// Reads a file on disk.
    fn file(&mut self, mut place: Place, file: &mut File, size: u64) -> Flow {
        if size <= self.allowance() {
            return self.file_in_memory(place, file, size);
        }
        let head = match head_of(file) {
            Ok(head) => head,
            Err(error) => return self.refuse(&place, Media::Unknown, size, &unopened(&error)),
        };
        place.media = place.media.or_else(|| folder::media_by_place(&place.name, &head));
        let media = place.media.unwrap_or_else(|| media_of(&place.name, &head));
        match media {
            Media::Mbox | Media::Text | Media::Csv | Media::Json | Media::Pst => {}
            _ if archives::kind(media).is_some() => {}
            _ if size <= self.limits.item => return self.file_in_memory(place, file, size),
            _ => {
                let unread = Unread::TooLarge { limit: self.limits.item };
                return self.refuse(&place, media, size, &unread);
            }
        }
        let digest = file
            .seek(SeekFrom::Start(0))
            .and_then(|_| Sha256::of_reader(file))
            .and_then(|(digest, _)| file.seek(SeekFrom::Start(0)).map(|_| digest));
        let digest = match digest {
            Ok(digest) => digest,
            Err(error) => return self.refuse(&place, media, size, &unopened(&error)),
        };
        if !self.sink.wants(&digest, media) {
            return self.tell(&place, media, size, digest, Content::Copy, &[]).map_continue(drop);
        }
        match media {
            Media::Mbox => self.large_mailbox(&place, file, size, digest),
            Media::Pst => self.pst(&place, file, size, digest),
            Media::Text | Media::Csv | Media::Json => {
                self.large_text(&place, file, media, size, digest)
            }
            _ => self.archive(&place, media, file, size, digest),
        }
    }

    fn file_in_memory(&mut self, mut place: Place, file: &mut File, size: u64) -> Flow {
        match read_range(file, 0..size) {
            Ok(bytes) => {
                let head = lines::slice(&bytes, 0..HEAD);
                place.media = place.media.or_else(|| folder::media_by_place(&place.name, head));
                self.bytes(&place, &bytes)
            }
            Err(error) => self.refuse(&place, Media::Unknown, size, &unopened(&error)),
        }
    }

    /// Reads bytes in memory.
    fn bytes(&mut self, place: &Place, bytes: &[u8]) -> Flow {
        self.known(place, &Known::of(place, bytes), wide(bytes.len()))
    }

    /// Reads bytes whose kind and digest are known; `size` is that of the bytes as they were stored.
    fn known(&mut self, place: &Place, known: &Known<'_>, size: u64) -> Flow {
        let Known { media, digest, bytes } = known;
        if bytes.is_empty() {
            let is_container = *media == Media::Mbox;
            let content = if is_container { Content::Container } else { Content::Nothing };
            return self
                .tell(place, *media, size, *digest, content, &place.faults)
                .map_continue(drop);
        }
        if !self.sink.wants(digest, *media) {
            let content = Content::Copy;
            return self
                .tell(place, *media, size, *digest, content, &place.faults)
                .map_continue(drop);
        }
        let holds = matches!(
            media,
            Media::Message | Media::Emlx | Media::OutlookMessage | Media::Mbox | Media::Pst
        ) || archives::kind(*media).is_some();
        if holds && place.depth >= self.limits.depth {
            let unread = Content::Unread(&Unread::TooDeep { limit: self.limits.depth });
            return self
                .tell(place, *media, size, *digest, unread, &place.faults)
                .map_continue(drop);
        }
        let mut deep;
        let place = if holds && place.depth == UNUSUAL_DEPTH {
            deep = place.clone();
            deep.faults.push(Fault::Deep { levels: UNUSUAL_DEPTH });
            &deep
        } else {
            place
        };
        match media {
            Media::Message => self.message(place, bytes, size, *digest),
            Media::Emlx => self.emlx(place, bytes),
            Media::Mbox => self.mailbox(place, bytes, *digest),
            Media::OutlookMessage => self.outlook_message(place, bytes, *digest),
            Media::Pst => {
                let mut source = std::io::Cursor::new(bytes);
                self.pst(place, &mut source, size, *digest)
            }
            _ if archives::kind(*media).is_some() => {
                let mut source = std::io::Cursor::new(bytes);
                self.archive(place, *media, &mut source, size, *digest)
            }
            _ => self.document(place, *media, bytes, *digest),
        }
    }

    /// Tells an item, and returns its number.
    fn tell(
        &mut self,
        place: &Place,
        media: Media,
        size: u64,
        digest: Sha256,
        content: Content<'_>,
        faults: &[Fault],
    ) -> Flow<u32> {
        let number = self.next;
        self.next += 1;
        let unread = Unread::TooMany { limit: self.limits.items };
        let is_last = number >= self.limits.items;
        let content = if is_last { Content::Unread(&unread) } else { content };
        let Place { within, name, at, .. } = place;
        let (within, at) = (*within, at.clone());
        let item = Item { number, within, name, media, size, digest, at, content, faults };
        self.sink.item(item)?;
        if is_last { ControlFlow::Break(()) } else { ControlFlow::Continue(number) }
    }

    /// Tells an item whose bytes could not be had.
    fn refuse(&mut self, place: &Place, media: Media, size: u64, unread: &Unread) -> Flow {
        let content = Content::Unread(unread);
        self.tell(place, media, size, Sha256::default(), content, &place.faults).map_continue(drop)
    }

    /// Tells a fault that came up while the content of a container was read.
    fn damage(&mut self, place: &Place, number: u32, media: Media, fault: &Fault) -> Flow {
        let place = Place { within: Some(number), name: place.name.clone(), ..Place::default() };
        let content = Content::Damage(fault);
        self.tell(&place, media, 0, Sha256::default(), content, &[]).map_continue(drop)
    }
}

/// A name with marks for control characters.
fn printable(name: &str) -> String {
    let sign =
        |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    name.chars().take(4096).map(sign).collect()
}
