//! All tables of one question, whatever files they came in.
//!
//! A file is known by what it holds, not by its name: routing tables and updates (MRT), AS relationships,
//! prefixes with their origins, registries' delegations, and lists of AS numbers, in any compression.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::num::NonZeroUsize;

use demarche_case::assessment::routes::RouteSource;
use demarche_case::{Gap, Moment};

use crate::asn_table::AsnTable;
use crate::compressed::Decompressed;
use crate::delegated::Delegations;
use crate::mrt::{Other, Reading};
use crate::organisations::Organisations;
use crate::population::Populations;
use crate::prefix_origins::PrefixOrigins;
use crate::relationships::Relationships;
use crate::rib::Rib;
use crate::shortfall::TableShortfall;

mod kind;

pub use kind::TableKind;

/// The tables that were read, by kind, in the order of reading.
#[derive(Debug, Default)]
pub struct Tables {
    /// Routing tables, each with the name of its file.
    pub ribs: Vec<(String, Rib)>,
    /// Files of AS relationships.
    pub relationships: Vec<(String, Relationships)>,
    /// Files of prefixes with their origins.
    pub origins: Vec<(String, PrefixOrigins)>,
    /// Lists of AS numbers.
    pub asns: Vec<(String, AsnTable)>,
    /// Registries' delegations.
    pub delegations: Vec<(String, Delegations)>,
    /// Organisations and their networks.
    pub organisations: Vec<(String, Organisations)>,
    /// People by network.
    pub populations: Vec<(String, Populations)>,
    /// The routing tables that break off before their end, by the names of their files.
    pub cut_short: BTreeSet<String>,
    /// The kind and size of each file.
    pub sources: Vec<RouteSource>,
    /// The parts that could not be read.
    pub gaps: Vec<Gap>,
}

impl Tables {
    /// Reads one file of any kind and compression; `None` when it is none of the kinds, which is a gap as well.
    ///
    /// `threads` decode bzip2 beside the caller's own.
    pub fn read(
        &mut self,
        name: &str,
        input: impl Read + Send,
        threads: NonZeroUsize,
    ) -> Option<TableKind> {
        // Long enough for the comments at the head of a table, and far below one decompressed block.
        let mut input = BufReader::with_capacity(64 * 1024, Decompressed::new(input, threads));
        let start = match input.fill_buf() {
            Ok(start) => start,
            Err(error) => {
                self.gaps.push(Gap::of(name, &TableShortfall::Undecodable(error)));
                return None;
            }
        };
        let Some(kind) = TableKind::of(start) else {
            let is_empty = start.is_empty();
            let shortfall =
                if is_empty { TableShortfall::Empty } else { TableShortfall::UnknownKind };
            self.gaps.push(Gap::of(name, &shortfall));
            return None;
        };
        self.read_as(kind, name, input);
        Some(kind)
    }

    fn read_as(&mut self, kind: TableKind, name: &str, input: impl BufRead) {
        let (size, date) = match kind {
            TableKind::Mrt => self.read_mrt(name, input),
            TableKind::Relationships => {
                let mut read = Relationships::read(input, name);
                self.gaps.append(&mut read.gaps);
                let size = format!("{} links", read.links.len());
                self.relationships.push((name.to_owned(), read));
                (size, None)
            }
            TableKind::PrefixOrigins => {
                let mut read = PrefixOrigins::read(input, name);
                self.gaps.append(&mut read.gaps);
                let size = format!("{} prefixes", read.origins.len());
                self.origins.push((name.to_owned(), read));
                (size, None)
            }
            TableKind::Asns => {
                let mut read = AsnTable::read(input, name);
                self.gaps.append(&mut read.gaps);
                let size = format!("{} networks", read.entries.len());
                self.asns.push((name.to_owned(), read));
                (size, None)
            }
            TableKind::Organisations => {
                let mut read = Organisations::read(input, name);
                self.gaps.append(&mut read.gaps);
                let size = format!("{} networks", read.len());
                self.organisations.push((name.to_owned(), read));
                (size, None)
            }
            TableKind::Populations => {
                let mut read = Populations::read(input, name);
                self.gaps.append(&mut read.gaps);
                self.populations.push((name.to_owned(), read));
                (String::new(), None)
            }
            TableKind::Delegations => {
                let mut read = Delegations::read(input, name);
                self.gaps.append(&mut read.gaps);
                let size = format!("{} delegations", read.delegations.len());
                let until = read.until.and_then(Moment::of_day);
                self.delegations.push((name.to_owned(), read));
                (size, until)
            }
        };
        let date = date.or_else(|| date_in(name));
        self.sources.push(RouteSource {
            file: name.to_owned(),
            what: kind.to_string(),
            date,
            size,
        });
    }

    /// Adds what was read of other files, behind what is there.
    pub fn append(&mut self, mut right: Self) {
        self.ribs.append(&mut right.ribs);
        self.relationships.append(&mut right.relationships);
        self.origins.append(&mut right.origins);
        self.asns.append(&mut right.asns);
        self.delegations.append(&mut right.delegations);
        self.organisations.append(&mut right.organisations);
        self.populations.append(&mut right.populations);
        self.cut_short.append(&mut right.cut_short);
        self.sources.append(&mut right.sources);
        self.gaps.append(&mut right.gaps);
    }

    fn read_mrt(&mut self, name: &str, input: impl Read) -> (String, Option<Moment>) {
        let mut builder = Rib::builder();
        let reading = builder.read(name, input);
        self.gaps.extend(reading.gaps(name));
        self.gaps.extend(reading.unused(name));
        if reading.broken_off().is_some() {
            self.cut_short.insert(name.to_owned());
        }
        let table = builder.finish();
        let date = table
            .timestamp()
            .or(reading.times.map(|(first, _)| first))
            .map(Moment::of_unix_seconds);
        let size = size_of(&reading, &table);
        if !table.prefixes().is_empty() {
            self.ribs.push((name.to_owned(), table));
        }
        (size, date)
    }
}

fn size_of(reading: &Reading, table: &Rib) -> String {
    let routes = (!table.prefixes().is_empty()).then(|| {
        format!(
            "{} routes to {} prefixes from {} peers",
            table.routes(),
            table.prefixes().len(),
            table.peers().len()
        )
    });
    let updates = reading.announcements + reading.withdrawals;
    let updates = (updates > 0).then(|| format!("{updates} announcements and withdrawals"));
    let identified = reading.count(Other::Unmarked);
    let identified = (identified > 0).then(|| {
        format!("path identifiers (ADD-PATH) recognised in {identified} records that do not announce them")
    });
    [routes, updates, identified].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A date of eight digits in a file name, `20140901.as-rel.txt`, as a day.
fn date_in(name: &str) -> Option<Moment> {
    name.split(|letter: char| !letter.is_ascii_digit())
        .filter(|digits| digits.len() == 8)
        .find_map(|digits| jiff::civil::Date::strptime("%Y%m%d", digits).ok())
        .filter(|date| (1990..2200).contains(&date.year()))
        .and_then(Moment::of_day)
}
