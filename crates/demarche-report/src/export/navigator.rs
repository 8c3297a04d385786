//! Layers for the ATT&CK Navigator: the incident, the leading actor, and both together.
//!
//! Source: MITRE, "ATT&CK Navigator Layer File Format Definition", version 4.5. Layers of one file are a list.

use std::collections::BTreeMap;

use demarche_case::assessment::attribution::{AttributionFindings, CitedSource, Hypothesis};
use demarche_case::record::{Catalogue, RecordId};
use demarche_case::{Body, Case, TechniqueId, Tlp};
use serde_json::{Value, json};

use crate::attribution::{by_rank, cited, name};
use crate::number::counted;
use crate::text::{NAME, PROSE, shown};

/// The release of ATT&CK that a layer is for where no edition says it.
const ATTACK: &str = "18";

/// Seen in the incident, known of the actor, and both: their scores, and colours that the common kinds of colour
/// blindness keep apart.
const INCIDENT: (u8, &str) = (1, "#6da1d2");
const ACTOR: (u8, &str) = (2, "#f0c49d");
const BOTH: (u8, &str) = (3, "#b48ac9");

/// Sources cited for one technique.
const SOURCES: usize = 5;

/// Three layers of format 4.5 in one file, as a list: the incident, the leading actor of the record, and their overlap.
///
/// The score is 1 for a technique of the incident, 2 for one of the actor that was not seen, 3 for both; it is no
/// probability. Techniques of other matrices than Enterprise are left out.
#[must_use]
pub fn navigator_layers(findings: &AttributionFindings, case: &Case, marking: Tlp) -> String {
    let seen = seen(case);
    let actor = leading_actor(findings);
    let known = actor.as_ref().map(|(id, _)| known(findings, id)).unwrap_or_default();
    let whose = actor.map_or_else(|| "no actor of the record".to_owned(), |(_, name)| name);
    let title = shown(&case.title, NAME);
    let version = attack_version(findings);
    let both: BTreeMap<TechniqueId, Mark> = seen
        .keys()
        .chain(known.keys())
        .map(|id| (*id, overlap(seen.get(id), known.get(id))))
        .collect();
    let layer = |name: &str, about: &str, marks| layer((name, about), marking, &version, marks);
    let layers = json!([
        layer(&format!("Incident: {title}"), "Techniques of the evidence.", &seen),
        layer(
            &format!("Actor: {whose}"),
            "Techniques that the record has of the leading actor; those not seen are where to look, not evidence of absence.",
            &known
        ),
        layer(
            &format!("Overlap: {title} and {whose}"),
            "1: seen only. 2: known of the actor only. 3: both. The score is no probability.",
            &both
        ),
    ]);
    format!("{layers:#}\n")
}

/// The techniques of the evidence as one layer of format 4.5, with no actor in it.
///
/// Techniques of other matrices than Enterprise are left out; `None` where there is none to show.
#[must_use]
pub fn incident_layer(case: &Case, marking: Tlp) -> Option<String> {
    let seen = seen(case);
    if seen.is_empty() {
        return None;
    }
    let name = format!("Incident: {}", shown(&case.title, NAME));
    let layer = layer((&name, "Techniques of the evidence."), marking, ATTACK, &seen);
    Some(format!("{layer:#}\n"))
}

