//! An item of evidence before it is written.

use std::net::IpAddr;

use demarche_terms::Tlp;

/// What an item is, in the words of `evidence.toml`; two items that are equal here say the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// An address of the internet.
    Address(IpAddr),
    /// A host name, live.
    Host(String),
    /// A URL, live.
    Url(String),
    /// A file by its hashes, in lower-case hexadecimal digits; at least one is known.
    Sample {
        /// SHA-256.
        sha256: Option<String>,
        /// SHA-1.
        sha1: Option<String>,
        /// MD5.
        md5: Option<String>,
        /// The name of the file.
        name: Option<String>,
        /// Its size in bytes.
        size: Option<u64>,
    },
    /// A technique of ATT&CK by its number, such as `T1561.002`.
    Technique {
        /// The number.
        number: String,
        /// ATT&CK's name for it.
        name: Option<String>,
    },
    /// A program by its name.
    Software {
        /// The name.
        name: String,
        /// Its number in ATT&CK, such as `S0140`.
        number: Option<String>,
    },
    /// Any other trace: a mutex, a file name, a network, a hole that was used.
    Trace {
        /// The kind of trace.
        trace: String,
        /// The value.
        value: String,
    },
    /// A statement that code is shared with something known.
    SharedCode {
        /// The family or attack that it is shared with.
        with: String,
        /// The shared parts.
        shared: Vec<String>,
    },
    /// A reason that somebody had, by its title.
    Motive(String),
}

impl What {
    /// Is it the same thing? Of two samples, if they have a hash in common; of techniques and programs, by number or name.
    #[must_use]
    pub fn is_same(&self, theirs: &Self) -> bool {
        match (self, theirs) {
            (
                Self::Sample { sha256, sha1, md5, .. },
                Self::Sample { sha256: sha256_, sha1: sha1_, md5: md5_, .. },
            ) => {
                let is = |left: &Option<String>, theirs: &Option<String>| {
                    left.is_some() && left == theirs
                };
                is(sha256, sha256_) || is(sha1, sha1_) || is(md5, md5_)
            }
            (Self::Technique { number, .. }, Self::Technique { number: theirs, .. }) => {
                number == theirs
            }
            (Self::Software { name, .. }, Self::Software { name: theirs, .. }) => {
                name.eq_ignore_ascii_case(theirs)
            }
            _ => self == theirs,
        }
    }

    /// What two items must have in common to be the same: each hash, or the value.
    pub(crate) fn keys(&self) -> Vec<String> {
        match self {
            Self::Address(address) => vec![format!("address {address}")],
            Self::Host(host) => vec![format!("host {}", host.to_lowercase())],
            Self::Url(url) => vec![format!("url {url}")],
            Self::Sample { sha256, sha1, md5, .. } => [sha256, sha1, md5]
                .into_iter()
                .flatten()
                .map(|hash| format!("hash {hash}"))
                .collect(),
            Self::Technique { number, .. } => vec![format!("technique {number}")],
            Self::Software { name, .. } => vec![format!("software {}", name.to_lowercase())],
            Self::Trace { trace, value } => vec![format!("trace {trace} {value}")],
            Self::SharedCode { with, shared } => {
                vec![format!("shared code {with} {}", shared.join("\n"))]
            }
            Self::Motive(title) => vec![format!("motive {title}")],
        }
    }

    /// Takes from another mention of the same thing what this one does not say; false where the two contradict.
    pub(crate) fn complete(&mut self, theirs: &Self) -> bool {
        fn fill<T: Clone + PartialEq>(mine: &mut Option<T>, theirs: Option<&T>) {
            if mine.is_none() {
                *mine = theirs.cloned();
            }
        }
        match (self, theirs) {
            (
                Self::Sample { sha256, sha1, md5, name, size },
                Self::Sample { sha256: sha256_, sha1: sha1_, md5: md5_, name: name_, size: size_ },
            ) => {
                let is_other = |mine: &Option<String>, theirs: &Option<String>| {
                    mine.is_some() && theirs.is_some() && mine != theirs
                };
                if is_other(sha256, sha256_) || is_other(sha1, sha1_) || is_other(md5, md5_) {
                    return false;
                }
                fill(sha256, sha256_.as_ref());
                fill(sha1, sha1_.as_ref());
                fill(md5, md5_.as_ref());
                fill(name, name_.as_ref());
                fill(size, size_.as_ref());
            }
            (Self::Technique { name, .. }, Self::Technique { name: theirs, .. }) => {
                fill(name, theirs.as_ref());
            }
            (Self::Software { number, .. }, Self::Software { number: theirs, .. }) => {
                fill(number, theirs.as_ref());
            }
            _ => {}
        }
        true
    }

    /// The value as a title shows it; hosts and addresses cannot be clicked by accident.
    pub(crate) fn title(&self) -> String {
        let defanged = |text: &str| text.replacen("http", "hxxp", 1).replace('.', "[.]");
        match self {
            Self::Address(address) => format!("Address {}", defanged(&address.to_string())),
            Self::Host(host) => format!("Host {}", defanged(host)),
            Self::Url(url) => format!("URL {}", defanged(url)),
            Self::Sample { sha256, sha1, md5, name, .. } => {
                let hash = [sha256, sha1, md5].into_iter().flatten().next();
                let hash: String = hash.iter().flat_map(|hash| hash.chars().take(12)).collect();
                match name {
                    Some(name) => format!("File {name} ({hash}…)"),
                    None => format!("File {hash}…"),
                }
            }
            Self::Technique { number, name } => {
                name.as_ref().map_or_else(|| number.clone(), |name| format!("{name} ({number})"))
            }
            Self::Software { name, .. } => name.clone(),
            Self::Trace { trace, value } => {
                let mut signs = trace.chars();
                let first: String = signs.next().into_iter().flat_map(char::to_uppercase).collect();
                format!("{first}{} {value}", signs.as_str())
            }
            Self::SharedCode { with, .. } => format!("Code shared with {with}"),
            Self::Motive(title) => title.clone(),
        }
    }
}

/// An item of evidence as a file of somebody else gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The id that its source gave it, so that a second import knows it: `misp:…`, `stix:…`.
    pub origin: String,
    /// What it is.
    pub named: What,
    /// What it says, in the words of the source where there are any.
    pub says: String,
    /// Who said so, and when.
    pub source: String,
    /// The address at which the source can be read.
    pub url: Option<String>,
    /// The Admiralty grade, such as `B2`; `F6` where the source gives none.
    pub grade: String,
    /// Its marking: the strictest of all that could mark it.
    pub tlp: Tlp,
    /// The day on which it was seen or said, as `2022-07-15`.
    pub observed: Option<String>,
}
