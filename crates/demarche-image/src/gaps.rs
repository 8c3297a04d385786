//! The failures that readers of executables get past.

use std::collections::BTreeMap;

use demarche_terms::{Gap, GapKind, Shortfall};

use crate::dotnet::shortfall::ManagedShortfall;

/// The reasons for which a part of an executable is missing from its image or identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub(crate) enum ImageShortfall {
    #[error(".eh_frame cannot be read to its end")]
    EhFrame,
    #[error(
        "the functions of Go are listed, and no record of their code agrees with the list; their names are missing"
    )]
    GoText,
    #[error("a table of Go's functions is there and cannot be read; their names are missing")]
    GoTable,
    #[error("the build information of Go is there and cannot be read")]
    GoBuildInformation,
    #[error(
        "the first bytes state another width or order of numbers than the file has; it is read as the system runs it"
    )]
    Identification,
    #[error("the loader's table has no end; libraries or their places may be missing")]
    LoaderTable,
    #[error(
        "a name in the loader's table lies outside the file or is empty: a library or a place is missing"
    )]
    LoaderNames,
    #[error("a block of base relocations is shorter than its own head")]
    BaseRelocations,
    #[error("a bound pointer lies outside its segment; the rest of its list is left out")]
    BoundPointerOutside,
    #[error("a list of bound pointers cannot be read to its end")]
    BoundPointers,
    #[error("a list of functions in the load configuration is longer than the file")]
    LoadConfiguration,
    #[error("a list of imported names does not end")]
    ImportedNames,
    #[error("a load command is shorter than its kind")]
    LoadCommand,
    #[error("a node of the tree of exports cannot be read")]
    ExportNode,
    #[error("a relocation of a kind that is not applied")]
    RelocationKind,
    #[error("an instruction cannot reach its entry of the global table")]
    TooFar,
    #[error("a resource is longer than its section")]
    Resource,
    #[error("a section does not lie where the program headers say; it is set aside")]
    SectionElsewhere,
    #[error("a section is larger than memory")]
    SectionLargerThanMemory,
    #[error("a section is longer than the file")]
    Section,
    #[error("a section is too large to be laid out")]
    SectionTooLarge,
    #[error("a section lies beyond the end of memory")]
    SectionOutside,
    #[error("a segment is longer than the file")]
    Segment,
    #[error("a signature cannot be read")]
    Signature,
    #[error("a table of headers is longer than the file")]
    Headers,
    #[error("a table of resources is longer than its section")]
    ResourceTable,
    #[error("a table of resources is named twice; it is read once")]
    ResourceTableTwice,
    #[error("a table of resources lies outside its section")]
    ResourceTableOutside,
    #[error("an entry for debuggers cannot be read")]
    DebugEntry,
    #[error("an entry of .eh_frame cannot be read")]
    EhFrameEntry,
    #[error("an imported name lies outside the file")]
    ImportedName,
    #[error("names of exports share their bytes many times over; the last ones are left out")]
    ExportNames,
    #[error("names share their bytes many times over; the last ones are left out")]
    Names,
    #[error("pages of the compact unwind table share their bytes; the last ones are left out")]
    CompactUnwindPages,
    #[error("relocations of a relocatable Mach-O file are not applied")]
    MachORelocations,
    #[error("resources share their bytes many times over; the rest is left out")]
    Resources,
    #[error("sections overlap in memory; the bytes of the first one are taken")]
    SectionsOverlap,
    #[error("sections share their bytes in the file many times over; the last ones are left empty")]
    SectionsShareBytes,
    #[error("segments overlap in memory; the bytes of the first one are taken")]
    SegmentsOverlap,
    #[error("tables name more than the file can hold; the rest is left out")]
    Tables,
    #[error("the chains of fixups cannot be read to their end")]
    FixupChains,
    #[error("the compact unwind table is of an unknown version")]
    CompactUnwindVersion,
    #[error("the file has slices for other processors")]
    OtherSlices,
    #[error("the file wants more libraries than programs do; the rest is left out")]
    Libraries,
    #[error("the list of exported names is longer than the file")]
    ExportedNames,
    #[error("the list of exports is longer than the file")]
    Exports,
    #[error("the list of function starts cannot be read to its end")]
    FunctionStarts,
    #[error("the list of function starts lies outside the file")]
    FunctionStartsOutside,
    #[error("the list of imported libraries does not end")]
    ImportedLibraries,
    #[error("the list of rebased pointers cannot be read to its end")]
    RebasedPointers,
    #[error("the load commands are longer than they say")]
    LoadCommands,
    #[error("the load commands lie outside the file")]
    LoadCommandsOutside,
    #[error("the section headers call the place where execution begins data; they are set aside")]
    EntryIsData,
    #[error("the table for debuggers has more entries than linkers write; the rest is left out")]
    DebugEntries,
    #[error("the table of signatures is longer than the file")]
    Signatures,
    #[error("the table of symbols is longer than the file")]
    Symbols,
    #[error("the unwind table is longer than its section")]
    UnwindTable,
    #[error("version information cannot be read")]
    Version,
    #[error("version information has more texts than files have; the rest is left out")]
    VersionTexts,
    #[error(transparent)]
    Managed(ManagedShortfall),
}

