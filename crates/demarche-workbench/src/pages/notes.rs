//! The requests: who is asked, what each may see, and the files to send.

use demarche_case::{CaseFolder, Recipient, released};
use demarche_exchange::{Format, Identity, Settings, export_as};
use demarche_report::{Chapter, Dress, Note, addressees, note};
use demarche_stix::{Timestamp, TlpVersion};
use maud::{PreEscaped, html};

use super::Scene;
use crate::ask::Ask;
use crate::case_desk::Judged;
use crate::edit::{self, NotMade};
use crate::reply::Reply;
use crate::tools::told;

pub(crate) fn list(scene: &Scene<'_>, judged: &Judged, ask: &Ask) -> Reply {
    if let Ok(to) = ask.query.first("to").to_uppercase().parse::<Recipient>() {
        return Reply::go(format!("{}notes/{to}", scene.base()));
    }
    let asked = addressees(&judged.assessment);
    let main = html! {
        h1 { "Requests" }
        @if asked.is_empty() { p { "The case yields nobody to write to." } }
        ul class="cards" { @for addressee in &asked {
            li {
                a href={ (scene.base()) "notes/" (addressee.to) } { (name(addressee.to)) }
                @if let Some(reason) = addressee.why.first() { " – " (reason.in_words()) }
            }
        } }
        form method="get" class="row" {
            label { "To another state or its CERT " input type="text" name="to" size="10" placeholder="JP or JP-CERT"; }
            button { "Write" }
        }
        (PreEscaped(judged.chapter(Chapter::Requests, &scene.base())))
    };
    scene.page("notes", "Requests", judged, &main)
}

fn name(to: Recipient) -> String {
    match to {
        Recipient::State(country) => country.label().to_owned(),
        Recipient::Cert(country) => format!("National CERT of {}", country.label()),
    }
}

/// One note: what the addressee would read, what is withheld, and the files.
pub(crate) fn one(scene: &Scene<'_>, judged: &Judged, to: &str) -> Reply {
    let Ok(to) = to.parse::<Recipient>() else {
        return scene.told(
            "No such addressee",
            "A request goes to a state by its code (CN) or to its CERT (CN-CERT).",
            "notes",
        );
    };
    let Ready { note: written, is_by_hand, told } = ready(scene, judged, to);
    let main = html! {
        h1 { "Request to " (name(to)) }
        p class="row" {
            span class="mark" { (written.marking) }
            @if written.refused.is_none() {
                @for (end, word) in FORMS { a href={ (scene.base()) "notes/" (to) "/" (end) } { (word) } }
            }
        }
        @if let Some(refused) = written.refused { div class="answer" { p class="first" { (refused.in_words()) } } }
        @if let Some(remedy) = &written.remedy { div class="answer" { p { bdi { (remedy) } } } }
        @for warning in &written.warnings {
            div class="answer" role="alert" { p { strong { "Read this before sending. " } bdi { (warning) } } }
        }
        @if written.is_reason_withheld {
            p { strong { "Every reason to ask this addressee is withheld from it: that the note arrives tells something." } }
        }
        @if !told.is_empty() {
            div class="answer" role="alert" {
                p class="first" { "The text that was written by hand is not used: it tells what is withheld from this addressee." }
                ul { @for word in &told { li { bdi { (word) } } } }
            }
        }
        details open[written.refused.is_some()] {
            summary { (withheld(written.withheld.len())) }
            pre class="plain" { (written.sender_markdown) }
        }
        @if written.refused.is_none() {
            section class="letter" { h2 { "What the addressee reads" }
                iframe title={ "The request to " (name(to)) } sandbox="" src={ (scene.base()) "notes/" (to) "/page" } {}
            }
            (editor(scene, to, &written, is_by_hand))
        }
    };
    scene.page("notes", &format!("Request to {}", name(to)), judged, &main)
}

/// The forms of a note, by the end of their address.
const FORMS: [(&str, &str); 6] = [
    ("html", "HTML, also to print"),
    ("docx", "DOCX"),
    ("md", "Markdown"),
    ("annex.json", "List of hashes"),
    ("stix.json", "STIX 2.1"),
    ("misp.json", "MISP"),
];

fn withheld(count: usize) -> String {
    match count {
        0 => "Nothing is withheld".to_owned(),
        1 => "One item is withheld, for your eyes alone".to_owned(),
        count => format!("{count} items are withheld, for your eyes alone"),
    }
}

/// The text of the note, to be changed by hand.
fn editor(scene: &Scene<'_>, to: Recipient, written: &Note, is_by_hand: bool) -> maud::Markup {
    let action = format!("{}notes/{to}", scene.base());
    html! {
        details open[is_by_hand] {
            summary { "Change the text" }
            @if is_by_hand {
                p class="note" { "This text was written by hand; every form of the request is made of it. It does not follow changes of the case." }
                form method="post" action=(action) {
                    (scene.key())
                    button name="original" value="yes" { "Take the text that the case gives" }
                }
            }
            form method="post" action=(action) {
                (scene.key())
                textarea name="text" rows="24" class="mono" aria-label="The text of the note, as Markdown" { (written.markdown) }
                button { "Keep it as " (CaseFolder::note_text(to)) }
            }
        }
    }
}

