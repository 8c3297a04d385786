//! Planted outages that have to be found within a minute, and decoys that must not raise an alarm.

use std::io::Cursor;

use demarche_case::Asn;
use demarche_case::assessment::routes::Family;
use demarche_case::assessment::watch::{
    AlarmKind, LossSide, WatchAlarm, WatchCaveat, WatchFindings, WatchMinute, WatchState,
};
use demarche_case::random::Random;
use demarche_watch::{Options, Watch, replay};

use crate::planted::{Action, CARRIERS, SMALL, START, Size, World};

/// Four /24 as North Korea had, and two prefixes of IPv6.
const FOUR: [&str; 6] =
    ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "2001:db8::/32", "2001:db9::/32"];

/// A /16 with more-specifics under it, two others, and the halves of the first.
const COVER: [&str; 7] = [
    "10.0.0.0/16",
    "10.0.4.0/24",
    "10.0.5.0/24",
    "10.8.0.0/18",
    "2001:db8::/32",
    "10.0.0.0/17",
    "10.0.128.0/17",
];

/// What happens, by the minute since the tables.
type Script = Vec<(u32, Action)>;

/// Plays a script for so many minutes.
pub(crate) fn play(mut world: World, script: &Script, minutes: u32) -> WatchFindings {
    let tables = world.tables();
    let mut watch = Watch::start(world.subject(), &tables, Options::default()).unwrap();
    let streams = streams(&mut world, script, minutes);
    let inputs = streams
        .into_iter()
        .enumerate()
        .map(|(collector, bytes)| (watch.source(&format!("rrc{collector:02}")), Cursor::new(bytes)))
        .collect();
    let replayed = replay(&mut watch, inputs, &mut |_, _| true);
    assert!(replayed.readings.iter().all(|(_, reading)| reading.is_whole()));
    watch.findings()
}

/// The updates of each collector.
pub(crate) fn streams(world: &mut World, script: &Script, minutes: u32) -> Vec<Vec<u8>> {
    let mut streams = vec![Vec::new(); world.size.collectors];
    for minute in 1..=minutes {
        let now: Vec<Action> = script
            .iter()
            .filter(|(at, _)| *at == minute)
            .map(|(_, action)| action.clone())
            .collect();
        for (stream, bytes) in streams.iter_mut().zip(world.minute(START + minute, &now)) {
            stream.extend(bytes);
        }
    }
    streams
}

/// The minute since the tables of a moment.
fn since(moment: demarche_case::Moment) -> u32 {
    let all = (0..10_000).find(|minute| {
        demarche_case::Moment::of_unix_seconds((START + minute) * 60).to_string()
            == moment.to_string()
    });
    all.expect("a minute of the script")
}

fn is_near(found: u32, planted: u32) -> bool {
    found.abs_diff(planted) <= 1
}

/// One alarm of a kind and family, with its planted beginning and end.
fn assert_found(found: &WatchFindings, wanted: &[(Family, AlarmKind, u32, Option<u32>)], of: &str) {
    let told =
        |alarm: &WatchAlarm| (alarm.family, alarm.kind, since(alarm.since), alarm.until.map(since));
    let alarms: Vec<_> = found.alarms.iter().map(told).collect();
    assert_eq!(alarms.len(), wanted.len(), "{of}: {alarms:?}, planted {wanted:?}");
    for (family, kind, from, until) in wanted {
        let is_it = |alarm: &&(Family, AlarmKind, u32, Option<u32>)| {
            alarm.0 == *family
                && alarm.1 == *kind
                && is_near(alarm.2, *from)
                && match (alarm.3, until) {
                    (Some(found), Some(planted)) => is_near(found, *planted),
                    (None, None) => true,
                    _ => false,
                }
        };
        assert!(alarms.iter().any(|alarm| is_it(&alarm)), "{of}: {alarms:?}, planted {wanted:?}");
    }
}

fn carrier_lost(carrier: usize) -> AlarmKind {
    AlarmKind::CarrierLost { network: Asn(CARRIERS[carrier]) }
}

