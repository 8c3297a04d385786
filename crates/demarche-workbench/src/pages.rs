//! The pages, and the frame around each.

pub(crate) mod attribution;
pub(crate) mod evidence;
pub(crate) mod exposure;
pub(crate) mod front;
pub(crate) mod log;
pub(crate) mod networks;
pub(crate) mod notes;
pub(crate) mod options;
pub(crate) mod plain;

use std::sync::Arc;

use demarche_assess::Stage;
use demarche_case::{Stamp, Tlp};
use demarche_report::{marking_band, page_style};
use hyper::StatusCode;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::ask::Asker;
use crate::case_desk::{CaseDesk, Judged};
use crate::desk::Workbench;
use crate::job::Watch;
use crate::reply::Reply;

/// The style of what only the workbench has.
const STYLE: &str = include_str!("../assets/workbench.css");

/// The script that makes pages better; each works without it.
const SCRIPT: &str = include_str!("../assets/workbench.js");

/// The pages of a case in the order of the menu: the last part of the address, and the title.
const MENU: [(&str, &str); 11] = [
    ("", "Overview"),
    ("timeline", "What happened"),
    ("evidence", "Evidence"),
    ("attribution", "Who did it"),
    ("code", "Code"),
    ("networks", "Networks"),
    ("exposure", "Exposure"),
    ("options", "Options"),
    ("notes", "Requests"),
    ("limits", "Inputs and gaps"),
    ("log", "Log"),
];

/// The surroundings of a page of a case.
pub(crate) struct Scene<'a> {
    pub(crate) bench: &'a Arc<Workbench>,
    pub(crate) desk: &'a Arc<CaseDesk>,
    /// The person who asks.
    pub(crate) by: &'a Asker,
    /// True if a script asks for the main part alone.
    pub(crate) is_fragment: bool,
}

impl Scene<'_> {
    /// A page of the case, with its marking above and below.
    pub(crate) fn page(&self, page: &str, title: &str, of: &Judged, main: &Markup) -> Reply {
        self.framed(page, title, &of.assessment.case.title, Some(of.assessment.marking()), main)
    }

    /// A page of the case while there is no assessment.
    pub(crate) fn bare_page(&self, page: &str, title: &str, main: &Markup) -> Reply {
        let folder = self.desk.folder();
        let case = folder.as_ref().map(|folder| folder.case());
        let name = case.as_ref().map_or(self.desk.name.as_str(), |case| case.title.as_str());
        self.framed(page, title, name, case.as_ref().ok().map(|case| case.marking()), main)
    }

    fn framed(
        &self,
        page: &str,
        title: &str,
        case: &str,
        marking: Option<Tlp>,
        main: &Markup,
    ) -> Reply {
        if self.is_fragment {
            return Reply::page(main);
        }
        let base = self.base();
        let body = html! {
            (PreEscaped(marking_band(marking)))
            header class="bench" {
                p class="kicker" { a href="/" { "demarche" } " · " bdi { (case) } }
                (way_out(self.by))
                nav aria-label="Pages of the case" {
                    ul { @for (number, (path, name)) in MENU.iter().enumerate() {
                        li { a href={ (base) (path) } aria-current=[(*path == page).then_some("page")] accesskey=[key(number)] { (name) } }
                    } }
                }
            }
            main id="main" tabindex="-1" { (main) }
            (PreEscaped(marking_band(marking)))
        };
        Reply::page(&shell(&format!("{title} · {case}"), Some(&base), &body))
    }

    /// The address of the case, with a slash at its end.
    pub(crate) fn base(&self) -> String {
        format!("/{}/", self.desk.name)
    }

    /// A hidden field without which no form is taken.
    pub(crate) fn key(&self) -> Markup {
        key_of(self.by)
    }

    /// The author and time of a change that is made now.
    pub(crate) fn stamp(&self) -> Stamp<'_> {
        self.bench.tools.stamp(self.by)
    }

    /// A page that says why something was not done, and leads back.
    pub(crate) fn told(&self, title: &str, reason: &str, back: &str) -> Reply {
        let main = html! {
            h1 { (title) }
            div class="answer" role="alert" { @for line in reason.lines() { p { bdi { (line) } } } }
            p { a href={ (self.base()) (back) } { "Back" } }
        };
        let Reply::Page { html, .. } = self.bare_page(back, title, &main) else {
            return Reply::go("/");
        };
        Reply::Page { status: StatusCode::UNPROCESSABLE_ENTITY, html }
    }
}

/// A hidden field without which no form is taken.
fn key_of(by: &Asker) -> Markup {
    html! { input type="hidden" name="form" value=(by.form); }
}

