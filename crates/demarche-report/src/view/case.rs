//! The sections about the case: addressees, events, effects, threats, claims, the evidence register, gaps and inputs.

use demarche_case::assessment::Assessment;
use demarche_case::{
    Case, ClaimKind, EffectKind, Evidence, Gap, PartyId, Recipient, Role, Standing, Strength,
};

use crate::addressee::{Reason, addressees, is_written};
use crate::date::date_if_known;
use crate::document::{Block, Cell, Section, Table, mark, strong, words};
use crate::item::{details, file, kind, quantity, source};
use crate::note::Note;
use crate::number::count;
use crate::text::{NAME, PROSE, shown, words_of_an_item};
use crate::words::{in_text, listed, role_word};

/// The sections that the case itself fills; those without content are left out.
pub(crate) fn sections(assessment: &Assessment) -> Vec<Section> {
    let case = &assessment.case;
    let sections = [
        requests(assessment),
        timeline(case),
        harm(case),
        parties(case),
        claims(case),
        register(case),
        refuted(case),
    ];
    sections.into_iter().flatten().collect()
}

/// The addressees, each with the reasons and the files of its note.
fn requests(assessment: &Assessment) -> Option<Section> {
    let addressees = addressees(assessment);
    let is_asked = !addressees.is_empty();
    let table = Table::of(addressees)
        .text("Addressee", |addressee| match addressee.to {
            Recipient::State(country) => country.label().to_owned(),
            Recipient::Cert(country) => format!("National CERT of {}", in_text(country)),
        })
        .text("Why", |addressee| {
            addressee.why.iter().map(Reason::in_words).collect::<Vec<_>>().join("; ")
        })
        .text("Files", |addressee| match is_written(&assessment.case, addressee) {
            true => Cell::Code(Note::stem(addressee.to)),
            false => words("on request"),
        });
    is_asked.then(|| Section::new("requests", "Whom to ask")
        .with(Block::text("A request to each, holding only what the markings let go there: as Markdown, page and document. A list of hashes for the recipient ends in .annex.json. A list of what was withheld, for the sender alone, ends in .withheld.md. A state and its CERT may see the same; the CERT is asked for technical help only. `demarche note --to` writes a note that is on request, and `--all` writes all."))
        .and(table.under("Addressees, the weightiest reason first"))
        .and(without_a_state(&assessment.case)))
}

/// The parties that would be asked if the case gave them a state, such as an alliance.
fn without_a_state(case: &Case) -> Option<Block> {
    let asked = [Role::Partner, Role::Host, Role::Transit, Role::LawEnforcement, Role::Cert];
    let parties = case.parties.iter().filter(|party| {
        party.country.is_none() && asked.iter().any(|role| party.roles.contains(role))
    });
    let names: Vec<String> = parties.map(|party| shown(&party.name, NAME)).collect();
    (!names.is_empty()).then(|| {
        Block::Note(format!(
            "Nothing is written to {}: a note goes to a state or its CERT.",
            listed(&names, "or")
        ))
    })
}

fn party(case: &Case, id: &PartyId) -> String {
    case.party(id).map_or_else(|| id.to_string(), |party| shown(&party.name, NAME))
}

/// The parties to the case.
fn parties(case: &Case) -> Option<Section> {
    let table = Table::of(&case.parties)
        .text("Party", |party| shown(&party.name, NAME))
        .text("State", |party| {
            party.country.map_or("–".to_owned(), |state| state.label().to_owned())
        })
        .text("Role", |party| {
            party.roles.iter().map(|role| role_word(*role)).collect::<Vec<_>>().join(", ")
        })
        .text("Networks", |party| {
            party.asns.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        })
        .text("Note", |party| party.note.clone().unwrap_or_default());
    let section = || Section::new("parties", "Parties").and(table.under("Parties to the case"));
    (!case.parties.is_empty()).then(section)
}

/// The events in their order.
fn timeline(case: &Case) -> Option<Section> {
    let events = case.events.iter().map(|event| {
        let told = Cell::Line(vec![words(shown(&event.text, PROSE)), mark(event.tlp)]);
        (event.date, told.noted(event.source.as_ref().map_or_else(String::new, source)))
    });
    let events = Block::Timeline(events.collect());
    (!case.events.is_empty()).then(|| Section::new("timeline", "What happened").with(events))
}

