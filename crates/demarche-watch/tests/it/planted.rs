//! A made internet with a planted target: tables and updates of several collectors as MRT, from a seed.
//!
//! What happens is scripted, so that it is known to the minute what a watch has to find and what it must not.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use demarche_case::random::Random;
use demarche_case::{Asn, Prefix};
use demarche_routes::Rib;
use demarche_watch::Subject;

/// The minute of the tables, since 1970 UTC: 2014-12-21, midnight.
pub(crate) const START: u32 = 1_419_120_000 / 60;

pub(crate) const ORIGIN: u32 = 64_600;
pub(crate) const CARRIERS: [u32; 2] = [64_701, 64_702];

/// A session of a peer with a collector.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) collector: usize,
    asn: u32,
    address: Ipv4Addr,
    is_up: bool,
    /// It is up and says nothing, whatever happens.
    is_stale: bool,
    /// The carrier of each prefix of the target, by its number.
    routes: Vec<Option<usize>>,
}

/// Something that happens at a minute.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    CarrierDown(usize),
    CarrierUp(usize),
    Withdraw(Vec<usize>),
    Announce(Vec<usize>),
    Down(usize),
    Up(usize),
    Stale(usize, bool),
    Gap(usize, bool),
    /// So many updates of other prefixes by every session.
    Storm(u32),
    /// The clock of a collector is wrong by so many seconds for one record a minute.
    Clock(usize, i64),
}

/// The size of a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) collectors: usize,
    pub(crate) sessions: usize,
    /// Prefixes of others.
    pub(crate) others: u32,
    /// Updates of others' prefixes by each session in a minute.
    pub(crate) churn: u32,
}

/// As in the measured table: 41 sessions at eight collectors.
pub(crate) const SMALL: Size = Size { collectors: 8, sessions: 41, others: 300, churn: 3 };

/// A made internet.
pub(crate) struct World {
    pub(crate) size: Size,
    pub(crate) target: Vec<Prefix>,
    /// The carriers that announce each prefix of the target.
    homes: Vec<[bool; 2]>,
    sessions: Vec<Session>,
    carrier_up: [bool; 2],
    withdrawn: BTreeSet<usize>,
    gaps: BTreeSet<usize>,
    clocks: Vec<i64>,
    storm: u32,
    random: Random,
    pub(crate) updates: u64,
}

impl World {
    /// The prefixes are announced over both carriers.
    pub(crate) fn new(size: Size, target: &[&str], seed: u64) -> Self {
        let target: Vec<Prefix> = target.iter().map(|text| text.parse().unwrap()).collect();
        let session = |number: usize| Session {
            collector: number % size.collectors,
            // Some networks have two sessions.
            asn: 65_000 + u32::try_from(number % 37).unwrap(),
            address: Ipv4Addr::from(0xc633_6400 + u32::try_from(number).unwrap()),
            is_up: true,
            is_stale: false,
            routes: vec![None; target.len()],
        };
        let mut world = Self {
            size,
            homes: vec![[true; 2]; target.len()],
            sessions: (0..size.sessions).map(session).collect(),
            target,
            carrier_up: [true; 2],
            withdrawn: BTreeSet::new(),
            gaps: BTreeSet::new(),
            clocks: vec![0; size.collectors],
            storm: 0,
            random: Random::new(seed),
            updates: 0,
        };
        for session in 0..size.sessions {
            for prefix in 0..world.target.len() {
                world.sessions[session].routes[prefix] = world.wanted(session, prefix);
            }
        }
        world
    }

    /// Makes the first carrier the only one of some prefixes.
    pub(crate) fn single(mut self, prefixes: &[usize]) -> Self {
        for prefix in prefixes {
            self.homes[*prefix] = [true, false];
        }
        for session in 0..self.size.sessions {
            for prefix in prefixes {
                self.sessions[session].routes[*prefix] = self.wanted(session, *prefix);
            }
        }
        self
    }

    /// Keeps some prefixes back at the start; they can be announced later.
    pub(crate) fn without(mut self, prefixes: &[usize]) -> Self {
        self.withdrawn.extend(prefixes);
        for session in &mut self.sessions {
            prefixes.iter().for_each(|prefix| session.routes[*prefix] = None);
        }
        self
    }

