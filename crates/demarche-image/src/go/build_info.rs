//! What Go's linker says of a build: its version, the main module, and the modules in it.
//!
//! Source: the package `debug/buildinfo` of Go 1.18 to 1.27; before 1.18 two pointers stand in place of the texts.

use memchr::memmem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{head, size, tail, u32_at, u64_at};
use crate::{Image, VirtualAddress};

/// The mark before the build information, at a multiple of 16 bytes.
const MARK: &[u8] = b"\xff Go buildinf:";

/// The bytes of a text that is believed: ten times the longest list of modules that was seen.
const LONGEST: usize = 1 << 20;

/// The modules that are kept.
const MOST: usize = 4096;

/// The facts that a Go program states about its build; anybody can change or remove them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GoIdentity {
    /// The version of Go, as `go1.27.3`.
    pub version: String,
    /// The path of the main package.
    pub path: Option<String>,
    /// The main module.
    pub module: Option<GoModule>,
    /// The modules that it was linked with, in the order of the file; of a replaced one its replacement.
    pub modules: Vec<GoModule>,
}

/// A module of Go and its version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct GoModule {
    /// Its path, as `golang.org/x/net`.
    pub path: String,
    /// Its version, as `v0.38.0`; `(devel)` for one that was built in place.
    pub version: String,
}

/// Reads the build information of a file; `None` where it has none that can be read.
///
/// Since Go 1.18 it needs no image, so that programs for processors that are not read tell it as well.
pub(crate) fn read(bytes: &[u8], image: Option<&Image<'_>>, gaps: &mut Gaps) -> Option<GoIdentity> {
    let mut claimed = None;
    let found = memmem::find_iter(bytes, MARK).take(16).find_map(|offset| {
        let block = tail(bytes, offset);
        let (pointer, flags) = (block.get(14)?, block.get(15)?);
        // Programs that read build information have the mark as well, with no head behind it.
        if matches!(pointer, 4 | 8) && *flags < 4 && offset.is_multiple_of(16) {
            claimed.get_or_insert(offset);
        }
        let [version, modules] = if flags & 2 != 0 {
            let (version, rest) = text(tail(block, 32))?;
            [version, text(rest).map_or(&[][..], |(modules, _)| modules)]
        } else {
            let image = image?;
            [0, 1].map(|index| string(image, block, usize::from(*pointer), index))
        };
        let is_version = version.starts_with(b"go") || version.starts_with(b"devel");
        is_version.then(|| identity(version, modules))
    });
    if let (None, Some(offset)) = (&found, claimed) {
        gaps.note(ImageShortfall::GoBuildInformation, || format!("offset {offset:#x}"));
    }
    found
}

/// A text with its length before it, in groups of seven bits.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length = 0_usize;
    for (index, byte) in bytes.iter().take(4).enumerate() {
        length |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            let rest = tail(bytes, index + 1);
            return (length <= LONGEST).then(|| rest.split_at_checked(length)).flatten();
        }
    }
    None
}

/// A text of an older program, to whose head the block has a pointer; empty where there is none.
fn string<'i>(image: &'i Image<'_>, block: &[u8], pointer: usize, index: usize) -> &'i [u8] {
    let word = |bytes: &[u8], offset: usize| match pointer {
        4 => u32_at(bytes, offset).map(u64::from),
        _ => u64_at(bytes, offset),
    };
    let found = || {
        let header = image.bytes(VirtualAddress(word(block, 16 + index * pointer)?));
        let (address, length) = (word(header, 0)?, size(word(header, pointer)?));
        (length <= LONGEST).then(|| head(image.bytes(VirtualAddress(address)), length))
    };
    found().unwrap_or(&[])
}

fn identity(version: &[u8], modules: &[u8]) -> GoIdentity {
    let words = |bytes: &[u8]| String::from_utf8_lossy(head(bytes, 256)).into_owned();
    let mut identity = GoIdentity { version: words(version), ..GoIdentity::default() };
    // Sixteen bytes on either side let debuggers find the list.
    let framed = modules.len() >= 33 && modules.get(modules.len() - 17) == Some(&b'\n');
    let list =
        if framed { modules.get(16..modules.len() - 16).unwrap_or(modules) } else { modules };
    for line in list.split(|byte| *byte == b'\n') {
        let mut cells = line.split(|byte| *byte == b'\t');
        let (Some(kind), Some(path)) = (cells.next(), cells.next().map(words)) else { continue };
        let version = cells.next().map_or_else(String::new, words);
        match kind {
            b"path" => identity.path = Some(path),
            b"mod" => identity.module = Some(GoModule { path, version }),
            b"dep" if identity.modules.len() < MOST => {
                identity.modules.push(GoModule { path, version });
            }
            b"=>" => {
                if let Some(replaced) = identity.modules.last_mut() {
                    *replaced = GoModule { path, version };
                }
            }
            _ => {}
        }
    }
    identity
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Architecture, read_raw};

    #[test]
    fn version_and_modules_are_read_from_the_file() {
        let modules = "0123456789abcdefpath\texample.org/a\nmod\texample.org/a\t(devel)\t\ndep\tgolang.org/x/net\tv0.1.0\th1:x\n=>\texample.org/net\tv0.2.0\th1:y\nbuild\tCGO_ENABLED=0\n0123456789abcdef";
        let mut block = MARK.to_vec();
        block.extend([8, 2]);
        block.resize(32, 0);
        block.extend([8]);
        block.extend(b"go1.27.3");
        let group = |shift: usize| u8::try_from(modules.len() >> shift & 0x7f).unwrap();
        block.extend([group(0) | 0x80, group(7)]);
        block.extend(modules.as_bytes());
        let file = [&[0; 48], block.as_slice(), &[0; 16]].concat();
        let image = read_raw(&file, Architecture::X86_64, VirtualAddress(0));
        let found = read(&file, Some(&image), &mut Gaps::default()).unwrap();
        let module =
            |path: &str, version: &str| GoModule { path: path.into(), version: version.into() };
        assert_eq!(found.version, "go1.27.3");
        assert_eq!(found.path.as_deref(), Some("example.org/a"));
        assert_eq!(found.module, Some(module("example.org/a", "(devel)")));
        assert_eq!(found.modules, [module("example.org/net", "v0.2.0")]);
        assert_eq!(read(&file, None, &mut Gaps::default()), Some(found));
        // A length that does not fit is named; the mark alone, as readers of such programs have it, is not.
        let mut damaged = file.clone();
        damaged[48 + 32] = 0xff;
        damaged[48 + 33] = 0xff;
        let mut gaps = Gaps::default();
        assert_eq!(read(&damaged, Some(&image), &mut gaps), None);
        assert_eq!(gaps.finish().len(), 1);
        let mut gaps = Gaps::default();
        assert_eq!(read(&[MARK, b"a text behind it"].concat(), Some(&image), &mut gaps), None);
        assert!(gaps.finish().is_empty());
        for length in 0..file.len() {
            read(&file[..length], Some(&image), &mut Gaps::default());
        }
    }
}
