//! Presentations of 1997 to 2003 ([MS-PPT]): the texts of slides and notes, in the order of the file.
#![warn(clippy::indexing_slicing)]

use crate::compound::{Compound, cut, long, offset_at, properties, short};
use crate::writer::Writer;
use crate::{Damage, Shape, Unread};

/// The mark of an encrypted presentation in the stream of the current user, [MS-PPT] 2.3.2.
const ENCRYPTED: u32 = 0xf3d1_c4df;

/// Records of text, [MS-PPT] 2.13.24.
const WIDE_TEXT: u16 = 0x0fa0;
const NARROW_TEXT: u16 = 0x0fa8;
const MASTER: u16 = 0x03f8;
const STRING: u16 = 0x0fba;
const COMMENT: u16 = 0x2ee0;

/// Reads a presentation.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let file = Compound::open(bytes, writer)?;
    let user = file.stream("Current User");
    if file.has("EncryptedSummary") || user.is_some_and(|user| long(&user, 12) == Some(ENCRYPTED)) {
        return Err(Unread::Encrypted);
    }
    let Some(stream) = file.stream("PowerPoint Document") else {
        return Err(Unread::Damaged(Damage::Missing { part: "PowerPoint Document".to_owned() }));
    };
    writer.begin(None, Shape::Prose);
    let mut rest = stream.as_slice();
    let mut in_comment = 0_usize;
    while let (Some(version), Some(kind), Some(length)) =
        (short(rest, 0), short(rest, 2), offset_at(rest, 4))
    {
        let body = rest.get(8..).unwrap_or(b"");
        let content = body.get(..length).unwrap_or(body);
        if content.len() < length {
            cut("PowerPoint Document", writer);
        }
        match kind {
            WIDE_TEXT => push(&wide(content), writer),
            NARROW_TEXT => {
                push(&content.iter().map(|byte| char::from(*byte)).collect::<String>(), writer);
            }
            // A comment holds three texts: its writer, itself and the initials.
            COMMENT => in_comment = 3,
            STRING if in_comment > 0 => {
                in_comment -= 1;
                push(&wide(content), writer);
            }
            _ => {}
        }
        // Records in a container follow its header; masters only say where to click.
        let is_container = version & 0x000f == 0x000f && kind != MASTER;
        rest = if is_container { body } else { body.get(length..).unwrap_or(b"") };
    }
    properties(&file, writer);
    Ok(())
}

fn wide(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).collect();
    String::from_utf16_lossy(&units)
}

fn push(text: &str, writer: &mut Writer<'_>) {
    writer.push(&text.replace(['\r', '\u{b}'], "\n"));
    writer.end_line();
}
