//! Statements of an ELF file about itself.

use object::read::elf::SectionHeader as _;
use object::{BigEndian, LittleEndian, elf};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::header::{Class, Headers};
use super::identification::class_and_order;
use super::wanted;
use crate::gaps::Gaps;
use crate::little_endian::part;
use crate::parts::Parts;
use crate::placement::Placement;
use crate::{Architecture, Format, memory};

/// Facts that only ELF files have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ElfIdentity {
    /// The program that loads it; `None` for static programs and libraries.
    pub interpreter: Option<String>,
    /// The linker's hash of what it linked, in hexadecimal digits.
    pub build_id: Option<String>,
    /// The compilers that made its parts, as they name themselves.
    pub compilers: Vec<String>,
    /// The libraries it wants, in the order of the file.
    pub libraries: Vec<String>,
    /// The name that others want it by, where it is a library.
    pub library_name: Option<String>,
    /// The place where it looks for libraries.
    pub library_paths: Vec<String>,
    /// The libraries whose functions it hands on as its own (`DT_FILTER`, `DT_AUXILIARY`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filtered_libraries: Vec<String>,
    /// True if the linker's own symbols were taken out.
    pub is_stripped: bool,
}

/// More than any honest file has, of compilers.
const MOST: usize = 4096;

pub(crate) fn about(bytes: &[u8], gaps: &mut Gaps) -> Option<ElfIdentity> {
    match class_and_order(bytes) {
        (Some(1), Some(2)) => about_class::<elf::FileHeader32<BigEndian>>(bytes, gaps),
        (Some(1), _) => about_class::<elf::FileHeader32<LittleEndian>>(bytes, gaps),
        (Some(2), Some(2)) => about_class::<elf::FileHeader64<BigEndian>>(bytes, gaps),
        (Some(2), _) => about_class::<elf::FileHeader64<LittleEndian>>(bytes, gaps),
        _ => None,
    }
}

fn about_class<C: Class>(bytes: &[u8], gaps: &mut Gaps) -> Option<ElfIdentity> {
    // Gaps of the image itself are noted by the one who reads it.
    let mut noted = Gaps::default();
    let headers = Headers::<C>::read(bytes, Placement::File, &mut noted).ok()?;
    let mut parts = Parts::new(Format::Elf, Architecture::X86_64, bytes.len());
    let sections = super::layout::sections(&headers, &mut noted);
    parts.sections = memory::settle(sections, bytes.len(), &mut noted);
    let mut identity = ElfIdentity { is_stripped: true, ..ElfIdentity::default() };
    identity.interpreter = headers.interpreter().map(text);
    for section in headers.sections {
        identity.is_stripped &= section.sh_type(C::order()) != elf::SHT_SYMTAB;
        if identity.compilers.is_empty() && headers.name(section) == ".comment" {
            let texts = headers.contents(section).split(|byte| *byte == 0);
            let texts =
                texts.filter(|text| !text.is_empty()).map(|bytes| text(part(bytes, 0, 256)));
            identity.compilers.extend(texts.take(MOST));
        }
    }
    identity.compilers.sort();
    identity.compilers.dedup();
    identity.build_id = build_id(&headers, &parts);
    let wanted = wanted::read(&headers, &parts, gaps);
    identity.libraries = wanted.libraries;
    identity.library_name = wanted.name;
    identity.library_paths = wanted.paths;
    identity.filtered_libraries = wanted.filtered;
    Some(identity)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The note of that kind: sizes of name and value, the kind, then both, each filled up to four bytes.
fn build_id<C: Class>(headers: &Headers<'_, C>, parts: &Parts<'_>) -> Option<String> {
    const BUILD_ID: u32 = 3;
    let end = C::order();
    let segments = headers
        .segments_of(elf::PT_NOTE)
        .map(|(position, count)| part(parts.bytes(position), 0, count));
    let notes = headers.sections.iter().filter(|section| section.sh_type(end) == elf::SHT_NOTE);
    let notes = notes.map(|note| headers.contents(note));
    let mut left = headers.bytes.len() / 12;
    for mut rest in segments.chain(notes) {
        while let (Some(name), Some(count), Some(kind)) =
            (C::u32_at(rest, 0), C::u32_at(rest, 4), C::u32_at(rest, 8))
        {
            // Notes that share their bytes could be read without end.
            left = left.checked_sub(1)?;
            let value = u64::from(name).next_multiple_of(4) + 12;
            let bytes = part(rest, value, count.into());
            if kind == BUILD_ID && rest.get(12..15) == Some(b"GNU") && !bytes.is_empty() {
                return Some(demarche_terms::hex(bytes.get(..64).unwrap_or(bytes)));
            }
            let next = value + u64::from(count).next_multiple_of(4);
            rest = part(rest, next, u64::MAX);
        }
    }
    None
}
