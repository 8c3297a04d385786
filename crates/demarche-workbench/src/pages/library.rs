//! The record of previous attacks: which editions there are.

use std::sync::Arc;

use demarche_library::{Store, facts};
use maud::html;

use super::shell;
use crate::desk::Workbench;
use crate::reply::Reply;
use crate::tools::told;

pub(crate) fn page(bench: &Arc<Workbench>) -> Reply {
    let folder = &bench.tools.settings.library;
    let stored = Store::at(folder).editions();
    let shipped = facts().editions;
    let body = html! {
        header class="bench" {
            p class="kicker" { a href="/" { "demarche" } }
            nav aria-label="Pages" { ul { li { a href="/" { "Cases" } } li { a href="/library" aria-current="page" { "Library" } } } }
        }
        main id="main" tabindex="-1" {
            h1 { "Library" }
            p { "The record of previous attacks: the editions of catalogues that evidence is compared with. " code { "demarche library fetch" } " and " code { "add" } " bring more." }
            @match stored {
                Err(error) => p role="alert" { strong { bdi { (told(&error)) } } },
                Ok((stored, gaps)) => {
                    div class="scroll" tabindex="0" { table {
                        caption { "Editions" }
                        thead { tr { th scope="col" { "Edition" } th scope="col" { "Used" } th scope="col" { "Date" } th scope="col" class="n" { "Entries" } th scope="col" class="n" { "Refused" } } }
                        tbody {
                            @for entry in &stored {
                                @let edition = &entry.header.edition;
                                tr {
                                    th scope="row" { bdi { (edition.name) } }
                                    td { @if entry.is_newest { "yes" } @else { "no, there is a newer one" } }
                                    td { @if let Some(date) = edition.date { (date) } @else { "–" } }
                                    td class="n" { (edition.used) }
                                    td class="n" { (edition.refused) }
                                }
                            }
                            @for edition in &shipped { tr {
                                th scope="row" { bdi { (edition.name) } " (ships with demarche)" }
                                td { "yes" }
                                td { @if let Some(date) = edition.date { (date) } @else { "–" } }
                                td class="n" { (edition.used) }
                                td class="n" { (edition.refused) }
                            } }
                        }
                    } }
                    @for gap in &gaps { p class="note" { bdi { (gap.what) } } }
                },
            }
            p class="note" { code { (folder.display()) } }
        }
    };
    Reply::page(&shell("Library", None, &body))
}
