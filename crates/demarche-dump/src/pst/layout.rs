//! The three layouts of files, and what their header says.
//!
//! Source: \[MS-PST\], 2.2.2.6 for the header, 2.2.2.7 for pages, 2.2.2.8 for blocks. Pages of 4 KiB stand in no
//! specification; their fields were found in files of Outlook.

use super::cipher::Cipher;
use super::damage::{Damage, Finding, Part};
use crate::number::{size, u16_at, u32_at, u64_at};

/// The bytes at the beginning of a file that say how to read it.
pub(crate) const HEADER: u64 = 564;

/// The way in which a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Numbers of 32 bits, pages of 512 bytes: Outlook 97 to 2002.
    Ansi,
    /// Numbers of 64 bits, pages of 512 bytes.
    Unicode,
    /// Numbers of 64 bits, pages of 4 KiB, compressed blocks: offline folders since Outlook 2013.
    Large,
}

/// The header of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) layout: Layout,
    pub(crate) cipher: Cipher,
    /// The size of the file when it was closed, in bytes.
    pub(crate) size: u64,
    /// The offset of the root of the tree of nodes.
    pub(crate) nodes: u64,
    /// The offset of the root of the tree of blocks.
    pub(crate) blocks: u64,
}

impl Header {
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, Damage> {
        if !bytes.starts_with(b"!BDN") {
            return Err(Part::File.is(Finding::NotPersonalFolders));
        }
        let cut = || Part::File.is(Finding::Cut);
        let version = u16_at(bytes, 10).ok_or_else(cut)?;
        let layout = match version {
            14 | 15 => Layout::Ansi,
            36 => Layout::Large,
            20..=40 => Layout::Unicode,
            _ => return Err(Part::File.is(Finding::Version(version))),
        };
        let [size, nodes, blocks, cipher] = match layout {
            Layout::Ansi => [168, 188, 196, 461],
            Layout::Unicode | Layout::Large => [184, 224, 240, 513],
        };
        let number = |offset| layout.number(bytes, offset).ok_or_else(cut);
        let cipher = match bytes.get(cipher).ok_or_else(cut)? {
            1 => Cipher::Permute,
            2 => Cipher::Cyclic,
            16 => return Err(Part::File.is(Finding::Encrypted)),
            _ => Cipher::None,
        };
        let (size, nodes, blocks) = (number(size)?, number(nodes)?, number(blocks)?);
        Ok(Self { layout, cipher, size, nodes, blocks })
    }
}

/// Two trees hold all that a file has: nodes by number, and blocks by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tree {
    Blocks,
    Nodes,
}

/// A page of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// The steps to the leaves.
    pub(crate) level: u8,
    /// The bytes of its entries.
    entries: Vec<u8>,
    /// The bytes of an entry.
    width: usize,
}

impl Page {
    pub(crate) fn entries(&self) -> std::slice::ChunksExact<'_, u8> {
        self.entries.chunks_exact(self.width)
    }
}

/// A block as the tree of blocks has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) offset: u64,
    /// Its bytes in the file.
    pub(crate) size: usize,
    /// Its bytes when they are decompressed; as many where they are not compressed.
    pub(crate) plain: usize,
}

/// A message or folder, sorted by what it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Held {
    pub(crate) parent: u32,
    pub(crate) number: u32,
}

/// The kinds of nodes, in the lowest five bits of their numbers.
pub(crate) const KIND: u32 = 0x1f;
pub(crate) const FOLDER: u32 = 0x02;
pub(crate) const MESSAGE: u32 = 0x04;

/// A node: the blocks of its data, and those that list the nodes within it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) data: u64,
    pub(crate) inner: u64,
}

impl Layout {
    /// The bytes of a page.
    pub(crate) fn page_size(self) -> usize {
        match self {
            Self::Ansi | Self::Unicode => 512,
            Self::Large => 4096,
        }
    }

