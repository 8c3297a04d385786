//! A MISP event: indicators as attributes, samples as objects, techniques and programs as tags of galaxies.
//!
//! Each attribute carries its own marking and grade. What MISP has no type for goes as a comment for people, and is
//! listed.
//!
//! Source: MISP core format (draft-dulaunoy-misp-core-format), its types and categories, and the template `file` of
//! misp-objects; the taxonomies `tlp` and `admiralty-scale`.

use std::collections::BTreeSet;

use demarche_case::{Body, Evidence, Infrastructure, Released, Sample, Tlp};
use demarche_stix::{TlpVersion, is_uri};
use serde_json::{Map, Value, json};

use crate::collection::uuid;
use crate::trace::Trace;
use crate::words;
use crate::{Export, ExportError, Format, Settings, Unexpressed};

/// The template of the object `file`.
const FILE: (&str, &str) = ("688c46fb-5edb-40a3-8273-1af7923e2215", "24");

const NETWORK: &str = "Network activity";
const DELIVERY: &str = "Payload delivery";

/// Writes the released evidence as one event.
pub(crate) fn event(released: &Released, settings: &Settings) -> Result<Export, ExportError> {
    let mut event = Event {
        released,
        settings,
        timestamp: seconds(settings),
        attributes: Vec::new(),
        objects: Vec::new(),
        unexpressed: Vec::new(),
    };
    for item in &released.case.evidence {
        event.item(item);
    }
    if event.attributes.is_empty() && event.objects.is_empty() {
        return Err(ExportError::Nothing { format: Format::Misp });
    }
    let whole = event.whole();
    check(&whole).map_err(|met| ExportError::Broken { format: Format::Misp, met })?;
    event.unexpressed.sort();
    let objects = event.attributes.len() + event.objects.len();
    let bytes = format!("{whole:#}\n").into_bytes();
    Ok(Export { bytes, objects, marking: released.marking(), unexpressed: event.unexpressed })
}

/// The seconds since 1970 of an export, as MISP has its times.
fn seconds(settings: &Settings) -> String {
    let time = demarche_pattern::Timestamp::read(settings.modified.as_str());
    time.map_or(0, |time| time.nanoseconds().div_euclid(1_000_000_000)).to_string()
}

struct Event<'r> {
    released: &'r Released,
    settings: &'r Settings,
    timestamp: String,
    attributes: Vec<Value>,
    objects: Vec<Value>,
    unexpressed: Vec<Unexpressed>,
}

