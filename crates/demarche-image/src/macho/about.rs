//! Statements of a file of Apple's systems about itself.

use object::macho;
use object::read::macho::LoadCommandVariant;
use object::{LittleEndian, macho::MachHeader32, macho::MachHeader64};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::header::{Class, slices};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, part, size, tail};

/// Facts that only files of Apple's systems have, for one processor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MachOIdentity {
    /// The processor, by Apple's number.
    pub processor: u32,
    /// The linker's identifier of the build.
    pub uuid: Option<String>,
    /// The libraries it wants, in the order of the file.
    pub libraries: Vec<String>,
    /// The name that others want it by, where it is a library.
    pub library_name: Option<String>,
    /// The oldest system it runs on, as platform (Apple's number) and version.
    pub minimum_system: Option<(u32, String)>,
    /// The version of the development kit that it was built with.
    pub development_kit: Option<String>,
    /// The name that it was signed by.
    pub signed_as: Option<String>,
    /// The team of the developer who signed it, as Apple numbers it. It is empty in signatures made without one.
    pub team: Option<String>,
}

/// More libraries than programs want.
const MOST: usize = 4096;

/// One for each slice that can be read.
pub(crate) fn about(bytes: &[u8], gaps: &mut Gaps) -> Vec<MachOIdentity> {
    let slices = slices(bytes).unwrap_or_else(|| vec![(0, bytes)]);
    let about = slices.into_iter().filter_map(|(_, slice)| match slice {
        [0xce, 0xfa, 0xed, 0xfe, ..] => about_class::<MachHeader32<LittleEndian>>(slice, gaps),
        [0xcf, 0xfa, 0xed, 0xfe, ..] => about_class::<MachHeader64<LittleEndian>>(slice, gaps),
        _ => None,
    });
    about.collect()
}

fn about_class<C: Class>(bytes: &[u8], gaps: &mut Gaps) -> Option<MachOIdentity> {
    let header = C::parse(bytes, 0).ok()?;
    let end = LittleEndian;
    let mut identity =
        MachOIdentity { processor: header.cputype(end).0, ..MachOIdentity::default() };
    let mut commands = header.load_commands(end, bytes, 0).ok()?;
    while let Ok(Some(command)) = commands.next() {
        let path = |name| text(command.string(end, name).unwrap_or(&[]));
        match command.variant() {
            Ok(LoadCommandVariant::Uuid(one)) => {
                identity.uuid = Some(demarche_terms::hex(&one.uuid));
            }
            Ok(LoadCommandVariant::Dylib(_)) if identity.libraries.len() >= MOST => {
                gaps.note(ImageShortfall::Libraries, String::new);
            }
            Ok(LoadCommandVariant::Dylib(one)) => identity.libraries.push(path(one.dylib.name)),
            Ok(LoadCommandVariant::IdDylib(one)) => {
                identity.library_name = Some(path(one.dylib.name));
            }
            Ok(LoadCommandVariant::BuildVersion(one, _)) => {
                identity.minimum_system =
                    Some((one.platform.get(end).0, version(one.minos.get(end).0)));
                identity.development_kit = Some(version(one.sdk.get(end).0));
            }
            Ok(LoadCommandVariant::VersionMin(one)) => {
                // Its platforms are numbered by the command; macOS is 1.
                identity.minimum_system = Some((1, version(one.version.get(end).0)));
                identity.development_kit = Some(version(one.sdk.get(end).0));
            }
            Ok(LoadCommandVariant::LinkeditData(one))
                if command.cmd() == macho::LC_CODE_SIGNATURE =>
            {
                let blob = part(bytes, one.dataoff.get(end).into(), one.datasize.get(end).into());
                (identity.signed_as, identity.team) = signature(blob);
            }
            _ => {}
        }
    }
    Some(identity)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(name_at(bytes, 0)).into_owned()
}

/// Versions are packed as 16 bits and twice 8.
fn version(packed: u32) -> String {
    format!("{}.{}.{}", packed >> 16, packed >> 8 & 0xff, packed & 0xff)
}

/// The identifier and team of the code directory, in a blob of blobs; all numbers are big-endian.
///
/// Source: Apple, `cs_blobs.h`.
fn signature(blob: &[u8]) -> (Option<String>, Option<String>) {
    const SUPER_BLOB: u32 = 0xfade_0cc0;
    const CODE_DIRECTORY: u32 = 0xfade_0c02;
    const WITH_TEAM: u32 = 0x2_0200;
    let word = |bytes: &[u8], index: usize| {
        bytes.get(index..)?.first_chunk().map(|candidate| u32::from_be_bytes(*candidate))
    };
    let (entries, _) = match word(blob, 0) {
        Some(SUPER_BLOB) => tail(blob, 12).as_chunks::<8>(),
        _ => return (None, None),
    };
    let count = word(blob, 8).map_or(0, size);
    for entry in entries.iter().take(count) {
        let [.., a, b, c, d] = *entry;
        let directory = tail(blob, size(u32::from_be_bytes([a, b, c, d])));
        if word(directory, 0) != Some(CODE_DIRECTORY) {
            continue;
        }
        let name = |index| {
            let position = word(directory, index).filter(|word| *word != 0)?;
            Some(text(directory.get(size(position)..)?)).filter(|name| !name.is_empty())
        };
        let has_team = word(directory, 8).is_some_and(|version| version >= WITH_TEAM);
        return (name(20), has_team.then(|| name(48)).flatten());
    }
    (None, None)
}
