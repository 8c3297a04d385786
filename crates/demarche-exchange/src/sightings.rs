//! Sightings of STIX 2.1, of the items that two parties found in common.

use demarche_case::Tlp;
use demarche_pattern::{Pattern, check_text};
use demarche_stix::{
    BundleError, Draft, DraftError, Rules, Timestamp, TlpVersion, WrittenBundle, stable_id,
};

/// Something that both parties have.
#[derive(Clone, Debug, PartialEq)]
pub enum Common {
    /// A value that a pattern finds, with a name for people.
    Pattern(String, Pattern),
    /// A vulnerability by its CVE number.
    Vulnerability(String),
    /// A technique of ATT&CK by its number.
    Technique(String),
}

/// The parties of a comparison, its time, and the marking of its outcome.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The name of the party that asked, which is the author.
    pub by: String,
    /// The name of the party that answered, or its key.
    pub with: String,
    /// The marking of the outcome.
    pub tlp: Tlp,
    /// The time of the comparison.
    pub time: Timestamp,
    /// A secret part of every identifier, such as the digest of the request: nobody else can recompute it.
    pub secret: String,
}

/// Sightings cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SightingsError {
    /// Nothing was found in common.
    #[error("nothing in common, so that there is no sighting")]
    Nothing,
    /// An object would not be valid.
    #[error("an object cannot be written")]
    Draft(#[from] DraftError),
    /// The bundle would not be valid.
    #[error("the bundle cannot be written")]
    Bundle(#[from] BundleError),
}

/// Writes what was found in common as a bundle: each item once, and a sighting of it with both parties.
///
/// # Errors
///
/// [`SightingsError`] where nothing was found, or STIX would be broken.
pub fn sightings(common: &[Common], compared: &Compared) -> Result<Vec<u8>, SightingsError> {
    if common.is_empty() {
        return Err(SightingsError::Nothing);
    }
    let definitions = TlpVersion::Two.definitions(compared.tlp);
    let mut bundle = WrittenBundle::default();
    let mut add = |draft: Draft| -> Result<(), SightingsError> {
        bundle.add(draft.marked(&definitions).finish()?)?;
        Ok(())
    };
    let id = |kind: &str, part: &[&str]| {
        stable_id(kind, &[&["compared", compared.secret.as_str()], part].concat())
    };
    let author = id("identity", &["by", &compared.by]);
    let domain = |kind: &str, part: &[&str]| {
        let draft = Draft::domain(kind, &id(kind, part), &compared.time, &compared.time);
        draft.text("created_by_ref", &author)
    };
    let parties = [("by", &compared.by), ("with", &compared.with)];
    for (role, name) in parties {
        let draft = domain("identity", &[role, name]).text("name", name);
        add(draft.text("identity_class", "organization"))?;
    }
    let everywhere = parties.map(|(role, name)| id("identity", &[role, name]));
    for item in common {
        let (kind, name) = match item {
            Common::Pattern(name, _) => ("indicator", name),
            Common::Vulnerability(name) => ("vulnerability", name),
            Common::Technique(name) => ("attack-pattern", name),
        };
        let draft = domain(kind, &["item", name]).text("name", name);
        add(match item {
            Common::Pattern(_, pattern) => draft
                .text("pattern", &pattern.to_string())
                .text("pattern_type", "stix")
                .text("pattern_version", "2.1")
                .texts("indicator_types", ["unknown"])
                .time("valid_from", &compared.time),
            Common::Vulnerability(name) => {
                draft.push("external_references", &[("source_name", "cve"), ("external_id", name)])
            }
            Common::Technique(name) => draft.push(
                "external_references",
                &[("source_name", "mitre-attack"), ("external_id", name)],
            ),
        })?;
        let sighting = domain("sighting", &["of", name])
            .text("sighting_of_ref", &id(kind, &["item", name]))
            .text("description", "Both parties had it before a comparison in private.");
        add(sighting.texts("where_sighted_refs", &everywhere))?;
    }
    for definition in definitions.clone() {
        bundle.add(definition)?;
    }
    let rules = Rules { interop: false, pattern: Some(check_text) };
    Ok(bundle.finish(&rules)?)
}
