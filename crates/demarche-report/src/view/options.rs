//! The responses that are open, and the values that each suits; never what to do.
//!
//! The sections of the page and the answer of the command share their tables.

mod basis;
mod compared;
mod detail;

use demarche_case::assessment::response::{OptionFound, RankedOption, ResponseFindings};
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::options::Direction;
use demarche_case::{Case, Country, Tlp};

use super::precedents;
use crate::document::{Block, Cell, Section, Table, strong, words};
use crate::number::{count, fraction, index, length, percent, share};
use crate::response::{
    answer_in_parts, by_first, caveat, first_share, is_open, label, law, points, ranked,
    response_answer, response_in_short, valued_in_words,
};
use crate::svg;
use crate::words::{in_text, listed};

/// Options in the table and with details of their own; the JSON has all.
const OPTIONS: usize = 60;

/// Addressees named in a cell.
const STATES: usize = 6;

/// The responses to a case, each with how often it is open and how it ranks.
#[must_use]
pub fn options_weigh(findings: &ResponseFindings, case: &Case, marking: Tlp) -> Vec<Section> {
    vec![
        Section::new("case", format!("{} ({marking})", case.title)),
        Section::new("responses", "").with(Block::Answer(response_answer(findings))),
        Section::new("options", "").and(stated_values(findings)).and(overview(findings)),
        Section::new("packages", "").and(compared::packages(findings)),
    ]
}

/// The values that the sender stated; without them, all weights are drawn alike.
fn stated_values(findings: &ResponseFindings) -> Option<Block> {
    let order: Vec<String> =
        findings.importance.iter().map(|criterion| criterion.words().to_owned()).collect();
    let bounds = findings.weights.iter().map(|(criterion, [low, high])| {
        format!("{} from {} to {}", criterion.words(), percent(*low), percent(*high))
    });
    let bounds: Vec<String> = bounds.collect();
    let mut sentences = Vec::new();
    if !order.is_empty() {
        sentences.push(format!("The sender says what matters most: {}.", order.join(", then ")));
    }
    if !bounds.is_empty() {
        sentences.push(format!("It bounds the weights: {}.", listed(&bounds, "and")));
    }
    (!sentences.is_empty()).then(|| Block::text(sentences.join(" ")))
}

/// The answer in short, at the top of a report that is about more.
pub(crate) fn lead(findings: &ResponseFindings) -> Section {
    let mut sentences = response_in_short(findings);
    if sentences.is_empty() {
        sentences.push("No response could be weighed.".to_owned());
    }
    let title = "Which responses are open, and which values each suits";
    Section::new("responses-in-short", title).with(Block::Answer(sentences))
}

/// The sections of the page; with the routes at hand, maps of the networks that a refusal would hit.
pub(crate) fn sections(
    findings: &ResponseFindings,
    routes: Option<&RoutesFindings>,
) -> Vec<Section> {
    let mut sections = vec![answer(findings), basis::injury(&findings.injury)];
    sections.extend(basis::law(&findings.questions));
    sections.extend(basis::facts(findings));
    let options = Section::new("options", "The options");
    sections.push(if findings.options.is_empty() {
        options.with(Block::text("There was no option to weigh."))
    } else {
        options
            .with(Block::text(format!(
                "Shares are of the simulations; their error is at most ±{} points. All ranks in one is 1 for an option that always comes first and 0 for one that comes last or is never open. Regret is what one loses with an option against whichever does most in each simulation, in the mean and nine times in ten at most, on a scale from 0 to 1.",
                points(findings.weighing.error)
            )))
            .and(stated_values(findings))
            .and(overview(findings))
    });
    if !findings.options.is_empty() {
        let each = Section::new("each-option", "Each option, and why");
        sections.push(each.and(detail::each(findings, routes)));
    }
    sections.extend(basis::norms_in_short(findings));
    sections.extend(compared::sections(findings));
    sections.push(limits(findings));
    sections.extend(findings.precedents.iter().flat_map(precedents::sections));
    sections
}

