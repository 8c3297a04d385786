//! Bundles of STIX 2.1: indicators, observed data and what was observed, malware, tools, techniques, vulnerabilities.
//!
//! Source: OASIS, STIX Version 2.1 (2021), sections 4 to 7 and appendix A.

use std::collections::{BTreeMap, BTreeSet};

use demarche_pattern::{Literal, Observable, Pattern};
use demarche_stix::{Markings, Marks, evidence_extension, twice};
use demarche_terms::Tlp;
use serde_json::Value;

use crate::indicator::{self, HashKind};
use crate::item::{Item, What};
use crate::{Notes, marking};

/// What is known of the whole bundle.
struct Bundle<'a> {
    markings: Markings,
    /// The names of objects by their ids, with the marks of those objects.
    names: BTreeMap<&'a str, (&'a str, Marks)>,
    /// For each object that reports, groupings or notes are about, the first title, and the marks of them all.
    reports: BTreeMap<&'a str, (Option<&'a str>, Marks)>,
    /// The time of the latest version of each object; an older one says what its owner took back.
    latest: BTreeMap<&'a str, Instant<'a>>,
}

impl<'a> Bundle<'a> {
    fn of(objects: &'a [Value]) -> Self {
        let mut latest: BTreeMap<&str, Instant<'_>> = BTreeMap::new();
        for (id, modified) in
            objects.iter().filter_map(|entry| Some((text(entry, "id")?, instant(entry)?)))
        {
            let known = latest.entry(id).or_insert(modified);
            *known = (*known).max(modified);
        }
        let markings = Markings::of_values(objects);
        let mut reports: BTreeMap<&str, (Option<&str>, Marks)> = BTreeMap::new();
        for report in objects {
            let (title, about) = match text(report, "type") {
                Some("report" | "grouping" | "note" | "opinion") => {
                    (text(report, "name").or_else(|| text(report, "abstract")), "object_refs")
                }
                Some("malware") => (None, "sample_refs"),
                _ => continue,
            };
            // What tells of an object marks the object: that it is told of is a part of the report.
            let marks = marking::covering(markings.marks(report));
            for id in list(report, about).filter_map(Value::as_str) {
                let known = reports.entry(id).or_default();
                *known = (known.0.or(title), known.1.and(marks));
            }
        }
        let names = objects.iter().filter_map(|entry| {
            Some((text(entry, "id")?, (text(entry, "name")?, markings.marks(entry))))
        });
        Self { names: names.collect(), markings, reports, latest }
    }

    /// All that marks what an object says.
    fn marks(&self, object: &Value) -> Marks {
        let told = text(object, "id").and_then(|id| self.reports.get(id));
        self.markings.marks(object).and(told.map_or_else(Marks::default, |(_, marks)| *marks))
    }