/// The marks of a technique in a layer.
#[derive(Clone, Debug)]
struct Mark {
    what: (u8, &'static str),
    comment: String,
    sources: Vec<String>,
}

/// The techniques of the evidence, each with the items that show it.
fn seen(case: &Case) -> BTreeMap<TechniqueId, Mark> {
    let mut seen: BTreeMap<TechniqueId, Mark> = BTreeMap::new();
    for item in &case.evidence {
        let Body::Technique(technique) = &item.body else { continue };
        let mark = seen.entry(technique.technique).or_insert_with(|| Mark {
            what: INCIDENT,
            comment: String::new(),
            sources: Vec::new(),
        });
        if !mark.comment.is_empty() {
            mark.comment.push_str("; ");
        }
        mark.comment.push_str(&format!("{}: {}", item.id, shown(&item.title, NAME)));
        mark.sources.push(shown(&item.source.text, PROSE));
    }
    seen.retain(|id, _| is_enterprise(*id));
    seen
}

/// Numbers of the ICS matrix begin with T0.
fn is_enterprise(id: TechniqueId) -> bool {
    !id.to_string().starts_with("T0")
}

/// The actor of the record that leads, also in a false flag.
fn leading_actor(findings: &AttributionFindings) -> Option<(RecordId, String)> {
    let places = by_rank(findings);
    places.into_iter().filter_map(|index| findings.hypotheses.get(index)).find_map(|hypothesis| {
        match hypothesis {
            Hypothesis::Actor { id, .. } => Some((id.clone(), name(hypothesis))),
            Hypothesis::FalseFlag { actor, name, .. } => Some((actor.clone(), shown(name, NAME))),
            Hypothesis::Unlisted { .. } | Hypothesis::Named { .. } => None,
        }
    })
}

/// The techniques of the leading actor: those that were seen, and those to hunt for.
fn known(findings: &AttributionFindings, actor: &RecordId) -> BTreeMap<TechniqueId, Mark> {
    let overlaps = findings.overlaps.iter().filter(|overlap| overlap.actor == *actor);
    let seen = overlaps.flat_map(|overlap| &overlap.techniques).map(|id| {
        let comment = "known of the actor, and seen".to_owned();
        (*id, Mark { what: BOTH, comment, sources: Vec::new() })
    });
    let hunted = findings.hunt_leads.iter().map(|lead| {
        let counted = counted(lead.others, "other actor", "other actors");
        let comment =
            format!("not seen: where to look, not evidence of absence; {counted} known for it");
        (lead.technique, Mark { what: ACTOR, comment, sources: citations(&lead.sources) })
    });
    let mut known: BTreeMap<TechniqueId, Mark> = hunted.chain(seen).collect();
    known.retain(|id, _| is_enterprise(*id));
    known
}

fn citations(sources: &[CitedSource]) -> Vec<String> {
    sources.iter().take(SOURCES).map(cited).collect()
}

fn overlap(seen: Option<&Mark>, known: Option<&Mark>) -> Mark {
    let marks = || seen.into_iter().chain(known);
    let comments: Vec<&str> = marks().map(|mark| mark.comment.as_str()).collect();
    let knowledge = match (seen, known) {
        (Some(_), Some(_)) => BOTH,
        // An overlap may be on a parent technique that the evidence does not name itself.
        (None, Some(mark)) => mark.what,
        (Some(_) | None, None) => INCIDENT,
    };
    let sources = marks().flat_map(|mark| mark.sources.clone()).collect();
    Mark { what: knowledge, comment: comments.join("; "), sources }
}

fn layer(
    (name, about): (&str, &str),
    marking: Tlp,
    version: &str,
    marks: &BTreeMap<TechniqueId, Mark>,
) -> Value {
    let techniques: Vec<Value> = marks.iter().map(|(id, mark)| technique(*id, mark)).collect();
    json!({
        "name": name,
        "versions": { "attack": version, "navigator": "5.1.0", "layer": "4.5" },
        "domain": "enterprise-attack",
        "description": format!("{marking}. {about}"),
        "sorting": 3,
        "layout": {
            "layout": "side",
            "showID": true,
            "showName": true,
            "showAggregateScores": false,
            "countUnscored": false,
            "aggregateFunction": "max",
            "expandedSubtechniques": "annotated"
        },
        "hideDisabled": false,
        "techniques": techniques,
        "gradient": { "colors": [INCIDENT.1, ACTOR.1, BOTH.1], "minValue": INCIDENT.0, "maxValue": BOTH.0 },
        "legendItems": [
            { "label": "seen in the incident", "color": INCIDENT.1 },
            { "label": "known of the actor, not seen", "color": ACTOR.1 },
            { "label": "both", "color": BOTH.1 }
        ],
        "showTacticRowBackground": false,
        "tacticRowBackground": "#dddddd",
        "selectTechniquesAcrossTactics": true,
        "selectSubtechniquesWithParent": false,
        "selectVisibleTechniques": false,
        "metadata": [{ "name": "tlp", "value": marking.to_string() }],
        "links": []
    })
}

/// Sources are metadata and no links: their addresses are not to be clicked by mistake.
fn technique(id: TechniqueId, mark: &Mark) -> Value {
    let metadata: Vec<Value> =
        mark.sources.iter().map(|source| json!({ "name": "source", "value": source })).collect();
    json!({
        "techniqueID": id.to_string(),
        "score": mark.what.0,
        "color": mark.what.1,
        "comment": mark.comment,
        "enabled": true,
        "metadata": metadata,
        "links": [],
        "showSubtechniques": true
    })
}

/// The release of ATT&CK in the record, such as `18` of `attack-enterprise-18.1`.
fn attack_version(findings: &AttributionFindings) -> String {
    let editions = findings.record.editions.iter();
    let versions =
        editions.filter(|edition| edition.catalogue == Catalogue::Attack).filter_map(|edition| {
            let (name, version) = edition.name.rsplit_once('-')?;
            let release = version.split('.').next().unwrap_or_default();
            let is_number = (1..=3).contains(&release.len())
                && release.bytes().all(|byte| byte.is_ascii_digit());
            (is_number && name.contains("enterprise")).then(|| release.to_owned())
        });
    versions.max_by_key(|release| release.parse::<u16>().ok()).unwrap_or_else(|| ATTACK.to_owned())
}
