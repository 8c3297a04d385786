//! MITRE ATT&CK, and other STIX bundles of its shape.
//!
//! Groups, software, campaigns and techniques become entries; `uses` and `attributed-to` become claims with the sources
//! that the relationship itself cites. What ATT&CK revoked or deprecated is refused, and so is every relationship of it.
//! `tool` is public and `malware` private, as ATT&CK tells them apart; where that is wrong, the built-in facts say so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use demarche_case::record::{
    Actor, Attribution, Bond, Catalogue, CitationId, PreviousAttack, Record, RecordId,
    SoftwareEntry, StateClaim, Synonym, TechniqueEntry, Use, Used,
};
use demarche_case::{Availability, Country, Moment, TechniqueId};
use demarche_stix::{Bundle, Kind, Object, Reading, Reference, Relationship, RelationshipKind};

use crate::citations::Citations;
use crate::table::{OTHER_FIELD, short};
use crate::{Cut, Imported, Malformed, Provenance, Reason, Refused, countries};

mod edition;
mod incidents;
mod states;
mod text;

use edition::{OWN, Origin, number};
use text::Plain;

/// Imports a bundle.
///
/// Bytes that are no bundle give an empty part, and `cut` says where something else began.
#[must_use]
pub fn import(bytes: &[u8], provenance: &Provenance) -> Imported {
    let Reading { bundle, refused, cut } = demarche_stix::read(bytes);
    let is_broken = |refused: &demarche_stix::Refused| {
        matches!(refused.problem, demarche_stix::Problem::Broken { .. })
    };
    let origin = Origin::of(&bundle, provenance, cut.is_some() || refused.iter().any(is_broken));
    let mut import = Import {
        bundle: &bundle,
        origin: &origin,
        part: Record::default(),
        citations: Citations::default(),
        refused: refused
            .into_iter()
            .map(|refused| Refused::new(refused.id, refused.problem))
            .collect(),
        places: HashMap::new(),
        revoked_by: revoked_by(&bundle),
    };
    for object in &bundle.objects {
        import.object(object);
    }
    // A state of which a threat actor is said to be passes to the groups that are attributed to this threat actor.
    let (of_actors, others): (Vec<_>, Vec<_>) = bundle
        .relationships
        .iter()
        .partition(|relationship| relationship.source.starts_with("threat-actor--"));
    for relationship in of_actors.into_iter().chain(others) {
        import.relationship(relationship);
    }
    import.finish(cut.map(Cut::from))
}

/// For each id that was revoked, that of what took its place.
fn revoked_by<'b>(bundle: &'b Bundle<'_>) -> BTreeMap<&'b str, &'b str> {
    let revoking = bundle
        .relationships
        .iter()
        .filter(|relationship| relationship.kind == RelationshipKind::RevokedBy);
    revoking
        .map(|relationship| (relationship.source.as_str(), relationship.target.as_str()))
        .collect()
}

/// An object of the bundle, as it stands in the part.
enum Place {
    Actor { id: RecordId, index: usize },
    Software(RecordId),
    Campaign { id: RecordId, index: usize },
    Technique(TechniqueId),
    Identity(String),
    Location { name: String, country: Option<Country> },
}

struct Import<'b> {
    bundle: &'b Bundle<'b>,
    origin: &'b Origin,
    part: Record,
    citations: Citations,
    refused: Vec<Refused>,
    places: HashMap<&'b str, Place>,
    revoked_by: BTreeMap<&'b str, &'b str>,
}

