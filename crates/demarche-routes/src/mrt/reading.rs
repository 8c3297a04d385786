//! The account of reading a file: delivered and refused records, and the break-off, if any.

use std::collections::BTreeMap;
use std::fmt;

use demarche_case::{Gap, GapKind, Shortfall};

use super::records::RecordType;
use crate::as_path::PathError;

/// The account of one file: every byte of it is delivered, counted or refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Whole MRT records met, refused ones included.
    pub records: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Routes of routing tables delivered.
    pub routes: u64,
    /// Prefixes announced by updates.
    pub announcements: u64,
    /// Prefixes withdrawn by updates.
    pub withdrawals: u64,
    /// Changes of a session's state delivered.
    pub state_changes: u64,
    /// The least and the greatest time of a record, in seconds since 1970 UTC.
    pub times: Option<(u32, u32)>,
    others: BTreeMap<Other, u64>,
    refusals: BTreeMap<Reason, Refusal>,
    skipped: u64,
    broken_off: Option<BreakOff>,
}

/// Something well-formed that is not a route, or a route with something to know about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Other {
    /// A table of the peers of a collector.
    PeerTable,
    /// A BGP message that keeps a session alive.
    Keepalive,
    /// A BGP message that opens a session.
    Open,
    /// A BGP message that ends a session with an error.
    Notification,
    /// A BGP message that asks for all routes again (RFC 2918).
    RouteRefresh,
    /// The end of a first exchange of routes (RFC 4724): an update of nothing.
    EndOfRib,
    /// A record of a session whose addresses the collector left out, as early Zebra did.
    WithoutAddresses,
    /// A `TABLE_DUMP` record that declares a length four bytes short; it was read whole.
    DeclaredShort,
    /// Prefixes or routes with path identifiers (RFC 7911) in a record of a type without them; they were read with the
    /// identifiers.
    Unmarked,
    /// Routes without path identifiers in a record of a type with them; they were read as they are.
    WithoutIdentifiers,
    /// A route without the `AS_PATH` attribute; it was delivered with the empty path.
    WithoutPath,
    /// A route for multicast (SAFI 2).
    Multicast,
    /// A route of another address family: VPN, labelled, flow specification.
    OtherFamily,
    /// A table of where the peers are (RFC 6397).
    GeoPeerTable,
    /// The deprecated `BGP4MP_ENTRY` or `BGP4MP_SNAPSHOT`.
    OldSnapshot,
    /// The deprecated `BGP` record types that hold no update: `NULL`, `PREF_UPDATE`, `SYNC`.
    OldBgp,
    /// A record type that never holds BGP routes or whose layout was never published.
    Record(RecordType),
}

impl fmt::Display for Other {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PeerTable => "peer table",
            Self::Keepalive => "BGP keepalive",
            Self::Open => "BGP open",
            Self::Notification => "BGP notification",
            Self::RouteRefresh => "BGP route refresh",
            Self::EndOfRib => "end of RIB",
            Self::WithoutAddresses => "record without the session's addresses",
            Self::DeclaredShort => "record that declares four bytes too few, read whole",
            Self::Unmarked => {
                "path identifiers (ADD-PATH) that their record does not announce, recognised"
            }
            Self::WithoutIdentifiers => {
                "path identifiers (ADD-PATH) that a record announces and lacks, recognised"
            }
            Self::WithoutPath => "route without an AS path",
            Self::Multicast => "multicast route",
            Self::OtherFamily => "route of another address family",
            Self::GeoPeerTable => "table of peer locations",
            Self::OldSnapshot => "deprecated BGP4MP entry or snapshot",
            Self::OldBgp => "deprecated BGP record without an update",
            Self::Record(kind) => return write!(f, "{kind} record"),
        })
    }
}

