//! The routing table: what goes in comes out, in rows that are shared.

use std::collections::BTreeMap;

use arbtest::arbtest;
use demarche_routes::mrt::{self, Peer, PeerIndex, Route, Visitor};
use demarche_routes::{PathTable, Rib};

use crate::mrt_writer::*;

/// The first route of each peer to each prefix, as plain as can be.
#[derive(Default)]
struct Plain {
    peers: Vec<Peer>,
    routes: BTreeMap<(String, String, u32), String>,
}

impl Visitor for Plain {
    fn peer(&mut self, _: PeerIndex, peer: &Peer) {
        self.peers.push(*peer);
    }

    fn route(&mut self, route: &Route, paths: &PathTable) {
        let Peer { address, asn, .. } = self.peers[route.peer.index()];
        let key = (route.prefix.to_string(), address.to_string(), asn.0);
        self.routes.entry(key).or_insert(paths.get(route.path).to_string());
    }
}

fn plain(table: &Rib) -> BTreeMap<(String, String, u32), String> {
    let routes = table.iter().flat_map(|(prefix, atom)| {
        table.atom(atom).iter().map(move |(peer, path)| {
            let peer = &table.peers()[peer.index()].peer;
            let key = (prefix.to_string(), peer.address.to_string(), peer.asn.0);
            (key, table.paths().get(*path).to_string())
        })
    });
    routes.collect()
}

fn table(files: &[(&str, &[u8])]) -> Rib {
    let mut builder = Rib::builder();
    for (collector, file) in files {
        assert!(builder.read(collector, *file).is_whole());
    }
    builder.finish()
}

#[test]
fn every_route_comes_out_as_it_went_in() {
    arbtest(|u| {
        let mut file = peer_table(&[("192.0.2.1", 1), ("192.0.2.2", 2), ("192.0.2.3", 3)]);
        for _ in 0..u.int_in_range(0..=20)? {
            let prefix = format!("{}.0.0.0/8", u.int_in_range(1..=9)?);
            let mut routes = Vec::new();
            for _ in 0..u.int_in_range(0..=4)? {
                let path = [u.int_in_range(1..=2)?, u.int_in_range(1..=2)?];
                routes.push((u.int_in_range(0..=2)?, Some(1), attributes(&path)));
            }
            file.extend(rib(8, &prefix, &routes));
        }
        let mut expected = Plain::default();
        let reading = mrt::read(&file[..], &mut PathTable::new(), &mut expected);
        let table = table(&[("rrc00", &file)]);
        assert_eq!(plain(&table), expected.routes);
        assert_eq!(table.routes(), expected.routes.len() as u64);
        assert_eq!(table.routes() + table.extra_routes(), reading.routes);
        assert!(table.prefixes().is_sorted_by(|left, right| left < right));
        let distinct: std::collections::BTreeSet<_> = table.atoms().collect();
        assert_eq!(distinct.len(), table.atoms().len());
        let counts = table.peers().iter().map(|peer| u64::from(peer.v4_prefixes));
        assert_eq!(counts.sum::<u64>(), table.routes());
        Ok(())
    });
}

#[test]
fn prefixes_with_the_same_routes_share_an_atom() {
    let routes = [(0, None, attributes(&[1, 9])), (1, None, attributes(&[2, 9]))];
    let file = [
        peer_table(&[("192.0.2.1", 1), ("2001:db8::2", 2)]),
        rib(4, "2001:db8::/32", &routes),
        rib(2, "11.0.0.0/8", &routes),
        rib(2, "10.0.0.0/8", &routes[..1]),
        rib(2, "10.0.0.0/16", &routes),
    ];
    let table = table(&[("rrc00", &file.concat())]);
    let prefixes: Vec<_> = table.prefixes().iter().map(ToString::to_string).collect();
    assert_eq!(prefixes, ["10.0.0.0/8", "10.0.0.0/16", "11.0.0.0/8", "2001:db8::/32"]);
    let atoms: Vec<_> = table.rows().iter().map(|atom| atom.0).collect();
    assert_eq!(atoms, [0, 1, 1, 1]);
    assert_eq!(table.find("11.0.0.0/8".parse().unwrap()), Some(table.rows()[1]));
    let [first, second] = table.peers() else { panic!("{:?}", table.peers()) };
    assert_eq!((first.v4_prefixes, first.v6_prefixes), (3, 1));
    assert_eq!((second.v4_prefixes, second.v6_prefixes), (2, 1));
    assert_eq!(table.timestamp(), Some(TIME));
}

#[test]
fn an_early_table_in_any_order_gathers_the_routes_of_a_prefix() {
    let attributes = attribute(2, &sequence_of_two_bytes(&[701]));
    let route =
        |prefix, peer| record(12, 1, &[vec![0; 4], old_entry(prefix, peer, &attributes)].concat());
    let (one, other) = (("192.0.2.1", 1), ("192.0.2.2", 2));
    let file = [
        route("11.0.0.0/8", one),
        route("10.0.0.0/8", one),
        route("10.0.0.0/8", other),
        route("11.0.0.0/8", other),
    ];
    let table = table(&[("rrc00", &file.concat())]);
    assert_eq!((table.prefixes().len(), table.atoms().len(), table.routes()), (2, 1, 4));
}

#[test]
fn peers_are_the_same_if_collector_address_and_network_are() {
    let routes = [(0, None, attributes(&[1, 9]))];
    let file = [peer_table(&[("192.0.2.1", 1)]), rib(2, "10.0.0.0/8", &routes)].concat();
    let one = table(&[("rrc00", &file), ("rrc00", &file)]);
    assert_eq!((one.peers().len(), one.routes(), one.extra_routes()), (1, 1, 1));
    let two = table(&[("rrc00", &file), ("rrc01", &file)]);
    assert_eq!((two.peers().len(), two.routes(), two.extra_routes()), (2, 2, 0));
    assert_eq!(two.peers()[1].collector, "rrc01");
}
