//! The frame of every page: its head, its marking above and below, and the security policy.

use demarche_case::Tlp;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::style;

/// A whole page between two marking banners; a page that has no marking says so instead.
pub(crate) fn shell(
    title: &str,
    marking: impl Into<Option<Tlp>>,
    class: &str,
    body: &Markup,
) -> String {
    let marking = marking.into();
    let banner = || {
        html! {
            @match marking {
                Some(marking) => div class={ "tlp " (marking.word().to_lowercase().replace('+', "-")) } role="note" {
                    strong { (marking) } span { (marking.allows()) }
                },
                None => div class="tlp" role="note" {
                    strong { "NOT MARKED" } span { "no marking is known; give it one before it goes to anybody" }
                },
            }
        }
    };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(style::STYLE)) (PreEscaped(style::paper_marking(marking))) }
            }
            body class=(class) {
                (banner())
                main { (body) }
                (banner())
            }
        }
    }
    .into_string()
}
