//! The first page: which cases lie on the desk.

use std::sync::Arc;

use demarche_report::state_in_text;
use maud::html;

use super::shell;
use crate::desk::Workbench;
use crate::reply::Reply;

pub(crate) fn page(bench: &Arc<Workbench>) -> Reply {
    let rows = bench.cases().map(|desk| (desk, desk.folder()));
    let body = html! {
        header class="bench" {
            p class="kicker" { "demarche" }
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
