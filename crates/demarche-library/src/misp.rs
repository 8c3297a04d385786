//! Clusters of the MISP galaxy: threat actors, and Malpedia's families of malware.
//!
//! A state stands in two fields, whose claims stay two: `country`, and the sponsor that the Council on Foreign Relations
//! suspects. The field `attribution-confidence` is not read: 155 of its 164 values are the default of 50, and a default
//! is nobody's judgement. Descriptions of Malpedia are not taken over, since its own terms may apply to them.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{
    Actor, Bond, Catalogue, CitationId, Edition, Record, RecordId, SoftwareEntry, StateClaim,
    Synonym,
};
use demarche_case::{Availability, Country};
use demarche_stix::fault;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::citations::Citations;
use crate::countries;
use crate::import::{ImportError, Imported, Provenance};
use crate::refused::{Malformed, Reason, Refused};
use crate::table::{OTHER_FIELD, short};

/// The licence of the galaxy's own texts.
const LICENCE: &str = "CC0 1.0 Universal or BSD-2-Clause, at choice (MISP galaxy).";

const MALPEDIA_LICENCE: &str = "CC0 1.0 Universal or BSD-2-Clause, at choice (MISP galaxy); the terms of Malpedia (Fraunhofer FKIE) may apply as well: ask before you pass it on.";

/// The fields of an actor that are read.
const ACTOR: [&str; 5] =
    ["country", "cfr-suspected-state-sponsor", "cfr-suspected-victims", "refs", "synonyms"];

/// The fields of a family that are read.
const FAMILY: [&str; 2] = ["refs", "synonyms"];

/// The members of a file of clusters that say what it is, beside its version.
const HEADER: [&str; 10] = [
    "authors",
    "category",
    "description",
    "icon",
    "kill_chain_order",
    "name",
    "namespace",
    "source",
    "type",
    "uuid",
];

/// The basis of a claim of the field `country`.
const COUNTRY: &str = "country of the MISP galaxy";

/// The basis of a claim of the field `cfr-suspected-state-sponsor`.
const SPONSOR: &str =
    "sponsor suspected by the Council on Foreign Relations, as the MISP galaxy has it";

#[derive(Deserialize)]
struct Galaxy<'a> {
    #[serde(default)]
    version: Value,
    #[serde(borrow)]
    values: Vec<&'a RawValue>,
    /// The members that hold no cluster.
    #[serde(flatten)]
    further: BTreeMap<String, IgnoredAny>,
}

#[derive(Deserialize)]
struct Cluster {
    uuid: Option<String>,
    value: String,
    /// A text; whatever else stands there costs the text alone.
    #[serde(default)]
    description: Value,
    /// The fields, by name; `origin:NAME` says who calls the actor by a name.
    #[serde(default)]
    meta: Value,
    /// The members that are not read.
    #[serde(flatten)]
    unread: BTreeMap<String, IgnoredAny>,
}

/// Imports the clusters of threat actors.
///
/// # Errors
///
/// The file is no JSON of a cluster's shape.
pub fn actors(bytes: &[u8], provenance: &Provenance) -> Result<Imported, ImportError> {
    import(bytes, provenance, Catalogue::MispThreatActor, LICENCE, |import, index, cluster| {
        import.actor(index, &cluster)
    })
}

/// Imports the families of Malpedia.
///
/// # Errors
///
/// The file is no JSON of a cluster's shape.
pub fn malpedia(bytes: &[u8], provenance: &Provenance) -> Result<Imported, ImportError> {
    import(bytes, provenance, Catalogue::Malpedia, MALPEDIA_LICENCE, |import, index, cluster| {
        import.family(index, &cluster)
    })
}

fn import(
    bytes: &[u8],
    provenance: &Provenance,
    catalogue: Catalogue,
    licence: &str,
    read: impl Fn(&mut Import, usize, Cluster) -> Result<(), Refused>,
) -> Result<Imported, ImportError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let galaxy: Galaxy<'_> =
        demarche_stix::object(bytes).map_err(|error| ImportError::json(&error))?;
    let mut import = Import::default();
    let version = import.version(&galaxy.version);
    for name in galaxy.further.keys().filter(|name| !HEADER.contains(&name.as_str())) {
        import.count(format!("member `{}` of the file", short(name)));
    }
    for (index, value) in galaxy.values.into_iter().enumerate() {
        let cluster = demarche_stix::object(value.get().as_bytes())
            .map_err(|error| Refused::new(place_of(index), Malformed::Syntax(fault(&error))));
        if let Err(refused) = cluster.and_then(|cluster| read(&mut import, index, cluster)) {
            import.refused.push(refused);
        }
    }
    let name = format!("{}-{version}", catalogue.word());
    Ok(import.finish(provenance.edition(name, catalogue, licence)))
}

