//! The options compared: effect against harm, values, other assumptions, packages, and the worth of knowing more.

use demarche_case::assessment::response::{ResponseFindings, Variant};
use maud::{Markup, html};

use super::order;
use crate::attribution::capitalised;
use crate::document::{Block, Room, Section, Table, left_out, strong};
use crate::number::{fraction, index, length, share, word};
use crate::response::{
    evidence, in_turn, inaction, label, points, quoted, reading, unknown, weights,
};
use crate::svg;

/// Rows of a table; the JSON has all.
const ROWS: usize = 20;

/// The heads of the options that are compared one by one; the JSON compares all.
const PAIRED: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];

/// Sets of assumptions that are shown.
const VARIANTS: usize = 16;

/// The least shares of draws from which on a cell has some and much of a tint.
const TINTS: (f64, f64) = (0.05, 0.2);

/// The sections that compare options; those without content are left out.
pub(crate) fn sections(findings: &ResponseFindings) -> Vec<Section> {
    let mut sections = Vec::new();
    if !findings.weighing.ranked.is_empty() {
        let caption = "A dot is the mean over all simulations, the ellipse one standard deviation around it; to the right is more effect, upwards more harm. Options that are never open are left out.";
        let drawing = Block::drawing(svg::svg_of_trade_off(findings), caption);
        sections
            .push(Section::new("trade-off", "Effect against harm to third parties").with(drawing));
        let caption = "The mean of the weights under which an option comes first, in per cent. Blue is more than the criterion has in the mean of all draws, brown less. The last column is how often the option comes first under just these weights.";
        let drawing = Block::drawing(svg::svg_of_central_weights(findings), caption);
        sections.push(Section::new("values", "What one would have to value").with(drawing));
    }
    sections.extend(pairs(findings));
    sections.extend(variants(findings));
    if !findings.packages.is_empty() {
        sections.push(Section::new("packages", "Options together")
            .with(Block::text("Options do not exclude each other. A package is up to three of them, what must come before another before it."))
            .and(packages(findings)));
    }
    sections.extend(information(findings));
    sections
}

/// The share of draws in which one option is better than another: a table of those that come first most often.
fn pairs(findings: &ResponseFindings) -> Option<Section> {
    let weighing = &findings.weighing;
    let mut ranked: Vec<usize> = (0..weighing.ranked.len().min(weighing.better.len())).collect();
    let first =
        |index: &usize| weighing.ranked[*index].ranks.first().copied().map_or(0.0, fraction);
    ranked.sort_by(|left, right| first(right).total_cmp(&first(left)));
    ranked.truncate(PAIRED.len());
    let mut table = Table::of(PAIRED.iter().zip(&ranked)).text("Option", |(number, index)| {
        let option = findings.option(&weighing.ranked[**index].option);
        format!("{number} · {}", option.map_or_else(String::new, label))
    });
    for (head, right) in PAIRED.iter().zip(&ranked) {
        table = table.number(head, |(_, left)| match weighing.better[**left].get(*right) {
            Some(often) if *left != right => share(fraction(*often)),
            _ => "–".to_owned(),
        });
    }
    let caption = "How often the option of the row is better than that of the column, in per cent of draws; an option that is open is better than one that is not";
    let section = Section::new("pairs", "One against another").and(table.under(caption));
    (ranked.len() > 1).then_some(section)
}

/// The options that come first under other weights, readings and judgements.
fn variants(findings: &ResponseFindings) -> Option<Section> {
    let shown: Vec<&Variant> = findings.variants.iter().take(VARIANTS).collect();
    let options = order(findings).into_iter();
    let options: Vec<usize> = options
        .filter(|option| shown.iter().any(|variant| first_of(variant, *option) > 0.0))
        .collect();
    let table = html! {
        table class="variants" {
            caption { "Who comes first under each set of assumptions, in per cent of draws; options that never come first are left out" }
            (heads(&shown))
            tbody { @for option in &options { tr {
                th scope="row" { bdi { (label(&findings.options[*option])) } }
                @for variant in &shown { (variant_cell(variant, *option, findings.options.len())) }
            } } }
        }
    };
    let about = "How often each option comes first if one draws weights in another way, reads the law in another way, takes all that can easily be forged as planted, or leaves out doing nothing. ◆ marks who leads.";
    let section = Section::new("variants", "Under other assumptions")
        .with(Block::text(about))
        .with(Block::Figure { markup: table, caption: String::new(), room: Room::Column })
        .and(left_out(findings.variants.len() - shown.len()));
    (!shown.is_empty()).then_some(section)
}

