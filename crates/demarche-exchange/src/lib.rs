//! The exchange of a case with partners: what may go to one addressee, as a bundle of STIX 2.1.
//!
//! [`export`] takes [`Released`](demarche_case::Released) and never the assessment, so that nothing withheld can reach a
//! bundle. Every object carries a marking of the Traffic Light Protocol, the bundle is checked against the whole standard
//! before it is returned, and what STIX cannot express is listed by its id with the reason.
//!
//! Source: OASIS, STIX Version 2.1 (2021), and its extension "TLP 2.0" (2022).

mod case;
mod collection;
mod error;
mod evidence;
mod judgement;
mod pattern;
mod settings;
mod words;

use demarche_case::{Released, Role, Tlp};
use demarche_stix::{Draft, Rules};

use collection::Collection;
pub use error::ExportError;
pub use pattern::{address_pattern, domain_pattern, hash_pattern, url_pattern};
pub use settings::Settings;

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
    if settings.is_accused || is_accused(released) {
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

/// Returns true if the released case says that the addressee is responsible, or shelters those who are.
fn is_accused(released: &Released) -> bool {
    let country = released.to.country();
    let accused = [Role::ResponsibleAlleged, Role::ShelterAlleged];
    let mut parties = released.case.parties.iter().filter(|party| party.country == Some(country));
    parties.any(|party| accused.iter().any(|role| party.roles.contains(role)))
}

/// An object with its marking, on its way into the bundle.
#[derive(Clone, Debug)]
struct Marked {
    draft: Draft,
    tlp: Tlp,
}