    pub(crate) fn subject(&self) -> Subject {
        Subject {
            question: "the planted target".to_owned(),
            origins: vec![Asn(ORIGIN)],
            ..Subject::default()
        }
    }

    /// The carrier by which a session would have a prefix.
    fn wanted(&self, session: usize, prefix: usize) -> Option<usize> {
        if self.withdrawn.contains(&prefix) {
            return None;
        }
        let first = (session * 7 + prefix) % 2;
        [first, 1 - first]
            .into_iter()
            .find(|carrier| self.carrier_up[*carrier] && self.homes[prefix][*carrier])
    }

    /// The tables of all collectors.
    pub(crate) fn tables(&self) -> Vec<(String, Rib)> {
        (0..self.size.collectors)
            .map(|collector| {
                let name = format!("rrc{collector:02}");
                let mut builder = Rib::builder();
                let reading = builder.read(&name, &self.table(collector)[..]);
                assert!(reading.is_whole());
                (name, builder.finish())
            })
            .collect()
    }

    /// The table of a collector as MRT (`TABLE_DUMP_V2`).
    pub(crate) fn table(&self, collector: usize) -> Vec<u8> {
        let sessions: Vec<&Session> =
            self.sessions.iter().filter(|session| session.collector == collector).collect();
        let mut bytes = Vec::new();
        let mut peers = vec![0, 0, 0, 0, 0, 0];
        peers.extend(u16::try_from(sessions.len()).unwrap().to_be_bytes());
        for session in &sessions {
            peers.push(2);
            peers.extend(session.address.octets());
            peers.extend(session.address.octets());
            peers.extend(session.asn.to_be_bytes());
        }
        record(&mut bytes, START * 60, 13, 1, &peers);
        for number in 0..self.size.others {
            let rows = sessions.iter().map(|session| Some(other_path(session.asn, number)));
            rib(&mut bytes, other(number), rows);
        }
        // Half as many of IPv6, so that peers are full feeds of both.
        for number in 0..self.size.others / 2 {
            let rows = sessions.iter().map(|session| Some(other_path(session.asn, number)));
            rib(&mut bytes, other_v6(number), rows);
        }
        for (number, prefix) in self.target.iter().enumerate() {
            let rows = sessions
                .iter()
                .map(|session| session.routes[number].map(|carrier| path(session.asn, carrier)));
            rib(&mut bytes, *prefix, rows);
        }
        bytes
    }

    fn act(&mut self, action: &Action, second: u32, out: &mut [Vec<u8>]) {
        match action {
            Action::CarrierDown(carrier) => self.carrier_up[*carrier] = false,
            Action::CarrierUp(carrier) => self.carrier_up[*carrier] = true,
            Action::Withdraw(prefixes) => self.withdrawn.extend(prefixes),
            Action::Announce(prefixes) => {
                prefixes.iter().for_each(|prefix| {
                    self.withdrawn.remove(prefix);
                });
            }
            Action::Down(session) => {
                self.sessions[*session].is_up = false;
                self.state_change(*session, second, false, out);
            }
            Action::Up(session) => {
                self.sessions[*session].is_up = true;
                self.state_change(*session, second, true, out);
                self.send_table(*session, second, out);
            }
            Action::Stale(session, stale) => self.sessions[*session].is_stale = *stale,
            Action::Gap(collector, open) => {
                if *open {
                    self.gaps.insert(*collector);
                } else {
                    self.gaps.remove(collector);
                }
            }
            Action::Storm(updates) => self.storm = *updates,
            Action::Clock(collector, wrong) => self.clocks[*collector] = *wrong,
        }
    }

    /// The updates of a minute, for each collector.
    pub(crate) fn minute(&mut self, minute: u32, actions: &[Action]) -> Vec<Vec<u8>> {
        let mut out = vec![Vec::new(); self.size.collectors];
        for action in actions {
            self.act(action, minute * 60 + 1, &mut out);
        }
        for session in 0..self.size.sessions {
            // Routers differ by some seconds.
            let second = minute * 60 + 2 + u32::try_from(session).unwrap() % 40;
            self.update(session, second, &mut out);
        }
        for (collector, wrong) in self.clocks.clone().into_iter().enumerate() {
            let asn = self.sessions.iter().find(|session| session.collector == collector);
            if let Some(session) = asn.filter(|_| wrong != 0) {
                let time = u32::try_from(i64::from(minute * 60 + 30) + wrong).unwrap();
                let bytes = update_of(session, &[], &[other(0)], &other_path(session.asn, 0));
                record(&mut out[collector], time, 16, 4, &bytes);
                self.updates += 1;
            }
        }
        out
    }

