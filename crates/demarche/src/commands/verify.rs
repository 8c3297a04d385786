mod note;

use anyhow::Context;
use demarche_case::{LogEntry, verify};

use crate::cli::VerifyArgs;
use crate::output::{self, Outcome, counted, print};

/// Verifies a case against its seal, or a note against the list beside it.
///
/// Whatever does not hold is named, and the exit status is 2 then.
pub(crate) fn run(args: &VerifyArgs) -> anyhow::Result<Outcome> {
    if let Some(list) = &args.note {
        return note::run(list, args.annexes.as_deref(), args.json);
    }
    let found = verify(args.case.as_deref().context("no case folder was named")?, args.head)?;
    let broken = found.discrepancies.len();
    if args.json {
        output::json(&found, Vec::new(), Vec::new())?;
    } else {
        let mut text = String::new();
        for discrepancy in &found.discrepancies {
            text.push_str(&format!("{}\n", output::clean(&discrepancy.to_string())));
        }
        if broken == 0 {
            text.push_str(&format!(
                "All holds: {} and {}.\n",
                counted(found.files, "file", "files"),
                counted(found.log_lines, "log line", "log lines")
            ));
            if args.head.is_none() {
                text.push_str("Compare the log's head with the one kept elsewhere, or give it with --head: a log rewritten as a whole cannot be told otherwise.\n");
            }
        }
        text.push_str(&since(&found.after_head));
        if let Some(head) = &found.head {
            text.push_str(&format!("Head of the log: {head}\n"));
        }
        print(&text)?;
    }
    anyhow::ensure!(
        broken == 0,
        "the case is not as it was sealed: {broken} {}",
        if broken == 1 { "thing differs" } else { "things differ" }
    );
    Ok(Outcome::Complete)
}

/// What was added to the log behind the head that was kept; nothing where nothing was.
fn since(lines: &[LogEntry]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let (were, they) = if lines.len() == 1 { ("line was", "it") } else { ("lines were", "they") };
    let mut text = format!(
        "Since the head you kept, {} {were} added to the log; what {they} sealed is not what was sealed then:\n",
        lines.len()
    );
    for LogEntry { time, who, action, detail, .. } in lines {
        let line = output::clean(&format!("{time}  {who}  {action}: {detail}"));
        // A line break in a forged log would pass for a line of ours.
        text.push_str(&format!("  {}\n", line.replace('\n', "\u{fffd}")));
    }
    text
}
