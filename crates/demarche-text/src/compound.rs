//! Streams of a compound file ([MS-CFB]), the container of documents before 2007.
//!
//! Broken chains end where they break; what was read of a stream is kept.
#![warn(clippy::indexing_slicing)]

use memchr::memmem;

use crate::writer::{Writer, count};
use crate::{Damage, Embedded, Fault, Unread};

const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Sector numbers from here on are marks, not sectors.
const FIRST_MARK: u32 = 0xffff_fffa;
/// Streams shorter than this lie in the stream of small sectors.
const SMALL: u64 = 4_096;

/// An office document of today that is encrypted: its package is a stream of a compound file.
pub(crate) fn is_encrypted_package(bytes: &[u8]) -> bool {
    let wide: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.starts_with(&MAGIC) && memmem::find(bytes, &wide).is_some()
}

/// The little-endian number of four bytes at an offset.
pub(crate) fn long(bytes: &[u8], offset: usize) -> Option<u32> {
    bytes.get(offset..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

/// The little-endian number of two bytes at an offset.
pub(crate) fn short(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

/// The number of four bytes at an offset, as an offset itself.
pub(crate) fn offset_at(bytes: &[u8], offset: usize) -> Option<usize> {
    usize::try_from(long(bytes, offset)?).ok()
}

/// A compound file with its directory.
#[derive(Debug)]
pub(crate) struct Compound<'bytes> {
    bytes: &'bytes [u8],
    sector: usize,
    /// The sector that follows each sector.
    next: Vec<u32>,
    small_sector: usize,
    next_small: Vec<u32>,
    small_stream: Vec<u8>,
    entries: Vec<Entry>,
}

/// A stream in the directory.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    is_stream: bool,
    start: u32,
    size: u64,
}

impl<'bytes> Compound<'bytes> {
    pub(crate) fn open(bytes: &'bytes [u8], writer: &mut Writer<'_>) -> Result<Self, Unread> {
        if !bytes.starts_with(&MAGIC) {
            return Err(Unread::Damaged(Damage::Foreign { kind: "compound file" }));
        }
        if is_encrypted_package(bytes) {
            return Err(Unread::Encrypted);
        }
        let file = Self::directory(bytes, writer.limits().parts);
        file.ok_or(Unread::Damaged(Damage::Missing { part: "directory".to_owned() }))
    }

    fn directory(bytes: &'bytes [u8], limit: usize) -> Option<Self> {
        let shift = |offset| short(bytes, offset).filter(|shift| (6..=16).contains(shift));
        let mut file = Self {
            bytes,
            sector: 1 << shift(30)?,
            next: Vec::new(),
            small_sector: 1 << shift(32)?,
            next_small: Vec::new(),
            small_stream: Vec::new(),
            entries: Vec::new(),
        };
        file.next = file.allocation();
        let directory = file.chain(long(bytes, 48)?);
        file.entries = directory.chunks_exact(128).take(limit).filter_map(entry).collect();
        let small = file.chain(long(bytes, 60)?);
        file.next_small = numbers(&small);
        let root = file.entries.first()?.start;
        file.small_stream = file.chain(root);
        Some(file)
    }

    /// The table of the sectors that follow each sector.
    fn allocation(&self) -> Vec<u32> {
        let mut tables = numbers(self.bytes.get(76..512).unwrap_or(b""));
        let mut further = long(self.bytes, 68).unwrap_or(FIRST_MARK);
        let sectors = self.bytes.len() / self.sector + 1;
        // Further sectors of this list end with the number of the next.
        for _ in 0..sectors {
            if further >= FIRST_MARK {
                break;
            }
            let mut list = numbers(self.sector_bytes(further));
            further = list.pop().unwrap_or(FIRST_MARK);
            tables.extend(list);
        }
        let tables = tables.into_iter().filter(|table| *table < FIRST_MARK).take(sectors);
        let mut next = Vec::new();
        for table in tables {
            // A table that names more sectors than the file has repeats itself.
            if next.len() > sectors + self.sector {
                break;
            }
            next.extend(numbers(self.sector_bytes(table)));
        }
        next
    }

    fn sector_bytes(&self, number: u32) -> &'bytes [u8] {
        let start =
            usize::try_from(number).ok().and_then(|number| (number + 1).checked_mul(self.sector));
        let Some(rest) = start.and_then(|start| self.bytes.get(start..)) else { return b"" };
        rest.get(..self.sector).unwrap_or(rest)
    }

    /// The bytes of a chain of sectors; it is never longer than the file.
    fn chain(&self, start: u32) -> Vec<u8> {
        let mut chain = Vec::new();
        let mut number = start;
        while number < FIRST_MARK && chain.len() < self.bytes.len() {
            let sector = self.sector_bytes(number);
            if sector.is_empty() {
                break;
            }
            chain.extend_from_slice(sector);
            let next = usize::try_from(number).ok().and_then(|number| self.next.get(number));
            number = next.copied().unwrap_or(FIRST_MARK);
        }
        chain
    }

    fn small_chain(&self, start: u32) -> Vec<u8> {
        let mut chain = Vec::new();
        let mut number = start;
        while number < FIRST_MARK && chain.len() < self.small_stream.len() {
            let Ok(index) = usize::try_from(number) else { break };
            let Some(rest) = self.small_stream.get(index.wrapping_mul(self.small_sector)..) else {
                break;
            };
            chain.extend_from_slice(rest.get(..self.small_sector).unwrap_or(rest));
            number = self.next_small.get(index).copied().unwrap_or(FIRST_MARK);
        }
        chain
    }

    /// The bytes of the first stream of a name.
    pub(crate) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().find(|entry| entry.is_stream && entry.name == name)?;
        Some(self.contents(entry))
    }

    fn contents(&self, entry: &Entry) -> Vec<u8> {
        let mut bytes = if entry.size < SMALL {
            self.small_chain(entry.start)
        } else {
            self.chain(entry.start)
        };
        if let Ok(size) = usize::try_from(entry.size) {
            bytes.truncate(size);
        }
        bytes
    }

    /// Hands over the files in embedded objects: packages of today, and what the packager of Windows wrapped.
    pub(crate) fn embedded(&self, writer: &mut Writer<'_>) -> Vec<Embedded> {
        let mut embedded = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.is_stream) {
            let bytes = match entry.name.as_str() {
                "Package" | "CONTENTS" => self.contents(entry),
                "\u{1}Ole10Native" => {
                    let native = self.contents(entry);
                    embedded.extend(packaged(&native));
                    continue;
                }
                _ => continue,
            };
            writer.expand(count(bytes.len()));
            embedded.push(Embedded { name: entry.name.clone(), bytes });
        }
        embedded
    }

    /// True where any stream has a name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }
}

