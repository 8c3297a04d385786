//! Changes of the case's files, made of what a form says. Comments and the order of a file stay as a person wrote them.

use demarche_case::options::{Criterion, Options};
use demarche_case::{CaseFolder, ChangeError, Edit, Evidence, Recipient, Stamp, Tlp};
use demarche_import::{Merged, Reading, merge, read};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, value};

use crate::ask::{Form, Sent};
use crate::case_desk::CaseDesk;
use crate::tools::told;

/// A change that was not made, in words for the person who wanted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NotMade(pub(crate) String);

impl From<ChangeError> for NotMade {
    fn from(error: ChangeError) -> Self {
        let hint = error.hint().map(|hint| format!(" ({hint})")).unwrap_or_default();
        Self(format!("{}{hint}", told(&error)))
    }
}

fn not_made(reason: impl Into<String>) -> NotMade {
    NotMade(reason.into())
}

/// A file of a case as a document that keeps its own text.
struct Written {
    file: &'static str,
    before: String,
    document: DocumentMut,
}

impl Written {
    fn read(desk: &CaseDesk, file: &'static str) -> Result<Self, NotMade> {
        let before = CaseFolder::text(&desk.root, file)?;
        let document = before.parse::<DocumentMut>();
        let document =
            document.map_err(|error| not_made(format!("{file} cannot be read: {error}")))?;
        Ok(Self { file, before, document })
    }

    fn write(self, stamp: &Stamp<'_>, desk: &CaseDesk, detail: &str) -> Result<(), NotMade> {
        let after = self.document.to_string();
        put(stamp, desk, self.file, &self.before, &after, detail)
    }
}

fn put(
    stamp: &Stamp<'_>,
    desk: &CaseDesk,
    file: &str,
    before: &str,
    after: &str,
    detail: &str,
) -> Result<(), NotMade> {
    if before == after {
        return Err(not_made("That is how it stands already."));
    }
    let detail: String =
        detail.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let edit = Edit { file, before, after, detail: &detail };
    Ok(CaseFolder::change(&desk.root, &edit, stamp)?)
}

/// Takes the latest change back; returns what it was.
pub(crate) fn undo(stamp: &Stamp<'_>, desk: &CaseDesk) -> Result<(), NotMade> {
    CaseFolder::undo(&desk.root, stamp)?;
    Ok(())
}

/// The keys of an item that its form may change, each with the words for the log.
const KEYS: [(&str, &str); 6] = [
    ("title", "title"),
    ("says", "text"),
    ("grade", "grade"),
    ("tlp", "marking"),
    ("standing", "standing"),
    ("observed", "date"),
];

/// Changes grade, marking, standing, title, text or date of an item of evidence.
pub(crate) fn change_item(
    stamp: &Stamp<'_>,
    desk: &CaseDesk,
    id: &str,
    form: &Form,
) -> Result<(), NotMade> {
    let mut written = Written::read(desk, "evidence.toml")?;
    let item = item_mut(&mut written.document, id)?;
    let mut changed = Vec::new();
    for (key, word) in KEYS {
        let wanted = form.first(key);
        // A field that is not on the form, or was left empty, changes nothing.
        if wanted.is_empty() || wanted == text(item, key) {
            continue;
        }
        if key == "standing" && wanted == "raw" && !item.contains_key(key) {
            continue;
        }
        let wanted = wanted.replace("\r\n", "\n");
        set(item, key, &wanted);
        changed.push(format!("{word} {}", short(&wanted)));
    }
    if form.has("release_to_given") {
        let states: Vec<String> = states(form.first("release_to"));
        if states != list(item, "release_to") {
            if states.is_empty() {
                item.remove("release_to");
            } else {
                item.insert("release_to", value(states.iter().collect::<Array>()));
            }
            changed.push(format!("released to {}", states.join(", ")));
        }
    }
    if changed.is_empty() {
        return Err(not_made("That is how it stands already."));
    }
    written.write(stamp, desk, &format!("evidence {id}: {}", changed.join("; ")))
}

/// The table of an item of evidence.
fn item_mut<'a>(document: &'a mut DocumentMut, id: &str) -> Result<&'a mut Table, NotMade> {
    let items = document.get_mut("evidence").and_then(Item::as_array_of_tables_mut);
    let mut items = items.into_iter().flat_map(ArrayOfTables::iter_mut);
    let item = items.find(|item| text(item, "id") == id);
    item.ok_or_else(|| not_made(format!("No item is called `{id}`.")))
}

