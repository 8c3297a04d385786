//! The case as a whole: its parties, its incident and campaign, what happened and what was said, and the report.

use demarche_case::{Party, Recipient, Role, Tlp};
use demarche_stix::Draft;

use crate::collection::{Collection, time};
use crate::evidence::{location, victims};
use crate::{incident, words};

/// The sender as the author of every object.
pub(crate) fn author(collection: &mut Collection<'_>) {
    let case = collection.case();
    let owner = &case.owner;
    let author = collection.author.clone();
    let name = if owner.organisation.is_empty() { "The sender" } else { &owner.organisation };
    let draft = collection.draft("identity", &["owner", &owner.organisation]);
    let draft = draft.text("name", name).text("identity_class", "organization");
    let draft = incident::contact(collection, draft, &owner.contact, case.tlp);
    collection.put(&author, case.tlp, draft.text("contact_information", &owner.contact));
}

/// The sender and the parties as identities, each with its state.
pub(crate) fn parties(collection: &mut Collection<'_>) {
    author(collection);
    let case = collection.case();
    let owner = &case.owner;
    let author = collection.author.clone();
    if let Some(country) = owner.country {
        let location = location(collection, country, case.tlp);
        collection.relate(&author, "located-at", &location, case.tlp, |draft| draft);
    }
    let is_for_cert = matches!(collection.released.to, Recipient::Cert(_));
    for party in &case.parties {
        // A note to a CERT does not name the victims.
        if is_for_cert && party.roles.iter().all(|role| *role == Role::Victim) {
            continue;
        }
        identity(collection, party, case.tlp);
    }
}

fn identity(collection: &mut Collection<'_>, party: &Party, tlp: Tlp) {
    let is_accused = party.roles.contains(&Role::ResponsibleAlleged);
    let class = if is_accused && party.country.is_none() { "group" } else { "organization" };
    let part = ["party", party.id.as_str()];
    let draft = collection.draft("identity", &part).text("name", &party.name);
    let draft = draft.maybe("description", party.note.as_deref()).text("identity_class", class);
    let draft = draft.texts("roles", party.roles.iter().map(|role| words::role(*role)));
    let draft = draft.texts("sectors", party.sector.and_then(words::industry));
    let contact = party.contact.as_deref().unwrap_or("");
    let draft = incident::contact(collection, draft, contact, tlp);
    let id = collection.id("identity", &part);
    collection.put(&id, tlp, draft.text("contact_information", contact));
    if let Some(country) = party.country {
        let location = location(collection, country, tlp);
        collection.relate(&id, "located-at", &location, tlp, |draft| draft);
    }
}

/// The incident and the campaign, where the case may be known.
pub(crate) fn frame(collection: &mut Collection<'_>) {
    if !collection.released.shows_case {
        return;
    }
    let case = collection.case();
    let tlp = case.tlp;
    let title = if case.title.is_empty() { case.id.as_str() } else { &case.title };
    let incident = incident::incident(collection, title);
    let began = case.began.and_then(time);
    let campaign = collection.add("campaign", &["case"], tlp, |draft| {
        let draft = draft.text("name", title).text("description", &case.summary);
        match &began {
            Some(began) => draft.time("first_seen", began),
            None => draft,
        }
    });
    collection.relate(&campaign, "related-to", &incident, tlp, |draft| draft);
    for victim in victims(collection) {
        collection.relate(&campaign, "targets", &victim, tlp, |draft| draft);
    }
    collection.incident = Some(incident);
    collection.campaign = Some(campaign);
}

/// Events, effects, claims and what was leaked, as notes.
///
/// Their identifiers are made of their words: positions would shift when a part is added or withheld.
pub(crate) fn told(collection: &mut Collection<'_>) {
    let case = collection.case();
    let subject = collection.subject();
    for event in &case.events {
        let source = event.source.as_ref().map(|source| source.text.as_str());
        note(collection, &["event", &event.date.to_string(), &event.text], event.tlp, |draft| {
            let source = source.map_or_else(String::new, |source| format!("\nSource: {source}"));
            let draft = draft.text("abstract", &format!("Event of {}", event.date));
            draft
                .text("content", &format!("{}{source}", event.text))
                .texts("object_refs", [&subject])
        });
    }
    for effect in &case.effects {
        note(collection, &["effect", &effect.text], effect.tlp, |draft| {
            let amount = effect.quantity.as_ref();
            let amount = amount
                .map_or_else(String::new, |amount| format!("\nAmount: {}", words::amount(amount)));
            let draft = draft.text("abstract", "Effect");
            draft
                .text("content", &format!("{}{amount}", effect.text))
                .texts("object_refs", [&subject])
        });
    }
    claims(collection, &subject);
    exposed(collection, &subject);
}

