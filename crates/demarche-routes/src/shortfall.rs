//! Typed reasons for the gaps of routing data; those of single lines and MRT records stand with their readers.

use demarche_case::{GapKind, Moment, Shortfall};

/// A reason why a table was not read or not used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TableShortfall {
    #[error("{0}")]
    Undecodable(std::io::Error),
    #[error("the file is empty")]
    Empty,
    #[error("no kind of table that is known")]
    UnknownKind,
    #[error("the input breaks off: {0}")]
    BreaksOff(std::io::Error),
    #[error("the summary promises {promised} lines of {kind}, and there are {present}")]
    Count { kind: &'static str, promised: u64, present: u64 },
    #[error("not used: a later file of AS relationships is there")]
    Superseded,
    #[error("the table is of {taken}, {days} days from the case, and was not used")]
    OtherTime { taken: Moment, days: u32 },
}

impl Shortfall for TableShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::Undecodable(_) | Self::Empty => GapKind::Unreadable,
            Self::UnknownKind => GapKind::Unsupported,
            Self::BreaksOff(_) | Self::Count { .. } => GapKind::Damaged,
            Self::Superseded | Self::OtherTime { .. } => GapKind::Unused,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Undecodable(_) | Self::Count { .. } => return None,
            Self::Empty | Self::UnknownKind => {
                "use MRT, CAIDA AS relationships, pfx2as or pyasn prefixes, delegated statistics, or `asn<TAB>cc<TAB>source<TAB>name`"
            }
            Self::BreaksOff(_) => "get a whole copy of the file",
            Self::Superseded => {
                "keep one file of AS relationships in the folder, that of the time asked about"
            }
            Self::OtherTime { .. } => "give a table of the time of the case",
        };
        Some(remedy.to_owned())
    }
}

/// A question that the tables answer in part or not at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QuestionShortfall {
    #[error("no table names a network of the target")]
    NoNetwork,
    #[error(
        "the table has routes to {covered} of the target's {prefixes} prefixes; its shares speak for these only"
    )]
    Coverage { covered: usize, prefixes: usize, is_whole: bool },
    #[error("no full-feed peer has a route to {question}")]
    NoRoute { question: String, is_whole: bool },
}

impl Shortfall for QuestionShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::NoNetwork => GapKind::Missing,
            Self::Coverage { .. } | Self::NoRoute { .. } => GapKind::Unanswered,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::NoNetwork => {
                "add a table of AS numbers with countries, or name the networks (AS131279)"
            }
            Self::Coverage { is_whole: false, .. } | Self::NoRoute { is_whole: false, .. } => {
                "read a whole routing table of the time; this one is cut short"
            }
            Self::Coverage { is_whole: true, .. } | Self::NoRoute { is_whole: true, .. } => {
                "read tables of further collectors of the time; this one was read to its end, and its peers sent no more"
            }
        };
        Some(remedy.to_owned())
    }
}