/// The reason why a record, or an entry of a record, was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// The bytes at the start of a record are not a header.
    NotARecord,
    /// A record claims to be larger than [`MAX_RECORD`](super::MAX_RECORD), or than all that follows.
    Oversized,
    /// A record of a known type is of a subtype that is not known.
    Subtype,
    /// A field runs past the end of its record.
    Short,
    /// Bytes are left over when the record has been read.
    Trailing,
    /// A route of a `TABLE_DUMP_V2` names a peer that the peer table does not have.
    Peer,
    /// More than 65,536 peers.
    TooManyPeers,
    /// A prefix is longer than its family's addresses.
    PrefixLength,
    /// The path attributes are not whole.
    Attributes,
    /// An update announces prefixes without any path attribute (RFC 4271, section 6.3).
    NoAttributes,
    /// The `AS_PATH` is not whole or has segments of an unknown kind.
    AsPath,
    /// There are more paths than can be numbered.
    TooManyPaths,
    /// An address family other than IPv4 and IPv6 where only these are defined.
    Family,
    /// A BGP message of an unknown type or with an impossible length.
    Message,
    /// A state of a session that neither RFC 4271 nor Quagga has.
    State,
}

impl From<PathError> for Reason {
    fn from(error: PathError) -> Self {
        match error {
            PathError::Full => Self::TooManyPaths,
            PathError::Segment(_) | PathError::Short => Self::AsPath,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotARecord => "bytes that are no MRT record",
            Self::Oversized => "a record that claims more bytes than it can have",
            Self::Subtype => "a record of an unknown subtype",
            Self::Short => "a field that runs past the end of its record",
            Self::Trailing => "bytes left over at the end of a record",
            Self::Peer => "a route of a peer that the peer table does not have",
            Self::TooManyPeers => "more than 65,536 peers",
            Self::PrefixLength => "a prefix longer than its addresses",
            Self::Attributes => "path attributes that are not whole",
            Self::NoAttributes => "announced prefixes without path attributes",
            Self::AsPath => "a malformed AS path",
            Self::TooManyPaths => "more AS paths than can be numbered",
            Self::Family => "an unknown address family",
            Self::Message => "a malformed BGP message",
            Self::State => "an unknown session state",
        })
    }
}

/// All refusals for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub reason: Reason,
    /// The number of records, or entries of records, that were refused for it; at least 1.
    pub count: u64,
    /// The start of the first of their records, in bytes after decompression.
    pub first_offset: u64,
}

/// The break-off of a file in the middle of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakOff {
    /// The end of the last complete record, in bytes after decompression.
    pub offset: u64,
    /// The number of bytes after that.
    pub left: u64,
    /// The error of the input when it failed; `None` where it just ends.
    pub error: Option<String>,
}

/// A reason why a part of an MRT file was not read.
#[derive(Debug, thiserror::Error)]
enum MrtShortfall {
    #[error("refused: {0}")]
    Refused(Reason),
    #[error("refused: {reason} ({skipped} bytes passed over in all)")]
    PassedOver { reason: Reason, skipped: u64 },
    #[error(
        "breaks off after {records} whole records, {left} bytes into the next: {}",
        cause.as_deref().unwrap_or("the file ends inside a record")
    )]
    BreaksOff { records: u64, left: u64, cause: Option<String> },
    #[error("not used: {0}, which hold no routes that are read")]
    NoRoutes(String),
    #[error("not used: {0}")]
    OtherRoutes(String),
}

impl Shortfall for MrtShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::Refused(_) | Self::PassedOver { .. } => GapKind::Refused,
            Self::BreaksOff { .. } => GapKind::Damaged,
            Self::NoRoutes(_) | Self::OtherRoutes(_) => GapKind::Unused,
        }
    }

    fn remedy(&self) -> Option<String> {
        matches!(self, Self::BreaksOff { .. })
            .then(|| "get the whole file; what stands before was read".to_owned())
    }
}

impl Reading {
    /// The well-formed records that were not routes, and routes with a peculiarity, by kind.
    pub fn others(&self) -> impl Iterator<Item = (Other, u64)> {
        self.others.iter().map(|(kind, count)| (*kind, *count))
    }

    /// Returns the number of one kind.
    #[must_use]
    pub fn count(&self, kind: Other) -> u64 {
        self.others.get(&kind).copied().unwrap_or_default()
    }

    /// The refusals, by reason.
    pub fn refusals(&self) -> impl Iterator<Item = Refusal> {
        self.refusals.values().copied()
    }

