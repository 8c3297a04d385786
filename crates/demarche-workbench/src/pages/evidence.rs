//! The evidence register: every item, its grade, marking and standing, and the ways to add one.

use demarche_case::{Body, Evidence, Standing, Tlp};
use demarche_report::Chapter;
use maud::{Markup, PreEscaped, html};

use super::Scene;
use crate::ask::Ask;
use crate::case_desk::Judged;
use crate::edit::{self, NotMade, Preview};
use crate::reply::Reply;

/// Items of a preview that are listed.
const MOST: usize = 200;

pub(crate) fn page(scene: &Scene<'_>, judged: &Judged, _: &Ask) -> Reply {
    let case = judged.folder.case();
    let main = html! {
        h1 { "Evidence" }
        div class="row" {
            (import_form(scene, case.tlp))
            (write_form(scene, case.tlp))
        }
        (register(scene, &case.evidence))
        (PreEscaped(judged.chapter(Chapter::Evidence, &scene.base())))
    };
    scene.page("evidence", "Evidence", judged, &main)
}

/// Every item in one table, with a form for what may change.
fn register(scene: &Scene<'_>, evidence: &[Evidence]) -> Markup {
    html! {
        section {
            h2 id="register" { "Register" }
            @if evidence.is_empty() { p { "There is no item yet." } }
            @for item in evidence {
                details class="pair" id={ "r-" (item.id) } {
                    summary {
                        bdi { (item.title) } " "
                        span class="mark" { (item.tlp) } " "
                        span class="basis" { (item.grade) }
                        @match item.weighing.standing {
                            Standing::Raw => {}
                            Standing::Validated => { " " span class="basis" { "validated" } }
                            Standing::Refuted => { " " span class="basis soft" { "refuted" } }
                        }
                    }
                    (item_form(scene, item))
                }
            }
        }
    }
}

fn item_form(scene: &Scene<'_>, item: &Evidence) -> Markup {
    let states: Vec<String> = item.release_to.iter().map(ToString::to_string).collect();
    html! {
        form method="post" action={ (scene.base()) "evidence/item/" (item.id) } {
            (scene.key())
            label class="wide" { "Title " input type="text" name="title" value=(item.title); }
            label class="wide" { "What it says " textarea name="says" rows="3" { (item.says) } }
            div class="row" {
                (grade(&item.grade.to_string()))
                (marking("tlp", item.tlp))
                label { "Standing "
                    select name="standing" {
                        @for (standing, word) in [(Standing::Raw, "raw"), (Standing::Validated, "validated"), (Standing::Refuted, "refuted")] {
                            option value=(word) selected[item.weighing.standing == standing] { (word) }
                        }
                    }
                }
                label { "Observed " input type="text" name="observed" size="12" value=(item.observed.map_or_else(String::new, |at| at.to_string())) placeholder="2014-11-24"; }
                label { "Released to " input type="text" name="release_to" size="12" value=(states.join(", ")) placeholder="JP, KR"; }
                input type="hidden" name="release_to_given" value="yes";
            }
            div class="row" { button { "Keep" } a href={ "#e-" (item.id) } { "The whole item" } }
        }
    }
}

fn grade(given: &str) -> Markup {
    html! {
        label { "Grade "
            select name="grade" {
                @for reliability in ["A", "B", "C", "D", "E", "F"] { @for credibility in 1..=6 {
                    @let grade = format!("{reliability}{credibility}");
                    option value=(grade) selected[grade == given] { (grade) }
                } }
            }
        }
    }
}

fn marking(name: &str, given: Tlp) -> Markup {
    html! {
        label { "Marking "
            select name=(name) { @for tlp in Tlp::ALL { option value=(tlp.word()) selected[tlp == given] { (tlp.word()) } } }
        }
    }
}

/// Files and pasted text of others: MISP, STIX, tables, reports.
fn import_form(scene: &Scene<'_>, unmarked: Tlp) -> Markup {
    html! {
        details class="what-if" {
            summary accesskey="i" { "Import what others found" }
            form method="post" action={ (scene.base()) "evidence/import" } enctype="multipart/form-data" {
                (scene.key())
                p { "MISP events, STIX 2.1 bundles, Navigator layers, tables of indicators, or any report. You see what would be added before anything is." }
                label class="wide drop" data-drop="" { "A file, or drop one here " input type="file" name="file"; }
                label class="wide" { "Or paste text " textarea name="text" rows="6" {} }
                div class="row" {
                    (marking("unmarked", unmarked))
                    label { "Source " input type="text" name="source" size="32" placeholder="CERT-XX, advisory of 2026-11-03"; }
                }
                button { "Show what would be added" }
            }
        }
    }
}

