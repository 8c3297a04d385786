//! Blocks and nodes of a file: the lowest layer, on which all others are built.
//!
//! What is damaged is noted beside what could be read, and no list leads in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, SeekFrom};
use std::rc::Rc;

use super::damage::{Damage, Finding, Part};
use super::layout::{HEADER, Header, Held, Layout, Node, Page, Stored, Tree};
use super::salvage::Salvaged;
use crate::number::{u16_at, u32_at, wide};

/// A file on disk or in memory.
pub(crate) trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// A file whose blocks and nodes can be had by number.
pub(crate) struct Database<'a> {
    source: &'a mut dyn Source,
    pub(crate) header: Header,
    /// Fields of contacts and appointments by the numbers that the file gives them.
    pub(crate) fields: BTreeMap<u16, u16>,
    pages: BTreeMap<u64, Rc<Page>>,
    /// What a look at every page found, where the trees are damaged.
    salvaged: Option<Salvaged>,
    flaws: Vec<Damage>,
    left_of_message: u64,
    left_of_file: u64,
}

/// The visitor of the blocks of some data.
type Visit<'a, 'v> = dyn FnMut(&mut Database<'a>, Vec<u8>) -> Result<(), Damage> + 'v;

/// The bytes of one message that are held, those of its blocks and those of its values.
const OF_MESSAGE: u64 = 256 << 20;

/// The bytes that come out for each byte of a file; many messages may share an attachment.
const RATIO: u64 = 64;

/// The bytes that may always come out.
const FREE: u64 = 64 << 20;

/// The least that a block counts, so that many empty ones end too.
const LEAST: usize = 512;

/// Pages that are kept for the next search: 4 MiB at most.
const KEPT_PAGES: usize = 1024;

/// The most folders and messages of a file.
const MOST_HELD: usize = 8 << 20;

/// The most nodes within a node.
const MOST_INNER: usize = 100_000;

/// The most findings that are noted at a time.
const MOST_FLAWS: usize = 100;

impl<'a> Database<'a> {
    /// Opens a file from which `most` bytes may be taken.
    pub(crate) fn open(source: &'a mut dyn Source, most: u64) -> Result<Self, Damage> {
        let cut = |_| Part::File.is(Finding::Cut);
        let present = source.seek(SeekFrom::End(0)).map_err(cut)?;
        source.seek(SeekFrom::Start(0)).map_err(cut)?;
        let mut head = Vec::new();
        source.take(HEADER).read_to_end(&mut head).map_err(cut)?;
        let header = Header::of(&head)?;
        let mut database = Self {
            source,
            header,
            fields: BTreeMap::new(),
            pages: BTreeMap::new(),
            salvaged: None,
            flaws: Vec::new(),
            left_of_message: OF_MESSAGE,
            left_of_file: present.saturating_mul(RATIO).saturating_add(FREE).min(most),
        };
        if header.size > present {
            let stated = header.size;
            database.note(Part::File.is(Finding::BreaksOff { stated, present }));
        }
        Ok(database)
    }

    pub(crate) fn layout(&self) -> Layout {
        self.header.layout
    }

    /// Notes what could not be read while the rest is.
    pub(crate) fn note(&mut self, damage: Damage) {
        if self.flaws.len() < MOST_FLAWS && !self.flaws.contains(&damage) {
            self.flaws.push(damage);
        }
    }

    /// What was noted since the last time.
    pub(crate) fn flaws(&mut self) -> Vec<Damage> {
        std::mem::take(&mut self.flaws)
    }

    /// Begins a message, which may have as many bytes as any.
    pub(crate) fn begin_message(&mut self) {
        self.left_of_message = OF_MESSAGE;
    }

    /// Counts bytes that are read or kept.
    pub(crate) fn charge(&mut self, count: usize) -> Result<(), Damage> {
        let count = wide(count);
        let left = self.left_of_file.checked_sub(count);
        self.left_of_file = left.ok_or_else(|| Part::File.is(Finding::FileExpands))?;
        let left = self.left_of_message.checked_sub(count);
        self.left_of_message = left.ok_or_else(|| Part::File.is(Finding::MessageTooLarge))?;
        Ok(())
    }

    /// The bytes at an offset, fewer where the file ends before.
    fn bytes(&mut self, offset: u64, count: usize) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(count);
        self.source.seek(SeekFrom::Start(offset)).ok()?;
        (&mut *self.source).take(wide(count)).read_to_end(&mut bytes).ok()?;
        Some(bytes)
    }

    fn page(&mut self, offset: u64, tree: Tree) -> Result<Rc<Page>, Damage> {
        if let Some(page) = self.pages.get(&offset) {
            return Ok(Rc::clone(page));
        }
        let part = Part::Page(offset);
        let layout = self.layout();
        let bytes = self.bytes(offset, layout.page_size()).filter(|_| offset.is_multiple_of(512));
        let bytes = bytes.filter(|bytes| bytes.len() == layout.page_size());
        let bytes = bytes.ok_or_else(|| part.is(Finding::Missing))?;
        let read = layout.page(&bytes, tree);
        let (page, checksum, covered) = read.ok_or_else(|| part.is(Finding::Kind))?;
        if bytes.get(..covered).map(checksum_of) != Some(checksum) {
            self.note(part.is(Finding::Checksum));
        }
        if self.pages.len() >= KEPT_PAGES {
            self.pages.clear();
        }
        let page = Rc::new(page);
        self.pages.insert(offset, Rc::clone(&page));
        Ok(page)
    }

    /// The entry with a number in the leaves of a tree, or else in those that were found without it.
    fn entry(&mut self, tree: Tree, number: u64) -> Result<Option<Vec<u8>>, Damage> {
        match (self.entry_of_tree(tree, number), &self.salvaged) {
            (Ok(None) | Err(_), Some(salvaged)) => {
                Ok(salvaged.entry(tree, number).map(<[u8]>::to_vec))
            }
            (entry, _) => entry,
        }
    }

    fn entry_of_tree(&mut self, tree: Tree, number: u64) -> Result<Option<Vec<u8>>, Damage> {
        let layout = self.layout();
        let mut offset = self.root(tree);
        let mut above = None;
        loop {
            let page = self.page(offset, tree)?;
            if above.is_some_and(|above| page.level >= above) {
                return Err(Part::Page(offset).is(Finding::Depth));
            }
            let key = |entry: &[u8]| layout.key(entry, tree);
            let entry = page.entries().rfind(|entry| key(entry).is_some_and(|key| key <= number));
            let Some(entry) = entry else { return Ok(None) };
            if page.level == 0 {
                return Ok((key(entry) == Some(number)).then(|| entry.to_vec()));
            }
            above = Some(page.level);
            offset = layout.child(entry).ok_or_else(|| Part::Page(offset).is(Finding::Cut))?;
        }
    }

    fn root(&self, tree: Tree) -> u64 {
        match tree {
            Tree::Blocks => self.header.blocks,
            Tree::Nodes => self.header.nodes,
        }
    }

    /// The node with a number.
    pub(crate) fn node(&mut self, number: u32) -> Result<Node, Damage> {
        let entry = self.entry(Tree::Nodes, number.into())?;
        let node = entry.and_then(|entry| self.layout().node(&entry));
        node.ok_or_else(|| Part::Node(number).is(Finding::Missing))
    }

    /// All messages and folders; pages that cannot be read are noted, and the whole file is then searched for others.
    pub(crate) fn held(&mut self) -> Vec<Held> {
        let mut held = self.held_of_tree();
        let is_lost = |damage: &Damage| match damage.part {
            Part::Page(_) => damage.finding != Finding::Checksum,
            _ => matches!(damage.finding, Finding::BreaksOff { .. }),
        };
        if self.page(self.header.blocks, Tree::Blocks).is_err() || self.flaws.iter().any(is_lost) {
            let layout = self.layout();
            match Salvaged::of(&mut *self.source, layout, checksum_of) {
                Ok(salvaged) => {
                    held.extend(salvaged.nodes().filter_map(|entry| layout.held(entry)));
                    self.salvaged = Some(salvaged);
                }
                Err(damage) => self.note(damage),
            }
        }
        if held.len() > MOST_HELD {
            self.note(Part::File.is(Finding::Entries(MOST_HELD)));
            held.truncate(MOST_HELD);
        }
        held.sort_unstable();
        // A node that was moved stands on an old page under its old folder too: it is read once.
        held.dedup();
        held
    }

    fn held_of_tree(&mut self) -> Vec<Held> {
        let layout = self.layout();
        let mut held = Vec::new();
        let mut seen = BTreeSet::new();
        let mut waiting = vec![(self.header.nodes, None)];
        while let Some((offset, above)) = waiting.pop() {
            if !seen.insert(offset) || held.len() > MOST_HELD {
                continue;
            }
            let page = match self.page(offset, Tree::Nodes) {
                Ok(page) => page,
                Err(damage) => {
                    self.note(damage);
                    continue;
                }
            };
            if above.is_some_and(|above| page.level >= above) {
                self.note(Part::Page(offset).is(Finding::Depth));
            } else if page.level > 0 {
                let inner = page.entries().filter_map(|entry| layout.child(entry));
                waiting.extend(inner.map(|inner| (inner, Some(page.level))));
            } else {
                held.extend(page.entries().filter_map(|entry| layout.held(entry)));
            }
        }
        held
    }

    /// The bytes of a block; what is wrong with its checksum or number is noted.
    fn block(&mut self, number: u64) -> Result<Vec<u8>, Damage> {
        let (number, part) = (number & !1, Part::Block(number & !1));
        let layout = self.layout();
        let entry = self.entry(Tree::Blocks, number)?;
        let stored = entry.and_then(|entry| layout.stored(&entry));
        let stored = stored.ok_or_else(|| part.is(Finding::Missing))?;
        let Stored { offset, size, plain } = stored;
        let room = layout.room(size);
        self.charge(plain.max(room).max(LEAST))?;
        let bytes = self.bytes(offset, room).ok_or_else(|| part.is(Finding::Missing))?;
        let stored = bytes.get(..size).ok_or_else(|| part.is(Finding::Cut))?;
        match layout.trailer(&bytes).filter(|_| bytes.len() == room) {
            Some((_, named)) if named & !1 != number => return Err(part.is(Finding::Kind)),
            Some((checksum, _)) if checksum == checksum_of(stored) => {}
            _ => self.note(part.is(Finding::Checksum)),
        }
        let mut bytes = if plain == size {
            stored.to_vec()
        } else {
            inflated(stored, plain).ok_or_else(|| part.is(Finding::Compression))?
        };
        if !is_internal(number) {
            self.header.cipher.decrypt(&mut bytes, number);
        }
        Ok(bytes)
    }

    /// Visits the data of a node block by block, as far as it can be read.
    pub(crate) fn data(&mut self, number: u64, visit: &mut Visit<'a, '_>) {
        // The levels of a tree of blocks; its root is no deeper than two above the data.
        let mut waiting = vec![(number, 2_u8)];
        while let Some((number, most)) = waiting.pop() {
            let read = self.data_block(number, most, &mut waiting);
            let visited = match read {
                Ok(None) => Ok(()),
                Ok(Some(bytes)) => visit(self, bytes),
                Err(damage) => Err(damage),
            };
            if let Err(damage) = visited {
                self.note(damage);
                return;
            }
        }
    }

    /// The bytes of a block of data; those to which another block leads are put in line.
    fn data_block(
        &mut self,
        number: u64,
        most: u8,
        waiting: &mut Vec<(u64, u8)>,
    ) -> Result<Option<Vec<u8>>, Damage> {
        if number == 0 {
            return Ok(None);
        }
        let layout = self.layout();
        let bytes = self.block(number)?;
        if !is_internal(number) {
            return Ok(Some(bytes));
        }
        let level = match bytes.first_chunk() {
            Some([1, level @ 1..=2]) if *level <= most => *level,
            Some([1, _]) => return Err(Part::Block(number).is(Finding::Depth)),
            _ => return Err(Part::Block(number).is(Finding::Kind)),
        };
        let count = u16_at(&bytes, 2).unwrap_or(0).into();
        let numbers = bytes.get(8..).unwrap_or(&[]).chunks_exact(layout.width()).take(count);
        let inner = numbers.rev().filter_map(|bytes| layout.number(bytes, 0));
        waiting.extend(inner.map(|inner| (inner, level - 1)));
        Ok(None)
    }

    /// The data of a node in one piece, as far as it can be read.
    pub(crate) fn whole(&mut self, number: u64) -> Vec<u8> {
        let mut whole = Vec::new();
        self.data(number, &mut |database, bytes| {
            database.charge(bytes.len())?;
            whole.extend_from_slice(&bytes);
            Ok(())
        });
        whole
    }

    /// The nodes within a node by number, as far as they can be read.
    pub(crate) fn inner(&mut self, number: u64) -> BTreeMap<u32, Node> {
        let mut nodes = BTreeMap::new();
        let mut waiting = vec![(number, 1_u8)];
        while let Some((number, most)) = waiting.pop() {
            if let Err(damage) = self.inner_block(number, most, &mut waiting, &mut nodes) {
                self.note(damage);
            }
            if nodes.len() > MOST_INNER {
                self.note(Part::Block(number).is(Finding::Entries(MOST_INNER)));
                break;
            }
        }
        nodes
    }

    fn inner_block(
        &mut self,
        number: u64,
        most: u8,
        waiting: &mut Vec<(u64, u8)>,
        nodes: &mut BTreeMap<u32, Node>,
    ) -> Result<(), Damage> {
        if number == 0 {
            return Ok(());
        }
        let layout = self.layout();
        let bytes = self.block(number)?;
        let level = match bytes.first_chunk() {
            Some([2, level]) if *level <= most => *level,
            Some([2, _]) => return Err(Part::Block(number).is(Finding::Depth)),
            _ => return Err(Part::Block(number).is(Finding::Kind)),
        };
        let count = u16_at(&bytes, 2).unwrap_or(0).into();
        let entries = bytes.get(layout.width()..).unwrap_or(&[]);
        if level == 0 {
            let entries = entries.chunks_exact(3 * layout.width()).take(count);
            nodes
                .extend(entries.filter_map(|entry| Some((u32_at(entry, 0)?, layout.node(entry)?))));
        } else {
            let entries = entries.chunks_exact(2 * layout.width()).take(count).rev();
            let inner = entries.filter_map(|entry| layout.number(entry, layout.width()));
            waiting.extend(inner.map(|inner| (inner, 0)));
        }
        Ok(())
    }
}

/// Returns true if a block leads to others; the rest hold data, which may be hidden.
fn is_internal(number: u64) -> bool {
    number & 2 != 0
}

/// The checksum of some bytes: CRC-32 without its two inversions.
///
/// Source: \[MS-PST\], 5.3.
fn checksum_of(bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(u32::MAX);
    hasher.update(bytes);
    !hasher.finalize()
}

fn inflated(bytes: &[u8], plain: usize) -> Option<Vec<u8>> {
    let mut inflated = Vec::with_capacity(plain);
    let mut decoder = flate2::read::ZlibDecoder::new(bytes).take(wide(plain));
    decoder.read_to_end(&mut inflated).ok()?;
    (inflated.len() == plain).then_some(inflated)
}
