//! Version information: a tree of blocks, each with a name, a value and children.
//!
//! Source: Microsoft, "`VS_VERSIONINFO` structure".

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::header::Header;
use super::resources::Resource;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{head, part, size, tail, u16_at};
use crate::memory;
use crate::parts::Parts;

/// One text of the version information.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct VersionString {
    /// The language and code page that it is in, as eight hexadecimal digits.
    pub language: String,
    /// The key, such as `CompanyName` or `OriginalFilename`.
    pub key: String,
    /// The text.
    pub value: String,
}

/// More than any honest file has.
const MOST: usize = 1024;

/// Reads the texts of every resource with version information.
pub(crate) fn read(
    _header: &Header<'_>,
    parts: &Parts<'_>,
    resources: &[Resource],
    gaps: &mut Gaps,
) -> Vec<VersionString> {
    let mut strings = Vec::new();
    for resource in resources.iter().filter(|resource| resource.kind == "version") {
        let bytes = part(memory::bytes(&parts.sections, resource.address), 0, resource.size);
        let Some(root) = Block::read(bytes).filter(|root| root.key == "VS_VERSION_INFO") else {
            gaps.note(ImageShortfall::Version, || resource.address.to_string());
            continue;
        };
        for file_info in root.children().filter(|children| children.key == "StringFileInfo") {
            for table in file_info.children() {
                for entry in table.children() {
                    if strings.len() >= MOST {
                        gaps.note(ImageShortfall::VersionTexts, String::new);
                        return strings;
                    }
                    strings.push(VersionString {
                        language: table.key.clone(),
                        value: utf16(head(entry.body, entry.value_size)),
                        key: entry.key,
                    });
                }
            }
        }
    }
    strings
}

/// A block: its name, and what follows it.
struct Block<'data> {
    key: String,
    /// The value, and behind it the children.
    body: &'data [u8],
    /// The size of the value in bytes.
    value_size: usize,
}

impl<'data> Block<'data> {
    /// Reads the block that some bytes begin with.
    fn read(bytes: &'data [u8]) -> Option<Self> {
        let length = usize::from(u16_at(bytes, 0)?);
        let bytes = head(bytes, length);
        let is_text = u16_at(bytes, 4)? == 1;
        let value = usize::from(u16_at(bytes, 2)?);
        let (units, _) = bytes.get(6..)?.as_chunks::<2>();
        let key_units = units.iter().position(|unit| *unit == [0, 0])?;
        let key = utf16(bytes.get(6..)?);
        // The value begins on a multiple of four bytes behind the name's zero.
        let start = key_units.checked_mul(2)?.checked_add(8)?.next_multiple_of(4);
        // Texts count in units of two bytes.
        let value_size = if is_text { value * 2 } else { value };
        Some(Self { key, body: tail(bytes, start), value_size })
    }

    /// The blocks behind the value.
    fn children(&self) -> impl Iterator<Item = Block<'data>> {
        let mut rest = tail(self.body, self.value_size.next_multiple_of(4));
        std::iter::from_fn(move || {
            let block = Block::read(rest)?;
            let length = size(u16_at(rest, 0)?).next_multiple_of(4);
            rest = tail(rest, length.max(4));
            Some(block)
        })
    }
}

/// The text up to a zero.
fn utf16(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0);
    char::decode_utf16(units)
        .map(|decode_utf16| decode_utf16.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
