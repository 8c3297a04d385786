//! Evidence as the judge takes it: matches in the record, the actors it points to, and its cluster.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{Aspect, Cluster, ItemReason, Tie};
use demarche_case::assessment::routes::Located;
use demarche_case::record::{Catalogue, CitationId, RecordId, SoftwareEntry, Used};
use demarche_case::{
    Availability, Body, Case, Country, Evidence, EvidenceId, Forgeability, Infrastructure, Party,
    Reliability, Role, Sample, Strength, TechniqueId,
};

use super::authors::Authors;
use super::names::{Index, Names};

/// The statement of an item.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Says {
    /// Nothing that has any diagnosticity.
    Nothing,
    /// Behaviour or software, weighed by the actors that are known to use it.
    Uses(Used),
    /// A private program, with the authors that are known to have it, by index and in order.
    Has { users: Vec<usize> },
    /// A pointer to some authors, as strong as an analyst or a rule says; by author.
    ///
    /// `named` are those of them that are named beside their state; false for all where only a state is meant.
    Points { to: Vec<bool>, named: Vec<bool>, strength: Strength },
    /// Proof that pointers to these authors were planted: a false flag imitates one of them; by author.
    Exposes { imitated: Vec<bool> },
}

impl Says {
    /// Returns true if the item is weighed by fitted numbers.
    pub(crate) const fn is_behaviour(&self) -> bool {
        matches!(self, Self::Uses(_))
    }
}

/// One item of evidence, ready to be weighed.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) evidence: &'a Evidence,
    pub(crate) aspect: Aspect,
    pub(crate) cluster: Cluster,
    pub(crate) forgeability: Forgeability,
    pub(crate) says: Says,
    /// The reasons for the statement.
    pub(crate) reasons: Vec<ItemReason>,
    /// The sources of the record behind it.
    pub(crate) citations: BTreeSet<CitationId>,
    /// Previous attacks that the item ties to the case.
    pub(crate) ties: Vec<(RecordId, Tie)>,
    /// The source of an earlier item that this one seems to repeat.
    pub(crate) likely_origin: Option<&'a str>,
    /// The entry of the record that the item is about, where it is behaviour or software.
    pub(crate) used: Option<Used>,
}

impl Item<'_> {
    /// Returns true if the item says no more than where a machine stands.
    pub(crate) fn is_mere_location(&self) -> bool {
        self.evidence.points_to.is_none()
            && self.reasons.iter().any(|reason| matches!(reason, ItemReason::HostedIn { .. }))
    }
}

/// A technique is common where at least five actors of the record use it, and more than one in ten.
const COMMON: (usize, usize) = (5, 10);

/// The inputs of reading an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    pub(crate) case: &'a Case,
    pub(crate) index: &'a Index<'a>,
    pub(crate) names: &'a Names,
    pub(crate) authors: &'a Authors<'a>,
    pub(crate) located: &'a [Located],
}

/// The items of a case; harm and routing tables say nothing of the author and are no items.
///
/// An item that repeats an earlier one counts for nothing.
pub(crate) fn items(context: Context<'_>) -> Vec<Item<'_>> {
    let mut said: BTreeMap<(Used, Aspect), EvidenceId> = BTreeMap::new();
    let mut items = Vec::new();
    for evidence in &context.case.evidence {
        if matches!(evidence.body, Body::Damage(_) | Body::RouteData(_)) {
            continue;
        }
        let mut item = context.item(evidence);
        if let Some(first) = evidence.weighing.repeats.first() {
            item.reasons.push(ItemReason::Repeats { first: first.clone() });
            item.says = Says::Nothing;
        } else if let Some(used) = &item.used {
            let equal = (used.clone(), item.aspect);
            if let Some(first) = said.get(&equal) {
                item.reasons.push(ItemReason::Repeats { first: first.clone() });
                item.says = Says::Nothing;
            } else {
                said.insert(equal, evidence.id.clone());
            }
        }
        items.push(item);
    }
    repeated_pointers(&mut items);
    likely_repeats(&mut items);
    exposures(&mut items, context.authors.len());
    items
}

/// Items that show others to be planted say which actors the planter imitated.
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
        let mut imitated = vec![false; authors];
        for to in exposed {
            for (imitated, to) in imitated.iter_mut().zip(to) {
                *imitated |= to;
            }
        }
        if imitated.contains(&true) {
            item.says = Says::Exposes { imitated };
            item.reasons = vec![ItemReason::Exposes];
        }
    }
}

