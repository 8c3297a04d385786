//! Several routing tables as one picture.
//!
//! Each collector sees the internet from its own peers. Together they are a larger sample of the same thing, as in the Internet Health Report.
//! Tables belong to one picture when their times are within a day; those of other times are pictures of their own.

use std::borrow::Cow;

use demarche_case::Moment;
use demarche_case::assessment::routes::TableTime;

use crate::rib::Rib;

/// The tables of one picture are no further apart than this, in seconds.
const APART: u32 = 86_400;

/// One or more tables, read as one.
pub(crate) struct Picture<'t> {
    /// The names of the files.
    pub(crate) names: Vec<&'t str>,
    pub(crate) table: Cow<'t, Rib>,
    /// The time of each table and the sessions that it adds; empty for a single table.
    pub(crate) times: Vec<TableTime>,
}

impl Picture<'_> {
    /// The name of the source.
    pub(crate) fn name(&self) -> String {
        self.names.join(", ")
    }
}

/// Joins tables of one time; `tables` are in the order of their times.
pub(crate) fn pictures<'t>(tables: &[(&'t str, &'t Rib)], joins: bool) -> Vec<Picture<'t>> {
    let mut groups: Vec<Vec<(&str, &Rib)>> = Vec::new();
    for (name, table) in tables {
        let first = groups.last().and_then(|group| group.first()?.1.timestamp());
        let is_near =
            first.zip(table.timestamp()).is_some_and(|(first, time)| time.abs_diff(first) <= APART);
        match groups.last_mut().filter(|_| is_near && joins) {
            Some(group) => group.push((name, table)),
            None => groups.push(vec![(name, table)]),
        }
    }
    groups.iter().map(|group| picture(group)).collect()
}

fn picture<'t>(group: &[(&'t str, &'t Rib)]) -> Picture<'t> {
    let names = group.iter().map(|(name, _)| *name).collect();
    if let [(_, table)] = group {
        return Picture { names, table: Cow::Borrowed(table), times: Vec::new() };
    }
    let mut builder = Rib::builder();
    for (_, table) in group {
        builder.add(table);
    }
    let joined = builder.finish();
    let of = |(name, table): &(&str, &Rib)| {
        let collectors: Vec<&str> =
            table.peers().iter().map(|peer| peer.collector.as_str()).collect();
        let added =
            joined.peers().iter().filter(|peer| collectors.contains(&peer.collector.as_str()));
        TableTime {
            table: (*name).to_owned(),
            time: table.timestamp().map(Moment::of_unix_seconds),
            sessions: added.count() as u64,
        }
    };
    let times = group.iter().map(of).collect();
    Picture { names, table: Cow::Owned(joined), times }
}
