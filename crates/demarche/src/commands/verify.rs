mod note;

use anyhow::Context;
use demarche_case::{Discrepancy, verify};
use demarche_report::view;

use crate::cli::VerifyArgs;
use crate::output::{self, Outcome};

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
        output::show(&view::verify(&found, args.head.is_some()))?;
    }
    // Without lock and log there is nothing from which the case could differ.
    anyhow::ensure!(
        found.head.is_some() || !found.discrepancies.contains(&Discrepancy::NoLock),
        "the case is not sealed: there is neither case.lock nor log.jsonl, which `demarche seal` writes"
    );
    anyhow::ensure!(
        broken == 0,
        "the case is not as it was sealed: {broken} {}",
        if broken == 1 { "thing differs" } else { "things differ" }
    );
    Ok(Outcome::Complete)
}
