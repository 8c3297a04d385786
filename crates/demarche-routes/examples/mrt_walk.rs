//! Counts the routes of a raw MRT file, and with `--table` builds a routing table of it.
//!
//! `cargo run --release -p demarche-routes --example mrt_walk -- rib.mrt [--table]`

use std::env;
use std::fs::File;
use std::io::{self, Write};

use demarche_routes::{PathTable, Rib, mrt};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let name = arguments.next().ok_or_else(|| io::Error::other("name an MRT file"))?;
    let input = File::open(&name)?;
    let mut out = io::stdout().lock();
    let reading = if arguments.next().as_deref() == Some("--table") {
        let mut builder = Rib::builder();
        let reading = builder.read(&name, input);
        let table = builder.finish();
        let (peers, prefixes) = (table.peers().len(), table.prefixes().len());
        let (atoms, paths) = (table.atoms().len(), table.paths().len());
        writeln!(out, "{peers} peers, {prefixes} prefixes, {atoms} atoms, {paths} paths")?;
        reading
    } else {
        let mut paths = PathTable::new();
        let reading = mrt::read(input, &mut paths, &mut ());
        writeln!(out, "{} paths", paths.len())?;
        reading
    };
    let mrt::Reading { records, routes, announcements, withdrawals, state_changes, .. } = reading;
    writeln!(out, "{records} records, {routes} routes, {announcements} announcements")?;
    writeln!(out, "{withdrawals} withdrawals, {state_changes} state changes")?;
    for (other, count) in reading.others() {
        writeln!(out, "{count} × {other}")?;
    }
    for gap in reading.gaps(&name) {
        writeln!(out, "{gap:?}")?;
    }
    Ok(())
}