/// The effects and threats.
fn harm(case: &Case) -> Option<Section> {
    let effects = Table::of(&case.effects)
        .text("Harm", |effect| effect_word(effect.kind))
        .text("What was done", |effect| shown(&effect.text, PROSE))
        .number("Number", |effect| effect.quantity.as_ref().map_or_else(String::new, quantity))
        .text("Date", |effect| date_if_known(effect.date))
        .text("Marking", |effect| mark(effect.tlp));
    let threats = Table::of(&case.threats)
        .text("What was threatened", |threat| shown(&threat.text, PROSE))
        .text("By", |threat| {
            threat.by.as_ref().map_or("not known".to_owned(), |id| party(case, id))
        })
        .text("Date", |threat| date_if_known(threat.date))
        .text("Carried out", |threat| match threat.carried_out {
            Some(true) => "yes",
            Some(false) => "no",
            None => "not known",
        })
        .text("Marking", |threat| mark(threat.tlp));
    let section = || {
        let section = Section::new("harm", "Effects and threats");
        section.and(effects.under("Effects")).and(threats.under("Threats"))
    };
    (!case.effects.is_empty() || !case.threats.is_empty()).then(section)
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
fn claims(case: &Case) -> Option<Section> {
    let table = Table::of(&case.claims)
        .text("Date", |claim| date_if_known(claim.date))
        .text("Who", |claim| match &claim.about {
            Some(about) => format!("{}, about {}", party(case, &claim.by), party(case, about)),
            None => party(case, &claim.by),
        })
        .text("Kind", |claim| claim_word(claim.kind))
        .text("What they say", |claim| {
            words(shown(&claim.text, PROSE)).noted(source(&claim.source))
        })
        .text("Marking", |claim| mark(claim.tlp));
    let section = || {
        Section::new("claims", "Claims")
            .with(Block::text("A claim is what somebody says; it is no evidence of what it says."))
            .and(table.under("Claims"))
    };
    (!case.claims.is_empty()).then(section)
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
fn register(case: &Case) -> Option<Section> {
    let section = || {
        Section::new("evidence", "The evidence")
        .with(Block::text("Each item has two grades that are never merged: how reliable its source is (A to F) and how credible what it says (1 to 6). Neither is a probability."))
        .and(case.evidence.iter().map(|evidence| item(case, evidence)))
    };
    (!case.evidence.is_empty()).then(section)
}

/// The items that turned out to be wrong.
fn refuted(case: &Case) -> Option<Section> {
    let section = || {
        let what = "These items turned out to be wrong. They stay in the register, so that nobody brings them again; nothing rests on them, and no note tells of them.";
        let items = case.refuted.iter().map(|evidence| item(case, evidence));
        Section::new("refuted", "Refuted evidence").with(Block::text(what)).and(items)
    };
    (!case.refuted.is_empty()).then(section)
}

fn item(case: &Case, item: &Evidence) -> Block {
    let mut facts = vec![
        ("", Cell::Code(item.id.to_string())),
        ("", words(kind(item))),
        ("grade", words(format!("{}: {}", item.grade, item.grade.words()))),
        ("", words(date_if_known(item.observed))),
    ];
    match item.weighing.standing {
        Standing::Raw => {}
        Standing::Validated => facts.push(("", words("validated"))),
        Standing::Refuted => facts.push(("", words("refuted"))),
    }
    if !item.release_to.is_empty() {
        let states: Vec<String> =
            item.release_to.iter().map(|country| country.label().to_owned()).collect();
        facts.push(("released to", words(listed(&states, "and"))));
    }
    let mut about = vec![("Source:", words(source(&item.source)))];
    about.extend(details(item).into_iter().chain(file(item)).map(|detail| {
        let value = if detail.is_code { Cell::Code(detail.value) } else { words(detail.value) };
        (detail.name, value)
    }));
    let mut blocks =
        vec![Block::text(words_of_an_item(&item.says)), Block::Facts(facts), Block::Facts(about)];
    if let Some(pointer) = &item.points_to {
        let parties: Vec<String> = pointer.parties.iter().map(|id| party(case, id)).collect();
        let mut strength = format!(", {}", strength(pointer.strength));
        if let Some(because) = &pointer.because {
            strength.push_str(&format!(": {}", shown(because, PROSE)));
        }
        let parties = Cell::Line(vec![strong(listed(&parties, "or")), words(strength)]);
        blocks.push(Block::Facts(vec![("Points to", parties)]));
    }
    let heading = Cell::Line(vec![words(shown(&item.title, PROSE)), mark(item.tlp)]);
    Block::Item { id: format!("e-{}", item.id), heading, blocks }
}

const fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "weakly",
        Strength::Medium => "moderately",
        Strength::Strong => "strongly",
        Strength::Direct => "directly",
    }
}

/// The inputs that could not be read, and the questions that could not be answered.
pub(crate) fn gaps(gaps: &[Gap]) -> Section {
    let all_read = Block::text("Everything that was given could be read.");
    let table = Table::of(gaps)
        .text("Input", |gap| Cell::Code(gap.source.clone()))
        .text("Place", |gap| gap.place.as_deref().unwrap_or(""))
        .text("Problem", |gap| gap.what.clone())
        .number("Times", |gap| count(gap.count))
        .text("Remedy", |gap| gap.remedy.as_deref().unwrap_or(""));
    Section::new("gaps", "Gaps")
        .and(gaps.is_empty().then_some(all_read))
        .and(table.under("Inputs that could not be read, and questions that could not be answered"))
}

/// Every input, by its hash.
pub(crate) fn inputs(assessment: &Assessment) -> Section {
    let table = Table::of(&assessment.inputs)
        .text("Path", |input| Cell::Code(input.path.clone()))
        .text("Read as", |input| shown(&input.what, NAME))
        .number("Bytes", |input| count(input.bytes))
        .text("SHA-256", |input| Cell::Code(input.sha256.to_string()));
    let program = shown(&assessment.program, NAME);
    let written = format!("Written by {program}, assessment version {}.", assessment.version);
    Section::new("inputs", "Inputs")
        .with(Block::text("The same inputs give this page again, byte for byte."))
        .and(table.under("Every input that was read"))
        .with(Block::Note(written))
}
