use std::fmt;

use demarche_case::Country;

use crate::mrt::NEIGHBOURS;
use crate::organisations::is_json_line;

/// The kinds of table that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableKind {
    /// Routing tables or updates (RFC 6396).
    Mrt,
    /// CAIDA's AS relationships, serial-1 or serial-2.
    Relationships,
    /// Prefixes with their origins, CAIDA's pfx2as or pyasn's format.
    PrefixOrigins,
    /// A registry's delegation statistics, plain or extended.
    Delegations,
    /// A list of AS numbers: number, country, source of the country, name; or the RIPE NCC's list of names.
    Asns,
    /// Organisations and their networks: CAIDA's AS-to-organisation data as text or JSON, or `PeeringDB`'s dump.
    Organisations,
    /// People by network.
    Populations,
}

impl TableKind {
    /// The kind of a decompressed file, by its first bytes; `None` for anything else.
    #[must_use]
    pub fn of(start: &[u8]) -> Option<Self> {
        if is_mrt(start) {
            return Some(Self::Mrt);
        }
        let is_dump = start.starts_with(b"{") && contains(start, b"\"meta\"")
            || start.starts_with(b"{") && contains(start, b"\"data\"");
        if is_json_line(start) || is_dump {
            return Some(Self::Organisations);
        }
        // Names of organisations have bars in them, so that the head of CAIDA's text tells it and not its first line.
        let mut head = start.split(|byte| *byte == b'\n').take_while(|line| line.starts_with(b"#"));
        if head.any(|line| line.starts_with(b"# format:") && contains(line, b"org_id|")) {
            return Some(Self::Organisations);
        }
        let lines = start.split(|byte| *byte == b'\n').map(|line| line.trim_ascii_end());
        let mut lines = lines
            .filter(|line| !line.is_empty() && !line.starts_with(b"#") && !line.starts_with(b";"));
        let line = std::str::from_utf8(lines.next()?).ok()?;
        let bars: Vec<&str> = line.split('|').collect();
        match bars.as_slice() {
            [left, right, kind] | [left, right, kind, _] if is_number(left) && is_number(right) => {
                matches!(*kind, "-1" | "0" | "1" | "2").then_some(Self::Relationships)
            }
            // Delegations have a country or a version where these have the number or the name of a network.
            [asn, _, _, organisation, _, _] if is_number(asn) && !is_number(organisation) => {
                Some(Self::Organisations)
            }
            [_, changed, _, _, _] if changed.is_empty() || is_number(changed) => {
                Some(Self::Organisations)
            }
            [_, _, _, _, _, _, ..] => Some(Self::Delegations),
            _ => Self::of_fields(line),
        }
    }

    /// The kind of a table whose fields stand between tabs or spaces.
    fn of_fields(line: &str) -> Option<Self> {
        let address = |text: &str| {
            text.split('/').next().is_some_and(|text| text.parse::<std::net::IpAddr>().is_ok())
        };
        if line.split_ascii_whitespace().next().is_some_and(address) {
            return Some(Self::PrefixOrigins);
        }
        if is_name(line) {
            return Some(Self::Asns);
        }
        if is_population(line) {
            return Some(Self::Populations);
        }
        let mut fields = line.split('\t');
        let (asn, country) = (fields.next()?, fields.next()?);
        let is_country = country.is_empty() || country.parse::<Country>().is_ok();
        (is_number(asn) && is_country).then_some(Self::Asns)
    }
}

impl fmt::Display for TableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mrt => "routes (MRT)",
            Self::Relationships => "AS relationships",
            Self::PrefixOrigins => "prefixes with their origins",
            Self::Delegations => "delegations of a registry",
            Self::Asns => "AS numbers",
            Self::Organisations => "organisations of networks",
            Self::Populations => "people by network",
        })
    }
}

/// Returns true for a line of the RIPE NCC's list of AS names: a number, a name, and a country behind a comma.
fn is_name(line: &str) -> bool {
    let is_country = |cc: &str| cc.len() == 2 && cc.bytes().all(|byte| byte.is_ascii_uppercase());
    let fields = line.split_once(' ').zip(line.rsplit_once(", "));
    fields.is_some_and(|((asn, _), (_, cc))| is_number(asn) && is_country(cc))
}

