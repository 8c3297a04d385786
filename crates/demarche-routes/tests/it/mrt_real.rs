//! Real files of 1999 to 2015, and what other readers make of them.

use std::fs::File;
use std::io::{Cursor, Read};
use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::Command;

use bgpkit_parser::BgpkitParser;
use bgpkit_parser::models::ElemType;
use demarche_case::Prefix;
use demarche_routes::mrt::{Other, Reading};
use demarche_routes::{Decompressed, PathTable, Rib, mrt};

use crate::mrt_log::Log;

const RIB_2000: &str = "rrc00.bview.20000111.0032.gz";
const RIB_2014: &str = "routeviews2.rib.20140523.0600.firstMB.bz2";
const RIB_2015: &str = "routeviews6.rib.20151101.0600.firstMB.bz2";
const UPDATES_1999: &str = "rrc00.updates.19991214.1621.gz";
const UPDATES_2010: &str = "rrc15.updates.20100227.1600.gz";

#[expect(clippy::disallowed_methods, reason = "tests find the real data through the environment")]
fn real(name: &str) -> Option<PathBuf> {
    let default = || concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data").to_owned();
    let folder = PathBuf::from(std::env::var("DEMARCHE_DATA").unwrap_or_else(|_| default()));
    let path = folder.join("routes").join(name);
    if !path.exists() {
        eprintln!("SKIPPED: {} not found", path.display());
        return None;
    }
    Some(path)
}

fn open(name: &str) -> Option<Decompressed<'static>> {
    Some(Decompressed::new(File::open(real(name)?).unwrap(), NonZeroUsize::MIN))
}

/// What can be decompressed; the cut files end with an error.
fn bytes(name: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let _cut = open(name)?.read_to_end(&mut bytes);
    Some(bytes)
}

fn log(name: &str) -> Option<(Vec<String>, Reading)> {
    let mut log = Log::default();
    let reading = mrt::read(open(name)?, &mut PathTable::new(), &mut log);
    log.lines.sort_unstable();
    Some((log.lines, reading))
}

#[test]
fn the_table_of_2000_is_read_whole() {
    let Some(input) = open(RIB_2000) else { return };
    let mut builder = Rib::builder();
    let reading = builder.read("rrc00", input);
    assert!(reading.is_whole(), "{reading:?}");
    assert_eq!((reading.records, reading.routes), (2_490, 452_018));
    assert_eq!(reading.count(Other::DeclaredShort), 2_490);
    let table = builder.finish();
    assert_eq!((table.routes(), table.extra_routes()), (452_018, 0));
    assert_eq!(table.timestamp(), Some(947_550_744));
}

#[test]
fn the_updates_of_1999_and_2010_are_read_whole() {
    for (name, elements, states) in [(UPDATES_1999, 55_489, 27), (UPDATES_2010, 53_786, 20)] {
        let Some((_, reading)) = log(name) else { return };
        assert!(reading.is_whole(), "{reading:?}");
        assert_eq!(reading.announcements + reading.withdrawals, elements);
        assert_eq!(reading.state_changes, states);
        let [open, notification] =
            [Other::Open, Other::Notification].map(|kind| reading.count(kind));
        assert_eq!((open, notification), (1, 1));
    }
}

#[test]
fn the_cut_tables_are_read_to_their_last_whole_record() {
    for (name, routes, end) in [(RIB_2014, 270_005, 15_273_283), (RIB_2015, 149_578, 12_131_168)] {
        let Some((_, reading)) = log(name) else { return };
        assert_eq!(reading.routes, routes);
        assert_eq!(reading.refusals().count(), 0);
        let broken = reading.broken_off().unwrap();
        assert_eq!(broken.offset, end);
        assert!(broken.error.is_some(), "the input is cut while compressed");
        let gaps = reading.gaps(name);
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].place, Some(format!("byte {end}")));
    }
}

