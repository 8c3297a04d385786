//! Patterns of partners against the evidence of a case.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use demarche_case::CaseFolder;
use demarche_exchange::answer::{MatchAnswer, MatchedItem, MatchedPattern};
use demarche_exchange::{asked_of_bundle, asked_of_text, matched};

use super::stix::with_hint;
use crate::cli::share::MatchArgs;
use crate::output::{self, Outcome, counted, name, print};

/// Patterns and reasons that are printed; `--json` has all.
const SHOWN: usize = 50;

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 256 << 20;

/// Finds the evidence that patterns ask for.
pub(crate) fn run(args: &MatchArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let (mut asked, mut refused) = (Vec::new(), Vec::new());
    for path in &args.bundles {
        let (patterns, left_out) =
            asked_of_bundle(&path.display().to_string(), &bytes_of(path)?).map_err(with_hint)?;
        asked.extend(patterns);
        refused.extend(left_out);
    }
    if let Some(path) = &args.pattern {
        let text = String::from_utf8(bytes_of(path)?)
            .with_context(|| format!("{} is no text in UTF-8", path.display()))?;
        asked.extend(asked_of_text(&text));
    }
    if asked.is_empty() && refused.is_empty() {
        bail!("no pattern was given");
    }
    let mut answer = matched(folder.case(), &asked);
    answer.not_evaluated.extend(refused);
    let is_whole = answer.not_evaluated.is_empty();
    let outcome = if is_whole { Outcome::Complete } else { Outcome::WithGaps };
    if args.json {
        output::json(answer, Vec::new(), Vec::new())?;
        return Ok(outcome);
    }
    print(&in_words(&answer))?;
    Ok(outcome)
}

/// The bytes of a file, or of standard input.
fn bytes_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    let place = path.display().to_string();
    let reader: Box<dyn Read> = match place.as_str() {
        "-" => Box::new(std::io::stdin()),
        _ => Box::new(std::fs::File::open(path).with_context(|| format!("cannot read {place}"))?),
    };
    let mut bytes = Vec::new();
    let limit = reader.take(MAX_BYTES + 1);
    let length =
        { limit }.read_to_end(&mut bytes).with_context(|| format!("cannot read {place}"))?;
    if length as u64 > MAX_BYTES {
        bail!("{place} has more than {MAX_BYTES} bytes: split it");
    }
    Ok(bytes)
}

fn in_words(answer: &MatchAnswer) -> String {
    let mut text = format!(
        "{} of {} fulfilled by evidence, {} not, {} not evaluated\n",
        answer.matched.len(),
        counted(answer.patterns, "pattern", "patterns"),
        answer.missed,
        answer.not_evaluated.len()
    );
    for found in answer.matched.iter().take(SHOWN) {
        text.push_str(&pattern_in_words(found));
    }
    if answer.matched.len() > SHOWN {
        text.push_str(&format!(
            "  and {} more, which --json lists\n",
            answer.matched.len() - SHOWN
        ));
    }
    if !answer.not_evaluated.is_empty() {
        text.push_str("Not evaluated:\n");
    }
    for entry in answer.not_evaluated.iter().take(SHOWN) {
        text.push_str(&format!("  - {}: {}\n", name(&entry.pattern), name(&entry.reason)));
    }
    if answer.not_evaluated.len() > SHOWN {
        let more = answer.not_evaluated.len() - SHOWN;
        text.push_str(&format!("    and {more} more, which --json lists\n"));
    }
    if !answer.without_time.is_empty() {
        let items = counted(answer.without_time.len() as u64, "item has", "items have");
        text.push_str(&format!(
            "{items} no time of observation; a pattern with times cannot ask for them.\n"
        ));
    }
    text
}

fn pattern_in_words(found: &MatchedPattern) -> String {
    let called =
        found.name.as_ref().map_or_else(String::new, |called| format!(" “{}”", name(called)));
    let together = if found.is_together && found.evidence.len() > 1 { ", together" } else { "" };
    let mut text = format!("{}{called}: {}{together}\n", name(&found.pattern), name(&found.text));
    for MatchedItem { id, title, observed, is_outside_validity } in &found.evidence {
        let time = observed.as_ref().map_or_else(String::new, |time| format!(", {time}"));
        let outside = if *is_outside_validity { ", outside the indicator's validity" } else { "" };
        text.push_str(&format!("  + {id}  {}{time}{outside}\n", name(title)));
    }
    text
}
