//! Patterns of partners against the evidence of a case: the items that fulfil them, and what cannot be decided.
//!
//! A pattern without times is tried on each item by itself, and where none fulfils it alone, on all together.
//! A pattern that asks for times is tried on the items that have a time of observation.
//! A kind of object that the case has nothing of is not the same as a miss, and is told.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::{Body, Case, Evidence, Moment, Precision};
use demarche_pattern::{Budget, MatchError, Matcher, Observation, ParseError, Pattern, Timestamp};
use demarche_stix::KeptBundle;
use serde_json::{Value, json};

use crate::ExportError;
use crate::answer::{MatchAnswer, MatchedItem, MatchedPattern, NotMatched};
use crate::trace::Trace;

/// The most patterns that are evaluated at once.
pub(crate) const MAX_PATTERNS: usize = 100_000;

/// A pattern that somebody asks about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The id of the indicator, or the line of a file.
    pub id: String,
    /// The name of the indicator.
    pub name: Option<String>,
    /// The text of the pattern.
    pub pattern: String,
    /// The time from which the indicator is valid.
    pub valid_from: Option<String>,
    /// The time from which it is valid no more.
    pub valid_until: Option<String>,
}

/// The patterns of a text, one a line; lines that are empty or begin with `#` are passed over.
#[must_use]
pub fn asked_of_text(text: &str) -> Vec<Asked> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
    let patterns = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let asked = patterns.map(|(number, line)| Asked {
        id: format!("line {number}"),
        name: None,
        pattern: line.to_owned(),
        valid_from: None,
        valid_until: None,
    });
    asked.take(MAX_PATTERNS).collect()
}

/// The patterns of the indicators of a bundle in their latest version, and those that are not evaluated.
///
/// # Errors
///
/// [`ExportError::Kept`] where the bundle cannot be read.
pub fn asked_of_bundle(
    file: &str,
    bytes: &[u8],
) -> Result<(Vec<Asked>, Vec<NotMatched>), ExportError> {
    let kept = KeptBundle::read(bytes)
        .map_err(|source| ExportError::Kept { file: file.to_owned(), source })?;
    let indicators = || kept.objects.iter().filter(|object| object.kind == "indicator");
    let mut latest: BTreeMap<Option<&str>, Option<&str>> = BTreeMap::new();
    for object in indicators() {
        let modified = object.modified.as_deref();
        let known = latest.entry(object.id.as_deref()).or_insert(modified);
        *known = (*known).max(modified);
    }
    let (mut asked, mut not_matched) = (Vec::new(), Vec::new());
    for object in indicators() {
        let id = object.id.clone().unwrap_or_else(|| "an indicator without an id".to_owned());
        let modified = object.modified.as_deref();
        let has_later = latest.get(&object.id.as_deref()).is_some_and(|latest| *latest > modified);
        let content: Value = serde_json::from_str(object.json()).unwrap_or_default();
        let text = |name: &str| content.get(name).and_then(Value::as_str).map(str::to_owned);
        let language = text("pattern_type").unwrap_or_else(|| "stix".to_owned());
        let refusal = match (has_later, object.is_revoked, text("pattern")) {
            (true, ..) => Err("the bundle has a later version of it".to_owned()),
            (_, true, _) => Err("its author revoked it".to_owned()),
            (.., None) => Err("it has no pattern".to_owned()),
            _ if language != "stix" => Err(format!("its pattern is in the language `{language}`")),
            _ if asked.len() >= MAX_PATTERNS => {
                Err(format!("only the first {MAX_PATTERNS} patterns are evaluated"))
            }
            (.., Some(pattern)) => Ok(pattern),
        };
        match refusal {
            Ok(pattern) => asked.push(Asked {
                id,
                name: text("name"),
                pattern,
                valid_from: text("valid_from"),
                valid_until: text("valid_until"),
            }),
            Err(reason) => not_matched.push(NotMatched { pattern: id, reason }),
        }
    }
    Ok((asked, not_matched))
}

/// An item of evidence as what a sensor would have observed.
struct Seen<'c> {
    item: &'c Evidence,
    objects: Vec<(String, Value)>,
    /// The first and last instant at which it may have been observed.
    time: Option<(Timestamp, Timestamp)>,
}

