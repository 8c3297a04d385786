//! What the case says: events, effects, threats, claims, the evidence register, gaps and inputs.

use demarche_case::assessment::Assessment;
use demarche_case::{Case, ClaimKind, EffectKind, Evidence, Gap, PartyId, Role, Strength, Tlp};
use maud::{Markup, html};

use crate::date::{date, date_if_known};
use crate::document::Column::{Number, Text};
use crate::document::{Block, Cell, Section, words};
use crate::item::{details, file, kind, quantity, source};
use crate::number::{count, length};
use crate::text::{NAME, PROSE, shown};
use crate::words::listed;
use crate::writers::{fragment, table};

/// Title, and the facts of the case in a line or two.
pub(crate) fn head(assessment: &Assessment) -> Markup {
    let case = &assessment.case;
    html! {
        p class="kicker" { "Assessment · " bdi { (case.id) } }
        h1 { bdi { (shown(&case.title, 300)) } }
        p class="facts" {
            @if let Some(began) = case.began { span { "Began " b { (date(began)) } } }
            @if let Some(detected) = case.detected { span { "Detected " b { (date(detected)) } } }
            span { "By " b { bdi { (shown(&case.owner.organisation, NAME)) } } }
            span { "Evidence " b { (length(case.evidence.len())) } " items" }
        }
        p { bdi { (shown(&case.summary, PROSE)) } }
    }
}

/// The marking of one part.
fn mark(tlp: Tlp) -> Markup {
    html! { span class="mark" { (tlp) } }
}

fn party(case: &Case, id: &PartyId) -> String {
    case.party(id).map_or_else(|| id.to_string(), |party| shown(&party.name, NAME))
}

/// The parties to the case.
pub(crate) fn parties(case: &Case) -> Markup {
    if case.parties.is_empty() {
        return html! {};
    }
    let rows = case.parties.iter().map(|party| {
        let roles: Vec<&str> = party.roles.iter().map(|role| role_word(*role)).collect();
        let asns: Vec<String> = party.asns.iter().map(ToString::to_string).collect();
        vec![
            words(shown(&party.name, NAME)),
            words(
                party.country.map_or_else(|| "–".to_owned(), |country| country.label().to_owned()),
            ),
            words(roles.join(", ")),
            words(asns.join(", ")),
            words(party.note.as_deref().unwrap_or_default()),
        ]
    });
    let columns = vec![Text("Party"), Text("State"), Text("Role"), Text("Networks"), Text("Note")];
    let table = Block::Table { caption: "Parties to the case", columns, rows: rows.collect() };
    fragment(&Section::new("parties", "Parties").with(table))
}

/// The word for a role.
pub(crate) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Victim => "victim",
        Role::ResponsibleAlleged => "alleged to be responsible",
        Role::Transit => "transit",
        Role::Host => "host",
        Role::Partner => "partner",
        Role::Cert => "national CERT",
        Role::Sender => "sender",
        Role::Other => "other",
    }
}

/// The events in their order.
pub(crate) fn timeline(case: &Case) -> Markup {
    html! {
        @if !case.events.is_empty() {
            section {
                h2 id="timeline" { "What happened" }
                ol class="timeline" {
                    @for event in &case.events {
                        li {
                            time datetime=(event.date) { (date(event.date)) }
                            bdi { (shown(&event.text, PROSE)) } " " (mark(event.tlp))
                            @if let Some(from) = &event.source { div class="note" { bdi { (source(from)) } } }
                        }
                    }
                }
            }
        }
    }
}

/// The effects and threats.
pub(crate) fn harm(case: &Case) -> Markup {
    let effects: Vec<Vec<Markup>> = case
        .effects
        .iter()
        .map(|effect| {
            vec![
                html! { (effect_word(effect.kind)) },
                html! { bdi { (shown(&effect.text, PROSE)) } },
                html! { (effect.quantity.as_ref().map(quantity).unwrap_or_default()) },
                html! { (date_if_known(effect.date)) },
                mark(effect.tlp),
            ]
        })
        .collect();
    let threats: Vec<Vec<Markup>> = case
        .threats
        .iter()
        .map(|threat| {
            let carried_out = match threat.carried_out {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not known",
            };
            vec![
                html! { bdi { (shown(&threat.text, PROSE)) } },
                html! { (threat.by.as_ref().map_or_else(|| "not known".to_owned(), |id| party(case, id))) },
                html! { (date_if_known(threat.date)) },
                html! { (carried_out) },
                mark(threat.tlp),
            ]
        })
        .collect();
    let effect_columns =
        [Text("Harm"), Text("What was done"), Number("Number"), Text("Date"), Text("Marking")];
    let threat_columns = [
        Text("What was threatened"),
        Text("By"),
        Text("Date"),
        Text("Carried out"),
        Text("Marking"),
    ];
    html! {
        @if !effects.is_empty() || !threats.is_empty() {
            section {
                h2 id="harm" { "Effects and threats" }
                (table("Effects", &effect_columns, &effects))
                (table("Threats", &threat_columns, &threats))
            }
        }
    }
}

