//! Pages without a case: the cases on the desk, and the library.

use std::sync::Arc;

use demarche_library::{Store, facts};
use demarche_report::state_in_text;
use maud::html;

use super::{shell, way_out};
use crate::ask::Asker;
use crate::desk::Workbench;
use crate::reply::Reply;
use crate::tools::told;

/// The first page: the cases on the desk.
pub(crate) fn cases(bench: &Arc<Workbench>, by: &Asker) -> Reply {
    let rows = bench.cases().map(|desk| (desk, desk.folder()));
    let body = html! {
        header class="bench" {
            p class="kicker" { "demarche" }
            (way_out(by))
            nav aria-label="Pages" { ul { li { a href="/" aria-current="page" { "Cases" } } li { a href="/library" { "Library" } } } }
        }
        main id="main" tabindex="-1" {
            h1 { "Cases" }
            @for (desk, folder) in rows {
                section class="item" {
                    @match &folder {
                        Ok(folder) => {
                            @let case = folder.case();
                            h2 { a href={ "/" (desk.name) "/" } { bdi { (case.title) } } }
                            p class="meta" {
                                span class="mark" { (case.marking()) }
                                @if let Some(began) = case.began { span { "began " (began) } }
                                @if let Some(sender) = case.owner.country { span { "for " (state_in_text(sender)) } }
                                span { (case.evidence.len()) " items of evidence" }
                            }
                            p { bdi { (case.summary) } }
                        },
                        Err(reason) => {
                            h2 { a href={ "/" (desk.name) "/" } { bdi { (desk.name) } } }
                            p { strong { "cannot be read" } }
                            @for line in reason.lines().take(5) { p class="note" { bdi { (line) } } }
                        },
                    }
                    p class="note" { code { (desk.root.display()) } }
                }
            }
        }
    };
    Reply::page(&shell("Cases", None, &body))
}

/// The record of previous attacks: its editions.
pub(crate) fn library(bench: &Arc<Workbench>, by: &Asker) -> Reply {
    let folder = &bench.tools.settings.library;
    let stored = Store::at(folder).editions();
    let shipped = facts().editions;
    let body = html! {
        header class="bench" {
            p class="kicker" { a href="/" { "demarche" } }
            (way_out(by))
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
