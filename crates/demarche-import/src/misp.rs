//! Events of MISP in its core JSON format: attributes, objects, galaxies and tags.
//!
//! Source: MISP core format (draft-dulaunoy-misp-core-format) and the lists of types and categories of MISP 2.4 and 2.5.

use std::collections::{BTreeMap, BTreeSet};

use demarche_stix::{Marks, twice};
use demarche_terms::Tlp;
use serde_json::Value;

use crate::indicator::{self, HashKind};
use crate::item::{Item, What};
use crate::tags::{self, Tags};
use crate::{Notes, marking};

/// Parts that are marked for themselves, or are of somebody else.
const PARTS: [&str; 9] = [
    "Event",
    "Attribute",
    "Object",
    "Galaxy",
    "GalaxyCluster",
    "EventReport",
    "ShadowAttribute",
    "RelatedEvent",
    "response",
];

/// Reads the events of a JSON text: one, a list, or the answer of a search; false where there is none.
pub(crate) fn read(value: &Value, notes: &mut Notes<'_>) -> bool {
    let list = match value {
        Value::Array(list) => list.as_slice(),
        Value::Object(fields) => match fields.get("response") {
            Some(Value::Array(list)) => list.as_slice(),
            Some(answer) => std::slice::from_ref(answer),
            None => std::slice::from_ref(value),
        },
        _ => &[],
    };
    if !list.iter().any(|entry| entry.get("Event").is_some_and(Value::is_object)) {
        return false;
    }
    if value.is_object() {
        notes.cover(marking::beside(value, &PARTS));
    }
    for (index, entry) in list.iter().enumerate() {
        match entry.get("Event").filter(|event| event.is_object()) {
            Some(event) => event_with(event, marking::beside(entry, &PARTS), notes),
            None => notes.refuse(format!("entry {}", index + 1), "it is no event of MISP"),
        }
    }
    true
}

/// What goes for all parts of an event.
struct Event<'a> {
    source: String,
    tags: Tags,
    date: Option<&'a str>,
}

impl Event<'_> {
    /// The event as what goes for a part of it that has these tags.
    fn tagged(&self, tags: Tags) -> Self {
        Self { source: self.source.clone(), tags, date: self.date }
    }
}

/// Tags and other marks of a part that has parts of its own.
fn tags_of(part: &Value) -> Tags {
    Tags::of(part).marked(marking::beside(part, &PARTS))
}

