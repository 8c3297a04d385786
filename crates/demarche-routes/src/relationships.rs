//! CAIDA AS relationships, serial-1 (`a|b|-1`, `a|b|0`) and serial-2 (the same with a fourth field, the source).
//!
//! Source of the format: CAIDA, "The CAIDA AS Relationships Dataset", README of serial-1 and serial-2.

use std::fmt;
use std::io::BufRead;
use std::str::FromStr;

use demarche_case::{Asn, Gap};

use crate::lines::{Tally, each_line};

/// Comment lines kept; real headers have about a dozen.
const MAX_COMMENTS: usize = 256;

/// The business relationship of two neighbouring networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relationship {
    /// The left network sells transit to the right one (`-1`).
    ProviderToCustomer,
    /// The two exchange traffic of their customers (`0`).
    PeerToPeer,
}

/// The text is not a relationship.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a relationship, `-1` or `0`: `{0}`")]
pub struct RelationshipError(String);

impl FromStr for Relationship {
    type Err = RelationshipError;

    fn from_str(text: &str) -> Result<Self, RelationshipError> {
        match text {
            "-1" => Ok(Self::ProviderToCustomer),
            "0" => Ok(Self::PeerToPeer),
            _ => Err(RelationshipError(text.to_owned())),
        }
    }
}

impl fmt::Display for Relationship {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ProviderToCustomer => "-1",
            Self::PeerToPeer => "0",
        })
    }
}

/// The basis that a link of a serial-2 file was inferred from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkSource {
    /// AS paths of collectors (`bgp`).
    Bgp,
    /// Communities of route servers at exchanges: multilateral peering (`mlp`).
    MultilateralPeering,
    /// A source this reader does not know.
    Other,
}

/// One link between two networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// The provider, or one of the two peers.
    pub left: Asn,
    /// The customer, or the other peer.
    pub right: Asn,
    /// The relationship of the two.
    pub relationship: Relationship,
    /// The basis of the inference; `None` in serial-1.
    pub source: Option<LinkSource>,
}

/// The links of one relationship file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relationships {
    /// The links in order of left and right, each pair of networks once.
    pub links: Vec<Link>,
    /// The transit-free networks at the top, as the header lists them; empty where it does not.
    pub clique: Vec<Asn>,
    /// Networks of internet exchanges, as the header lists them; empty where it does not.
    pub ixps: Vec<Asn>,
    /// The other comment lines, without `#`: sources and dates of the data.
    pub comments: Vec<String>,
    /// The lines that were refused, with the reasons.
    pub gaps: Vec<Gap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum Problem {
    #[error("not three or four fields between `|`")]
    Fields,
    #[error("not an AS number")]
    Asn,
    #[error("AS 0 is not a network (RFC 7607)")]
    AsZero,
    #[error("a link of a network to itself")]
    SelfLink,
    #[error("not a relationship, `-1` or `0`")]
    Relationship,
    #[error("not an AS number in a list of the header")]
    HeaderAsn,
    #[error("the same link again")]
    Repeated,
    #[error("contradicts an earlier line on the same two networks, which stands")]
    Conflict,
    #[error("a comment beyond the first 256")]
    Comments,
}

impl Relationships {
    /// Reads a decompressed relationship file; `name` is what gaps call it.
    ///
    /// Whatever cannot be read becomes a gap and the rest is kept.
    /// Where two lines on the same two networks contradict each other, the first stands.
    ///
    /// ```
    /// # use demarche_routes::Relationships;
    /// let file = "# inferred clique: 174 3356\n4837|131279|-1\n174|3356|0\n";
    /// let relationships = Relationships::read(file.as_bytes(), "as-rel.txt");
    /// assert_eq!((relationships.links.len(), relationships.clique.len()), (2, 2));
    /// ```
    pub fn read(source: impl BufRead, name: &str) -> Self {
        let mut reading = Reading::default();
        let gaps = each_line(source, name, |number, line| reading.line(number, line));
        let mut read = reading.finish(name);
        read.gaps.extend(gaps);
        read
    }
}

#[derive(Default)]
struct Reading {
    links: Vec<(Link, u64)>,
    read: Relationships,
    tally: Tally<Problem>,
}

impl Reading {
    fn line(&mut self, number: u64, line: &str) {
        if let Some(comment) = line.strip_prefix('#') {
            self.comment(number, comment.trim());
        } else if !line.is_empty() {
            match link(line) {
                Ok(link) => self.links.push((link, number)),
                Err(problem) => self.tally.note(problem, number, line),
            }
        }
    }

    fn comment(&mut self, number: u64, comment: &str) {
        let list = comment.split_once(':').and_then(|(title, list)| match title.trim() {
            "input clique" | "inferred clique" | "clique" => Some((&mut self.read.clique, list)),
            "IXP ASes" | "IXPs" => Some((&mut self.read.ixps, list)),
            _ => None,
        });
        if let Some((asns, list)) = list {
            for word in list.split_ascii_whitespace() {
                match word.parse() {
                    Ok(asn) => asns.push(asn),
                    Err(_) => self.tally.note(Problem::HeaderAsn, number, word),
                }
            }
        } else if self.read.comments.len() < MAX_COMMENTS {
            self.read.comments.push(comment.to_owned());
        } else {
            self.tally.note(Problem::Comments, number, comment);
        }
    }

