//! The start of a watch: the target's prefixes and the routes to them in the collectors' tables.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::{Asn, Prefix};
use demarche_routes::{Hop, Rib};

use crate::engine::{CELLS, Options, Watch};
use crate::feed::{Scope, entry};
use crate::held::{Gateway, Held};
use crate::sensors::Sensor;
use crate::space::{Fence, Key, Space, Subject};

/// The tables do not allow a watch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No table has a route to the target.
    #[error(
        "no routing table has a route to {question}, so that there is nothing to watch{}",
        covered(*cover)
    )]
    NoRoute {
        /// The question.
        question: String,
        /// The smallest prefix with routes of which the target is a part.
        cover: Option<Prefix>,
    },
    /// The target is larger than a watch can hold.
    #[error("the target has {prefixes} prefixes in these tables, and a watch holds {most}")]
    TooLarge {
        /// Prefixes of the target.
        prefixes: usize,
        /// The most that is held.
        most: usize,
    },
    /// The tables have more sessions than there is room for with these prefixes.
    #[error(
        "{prefixes} prefixes at {sessions} sessions are more routes than a watch holds; give fewer tables"
    )]
    TooManySessions {
        /// Prefixes of the target.
        prefixes: usize,
        /// Sessions of the tables.
        sessions: usize,
    },
}

/// The most prefixes of a target; beyond that the table of routes by session would take gigabytes.
const PREFIXES: usize = 200_000;

/// A table speaks for a prefix's origin when at least this part of its peers says so, as a divisor.
const SEEN: usize = 100;

impl Watch {
    /// Starts from the tables of some collectors, each with its name; of several tables of one collector the last counts.
    ///
    /// # Errors
    ///
    /// No table has a route to the target, or it has too many prefixes.
    pub fn start(
        subject: Subject,
        tables: &[(String, Rib)],
        options: Options,
    ) -> Result<Self, StartError> {
        let scope = scope(&subject, tables);
        let keys = base(&subject, tables, &scope);
        if keys.is_empty() {
            let cover = subject.prefixes.iter().find_map(|prefix| covering(*prefix, tables));
            return Err(StartError::NoRoute { question: subject.question, cover });
        }
        if keys.len() > PREFIXES {
            return Err(StartError::TooLarge { prefixes: keys.len(), most: PREFIXES });
        }
        let sessions: usize = tables.iter().map(|(_, table)| table.peers().len()).sum();
        if keys.len() * sessions > CELLS {
            return Err(StartError::TooManySessions { prefixes: keys.len(), sessions });
        }
        let space = |is_v6: bool| {
            let of_family = keys.iter().filter(|key| key.is_v6 == is_v6);
            Held::new(Space::new(of_family.map(|key| (*key, true)).collect()))
        };
        let scope = Scope { fence: Fence::new(keys.iter()), ..scope };
        let mut watch = Self::empty(subject, scope, [space(false), space(true)], options);
        let mut latest: BTreeMap<&str, &Rib> = BTreeMap::new();
        for (collector, table) in tables {
            latest.insert(collector, table);
        }
        for (collector, table) in latest {
            watch.read_table(collector, table);
        }
        watch.seed();
        Ok(watch)
    }