/// Sets a key and keeps the comment behind the value that it replaces.
fn set(table: &mut Table, key: &str, wanted: &str) {
    let mut new = value(wanted);
    if let (Some(old), Some(new)) = (table.get(key).and_then(Item::as_value), new.as_value_mut()) {
        *new.decor_mut() = old.decor().clone();
    }
    table.insert(key, new);
}

fn text(table: &Table, key: &str) -> String {
    table.get(key).and_then(Item::as_str).unwrap_or("").to_owned()
}

fn list(table: &Table, key: &str) -> Vec<String> {
    let values = table.get(key).and_then(Item::as_array).into_iter().flatten();
    values.filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

/// The codes of states in a text, whatever stands between them.
fn states(text: &str) -> Vec<String> {
    let words = text.split(|sign: char| !sign.is_ascii_alphabetic());
    words.filter(|word| !word.is_empty()).map(str::to_uppercase).collect()
}

/// The beginning of a text, for a line of the log.
fn short(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or("");
    let mut short: String = line.chars().take(MOST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("“{short}”")
}

/// The result that adding a text or a file would have.
pub(crate) struct Preview {
    pub(crate) reading: Reading,
    pub(crate) merged: Merged,
    before: String,
}

/// Reads what was pasted or sent as evidence, as `demarche import` does, and writes nothing.
pub(crate) fn preview(
    desk: &CaseDesk,
    name: &str,
    bytes: &[u8],
    unmarked: Tlp,
    source: &str,
) -> Result<Preview, NotMade> {
    let folder = desk.folder().map_err(NotMade)?;
    let before = CaseFolder::text(&desk.root, "evidence.toml")?;
    let source = (!source.is_empty()).then(|| source.to_owned());
    let settings = demarche_import::Settings { file: name.to_owned(), unmarked, source };
    let reading = read(bytes, &settings).map_err(|error| not_made(told(&error)))?;
    let merged = merge(&before, &folder.case().evidence, &reading.items)
        .map_err(|error| not_made(told(&error)))?;
    Ok(Preview { reading, merged, before })
}

/// Adds what a preview showed.
pub(crate) fn add(stamp: &Stamp<'_>, desk: &CaseDesk, shown: &Preview) -> Result<(), NotMade> {
    let ids: Vec<&str> = shown.merged.added.iter().map(|item| item.id.as_str()).collect();
    let detail = format!("evidence added: {}", ids.join(", "));
    put(stamp, desk, "evidence.toml", &shown.before, &shown.merged.text, &detail)
}

/// Adds one item that a person wrote in the form, with the file that holds it where one was sent.
pub(crate) fn write_item(
    stamp: &Stamp<'_>,
    desk: &CaseDesk,
    form: &Form,
) -> Result<String, NotMade> {
    let mut written = Written::read(desk, "evidence.toml")?;
    let title = form.first("title");
    if title.is_empty() {
        return Err(not_made("An item needs a title."));
    }
    let id = free_id(&desk.folder().map_err(NotMade)?.case().evidence, title);
    let mut item = Table::new();
    item.insert("id", value(&id));
    item.insert("title", value(title));
    item.insert("kind", value(form.first("kind")));
    let says = form.first("says").replace("\r\n", "\n");
    item.insert("says", value(if says.is_empty() { title.to_owned() } else { says }));
    let source = form.first("source");
    let source = if source.is_empty() { stamp.who } else { source };
    item.insert("source", value(source));
    item.insert("grade", value(form.first("grade")));
    item.insert("tlp", value(form.first("tlp")));
    for (key, given) in kind_fields(form) {
        item.insert(key, given);
    }
    if let Some(file) = form.files.first() {
        let (path, sha256) = keep_file(desk, file)?;
        item.insert("file", value(path));
        item.insert("file_sha256", value(sha256));
    }
    let items =
        written.document.entry("evidence").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let items = items.as_array_of_tables_mut();
    let items =
        items.ok_or_else(|| not_made("`evidence` in evidence.toml is no list of tables."))?;
    item.decor_mut().set_prefix("\n");
    items.push(item);
    written.write(stamp, desk, &format!("evidence added: {id}"))?;
    Ok(id)
}

/// The fields that a kind needs besides those of every item.
fn kind_fields(form: &Form) -> Vec<(&'static str, Item)> {
    let (given, role) = (form.first("value"), form.first("role"));
    let mut fields = Vec::new();
    let key = match form.first("kind") {
        "technique" => "technique",
        "software" | "claim-of-responsibility" => "name",
        "artefact" => "value",
        "sample" => match given.len() {
            32 => "md5",
            40 => "sha1",
            _ => "sha256",
        },
        "infrastructure" if given.parse::<std::net::IpAddr>().is_ok() => "address",
        "infrastructure" if given.contains("://") => "url",
        "infrastructure" => "host",
        _ => return fields,
    };
    if !given.is_empty() {
        fields.push((key, value(given)));
    }
    // What an artefact is a trace of, and what an address was used for, has no default.
    let key = if form.first("kind") == "artefact" { "trace" } else { "role" };
    if !role.is_empty() {
        fields.push((key, value(role)));
    }
    fields
}

/// Keeps a file that was sent, under its own name made harmless.
fn keep_file(desk: &CaseDesk, file: &Sent) -> Result<(String, String), NotMade> {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&sign);
    let last = file.name.rsplit(['/', '\\']).next().unwrap_or("");
    let name: String = last.chars().map(|sign| if plain(sign) { sign } else { '-' }).collect();
    let name = name.trim_start_matches('.');
    let name = if name.is_empty() { "file" } else { name };
    let kept = CaseFolder::add_file(&desk.root, name, &file.bytes);
    let (path, sha256) = kept.map_err(|error| not_made(told(&error)))?;
    Ok((path.to_string(), sha256.to_string()))
}

/// A short name made of a title, with a number where another item has it.
fn free_id(evidence: &[Evidence], title: &str) -> String {
    const MOST: usize = 40;
    let words = title.split(|sign: char| !sign.is_ascii_alphanumeric());
    let mut id = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if id.len() + word.len() > MOST {
            break;
        }
        if !id.is_empty() {
            id.push('-');
        }
        id.push_str(&word.to_lowercase());
    }
    if id.is_empty() {
        id.push_str("item");
    }
    let is_taken = |id: &String| evidence.iter().any(|item| item.id.to_string() == *id);
    let numbered = (2..).map(|number: u32| format!("{id}-{number}"));
    let mut ids = std::iter::once(id.clone()).chain(numbered);
    ids.find(|id| !is_taken(id)).unwrap_or(id)
}