impl<'b> Import<'b> {
    fn object(&mut self, object: &'b Object<'b>) {
        if !matches!(
            object.kind,
            Kind::IntrusionSet
                | Kind::ThreatActor
                | Kind::Malware
                | Kind::Tool
                | Kind::Campaign
                | Kind::AttackPattern
                | Kind::Identity
                | Kind::Location
        ) {
            return;
        }
        let number = number(object);
        let shown = number.unwrap_or(&object.id);
        if let Some(reason) = self.withdrawn(object) {
            self.refused.push(Refused::new(shown, reason).named(object.name.as_str()));
            return;
        }
        // What others say of a group or campaign of ATT&CK is an entry of theirs; a program is one by its number,
        // since it is its availability that counts.
        let is_claim = !matches!(object.kind, Kind::Malware | Kind::Tool);
        let is_theirs = is_claim && !self.origin.is_of_attack(object.created_by.as_deref());
        let id =
            RecordId::new(Catalogue::Attack, if is_theirs { object.id.as_str() } else { shown });
        let entry = match object.kind {
            Kind::IntrusionSet | Kind::ThreatActor => self.actor(id, object),
            Kind::Malware => self.software(id, object, Availability::Private),
            Kind::Tool => self.software(id, object, Availability::Public),
            Kind::Campaign => self.campaign(id, object),
            Kind::AttackPattern => match number.and_then(|number| number.parse().ok()) {
                Some(id) => self.technique(id, object),
                None => {
                    let refused = Refused::new(shown, Reason::NoTechnique);
                    self.refused.push(refused.named(object.name.as_str()));
                    return;
                }
            },
            Kind::Location => location(object),
            _ => Place::Identity(object.name.to_string()),
        };
        self.places.insert(object.id.as_str(), entry);
    }

    fn withdrawn(&self, object: &Object<'_>) -> Option<Reason> {
        if object.revoked {
            let heir =
                self.revoked_by.get(object.id.as_str()).and_then(|id| self.bundle.object(id));
            return Some(heir.map_or(Reason::Revoked, |heir| {
                Reason::RevokedBy(number(heir).unwrap_or(&heir.id).to_owned())
            }));
        }
        object.deprecated.then_some(Reason::Deprecated)
    }

    fn actor(&mut self, id: RecordId, object: &Object<'_>) -> Place {
        let plain = Plain::of(object.description.as_deref().unwrap_or_default());
        let mut states: Vec<StateClaim> = Vec::new();
        let mut attacks = Vec::new();
        for (index, (sentence, cited)) in plain.sentences().into_iter().enumerate() {
            if index > 0 && !is_about(sentence, &object.name) {
                continue;
            }
            let citations = self.cited(&cited, object);
            for said in states::said(sentence) {
                if !states.iter().any(|known| known.state == said.state) {
                    let basis = said.basis.to_owned();
                    states.push(StateClaim {
                        state: said.state,
                        bond: said.bond,
                        basis,
                        citations: citations.clone(),
                    });
                }
            }
            attacks.extend(incidents::named(sentence).map(|named| (named, citations)));
        }
        for (named, citations) in attacks {
            self.named_attack(&id, object, named, citations);
        }
        let synonyms = self.synonyms(object);
        let citations = self.page(object);
        self.part.actors.push(Actor {
            id: id.clone(),
            name: object.name.trim().to_owned(),
            synonyms,
            states,
            victims: Vec::new(),
            about: plain.text,
            citations,
        });
        Place::Actor { id, index: self.part.actors.len() - 1 }
    }

    /// An attack that only the text of an actor names.
    fn named_attack(
        &mut self,
        actor: &RecordId,
        object: &Object<'_>,
        named: incidents::Named,
        citations: Vec<CitationId>,
    ) {
        let id = RecordId::new(Catalogue::Attack, format!("{}/{}", actor.id, named.began));
        let by = self.origin.author(self.bundle, object.created_by.as_deref());
        let attribution = Attribution {
            actor: Some(actor.clone()),
            name: None,
            state: None,
            by: Some(format!("{by}, in the text of the entry")),
            date: None,
            citations: citations.clone(),
        };
        self.part.attacks.push(PreviousAttack {
            id,
            name: named.name,
            synonyms: Vec::new(),
            began: Some(named.began),
            ended: None,
            victims: Vec::new(),
            attributions: vec![attribution],
            coded: BTreeMap::new(),
            about: format!("Named in the text of {} only.", object.name),
            citations,
        });
    }

