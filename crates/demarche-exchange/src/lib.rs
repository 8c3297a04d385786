//! The exchange of a case with partners: what may go to one addressee, as a bundle of STIX 2.1.
//!
//! [`export`] takes [`Released`] and never the assessment, so that nothing withheld can reach a
//! bundle. Every object carries a marking of the Traffic Light Protocol, the bundle is checked against the whole standard
//! before it is returned, and what STIX cannot express is listed by its id with the reason.
//!
//! Source: OASIS, STIX Version 2.1 (2021), and its extension "TLP 2.0" (2022).

pub mod answer;
mod case;
mod collection;
mod evidence;
mod judgement;
mod pattern;
mod words;

use demarche_case::{Recipient, Released, Tlp};
use demarche_stix::{BundleError, Draft, DraftError, Rules, Timestamp, TlpVersion};

use collection::Collection;
pub use pattern::{address_pattern, domain_pattern, hash_pattern, url_pattern};

/// A bundle for one addressee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The bundle as JSON; the same input gives the same bytes.
    pub bytes: Vec<u8>,
    /// The number of its objects, definitions of markings included.
    pub objects: usize,
    /// The strictest marking of what is in it.
    pub marking: Tlp,
    /// The parts that STIX could not express, for the sender alone.
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

/// Writes what may go to an addressee as a bundle of STIX 2.1.
///
/// A second export with the same [`Settings::created`] gives new versions of the same objects.
/// Identifiers differ from addressee to addressee, since what each may see differs too.
///
/// # Errors
///
/// [`ExportError::Accused`] where the addressee is said to be responsible or to shelter those who are: it gets a note and
/// no traces. [`ExportError::Draft`] and [`ExportError::Bundle`] where STIX would be broken; nothing is written then.
pub fn export(released: &Released, settings: &Settings) -> Result<Export, ExportError> {
    if settings.is_accused || released.case.accuses(released.to.country()) {
        return Err(ExportError::Accused { to: released.to });
    }
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
    let (bundle, unexpressed) = collection.finish()?;
    let bytes = bundle.finish(&Rules::default())?;
    let objects = bundle.ids().count();
    Ok(Export { bytes, objects, marking: released.marking(), unexpressed })
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
    /// True if the whole case says that the addressee is responsible, or shelters those who are.
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
}

impl ExportError {
    /// The remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Accused { .. } => "send it the note, which is made for an accused state",
            Self::Draft(_) | Self::Bundle(_) => {
                "report it as a mistake of demarche: what it writes should be valid"
            }
        }
    }
}
