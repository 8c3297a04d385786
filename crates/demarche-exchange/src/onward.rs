//! Bundles of partners, sent on: their objects as they were written, as far as their markings allow.
//!
//! An object goes unchanged or stays. One that names an object that stays does so too, as its reader could guess what
//! is missing: the identifiers of observables are made of their values.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::{Case, Evidence, Recipient, Tlp};
use demarche_stix::{KeptBundle, KeptObject, Markings, bundle_of};

use crate::{Export, ExportError, Format, Unexpressed};

/// The properties of a bundle that every bundle has; any other has no marking.
const OWN: [&str; 4] = ["type", "id", "spec_version", "objects"];

/// The choices of a sender for what partners sent.
#[derive(Clone, Copy, Debug)]
pub struct Onward<'c> {
    /// The whole case: its evidence may mark an object more strictly, or say that its source let it go.
    pub case: &'c Case,
    /// The addressee.
    pub to: Recipient,
    /// The marking of objects that have none of the Traffic Light Protocol.
    pub unmarked: Tlp,
}

/// Writes what may go to an addressee of bundles that came in, each object byte for byte.
///
/// One bundle of which everything may go leaves as it came, to the byte. The strictest marking counts of an object, of
/// its parts, of its other versions, and of the evidence that was made of it.
/// What stays is listed by its id in [`Export::unexpressed`], for the sender alone.
///
/// # Errors
///
/// [`ExportError::Accused`] where the case, or a claim in it, says that the addressee is responsible or shelters those
/// who are;
/// [`ExportError::Kept`] where a bundle cannot be read; [`ExportError::Nothing`] where nothing may go.
pub fn onward(bundles: &[(&str, &[u8])], terms: &Onward<'_>) -> Result<Export, ExportError> {
    if terms.case.blames(terms.to.country()) {
        return Err(ExportError::Accused { to: terms.to });
    }
    let mut kept = Vec::new();
    for (name, bytes) in bundles {
        let bundle = KeptBundle::read(bytes)
            .map_err(|source| ExportError::Kept { file: (*name).to_owned(), source })?;
        kept.push(bundle);
    }
    let objects: Vec<&KeptObject<'_>> = kept.iter().flat_map(|bundle| &bundle.objects).collect();
    let (stays, marking) = staying(&objects, terms);
    let may_go = |object: &&&KeptObject<'_>| !stays.contains_key(name(object));
    let going: Vec<&&KeptObject<'_>> = objects.iter().filter(may_go).collect();
    if going.is_empty() {
        return Err(ExportError::Nothing { format: Format::Received });
    }
    let mut unexpressed: Vec<Unexpressed> = stays
        .into_iter()
        .map(|(part, reason)| Unexpressed { part: part.to_owned(), reason })
        .collect();
    let of_bundles = kept.iter().flat_map(|bundle| &bundle.members);
    let extra: BTreeSet<&String> =
        of_bundles.filter(|name| !OWN.contains(&name.as_str())).collect();
    let text = match kept.as_slice() {
        [only] if going.len() == objects.len() && extra.is_empty() => only.write(),
        _ => {
            // The same object in two bundles goes once.
            let mut seen = BTreeSet::new();
            let texts = going.iter().map(|object| object.json());
            bundle_of(texts.filter(|text| seen.insert(*text)))
        }
    };
    unexpressed.extend(extra.into_iter().map(|name| Unexpressed {
        part: format!("the bundle's own property `{name}`"),
        reason: "a bundle has no marking".to_owned(),
    }));
    unexpressed.sort();
    let objects = KeptBundle::read(text.as_bytes())
        .map_err(|source| ExportError::Kept { file: "the export".to_owned(), source })?
        .objects
        .len();
    Ok(Export { bytes: text.into_bytes(), objects, marking, unexpressed })
}

/// The id of an object, or its text where it has none.
fn name<'o>(object: &'o KeptObject<'_>) -> &'o str {
    object.id.as_deref().unwrap_or_else(|| object.json())
}

/// The objects that stay, by id with the reason, and the strictest marking of those that go.
fn staying<'o>(
    objects: &[&'o KeptObject<'_>],
    terms: &Onward<'_>,
) -> (BTreeMap<&'o str, String>, Tlp) {
    let markings = Markings::of(objects.iter().map(|object| object.json().as_bytes()));
    let mut levels: BTreeMap<&str, Tlp> = BTreeMap::new();
    for object in objects {
        let level = markings.read(object.json().as_bytes()).level(match object.kind.as_str() {
            // A definition by itself tells nothing of what it marks.
            "marking-definition" => Tlp::Clear,
            _ => terms.unmarked,
        });
        let known = levels.entry(name(object)).or_insert(level);
        *known = (*known).max(level);
    }
    let mut origins: BTreeMap<&str, Vec<&Evidence>> = BTreeMap::new();
    for item in &terms.case.evidence {
        if let Some(id) = item.origin.as_deref().and_then(|origin| origin.strip_prefix("stix:")) {
            origins.entry(id).or_default().push(item);
        }
    }
    let mut stays: BTreeMap<&str, String> = BTreeMap::new();
    for (id, level) in &levels {
        if let Err(reason) = may_go(*level, origins.get(id).map_or(&[], Vec::as_slice), terms.to) {
            stays.insert(id, reason);
        }
    }
    for object in objects.iter().filter(|object| object.id.is_none()) {
        stays.insert(name(object), "it has no id".to_owned());
    }
    // Each round lets at least one more object stay, so that it ends.
    loop {
        let refers = |object: &&&'o KeptObject<'_>| {
            let named = object.references.iter().find(|id| stays.contains_key(id.as_str()))?;
            Some((name(object), format!("it names {named}, which stays")))
        };
        let open = objects.iter().filter(|object| !stays.contains_key(name(object)));
        let more: Vec<(&str, String)> =
            open.collect::<Vec<_>>().iter().filter_map(refers).collect();
        if more.is_empty() {
            break;
        }
        stays.extend(more);
    }
    for id in unused(objects, &stays) {
        stays.insert(id, "nothing that goes is marked by it".to_owned());
    }
    let going = levels.iter().filter(|(id, _)| !stays.contains_key(*id));
    let marking = Tlp::strictest(going.map(|(_, level)| *level));
    (stays, marking)
}

/// The definitions of markings that no object names which goes: their words may be about what stays.
fn unused<'o>(objects: &[&'o KeptObject<'_>], stays: &BTreeMap<&'o str, String>) -> Vec<&'o str> {
    let is_definition = |object: &KeptObject<'_>| object.kind == "marking-definition";
    let going = |object: &&&'o KeptObject<'_>| !stays.contains_key(name(object));
    let definitions = objects.iter().filter(|object| is_definition(object)).filter(going);
    let is_named = |id: &str| {
        let mut marked = objects.iter().filter(|object| !is_definition(object)).filter(going);
        marked.any(|object| object.json().contains(id))
    };
    definitions.map(|object| name(object)).filter(|id| !is_named(id)).collect()
}

/// Decides by the marking of an object and by the items of evidence that were made of it.
fn may_go(level: Tlp, items: &[&Evidence], to: Recipient) -> Result<(), String> {
    let told = |withheld: demarche_case::Withheld| format!("it is marked {}", withheld.marking);
    if items.is_empty() {
        return level.may_go_to(to.country(), &BTreeSet::new()).map_err(told);
    }
    items.iter().try_for_each(|item| {
        item.tlp.max(level).may_go_to(to.country(), &item.release_to).map_err(told)
    })
}
