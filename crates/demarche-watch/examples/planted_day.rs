//! A planted day as files: tables and updates of eight collectors, from a seed, with an outage in the afternoon.
//!
//! ```text
//! planted_day DIR UPDATES [PREFIXES [MINUTES [SEED]]]
//! ```
//!
//! Writes `rrc00.bview.mrt` and `rrc00.updates.mrt` to `rrc07…`, some so many updates in all.
//! The target AS64600 announces four prefixes of IPv4 and one of IPv6; it is dark for the middle tenth of the time.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;

#[path = "../tests/it/planted.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    reason = "it is written for the tests, which use all of it"
)]
mod planted;

use planted::{Action, SMALL, START, Size, World};

const TARGET: [&str; 5] =
    ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "2001:db8::/32"];

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |place: usize, default: u64| -> anyhow::Result<u64> {
        arguments.get(place).map_or(Ok(default), |text| Ok(text.parse()?))
    };
    let folder = Path::new(arguments.get(1).context("give a folder")?);
    let (updates, others) = (number(2, 1_000_000)?, number(3, 504_000)?);
    let (minutes, seed) = (number(4, 1440)?, number(5, 2014)?);
    let churn = updates / minutes / 41;
    let size = Size { others: u32::try_from(others)?, churn: u32::try_from(churn)?, ..SMALL };
    let mut world = World::new(size, &TARGET, seed);
    let mut files = Vec::new();
    for collector in 0..size.collectors {
        let path = folder.join(format!("rrc{collector:02}.bview.mrt"));
        std::fs::write(path, world.table(collector))?;
        let path = folder.join(format!("rrc{collector:02}.updates.mrt"));
        files.push(BufWriter::new(File::create(path)?));
    }
    let all: Vec<usize> = (0..TARGET.len()).collect();
    let minutes = u32::try_from(minutes)?;
    for minute in 1..=minutes {
        let actions = match minute {
            _ if minute == minutes * 45 / 100 => vec![Action::Withdraw(all.clone())],
            _ if minute == minutes * 55 / 100 => vec![Action::Announce(all.clone())],
            _ => Vec::new(),
        };
        for (file, bytes) in files.iter_mut().zip(world.minute(START + minute, &actions)) {
            file.write_all(&bytes)?;
        }
    }
    for mut file in files {
        file.flush()?;
    }
    #[expect(clippy::print_stdout, reason = "an example shows its answer")]
    {
        println!("{} updates", world.updates);
    }
    Ok(())
}