/// Pointers with the same content repeat one another, whoever reports them; motives have no content, and do so only
/// within a cluster.
fn repeated_pointers(items: &mut [Item<'_>]) {
    let mut first: Vec<usize> = Vec::new();
    for index in 0..items.len() {
        let item = &items[index];
        if !matches!(item.says, Says::Points { .. }) {
            continue;
        }
        let is_twin = |earlier: &&usize| {
            let earlier = &items[**earlier];
            earlier.says == item.says
                && earlier.evidence.body == item.evidence.body
                && (earlier.cluster == item.cluster || earlier.evidence.body != Body::Motive)
        };
        if let Some(twin) = first.iter().find(is_twin) {
            let first = items[*twin].evidence.id.clone();
            items[index].reasons.push(ItemReason::Repeats { first });
            items[index].says = Says::Nothing;
        } else {
            first.push(index);
        }
    }
}

/// Items of press grade that say of the same parties what a better source said before, in the same kind of evidence.
///
/// They count as further items of that source.
fn likely_repeats(items: &mut [Item<'_>]) {
    let is_press = |item: &Item<'_>| item.evidence.grade.reliability >= Reliability::C;
    for index in 0..items.len() {
        let item = &items[index];
        if !is_press(item) || !matches!(item.says, Says::Points { .. }) {
            continue;
        }
        let is_earlier = |earlier: &Item<'_>| {
            let dates = (earlier.evidence.observed, item.evidence.observed);
            matches!(dates, (Some(first), Some(second)) if first <= second)
        };
        let says_the_same = |earlier: &&Item<'_>| {
            let targets = |item: &Item<'_>| match &item.says {
                Says::Points { to, .. } => Some(to.clone()),
                _ => None,
            };
            !is_press(earlier)
                && is_earlier(earlier)
                && earlier.evidence.body.kind() == item.evidence.body.kind()
                && earlier.evidence.source.text != item.evidence.source.text
                && targets(earlier) == targets(item)
        };
        if let Some(first) = items.iter().find(says_the_same) {
            let (id, source) = (first.evidence.id.clone(), first.evidence.source.text.as_str());
            items[index].likely_origin = Some(source);
            items[index].reasons.push(ItemReason::MayRepeat { first: id });
        }
    }
}