fn place_of(index: usize) -> String {
    format!("value {}", index + 1)
}

/// The most kinds of fields that are counted by name.
const COUNTED: usize = 100;

/// Words that say that a country is not known.
const UNKNOWN: [&str; 4] = ["unknown", "n/a", "none", "not available"];

/// Returns true if a text says that a country is not known.
fn is_unknown(text: &str) -> bool {
    UNKNOWN.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// The fields of a cluster: each value that cannot be used is refused alone, by the cluster's id.
struct Fields<'c> {
    cluster: &'c Cluster,
    id: &'c str,
    refused: Vec<Refused>,
    /// The number of countries that are said not to be known.
    unknown: u64,
}

impl<'c> Fields<'c> {
    fn of(cluster: &'c Cluster, id: &'c str) -> Self {
        let mut fields = Self { cluster, id, refused: Vec::new(), unknown: 0 };
        if !(cluster.meta.is_object() || cluster.meta.is_null()) {
            let value = short(&cluster.meta.to_string());
            fields.refuse(Malformed::Members { field: "meta", value }.into());
        }
        fields
    }

    /// The description; empty where there is none.
    fn description(&mut self) -> String {
        match &self.cluster.description {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            value => {
                let value = short(&value.to_string());
                self.refuse(Malformed::Text { field: "description", value }.into());
                String::new()
            }
        }
    }

    /// The texts of a field, which has one or a list of them.
    fn texts(&mut self, field: &'static str) -> Vec<String> {
        let values = match self.cluster.meta.get(field) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        let mut texts = Vec::new();
        for value in values {
            match value.as_str().map(str::trim) {
                Some("") => self.refuse(Reason::Blank(field)),
                Some(text) => texts.push(text.to_owned()),
                None => {
                    self.refuse(Malformed::Text { field, value: short(&value.to_string()) }.into());
                }
            }
        }
        texts
    }

    /// The countries of a field: names or codes, several of them between commas, semicolons, slashes or bars.
    fn countries(&mut self, field: &'static str) -> Vec<Country> {
        let mut found = Vec::new();
        for text in self.texts(field) {
            // Some names have a comma.
            let parts = match countries::coded(&text) {
                Some(_) => vec![text.as_str()],
                None if is_unknown(&text) => vec![text.as_str()],
                None => text.split([',', ';', '/', '|']).map(str::trim).collect(),
            };
            for part in parts {
                match countries::coded(part) {
                    _ if is_unknown(part) => self.unknown += 1,
                    Some(country) if !found.contains(&country) => found.push(country),
                    Some(_) => {}
                    None => {
                        self.refuse(Malformed::Country { field, value: short(part) }.into());
                    }
                }
            }
        }
        found
    }

    fn refuse(&mut self, reason: Reason) {
        self.refused.push(Refused::new(self.id, reason).named(self.cluster.value.as_str()));
    }
}

#[derive(Default)]
struct Import {
    part: Record,
    citations: Citations,
    refused: Vec<Refused>,
    ids: BTreeSet<String>,
    /// The number of victims that are regions, organisations or firms.
    not_countries: u64,
    /// The number of countries that are said not to be known.
    unknown: u64,
    /// The number of clusters that have a field which is not read, by the field.
    unread: BTreeMap<String, u64>,
}

