//! The judgement of who did it: its answer as threat actor or intrusion set, and an opinion on how far a rival is.
//!
//! A bundle names whom the note to the same addressee names: nobody below even chances, and no rival.
//!
//! Confidence (in the evidence) is a number of the standard's scale; probability (of the claim) stands in words.

use demarche_case::assessment::attribution::{AttributionFindings, Chance, Hypothesis, Leads};
use demarche_case::record::{Catalogue, RecordId};
use demarche_case::{AttackerKind, Country};
use demarche_stix::Draft;

use crate::collection::Collection;
use crate::evidence::location;
use crate::words;

/// The least probability at which an actor is named beside the answer: one chance in four.
const NAMED: f64 = 0.25;

/// The least probability at which anybody is named, as in a note: an answer that is rather wrong than right accuses for
/// nothing.
const NAMED_FROM: f64 = 0.5;

/// Adds the judgement, where the addressee may know one.
pub(crate) fn judgement(collection: &mut Collection<'_>) {
    let Some(findings) = &collection.released.attribution else { return };
    let Some(campaign) = collection.campaign.clone() else { return };
    let leads = findings.leads.as_ref().filter(|leads| {
        let chance = findings.as_reported.chance(leads);
        findings.withheld.is_none() && chance.estimate.get() >= NAMED_FROM
    });
    let Some(leads) = leads else {
        let subject = collection.subject();
        let tlp = collection.released.marking();
        collection.add("note", &["judgement"], tlp, |draft| {
            let draft =
                draft.text("abstract", "Who did it").text("content", "We cannot say who did it.");
            draft.texts("object_refs", [subject])
        });
        return;
    };
    let Some(answer) = answer(collection, findings, leads) else { return };
    let chance = findings.as_reported.chance(leads);
    let said = format!("It is {} that {} did it.", words::probably(chance), named(findings, leads));
    let tlp = collection.released.marking();
    let confidence = words::confidence(findings.confidence.level);
    let attributed = collection.relate(&campaign, "attributed-to", &answer, tlp, |draft| {
        draft.text("description", &said).integer("confidence", confidence)
    });
    if let Leads::State { state } = leads {
        actors_of(collection, findings, *state, &campaign, &answer);
    }
    rival(collection, findings, leads, &attributed);
}

/// The object of an answer.
fn answer(
    collection: &mut Collection<'_>,
    findings: &AttributionFindings,
    leads: &Leads,
) -> Option<String> {
    let tlp = collection.released.marking();
    match leads {
        Leads::State { state } => {
            let name = format!("Actors of {}", state.label());
            let id = collection.add("threat-actor", &["state", state.code()], tlp, |draft| {
                draft
                    .text("name", &name)
                    .texts("threat_actor_types", [words::actor_type(AttackerKind::State)])
            });
            let location = location(collection, *state, tlp);
            collection.relate(&id, "located-at", &location, tlp, |draft| draft);
            Some(id)
        }
        Leads::Kind { attacker } => Some(actor(collection, words::attacker(*attacker), *attacker)),
        Leads::Hypothesis { hypothesis } => {
            let hypothesis = findings.hypothesis(hypothesis)?;
            Some(match hypothesis {
                Hypothesis::Actor { id, name, .. } => intrusion_set(collection, id, name),
                Hypothesis::FalseFlag { actor, name, .. } => intrusion_set(collection, actor, name),
                Hypothesis::Named { name, attacker, .. } => actor(collection, name, *attacker),
                Hypothesis::Unlisted { attacker, .. } => {
                    actor(collection, &words_of(hypothesis), *attacker)
                }
            })
        }
    }
}

fn actor(collection: &mut Collection<'_>, name: &str, kind: AttackerKind) -> String {
    let tlp = collection.released.marking();
    collection.add("threat-actor", &["actor", name], tlp, |draft| {
        draft.text("name", name).texts("threat_actor_types", [words::actor_type(kind)])
    })
}

/// An actor of the record; the intrusion set of ATT&CK by its number.
fn intrusion_set(collection: &mut Collection<'_>, id: &RecordId, name: &str) -> String {
    let tlp = collection.released.marking();
    let entry = id.to_string();
    let is_group = id.catalogue == Catalogue::Attack && id.id.starts_with('G');
    let url = format!("https://attack.mitre.org/groups/{}", id.id);
    collection.add("intrusion-set", &["actor", &entry], tlp, |draft| {
        let draft = draft.text("name", name);
        let attack =
            [("source_name", "mitre-attack"), ("external_id", id.id.as_str()), ("url", &url)];
        if is_group { draft.push("external_references", &attack) } else { draft }
    })
}

