//! The state of a watch, and the closing of its minutes.

mod close;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use demarche_case::Asn;
use demarche_case::assessment::watch::{
    WatchAlarm, WatchCaveat, WatchFindings, WatchMeaning, WatchMinute, WatchSource,
};
use serde::{Deserialize, Serialize};

use crate::feed::{Batch, Happening, Scope};
use crate::held::{Gateway, Held, NONE};
use crate::sensors::Sensor;
use crate::series::{Quorum, Series};
use crate::space::{Key, Subject};

/// The options of a watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// The networks that have to see a loss, and to count for anything to be said.
    pub networks: usize,
    /// The collectors at which these have to be.
    pub collectors: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { networks: 3, collectors: 2 }
    }
}

/// The number of a source: a collector, or a router that is monitored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub(crate) u32);

impl SourceId {
    pub(crate) const fn number(self) -> u32 {
        self.0
    }

    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// New prefixes of the target that are followed, at most, beside those of the start.
const NEW_PREFIXES: usize = 50_000;

/// Sessions that are followed beside those of the tables, at most. All public collectors together have some four thousand.
const SESSIONS: usize = 8192;

/// The most routes that there is room for, prefixes times sessions; each takes four bytes.
pub(crate) const CELLS: usize = 1 << 29;

/// Networks over which routes enter that are told apart, at most.
const GATEWAYS: usize = 1 << 14;

/// The sensor of a session that is not followed.
pub(crate) const NO_SENSOR: u32 = u32::MAX;

/// The minutes that are kept for the page; of more, the eventless ones are thinned.
const MINUTES: usize = 20_160;

/// The routes of one family and their shares over time.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FamilyWatch {
    pub(crate) held: Held,
    pub(crate) whole: Option<Series>,
    pub(crate) carriers: BTreeMap<Gateway, Series>,
    pub(crate) parts: BTreeMap<Key, Series>,
    /// The positions of the open alarms.
    pub(crate) open: BTreeMap<Quantity, u32>,
    pub(crate) announced: u64,
    pub(crate) withdrawn: u64,
}

/// What an alarm is about, within a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Quantity {
    Whole,
    Carrier(Gateway),
    Part(Key),
}

/// A collector.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Collector {
    pub(crate) name: String,
    /// The last minute in which anything came from it; `None` before the first.
    pub(crate) heard: Option<u32>,
    pub(crate) is_silent: bool,
    /// The sensor of each session of its feed.
    pub(crate) sessions: Vec<u32>,
    pub(crate) keys: Vec<(IpAddr, Asn)>,
    /// The minute at which its routing table begins; 0 where it has none.
    pub(crate) table: u32,
    /// The offset behind what was applied, in bytes after decompression.
    pub(crate) position: u64,
    pub(crate) counts: [u64; 6],
}

/// Routes to a target, followed minute by minute.
#[derive(Debug)]
pub struct Watch {
    pub(crate) subject: Subject,
    pub(crate) scope: Scope,
    pub(crate) options: Options,
    pub(crate) state: State,
    pub(crate) alarms: Vec<WatchAlarm>,
    pub(crate) minutes: Vec<WatchMinute>,
    pub(crate) tables_at: u32,
}

/// The part of a watch that changes.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) families: [FamilyWatch; 2],
    pub(crate) sensors: Vec<Sensor>,
    numbers: BTreeMap<(u32, IpAddr, Asn), u32>,
    pub(crate) collectors: Vec<Collector>,
    /// The network of each gateway; that of 0 and 1 is AS 0.
    pub(crate) gateways: Vec<Asn>,
    gateway_numbers: BTreeMap<Asn, Gateway>,
    pub(crate) first_minute: Option<u32>,
    pub(crate) last_minute: Option<u32>,
    pub(crate) watched: u64,
    /// The minutes in which too few networks counted for a family.
    pub(crate) blind: u64,
    beyond: BTreeSet<Key>,
    too_many: u64,
    early: u64,
    unfollowed: u64,
}

impl State {
    /// Returns true if sensors and gateways are found by what they are, each once.
    pub(crate) fn is_numbered(&self) -> bool {
        let sensor = |(number, sensor): (u32, &Sensor)| {
            let key = (sensor.collector, sensor.address, sensor.asn);
            self.numbers.get(&key) == Some(&number)
        };
        let gateways = self
            .gateway_numbers
            .iter()
            .all(|(asn, number)| self.gateways.get(usize::from(*number)) == Some(asn));
        gateways && self.numbers.len() == self.sensors.len() && (0..).zip(&self.sensors).all(sensor)
    }
}

