//! Acts and responses after earlier attacks.

use demarche_case::assessment::precedents::{
    Act, ActShare, ActsIn, Circle, ConcessionRow, Delay, DyadFindings, EurepocCopy,
    PrecedentFindings, Rate, RateBy, RateTable, RepositoryFindings, SimilarAttack, TypeTable,
    UNCODED_BEFORE, severity_word,
};

use crate::document::{Block, Cell, Section, Table, strong, words};
use crate::number::{chance, chances, count, length, percent};
use crate::precedents::{
    circle_word, concession_word, days, has_precedent, interval_words, of_words, precedents_answer,
    rate_words,
};
use crate::response::precedent_caveat;
use crate::svg::precedents_chart;
use crate::text::{NAME, shown};
use crate::words::in_text;

/// The acts of states and public responses after similar attacks.
///
/// Other groupings and types of response are on the page and in the JSON.
#[must_use]
pub fn options_precedents(findings: &PrecedentFindings) -> Vec<Section> {
    sections(findings).into_iter().map(Section::open).collect()
}

/// The title of a page of its own.
pub(crate) fn title(findings: &PrecedentFindings) -> String {
    let question = &findings.question;
    let (initiator, responding) = (in_text(question.initiator), in_text(question.responding));
    format!("What happened after attacks like one by {initiator} on {responding}")
}

/// The sections of the page.
pub(crate) fn sections(findings: &PrecedentFindings) -> Vec<Section> {
    let answer = Block::Answer(precedents_answer(findings));
    let mut sections =
        vec![Section::new("after-similar", "What happened after similar attacks").with(answer)];
    sections.extend(findings.dyads.iter().flat_map(|found| dyads(found, findings)));
    sections.extend(findings.repository.iter().enumerate().map(repository));
    let caveats = Block::List(findings.caveats.iter().map(precedent_caveat).collect());
    let title = "What these numbers cannot tell";
    sections.push(Section::new("precedent-caveats", title).with(caveats));
    sections
}

fn dyads(found: &DyadFindings, findings: &PrecedentFindings) -> Vec<Section> {
    let mut sections = Vec::new();
    if !found.acts.is_empty() {
        let caption = "Diamonds are what is expected, with the range that holds nine times in ten; circles are what was counted, with 95 % intervals. An upright stroke is how often the attacker did the same around its attack, which the attack does not explain.";
        let chart = precedents_chart(found, &findings.question, "after-similar-chart");
        // What is expected of a state that was never attacked before is borrowed whole, and so is not shown.
        let expected = has_precedent(found).then(|| {
            let drawing = std::iter::once(Block::drawing(chart, caption));
            drawing.chain(acts(found)).collect::<Vec<_>>()
        });
        sections.push(
            Section::new("acts", "What states did within a month")
                .and(expected.into_iter().flatten())
                .and(escalation(found, findings))
                .and(by_severity(&found.by_severity)),
        );
    }
    if !found.concessions.is_empty() {
        let title = "Whether the attackers got what they wanted";
        sections.push(Section::new("concessions", title).and(concessions(&found.concessions)));
    }
    if !found.similar.is_empty() {
        let title = "The most similar attacks";
        sections.push(Section::new("similar", title).and(similar(&found.similar)));
    }
    if let Some(last) = sections.last_mut() {
        last.blocks.extend(editions(&found.editions));
    }
    sections
}

/// The editions from which the numbers are.
fn editions(names: &[String]) -> Option<Block> {
    let names: Vec<String> = names.iter().map(|name| shown(name, NAME)).collect();
    (!names.is_empty()).then(|| Block::Note(format!("Counted in {}.", names.join(", "))))
}

/// The share of a rate, with a dash where nothing was counted.
fn share(rate: &Rate) -> String {
    rate.share().map_or("–".to_owned(), percent)
}