impl Event<'_> {
    fn whole(&self) -> Value {
        let case = &self.released.case;
        let owner = &case.owner.organisation;
        let name = if owner.is_empty() { "The sender" } else { owner };
        let title = match (self.released.shows_case, case.title.is_empty()) {
            (true, false) => case.title.as_str(),
            (true, true) => case.id.as_str(),
            (false, _) => "Evidence of a case that may not be shared",
        };
        let noticed = case.noticed().map(|moment| moment.date().to_string());
        let exported = self.settings.modified.as_str().get(..10).unwrap_or("").to_owned();
        json!({ "Event": {
            "uuid": self.uuid(&["event"]),
            "info": title,
            "date": noticed.filter(|_| self.released.shows_case).unwrap_or(exported),
            // 4: undefined, 1: ongoing, 0: the recipient's organisation alone until it says otherwise.
            "threat_level_id": "4",
            "analysis": "1",
            "distribution": "0",
            "published": false,
            "timestamp": self.timestamp,
            "Orgc": { "name": name, "uuid": self.uuid(&["owner", owner]) },
            "Tag": [tag(&self.tlp(self.released.marking()))],
            "Attribute": self.attributes,
            "Object": self.objects,
        }})
    }

    fn uuid(&self, part: &[&str]) -> String {
        uuid(self.released.to, &self.released.case, self.settings, part)
    }

    fn tlp(&self, tlp: Tlp) -> String {
        let word = match (self.settings.tlp, tlp) {
            (TlpVersion::One, Tlp::Clear) => "white".to_owned(),
            (TlpVersion::One, Tlp::AmberStrict) => "amber".to_owned(),
            _ => tlp.word().to_ascii_lowercase(),
        };
        format!("tlp:{word}")
    }

    /// The marking and the grade of an item.
    fn tags(&self, item: &Evidence) -> Vec<Value> {
        let grade = item.grade.to_string().to_lowercase();
        let parts =
            ["source-reliability", "information-credibility"].into_iter().zip(grade.chars());
        let grades = parts
            .map(|(predicate, value)| tag(&format!("admiralty-scale:{predicate}=\"{value}\"")));
        std::iter::once(tag(&self.tlp(item.tlp))).chain(grades).collect()
    }

    fn unexpressed(&mut self, item: &Evidence, reason: &str) {
        let part = format!("evidence {}", item.id);
        self.unexpressed.push(Unexpressed { part, reason: reason.to_owned() });
    }

    fn item(&mut self, item: &Evidence) {
        match &item.body {
            Body::Infrastructure(body) => self.infrastructure(item, body),
            Body::Sample(body) => self.sample(item, body),
            Body::Technique(body) => {
                let number = body.technique.to_string();
                let name = plain(body.name.as_deref().unwrap_or(&number));
                let cluster = format!("misp-galaxy:mitre-attack-pattern=\"{name} - {number}\"");
                self.comment(item, &item.title, Some(&cluster));
            }
            Body::Software(body) => {
                let cluster = format!("misp-galaxy:tool=\"{}\"", plain(&body.name));
                self.comment(item, &item.title, Some(&cluster));
            }
            Body::Artefact(body) => {
                let value = body.value.as_deref().unwrap_or("");
                match Trace::of(&body.trace, value) {
                    Some(trace) if trace.misp.0 != "text" => {
                        let attribute = self.attribute(item, "", trace.misp, trace.value, true);
                        self.attributes.push(attribute);
                    }
                    _ => self.words(item, &format!("{}: {value}", body.trace)),
                }
            }
            Body::SharedCode(body) => {
                let shared = body.shared.join(", ");
                self.words(item, &format!("Code shared with {}: {shared}", body.with));
            }
            Body::ClaimOfResponsibility(body) => {
                self.words(item, &format!("Claimed by: {}", body.name));
            }
            Body::Damage(body) => {
                let amount = body.quantity.as_ref().map(words::amount);
                self.words(item, amount.as_deref().unwrap_or(&item.title));
            }
            Body::Motive => self.words(item, &item.title),
            Body::RouteData(_) => self.unexpressed(item, "MISP has no type for a table of routes"),
        }
    }

    /// A part that only people read.
    fn words(&mut self, item: &Evidence, value: &str) {
        self.comment(item, value, None);
        self.unexpressed(item, "it is a comment in words there, which no program reads");
    }

    fn comment(&mut self, item: &Evidence, value: &str, cluster: Option<&str>) {
        let mut attribute = self.attribute(item, "comment", ("comment", "Other"), value, false);
        if let (Some(cluster), Some(Value::Array(tags))) = (cluster, attribute.get_mut("Tag")) {
            tags.push(tag(cluster));
        }
        self.attributes.push(attribute);
    }

    fn infrastructure(&mut self, item: &Evidence, body: &Infrastructure) {
        let address = body.address.map(|address| ("ip-dst", address.to_string()));
        let host = body
            .host
            .clone()
            .map(|host| (if host.matches('.').count() == 1 { "domain" } else { "hostname" }, host));
        let url = body.url.clone().map(|url| ("url", url));
        for (kind, value) in [address, host, url].into_iter().flatten() {
            let attribute = self.attribute(item, kind, (kind, NETWORK), &value, true);
            self.attributes.push(attribute);
        }
        if !body.ports.is_empty() {
            self.unexpressed(item, "its ports go without the traffic that they are of");
        }
    }

    fn sample(&mut self, item: &Evidence, sample: &Sample) {
        let hashes = [
            ("md5", sample.md5.map(|hash| hash.to_string())),
            ("sha1", sample.sha1.map(|hash| hash.to_string())),
            ("sha256", sample.sha256.map(|hash| hash.to_string())),
        ];
        let mut attributes = Vec::new();
        let mut add = |event: &Self, relation: &str, category, value: &str, is_found| {
            let mut attribute =
                event.attribute(item, relation, (relation, category), value, is_found);
            if let Some(fields) = attribute.as_object_mut() {
                fields.insert("object_relation".to_owned(), relation.into());
            }
            attributes.push(attribute);
        };
        for (kind, hash) in &hashes {
            if let Some(hash) = hash {
                add(self, kind, DELIVERY, hash, true);
            }
        }
        if let Some(name) = sample.name.as_deref().filter(|name| !name.trim().is_empty()) {
            add(self, "filename", DELIVERY, name, false);
        }
        if let Some(size) = sample.size {
            add(self, "size-in-bytes", "Other", &size.to_string(), false);
        }
        if sample.compiled.is_some() {
            self.unexpressed(item, "the time of compilation is easily forged and is left out");
        }
        self.objects.push(json!({
            "uuid": self.uuid(&["object", item.id.as_str()]),
            "name": "file",
            "meta-category": "file",
            "description": "File object describing a file with meta-information",
            "template_uuid": FILE.0,
            "template_version": FILE.1,
            "timestamp": self.timestamp,
            "distribution": "5",
            "comment": said(item),
            "Attribute": attributes,
        }));
    }

    /// An attribute; `part` tells those of one item from each other.
    fn attribute(
        &self,
        item: &Evidence,
        part: &str,
        (kind, category): (&str, &str),
        value: &str,
        is_found: bool,
    ) -> Value {
        let mut fields = Map::new();
        let uuid = self.uuid(&["attribute", item.id.as_str(), part]);
        for (name, value) in [
            ("uuid", json!(uuid)),
            ("type", json!(kind)),
            ("category", json!(category)),
            ("value", json!(value.trim())),
            ("to_ids", json!(is_found)),
            ("comment", json!(said(item))),
            ("timestamp", json!(self.timestamp)),
            ("distribution", json!("5")),
            ("disable_correlation", json!(false)),
            ("Tag", json!(self.tags(item))),
        ] {
            fields.insert(name.to_owned(), value);
        }
        if let Some(seen) = item.observed {
            // MISP has times to the microsecond alone; the comment of a vague time is its precision in words.
            let seen = seen.rfc3339().replace('Z', ".000000+00:00");
            fields.insert("first_seen".to_owned(), seen.into());
        }
        Value::Object(fields)
    }
}

