use std::path::{Path, PathBuf};

use demarche_case::assessment::Assessment;
use demarche_case::assessment::answer::NoteAnswer;
use demarche_case::{CaseFolder, Country, Recipient};
use demarche_report::{Addressee, Dress, addressees, state_in_text};

use super::assess::{assessed, dress, file_line, note_in, open_out};
use crate::cli::NoteArgs;
use crate::out::{Author, OutFolder, note_files};
use crate::output::{self, Outcome, print};

/// Writes the request to one addressee, or to all.
pub(crate) fn run(args: &NoteArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    if let Some(to) = args.to {
        check(to.country(), folder.case().owner.country)?;
    }
    let out = open_out(&args.case, &args.place, folder.case())?;
    let dress = dress(&args.dress)?;
    let assessment = assessed(&folder, &args.sources)?;
    let to = match args.to {
        Some(to) => vec![Addressee { to, why: Vec::new() }],
        None => addressees(&assessment),
    };
    let written = Written::of(folder.root(), &assessment, &to, &dress, out)?;
    if args.json {
        let Written { files, withheld, remedy, kept, .. } = written;
        return output::json(
            NoteAnswer { files, withheld, remedy, kept },
            assessment.inputs,
            assessment.gaps,
        );
    }
    output::gaps(&assessment.gaps);
    print(&match args.to {
        Some(to) => written.one(to),
        None => written.all(),
    })?;
    Ok(Outcome::of(&assessment.gaps))
}

/// Refuses a code that no state has, and the sender's own state.
fn check(country: Country, sender: Option<Country>) -> anyhow::Result<()> {
    anyhow::ensure!(country.name().is_some(), "{country} is no state's code (ISO 3166-1)");
    anyhow::ensure!(
        sender != Some(country),
        "{} is the sender's own state: a request goes to others",
        country.label()
    );
    Ok(())
}

/// The notes as they were written.
struct Written {
    /// The paths of all files; the sender's list is the last of each note.
    files: Vec<String>,
    withheld: u64,
    /// True if the last of them goes to an accused state.
    is_accused: bool,
    kept: Vec<String>,
    /// A line for each note.
    lines: Vec<String>,
    /// The reason why the last of them was refused.
    refused: Option<&'static str>,
    /// The parts to release so that the last of them says why it comes.
    remedy: Option<String>,
}

impl Written {
    fn of(
        root: &Path,
        assessment: &Assessment,
        to: &[Addressee],
        dress: &Dress,
        mut out: OutFolder,
    ) -> anyhow::Result<Self> {
        let (mut sets, mut lines) = (Vec::new(), Vec::new());
        let (mut withheld, mut refused, mut remedy, mut is_accused) = (0, None, None, false);
        for addressee in to {
            is_accused = assessment.case.accuses(addressee.to.country());
            let note = note_in(root, assessment, addressee.to, dress)?;
            withheld += note.withheld.len() as u64;
            refused = note.refused.map(|refused| refused.in_words());
            remedy.clone_from(&note.remedy);
            lines.push(file_line(addressee, note.refused));
            sets.push(note_files(note, Author::Note)?);
        }
        let written = out.write(sets)?;
        out.tell_kept();
        let paths = written.iter().flat_map(|set| &set.paths);
        let files = paths.map(|path: &PathBuf| path.display().to_string()).collect();
        let kept = out.kept().to_vec();
        Ok(Self { files, withheld, is_accused, kept, lines, refused, remedy })
    }

    /// The answer about one note.
    fn one(&self, to: Recipient) -> String {
        let files = &self.files;
        if let Some(refused) = self.refused {
            let remedy = self.remedy.as_ref().map(|remedy| format!(" {remedy}"));
            return format!("{refused}{}\n  {}\n", remedy.unwrap_or_default(), files.join("\n  "));
        }
        let whom = match to {
            Recipient::State(country) => format!("The request to {}", country.label()),
            Recipient::Cert(country) => {
                format!("The technical note to the national CERT of {}", state_in_text(country))
            }
        };
        let (list, sent) = files.split_last().map_or(("", &[][..]), |(list, sent)| (list, sent));
        let remedy = self.remedy.as_ref().map(|remedy| format!("{remedy}\n")).unwrap_or_default();
        let withheld = match self.withheld {
            _ if self.is_accused => "What an accused state never gets was left out".to_owned(),
            0 => "Nothing was withheld".to_owned(),
            some => format!("{} withheld", output::counted(some, "item was", "items were")),
        };
        let sent = sent.join("\n  ");
        let list_is = if self.is_accused { "the reasons are" } else { "the list is" };
        format!("{whom}:\n  {sent}\n{remedy}{withheld}; {list_is} for the sender only: {list}\n")
    }

    /// The answer about the notes to everybody.
    fn all(&self) -> String {
        if self.lines.is_empty() {
            return "The case yields nobody to write to.\n".to_owned();
        }
        let notes = output::counted(self.lines.len() as u64, "note", "notes");
        format!("Wrote {notes}:\n  {}\n", self.lines.join("\n  "))
    }
}