/// One item, written by hand, with the file that holds it.
fn write_form(scene: &Scene<'_>, tlp: Tlp) -> Markup {
    html! {
        details class="what-if" {
            summary accesskey="n" { "Write an item" }
            form method="post" action={ (scene.base()) "evidence/write" } enctype="multipart/form-data" {
                (scene.key())
                label class="wide" { "Title " input type="text" name="title" required; }
                label class="wide" { "What it says " textarea name="says" rows="4" {} }
                div class="row" {
                    label { "Kind " select name="kind" { @for kind in Body::KINDS.iter().filter(|kind| **kind != "route-data" && **kind != "shared-code") { option value=(kind) selected[*kind == "infrastructure"] { (kind) } } } }
                    label { "Value " input type="text" name="value" size="24" placeholder="address, host, T1485, name, hash"; }
                    label { "Role or trace " input type="text" name="role" size="14" placeholder="command-and-control"; }
                }
                div class="row" {
                    (grade("F6"))
                    (marking("tlp", tlp))
                    label { "Source " input type="text" name="source" size="32"; }
                }
                label class="wide" { "The file that holds it " input type="file" name="file"; }
                button { "Add to evidence.toml" }
            }
        }
    }
}

/// Shows what an import would add; adds it once that was seen.
pub(crate) fn import(scene: &Scene<'_>, ask: &Ask) -> Reply {
    let form = &ask.form;
    let (name, bytes) = match form.files.first() {
        Some(file) => (file.name.as_str(), file.bytes.clone()),
        None => (name_or(form.first("name")), form.exact("text").as_bytes().to_vec()),
    };
    let unmarked = form.first("unmarked").parse().unwrap_or(Tlp::Red);
    let source = form.first("source");
    let shown = edit::preview(scene.desk, name, &bytes, unmarked, source);
    let made = match shown {
        Ok(shown) if form.has("agreed") => {
            edit::add(&scene.stamp(), scene.desk, &shown).map(|()| None)
        }
        Ok(shown) => Ok(Some(shown)),
        Err(reason) => Err(reason),
    };
    match made {
        Ok(None) => Reply::go(format!("/{}/evidence#register", scene.desk.name)),
        Ok(Some(shown)) => {
            // A form carries text; bytes that are none are sent again by whoever has them.
            let text = String::from_utf8(bytes).ok();
            previewed(scene, &shown, name, text.as_deref(), unmarked, source)
        }
        Err(NotMade(reason)) => scene.told("Nothing was added", &reason, "evidence"),
    }
}

fn name_or(given: &str) -> &str {
    if given.is_empty() { "pasted text" } else { given }
}

fn previewed(
    scene: &Scene<'_>,
    shown: &Preview,
    name: &str,
    text: Option<&str>,
    unmarked: Tlp,
    source: &str,
) -> Reply {
    let Preview { reading, merged, .. } = shown;
    let refused: Vec<_> =
        merged.laxer.iter().chain(&reading.refused).chain(&merged.refused).collect();
    let main = html! {
        h1 { "What would be added" }
        p { bdi { (name) } " is " (reading.form.words()) ": " strong { (merged.added.len()) " new" } ", " (merged.known.len()) " in the case before, " (refused.len()) " not used." }
        @if !merged.added.is_empty() {
            ul { @for (item, read) in merged.added.iter().zip(&merged.evidence).take(MOST) {
                li { bdi { (item.title) } " " span class="mark" { (read.tlp) } " " span class="basis" { (read.grade) } }
            } }
            @if merged.added.len() > MOST { p class="note" { "And " (merged.added.len() - MOST) " more." } }
            @match text {
                Some(text) => form method="post" action={ (scene.base()) "evidence/import" } {
                    (scene.key())
                    input type="hidden" name="agreed" value="yes";
                    input type="hidden" name="name" value=(name);
                    input type="hidden" name="unmarked" value=(unmarked.word());
                    input type="hidden" name="source" value=(source);
                    textarea name="text" hidden { (text) }
                    button { "Add them to evidence.toml" }
                },
                None => p { "The file is no UTF-8: import it with " code { "demarche import" } "." },
            }
        }
        @if !refused.is_empty() {
            details {
                summary { "What was not used, and why" }
                ul { @for refused in refused.iter().take(MOST) { li { code { (refused.place) } ": " bdi { (refused.reason) } } } }
            }
        }
        p { a href={ (scene.base()) "evidence" } { "Back" } }
    };
    scene.bare_page("evidence", "What would be added", &main)
}
