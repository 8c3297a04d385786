//! Each record type as its RFC lays it out, the defects of old files, and refusals.

use std::io::{self, Read};

use demarche_routes::PathTable;
use demarche_routes::mrt::{self, Other, Reading, Reason, RecordType};

use crate::mrt_log::log;
use crate::mrt_writer::*;

const PEERS: [(&str, u32); 3] = [("192.0.2.1", 64_501), ("2001:db8::1", 200_000), ("0.0.0.0", 0)];

fn refusals(reading: &Reading) -> Vec<(Reason, u64, u64)> {
    reading
        .refusals()
        .map(|refusal| (refusal.reason, refusal.count, refusal.first_offset))
        .collect()
}

fn update(subtype: u16, is_wide: bool, body: &[u8]) -> Vec<u8> {
    let message = message(2, body);
    record(16, subtype, &[session("192.0.2.1", 64_501, is_wide), message].concat())
}

#[test]
fn a_table_of_both_families_is_delivered_with_its_peers() {
    let file = [
        peer_table(&PEERS),
        rib(2, "198.51.100.0/24", &[(0, None, attributes(&[64_501, 131_279]))]),
        rib(
            4,
            "2001:db8:7::/48",
            &[(1, None, attributes(&[200_000])), (0, None, attributes(&[1]))],
        ),
        rib(2, "0.0.0.0/0", &[(2, None, attributes(&[0]))]),
    ];
    let (lines, reading) = log(&file.concat());
    assert_eq!(
        lines,
        [
            "192.0.2.1 AS64501 198.51.100.0/24 via 64501 131279",
            "2001:db8::1 AS200000 2001:db8:7::/48 via 200000",
            "192.0.2.1 AS64501 2001:db8:7::/48 via 1",
            "0.0.0.0 AS0 0.0.0.0/0 via 0",
        ]
    );
    assert!(reading.is_whole());
    assert_eq!((reading.records, reading.routes), (4, 4));
    assert_eq!(reading.times, Some((TIME, TIME)));
}

#[test]
fn path_identifiers_stand_before_the_attributes() {
    let routes = [(0, Some(7), attributes(&[1])), (0, Some(9), attributes(&[2]))];
    let generic = [&[0, 0, 0, 0, 0, 1, 1][..], &nlri("10.0.0.0/8"), &entries(&routes)].concat();
    let file = [
        peer_table(&PEERS),
        rib(8, "10.0.0.0/8", &routes),
        rib(10, "2001:db8::/32", &routes),
        record(13, 12, &generic),
    ];
    let (lines, reading) = log(&file.concat());
    let of_prefix = |prefix| {
        [(7, 1), (9, 2)].map(|(id, via)| format!("192.0.2.1 AS64501 {prefix} #{id} via {via}"))
    };
    let expected = ["10.0.0.0/8", "2001:db8::/32", "10.0.0.0/8"].map(of_prefix);
    assert_eq!(lines, expected.concat());
    assert!(reading.is_whole());
}

#[test]
fn routes_of_other_families_are_counted() {
    let routes = [(0, None, attributes(&[1])), (0, None, attributes(&[2]))];
    let vpn = [&[0, 0, 0, 0, 0, 1, 128][..], &[88; 12], &entries(&routes)].concat();
    let file = [peer_table(&PEERS), rib(3, "10.0.0.0/8", &routes), record(13, 6, &vpn)];
    let (lines, reading) = log(&file.concat());
    assert!(lines.is_empty() && reading.is_whole());
    assert_eq!(reading.count(Other::Multicast), 2);
    assert_eq!(reading.count(Other::OtherFamily), 1);
}

#[test]
fn an_early_table_has_its_peers_in_the_routes() {
    let attributes = attribute(2, &sequence_of_two_bytes(&[701, 1239]));
    let v4 = old_entry("10.0.0.0/8", ("192.0.2.1", 701), &attributes);
    let v6 = old_entry("2001:db8::/32", ("2001:db8::1", 702), &attributes);
    let file =
        [record(12, 1, &[vec![0; 4], v4].concat()), record(12, 2, &[vec![0; 4], v6].concat())];
    let (lines, reading) = log(&file.concat());
    assert_eq!(
        lines,
        ["192.0.2.1 AS701 10.0.0.0/8 via 701 1239", "2001:db8::1 AS702 2001:db8::/32 via 701 1239"]
    );
    assert!(reading.is_whole());
}

