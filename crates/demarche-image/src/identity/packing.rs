//! True if code is packed: what speaks for it, each reason named.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::section_facts::SectionFacts;
use crate::dotnet::identity::DotNetIdentity;
use crate::little_endian::{head, wide};
use crate::{Format, Image};

/// True if the code seems to be packed, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Packing {
    /// The conclusion from the signs.
    pub verdict: PackingVerdict,
    /// The signs that were seen.
    pub signs: Vec<PackingSign>,
}

/// The conclusion from signs of packing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PackingVerdict {
    /// No sign, or only one that also occurs without packing.
    #[default]
    NoneSeen,
    /// Two signs or more, none of which names a packer.
    Suspected,
    /// The file was not looked into: it is no executable, or for a processor that is not read.
    NotExamined,
    /// A packer's own marks. They can be put on any file, and taken off.
    Named(String),
}

/// A sign that code is packed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PackingSign {
    /// A section has a name that a packer gives.
    KnownName {
        /// The section.
        section: String,
        /// The packer.
        packer: String,
    },
    /// The bytes have a mark that a packer leaves.
    KnownMark {
        /// The packer.
        packer: String,
    },
    /// The program that the packer packed was taken out of it.
    Unpacked {
        /// The packer.
        packer: String,
    },
    /// A section with code, of a kilobyte or more, has an entropy of at least 7.2 bits for each byte.
    HighEntropy {
        /// The section.
        section: String,
        /// Its entropy in bits for each byte.
        entropy: f64,
    },
    /// The program takes fewer than ten functions from other modules, and is no static one.
    FewImports {
        /// The number.
        count: u64,
    },
    /// Execution begins in the last section, which is not the only one with code.
    EntryInLastSection {
        /// The section.
        section: String,
    },
    /// Execution begins where the program may write.
    EntryInWritableSection {
        /// The section.
        section: String,
    },
    /// Execution begins where the file says nothing lies, or no code.
    EntryOutsideCode,
    /// A section for code has no bytes in the file, and is filled as the program runs.
    CodeWithoutBytes {
        /// The section.
        section: String,
    },
}

/// Names that packers and protectors give to sections, as published by analysts of each.
const NAMES: [(&str, &str); 30] = [
    (".MPRESS1", "MPRESS"),
    (".MPRESS2", "MPRESS"),
    (".RLPack", "RLPack"),
    (".Themida", "Themida"),
    (".Upack", "Upack"),
    (".adata", "ASPack"),
    (".aspack", "ASPack"),
    (".boom", "Boomerang List Builder"),
    (".enigma1", "Enigma"),
    (".enigma2", "Enigma"),
    (".nsp0", "NsPack"),
    (".nsp1", "NsPack"),
    (".packed", "RLPack"),
    (".perplex", "Perplex"),
    (".petite", "Petite"),
    (".pelock", "PELock"),
    (".shrink1", "Shrinker"),
    (".spack", "Simple Pack"),
    (".svkp", "SVKP"),
    (".themida", "Themida"),
    (".vmp0", "VMProtect"),
    (".vmp1", "VMProtect"),
    (".vmp2", "VMProtect"),
    (".winlice", "WinLicense"),
    (".yP", "Y0da Protector"),
    ("FSG!", "FSG"),
    ("MEW", "MEW"),
    ("PEC2", "PECompact"),
    ("UPX0", "UPX"),
    ("UPX1", "UPX"),
];

impl Packing {
    /// Notes that a packed program was taken out of the file, which shows the packer better than any mark.
    pub fn unpacked(&mut self, packer: &str) {
        self.verdict = PackingVerdict::Named(packer.to_owned());
        self.signs.push(PackingSign::Unpacked { packer: packer.to_owned() });
    }
}

/// Judges an image; what is none was not looked into.
pub(crate) fn judge(
    bytes: &[u8],
    image: Option<&Image<'_>>,
    sections: &[SectionFacts],
    dotnet: Option<&DotNetIdentity>,
) -> Packing {
    let Some(image) = image else {
        return Packing { verdict: PackingVerdict::NotExamined, signs: Vec::new() };
    };
    let mut signs = Vec::new();
    for section in sections {
        let known = NAMES.iter().find(|(name, _)| *name == section.name);
        signs.extend(known.map(|(_, packer)| PackingSign::KnownName {
            section: section.name.clone(),
            packer: (*packer).to_owned(),
        }));
    }
    signs.extend(mark(bytes, image));
    let makers = dotnet.map_or(&[][..], |dotnet| &dotnet.obfuscators);
    signs.extend(makers.iter().map(|packer| PackingSign::KnownMark { packer: packer.clone() }));
    for section in sections.iter().filter(|section| section.is_executable) {
        let name = section.name.clone();
        // Source of the level: Lyda and Hamrock (2007), "Using entropy analysis to find encrypted and packed malware":
        // packed 6.8, encrypted 7.2 on average, machine code 6.4.
        if section.size_in_file >= 1024 && section.entropy >= 7.2 {
            signs
                .push(PackingSign::HighEntropy { section: name.clone(), entropy: section.entropy });
        }
        if section.size_in_file == 0 && section.size >= 4096 {
            signs.push(PackingSign::CodeWithoutBytes { section: name });
        }
    }
    signs.extend(entry(image));
    let count = wide(image.imports.len());
    let is_static = count == 0 && image.format != Format::Pe;
    if count < 10 && !is_static && image.entry.is_some() {
        signs.push(PackingSign::FewImports { count });
    }
    let named = signs.iter().find_map(|sign| match sign {
        PackingSign::KnownName { packer, .. } | PackingSign::KnownMark { packer } => Some(packer),
        _ => None,
    });
    let verdict = match named {
        Some(packer) => PackingVerdict::Named(packer.clone()),
        None if signs.len() >= 2 => PackingVerdict::Suspected,
        None => PackingVerdict::NoneSeen,
    };
    Packing { verdict, signs }
}

/// UPX writes its name into the headers of what it packs, and behind all of it; ELF files have no section names left then.
///
/// Of a packed library only the end has the name where nothing else does.
fn mark(bytes: &[u8], image: &Image<'_>) -> Option<PackingSign> {
    const REACH: usize = 1024;
    const BACK: usize = 64;
    let has = |part: &[u8]| part.windows(4).any(|window| window == b"UPX!");
    let back = bytes.rchunks(BACK).next().unwrap_or(bytes);
    let is_upx = match image.format {
        Format::Raw => false,
        Format::Elf => has(head(bytes, REACH)) || has(back),
        _ => has(head(bytes, REACH)),
    };
    is_upx.then(|| PackingSign::KnownMark { packer: "UPX".to_owned() })
}

/// The oddities of the entry point.
fn entry(image: &Image<'_>) -> Vec<PackingSign> {
    let Some(entry) = image.entry else { return Vec::new() };
    let Some(section) = image.section(entry).filter(|section| section.is_executable) else {
        return vec![PackingSign::EntryOutsideCode];
    };
    let name = section.name.clone();
    let mut signs = Vec::new();
    let with_code = image.sections.iter().filter(|section| section.is_executable).count();
    let is_last = image.sections.last().is_some_and(|last| last.address == section.address);
    if is_last && with_code > 1 {
        signs.push(PackingSign::EntryInLastSection { section: name.clone() });
    }
    if section.is_writable {
        signs.push(PackingSign::EntryInWritableSection { section: name });
    }
    signs
}
