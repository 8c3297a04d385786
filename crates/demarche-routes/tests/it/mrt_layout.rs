//! Records whose routes are laid out otherwise than their type says, and what a table of unicast routes leaves out.

use demarche_routes::convert::to_csv;
use demarche_routes::mrt::{Other, Reading, Reason};

use crate::mrt_log::log;
use crate::mrt_writer::*;

const PEERS: [(&str, u32); 2] = [("192.0.2.1", 64_501), ("2001:db8::1", 200_000)];

fn refusals(reading: &Reading) -> Vec<(Reason, u64)> {
    reading.refusals().map(|refusal| (refusal.reason, refusal.count)).collect()
}

#[test]
fn identifiers_in_a_table_that_does_not_announce_them_are_recognised() {
    for (subtype, prefix) in [(2, "10.0.0.0/8"), (4, "2001:db8::/32")] {
        for identifiers in [[1, 2], [0, 0x0102_0304], [70_000, 9]] {
            let routes = identifiers.map(|id| (0, Some(id), attributes(&[1, 2])));
            let plain = [(0, None, attributes(&[3]))];
            let file =
                [peer_table(&PEERS), rib(subtype, prefix, &routes), rib(subtype, prefix, &plain)];
            let (lines, reading) = log(&file.concat());
            let expected =
                identifiers.map(|id| format!("192.0.2.1 AS64501 {prefix} #{id} via 1 2"));
            assert_eq!(lines[..2], expected);
            assert_eq!(lines[2], format!("192.0.2.1 AS64501 {prefix} via 3"));
            assert_eq!((reading.count(Other::Unmarked), reading.is_whole()), (1, true));
            assert!(reading.remarks().iter().any(|text| text.contains("ADD-PATH")));
        }
    }
}

#[test]
fn a_table_that_announces_identifiers_and_lacks_them_is_recognised() {
    let routes = [(0, None, attributes(&[1])), (1, None, attributes(&[2]))];
    let (lines, reading) = log(&[peer_table(&PEERS), rib(8, "10.0.0.0/8", &routes)].concat());
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!((reading.count(Other::WithoutIdentifiers), reading.is_whole()), (1, true));
}

#[test]
fn the_routes_of_a_record_that_is_refused_stay_out() {
    // A route of no attributes, and bytes behind it, as a record of another layout reads.
    let routes = [(0, None, vec![]), (0, None, attributes(&[1]))];
    let body = [vec![0; 4], nlri("10.0.0.0/8"), entries(&routes), vec![0; 3]].concat();
    let (lines, reading) = log(&[peer_table(&PEERS), record(13, 2, &body)].concat());
    assert_eq!(lines, Vec::<String>::new());
    assert_eq!(refusals(&reading), [(Reason::Trailing, 1)]);
    // A count that the record does not hold.
    let mut short = [vec![0; 4], nlri("10.0.0.0/8"), entries(&routes)].concat();
    short[7] = 3;
    let (lines, reading) = log(&[peer_table(&PEERS), record(13, 2, &short)].concat());
    assert_eq!(lines, Vec::<String>::new());
    assert_eq!(refusals(&reading), [(Reason::Short, 1)]);
    assert_eq!(reading.routes, 0);
}

#[test]
fn a_prefix_without_attributes_is_not_announced() {
    let body = update_body(&nlri("10.0.0.0/8"), &[], &nlri("11.0.0.0/8"));
    let file = record(16, 4, &[session("192.0.2.1", 64_501, true), message(2, &body)].concat());
    let (lines, reading) = log(&file);
    assert_eq!(lines, ["192.0.2.1 AS64501 - 10.0.0.0/8"], "what is withdrawn stands");
    assert_eq!(refusals(&reading), [(Reason::NoAttributes, 1)]);
}

#[test]
fn what_a_table_of_unicast_routes_leaves_out_is_named() {
    let routes = [(0, None, attributes(&[1])), (0, None, attributes(&[2]))];
    let vpn = [&[0, 0, 0, 0, 0, 1, 128][..], &[88; 12], &entries(&routes)].concat();
    for (file, expected) in [
        (vec![peer_table(&PEERS), rib(3, "10.0.0.0/8", &routes)], "2 multicast routes"),
        (
            vec![peer_table(&PEERS), record(13, 6, &vpn)],
            "1 route of another address family, such as VPN",
        ),
        (vec![record(11, 0, &[0; 20]), record(11, 0, &[0; 20])], "OSPFv2 records"),
        (vec![record(32, 0, &[0; 20]), record(32, 0, &[0; 20])], "ISIS records"),
    ] {
        let mut table = Vec::new();
        let converted = to_csv(&file.concat()[..], &mut table).unwrap();
        assert_eq!(converted.written, 0);
        let gaps = converted.reading.unused("file");
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert!(gaps[0].what.contains(expected), "{expected}: {gaps:?}");
    }
    let (_, reading) = log(&rib(2, "10.0.0.0/8", &routes));
    assert_eq!(reading.unused("file"), []);
}
