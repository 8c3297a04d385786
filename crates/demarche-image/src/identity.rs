//! The identity of a file, without running it: hashes, makers, times, signers.
//!
//! All of it can be forged but the hashes; where two places of a file should agree, it says whether they do.

mod packing;
mod runtime;
pub(crate) mod section_facts;

pub use demarche_terms::Runtime;
use demarche_terms::{Gap, Md5, Sha1, Sha256};
use md5::Digest as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::packing::{Packing, PackingSign, PackingVerdict};
pub use self::section_facts::SectionFacts;
pub use crate::dotnet::{
    AssemblyReference, CodeKind, DotNetCounts, DotNetIdentity, EmbeddedResource,
};
pub use crate::elf::ElfIdentity;
use crate::gaps::{Gaps, ImageShortfall};
pub use crate::go::build_info::{GoIdentity, GoModule};
use crate::little_endian::wide;
pub use crate::macho::MachOIdentity;
pub use crate::pe::{
    Certificate, Checksum, Consistency, DebugFile, DebugFileId, DigestMatch, LinkerVersion,
    Overlay, PeIdentity, Resource, Rich, RichTool, Signature, Stamp, StampSource, StampVerdict,
    Stamps, VersionString,
};
use crate::{Architecture, Format, Image, ImageError, dotnet, elf, go, macho, pe, read_all};

/// The identity of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// Its size in bytes.
    pub size: u64,
    /// For look-ups in other people's lists.
    pub md5: Md5,
    /// For look-ups in other people's lists.
    pub sha1: Sha1,
    /// The hashes that identify it.
    pub sha256: Sha256,
    /// The locality-sensitive hash of Oliver, Cheng and Chen (2013), "TLSH", with its version in front; `None` where the
    /// file is smaller than 50 bytes or has too little variety.
    pub tlsh: Option<String>,
    /// The container; `None` where it is no executable.
    pub format: Option<Format>,
    /// The instruction set.
    pub architecture: Option<Architecture>,
    /// The parts of it that lie in memory, ascending by address.
    pub sections: Vec<SectionFacts>,
    /// True if the code seems to be packed, and why.
    pub packing: Packing,
    /// The runtime that it carries inside itself; `None` where it takes its runtime from elsewhere.
    pub runtime: Option<Runtime>,
    /// Facts that only programs of Go have.
    pub go: Option<GoIdentity>,
    /// Facts that only assemblies of .NET have.
    pub dotnet: Option<DotNetIdentity>,
    /// Facts that only files of Windows have.
    pub pe: Option<PeIdentity>,
    /// Facts that only ELF files have.
    pub elf: Option<ElfIdentity>,
    /// Facts that only files of Apple's systems have, for each processor.
    pub mach_o: Vec<MachOIdentity>,
    /// The parts that could not be read; the source is left empty, as only the caller knows the file's name.
    pub gaps: Vec<Gap>,
}

/// Identifies a file. A file that is no executable has hashes and no more.
#[must_use]
pub fn identify(bytes: &[u8]) -> Identity {
    identify_images(bytes, &read_all(bytes))
}

/// Identifies a file whose images were read already, all of them and as [`read_all`] returns them.
///
/// Of several images, the first one that could be read is described.
#[must_use]
pub fn identify_images(bytes: &[u8], images: &[Result<Image<'_>, ImageError>]) -> Identity {
    let mut gaps = Gaps::default();
    let first = images.iter().position(Result::is_ok);
    let image = first.and_then(|first| images.get(first)?.as_ref().ok());
    let is_bytecode = image.is_some_and(|image| image.bytecode.is_some());
    if !is_bytecode && first.is_some_and(|first| first + 1 < images.len()) {
        gaps.note(ImageShortfall::OtherSlices, String::new);
    }
    // What a file says about itself needs no processor, so that refused ones are told as well.
    let claimed = image.map_or_else(|| container(bytes), |image| Some(image.format));
    let is = |format: Format| claimed == Some(format);
    let pe = is(Format::Pe).then(|| pe::about(bytes, &mut gaps)).flatten();
    let elf = is(Format::Elf).then(|| elf::about(bytes, &mut gaps)).flatten();
    let mach_o = if is(Format::MachO) { macho::about(bytes, &mut gaps) } else { Vec::new() };
    let is_told = image.is_some() || pe.is_some() || elf.is_some() || !mach_o.is_empty();
    let format = claimed.filter(|_| is_told);
    let sections: Vec<_> =
        image.iter().flat_map(|image| &image.sections).map(SectionFacts::of).collect();
    let dotnet = is_bytecode.then(|| dotnet::about(bytes, &mut gaps)).flatten();
    let packing = packing::judge(bytes, image, &sections, dotnet.as_ref());
    let runtime = image.and_then(|image| runtime::judge(bytes, image, pe.as_ref(), elf.as_ref()));
    let go = claimed.and_then(|_| go::build_info::read(bytes, image, &mut gaps));
    let mut all: Vec<_> = image.iter().flat_map(|image| image.gaps.iter().cloned()).collect();
    all.extend(gaps.finish());
    all.sort();
    all.dedup();
    Identity {
        size: wide(bytes.len()),
        md5: demarche_terms::Digest(md5::Md5::digest(bytes).into()),
        sha1: demarche_terms::Digest(sha1::Sha1::digest(bytes).into()),
        sha256: Sha256::of(bytes),
        tlsh: tlsh(bytes),
        format,
        architecture: image.map(|image| image.architecture),
        sections,
        packing,
        runtime,
        go,
        dotnet,
        pe,
        elf,
        mach_o,
        gaps: all,
    }
}

/// The container that a file begins like.
fn container(bytes: &[u8]) -> Option<Format> {
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => Some(Format::Elf),
        [b'M', b'Z', ..] => Some(Format::Pe),
        [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => Some(Format::MachO),
        _ => None,
    }
}

/// The 128 buckets with a checksum of one byte, as most lists have them.
fn tlsh(bytes: &[u8]) -> Option<String> {
    let hash = tlsh2::TlshDefaultBuilder::build_from(bytes)?.hash();
    String::from_utf8(hash.to_vec()).ok()
}
