//! The page for each address.

use std::sync::Arc;

use hyper::StatusCode;

use crate::ask::{Ask, Method};
use crate::case_desk::{CaseDesk, Judged, Standing};
use crate::desk::Workbench;
use crate::edit;
use crate::pages;
use crate::reply::Reply;

/// A page for a case with its assessment.
type Page = fn(&pages::Scene<'_>, &Judged, &Ask) -> Reply;

/// The pages of a case, by the last part of their address.
const PAGES: [(&str, Page); 10] = [
    ("", pages::plain::overview),
    ("timeline", pages::plain::timeline),
    ("evidence", pages::evidence::page),
    ("attribution", pages::attribution::page),
    ("code", pages::plain::code),
    ("networks", pages::networks::page),
    ("exposure", pages::exposure::page),
    ("options", pages::options::page),
    ("notes", pages::notes::list),
    ("limits", pages::plain::limits),
];

impl Workbench {
    /// Answers a request of somebody who may ask.
    #[must_use]
    pub fn reply(self: &Arc<Self>, ask: &Ask) -> Reply {
        reply(self, ask)
    }
}

fn reply(bench: &Arc<Workbench>, ask: &Ask) -> Reply {
    match (ask.method, ask.parts().as_slice()) {
        (Method::Get, []) => pages::front::cases(bench, &ask.by),
        (Method::Get, ["assets", name]) => pages::asset(name),
        (Method::Get, ["library"]) => pages::front::library(bench, &ask.by),
        (method, [name, rest @ ..]) => match bench.case(name) {
            Some(desk) => in_case(bench, desk, ask, method, rest),
            None => not_found(),
        },
        _ => not_found(),
    }
}

fn not_found() -> Reply {
    let text = "There is nothing at this address.";
    Reply::with_status(&pages::refusal(StatusCode::NOT_FOUND, text), StatusCode::NOT_FOUND)
}

fn in_case(
    bench: &Arc<Workbench>,
    desk: &Arc<CaseDesk>,
    ask: &Ask,
    method: Method,
    rest: &[&str],
) -> Reply {
    let scene = pages::Scene { bench, desk, by: &ask.by, is_fragment: ask.is_fragment };
    let base = format!("/{}", desk.name);
    let back = |made: Result<(), edit::NotMade>, page: &str| match made {
        Ok(()) => Reply::go(format!("{base}/{page}")),
        Err(reason) => scene.told("Nothing was changed", &reason.0, page),
    };
    match (method, rest) {
        (Method::Get, ["log"]) => pages::log::page(&scene),
        (Method::Post, ["cancel"]) => {
            desk.cancel();
            Reply::go(format!("{base}/log"))
        }
        (Method::Post, ["again"]) => {
            desk.again();
            Reply::go(base)
        }
        (Method::Post, ["undo"]) => back(edit::undo(&scene.stamp(), desk), "log"),
        (Method::Post, ["evidence", "item", id]) => {
            let page = format!("evidence#e-{id}");
            back(edit::change_item(&scene.stamp(), desk, id, &ask.form), &page)
        }
        (Method::Post, ["evidence", "write"]) => {
            match edit::write_item(&scene.stamp(), desk, &ask.form) {
                Ok(id) => Reply::go(format!("{base}/evidence#e-{id}")),
                Err(reason) => scene.told("Nothing was changed", &reason.0, "evidence"),
            }
        }
        (Method::Post, ["evidence", "import"]) => pages::evidence::import(&scene, ask),
        (Method::Post, ["options"]) => {
            let wanted = pages::options::wanted(&ask.form);
            back(edit::change_response(&scene.stamp(), desk, &ask.form, &wanted), "options")
        }
        (Method::Get, rest) => {
            let known = PAGES.iter().find(|(name, _)| rest.first().copied().unwrap_or("") == *name);
            let asked = rest.first().copied().unwrap_or("");
            let judged = |page: &dyn Fn(&Judged) -> Reply| match desk.standing(&bench.tools) {
                Standing::Ready(judged) => page(&judged),
                Standing::UnderWay(watch) => pages::progress(&scene, &watch, asked),
                Standing::Failed(reason) => pages::failed(&scene, &reason),
            };
            match (known, rest) {
                (Some((_, page)), [] | [_]) => judged(&|found| page(&scene, found, ask)),
                (_, ["notes", to]) => judged(&|found| pages::notes::one(&scene, found, to)),
                (_, ["notes", to, form]) => judged(&|found| {
                    pages::notes::file(&scene, found, to, form).unwrap_or_else(not_found)
                }),
                _ => not_found(),
            }
        }
        (Method::Post, ["notes", to]) => match desk.standing(&bench.tools) {
            Standing::Ready(judged) => pages::notes::save(&scene, &judged, to, ask),
            Standing::UnderWay(watch) => pages::progress(&scene, &watch, "notes"),
            Standing::Failed(reason) => pages::failed(&scene, &reason),
        },
        _ => not_found(),
    }
}
