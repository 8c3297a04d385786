//! Items of evidence: traces as observables, indicators and objects, statements as notes.

use demarche_case::{
    Availability, Body, Evidence, Infrastructure, Sample, Software, Technique, Tlp,
};
use demarche_pattern::{HashAlgorithm, Pattern, Subject};
use demarche_stix::{Draft, Timestamp, evidence_extension, is_uri};

use crate::collection::{Collection, time};
use crate::words;

/// Adds what an item of evidence tells.
pub(crate) fn item(collection: &mut Collection<'_>, item: &Evidence) {
    let main = match &item.body {
        Body::Sample(body) => sample(collection, item, body),
        Body::Technique(body) => technique(collection, item, body),
        Body::Software(body) => software(collection, item, body),
        Body::Infrastructure(body) => infrastructure(collection, item, body),
        Body::SharedCode(body) => {
            let shared = body.shared.join(", ");
            note(collection, item, &format!("Code shared with {}: {shared}", body.with))
        }
        Body::Artefact(body) => {
            let value =
                body.value.as_deref().map_or_else(String::new, |value| format!(": {value}"));
            note(collection, item, &format!("Trace: {}{value}", body.trace))
        }
        Body::ClaimOfResponsibility(body) => {
            note(collection, item, &format!("Claimed by: {}", body.name))
        }
        Body::Damage(body) => {
            let quantity = body.quantity.as_ref();
            let amount = quantity.map(|amount| format!("Amount: {}", words::amount(amount)));
            note(collection, item, amount.as_deref().unwrap_or(""))
        }
        Body::Motive => note(collection, item, ""),
        Body::RouteData(_) => {
            let reason = "STIX has no object for a table of the internet's routes";
            return collection.unexpressed(&part(item), reason);
        }
    };
    points_to(collection, item, &main);
}

fn part(item: &Evidence) -> String {
    format!("evidence {}", item.id)
}

/// The properties that every object of an item has: source, grade and name of the item.
pub(crate) fn sourced(draft: Draft, item: &Evidence) -> Draft {
    let source = &item.source;
    let grade = format!("Source: {}. Grade {}: {}", source.text, item.grade, item.grade.words());
    let draft = draft
        .push(
            "external_references",
            &[
                ("source_name", "demarche-evidence"),
                ("external_id", item.id.as_str()),
                ("description", &grade),
            ],
        )
        .texts("labels", [format!("evidence-{}", item.kind())]);
    let draft = match words::credibility(item.grade.credibility) {
        Some(value) => draft.integer("confidence", value),
        None => draft,
    };
    match source.url.as_deref().filter(|url| is_uri(url)) {
        Some(url) => draft.push("external_references", &[("source_name", "source"), ("url", url)]),
        None => draft,
    }
}

fn note(collection: &mut Collection<'_>, item: &Evidence, detail: &str) -> String {
    let subject = collection.subject();
    let content =
        if detail.is_empty() { item.says.clone() } else { format!("{}\n{detail}", item.says) };
    collection.add("note", &["evidence", item.id.as_str()], item.tlp, |draft| {
        let draft = draft.text("abstract", &item.title).text("content", &content);
        extended(sourced(draft.texts("object_refs", [subject]), item), item)
    })
}

/// The parts of an item that have no object of STIX, for another demarche to read.
fn extended(draft: Draft, item: &Evidence) -> Draft {
    let mut parts = vec![("extension_type", "property-extension"), ("kind", item.kind())];
    let mut shared: Vec<&str> = Vec::new();
    match &item.body {
        Body::Artefact(body) => {
            parts.push(("trace", &body.trace));
            parts.push(("value", body.value.as_deref().unwrap_or("")));
        }
        Body::SharedCode(body) => {
            parts.push(("with", &body.with));
            shared.extend(body.shared.iter().map(String::as_str));
        }
        Body::Motive => {}
        _ => return draft,
    }
    let observed = item.observed.map_or_else(String::new, |moment| moment.to_string());
    parts.extend([("says", item.says.as_str()), ("observed", observed.as_str())]);
    let extension = evidence_extension();
    let draft = draft.nested("extensions", &extension, &parts);
    draft.nested_texts("extensions", &extension, "shared", &shared)
}

