//! The closing of a minute: what counts, the shares, and the alarms.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::routes::Family;
use demarche_case::assessment::watch::{
    AlarmKind, CarrierMinute, FamilyMinute, LeftOut, LossSide, WatchAlarm, WatchMeaning,
    WatchMinute, WatchState,
};
use demarche_case::{Asn, Moment};

use super::{Collector, Quantity, State, Watch};
use crate::held::{Gateway, Held};
use crate::sensors::{SILENT, Sensor};
use crate::series::{Series, Sight, Turn, mean};
use crate::space::Key;

/// A network is a carrier of the target when at least this share of it usually enters over it.
const CARRIER: f64 = 0.1;

/// A carrier is followed when this share enters over it; the alarm needs the greater one.
const FOLLOWED: f64 = 0.05;

/// Carriers that are followed and shown, at most.
const CARRIERS: usize = 16;

/// A prefix has an alarm of its own when it is at least this part of the target.
const PART: f64 = 0.1;

/// Prefixes that an alarm names, at most.
const NAMED: usize = 100;

impl Watch {
    /// Seeds the 24-hour medians with what the tables show.
    pub(crate) fn seed(&mut self) {
        for family in 0..2 {
            let sessions: Vec<usize> = (0..self.state.sensors.len())
                .filter(|sensor| self.state.sensors[*sensor].is_full(family))
                .collect();
            let sights = self.state.sights(&sessions, |held, session| held.share(session), family);
            if self.held(family).space.weight > 0 {
                self.state.families[family].whole = Some(Series::seeded(&sights));
            }
            self.follow_carriers(family, &sessions);
            let bases: Vec<(usize, Key)> = self.held(family).space.bases().collect();
            let large = |(number, key): &(usize, Key)| {
                (self.held(family).weight_within(*number) >= PART).then_some((*number, *key))
            };
            let parts: Vec<(usize, Key)> = bases.iter().filter_map(large).collect();
            for (number, key) in parts.into_iter().filter(|_| bases.len() > 1) {
                let within = |held: &Held, session: usize| held.share_within(number, session);
                let sights = self.state.sights(&sessions, within, family);
                self.state.families[family].parts.insert(key, Series::seeded(&sights));
            }
        }
    }

    /// Closes a minute, of which all batches were applied; minutes are closed in order.
    pub fn close(&mut self, minute: u32) -> WatchMinute {
        self.state.first_minute.get_or_insert(minute);
        self.begin(minute);
        self.state.note_silence(minute);
        let usual = self.state.usual_sizes();
        for sensor in &mut self.state.sensors {
            sensor.close(minute, usual);
        }
        for family in &mut self.state.families {
            family.held.take_in();
        }
        let [ipv4, ipv6] = [0, 1].map(|family| self.close_family(family, minute));
        let line = WatchMinute {
            minute: moment(minute),
            means: WatchMeaning::AnnouncedIsNotConnected,
            ipv4,
            ipv6,
        };
        self.state.last_minute = Some(minute);
        self.state.watched += 1;
        let is_blind = |family: &FamilyMinute| family.state == WatchState::TooFewSensors;
        self.state.blind += u64::from([&line.ipv4, &line.ipv6].into_iter().flatten().any(is_blind));
        self.keep(line.clone());
        line
    }

    /// At the first minute every session of the tables counts as heard of.
    fn begin(&mut self, minute: u32) {
        if self.state.last_minute.is_none() {
            for sensor in &mut self.state.sensors {
                sensor.heard = sensor.heard.max(minute);
            }
            for collector in &mut self.state.collectors {
                collector.heard.get_or_insert(minute);
            }
        }
    }

