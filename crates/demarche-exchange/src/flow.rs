//! An Attack Flow 2.0: the techniques of the evidence as actions.
//!
//! A case says what was seen and not which action led to which, so that every action begins the flow and none has an
//! effect: an edge would be an invention.
//!
//! Source: Center for Threat-Informed Defense, "Attack Flow STIX 2.1 Extension", version 2.0.0 (2022).

use std::collections::BTreeSet;

use demarche_case::{Body, Evidence, Precision, Released, Technique, Tlp};
use demarche_stix::{Draft, KeptBundle};

use crate::collection::{Collection, time};
use crate::evidence::{pattern_of, sourced};
use crate::{Export, ExportError, Format, Settings, case};

/// The extension of Attack Flow, version 2.0.0.
const EXTENSION: &str = "extension-definition--fb9c968a-745b-4ade-9b25-c324172197f4";

/// The author of the extension.
const AUTHOR: &str = "identity--d673f8cb-c168-42da-8ed4-0cb26725f86c";

/// The time of the extension and of its author.
const MADE: &str = "2022-08-02T19:34:35.143Z";

const SCHEMA: &str = "https://center-for-threat-informed-defense.github.io/attack-flow/stix/attack-flow-schema-2.0.0.json";

/// Writes the techniques of the released evidence as an Attack Flow.
pub(crate) fn flow(released: &Released, settings: &Settings) -> Result<Export, ExportError> {
    let mut collection = Collection::new(released, settings);
    case::author(&mut collection);
    let mut actions: Vec<(&Evidence, String)> = Vec::new();
    for item in &released.case.evidence {
        let Body::Technique(technique) = &item.body else {
            collection.unexpressed(
                &format!("evidence {}", item.id),
                "an attack flow has techniques alone",
            );
            continue;
        };
        let id = action(&mut collection, item, technique);
        actions.push((item, id));
    }
    if actions.is_empty() {
        return Err(ExportError::Nothing { format: Format::AttackFlow });
    }
    // The order is that of observation; what has no time stands last.
    actions.sort_by_key(|(item, _)| (item.observed.is_none(), item.observed, item.id.clone()));
    extension(&mut collection)?;
    let starts: Vec<String> = actions.into_iter().map(|(_, id)| id).collect();
    let (title, summary) = if released.shows_case {
        (released.case.title.as_str(), released.case.summary.as_str())
    } else {
        ("Techniques of a case that may not be shared", "")
    };
    let title = if title.is_empty() { released.case.id.as_str() } else { title };
    collection.add("attack-flow", &["flow"], released.marking(), |draft| {
        let draft = draft.text("name", title).text("description", summary);
        extended(draft.text("scope", "incident").texts("start_refs", starts))
    });
    let reason = "the case does not say which action led to which: every action begins the flow";
    collection.unexpressed("order of actions", reason);
    let export = collection.export()?;
    is_closed(&export.bytes)?;
    Ok(export)
}

fn action(collection: &mut Collection<'_>, item: &Evidence, technique: &Technique) -> String {
    let pattern = pattern_of(collection, item, technique);
    let number = technique.technique.to_string();
    let name = technique.name.as_deref().unwrap_or(&number);
    // A flow has times to the second alone; a day is told in words.
    let exact = item.observed.filter(|moment| moment.precision() >= Precision::Minute);
    let start = exact.and_then(time);
    let vague = item.observed.filter(|_| start.is_none());
    let said = vague.map_or_else(String::new, |moment| format!("\nObserved: {moment}"));
    collection.add("attack-action", &["evidence", item.id.as_str()], item.tlp, |draft| {
        let draft = draft.text("name", name).text("technique_id", &number);
        let draft = draft.text("technique_ref", &pattern);
        let draft = draft.text("description", &format!("{}{said}", item.says));
        let draft = match &start {
            Some(start) => draft.time("execution_start", start),
            None => draft,
        };
        extended(sourced(draft, item))
    })
}

fn extended(draft: Draft) -> Draft {
    draft.nested("extensions", EXTENSION, &[("extension_type", "new-sdo")])
}

/// The definition of the extension and its author, as they are published.
fn extension(collection: &mut Collection<'_>) -> Result<(), ExportError> {
    let made = MADE.parse().map_err(|_| ExportError::Nothing { format: Format::AttackFlow })?;
    let author = Draft::domain("identity", AUTHOR, &made, &made).text("created_by_ref", AUTHOR);
    let author = author.text("name", "MITRE Center for Threat-Informed Defense");
    collection.put(AUTHOR, Tlp::Clear, author.text("identity_class", "organization"));
    let draft = Draft::domain("extension-definition", EXTENSION, &made, &made)
        .text("created_by_ref", AUTHOR)
        .text("name", "Attack Flow")
        .text("description", "Extends STIX 2.1 with features to create Attack Flows.")
        .text("schema", SCHEMA)
        .text("version", "2.0.0")
        .texts("extension_types", ["new-sdo"]);
    collection.put(EXTENSION, Tlp::Clear, draft);
    Ok(())
}

/// Every object that is named is there; the schema asks for it in words and no validator of STIX looks.
fn is_closed(bytes: &[u8]) -> Result<(), ExportError> {
    let broken = |met: String| ExportError::Broken { format: Format::AttackFlow, met };
    let kept = KeptBundle::read(bytes).map_err(|error| broken(error.to_string()))?;
    let ids: BTreeSet<&String> =
        kept.objects.iter().filter_map(|object| object.id.as_ref()).collect();
    let mut named = kept.objects.iter().flat_map(|object| &object.references);
    match named.find(|id| !ids.contains(id)) {
        Some(id) => Err(broken(format!("{id} is named and not there"))),
        None => Ok(()),
    }
}
