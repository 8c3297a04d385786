//! The kinds of partials, and the manifest of one: its input, its method, and the hash of its table.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::num::NonZeroUsize;
use std::str::FromStr;

use demarche_case::assessment::Input;
use demarche_case::assessment::routes::Family;
use demarche_case::{Gap, Sha256, Tlp};
use demarche_routes::depend::{DependOptions, FullFeed, Session};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};

/// What a partial holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The share of each session's routes to each origin that pass each network.
    RoutesHegemony,
    /// The number of sessions that have a route to each prefix of each origin.
    RoutesVisibility,
    /// The traits and functions of each program.
    CodeTraits,
    /// Digests of what a mailbox or container holds.
    Exposure,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::RoutesHegemony, Self::RoutesVisibility, Self::CodeTraits, Self::Exposure];

    /// The version of the method and of the form: partials of different versions are never merged.
    ///
    /// Manifests of version 1 had no hash of their own.
    #[must_use]
    pub const fn method(self) -> u32 {
        match self {
            Self::RoutesHegemony | Self::RoutesVisibility | Self::CodeTraits | Self::Exposure => 2,
        }
    }

    /// The name on the command line and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RoutesHegemony => "routes-hegemony",
            Self::RoutesVisibility => "routes-visibility",
            Self::CodeTraits => "code-traits",
            Self::Exposure => "exposure",
        }
    }

    /// The column of the table by which ranges divide the rows.
    pub(crate) const fn range_column(self) -> &'static str {
        match self {
            Self::RoutesHegemony | Self::RoutesVisibility => "origin",
            Self::CodeTraits | Self::Exposure => "key",
        }
    }

    /// The content that an input of the kind has.
    #[must_use]
    pub const fn needs(self) -> &'static str {
        match self {
            Self::RoutesHegemony | Self::RoutesVisibility => "routing table (MRT)",
            Self::CodeTraits => "program that can be read",
            Self::Exposure => "message or document that can be read",
        }
    }

    /// The marking where the user gives none: what was stolen from somebody goes to nobody else unless its owner says so.
    #[must_use]
    pub const fn usual_tlp(self) -> Tlp {
        match self {
            Self::RoutesHegemony | Self::RoutesVisibility | Self::CodeTraits => Tlp::Clear,
            Self::Exposure => Tlp::Red,
        }
    }

    /// Returns true for kinds whose files are for their owner alone.
    #[must_use]
    pub const fn is_private(self) -> bool {
        matches!(self, Self::Exposure)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The error of a name that is none of a kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no kind of partial; the kinds are routes-hegemony, routes-visibility, code-traits and exposure"
)]
pub struct KindError(String);

impl FromStr for Kind {
    type Err = KindError;

    fn from_str(text: &str) -> Result<Self, KindError> {
        let named = Self::ALL.into_iter().find(|kind| kind.name() == text);
        named.ok_or_else(|| KindError(text.to_owned()))
    }
}

/// How partials are made.
#[derive(Clone, Debug, PartialEq)]
pub struct Making {
    /// The rule for peers that send a full table.
    pub full_feed: FullFeed,
    /// The marking of the inputs.
    pub tlp: Tlp,
    /// The description of the programs of an input, for inputs that have none.
    pub label: Option<Label>,
    /// The digits by which equal keys of digests are told, for exposure.
    pub key: Option<String>,
    /// The name and version of the program, for the manifest.
    pub program: String,
    /// Threads that decompress beside the caller's own.
    pub threads: NonZeroUsize,
}

impl Making {
    /// Partials of peers with more prefixes than `full_feed`, or by the usual rule; on one thread.
    #[must_use]
    pub fn new(full_feed: Option<u64>, tlp: Tlp, program: &str) -> Self {
        let usual = DependOptions::default().full_feed;
        Self {
            full_feed: full_feed.map_or(usual, FullFeed::MoreThan),
            tlp,
            label: None,
            key: None,
            program: program.to_owned(),
            threads: NonZeroUsize::MIN,
        }
    }

    /// The options in words, as the manifest has them.
    #[must_use]
    pub fn options(&self, kind: Kind) -> String {
        match self.full_feed {
            _ if kind == Kind::CodeTraits => "all functions".to_owned(),
            _ if kind == Kind::Exposure => {
                format!("digests with the key {}", self.key.as_deref().unwrap_or("none"))
            }
            FullFeed::Share(share) => {
                format!("full feeds have {share} of the prefixes of the largest peer")
            }
            FullFeed::MoreThan(count) => format!("full feeds have more than {count} prefixes"),
        }
    }

    /// The name that a partial's files begin with: the same input, method, options and label have the same.
    pub(crate) fn stem(&self, kind: Kind, bytes: u64, input: &Sha256) -> String {
        let about = About {
            kind,
            options: &self.options(kind),
            label: self.label_of(kind),
            input: (bytes, input),
        };
        about.stem()
    }

    /// The label, for kinds whose inputs have one.
    pub(crate) fn label_of(&self, kind: Kind) -> Option<&Label> {
        self.label.as_ref().filter(|_| kind == Kind::CodeTraits)
    }
}

/// The parts of a partial's name.
struct About<'a> {
    kind: Kind,
    options: &'a str,
    label: Option<&'a Label>,
    /// The size of the input, and its hash.
    input: (u64, &'a Sha256),
}

