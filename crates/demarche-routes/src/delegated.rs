//! Delegation statistics of the regional internet registries, `delegated` and `delegated-extended`.
//!
//! Source of the format: "RIR statistics exchange format", version 2, as the registries publish it.
//! One line is `registry|cc|type|start|value|date|status`, in the extended form with `|opaque-id` and extensions.

use std::collections::BTreeMap;
use std::fmt;
use std::io::BufRead;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use demarche_case::{Asn, Country, Gap, Prefix};
use ipnet::{Ipv4Subnets, Ipv6Net};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::lines::{Tally, each_line};
use crate::shortfall::TableShortfall;

/// The registry that keeps the statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// Africa.
    Afrinic,
    /// Asia and the Pacific.
    Apnic,
    /// Canada, the United States and parts of the Caribbean.
    Arin,
    /// The Internet Assigned Numbers Authority itself.
    Iana,
    /// Latin America and the Caribbean.
    Lacnic,
    /// Europe, the Middle East and Central Asia.
    RipeNcc,
}

impl Registry {
    /// The name as the files write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Afrinic => "afrinic",
            Self::Apnic => "apnic",
            Self::Arin => "arin",
            Self::Iana => "iana",
            Self::Lacnic => "lacnic",
            Self::RipeNcc => "ripencc",
        }
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text is not the name of a registry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a registry: `{0}`")]
pub struct RegistryError(String);

impl FromStr for Registry {
    type Err = RegistryError;

    fn from_str(text: &str) -> Result<Self, RegistryError> {
        [Self::Afrinic, Self::Apnic, Self::Arin, Self::Iana, Self::Lacnic, Self::RipeNcc]
            .into_iter()
            .find(|registry| registry.name().eq_ignore_ascii_case(text))
            .ok_or_else(|| RegistryError(text.to_owned()))
    }
}

/// The state of a resource at its registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Given to an operator who may give parts of it on.
    Allocated,
    /// Given to its user.
    Assigned,
    /// Not given to anybody (extended files only).
    Available,
    /// Held back (extended files only).
    Reserved,
}

impl Status {
    /// Returns true if somebody holds the resource.
    #[must_use]
    pub fn is_held(self) -> bool {
        matches!(self, Self::Allocated | Self::Assigned)
    }
}

/// A delegated resource; ranges include both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// AS numbers.
    Asns {
        /// The first of them.
        first: Asn,
        /// The last of them.
        last: Asn,
    },
    /// IPv4 addresses; their number need not be a power of two.
    Ipv4 {
        /// The first of them.
        first: Ipv4Addr,
        /// The last of them.
        last: Ipv4Addr,
    },
    /// An IPv6 prefix, without host bits.
    Ipv6(Ipv6Net),
}

impl Resource {
    /// The fewest prefixes that cover the addresses and nothing else, in order; none for AS numbers.
    pub fn prefixes(self) -> impl Iterator<Item = Prefix> {
        let (ipv4, ipv6) = match self {
            Self::Asns { .. } => (None, None),
            Self::Ipv4 { first, last } => (Some(Ipv4Subnets::new(first, last, 0)), None),
            Self::Ipv6(prefix) => (None, Some(prefix)),
        };
        ipv4.into_iter().flatten().map(Prefix::V4).chain(ipv6.map(Prefix::V6))
    }
}

/// One line of the statistics.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Delegation {
    /// The resource.
    pub resource: Resource,
    /// The registry that keeps it.
    pub registry: Registry,
    /// The country of the holder; `None` where nobody holds it or the file does not say.
    pub country: Option<Country>,
    /// The day of the first delegation; `None` where the file does not say.
    pub date: Option<Date>,
    /// The state of the resource.
    pub status: Status,
    /// The same for all resources of one holder within a file (extended files only).
    pub holder: Option<Box<str>>,
}

/// One file of delegation statistics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delegations {
    /// The publisher of the file, by its header; `None` where it has none.
    pub registry: Option<Registry>,
    /// The last day it covers, by its header.
    pub until: Option<Date>,
    /// The delegations, in order of resource.
    pub delegations: Vec<Delegation>,
    /// The lines that were refused, with the reasons; also a gap where a summary promises another number of lines than were read.
    pub gaps: Vec<Gap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum Problem {
    #[error("not seven or more fields between `|`")]
    Fields,
    #[error("not the name of a registry")]
    Registry,
    #[error("not a country code of two letters")]
    Country,
    #[error("not a type of resource, `asn`, `ipv4` or `ipv6`")]
    Type,
    #[error("not a start of that type")]
    Start,
    #[error("not a count, or one that leaves the number space")]
    Value,
    #[error("the IPv6 prefix has host bits, which were cleared")]
    HostBits,
    #[error("not a date, YYYYMMDD")]
    Date,
    #[error("not a status")]
    Status,
}

