//! The addressees: each addressee with the reasons, and the files of its note.

use demarche_case::Recipient;
use demarche_case::assessment::Assessment;
use maud::{Markup, html};

use crate::addressee::{Reason, addressees};
use crate::document::Column::Text;
use crate::document::{Block, Cell, Section, words};
use crate::note::Note;
use crate::writers::fragment;

/// The list of addressees, each with its reasons; empty where nobody is asked.
pub(crate) fn section(assessment: &Assessment) -> Markup {
    let rows: Vec<Vec<Cell>> = addressees(assessment)
        .into_iter()
        .map(|addressee| {
            let name = match addressee.to {
                Recipient::State(country) => country.label().to_owned(),
                Recipient::Cert(country) => format!("National CERT of {}", country.label()),
            };
            let why: Vec<String> = addressee.why.iter().map(Reason::in_words).collect();
            vec![words(name), words(why.join("; ")), Cell::Code(Note::stem(addressee.to))]
        })
        .collect();
    if rows.is_empty() {
        return html! {};
    }
    let columns = vec![Text("Addressee"), Text("Why"), Text("Files")];
    let caption = "Addressees, the weightiest reason first";
    let section = Section::new("requests", "Whom to ask")
        .with(Block::Paragraph("A request to each, holding only what the markings let go there: as Markdown, page and document. A list of hashes for the recipient ends in .annex.json. A list of what was withheld, for the sender alone, ends in .withheld.md. A state and its CERT may see the same; the CERT is asked for technical help only.".to_owned()))
        .with(Block::Table { caption, columns, rows });
    fragment(&section)
}

/// True if somebody is asked.
pub(crate) fn is_there(assessment: &Assessment) -> bool {
    !addressees(assessment).is_empty()
}
