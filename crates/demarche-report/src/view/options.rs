//! The answer about responses.

use demarche_case::assessment::response::{OptionFound, ResponseFindings};
use demarche_case::{Case, Tlp};

use crate::document::Column::{Number, Text};
use crate::document::{Block, Section, words};
use crate::number::percent;
use crate::response::{label, ranked, response_answer};
use crate::text::{NAME, shown};

/// Packages that are listed; the files have more.
const PACKAGES: usize = 6;

/// The responses to a case, each with how often it is open and how it ranks.
#[must_use]
pub fn options_weigh(findings: &ResponseFindings, case: &Case, marking: Tlp) -> Vec<Section> {
    vec![
        Section::new("case", format!("{} ({marking})", case.title)),
        Section::new("responses", "").with(Block::Answer(response_answer(findings))),
        options(findings),
        packages(findings),
    ]
}

fn options(findings: &ResponseFindings) -> Section {
    let figure = |figure: Option<f64>| {
        figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.2}"))
    };
    let row = |option: &OptionFound| {
        let ranked = ranked(findings, option);
        let first = ranked.and_then(|option| option.ranks.first());
        let [permissive, strict] = option.open;
        vec![
            words(shown(&label(option), NAME)),
            words(percent(strict)),
            words(percent(permissive)),
            words(first.map_or_else(|| "–".to_owned(), |first| percent(*first))),
            words(figure(ranked.map(|option| option.holistic))),
            words(figure(ranked.map(|option| option.regret))),
        ]
    };
    let columns = vec![
        Text("option"),
        Number("open"),
        Number("read permissively"),
        Number("first"),
        Number("all ranks"),
        Number("regret"),
    ];
    let rows = findings.options.iter().map(row).collect();
    let title = "Options, each with the options that must come before it; the law read strictly";
    Section::new("options", title).with(Block::Table { caption: "", columns, rows })
}

fn packages(findings: &ResponseFindings) -> Section {
    let rows = findings.packages.iter().take(PACKAGES).map(|package| {
        vec![
            words(package.options.join(" + ")),
            words(percent(package.first)),
            words(format!("{:.2}", package.holistic)),
            words(percent(package.available)),
        ]
    });
    let columns = vec![Text("package"), Number("first"), Number("all ranks"), Number("open")];
    Section::new("packages", "Packages of up to three options").with(Block::Table {
        caption: "",
        columns,
        rows: rows.collect(),
    })
}