/// A record of many routes that declares a length four bytes short, as those of 2000 do.
fn short_record(prefixes: &[&str]) -> Vec<u8> {
    let attributes = attribute(2, &sequence_of_two_bytes(&[701, 1239]));
    let entry = |prefix: &&str| old_entry(prefix, ("192.0.2.1", 701), &attributes);
    let body = [vec![0; 4], prefixes.iter().flat_map(entry).collect()].concat();
    let mut record = record(12, 1, &body);
    record[8..12].copy_from_slice(&u32::try_from(body.len() - 4).unwrap().to_be_bytes());
    record
}

#[test]
fn early_records_that_declare_four_bytes_too_few_are_read_whole() {
    let file = [short_record(&["10.0.0.0/8", "11.0.0.0/8"]), short_record(&["12.0.0.0/8"])];
    let (lines, reading) = log(&file.concat());
    assert_eq!(lines.len(), 3);
    assert!(reading.is_whole());
    assert_eq!(reading.count(Other::DeclaredShort), 2);
}

#[test]
fn a_two_byte_table_gets_the_wide_numbers_of_its_as4_path() {
    let path = attribute(2, &sequence_of_two_bytes(&[701, 23_456]));
    let as4 = attribute(17, &sequence(&[131_279]));
    let entry = old_entry("10.0.0.0/8", ("192.0.2.1", 701), &[path, as4].concat());
    let (lines, _) = log(&record(12, 1, &[vec![0; 4], entry].concat()));
    assert_eq!(lines, ["192.0.2.1 AS701 10.0.0.0/8 via 701 131279"]);
}

#[test]
fn an_update_withdraws_and_announces_in_both_families() {
    let reach = [&[0, 2, 1, 16][..], &[0; 16], &[0], &nlri("2001:db8:1::/48")].concat();
    let unreach = [&[0, 2, 1][..], &nlri("2001:db8:2::/48")].concat();
    let attributes = [attribute(14, &reach), attributes(&[64_501, 7]), attribute(15, &unreach)];
    let body = update_body(&nlri("10.0.0.0/8"), &attributes.concat(), &nlri("11.0.0.0/8"));
    for subtype in [4, 7] {
        let (lines, reading) = log(&update(subtype, true, &body));
        assert_eq!(
            lines,
            [
                "192.0.2.1 AS64501 - 10.0.0.0/8",
                "192.0.2.1 AS64501 - 2001:db8:2::/48",
                "192.0.2.1 AS64501 + 11.0.0.0/8 via 64501 7",
                "192.0.2.1 AS64501 + 2001:db8:1::/48 via 64501 7",
            ]
        );
        assert_eq!((reading.announcements, reading.withdrawals), (2, 2));
    }
}

#[test]
fn updates_of_sessions_with_path_identifiers_have_them() {
    let announced = [&[0, 0, 0, 5][..], &nlri("11.0.0.0/8")].concat();
    let withdrawn = [&[0, 0, 0, 6][..], &nlri("10.0.0.0/8")].concat();
    let body = update_body(&withdrawn, &attributes(&[1]), &announced);
    let expected = ["192.0.2.1 AS64501 - 10.0.0.0/8 #6", "192.0.2.1 AS64501 + 11.0.0.0/8 #5 via 1"];
    for subtype in [9, 11] {
        assert_eq!(log(&update(subtype, true, &body)).0, expected);
    }
    let body = update_body(&withdrawn, &attribute(2, &sequence_of_two_bytes(&[1])), &announced);
    for subtype in [8, 10] {
        assert_eq!(log(&update(subtype, false, &body)).0, expected);
    }
}

#[test]
fn states_seven_and_eight_are_quaggas_and_extended_time_has_microseconds() {
    let body = [session("2001:db8::1", 200_000, true), vec![0, 7, 0, 8]].concat();
    let extended = [123_456_u32.to_be_bytes().to_vec(), body.clone()].concat();
    let (lines, reading) = log(&[record(16, 5, &body), record(17, 5, &extended)].concat());
    assert_eq!(
        lines,
        [
            format!("2001:db8::1 AS200000 Clearing to Deleted at {TIME}.000000"),
            format!("2001:db8::1 AS200000 Clearing to Deleted at {TIME}.123456"),
        ]
    );
    assert_eq!(reading.state_changes, 2);
}

#[test]
fn records_of_early_zebra_without_addresses_are_counted() {
    let state_change = record(16, 0, &[2, 189, 0, 1, 0, 3, 0, 2]);
    let keepalive = record(16, 1, &[vec![2, 189, 0, 1], message(4, &[])].concat());
    let (_, reading) = log(&[state_change, keepalive].concat());
    assert!(reading.is_whole());
    assert_eq!(reading.count(Other::WithoutAddresses), 2);
}

