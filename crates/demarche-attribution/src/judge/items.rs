//! Evidence as the judge takes it: what it matches in the record, whom it points to, and what it stands and falls with.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::Aspect;
use demarche_case::assessment::routes::Located;
use demarche_case::record::{Catalogue, CitationId, RecordId, SoftwareEntry, Used};
use demarche_case::{
    Availability, Body, Case, Country, Evidence, EvidenceId, Forgeability, Infrastructure, Sample,
    Strength, TechniqueId,
};

use super::authors::Authors;
use super::index::Index;
use super::names::Names;

/// What an item says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Says {
    /// Nothing that could tell anybody from anybody.
    Nothing,
    /// Behaviour or software, to be weighed by who is known to use it.
    Uses(Used),
    /// It points to some authors, as strongly as an analyst or a rule says.
    Points { to: Vec<bool>, strength: Strength },
    /// It shows that what points to these authors was planted: somebody posed as one of them.
    Exposes { masks: Vec<bool> },
}

impl Says {
    /// Whether it is weighed by what was fitted.
    pub(crate) const fn is_behaviour(&self) -> bool {
        matches!(self, Self::Uses(_))
    }
}

/// One item of evidence, ready to be weighed.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) aspect: Aspect,
    pub(crate) cluster: String,
    pub(crate) forgeability: Forgeability,
    pub(crate) says: Says,
    /// Why it says that, or nothing, each a sentence.
    pub(crate) reasons: Vec<String>,
    /// What of the record that rests on.
    pub(crate) citations: BTreeSet<CitationId>,
    /// Attacks of the past that it ties to this one, each with a phrase.
    pub(crate) ties: Vec<(RecordId, String)>,
}

/// Everything that reading an item needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) case: &'a Case,
    pub(crate) index: &'a Index<'a>,
    pub(crate) names: &'a Names,
    pub(crate) authors: &'a Authors<'a>,
    pub(crate) located: &'a [Located],
}

/// The items of a case without those left out; harm and routing tables say nothing of who did it and are no items.
///
/// An item that says the same as an earlier one counts for nothing: evidence does not grow by being repeated.
pub(crate) fn items<'a>(context: Context<'a>, without: &BTreeSet<EvidenceId>) -> Vec<Item<'a>> {
    let mut said: BTreeMap<(Says, Aspect), EvidenceId> = BTreeMap::new();
    let mut items = Vec::new();
    for evidence in &context.case.evidence {
        if without.contains(&evidence.id)
            || matches!(evidence.body, Body::Damage(_) | Body::RouteData(_))
        {
            continue;
        }
        let mut item = context.item(evidence);
        if matches!(item.says, Says::Uses(_)) {
            let same = (item.says.clone(), item.aspect);
            if let Some(first) = said.get(&same) {
                item.reasons.push(format!("Says the same as `{first}`, and counts only there."));
                item.says = Says::Nothing;
            } else {
                said.insert(same, evidence.id.clone());
            }
        }
        items.push(item);
    }
    repeated_pointers(&mut items);
    exposures(&mut items, context.authors.all.len());
    items
}