impl Shortfall for ImageShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::SectionTooLarge
            | Self::ExportNames
            | Self::Names
            | Self::CompactUnwindPages
            | Self::Resources
            | Self::SectionsShareBytes
            | Self::Tables
            | Self::Libraries
            | Self::DebugEntries
            | Self::VersionTexts => GapKind::Limit,
            Self::RelocationKind
            | Self::TooFar
            | Self::MachORelocations
            | Self::CompactUnwindVersion => GapKind::Unsupported,
            Self::OtherSlices => GapKind::Unused,
            Self::Managed(shortfall) => shortfall.kind(),
            _ => GapKind::Damaged,
        }
    }

    fn remedy(&self) -> Option<String> {
        match self {
            Self::Managed(shortfall) => shortfall.remedy(),
            _ => None,
        }
    }
}

/// The shortfalls of one file: each reason once, with its first place and its count.
#[derive(Debug, Default)]
pub(crate) struct Gaps(BTreeMap<ImageShortfall, Met>);

#[derive(Debug)]
struct Met {
    first: String,
    count: u64,
}

impl Gaps {
    /// Counts a shortfall; the place is asked for the first time only, and is empty where none is known.
    pub(crate) fn note(&mut self, reason: ImageShortfall, place: impl FnOnce() -> String) {
        let met = || Met { first: place(), count: 0 };
        self.0.entry(reason).or_insert_with(met).count += 1;
    }

    /// The gaps, ordered by their words. Their source is empty: the caller knows the name of the file.
    pub(crate) fn finish(self) -> Vec<Gap> {
        let gap = |(reason, met): (ImageShortfall, Met)| Gap {
            place: (!met.first.is_empty()).then_some(met.first),
            count: met.count,
            ..Gap::of("", &reason)
        };
        let mut gaps: Vec<_> = self.0.into_iter().map(gap).collect();
        gaps.sort_by(|left, right| left.what.cmp(&right.what));
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_counted_at_its_first_place_and_reasons_are_ordered_by_their_words() {
        let mut gaps = Gaps::default();
        gaps.note(ImageShortfall::Names, String::new);
        gaps.note(ImageShortfall::Section, || ".text".to_owned());
        gaps.note(ImageShortfall::Section, || ".data".to_owned());
        let [section, names] = &gaps.finish()[..] else { panic!("two reasons") };
        assert_eq!(section.what, "a section is longer than the file");
        assert_eq!((section.place.as_deref(), section.count), (Some(".text"), 2));
        assert_eq!((section.kind, names.kind), (GapKind::Damaged, GapKind::Limit));
        assert_eq!((names.place.as_deref(), names.count), (None, 1));
    }
}
