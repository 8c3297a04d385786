//! The header between DOS and PE that Microsoft's linkers write: which tools made how many of the input's objects.
//!
//! It is no part of the format, the linker signs nothing, and it has been copied from other files to mislead (Kaspersky,
//! 2018, on the worm of the Olympic games in Pyeongchang). It is checked against itself and against the file.
//!
//! Source: Webster et al. (2017), "Finding the needle: a study of the PE32 Rich header and respective malware triage".

use demarche_terms::Md5;
use md5::Digest as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::little_endian::{low, size, u32_at, wide};

/// A version of a linker.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct LinkerVersion {
    /// The number before the point.
    pub major: u8,
    /// The number behind the point.
    pub minor: u8,
}

/// The contents of the header, and the checks that support it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Rich {
    /// The tools, in the order of the file.
    pub tools: Vec<RichTool>,
    /// The key that it is masked with, which is also its checksum.
    pub key: u32,
    /// True if the checksum over the DOS header and the tools is the key. It is false once either was changed by hand.
    pub checksum_holds: bool,
    /// The hash of the unmasked bytes, for look-ups.
    pub md5: Md5,
    /// True if the newest linker among the tools is the one that the optional header names.
    pub linker: Consistency,
    /// True if the count of imports among the tools is that of the table of imports.
    ///
    /// Both are whole numbers of functions; the linker drops what nothing uses, so that the table may have fewer.
    pub imports: Consistency,
}

/// Objects that one tool made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RichTool {
    /// The tool's number.
    pub product: u16,
    /// Its build.
    pub build: u16,
    /// The number of objects that it made.
    pub count: u32,
}

/// True if two places of a file say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Consistency {
    /// They agree.
    Agrees,
    /// They cannot both be true of one build.
    Contradicts,
    /// One of them says nothing that can be compared.
    Unknown,
}

/// The tool that stands for functions taken from other modules.
const IMPORTS: u16 = 1;

/// The linkers' numbers, and the versions that they write into the optional header. From 14 on the number stays and the
/// minor version counts on.
const LINKERS: [(u16, u8, Option<u8>); 11] = [
    (0x0002, 5, Some(10)),
    (0x0004, 6, Some(0)),
    (0x003d, 7, Some(0)),
    (0x005a, 7, Some(10)),
    (0x0078, 8, Some(0)),
    (0x0091, 9, Some(0)),
    (0x009d, 10, Some(0)),
    (0x00cc, 11, Some(0)),
    (0x00de, 12, Some(0)),
    (0x00fd, 14, None),
    (0x0102, 14, None),
];

impl Rich {
    /// Reads the header; `None` where the file has none.
    pub(crate) fn read(bytes: &[u8], linker: LinkerVersion, imports: u64) -> Option<Self> {
        const FRONT: usize = 0x40;
        let pe = size(u32_at(bytes, 0x3c)?);
        let stub = bytes.get(..pe)?;
        let end = stub.windows(4).rposition(|window| window == b"Rich")?;
        let key = u32_at(stub, end.checked_add(4)?)?;
        let head = u32::from_le_bytes(*b"DanS") ^ key;
        let masked = stub.get(FRONT..end)?;
        let (words, _) = masked.as_chunks::<4>();
        let start = words.iter().rposition(|word| u32::from_le_bytes(*word) == head)?;
        let words: Vec<_> =
            words.get(start..)?.iter().map(|word| u32::from_le_bytes(*word) ^ key).collect();
        // The head is filled up to 16 bytes; then each tool has two words.
        let (pairs, _) = words.get(4..)?.as_chunks::<2>();
        let tool = |[identifier, count]: &[u32; 2]| {
            let [a, b, c, d] = identifier.to_le_bytes();
            let (build, product) = (u16::from_le_bytes([a, b]), u16::from_le_bytes([c, d]));
            RichTool { product, build, count: *count }
        };
        let tools: Vec<_> = pairs.iter().map(tool).collect();
        let offset = start.checked_mul(4)?.checked_add(FRONT)?;
        let clear: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Some(Self {
            checksum_holds: checksum(stub.get(..offset)?, pairs) == key,
            md5: demarche_terms::Digest(md5::Md5::digest(&clear).into()),
            linker: linkers_agree(&tools, linker),
            imports: imports_agree(&tools, imports),
            tools,
            key,
        })
    }
}