    fn update(&mut self, session: usize, second: u32, out: &mut [Vec<u8>]) {
        for prefix in 0..self.target.len() {
            let wanted = self.wanted(session, prefix);
            let Session { is_up, is_stale, asn, .. } = self.sessions[session];
            if !is_up || is_stale || self.sessions[session].routes[prefix] == wanted {
                continue;
            }
            self.sessions[session].routes[prefix] = wanted;
            let changed = [self.target[prefix]];
            let bytes = match wanted {
                Some(carrier) => {
                    update_of(&self.sessions[session], &[], &changed, &path(asn, carrier))
                }
                None => update_of(&self.sessions[session], &changed, &[], &[]),
            };
            self.write(session, second, &bytes, out);
        }
        let Session { is_up, is_stale, asn, .. } = self.sessions[session];
        if !is_up || is_stale {
            return;
        }
        for _ in 0..self.size.churn + self.storm {
            let number = u32::try_from(self.random.below(self.size.others as usize)).unwrap();
            let prefix = [other(number)];
            let bytes = match self.random.below(8) {
                0 => update_of(&self.sessions[session], &prefix, &[], &[]),
                _ => update_of(&self.sessions[session], &[], &prefix, &other_path(asn, number)),
            };
            self.write(session, second, &bytes, out);
        }
    }

    fn send_table(&mut self, session: usize, second: u32, out: &mut [Vec<u8>]) {
        let asn = self.sessions[session].asn;
        for number in 0..self.size.others {
            let of = [other(number)];
            let bytes = update_of(&self.sessions[session], &[], &of, &other_path(asn, number));
            self.write(session, second, &bytes, out);
        }
        for number in 0..self.size.others / 2 {
            let of = [other_v6(number)];
            let bytes = update_of(&self.sessions[session], &[], &of, &other_path(asn, number));
            self.write(session, second, &bytes, out);
        }
        for prefix in 0..self.target.len() {
            let wanted = self.wanted(session, prefix);
            self.sessions[session].routes[prefix] = wanted;
            if let Some(carrier) = wanted {
                let of = [self.target[prefix]];
                let bytes = update_of(&self.sessions[session], &[], &of, &path(asn, carrier));
                self.write(session, second, &bytes, out);
            }
        }
        for end in [message(&[0; 4]), message(&[0, 0, 0, 6, 0x80, 15, 3, 0, 2, 1])] {
            let bytes = [head(&self.sessions[session]), end].concat();
            self.write(session, second, &bytes, out);
        }
    }

    fn state_change(&mut self, session: usize, second: u32, up: bool, out: &mut [Vec<u8>]) {
        let states: [u8; 4] = if up { [0, 1, 0, 6] } else { [0, 6, 0, 1] };
        let bytes = [head(&self.sessions[session]), states.to_vec()].concat();
        let collector = self.sessions[session].collector;
        if !self.gaps.contains(&collector) {
            record(&mut out[collector], second, 16, 5, &bytes);
        }
    }

    fn write(&mut self, session: usize, second: u32, bytes: &[u8], out: &mut [Vec<u8>]) {
        let collector = self.sessions[session].collector;
        if !self.gaps.contains(&collector) {
            record(&mut out[collector], second, 16, 4, bytes);
            self.updates += 1;
        }
    }
}

/// A prefix of somebody else, far from the target's.
pub(crate) fn other(number: u32) -> Prefix {
    let address = Ipv4Addr::from(0x1400_0000 + (number << 8));
    format!("{address}/24").parse().unwrap()
}

fn other_v6(number: u32) -> Prefix {
    format!("2a0f:{:x}:{:x}::/48", number >> 16, number & 0xffff).parse().unwrap()
}