    /// The bytes of a number of a block and of an offset.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::Ansi => 4,
            Self::Unicode | Self::Large => 8,
        }
    }

    /// The number of a block, or an offset.
    pub(crate) fn number(self, bytes: &[u8], offset: usize) -> Option<u64> {
        match self {
            Self::Ansi => u32_at(bytes, offset).map(u64::from),
            Self::Unicode | Self::Large => u64_at(bytes, offset),
        }
    }

    /// The bytes of a block in the file, with what stands behind them and the filling between.
    pub(crate) fn room(self, size: usize) -> usize {
        let (trailer, step) = match self {
            Self::Ansi => (12, 64),
            Self::Unicode => (16, 64),
            Self::Large => (24, 512),
        };
        size.saturating_add(trailer).next_multiple_of(step)
    }

    /// The checksum and number of a block, out of its room.
    pub(crate) fn trailer(self, room: &[u8]) -> Option<(u32, u64)> {
        let end = room.len();
        match self {
            Self::Ansi => {
                let trailer = room.get(end.checked_sub(12)?..)?;
                Some((u32_at(trailer, 8)?, u32_at(trailer, 4)?.into()))
            }
            Self::Unicode => {
                let trailer = room.get(end.checked_sub(16)?..)?;
                Some((u32_at(trailer, 4)?, u64_at(trailer, 8)?))
            }
            Self::Large => {
                let trailer = room.get(end.checked_sub(24)?..)?;
                Some((u32_at(trailer, 4)?, u64_at(trailer, 8)?))
            }
        }
    }

    /// A page of a tree out of its bytes, and its checksum with the number of bytes that it covers.
    pub(crate) fn page(self, bytes: &[u8], tree: Tree) -> Option<(Page, u32, usize)> {
        // Number of entries, bytes of an entry, level, kind, checksum, and the bytes that it covers.
        let (count, [width, level, kind, checksum, covered]) = match self {
            Self::Ansi => (bytes.get(496).copied()?.into(), [498, 499, 500, 508, 500]),
            Self::Unicode => (bytes.get(488).copied()?.into(), [490, 491, 496, 500, 496]),
            Self::Large => (u16_at(bytes, 4056)?, [4060, 4061, 4072, 4076, 4072]),
        };
        let wanted = match tree {
            Tree::Blocks => 0x80,
            Tree::Nodes => 0x81,
        };
        if *bytes.get(kind)? != wanted {
            return None;
        }
        let level = *bytes.get(level)?;
        let width = usize::from(*bytes.get(width)?);
        let least = match (level, tree) {
            (0, Tree::Nodes) => 4 * self.width(),
            _ => 3 * self.width(),
        };
        if width < least {
            return None;
        }
        let entries = bytes.get(..width.checked_mul(count.into())?)?.to_vec();
        Some((Page { level, entries, width }, u32_at(bytes, checksum)?, covered))
    }

    /// The number of a page of a tree.
    pub(crate) fn page_number(self, bytes: &[u8]) -> Option<u64> {
        match self {
            Self::Ansi => u32_at(bytes, 504).map(u64::from),
            Self::Unicode => u64_at(bytes, 504),
            Self::Large => u64_at(bytes, 4080),
        }
    }

    /// The number of an entry; the lowest bit of a block's has no meaning.
    pub(crate) fn key(self, entry: &[u8], tree: Tree) -> Option<u64> {
        match tree {
            Tree::Blocks => self.number(entry, 0).map(|number| number & !1),
            Tree::Nodes => u32_at(entry, 0).map(u64::from),
        }
    }

    /// The offset of the page to which an entry leads.
    pub(crate) fn child(self, entry: &[u8]) -> Option<u64> {
        self.number(entry, 2 * self.width())
    }

    /// The block of an entry of a leaf.
    pub(crate) fn stored(self, entry: &[u8]) -> Option<Stored> {
        let offset = self.number(entry, self.width())?;
        let stored = u16_at(entry, 2 * self.width())?.into();
        let plain = match self {
            Self::Large => u16_at(entry, 18)?.into(),
            Self::Ansi | Self::Unicode => stored,
        };
        Some(Stored { offset, size: stored, plain })
    }

    /// The node of an entry of a leaf or of a list of inner nodes.
    pub(crate) fn node(self, entry: &[u8]) -> Option<Node> {
        let data = self.number(entry, self.width())?;
        Some(Node { data, inner: self.number(entry, 2 * self.width())? })
    }

    /// The message or folder of an entry of a leaf; `None` for nodes of other kinds.
    pub(crate) fn held(self, entry: &[u8]) -> Option<Held> {
        let held = Held { parent: u32_at(entry, 3 * self.width())?, number: u32_at(entry, 0)? };
        matches!(held.number & KIND, FOLDER | MESSAGE).then_some(held)
    }

    /// The block of a heap and the number of the piece in it, from 1.
    pub(crate) fn piece(self, reference: u32) -> (usize, usize) {
        match self {
            Self::Ansi | Self::Unicode => (size(reference >> 16), size((reference & 0xffff) >> 5)),
            Self::Large => (size(reference >> 19), size((reference & 0x7_ffff) >> 5)),
        }
    }
}