/// `bzip2 -dc` keeps back the last 4,550 and 2,997 bytes of what it has decoded when it meets the cut.
#[test]
fn the_cut_tables_as_bzip2_writes_them_have_fewer_routes() {
    for (name, size, routes, end) in
        [(RIB_2014, 15_270_000, 269_914, 15_268_132), (RIB_2015, 12_130_000, 149_561, 12_129_281)]
    {
        let Some(bytes) = bytes(name) else { return };
        let reading = mrt::read(&bytes[..size], &mut PathTable::new(), &mut ());
        assert_eq!(reading.routes, routes);
        let broken = reading.broken_off().unwrap();
        assert_eq!((broken.offset, &broken.error), (end, &None));
    }
}

/// Every element that bgpkit-parser finds, in the words of [`Log`].
fn by_bgpkit(bytes: Vec<u8>) -> Vec<String> {
    let is_table = matches!(bytes.get(5), Some(12 | 13));
    let elements = BgpkitParser::from_reader(Cursor::new(bytes)).into_iter();
    let lines = elements.map(|element| {
        let prefix = element.prefix.prefix.trunc();
        let identifier = element.prefix.path_id.map(|id| format!(" #{id}")).unwrap_or_default();
        let path = element.as_path.map(|path| path.to_string()).unwrap_or_default();
        let (address, asn) = (element.peer_ip, element.peer_asn.to_u32());
        let sign = if is_table { "" } else { "+ " };
        match element.elem_type {
            ElemType::ANNOUNCE => {
                format!("{address} AS{asn} {sign}{prefix}{identifier} via {path}")
            }
            ElemType::WITHDRAW => format!("{address} AS{asn} - {prefix}{identifier}"),
        }
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort_unstable();
    lines
}

#[test]
fn bgpkit_parser_reads_the_same_routes() {
    for name in [RIB_2000, RIB_2014, RIB_2015, UPDATES_1999, UPDATES_2010] {
        let (Some((mut lines, _)), Some(bytes)) = (log(name), bytes(name)) else { return };
        lines.retain(|line| !line.contains(" to "));
        let expected = by_bgpkit(bytes);
        assert_eq!(lines.len(), expected.len(), "{name}");
        let different = lines.iter().zip(&expected).find(|(ours, theirs)| ours != theirs);
        assert_eq!(different, None, "{name}");
    }
}

/// A line of `bgpdump -m` in the words of [`Log`].
fn from_bgpdump(line: &str) -> Option<String> {
    let mut fields = line.split('|');
    let kind = fields.nth(2)?;
    let address: IpAddr = fields.next()?.parse().ok()?;
    let asn = fields.next()?;
    let prefix = fields.next()?.parse::<Prefix>().ok()?.trunc();
    let path = fields.next().unwrap_or_default();
    match kind {
        "B" => Some(format!("{address} AS{asn} {prefix} via {path}")),
        "A" => Some(format!("{address} AS{asn} + {prefix} via {path}")),
        "W" => Some(format!("{address} AS{asn} - {prefix}")),
        _ => None,
    }
}

#[test]
fn bgpdump_reads_the_same_routes_where_it_can_read() {
    for name in [RIB_2014, RIB_2015, UPDATES_2010] {
        let (Some((mut lines, _)), Some(path)) = (log(name), real(name)) else { return };
        let Ok(output) = Command::new("bgpdump").args(["-m", "-v"]).arg(path).output() else {
            return eprintln!("SKIPPED: bgpdump not found");
        };
        lines.retain(|line| !line.contains(" to "));
        let text = String::from_utf8(output.stdout).unwrap();
        let mut expected: Vec<_> = text.lines().filter_map(from_bgpdump).collect();
        expected.sort_unstable();
        assert_eq!(lines.len(), expected.len(), "{name}");
        let different = lines.iter().zip(&expected).find(|(ours, theirs)| ours != theirs);
        assert_eq!(different, None, "{name}");
    }
}