    fn close_family(&mut self, family: usize, minute: u32) -> Option<FamilyMinute> {
        self.state.families[family].whole.as_ref()?;
        let counting: Vec<usize> = (0..self.state.sensors.len())
            .filter(|sensor| self.state.sensors[*sensor].counts(family, minute))
            .collect();
        let sights = self.state.sights(&counting, |held, session| held.share(session), family);
        let collectors: BTreeSet<u32> =
            sights.iter().flat_map(|sight| sight.collectors.iter().copied()).collect();
        self.readmit(family, minute, &sights);
        let mut left_out = LeftOut::default();
        for sensor in self.state.sensors.iter().filter(|sensor| sensor.is_full(family)) {
            sensor.note(&mut left_out, minute);
        }
        let quorum = self.quorum();
        let is_enough = sights.len() >= quorum.networks && collectors.len() >= quorum.collectors;
        self.follow_carriers(family, &counting);
        if is_enough {
            self.judge(family, minute, &counting, &sights);
        } else {
            self.cannot_tell(family);
        }
        let found = &mut self.state.families[family];
        let alarms: Vec<u32> = found.open.values().map(|position| position + 1).collect();
        let state = match (is_enough, alarms.is_empty()) {
            (false, _) => WatchState::TooFewSensors,
            (true, true) => WatchState::Usual,
            (true, false) => WatchState::Alarm,
        };
        let announced = std::mem::take(&mut found.announced);
        let withdrawn = std::mem::take(&mut found.withdrawn);
        Some(FamilyMinute {
            state,
            visible: is_enough.then(|| mean(&sights)),
            usual: self.state.families[family].whole.as_ref().map_or(0.0, Series::usual),
            networks: sights.len() as u64,
            collectors: collectors.len() as u64,
            left_out,
            prefixes_lost: if is_enough {
                self.held(family).lost(&counting).len() as u64
            } else {
                0
            },
            announced,
            withdrawn,
            carriers: if is_enough { self.carriers(family, &counting) } else { Vec::new() },
            alarms,
        })
    }

    /// Lets sessions behind a gap count again that have agreed with those that were there all along.
    fn readmit(&mut self, family: usize, minute: u32, sights: &[Sight]) {
        let mut shares: Vec<f64> = sights.iter().map(|sight| sight.share).collect();
        shares.sort_unstable_by(f64::total_cmp);
        let median = (shares.len() >= self.options.networks).then(|| shares[shares.len() / 2]);
        let State { families, sensors, .. } = &mut self.state;
        for (session, sensor) in sensors.iter_mut().enumerate() {
            // The family that it sends; of both, IPv4.
            let speaks_for = if sensor.is_full(0) { 0 } else { 1 };
            if sensor.is_behind_gap() && sensor.is_full(family) && speaks_for == family {
                let is_heard = minute.saturating_sub(sensor.heard) < SILENT;
                let share = families[family].held.share(session);
                sensor.compare(share, median.filter(|_| is_heard));
            }
        }
    }

    fn cannot_tell(&mut self, family: usize) {
        let family = &mut self.state.families[family];
        let all = family.whole.iter_mut().chain(family.carriers.values_mut());
        all.chain(family.parts.values_mut()).for_each(Series::cannot_tell);
    }

    /// Begins to follow networks over which routes have come to enter.
    fn follow_carriers(&mut self, family: usize, counting: &[usize]) {
        for (gateway, share) in self.state.over(family, counting) {
            let known = &self.state.families[family].carriers;
            if share < FOLLOWED
                || known.len() >= CARRIERS
                || known.contains_key(&gateway)
                || gateway == 1
            {
                continue;
            }
            let over = |held: &Held, session: usize| held.share_over(session, gateway);
            let sights = self.state.sights(counting, over, family);
            self.state.families[family].carriers.insert(gateway, Series::seeded(&sights));
        }
    }

