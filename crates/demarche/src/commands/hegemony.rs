use std::fmt::Write as _;

use demarche_case::assessment::answer::{HegemonyAnswer, OriginHegemony, TableHegemony};
use demarche_case::assessment::routes::Family;
use demarche_routes::depend::{DependOptions, FullFeed, local_hegemony};

use super::read_tables;
use crate::cli::{Hegemony, HegemonyArgs};
use crate::output::{self, Outcome, print};

impl Hegemony {
    /// The options as the engine takes them.
    pub(crate) fn options(&self) -> DependOptions {
        let default = DependOptions::default();
        let full_feed = self.full_feed.map_or(default.full_feed, FullFeed::MoreThan);
        DependOptions { trim: self.trim, full_feed }
    }
}

/// The hegemony of every network towards every origin.
pub(crate) fn run(args: &HegemonyArgs) -> anyhow::Result<Outcome> {
    let read = read_tables(&args.routes, Vec::new())?;
    anyhow::ensure!(
        !read.routing_data.ribs.is_empty(),
        "no routing table was read: hegemony needs one (MRT)"
    );
    let options = args.hegemony.options();
    let mut found = Vec::new();
    for (name, table) in &read.routing_data.ribs {
        for family in [Family::Ipv4, Family::Ipv6] {
            let local = local_hegemony(table, family, &options);
            let origin = |(origin, networks)| OriginHegemony { origin, networks };
            let origins: Vec<OriginHegemony> = local.scores.into_iter().map(origin).collect();
            if !origins.is_empty() {
                let hosts = local.hosts;
                found.push(TableHegemony {
                    table: name.clone(),
                    family,
                    vantage_points: hosts,
                    origins,
                });
            }
        }
    }
    let gaps = read.routing_data.gaps;
    if args.json {
        return output::json(HegemonyAnswer { tables: found }, read.inputs, gaps);
    }
    output::gaps(&gaps);
    print(&csv(&found))?;
    Ok(Outcome::of(&gaps))
}

fn csv(tables: &[TableHegemony]) -> String {
    let mut text = String::from("table,family,origin,network,hegemony\n");
    for table in tables {
        let name = table.table.replace('"', "\"\"");
        let family = if table.family == Family::Ipv4 { 4 } else { 6 };
        for origin in &table.origins {
            for (network, score) in &origin.networks {
                let _ =
                    writeln!(text, "\"{name}\",{family},{},{},{score}", origin.origin.0, network.0);
            }
        }
    }
    text
}