    fn software(&mut self, id: RecordId, object: &Object<'_>, availability: Availability) -> Place {
        let entry = SoftwareEntry {
            id: id.clone(),
            name: object.name.trim().to_owned(),
            synonyms: self.synonyms(object),
            availability,
            about: Plain::of(object.description.as_deref().unwrap_or_default()).text,
            citations: self.page(object),
        };
        self.part.software.push(entry);
        Place::Software(id)
    }

    fn campaign(&mut self, id: RecordId, object: &Object<'_>) -> Place {
        let (began, ended) = self.seen(object);
        let attack = PreviousAttack {
            id: id.clone(),
            name: object.name.trim().to_owned(),
            synonyms: self.synonyms(object),
            began,
            ended,
            victims: Vec::new(),
            attributions: Vec::new(),
            coded: BTreeMap::new(),
            about: Plain::of(object.description.as_deref().unwrap_or_default()).text,
            citations: self.page(object),
        };
        self.part.attacks.push(attack);
        Place::Campaign { id, index: self.part.attacks.len() - 1 }
    }

    /// The dates of a campaign; what is no date, or an end before the beginning, is refused alone.
    ///
    /// Of its own campaigns ATT&CK knows the month, and writes the first of it.
    fn seen(&mut self, object: &Object<'_>) -> (Option<Moment>, Option<Moment>) {
        let is_of_attack = self.origin.is_of_attack(object.created_by.as_deref());
        let mut refuse = |reason: Malformed| {
            let refused = Refused::new(object.id.as_str(), Reason::Form(reason));
            self.refused.push(refused.named(object.name.as_str()));
        };
        let mut date = |field, text: Option<&demarche_stix::Text<'_>>| {
            let text = text?.as_str();
            let date = day(text)
                .and_then(|day| if is_of_attack { text.get(..7)?.parse().ok() } else { Some(day) });
            if date.is_none() {
                refuse(Malformed::Date { field, value: short(text) });
            }
            date
        };
        let began = date("first_seen", object.first_seen.as_ref());
        let ended = date("last_seen", object.last_seen.as_ref());
        match (began, ended, object.last_seen.as_deref()) {
            (Some(start), Some(end), Some(text)) if end < start => {
                let (field, before) = ("last_seen", "first_seen");
                refuse(Malformed::Order { field, before, value: short(text) });
                (began, None)
            }
            (began, ended, _) => (began, ended),
        }
    }

    fn technique(&mut self, id: TechniqueId, object: &Object<'_>) -> Place {
        let tactics: BTreeSet<String> =
            object.phases.iter().map(|phase| phase.phase_name.to_string()).collect();
        let domain = object.domains.first().map(ToString::to_string);
        self.part.techniques.push(TechniqueEntry {
            id,
            name: object.name.trim().to_owned(),
            tactics: tactics.into_iter().collect(),
            domain: domain.unwrap_or_else(|| "enterprise-attack".to_owned()),
        });
        Place::Technique(id)
    }

    fn relationship(&mut self, one: &'b Relationship<'b>) {
        if is_passed_over(one) {
            return;
        }
        let refuse = |reason| Refused::new(one.id.as_str(), reason);
        if one.revoked || one.deprecated {
            let reason = if one.revoked { Reason::Revoked } else { Reason::Deprecated };
            self.refused.push(refuse(reason));
            return;
        }
        let missing = [&one.source, &one.target]
            .into_iter()
            .find(|id| !self.places.contains_key(id.as_str()));
        if let Some(missing) = missing {
            let number = self.bundle.object(missing).and_then(number).unwrap_or(missing).to_owned();
            self.refused.push(refuse(Reason::Unused(number)));
            return;
        }
        // What its own author does not believe is no claim (STIX 2.1, Appendix A: none is 0, low 1 to 29).
        if let Some(confidence) = one.confidence.filter(|confidence| *confidence < LOW) {
            self.refused.push(refuse(Reason::Doubted(confidence)));
            return;
        }
        match one.kind {
            RelationshipKind::Uses => self.uses(one),
            RelationshipKind::AttributedTo => self.attributed_to(one),
            _ => self.comes_from(one),
        }
    }

    fn uses(&mut self, one: &'b Relationship<'b>) {
        let user = match self.places.get(one.source.as_str()) {
            Some(Place::Actor { id, .. } | Place::Software(id) | Place::Campaign { id, .. }) => {
                id.clone()
            }
            _ => return self.unread(one),
        };
        let used = match self.places.get(one.target.as_str()) {
            Some(Place::Technique(id)) => Used::Technique(*id),
            Some(Place::Software(id)) => Used::Software(id.clone()),
            _ => return self.unread(one),
        };
        let (citations, about) = self.said(one);
        self.part.uses.push(Use { user, used, citations, about, grade: None });
    }

    fn attributed_to(&mut self, one: &'b Relationship<'b>) {
        let (actor, name) = match self.places.get(one.target.as_str()) {
            Some(Place::Actor { id, .. }) => (Some(id.clone()), None),
            Some(Place::Identity(name) | Place::Location { name, .. }) => {
                (None, Some(name.clone()))
            }
            _ => return self.unread(one),
        };
        match self.places.get(one.source.as_str()) {
            Some(Place::Campaign { index, .. }) => {
                let index = *index;
                let (citations, _) = self.said(one);
                let by = self.origin.author(self.bundle, one.created_by.as_deref());
                if let Some(attack) = self.part.attacks.get_mut(index) {
                    let by = Some(by);
                    let (state, date) = (None, None);
                    let attribution = Attribution { actor, name, state, by, date, citations };
                    attack.attributions.push(attribution);
                }
            }
            Some(Place::Actor { index, .. }) => self.stands_behind(one, *index),
            _ => self.unread(one),
        }
    }

    /// Keeps the claim that an actor is in a country or comes from it.
    fn comes_from(&mut self, one: &'b Relationship<'b>) {
        let place = self.places.get(one.target.as_str());
        let source = self.places.get(one.source.as_str());
        let (Some(Place::Location { name, country }), Some(Place::Actor { index, .. })) =
            (place, source)
        else {
            return self.unread(one);
        };
        let (index, name, country) = (*index, name.clone(), *country);
        let Some(state) = country else { return self.no_country(one, &name) };
        let (citations, _) = self.said(one);
        let at = if one.kind == RelationshipKind::LocatedAt { "located at" } else { "from" };
        let basis = format!("said to be {at} {}", state.name().unwrap_or(&name));
        let basis = basis + &confidence(one);
        if let Some(actor) = self.part.actors.get_mut(index) {
            claim(actor, StateClaim { state, bond: Bond::ComesFrom, basis, citations });
        }
    }

    /// Refuses a claim of a place that is no country: a region makes no state the suspect.
    fn no_country(&mut self, one: &Relationship<'_>, place: &str) {
        let place = if place.is_empty() { one.target.as_str() } else { place };
        self.refused.push(Refused::new(one.id.as_str(), Reason::NoCountry(short(place))));
    }

    /// Keeps the claim that a threat actor, an organisation or a country is behind an actor: in its text, and as a claim
    /// of the states that are claimed of the threat actor, or of the state that the organisation's name or the place is.
    fn stands_behind(&mut self, one: &'b Relationship<'b>, actor: usize) {
        let (name, states) = match self.places.get(one.target.as_str()) {
            Some(Place::Actor { index: behind, .. }) if *behind != actor => {
                let Some(behind) = self.part.actors.get(*behind) else { return };
                let states = behind.states.iter().map(|claim| (claim.state, claim.bond));
                (behind.name.clone(), states.collect())
            }
            Some(Place::Identity(name)) => {
                let state = countries::named(name).map(|state| (state, Bond::ActsFor));
                (name.trim().to_owned(), Vec::from_iter(state))
            }
            Some(Place::Location { name, country }) => {
                let (name, country) = (name.clone(), *country);
                let Some(state) = country else { return self.no_country(one, &name) };
                (name, vec![(state, Bond::ActsFor)])
            }
            _ => return self.unread(one),
        };
        let (citations, _) = self.said(one);
        let Some(actor) = self.part.actors.get_mut(actor) else { return };
        for (state, bond) in states {
            let basis = format!("attributed to {name}{}", confidence(one));
            let citations = citations.clone();
            claim(actor, StateClaim { state, bond, basis, citations });
        }
        let space = if actor.about.is_empty() { "" } else { " " };
        actor.about.push_str(&format!("{space}Attributed to {name}."));
        let cited = BTreeSet::from_iter(actor.citations.drain(..).chain(citations));
        actor.citations = cited.into_iter().collect();
    }

    /// Refuses a relationship whose two ends are used, and which has no use between them.
    fn unread(&mut self, one: &Relationship<'_>) {
        let kind = |id: &str| id.split_once("--").map_or(id, |(kind, _)| kind).to_owned();
        let (from, to) = (kind(&one.source), kind(&one.target));
        let reason = Reason::Unread { kind: one.kind, from, to };
        self.refused.push(Refused::new(one.id.as_str(), reason));
    }

    /// The sources of a relationship, and its text.
    ///
    /// The sources are those it lists; a source that only its text names is looked up among those of its two ends.
    fn said(&mut self, one: &Relationship<'_>) -> (Vec<CitationId>, String) {
        let plain = Plain::of(one.description.as_deref().unwrap_or_default());
        let mut citations: BTreeSet<CitationId> =
            one.references.iter().filter_map(|reference| self.citation(reference)).collect();
        for (_, name) in &plain.cited {
            let pages =
                [&one.source, &one.target].into_iter().filter_map(|id| self.bundle.object(id));
            let page = pages
                .flat_map(|object| &object.references)
                .find(|reference| reference.source_name.as_str() == *name);
            let known =
                self.citations.known(name).or_else(|| page.and_then(|page| self.citation(page)));
            citations.extend(known);
        }
        (citations.into_iter().collect(), plain.text)
    }

    /// The sources that a sentence of an object cites, among those of the object.
    fn cited(&mut self, names: &[&str], object: &Object<'_>) -> Vec<CitationId> {
        let references = names.iter().filter_map(|name| {
            object.references.iter().find(|reference| reference.source_name.as_str() == *name)
        });
        let found: BTreeSet<CitationId> =
            references.filter_map(|reference| self.citation(reference)).collect();
        found.into_iter().collect()
    }

    /// The sources of an object as a whole.
    fn page(&mut self, object: &Object<'_>) -> Vec<CitationId> {
        let found: BTreeSet<CitationId> = object
            .references
            .iter()
            .filter(|reference| !is_synonym(reference))
            .filter_map(|reference| self.citation(reference))
            .collect();
        found.into_iter().collect()
    }

    fn citation(&mut self, reference: &Reference<'_>) -> Option<CitationId> {
        let name = reference.source_name.trim();
        if name.is_empty() || OWN.contains(&name) {
            return None;
        }
        Some(self.citations.of(name, reference.description.as_deref(), reference.url.as_deref()))
    }

    /// The other names of an object; ATT&CK lists the source of a name as a reference of that name.
    fn synonyms(&mut self, object: &Object<'_>) -> Vec<Synonym> {
        let names: BTreeSet<&str> = object.aliases.iter().map(|alias| alias.trim()).collect();
        let names =
            names.into_iter().filter(|name| !name.is_empty() && *name != object.name.trim());
        let with_sources = names.map(|name| {
            let claims = object.references.iter().filter(|reference| {
                is_synonym(reference) && reference.source_name.as_str() == name
            });
            let texts = claims.filter_map(|reference| reference.description.as_deref());
            let cited: Vec<&str> =
                texts.flat_map(|text| Plain::of(text).cited).map(|(_, name)| name).collect();
            Synonym { name: name.to_owned(), citations: self.cited(&cited, object) }
        });
        with_sources.collect()
    }

    fn finish(mut self, cut: Option<Cut>) -> Imported {
        let edition = self.origin.edition.clone();
        self.part.citations = self.citations.into_list();
        let mut imported = Imported {
            part: self.part,
            refused: self.refused,
            passed_over: passed_over(self.bundle),
            cut,
        };
        imported.settle(edition);
        imported
    }
}

