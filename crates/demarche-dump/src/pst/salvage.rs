//! The leaves of the trees of a file that is cut short or damaged, found by a look at every page.
//!
//! A page that is written anew leaves the old one where it was: the entry of the page with the higher number counts.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};

use super::damage::{Damage, Finding, Part};
use super::layout::{Layout, Page, Tree};
use crate::number::wide;

/// The entries of leaves by number, each with the number of its page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Salvaged {
    blocks: BTreeMap<u64, (u64, Vec<u8>)>,
    nodes: BTreeMap<u64, (u64, Vec<u8>)>,
}

/// The most entries that are kept: those of some gigabytes of mail.
const MOST: usize = 2 << 20;

/// The bytes that are read at a time.
const STEP: usize = 1 << 20;

impl Salvaged {
    /// Looks at every page of a file; `checksum` tells whether its bytes are as they were written.
    pub(crate) fn of(
        source: &mut (impl Read + Seek + ?Sized),
        layout: Layout,
        checksum: fn(&[u8]) -> u32,
    ) -> Result<Self, Damage> {
        let mut salvaged = Self::default();
        let cut = |_| Part::File.is(Finding::Cut);
        source.seek(SeekFrom::Start(0)).map_err(cut)?;
        let mut bytes = Vec::with_capacity(STEP);
        loop {
            bytes.clear();
            let count = (&mut *source).take(wide(STEP)).read_to_end(&mut bytes).map_err(cut)?;
            for page in bytes.chunks_exact(layout.page_size()) {
                salvaged.add(layout, page, checksum);
            }
            if count < STEP || salvaged.blocks.len() + salvaged.nodes.len() > MOST {
                return Ok(salvaged);
            }
        }
    }

    /// Adds the entries of a page, where it is a leaf of a tree.
    fn add(&mut self, layout: Layout, bytes: &[u8], checksum: fn(&[u8]) -> u32) {
        for tree in [Tree::Blocks, Tree::Nodes] {
            let Some((page, stated, covered)) = layout.page(bytes, tree) else { continue };
            let is_sound = bytes.get(..covered).map(checksum) == Some(stated);
            if page.level > 0 || !is_sound {
                continue;
            }
            let number = layout.page_number(bytes).unwrap_or(0);
            self.add_leaf(layout, tree, &page, number);
        }
    }

    fn add_leaf(&mut self, layout: Layout, tree: Tree, page: &Page, number: u64) {
        let entries = match tree {
            Tree::Blocks => &mut self.blocks,
            Tree::Nodes => &mut self.nodes,
        };
        for entry in page.entries() {
            let Some(key) = layout.key(entry, tree) else { continue };
            match entries.get(&key) {
                Some((newer, _)) if *newer > number => {}
                _ => drop(entries.insert(key, (number, entry.to_vec()))),
            }
        }
    }

    /// The entry with a number.
    pub(crate) fn entry(&self, tree: Tree, number: u64) -> Option<&[u8]> {
        let entries = match tree {
            Tree::Blocks => &self.blocks,
            Tree::Nodes => &self.nodes,
        };
        entries.get(&number).map(|(_, entry)| entry.as_slice())
    }

    /// All nodes, each by its entry.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &[u8]> {
        self.nodes.values().map(|(_, entry)| entry.as_slice())
    }
}