/// Writes what the case says of responses: the order of what matters, the weights, and the severity.
pub(crate) fn change_response(
    stamp: &Stamp<'_>,
    desk: &CaseDesk,
    form: &Form,
    wanted: &Options,
) -> Result<(), NotMade> {
    let mut written = Written::read(desk, "response.toml")?;
    let importance: Array = wanted.importance.iter().map(Criterion::word).collect();
    if importance.is_empty() {
        written.document.remove("importance");
    } else {
        // A key behind a table would belong to the table.
        written.document.insert("importance", value(importance));
    }
    if wanted.weights.is_empty() {
        written.document.remove("weights");
    } else {
        let mut table = Table::new();
        for (criterion, ends) in &wanted.weights {
            table.insert(criterion.word(), value(ends.iter().copied().collect::<Array>()));
        }
        written.document.insert("weights", Item::Table(table));
    }
    let severity = form.first("severity");
    if let Ok(severity) = severity.parse::<f64>() {
        let mut range = Array::new();
        let half = form.first("severity_half").parse::<f64>().unwrap_or(1.0).abs();
        for end in [severity - half, severity, severity + half] {
            range.push(end.clamp(0.0, 10.0));
        }
        let mut table = Table::new();
        table.insert("range", value(range));
        table.insert("source", value(format!("{}, in the workbench", stamp.who)));
        written.document.insert("severity", Item::Table(table));
    }
    written.write(stamp, desk, "responses: importance, weights and severity")
}

/// Keeps the text of a note that a person wrote; an empty one gives the note back to the case.
pub(crate) fn write_note(
    stamp: &Stamp<'_>,
    desk: &CaseDesk,
    to: Recipient,
    text: &str,
) -> Result<(), NotMade> {
    let file = CaseFolder::note_text(to);
    let before = CaseFolder::text(&desk.root, &file)?;
    let detail = match text {
        "" => format!("request to {to}: as the case gives it"),
        _ => format!("request to {to}: text changed"),
    };
    put(stamp, desk, &file, &before, text, &detail)
}
