//! The failures that the reader of .NET's metadata gets past.

use demarche_terms::{GapKind, Shortfall};

/// The reasons for which a part of an assembly is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub(crate) enum ManagedShortfall {
    #[error(
        "the file says that it holds bytecode of .NET, and its header or metadata cannot be read"
    )]
    Metadata,
    #[error(
        "the headers state fewer tables than they have: the table for .NET behind them is read all the same"
    )]
    UnstatedTable,
    #[error("the identifier of the module lies outside its heap")]
    ModuleIdentifier,
    #[error("a stream of the metadata lies outside the file")]
    StreamOutside,
    #[error("a stream of the metadata is named twice; the one that the runtime takes was read")]
    StreamTwice,
    #[error("the metadata has tables that no standard names; they are left out")]
    UnknownTables,
    #[error("a table of the metadata is longer than the file")]
    Table,
    #[error("a name, text or blob of the metadata lies outside its heap")]
    HeapOutside,
    #[error("a signature cannot be read")]
    Signature,
    #[error("the body of a method lies outside the file")]
    BodyOutside,
    #[error("the body of a method has no head that the standard knows; it may be encrypted")]
    BodyHead,
    #[error("the body of a method is longer than its section")]
    BodyLong,
    #[error("bodies of methods overlap; the first one is taken")]
    BodiesOverlap,
    #[error("the exception handlers of a method cannot be read")]
    Handlers,
    #[error(
        "the assembly lists more references, libraries or resources than programs have; the rest is left out"
    )]
    Lists,
    #[error("a resource lies outside the file")]
    Resource,
    #[error("resources share their bytes many times over; the last ones have no hash")]
    ResourcesShareBytes,
    #[error(
        "the file has machine code beside its bytecode; programs are compared by their bytecode"
    )]
    MachineCode,
    #[error("methods written in machine code are not among the bytecode")]
    NativeMethods,
}

impl Shortfall for ManagedShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::ResourcesShareBytes | Self::Lists => GapKind::Limit,
            Self::MachineCode | Self::NativeMethods => GapKind::Unused,
            _ => GapKind::Damaged,
        }
    }

    fn remedy(&self) -> Option<String> {
        let is_encrypted = matches!(self, Self::BodyHead);
        let remedy = "take a copy of the program out of memory while it runs in a sandbox";
        is_encrypted.then(|| remedy.to_owned())
    }
}