    fn finish(mut self, name: &str) -> Relationships {
        // By pair and then by line, so that the first line on each pair comes first.
        self.links.sort_unstable_by_key(|(link, number)| (pair(link), *number));
        self.links.dedup_by(|(later, number), (first, _)| {
            if pair(later) != pair(first) {
                return false;
            }
            let is_same = same_claim(later, first);
            let problem = if is_same { Problem::Repeated } else { Problem::Conflict };
            self.tally.note(problem, *number, &written(later));
            true
        });
        self.read.links = self.links.into_iter().map(|(link, _)| link).collect();
        self.read.links.sort_unstable();
        for asns in [&mut self.read.clique, &mut self.read.ixps] {
            asns.sort_unstable();
            asns.dedup();
        }
        self.read.gaps = self.tally.into_gaps(name);
        self.read
    }
}

fn link(line: &str) -> Result<Link, Problem> {
    let mut fields = line.split('|');
    let (Some(left), Some(right), Some(kind)) = (fields.next(), fields.next(), fields.next())
    else {
        return Err(Problem::Fields);
    };
    let source = fields.next().map(source_of);
    if fields.next().is_some() {
        return Err(Problem::Fields);
    }
    let left: Asn = left.parse().map_err(|_| Problem::Asn)?;
    let right: Asn = right.parse().map_err(|_| Problem::Asn)?;
    let relationship = kind.parse().map_err(|_| Problem::Relationship)?;
    match (left, right) {
        (Asn(0), _) | (_, Asn(0)) => Err(Problem::AsZero),
        _ if left == right => Err(Problem::SelfLink),
        _ => Ok(Link { left, right, relationship, source }),
    }
}

fn source_of(text: &str) -> LinkSource {
    match text.trim() {
        "bgp" => LinkSource::Bgp,
        "mlp" => LinkSource::MultilateralPeering,
        _ => LinkSource::Other,
    }
}

fn pair(link: &Link) -> (Asn, Asn) {
    (link.left.min(link.right), link.left.max(link.right))
}

/// Peers may be named in either order; provider and customer may not.
fn same_claim(one: &Link, other: &Link) -> bool {
    one.relationship == other.relationship
        && (one.left == other.left || one.relationship == Relationship::PeerToPeer)
}

fn written(link: &Link) -> String {
    format!("{}|{}|{}", link.left.0, link.right.0, link.relationship)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Relationships {
        Relationships::read(text.as_bytes(), "rel")
    }

    #[test]
    fn the_header_s_clique_and_exchanges_are_kept() {
        let read = read(
            "# source:topology|BGP|20140901\n# input clique: 174 3356 209\n# IXP ASes: 1200 x\n",
        );
        assert_eq!(read.clique, [Asn(174), Asn(209), Asn(3356)]);
        assert_eq!(read.ixps, [Asn(1200)]);
        assert_eq!(read.comments, ["source:topology|BGP|20140901"]);
        assert_eq!(read.gaps.len(), 1);
    }

    #[test]
    fn serial_2_names_the_source_of_a_link() {
        let read = read("1|2|-1|bgp\n1|3|0|mlp\n1|4|0|dns\n");
        let sources: Vec<_> = read.links.iter().filter_map(|link| link.source).collect();
        use LinkSource::{Bgp, MultilateralPeering, Other};
        assert_eq!(sources, [Bgp, MultilateralPeering, Other]);
        assert!(read.gaps.is_empty());
    }

    #[test]
    fn the_first_of_two_contradicting_lines_stands() {
        let read = read("1|2|-1\n2|1|-1\n2|1|0\n1|2|-1\n");
        assert_eq!(read.links.len(), 1);
        assert_eq!(read.links[0].left, Asn(1));
        let met: Vec<_> = read.gaps.iter().map(|gap| (gap.place.as_deref(), gap.count)).collect();
        assert_eq!(met, [(Some("line 4"), 1), (Some("lines 2, 3"), 2)]);
    }

    #[test]
    fn peers_in_the_other_order_are_the_same_link() {
        let read = read("1|2|0\n2|1|0\n");
        assert_eq!(read.links.len(), 1);
        assert!(read.gaps[0].what.starts_with("the same link again"), "{:?}", read.gaps);
    }

    #[test]
    fn each_bad_line_is_named_and_the_rest_is_kept() {
        let read = read("1|2\n0|5|0\n7|7|0\n1|2|1\nx|2|0\n1|2|0|bgp|more\n8|9|-1\n\n");
        assert_eq!(read.links.len(), 1);
        let places: Vec<_> = read.gaps.iter().filter_map(|gap| gap.place.as_deref()).collect();
        assert_eq!(places, ["lines 1, 6", "line 5", "line 2", "line 3", "line 4"]);
    }
}
