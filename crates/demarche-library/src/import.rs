//! What an import yields, and why a file cannot be imported at all.

use std::collections::BTreeMap;

use demarche_case::record::{Catalogue, Edition, Record};
use demarche_case::{Gap, GapKind, Moment, Sha256, Shortfall, Tlp};

use crate::Refused;

/// What the user knows of a file beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Where it came from: an address, or the file's name.
    pub origin: String,
    /// When its publisher issued it, where the file does not say so itself.
    pub date: Option<Moment>,
    /// The hash of the file as it lies on disk, before any decompression.
    pub sha256: Sha256,
}

impl Provenance {
    /// The published edition that a file is, with nothing counted yet.
    pub(crate) fn edition(&self, name: String, catalogue: Catalogue, licence: &str) -> Edition {
        Edition {
            name,
            catalogue,
            date: self.date,
            origin: self.origin.clone(),
            licence: licence.to_owned(),
            tlp: Tlp::Clear,
            sha256: self.sha256,
            used: 0,
            refused: 0,
        }
    }
}

/// A catalogue, imported.
#[derive(Clone, Debug, Default)]
pub struct Imported {
    /// What can be used, with one edition.
    pub part: Record,
    /// What cannot, in order.
    pub refused: Vec<Refused>,
    /// How many things of which kind demarche has no use for.
    pub passed_over: BTreeMap<String, u64>,
    /// Where reading stopped, unless everything was read.
    pub cut: Option<Cut>,
}

/// The reason for which reading stopped before the end of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cut {
    /// The bundle breaks off.
    #[error(transparent)]
    Stix(#[from] demarche_stix::Cut),
    /// The file or its compression is damaged, with the message of the reader.
    #[error("{0}")]
    Damaged(String),
}

impl Shortfall for Cut {
    fn kind(&self) -> GapKind {
        GapKind::Damaged
    }

    fn remedy(&self) -> Option<String> {
        Some("fetch the file again".to_owned())
    }
}

impl Imported {
    /// Returns the gaps of the import: a cut, and every entry that its publisher did not withdraw itself.
    #[must_use]
    pub fn gaps(&self, input: &str) -> Vec<Gap> {
        let cut = self.cut.as_ref().map(|cut| Gap::of(input, cut));
        let refused = self.refused.iter().filter(|refused| !refused.reason.is_withdrawn());
        let refused = refused.map(|refused| Gap::of(input, &refused.reason).at(&refused.id));
        cut.into_iter().chain(refused).collect()
    }

    /// Brings everything into its order, and the edition with its counts in front.
    pub(crate) fn settle(&mut self, edition: Edition) {
        let part = &mut self.part;
        part.actors.sort_by(|left, right| left.id.cmp(&right.id));
        part.software.sort_by(|left, right| left.id.cmp(&right.id));
        part.techniques.sort_by_key(|technique| technique.id);
        part.attacks.sort_by(|left, right| left.id.cmp(&right.id));
        part.uses.sort_by(|left, right| (&left.user, &left.used).cmp(&(&right.user, &right.used)));
        self.refused.sort();
        let counts = [
            part.actors.len(),
            part.software.len(),
            part.techniques.len(),
            part.attacks.len(),
            part.uses.len(),
        ];
        let used = counts.iter().sum::<usize>() as u64;
        let refused = self.refused.len() as u64;
        part.editions = vec![Edition { used, refused, ..edition }];
    }
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is of no kind that the library knows.
    #[error("neither a STIX bundle nor a table or cluster that the library knows")]
    Unknown,
    /// It is another cluster of the MISP galaxy.
    #[error("a cluster of the MISP galaxy of type `{0}`")]
    Galaxy(String),
    /// It is an extract of EuRepoC's dashboard.
    #[error("an extract of EuRepoC's dashboard that demarche has no use for")]
    Dashboard,
    /// It is not JSON all through.
    #[error("not a cluster of the MISP galaxy")]
    Json(#[source] serde_json::Error),
    /// Nothing in it is of use: no actor, program, technique, attack, nor who used what.
    #[error(
        "nothing in the file can be used: {refused} refused, {passed_over} of no use{}",
        first.as_ref().map(|first| format!("; {first}")).unwrap_or_default()
    )]
    Nothing {
        /// How many entries were refused.
        refused: u64,
        /// How many things are of kinds that demarche has no use for.
        passed_over: u64,
        /// Where reading stopped, else the first entry that was refused and why.
        first: Option<String>,
    },
    /// It is compressed, and unpacks to more than an archive may.
    #[error("more than {limit} bytes when unpacked")]
    Unpacked {
        /// The most that is unpacked, in bytes.
        limit: u64,
    },
    /// It is larger than any catalogue.
    #[error("more than {limit} bytes, and no catalogue is that large")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
}

impl ImportError {
    pub(crate) fn json(error: serde_json::Error) -> Self {
        Self::Json(error)
    }

    pub(crate) fn nothing(imported: &Imported) -> Self {
        let first = imported.refused.first().map(|one| format!("{}: {}", one.id, one.reason));
        Self::Nothing {
            refused: imported.refused.len() as u64,
            passed_over: imported.passed_over.values().sum(),
            first: imported.cut.as_ref().map(ToString::to_string).or(first),
        }
    }

    /// What the user can do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::Json(_) => "fetch the file again; it may be cut off",
            Self::Unknown => "docs/library.md lists the files that can be added",
            Self::Galaxy(_) => {
                "of the MISP galaxy, threat-actor.json and malpedia.json can be added"
            }
            Self::Dashboard => {
                "of the dashboard's extracts, responses, attribution delays and initiators can be added"
            }
            Self::Nothing { .. } => {
                "check that it is the file you meant, and whole; docs/library.md lists what is read of each catalogue"
            }
            Self::Unpacked { .. } => {
                "fetch the file again; if it is truly that large, decompress it and add it decompressed"
            }
            Self::TooLarge { .. } => "add it in parts, as bundles of their own",
        }
    }
}