fn acts(found: &DyadFindings) -> Vec<Block> {
    let counted = |group: Circle, act: Act| {
        let circle = found.circles.iter().find(|circle| circle.group == group)?;
        circle.acts.iter().find(|counted| counted.act == act)
    };
    let done = |group: Circle| {
        move |row: &&ActShare| match counted(group, row.act).map(|counted| &counted.done) {
            Some(rate) if rate.share().is_some() => words(share(rate)).noted(of_words(rate)),
            _ => words("–"),
        }
    };
    Table::of(&found.acts)
        .text("Act", |row| row.act.word())
        .number("Expected", |row| {
            strong(chance(row.share)).noted(chances(row.range[0], row.range[1]))
        })
        .number("Trust in narrowing", |row| chance(row.narrowed))
        .number("All attacks", done(Circle::All))
        .number("On the responding state", done(Circle::OnResponding))
        .number("By the initiator", done(Circle::ByInitiator))
        .number("Between the two", done(Circle::Between))
        .number("Attackers’ own", |row| {
            let itself =
                counted(Circle::All, row.act).and_then(|counted| counted.by_initiator?.share());
            itself.map_or("–".to_owned(), percent)
        })
        .under("Acts of the attacked state, expected and counted")
}

fn escalation(found: &DyadFindings, findings: &PrecedentFindings) -> Vec<Block> {
    let score = |score: Option<f64>| score.map_or("–".to_owned(), |score| format!("{score:.2}"));
    Table::of(&found.circles)
        .text("Attacks", |circle| circle_word(circle.group, &findings.question))
        .number("Number", |circle| count(circle.attacks))
        .number("Escalation by the attacked", |circle| score(circle.escalation))
        .number("By the attacker", |circle| score(circle.initiators_escalation))
        .under("Mean score of escalation by conventional acts within a month")
}

fn by_severity(groups: &[ActsIn<u8>]) -> Vec<Block> {
    let done = |act: Act| {
        move |group: &&ActsIn<u8>| {
            let done = group.acts.iter().find(|done| done.act == act);
            done.and_then(|done| done.done.share()).map_or("–".to_owned(), percent)
        }
    };
    Table::of(groups)
        .text("Severity", |group| format!("{} {}", group.group, severity_word(group.group)))
        .number("Attacks", |group| count(group.attacks))
        .number("Denial", done(Act::Reject))
        .number("Threats", done(Act::Threaten))
        .number("Sanctions", done(Act::Sanction))
        .number("Military", done(Act::Military))
        .number("Cyber reply", done(Act::CyberReply))
        .number("Negotiation", done(Act::Negotiate))
        .under("The same by severity, which foretells little")
}

/// A group by its name, set apart where the question asks about it.
fn group(name: String, is_asked: bool) -> Cell {
    if is_asked { Cell::Line(vec![strong(name), words("(asked about)")]) } else { words(name) }
}

fn concessions(rows: &[ConcessionRow]) -> Vec<Block> {
    Table::of(rows)
        .text("Attacks", |row| group(concession_word(row.group), row.is_asked))
        .number("Concessions", |row| of_words(&row.conceded))
        .number("Share (95 %)", |row| rate_words(&row.conceded))
        .number("Technical objective achieved", |row| share(&row.achieved))
        .under("Attacks that were followed by a concession of the attacked state")
}

fn similar(attacks: &[SimilarAttack]) -> Vec<Block> {
    let acts = |attack: &&SimilarAttack| {
        let mut words = match attack.acts.as_deref() {
            None => "not coded".to_owned(),
            Some([]) => "none of those that are coded".to_owned(),
            Some(acts) => acts.iter().map(|act| act.word()).collect::<Vec<_>>().join(", "),
        };
        if attack.conceded == Some(true) {
            words.push_str("; a concession");
        }
        words
    };
    let mut blocks = Table::of(attacks)
        .text("Attack", |attack| {
            words(shown(&attack.name, NAME)).noted(shown(&attack.id.to_string(), NAME))
        })
        .number("Year", |attack| attack.year.to_string())
        .text("By whom on whom", |attack| {
            format!("{} on {}", attack.initiator.label(), in_text(attack.responding))
        })
        .number("Severity", |attack| {
            attack.severity.map_or("–".to_owned(), |severity| severity.to_string())
        })
        .text("What the attacked state did", acts)
        .under("Between the two states first, then on the one or by the other");
    let shown = format!("{} are shown; names and codes are DCID’s.", length(attacks.len()));
    blocks.push(Block::Note(shown));
    blocks
}