/// The assumptions of each column, a row for each kind of assumption; neighbours that assume the same share a cell.
fn heads(shown: &[&Variant]) -> Markup {
    let weighed = shown.chunk_by(|left, right| left.assumed.weights == right.assumed.weights);
    let read = shown.chunk_by(|left, right| {
        let reading = |variant: &Variant| (variant.assumed.weights, variant.assumed.reading);
        reading(left) == reading(right)
    });
    html! {
        thead {
            tr { th scope="row" { "Weights" } @for group in weighed { (head(weights(group[0].assumed.weights), group.len())) } }
            tr { th scope="row" { "The law is read" } @for group in read { (head(reading(group[0].assumed.reading), group.len())) } }
            tr { th scope="row" { "The evidence" } @for variant in shown { (head(evidence(variant.assumed), 1)) } }
            tr { th scope="row" { "Doing nothing" } @for variant in shown { (head(inaction(variant.assumed), 1)) } }
        }
    }
}

fn head(words: &str, wide: usize) -> Markup {
    html! {
        @if wide > 1 { th scope="colgroup" colspan=(wide) class="group" { (words) } } @else { th scope="col" { (words) } }
    }
}

fn first_of(variant: &Variant, option: usize) -> f64 {
    variant.first.get(option).copied().map_or(0.0, fraction)
}

/// The option that leads a set of assumptions, if any does.
fn leader(variant: &Variant, options: usize) -> Option<usize> {
    let leader = (0..options).max_by(|left, right| {
        first_of(variant, *left).total_cmp(&first_of(variant, *right)).then(right.cmp(left))
    })?;
    (first_of(variant, leader) > 0.0).then_some(leader)
}

fn variant_cell(variant: &Variant, option: usize, options: usize) -> Markup {
    let first = first_of(variant, option);
    let leads = leader(variant, options) == Some(option);
    let class = match first {
        _ if leads => "n leads",
        first if first >= TINTS.1 => "n much",
        first if first >= TINTS.0 => "n some",
        _ => "n",
    };
    html! {
        td class=(class) {
            @if leads { span aria-label="leads" { "◆ " } strong { (share(first)) } } @else { (share(first)) }
        }
    }
}

/// Options taken together.
pub(crate) fn packages(findings: &ResponseFindings) -> Vec<Block> {
    Table::first(ROWS, &findings.packages)
        .text("Package", |package| in_turn(findings, &package.options))
        .number("Open", |package| share(package.available))
        .number("Comes first", |package| strong(share(package.first)))
        .number("All ranks in one", |package| index(package.holistic))
        .number("Regret", |package| index(package.regret))
        .under("Packages, those that come first most often before others")
}

/// The worth of knowing a fact for certain.
fn information(findings: &ResponseFindings) -> Option<Section> {
    let table = Table::first(ROWS, &findings.information)
        .text("Whether", |fact| capitalised(&unknown(&fact.of)))
        .number("Worth", |fact| worth(fact.value))
        .text("Ahead if so", |fact| quoted(findings, &fact.best[0]))
        .text("Ahead if not", |fact| quoted(findings, &fact.best[1]));
    let section = || {
        Section::new("information", "What it is worth to know")
            .with(Block::text("How much more the option ahead would bring in the mean if one knew before choosing, on a scale of values from 0 to 1 (the expected value of perfect information; Raiffa and Schlaifer 1961)."))
            .and(statement(findings))
            .and(table.under("Facts by what it would be worth to know them"))
    };
    (!findings.information.is_empty()).then(section)
}

/// The option that leads under all sets of assumptions, or the number of options that lead under some.
fn statement(findings: &ResponseFindings) -> Option<Block> {
    let statement = &findings.statement;
    let tried = format!(
        "{} sets of assumptions were tried: both groupings of weights, both readings of the law, the evidence as reported and planted.",
        capitalised(&word(statement.tried))
    );
    let leaders = match statement.leaders.len() {
        _ if statement.robust.is_some() => format!(
            " One option leads under all of them by more than the error of the draws (±{} points).",
            points(findings.weighing.error)
        ),
        0 | 1 => String::new(),
        many => format!(" {} options lead under some of them, which is a tie.", length(many)),
    };
    (statement.tried > 0).then(|| Block::text(tried + &leaders))
}

fn worth(value: f64) -> String {
    match value {
        value if !value.is_finite() => "–".to_owned(),
        value if value > 0.0 && value < 0.000_5 => "< 0.001".to_owned(),
        value => format!("{value:.3}"),
    }
}
