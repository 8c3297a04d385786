//! The metadata of an assembly: its streams, their heaps, and its tables.

use std::borrow::Cow;

use super::shortfall::ManagedShortfall;
use super::tables::Tables;
use crate::gaps::Gaps;
use crate::little_endian::{head, name_at, part, size, tail, u16_at, u32_at, wide};

/// Names of types and members are cut at this many bytes: longer ones are made by obfuscators, to slow readers down.
const LONGEST_NAME: usize = 512;

/// The streams of the metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Metadata<'data> {
    /// The version of the runtime that it was made for, as `v4.0.30319`.
    pub(crate) version: String,
    pub(crate) tables: Tables<'data>,
    names: &'data [u8],
    blobs: &'data [u8],
    guids: &'data [u8],
    texts: &'data [u8],
}

/// One stream by its name.
#[derive(Clone, Copy, Debug)]
struct Stream<'data> {
    name: &'data [u8],
    bytes: &'data [u8],
}

impl<'data> Metadata<'data> {
    /// Reads the metadata that begins with some bytes; `None` where they are none.
    pub(crate) fn read(bytes: &'data [u8], gaps: &mut Gaps) -> Option<Self> {
        let length = size(u32_at(bytes.strip_prefix(b"BSJB")?, 8)?);
        let version = head(name_at(tail(bytes, 16), 0), length.min(255));
        let streams = streams(bytes, 16_usize.checked_add(length)?, gaps)?;
        let is_unsorted = streams.iter().any(|stream| stream.name == b"#-");
        // The runtime takes the last stream of a name, but the first one where the tables are those of `#-`.
        let mut stream = |names: &[&[u8]]| {
            let mut named = streams.iter().filter(|stream| names.contains(&stream.name));
            if named.clone().count() > 1 {
                let name =
                    || String::from_utf8_lossy(names.first().unwrap_or(&&[][..])).into_owned();
                gaps.note(ManagedShortfall::StreamTwice.into(), name);
            }
            let found = if is_unsorted { named.next() } else { named.next_back() };
            found.map(|stream| stream.bytes)
        };
        let tables = stream(&[b"#~", b"#-"])?;
        let [names, blobs, guids, texts] =
            [b"#Strings".as_slice(), b"#Blob", b"#GUID", b"#US"].map(|name| stream(&[name]));
        let is_delta = streams.iter().any(|stream| stream.name == b"#JTD");
        Some(Self {
            version: String::from_utf8_lossy(version).into_owned(),
            tables: Tables::read(tables, is_delta, gaps)?,
            names: names.unwrap_or(&[]),
            blobs: blobs.unwrap_or(&[]),
            guids: guids.unwrap_or(&[]),
            texts: texts.unwrap_or(&[]),
        })
    }

    /// A name of `#Strings`; empty for the index zero, `None` outside the heap.
    pub(crate) fn name(&self, index: u32) -> Option<Cow<'data, str>> {
        let index = size(index);
        if index == 0 {
            return Some(Cow::Borrowed(""));
        }
        let rest = self.names.get(index..).filter(|rest| !rest.is_empty())?;
        let name = head(rest, LONGEST_NAME).split(|byte| *byte == 0).next()?;
        Some(String::from_utf8_lossy(name))
    }

    /// The bytes of a blob, without their length; `None` where they are not there whole.
    pub(crate) fn blob(&self, index: u32) -> Option<&'data [u8]> {
        counted(self.blobs, index)
    }

    /// A text of `#US` in UTF-16, without the byte behind it; `None` where it is not there whole.
    pub(crate) fn text(&self, index: u32) -> Option<&'data [u8]> {
        let text = counted(self.texts, index)?;
        Some(head(text, text.len() & !1))
    }

    /// An identifier of `#GUID`, counted from 1, as its sixteen bytes.
    pub(crate) fn guid(&self, index: u32) -> Option<&'data [u8; 16]> {
        let (guids, _) = self.guids.as_chunks::<16>();
        guids.get(size(index).checked_sub(1)?)
    }
}

/// The streams that the root lists; `None` where the list ends within its header.
fn streams<'data>(
    bytes: &'data [u8],
    offset: usize,
    gaps: &mut Gaps,
) -> Option<Vec<Stream<'data>>> {
    let count = u16_at(bytes, offset.checked_add(2)?)?;
    let mut rest = tail(bytes, offset.checked_add(4)?);
    let mut streams = Vec::new();
    for _ in 0..count {
        let (Some(start), Some(length)) = (u32_at(rest, 0), u32_at(rest, 4)) else {
            gaps.note(ManagedShortfall::StreamOutside.into(), || "list of streams".to_owned());
            break;
        };
        let name = head(name_at(rest, 8), 31);
        let present = part(bytes, start.into(), length.into());
        if wide(present.len()) < u64::from(length) {
            let name = || String::from_utf8_lossy(name).into_owned();
            gaps.note(ManagedShortfall::StreamOutside.into(), name);
        }
        streams.push(Stream { name, bytes: present });
        // The name ends with a zero, and is filled up to a multiple of four bytes.
        rest = tail(rest, 8 + (name.len() + 4) / 4 * 4);
    }
    Some(streams)
}

/// Bytes with their length before them.
fn counted(heap: &[u8], index: u32) -> Option<&[u8]> {
    let (length, rest) = compressed(tail(heap, size(index)))?;
    rest.get(..size(length))
}

/// A number of one, two or four bytes, and what follows it.
///
/// Source: ECMA-335, partition II, §23.2.
pub(crate) fn compressed(bytes: &[u8]) -> Option<(u32, &[u8])> {
    match *bytes {
        [a, ref rest @ ..] if a & 0x80 == 0 => Some((a.into(), rest)),
        [a, b, ref rest @ ..] if a & 0xc0 == 0x80 => {
            Some((u32::from_be_bytes([0, 0, a & 0x3f, b]), rest))
        }
        [a, b, c, d, ref rest @ ..] if a & 0xe0 == 0xc0 => {
            Some((u32::from_be_bytes([a & 0x1f, b, c, d]), rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_widths_of_the_standard() {
        assert_eq!(compressed(&[0x03, 9]), Some((3, &[9][..])));
        assert_eq!(compressed(&[0xbf, 0xff]), Some((0x3fff, &[][..])));
        assert_eq!(compressed(&[0xc0, 0x00, 0x40, 0x00]), Some((0x4000, &[][..])));
        assert_eq!(compressed(&[0xe0, 0, 0, 0]), None);
        assert_eq!(compressed(&[0x80]), None);
    }
}