/// The public responses of one copy of EuRepoC.
fn repository((index, found): (usize, &RepositoryFindings)) -> Section {
    let title = format!("Public responses in {}", found.copy.word());
    let mut section =
        Section::new(&format!("public-{index}"), title).and(editions(&found.editions));
    if found.uncoded > 0 {
        section = section.with(Block::text(format!(
            "{} of {} incidents began before {UNCODED_BEFORE} or at an unknown time. Responses were hardly coded then: that there is none means “not coded”, not “none”, and every share that counts such incidents is too low.",
            count(found.uncoded),
            count(found.incidents)
        )));
    }
    // Shares of incidents that nobody coded would only mislead, so that none is shown at once.
    let is_coded = !found.expected.is_empty();
    let (open, folded): (Vec<&RateTable>, Vec<&RateTable>) =
        found.tables.iter().partition(|table| is_coded && is_open(found.copy, table));
    section = section.and(expected(found)).and(open.into_iter().flat_map(rates));
    for (summary, blocks) in [
        ("Other groupings", folded.into_iter().flat_map(rates).collect::<Vec<_>>()),
        ("Responses by type, all years", found.types.iter().flat_map(types).collect()),
    ] {
        section = section.and((!blocks.is_empty()).then(|| Block::folded(summary, blocks)));
    }
    section.and(delays(&found.delays))
}

/// True if a table is shown at once: where both copies have one, that of the dashboard.
fn is_open(copy: EurepocCopy, table: &RateTable) -> bool {
    match table.by {
        RateBy::Intensity => copy == EurepocCopy::Dashboard && table.from.is_some(),
        RateBy::Era | RateBy::Country => copy == EurepocCopy::Dashboard,
        RateBy::GovernmentAttribution => true,
        RateBy::Initiator | RateBy::InitiatorAndIntensity => false,
    }
}

fn expected(found: &RepositoryFindings) -> Vec<Block> {
    let Some(first) = found.expected.first() else { return Vec::new() };
    let mut blocks = Table::of(&found.expected)
        .text("Response", |expected| expected.response.word())
        .number("Expected", |expected| strong(share(&expected.rate)))
        .number("95 %", |expected| interval_words(&expected.rate))
        .number("Counted", |expected| of_words(&expected.rate))
        .under("What is to be expected");
    let base = if first.is_base_rate {
        " This is the base rate, which is all there is: narrowed by intensity or states, political responses of 2023 were foretold worse and legal ones hardly better."
    } else {
        ""
    };
    blocks.push(Block::Note(format!("From {} on.{base}", first.from)));
    blocks
}

fn rates(table: &RateTable) -> Vec<Block> {
    let years = table.from.map_or("all years".to_owned(), |from| format!("from {from} on"));
    let mut blocks = vec![Block::Label(format!("By {}, {years}", table.by.word()))];
    let rows = Table::of(&table.rows)
        .text("Incidents", |row| group(shown(&row.group.join(", "), NAME), row.is_asked))
        .number("Number", |row| count(row.any.all))
        .number("Not coded", |row| match row.uncoded {
            0 => "–".to_owned(),
            uncoded => count(uncoded),
        })
        .number("Political (95 %)", |row| rate_words(&row.political))
        .number("Legal (95 %)", |row| rate_words(&row.legal))
        .number("Any", |row| share(&row.any));
    blocks.extend(rows.under(""));
    blocks
}

fn types(table: &TypeTable) -> Vec<Block> {
    let mut blocks = vec![Block::Label(format!("By type: {}", table.of.word()))];
    let rows = Table::of(&table.types)
        .text("Type", |kind| shown(&kind.name, NAME))
        .number("Coded", |kind| count(kind.count));
    blocks.extend(rows.under(""));
    blocks
}

fn delays(delays: &[Delay]) -> Vec<Block> {
    let quantile = |index: usize| {
        move |delay: &&Delay| delay.days.map_or("–".to_owned(), |of| days(of[index]))
    };
    Table::of(delays)
        .text("What", |delay| delay.of.word())
        .number("Counted", |delay| count(delay.counted))
        .number("A quarter within", quantile(0))
        .number("Half within", quantile(1))
        .number("Three quarters within", quantile(2))
        .number("Nine tenths within", quantile(3))
        .under("How long it took")
}