/// Reads one event.
fn event_with(event: &Value, around: Marks, notes: &mut Notes<'_>) {
    let tags = tags_of(event).marked(around);
    let of = Event { source: source(event, notes), tags, date: text(event, "date") };
    let doubled = twice(event);
    if !doubled.is_empty() {
        let reason =
            format!("it has {} twice, so that all of it counts as RED", doubled.join(", "));
        notes.refuse(label(event), reason);
    }
    for name in ["Attribute", "Object"] {
        if event.get(name).is_some_and(|list| !list.is_array() && !list.is_null()) {
            notes.refuse(
                label(event),
                format!("its `{name}` is no list, so that nothing in it was read"),
            );
        }
    }
    for attribute in list(event, "Attribute") {
        attribute_of(attribute, &of, notes);
    }
    for object in list(event, "Object") {
        object_of(object, &of, notes);
    }
    clusters(event, &of, notes);
    for report in list(event, "EventReport") {
        let label = label(report);
        notes.refuse(label, "a report within an event: save its text and import that");
    }
    for proposal in list(event, "ShadowAttribute") {
        notes.refuse(label(proposal), "a proposal that the owner of the event has not accepted");
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn label(part: &Value) -> String {
    text(part, "uuid").map_or_else(|| "a part without a uuid".to_owned(), |id| format!("misp:{id}"))
}

fn source(event: &Value, notes: &Notes<'_>) -> String {
    if let Some(source) = &notes.settings.source {
        return source.clone();
    }
    let by = event.get("Orgc").or_else(|| event.get("Org")).and_then(|by| text(by, "name"));
    let info = text(event, "info").unwrap_or("an event without a title");
    let words = [
        Some(format!("MISP event “{info}”")),
        by.map(str::to_owned),
        text(event, "date").map(str::to_owned),
    ];
    words.into_iter().flatten().collect::<Vec<String>>().join(", ")
}

/// One attribute by itself; its deletion, and what has no place in a case, is said.
fn attribute_of(attribute: &Value, event: &Event<'_>, notes: &mut Notes<'_>) {
    let label = label(attribute);
    let (Some(kind), Some(value)) = (text(attribute, "type"), text(attribute, "value")) else {
        notes.refuse(label, "an attribute without a type or a value");
        return;
    };
    if is_deleted(attribute) {
        notes.refuse(label, "its owner deleted it");
        return;
    }
    clusters(attribute, event, notes);
    for proposal in list(attribute, "ShadowAttribute") {
        notes.refuse(
            self::label(proposal),
            "a proposal that the owner of the event has not accepted",
        );
    }
    match things(kind, value) {
        Ok(found) if found.is_empty() => {
            notes.refuse(label, format!("`{value}` is no {kind}"));
        }
        Ok(found) => {
            for named in found {
                let mut item = item(attribute, named, event);
                if let Some((kind, rest)) = left_over(kind, value) {
                    item.says = format!("{} ({kind} {rest})", item.says);
                }
                notes.add(item, tags_of(attribute).or(event.tags).marks);
            }
        }
        Err(reason) => notes.refuse(label, reason),
    }
}

/// True for everything but a plain no: what may have been taken back is not used.
fn is_deleted(part: &Value) -> bool {
    indicator::is_yes(part.get("deleted"))
}

/// The second half of a value that a case has no place for: the port of an address, the value of a registry key.
fn left_over<'a>(kind: &'a str, value: &'a str) -> Option<(&'a str, &'a str)> {
    let (_, second) =
        kind.split_once('|').filter(|(_, right)| matches!(*right, "port" | "value"))?;
    let (_, rest) = value.split_once('|')?;
    (!rest.trim().is_empty()).then_some((second, rest.trim()))
}

fn item(part: &Value, named: What, event: &Event<'_>) -> Item {
    let tags = Tags::of(part).or(event.tags);
    let category = text(part, "category");
    let says = text(part, "comment")
        .map(str::to_owned)
        .or_else(|| category.map(|category| format!("Listed under “{category}”.")));
    let seen = text(part, "first_seen").and_then(|seen| seen.get(..10)).or(event.date);
    Item {
        origin: label(part),
        named,
        says: says.unwrap_or_else(|| "Listed without a word on it.".to_owned()),
        source: event.source.clone(),
        url: None,
        grade: tags.grade(),
        tlp: Tlp::Red,
        observed: seen.map(str::to_owned),
    }
}

/// The things that an attribute names, by its type; `Err` for a type that is no evidence.
fn things(kind: &str, value: &str) -> Result<Vec<What>, String> {
    // Types with two parts have two values.
    if let Some((left, right)) = kind.split_once('|') {
        let (first, second) = value.split_once('|').unwrap_or((value, ""));
        if left == "filename" || left == "malware-sample" {
            return Ok(sample(Some(first), &[(right, second)], None).into_iter().collect());
        }
        if right == "port" || right == "value" {
            return things(left, first);
        }
        let mut pair = things(left, first)?;
        pair.extend(things(right, second)?);
        return Ok(pair);
    }
    if kind == "malware-sample" {
        let (name, hash) = value.split_once('|').unwrap_or((value, ""));
        return Ok(sample(Some(name), &[("md5", hash)], None).into_iter().collect());
    }
    if HashKind::of_name(kind).is_some() {
        return Ok(sample(None, &[(kind, value)], None).into_iter().collect());
    }
    let trace =
        |trace: &str| Ok(vec![What::Trace { trace: trace.to_owned(), value: value.to_owned() }]);
    match kind {
        "ip-src" | "ip-dst" | "ip" | "domain" | "hostname" | "url" | "uri" => {
            Ok(indicator::network(value).into_iter().collect())
        }
        "email" | "email-src" | "email-dst" | "email-reply-to" => trace("e-mail address"),
        "vulnerability" => trace("vulnerability"),
        "mutex" => trace("mutex"),
        "regkey" => trace("registry key"),
        "named pipe" => trace("named pipe"),
        "user-agent" => trace("user agent"),
        "filename" => trace("file name"),
        "sha512" => trace("SHA-512"),
        "pdb" => trace("path of debugging symbols"),
        "email-subject" => trace("subject of an e-mail"),
        "btc" | "xmr" | "dash" => trace("wallet"),
        "AS" => trace("network"),
        "windows-service-name" => trace("service"),
        "windows-scheduled-task" => trace("scheduled task"),
        "x509-fingerprint-sha1" | "x509-fingerprint-sha256" | "x509-fingerprint-md5" => {
            trace("fingerprint of a certificate")
        }
        "ja3-fingerprint-md5" | "jarm-fingerprint" => trace("fingerprint of a handshake"),
        "yara" | "sigma" | "snort" | "suricata" | "zeek" => {
            Err(format!("a rule ({kind}) finds evidence and is none"))
        }
        "threat-actor" | "campaign-name" | "campaign-id" => {
            Err("who did it is a claim: write it as `[[claim]]`".to_owned())
        }
        _ => Err(format!("attributes of the type `{kind}` become no evidence")),
    }
}

/// A file by its name and hashes; nothing where no hash is one.
fn sample(name: Option<&str>, hashes: &[(&str, &str)], size: Option<u64>) -> Option<What> {
    let mut known: BTreeMap<HashKind, String> = BTreeMap::new();
    for (kind, value) in hashes {
        let hash =
            HashKind::of_name(kind).and_then(|kind| kind.read(value).map(|hash| (kind, hash)));
        known.extend(hash);
    }
    let mut take = |kind| known.remove(&kind);
    let (sha256, sha1, md5) = (take(HashKind::Sha256), take(HashKind::Sha1), take(HashKind::Md5));
    if sha256.is_none() && sha1.is_none() && md5.is_none() {
        return None;
    }
    let name = name.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
    Some(What::Sample { sha256, sha1, md5, name, size })
}

/// An object: a file is one sample, and what it has beside name, size and one hash of each kind stands for itself, as
/// do the attributes of any other object.
fn object_of(object: &Value, event: &Event<'_>, notes: &mut Notes<'_>) {
    if is_deleted(object) {
        notes.refuse(label(object), "its owner deleted it");
        return;
    }
    // The marks of the object go for all its attributes, as those of the event do.
    let event = &event.tagged(tags_of(object).or(event.tags));
    clusters(object, event, notes);
    let attributes: Vec<&Value> = list(object, "Attribute").collect();
    if object.get("Attribute").is_some_and(|list| !list.is_array() && !list.is_null()) {
        notes.refuse(label(object), "its `Attribute` is no list, so that nothing in it was read");
    }
    let is_file = text(object, "name") == Some("file");
    let parts = if is_file { file_parts(&attributes) } else { BTreeMap::new() };
    let value =
        |part: &str| parts.get(part).and_then(|index| text(attributes.get(*index)?, "value"));
    let hashes: Vec<(&str, &str)> = ["md5", "sha1", "sha256"]
        .into_iter()
        .filter_map(|kind| Some((kind, value(kind)?)))
        .collect();
    let size = value("size-in-bytes").and_then(|size| size.parse().ok());
    let mut used: BTreeSet<usize> = BTreeSet::new();
    if let Some(named) = sample(value("filename"), &hashes, size) {
        used.extend(parts.values());
        // Most exports have their tags at the attributes, the grade among them.
        let mut tags = event.tags;
        for attribute in used.iter().filter_map(|index| attributes.get(*index)) {
            tags = tags_of(attribute).or(tags);
            clusters(attribute, event, notes);
        }
        notes.add(item(object, named, &event.tagged(tags)), tags.marks);
    }
    let rest = attributes.iter().enumerate().filter(|(index, _)| !used.contains(index));
    for (_, attribute) in rest {
        attribute_of(attribute, event, notes);
    }
}

/// A name and its number in ATT&CK, as in `Disk Structure Wipe - T1561.002`; other names may have a dash as well.
fn parted(value: &str) -> (&str, &str) {
    let is_number = |text: &str| {
        let digits = text.strip_prefix(['S', 'T']).unwrap_or("");
        digits.starts_with(|sign: char| sign.is_ascii_digit())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    let parts = value.rsplit_once(" - ").filter(|(_, number)| is_number(number));
    parts.unwrap_or((value, ""))
}

/// The places of the attributes that make a file one sample: the first of each kind that can be read.
fn file_parts<'a>(attributes: &[&'a Value]) -> BTreeMap<&'a str, usize> {
    let mut parts = BTreeMap::new();
    let live = attributes.iter().enumerate().filter(|(_, attribute)| !is_deleted(attribute));
    for (index, attribute) in live {
        let (Some(kind), Some(value)) = (text(attribute, "type"), text(attribute, "value")) else {
            continue;
        };
        let is_part = match kind {
            "filename" => true,
            "size-in-bytes" => value.parse::<u64>().is_ok(),
            "md5" | "sha1" | "sha256" => {
                HashKind::of_name(kind).and_then(|kind| kind.read(value)).is_some()
            }
            _ => false,
        };
        if is_part {
            parts.entry(kind).or_insert(index);
        }
    }
    parts
}