impl<'c> Seen<'c> {
    fn of(item: &'c Evidence) -> Option<Self> {
        let objects: Vec<(String, Value)> = objects(item)
            .into_iter()
            .enumerate()
            .map(|(index, object)| (index.to_string(), object))
            .collect();
        let time = item.observed.and_then(span);
        (!objects.is_empty()).then_some(Self { item, objects, time })
    }

    fn observation(&self) -> Option<Observation<'_>> {
        // Where a pattern asks for no time, any will do.
        let (first, last) = self.time.or_else(|| {
            let epoch = Timestamp::read("1970-01-01T00:00:00Z")?;
            Some((epoch, epoch))
        })?;
        let objects = self.objects.iter().map(|(key, object)| (key.as_str(), object)).collect();
        Some(Observation { id: self.item.id.as_str(), first, last, count: 1, objects })
    }
}

/// The instants that a moment can mean.
fn span(moment: Moment) -> Option<(Timestamp, Timestamp)> {
    let date = moment.date();
    let last = match moment.precision() {
        Precision::Year => format!("{}T23:59:59", date.last_of_year()),
        Precision::Month => format!("{}T23:59:59", date.last_of_month()),
        Precision::Day => format!("{date}T23:59:59"),
        Precision::Minute => format!("{}59", moment.rfc3339().get(..17)?),
        Precision::Second => moment.rfc3339().get(..19)?.to_owned(),
    };
    let last = Timestamp::read(&format!("{last}.999999999Z"))?;
    Some((Timestamp::read(&moment.rfc3339())?, last))
}

/// The observables of an item.
fn objects(item: &Evidence) -> Vec<Value> {
    match &item.body {
        Body::Sample(sample) => {
            let mut file = json!({"type": "file", "hashes": {}});
            let hashes = [
                ("MD5", sample.md5.map(|hash| hash.to_string())),
                ("SHA-1", sample.sha1.map(|hash| hash.to_string())),
                ("SHA-256", sample.sha256.map(|hash| hash.to_string())),
            ];
            for (name, hash) in hashes {
                if let (Some(hash), Some(of)) = (hash, file.get_mut("hashes")) {
                    of[name] = hash.into();
                }
            }
            if let Some(name) = &sample.name {
                file["name"] = name.as_str().into();
            }
            if let Some(size) = sample.size {
                file["size"] = size.into();
            }
            vec![file]
        }
        Body::Infrastructure(body) => {
            let address = body.address.map(|address| {
                let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
                json!({"type": kind, "value": address.to_string()})
            });
            let host = body.host.as_ref().map(|host| match address {
                // The address is the first object of the item.
                Some(_) => json!({"type": "domain-name", "value": host, "resolves_to_refs": ["0"]}),
                None => json!({"type": "domain-name", "value": host}),
            });
            let url = body.url.as_ref().map(|url| json!({"type": "url", "value": url}));
            [address, host, url].into_iter().flatten().collect()
        }
        Body::Artefact(body) => {
            let trace = body.value.as_deref().and_then(|value| Trace::of(&body.trace, value));
            trace.and_then(|trace| trace.observable()).into_iter().collect()
        }
        Body::Software(body) => vec![json!({"type": "software", "name": body.name})],
        _ => Vec::new(),
    }
}

/// The evidence of a case that patterns ask for.
#[must_use]
pub fn matched(case: &Case, asked: &[Asked]) -> MatchAnswer {
    let seen: Vec<Seen<'_>> = case.evidence.iter().filter_map(Seen::of).collect();
    let mut answer = MatchAnswer {
        patterns: asked.len() as u64,
        observed: seen.len() as u64,
        without_time: seen
            .iter()
            .filter(|item| item.time.is_none())
            .map(|item| item.item.id.to_string())
            .collect(),
        matched: Vec::new(),
        missed: 0,
        not_evaluated: Vec::new(),
    };
    let sensor = Sensor::of(&seen);
    for entry in asked {
        match sensor.evaluated(entry) {
            Ok(Some(found)) => answer.matched.push(found),
            Ok(None) => answer.missed += 1,
            Err(reason) => {
                answer.not_evaluated.push(NotMatched { pattern: entry.id.clone(), reason });
            }
        }
    }
    answer
}