impl Watch {
    pub(crate) fn empty(
        subject: Subject,
        scope: Scope,
        helds: [Held; 2],
        options: Options,
    ) -> Self {
        let family = |held| FamilyWatch {
            held,
            whole: None,
            carriers: BTreeMap::new(),
            parts: BTreeMap::new(),
            open: BTreeMap::new(),
            announced: 0,
            withdrawn: 0,
        };
        let state = State {
            families: helds.map(family),
            sensors: Vec::new(),
            numbers: BTreeMap::new(),
            collectors: Vec::new(),
            gateways: vec![Asn(0), Asn(0)],
            gateway_numbers: BTreeMap::from([(Asn(0), 1)]),
            first_minute: None,
            last_minute: None,
            watched: 0,
            blind: 0,
            beyond: BTreeSet::new(),
            too_many: 0,
            early: 0,
            unfollowed: 0,
        };
        let (alarms, minutes) = (Vec::new(), Vec::new());
        Self { subject, scope, options, state, alarms, minutes, tables_at: 0 }
    }

    pub(crate) const fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(crate) fn held(&self, family: usize) -> &Held {
        &self.state.families[family].held
    }

    pub(crate) fn held_mut(&mut self, family: usize) -> &mut Held {
        &mut self.state.families[family].held
    }

    pub(crate) fn quorum(&self) -> Quorum {
        Quorum { networks: self.options.networks, collectors: self.options.collectors }
    }

    /// The source of a collector's updates, by its name.
    pub fn source(&mut self, collector: &str) -> SourceId {
        let collectors = &mut self.state.collectors;
        let known = collectors.iter().position(|known| known.name == collector);
        let number = known.unwrap_or_else(|| {
            collectors.push(Collector {
                name: collector.to_owned(),
                heard: None,
                is_silent: false,
                sessions: Vec::new(),
                keys: Vec::new(),
                table: 0,
                position: 0,
                counts: [0; 6],
            });
            collectors.len() - 1
        });
        SourceId(crate::space::position_of(number))
    }

    /// All sources.
    #[must_use]
    pub fn sources(&self) -> Vec<SourceId> {
        (0..).zip(&self.state.collectors).map(|(number, _)| SourceId(number)).collect()
    }

    /// The names of all sources, in the order of their numbers.
    pub fn collectors(&self) -> impl Iterator<Item = &str> {
        self.state.collectors.iter().map(|collector| collector.name.as_str())
    }

    /// The offset behind what was applied of a source, in bytes after decompression.
    #[must_use]
    pub fn position(&self, source: SourceId) -> u64 {
        self.state.collectors.get(source.index()).map_or(0, |collector| collector.position)
    }

    /// The options that it was begun with.
    #[must_use]
    pub const fn options(&self) -> Options {
        self.options
    }

    /// The minute of the latest routing table, since 1970 UTC.
    #[must_use]
    pub const fn tables_at(&self) -> u32 {
        self.tables_at
    }

    /// The last minute that was closed, since 1970 UTC.
    #[must_use]
    pub const fn last_minute(&self) -> Option<u32> {
        self.state.last_minute
    }

    pub(crate) fn add_sensor(&mut self, sensor: Sensor) -> usize {
        let key = (sensor.collector, sensor.address, sensor.asn);
        let state = &mut self.state;
        let next = crate::space::position_of(state.sensors.len());
        let number = *state.numbers.entry(key).or_insert(next);
        if number == next {
            state.sensors.push(sensor);
            for family in &mut state.families {
                family.held.make_room(state.sensors.len());
            }
        }
        number as usize
    }

    /// Returns true if there is room for a session, or if it is known.
    fn has_room(&self, sensor: &Sensor) -> bool {
        let state = &self.state;
        let sessions = state.sensors.len() + 1;
        let is_known = state.numbers.contains_key(&(sensor.collector, sensor.address, sensor.asn));
        let fits = |family: &FamilyWatch| family.held.cells(sessions) <= CELLS;
        is_known || (sessions <= SESSIONS && state.families.iter().all(fits))
    }

