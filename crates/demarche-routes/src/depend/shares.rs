//! The shares of routes that pass a network, session by session: of these, several tables become one picture.
//!
//! A table's shares need no other table, so that each can be computed apart, on another machine and on another day.
//! Sums run in the order of networks, sessions and origins, so that the picture has the same bits in whatever order the
//! tables come.

use std::collections::BTreeMap;
use std::net::IpAddr;

use demarche_case::Asn;
use demarche_case::assessment::routes::Family;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::hegemony::{Weight, session_shares};
use super::question::{DependOptions, FullFeed};
use super::score::trimmed_mean;
use super::weighed::{WeighedRoute, WeighedRoutes, full_feeds};
use crate::rib::Rib;

/// A full-feed peer's session with a collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The peer's network.
    pub asn: Asn,
    /// The peer's address.
    pub address: IpAddr,
    /// The prefixes of the family that it sends.
    pub prefixes: u32,
}

/// The share of a session's routes to an origin that pass a network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The network.
    pub network: Asn,
    /// The session, by its position in [`TableShares::sessions`].
    pub session: u16,
    /// The share of the routes, from 0 to 1 but for rounding; routes count by their addresses (IPv4) or prefixes (IPv6).
    pub share: f64,
}

/// The shares of one table and family.
#[derive(Debug)]
pub struct TableShares {
    weighed: WeighedRoutes,
    sessions: Vec<Session>,
    /// The position in `sessions` of each session of the table; `None` for a session that is no full feed.
    positions: Vec<Option<u16>>,
}

impl TableShares {
    /// Weighs the routes of a table's full-feed peers.
    #[must_use]
    pub fn new(table: &Rib, family: Family, options: &DependOptions) -> Self {
        let weighed = WeighedRoutes::new(table, family, options);
        let numbered = numbered_sessions(table, family, &weighed.host_of);
        let mut positions = vec![None; table.peers().len()];
        for (position, (_, index)) in numbered.iter().enumerate() {
            positions[*index] = u16::try_from(position).ok();
        }
        let sessions = numbered.into_iter().map(|(session, _)| session).collect();
        Self { weighed, sessions, positions }
    }

    /// The full-feed sessions, by network and address.
    #[must_use]
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// The origins that a session has a route to, in order.
    #[must_use]
    pub fn origins(&self) -> Vec<Asn> {
        let first = |routes: &[WeighedRoute]| routes.first().map(|route| route.origin);
        self.weighed.by_origin().filter_map(first).map(Asn).collect()
    }

    /// The shares of the routes to one origin, by network and session; the origin itself is among the networks.
    #[must_use]
    pub fn to(&self, origin: Asn) -> Vec<Share> {
        let routes = self.weighed.to(origin);
        let seen = session_shares(&self.weighed, routes, Weight::Addresses, |_, asn| Some(asn));
        let mut shares: Vec<Share> = seen
            .into_iter()
            .filter_map(|(asn, session, share)| {
                let session = self.positions.get(usize::from(session)).copied().flatten()?;
                Some(Share { network: Asn(asn), session, share })
            })
            .collect();
        shares.sort_unstable_by_key(|share| (share.network, share.session));
        shares
    }
}

/// The sessions of a table's full-feed peers, by network and address.
#[must_use]
pub fn full_feed_sessions(table: &Rib, family: Family, rule: FullFeed) -> Vec<Session> {
    let (host_of, _) = full_feeds(table, family, rule);
    let numbered = numbered_sessions(table, family, &host_of);
    numbered.into_iter().map(|(session, _)| session).collect()
}

/// The sessions that have a host, by network and address, each with its number in the table.
fn numbered_sessions(
    table: &Rib,
    family: Family,
    host_of: &[Option<u16>],
) -> Vec<(Session, usize)> {
    let full =
        table.peers().iter().zip(host_of).enumerate().filter(|(_, (_, host))| host.is_some());
    let mut sessions: Vec<(Session, usize)> = full
        .map(|(index, (point, _))| {
            let prefixes = match family {
                Family::Ipv4 => point.v4_prefixes,
                Family::Ipv6 => point.v6_prefixes,
            };
            let (asn, address) = (point.peer.asn, point.peer.address);
            (Session { asn, address, prefixes }, index)
        })
        .collect();
    sessions.sort_by_key(|(session, index)| (session.asn, session.address, *index));
    sessions
}

/// The sessions of several tables, each counted once.
#[derive(Clone, Debug)]
pub struct JoinedSessions {
    /// The networks of the sessions, in order.
    hosts: Vec<Asn>,
    /// For each table and session: its rank among all sessions and its host; `None` where another table's counts.
    seats: Vec<Vec<Option<Seat>>>,
}

#[derive(Clone, Copy, Debug)]
struct Seat {
    rank: u32,
    host: u32,
}

/// A share within a picture.
#[derive(Clone, Copy, Debug)]
struct Sight {
    network: Asn,
    seat: Seat,
    share: f64,
}