/// Ten seeds of each of three kinds of outage.
#[test]
fn thirty_outages_are_found_within_a_minute() {
    for seed in 0..10_u64 {
        let mut random = Random::new(seed);
        let mut at =
            |from: u32, to: u32| from + u32::try_from(random.below((to - from) as usize)).unwrap();
        let (from, until) = (at(20, 60), at(70, 110));
        // All of IPv4, all of IPv6, or both.
        let (prefixes, families): (Vec<usize>, &[Family]) = match seed % 3 {
            0 => ((0..4).collect(), &[Family::Ipv4]),
            1 => (vec![4, 5], &[Family::Ipv6]),
            _ => ((0..6).collect(), &[Family::Ipv4, Family::Ipv6]),
        };
        let script =
            vec![(from, Action::Withdraw(prefixes.clone())), (until, Action::Announce(prefixes))];
        let found = play(World::new(SMALL, &FOUR, seed), &script, 130);
        let wanted: Vec<_> =
            families.iter().map(|family| (*family, AlarmKind::Dark, from, Some(until))).collect();
        assert_found(&found, &wanted, &format!("dark, seed {seed}"));
        assert!(found.alarms.iter().all(|alarm| alarm.side == LossSide::Target));

        let carrier = usize::from(seed % 2 == 1);
        let script =
            vec![(from, Action::CarrierDown(carrier)), (until, Action::CarrierUp(carrier))];
        let found = play(World::new(SMALL, &FOUR, seed), &script, 130);
        let wanted = [Family::Ipv4, Family::Ipv6]
            .map(|family| (family, carrier_lost(carrier), from, Some(until)));
        assert_found(&found, &wanted, &format!("carrier, seed {seed}"));
        let all_seen = |minute: &WatchMinute| {
            minute.ipv4.as_ref().and_then(|family| family.visible) == Some(1.0)
        };
        assert!(found.minutes.iter().all(all_seen), "nothing was lost but a carrier");

        let prefix = usize::try_from(seed % 4).unwrap();
        let script =
            vec![(from, Action::Withdraw(vec![prefix])), (until, Action::Announce(vec![prefix]))];
        let world = World::new(SMALL, &FOUR, seed);
        let lost = AlarmKind::PrefixLost { prefix: world.target[prefix] };
        let found = play(world, &script, 130);
        let wanted = [(Family::Ipv4, lost, from, Some(until))];
        assert_found(&found, &wanted, &format!("one /24, seed {seed}"));
    }
}

/// As North Korea in December 2014: a day of flaps, then nine hours and 31 minutes of nothing.
#[test]
fn a_long_night_after_a_day_of_flaps_is_one_alarm() {
    let all: Vec<usize> = (0..6).collect();
    let mut script = Vec::new();
    // Flaps of a minute, six an hour, for 24 hours.
    for flap in 0..144 {
        script.push((5 + flap * 10, Action::Withdraw(all.clone())));
        script.push((6 + flap * 10, Action::Announce(all.clone())));
    }
    let (from, until) = (1500, 1500 + 571);
    script.push((from, Action::Withdraw(all.clone())));
    script.push((until, Action::Announce(all)));
    let found = play(World::new(SMALL, &FOUR, 7), &script, until + 60);
    let wanted =
        [Family::Ipv4, Family::Ipv6].map(|family| (family, AlarmKind::Dark, from, Some(until)));
    assert_found(&found, &wanted, "a long night");
}

#[test]
fn a_target_with_one_carrier_does_not_tell_who_lost_it() {
    let world = World::new(SMALL, &FOUR, 3).single(&[0, 1, 2, 3, 4, 5]);
    let script = vec![(30, Action::CarrierDown(0))];
    let found = play(world, &script, 60);
    let wanted = [Family::Ipv4, Family::Ipv6].map(|family| (family, AlarmKind::Dark, 30, None));
    assert_found(&found, &wanted, "one carrier");
    assert!(found.alarms.iter().all(|alarm| alarm.side == LossSide::NotTold));
}

