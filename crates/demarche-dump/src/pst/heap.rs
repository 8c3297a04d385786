//! Heaps: small pieces of a node's data by number, and the sorted records that are built of them.
//!
//! Source: \[MS-PST\], 2.3.1 and 2.3.2. The count of freed pieces is not looked at: programs other than Outlook leave it out.

use std::collections::BTreeSet;

use super::damage::{Damage, Finding, Part};
use super::database::Database;
use super::layout::Layout;
use crate::number::{u16_at, u32_at};

/// The data of a node as a heap.
#[derive(Clone, Debug)]
pub(crate) struct Heap {
    layout: Layout,
    /// The number of its first block, to name it by.
    number: u64,
    blocks: Vec<Vec<u8>>,
}

/// The kinds of heaps, by what is built of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Built {
    Properties,
    Table,
}

/// A key with its value.
pub(crate) type Record<'a> = (&'a [u8], &'a [u8]);

/// The most records of a heap.
const MOST_RECORDS: usize = 1 << 16;

/// The most levels above the records.
const DEEPEST: u8 = 8;

impl Heap {
    /// Reads the data of a node as a heap of a kind.
    pub(crate) fn read(
        database: &mut Database<'_>,
        number: u64,
        kind: Built,
    ) -> Result<Self, Damage> {
        let mut blocks = Vec::new();
        database.data(number, &mut |_, bytes| {
            blocks.push(bytes);
            Ok(())
        });
        let heap = Self { layout: database.layout(), number, blocks };
        let first = heap.blocks.first().ok_or_else(|| heap.is(Finding::Missing))?;
        let kind = match kind {
            Built::Properties => 0xbc,
            Built::Table => 0x7c,
        };
        match first.get(2..4) {
            Some([0xec, built]) if *built == kind => Ok(heap),
            _ => Err(heap.is(Finding::Kind)),
        }
    }

    /// The damage of the heap.
    pub(crate) fn is(&self, finding: Finding) -> Damage {
        Part::Block(self.number).is(finding)
    }

    /// The piece from which all others are reached.
    pub(crate) fn root(&self) -> Option<u32> {
        u32_at(self.blocks.first()?, 4)
    }

    /// The bytes of a piece.
    pub(crate) fn piece(&self, reference: u32) -> Option<&[u8]> {
        let (block, number) = self.layout.piece(reference);
        let block = self.blocks.get(block)?;
        let map = usize::from(u16_at(block, 0)?);
        let count = usize::from(u16_at(block, map)?);
        let before = number.checked_sub(1).filter(|before| *before < count)?;
        let bounds = map.checked_add(4)?.checked_add(before.checked_mul(2)?)?;
        let (start, end) = (u16_at(block, bounds)?, u16_at(block, bounds.checked_add(2)?)?);
        block.get(start.into()..end.into())
    }

    /// The records below a piece, each key with its value, in order; those that cannot be reached are noted.
    pub(crate) fn records(
        &self,
        database: &mut Database<'_>,
        root: u32,
        key: usize,
    ) -> Result<Vec<Record<'_>>, Damage> {
        let head = self.piece(root).ok_or_else(|| self.is(Finding::Cut))?;
        let (value, levels) = match head.first_chunk() {
            Some([0xb5, stated, value, levels]) if usize::from(*stated) == key && *value > 0 => {
                (usize::from(*value), *levels)
            }
            _ => return Err(self.is(Finding::Kind)),
        };
        if levels > DEEPEST {
            return Err(self.is(Finding::Depth));
        }
        let mut records = Vec::new();
        let mut waiting = vec![(u32_at(head, 4).unwrap_or(0), levels)];
        // A piece stands in one place. Eight levels of pieces that each lead to the same others would never end.
        let mut seen = BTreeSet::new();
        while let Some((reference, level)) = waiting.pop() {
            if reference == 0 {
                continue;
            }
            if !seen.insert(reference) {
                database.note(self.is(Finding::Repeated));
                continue;
            }
            let Some(piece) = self.piece(reference) else {
                database.note(self.is(Finding::Cut));
                continue;
            };
            if level > 0 {
                let entries = piece.chunks_exact(key + 4).rev();
                let inner = entries.filter_map(|entry| u32_at(entry, key));
                waiting.extend(inner.map(|inner| (inner, level - 1)));
            } else {
                let entries = piece.chunks_exact(key + value);
                records.extend(entries.filter_map(|entry| entry.split_at_checked(key)));
            }
            if records.len() > MOST_RECORDS || waiting.len() > MOST_RECORDS {
                database.note(self.is(Finding::Entries(MOST_RECORDS)));
                records.truncate(MOST_RECORDS);
                break;
            }
        }
        Ok(records)
    }
}
