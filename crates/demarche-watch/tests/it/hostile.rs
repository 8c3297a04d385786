//! Sources that are wrong or hostile: clocks, names without end, and states that were tampered with.

use std::io::Cursor;

use demarche_case::assessment::watch::{WatchCaveat, WatchFindings};
use demarche_case::{GapKind, Sha256};
use demarche_watch::{Live, Options, Watch, replay};

use crate::days::streams;
use crate::planted::{Action, SMALL, START, World, message, other, update_body};

const FOUR: [&str; 5] =
    ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "2001:db8::/32"];

/// The target is dark from the twentieth to the fortieth minute.
fn script() -> Vec<(u32, Action)> {
    let all: Vec<usize> = (0..5).collect();
    vec![(20, Action::Withdraw(all.clone())), (40, Action::Announce(all))]
}

/// A watch over the script, whose streams were changed.
fn found(change: impl Fn(&mut Vec<Vec<u8>>)) -> WatchFindings {
    let mut world = World::new(SMALL, &FOUR, 7);
    let mut watch = Watch::start(world.subject(), &world.tables(), Options::default()).unwrap();
    let mut streams = streams(&mut world, &script(), 60);
    change(&mut streams);
    let inputs = streams.into_iter().enumerate().map(|(collector, bytes)| {
        (watch.source(&format!("rrc{collector:02}")), Cursor::new(bytes))
    });
    let inputs = inputs.collect();
    replay(&mut watch, inputs, &mut |_, _| true);
    watch.findings()
}

/// The alarms with their beginnings and ends.
fn spans(found: &WatchFindings) -> Vec<String> {
    let told = found.alarms.iter().map(|alarm| {
        format!("{:?} {:?} {} {:?}", alarm.family, alarm.kind, alarm.since, alarm.until)
    });
    told.collect()
}

/// The first record of a stream, at another time.
fn at(stream: &[u8], seconds: u32) -> Vec<u8> {
    let length = 12 + u32::from_be_bytes(stream[8..12].try_into().unwrap()) as usize;
    [&seconds.to_be_bytes()[..], &stream[4..length]].concat()
}

/// A record of a session of a stream that announces so many prefixes.
fn announcing(stream: &[u8], seconds: u32, prefixes: u32) -> Vec<u8> {
    let prefixes: Vec<_> = (0..prefixes).map(other).collect();
    let body = [stream[12..32].to_vec(), message(&update_body(&[], &prefixes, &[65_000, 3356]))];
    let body = body.concat();
    let length = u32::try_from(body.len()).unwrap();
    [&seconds.to_be_bytes()[..], &[0, 16, 0, 4], &length.to_be_bytes(), &body].concat()
}

#[test]
fn a_first_record_of_another_century_does_not_set_the_clock() {
    let expected = found(|_| {});
    assert_eq!(expected.alarms.len(), 2);
    for seconds in [0, 1, 0xffff_fff0, 0x8000_0000] {
        let told = found(|streams| {
            for stream in &mut streams[..3] {
                *stream = [at(stream, seconds), stream.clone()].concat();
            }
        });
        assert_eq!(spans(&told), spans(&expected), "{seconds}");
        assert_eq!(told.watched, expected.watched, "{seconds}");
    }
}

#[test]
fn one_record_of_many_prefixes_is_one_record_ahead() {
    let expected = found(|_| {});
    let told = found(|streams| {
        let seconds = (START + 10_000) * 60;
        for stream in streams {
            *stream = [stream.clone(), announcing(stream, seconds, 250)].concat();
        }
    });
    assert_eq!((told.watched, told.alarms), (expected.watched, expected.alarms));
    assert!(told.sources.iter().all(|source| source.ahead == 1), "{:?}", told.sources);
}