/// The file in an object of the Windows packager: two names and a path before its length and bytes.
fn packaged(native: &[u8]) -> Option<Embedded> {
    let mut rest = native.get(6..)?;
    let mut texts = Vec::new();
    for skipped in [0, 0, 8] {
        rest = rest.get(skipped..)?;
        let end = memchr::memchr(0, rest)?;
        texts.push(
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(rest.get(..end)?).0.into_owned(),
        );
        rest = rest.get(end + 1..)?;
    }
    let size = offset_at(rest, 0)?;
    let bytes = rest.get(4..)?;
    let name = texts.swap_remove(0).replace(char::is_control, "");
    Some(Embedded { name, bytes: bytes.get(..size).unwrap_or(bytes).to_vec() })
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number)).collect()
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(short(bytes, 64)?).clamp(2, 64) - 2;
    let (units, _) = bytes.get(..length)?.as_chunks();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    let kind = *bytes.get(66)?;
    let size = u64::from(long(bytes, 120)?);
    Some(Entry {
        name: String::from_utf16_lossy(&units),
        is_stream: kind == 2,
        start: long(bytes, 116)?,
        size,
    })
}

/// Reads title, subject, author and keywords of a document before 2007 ([MS-OLEPS] 2.21).
pub(crate) fn properties(file: &Compound<'_>, writer: &mut Writer<'_>) {
    writer.begin(Some("properties".to_owned()), crate::Shape::Prose);
    let Some(stream) = file.stream("\u{5}SummaryInformation") else { return };
    let Some(section) = offset_at(&stream, 44).and_then(|start| stream.get(start..)) else {
        return;
    };
    let count = offset_at(section, 4).map_or(0, |count| count.min(256));
    let value = |index: usize| {
        let identifier = long(section, 8 + index * 8)?;
        let value = section.get(offset_at(section, 12 + index * 8)?..)?;
        Some((identifier, value))
    };
    let mut charset = encoding_rs::WINDOWS_1252;
    for (identifier, value) in (0..count).filter_map(value) {
        if identifier == 1 {
            let page = short(value, 4).map(i32::from);
            charset = page.and_then(crate::rtf::of_code_page).unwrap_or(charset);
            continue;
        }
        let names = [
            (2, "title"),
            (3, "subject"),
            (4, "creator"),
            (5, "keywords"),
            (6, "description"),
            (8, "lastModifiedBy"),
        ];
        let Some((_, name)) = names.iter().find(|(known, _)| *known == identifier) else {
            continue;
        };
        let text = offset_at(value, 4).and_then(|length| value.get(8..8 + length.min(65_536)));
        let Some(text) = text.filter(|_| long(value, 0) == Some(30)) else { continue };
        let text = charset.decode_without_bom_handling(text).0;
        let text = text.trim_end_matches('\0');
        if !text.is_empty() {
            writer.push(&format!("{name}: {text}\n"));
        }
    }
}

/// Notes a stream that is shorter than its parts claim.
pub(crate) fn cut(stream: &str, writer: &mut Writer<'_>) {
    writer.fault(Fault::Part { part: stream.to_owned() });
}
