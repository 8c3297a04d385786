use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::header::{self, Header};
use super::stamps::{Stamp, StampSource};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, part, u16_at, u32_at, u32_or_zero};
use crate::parts::Parts;

/// A file with symbols that debuggers are sent to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DebugFile {
    /// Its path on the machine where the program was built.
    pub path: String,
    /// The identifier that it is recognised by.
    pub id: DebugFileId,
    /// The number of times it was written since it was made.
    pub age: u32,
}

/// The identifier of the file with its symbols.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DebugFileId {
    /// A GUID, since Visual C++ 7.
    Guid(String),
    /// Seconds since 1970, before.
    Seconds(u32),
}

/// More entries than linkers ever write.
const MOST: usize = 64;

/// Reads the entries for debuggers: files, the times of the entries, and whether the build is a reproducible one.
pub(crate) fn read(
    header: &Header<'_>,
    bytes: &[u8],
    parts: &Parts<'_>,
    gaps: &mut Gaps,
) -> (Vec<DebugFile>, Vec<Stamp>, bool) {
    const CODE_VIEW: u32 = 2;
    const REPRODUCIBLE: u32 = 16;
    let Some((position, count)) = header.directory(header::DEBUG) else {
        return (Vec::new(), Vec::new(), false);
    };
    let (entries, _) = part(parts.bytes(position), 0, count.into()).as_chunks::<28>();
    if entries.len() > MOST {
        gaps.note(ImageShortfall::DebugEntries, String::new);
    }
    let mut files = Vec::new();
    let mut stamps = Vec::new();
    let mut is_reproducible = false;
    for entry in entries.iter().take(MOST) {
        let word = |offset| u32_or_zero(entry, offset);
        let (stamp, kind, size, offset) = (word(4), word(12), word(16), word(24));
        stamps.push(Stamp::new(StampSource::Debug, stamp));
        is_reproducible |= kind == REPRODUCIBLE;
        if kind == CODE_VIEW {
            let body = part(bytes, offset.into(), size.into());
            match code_view(body) {
                Some(file) => files.push(file),
                None => {
                    gaps.note(ImageShortfall::DebugEntry, || format!("{offset:#x}"));
                }
            }
        }
    }
    (files, stamps, is_reproducible)
}

fn code_view(body: &[u8]) -> Option<DebugFile> {
    let text = |offset| String::from_utf8_lossy(name_at(body, offset)).into_owned();
    match body.first_chunk::<4>()? {
        b"RSDS" => {
            let (a, b, c) = (u32_at(body, 4)?, u16_at(body, 8)?, u16_at(body, 10)?);
            let rest = body.get(12..20)?;
            let [d, e, tail @ ..] = rest else { return None };
            let tail = demarche_terms::hex(tail);
            let guid = format!("{a:08x}-{b:04x}-{c:04x}-{d:02x}{e:02x}-{tail}");
            Some(DebugFile { path: text(24), id: DebugFileId::Guid(guid), age: u32_at(body, 20)? })
        }
        b"NB10" => Some(DebugFile {
            path: text(16),
            id: DebugFileId::Seconds(u32_at(body, 8)?),
            age: u32_at(body, 12)?,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_entries_name_their_file() {
        let guid = [b"RSDS", &[1; 16][..], &7_u32.to_le_bytes(), b"C:\\a.pdb\0"].concat();
        let file = code_view(&guid).unwrap();
        assert_eq!((file.path.as_str(), file.age), ("C:\\a.pdb", 7));
        let expected = DebugFileId::Guid("01010101-0101-0101-0101-010101010101".to_owned());
        assert_eq!(file.id, expected);
        let old =
            [b"NB10", &[0; 4][..], &9_u32.to_le_bytes(), &3_u32.to_le_bytes(), b"b.pdb"].concat();
        let file = code_view(&old).unwrap();
        assert_eq!((file.path.as_str(), file.age, file.id), ("b.pdb", 3, DebugFileId::Seconds(9)));
        assert!(code_view(b"RSDS").is_none() && code_view(b"????").is_none());
    }
}