impl About<'_> {
    fn stem(&self) -> String {
        let Self { kind, options, label, input: (bytes, input) } = self;
        let label = label
            .map_or_else(String::new, |label| format!("{:?} {}\n", label.family, label.is_library));
        let mut hasher = Hasher::new();
        hasher.update(format!("{kind}\n{}\n{options}\n{input}\n{label}", kind.method()));
        let key = demarche_case::Digest::<32>(hasher.finalize().into()).to_string();
        format!("{}{}", stem_of_size(*kind, *bytes), key.get(..KEY).unwrap_or(&key))
    }
}

/// The hexadecimal digits at the end of a partial's name.
const KEY: usize = 32;

/// Returns true for a name that [`make`](crate::make) gives.
pub(crate) fn is_stem(kind: Kind, stem: &str) -> bool {
    let is_digit = |sign: u8| sign.is_ascii_digit() || (b'a'..=b'f').contains(&sign);
    let behind = stem.strip_prefix(kind.name()).and_then(|rest| rest.strip_prefix('-'));
    behind.and_then(|rest| rest.split_once('-')).is_some_and(|(bytes, key)| {
        bytes.parse::<u64>().is_ok() && key.len() == KEY && key.bytes().all(is_digit)
    })
}

/// The description of programs whose file does not tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The family; without one, each program is a family by itself.
    pub family: Option<String>,
    /// True for library code, which ties nobody.
    pub is_library: bool,
}

/// A program of an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// The hash of its file.
    pub sha256: Sha256,
    /// The name of its file.
    pub name: String,
    /// Its family; without one, it is a family by itself.
    pub family: Option<String>,
    /// True for library code.
    pub is_library: bool,
    /// The number of its functions.
    pub functions: u32,
}

impl Program {
    /// The name that stands for its family: its own hash where it has none.
    #[must_use]
    pub fn family_key(&self) -> String {
        self.family.clone().unwrap_or_else(|| self.sha256.to_string())
    }
}

/// The programs of several tables that are told otherwise in a table before: the first holds.
pub(crate) fn told_otherwise<'p>(programs: impl Iterator<Item = &'p Program>) -> Vec<&'p Program> {
    let mut first: BTreeMap<Sha256, &Program> = BTreeMap::new();
    let mut met = BTreeSet::new();
    let mut otherwise = Vec::new();
    for program in programs {
        let known = first.entry(program.sha256).or_insert(program);
        let is_equal = (&known.family, known.is_library) == (&program.family, program.is_library);
        if !is_equal && met.insert(program.sha256) {
            otherwise.push(program);
        }
    }
    otherwise
}

/// The families, in the order in which they are counted.
pub(crate) const FAMILIES: [Family; 2] = [Family::Ipv4, Family::Ipv6];

/// What a partial was made of, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The kind.
    pub kind: Kind,
    /// The version of the method.
    pub method: u32,
    /// The program that made it.
    pub program: String,
    /// The options in words; partials with other options are never merged.
    pub options: String,
    /// The marking of the input, which whatever is merged of it carries.
    pub tlp: Tlp,
    /// The input.
    pub input: Input,
    /// The times of the first and the last record, in seconds since 1970 UTC; `None` where the input has none.
    pub times: Option<(u32, u32)>,
    /// The full-feed sessions of each family, by network and address.
    pub sessions: BTreeMap<Family, Vec<Session>>,
    /// The description that was given of the programs; it is part of the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The programs, ascending by hash, as the rows of the table count them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub programs: Vec<Program>,
    /// The parts of the input that could not be read.
    pub gaps: Vec<Gap>,
    /// The rows of the table.
    pub rows: u64,
    /// The bytes of the table.
    pub bytes: u64,
    /// The hash of the table.
    pub sha256: Sha256,
}

impl Manifest {
    /// The sessions of one family, as their positions in the table count them.
    #[must_use]
    pub fn sessions_of(&self, family: Family) -> &[Session] {
        self.sessions.get(&family).map_or(&[], Vec::as_slice)
    }

    /// The name that the partial's files begin with.
    pub(crate) fn stem(&self) -> String {
        let Self { kind, options, label, input, .. } = self;
        let input = (input.bytes, &input.sha256);
        About { kind: *kind, options, label: label.as_ref(), input }.stem()
    }

    /// The reason why no input has such a manifest; `None` where one can have it.
    pub(crate) fn contradiction(&self) -> Option<&'static str> {
        let sessions = || self.sessions.values().flatten();
        let is_ordered = |sessions: &Vec<Session>| {
            sessions
                .is_sorted_by(|left, right| (left.asn, left.address) < (right.asn, right.address))
        };
        let programs = self.programs.as_slice();
        if !self.sessions.values().all(is_ordered) {
            return Some("its sessions are not in order, each once");
        }
        if sessions().any(|session| session.prefixes == 0) {
            return Some("a full feed has no prefix");
        }
        if self.times.is_some_and(|(first, last)| first > last) {
            return Some("its last record is older than its first");
        }
        if !programs.is_sorted_by(|left, right| left.sha256 < right.sha256) {
            return Some("its programs are not in order, each once");
        }
        None
    }
}

/// What the names of all partials of inputs of a size begin with, so that a list of names tells whether there is one.
pub(crate) fn stem_of_size(kind: Kind, bytes: u64) -> String {
    format!("{kind}-{bytes}-")
}