/// Items that show others to be planted say whose likeness the planter took.
fn exposures(items: &mut [Item<'_>], authors: usize) {
    let pointed: BTreeMap<EvidenceId, Vec<bool>> = items
        .iter()
        .filter_map(|item| match &item.says {
            Says::Points { to, .. } => Some((item.evidence.id.clone(), to.clone())),
            _ => None,
        })
        .collect();
    for item in items.iter_mut().filter(|item| item.says == Says::Nothing) {
        let exposed = item.evidence.weighing.exposes.iter().filter_map(|id| pointed.get(id));
        let mut masks = vec![false; authors];
        for to in exposed {
            for (mask, to) in masks.iter_mut().zip(to) {
                *mask |= to;
            }
        }
        if masks.contains(&true) {
            item.says = Says::Exposes { masks };
            item.reasons = vec![
                "It speaks for whoever posed as the one to whom the planted item points."
                    .to_owned(),
            ];
        }
    }
}

/// Pointers with the same body say the same, whoever repeats them; motives have no body, and do so in one cluster.
fn repeated_pointers(items: &mut [Item<'_>]) {
    let mut first: Vec<(usize, EvidenceId)> = Vec::new();
    for place in 0..items.len() {
        let Some(item) = items.get(place) else { break };
        if !matches!(item.says, Says::Points { .. }) {
            continue;
        }
        let twin = first.iter().find(|(earlier, _)| {
            items.get(*earlier).is_some_and(|earlier| {
                earlier.says == item.says
                    && earlier.evidence.body == item.evidence.body
                    && (earlier.cluster == item.cluster || earlier.evidence.body != Body::Motive)
            })
        });
        let twin = twin.map(|(_, id)| id.clone());
        if let (Some(id), Some(item)) = (&twin, items.get_mut(place)) {
            item.reasons.push(format!("Says the same as `{id}`, and counts only there."));
            item.says = Says::Nothing;
        } else if let Some(item) = items.get(place) {
            first.push((place, item.evidence.id.clone()));
        }
    }
}

/// What was found out about one item while it was read.
#[derive(Default)]
struct Found {
    says: Option<Says>,
    forgeability: Option<Forgeability>,
    reasons: Vec<String>,
    citations: BTreeSet<CitationId>,
    ties: Vec<(RecordId, String)>,
}

impl<'a> Context<'a> {
    fn item(self, evidence: &'a Evidence) -> Item<'a> {
        let mut found = match &evidence.body {
            Body::Technique(technique) => self.technique(technique.technique),
            Body::Software(software) => {
                let names = std::iter::once(&software.name).chain(&software.aliases);
                self.software(evidence, names.map(String::as_str))
            }
            Body::Sample(sample) => self.sample(evidence, sample),
            Body::SharedCode(shared) => {
                let texts = std::iter::once(&shared.with).chain(&shared.shared);
                self.shared_code(evidence, &texts.map(String::as_str).collect::<Vec<_>>())
            }
            Body::Infrastructure(found) => self.infrastructure(found),
            Body::ClaimOfResponsibility(claim) => self.claim(&claim.name),
            _ => Found::default(),
        };
        let pointed = found.says.is_none().then(|| self.pointed(evidence)).flatten();
        let says = found.says.take().or(pointed).unwrap_or(Says::Nothing);
        if says == Says::Nothing && found.reasons.is_empty() {
            found.reasons.push("Points to nobody, and matches nothing in the record.".to_owned());
        }
        let forgeability = evidence
            .weighing
            .forgeability
            .or(found.forgeability)
            .unwrap_or_else(|| usual_forgeability(&evidence.body));
        let aspect = aspect(&evidence.body, forgeability);
        let source = &evidence.source.text;
        let cluster = evidence
            .weighing
            .cluster
            .as_ref()
            .map_or_else(|| format!("{} · {source}", aspect_word(aspect)), ToString::to_string);
        Item {
            evidence,
            aspect,
            cluster,
            forgeability,
            says,
            reasons: found.reasons,
            citations: found.citations,
            ties: found.ties,
        }
    }

    /// The authors that the analyst says it points to, where that tells anybody from anybody.
    fn pointed(self, evidence: &Evidence) -> Option<Says> {
        let pointer = evidence.points_to.as_ref()?;
        let mut to = vec![false; self.authors.all.len()];
        for party in pointer.parties.iter().filter_map(|id| self.case.party(id)) {
            for (place, meant) in to.iter_mut().zip(self.authors.meant(party, self.names)) {
                *place |= meant;
            }
        }
        // What anybody can have points weakly, whoever has been seen with it.
        let strength = if self.is_free(evidence) { Strength::Weak } else { pointer.strength };
        to.contains(&true).then_some(Says::Points { to, strength })
    }

    /// Whether an item is about a program or code that anybody can have.
    fn is_free(self, evidence: &Evidence) -> bool {
        match evidence.weighing.availability {
            Some(said) => matches!(said, Availability::Public | Availability::Commercial),
            None => self.named_tool(evidence).is_some(),
        }
    }

    /// A public or commercial program that an item names, whatever its kind.
    fn named_tool(self, evidence: &Evidence) -> Option<&'a SoftwareEntry> {
        let texts: Vec<&str> = match &evidence.body {
            Body::SharedCode(shared) => {
                shared.shared.iter().chain([&shared.with]).map(String::as_str).collect()
            }
            Body::Sample(_) | Body::Software(_) => vec![&evidence.title, &evidence.says],
            _ => return None,
        };
        let mut ids: BTreeSet<RecordId> =
            texts.iter().flat_map(|text| self.names.software_within(text)).collect();
        ids.extend(evidence.weighing.record.iter().flat_map(|name| self.names.software(name)));
        let mut known = ids.iter().filter_map(|id| self.index.software(id));
        known.find(|entry| {
            matches!(entry.availability, Availability::Public | Availability::Commercial)
        })
    }

    fn technique(self, technique: TechniqueId) -> Found {
        let used = Used::Technique(technique);
        let mut found = self.uses(&used);
        found.says = Some(Says::Uses(used));
        found
    }

    /// Software by its names; where the record has several entries of that name, the one that most use.
    fn software<'n>(self, evidence: &'n Evidence, names: impl Iterator<Item = &'n str>) -> Found {
        let said = evidence.weighing.record.iter().map(String::as_str);
        let ids: BTreeSet<RecordId> =
            said.chain(names).flat_map(|name| self.names.software(name)).collect();
        let ids = self.with_namesakes(ids);
        let users = |id: &RecordId| self.index.uses(&Used::Software(id.clone())).count();
        let Some(id) = ids.iter().max_by_key(|id| users(id)).filter(|id| users(id) > 0) else {
            return Found {
                forgeability: evidence.weighing.availability.map(by_availability),
                ..Found::default()
            };
        };
        let mut found = self.uses(&Used::Software(id.clone()));
        found.says = Some(Says::Uses(Used::Software(id.clone())));
        found.forgeability = Some(by_availability(self.availability(evidence, id)));
        found
    }

    /// Entries of other catalogues that share a name with one of these: only one of them may be known to be used.
    fn with_namesakes(self, ids: BTreeSet<RecordId>) -> BTreeSet<RecordId> {
        let entries = ids.iter().filter_map(|id| self.index.software(id));
        let names = entries.flat_map(|entry| {
            entry.synonyms.iter().map(|one| one.name.as_str()).chain([entry.name.as_str()])
        });
        let mut all: BTreeSet<RecordId> =
            names.flat_map(|name| self.names.software(name)).collect();
        all.extend(ids);
        all
    }

    /// Who can get it: what the case says, else the record.
    fn availability(self, evidence: &Evidence, id: &RecordId) -> Availability {
        let entry = self.index.software(id);
        evidence
            .weighing
            .availability
            .or(entry.map(|entry| entry.availability))
            .unwrap_or(Availability::Private)
    }

    /// Which actors and attacks of the record used the same, and who says so.
    fn uses(self, used: &Used) -> Found {
        let mut found = Found::default();
        for one in self.index.uses(used) {
            if matches!(one.user.catalogue, Catalogue::Case)
                || self.index.attack(&one.user).is_some()
            {
                found.ties.push((one.user.clone(), tie(used, self.index)));
            }
            if !matches!(used, Used::Technique(_)) {
                found.citations.extend(one.citations.iter().copied());
            }
        }
        found
    }

    /// A file that an earlier attack left behind, or else one that the case ties to a family.
    fn sample(self, evidence: &Evidence, sample: &Sample) -> Found {
        if let Some(sha256) = sample.sha256 {
            let used = Used::File(sha256);
            let authors = self.authors_using(&used);
            if authors.contains(&true) {
                let mut found = self.uses(&used);
                found.reasons.push("The same file was found in an earlier attack.".to_owned());
                found.says = Some(Says::Points { to: authors, strength: Strength::Strong });
                return found;
            }
        }
        if evidence.weighing.record.is_empty() {
            let mut found = Found::default();
            if let Some(tool) = self.named_tool(evidence) {
                found.forgeability = Some(Forgeability::PublicTool);
                found.reasons.push(format!("{} can be had by anybody.", tool.name));
            } else if evidence.points_to.is_none() {
                found.reasons.push("No earlier attack in the record left this file.".to_owned());
            }
            return found;
        }
        self.software(evidence, std::iter::empty())
    }

    /// Code shared with software, an actor or an attack of the record.
    fn shared_code(self, evidence: &Evidence, texts: &[&str]) -> Found {
        let mut found = Found::default();
        if self.is_free(evidence) {
            let name = self.named_tool(evidence).map_or("a program or code", |tool| &tool.name);
            found.forgeability = Some(Forgeability::PublicTool);
            found.reasons.push(format!(
                "What is shared is {name} that anybody can have: it tells hardly anybody from anybody."
            ));
            return found;
        }
        found.forgeability = evidence.weighing.availability.map(by_availability);
        let names =
            evidence.weighing.record.iter().map(String::as_str).chain(texts.iter().copied());
        let mut software = BTreeSet::new();
        let mut to = vec![false; self.authors.all.len()];
        for name in names {
            software.extend(self.with_namesakes(self.names.software(name)));
            for actor in self.names.actors(name) {
                self.mark(&mut to, &actor);
            }
            for attack in self.names.attacks(name) {
                self.mark_attack(&mut to, &attack);
                found.ties.push((attack, "shared code".to_owned()));
            }
        }
        for id in software {
            let used = Used::Software(id);
            for (place, uses) in to.iter_mut().zip(self.authors_using(&used)) {
                *place |= uses;
            }
            let more = self.uses(&used);
            found.citations.extend(more.citations);
            found.ties.extend(more.ties);
        }
        let strength = evidence.points_to.as_ref().map_or(Strength::Medium, |one| one.strength);
        // Where the record does not know it, the analyst's pointer counts.
        found.says = to.contains(&true).then_some(Says::Points { to, strength });
        found
    }

    /// An address that an earlier attack used, or one in a state's own networks.
    fn infrastructure(self, infrastructure: &Infrastructure) -> Found {
        let address = infrastructure.address.map(|address| address.to_string());
        let names = [&address, &infrastructure.host, &infrastructure.url];
        for name in names.into_iter().flatten() {
            let used = Used::Infrastructure(name.clone());
            let authors = self.authors_using(&used);
            if authors.contains(&true) {
                let mut found = self.uses(&used);
                found.reasons.push("An earlier attack used the same.".to_owned());
                found.says = Some(Says::Points { to: authors, strength: Strength::Strong });
                return found;
            }
        }
        self.hosted(infrastructure)
    }

    /// In whose networks an address is: the routing tables go before what a source says.
    fn hosted(self, infrastructure: &Infrastructure) -> Found {
        let located = self.located.iter().find(|one| Some(one.address) == infrastructure.address);
        let country = located
            .and_then(|one| one.announced_from.or(one.registered_in))
            .or(infrastructure.country);
        let mut found = Found { forgeability: Some(Forgeability::PublicTool), ..Found::default() };
        let Some(country) = country else {
            found.reasons.push("In whose networks it is, is not known.".to_owned());
            return found;
        };
        let to = self.of_state(country);
        found.reasons.push(format!(
            "In a network of {}: anybody can rent or take over machines there.",
            country.label()
        ));
        found.says = to.contains(&true).then_some(Says::Points { to, strength: Strength::Weak });
        found
    }

    fn of_state(self, country: Country) -> Vec<bool> {
        self.authors.all.iter().map(|author| author.state() == Some(country)).collect()
    }

    /// A claim made under a name that the record knows.
    fn claim(self, name: &str) -> Found {
        let mut to = vec![false; self.authors.all.len()];
        for actor in self.names.actors(name) {
            self.mark(&mut to, &actor);
        }
        if !to.contains(&true) {
            let reason = format!("The record knows nobody who calls themselves {name}.");
            return Found { reasons: vec![reason], ..Found::default() };
        }
        let says = Some(Says::Points { to, strength: Strength::Medium });
        Found { says, ..Found::default() }
    }

    /// The authors that used something, themselves or in an attack attributed to them.
    fn authors_using(self, used: &Used) -> Vec<bool> {
        let mut to = vec![false; self.authors.all.len()];
        for one in self.index.uses(used) {
            self.mark(&mut to, &one.user);
            self.mark_attack(&mut to, &one.user);
        }
        to
    }

    fn mark(self, to: &mut [bool], actor: &RecordId) {
        if let Some(place) = self.authors.place(actor).and_then(|place| to.get_mut(place)) {
            *place = true;
        }
    }

    /// The actors an attack is attributed to; where it is only attributed to a state, all of that state.
    fn mark_attack(self, to: &mut [bool], attack: &RecordId) {
        let attack = self.index.attack(attack);
        for attribution in attack.iter().flat_map(|attack| &attack.attributions) {
            if let Some(actor) = &attribution.actor {
                self.mark(to, actor);
            } else if let Some(state) = attribution.state {
                for (place, of_state) in to.iter_mut().zip(self.of_state(state)) {
                    *place |= of_state;
                }
            }
        }
    }
}

/// What ties an attack of the past to this one.
fn tie(used: &Used, index: &Index<'_>) -> String {
    match used {
        Used::Technique(technique) => format!("the same technique: {technique}"),
        Used::Software(id) => {
            let entry = index.software(id);
            format!("the same software: {}", entry.map_or(id.id.as_str(), |entry| &entry.name))
        }
        Used::File(_) => "the same file".to_owned(),
        Used::Infrastructure(_) => "the same infrastructure".to_owned(),
    }
}

/// What it would take to plant a program, by who can get it.
const fn by_availability(availability: Availability) -> Forgeability {
    match availability {
        Availability::Public | Availability::Commercial => Forgeability::PublicTool,
        Availability::Leaked => Forgeability::LeakedMalware,
        Availability::Private => Forgeability::PrivateMalware,
    }
}

const fn usual_forgeability(body: &Body) -> Forgeability {
    match body {
        Body::Sample(_) | Body::Software(_) => Forgeability::PrivateMalware,
        Body::Technique(_) => Forgeability::Technique,
        Body::Infrastructure(_) => Forgeability::PrivateInfrastructure,
        Body::SharedCode(_) => Forgeability::SharedCode,
        Body::Artefact(_) => Forgeability::FileMetadata,
        Body::Motive => Forgeability::Motive,
        Body::ClaimOfResponsibility(_) | Body::Damage(_) | Body::RouteData(_) => {
            Forgeability::Claim
        }
    }
}

const fn aspect(body: &Body, forgeability: Forgeability) -> Aspect {
    match body {
        Body::Sample(_) | Body::Software(_) => Aspect::Malware,
        Body::SharedCode(_) => Aspect::Code,
        Body::Technique(_) => Aspect::Behaviour,
        Body::Infrastructure(_) => Aspect::Infrastructure,
        Body::Artefact(_) => match forgeability {
            Forgeability::PrivateInfrastructure => Aspect::Infrastructure,
            _ => Aspect::Artefacts,
        },
        Body::Motive => Aspect::Victim,
        Body::ClaimOfResponsibility(_) | Body::Damage(_) | Body::RouteData(_) => Aspect::Claims,
    }
}

pub(crate) const fn aspect_word(aspect: Aspect) -> &'static str {
    match aspect {
        Aspect::Malware => "malware",
        Aspect::Code => "code",
        Aspect::Infrastructure => "infrastructure",
        Aspect::Behaviour => "behaviour",
        Aspect::Artefacts => "artefacts",
        Aspect::Victim => "victim",
        Aspect::Claims => "claims",
    }
}