/// The decoys, ten seeds of each of five kinds and more.
#[test]
fn fifty_decoys_raise_no_alarm() {
    for seed in 0..10_u64 {
        let mut random = Random::new(seed);
        let mut below = |end: usize| random.below(end);
        let session = below(41);
        let collector = below(8);
        let of_collector: Vec<usize> = (0..41).filter(|session| session % 8 == collector).collect();
        let mut decoys: Vec<(&str, World, Script)> = Vec::new();
        // A session, then all of a collector, fall and send their tables again.
        let mut resets = vec![(20, Action::Down(session)), (23, Action::Up(session))];
        for session in &of_collector {
            resets.push((50, Action::Down(*session)));
            resets.push((58, Action::Up(*session)));
        }
        decoys.push(("resets", World::new(SMALL, &FOUR, seed), resets));
        // A collector says nothing for twenty minutes, in which the target falls and comes back for others.
        let gap = vec![
            (20, Action::Gap(collector, true)),
            (30, Action::Withdraw(vec![0])),
            (31, Action::Announce(vec![0])),
            (40, Action::Gap(collector, false)),
        ];
        decoys.push(("a gap", World::new(SMALL, &FOUR, seed), gap));
        // Peers hang, with what they had in a flap.
        let mut stale = vec![(20, Action::Withdraw((0..6).collect()))];
        stale.extend(of_collector.iter().map(|session| (21, Action::Stale(*session, true))));
        stale.push((21, Action::Announce((0..6).collect())));
        decoys.push(("stale peers", World::new(SMALL, &FOUR, seed), stale));
        // A storm of other prefixes, and a flap of a minute for the target.
        let storm = vec![
            (20, Action::Storm(200)),
            (22, Action::Withdraw(vec![0, 1, 2, 3])),
            (23, Action::Announce(vec![0, 1, 2, 3])),
            (26, Action::Storm(0)),
        ];
        decoys.push(("churn", World::new(SMALL, &FOUR, seed), storm));
        // More-specifics go under their cover, and the cover is split into its halves.
        let specifics = vec![
            (20, Action::Withdraw(vec![1, 2])),
            (30, Action::Announce(vec![5, 6])),
            (31, Action::Withdraw(vec![0])),
        ];
        let world = World::new(SMALL, &COVER, seed).without(&[5, 6]);
        decoys.push(("more-specifics under cover", world, specifics));
        // A clock that jumps ahead by years and back.
        let clock = vec![
            (20, Action::Clock(collector, 300_000_000)),
            (150, Action::Clock(collector, -86_400)),
            (160, Action::Clock(collector, 0)),
        ];
        decoys.push(("a clock", World::new(SMALL, &FOUR, seed), clock));
        for (name, world, script) in decoys {
            let last = script.iter().map(|(minute, _)| minute + 30).max().unwrap_or(0).max(90);
            let found = play(world, &script, last);
            assert_eq!(found.alarms, [], "{name}, seed {seed}");
            let known = |minute: &WatchMinute| {
                minute.ipv4.as_ref().is_some_and(|family| family.state == WatchState::Usual)
            };
            assert!(found.minutes.iter().all(known), "{name}, seed {seed}: sensors enough");
            assert_eq!(found.watched, u64::from(last), "{name}, seed {seed}");
        }
    }
}

#[test]
fn a_quiet_week_is_quiet() {
    let size = Size { churn: 1, ..SMALL };
    let found = play(World::new(size, &FOUR, 11), &Vec::new(), 7 * 1440);
    assert_eq!(found.alarms, []);
    assert_eq!(found.watched, 7 * 1440);
}

/// Where every collector falls silent nothing can be said, and the watch says so.
#[test]
fn without_sensors_nothing_is_said() {
    let mut script: Script = (0..7).map(|collector| (20, Action::Gap(collector, true))).collect();
    script.push((30, Action::Withdraw((0..6).collect())));
    let found = play(World::new(SMALL, &FOUR, 5), &script, 60);
    assert_eq!(found.alarms, [], "one collector is not enough for an alarm");
    let last = found.minutes.last().unwrap().ipv4.as_ref().unwrap();
    assert_eq!((last.state, last.visible), (WatchState::TooFewSensors, None));
    let is_blind = |minute: &&WatchMinute| {
        minute.ipv4.as_ref().is_some_and(|family| family.state == WatchState::TooFewSensors)
    };
    let minutes = found.minutes.iter().filter(is_blind).count() as u64;
    assert!((30..60).contains(&minutes), "{minutes}");
    assert!(found.caveats.contains(&WatchCaveat::Blind { minutes, of: 60 }), "{:?}", found.caveats);
}
