//! Word documents of 1997 to 2003 ([MS-DOC]), and plain ones of Word 6 and 95.
//!
//! The text lies in pieces that the piece table names: the body, then footnotes, headers, comments, endnotes and text
//! boxes.
#![warn(clippy::indexing_slicing)]

use encoding_rs::WINDOWS_1252;

use crate::compound::{Compound, cut, long, offset_at, properties, short};
use crate::writer::Writer;
use crate::{Damage, Shape, Unread};

/// The first two bytes of the main stream.
const MAGIC: u16 = 0xa5ec;
/// The version from which on there is a piece table.
const WORD_97: u16 = 0x00c1;

/// Reads a document.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let file = Compound::open(bytes, writer)?;
    let missing = |part: &str| Unread::Damaged(Damage::Missing { part: part.to_owned() });
    let main = file.stream("WordDocument").ok_or_else(|| missing("WordDocument"))?;
    let flags = short(&main, 10).filter(|_| matches!(short(&main, 0), Some(MAGIC | 0xa5dc)));
    let flags = flags.ok_or_else(|| missing("header"))?;
    if flags & 0x0100 != 0 {
        return Err(Unread::Encrypted);
    }
    writer.begin(None, Shape::Prose);
    let mut layout = Layout::default();
    if short(&main, 2).is_some_and(|version| version < WORD_97) {
        let text = offset_at(&main, 24)
            .zip(offset_at(&main, 28))
            .and_then(|(start, end)| main.get(start..end));
        layout.push(&WINDOWS_1252.decode_without_bom_handling(text.unwrap_or(b"")).0);
    } else {
        let table = file.stream(if flags & 0x0200 != 0 { "1Table" } else { "0Table" });
        let pieces = table.as_deref().and_then(|table| pieces(&main, table));
        let Some(pieces) = pieces else { return Err(missing("piece table")) };
        for piece in pieces {
            if layout.text.len() > writer.text_left() {
                break;
            }
            match main.get(piece.start..).and_then(|rest| rest.get(..piece.length)) {
                Some(bytes) => layout.push(&piece.decode(bytes)),
                None => cut("WordDocument", writer),
            }
        }
    }
    writer.push(&layout.text);
    writer.end_line();
    properties(&file, writer);
    Ok(())
}

/// A run of text in the main stream.
#[derive(Clone, Copy, Debug)]
struct Piece {
    start: usize,
    /// Its length in bytes.
    length: usize,
    is_wide: bool,
}

impl Piece {
    fn decode(self, bytes: &[u8]) -> String {
        if !self.is_wide {
            return WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
        }
        let (units, _) = bytes.as_chunks();
        let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
        String::from_utf16_lossy(&units)
    }
}

/// The pieces by the piece table, [MS-DOC] 2.9.38.
fn pieces(main: &[u8], table: &[u8]) -> Option<Vec<Piece>> {
    let (start, length) = (offset_at(main, 0x01a2)?, offset_at(main, 0x01a6)?);
    let mut rest = table.get(start..)?;
    rest = rest.get(..length).unwrap_or(rest);
    // Formats of whole paragraphs come before the table.
    while rest.first() == Some(&1) {
        let length = usize::from(short(rest, 1)?);
        rest = rest.get(3 + length..)?;
    }
    let plan = rest.strip_prefix(&[2])?;
    let length = offset_at(plan, 0)?;
    let plan = plan.get(4..)?;
    let plan = plan.get(..length).unwrap_or(plan);
    let count = plan.len().checked_sub(4)? / 12;
    let places = plan.get((count + 1) * 4..)?;
    let piece = |index: usize| {
        let characters =
            offset_at(plan, (index + 1) * 4)?.checked_sub(offset_at(plan, index * 4)?)?;
        let position = long(places, index * 8 + 2)?;
        let start = usize::try_from(position & 0x3fff_ffff).ok()?;
        let is_wide = position & 0x4000_0000 == 0;
        let (start, length) =
            if is_wide { (start, characters.checked_mul(2)?) } else { (start / 2, characters) };
        Some(Piece { start, length, is_wide })
    };
    // Pieces that overlap could repeat the stream without end: together they are at most twice as long.
    let mut left = main.len().checked_mul(2)?;
    let pieces =
        (0..count).map_while(piece).take_while(|piece| match left.checked_sub(piece.length) {
            Some(rest) => {
                left = rest;
                true
            }
            None => false,
        });
    Some(pieces.collect())
}

/// The text of a document, with its control characters turned into lines and tabs.
#[derive(Debug, Default)]
struct Layout {
    text: String,
    /// The instruction of the innermost field, for each field that is open before its result.
    fields: Vec<String>,
}

impl Layout {
    fn push(&mut self, text: &str) {
        for character in text.chars() {
            self.push_character(character);
        }
    }

    fn push_character(&mut self, character: char) {
        match character {
            '\u{13}' if self.fields.len() < 64 => self.fields.push(String::new()),
            '\u{14}' | '\u{15}' => {
                let field = self.fields.pop().unwrap_or_default();
                if let Some((_, address)) = field.split_once("mailto:") {
                    let address = address.split(['"', '?', ' ']).next().unwrap_or("");
                    self.text.push_str(&format!("<{address}> "));
                }
            }
            character if !self.fields.is_empty() => {
                if let Some(field) = self.fields.last_mut().filter(|field| field.len() < 4_096) {
                    field.push(character);
                }
                // An instruction ends with its paragraph at the latest.
                if character == '\r' {
                    self.fields.clear();
                }
            }
            '\r' | '\u{b}' | '\u{c}' | '\u{e}' => self.text.push('\n'),
            // A row ends with a second mark behind that of its last cell.
            '\u{7}' if self.text.ends_with('\t') => {
                self.text.pop();
                self.text.push('\n');
            }
            '\u{7}' => self.text.push('\t'),
            '\u{1e}' => self.text.push('-'),
            '\t' | '\n' => self.text.push(character),
            '\u{a0}' => self.text.push(' '),
            '\0'..='\u{1f}' => {}
            _ => self.text.push(character),
        }
    }
}