/// The findings about one item while it was read.
#[derive(Default)]
struct Found {
    says: Option<Says>,
    forgeability: Option<Forgeability>,
    reasons: Vec<ItemReason>,
    citations: BTreeSet<CitationId>,
    ties: Vec<(RecordId, Tie)>,
    used: Option<Used>,
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
            Body::Infrastructure(found) => self.infrastructure(evidence, found),
            Body::ClaimOfResponsibility(claim) => self.claim(&claim.name),
            _ => Found::default(),
        };
        // A text is searched for names of tools only where there is something to lose.
        let is_common = || {
            self.is_free(evidence) || found.used.as_ref().is_some_and(|used| self.is_common(used))
        };
        if !found.ties.is_empty() && is_common() {
            found.ties.clear();
        }
        let says = match found.says.take() {
            Some(says) => says,
            None => self.pointed(evidence, &mut found.reasons),
        };
        if evidence.points_to.is_some() && matches!(says, Says::Uses(_)) {
            found.reasons.push(ItemReason::PointerUnused);
        }
        if says == Says::Nothing && found.reasons.is_empty() {
            found.reasons.push(ItemReason::NoMatch);
        }
        let forgeability = evidence
            .weighing
            .forgeability
            .or(found.forgeability)
            .unwrap_or_else(|| usual_forgeability(&evidence.body));
        let aspect = aspect(&evidence.body, forgeability);
        let cluster = evidence.weighing.cluster.as_ref().map_or_else(
            || Cluster::Implied { aspect, source: evidence.source.text.clone() },
            |id| Cluster::Named { id: id.clone() },
        );
        Item {
            evidence,
            aspect,
            cluster,
            forgeability,
            says,
            reasons: found.reasons,
            citations: found.citations,
            ties: found.ties,
            likely_origin: None,
            used: found.used,
        }
    }

    /// The statement of the analyst's pointer; a state that only shelters those who did it did not do it.
    fn pointed(self, evidence: &Evidence, reasons: &mut Vec<ItemReason>) -> Says {
        let Some(pointer) = &evidence.points_to else { return Says::Nothing };
        let pointed = || pointer.parties.iter().filter_map(|id| self.case.party(id));
        if pointed().any(only_shelters) {
            reasons.push(ItemReason::PointsToShelter);
        }
        let (mut to, mut named) =
            (vec![false; self.authors.len()], vec![false; self.authors.len()]);
        let mut has_state = false;
        for party in pointed().filter(|party| !only_shelters(party)) {
            let meant = self.authors.meant(party, self.names);
            if party.actors.is_empty() {
                has_state = true;
            } else {
                mark_all(&mut named, meant.clone());
            }
            mark_all(&mut to, meant);
        }
        if !has_state {
            named.fill(false);
        }
        // A tool that anybody can have points weakly, whoever has been seen with it.
        let strength = if self.is_free(evidence) { Strength::Weak } else { pointer.strength };
        if to.contains(&true) { Says::Points { to, named, strength } } else { Says::Nothing }
    }

    /// Returns true if an item is about a program or code that anybody can have.
    fn is_free(self, evidence: &Evidence) -> bool {
        match evidence.weighing.availability {
            Some(said) => matches!(said, Availability::Public | Availability::Commercial),
            None => self.named_tool(evidence).is_some(),
        }
    }

    /// Returns true if anybody can have a program, or many groups use a technique: an earlier attack with the same is no
    /// attack by the same hand.
    fn is_common(self, used: &Used) -> bool {
        match used {
            Used::Software(id) => self.index.software(id).is_some_and(|entry| {
                matches!(entry.availability, Availability::Public | Availability::Commercial)
            }),
            Used::Technique(_) => {
                let users = self.authors_using(used).iter().filter(|uses| **uses).count();
                users >= COMMON.0 && users * COMMON.1 > self.authors.actors().count()
            }
            Used::File(_) | Used::Infrastructure(_) => false,
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
        found.used = Some(used.clone());
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
        let used = Used::Software(id.clone());
        let mut found = self.uses(&used);
        let forgeability = by_availability(self.availability(evidence, id));
        let forgeability = evidence.weighing.forgeability.unwrap_or(forgeability);
        // A program that anybody can have is behaviour, and any other is a trace of those who have it.
        found.says = Some(if forgeability == Forgeability::PublicTool {
            Says::Uses(used.clone())
        } else {
            let users = self.authors_using(&used);
            let users = users.iter().enumerate().filter(|(_, uses)| **uses);
            Says::Has { users: users.map(|(index, _)| index).collect() }
        });
        found.used = Some(used);
        found.forgeability = Some(forgeability);
        found
    }

    /// Entries of other catalogues that share a name with one of these: only one of them may be known to be used.
    fn with_namesakes(self, ids: BTreeSet<RecordId>) -> BTreeSet<RecordId> {
        let entries = ids.iter().filter_map(|id| self.index.software(id));
        let names = entries.flat_map(|entry| {
            entry.synonyms.iter().map(|synonym| synonym.name.as_str()).chain([entry.name.as_str()])
        });
        let mut all: BTreeSet<RecordId> =
            names.flat_map(|name| self.names.software(name)).collect();
        all.extend(ids);
        all
    }

    /// The availability of a program: that of the case, else that of the record.
    fn availability(self, evidence: &Evidence, id: &RecordId) -> Availability {
        let entry = self.index.software(id);
        evidence
            .weighing
            .availability
            .or(entry.map(|entry| entry.availability))
            .unwrap_or(Availability::Private)
    }

    /// The actors and attacks of the record that used an item, with the sources that say so.
    fn uses(self, used: &Used) -> Found {
        let mut found = Found::default();
        for claim in self.index.uses(used) {
            if matches!(claim.user.catalogue, Catalogue::Case)
                || self.index.attack(&claim.user).is_some()
            {
                found.ties.push((claim.user.clone(), tie(used, self.index)));
            }
            if !matches!(used, Used::Technique(_)) {
                found.citations.extend(claim.citations.iter().copied());
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
                found.reasons.push(ItemReason::SameFile);
                found.says = Some(points(authors, Strength::Strong));
                return found;
            }
        }
        if evidence.weighing.record.is_empty() {
            let mut found = Found::default();
            if let Some(tool) = self.named_tool(evidence) {
                found.forgeability = Some(Forgeability::PublicTool);
                found.reasons.push(ItemReason::PublicTool { name: tool.name.clone() });
            } else if evidence.points_to.is_none() {
                found.reasons.push(ItemReason::UnknownFile);
            }
            return found;
        }
        self.software(evidence, std::iter::empty())
    }

    /// Code shared with software, an actor or an attack of the record.
    fn shared_code(self, evidence: &Evidence, texts: &[&str]) -> Found {
        let mut found = Found::default();
        if self.is_free(evidence) {
            let name = self.named_tool(evidence).map(|tool| tool.name.clone());
            found.forgeability = Some(Forgeability::PublicTool);
            found.reasons.push(ItemReason::SharedPublicCode { name });
            return found;
        }
        found.forgeability = evidence.weighing.availability.map(by_availability);
        let names =
            evidence.weighing.record.iter().map(String::as_str).chain(texts.iter().copied());
        let mut software = BTreeSet::new();
        let mut to = vec![false; self.authors.len()];
        for name in names {
            software.extend(self.with_namesakes(self.names.software(name)));
            for actor in self.names.actors(name) {
                self.mark(&mut to, &actor);
            }
            for attack in self.names.attacks(name) {
                self.mark_attack(&mut to, &attack);
                found.ties.push((attack, Tie::Code));
            }
        }
        for id in software {
            let used = Used::Software(id);
            mark_all(&mut to, self.authors_using(&used));
            let uses = self.uses(&used);
            found.citations.extend(uses.citations);
            found.ties.extend(uses.ties);
        }
        let strength =
            evidence.points_to.as_ref().map_or(Strength::Medium, |pointer| pointer.strength);
        // Where the record does not know it, the analyst's pointer counts.
        found.says = to.contains(&true).then(|| points(to, strength));
        found
    }

    /// An address that an earlier attack used, one that the case ties to somebody, or else one in a state's networks.
    fn infrastructure(self, evidence: &Evidence, infrastructure: &Infrastructure) -> Found {
        let address = infrastructure.address.map(|address| address.to_string());
        let names = [&address, &infrastructure.host, &infrastructure.url];
        for name in names.into_iter().flatten() {
            let used = Used::Infrastructure(name.clone());
            let authors = self.authors_using(&used);
            if authors.contains(&true) {
                let mut found = self.uses(&used);
                found.reasons.push(ItemReason::SameInfrastructure);
                found.says = Some(points(authors, Strength::Strong));
                return found;
            }
        }
        // Whoever knows to whom an address belongs says more than the place where its machine stands.
        if evidence.points_to.is_some() { Found::default() } else { self.hosted(infrastructure) }
    }

    /// The country of an address: the routing tables go before the statement of a source.
    fn hosted(self, infrastructure: &Infrastructure) -> Found {
        let located =
            self.located.iter().find(|found| Some(found.address) == infrastructure.address);
        let country = located
            .and_then(|found| found.announced_from.or(found.registered_in))
            .or(infrastructure.country);
        let mut found = Found { forgeability: Some(Forgeability::PublicTool), ..Found::default() };
        let Some(country) = country else {
            found.reasons.push(ItemReason::UnknownNetwork);
            return found;
        };
        let to = self.of_state(country);
        found.reasons.push(ItemReason::HostedIn { country });
        found.says = to.contains(&true).then(|| points(to, Strength::Weak));
        found
    }

    fn of_state(self, country: Country) -> Vec<bool> {
        (0..self.authors.len()).map(|author| self.authors.state(author) == Some(country)).collect()
    }

    /// A claim made under a name that the record knows.
    fn claim(self, name: &str) -> Found {
        let mut to = vec![false; self.authors.len()];
        for actor in self.names.actors(name) {
            self.mark(&mut to, &actor);
        }
        if !to.contains(&true) {
            let reason = ItemReason::UnknownClaimant { name: name.to_owned() };
            return Found { reasons: vec![reason], ..Found::default() };
        }
        let says = Some(points(to, Strength::Medium));
        Found { says, ..Found::default() }
    }

    /// The authors that used something, themselves or in an attack attributed to them.
    fn authors_using(self, used: &Used) -> Vec<bool> {
        let mut to = vec![false; self.authors.len()];
        for claim in self.index.uses(used) {
            self.mark(&mut to, &claim.user);
            self.mark_attack(&mut to, &claim.user);
        }
        to
    }

    fn mark(self, to: &mut [bool], actor: &RecordId) {
        if let Some(index) = self.authors.index(actor) {
            to[index] = true;
        }
    }

    /// The actors an attack is attributed to; where it is only attributed to a state, all of that state.
    fn mark_attack(self, to: &mut [bool], attack: &RecordId) {
        let attack = self.index.attack(attack);
        for attribution in attack.iter().flat_map(|attack| &attack.attributions) {
            if let Some(actor) = &attribution.actor {
                self.mark(to, actor);
            } else if let Some(state) = attribution.state {
                mark_all(to, self.of_state(state));
            }
        }
    }
}

/// A pointer to authors of whom none is named beside its state.
fn points(to: Vec<bool>, strength: Strength) -> Says {
    Says::Points { named: vec![false; to.len()], to, strength }
}

/// Marks in `to` every author that is marked in `more`.
fn mark_all(to: &mut [bool], further: Vec<bool>) {
    for (to, further) in to.iter_mut().zip(further) {
        *to |= further;
    }
}

/// The tie to an attack that used the same.
fn tie(used: &Used, index: &Index<'_>) -> Tie {
    match used {
        Used::Technique(technique) => Tie::Technique { technique: *technique },
        Used::Software(id) => {
            let entry = index.software(id);
            Tie::Software { name: entry.map_or(&id.id, |entry| &entry.name).clone() }
        }
        Used::File(_) => Tie::File,
        Used::Infrastructure(_) => Tie::Infrastructure,
    }
}

/// The forgeability of a program, by its availability.
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
        Body::Artefact(_) => Forgeability::Unstated,
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

/// Returns true if a party is said to shelter those who did it, and not to be responsible.
pub(crate) fn only_shelters(party: &Party) -> bool {
    party.roles.contains(&Role::ShelterAlleged) && !party.roles.contains(&Role::ResponsibleAlleged)
}
