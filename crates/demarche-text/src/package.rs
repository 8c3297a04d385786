//! The parts of a zip package: an office document of Microsoft or `OpenDocument`.
//!
//! The directory at the end is used where it is sound. Where it is cut off or wrong, the headers before each part are
//! searched for, and parts that break off are read as far as they go.
#![warn(clippy::indexing_slicing)]

use std::borrow::Cow;
use std::io::Read;

use flate2::read::DeflateDecoder;
use memchr::memmem;

use crate::charset::decode;
use crate::compound;
use crate::writer::{Writer, count};
use crate::{Damage, Embedded, Fault, Unread};

/// A package whose parts are known and not yet expanded.
#[derive(Debug)]
pub(crate) struct Package<'bytes> {
    bytes: &'bytes [u8],
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    name: String,
    method: u16,
    is_encrypted: bool,
    /// The offset of the local header.
    header: usize,
    /// The size as stored; `None` where only the end of the data tells.
    size: Option<usize>,
}

const LOCAL: &[u8] = b"PK\x03\x04";
const CENTRAL: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";

/// The little-endian number of two bytes at an offset.
fn short(bytes: &[u8], offset: usize) -> Option<u16> {
    bytes.get(offset..)?.first_chunk().map(|bytes| u16::from_le_bytes(*bytes))
}

/// The little-endian number of four bytes at an offset.
fn long(bytes: &[u8], offset: usize) -> Option<usize> {
    let bytes = bytes.get(offset..)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*bytes)).ok()
}

impl<'bytes> Package<'bytes> {
    /// Opens a package.
    pub(crate) fn open(bytes: &'bytes [u8], writer: &mut Writer<'_>) -> Result<Self, Unread> {
        if compound::is_encrypted_package(bytes) {
            return Err(Unread::Encrypted);
        }
        let limit = writer.limits().parts;
        let listed = listed(bytes, limit).filter(|members| !members.is_empty());
        let members = listed.unwrap_or_else(|| {
            writer.fault(Fault::Directory);
            searched(bytes, limit)
        });
        if members.len() >= limit {
            writer.fault(Fault::TooMany { limit });
        }
        if members.is_empty() {
            return Err(Unread::Damaged(Damage::Foreign { kind: "package" }));
        }
        let package = Self { bytes, members };
        package.is_declared_encrypted(writer).map_or(Ok(package), Err)
    }

    /// Encryption as `OpenDocument` declares it in its list of parts.
    fn is_declared_encrypted(&self, writer: &mut Writer<'_>) -> Option<Unread> {
        let manifest = self.read("META-INF/manifest.xml", writer)?;
        memmem::find(&manifest, b"encryption-data").map(|_| Unread::Encrypted)
    }

    /// The names of the parts that begin and end with given texts, numbers in them in their order.
    pub(crate) fn names(&self, start: &str, end: &str) -> Vec<String> {
        let names = self.members.iter().map(|member| member.name.clone());
        let mut names: Vec<_> =
            names.filter(|name| name.starts_with(start) && name.ends_with(end)).collect();
        names.sort_by_cached_key(|name| (name.len(), name.clone()));
        names.dedup();
        names
    }

    /// The bytes of a part, as far as they can be read; `None` where there is no such part.
    pub(crate) fn read(&self, name: &str, writer: &mut Writer<'_>) -> Option<Vec<u8>> {
        let name = name.trim_start_matches('/');
        let member = self.members.iter().find(|member| member.name == name).or_else(|| {
            self.members.iter().find(|member| member.name.eq_ignore_ascii_case(name))
        })?;
        self.expand(member, writer)
    }

    /// The text of a part that is XML; empty where there is no such part.
    pub(crate) fn xml_or_empty(&self, name: &str, writer: &mut Writer<'_>) -> String {
        self.xml(name, writer).unwrap_or_default()
    }

    /// The bytes of a part; none where there is no such part.
    pub(crate) fn bytes_or_none(&self, name: &str, writer: &mut Writer<'_>) -> Vec<u8> {
        self.read(name, writer).unwrap_or_default()
    }

