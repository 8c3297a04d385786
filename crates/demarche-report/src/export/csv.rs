//! Tables as CSV (RFC 4180), which most people open in a spreadsheet: no cell of text is ever read as a formula.

use demarche_case::assessment::attribution::{
    Aspect, AttributionFindings, Chance, Hypothesis, Likelihood, Ranked, WeighedItem,
};
use demarche_case::{Case, Tlp};

use crate::attribution::{
    ASPECTS, aspect, by_rank, cited, forgeability, inconsistency, name, title, weight_for,
};
use crate::text::{LINE, shown};

/// The greatest probability that is written: nothing is certain.
const CAP: f64 = 0.99;

/// The ranking: a row for each hypothesis, as reported and if everything forgeable were planted.
///
/// Probabilities are from 0 to 0.99 and weights in nats, both with three decimals; where the probability is withheld its
/// cells are empty. Lines end in CR LF, as RFC 4180 has it; a text that a spreadsheet would take for a formula begins
/// with an apostrophe.
#[must_use]
pub fn ranking_csv(findings: &AttributionFindings, marking: Tlp) -> String {
    let mut head: Vec<String> = [
        "rank",
        "hypothesis",
        "kind",
        "id",
        "imitates",
        "state",
        "probability",
        "low",
        "high",
        "likelihood",
        "before the evidence",
        "weight",
    ]
    .map(str::to_owned)
    .to_vec();
    head.extend(ASPECTS.map(|wanted| aspect(wanted).trim_start_matches("the ").to_owned()));
    head.extend(["if planted", "if planted low", "if planted high"].map(str::to_owned));
    let width = head.len();
    let mut lines = vec![head];
    for (index, hypothesis) in by_rank(findings).into_iter().enumerate() {
        let id = findings.hypotheses[hypothesis].id();
        if let Some(found) = findings.as_reported.ranked(&id) {
            lines.push(ranked(findings, found, index + 1));
        }
    }
    if findings.withheld.is_none() && findings.as_reported.others.unwrap_or_default().get() > 0.0 {
        let mut rest = vec![String::new(); width];
        for (place, text) in [
            (1, "all others together".to_owned()),
            (6, probability(findings.as_reported.others.unwrap_or_default().get())),
        ] {
            if let Some(cell) = rest.get_mut(place) {
                *cell = text;
            }
        }
        lines.push(rest);
    }
    marked(lines, marking)
}

fn ranked(findings: &AttributionFindings, one: &Ranked, rank: usize) -> Vec<String> {
    let Some(hypothesis) = findings.hypothesis(&one.hypothesis) else { return Vec::new() };
    let (kind, id, imitated) = identity(hypothesis);
    let mut row = vec![
        rank.to_string(),
        text(&name(hypothesis)),
        kind.to_owned(),
        text(&id),
        text(&imitated),
        hypothesis.state().map(|state| state.code().to_owned()).unwrap_or_default(),
    ];
    let shows = findings.withheld.is_none();
    let chance = |chance: Chance| {
        [chance.estimate, chance.low, chance.high].map(|part| probability(part.get()))
    };
    let nothing = || [String::new(), String::new(), String::new()];
    if shows {
        row.extend(chance(one.chance()));
        row.push(Likelihood::of(one.chance().estimate).words().to_owned());
        row.push(probability(one.prior.into()));
    } else {
        row.extend(nothing());
        row.extend([String::new(), String::new()]);
    }
    row.push(number(one.weight.nats()));
    row.extend(ASPECTS.map(|wanted| number(weight_of(one, wanted))));
    let planted = findings.if_planted.ranked(&one.hypothesis).filter(|_| shows);
    row.extend(planted.map_or_else(nothing, |planted| chance(planted.chance())));
    row
}

fn weight_of(ranked: &Ranked, wanted: Aspect) -> f64 {
    ranked
        .aspects
        .iter()
        .find(|aspect| aspect.aspect == wanted)
        .map_or(0.0, |aspect| aspect.weight.nats())
}

/// The kind of a hypothesis, the entry of its author, and that of the imitated actor.
fn identity(hypothesis: &Hypothesis) -> (&'static str, String, String) {
    match hypothesis {
        Hypothesis::Actor { id, .. } => ("actor", id.to_string(), String::new()),
        Hypothesis::Unlisted { .. } => ("unlisted", String::new(), String::new()),
        Hypothesis::FalseFlag { actor, imitated, .. } => {
            ("false flag", actor.to_string(), imitated.to_string())
        }
        Hypothesis::Named { party, .. } => ("named by the case", party.to_string(), String::new()),
    }
}

/// The matrix: a row for each item of evidence, a column for each hypothesis, in nats with three decimals.
///
/// The last row is the sum of what speaks against each hypothesis. Written as [`ranking_csv`] is.
#[must_use]
pub fn matrix_csv(findings: &AttributionFindings, case: &Case, marking: Tlp) -> String {
    let mut head: Vec<String> = [
        "evidence",
        "title",
        "aspect",
        "cluster",
        "forgeability",
        "planted",
        "bound",
        "reliability",
        "discount",
        "diagnosticity",
        "sources",
    ]
    .map(str::to_owned)
    .to_vec();
    let before = head.len();
    head.extend(findings.hypotheses.iter().map(|hypothesis| text(&column(hypothesis))));
    let mut lines = vec![head];
    lines.extend(findings.items.iter().map(|item| matrix_row(findings, item, case)));
    let mut sums = vec!["all that speaks against it".to_owned()];
    sums.resize(before, String::new());
    let places = 0..findings.hypotheses.len();
    sums.extend(places.map(|index| number(inconsistency(findings, index))));
    lines.push(sums);
    marked(lines, marking)
}

