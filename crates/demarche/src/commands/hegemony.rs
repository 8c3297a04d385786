use std::collections::BTreeMap;

use demarche_batch::{Asked, HegemonyRow, Kind, csv};
use demarche_case::Sha256;
use demarche_case::assessment::Input;
use demarche_case::assessment::answer::{FamilyHegemony, HegemonyAnswer, OriginHegemony};
use demarche_case::assessment::routes::Family;
use demarche_routes::depend::{
    DependOptions, FullFeed, LocalHegemony, TableShares, local_hegemony,
};
use demarche_routes::{Rib, span};
use rayon::prelude::*;

use super::read_tables;
use crate::cli::{Hegemony, HegemonyArgs};
use crate::output::{self, Outcome, print};

impl Hegemony {
    /// The options as the engine takes them.
    pub(crate) fn options(&self) -> DependOptions {
        let default = DependOptions::default();
        let full_feed = self.full_feed.map_or(default.full_feed, FullFeed::MoreThan);
        DependOptions { trim: self.trim, full_feed, ..default }
    }
}

/// The hegemony of every network towards every origin, all tables as one picture.
pub(crate) fn run(args: &HegemonyArgs) -> anyhow::Result<Outcome> {
    let mut read = read_tables(&args.routes, Vec::new())?;
    anyhow::ensure!(
        !read.routing_data.ribs.is_empty(),
        "no routing table was read: hegemony needs one (MRT)"
    );
    let tables = by_hash(std::mem::take(&mut read.routing_data.ribs), &read.inputs);
    let options = args.hegemony.options();
    let families = [Family::Ipv4, Family::Ipv6].map(|family| {
        let shares = |(_, table): &(String, Rib)| TableShares::new(table, family, &options);
        let shares: Vec<TableShares> = tables.par_iter().map(shares).collect();
        (family, local_hegemony(&shares, options.trim))
    });
    let gaps = read.routing_data.gaps;
    if args.json {
        return output::json(answer(&tables, families), read.inputs, gaps);
    }
    output::gaps(&gaps);
    print(&text(families))?;
    Ok(Outcome::of(&gaps))
}

/// The tables in the order of their files' hashes, which decides between equals as it does among partials.
fn by_hash(mut tables: Vec<(String, Rib)>, inputs: &[Input]) -> Vec<(String, Rib)> {
    let hashes: BTreeMap<&str, Sha256> =
        inputs.iter().map(|input| (input.path.as_str(), input.sha256)).collect();
    tables.sort_by_key(|(name, _)| hashes.get(name.as_str()).copied());
    tables
}

fn answer(tables: &[(String, Rib)], families: [(Family, LocalHegemony); 2]) -> HegemonyAnswer {
    let of_family = |(family, local): (Family, LocalHegemony)| FamilyHegemony {
        family,
        vantage_points: local.hosts,
        origins: local
            .scores
            .into_iter()
            .map(|(origin, networks)| OriginHegemony { origin, networks })
            .collect(),
    };
    HegemonyAnswer {
        tables: tables.iter().map(|(name, _)| name.clone()).collect(),
        times: span(tables.iter().filter_map(|(_, table)| table.times())),
        families: families
            .into_iter()
            .map(of_family)
            .filter(|family| !family.origins.is_empty())
            .collect(),
    }
}

/// The rows of all families, by origin and then by family.
fn text(families: [(Family, LocalHegemony); 2]) -> String {
    let mut rows: Vec<HegemonyRow> = families
        .into_iter()
        .flat_map(|(family, local)| {
            let row = move |(origin, networks)| HegemonyRow { family, origin, networks };
            local.scores.into_iter().map(row)
        })
        .collect();
    rows.sort_by_key(|row| row.origin);
    let mut text = csv::header(Kind::RoutesHegemony, Asked::trimmed(0.0)).to_owned();
    for row in &rows {
        csv::hegemony_lines(row, &mut text);
    }
    text
}