/// The time of observation, else that of the case, else that of the first export.
fn observed(collection: &Collection<'_>, item: &Evidence) -> Timestamp {
    let moment = item.observed.or_else(|| collection.case().noticed());
    moment.and_then(time).unwrap_or_else(|| collection.settings.created.clone())
}

fn sample(collection: &mut Collection<'_>, item: &Evidence, sample: &Sample) -> String {
    let id = item.id.as_str();
    let hashes = [
        ("MD5", sample.md5.map(|hash| hash.to_string())),
        ("SHA-1", sample.sha1.map(|hash| hash.to_string())),
        ("SHA-256", sample.sha256.map(|hash| hash.to_string())),
    ];
    let hashes: Vec<(&str, &str)> =
        hashes.iter().filter_map(|(name, hash)| Some((*name, hash.as_deref()?))).collect();
    let mut file =
        Draft::observable("file").object("hashes", &hashes).maybe("name", sample.name.as_deref());
    if let Some(size) = sample.size.and_then(|size| i64::try_from(size).ok()) {
        file = file.integer("size", size);
    }
    let file = collection.observe(&part(item), item.tlp, file);
    let role = sample.role.as_deref().unwrap_or("");
    let name = sample.name.as_deref().unwrap_or(&item.title);
    let malware = collection.add("malware", &["evidence", id], item.tlp, |draft| {
        let draft =
            draft.text("name", name).text("description", &item.says).flag("is_family", false);
        let draft = draft.texts("malware_types", [words::malware_type(role)]);
        sourced(draft.texts("sample_refs", file.clone()), item)
    });
    used(collection, &malware, item.tlp);
    if let Some(compiled) = sample.compiled {
        let reason = format!(
            "the time of compilation {compiled} is easily forged and has no property outside the header"
        );
        collection.unexpressed(&part(item), &reason);
    }
    let subjects = hashes.iter().filter_map(|(name, hash)| {
        Some(Subject::Hash(HashAlgorithm::ALL.into_iter().find(|kind| kind.key() == *name)?, hash))
    });
    let patterns: Vec<_> =
        Pattern::any_of(subjects).into_iter().map(|pattern| ("hash", pattern)).collect();
    let observables: Vec<String> = file.into_iter().collect();
    indicate(collection, item, &patterns, &observables, &malware);
    malware
}

/// The attack pattern of a technique, which is one object however many items show it.
pub(crate) fn pattern_of(
    collection: &mut Collection<'_>,
    item: &Evidence,
    technique: &Technique,
) -> String {
    let number = technique.technique.to_string();
    let url = format!("https://attack.mitre.org/techniques/{}", number.replace('.', "/"));
    let name = technique.name.as_deref().unwrap_or(&number);
    collection.add("attack-pattern", &["technique", &number], item.tlp, |draft| {
        let attack =
            [("source_name", "mitre-attack"), ("external_id", number.as_str()), ("url", &url)];
        draft.text("name", name).push("external_references", &attack)
    })
}

fn technique(collection: &mut Collection<'_>, item: &Evidence, technique: &Technique) -> String {
    // The same technique in two items is one object, so that what differs from item to item stands in notes.
    let pattern = pattern_of(collection, item, technique);
    used(collection, &pattern, item.tlp);
    collection.add("note", &["evidence", item.id.as_str()], item.tlp, |draft| {
        let draft = draft.text("abstract", &item.title).text("content", &item.says);
        sourced(draft.texts("object_refs", [pattern.clone()]), item)
    });
    pattern
}