impl JoinedSessions {
    /// Joins the sessions of tables; of a session that stands in several, the table counts that has most prefixes of it, and
    /// the first of equals.
    #[must_use]
    pub fn new(tables: &[&[Session]]) -> Self {
        let mut chosen: BTreeMap<(Asn, IpAddr), (usize, usize, u32)> = BTreeMap::new();
        for (table, sessions) in tables.iter().enumerate() {
            for (position, session) in sessions.iter().enumerate() {
                let key = (session.asn, session.address);
                let best = chosen.get(&key).map(|(_, _, prefixes)| *prefixes);
                if best.is_none_or(|best| session.prefixes > best) {
                    chosen.insert(key, (table, position, session.prefixes));
                }
            }
        }
        let mut hosts: Vec<Asn> = chosen.keys().map(|(asn, _)| *asn).collect();
        hosts.dedup();
        let mut seats: Vec<Vec<Option<Seat>>> =
            tables.iter().map(|sessions| vec![None; sessions.len()]).collect();
        for (rank, ((asn, _), (table, position, _))) in (0..).zip(&chosen) {
            let host = hosts.binary_search(asn).ok().and_then(|host| u32::try_from(host).ok());
            seats[*table][*position] = host.map(|host| Seat { rank, host });
        }
        Self { hosts, seats }
    }

    /// The distinct networks of the sessions, in order.
    #[must_use]
    pub fn hosts(&self) -> &[Asn] {
        &self.hosts
    }

    /// The hegemony of each network towards one origin, strongest first, zeros left out.
    ///
    /// `shares` are those of the origin with the number of their table, in any order. The sessions of a host are averaged
    /// over those that see the network; `trim` is the share of the hosts left out at each end, from 0 to 0.5.
    ///
    /// # Panics
    ///
    /// If the number of a table or session is none of the picture's.
    #[must_use]
    pub fn scores(
        &self,
        shares: impl Iterator<Item = (usize, Share)>,
        trim: f64,
    ) -> Vec<(Asn, f64)> {
        let mut sights: Vec<Sight> = shares
            .filter_map(|(table, share)| {
                let seat = self.seats[table][usize::from(share.session)]?;
                Some(Sight { network: share.network, seat, share: share.share })
            })
            .collect();
        sights.sort_unstable_by_key(|sight| (sight.network, sight.seat.rank));
        let mut values = Vec::new();
        let mut scores = Vec::new();
        for network in sights.chunk_by(|left, right| left.network == right.network) {
            values.clear();
            for host in network.chunk_by(|left, right| left.seat.host == right.seat.host) {
                let sum: f64 = host.iter().map(|sight| sight.share).sum();
                values.push(sum / host.len() as f64);
            }
            values.sort_unstable_by(f64::total_cmp);
            let score = trimmed_mean(&values, self.hosts.len(), trim);
            if let Some(first) = network.first().filter(|_| score > 0.0) {
                scores.push((first.network, score));
            }
        }
        scores.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        scores
    }
}

/// The hegemony of networks in the local graph of every origin.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalHegemony {
    /// The networks of the full-feed peers, in order.
    pub hosts: Vec<Asn>,
    /// For every origin the networks on the way with their trimmed scores, strongest first, zeros left out.
    pub scores: Vec<(Asn, Vec<(Asn, f64)>)>,
}

/// Computes the hegemony of every network towards every origin, from all tables as one picture.
///
/// Tables with equally many prefixes of a session count in the order in which they are given.
#[must_use]
pub fn local_hegemony(tables: &[TableShares], trim: f64) -> LocalHegemony {
    let sessions: Vec<&[Session]> = tables.iter().map(TableShares::sessions).collect();
    let joined = JoinedSessions::new(&sessions);
    let mut origins: Vec<Asn> = tables.iter().flat_map(TableShares::origins).collect();
    origins.sort_unstable();
    origins.dedup();
    let towards = |origin: &Asn| {
        let shares = tables.iter().enumerate().flat_map(|(table, shares)| {
            shares.to(*origin).into_iter().map(move |share| (table, share))
        });
        (*origin, joined.scores(shares, trim))
    };
    let scores = origins.par_iter().map(towards).collect();
    LocalHegemony { hosts: joined.hosts, scores }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(asn: u32, last: u8, prefixes: u32) -> Session {
        Session { asn: Asn(asn), address: IpAddr::from([192, 0, 2, last]), prefixes }
    }

    fn share(network: u32, session: u16, share: f64) -> Share {
        Share { network: Asn(network), session, share }
    }

    #[test]
    fn a_session_in_two_tables_counts_where_it_sends_more() {
        let (small, large) = ([session(1, 1, 10), session(2, 2, 10)], [session(1, 1, 20)]);
        let joined = JoinedSessions::new(&[&small, &large]);
        assert_eq!(joined.hosts(), [Asn(1), Asn(2)]);
        let shares = [(0, share(7, 0, 1.0)), (1, share(7, 0, 0.5)), (0, share(7, 1, 0.0))];
        assert_eq!(joined.scores(shares.into_iter(), 0.0), [(Asn(7), 0.25)]);
    }

    #[test]
    fn sessions_of_a_host_are_averaged_over_those_that_see_the_network() {
        let left = [session(1, 1, 10), session(1, 2, 10)];
        let right = [session(1, 3, 10), session(2, 4, 10)];
        let joined = JoinedSessions::new(&[&left, &right]);
        let shares = [(0, share(7, 0, 1.0)), (1, share(7, 0, 0.5)), (1, share(7, 1, 0.25))];
        assert_eq!(joined.scores(shares.into_iter(), 0.0), [(Asn(7), 0.5)]);
    }
}
