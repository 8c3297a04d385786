//! The log of the case, and the way back.

use demarche_case::CaseFolder;
use maud::{Markup, html};

use super::Scene;
use crate::reply::Reply;
use crate::tools::told;

/// Lines that are shown, the latest first.
const MOST: usize = 200;

pub(crate) fn page(scene: &Scene<'_>) -> Reply {
    let main = html! {
        h1 { "Log" }
        p { "Who did what with the case, and when. Each line holds the hash of the line before, so that none can be changed unseen; " code { "demarche verify" } " checks the whole." }
        (way_back(scene))
        (lines(scene))
    };
    scene.bare_page("log", "Log", &main)
}

fn way_back(scene: &Scene<'_>) -> Markup {
    match CaseFolder::last_change(&scene.desk.root) {
        Ok(Some(last)) => html! {
            form method="post" action={ (scene.base()) "undo" } class="row" {
                (scene.key())
                button { "Take back: " bdi { (last.detail) } }
            }
        },
        Ok(None) => {
            html! { p class="note" { "There is no change of the workbench to take back, or somebody changed the file since." } }
        }
        Err(error) => html! { p role="alert" { strong { bdi { (told(&error)) } } } },
    }
}

fn lines(scene: &Scene<'_>) -> Markup {
    let log = match CaseFolder::log(&scene.desk.root) {
        Ok(log) => log,
        Err(error) => return html! { p role="alert" { strong { bdi { (told(&error)) } } } },
    };
    html! {
        @for problem in &log.problems { p role="alert" { strong { (problem) } } }
        @if log.entries.is_empty() { p { "Nothing was entered yet." } } @else {
            div class="scroll" tabindex="0" {
                table {
                    caption { "The latest first" }
                    thead { tr {
                        th scope="col" class="n" { "Line" } th scope="col" { "Time" } th scope="col" { "Who" }
                        th scope="col" { "What" } th scope="col" { "Detail" }
                    } }
                    tbody { @for (entry, _) in log.entries.iter().rev().take(MOST) { tr {
                        th scope="row" class="n" { (entry.seq) }
                        td { (entry.time) }
                        td { bdi { (entry.who) } }
                        td { bdi { (entry.action) } }
                        td { bdi { (entry.detail) } }
                    } } }
                }
            }
        }
    }
}
