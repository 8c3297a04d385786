//! Statements of a file of Windows about itself.

mod authenticode;
mod debug;
mod der;
mod imphash;
mod language;
mod resources;
mod rich;
mod stamps;
mod version_info;

use demarche_terms::Md5;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::authenticode::{Certificate, DigestMatch, Signature};
pub use self::debug::{DebugFile, DebugFileId};
use self::imphash::ImportHash;
pub use self::resources::Resource;
pub use self::rich::{Consistency, LinkerVersion, Rich, RichTool};
pub use self::stamps::{Stamp, StampSource, StampVerdict, Stamps};
pub use self::version_info::VersionString;
use super::header::{self, Header};
use super::{imports, layout};
use crate::gaps::Gaps;
use crate::identity::section_facts::entropy;
use crate::little_endian::{low, part, u32_at, u32_or_zero, wide};
use crate::parts::Parts;
use crate::{Architecture, FileOffset, Format, memory};

/// Facts that only files of Windows have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PeIdentity {
    /// The hash of the imports' names in the order of the file (Mandiant, 2014, "Tracking malware with import hashing"),
    /// with the names that `pefile` gives to ordinals, and without the names that `pefile` and YARA leave out; `None` where
    /// nothing is left.
    pub imphash: Option<Md5>,
    /// True if it is a library rather than a program.
    pub is_library: bool,
    /// The version of the linker, as the optional header has it.
    pub linker: LinkerVersion,
    /// The sum over the file, as stated and as it is.
    pub checksum: Checksum,
    /// The record of Microsoft's linker on the tools that made its input.
    pub rich: Option<Rich>,
    /// The times it states.
    pub stamps: Stamps,
    /// The files with symbols that debuggers are sent to.
    pub debug_files: Vec<DebugFile>,
    /// Its resources, in the order of their tree.
    pub resources: Vec<Resource>,
    /// The languages of its resources, each once, as BCP 47 tags or numbers.
    pub languages: Vec<String>,
    /// The texts of its version information.
    pub version: Vec<VersionString>,
    /// The signer.
    pub signatures: Vec<Signature>,
    /// The data behind the last section of the file.
    pub overlay: Option<Overlay>,
}

/// The sum over a file that drivers must state and other files may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checksum {
    /// As stated; zero where the linker was not asked for it.
    pub stated: u32,
    /// As it is.
    pub computed: u32,
}

impl Checksum {
    /// Adds up all 16-bit words but the sum's own, carries included, and then the file's size.
    pub(crate) fn of(header: &Header<'_>, bytes: &[u8]) -> Self {
        let position = header.optional_offset + 64;
        let (stated, words) = (u32_or_zero(bytes, position), bytes.chunks(2));
        let words = words.map(|pair| match pair {
            [low, high] => u64::from(u16::from_le_bytes([*low, *high])),
            [low] => u64::from(*low),
            _ => 0,
        });
        let is_own = |offset: usize| offset == position || offset == position + 2;
        // A sum of 16-bit words stays within 64 bits for every file that fits into memory.
        let counted = (0..).step_by(2).zip(words).filter(|(offset, _)| !is_own(*offset));
        let mut sum: u64 = counted.map(|(_, word)| word).sum();
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        Self { stated, computed: low(sum + wide(bytes.len())) }
    }
}

/// Bytes behind everything that is loaded: installers, signatures, appended payloads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Overlay {
    /// Its beginning.
    pub offset: FileOffset,
    /// Its size in bytes.
    pub size: u64,
    /// Its entropy in bits for each byte, from 0 to 8.
    pub entropy: f64,
}

/// Says what a file says about itself; `None` where its headers cannot be read.
pub(crate) fn about(bytes: &[u8], gaps: &mut Gaps) -> Option<PeIdentity> {
    // Gaps of the image itself are noted by the one who reads it.
    let mut noted = Gaps::default();
    let header = Header::read(bytes, &mut noted).ok()?;
    // Which processor it is for does not matter here, but how wide its pointers are.
    let width = if header.is_64 { Architecture::X86_64 } else { Architecture::X86 };
    let mut parts = Parts::new(Format::Pe, width, bytes.len());
    let sections = layout::sections(&header, bytes, false, &mut noted);
    parts.sections = memory::settle(sections, bytes.len(), &mut noted);
    let (mut import_hash, mut imported) = (ImportHash::default(), 0);
    imports::walk(&header, &parts, &mut noted, &mut |listed, _| {
        import_hash.add(&listed);
        imported += 1;
    });
    let (debug_files, debug_stamps, is_reproducible) = debug::read(&header, bytes, &parts, gaps);
    let resources = resources::read(&header, &parts, gaps);
    let mut languages: Vec<_> =
        resources.iter().map(|resource| resource.language.clone()).collect();
    languages.sort();
    languages.dedup();
    let mut stamps = vec![Stamp::new(StampSource::Header, header.stamp)];
    for (table, source) in [
        (header::EXPORT, StampSource::Exports),
        (header::RESOURCE, StampSource::Resources),
        (header::LOAD_CONFIG, StampSource::LoadConfiguration),
    ] {
        let position = header.directory(table).map(|(position, _)| position);
        let seconds = position.and_then(|position| u32_at(parts.bytes(position), 4));
        stamps.extend(seconds.map(|seconds| Stamp::new(source, seconds)));
    }
    stamps.extend(debug_stamps);
    let (major, minor) = header.linker;
    let linker = LinkerVersion { major, minor };
    Some(PeIdentity {
        imphash: import_hash.finish(),
        is_library: header.characteristics & 0x2000 != 0,
        linker,
        checksum: Checksum::of(&header, bytes),
        rich: Rich::read(bytes, linker, imported),
        stamps: Stamps::judge(stamps, is_reproducible),
        debug_files,
        version: version_info::read(&header, &parts, &resources, gaps),
        languages,
        resources,
        signatures: authenticode::read(&header, bytes, gaps),
        overlay: overlay(&header, bytes),
    })
}

fn overlay(header: &Header<'_>, bytes: &[u8]) -> Option<Overlay> {
    let end = |raw: &[u8; 40]| {
        let (size, offset) = (u32_at(raw, 16)?, u32_at(raw, 20)?);
        (size > 0).then(|| u64::from(size) + u64::from(offset))
    };
    let offset = header.sections.iter().filter_map(end).max()?;
    let rest = part(bytes, offset, u64::MAX);
    (!rest.is_empty()).then(|| Overlay {
        offset: FileOffset(offset),
        size: wide(rest.len()),
        entropy: entropy(rest),
    })
}
