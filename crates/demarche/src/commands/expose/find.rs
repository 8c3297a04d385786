use demarche_case::assessment::answer::{FindAnswer, HitLine};
use demarche_exposure::{Hit, MARKS, find};

use super::Dump;
use crate::cli::expose::ExposeFindArgs;
use crate::output::{self, Outcome, counted, is_coloured, name, print};

/// Searches the texts of a dump that was scanned.
pub(crate) fn run(args: &ExposeFindArgs) -> anyhow::Result<Outcome> {
    let store = Dump::of(&args.place)?.scanned()?;
    let question = args.question.join(" ");
    let hits = find(&store, &question, args.limit, args.reveal)?;
    if args.json {
        let answer = FindAnswer { all: hits.all, hits: hits.best.into_iter().map(line).collect() };
        return output::json(answer, Vec::new(), Vec::new());
    }
    let found = counted(hits.all, "text has", "texts have");
    let shown = if (hits.best.len() as u64) < hits.all {
        format!("; the first {} of them (`--limit` shows more)", hits.best.len())
    } else {
        String::new()
    };
    print(&format!("{found} it{shown}.\n"))?;
    for hit in &hits.best {
        print(&told(hit))?;
    }
    Ok(Outcome::Complete)
}

/// A hit as JSON: what was found stands between two asterisks on either side.
fn line(hit: Hit) -> HitLine {
    let Hit { place, places, section, line, subject, snippet } = hit;
    HitLine { place, places, section, line, subject, snippet: snippet.replace(MARKS, "**") }
}

/// A hit on the terminal: the place, then the words around what was found.
fn told(hit: &Hit) -> String {
    let marks = if is_coloured() { ["\u{1b}[1m", "\u{1b}[0m"] } else { ["**", "**"] };
    let section = hit.section.as_ref().map(|section| format!(", {}", name(section)));
    let more = if hit.places > 1 { format!(" ({} places)", hit.places) } else { String::new() };
    // The parts are what is found and what is not, in turn. Each is cleaned of signs that drive a terminal.
    let parts = hit.snippet.split(MARKS).enumerate().map(|(number, part)| match number {
        0 => name(part),
        number => format!("{}{}", marks[(number + 1) % 2], name(part)),
    });
    let snippet: String = parts.collect();
    format!(
        "\n{}{}, line {}{more}\n  {snippet}\n",
        name(&hit.place),
        section.unwrap_or_default(),
        hit.line
    )
}
