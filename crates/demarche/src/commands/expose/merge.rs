use anyhow::Context;
use demarche_exposure::Store;

use super::{passphrase, rules, scan, targets};
use crate::cli::expose::ExposeMergeArgs;
use crate::output::Outcome;

/// Puts the stores of parts of a dump together, and tells what the whole holds.
pub(crate) fn run(args: &ExposeMergeArgs) -> anyhow::Result<Outcome> {
    targets::of_merge(args)?;
    let rules = rules(args.rules.as_deref())?;
    let passphrase = args.passphrase_file.as_deref().map(passphrase).transpose()?;
    let mut whole: Option<Store> = None;
    for path in &args.parts {
        let part = Store::existing(path, passphrase.as_deref())?;
        let whole = match &mut whole {
            Some(whole) => whole,
            // The first part names the dump.
            none => none.insert(Store::open(&args.store, &part.dump()?, passphrase.as_deref())?),
        };
        whole.merge(&part).with_context(|| format!("cannot add the part {}", path.display()))?;
    }
    let whole = whole.context("name the stores of the parts")?;
    scan::tell(&args.outputs, &whole, &rules, false)
}