#[test]
fn the_deprecated_type_is_read() {
    let session = [2, 189, 192, 0, 2, 1];
    let sessions = [&session[..], &[0, 1, 192, 0, 2, 9]].concat();
    let path = attribute(2, &sequence_of_two_bytes(&[701]));
    let update = update_body(&nlri("10.0.0.0/8"), &path, &nlri("11.0.0.0/8"));
    let file = [
        record(5, 1, &[&sessions[..], &update].concat()),
        record(5, 3, &[&session[..], &[0, 6, 0, 1]].concat()),
        record(5, 5, &[&sessions[..], &[4]].concat()),
        record(5, 6, &[&sessions[..], &[6, 0]].concat()),
        record(5, 7, &sessions),
        record(5, 4, &sessions),
    ];
    let (lines, reading) = log(&file.concat());
    assert_eq!(
        lines,
        [
            "192.0.2.1 AS701 - 10.0.0.0/8".to_owned(),
            "192.0.2.1 AS701 + 11.0.0.0/8 via 701".to_owned(),
            format!("192.0.2.1 AS701 Established to Idle at {TIME}.000000"),
        ]
    );
    let kinds = [Other::Open, Other::Notification, Other::Keepalive, Other::OldBgp];
    assert_eq!(kinds.map(|kind| reading.count(kind)), [1; 4]);
    assert!(reading.is_whole());
}

#[test]
fn records_that_hold_no_routes_are_counted_by_name() {
    let file = [record(1, 0, b"start"), record(11, 0, &[0; 20]), record(16, 3, &[0; 9])].concat();
    let (_, reading) = log(&file);
    assert!(reading.is_whole());
    assert_eq!(reading.count(Other::Record(RecordType::Start)), 1);
    assert_eq!(reading.count(Other::Record(RecordType::Ospfv2)), 1);
    assert_eq!(reading.count(Other::OldSnapshot), 1);
}

#[test]
fn a_route_without_a_path_is_delivered_and_counted() {
    let file = [
        peer_table(&PEERS),
        rib(2, "10.0.0.0/8", &[(0, None, attribute(1, &[0])), (1, None, attribute(2, &[]))]),
    ];
    let (lines, reading) = log(&file.concat());
    assert_eq!(
        lines,
        ["192.0.2.1 AS64501 10.0.0.0/8 via ", "2001:db8::1 AS200000 10.0.0.0/8 via "]
    );
    assert_eq!(reading.count(Other::WithoutPath), 1);
}

#[test]
fn a_path_may_be_as_long_as_an_attribute() {
    let path = [2, 255].into_iter().chain([9; 1020]).cycle().take(1022 * 64).collect::<Vec<_>>();
    let file = [peer_table(&PEERS), rib(2, "10.0.0.0/8", &[(0, None, attribute(2, &path))])];
    let (lines, reading) = log(&file.concat());
    assert!(reading.is_whole());
    assert_eq!(lines.concat().matches("151587081").count(), 255 * 64);
}

#[test]
fn one_bad_route_costs_no_other() {
    let good = attributes(&[1]);
    let peers = peer_table(&PEERS);
    let at = peers.len() as u64;
    let bad_path = attribute(2, &[9, 1, 0, 0, 0, 1]);
    let cut = vec![0x40, 1, 1, 0, 0x40, 2, 99];
    let routes = [(0, None, good.clone()), (9, None, good.clone()), (1, None, bad_path)];
    let more = [(0, None, cut), (1, None, good)];
    let file = [peers, rib(2, "10.0.0.0/8", &[&routes[..], &more].concat())].concat();
    let (lines, reading) = log(&file);
    assert_eq!(
        lines,
        ["192.0.2.1 AS64501 10.0.0.0/8 via 1", "2001:db8::1 AS200000 10.0.0.0/8 via 1"]
    );
    assert_eq!(
        refusals(&reading),
        [(Reason::Peer, 1, at), (Reason::Attributes, 1, at), (Reason::AsPath, 1, at)]
    );
    let gaps = reading.gaps("rib");
    assert_eq!(gaps.len(), 3);
    assert_eq!(gaps[0].place, Some(format!("byte {at}")));
}

#[test]
fn withdrawals_stand_though_the_path_is_malformed() {
    let body = update_body(&nlri("10.0.0.0/8"), &attribute(2, &[2, 9]), &nlri("11.0.0.0/8"));
    let (lines, reading) = log(&update(4, true, &body));
    assert_eq!(lines, ["192.0.2.1 AS64501 - 10.0.0.0/8"]);
    assert_eq!(refusals(&reading), [(Reason::AsPath, 1, 0)]);
}