fn software(collection: &mut Collection<'_>, item: &Evidence, software: &Software) -> String {
    let role = software.role.as_deref().unwrap_or("");
    let part = ["evidence", item.id.as_str()];
    let fill = |draft: Draft| {
        let draft = draft.text("name", &software.name).text("description", &item.says);
        sourced(draft.texts("aliases", &software.aliases), item)
    };
    let is_tool =
        matches!(item.weighing.availability, Some(Availability::Public | Availability::Commercial));
    let object = match is_tool {
        true => collection.add("tool", &part, item.tlp, fill),
        false => collection.add("malware", &part, item.tlp, |draft| {
            fill(draft).flag("is_family", true).texts("malware_types", [words::malware_type(role)])
        }),
    };
    used(collection, &object, item.tlp);
    object
}

fn infrastructure(
    collection: &mut Collection<'_>,
    item: &Evidence,
    body: &Infrastructure,
) -> String {
    let name = part(item);
    let mut found = Vec::new();
    let mut patterns = Vec::new();
    if let Some(address) = body.address {
        let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
        let draft = Draft::observable(kind).text("value", &address.to_string());
        found.extend(collection.observe(&name, item.tlp, draft));
        patterns.push(("address", Pattern::from(Subject::Address(address))));
        located(collection, item, address, found.first().cloned());
    }
    if let Some(host) = &body.host
        && let Some(id) = collection.observe(
            &name,
            item.tlp,
            Draft::observable("domain-name").text("value", host),
        )
    {
        if let Some(address) = found.first() {
            let address = address.clone();
            collection.relate(&id, "resolves-to", &address, item.tlp, |draft| draft);
        }
        found.push(id);
        patterns.push(("host", Pattern::from(Subject::Domain(host))));
    }
    if let Some(url) = &body.url
        && let Some(id) =
            collection.observe(&name, item.tlp, Draft::observable("url").text("value", url))
    {
        found.push(id);
        patterns.push(("url", Pattern::from(Subject::Url(url))));
    }
    let ports: Vec<String> = body.ports.iter().map(ToString::to_string).collect();
    let ports =
        if ports.is_empty() { String::new() } else { format!("\nPorts: {}", ports.join(", ")) };
    let description = format!("{}\nPurpose: {}{ports}", item.says, body.role);
    let id = collection.add("infrastructure", &["evidence", item.id.as_str()], item.tlp, |draft| {
        let draft = draft.text("name", &item.title).text("description", &description);
        sourced(draft.texts("infrastructure_types", [words::infrastructure_type(&body.role)]), item)
    });
    for observable in &found {
        collection.relate(&id, "consists-of", observable, item.tlp, |draft| draft);
    }
    if let Some(country) = body.country {
        let location = location(collection, country, item.tlp);
        collection.relate(&id, "located-at", &location, item.tlp, |draft| {
            draft.text("description", "As the source of the evidence says")
        });
    }
    used(collection, &id, item.tlp);
    indicate(collection, item, &patterns, &found, &id);
    id
}

/// The networks that announce an address, as far as the released routing tables locate it.
fn located(
    collection: &mut Collection<'_>,
    item: &Evidence,
    address: std::net::IpAddr,
    observable: Option<String>,
) {
    let Some(observable) = observable else { return };
    // What tables say is marked by all that may have gone into them.
    let tlp = item.tlp.max(collection.released.marking());
    let released = collection.released;
    for located in released.located().iter().filter(|located| located.address == address) {
        for network in &located.origins {
            let draft =
                Draft::observable("autonomous-system").integer("number", i64::from(network.asn.0));
            let draft = draft.maybe("name", network.name.as_deref());
            if let Some(id) = collection.observe(&part(item), tlp, draft) {
                collection.relate(&observable, "belongs-to", &id, tlp, |draft| {
                    draft.text("description", "As the routing tables of the case announce it")
                });
            }
        }
    }
}

/// A country as a location.
pub(crate) fn location(
    collection: &mut Collection<'_>,
    country: demarche_case::Country,
    tlp: Tlp,
) -> String {
    collection.add("location", &["country", country.code()], tlp, |draft| {
        draft.text("name", country.label()).text("country", country.code())
    })
}

/// The campaign used something.
fn used(collection: &mut Collection<'_>, id: &str, tlp: Tlp) {
    if let Some(campaign) = collection.campaign.clone() {
        let tlp = tlp.max(collection.case().tlp);
        collection.relate(&campaign, "uses", id, tlp, |draft| draft);
    }
}