    fn read_table(&mut self, collector: &str, table: &Rib) {
        let source = self.source(collector);
        let minute = table.last_timestamp().map_or(0, |seconds| seconds / 60);
        self.tables_at = self.tables_at.max(minute);
        if let Some(collector) = self.state.collectors.get_mut(source.index()) {
            collector.table = table.timestamp().map_or(0, |seconds| seconds / 60);
        }
        let v4 = table.peers().iter().map(|peer| peer.v4_prefixes);
        let v6 = table.peers().iter().map(|peer| peer.v6_prefixes);
        let largest = [v4.fold(0, u32::max), v6.fold(0, u32::max)];
        let mut numbers = Vec::new();
        for peer in table.peers() {
            let size = [peer.v4_prefixes, peer.v6_prefixes];
            let is_full = [0, 1].map(|family| {
                size[family] > 0 && 4 * u64::from(size[family]) >= 3 * u64::from(largest[family])
            });
            let sensor = Sensor::new(source.number(), peer.peer.address, peer.peer.asn, minute)
                .of_table(size.map(u64::from), is_full);
            numbers.push(self.add_sensor(sensor));
        }
        let mut entries: BTreeMap<u32, Gateway> = BTreeMap::new();
        for (prefix, atom) in table.iter() {
            let key = Key::from(prefix);
            let family = usize::from(key.is_v6);
            let Some(number) = self.held(family).space.find(key) else { continue };
            for (peer, path) in table.atom(atom) {
                let gateway = match entries.get(&path.0) {
                    Some(gateway) => *gateway,
                    None => {
                        let (over, _) = entry(&table.paths().get(*path), self.scope());
                        *entries.entry(path.0).or_insert(self.gateway(over))
                    }
                };
                if let Some(sensor) = numbers.get(peer.index()) {
                    self.held_mut(family).change(number, *sensor, gateway, None);
                }
            }
        }
    }
}

fn covered(cover: Option<Prefix>) -> String {
    cover.map_or_else(String::new, |cover| {
        format!(": it is a part of {cover}, which has routes and can be watched")
    })
}

/// The smallest prefix around this one that is in a table, the default route left out.
fn covering(prefix: Prefix, tables: &[(String, Rib)]) -> Option<Prefix> {
    let around = std::iter::successors(prefix.supernet(), Prefix::supernet);
    let mut around = around.filter(|prefix| prefix.prefix_len() > 0);
    around.find(|prefix| tables.iter().any(|(_, table)| table.find(*prefix).is_some()))
}

/// The target's networks and those at home; the fence comes with the prefixes.
fn scope(subject: &Subject, tables: &[(String, Rib)]) -> Scope {
    let mut origins: BTreeSet<Asn> = subject.origins.iter().copied().collect();
    for (_, table) in tables {
        let wanted = subject.prefixes.iter().filter_map(|prefix| table.find(*prefix));
        for atom in wanted {
            origins.extend(origins_of(table, table.atom(atom)));
        }
    }
    let at_home: BTreeSet<Asn> = origins.iter().chain(&subject.at_home).copied().collect();
    Scope {
        fence: Fence::new([].iter()),
        origins: origins.into_iter().collect(),
        at_home: at_home.into_iter().collect(),
    }
}

/// The origins that at least a hundredth of those who have a route see.
fn origins_of(
    table: &Rib,
    row: &[(demarche_routes::mrt::PeerIndex, demarche_routes::PathId)],
) -> Vec<Asn> {
    let mut seen: BTreeMap<Asn, usize> = BTreeMap::new();
    for (_, path) in row {
        if let Some(Hop::As(origin)) = table.paths().get(*path).origin() {
            *seen.entry(origin).or_default() += 1;
        }
    }
    let enough = row.len().div_ceil(SEEN);
    seen.into_iter().filter(|(_, count)| *count >= enough).map(|(asn, _)| asn).collect()
}

/// The prefixes of the target: those asked about and what lies in them, or all of its networks'.
fn base(subject: &Subject, tables: &[(String, Rib)], scope: &Scope) -> BTreeSet<Key> {
    let mut keys = BTreeSet::new();
    let is_asked = |prefix: Prefix| {
        subject.prefixes.is_empty() || subject.prefixes.iter().any(|asked| asked.contains(&prefix))
    };
    for (_, table) in tables {
        let mut of_atom: BTreeMap<u32, bool> = BTreeMap::new();
        for (prefix, atom) in table.iter() {
            let is_own = *of_atom.entry(atom.0).or_insert_with(|| {
                let origins = origins_of(table, table.atom(atom));
                origins.iter().any(|origin| scope.origins.binary_search(origin).is_ok())
            });
            if is_own && prefix.prefix_len() > 0 && is_asked(prefix) {
                keys.insert(Key::from(prefix));
            }
        }
    }
    keys
}
