//! Who has which route to whom: all pairs of the internet, in about a second.
//!
//! ```text
//! propagate_all AS_RELATIONSHIPS [count|next-hops|one-by-one]
//! ```
//!
//! `count` sums the routes of every origin by class, and their hops; `next-hops` also writes down the next hop of every AS to every origin, batch after batch in the same memory; `one-by-one` does without batches.

use std::io::BufReader;
use std::num::NonZeroUsize;

use anyhow::{Context, bail};
use demarche_routes::propagate::{Lane, Mask, Memory, Picked, Sink, Sweep};
use demarche_routes::{
    AsIndex, Count, Decompressed, Propagator, Relationships, Restriction, Tally, Topology,
};
use rayon::prelude::*;

/// 256 lanes: measured best of 64 to 1024.
const WIDTH: usize = 4;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let path = arguments.get(1).context("give a CAIDA AS relationship file, compressed or not")?;
    let topology = read(path)?;
    let tallies = match arguments.get(2).map(String::as_str) {
        None | Some("count") => batched(&topology, false),
        Some("next-hops") => batched(&topology, true),
        Some("one-by-one") => one_by_one(&topology),
        Some(other) => bail!("unknown mode `{other}`"),
    };
    let sum = |part: fn(&Tally) -> u64| tallies.iter().map(part).sum::<u64>();
    #[expect(clippy::print_stdout, reason = "an example shows its answer")]
    {
        println!("origins   {:>13}", topology.len());
        println!("routes    {:>13}", sum(Tally::reached));
        println!("customer  {:>13}", sum(|tally| tally.customer));
        println!("peer      {:>13}", sum(|tally| tally.peer));
        println!("provider  {:>13}", sum(|tally| tally.provider));
        println!("hops      {:>13}", sum(|tally| tally.hops));
    }
    Ok(())
}

fn read(path: &str) -> anyhow::Result<Topology> {
    let file = std::fs::File::open(path).with_context(|| format!("cannot open {path}"))?;
    let text = BufReader::new(Decompressed::new(file, NonZeroUsize::MIN));
    let relationships = Relationships::read(text, path);
    if let Some(gap) = relationships.gaps.first() {
        bail!("cannot read all of {path}: {gap:?}");
    }
    Ok(Topology::new(&relationships))
}

fn batched(topology: &Topology, keeps_next_hops: bool) -> Vec<Tally> {
    let sweep = Sweep::new(topology);
    let free = Restriction::none();
    let lane = |origin: &AsIndex| Lane { origin: *origin, restriction: &free };
    let lanes: Vec<Lane<'_>> = sweep.neighbourly().iter().map(lane).collect();
    let rows = if keeps_next_hops { topology.len() * 64 * WIDTH } else { 0 };
    lanes
        .par_chunks(sweep.capacity::<WIDTH>())
        .map_init(
            || (Memory::default(), vec![0; rows]),
            |(memory, rows), batch| {
                let mut count = Count::<WIDTH>::new();
                if keeps_next_hops {
                    rows.fill(0);
                    sweep.run(memory, batch, &mut NextHops { topology, rows, count: &mut count });
                } else {
                    sweep.run(memory, batch, &mut count);
                }
                let mut tallies = count.tallies();
                tallies.truncate(batch.len());
                tallies
            },
        )
        .flatten_iter()
        .collect()
}

/// Writes every next hop down: for each AS a row of AS numbers, one for each lane; 0 where there is no route.
struct NextHops<'r> {
    topology: &'r Topology,
    rows: &'r mut [u32],
    count: &'r mut Count<WIDTH>,
}

impl Sink<WIDTH> for NextHops<'_> {
    fn origin(&mut self, index: AsIndex, lanes: &Mask<WIDTH>) {
        self.count.origin(index, lanes);
    }

    fn picked(&mut self, route: Picked<'_, WIDTH>) {
        self.count.picked(route);
        let via = self.topology.asn(route.via).0;
        let row = &mut self.rows[route.index.get() * 64 * WIDTH..][..64 * WIDTH];
        for (word, mut lanes) in route.lanes.iter().copied().enumerate() {
            while lanes != 0 {
                row[word * 64 + lanes.trailing_zeros() as usize] = via;
                lanes &= lanes - 1;
            }
        }
    }
}

fn one_by_one(topology: &Topology) -> Vec<Tally> {
    let free = Restriction::none();
    let origins: Vec<AsIndex> = topology.ases().collect();
    origins
        .par_iter()
        .map_init(
            || Propagator::new(topology),
            |propagator, index| propagator.run(*index, &free).tally(),
        )
        .collect()
}