#[test]
fn malformed_records_are_refused_each_for_its_reason() {
    let state = [session("192.0.2.1", 1, true), vec![0, 9, 0, 1]].concat();
    let mut family = session("192.0.2.1", 1, true);
    family[11] = 9;
    let bodies: [(u16, u16, Vec<u8>, Reason); 6] = [
        (13, 99, vec![0; 9], Reason::Subtype),
        (13, 2, [vec![0; 4], vec![33, 1, 1, 1, 1, 1, 0, 0]].concat(), Reason::PrefixLength),
        (13, 2, vec![0; 6], Reason::Short),
        (16, 5, state, Reason::State),
        (16, 5, family, Reason::Family),
        (16, 4, [session("192.0.2.1", 1, true), message(77, &[])].concat(), Reason::Message),
    ];
    for (kind, subtype, body, reason) in bodies {
        let (_, reading) = log(&record(kind, subtype, &body));
        assert_eq!(refusals(&reading), [(reason, 1, 0)]);
    }
}

#[test]
fn a_claim_of_gigabytes_costs_its_own_record_alone() {
    let peers = peer_table(&PEERS);
    let route = rib(2, "10.0.0.0/8", &[(0, None, attributes(&[1]))]);
    for claim in [u32::MAX, 1 << 20] {
        let mut forged = route.clone();
        forged[8..12].copy_from_slice(&claim.to_be_bytes());
        let at = (peers.len() + route.len()) as u64;
        let file = [&peers, &route, &forged, &route, &route].map(Vec::as_slice).concat();
        let (lines, reading) = log(&file);
        assert_eq!(lines.len(), 3);
        assert_eq!(refusals(&reading), [(Reason::Oversized, 1, at)]);
        assert_eq!(reading.skipped(), route.len() as u64);
        assert_eq!(reading.broken_off(), None);
    }
}

#[test]
fn a_length_that_reaches_into_the_next_records_hides_none() {
    let peers = peer_table(&PEERS);
    let route = rib(2, "10.0.0.0/8", &[(0, None, attributes(&[1]))]);
    let mut forged = route.clone();
    let length = u32::try_from(route.len() + 17).unwrap();
    forged[8..12].copy_from_slice(&length.to_be_bytes());
    let (lines, reading) = log(&[&peers[..], &forged, &route, &route].concat());
    assert_eq!(lines.len(), 3);
    assert_eq!(refusals(&reading), [(Reason::Trailing, 1, peers.len() as u64)]);
}

#[test]
fn rubbish_between_records_is_passed_over_and_counted() {
    let route = rib(2, "10.0.0.0/8", &[(0, None, attributes(&[1]))]);
    let file = [peer_table(&PEERS), vec![0xab; 1000], route.clone(), route].concat();
    let (lines, reading) = log(&file);
    assert_eq!(lines.len(), 2);
    assert_eq!(reading.skipped(), 1000);
    assert_eq!(refusals(&reading).len(), 1);
}

#[test]
fn a_cut_file_says_where_it_breaks_off() {
    let whole = [peer_table(&PEERS), rib(2, "10.0.0.0/8", &[(0, None, attributes(&[1]))])].concat();
    let file = [whole.clone(), rib(2, "11.0.0.0/8", &[])].concat();
    for left in 1..file.len() - whole.len() {
        let (lines, reading) = log(&file[..whole.len() + left]);
        assert_eq!(lines.len(), 1);
        let broken = reading.broken_off().unwrap();
        assert_eq!((broken.offset, broken.left), (whole.len() as u64, left as u64));
        assert_eq!(reading.gaps("rib").len(), 1);
        assert_eq!(reading.gaps("rib")[0].place, Some(format!("byte {}", whole.len())));
    }
}

#[test]
fn an_input_that_fails_keeps_what_was_read_and_its_words() {
    struct Fails;
    impl Read for Fails {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("block 7 is damaged"))
        }
    }
    let whole = [peer_table(&PEERS), rib(2, "10.0.0.0/8", &[(0, None, attributes(&[1]))])].concat();
    for left in [0, 5, 19] {
        let next = rib(2, "11.0.0.0/8", &[]);
        let input = whole.chain(&next[..left]).chain(Fails);
        let reading = mrt::read(input, &mut PathTable::new(), &mut ());
        assert_eq!(reading.routes, 1);
        let broken = reading.broken_off().unwrap();
        assert_eq!((broken.offset, broken.left), (whole.len() as u64, left as u64));
        assert_eq!(broken.error.as_deref(), Some("block 7 is damaged"));
        assert!(reading.gaps("rib")[0].what.ends_with("block 7 is damaged"));
    }
}
