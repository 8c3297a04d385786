//! The requests: who is asked, what each may see, and the files to send.

use std::fs;

use demarche_case::Recipient;
use demarche_case::released::WithheldPart;
use demarche_report::{Chapter, Note, addressees, note};
use maud::{PreEscaped, html};

use super::Scene;
use crate::ask::Ask;
use crate::case_desk::Judged;
use crate::reply::Reply;

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
    let written = note(&judged.assessment, to);
    let edited = edited(scene, to);
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
        @if written.is_reason_withheld {
            p { strong { "Every reason to ask this addressee is withheld from it: that the note arrives tells something." } }
        }
        details open[written.refused.is_some()] {
            summary { (withheld(written.withheld.len())) }
            pre class="plain" { (written.sender_markdown) }
        }
        @if written.refused.is_none() {
            section class="letter" { h2 { "What the addressee reads" }
                iframe title={ "The request to " (name(to)) } sandbox="" src={ (scene.base()) "notes/" (to) "/page" } {}
            }
            (editor(scene, to, &written, edited.as_deref()))
        }
    };
    scene.page("notes", &format!("Request to {}", name(to)), judged, &main)
}

/// The forms of a note, by the end of their address.
const FORMS: [(&str, &str); 4] = [
    ("html", "HTML, also to print"),
    ("docx", "DOCX"),
    ("md", "Markdown"),
    ("annex.json", "List of hashes"),
];

fn withheld(count: usize) -> String {
    match count {
        0 => "Nothing is withheld".to_owned(),
        1 => "One item is withheld, for your eyes alone".to_owned(),
        count => format!("{count} items are withheld, for your eyes alone"),
    }
}

/// The text of the note, to be changed by hand.
fn editor(scene: &Scene<'_>, to: Recipient, written: &Note, edited: Option<&str>) -> maud::Markup {
    let text = edited.unwrap_or(&written.markdown);
    html! {
        details open[edited.is_some()] {
            summary { "Change the text" }
            @if edited.is_some() { p class="note" { "This text was changed by hand. The other forms are as the case gives them." } }
            form method="post" action={ (scene.base()) "notes/" (to) } {
                (scene.key())
                textarea name="text" rows="24" class="mono" aria-label="The text of the note, as Markdown" { (text) }
                button { "Keep as note-" (to) ".md" }
            }
        }
    }
}

fn path(scene: &Scene<'_>, to: Recipient) -> std::path::PathBuf {
    scene.desk.root.join("assessment").join(format!("{}.md", Note::stem(to)))
}

/// The text of a note as it lies in the folder of outputs, where it was written before.
fn edited(scene: &Scene<'_>, to: Recipient) -> Option<String> {
    let path = path(scene, to);
    let is_plain = fs::symlink_metadata(&path).is_ok_and(|found| found.is_file());
    if is_plain { fs::read_to_string(path).ok() } else { None }
}

/// Keeps a text that was changed by hand, unless it tells what is withheld.
pub(crate) fn save(scene: &Scene<'_>, judged: &Judged, to: &str, ask: &Ask) -> Reply {
    let back = format!("notes/{to}");
    let Ok(to) = to.parse::<Recipient>() else {
        return scene.told("Nothing was kept", "There is no such addressee.", "notes");
    };
    let text = ask.form.exact("text").replace("\r\n", "\n");
    let written = note(&judged.assessment, to);
    let told = told_of_withheld(judged, &written, &text);
    if !told.is_empty() && !ask.form.has("anyway") {
        let reason = format!(
            "The text tells what is withheld from this addressee:\n{}\nTake it out, or release it in the case.",
            told.join("\n")
        );
        return scene.told("Nothing was kept", &reason, &back);
    }
    let path = path(scene, to);
    let kept =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| match fs::symlink_metadata(
            &path,
        ) {
            Ok(found) if !found.is_file() => Err(std::io::Error::other("no plain file")),
            _ => fs::write(&path, &text),
        });
    match kept {
        Ok(()) => Reply::go(format!("/{}/{back}", scene.desk.name)),
        Err(error) => {
            let reason = format!("{} cannot be written: {error}", path.display());
            scene.told("Nothing was kept", &reason, &back)
        }
    }
}

/// Titles, names and values of withheld parts that a text has.
fn told_of_withheld(judged: &Judged, written: &Note, text: &str) -> Vec<String> {
    // Shorter ones stand in many texts by chance.
    const SHORTEST: usize = 6;
    let case = &judged.assessment.case;
    let text = text.to_lowercase();
    let mut told = Vec::new();
    for item in &written.withheld {
        let words: Vec<String> = match &item.part {
            WithheldPart::Evidence(id) => case
                .evidence(id)
                .into_iter()
                .flat_map(|item| {
                    let value = item.title.clone();
                    [value, item.says.clone(), item.id.to_string()].into_iter().chain(values(item))
                })
                .collect(),
            WithheldPart::Event(at) => {
                case.events.get(*at).map(|event| event.text.clone()).into_iter().collect()
            }
            WithheldPart::Effect(at) => {
                case.effects.get(*at).map(|effect| effect.text.clone()).into_iter().collect()
            }
            WithheldPart::Claim(at) => {
                case.claims.get(*at).map(|claim| claim.text.clone()).into_iter().collect()
            }
            WithheldPart::Case => vec![case.title.clone(), case.summary.clone()],
            _ => Vec::new(),
        };
        let found = words.into_iter().filter(|word| word.chars().count() >= SHORTEST);
        told.extend(found.filter(|word| text.contains(&word.to_lowercase())));
    }
    told.sort();
    told.dedup();
    told
}

/// The addresses, names and hashes of an item.
fn values(item: &demarche_case::Evidence) -> Vec<String> {
    use demarche_case::Body;
    let of = |value: Option<String>| value.into_iter();
    match &item.body {
        Body::Infrastructure(at) => of(at.address.map(|address| address.to_string()))
            .chain(of(at.host.clone()))
            .chain(of(at.url.clone()))
            .collect(),
        Body::Sample(sample) => of(sample.sha256.map(|hash| hash.to_string()))
            .chain(of(sample.sha1.map(|hash| hash.to_string())))
            .chain(of(sample.md5.map(|hash| hash.to_string())))
            .collect(),
        Body::Software(software) => vec![software.name.clone()],
        _ => Vec::new(),
    }
}

/// A note in one of its forms; `None` where there is no such form, or the note is refused.
pub(crate) fn file(judged: &Judged, to: &str, form: &str) -> Option<Reply> {
    let to: Recipient = to.parse().ok()?;
    let written = note(&judged.assessment, to);
    if written.refused.is_some() {
        return None;
    }
    let stem = Note::stem(to);
    let (kind, bytes) = match form {
        "md" => ("text/markdown; charset=utf-8", written.markdown.into_bytes()),
        "html" | "page" => ("text/html; charset=utf-8", written.html.into_bytes()),
        "docx" => (
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            written.docx,
        ),
        "annex.json" => ("application/json", written.annex.to_json().ok()?.into_bytes()),
        _ => return None,
    };
    let name = (form != "page").then(|| format!("{stem}.{form}"));
    Some(Reply::File { kind, name, bytes, is_fixed: false })
}
