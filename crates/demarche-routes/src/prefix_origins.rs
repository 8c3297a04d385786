//! Prefix-to-AS tables: which network announces which prefix.
//!
//! Two formats, told apart line by line: CAIDA's pfx2as (`1.0.0.0<TAB>24<TAB>13335`, several origins as `a_b`, AS sets
//! as `a,b`) and pyasn's (`1.0.0.0/24<TAB>13335`, comments after `;`). Both carry IPv4 and IPv6.

use std::io::BufRead;
use std::net::IpAddr;

use demarche_case::{Asn, Gap, Prefix};

use crate::lines::{Refused, Tally, each_line};
use crate::prefix_map::PrefixMap;

/// The origin of a prefix.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// One network.
    As(Asn),
    /// One of these, by aggregation: the AS path ends in an AS set (RFC 4271, 4.3), in order and without repetition.
    Set(Box<[Asn]>),
}

impl Origin {
    /// The networks it names.
    #[must_use]
    pub fn asns(&self) -> &[Asn] {
        match self {
            Self::As(asn) => std::slice::from_ref(asn),
            Self::Set(asns) => asns,
        }
    }
}

/// The origins of a prefix, in the form in which half a million of them are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origins {
    /// One network, as nearly everywhere.
    One(Asn),
    /// Several origins (MOAS), or a set.
    Several(Box<Several>),
}

/// The origins of a prefix that has more than one network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Several {
    /// The origins, in order.
    origins: Vec<Origin>,
    /// Their networks, in order and each once.
    asns: Vec<Asn>,
}

impl Origins {
    /// The origins of the entries of one prefix.
    fn of(entries: &[PrefixOrigin]) -> Self {
        if let [PrefixOrigin { origin: Origin::As(asn), .. }] = entries {
            return Self::One(*asn);
        }
        let origins: Vec<Origin> = entries.iter().map(|entry| entry.origin.clone()).collect();
        let mut asns: Vec<Asn> = origins.iter().flat_map(Origin::asns).copied().collect();
        asns.sort_unstable();
        asns.dedup();
        Self::Several(Box::new(Several { origins, asns }))
    }

    /// The networks, in order and each once.
    pub(crate) fn asns(&self) -> &[Asn] {
        match self {
            Self::One(asn) => std::slice::from_ref(asn),
            Self::Several(several) => &several.asns,
        }
    }

    /// The number of origins.
    pub(crate) const fn count(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Several(several) => several.origins.len(),
        }
    }

    /// True if the only origin is a set.
    pub(crate) fn is_set(&self) -> bool {
        matches!(self, Self::Several(several) if matches!(several.origins.as_slice(), [Origin::Set(_)]))
    }
}

/// One prefix as one origin announces it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrefixOrigin {
    /// The prefix, without host bits.
    pub prefix: Prefix,
    /// The origin.
    pub origin: Origin,
}

/// A prefix-to-AS table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrefixOrigins {
    /// In order of prefix and origin; a prefix of several origins (MOAS) has as many entries.
    pub origins: Vec<PrefixOrigin>,
    /// The lines that were refused or mended, with the reasons.
    pub gaps: Vec<Gap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum Problem {
    #[error("neither `prefix<TAB>asn` nor `address<TAB>length<TAB>asn`")]
    Fields,
    #[error("not an IP prefix")]
    Prefix,
    #[error("not an AS number, or several joined by `_` or `,`")]
    Origin,
    #[error("AS 0 announces nothing (RFC 7607)")]
    AsZero,
    #[error("a default route names no network")]
    Default,
    #[error("the prefix has host bits, which were cleared")]
    HostBits,
    #[error("the same prefix and origin again")]
    Repeated,
}

impl PrefixOrigins {
    /// Reads a decompressed prefix-to-AS table; `name` is what gaps call it.
    ///
    /// Whatever cannot be read becomes a gap and the rest is kept.
    ///
    /// ```
    /// # use demarche_routes::PrefixOrigins;
    /// let table = PrefixOrigins::read("175.45.176.0/24\t131279\n1.0.0.0\t24\t15169_13335\n".as_bytes(), "table");
    /// assert_eq!(table.origins.len(), 3);
    /// assert!(table.gaps.is_empty());
    /// ```
    pub fn read(source: impl BufRead, name: &str) -> Self {
        let mut origins: Vec<PrefixOrigin> = Vec::new();
        let mut tally = Tally::default();
        let line_gaps = each_line(source, name, |number, line| {
            if line.is_empty() || line.starts_with([';', '#']) {
                return;
            }
            if let Err(problem) = read_line(line, &mut origins, |problem| {
                tally.note(problem, number, line);
            }) {
                tally.note(problem, number, line);
            }
        });
        let before = origins.len();
        origins.sort_unstable();
        origins.dedup();
        let mut gaps = tally.into_gaps(name);
        if let Ok(repeated @ 1..) = u64::try_from(before - origins.len()) {
            let refused = Refused { problem: &Problem::Repeated, example: "" };
            gaps.push(Gap::of(name, &refused).times(repeated));
        }
        gaps.extend(line_gaps);
        Self { origins, gaps }
    }