impl Import {
    /// The version of the galaxy: a whole number, or the text of one.
    fn version(&mut self, version: &Value) -> String {
        let digits = match version {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => return "unknown".to_owned(),
            value => value.to_string(),
        };
        if (1..=20).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return digits;
        }
        self.refused.push(Refused::new("the galaxy", Malformed::Number("version")));
        "unknown".to_owned()
    }

    /// Counts the fields of a cluster that are not read.
    fn count_unread(&mut self, cluster: &Cluster, read: &[&str]) {
        let fields = cluster.meta.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        let fields = fields.filter(|name| !read.contains(name) && !name.starts_with("origin:"));
        for name in fields.chain(cluster.unread.keys().map(String::as_str)) {
            self.count(format!("field `{}`", short(name)));
        }
    }

    /// Counts something that is not read, by name as far as there are not too many names.
    fn count(&mut self, word: String) {
        let is_full = self.unread.len() >= COUNTED && !self.unread.contains_key(&word);
        let word = if is_full { OTHER_FIELD.to_owned() } else { word };
        *self.unread.entry(word).or_default() += 1;
    }

    fn actor(&mut self, index: usize, cluster: &Cluster) -> Result<(), Refused> {
        let id = self.id(index, cluster.uuid.clone(), cluster)?;
        let mut fields = Fields::of(cluster, &id);
        let mut states = Vec::new();
        for (field, bond, basis) in [
            ("country", Bond::ComesFrom, COUNTRY),
            ("cfr-suspected-state-sponsor", Bond::ActsFor, SPONSOR),
        ] {
            let claim =
                |state| StateClaim { state, bond, basis: basis.to_owned(), citations: Vec::new() };
            states.extend(fields.countries(field).into_iter().map(claim));
        }
        let victims = fields.texts("cfr-suspected-victims");
        let named: Vec<Country> =
            victims.iter().filter_map(|name| countries::named(name)).collect();
        self.not_countries += (victims.len() - named.len()) as u64;
        let (refs, synonyms) = (fields.texts("refs"), fields.texts("synonyms"));
        let about = fields.description();
        self.refused.append(&mut fields.refused);
        self.unknown += fields.unknown;
        self.count_unread(cluster, &ACTOR);
        let citations = self.refs(&refs);
        let synonyms = self.synonyms(cluster, &synonyms);
        self.part.actors.push(Actor {
            id: RecordId::new(Catalogue::MispThreatActor, id),
            name: cluster.value.trim().to_owned(),
            synonyms,
            states,
            victims: BTreeSet::from_iter(named).into_iter().collect(),
            about,
            citations,
        });
        Ok(())
    }

    fn family(&mut self, index: usize, cluster: &Cluster) -> Result<(), Refused> {
        let place = place_of(index);
        let mut fields = Fields::of(cluster, &place);
        let (refs, synonyms) = (fields.texts("refs"), fields.texts("synonyms"));
        self.refused.append(&mut fields.refused);
        self.count_unread(cluster, &FAMILY);
        let page = refs
            .iter()
            .find_map(|url| url.strip_prefix("https://malpedia.caad.fkie.fraunhofer.de/details/"));
        let name = page.map(str::to_owned).or_else(|| cluster.uuid.clone());
        let id = self.id(index, name, cluster)?;
        let citations = self.refs(&refs);
        let synonyms = self.synonyms(cluster, &synonyms);
        self.part.software.push(SoftwareEntry {
            id: RecordId::new(Catalogue::Malpedia, id),
            name: cluster.value.trim().to_owned(),
            synonyms,
            availability: Availability::Private,
            about: String::new(),
            citations,
        });
        Ok(())
    }

    /// The id of a cluster that has one, and a name, and has not been met before.
    fn id(
        &mut self,
        index: usize,
        id: Option<String>,
        cluster: &Cluster,
    ) -> Result<String, Refused> {
        let id = id.filter(|id| !id.is_empty());
        let refuse = |id: Option<String>, reason| {
            let refused = Refused::new(id.unwrap_or_else(|| place_of(index)), reason);
            Err(refused.named(cluster.value.as_str()))
        };
        let Some(id) = id else { return refuse(None, Reason::Missing("uuid")) };
        if cluster.value.trim().is_empty() {
            return refuse(Some(id), Reason::Missing("value"));
        }
        if self.ids.insert(id.clone()) { Ok(id) } else { refuse(Some(id), Reason::Repeated) }
    }

    fn refs(&mut self, urls: &[String]) -> Vec<CitationId> {
        let found: BTreeSet<CitationId> =
            urls.iter().map(|url| self.citations.of(url, None, Some(url))).collect();
        found.into_iter().collect()
    }

    fn synonyms(&mut self, cluster: &Cluster, synonyms: &[String]) -> Vec<Synonym> {
        let names: BTreeSet<&str> = synonyms.iter().map(String::as_str).collect();
        let name = cluster.value.trim();
        let names = names.into_iter().filter(|synonym| *synonym != name);
        let with_sources = names.map(|name| {
            let origin = cluster.meta.get(format!("origin:{name}"));
            let vendor = origin.and_then(|vendor| vendor.as_str());
            let cite = |vendor| {
                self.citations.of(
                    &format!("{vendor}, by the MISP galaxy"),
                    Some("gives the name"),
                    None,
                )
            };
            Synonym { name: name.to_owned(), citations: vendor.map(cite).into_iter().collect() }
        });
        with_sources.collect()
    }

    fn finish(mut self, edition: Edition) -> Imported {
        self.part.citations = self.citations.into_list();
        let mut imported =
            Imported { part: self.part, refused: self.refused, ..Imported::default() };
        imported.passed_over = self.unread;
        for (word, count) in [
            ("victim that is no country", self.not_countries),
            ("country that is said not to be known", self.unknown),
        ] {
            if count > 0 {
                imported.passed_over.insert(word.to_owned(), count);
            }
        }
        imported.settle(edition);
        imported
    }
}