    /// Asks every share for its alarm; the whole first, since its loss explains those of its parts.
    fn judge(&mut self, family: usize, minute: u32, counting: &[usize], sights: &[Sight]) {
        let quorum = self.quorum();
        let Some(mut whole) = self.state.families[family].whole.take() else { return };
        let turn = whole.minute(minute, sights, quorum, false);
        let is_dark = whole.is_open || whole.share < whole.usual() / 2.0;
        let told = (whole.share, whole.usual());
        self.state.families[family].whole = Some(whole);
        self.turned(family, Quantity::Whole, minute, turn, told, counting);
        let gateways: Vec<Gateway> = self.state.families[family].carriers.keys().copied().collect();
        for gateway in gateways {
            let over = |held: &Held, session: usize| held.share_over(session, gateway);
            let sights = self.state.sights(counting, over, family);
            let Some(series) = self.state.families[family].carriers.get_mut(&gateway) else {
                continue;
            };
            let is_held_back = is_dark || series.usual() < CARRIER;
            let turn = series.minute(minute, &sights, quorum, is_held_back);
            let told = (series.share, series.usual());
            self.turned(family, Quantity::Carrier(gateway), minute, turn, told, counting);
        }
        let parts: Vec<Key> = self.state.families[family].parts.keys().copied().collect();
        for key in parts {
            let Some(number) = self.held(family).space.find(key) else { continue };
            let within = |held: &Held, session: usize| held.share_within(number, session);
            let sights = self.state.sights(counting, within, family);
            let Some(series) = self.state.families[family].parts.get_mut(&key) else { continue };
            let turn = series.minute(minute, &sights, quorum, is_dark);
            let told = (series.share, series.usual());
            self.turned(family, Quantity::Part(key), minute, turn, told, counting);
        }
    }

    /// Writes down an alarm that began or ended.
    fn turned(
        &mut self,
        family: usize,
        quantity: Quantity,
        minute: u32,
        turn: Turn,
        (share, usual): (f64, f64),
        counting: &[usize],
    ) {
        match turn {
            Turn::Nothing => {
                if let Some(position) = self.state.families[family].open.get(&quantity) {
                    let alarm = &mut self.alarms[*position as usize];
                    alarm.lowest = alarm.lowest.min(share);
                }
            }
            Turn::Ended { at } => {
                if let Some(position) = self.state.families[family].open.remove(&quantity) {
                    self.alarms[position as usize].until = Some(moment(at));
                }
            }
            Turn::Raised { since, networks, collectors } => {
                let position = crate::space::position_of(self.alarms.len());
                self.state.families[family].open.insert(quantity, position);
                let lost = self.held(family).lost(counting);
                let (still_carried_by, lost_by, side) = self.carried(family, quantity, counting);
                self.alarms.push(WatchAlarm {
                    number: position + 1,
                    family: if family == 0 { Family::Ipv4 } else { Family::Ipv6 },
                    kind: self.kind(quantity),
                    since: moment(since),
                    raised: moment(minute),
                    until: None,
                    share,
                    lowest: share,
                    usual,
                    networks,
                    collectors,
                    still_carried_by,
                    lost_by,
                    side,
                    prefix_count: lost.len() as u64,
                    prefixes: lost.into_iter().take(NAMED).map(Key::prefix).collect(),
                });
            }
        }
    }

    fn kind(&self, quantity: Quantity) -> AlarmKind {
        match quantity {
            Quantity::Whole => AlarmKind::Dark,
            Quantity::Carrier(gateway) => {
                AlarmKind::CarrierLost { network: self.state.gateways[usize::from(gateway)] }
            }
            Quantity::Part(key) => AlarmKind::PrefixLost { prefix: key.prefix() },
        }
    }

    /// The carriers that still carry the target, those that no longer do, and who is likely to have lost it.
    fn carried(
        &self,
        family: usize,
        quantity: Quantity,
        counting: &[usize],
    ) -> (Vec<Asn>, Vec<Asn>, LossSide) {
        let now: BTreeMap<Gateway, f64> = self.state.over(family, counting).into_iter().collect();
        let share = |gateway: &Gateway| now.get(gateway).copied().unwrap_or(0.0);
        let usual = self.state.families[family].carriers.iter();
        let usual: Vec<(Gateway, f64)> = usual
            .map(|(gateway, series)| (*gateway, series.usual()))
            .filter(|(_, usual)| *usual >= FOLLOWED)
            .collect();
        let lost: Vec<Gateway> = usual
            .iter()
            .filter(|(gateway, usual)| share(gateway) < usual / 2.0)
            .map(|(gateway, _)| *gateway)
            .collect();
        let mut still: Vec<(Gateway, f64)> =
            now.iter().map(|(gateway, share)| (*gateway, *share)).collect();
        // One that carries less than before still carries it.
        still.retain(|(gateway, share)| *gateway != 1 && *share > 0.0);
        still.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        let has_others = still.iter().any(|(gateway, _)| !lost.contains(gateway));
        let side = match quantity {
            Quantity::Carrier(_) if has_others => LossSide::Carrier,
            Quantity::Whole if usual.len() > 1 && lost.len() == usual.len() => LossSide::Target,
            Quantity::Whole if usual.len() > 1 && lost.len() == 1 => LossSide::Carrier,
            _ => LossSide::NotTold,
        };
        let asn = |gateway: &Gateway| self.state.gateways[usize::from(*gateway)];
        (
            still.iter().take(CARRIERS).map(|(gateway, _)| asn(gateway)).collect(),
            lost.iter().map(asn).collect(),
            side,
        )
    }