    /// Bytes passed over to find the next record after damage.
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The break-off of the file in the middle of a record, if there is one.
    #[must_use]
    pub const fn broken_off(&self) -> Option<&BreakOff> {
        self.broken_off.as_ref()
    }

    /// Returns true if all of the file was read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.refusals.is_empty() && self.broken_off.is_none()
    }

    /// Returns the gaps of the file, for the report; empty when [`is_whole`](Self::is_whole).
    #[must_use]
    pub fn gaps(&self, source: &str) -> Vec<Gap> {
        let refused = self.refusals.values().map(|refusal| {
            let shortfall = match refusal.reason {
                reason @ (Reason::NotARecord | Reason::Oversized) => {
                    MrtShortfall::PassedOver { reason, skipped: self.skipped }
                }
                reason => MrtShortfall::Refused(reason),
            };
            Gap::of(source, &shortfall)
                .at(format!("byte {}", refusal.first_offset))
                .times(refusal.count)
        });
        let broken = self.broken_off.iter().map(|broken| {
            let shortfall = MrtShortfall::BreaksOff {
                records: self.records,
                left: broken.left,
                cause: broken.error.clone(),
            };
            Gap::of(source, &shortfall).at(format!("byte {}", broken.offset))
        });
        refused.chain(broken).collect()
    }

    /// Returns the gaps of what was read and is no use to a reader of unicast routes: routes of other families, and
    /// records that hold no routes.
    #[must_use]
    pub fn unused(&self, source: &str) -> Vec<Gap> {
        let families = [
            (Other::Multicast, "multicast route", "multicast routes"),
            (
                Other::OtherFamily,
                "route of another address family, such as VPN",
                "routes of other address families, such as VPN",
            ),
        ];
        let families =
            families.iter().filter_map(|(kind, singular, plural)| match self.count(*kind) {
                0 => None,
                1 => Some(format!("1 {singular}")),
                count => Some(format!("{count} {plural}")),
            });
        let families = families.collect::<Vec<_>>().join(" and ");
        let routes = (!families.is_empty()).then_some(MrtShortfall::OtherRoutes(families));
        let records = self.others.iter().filter_map(|(kind, count)| match kind {
            Other::Record(kind) => {
                Some((MrtShortfall::NoRoutes(format!("{kind} records")), *count))
            }
            Other::OldSnapshot => {
                Some((MrtShortfall::NoRoutes(format!("records of kind {kind}")), *count))
            }
            _ => None,
        });
        let records = records.map(|(shortfall, count)| Gap::of(source, &shortfall).times(count));
        routes.iter().map(|shortfall| Gap::of(source, shortfall)).chain(records).collect()
    }

    /// The well-formed records that gave no route, and the peculiarities of those that did, in words.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        self.others.iter().map(|(kind, count)| format!("{kind}: {count}")).collect()
    }

    pub(crate) fn note(&mut self, kind: Other, count: u64) {
        if count > 0 {
            *self.others.entry(kind).or_default() += count;
        }
    }

    #[cold]
    pub(crate) fn refuse(&mut self, reason: Reason, offset: u64) {
        self.refusals
            .entry(reason)
            .or_insert(Refusal { reason, count: 0, first_offset: offset })
            .count += 1;
    }

    /// Counts routes that were delivered but whose peer could not be numbered.
    pub(crate) fn refuse_peers(&mut self, count: u64, first_offset: u64) {
        if count > 0 {
            let refusal = Refusal { reason: Reason::TooManyPeers, count: 0, first_offset };
            self.refusals.entry(Reason::TooManyPeers).or_insert(refusal).count += count;
        }
    }

    pub(crate) const fn skip(&mut self, bytes: u64) {
        self.skipped += bytes;
    }

    pub(crate) fn break_off(&mut self, broken: BreakOff) {
        self.broken_off = Some(broken);
    }

    pub(crate) fn see_time(&mut self, time: u32) {
        let (least, greatest) = self.times.unwrap_or((time, time));
        self.times = Some((least.min(time), greatest.max(time)));
    }
}
