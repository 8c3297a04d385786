//! Whom to ask: each addressee with the reasons, and the files of its note.

use demarche_case::Recipient;
use demarche_case::assessment::Assessment;
use maud::{Markup, html};

use crate::addressee::{Reason, addressees};
use crate::document::Column::Text;
use crate::note::Note;
use crate::writers::table;

/// The list of addressees; nothing where nobody is asked.
pub(crate) fn section(assessment: &Assessment) -> Markup {
    let rows: Vec<Vec<Markup>> = addressees(assessment)
        .into_iter()
        .map(|one| {
            let whom = match one.to {
                Recipient::State(country) => country.label().to_owned(),
                Recipient::Cert(country) => format!("National CERT of {}", country.label()),
            };
            let why: Vec<String> = one.why.iter().map(Reason::in_words).collect();
            vec![
                html! { (whom) },
                html! { bdi { (why.join("; ")) } },
                html! { code { (Note::stem(one.to)) } },
            ]
        })
        .collect();
    let columns = [Text("Addressee"), Text("Why"), Text("Files")];
    html! {
        @if !rows.is_empty() {
            section {
                h2 id="requests" { "Whom to ask" }
                p { "A request to each, holding only what the markings let go there: as Markdown, page and document, with a list of hashes for the recipient (" code { ".annex.json" } ") and one of what was withheld for the sender alone (" code { ".withheld.md" } "). A state and its CERT may see the same; the CERT is asked for technical help only." }
                (table("Addressees, the weightiest reason first", &columns, &rows))
            }
        }
    }
}

/// Is anybody asked?
pub(crate) fn is_there(assessment: &Assessment) -> bool {
    !addressees(assessment).is_empty()
}
