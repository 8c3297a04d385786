//! The tree of resources: kinds, then names, then languages.

use std::collections::BTreeSet;

use demarche_terms::Sha256;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::header::{self, Header};
use super::language;
use crate::gaps::{Gaps, ImageShortfall};
use crate::identity::section_facts::entropy;
use crate::little_endian::{part, size, tail, u16_at, u16_or_zero, u32_at, u32_or_zero, wide};
use crate::parts::Parts;
use crate::{VirtualAddress, memory};

/// A resource: an icon, a dialogue, a text, or whatever somebody put there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Resource {
    /// Its kind: a word for those of Windows, `#` and a number, or the name that the file gives.
    pub kind: String,
    /// Its name, or `#` and its number.
    pub name: String,
    /// Its language as a BCP 47 tag; as a number in hexadecimal digits where Windows has none; `neutral` for zero.
    pub language: String,
    /// Its address in memory.
    pub address: VirtualAddress,
    /// Its size in bytes, as far as the file has it.
    pub size: u64,
    /// The hash of its bytes.
    pub sha256: Sha256,
    /// Its entropy in bits for each byte, from 0 to 8.
    pub entropy: f64,
}

/// More than any honest file has; icons and cursors of large ones come to a few thousand.
const MOST: usize = 65_536;

/// One step on the way to a leaf: its name and where the table below it lies.
struct Entry {
    name: String,
    number: u32,
    offset: u32,
    is_table: bool,
}

/// Reads the tree, in the order of the file. Every table is read once, whatever points to it.
pub(crate) fn read(header: &Header<'_>, parts: &Parts<'_>, gaps: &mut Gaps) -> Vec<Resource> {
    let Some((root, _)) = header.directory(header::RESOURCE) else { return Vec::new() };
    let bytes = parts.bytes(root);
    let mut tree = Tree { bytes, seen: BTreeSet::new(), left: bytes.len() / 8 };
    let mut resources = Vec::new();
    // The bytes to hash are counted: many leaves may point to the same ones.
    let mut left = parts.sections.iter().map(|section| section.bytes.len()).sum::<usize>();
    for kind in tree.table(0, gaps) {
        for name in tree.below(&kind, gaps) {
            for leaf in tree.below(&name, gaps) {
                let leaf_bytes = tail(bytes, size(leaf.offset));
                let offset = u32_at(leaf_bytes, 0).zip(u32_at(leaf_bytes, 4));
                let Some((relative, count)) = offset.filter(|_| !leaf.is_table) else { continue };
                let address = header.address(relative);
                let body = part(memory::bytes(&parts.sections, address), 0, count.into());
                if wide(body.len()) < u64::from(count) {
                    gaps.note(ImageShortfall::Resource, || address.to_string());
                }
                if resources.len() >= MOST || left < body.len() {
                    gaps.note(ImageShortfall::Resources, String::new);
                    return resources;
                }
                left -= body.len();
                resources.push(Resource {
                    kind: kind_name(&kind),
                    name: name.name.clone(),
                    language: language::tag(leaf.number),
                    address,
                    size: wide(body.len()),
                    sha256: Sha256::of(body),
                    entropy: entropy(body),
                });
            }
        }
    }
    resources
}

/// The tree as it is walked.
struct Tree<'data> {
    bytes: &'data [u8],
    /// The tables that were read.
    seen: BTreeSet<u32>,
    /// The number of more entries the bytes can hold, each of eight: tables that overlap could name without end.
    left: usize,
}

impl Tree<'_> {
    fn below(&mut self, entry: &Entry, gaps: &mut Gaps) -> Vec<Entry> {
        if entry.is_table { self.table(entry.offset, gaps) } else { Vec::new() }
    }

    /// The entries of one table, which come after a head of 16 bytes.
    fn table(&mut self, offset: u32, gaps: &mut Gaps) -> Vec<Entry> {
        let position = || format!("{offset:#x}");
        if !self.seen.insert(offset) {
            gaps.note(ImageShortfall::ResourceTableTwice, position);
            return Vec::new();
        }
        let head = tail(self.bytes, size(offset));
        let (Some(named), Some(numbered)) = (u16_at(head, 12), u16_at(head, 14)) else {
            gaps.note(ImageShortfall::ResourceTableOutside, position);
            return Vec::new();
        };
        let count = usize::from(named) + usize::from(numbered);
        let (entries, _) = tail(head, 16).as_chunks::<8>();
        if entries.len() < count || self.left < count {
            gaps.note(ImageShortfall::ResourceTable, position);
        }
        let count = count.min(entries.len()).min(self.left);
        self.left -= count;
        entries.iter().take(count).map(|entry| Entry::read(self.bytes, entry)).collect()
    }
}

impl Entry {
    fn read(bytes: &[u8], entry: &[u8; 8]) -> Self {
        let identifier = u32_or_zero(entry, 0);
        let position = u32_or_zero(entry, 4);
        let name = if identifier >> 31 == 1 {
            text(bytes, identifier & 0x7fff_ffff)
        } else {
            format!("#{identifier}")
        };
        Self {
            name,
            number: identifier,
            offset: position & 0x7fff_ffff,
            is_table: position >> 31 == 1,
        }
    }
}

/// A name: its length, then as many units of UTF-16. Longer ones than 256 units are cut.
fn text(bytes: &[u8], offset: u32) -> String {
    let rest = tail(bytes, size(offset));
    let count = u16_or_zero(rest, 0).min(256);
    let (units, _) = part(rest, 2, u64::from(count) * 2).as_chunks::<2>();
    char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit)))
        .map(|decode_utf16| decode_utf16.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// The word for a kind of Windows (winuser.h), or what the file calls it.
fn kind_name(kind: &Entry) -> String {
    let word = match kind.number {
        1 => "cursor",
        2 => "bitmap",
        3 => "icon",
        4 => "menu",
        5 => "dialogue",
        6 => "string-table",
        7 => "font-directory",
        8 => "font",
        9 => "accelerators",
        10 => "data",
        11 => "message-table",
        12 => "cursor-group",
        14 => "icon-group",
        16 => "version",
        23 => "html",
        24 => "manifest",
        _ => return kind.name.clone(),
    };
    word.to_owned()
}