/// A note as it would be sent.
struct Ready {
    note: Note,
    /// True if its text was written by hand.
    is_by_hand: bool,
    /// The withheld parts that a text written by hand tells, for which it is not used.
    told: Vec<String>,
}

/// The note to an addressee, with the text that a person wrote for it where there is one.
fn ready(scene: &Scene<'_>, judged: &Judged, to: Recipient) -> Ready {
    let note = note(&judged.assessment, to);
    let text = CaseFolder::text(&scene.desk.root, &CaseFolder::note_text(to));
    // A file that cannot be read is no text that could be sent.
    let text = text.ok().filter(|text| !text.trim().is_empty() && note.refused.is_none());
    let Some(text) = text else { return Ready { note, is_by_hand: false, told: Vec::new() } };
    let told = note.withheld_in(&judged.assessment, &text);
    if !told.is_empty() {
        return Ready { note, is_by_hand: false, told };
    }
    match note.clone().with_text(&text, &Dress::default()) {
        Ok(note) => Ready { note, is_by_hand: true, told },
        Err(error) => Ready { note, is_by_hand: false, told: vec![error.to_string()] },
    }
}

/// Keeps a text that was changed by hand, unless it tells what is withheld.
pub(crate) fn save(scene: &Scene<'_>, judged: &Judged, to: &str, ask: &Ask) -> Reply {
    let back = format!("notes/{to}");
    let Ok(to) = to.parse::<Recipient>() else {
        return scene.told("Nothing was kept", "There is no such addressee.", "notes");
    };
    let text = match ask.form.has("original") {
        true => String::new(),
        false => ask.form.exact("text").replace("\r\n", "\n"),
    };
    let told = note(&judged.assessment, to).withheld_in(&judged.assessment, &text);
    if !told.is_empty() {
        let reason = format!(
            "The text tells what is withheld from this addressee:\n{}\nTake it out, or release it in the case.",
            told.join("\n")
        );
        return scene.told("Nothing was kept", &reason, &back);
    }
    match edit::write_note(&scene.stamp(), scene.desk, to, &text) {
        Ok(()) => Reply::go(format!("/{}/{back}", scene.desk.name)),
        Err(NotMade(reason)) => scene.told("Nothing was kept", &reason, &back),
    }
}

/// A note in one of its forms; `None` where there is no such form, or the note is refused.
pub(crate) fn file(scene: &Scene<'_>, judged: &Judged, to: &str, form: &str) -> Option<Reply> {
    let to: Recipient = to.parse().ok()?;
    let written = ready(scene, judged, to).note;
    if written.refused.is_some() {
        return None;
    }
    let (kind, bytes) = match form {
        "md" => ("text/markdown; charset=utf-8", written.markdown.into_bytes()),
        "html" | "page" => ("text/html; charset=utf-8", written.html.into_bytes()),
        "docx" => (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            written.docx,
        ),
        "annex.json" => ("application/json", written.annex.to_json().ok()?.into_bytes()),
        "stix.json" | "misp.json" => {
            let format = if form == "stix.json" { Format::Stix } else { Format::Misp };
            match exported(scene, judged, to, format) {
                Ok(bytes) => ("application/json", bytes),
                Err(reason) => {
                    return Some(scene.told(
                        "Nothing was written",
                        &reason,
                        &format!("notes/{to}"),
                    ));
                }
            }
        }
        _ => return None,
    };
    let name = (form != "page").then(|| format!("{}.{form}", Note::stem(to)));
    Some(Reply::File { kind, name, bytes, is_fixed: false })
}

/// The parts that may go to an addressee, for other programs; their identifiers are the same each time.
fn exported(
    scene: &Scene<'_>,
    judged: &Judged,
    to: Recipient,
    format: Format,
) -> Result<Vec<u8>, String> {
    let now: Timestamp = scene.stamp().time.to_string().parse().map_err(|error| told(&error))?;
    let folder = scene.desk.root.join(".demarche/exchange");
    std::fs::create_dir_all(&folder).map_err(|error| told(&error))?;
    let identity = Identity::at(&folder.join(format!("{}.secret", Note::stem(to))), &now);
    let identity = identity.map_err(|error| told(&error))?;
    let settings = Settings {
        created: identity.created,
        modified: now,
        tlp: TlpVersion::Two,
        secret: identity.secret,
        is_accused: judged.assessment.case.blames(to.country()),
    };
    let exported = export_as(&released(&judged.assessment, to), &settings, format);
    let exported = exported.map_err(|error| format!("{}\n{}", told(&error), error.hint()))?;
    Ok(exported.bytes)
}