const fn effect_word(kind: EffectKind) -> &'static str {
    match kind {
        EffectKind::Destruction => "destruction",
        EffectKind::Disclosure => "disclosure",
        EffectKind::Disruption => "disruption",
        EffectKind::Coercion => "coercion",
        EffectKind::Espionage => "espionage",
        EffectKind::Theft => "theft",
        EffectKind::Manipulation => "manipulation",
        EffectKind::Other => "other",
    }
}

/// The claims about the attack.
pub(crate) fn claims(case: &Case) -> Markup {
    let rows: Vec<Vec<Markup>> = case
        .claims
        .iter()
        .map(|claim| {
            let about = claim.about.as_ref().map(|id| format!(", about {}", party(case, id))).unwrap_or_default();
            vec![
                html! { (date_if_known(claim.date)) },
                html! { bdi { (party(case, &claim.by)) (about) } },
                html! { (claim_word(claim.kind)) },
                html! { bdi { (shown(&claim.text, PROSE)) } div class="note" { bdi { (source(&claim.source)) } } },
                mark(claim.tlp),
            ]
        })
        .collect();
    let columns = [Text("Date"), Text("Who"), Text("Kind"), Text("What they say"), Text("Marking")];
    html! {
        @if !rows.is_empty() {
            section {
                h2 id="claims" { "Claims" }
                p { "A claim is what somebody says; it is no evidence of what it says." }
                (table("Claims", &columns, &rows))
            }
        }
    }
}

const fn claim_word(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Responsibility => "claims responsibility",
        ClaimKind::Attribution => "attribution",
        ClaimKind::Denial => "denial",
        ClaimKind::Statement => "statement",
    }
}

/// Every item of evidence.
pub(crate) fn register(case: &Case) -> Markup {
    html! {
        @if !case.evidence.is_empty() {
            section {
                h2 id="evidence" { "The evidence" }
                p {
                    "Each item has two grades that are never merged: how reliable its source is (A to F) and how credible what it says (1 to 6). "
                    "Neither is a probability."
                }
                ol class="items" { @for item in &case.evidence { (one_item(case, item)) } }
            }
        }
    }
}

fn one_item(case: &Case, item: &Evidence) -> Markup {
    let released: Vec<String> =
        item.release_to.iter().map(|country| country.label().to_owned()).collect();
    html! {
        li class="item" id={ "e-" (item.id) } {
            h3 { bdi { (shown(&item.title, PROSE)) } " " (mark(item.tlp)) }
            p { bdi { (shown(&item.says, PROSE)) } }
            p class="meta" {
                span class="mono" { (item.id) }
                span { (kind(item)) }
                span { "grade " b { (item.grade) } ": " (item.grade.words()) }
                span { (date_if_known(item.observed)) }
                @if !released.is_empty() { span { "released to " (listed(&released, "and")) } }
            }
            p class="meta" {
                span { "Source: " bdi { (source(&item.source)) } }
                @for detail in details(item).into_iter().chain(file(item)) {
                    span { (detail.name) ": " @if detail.is_code { code { (detail.value) } } @else { bdi { (detail.value) } } }
                }
            }
            @if let Some(pointer) = &item.points_to {
                @let parties: Vec<String> = pointer.parties.iter().map(|id| party(case, id)).collect();
                p class="meta" {
                    span {
                        "Points to " b { bdi { (listed(&parties, "or")) } } ", " (strength(pointer.strength))
                        @if let Some(because) = &pointer.because { ": " bdi { (shown(because, PROSE)) } }
                    }
                }
            }
        }
    }
}

const fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "weakly",
        Strength::Medium => "moderately",
        Strength::Strong => "strongly",
    }
}

/// The inputs that could not be read, and the questions that could not be answered.
pub(crate) fn gaps(gaps: &[Gap]) -> Markup {
    let rows = gaps.iter().map(|gap| {
        vec![
            Cell::Code(gap.source.clone()),
            words(gap.place.clone().unwrap_or_default()),
            words(gap.what.as_str()),
            words(count(gap.count)),
            words(gap.remedy.as_deref().unwrap_or_default()),
        ]
    });
    let columns =
        vec![Text("Input"), Text("Place"), Text("Problem"), Number("Times"), Text("Remedy")];
    let all_read = "Everything that was given could be read.".to_owned();
    let caption = "Inputs that could not be read, and questions that could not be answered";
    let section = Section::new("gaps", "Gaps")
        .and(gaps.is_empty().then_some(Block::Paragraph(all_read)))
        .with(Block::Table { caption, columns, rows: rows.collect() });
    fragment(&section)
}

/// Every input, by its hash.
pub(crate) fn inputs(assessment: &Assessment) -> Markup {
    let rows = assessment.inputs.iter().map(|input| {
        vec![
            Cell::Code(input.path.clone()),
            words(shown(&input.what, NAME)),
            words(count(input.bytes)),
            Cell::Code(input.sha256.to_string()),
        ]
    });
    let columns = vec![Text("Path"), Text("Read as"), Number("Bytes"), Text("SHA-256")];
    let program = shown(&assessment.program, NAME);
    let written = format!("Written by {program}, assessment version {}.", assessment.version);
    let section = Section::new("inputs", "Inputs")
        .with(Block::Paragraph("The same inputs give this page again, byte for byte.".to_owned()))
        .with(Block::Table { caption: "Every input that was read", columns, rows: rows.collect() })
        .with(Block::Note(written));
    fragment(&section)
}