    pub(crate) fn gateway(&mut self, over: Asn) -> Gateway {
        if let Some(number) = self.state.gateway_numbers.get(&over) {
            return *number;
        }
        // Beyond what is told apart all share the number of those at home, which raises no alarm.
        let next = Some(self.state.gateways.len()).filter(|next| *next < GATEWAYS);
        let Some(Ok(number)) = next.map(Gateway::try_from) else { return 1 };
        self.state.gateways.push(over);
        self.state.gateway_numbers.insert(over, number);
        number
    }

    /// Takes in a minute of a source, or a part of one. Batches of one source come in order.
    pub fn apply(&mut self, source: SourceId, batch: &Batch) {
        let minute = batch.minute;
        for (address, asn) in &batch.new_sessions {
            let sensor = Sensor::new(source.number(), *address, *asn, minute);
            let number = if self.has_room(&sensor) {
                crate::space::position_of(self.add_sensor(sensor))
            } else {
                NO_SENSOR
            };
            let collector = &mut self.state.collectors[source.index()];
            collector.sessions.push(number);
            collector.keys.push((*address, *asn));
        }
        for event in &batch.events {
            let sessions = &self.state.collectors[source.index()].sessions;
            let sensor = sessions.get(event.session as usize).copied();
            let Some(sensor) = sensor.filter(|sensor| *sensor != NO_SENSOR) else { continue };
            self.happens(sensor as usize, &event.happening, minute);
        }
        let collector = &mut self.state.collectors[source.index()];
        for (session, tally) in batch.tallies.iter().enumerate() {
            match collector.sessions.get(session) {
                None => {}
                Some(&NO_SENSOR) => self.state.unfollowed += tally.all(),
                Some(sensor) => self.state.sensors[*sensor as usize].count(tally, minute),
            }
        }
        self.state.early += batch.early;
        self.state.unfollowed += batch.unfollowed;
        let counts = [batch.all.0, batch.all.1, batch.state_changes, batch.late, batch.ahead];
        for (sum, count) in collector.counts.iter_mut().skip(1).zip(counts) {
            *sum += count;
        }
        let is_heard =
            !batch.tallies.is_empty() || !batch.events.is_empty() || batch.unfollowed > 0;
        if is_heard {
            collector.heard = Some(minute);
        }
        collector.position = batch.next_offset;
    }

    /// Notes that updates of a source may have been lost: its sessions count again when that cannot matter any more.
    pub fn missed(&mut self, source: SourceId) {
        let of_it = self.state.sensors.iter_mut();
        of_it.filter(|sensor| sensor.collector == source.number()).for_each(Sensor::missed);
    }

    /// Adds whole records that a source was read to have.
    pub fn count_records(&mut self, source: SourceId, records: u64) {
        if let Some(collector) = self.state.collectors.get_mut(source.index()) {
            collector.counts[0] += records;
        }
    }

    /// Sets the whole records of a source that is read from its start.
    pub(crate) fn tell_records(&mut self, source: SourceId, records: u64) {
        if let Some(collector) = self.state.collectors.get_mut(source.index()) {
            collector.counts[0] = records;
        }
    }

    fn happens(&mut self, sensor: usize, happening: &Happening, minute: u32) {
        if self.state.sensors[sensor].happens(happening, minute) {
            for family in &mut self.state.families {
                family.held.clear(sensor);
            }
        }
        match *happening {
            Happening::Announced { key, over, is_own, identifier } => {
                let gateway = self.gateway(over);
                let family = &mut self.state.families[usize::from(key.is_v6)];
                if let Some(prefix) = family.held.space.find(key) {
                    family.announced += 1;
                    family.held.change(prefix, sensor, gateway, identifier);
                } else if family.held.is_new(key) {
                    family.held.change_new(key, sensor, gateway);
                } else if is_own && key.length > 0 {
                    self.announced_new(key, sensor, gateway);
                }
            }
            Happening::Withdrawn { key, identifier } => {
                let family = &mut self.state.families[usize::from(key.is_v6)];
                if let Some(prefix) = family.held.space.find(key) {
                    family.withdrawn += 1;
                    family.held.change(prefix, sensor, NONE, identifier);
                } else if family.held.is_new(key) {
                    family.held.change_new(key, sensor, NONE);
                }
            }
            Happening::Down | Happening::Up | Happening::EndOfTable { .. } => {}
        }
    }