    /// The text of a part that is XML.
    pub(crate) fn xml(&self, name: &str, writer: &mut Writer<'_>) -> Option<String> {
        let bytes = self.read(name, writer)?;
        match String::from_utf8(bytes) {
            Ok(text) => Some(text),
            Err(error) => {
                let text = decode(error.as_bytes(), None);
                if matches!(text, Cow::Borrowed(_)) || text.contains(char::REPLACEMENT_CHARACTER) {
                    writer.fault(Fault::Part { part: name.to_owned() });
                }
                Some(text.into_owned())
            }
        }
    }

    fn expand(&self, member: &Member, writer: &mut Writer<'_>) -> Option<Vec<u8>> {
        let part = || member.name.clone();
        if member.is_encrypted {
            writer.fault(Fault::Encrypted { part: part() });
            return None;
        }
        let header = self.bytes.get(member.header..)?;
        let skipped = 30 + usize::from(short(header, 26)?) + usize::from(short(header, 28)?);
        let stored = header.get(skipped..)?;
        let is_cut = member.size.is_some_and(|size| size > stored.len());
        let stored = member.size.and_then(|size| stored.get(..size)).unwrap_or(stored);
        let limit = expansion_limit(stored.len(), writer);
        let (bytes, is_sound) = match member.method {
            0 => (stored.get(..stored.len().min(clamp(limit))).unwrap_or(stored).to_vec(), true),
            8 => inflate(stored, limit),
            _ => {
                writer.fault(Fault::Method { part: part() });
                return None;
            }
        };
        writer.expand(count(bytes.len()));
        if count(bytes.len()) >= limit {
            writer.fault(Fault::ExpansionCut { part: part(), bytes: limit });
        } else if is_cut || !is_sound {
            writer.fault(Fault::Part { part: part() });
        }
        Some(bytes)
    }

    /// Hands over the parts that are documents or pictures of their own.
    pub(crate) fn embedded(&self, writer: &mut Writer<'_>) -> Vec<Embedded> {
        let mut embedded = Vec::new();
        for member in self.members.iter().filter(|member| is_document(&member.name)) {
            if let Some(bytes) = self.expand(member, writer) {
                embedded.push(Embedded { name: member.name.clone(), bytes });
            }
        }
        embedded
    }

    /// Counts the pictures of a package, whose text is not recognised.
    pub(crate) fn count_images(&self, writer: &mut Writer<'_>) {
        // The preview on the first page shows what the document says anyway.
        let is_preview =
            |name: &str| name.starts_with("docProps/") || name.starts_with("Thumbnails/");
        let images = self
            .members
            .iter()
            .filter(|member| is_image(&member.name) && !is_preview(&member.name));
        let (mut number, mut bytes) = (0, 0);
        for image in images {
            number += 1;
            bytes += image.size.map_or(0, count);
        }
        if number > 0 {
            writer.fault(Fault::Images { images: number, bytes });
        }
    }
}

fn clamp(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

/// The most bytes that a part of some stored size may expand to.
pub(crate) fn expansion_limit(stored: usize, writer: &Writer<'_>) -> u64 {
    let limit = count(stored).checked_mul(writer.limits().ratio);
    limit.map_or(writer.expanded_left(), |limit| limit.max(1 << 20).min(writer.expanded_left()))
}

/// The bytes of a deflated part up to a limit, and true where the part is sound.
fn inflate(stored: &[u8], limit: u64) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(stored.len().min(clamp(limit)));
    let outcome = DeflateDecoder::new(stored).take(limit).read_to_end(&mut bytes);
    (bytes, outcome.is_ok())
}