    /// Each prefix with its origins, to look addresses up in.
    pub(crate) fn by_address(&self) -> PrefixMap<Origins> {
        let entries = self.by_prefix().map(|(prefix, entries)| (prefix, Origins::of(entries)));
        PrefixMap::new(entries.collect())
    }

    /// Each prefix once, in order, with its entries.
    pub fn by_prefix(&self) -> impl Iterator<Item = (Prefix, &[PrefixOrigin])> {
        self.origins
            .chunk_by(|left, right| left.prefix == right.prefix)
            .filter_map(|entries| entries.first().map(|first| (first.prefix, entries)))
    }
}

/// Reads one line into `origins`; what is wrong but can be mended goes to `mended`.
fn read_line(
    line: &str,
    origins: &mut Vec<PrefixOrigin>,
    mut mended: impl FnMut(Problem),
) -> Result<(), Problem> {
    let (prefix, written) = split(line)?;
    if prefix.prefix_len() == 0 {
        return Err(Problem::Default);
    }
    // All origins of a line are read before any is kept, so that a line is taken whole or not at all.
    let first = origins.len();
    for text in written.split('_') {
        match origin(text) {
            Ok(origin) => origins.push(PrefixOrigin { prefix: prefix.trunc(), origin }),
            Err(problem) => {
                origins.truncate(first);
                return Err(problem);
            }
        }
    }
    if prefix.trunc() != prefix {
        mended(Problem::HostBits);
    }
    Ok(())
}

fn split(line: &str) -> Result<(Prefix, &str), Problem> {
    let mut fields = line.split_ascii_whitespace();
    let first = fields.next().ok_or(Problem::Fields)?;
    let second = fields.next().ok_or(Problem::Fields)?;
    let third = fields.next();
    if fields.next().is_some() {
        return Err(Problem::Fields);
    }
    match third {
        None => Ok((first.parse().map_err(|_| Problem::Prefix)?, second)),
        Some(written) => {
            let address: IpAddr = first.parse().map_err(|_| Problem::Prefix)?;
            let length = second.parse().map_err(|_| Problem::Prefix)?;
            Ok((Prefix::new(address, length).map_err(|_| Problem::Prefix)?, written))
        }
    }
}

fn origin(text: &str) -> Result<Origin, Problem> {
    // Some converters keep the braces that AS sets have in text dumps.
    let text = text.trim_matches(['{', '}']);
    let asns = text.split(',').map(asn);
    if text.contains(',') {
        let mut asns: Vec<Asn> = asns.collect::<Result<_, _>>()?;
        asns.sort_unstable();
        asns.dedup();
        return Ok(Origin::Set(asns.into()));
    }
    asn(text).map(Origin::As)
}

fn asn(text: &str) -> Result<Asn, Problem> {
    match text.parse() {
        Ok(Asn(0)) => Err(Problem::AsZero),
        Ok(asn) => Ok(asn),
        Err(_) => Err(Problem::Origin),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> PrefixOrigins {
        PrefixOrigins::read(text.as_bytes(), "table")
    }

    #[test]
    fn several_origins_are_several_entries_and_a_set_is_one() {
        let read = read("1.0.0.0\t24\t13335_7,5,5\n");
        let origins: Vec<_> = read.origins.iter().map(|entry| entry.origin.clone()).collect();
        assert_eq!(origins, [Origin::As(Asn(13335)), Origin::Set([Asn(5), Asn(7)].into())]);
        assert_eq!(read.by_prefix().count(), 1);
    }

    #[test]
    fn both_formats_and_both_families_are_read_from_one_file() {
        let read = read("; comment\n2001:db8::/32\t64500\n2001:db8:1::\t48\t64501\n1.0.0.0/24 1\n");
        assert_eq!(read.origins.len(), 3);
        assert_eq!(read.gaps, []);
    }

    #[test]
    fn host_bits_are_cleared_and_named() {
        let read = read("1.0.0.5/24\t1\n");
        assert_eq!(read.origins[0].prefix.to_string(), "1.0.0.0/24");
        assert!(read.gaps[0].what.contains("host bits"));
    }

    #[test]
    fn each_bad_line_is_named_and_taken_whole_or_not_at_all() {
        let read = read(
            "1.0.0.0/33\t1\n1.0.0.0/24\t0\n1.0.0.0/24\t1_x\n0.0.0.0/0\t1\n1.0.0.0\n1.1.1.0/24 7\n1.1.1.0/24 7\n",
        );
        assert_eq!(read.origins.len(), 1);
        assert_eq!(read.gaps.iter().map(|gap| gap.count).sum::<u64>(), 6);
    }
}
