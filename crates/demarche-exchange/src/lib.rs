//! The exchange of a case with partners: what may go to one addressee, and what of theirs meets the case.
//!
//! [`export_as`] takes [`Released`] and never the assessment, so that nothing withheld can reach a file: a bundle of
//! STIX 2.1, an event of MISP, a layer of the ATT&CK Navigator, an Attack Flow or a table.
//! Every object carries a marking of the Traffic Light Protocol, what is written is checked before it is returned, and
//! what a format cannot express is listed by its id with the reason.
//! [`onward`] sends on what partners sent, byte for byte, by the same rule of markings; [`matched`] finds the evidence
//! that their patterns ask for; [`sightings`] tells what a comparison in private found.
//!
//! Source: OASIS, STIX Version 2.1 (2021), and its extension "TLP 2.0" (2022).

pub mod answer;
mod case;
mod collection;
mod evidence;
mod flow;
mod identity;
mod incident;
mod judgement;
mod matching;
mod misp;
mod onward;
mod sightings;
mod table;
mod trace;
mod words;

use demarche_case::{Body, Recipient, Released, Tlp};
use demarche_report::incident_layer;
use demarche_stix::{BundleError, Draft, DraftError, KeptError, Timestamp, TlpVersion};

use collection::Collection;
pub use identity::{Identity, IdentityError, new_secret};
pub use matching::{Asked, asked_of_bundle, asked_of_text, matched};
pub use onward::{Onward, onward};
pub use sightings::{Common, Compared, SightingsError, sightings};

/// The form of a file for a partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A bundle of STIX 2.1.
    Stix,
    /// An event of MISP, as its JSON.
    Misp,
    /// A layer of the ATT&CK Navigator.
    Navigator,
    /// An Attack Flow 2.0.
    AttackFlow,
    /// A table of indicators.
    Csv,
    /// The bundles of partners, as they wrote them.
    Received,
}

impl Format {
    /// The format's own word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stix => "STIX",
            Self::Misp => "MISP",
            Self::Navigator => "the ATT&CK Navigator",
            Self::AttackFlow => "Attack Flow",
            Self::Csv => "a table of indicators",
            Self::Received => "what partners sent",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

/// A file for one addressee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The file; the same input gives the same bytes.
    pub bytes: Vec<u8>,
    /// The number of its objects, definitions of markings included; of a table its rows, of a layer its techniques.
    pub objects: usize,
    /// The strictest marking of what is in it.
    pub marking: Tlp,
    /// The parts that the format could not express, for the sender alone.
    pub unexpressed: Vec<Unexpressed>,
}

/// A part that is not in a bundle, although it might go to the addressee.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unexpressed {
    /// The id of the part in the case, such as `evidence c2-th`.
    pub part: String,
    /// The reason.
    pub reason: String,
}

/// Writes what may go to an addressee as a bundle of STIX 2.1; see [`export_as`].
///
/// # Errors
///
/// Those of [`export_as`].
pub fn export(released: &Released, settings: &Settings) -> Result<Export, ExportError> {
    export_as(released, settings, Format::Stix)
}

/// Writes what may go to an addressee in a format, and checks it.
///
/// A second export with the same [`Settings::created`] gives new versions of the same objects.
/// Identifiers differ from addressee to addressee, since what each may see differs too.
///
/// # Errors
///
/// [`ExportError::Accused`] where the addressee is said to be responsible or to shelter those who are, by the case or by
/// a claim in it: it gets a note and no traces in bulk. [`ExportError::Nothing`] where the format would be empty, and for [`Format::Received`], which [`onward`]
/// writes. Any other error where the format would be broken; nothing is written then.
pub fn export_as(
    released: &Released,
    settings: &Settings,
    format: Format,
) -> Result<Export, ExportError> {
    if settings.is_accused || released.case.blames(released.to.country()) {
        return Err(ExportError::Accused { to: released.to });
    }
    match format {
        Format::Stix => bundle(released, settings),
        Format::Misp => misp::event(released, settings),
        Format::Navigator => layer(released),
        Format::AttackFlow => flow::flow(released, settings),
        Format::Csv => table::table(released),
        Format::Received => Err(ExportError::Nothing { format }),
    }
}

