//! The contents of MRT records: types, peers, routes, updates and changes of state, and the visitor that receives them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use demarche_case::{Asn, Prefix};

use crate::as_path::{PathId, PathTable};

/// The largest record that is read, in bytes: a thousand times the largest seen in the wild.
///
/// A larger claim is damage, or made to exhaust memory.
pub const MAX_RECORD: usize = 64 << 20;

/// The MRT record types that were ever assigned (RFC 6396, section 4, and its appendix B).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum RecordType {
    Null,
    Start,
    Die,
    IAmDead,
    PeerDown,
    Bgp,
    Rip,
    Idrp,
    Ripng,
    Bgp4plus,
    Bgp4plus01,
    Ospfv2,
    TableDump,
    TableDumpV2,
    Bgp4mp,
    Bgp4mpEt,
    Isis,
    IsisEt,
    Ospfv3,
    Ospfv3Et,
}

impl RecordType {
    #[inline]
    pub(crate) const fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::Null,
            1 => Self::Start,
            2 => Self::Die,
            3 => Self::IAmDead,
            4 => Self::PeerDown,
            5 => Self::Bgp,
            6 => Self::Rip,
            7 => Self::Idrp,
            8 => Self::Ripng,
            9 => Self::Bgp4plus,
            10 => Self::Bgp4plus01,
            11 => Self::Ospfv2,
            12 => Self::TableDump,
            13 => Self::TableDumpV2,
            16 => Self::Bgp4mp,
            17 => Self::Bgp4mpEt,
            32 => Self::Isis,
            33 => Self::IsisEt,
            48 => Self::Ospfv3,
            49 => Self::Ospfv3Et,
            _ => return None,
        })
    }

    #[inline]
    pub(crate) const fn holds_routes(self) -> bool {
        matches!(
            self,
            Self::Bgp | Self::TableDump | Self::TableDumpV2 | Self::Bgp4mp | Self::Bgp4mpEt
        )
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "NULL",
            Self::Start => "START",
            Self::Die => "DIE",
            Self::IAmDead => "I_AM_DEAD",
            Self::PeerDown => "PEER_DOWN",
            Self::Bgp => "BGP",
            Self::Rip => "RIP",
            Self::Idrp => "IDRP",
            Self::Ripng => "RIPNG",
            Self::Bgp4plus => "BGP4PLUS",
            Self::Bgp4plus01 => "BGP4PLUS_01",
            Self::Ospfv2 => "OSPFv2",
            Self::TableDump => "TABLE_DUMP",
            Self::TableDumpV2 => "TABLE_DUMP_V2",
            Self::Bgp4mp => "BGP4MP",
            Self::Bgp4mpEt => "BGP4MP_ET",
            Self::Isis => "ISIS",
            Self::IsisEt => "ISIS_ET",
            Self::Ospfv3 => "OSPFv3",
            Self::Ospfv3Et => "OSPFv3_ET",
        })
    }
}

/// The record that something was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// The time of writing, in seconds since 1970 UTC.
    pub time: u32,
    /// Microseconds to add, as the record has them; 0 unless it is of a type with extended time.
    pub micros: u32,
    /// The start of the record, in bytes after decompression.
    pub offset: u64,
}

/// A router that sends its routes to the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer {
    /// The address of its end of the session.
    pub address: IpAddr,
    /// Its BGP identifier; 0.0.0.0 where there is none, as for a session that is down.
    pub bgp_id: Ipv4Addr,
    /// Its network; AS 0 for a session that is down.
    pub asn: Asn,
}

/// The number of a peer in its table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerIndex(pub u16);

impl PeerIndex {
    /// The number as an index into a slice with one item per peer.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A route of a routing table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// The record it stands in.
    pub record: Record,
    /// The peer that has the route: the number last given to [`Visitor::peer`].
    pub peer: PeerIndex,
    /// The destination; bits beyond the length are zero.
    pub prefix: Prefix,
    /// The networks it passes.
    pub path: PathId,
    /// The time of the peer's announcement, in seconds since 1970 UTC.
    pub originated: u32,
    /// The identifier among several routes of the peer to the prefix (ADD-PATH, RFC 7911).
    pub path_identifier: Option<u32>,
}

/// The session that an update came over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// The address of the peer's end.
    pub address: IpAddr,
    /// The peer's network.
    pub asn: Asn,
}

/// A prefix that a peer announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Announcement {
    /// The record it stands in.
    pub record: Record,
    /// The announcing peer.
    pub session: Session,
    /// The destination; bits beyond the length are zero.
    pub prefix: Prefix,
    /// The networks it passes.
    pub path: PathId,
    /// The identifier among several routes of the peer to the prefix (ADD-PATH, RFC 7911).
    pub path_identifier: Option<u32>,
}

/// A prefix that a peer no longer has a route to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Withdrawal {
    /// The record it stands in.
    pub record: Record,
    /// The withdrawing peer.
    pub session: Session,
    /// The prefix; bits beyond the length are zero.
    pub prefix: Prefix,
    /// The identifier among several routes of the peer to the prefix (ADD-PATH, RFC 7911).
    pub path_identifier: Option<u32>,
}

/// A state of a BGP session (RFC 4271, section 8.2.2), with the two that Quagga adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Refuses connections.
    Idle,
    /// Waits for the connection to be made.
    Connect,
    /// Tries to connect.
    Active,
    /// Has sent an open message.
    OpenSent,
    /// Waits for a keepalive or a notification.
    OpenConfirm,
    /// Exchanges routes.
    Established,
    /// Quagga: routes are being removed.
    Clearing,
    /// Quagga: the session is being removed.
    Deleted,
}

impl State {
    pub(crate) const fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            1 => Self::Idle,
            2 => Self::Connect,
            3 => Self::Active,
            4 => Self::OpenSent,
            5 => Self::OpenConfirm,
            6 => Self::Established,
            7 => Self::Clearing,
            8 => Self::Deleted,
            _ => return None,
        })
    }
}

/// A session that goes from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StateChange {
    /// The record it stands in.
    pub record: Record,
    /// The session.
    pub session: Session,
    /// The state it leaves.
    pub from: State,
    /// The state it enters.
    pub to: State,
}

/// The methods that are called for everything in a file; each method does nothing unless it is written.
///
/// The paths of routes are looked up in the [`PathTable`] that comes with them.
pub trait Visitor {
    /// A peer of a routing table, before its routes; a number given again is from then on the new peer's.
    fn peer(&mut self, index: PeerIndex, peer: &Peer) {
        let _ = (index, peer);
    }

    /// A route of a routing table.
    fn route(&mut self, route: &Route, paths: &PathTable) {
        let _ = (route, paths);
    }

    /// A prefix announced by an update.
    fn announcement(&mut self, announcement: &Announcement, paths: &PathTable) {
        let _ = (announcement, paths);
    }

    /// A prefix withdrawn by an update.
    fn withdrawal(&mut self, withdrawal: &Withdrawal) {
        let _ = withdrawal;
    }

    /// A session that changed its state.
    fn state_change(&mut self, change: &StateChange) {
        let _ = change;
    }

    /// The end of a session's first exchange of routes of a family (RFC 4724); `is_v6` for IPv6.
    fn end_of_table(&mut self, record: Record, session: Session, is_v6: bool) {
        let _ = (record, session, is_v6);
    }

    /// The paths that were delivered are forgotten: a number met from now on stands for another path.
    fn paths_forgotten(&mut self) {}
}

/// Counting needs no visitor: the [`Reading`](super::Reading) has the counts.
impl Visitor for () {}