/// The confidence that the author of a claim states, as words behind it.
fn confidence(one: &Relationship<'_>) -> String {
    let words = |confidence| format!(", at a confidence of {confidence} of 100");
    one.confidence.map_or_else(String::new, words)
}

/// The least confidence of an author in a claim that counts: the scales of STIX call everything below it low.
const LOW: u8 = 30;

/// A place; it is a country only by the member for it, since `Georgia` is the name of two places.
fn location(object: &Object<'_>) -> Place {
    let country = object.country.as_deref().unwrap_or_default();
    let name = if object.name.is_empty() { country } else { object.name.as_str() };
    Place::Location { name: name.trim().to_owned(), country: countries::coded(country) }
}

/// Adds a claim, unless the same or a stronger one is known.
fn claim(actor: &mut Actor, new: StateClaim) {
    let is_known = |known: &StateClaim| {
        known.state == new.state && (known.bond == new.bond || known.bond == Bond::ActsFor)
    };
    if !actor.states.iter().any(is_known) {
        actor.states.push(new);
    }
}

/// Returns true for a relationship that tells nothing of who did what: that of a subtechnique, or of the place of a
/// victim, a program or a campaign.
fn is_passed_over(one: &Relationship<'_>) -> bool {
    use RelationshipKind::{
        AttributedTo, LocatedAt, OriginatesFrom, RevokedBy, SubtechniqueOf, Uses,
    };
    match one.kind {
        Uses | AttributedTo => false,
        OriginatesFrom | LocatedAt => {
            !["intrusion-set--", "threat-actor--"].iter().any(|kind| one.source.starts_with(kind))
        }
        SubtechniqueOf | RevokedBy => true,
    }
}