    /// A prefix of the target that it did not announce before.
    fn announced_new(&mut self, key: Key, sensor: usize, gateway: Gateway) {
        let state = &mut self.state;
        let family = &mut state.families[usize::from(key.is_v6)];
        let held = &mut family.held;
        if !held.space.touches_base(key) {
            if state.beyond.len() < NEW_PREFIXES {
                state.beyond.insert(key);
            }
        } else if held.space.keys.len() - held.space.bases().count() + held.new_prefixes()
            < NEW_PREFIXES
        {
            family.announced += 1;
            held.change_new(key, sensor, gateway);
        } else {
            state.too_many += 1;
        }
    }

    /// The minutes that are kept, thinned where there are too many.
    fn keep(&mut self, minute: WatchMinute) {
        self.minutes.push(minute);
        if self.minutes.len() > MINUTES {
            let mut turn = false;
            let is_quiet = |family: &Option<demarche_case::assessment::watch::FamilyMinute>| {
                family.as_ref().is_none_or(|family| family.alarms.is_empty())
            };
            self.minutes.retain(|minute| {
                turn = !turn;
                turn || !(is_quiet(&minute.ipv4) && is_quiet(&minute.ipv6))
            });
        }
        // An alarm that stays open for weeks is thinned too.
        if self.minutes.len() > MINUTES {
            let mut turn = false;
            self.minutes.retain(|_| {
                turn = !turn;
                turn
            });
        }
    }

    /// The alarms so far, in the order in which they were raised.
    #[must_use]
    pub fn alarms(&self) -> &[WatchAlarm] {
        &self.alarms
    }

    /// The record of the watch so far.
    #[must_use]
    pub fn findings(&self) -> WatchFindings {
        let bases = |family: usize| self.held(family).space.bases().count() as u64;
        WatchFindings {
            question: self.subject.question.clone(),
            country: self.subject.country,
            networks: self.scope.origins.clone(),
            ipv4_addresses: self.held(0).space.weight,
            ipv6_prefixes: bases(1),
            means: WatchMeaning::AnnouncedIsNotConnected,
            alarms: self.alarms.clone(),
            minutes: self.minutes.clone(),
            watched: self.state.watched,
            sources: self.state.collectors.iter().map(Collector::source).collect(),
            caveats: self.caveats(),
        }
    }

    fn caveats(&self) -> Vec<WatchCaveat> {
        let mut caveats = vec![WatchCaveat::Announced];
        let full =
            self.state.sensors.iter().filter(|sensor| sensor.is_full(0) || sensor.is_full(1));
        let networks: BTreeSet<Asn> = full.clone().map(|sensor| sensor.asn).collect();
        let collectors: BTreeSet<u32> = full.map(|sensor| sensor.collector).collect();
        if networks.len() < self.options.networks || collectors.len() < self.options.collectors {
            caveats.push(WatchCaveat::TooFewSensors {
                networks: networks.len() as u64,
                collectors: collectors.len() as u64,
            });
        }
        if self.state.blind > 0 {
            let (minutes, of) = (self.state.blind, self.state.watched);
            caveats.push(WatchCaveat::Blind { minutes, of });
        }
        if let Some(first) = self.state.first_minute
            && first.saturating_sub(self.tables_at) > 10
        {
            caveats.push(WatchCaveat::Hole { minutes: u64::from(first - self.tables_at) });
        }
        if !self.state.beyond.is_empty() {
            caveats.push(WatchCaveat::NewSpace { prefixes: self.state.beyond.len() as u64 });
        }
        if self.state.too_many > 0 {
            caveats.push(WatchCaveat::TooManyPrefixes { prefixes: self.state.too_many });
        }
        if self.state.early > 0 {
            caveats.push(WatchCaveat::BeforeTables { updates: self.state.early });
        }
        if self.state.unfollowed > 0 {
            caveats.push(WatchCaveat::TooManySessions { updates: self.state.unfollowed });
        }
        caveats
    }
}

impl Collector {
    fn source(&self) -> WatchSource {
        let [records, announcements, withdrawals, state_changes, late, ahead] = self.counts;
        WatchSource {
            collector: self.name.clone(),
            records,
            announcements,
            withdrawals,
            state_changes,
            late,
            ahead,
        }
    }
}