/// The clusters of galaxies and the tags that stand for them: techniques and programs; actors are claims.
fn clusters(tagged: &Value, event: &Event<'_>, notes: &mut Notes<'_>) {
    let around = tags_of(tagged).or(event.tags).marks;
    let galaxies = list(tagged, "Galaxy").flat_map(|galaxy| {
        let marks = marking::beside(galaxy, &PARTS);
        list(galaxy, "GalaxyCluster").map(move |cluster| (cluster, marks))
    });
    let named = galaxies.filter_map(|(cluster, marks)| {
        let marks = tags_of(cluster).marks.and(marks);
        Some((text(cluster, "type")?, text(cluster, "value")?, marks))
    });
    let tags = tags::names(tagged);
    let tagged_too = tags.iter().filter_map(|name| match tags::parts(name) {
        Some(("misp-galaxy", kind, value)) => Some((kind, value, Marks::default())),
        _ => None,
    });
    let all: Vec<(String, String, Marks)> = named
        .chain(tagged_too)
        .map(|(kind, value, marks)| (kind.to_owned(), value.to_owned(), marks.and(around)))
        .collect();
    for (kind, value, marks) in all {
        let origin = format!("misp-galaxy:{kind}={value}");
        let (name, number) = parted(&value);
        let named = match kind.as_str() {
            "mitre-attack-pattern" => indicator::technique(number)
                .map(|number| What::Technique { number, name: Some(name.to_owned()) }),
            "mitre-malware" | "mitre-tool" | "tool" | "malpedia" | "ransomware" | "rat"
            | "backdoor" | "botnet" | "banker" | "stealer" => Some(What::Software {
                name: name.to_owned(),
                number: number.starts_with('S').then(|| number.to_owned()),
            }),
            "threat-actor"
            | "mitre-intrusion-set"
            | "microsoft-activity-group"
            | "360net-threat-actor" => {
                notes.refuse(origin, "who did it is a claim: write it as `[[claim]]`");
                continue;
            }
            _ => None,
        };
        match named {
            Some(named) => {
                let tags = tags_of(tagged).or(event.tags);
                notes.add(Item { origin, ..item(&Value::Null, named, &event.tagged(tags)) }, marks);
            }
            None => notes.refuse(origin, "clusters of this galaxy become no evidence"),
        }
    }
}