fn bundle(released: &Released, settings: &Settings) -> Result<Export, ExportError> {
    let mut collection = Collection::new(released, settings);
    case::parties(&mut collection);
    case::frame(&mut collection);
    for item in &released.case.evidence {
        evidence::item(&mut collection, item);
    }
    case::told(&mut collection);
    judgement::judgement(&mut collection);
    case::left_over(&mut collection);
    case::report(&mut collection);
    collection.export()
}

/// The layer that the report makes, with a technique for each of the evidence and nothing else.
fn layer(released: &Released) -> Result<Export, ExportError> {
    let format = Format::Navigator;
    let text = incident_layer(&released.case, released.marking());
    let text = text.ok_or(ExportError::Nothing { format })?;
    let broken = |met: &str| ExportError::Broken { format, met: met.to_owned() };
    let layer: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| broken(&error.to_string()))?;
    let shown = layer.get("techniques").and_then(serde_json::Value::as_array);
    let shown: Vec<&str> = shown
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.get("techniqueID")?.as_str())
        .collect();
    let mut unexpressed = Vec::new();
    for item in &released.case.evidence {
        let reason = match &item.body {
            Body::Technique(body) if shown.contains(&body.technique.to_string().as_str()) => {
                continue;
            }
            Body::Technique(_) => "the layer has techniques of the Enterprise matrix alone",
            _ => "a layer has techniques alone",
        };
        unexpressed
            .push(Unexpressed { part: format!("evidence {}", item.id), reason: reason.to_owned() });
    }
    unexpressed.sort();
    let (objects, marking) = (shown.len(), released.marking());
    Ok(Export { bytes: text.into_bytes(), objects, marking, unexpressed })
}

/// An object with its marking, on its way into the bundle.
#[derive(Clone, Debug)]
struct Marked {
    draft: Draft,
    tlp: Tlp,
}

/// The choices of a sender for a bundle.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The time of the first export to this addressee, which stays the same in later ones.
    pub created: Timestamp,
    /// The time of this export, not before [`Settings::created`].
    pub modified: Timestamp,
    /// The version of the Traffic Light Protocol; the older one for partners that refuse TLP 2.0.
    pub tlp: TlpVersion,
    /// A secret of the sender that goes into every identifier.
    ///
    /// Without it, whoever guesses the ids of a case can recompute identifiers and so confirm the guess.
    /// It must stay the same from export to export.
    pub secret: String,
    /// True if the whole case, or a claim in it, says that the addressee is responsible, or shelters those who are.
    ///
    /// Where the addressee may not know the parties, only the caller can tell.
    pub is_accused: bool,
}

impl Settings {
    /// The settings of a first export at a time, marked by TLP 2.0.
    #[must_use]
    pub fn first(time: Timestamp) -> Self {
        Self {
            created: time.clone(),
            modified: time,
            tlp: TlpVersion::Two,
            secret: String::new(),
            is_accused: false,
        }
    }
}

/// A bundle cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The addressee is said to be responsible, or to shelter those who are.
    #[error("{to} is said to be responsible or to shelter those who are, and gets no traces")]
    Accused {
        /// The addressee.
        to: Recipient,
    },
    /// An object would not be valid.
    #[error("an object cannot be written")]
    Draft(#[from] DraftError),
    /// The bundle would not be valid.
    #[error("the bundle cannot be written")]
    Bundle(#[from] BundleError),
    /// The format would be broken.
    #[error("{format} cannot be written: {met}")]
    Broken {
        /// The format.
        format: Format,
        /// The fault.
        met: String,
    },
    /// Nothing of what the format has may go to the addressee.
    #[error("nothing of the case that {format} has may go to this addressee")]
    Nothing {
        /// The format.
        format: Format,
    },
    /// A bundle that a partner sent cannot be read.
    #[error("{file} cannot be read")]
    Kept {
        /// The file.
        file: String,
        /// The fault.
        source: KeptError,
    },
}

impl ExportError {
    /// The remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Accused { .. } => {
                "send it the note. If only a claim says it and you do not share it, take the claim out of a copy of the case"
            }
            Self::Draft(_) | Self::Bundle(_) | Self::Broken { .. } => {
                "report it as a mistake of demarche: what it writes should be valid"
            }
            Self::Nothing { .. } => "look at the markings, or take another format",
            Self::Kept { .. } => "remove the file, or import the bundle again",
        }
    }
}
