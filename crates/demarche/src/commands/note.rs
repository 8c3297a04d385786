use demarche_case::assessment::answer::NoteAnswer;
use demarche_case::{CaseFolder, Recipient};
use demarche_report::note;

use super::assess::{assessed, open_out};
use crate::cli::NoteArgs;
use crate::out::{Author, note_files};
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
    let mut out = open_out(&args.case, &args.place, folder.case())?;
    let assessment = assessed(&folder, &args.sources)?;
    let note = note(&assessment, args.to);
    let (refused, withheld) = (note.refused, note.withheld.len() as u64);
    let written = out.write(vec![note_files(note, Author::Note)?])?;
    let paths = written.iter().flat_map(|set| &set.paths);
    let files: Vec<String> = paths.map(|path| path.display().to_string()).collect();
    out.tell_kept();
    if args.json {
        let written = NoteAnswer { files, withheld, kept: out.kept().to_vec() };
        return output::json(written, assessment.inputs, assessment.gaps);
    }
    output::gaps(&assessment.gaps);
    if let Some(refused) = refused {
        print(&format!("{}\n  {}\n", refused.in_words(), files.join("\n  ")))?;
        return Ok(Outcome::of(&assessment.gaps));
    }
    let whom = match args.to {
        Recipient::State(_) => format!("The request to {}", country.label()),
        Recipient::Cert(_) => {
            format!("The technical note to the national CERT of {}", country.label())
        }
    };
    let (list, sent) = files.split_last().map_or(("", &[][..]), |(list, sent)| (list, sent));
    print(&format!(
        "{whom}:\n  {}\n{} withheld; the list is for the sender only: {list}\n",
        sent.join("\n  "),
        output::counted(withheld, "item was", "items were"),
    ))?;
    Ok(Outcome::of(&assessment.gaps))
}
