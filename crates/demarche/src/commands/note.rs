use demarche_case::assessment::answer::NoteAnswer;
use demarche_case::{CaseFolder, Recipient};
use demarche_report::note;

use super::assess::{assessed, out_folder, write_note};
use crate::cli::NoteArgs;
use crate::output::{self, Outcome, print};

/// Writes the request to one addressee.
pub(crate) fn run(args: &NoteArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let country = args.to.country();
    anyhow::ensure!(country.name().is_some(), "{country} is no state's code (ISO 3166-1)");
    let sender = folder.case().owner.country;
    anyhow::ensure!(
        sender != Some(country),
        "{} is the sender's own state: a request goes to others",
        country.label()
    );
    let assessment = assessed(&folder, &args.sources)?;
    let note = note(&assessment, args.to);
    let out = out_folder(&args.case, args.out.as_ref())?;
    output::remove_partials(&out)?;
    let files: Vec<String> =
        write_note(&out, &note)?.iter().map(|path| path.display().to_string()).collect();
    if args.json {
        let written = NoteAnswer { files, withheld: note.withheld.len() as u64 };
        return output::json(written, assessment.inputs, assessment.gaps);
    }
    output::gaps(&assessment.gaps);
    if let Some(refused) = note.refused {
        print(&format!("{}\n  {}\n", refused.in_words(), files.join("\n  ")))?;
        return Ok(Outcome::of(&assessment.gaps));
    }
    let whom = match args.to {
        Recipient::State(_) => format!("The request to {}", country.label()),
        Recipient::Cert(_) => {
            format!("The technical note to the national CERT of {}", country.label())
        }
    };
    let (withheld, sent) =
        files.split_last().map_or(("", &[][..]), |(withheld, sent)| (withheld, sent));
    let remedy = note.remedy.map(|remedy| format!("{remedy}\n")).unwrap_or_default();
    print(&format!(
        "{whom}:\n  {}\n{remedy}{} withheld; the list is for the sender only: {withheld}\n",
        sent.join("\n  "),
        output::counted(note.withheld.len() as u64, "item was", "items were"),
    ))?;
    Ok(Outcome::of(&assessment.gaps))
}
