//! Small routing tables in MRT (RFC 6396, `TABLE_DUMP_V2`) and manifests of partials, written by a hand that knows nothing of
//! the reader.

use std::collections::BTreeSet;
use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;

use arbtest::arbitrary::{Result, Unstructured};
use demarche_case::Sha256;
use serde_json::Value;

const TIME: u32 = 1_416_787_200;

/// A peer of a collector: last byte of its address, and its network.
type Peer = (u8, u32);

/// A route: the number of its peer, and its path.
type Entry = (u16, Vec<u32>);

/// A routing table: its peers, and for each prefix the paths by peer.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    peers: Vec<Peer>,
    routes: Vec<(Ipv4Addr, u8, Vec<Entry>)>,
}

impl Table {
    /// A table with two peers and three prefixes, one of them within another.
    pub(crate) fn example(number: u8) -> Self {
        let to = |middle: u32, origin: u32| {
            vec![
                (0, vec![100 + u32::from(number), middle, origin]),
                (1, vec![200 + u32::from(number), middle, origin]),
            ]
        };
        Self {
            peers: vec![(number, 100 + u32::from(number)), (100 + number, 200 + u32::from(number))],
            routes: vec![
                (Ipv4Addr::new(10, 0, 0, 0), 8, to(7, 30)),
                (Ipv4Addr::new(10, 1, 0, 0), 16, to(8, 30)),
                (Ipv4Addr::new(20, 0, 0, 0), 8, to(u32::from(number) + 10, 31)),
            ],
        }
    }

    /// The bytes of the file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut body = vec![0; 6];
        body.extend((self.peers.len() as u16).to_be_bytes());
        for (last, asn) in &self.peers {
            body.extend([2, 0, 0, 0, 1, 192, 0, 2, *last]);
            body.extend(asn.to_be_bytes());
        }
        let mut file = record(1, &body);
        for (number, (address, length, entries)) in (0_u32..).zip(&self.routes) {
            let mut body = number.to_be_bytes().to_vec();
            body.push(*length);
            body.extend(&address.octets()[..usize::from(length.div_ceil(8))]);
            body.extend((entries.len() as u16).to_be_bytes());
            for (peer, path) in entries {
                let mut attributes = vec![0x40, 1, 1, 0, 0x40, 2, (2 + 4 * path.len()) as u8, 2];
                attributes.push(path.len() as u8);
                attributes.extend(path.iter().flat_map(|asn| asn.to_be_bytes()));
                body.extend(peer.to_be_bytes());
                body.extend(TIME.to_be_bytes());
                body.extend((attributes.len() as u16).to_be_bytes());
                body.extend(attributes);
            }
            file.extend(record(2, &body));
        }
        file
    }
}

fn record(subtype: u16, body: &[u8]) -> Vec<u8> {
    let mut record = TIME.to_be_bytes().to_vec();
    record.extend(13_u16.to_be_bytes());
    record.extend(subtype.to_be_bytes());
    record.extend((body.len() as u32).to_be_bytes());
    record.extend(body);
    record
}

/// One to three tables; some of their sessions are the same.
pub(crate) fn some_tables(given: &mut Unstructured<'_>) -> Result<Vec<Table>> {
    (0..given.int_in_range(1..=3)?).map(|_| table(given)).collect()
}

fn table(given: &mut Unstructured<'_>) -> Result<Table> {
    let mut peers = BTreeSet::new();
    for _ in 0..given.int_in_range(1..=4)? {
        let host = given.int_in_range(0..=3_u8)?;
        peers.insert((10 * host + given.int_in_range(0..=1_u8)?, 50 + u32::from(host)));
    }
    let peers: Vec<Peer> = peers.into_iter().collect();
    let mut prefixes = BTreeSet::new();
    for _ in 0..given.int_in_range(1..=6)? {
        let length = *given.choose(&[8, 12, 16, 24])?;
        let bits = u32::from(given.int_in_range(1..=3_u8)?) << 24
            | u32::from(*given.choose(&[0_u8, 16, 17])?) << 16
            | u32::from(*given.choose(&[0_u8, 1])?) << 8;
        let mask = u32::MAX << (32 - u32::from(length));
        prefixes.insert((Ipv4Addr::from(bits & mask), length));
    }
    let mut routes = Vec::new();
    for (address, length) in prefixes {
        let mut entries = Vec::new();
        for (number, (_, asn)) in (0_u16..).zip(&peers) {
            if given.ratio(4, 5)? {
                let mut path = vec![*asn];
                for _ in 0..given.int_in_range(0..=2)? {
                    path.push(given.int_in_range(60..=63_u32)?);
                }
                path.push(given.int_in_range(70..=73_u32)?);
                entries.push((number, path));
            }
        }
        if !entries.is_empty() {
            routes.push((address, length, entries));
        }
    }
    if routes.is_empty() {
        routes.push((Ipv4Addr::new(1, 0, 0, 0), 8, vec![(0, vec![peers[0].1, 70])]));
    }
    Ok(Table { peers, routes })
}

/// Changes a manifest and gives it the hash that it then has, as the documentation says how.
pub(crate) fn rewrite(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut manifest: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    manifest.as_object_mut().unwrap().remove("manifest_sha256");
    change(&mut manifest);
    let text = serde_json::to_string_pretty(&manifest).unwrap();
    let hash = Sha256::of(text.as_bytes());
    let keys = text.strip_suffix("\n}").unwrap();
    fs::write(path, format!("{keys},\n  \"manifest_sha256\": \"{hash}\"\n}}\n")).unwrap();
}

/// Writes a manifest as the version before wrote it, which knew no hash of the manifest.
pub(crate) fn earlier_form(path: &Path) {
    let mut manifest: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    manifest.as_object_mut().unwrap().remove("manifest_sha256");
    manifest["method"] = 1.into();
    fs::write(path, serde_json::to_string_pretty(&manifest).unwrap() + "\n").unwrap();
}