/// The number of objects that become no entry, by kind; a relationship with its own kind.
fn passed_over(bundle: &Bundle<'_>) -> BTreeMap<String, u64> {
    let mut counts = bundle.others.clone();
    let objects = bundle.objects.iter().filter(|object| {
        matches!(
            object.kind,
            Kind::Identity
                | Kind::Location
                | Kind::MarkingDefinition
                | Kind::Report
                | Kind::Collection
                | Kind::Matrix
        )
    });
    let relationships =
        bundle.relationships.iter().filter(|relationship| is_passed_over(relationship));
    let words = objects
        .map(|object| object.kind.word().to_owned())
        .chain(relationships.map(|relationship| format!("relationship {}", relationship.kind)));
    for word in words {
        *counts.entry(word).or_default() += 1;
    }
    for (name, count) in &bundle.unread {
        let word = if name.is_empty() { OTHER_FIELD.to_owned() } else { format!("field `{name}`") };
        counts.insert(word, *count);
    }
    counts
}

/// Returns true if a sentence is about the group of this name.
fn is_about(sentence: &str, name: &str) -> bool {
    ["It ", "The group ", "Individual members of "].iter().any(|start| sentence.starts_with(start))
        || sentence.strip_prefix(name).is_some_and(|rest| rest.starts_with(' '))
}

/// A reference that is not a source but says who calls an object by a name: its text holds nothing but citations.
fn is_synonym(reference: &Reference<'_>) -> bool {
    reference.url.is_none()
        && reference
            .description
            .as_deref()
            .is_some_and(|text| text.trim_start().starts_with("(Citation:"))
}

/// The day of a time as STIX writes it.
fn day(text: &str) -> Option<Moment> {
    let is_time = |rest: &str| rest.is_empty() || rest.starts_with(['T', 't', ' ']);
    let (day, rest) = text.split_at_checked(10)?;
    is_time(rest).then(|| day.parse().ok()).flatten()
}
