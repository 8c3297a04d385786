//! The order of the options by severity and by certainty of who did it, as docs/response.md shows it.

use demarche_case::assessment::response::ResponseFindings;

use crate::weighing::{Made, first_of, of_severity};

/// The severities and certainties of the table.
const SEVERITIES: [f64; 5] = [1.0, 3.0, 5.0, 8.0, 10.0];
const CERTAINTIES: [f64; 4] = [0.2, 0.5, 0.8, 0.99];

/// The case of the table: destruction and coercion at one media company, whose harm goes on or not, with three hosting
/// states and one partner.
fn weighed(severity: f64, certainty: f64) -> ResponseFindings {
    of_severity(severity, Made::certain(certainty)).weigh()
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// A cell: the three that come first most often beyond the baseline.
fn cell(found: &ResponseFindings) -> String {
    let is_under = |id: &str| found.option(id).is_some_and(|option| option.is_baseline);
    let mut ranked: Vec<_> =
        found.weighing.ranked.iter().filter(|one| !is_under(&one.option)).collect();
    ranked.sort_by(|left, right| right.ranks[0].total_cmp(&left.ranks[0]));
    let told = ranked.iter().take(3);
    let told: Vec<String> =
        told.map(|one| format!("`{}` {}", one.option, percent(one.ranks[0]))).collect();
    let alone = first_of(found, "harden") + first_of(found, "nothing");
    format!("{}; nothing more {}", told.join(", "), percent(alone))
}

/// A row of the table in docs/response.md.
fn row(severity: f64) -> String {
    let cells = CERTAINTIES.map(|certainty| cell(&weighed(severity, certainty)));
    format!("| {severity:.0} | {} |", cells.join(" | "))
}

#[test]
fn the_table_of_severity_and_certainty_is_the_one_that_is_documented() {
    let documented = include_str!("../../../../docs/response.md");
    // The ends and the middle: the whole table takes a minute.
    for severity in [SEVERITIES[0], SEVERITIES[4]] {
        for certainty in [CERTAINTIES[0], CERTAINTIES[3]] {
            let cell = cell(&weighed(severity, certainty));
            assert!(documented.contains(&cell), "{severity}, {certainty}: {cell}");
        }
    }
}

#[test]
#[ignore = "prints the table for docs/response.md; a minute"]
fn the_whole_table() {
    for severity in SEVERITIES {
        println!("{}", row(severity));
    }
}
