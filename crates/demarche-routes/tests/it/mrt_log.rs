//! What a reader delivers, as lines of text.

use std::net::IpAddr;

use demarche_case::Asn;
use demarche_routes::PathTable;
use demarche_routes::mrt::{
    self, Announcement, Peer, PeerIndex, Reading, Route, StateChange, Visitor, Withdrawal,
};

/// A line for each route, announcement, withdrawal and state change.
#[derive(Debug, Default)]
pub(crate) struct Log {
    peers: Vec<(IpAddr, Asn)>,
    pub(crate) lines: Vec<String>,
}

pub(crate) fn log(bytes: &[u8]) -> (Vec<String>, Reading) {
    let mut log = Log::default();
    let reading = mrt::read(bytes, &mut PathTable::new(), &mut log);
    (log.lines, reading)
}

fn identified(identifier: Option<u32>) -> String {
    identifier.map(|number| format!(" #{number}")).unwrap_or_default()
}

impl Visitor for Log {
    fn peer(&mut self, index: PeerIndex, peer: &Peer) {
        self.peers.truncate(index.index());
        assert_eq!(self.peers.len(), index.index());
        self.peers.push((peer.address, peer.asn));
    }

    fn route(&mut self, route: &Route, paths: &PathTable) {
        let (address, asn) = self.peers[route.peer.index()];
        let (prefix, path) = (route.prefix, paths.get(route.path));
        let identifier = identified(route.path_identifier);
        self.lines.push(format!("{address} {asn} {prefix}{identifier} via {path}"));
    }

    fn announcement(&mut self, announcement: &Announcement, paths: &PathTable) {
        let Announcement { session, prefix, path, path_identifier, .. } = *announcement;
        let (identifier, path) = (identified(path_identifier), paths.get(path));
        let (address, asn) = (session.address, session.asn);
        self.lines.push(format!("{address} {asn} + {prefix}{identifier} via {path}"));
    }

    fn withdrawal(&mut self, withdrawal: &Withdrawal) {
        let Withdrawal { session, prefix, path_identifier, .. } = *withdrawal;
        let (address, asn) = (session.address, session.asn);
        self.lines.push(format!("{address} {asn} - {prefix}{}", identified(path_identifier)));
    }

    fn state_change(&mut self, change: &StateChange) {
        let StateChange { record, session, from, to } = change;
        let (address, asn) = (session.address, session.asn);
        let micros = record.micros;
        self.lines
            .push(format!("{address} {asn} {from:?} to {to:?} at {}.{micros:06}", record.time));
    }
}