    /// Who says so: the report that the object is in, its author, and the day.
    fn source(&self, object: &Value, id: &str, notes: &Notes<'_>) -> String {
        if let Some(source) = &notes.settings.source {
            return source.clone();
        }
        let report = self.reports.get(id).and_then(|(title, _)| *title);
        let report = report.map(|title| format!("“{title}”"));
        // An author whose name is marked more strictly than the object is not named.
        let level = notes.level(self.marks(object));
        let author = text(object, "created_by_ref")
            .and_then(|id| self.names.get(id))
            .filter(|(_, marks)| marks.strictest().is_none_or(|author| author <= level))
            .map(|(name, _)| (*name).to_owned());
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

/// A time in the form that STIX asks for, so that two can be compared: the second, and its fraction without zeros.
type Instant<'a> = (&'a str, &'a str);

/// The time of a version; `None` where it is in another form and nobody can say which version is later.
fn instant(object: &Value) -> Option<Instant<'_>> {
    const FORM: &str = "dddd-dd-ddTdd:dd:dd";
    let time = text(object, "modified")?.strip_suffix('Z')?;
    let (second, fraction) = time.split_once('.').unwrap_or((time, ""));
    let fits = second.len() == FORM.len()
        && second.bytes().zip(FORM.bytes()).all(|(byte, form)| match form {
            b'd' => byte.is_ascii_digit(),
            sign => byte == sign,
        });
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    (fits && is_fraction).then(|| (second, fraction.trim_end_matches('0')))
}

/// Reads a bundle.
pub(crate) fn read(bundle: &Value, notes: &mut Notes<'_>) {
    if bundle.get("objects").is_some_and(|objects| !objects.is_array()) {
        notes.refuse("objects", "they are no list, so that nothing in them was read");
    }
    let objects = bundle.get("objects").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let of = Bundle::of(objects);
    notes.cover(around(bundle, &of.markings));
    // What was observed is told by the observation that refers to it, with its time and its marking.
    let observations =
        || objects.iter().filter(|entry| text(entry, "type") == Some("observed-data"));
    let referred = |entry: &'_ Value| -> BTreeSet<String> {
        list(entry, "object_refs").filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let is_live =
        |entry: &&Value| text(entry, "id").is_some_and(|id| outdated(entry, id, &of).is_none());
    let observed: BTreeSet<String> = observations().filter(is_live).flat_map(referred).collect();
    let taken_back: BTreeSet<String> =
        observations().filter(|entry| !is_live(entry)).flat_map(referred).collect();
    let mut by_id: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (id, entry) in objects.iter().filter_map(|entry| Some((text(entry, "id")?, entry))) {
        by_id.entry(id).or_default().push(entry);
    }
    for object in objects {
        let Some(id) = text(object, "id") else {
            notes.refuse("an object without an id", "every object of a bundle has one");
            continue;
        };
        let doubled = twice(object);
        if !doubled.is_empty() {
            notes.refuse(
                id,
                format!("it has {} twice, so that it counts as RED", doubled.join(", ")),
            );
        }
        if let Some(reason) = outdated(object, id, &of) {
            notes.refuse(id, reason);
            continue;
        }
        match text(object, "type").unwrap_or("") {
            "observed-data" => observed_data(object, id, &by_id, &of, notes),
            _ if observed.contains(id) => {}
            "note" if extension(object).is_some() => of_demarche(object, id, &of, notes),
            "malware" if is_sample(object, &by_id) => {
                notes.refuse(id, "it stands for a file of the bundle, which is read by itself");
            }
            _ if taken_back.contains(id) => {
                notes.refuse(id, "only an observation that its author took back tells of it");
            }
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
    notes.add(found, of.marks(object));
}

/// Does the object only say of a file in the bundle that it is harmful? Then the file is the evidence.
fn is_sample(object: &Value, by_id: &BTreeMap<&str, Vec<&Value>>) -> bool {
    let mut files = list(object, "sample_refs").filter_map(Value::as_str);
    object.get("is_family") == Some(&Value::Bool(false)) && files.any(|id| by_id.contains_key(id))
}

/// The marks of the bundle as a whole, as far as a bundle says something of itself.
fn around(bundle: &Value, markings: &Markings) -> Marks {
    let members = bundle.as_object().into_iter().flatten();
    let members = members.filter(|(name, _)| *name != "objects");
    let rest = members.map(|(name, value)| (name.clone(), value.clone())).collect();
    marking::covering(markings.marks(&Value::Object(rest)))
}

/// Why an object counts no more.
fn outdated(object: &Value, id: &str, of: &Bundle<'_>) -> Option<&'static str> {
    if indicator::is_yes(object.get("revoked")) {
        return Some("its author revoked it");
    }
    let modified = instant(object)?;
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
                notes.add(item, of.marks(object));
            }
        }
        Err(reason) => notes.refuse(id, reason),
    }
}

fn observed_data(
    object: &Value,
    id: &str,
    by_id: &BTreeMap<&str, Vec<&Value>>,
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
    let mut all: Vec<&Value> = within.collect();
    for name in list(object, "object_refs").filter_map(Value::as_str) {
        match by_id.get(name) {
            Some(found) => all.extend(found),
            None => notes.refuse(id, format!("it tells of {name}, which the bundle does not have")),
        }
    }
    let mut is_any = false;
    for entry in all {
        let kind = text(entry, "type").unwrap_or("");
        let name = text(entry, "id").unwrap_or(id);
        match things(entry, kind) {
            Ok(found) if found.is_empty() => {
                notes.refuse(name, format!("it has nothing that the kind `{kind}` should have"));
            }
            Ok(found) => {
                for named in found {
                    is_any = true;
                    let mut found = item(object, id, named, of, notes);
                    found.observed = day(object, "first_observed").map(str::to_owned);
                    // What is observed may be marked more strictly than that it was.
                    notes.add(found, of.marks(object).and(of.marks(entry)));
                }
            }
            Err(reason) => notes.refuse(name, reason),
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
        tlp: Tlp::Red,
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
