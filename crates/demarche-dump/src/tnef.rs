//! `winmail.dat`: the attachments and the text of a message in Outlook's own form.
//!
//! Source: \[MS-OXTNEF\], 2.1.3 and 2.2.

use demarche_text::text_of_bytes;

use crate::lines::slice;
use crate::mapi::{ATTACHED, Attached, Attachment, Outlook, Properties, Value, charset_of};
use crate::number::{size, u16_at, u32_at, u64_at};

const SIGNATURE: [u8; 4] = [0x78, 0x9f, 0x3e, 0x22];
const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
const BEGINS_ATTACHMENT: u32 = 0x0006_9002;
const ATTACHMENT_TITLE: u32 = 0x0001_8010;
const ATTACHMENT_DATA: u32 = 0x0006_800f;
const ATTACHMENT_PROPERTIES: u32 = 0x0006_9005;
const CODE_PAGE: u32 = 0x0006_9007;
const BODY: u32 = 0x0002_800c;

/// Attachments in each other beyond this are kept as bytes.
const DEEPEST: u32 = 16;

/// Returns true if some bytes begin like such a file.
pub(crate) fn begins(bytes: &[u8]) -> bool {
    bytes.starts_with(&SIGNATURE)
}

/// The message, as far as its attributes can be read.
pub(crate) fn message(bytes: &[u8]) -> Outlook {
    message_at(bytes, 0)
}

fn message_at(bytes: &[u8], depth: u32) -> Outlook {
    let mut message = Outlook::default();
    let mut charset = None;
    let mut rest = slice(bytes, 6..bytes.len());
    while let Some((tag, value, behind)) = attribute(rest) {
        rest = behind;
        match tag {
            CODE_PAGE => charset = u32_at(value, 0).and_then(|page| charset_of(page.into())),
            BODY => {
                let text = text_of_bytes(without_zero(value), charset.as_deref());
                message.properties.0.entry(0x1000).or_insert(Value::Text(text));
            }
            MESSAGE_PROPERTIES => {
                message.properties.0.extend(properties(value, charset.as_deref()).0);
            }
            BEGINS_ATTACHMENT => message.attachments.push(Attachment {
                name: String::new(),
                content: Attached::Missing("no bytes are stored for it".to_owned()),
            }),
            _ => attachment(&mut message, tag, value, charset.as_deref(), depth),
        }
    }
    message
}

/// Adds what an attribute says about the last attachment.
fn attachment(message: &mut Outlook, tag: u32, value: &[u8], charset: Option<&str>, depth: u32) {
    let Some(last) = message.attachments.last_mut() else { return };
    match tag {
        ATTACHMENT_TITLE if last.name.is_empty() => {
            last.name = text_of_bytes(without_zero(value), charset);
        }
        ATTACHMENT_DATA => last.content = Attached::Bytes(value.to_vec()),
        ATTACHMENT_PROPERTIES => {
            let mut properties = properties(value, charset);
            let name = properties.file_name();
            if !name.is_empty() {
                last.name = name;
            }
            if let Some(Value::Bytes(bytes)) = properties.0.remove(&ATTACHED) {
                // An embedded message has the identifier of its interface before it.
                let inner = slice(&bytes, 16..bytes.len());
                last.content = if begins(inner) && depth < DEEPEST {
                    Attached::Message(Box::new(message_at(inner, depth + 1)))
                } else {
                    Attached::Bytes(bytes)
                };
            }
        }
        _ => {}
    }
}

/// The tag and value of the first attribute, and the bytes behind it; a value that is cut short is what is there.
fn attribute(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let tag = u32_at(bytes, 1)?;
    let length = size(u32_at(bytes, 5)?);
    let end = length.saturating_add(9);
    let behind = end.saturating_add(2);
    Some((tag, slice(bytes, 9..end), slice(bytes, behind..bytes.len())))
}

fn without_zero(value: &[u8]) -> &[u8] {
    value.split(|byte| *byte == 0).next().unwrap_or(&[])
}

/// A list of properties.
fn properties(bytes: &[u8], charset: Option<&str>) -> Properties {
    let mut properties = Properties::default();
    let mut rest = slice(bytes, 4..bytes.len());
    for _ in 0..u32_at(bytes, 0).unwrap_or(0) {
        let Some((id, value, behind)) = property(rest, charset) else { break };
        if let Some(value) = value {
            properties.0.insert(id, value);
        }
        rest = behind;
    }
    properties
}

/// The first property of a list; no value for a kind that is not used.
fn property<'a>(bytes: &'a [u8], charset: Option<&str>) -> Option<(u16, Option<Value>, &'a [u8])> {
    let (kind, id) = (u16_at(bytes, 0)?, u16_at(bytes, 2)?);
    let mut rest = bytes.get(4..)?;
    if id >= 0x8000 {
        rest = without_property_name(rest)?;
    }
    let (fixed, value) = match kind & !0x1000 {
        0x0002 => (4, Some(Value::Number(u16_at(rest, 0)?.into()))),
        0x0003 => (4, Some(Value::Number(u32_at(rest, 0)?.into()))),
        0x000b | 0x0004 | 0x000a => (4, None),
        0x0005 | 0x0006 | 0x0007 | 0x0014 => (8, None),
        0x0040 => (8, Some(Value::Time(u64_at(rest, 0)?.cast_signed()))),
        0x0048 => (16, None),
        0x000d | 0x001e | 0x001f | 0x0102 => return variable(kind, id, rest, charset),
        _ => return None,
    };
    if kind & 0x1000 != 0 {
        let count = size(u32_at(rest, 0)?);
        let end = count.checked_mul(fixed)?.checked_add(4)?;
        return Some((id, None, rest.get(end..)?));
    }
    Some((id, value, rest.get(fixed..)?))
}

/// The bytes behind the name of a named property.
fn without_property_name(rest: &[u8]) -> Option<&[u8]> {
    match u32_at(rest, 16)? {
        0 => rest.get(24..),
        _ => {
            let length = size(u32_at(rest, 20)?);
            rest.get(24_usize.checked_add(length.checked_next_multiple_of(4)?)?..)
        }
    }
}

/// A property of some bytes; of several values the last one is kept.
fn variable<'a>(
    kind: u16,
    id: u16,
    rest: &'a [u8],
    charset: Option<&str>,
) -> Option<(u16, Option<Value>, &'a [u8])> {
    let count = u32_at(rest, 0)?;
    let mut rest = rest.get(4..)?;
    let mut value = None;
    for _ in 0..count {
        let length = size(u32_at(rest, 0)?);
        let bytes = rest.get(4..length.checked_add(4)?)?;
        value = Some(match kind & !0x1000 {
            0x001e => Value::Text(text_of_bytes(without_zero(bytes), charset)),
            0x001f => Value::Text(utf16(bytes)),
            _ => Value::Bytes(bytes.to_vec()),
        });
        let end = length.checked_next_multiple_of(4)?.checked_add(4)?;
        rest = rest.get(end..).unwrap_or(&[]);
    }
    Some((id, value, rest))
}

/// A text in UTF-16, lowest byte first, without zeros at its end.
pub(crate) fn utf16(bytes: &[u8]) -> String {
    let (pairs, _) = bytes.as_chunks::<2>();
    let text: String = char::decode_utf16(pairs.iter().copied().map(u16::from_le_bytes))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.trim_end_matches('\0').to_owned()
}
