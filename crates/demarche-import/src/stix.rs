//! Bundles of STIX 2.1: indicators, observed data and what was observed, malware, tools, techniques, vulnerabilities.
//!
//! Source: OASIS, STIX Version 2.1 (2021), sections 4 to 7 and appendix A.

use std::collections::{BTreeMap, BTreeSet};

use demarche_pattern::{Literal, Observable, Pattern};
use demarche_stix::{Markings, evidence_extension};
use serde_json::Value;

use crate::Notes;
use crate::indicator::{self, HashKind};
use crate::item::{Item, What};
use crate::marking;

/// What is known of the whole bundle.
struct Bundle<'a> {
    markings: Markings,
    /// The names of objects by their ids.
    names: BTreeMap<&'a str, &'a str>,
    /// For each object that a report, grouping or note is about, its title.
    reports: BTreeMap<&'a str, &'a str>,
    /// The latest version of each object; an older one says what its owner took back.
    latest: BTreeMap<&'a str, &'a str>,
}

impl<'a> Bundle<'a> {
    fn of(objects: &'a [Value]) -> Self {
        let mut latest: BTreeMap<&str, &str> = BTreeMap::new();
        for (id, modified) in
            objects.iter().filter_map(|entry| Some((text(entry, "id")?, text(entry, "modified")?)))
        {
            let known = latest.entry(id).or_insert(modified);
            *known = (*known).max(modified);
        }
        let mut reports = BTreeMap::new();
        for report in objects {
            let Some("report" | "grouping" | "note") = text(report, "type") else { continue };
            let Some(title) = text(report, "name").or_else(|| text(report, "abstract")) else {
                continue;
            };
            for id in list(report, "object_refs").filter_map(Value::as_str) {
                reports.entry(id).or_insert(title);
            }
        }
        let names =
            objects.iter().filter_map(|entry| Some((text(entry, "id")?, text(entry, "name")?)));
        Self { markings: marking::of_bundle(objects), names: names.collect(), reports, latest }
    }

