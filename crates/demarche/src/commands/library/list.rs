use crate::cli::LibraryListArgs;
use crate::commands::library::folder;
use crate::output::Outcome;

pub(crate) fn run(args: &LibraryListArgs) -> anyhow::Result<Outcome> {
    let folder = folder(&args.place)?;
    anyhow::bail!("no library is kept yet in {}", folder.display())
}