/// All items as observations, once for patterns of any kind and once for those that ask for times.
struct Sensor<'s> {
    any: Vec<(&'s Seen<'s>, Observation<'s>)>,
    timed: Vec<(&'s Seen<'s>, Observation<'s>)>,
    /// The types of objects that the case has.
    kinds: BTreeSet<&'s str>,
}

impl<'s> Sensor<'s> {
    fn of(seen: &'s [Seen<'s>]) -> Self {
        let any: Vec<_> =
            seen.iter().filter_map(|item| Some((item, item.observation()?))).collect();
        let timed = any.iter().filter(|(item, _)| item.time.is_some()).cloned().collect();
        let objects = seen.iter().flat_map(|item| &item.objects);
        let kinds = objects.filter_map(|(_, object)| object.get("type")?.as_str()).collect();
        Self { any, timed, kinds }
    }

    /// The items that a pattern asks for; `None` where it asks for others, and the reason where nobody can say.
    fn evaluated(&self, asked: &Asked) -> Result<Option<MatchedPattern>, String> {
        let pattern: Pattern = asked
            .pattern
            .parse()
            .map_err(|error: ParseError| format!("its pattern cannot be read: {error}"))?;
        let matcher = Matcher::new(&pattern).map_err(|error| error.to_string())?;
        let fault = |error: MatchError| error.to_string();
        let observed = if pattern.asks_for_times() { &self.timed } else { &self.any };
        let mut found = Vec::new();
        for (item, observation) in observed {
            let alone = matcher.find(std::slice::from_ref(observation), Budget::default());
            if alone.map_err(fault)?.is_some() {
                found.push(*item);
            }
        }
        let is_together = found.is_empty();
        if is_together {
            let observations: Vec<Observation<'_>> =
                observed.iter().map(|(_, observation)| observation.clone()).collect();
            let group = matcher.find(&observations, Budget::default()).map_err(fault)?;
            let items = group.iter().flatten().filter_map(|index| observed.get(*index));
            found.extend(items.map(|(item, _)| *item));
        }
        if found.is_empty() {
            return self.undecided(&pattern).map_or(Ok(None), Err);
        }
        Ok(Some(MatchedPattern {
            pattern: asked.id.clone(),
            name: asked.name.clone(),
            text: pattern.to_string(),
            is_together,
            evidence: found.into_iter().map(|item| told(item, asked)).collect(),
        }))
    }

    /// The reason why a pattern that nothing fulfils is no miss.
    fn undecided(&self, pattern: &Pattern) -> Option<String> {
        let mut missing = BTreeSet::new();
        pattern.each_test(&mut |test| {
            let kind = test.path.object_type.as_str();
            if !self.kinds.contains(kind) {
                missing.insert(format!("`{kind}`"));
            }
        });
        if !missing.is_empty() {
            let kinds: Vec<String> = missing.into_iter().collect();
            return Some(format!("the case has no object of the type {}", kinds.join(", ")));
        }
        let without = self.any.len() - self.timed.len();
        (pattern.asks_for_times() && without > 0).then(|| {
            format!("it asks for times, which {without} items of the evidence do not have")
        })
    }
}

/// An item that was found, and if that was outside the time in which the indicator is valid.
fn told(seen: &Seen<'_>, asked: &Asked) -> MatchedItem {
    let limit = |text: &Option<String>| text.as_deref().and_then(Timestamp::read);
    let is_before = seen.time.zip(limit(&asked.valid_from)).map(|((_, last), from)| last < from);
    let is_after =
        seen.time.zip(limit(&asked.valid_until)).map(|((first, _), until)| first >= until);
    MatchedItem {
        id: seen.item.id.to_string(),
        title: seen.item.title.clone(),
        observed: seen.item.observed.map(|moment| moment.to_string()),
        is_outside_validity: is_before == Some(true) || is_after == Some(true),
    }
}