impl Delegations {
    /// Reads a decompressed file of statistics; `name` is what gaps call it.
    ///
    /// Whatever cannot be read becomes a gap and the rest is kept.
    ///
    /// ```
    /// # use demarche_routes::Delegations;
    /// let line = "apnic|KP|ipv4|175.45.176.0|1024|20091221|allocated\n";
    /// let read = Delegations::read(line.as_bytes(), "delegated-apnic");
    /// let prefixes: Vec<_> = read.delegations[0].resource.prefixes().collect();
    /// assert_eq!(prefixes, ["175.45.176.0/22".parse()?]);
    /// # Ok::<(), ipnet::AddrParseError>(())
    /// ```
    pub fn read(source: impl BufRead, name: &str) -> Self {
        let mut reading = Reading::default();
        let line_gaps = each_line(source, name, |number, line| reading.line(number, line));
        reading.finish(name, line_gaps)
    }
}

#[derive(Default)]
struct Reading {
    read: Delegations,
    promised: BTreeMap<Kind, u64>,
    met: BTreeMap<Kind, u64>,
    tally: Tally<Problem>,
}

impl Reading {
    fn line(&mut self, number: u64, line: &str) {
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        match fields.as_slice() {
            [version, registry, _serial, _records, _start, end, _offset]
                if version.starts_with(|first: char| first.is_ascii_digit()) =>
            {
                self.read.registry = registry.parse().ok();
                self.read.until = date(end).ok().flatten();
            }
            [_registry, "*", kind, _, count, "summary", ..] => self.promise(kind, count),
            _ => self.delegation(number, line, &fields),
        }
    }

    fn promise(&mut self, kind: &str, count: &str) {
        if let (Some(kind), Ok(count)) = (Kind::of(kind), count.parse::<u64>()) {
            let promised = self.promised.entry(kind).or_default();
            *promised = promised.saturating_add(count);
        }
    }

    fn delegation(&mut self, number: u64, line: &str, fields: &[&str]) {
        if let Some(kind) = fields.get(2).copied().and_then(Kind::of) {
            *self.met.entry(kind).or_default() += 1;
        }
        match delegation(fields) {
            Ok((delegation, has_host_bits)) => {
                self.read.delegations.push(delegation);
                if has_host_bits {
                    self.tally.note(Problem::HostBits, number, line);
                }
            }
            Err(problem) => self.tally.note(problem, number, line),
        }
    }

    fn finish(mut self, name: &str, line_gaps: Vec<Gap>) -> Delegations {
        self.read.delegations.sort_unstable();
        self.read.gaps = self.tally.into_gaps(name);
        self.read.gaps.extend(line_gaps);
        for (kind, promised) in self.promised {
            let met = self.met.get(&kind).copied().unwrap_or(0);
            if met != promised {
                let shortfall = TableShortfall::Count { kind: kind.name(), promised, present: met };
                self.read.gaps.push(Gap::of(name, &shortfall));
            }
        }
        self.read
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Asn,
    Ipv4,
    Ipv6,
}

impl Kind {
    fn of(text: &str) -> Option<Self> {
        [Self::Asn, Self::Ipv4, Self::Ipv6].into_iter().find(|kind| kind.name() == text)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Asn => "asn",
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
        }
    }
}

/// The delegation of one line, and whether host bits had to be cleared.
fn delegation(fields: &[&str]) -> Result<(Delegation, bool), Problem> {
    let [registry, cc, kind, start, value, day, status, more @ ..] = fields else {
        return Err(Problem::Fields);
    };
    let kind = Kind::of(kind).ok_or(Problem::Type)?;
    let (resource, has_host_bits) = resource(kind, start, value)?;
    let delegation = Delegation {
        resource,
        registry: registry.parse().map_err(|_| Problem::Registry)?,
        country: country(cc)?,
        date: date(day)?,
        status: status_of(status)?,
        holder: more.first().filter(|holder| !holder.is_empty()).map(|&holder| holder.into()),
    };
    Ok((delegation, has_host_bits))
}

fn resource(kind: Kind, start: &str, value: &str) -> Result<(Resource, bool), Problem> {
    match kind {
        Kind::Asn => {
            let first: Asn = start.parse().map_err(|_| Problem::Start)?;
            let last = Asn(last_of(first.0, value)?);
            Ok((Resource::Asns { first, last }, false))
        }
        Kind::Ipv4 => {
            let first: Ipv4Addr = start.parse().map_err(|_| Problem::Start)?;
            let last = last_of(first.to_bits(), value)?.into();
            Ok((Resource::Ipv4 { first, last }, false))
        }
        Kind::Ipv6 => {
            let first: Ipv6Addr = start.parse().map_err(|_| Problem::Start)?;
            let length = value.parse().map_err(|_| Problem::Value)?;
            let prefix = Ipv6Net::new(first, length).map_err(|_| Problem::Value)?;
            Ok((Resource::Ipv6(prefix.trunc()), prefix.trunc() != prefix))
        }
    }
}