/// Returns true for `asn,people`, as names of columns or as numbers.
fn is_population(line: &str) -> bool {
    let Some((asn, people)) = line.split_once(',') else { return false };
    let (asn, people) = (asn.trim(), people.trim());
    let is_head = asn.eq_ignore_ascii_case("asn") && !people.contains(',');
    let asn = asn.strip_prefix("AS").unwrap_or(asn);
    is_head || is_number(asn) && people.parse::<f64>().is_ok_and(f64::is_finite)
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true if the bytes begin with an MRT header, or with a record of an unknown type and one behind it.
fn is_mrt(start: &[u8]) -> bool {
    let Some(time) = time_of(start) else { return false };
    is_header(start)
        || behind(start).is_some_and(|next| {
            let is_near = |later: u32| later.abs_diff(time) <= NEIGHBOURS;
            is_header(next) && time_of(next).is_some_and(is_near)
        })
}

/// The time of a header, in seconds since 1970.
fn time_of(start: &[u8]) -> Option<u32> {
    start.first_chunk().map(|time| u32::from_be_bytes(*time))
}

/// Returns true for an MRT header: a type of RFC 6396 or its forerunners, and a believable length.
fn is_header(start: &[u8]) -> bool {
    let Some(([_, _, _, _, kind @ .., _, _, _, _], _)) = start.split_first_chunk::<12>() else {
        return false;
    };
    // Text never has a zero byte here, and every type is below 256; type 0 says nothing, and zeros are no table.
    matches!(kind, [0, 1..=17 | 32 | 33 | 48 | 49, 0, 0..=64])
}

/// The bytes behind the record that begins here, of whatever type; the length is above 65,535 in any text.
fn behind(start: &[u8]) -> Option<&[u8]> {
    let (header, rest) = start.split_first_chunk::<12>()?;
    let length = u32::from_be_bytes(*header.last_chunk()?);
    (length > 0).then_some(())?;
    rest.get(usize::try_from(length).ok()?..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_known_by_its_first_line() {
        for (start, kind) in [
            ("# source\n1|2|-1\n", Some(TableKind::Relationships)),
            ("1|2|0|bgp\n", Some(TableKind::Relationships)),
            ("1.0.0.0\t24\t13335\n", Some(TableKind::PrefixOrigins)),
            ("; from\n2001:db8::/32\t64500\n", Some(TableKind::PrefixOrigins)),
            ("2|apnic|20140630|3|19830613|20140630|+1000\n", Some(TableKind::Delegations)),
            ("apnic|CN|asn|4134|1|20020101|allocated\n", Some(TableKind::Delegations)),
            ("# asn\tcc\n0\t\t\t-Private\n", Some(TableKind::Asns)),
            ("1 LVLT-1, US\n2 UDEL-DCN, US\n", Some(TableKind::Asns)),
            ("1 word, and more\n", None),
            (
                "# format:org_id|changed|org_name|country|source\nLVLT-3|20120130|Level 3|US|ARIN\n",
                Some(TableKind::Organisations),
            ),
            (
                "# name: AS Org\n# format: org_id|changed|org_name|country|source\nA-1|2012|A | B|DE|RIPE\n",
                Some(TableKind::Organisations),
            ),
            (
                "# format:aut|changed|aut_name|org_id|opaque_id|source\n1|20120224|LVLT-1|LVLT-3|e5e3|ARIN\n",
                Some(TableKind::Organisations),
            ),
            (
                "{\"organizationId\":\"LVLT\",\"name\":\"Level 3\",\"type\":\"Organization\"}\n",
                Some(TableKind::Organisations),
            ),
            ("{\"org\": {\"data\": [{\"id\": 1", Some(TableKind::Organisations)),
            ("asn,people\n12880,5\n", Some(TableKind::Populations)),
            ("AS12880,2.5e6\n", Some(TableKind::Populations)),
            ("hello\n", None),
            ("", None),
            ("\u{1}\u{2}", None),
            ("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", None),
        ] {
            assert_eq!(TableKind::of(start.as_bytes()), kind, "{start}");
        }
    }

    #[test]
    fn a_header_of_mrt_is_known_whatever_its_time() {
        let header = [0x54, 0x98, 0x3f, 0, 0, 13, 0, 1, 0, 0, 1, 0];
        assert_eq!(TableKind::of(&header), Some(TableKind::Mrt));
        assert_eq!(TableKind::of(&header[..11]), None);
    }

    #[test]
    fn a_record_of_an_unknown_type_is_mrt_where_another_follows() {
        let unknown = [0x54, 0x98, 0x3f, 0, 0, 99, 0, 0, 0, 0, 0, 2, 1, 2];
        let known = [0x54, 0x98, 0x3f, 1, 0, 13, 0, 1, 0, 0, 1, 0];
        let later = [0x64, 0x98, 0x3f, 1, 0, 13, 0, 1, 0, 0, 1, 0];
        assert_eq!(TableKind::of(&[&unknown[..], &known].concat()), Some(TableKind::Mrt));
        assert_eq!(TableKind::of(&[&unknown[..], &later].concat()), None);
        assert_eq!(TableKind::of(&unknown), None);
    }
}