fn other_path(asn: u32, number: u32) -> Vec<u32> {
    vec![asn, 3356, 70_000 + number % 1000]
}

fn path(asn: u32, carrier: usize) -> Vec<u32> {
    vec![asn, 1299, CARRIERS[carrier], ORIGIN]
}

fn record(out: &mut Vec<u8>, time: u32, kind: u16, subtype: u16, body: &[u8]) {
    out.extend(time.to_be_bytes());
    out.extend(kind.to_be_bytes());
    out.extend(subtype.to_be_bytes());
    out.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    out.extend(body);
}

fn nlri(prefix: Prefix) -> Vec<u8> {
    let length = usize::from(prefix.prefix_len()).div_ceil(8);
    let octets = match prefix.addr() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    [vec![prefix.prefix_len()], octets[..length].to_vec()].concat()
}

fn as_path(path: &[u32]) -> Vec<u8> {
    let members: Vec<u8> = path.iter().flat_map(|asn| asn.to_be_bytes()).collect();
    let value = [vec![2, u8::try_from(path.len()).unwrap()], members].concat();
    [vec![0x40, 2, u8::try_from(value.len()).unwrap()], value].concat()
}

fn rib(out: &mut Vec<u8>, prefix: Prefix, rows: impl Iterator<Item = Option<Vec<u32>>>) {
    let mut entries = Vec::new();
    let mut count = 0_u16;
    for (peer, path) in (0_u16..).zip(rows) {
        let Some(path) = path else { continue };
        let attributes = as_path(&path);
        entries.extend(peer.to_be_bytes());
        entries.extend([0; 4]);
        entries.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
        entries.extend(attributes);
        count += 1;
    }
    if count == 0 {
        return;
    }
    let body = [vec![0; 4], nlri(prefix), count.to_be_bytes().to_vec(), entries].concat();
    let subtype = if prefix.addr().is_ipv4() { 2 } else { 4 };
    record(out, START * 60, 13, subtype, &body);
}

fn head(session: &Session) -> Vec<u8> {
    let mut head = session.asn.to_be_bytes().to_vec();
    head.extend([0; 6]);
    head.extend(1_u16.to_be_bytes());
    head.extend(session.address.octets());
    head.extend([0; 4]);
    head
}

/// An update message around its body.
pub(crate) fn message(body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(19 + body.len()).unwrap();
    [&[0xff; 16][..], &length.to_be_bytes(), &[2], body].concat()
}

fn update_of(
    session: &Session,
    withdrawn: &[Prefix],
    announced: &[Prefix],
    path: &[u32],
) -> Vec<u8> {
    [head(session), message(&update_body(withdrawn, announced, path))].concat()
}

/// The body of an update; prefixes of IPv6 stand in the multiprotocol attributes.
pub(crate) fn update_body(withdrawn: &[Prefix], announced: &[Prefix], path: &[u32]) -> Vec<u8> {
    let of = |list: &[Prefix], is_v4: bool| -> Vec<u8> {
        list.iter()
            .filter(|prefix| prefix.addr().is_ipv4() == is_v4)
            .flat_map(|prefix| nlri(*prefix))
            .collect()
    };
    let mut attributes = Vec::new();
    let attribute = |flags: u8, kind: u8, value: Vec<u8>| {
        [
            vec![flags | 0x10, kind],
            u16::try_from(value.len()).unwrap().to_be_bytes().to_vec(),
            value,
        ]
        .concat()
    };
    if !announced.is_empty() {
        attributes.extend(as_path(path));
    }
    let reached = of(announced, false);
    if !reached.is_empty() {
        let value = [vec![0, 2, 1, 16], vec![0; 16], vec![0], reached].concat();
        attributes.extend(attribute(0x80, 14, value));
    }
    let lost = of(withdrawn, false);
    if !lost.is_empty() {
        attributes.extend(attribute(0x80, 15, [vec![0, 2, 1], lost].concat()));
    }
    let withdrawn = of(withdrawn, true);
    [
        u16::try_from(withdrawn.len()).unwrap().to_be_bytes().to_vec(),
        withdrawn,
        u16::try_from(attributes.len()).unwrap().to_be_bytes().to_vec(),
        attributes,
        of(announced, true),
    ]
    .concat()
}
