//! A table of networks: `asn<TAB>cc<TAB>cc_source<TAB>name`, made from delegation files and lists of names, or the RIPE NCC's list of all names, `asn name, cc`.

use std::fmt;
use std::io::BufRead;

use demarche_case::{Asn, Country, Gap};

use crate::delegated::Registry;
use crate::lines::{Tally, each_line};

/// The source of a network's country.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountrySource {
    /// The delegation statistics of a registry.
    Registry(Registry),
    /// Another list, such as the country at the end of a registered name.
    List(Box<str>),
}

impl fmt::Display for CountrySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registry(registry) => registry.fmt(f),
            Self::List(list) => f.pad(list),
        }
    }
}

/// One network of the table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AsnEntry {
    /// Its number.
    pub asn: Asn,
    /// Its country, and who says so; `None` where nobody does.
    pub country: Option<(Country, CountrySource)>,
    /// The name as registered; empty where there is none.
    pub name: String,
    /// True if the name is from a later list than the table itself (`~` in front of it).
    pub is_later_name: bool,
}

/// A table of networks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AsnTable {
    /// In order of number, each number once.
    pub entries: Vec<AsnEntry>,
    /// The lines that were refused, with the reasons.
    pub gaps: Vec<Gap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum Problem {
    #[error("neither four fields between tabs nor a number, a name and, behind a comma, a country")]
    Fields,
    #[error("not an AS number")]
    Asn,
    #[error("not a country code of two letters")]
    Country,
    #[error("a second line on the same network; the first stands")]
    Repeated,
}

impl AsnTable {
    /// Reads a decompressed table; `name` is what gaps call it.
    ///
    /// Whatever cannot be read becomes a gap and the rest is kept.
    /// The line on AS 0 is passed over: registries list it, but it is no network.
    ///
    /// ```
    /// # use demarche_routes::AsnTable;
    /// let table = AsnTable::read("131279\tKP\tapnic\tSTAR-KP Ryugyong-dong\n".as_bytes(), "asn.tsv");
    /// assert_eq!(table.entries[0].name, "STAR-KP Ryugyong-dong");
    /// ```
    pub fn read(source: impl BufRead, name: &str) -> Self {
        let mut lines: Vec<(AsnEntry, u64)> = Vec::new();
        let mut tally = Tally::default();
        let line_gaps = each_line(source, name, |number, line| {
            if line.is_empty() || line.starts_with('#') {
                return;
            }
            match entry(line) {
                Ok(entry) if entry.asn == Asn(0) => {}
                Ok(entry) => lines.push((entry, number)),
                Err(problem) => tally.note(problem, number, line),
            }
        });
        lines.sort_by_key(|(entry, number)| (entry.asn, *number));
        lines.dedup_by(|(later, number), (first, _)| {
            let is_repeated = later.asn == first.asn;
            if is_repeated {
                tally.note(Problem::Repeated, *number, &later.asn.to_string());
            }
            is_repeated
        });
        let mut gaps = tally.into_gaps(name);
        gaps.extend(line_gaps);
        Self { entries: lines.into_iter().map(|(entry, _)| entry).collect(), gaps }
    }

    /// The entry of a network.
    #[must_use]
    pub fn get(&self, asn: Asn) -> Option<&AsnEntry> {
        let index = self.entries.binary_search_by_key(&asn, |entry| entry.asn).ok()?;
        self.entries.get(index)
    }
}

/// The name of the RIPE NCC's list of all AS names, as the source of a country.
const NAMES: &str = "asnames";

fn entry(line: &str) -> Result<AsnEntry, Problem> {
    if !line.contains('\t') {
        return named(line);
    }
    let mut fields = line.splitn(4, '\t');
    let (Some(asn), Some(cc), Some(list), Some(name)) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(Problem::Fields);
    };
    let asn = asn.trim().parse().map_err(|_| Problem::Asn)?;
    let country = match cc.trim() {
        "" => None,
        cc => Some((cc.parse().map_err(|_| Problem::Country)?, country_source(list.trim()))),
    };
    let name = name.trim();
    let later = name.strip_prefix('~');
    let text = later.unwrap_or(name).trim().to_owned();
    Ok(AsnEntry { asn, country, name: text, is_later_name: later.is_some() })
}

/// A line of the RIPE NCC's list: `3333 RIPE-NCC-AS Reseaux IP Europeens, NL`, with `ZZ` where there is no country.
fn named(line: &str) -> Result<AsnEntry, Problem> {
    let (asn, rest) = line.split_once(' ').ok_or(Problem::Fields)?;
    let (name, cc) = rest.rsplit_once(", ").ok_or(Problem::Fields)?;
    let asn = asn.parse().map_err(|_| Problem::Asn)?;
    let country = match cc.trim() {
        "ZZ" => None,
        cc => Some((cc.parse().map_err(|_| Problem::Country)?, CountrySource::List(NAMES.into()))),
    };
    Ok(AsnEntry { asn, country, name: name.trim().to_owned(), is_later_name: false })
}

fn country_source(list: &str) -> CountrySource {
    list.parse().map_or_else(|_| CountrySource::List(list.into()), CountrySource::Registry)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> AsnTable {
        AsnTable::read(text.as_bytes(), "table")
    }

    #[test]
    fn a_later_name_is_flagged() {
        let read = read("# asn\tcc\tcc_source\tname\n171\tUS\tasnames2016\t~SOX-RES\n");
        let entry = read.get(Asn(171)).unwrap();
        assert_eq!((entry.name.as_str(), entry.is_later_name), ("SOX-RES", true));
        assert_eq!(entry.country.as_ref().unwrap().1, CountrySource::List("asnames2016".into()));
    }

    #[test]
    fn an_entry_without_country_or_name_is_kept() {
        let read = read("7\t\t\t\n0\t\t\t-Private-\n");
        assert_eq!((read.entries.len(), read.gaps.len()), (1, 0));
        assert_eq!(read.entries[0].country, None);
    }

    #[test]
    fn the_list_of_all_names_is_read() {
        let read =
            read("0 -Reserved AS-, ZZ\n3333 RIPE-NCC-AS Reseaux IP, Amsterdam, NL\n7 x\n8 y, ZZ\n");
        let entry = read.get(Asn(3333)).unwrap();
        assert_eq!(entry.name, "RIPE-NCC-AS Reseaux IP, Amsterdam");
        assert_eq!(entry.country, Some(("NL".parse().unwrap(), CountrySource::List(NAMES.into()))));
        assert_eq!(read.get(Asn(8)).unwrap().country, None);
        assert_eq!((read.entries.len(), read.gaps.len()), (2, 1));
    }

    #[test]
    fn bad_and_repeated_lines_are_named() {
        let read = read("7\tSE\n7\tSE\tripencc\ta\n7\tSE\tripencc\tb\n8\tSWE\tx\ty\nx\tSE\tx\ty\n");
        assert_eq!(read.entries.len(), 1);
        assert_eq!(read.entries[0].name, "a");
        let places: Vec<_> = read.gaps.iter().filter_map(|gap| gap.place.as_deref()).collect();
        assert_eq!(places, ["line 1", "line 5", "line 4", "line 3"]);
    }
}
