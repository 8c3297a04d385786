//! The result of an import, and the reasons for which a file is not imported at all.

use std::collections::BTreeMap;

use demarche_case::record::{Catalogue, Edition, Record};
use demarche_case::{Gap, GapKind, Moment, Sha256, Shortfall, Tlp};

use crate::Refused;

/// The facts that the user knows about a file beside its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The origin: an address, or the file's name.
    pub origin: String,
    /// The date of issue by the publisher, where the file itself states none.
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
    /// The usable entries, with one edition.
    pub part: Record,
    /// The entries that were not used, in order.
    pub refused: Vec<Refused>,
    /// The number of objects and fields that become no entry, by kind.
    pub passed_over: BTreeMap<String, u64>,
    /// The reason for which reading stopped early; `None` if the whole file was read.
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

/// A file that publishers put beside a data set, and that has nothing to add to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Companion {
    /// A table of the codes of a data set.
    #[error("a code book, which explains the codes of a data set")]
    CodeBook,
    /// An extract of EuRepoC's dashboard other than responses, attribution delays and initiators.
    #[error("an extract of EuRepoC's dashboard that demarche has no use for")]
    Dashboard,
    /// The description of a galaxy of MISP.
    #[error("the description of a galaxy of MISP, without its clusters")]
    Galaxy,
}

impl Companion {
    /// The files of the same publisher that can be added.
    fn hint(self) -> &'static str {
        match self {
            Self::CodeBook => "add the data set itself; demarche knows its codes",
            Self::Dashboard => {
                "of the dashboard's extracts, responses, attribution delays and initiators can be added"
            }
            Self::Galaxy => "add the file of the same name in the folder `clusters`",
        }
    }
}

/// The reason for which a file was not imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// The file is of no kind that the library knows.
    #[error("neither a STIX bundle nor a table or cluster that the library knows")]
    Unknown,
    /// The file is another cluster of the MISP galaxy.
    #[error("a cluster of the MISP galaxy of type `{0}`")]
    Galaxy(String),
    /// The file is a list of clusters of the MISP galaxy.
    #[error("a list of clusters of the MISP galaxy")]
    Galaxies,
    /// The file is text in UTF-16.
    #[error("text in UTF-16, and only UTF-8 is read")]
    Utf16,
    /// The file is a spreadsheet.
    #[error("a spreadsheet, and only tables as text are read")]
    Spreadsheet,
    /// The cells of the table are parted by another sign than a comma.
    #[error("a table whose cells are parted by {0}, and only commas are read")]
    Separator(&'static str),
    /// The heads of the table are those of a known table in other letters.
    #[error("the columns of a known table, in other letters: `{0}`")]
    Heads(String),
    /// Lines stand before the heads of the table.
    #[error("a table whose heads stand in line {0}, and they must stand in the first")]
    Title(usize),
    /// The file is published beside a data set, and has nothing to add.
    #[error("{0}")]
    Companion(Companion),
    /// The file is not JSON throughout.
    #[error("not a cluster of the MISP galaxy: {0}")]
    Json(String),
    /// Nothing in it is of use: no actor, program, technique, attack, nor who used what.
    #[error(
        "nothing in the file can be used: {refused} refused, {passed_over} that make no entry{}",
        first.as_ref().map_or_else(String::new, |first| format!("; {first}"))
    )]
    Nothing {
        /// The number of entries that were refused.
        refused: u64,
        /// The number of objects and fields of kinds that become no entry.
        passed_over: u64,
        /// The reason for which reading stopped early, else the first refused entry with its reason.
        first: Option<String>,
    },
    /// The file is compressed, and unpacks to more than an archive may.
    #[error("more than {limit} bytes when unpacked")]
    Unpacked {
        /// The most that is unpacked, in bytes.
        limit: u64,
    },
    /// The file is larger than any catalogue.
    #[error("more than {limit} bytes, and no catalogue is that large")]
    TooLarge {
        /// The most that is read, in bytes.
        limit: u64,
    },
}

impl ImportError {
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        Self::Json(demarche_stix::fault_at(error))
    }

    pub(crate) fn nothing(imported: &Imported) -> Self {
        let first =
            imported.refused.first().map(|refused| format!("{}: {}", refused.id, refused.reason));
        Self::Nothing {
            refused: imported.refused.len() as u64,
            passed_over: imported.passed_over.values().sum(),
            first: imported.cut.as_ref().map(ToString::to_string).or(first),
        }
    }

    /// Returns an action of the user that would help.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Empty | Self::Json(_) => "fetch the file again; it may be cut off",
            Self::Unknown => "docs/library.md lists the files that can be added",
            Self::Galaxy(_) => {
                "of the MISP galaxy, threat-actor.json and malpedia.json can be added"
            }
            Self::Galaxies => "add each cluster as a file of its own",
            Self::Utf16 => "save it as UTF-8, and add it again",
            Self::Spreadsheet | Self::Separator(_) => {
                "save each sheet as CSV with commas, in UTF-8, and add it again"
            }
            Self::Heads(_) => {
                "write the heads as the publisher has them; add the file as it was published"
            }
            Self::Title(_) => "remove the lines before the heads, and add it again",
            Self::Companion(companion) => companion.hint(),
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
