use anyhow::Context;
use demarche_case::assessment::answer::SealAnswer;
use demarche_case::{CaseFolder, Moment, Stamp};

use crate::cli::SealArgs;
use crate::output::{self, Outcome, count, counted, print};

/// Seals a case.
pub(crate) fn run(args: &SealArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let name = args.who.clone().unwrap_or_else(user);
    let sealed = folder.seal(&Stamp { time: now()?, who: &name })?;
    let answer = SealAnswer {
        files: sealed.files,
        bytes: sealed.bytes,
        lock: sealed.lock,
        head: sealed.head,
    };
    if args.json {
        return output::json(answer, Vec::new(), Vec::new());
    }
    print(&format!(
        "Sealed {}, {} bytes, as {name}.\nHead of the log: {}\nKeep this line somewhere else: `demarche verify {} --head {}` then finds even a log that was rewritten as a whole.\n",
        counted(answer.files, "file", "files"),
        count(answer.bytes),
        answer.head,
        args.case.display(),
        answer.head,
    ))?;
    Ok(Outcome::Complete)
}

/// The time now, to the second.
pub(crate) fn now() -> anyhow::Result<Moment> {
    let seconds = jiff::Timestamp::now().as_second();
    let total = jiff::Timestamp::from_second(seconds).context("the clock is out of range")?;
    total.to_string().parse().context("the clock is out of range")
}

/// The name of the user logged in.
#[expect(clippy::disallowed_methods, reason = "the binary is where the environment is read")]
pub(crate) fn user() -> String {
    let name =
        ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    name.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| "unknown".to_owned())
}
