//! Messages of Outlook in files of their own.
//!
//! Source: \[MS-OXMSG\], 2.1 to 2.4; \[MS-CFB\] by the crate `cfb`.

use std::io::{Cursor, Read};

use cfb::CompoundFile;
use demarche_text::text_of_bytes;

use crate::lines::slice;
use crate::mapi::{ATTACHED, Attached, Attachment, METHOD, Outlook, Properties, Value, charset_of};
use crate::number::{u16_at, u32_at, u64_at};
use crate::tnef::utf16;

type Compound<'a> = CompoundFile<Cursor<&'a [u8]>>;

/// Messages in each other beyond this are left out and named.
const DEEPEST: u32 = 32;

/// The most recipients and attachments that are looked for.
const MOST: usize = 10_000;

/// The code page of texts in bytes.
const CODE_PAGE: u16 = 0x3ffd;

/// The message in a file.
pub(crate) fn message(bytes: &[u8]) -> Result<Outlook, String> {
    let mut file = CompoundFile::open(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    message_at(&mut file, "/", 32, 0)
}

/// The message in a storage, whose list of properties has a header of some bytes.
fn message_at(
    file: &mut Compound<'_>,
    storage: &str,
    header: usize,
    depth: u32,
) -> Result<Outlook, String> {
    let properties = properties(file, storage, header, None)?;
    let charset = properties.number(CODE_PAGE).and_then(charset_of);
    let entries = file.read_storage(storage).map_err(|error| error.to_string())?;
    let names: Vec<String> = entries.map(|entry| entry.name().to_owned()).take(MOST).collect();
    let mut message = Outlook { properties, ..Outlook::default() };
    for name in names {
        let path = format!("{storage}{name}/");
        if name.starts_with("__recip_version1.0_") {
            message.recipients.extend(self::properties(file, &path, 8, charset.as_deref()));
        } else if name.starts_with("__attach_version1.0_") {
            message.attachments.push(attachment(file, &path, charset.as_deref(), depth));
        }
    }
    Ok(message)
}

fn attachment(
    file: &mut Compound<'_>,
    storage: &str,
    charset: Option<&str>,
    depth: u32,
) -> Attachment {
    let mut properties = match properties(file, storage, 8, charset) {
        Ok(properties) => properties,
        Err(reason) => {
            return Attachment { name: String::new(), content: Attached::Missing(reason) };
        }
    };
    let name = properties.file_name();
    let content = match properties.0.remove(&ATTACHED) {
        Some(Value::Bytes(bytes)) => Attached::Bytes(bytes),
        _ if properties.number(METHOD) == Some(5) && depth < DEEPEST => {
            let inner = format!("{storage}__substg1.0_3701000D/");
            match message_at(file, &inner, 24, depth + 1) {
                Ok(message) => Attached::Message(Box::new(message)),
                Err(reason) => Attached::Missing(reason),
            }
        }
        _ => match object(file, storage) {
            Some(bytes) => Attached::Bytes(bytes),
            None => Attached::Missing("no bytes are stored for it".to_owned()),
        },
    };
    Attachment { name, content }
}

/// The bytes of an embedded object: the streams of its storage, one after another.
fn object(file: &mut Compound<'_>, storage: &str) -> Option<Vec<u8>> {
    let inner = format!("{storage}__substg1.0_3701000D");
    let paths: Vec<_> = file
        .walk_storage(&inner)
        .ok()?
        .filter(|entry| entry.is_stream())
        .map(|entry| entry.path().to_owned())
        .take(MOST)
        .collect();
    let mut bytes = Vec::new();
    for path in paths {
        let mut stream = file.open_stream(path).ok()?;
        stream.read_to_end(&mut bytes).ok()?;
    }
    (!bytes.is_empty()).then_some(bytes)
}

/// The properties of a storage: those of a fixed size in one list, the others in a stream each.
fn properties(
    file: &mut Compound<'_>,
    storage: &str,
    header: usize,
    charset: Option<&str>,
) -> Result<Properties, String> {
    let mut properties = Properties::default();
    let list = stream(file, &format!("{storage}__properties_version1.0"))?;
    let (entries, _) = slice(&list, header..list.len()).as_chunks::<16>();
    for entry in entries {
        let Some((kind, id)) = u16_at(entry, 0).zip(u16_at(entry, 2)) else { continue };
        let value = match kind {
            0x0002 => u16_at(entry, 8).map(|number| Value::Number(number.into())),
            0x0003 => u32_at(entry, 8).map(|number| Value::Number(number.into())),
            0x0040 => u64_at(entry, 8).map(|time| Value::Time(time.cast_signed())),
            _ => None,
        };
        if let Some(value) = value {
            properties.0.insert(id, value);
        }
    }
    let own = properties.number(CODE_PAGE).and_then(charset_of);
    let charset = own.as_deref().or(charset);
    let entries = file.read_storage(storage).map_err(|error| error.to_string())?;
    let names: Vec<String> = entries
        .filter(|entry| entry.is_stream())
        .map(|entry| entry.name().to_owned())
        .take(MOST)
        .collect();
    for name in names {
        let Some((id, kind)) = numbers_of(&name) else { continue };
        let bytes = stream(file, &format!("{storage}{name}"))?;
        properties.0.insert(
            id,
            match kind {
                0x001f => Value::Text(utf16(&bytes)),
                0x001e => Value::Text(text_of_bytes(&bytes, charset)),
                0x0102 => Value::Bytes(bytes),
                _ => continue,
            },
        );
    }
    Ok(properties)
}

/// The number and kind of a property in the name of its stream.
fn numbers_of(name: &str) -> Option<(u16, u16)> {
    let digits = name.strip_prefix("__substg1.0_")?;
    let number = |range| u16::from_str_radix(digits.get(range)?, 16).ok();
    (digits.len() == 8).then(|| number(0..4).zip(number(4..8)))?
}

/// The bytes of a stream. A size that the file does not hold gives what is there.
fn stream(file: &mut Compound<'_>, path: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut stream = file.open_stream(path).map_err(|error| error.to_string())?;
    match stream.read_to_end(&mut bytes) {
        Ok(_) => Ok(bytes),
        Err(_) if !bytes.is_empty() => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}