/// The sum of the DOS header's bytes and of the tools, each turned by its place or count.
fn checksum(stub: &[u8], tools: &[[u32; 2]]) -> u32 {
    let mut sum = low(wide(stub.len()));
    for (index, byte) in (0_u32..).zip(stub) {
        // The place of the PE header is written later.
        if !(0x3c..0x40).contains(&index) {
            sum = sum.wrapping_add(u32::from(*byte).rotate_left(index % 32));
        }
    }
    for [identifier, count] in tools {
        sum = sum.wrapping_add(identifier.rotate_left(count % 32));
    }
    sum
}

fn linkers_agree(tools: &[RichTool], header: LinkerVersion) -> Consistency {
    let known = tools.iter().filter_map(|tool| {
        let (_, major, minor) = LINKERS.iter().find(|(product, ..)| *product == tool.product)?;
        Some((*major, *minor))
    });
    // The tools may have linked parts of the input before; the newest one made this file.
    match known.max() {
        None => Consistency::Unknown,
        Some((major, minor)) => {
            let agrees = major == header.major && minor.is_none_or(|minor| minor == header.minor);
            if agrees { Consistency::Agrees } else { Consistency::Contradicts }
        }
    }
}

fn imports_agree(tools: &[RichTool], present: u64) -> Consistency {
    let stated =
        tools.iter().find(|tool| tool.product == IMPORTS).map(|tool| u64::from(tool.count));
    match stated {
        None if present == 0 => Consistency::Agrees,
        None => Consistency::Unknown,
        Some(stated) if stated >= present => Consistency::Agrees,
        Some(_) => Consistency::Contradicts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A DOS header and stub, and behind them the header of some tools.
    fn file(tools: &[RichTool]) -> Vec<u8> {
        let mut bytes = vec![0; 0x80];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x40..0x44].copy_from_slice(b"stub");
        let pair =
            |tool: &RichTool| [u32::from(tool.product) << 16 | u32::from(tool.build), tool.count];
        let pairs: Vec<_> = tools.iter().map(pair).collect();
        let key = checksum(&bytes, &pairs);
        let head = [u32::from_le_bytes(*b"DanS"), 0, 0, 0];
        let words = head.iter().chain(pairs.iter().flatten());
        bytes.extend(words.flat_map(|word| (word ^ key).to_le_bytes()));
        bytes.extend(b"Rich");
        bytes.extend(key.to_le_bytes());
        bytes.resize(bytes.len().next_multiple_of(16), 0);
        let pe = u32::try_from(bytes.len()).unwrap().to_le_bytes();
        bytes[0x3c..0x40].copy_from_slice(&pe);
        bytes
    }

    const TOOLS: [RichTool; 3] = [
        RichTool { product: 1, build: 0, count: 93 },
        RichTool { product: 0x83, build: 21022, count: 110 },
        RichTool { product: 0x91, build: 21022, count: 1 },
    ];

    #[test]
    fn what_the_linker_wrote_is_read_and_holds() {
        let rich = Rich::read(&file(&TOOLS), LinkerVersion { major: 9, minor: 0 }, 81).unwrap();
        assert_eq!(rich.tools, TOOLS);
        assert!(rich.checksum_holds);
        assert_eq!((rich.linker, rich.imports), (Consistency::Agrees, Consistency::Agrees));
    }

    #[test]
    fn a_header_of_another_file_contradicts_linker_and_imports() {
        let rich = Rich::read(&file(&TOOLS), LinkerVersion { major: 6, minor: 0 }, 94).unwrap();
        assert!(rich.checksum_holds);
        assert_eq!(
            (rich.linker, rich.imports),
            (Consistency::Contradicts, Consistency::Contradicts)
        );
    }

    #[test]
    fn a_changed_byte_breaks_the_checksum() {
        let linker = LinkerVersion { major: 9, minor: 0 };
        let mut stub = file(&TOOLS);
        stub[0x41] ^= 1;
        assert!(!Rich::read(&stub, linker, 81).unwrap().checksum_holds);
        let mut count = file(&TOOLS);
        count[0x94] ^= 1;
        assert!(!Rich::read(&count, linker, 81).unwrap().checksum_holds);
    }
}