/// The name of the user who is logged in, and the way out; nothing where nobody had to log in.
pub(crate) fn way_out(by: &Asker) -> Markup {
    html! {
        @if by.is_user {
            form method="post" action="/logout" class="row" {
                (key_of(by))
                span { bdi { (by.name) } }
                button { "Log out" }
            }
        }
    }
}

/// The page on which a user logs in; `to` is the address that was asked for.
pub(crate) fn login(to: &str, problem: Option<&str>) -> Markup {
    shell(
        "Log in",
        None,
        &html! {
            header class="bench" { p class="kicker" { "demarche" } }
            main id="main" tabindex="-1" {
                h1 { "Log in" }
                @if let Some(problem) = problem { div class="answer" role="alert" { p { (problem) } } }
                form method="post" action="/login" {
                    input type="hidden" name="to" value=(to);
                    label class="wide" { "Name " input type="text" name="name" autocomplete="username" required autofocus; }
                    label class="wide" { "Password " input type="password" name="password" autocomplete="current-password" required; }
                    button { "Log in" }
                }
            }
        },
    )
}

/// The digit that opens a page of the menu together with the browser's own key.
fn key(number: usize) -> Option<String> {
    (number < 9).then(|| (number + 1).to_string())
}

/// A whole page.
pub(crate) fn shell(title: &str, base: Option<&str>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" data-base=[base] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href="/assets/workbench.css";
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                script src="/assets/workbench.js" defer {}
            }
            body class="report workbench" {
                a class="skip" href="#main" { "To the content" }
                (body)
            }
        }
    }
}

/// A file that every page uses.
pub(crate) fn asset(name: &str) -> Reply {
    let file = |kind, bytes: Vec<u8>| Reply::File { kind, name: None, bytes, is_fixed: true };
    match name {
        "workbench.css" => {
            file("text/css; charset=utf-8", format!("{}{STYLE}", page_style()).into_bytes())
        }
        "workbench.js" => file("text/javascript; charset=utf-8", SCRIPT.as_bytes().to_vec()),
        "icon.svg" => file("image/svg+xml", include_bytes!("../assets/icon.svg").to_vec()),
        _ => {
            let text = "There is nothing at this address.";
            Reply::with_status(&refusal(StatusCode::NOT_FOUND, text), StatusCode::NOT_FOUND)
        }
    }
}

/// A page without a case that says why nothing is shown.
pub(crate) fn refusal(status: StatusCode, text: &str) -> Markup {
    let title = status.canonical_reason().unwrap_or("Refused");
    shell(
        title,
        None,
        &html! { main id="main" { h1 { (title) } p { (text) } p { a href="/" { "To the cases" } } } },
    )
}

/// The progress of an assessment; the page asks again until it is there.
///
/// `page` is the page that was asked for.
pub(crate) fn progress(scene: &Scene<'_>, watch: &Watch, page: &str) -> Reply {
    let seen = watch.seen();
    let summary = scene.desk.folder().ok().map(|folder| folder.case().summary.clone());
    let main = html! {
        h1 { "The case is being assessed" }
        @if let Some(summary) = summary { p { bdi { (summary) } } }
        div class="answer" data-again="500" aria-live="polite" {
            p { (stage_words(seen.stage)) }
            @if seen.total > 0 {
                progress value=(seen.done) max=(seen.total) { (seen.done) " of " (seen.total) }
            } @else {
                progress {}
            }
            form method="post" action={ (scene.base()) "cancel" } {
                (scene.key())
                button { "Cancel" }
            }
        }
        noscript { p { a href="" { "Look again" } } }
    };
    scene.bare_page(page, "Assessing", &main)
}

const fn stage_words(stage: Option<Stage>) -> &'static str {
    match stage {
        None => "Beginning",
        Some(Stage::Tables) => "Reading the routing tables",
        Some(Stage::Record) => "Reading the record of previous attacks",
        Some(Stage::Programs) => "Comparing the programs of the case with known ones",
        Some(Stage::Routes) => "Working out routes, power and cuts",
        Some(Stage::Attribution) => "Weighing who may have done it",
        Some(Stage::Response) => "Weighing the responses",
    }
}

/// The reason for which there is no assessment.
pub(crate) fn failed(scene: &Scene<'_>, reason: &str) -> Reply {
    let main = html! {
        h1 { "The case cannot be assessed" }
        div class="answer" role="alert" { @for line in reason.lines() { p { bdi { (line) } } } }
        p { "Correct the files and load this page again, or take the last change back." }
        div class="row" {
            form method="post" action={ (scene.base()) "again" } { (scene.key()) button { "Try again" } }
            form method="post" action={ (scene.base()) "undo" } { (scene.key()) button { "Take the last change back" } }
        }
    };
    scene.bare_page("", "Not assessed", &main)
}