#[test]
fn updates_that_come_twice_change_nothing() {
    let expected = found(|_| {});
    let told = found(|streams| {
        for stream in streams {
            let mut twice = Vec::new();
            let mut rest = stream.as_slice();
            while !rest.is_empty() {
                let length = 12 + u32::from_be_bytes(rest[8..12].try_into().unwrap()) as usize;
                twice.extend(&rest[..length]);
                twice.extend(&rest[..length]);
                rest = &rest[length..];
            }
            *stream = twice;
        }
    });
    assert_eq!(told.alarms, expected.alarms);
}

#[test]
fn updates_of_before_the_tables_are_counted_and_not_applied() {
    let told = found(|streams| {
        for stream in streams {
            let early = at(stream, (START - 1) * 60);
            *stream = early.repeat(7);
        }
    });
    assert_eq!((told.watched, told.alarms.len()), (0, 0));
    assert!(
        told.caveats.contains(&WatchCaveat::BeforeTables { updates: 56 }),
        "{:?}",
        told.caveats
    );
}

#[test]
fn a_source_of_endless_sessions_is_followed_so_far() {
    let told = found(|streams| {
        let mut many = Vec::new();
        for number in 0..10_000_u32 {
            let mut record = announcing(&streams[0], (START + 1) * 60, 1);
            record[24..28].copy_from_slice(&number.to_be_bytes());
            many.extend(record);
        }
        streams[0] = [many, streams[0].clone()].concat();
    });
    assert_eq!(told.alarms.len(), 2, "the sessions of the tables count on");
    let unfollowed = told.caveats.iter().find_map(|caveat| match caveat {
        WatchCaveat::TooManySessions { updates } => Some(*updates),
        _ => None,
    });
    assert!(unfollowed.is_some_and(|updates| updates > 5000), "{:?}", told.caveats);
}

#[test]
fn a_source_of_endless_collectors_is_followed_so_far() {
    let world = World::new(SMALL, &FOUR, 7);
    let watch = Watch::start(world.subject(), &world.tables(), Options::default()).unwrap();
    let mut live = Live::new(watch);
    for number in 0..10_000 {
        live.take(&format!("name{number}"), &[], 0);
        live.missed(Some(&format!("name{number}")));
    }
    assert_eq!(live.watch().collectors().count(), 256);
    assert!(live.admit("rrc00"));
    let gaps = live.take_gaps();
    assert!(gaps.len() == 1 && gaps[0].kind == GapKind::Limit && gaps[0].count > 9000, "{gaps:?}");
}

#[test]
fn damage_that_comes_again_and_again_is_one_gap() {
    let world = World::new(SMALL, &FOUR, 7);
    let watch = Watch::start(world.subject(), &world.tables(), Options::default()).unwrap();
    let mut live = Live::new(watch);
    for _ in 0..500 {
        live.take("rrc00", b"this is no record at all, and there is much of it", 0);
    }
    let gaps = live.take_gaps();
    assert!(gaps.len() < 4 && gaps.iter().map(|gap| gap.count).sum::<u64>() >= 500, "{gaps:?}");
}

/// A state with a hash that fits may say anything; what is taken up does not bring the watch down.
#[test]
fn a_state_that_was_tampered_with_is_refused_or_harmless() {
    let world = World::new(SMALL, &["10.0.0.0/23", "10.0.1.0/24"], 7);
    let watch = Watch::start(world.subject(), &world.tables(), Options::default()).unwrap();
    let state = watch.save();
    arbtest::arbtest(|u| {
        let mut body = state[42..].to_vec();
        for _ in 0..u.int_in_range(1..=3)? {
            let place = u.int_in_range(0..=body.len() - 1)?;
            body[place] = u.arbitrary()?;
        }
        let bytes = [&state[..10], &Sha256::of(&body).0, &body].concat();
        if let Ok(mut watch) = Watch::resume(&bytes, "the planted target") {
            let minute = watch.last_minute().map_or(START, |minute| minute.saturating_add(1));
            watch.close(minute);
            drop(watch.findings());
        }
        Ok(())
    });
}