fn note(
    collection: &mut Collection<'_>,
    part: &[&str],
    tlp: Tlp,
    fill: impl FnOnce(Draft) -> Draft,
) {
    collection.add("note", part, tlp, fill);
}

fn claims(collection: &mut Collection<'_>, subject: &str) {
    let case = collection.case();
    for claim in &case.claims {
        let party = collection.id("identity", &["party", claim.by.as_str()]);
        let party = collection.has(&party).then_some(party);
        // A claim names a party, which goes by the marking of the case.
        let tlp = claim.tlp.max(case.tlp);
        let speaker = case.party(&claim.by).map(|party| party.name.clone());
        note(collection, &["claim", claim.by.as_str(), &claim.text], tlp, |draft| {
            let draft = draft.text("abstract", "Statement").texts("authors", speaker);
            let draft =
                draft.text("content", &format!("{}\nSource: {}", claim.text, claim.source.text));
            draft.texts("object_refs", [subject.to_owned()].into_iter().chain(party))
        });
    }
}

fn exposed(collection: &mut Collection<'_>, subject: &str) {
    let Some(exposure) = &collection.released.exposure else { return };
    let tlp = collection.case().exposed.tlp;
    let kinds = exposure
        .kinds
        .iter()
        .map(|kind| format!("\n{}: {} distinct values", kind.title, kind.values));
    let kinds: String = kinds.collect();
    let content =
        format!("Messages: {}\nDocuments: {}{kinds}", exposure.messages, exposure.documents);
    note(collection, &["exposure"], tlp, |draft| {
        let draft = draft.text("abstract", "What was leaked, by kind and count");
        draft.text("content", &content).texts("object_refs", [subject])
    });
}

/// The released parts for which STIX has no object.
pub(crate) fn left_over(collection: &mut Collection<'_>) {
    let released = collection.released;
    for hypothesis in &released.case.hypotheses {
        let reason = "a hypothesis of the case is no finding; the judgement says what it came to";
        collection.unexpressed(&format!("hypothesis {}", hypothesis.party), reason);
    }
    if released.case.target.is_some() {
        collection.unexpressed("target", "STIX has no object for a question about connectivity");
    }
    if released.routes.is_some() {
        let reason =
            "STIX has no object for dependence on networks; the networks of addresses are there";
        collection.unexpressed("routes", reason);
    }
    for link in &released.case.routes.doubtful {
        let part = format!("doubtful link {} to {}", link.left, link.right);
        collection.unexpressed(&part, "STIX has no object for a link between networks");
    }
    for input in &released.inputs {
        collection.unexpressed(
            &format!("input {}", input.path),
            "inputs are listed in the annex of the note",
        );
    }
}

/// The report on the case, or a grouping where the case may not be known.
pub(crate) fn report(collection: &mut Collection<'_>) {
    let released = collection.released;
    let case = collection.case();
    let objects = collection.ids();
    let tlp = released.marking();
    if !released.shows_case {
        collection.add("grouping", &["whole"], tlp, |draft| {
            let draft = draft.text("name", "Evidence of a case that may not be shared");
            draft.text("context", "suspicious-activity").texts("object_refs", objects)
        });
        return;
    }
    let title = if case.title.is_empty() { case.id.as_str() } else { &case.title };
    let published = collection.settings.created.clone();
    collection.add("report", &["whole"], tlp, |draft| {
        let draft = draft.text("name", title).text("description", &case.summary);
        let draft = draft.texts("report_types", ["threat-report", "campaign"]);
        draft.time("published", &published).texts("object_refs", objects)
    });
}