/// True for a part that is a document of its own, not markup of its package.
fn is_document(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_folder = lower.ends_with('/');
    let in_embeddings = lower.contains("/embeddings/")
        || lower.contains("/media/")
        || lower.starts_with("pictures/");
    let is_chunk = [
        ".htm", ".html", ".mht", ".mhtml", ".rtf", ".txt", ".docx", ".xlsx", ".pdf", ".doc",
        ".xls", ".eml",
    ]
    .iter()
    .any(|ending| lower.ends_with(ending));
    // Objects of OpenDocument are unpacked into folders, or stand as compound files without an ending.
    let is_object =
        lower.starts_with("object ") && (lower.ends_with("/content.xml") || !lower.contains('/'));
    !is_folder && (in_embeddings || is_chunk || is_object)
}

fn is_image(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "webp", "heic"]
        .iter()
        .any(|ending| lower.rsplit_once('.').is_some_and(|(_, found)| found == *ending))
}

/// The names of the members of a zip, also of one that is cut.
pub(crate) fn member_names(bytes: &[u8]) -> Vec<String> {
    let members = listed(bytes, MOST_NAMES).unwrap_or_else(|| searched(bytes, MOST_NAMES));
    members.into_iter().map(|member| member.name).collect()
}

/// Names that are looked at to tell a document from an archive; a document begins with its own parts.
const MOST_NAMES: usize = 10_000;

/// The members by the directory at the end; `None` where it is missing or wrong.
fn listed(bytes: &[u8], limit: usize) -> Option<Vec<Member>> {
    let tail_start = bytes.len() - bytes.len().min(66_000);
    let end = tail_start + memmem::rfind(bytes.get(tail_start..)?, END)?;
    let record = bytes.get(end..)?;
    let (number, size, offset) = (short(record, 10)?, long(record, 12)?, long(record, 16)?);
    // Bytes before the archive shift every offset.
    let start = end.checked_sub(size)?;
    let shift = start.checked_sub(offset)?;
    let mut directory = bytes.get(start..end)?;
    let mut members = Vec::new();
    while directory.starts_with(CENTRAL) && members.len() < limit {
        let name_length = usize::from(short(directory, 28)?);
        let rest =
            name_length + usize::from(short(directory, 30)?) + usize::from(short(directory, 32)?);
        let header = long(directory, 42)?.checked_add(shift)?;
        bytes.get(header..)?.strip_prefix(LOCAL)?;
        members.push(Member {
            name: name(directory.get(46..46 + name_length)?),
            method: short(directory, 10)?,
            is_encrypted: short(directory, 8)? & 1 != 0,
            header,
            size: Some(long(directory, 20)?),
        });
        directory = directory.get(46 + rest..)?;
    }
    (members.len() % 65_536 == usize::from(number) || members.len() == limit).then_some(members)
}

fn name(bytes: &[u8]) -> String {
    decode(bytes, None).replace('\\', "/")
}

/// The members by the headers before them.
fn searched(bytes: &[u8], limit: usize) -> Vec<Member> {
    let mut members = Vec::new();
    let mut offset = 0;
    let finder = memmem::Finder::new(LOCAL);
    while let Some(found) = bytes.get(offset..).and_then(|rest| finder.find(rest)) {
        let header = offset + found;
        offset = header + LOCAL.len();
        let Some((member, length)) = searched_member(bytes, header) else { continue };
        offset += length;
        members.push(member);
        if members.len() == limit {
            break;
        }
    }
    members
}

/// The member of a header, and the bytes that it takes for certain.
fn searched_member(bytes: &[u8], header: usize) -> Option<(Member, usize)> {
    let record = bytes.get(header..)?;
    let (flags, method, size) = (short(record, 6)?, short(record, 8)?, long(record, 18)?);
    let name_length = usize::from(short(record, 26)?);
    let is_unsized = flags & 8 != 0 && size == 0;
    let size = (!is_unsized).then_some(size);
    let member = Member {
        name: name(record.get(30..30 + name_length)?),
        method,
        is_encrypted: flags & 1 != 0,
        header,
        size,
    };
    let length = name_length + size.filter(|size| *size <= record.len()).map_or(0, |size| size);
    (!member.name.is_empty()).then_some((member, length))
}