/// The actors of the leading state that reach one chance in four.
fn actors_of(
    collection: &mut Collection<'_>,
    findings: &AttributionFindings,
    state: Country,
    campaign: &str,
    answer: &str,
) {
    let tlp = collection.released.marking();
    let confidence = words::confidence(findings.confidence.level);
    for ranked in &findings.as_reported.ranking {
        let Some(hypothesis) = findings.hypothesis(&ranked.hypothesis) else { continue };
        let chance = ranked.chance();
        let Hypothesis::Actor { id, name, state: Some(of), .. } = hypothesis else { continue };
        if *of != state || chance.estimate.get() < NAMED {
            continue;
        }
        let set = intrusion_set(collection, id, name);
        let said = format!("It is {} that {name} did it.", words::probably(chance));
        collection.relate(campaign, "attributed-to", &set, tlp, |draft| {
            draft.text("description", &said).integer("confidence", confidence)
        });
        collection.relate(&set, "attributed-to", answer, tlp, |draft: Draft| {
            draft.text("description", "As the record of previous attacks says")
        });
    }
}

/// How probable the strongest other answer is, as an opinion on the first; it is named to nobody but the sender.
fn rival(
    collection: &mut Collection<'_>,
    findings: &AttributionFindings,
    leads: &Leads,
    attributed: &str,
) {
    let states = findings
        .as_reported
        .states
        .iter()
        .map(|ranked| (Leads::State { state: ranked.state }, ranked.chance()));
    let kinds =
        findings.as_reported.kinds.iter().filter(|ranked| ranked.attacker != AttackerKind::State);
    let kinds = kinds.map(|ranked| (Leads::Kind { attacker: ranked.attacker }, ranked.chance()));
    let is_same = |other: &Leads| other == leads || is_within(findings, leads, other);
    let others = states.chain(kinds).filter(|(other, _)| !is_same(other));
    let estimate = |chance: &Chance| chance.estimate.get();
    let Some((_, chance)) =
        others.max_by(|(_, left), (_, right)| estimate(left).total_cmp(&estimate(right)))
    else {
        return;
    };
    // A probability below one in four is not told as if it were a finding.
    let (opinion, said) = match estimate(&chance) {
        share if share < NAMED => {
            ("agree", "No other answer reaches one chance in four.".to_owned())
        }
        share => {
            let opinion = if share >= 0.45 { "strongly-disagree" } else { "disagree" };
            let said =
                format!("Another answer, which is not named here, is {}.", words::probably(chance));
            (opinion, said)
        }
    };
    let tlp = collection.released.marking();
    let author = collection.case().owner.organisation.clone();
    collection.add("opinion", &["rival"], tlp, |draft| {
        let draft =
            draft.text("opinion", opinion).text("explanation", &said).texts("authors", [author]);
        draft.texts("object_refs", [attributed])
    });
}

/// Returns true if the answer is one of the state or kind that another answer names.
fn is_within(findings: &AttributionFindings, leads: &Leads, other: &Leads) -> bool {
    let Leads::Hypothesis { hypothesis } = leads else { return false };
    let Some(hypothesis) = findings.hypothesis(hypothesis) else { return false };
    match other {
        Leads::State { state } => hypothesis.state() == Some(*state),
        Leads::Kind { attacker } => hypothesis.attacker() == *attacker,
        Leads::Hypothesis { .. } => false,
    }
}

/// An answer in words, within a sentence.
fn named(findings: &AttributionFindings, leads: &Leads) -> String {
    match leads {
        Leads::State { state } => state.label().to_owned(),
        Leads::Kind { attacker } => words::attacker(*attacker).to_owned(),
        Leads::Hypothesis { hypothesis } => {
            findings.hypothesis(hypothesis).map_or_else(|| hypothesis.to_string(), words_of)
        }
    }
}

fn words_of(hypothesis: &Hypothesis) -> String {
    match hypothesis {
        Hypothesis::Actor { name, .. } | Hypothesis::Named { name, .. } => name.clone(),
        Hypothesis::FalseFlag { name, imitated_name, .. } => {
            format!("{name}, posing as {imitated_name},")
        }
        Hypothesis::Unlisted { state: Some(state), .. } => {
            format!("an unlisted actor of {}", state.label())
        }
        Hypothesis::Unlisted { attacker, state: None } => {
            format!("{} that is in no record", words::attacker(*attacker))
        }
    }
}
