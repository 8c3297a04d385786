//! A watch that was killed goes on with the same bytes.

use std::io::Cursor;

use demarche_watch::{CheckpointError, Live, Options, Watch, replay};

use crate::days::streams;
use crate::planted::{Action, SMALL, START, World};

const FOUR: [&str; 5] =
    ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "2001:db8::/32"];

fn script() -> Vec<(u32, Action)> {
    vec![
        (10, Action::Down(3)),
        (12, Action::Up(3)),
        (15, Action::Gap(2, true)),
        (25, Action::Gap(2, false)),
        (20, Action::Withdraw(vec![0, 1, 2])),
        (40, Action::Announce(vec![0, 1, 2])),
    ]
}

/// Replays from the start or from a state, and returns the lines; stops after so many with the state.
fn run(watch: &mut Watch, streams: &[Vec<u8>], most: usize) -> Vec<String> {
    let inputs = streams
        .iter()
        .enumerate()
        .map(|(collector, bytes)| {
            (watch.source(&format!("rrc{collector:02}")), Cursor::new(bytes.clone()))
        })
        .collect();
    let mut lines = Vec::new();
    replay(watch, inputs, &mut |_, line| {
        lines.push(serde_json::to_string(line).unwrap());
        lines.len() < most
    });
    lines
}

#[test]
fn a_watch_resumed_anywhere_says_the_same() {
    let mut world = World::new(SMALL, &FOUR, 1);
    let tables = world.tables();
    let streams = streams(&mut world, &script(), 60);
    let start = || Watch::start(world.subject(), &tables, Options::default()).unwrap();
    let mut whole = start();
    let expected = run(&mut whole, &streams, usize::MAX);
    assert_eq!(expected.len(), 60);
    for cut in [1, 11, 14, 20, 21, 22, 39, 41, 59] {
        let mut first = start();
        let mut lines = run(&mut first, &streams, cut);
        let state = first.save();
        drop(first);
        let mut second = Watch::resume(&state, "the planted target").unwrap();
        lines.extend(run(&mut second, &streams, usize::MAX));
        assert_eq!(lines, expected, "cut after {cut}");
        assert_eq!(second.findings(), whole.findings(), "cut after {cut}");
    }
}

#[test]
fn a_live_watch_says_what_a_replay_says() {
    let mut world = World::new(SMALL, &FOUR, 2);
    let tables = world.tables();
    let streams = streams(&mut world, &script(), 60);
    let start = || Watch::start(world.subject(), &tables, Options::default()).unwrap();
    let expected = run(&mut start(), &streams, usize::MAX);
    let mut live = Live::new(start());
    let mut lines = Vec::new();
    let mut places = vec![0; streams.len()];
    // Each collector's records one by one, some ahead of others by less than the grace.
    while places.iter().zip(&streams).any(|(place, stream)| *place < stream.len()) {
        for (collector, stream) in streams.iter().enumerate() {
            for _ in 0..50 {
                let Some(rest) = stream.get(places[collector]..).filter(|rest| !rest.is_empty())
                else {
                    break;
                };
                let length = 12 + u32::from_be_bytes(rest[8..12].try_into().unwrap()) as usize;
                let time = u32::from_be_bytes(rest[..4].try_into().unwrap()) / 60;
                // The slowest of the others.
                let slowest = places.iter().zip(&streams).filter_map(|(place, stream)| {
                    Some(u32::from_be_bytes(stream.get(*place..*place + 4)?.try_into().ok()?) / 60)
                });
                if slowest.min().is_some_and(|slowest| time > slowest) {
                    break;
                }
                live.take(&format!("rrc{collector:02}"), &rest[..length], 0);
                places[collector] += length;
            }
        }
        let reached = live.reached(0).unwrap_or(0);
        live.advance(reached, &mut |_, line| {
            lines.push(serde_json::to_string(line).unwrap());
            true
        });
    }
    let reached = live.reached(0).unwrap_or(0);
    live.advance(reached + 1, &mut |_, line| {
        lines.push(serde_json::to_string(line).unwrap());
        true
    });
    assert_eq!(lines, expected);
}

/// Takes the records of a collector's stream up to a minute.
fn take_until(live: &mut Live, collector: usize, stream: &[u8], minute: u32, now: u64) {
    let mut end = 0;
    while let Some(header) = stream.get(end..end + 12) {
        let time = u32::from_be_bytes(header[..4].try_into().unwrap()) / 60;
        if time > minute {
            break;
        }
        end += 12 + u32::from_be_bytes(header[8..].try_into().unwrap()) as usize;
    }
    live.take(&format!("rrc{collector:02}"), &stream[..end], now);
}

#[test]
fn a_collector_that_stands_still_holds_up_no_minute_and_one_ahead_closes_none() {
    let mut world = World::new(SMALL, &FOUR, 2);
    let tables = world.tables();
    let streams = streams(&mut world, &script(), 60);
    let mut live = Live::new(Watch::start(world.subject(), &tables, Options::default()).unwrap());
    assert_eq!(live.reached(0), None);
    take_until(&mut live, 0, &streams[0], START + 10, 100);
    take_until(&mut live, 1, &streams[1], START + 50, 100);
    assert_eq!(live.reached(100), Some(START + 10), "the clock ahead closes nothing");
    assert_eq!(live.reached(189), Some(START + 10));
    assert_eq!(live.reached(190), None, "no clock goes on");
    live.take("rrc01", &streams[1], 180);
    let last = live.reached(200).unwrap();
    assert!(last > START + 50, "the clock that goes on closes the minutes: {last}");
    // A stranger's message of long ago.
    live.take("bmp-192.0.2.66", &streams[0][..0], 200);
    take_until(&mut live, 0, &streams[0], START + 11, 200);
    assert_eq!(live.reached(201), Some(START + 11), "a clock that goes on counts again");
    assert_eq!(live.reached(269), Some(START + 11));
    assert_eq!(live.latest(), Some(last));
    live.missed(Some("nobody"));
    assert!(!live.watch().collectors().any(|name| name == "nobody"));
}

#[test]
fn a_state_that_was_cut_or_changed_is_refused() {
    let world = World::new(SMALL, &FOUR, 1);
    let watch = Watch::start(world.subject(), &world.tables(), Options::default()).unwrap();
    let state = watch.save();
    let resume = |bytes: &[u8], question: &str| Watch::resume(bytes, question).err();
    assert_eq!(resume(&state, "the planted target"), None);
    assert_eq!(
        resume(&state[..state.len() - 1], "the planted target"),
        Some(CheckpointError::Damaged)
    );
    let mut changed = state.clone();
    changed[100] ^= 1;
    assert_eq!(resume(&changed, "the planted target"), Some(CheckpointError::Damaged));
    assert_eq!(resume(b"", "x"), Some(CheckpointError::Unknown));
    assert!(matches!(resume(&state, "x"), Some(CheckpointError::OtherQuestion { .. })));
}