/// Adds the indicators of an item, what was observed of them, and where.
fn indicate(
    collection: &mut Collection<'_>,
    item: &Evidence,
    patterns: &[(&str, Pattern)],
    observables: &[String],
    main: &str,
) {
    let seen = observed(collection, item);
    let id = item.id.as_str();
    if item.observed.is_none() {
        collection.unexpressed(
            &part(item),
            "without a time of observation there is no observed-data and no sighting",
        );
    }
    let observed = (!observables.is_empty() && item.observed.is_some()).then(|| {
        collection.add("observed-data", &["evidence", id], item.tlp, |draft| {
            let draft = draft.time("first_observed", &seen).time("last_observed", &seen);
            draft.integer("number_observed", 1).texts("object_refs", observables)
        })
    });
    for (part, pattern) in patterns {
        let pattern = pattern.to_string();
        let indicator = collection.add("indicator", &["evidence", id, part], item.tlp, |draft| {
            let draft = draft.text("name", &item.title).text("description", &item.says);
            let draft =
                draft.texts("indicator_types", ["malicious-activity"]).text("pattern", &pattern);
            sourced(
                draft
                    .text("pattern_type", "stix")
                    .text("pattern_version", "2.1")
                    .time("valid_from", &seen),
                item,
            )
        });
        collection.relate(&indicator, "indicates", main, item.tlp, |draft| draft);
        if let Some(observed) = &observed {
            collection.relate(&indicator, "based-on", observed, item.tlp, |draft| draft);
            sighted(collection, item, &indicator, observed, &seen);
        }
    }
}

/// An indicator was sighted with the victims, where they may be known.
fn sighted(
    collection: &mut Collection<'_>,
    item: &Evidence,
    indicator: &str,
    observed: &str,
    seen: &Timestamp,
) {
    let victims = victims(collection);
    if victims.is_empty() {
        return;
    }
    let tlp = item.tlp.max(collection.case().tlp);
    collection.add("sighting", &["sighting", indicator], tlp, |draft| {
        let draft =
            draft.text("sighting_of_ref", indicator).texts("observed_data_refs", [observed]);
        let draft = draft.texts("where_sighted_refs", victims).time("first_seen", seen);
        draft.time("last_seen", seen).integer("count", 1)
    });
}

/// An item points to parties, as its source or the analyst says.
fn points_to(collection: &mut Collection<'_>, item: &Evidence, main: &str) {
    let Some(pointer) = &item.points_to else { return };
    // An addressee is not told which traces lead to itself, whatever its role in the case is.
    let own = Some(collection.released.to.country());
    let mut parties = pointer.parties.iter().filter_map(|party| collection.case().party(party));
    if parties.any(|party| party.country == own) {
        return;
    }
    let tlp = item.tlp.max(collection.case().tlp);
    let strength = match pointer.strength {
        demarche_case::Strength::Weak => "weakly",
        demarche_case::Strength::Medium => "with medium strength",
        demarche_case::Strength::Strong => "strongly",
        demarche_case::Strength::Direct => "directly",
    };
    for party in &pointer.parties {
        let identity = collection.id("identity", &["party", party.as_str()]);
        if !collection.has(&identity) {
            continue;
        }
        collection.add(
            "relationship",
            &["points-to", item.id.as_str(), party.as_str()],
            tlp,
            |draft| {
                let draft = draft.text("relationship_type", "related-to").text("source_ref", main);
                let words = format!("The item {} points to it {strength}", item.id);
                draft.text("target_ref", &identity).text("description", &words)
            },
        );
    }
}

/// The victims that the bundle names.
pub(crate) fn victims(collection: &Collection<'_>) -> Vec<String> {
    let victims = collection.case().parties_as(demarche_case::Role::Victim);
    let ids = victims.map(|party| collection.id("identity", &["party", party.id.as_str()]));
    ids.filter(|id| collection.has(id)).collect()
}
