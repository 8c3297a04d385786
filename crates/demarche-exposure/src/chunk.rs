//! What one thread read of a unit, on its way to the store.

use std::ops::Range;

use demarche_dump::Message;
use demarche_sensitive::Finding;
use demarche_terms::Sha256;
use demarche_text::Shape;

/// A part of what a unit holds. The chunks of a unit come in order; those of other units may come between.
#[derive(Debug, Default)]
pub(crate) struct Chunk {
    pub(crate) contents: Vec<NewContent>,
    pub(crate) edges: Vec<Edge>,
    /// Faults of contents that may have come in an earlier chunk.
    pub(crate) damages: Vec<(Sha256, String)>,
    /// The bytes of text in it.
    pub(crate) weight: usize,
}

/// A content that nobody read before.
#[derive(Debug)]
pub(crate) struct NewContent {
    pub(crate) key: Sha256,
    /// The hash of its bytes; zeros where these could not be had.
    pub(crate) digest: Sha256,
    pub(crate) media: String,
    pub(crate) size: u64,
    pub(crate) state: State,
    /// The reason why it was not read.
    pub(crate) reason: Option<String>,
    pub(crate) faults: Vec<String>,
    pub(crate) message: Option<Message>,
    pub(crate) texts: Vec<NewText>,
}

/// How far a content was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Named by something that holds it, and read by nobody yet.
    Awaited = 0,
    /// Its text was read.
    Read = 1,
    /// It holds others.
    Container = 2,
    /// It has nothing in it.
    Empty = 3,
    /// It was not read.
    Unread = 4,
}

/// A part of a text: the subject of a message, its body, a sheet, a page.
#[derive(Debug)]
pub(crate) struct NewText {
    pub(crate) name: Option<String>,
    /// The name with sensitive values masked, where it has any.
    pub(crate) masked: Option<String>,
    pub(crate) shape: Shape,
    pub(crate) text: String,
    /// The offsets behind soft line breaks that were joined, in their order.
    pub(crate) breaks: Vec<usize>,
    /// The same, compressed.
    pub(crate) packed: Vec<u8>,
    pub(crate) findings: Vec<Found>,
}

/// A finding with its line, and the names that stand in it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) finding: Finding,
    /// The line, from 1.
    pub(crate) line: usize,
    /// Names of persons that may stand on the same line, parted by line feeds.
    pub(crate) names: String,
}

/// Something that holds something.
#[derive(Debug)]
pub(crate) struct Edge {
    /// The content that holds it; none for the file of the unit.
    pub(crate) parent: Option<Sha256>,
    /// Its number among all items of the unit.
    pub(crate) number: u32,
    pub(crate) name: String,
    /// The name with sensitive values masked, where it has any.
    pub(crate) masked: Option<String>,
    pub(crate) at: Option<Range<u64>>,
    /// The bytes of the content as it is stored here: line ends of messages differ.
    pub(crate) size: u64,
    pub(crate) child: Sha256,
}