    fn carriers(&self, family: usize, counting: &[usize]) -> Vec<CarrierMinute> {
        let mut shares: BTreeMap<Gateway, f64> =
            self.state.over(family, counting).into_iter().collect();
        let followed = &self.state.families[family].carriers;
        for gateway in followed.keys() {
            shares.entry(*gateway).or_insert(0.0);
        }
        let mut carriers: Vec<CarrierMinute> = shares
            .into_iter()
            .filter(|(gateway, _)| *gateway != 1)
            .map(|(gateway, share)| CarrierMinute {
                network: self.state.gateways[usize::from(gateway)],
                share,
                usual: followed.get(&gateway).map_or(0.0, Series::usual),
            })
            .collect();
        carriers.sort_by(|left, right| {
            right.share.total_cmp(&left.share).then(left.network.cmp(&right.network))
        });
        carriers.truncate(CARRIERS);
        carriers
    }
}

impl State {
    /// Notes the collectors that have been silent as a whole: what they missed nobody knows.
    fn note_silence(&mut self, minute: u32) {
        for (number, collector) in (0..).zip(&mut self.collectors) {
            let Collector { heard, is_silent, .. } = collector;
            let was_silent = *is_silent;
            *is_silent = heard.is_none_or(|heard| minute.saturating_sub(heard) >= SILENT);
            if *is_silent && !was_silent {
                let of_it = self.sensors.iter_mut().filter(|sensor| sensor.collector == number);
                of_it.for_each(Sensor::missed);
            }
        }
    }

    /// The sizes of a full table of each family: the largest that any peer has shown.
    fn usual_sizes(&self) -> [u64; 2] {
        [0, 1].map(|family| self.sensors.iter().map(|sensor| sensor.size(family)).fold(0, u64::max))
    }

    /// What each network sees of a share: the mean over its sessions among these.
    fn sights(
        &self,
        sessions: &[usize],
        share: impl Fn(&Held, usize) -> f64,
        family: usize,
    ) -> Vec<Sight> {
        let held = &self.families[family].held;
        let mut networks: BTreeMap<Asn, (f64, f64, BTreeSet<u32>)> = BTreeMap::new();
        for session in sessions {
            let sensor = &self.sensors[*session];
            let (sum, count, collectors) = networks.entry(sensor.asn).or_default();
            *sum += share(held, *session);
            *count += 1.0;
            collectors.insert(sensor.collector);
        }
        let sight = |(asn, (sum, count, collectors))| Sight { asn, share: sum / count, collectors };
        networks.into_iter().map(sight).collect()
    }

    /// The share that enters over each network: the mean over the networks of these sessions.
    fn over(&self, family: usize, sessions: &[usize]) -> Vec<(Gateway, f64)> {
        let held = &self.families[family].held;
        let mut sizes: BTreeMap<Asn, f64> = BTreeMap::new();
        for session in sessions {
            *sizes.entry(self.sensors[*session].asn).or_default() += 1.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count of networks")]
        let networks = sizes.len() as f64;
        let mut shares: BTreeMap<Gateway, f64> = BTreeMap::new();
        for session in sessions {
            let of = sizes[&self.sensors[*session].asn] * networks;
            for (gateway, share) in held.gateways(*session) {
                *shares.entry(gateway).or_default() += share / of;
            }
        }
        shares.into_iter().collect()
    }
}

/// The start of a minute.
fn moment(minute: u32) -> Moment {
    Moment::of_unix_seconds(minute.saturating_mul(60))
}
