use demarche_case::CaseFolder;
use demarche_case::assessment::answer::NoteAnswer;
use demarche_report::note;

use super::assess::{assessed, out_folder, write_note};
use crate::cli::NoteArgs;
use crate::output::{self, Outcome, print};

/// Writes the request to one addressee.
pub(crate) fn run(args: &NoteArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    anyhow::ensure!(args.to.name().is_some(), "{} is no state's code (ISO 3166-1)", args.to);
    let sender = folder.case().owner.country;
    anyhow::ensure!(
        sender != Some(args.to),
        "{} is the sender's own state: a request goes to others",
        args.to.label()
    );
    let assessment = assessed(&folder, &args.sources)?;
    let note = note(&assessment, args.to);
    let out = out_folder(&args.case, args.out.as_ref())?;
    let files: Vec<String> =
        write_note(&out, &note)?.iter().map(|path| path.display().to_string()).collect();
    if args.json {
        let written = NoteAnswer { files, withheld: note.withheld.len() as u64 };
        return output::json(written, assessment.inputs, assessment.gaps);
    }
    output::gaps(&assessment.gaps);
    print(&format!(
        "The request to {}: {}\n{} withheld; the list is for the sender only: {}\n",
        args.to.label(),
        files.iter().take(2).cloned().collect::<Vec<_>>().join(" and "),
        output::counted(note.withheld.len() as u64, "item was", "items were"),
        files.last().cloned().unwrap_or_default(),
    ))?;
    Ok(Outcome::of(&assessment.gaps))
}