    /// Who says so: the report that the object is in, its author, and the day.
    fn source(&self, object: &Value, id: &str, notes: &Notes<'_>) -> String {
        if let Some(source) = &notes.settings.source {
            return source.clone();
        }
        let report = self.reports.get(id).map(|title| format!("“{title}”"));
        let author = text(object, "created_by_ref")
            .and_then(|id| self.names.get(id))
            .map(|name| (*name).to_owned());
        let day =
            ["modified", "created"].into_iter().find_map(|key| day(object, key)).map(str::to_owned);
        let words: Vec<String> = [report, author, day].into_iter().flatten().collect();
        if words.is_empty() { notes.settings.file.clone() } else { words.join(", ") }
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn day<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    text(object, key)?.get(..10)
}

/// Reads a bundle.
pub(crate) fn read(bundle: &Value, notes: &mut Notes<'_>) {
    let objects = bundle.get("objects").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let of = Bundle::of(objects);
    // What was observed is told by the observation that refers to it, with its time and its marking.
    let observed: BTreeSet<&str> = objects
        .iter()
        .filter(|entry| text(entry, "type") == Some("observed-data"))
        .flat_map(|entry| list(entry, "object_refs").filter_map(Value::as_str))
        .collect();
    let by_id: BTreeMap<&str, &Value> =
        objects.iter().filter_map(|entry| Some((text(entry, "id")?, entry))).collect();
    for object in objects {
        let Some(id) = text(object, "id") else {
            notes.refuse("an object without an id", "every object of a bundle has one");
            continue;
        };
        if let Some(reason) = outdated(object, id, &of) {
            notes.refuse(id, reason);
            continue;
        }
        match text(object, "type").unwrap_or("") {
            "observed-data" => observed_data(object, id, &by_id, &of, notes),
            _ if observed.contains(id) => {}
            "note" if extension(object).is_some() => of_demarche(object, id, &of, notes),
            kind => entry(object, kind, id, &of, notes),
        }
    }
}

/// The extension of a note that demarche wrote of an item for which STIX has no object.
fn extension(object: &Value) -> Option<&Value> {
    object.get("extensions")?.get(evidence_extension())
}

/// A note that demarche wrote: a trace, shared code or a motive, as it was in the case.
fn of_demarche(object: &Value, id: &str, of: &Bundle<'_>, notes: &mut Notes<'_>) {
    let part =
        |name: &str| extension(object).and_then(|found| text(found, name)).map(str::to_owned);
    let shared = || {
        let parts = extension(object).into_iter().flat_map(|found| list(found, "shared"));
        parts.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let named = match part("kind").as_deref() {
        Some("artefact") => {
            part("trace").zip(part("value")).map(|(trace, value)| What::Trace { trace, value })
        }
        Some("shared-code") => part("with").map(|with| What::SharedCode { with, shared: shared() }),
        Some("motive") => text(object, "abstract").map(|title| What::Motive(title.to_owned())),
        _ => None,
    };
    let Some(named) = named else {
        notes.refuse(id, "it has nothing that such a note should have");
        return;
    };
    let mut found = item(object, id, named, of, notes);
    if let Some(says) = part("says") {
        found.says = says;
    }
    // The day of the note is that of its export.
    found.observed = part("observed");
    notes.add(found);
}

/// Why an object counts no more.
fn outdated(object: &Value, id: &str, of: &Bundle<'_>) -> Option<&'static str> {
    if object.get("revoked") == Some(&Value::Bool(true)) {
        return Some("its author revoked it");
    }
    let modified = text(object, "modified")?;
    (of.latest.get(id).is_some_and(|latest| *latest > modified))
        .then_some("the bundle has a later version of it")
}

fn entry(object: &Value, kind: &str, id: &str, of: &Bundle<'_>, notes: &mut Notes<'_>) {
    match things(object, kind) {
        Ok(found) if found.is_empty() => {
            notes.refuse(id, format!("it has nothing that the kind `{kind}` should have"));
        }
        Ok(found) => {
            for named in found {
                let item = item(object, id, named, of, notes);
                notes.add(item);
            }
        }
        Err(reason) => notes.refuse(id, reason),
    }
}

fn observed_data(
    object: &Value,
    id: &str,
    by_id: &BTreeMap<&str, &Value>,
    of: &Bundle<'_>,
    notes: &mut Notes<'_>,
) {
    // STIX 2.0 has the objects within; 2.1 refers to them.
    let within = object
        .get("objects")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(_, entry)| entry);
    let referred = list(object, "object_refs")
        .filter_map(Value::as_str)
        .filter_map(|id| by_id.get(id).copied());
    let mut is_any = false;
    for entry in within.chain(referred) {
        let kind = text(entry, "type").unwrap_or("");
        for named in things(entry, kind).into_iter().flatten() {
            is_any = true;
            let mut found = item(object, id, named, of, notes);
            // What is observed may be marked more strictly than that it was.
            let marked = marking::strictest(&of.markings, entry);
            found.tlp = marked.map_or(found.tlp, |tlp| tlp.max(found.tlp));
            found.observed = day(object, "first_observed").map(str::to_owned);
            notes.add(found);
        }
    }
    if !is_any {
        notes.refuse(
            id,
            "nothing in it is an address, name, file or other trace that a case has a place for",
        );
    }
}

fn item(object: &Value, id: &str, named: What, of: &Bundle<'_>, notes: &Notes<'_>) -> Item {
    let says = ["description", "name"].into_iter().find_map(|key| text(object, key));
    let references = list(object, "external_references");
    let url = references
        .filter_map(|reference| text(reference, "url"))
        .find(|url| url.starts_with("https://"));
    let observed =
        ["valid_from", "first_seen", "created"].into_iter().find_map(|key| day(object, key));
    Item {
        origin: format!("stix:{id}"),
        named,
        says: says.unwrap_or("It is in the bundle without a word on it.").to_owned(),
        source: of.source(object, id, notes),
        url: url.map(str::to_owned),
        grade: grade(object),
        tlp: marking::strictest(&of.markings, object).unwrap_or(notes.settings.unmarked),
        observed: observed.map(str::to_owned),
    }
}

/// The grade by STIX's scale of confidence (appendix A, Admiralty credibility); nobody grades the source there.
fn grade(object: &Value) -> String {
    let figure = match object.get("confidence").and_then(Value::as_u64) {
        Some(0..=19) => '5',
        Some(20..=39) => '4',
        Some(40..=59) => '3',
        Some(60..=79) => '2',
        Some(80..=100) => '1',
        _ => '6',
    };
    format!("F{figure}")
}

/// The things that an object names; `Err` for a kind that is no evidence.
fn things(object: &Value, kind: &str) -> Result<Vec<What>, String> {
    let trace = |trace: &str, key: &str| {
        let value = text(object, key);
        Ok(value
            .map(|value| What::Trace { trace: trace.to_owned(), value: value.to_owned() })
            .into_iter()
            .collect())
    };
    match kind {
        "indicator" => pattern(object),
        "malware" | "tool" => Ok(software(object).into_iter().collect()),
        "attack-pattern" => technique(object).map(|named| vec![named]),
        "vulnerability" => trace("vulnerability", "name"),
        "ipv4-addr" | "ipv6-addr" | "domain-name" | "url" => {
            Ok(text(object, "value").and_then(indicator::network).into_iter().collect())
        }
        "file" => Ok(file(object)),
        "email-addr" => trace("e-mail address", "value"),
        "email-message" => trace("subject of an e-mail", "subject"),
        "mutex" => trace("mutex", "name"),
        "windows-registry-key" => trace("registry key", "key"),
        "user-account" => trace("account", "account_login"),
        "process" => trace("command", "command_line"),
        "intrusion-set" | "threat-actor" | "campaign" => {
            Err("who did it is a claim: write it as `[[claim]]`".to_owned())
        }
        "relationship" => {
            Err("relationships join objects and are no evidence by themselves".to_owned())
        }
        "report" | "grouping" | "note" | "opinion" => Err(
            "its title is told as the source of what it is about; its text is for a person to read"
                .to_owned(),
        ),
        "identity" | "marking-definition" | "extension-definition" | "language-content" => {
            Err("it describes other objects".to_owned())
        }
        "sighting" => Err("a sighting of an indicator adds no item of its own".to_owned()),
        "" => Err("it has no type".to_owned()),
        _ => Err(format!("objects of the type `{kind}` become no evidence")),
    }
}

fn pattern(object: &Value) -> Result<Vec<What>, String> {
    let language = text(object, "pattern_type").unwrap_or("stix");
    let Some(pattern) = text(object, "pattern") else { return Err("it has no pattern".to_owned()) };
    if language != "stix" {
        return Err(format!("a rule ({language}) finds evidence and is none"));
    }
    let pattern: Pattern =
        pattern.parse().map_err(|error| format!("its pattern cannot be read: {error}"))?;
    // Hashes of one file stand side by side in one pattern; they are one sample.
    let mut hashes: Vec<(HashKind, String)> = Vec::new();
    let mut found = Vec::new();
    let mut file_name = None;
    for observable in pattern.observables() {
        match value_of(&observable) {
            Named::Hash(kind, hash) => hashes.push((kind, hash)),
            Named::FileName(name) => file_name = Some(name),
            Named::What(named) => found.push(named),
            Named::Nothing => {}
        }
    }
    found.extend(samples(hashes, file_name));
    if found.is_empty() {
        Err("its pattern names no value that a case has a place for".to_owned())
    } else {
        Ok(found)
    }
}

enum Named {
    Hash(HashKind, String),
    FileName(String),
    What(What),
    Nothing,
}

fn value_of(observable: &Observable) -> Named {
    let Literal::Text(value) = &observable.value else { return Named::Nothing };
    let trace =
        |trace: &str| Named::What(What::Trace { trace: trace.to_owned(), value: value.clone() });
    match (observable.object_type.as_str(), observable.path.as_str()) {
        ("ipv4-addr" | "ipv6-addr" | "domain-name" | "url", "value") => {
            indicator::network(value).map_or(Named::Nothing, Named::What)
        }
        ("network-traffic", path) if path.ends_with("_ref.value") => {
            indicator::network(value).map_or(Named::Nothing, Named::What)
        }
        ("file", path) => {
            let hash = path.strip_prefix("hashes.").map(|kind| kind.trim_matches('\''));
            let hash =
                hash.and_then(HashKind::of_name).and_then(|kind| Some((kind, kind.read(value)?)));
            match (hash, path) {
                (Some((kind, hash)), _) => Named::Hash(kind, hash),
                (None, "name") => Named::FileName(value.clone()),
                _ => Named::Nothing,
            }
        }
        ("email-addr", "value") | ("email-message", "from_ref.value" | "sender_ref.value") => {
            trace("e-mail address")
        }
        ("email-message", "subject") => trace("subject of an e-mail"),
        ("mutex", "name") => trace("mutex"),
        ("windows-registry-key", "key") => trace("registry key"),
        ("process", "command_line") => trace("command"),
        _ => Named::Nothing,
    }
}

/// One sample if each kind of hash is there once at most, else one for each hash.
fn samples(hashes: Vec<(HashKind, String)>, name: Option<String>) -> Vec<What> {
    let kinds: BTreeSet<HashKind> = hashes.iter().map(|(kind, _)| *kind).collect();
    if hashes.is_empty() {
        return name
            .map(|value| What::Trace { trace: "file name".to_owned(), value })
            .into_iter()
            .collect();
    }
    if kinds.len() < hashes.len() {
        return hashes.into_iter().map(|(kind, hash)| kind.sample(hash)).collect();
    }
    let of = |wanted| hashes.iter().find(|(kind, _)| *kind == wanted).map(|(_, hash)| hash.clone());
    vec![What::Sample {
        sha256: of(HashKind::Sha256),
        sha1: of(HashKind::Sha1),
        md5: of(HashKind::Md5),
        name,
        size: None,
    }]
}

fn file(object: &Value) -> Vec<What> {
    let hashes = object.get("hashes").and_then(Value::as_object);
    let hashes = hashes.into_iter().flatten().filter_map(|(kind, value)| {
        let kind = HashKind::of_name(kind)?;
        Some((kind, kind.read(value.as_str()?)?))
    });
    let mut found = samples(hashes.collect(), text(object, "name").map(str::to_owned));
    if let Some(What::Sample { size, .. }) = found.first_mut() {
        *size = object.get("size").and_then(Value::as_u64);
    }
    found
}

fn software(object: &Value) -> Option<What> {
    let name = text(object, "name")?.to_owned();
    Some(What::Software { name, number: number_of(object, 'S') })
}

fn technique(object: &Value) -> Result<What, String> {
    let number = number_of(object, 'T').and_then(|number| indicator::technique(&number));
    let number =
        number.ok_or("it has no number of a technique of ATT&CK; write it as an item by hand")?;
    Ok(What::Technique { number, name: text(object, "name").map(str::to_owned) })
}

/// The number in ATT&CK that the references of an object give.
fn number_of(object: &Value, letter: char) -> Option<String> {
    let references = list(object, "external_references");
    let mut numbers = references
        .filter(|reference| {
            text(reference, "source_name").is_some_and(|name| name.starts_with("mitre"))
        })
        .filter_map(|reference| text(reference, "external_id"));
    numbers.find(|number| number.starts_with(letter)).map(str::to_owned)
}
