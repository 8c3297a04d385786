//! New items, written at the end of an `evidence.toml` whose own text stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::{Body, Evidence, Tlp};
use toml_edit::{ArrayOfTables, DocumentMut, InlineTable, Table, value};

use crate::Refused;
use crate::item::{Item, What};

/// An item that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its short name in the case.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The id that its source gave it.
    pub origin: String,
}

/// An item that the case had before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its short name in the case.
    pub id: String,
    /// The id that the source of the new one gave it.
    pub origin: String,
}

/// An `evidence.toml` with what was added to it.
#[derive(Clone, Debug)]
pub struct Merged {
    /// The text of the file.
    pub text: String,
    /// The items that are new, in their order.
    pub added: Vec<Added>,
    /// The new items as the case will read them.
    pub evidence: Vec<Evidence>,
    /// The items that the case had, by their content.
    pub known: Vec<Known>,
    /// The items that no case could read, with the reason.
    pub refused: Vec<Refused>,
    /// The items that the case has with a laxer marking than they come with, and what to do.
    pub laxer: Vec<Refused>,
}

/// The file cannot be added to.
#[derive(Clone, Debug, thiserror::Error)]
pub enum MergeError {
    /// It is no TOML.
    #[error("evidence.toml cannot be read: {0}")]
    Toml(String),
    /// `evidence` is something else than a list of tables.
    #[error("`evidence` in evidence.toml is no list of tables `[[evidence]]`")]
    NoTables,
}

/// Adds to the text of an `evidence.toml` the items that the case does not have.
///
/// The text itself stays as it is, comments and order included; what is new stands behind it.
///
/// # Errors
///
/// [`MergeError`] where the text is no TOML, or has `evidence` as something else.
pub fn merge(evidence_toml: &str, have: &[Evidence], items: &[Item]) -> Result<Merged, MergeError> {
    let document: DocumentMut = evidence_toml
        .parse()
        .map_err(|error: toml_edit::TomlError| MergeError::Toml(error.to_string()))?;
    if document.get("evidence").is_some_and(|entry| entry.as_array_of_tables().is_none()) {
        return Err(MergeError::NoTables);
    }
    let mut names =
        Names { ids: have.iter().map(|item| item.id.to_string()).collect(), next: BTreeMap::new() };
    let mut keys: BTreeMap<String, Vec<(String, Tlp)>> = BTreeMap::new();
    for item in have {
        for key in keys_of(item) {
            keys.entry(key).or_default().push((item.id.to_string(), item.tlp));
        }
    }
    let mut new: BTreeSet<String> = BTreeSet::new();
    let mut merged = Merged {
        text: evidence_toml.to_owned(),
        added: Vec::new(),
        evidence: Vec::new(),
        known: Vec::new(),
        refused: Vec::new(),
        laxer: Vec::new(),
    };
    let mut tables = Vec::new();
    for item in items {
        let own_keys = item.named.keys();
        let same: BTreeSet<&(String, Tlp)> =
            own_keys.iter().filter_map(|key| keys.get(key)).flatten().collect();
        if let Some((id, _)) = same.first() {
            merged.known.push(Known { id: id.clone(), origin: item.origin.clone() });
            merged.laxer.extend(same.iter().filter(|(_, tlp)| *tlp < item.tlp).map(|(id, tlp)| {
                let reason = format!(
                    "the case has it as `{id}` with {tlp}, and here it is marked {}: raise `tlp` of `{id}` in evidence.toml",
                    item.tlp
                );
                Refused { place: item.origin.clone(), reason }
            }));
            continue;
        }
        if own_keys.iter().any(|key| new.contains(key)) {
            // Two mentions that contradict each other; the first is in the case already, and the reader told of it.
            continue;
        }
        let id = names.fresh(&item.named);
        let table = table(&id, item);
        match readable(&table) {
            Ok(evidence) => merged.evidence.push(evidence),
            Err(reason) => {
                merged.refused.push(Refused { place: item.origin.clone(), reason });
                names.ids.remove(&id);
                continue;
            }
        }
        new.extend(own_keys);
        tables.push(table);
        merged.added.push(Added { id, title: item.named.title(), origin: item.origin.clone() });
    }
    if !tables.is_empty() {
        merged.text = appended(evidence_toml, tables);
    }
    Ok(merged)
}