/// The name with its entry, for two actors may share a name.
fn column(hypothesis: &Hypothesis) -> String {
    match identity(hypothesis) {
        (_, id, imitated) if !id.is_empty() && !imitated.is_empty() => {
            format!("{} ({id} as {imitated})", name(hypothesis))
        }
        (_, id, _) if !id.is_empty() => format!("{} ({id})", name(hypothesis)),
        _ => name(hypothesis),
    }
}

fn matrix_row(findings: &AttributionFindings, item: &WeighedItem, case: &Case) -> Vec<String> {
    let sources: Vec<String> = item.sources.iter().map(cited).collect();
    let mut row = vec![
        text(item.evidence.as_str()),
        text(&title(case, &item.evidence)),
        aspect(item.aspect).trim_start_matches("the ").to_owned(),
        text(&crate::words::attribution::cluster(&item.cluster)),
        forgeability(item.forgeability).to_owned(),
        number(item.planted.get()),
        number(item.bound.nats()),
        number(item.reliability),
        number(item.discount),
        number(item.diagnosticity),
        text(&sources.join("; ")),
    ];
    let places = 0..findings.hypotheses.len();
    row.extend(places.map(|index| number(weight_for(item, index))));
    row
}

fn probability(value: f64) -> String {
    number(value.min(CAP))
}

/// A number with a full stop and three decimals; nothing for what is none.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.3}");
    if text == "-0.000" { "0.000".to_owned() } else { text }
}

/// A text from outside: on one line, and never the beginning of a formula.
///
/// Source: OWASP, "CSV Injection": a cell that begins with one of these signs, or their full-width twins, is run.
pub(crate) fn text(text: &str) -> String {
    let line = shown(text, LINE);
    let runs = ['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠', '−'];
    if line.starts_with(runs) { format!("'{line}") } else { line }
}

/// Rows of text from outside as a table of CSV (RFC 4180); no cell is ever read as a formula.
#[must_use]
pub fn table_csv(rows: &[Vec<String>]) -> String {
    rows.iter()
        .map(|row| line(&row.iter().map(|cell| text(cell)).collect::<Vec<String>>()))
        .collect()
}

/// A table whose first row is its head, with the marking of the whole in a last column `tlp` that every row has.
fn marked(rows: Vec<Vec<String>>, marking: Tlp) -> String {
    let marking = marking.to_string();
    let rows = rows.into_iter().enumerate().map(|(position, mut row)| {
        row.push(if position == 0 { "tlp".to_owned() } else { marking.clone() });
        line(&row)
    });
    rows.collect()
}

/// A table that is built column by column, so that a head and its cells stand together.
pub(crate) struct Sheet<T> {
    items: Vec<T>,
    /// The head and the cells of each item.
    lines: Vec<Vec<String>>,
}

impl<T> Sheet<T> {
    /// A table with a row for each item.
    pub(crate) fn of(items: impl IntoIterator<Item = T>) -> Self {
        let items: Vec<T> = items.into_iter().collect();
        Self { lines: vec![Vec::new(); items.len() + 1], items }
    }

    /// The table with one more column.
    pub(crate) fn column(mut self, head: impl Into<String>, cell: impl Fn(&T) -> String) -> Self {
        let cells = std::iter::once(head.into()).chain(self.items.iter().map(cell));
        for (line, cell) in self.lines.iter_mut().zip(cells) {
            line.push(cell);
        }
        self
    }

    /// The table as text.
    pub(crate) fn into_csv(self) -> String {
        self.lines.iter().map(|cells| line(cells)).collect()
    }

    /// The table as text, with the marking of the whole in a last column.
    pub(crate) fn marked(self, marking: Tlp) -> String {
        self.column("tlp", |_| marking.to_string()).into_csv()
    }
}

/// A record (RFC 4180, section 2): a field with a comma, a quote or a semicolon, by which some spreadsheets part cells,
/// stands in quotes, and a quote is doubled.
fn line(cells: &[String]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .map(|cell| {
            if cell.contains([',', '"', ';', '\'', '\r', '\n', '\t']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        })
        .collect();
    format!("{}\r\n", cells.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_a_formula() {
        for formula in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", " =1", "\u{200b}=1", "＝1", "|x"]
        {
            assert!(text(formula).starts_with('\''), "{formula:?}");
        }
        assert_eq!(text("Lazarus Group"), "Lazarus Group");
    }

    #[test]
    fn separators_and_quotes_stay_within_their_cell() {
        let cells = ["a,b", "say \"x\"", "c;d", "plain"].map(str::to_owned);
        assert_eq!(line(&cells), "\"a,b\",\"say \"\"x\"\"\",\"c;d\",plain\r\n");
    }

    #[test]
    fn nothing_is_certain_and_what_is_no_number_is_empty() {
        assert_eq!(probability(1.0), "0.990");
        assert_eq!(number(f64::NAN), "");
        assert_eq!(number(-0.000_01), "0.000");
        assert_eq!(number(-0.4), "-0.400");
    }
}