/// The last of `count` numbers from `first` on.
fn last_of(first: u32, count: &str) -> Result<u32, Problem> {
    let count: u64 = count.parse().map_err(|_| Problem::Value)?;
    let beyond = u64::from(first).checked_add(count).ok_or(Problem::Value)?;
    let last = beyond.checked_sub(1).filter(|last| *last >= u64::from(first));
    last.and_then(|last| u32::try_from(last).ok()).ok_or(Problem::Value)
}

fn country(cc: &str) -> Result<Option<Country>, Problem> {
    match cc {
        "" | "*" => Ok(None),
        // Written where nobody, or nobody in particular, holds the resource.
        _ if ["ZZ", "XX"].iter().any(|none| cc.eq_ignore_ascii_case(none)) => Ok(None),
        // Held back in ISO 3166 for the United Kingdom, whose code is GB.
        _ if cc.eq_ignore_ascii_case("UK") => country("GB"),
        _ => cc.parse().map(Some).map_err(|_| Problem::Country),
    }
}

fn date(text: &str) -> Result<Option<Date>, Problem> {
    if text.is_empty() || text.bytes().all(|byte| byte == b'0') {
        return Ok(None);
    }
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = if digits { text.parse().ok() } else { None }.ok_or(Problem::Date)?;
    let year = i16::try_from(number / 10_000).map_err(|_| Problem::Date)?;
    let month = i8::try_from(number / 100 % 100).map_err(|_| Problem::Date)?;
    let day = i8::try_from(number % 100).map_err(|_| Problem::Date)?;
    Date::new(year, month, day).map(Some).map_err(|_| Problem::Date)
}

fn status_of(text: &str) -> Result<Status, Problem> {
    match text {
        "allocated" => Ok(Status::Allocated),
        "assigned" => Ok(Status::Assigned),
        "available" => Ok(Status::Available),
        "reserved" => Ok(Status::Reserved),
        _ => Err(Problem::Status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Delegations {
        Delegations::read(text.as_bytes(), "delegated")
    }

    #[test]
    fn header_and_summary_are_told_from_delegations() {
        let read = read(
            "2|apnic|20140701|1|19850701|20140630|+1000\n\
             apnic|*|asn|*|1|summary\n\
             apnic|KP|asn|131279|1|20091221|allocated\n",
        );
        assert_eq!(read.registry, Some(Registry::Apnic));
        assert_eq!(read.until, Some(Date::constant(2014, 6, 30)));
        assert_eq!(read.delegations.len(), 1);
        assert_eq!(read.gaps, []);
    }

    #[test]
    fn a_count_that_is_no_power_of_two_is_split() {
        let read = read("ripencc|SE|ipv4|10.0.0.0|768|20100101|assigned\n");
        let prefixes: Vec<_> =
            read.delegations[0].resource.prefixes().map(|prefix| prefix.to_string()).collect();
        assert_eq!(prefixes, ["10.0.0.0/23", "10.0.2.0/24"]);
    }

    #[test]
    fn extended_lines_name_the_holder_and_unheld_space() {
        let read = read(
            "lacnic|BR|ipv6|2001:1280::|32|20001011|allocated|12345|e-stats\n\
             lacnic||asn|27648|2||available|\n",
        );
        assert_eq!(read.delegations[1].holder.as_deref(), Some("12345"));
        assert_eq!(read.delegations[0].country, None);
        assert!(!read.delegations[0].status.is_held());
        assert_eq!(read.gaps, []);
    }

    #[test]
    fn a_cut_file_is_told_by_its_summary() {
        let read = read("apnic|*|asn|*|5|summary\napnic|JP|asn|173|1|20020801|allocated\n");
        assert_eq!(read.gaps[0].what, "the summary promises 5 lines of asn, and there are 1");
    }

    #[test]
    fn counts_beyond_the_number_space_are_refused() {
        for line in [
            "apnic|JP|asn|4294967295|2|20020801|allocated",
            "apnic|JP|ipv4|255.255.255.0|257|20020801|allocated",
            "apnic|JP|ipv4|1.0.0.0|0|20020801|allocated",
            "apnic|JP|ipv4|1.0.0.0|18446744073709551615|20020801|allocated",
            "apnic|JP|ipv6|2001::|129|20020801|allocated",
            "apnic|JP|asn|1|1|20021301|allocated",
            "apnic|J|asn|1|1|20021201|allocated",
            "nobody|JP|asn|1|1|20021201|allocated",
            "apnic|JP|asn|1|1|20021201|sold",
            "apnic|JP|dns|1|1|20021201|allocated",
            "apnic|JP|asn|1|1",
        ] {
            let read = read(line);
            assert_eq!((read.delegations.len(), read.gaps.len()), (0, 1), "{line}");
        }
        let entire = read("iana||ipv4|0.0.0.0|4294967296||reserved");
        assert_eq!(entire.delegations.len(), 1);
    }
}