/// The answer in full, and the figure that it is read from.
fn answer(findings: &ResponseFindings) -> Section {
    let parts = answer_in_parts(findings).into_iter().filter(|part| !part.is_empty());
    let section =
        Section::new("responses", "Responses").and(parts.map(|part| Block::text(part.join(" "))));
    if findings.options.is_empty() {
        return section;
    }
    let caption = format!(
        "In each of {} simulations, who did it, what the law asks and what each option would bring are drawn from what is known, and weights from all that one may value. A bar is how often an option has each rank; it says what one may come to prefer, not what is right.",
        count(u64::from(findings.draws))
    );
    section.with(Block::drawing(svg::svg_of_acceptability(findings), caption))
}

fn limits(findings: &ResponseFindings) -> Section {
    let caveats = findings.caveats.iter().map(|limit| caveat(limit, findings)).collect();
    Section::new("response-caveats", "Limits of these answers").with(Block::List(caveats)).with(
        Block::Note(format!(
            "{} simulations were made for each weighing, from the seed {}; the same seed gives the same figures. Norms are told in one sentence each, which shortens them; none of this is legal advice.",
            count(u64::from(findings.draws)),
            findings.seed
        )),
    )
}

/// The options by their indices: those that come first most often, then the others in the order of the catalogue.
fn order(findings: &ResponseFindings) -> Vec<usize> {
    let open = by_first(&findings.weighing).into_iter();
    let mut order: Vec<usize> =
        open.filter_map(|ranked| findings.position(&ranked.option)).collect();
    let rest: Vec<usize> =
        (0..findings.options.len()).filter(|option| !order.contains(option)).collect();
    order.extend(rest);
    order
}

/// All options, those that come first most often before others.
fn overview(findings: &ResponseFindings) -> Vec<Block> {
    type Row<'a> = (usize, &'a OptionFound, Option<&'a RankedOption>);
    let row = |option: usize| {
        (option, &findings.options[option], ranked(findings, &findings.options[option]))
    };
    let figure = |(.., ranked): &Row<'_>, text: fn(&RankedOption) -> String| {
        ranked.map_or("–".to_owned(), text)
    };
    Table::first(OPTIONS, order(findings).into_iter().map(row))
        .text("Option", |(index, option, _)| {
            let to = addressees(&option.addressees);
            let to =
                to.filter(|_| option.to != Direction::Transit).map(|states| format!("to {states}"));
            Cell::Link { to: format!("option-{index}"), words: label(option) }
                .noted(to.unwrap_or_default())
        })
        .text("In law", |(_, option, _)| law(option.law))
        .number("Open, law read permissively / strictly", |(_, option, _)| {
            format!("{} / {}", share(option.open[0]), share(option.open[1]))
        })
        .number("No graver than allowed", |(_, option, _)| share(option.proportional))
        .number("Comes first", |row| strong(figure(row, |ranked| share(first_share(ranked)))))
        .number("All ranks in one", |row| figure(row, |ranked| index(ranked.holistic)))
        .number("Regret", |row| {
            figure(row, |ranked| {
                format!("{} ({})", index(ranked.regret), index(ranked.regret_high))
            })
        })
        .text("What one would have to value more than usual", |(_, option, ranked)| {
            valued(findings, option, *ranked)
        })
        .under("Options, those that come first most often before others")
}

fn valued(
    findings: &ResponseFindings,
    option: &OptionFound,
    ranked: Option<&RankedOption>,
) -> Cell {
    let aims = ranked.and_then(|ranked| valued_in_words(&findings.weighing, ranked));
    words(match aims {
        _ if !is_open(option) => "never open".to_owned(),
        _ if fraction(ranked.map_or(0.0, first_share)) <= 0.0 => "never comes first".to_owned(),
        aims => aims.unwrap_or_else(|| "nothing in particular".to_owned()),
    })
}

/// The states that an option is directed at, counted beyond a few; nothing for none.
fn addressees(states: &[Country]) -> Option<String> {
    let mut names: Vec<String> = states.iter().take(STATES).map(|state| in_text(*state)).collect();
    if states.len() > STATES {
        names.push(format!("{} more", length(states.len() - STATES)));
    }
    (!names.is_empty()).then(|| listed(&names, "and"))
}