/// The words of an item, its time and its source.
fn said(item: &Evidence) -> String {
    let url = item.source.url.as_deref().filter(|url| is_uri(url));
    let url = url.map_or_else(String::new, |url| format!(" {url}"));
    let seen = item.observed.map_or_else(String::new, |moment| format!(" Observed: {moment}."));
    format!("{}{seen} Source: {}{url}", item.says, item.source.text)
}

/// A name as a tag can hold it.
fn plain(name: &str) -> String {
    name.trim().replace('"', "'")
}

fn tag(name: &str) -> Value {
    json!({ "name": name })
}

/// The rules of MISP that an event could break: values that are there, identifiers that differ, known relations.
fn check(whole: &Value) -> Result<(), String> {
    let event = whole.get("Event").ok_or("no event")?;
    let list = |value: &Value, name: &str| {
        value.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let objects = list(event, "Object");
    let inner = objects.iter().flat_map(|object| list(object, "Attribute"));
    let attributes: Vec<Value> = list(event, "Attribute").into_iter().chain(inner).collect();
    let mut seen = BTreeSet::new();
    for part in attributes.iter().chain(&objects).chain([event]) {
        let id = part.get("uuid").and_then(Value::as_str).unwrap_or("");
        if id.len() != 36 || !seen.insert(id.to_owned()) {
            return Err(format!("the identifier `{id}` is none, or is there twice"));
        }
    }
    for attribute in &attributes {
        let text = |name: &str| attribute.get(name).and_then(Value::as_str).unwrap_or("");
        let value = text("value");
        let is_sound = match text("type") {
            "ip-dst" => {
                value.split('/').next().is_some_and(|ip| ip.parse::<std::net::IpAddr>().is_ok())
            }
            "md5" | "sha1" | "sha256" => value.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "domain" | "hostname" | "url" => !value.contains(char::is_whitespace),
            _ => true,
        };
        if value.is_empty() || !is_sound {
            return Err(format!("{} cannot have the value `{value}`", text("type")));
        }
    }
    for object in &objects {
        if list(object, "Attribute").is_empty() {
            return Err("an object without attributes".to_owned());
        }
    }
    Ok(())
}