/// The text with tables behind it; nothing of the text itself is written anew.
fn appended(text: &str, tables: Vec<Table>) -> String {
    let mut all = ArrayOfTables::new();
    for table in tables {
        all.push(table);
    }
    let mut document = DocumentMut::new();
    document.insert("evidence", toml_edit::Item::ArrayOfTables(all));
    let gap = match text {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    format!("{text}{gap}{document}")
}

/// The item as a case reads it, so that nothing is written that it would refuse.
fn readable(table: &Table) -> Result<Evidence, String> {
    let (mut items, problems) = demarche_case::read_evidence(&appended("", vec![table.clone()]));
    match (items.pop(), problems.first()) {
        (Some(item), None) => Ok(item),
        (_, Some(problem)) => Err(format!("a case cannot have it: {}", problem.met)),
        (None, None) => Err("a case cannot have it".to_owned()),
    }
}

/// What an item that the case has can be known by, in the words of [`What::keys`].
fn keys_of(item: &Evidence) -> Vec<String> {
    let text = |hash: &dyn ToString| hash.to_string().to_lowercase();
    match &item.body {
        Body::Sample(sample) => {
            let sha256 = sample.sha256.as_ref().map(|hash| text(hash));
            let sha1 = sample.sha1.as_ref().map(|hash| text(hash));
            let md5 = sample.md5.as_ref().map(|hash| text(hash));
            What::Sample { sha256, sha1, md5, name: None, size: None }.keys()
        }
        Body::Technique(found) => {
            What::Technique { number: found.technique.to_string(), name: None }.keys()
        }
        Body::Software(found) => {
            let names = [&found.name].into_iter().chain(&found.aliases);
            names
                .flat_map(|name| What::Software { name: name.clone(), number: None }.keys())
                .collect()
        }
        Body::Infrastructure(found) => {
            let address = found.address.map(What::Address);
            let host = found.host.clone().map(What::Host);
            let url = found.url.clone().map(What::Url);
            [address, host, url].into_iter().flatten().flat_map(|named| named.keys()).collect()
        }
        Body::Artefact(found) => {
            let value = found.value.clone();
            let named = value.map(|value| What::Trace { trace: found.trace.clone(), value });
            named.iter().flat_map(What::keys).collect()
        }
        Body::SharedCode(found) => {
            What::SharedCode { with: found.with.clone(), shared: found.shared.clone() }.keys()
        }
        Body::Motive => What::Motive(item.title.clone()).keys(),
        _ => Vec::new(),
    }
}

/// The short names that are taken.
struct Names {
    ids: BTreeSet<String>,
    /// The number that the next item of a name gets.
    next: BTreeMap<String, u64>,
}

impl Names {
    /// A short name that no other item has: `host-evil-example`, `t1561-002`.
    fn fresh(&mut self, named: &What) -> String {
        let short = short(named);
        let mut id = short.clone();
        let number = self.next.entry(short.clone()).or_insert(2);
        while !self.ids.insert(id.clone()) {
            id = format!("{short}-{number}");
            *number += 1;
        }
        id
    }
}

/// A name of letters, digits and dashes for a thing.
fn short(named: &What) -> String {
    /// Signs of a short name, before a number that tells it from others.
    const MOST: usize = 48;
    let text = match named {
        What::Address(address) => format!("address {address}"),
        What::Host(host) => format!("host {host}"),
        What::Url(url) => {
            format!("url {}", url.split_once("://").map_or(url.as_str(), |(_, rest)| rest))
        }
        What::Sample { sha256, sha1, md5, .. } => {
            let hash = [sha256, sha1, md5].into_iter().flatten().next();
            format!(
                "file {}",
                hash.iter().flat_map(|hash| hash.chars().take(12)).collect::<String>()
            )
        }
        What::Technique { number, .. } => number.clone(),
        What::Software { name, .. } => name.clone(),
        What::Trace { trace, value } => format!("{trace} {value}"),
        What::SharedCode { with, .. } => format!("code shared with {with}"),
        What::Motive(title) => format!("motive {title}"),
    };
    let mut short = String::new();
    for sign in text.chars().flat_map(char::to_lowercase) {
        if sign.is_ascii_alphanumeric() {
            short.push(sign);
        } else if !short.is_empty() && !short.ends_with('-') {
            short.push('-');
        }
        if short.len() >= MOST {
            break;
        }
    }
    let short = short.trim_matches('-');
    if short.is_empty() { "item".to_owned() } else { short.to_owned() }
}

fn table(id: &str, item: &Item) -> Table {
    let mut table = Table::new();
    let mut put = |key: &str, text: &str| {
        table.insert(key, value(one_line(text)));
    };
    put("id", id);
    match &item.named {
        What::Address(address) => {
            put("kind", "infrastructure");
            put("address", &address.to_string());
            put("role", ROLE);
        }
        What::Host(host) => {
            put("kind", "infrastructure");
            put("host", host);
            put("role", ROLE);
        }
        What::Url(url) => {
            put("kind", "infrastructure");
            put("url", url);
            put("role", ROLE);
        }
        What::Sample { sha256, sha1, md5, name, .. } => {
            put("kind", "sample");
            for (key, text) in [("sha256", sha256), ("sha1", sha1), ("md5", md5), ("name", name)] {
                if let Some(text) = text {
                    put(key, text);
                }
            }
        }
        What::Technique { number, name } => {
            put("kind", "technique");
            put("technique", number);
            if let Some(name) = name {
                put("name", name);
            }
        }
        What::Software { name, .. } => {
            put("kind", "software");
            put("name", name);
        }
        What::Trace { trace, value } => {
            put("kind", "artefact");
            put("trace", trace);
            put("value", value);
        }
        What::SharedCode { with, .. } => {
            put("kind", "shared-code");
            put("with", with);
        }
        What::Motive(_) => put("kind", "motive"),
    }
    put("title", &item.named.title());
    put("says", &item.says);
    put("grade", &item.grade);
    put("tlp", &item.tlp.to_string());
    put("origin", &item.origin);
    if let What::Sample { size: Some(size), .. } = &item.named {
        table.insert("size", value(i64::try_from(*size).unwrap_or(i64::MAX)));
    }
    if let What::SharedCode { shared, .. } = &item.named {
        let parts = shared.iter().map(|part| one_line(part));
        table.insert("shared", value(toml_edit::Array::from_iter(parts)));
    }
    if let What::Software { number: Some(number), .. } = &item.named {
        table.insert("record", value(toml_edit::Array::from_iter([number.as_str()])));
    }
    if let Some(day) =
        item.observed.as_ref().and_then(|day| day.parse::<toml_edit::Datetime>().ok())
    {
        table.insert("observed", value(day));
    }
    match &item.url {
        Some(url) => {
            let mut source = InlineTable::new();
            source.insert("text", one_line(&item.source).into());
            source.insert("url", url.as_str().into());
            table.insert("source", value(source));
        }
        None => {
            table.insert("source", value(one_line(&item.source)));
        }
    }
    table
}

/// The purpose of a machine of which its source says only that it is one of the attackers'.
const ROLE: &str = "reported indicator";

/// A text as the reader of a case takes it: one line, without control characters and signs that turn the direction.
fn one_line(text: &str) -> String {
    let plain = demarche_terms::text::shown(text, demarche_terms::text::PROSE);
    if plain.trim().is_empty() { "–".to_owned() } else { plain.trim().to_owned() }
}
