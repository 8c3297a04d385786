use anyhow::Context;
use demarche_case::assessment::answer::InitAnswer;
use demarche_case::{CaseId, init};

use crate::cli::InitArgs;
use crate::output::{self, Outcome, print};

/// Begins a case.
pub(crate) fn run(args: &InitArgs) -> anyhow::Result<Outcome> {
    let id = match &args.id {
        Some(id) => id.clone(),
        None => id_of_folder(args)?,
    };
    init(&args.folder, &id)?;
    let folder = args.folder.display();
    if args.json {
        let made = InitAnswer { id, folder: folder.to_string() };
        return output::json(made, Vec::new(), Vec::new());
    }
    print(&format!(
        "Began the case `{id}` in {folder}: fill in case.toml and evidence.toml, then\n  demarche assess {folder}\n"
    ))?;
    Ok(Outcome::Complete)
}

fn id_of_folder(args: &InitArgs) -> anyhow::Result<CaseId> {
    let name = args
        .folder
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase().replace([' ', '_'], "-"));
    name.unwrap_or_default()
        .parse()
        .context("the folder's name makes no short name for the case; give one with --id")
}
