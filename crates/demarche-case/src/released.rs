//! The part of an assessment that may go to one addressee, and the list of what may not.
//!
//! This is the one place that decides it. Every value is taken apart field by field, so that a new field does not
//! compile until somebody decides about it. Notes, bundles and servers take [`Released`] and never the assessment.

use std::collections::BTreeSet;
use std::net::IpAddr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assessment::attribution::{AttributionFindings, Hypothesis};
use crate::assessment::code::{CodeFindings, ComparedProgram};
use crate::assessment::routes::{Located, RouteSource, RoutesFindings};
use crate::assessment::{Assessment, Input};
use crate::options::Options;
use crate::record::Catalogue;
use crate::{
    Body, Case, CaseId, Claim, Country, DoubtfulLink, Effect, Event, Evidence, EvidenceFile,
    EvidenceId, NamedHypothesis, Owner, PartyId, Recipient, RecordSettings, RequestSettings,
    RouteSettings, Target, Tlp, Weighing, Withheld,
};

/// The part of an assessment that may go to one addressee.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Released {
    /// The addressee.
    pub to: Recipient,
    /// True if the addressee may know the case as a whole: its name, title, summary, dates, settings and parties.
    pub shows_case: bool,
    /// The case; parts that are withheld are empty, and its name is a fixed word where the case is withheld.
    pub case: Case,
    /// The routing findings; `None` where they rest on something that is withheld.
    pub routes: Option<RoutesFindings>,
    /// The judgement that was made from this part alone; `None` where there is none.
    pub attribution: Option<AttributionFindings>,
    /// The inputs that this part rests on.
    pub inputs: Vec<Input>,
    /// The list of what is withheld, for the sender alone.
    pub withheld: Vec<WithheldItem>,
    /// The withheld part as far as a judgement could rest on it.
    pub unseen: Unseen,
}

impl Released {
    /// Returns the marking of what is released: the strictest marking of its parts.
    #[must_use]
    pub fn marking(&self) -> Tlp {
        let Self {
            to: _,
            shows_case: _,
            case,
            // The findings are marked by the tables, the target and the doubted links, all of which the case holds.
            routes: _,
            attribution,
            inputs: _,
            withheld: _,
            unseen: _,
        } = self;
        let judgement = attribution.as_ref().map(AttributionFindings::marking);
        Tlp::strictest(judgement.into_iter().chain([case.marking()]))
    }

    /// The addresses of the released evidence, as far as the released routing tables locate them.
    #[must_use]
    pub fn located(&self) -> &[Located] {
        self.routes.as_ref().map_or(&[], |findings| &findings.located)
    }
}

/// A part of an assessment that an addressee may not know, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithheldItem {
    /// The part.
    pub part: WithheldPart,
    /// The marking that forbids it, and why.
    pub because: Withheld,
}

/// A part of an assessment that can be withheld; positions are those in the lists of the whole case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WithheldPart {
    /// An item of evidence.
    Evidence(EvidenceId),
    /// An event.
    Event(usize),
    /// An effect.
    Effect(usize),
    /// A threat.
    Threat(usize),
    /// A claim.
    Claim(usize),
    /// A hypothesis that the case names.
    Hypothesis(usize),
    /// The name, title, summary, dates, settings and parties of the case.
    Case,
    /// The network or state whose connectivity is asked about.
    Target,
    /// A link that the case doubts.
    DoubtfulLink(usize),
    /// The routing findings, because of another part that is withheld.
    Routes(RoutesRestOn),
    /// The comparison of a file with the index of known programs, by the file's path.
    Index(String),
    /// An edition of a catalogue in the record of previous attacks, by its name.
    Edition(String),
    /// A case of the sender's own in the record of previous attacks, by the name of its edition.
    OwnCase(String),
    /// The judgement of who did it: there is none that rests on the released part alone.
    Attribution,
}

/// The withheld part that routing findings rest on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoutesRestOn {
    /// A routing table, by its item of evidence.
    Table(EvidenceId),
    /// The target.
    Target,
    /// A link that the case doubts and that was left out of the graph.
    DoubtfulLink(usize),
}

/// The parts that an addressee may not see and that a judgement could rest on.
///
/// Addressees with the same value see the same, so that one judgement serves them all.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Unseen {
    /// Items of evidence, in the order of the register.
    pub evidence: Vec<EvidenceId>,
    /// Parties of the hypotheses that the case names, in the order of the case.
    pub hypotheses: Vec<PartyId>,
    /// Editions of the record of previous attacks, by name, in the order of the record.
    pub editions: Vec<String>,
    /// True if the routing findings are withheld, so that no address is located.
    pub routes: bool,
}

impl Unseen {
    /// Returns true if nothing that a judgement could rest on is withheld.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Returns what of an assessment may go to an addressee.
///
/// A part may go where its own marking, and the consents of its source, allow it. Findings may go where everything that
/// they rest on may. A CERT gets what is technical only, whatever the markings allow.
#[must_use]
pub fn released(assessment: &Assessment, to: Recipient) -> Released {
    let Assessment {
        version: _,
        program: _,
        case: whole,
        routes,
        code,
        attribution,
        attribution_shared,
        // The sender's own weighing of responses goes to nobody.
        response: _,
        inputs,
        // Gaps name files and places of the sender.
        gaps: _,
    } = assessment;
    let mut gate = Gate { addressee: to.country(), withheld: Vec::new() };
    let mut released = gate.case(whole, to);
    released.routes = gate.routes(routes.as_ref(), whole, &released.case);
    if released.routes.is_none() {
        released.case.target = None;
        released.case.routes.doubtful.clear();
    }
    released.inputs = gate.inputs(inputs, code.as_ref(), whole, &released);
    released.unseen = gate.unseen(assessment, &released);
    if let Recipient::State(_) = to {
        let judged = attribution_shared.iter().find(|shared| shared.without == released.unseen);
        let judged = judged.map(|shared| &shared.findings);
        let whole = attribution.as_ref().filter(|_| released.unseen.is_empty());
        let judgement = whole.or(judged).filter(|_| released.shows_case);
        released.attribution = gate.attribution(attribution.as_ref(), judgement, &released.case);
    }
    released.withheld = gate.withheld;
    released
}

/// Returns one addressee for each distinct view of an assessment, among those that may know the case.
///
/// States that no source consented to see the same; of them one stands for all.
#[must_use]
pub fn views(assessment: &Assessment) -> Vec<Released> {
    let evidence = &assessment.case.evidence;
    let named: BTreeSet<Country> =
        evidence.iter().flat_map(|item| item.release_to.iter().copied()).collect();
    let codes = ('A'..='Z').flat_map(|first| ('A'..='Z').map(move |second| [first, second]));
    let countries = codes.filter_map(|code| String::from_iter(code).parse::<Country>().ok());
    let unnamed = countries.into_iter().find(|country| !named.contains(country));
    let mut seen = BTreeSet::new();
    let all = unnamed.into_iter().chain(named).map(|country| released(assessment, country.into()));
    all.filter(|view| view.shows_case && seen.insert(view.unseen.clone())).collect()
}

/// The decisions for one addressee, with the list of what was refused.
struct Gate {
    addressee: Country,
    withheld: Vec<WithheldItem>,
}

impl Gate {
    fn may(&self, tlp: Tlp) -> Result<(), Withheld> {
        tlp.may_go_to(self.addressee, &BTreeSet::new())
    }

    /// Returns true if the part may go; otherwise the part is entered in the list.
    fn passes(&mut self, may: Result<(), Withheld>, part: impl FnOnce() -> WithheldPart) -> bool {
        match may {
            Ok(()) => true,
            Err(because) => {
                self.withheld.push(WithheldItem { part: part(), because });
                false
            }
        }
    }

    /// Returns the parts of a list that may go.
    fn passing<'a, T>(
        &mut self,
        parts: &'a [T],
        tlp: impl Fn(&T) -> Tlp,
        name: impl Fn(usize) -> WithheldPart,
    ) -> Vec<&'a T> {
        let parts = parts.iter().enumerate();
        parts
            .filter(|(position, part)| self.passes(self.may(tlp(part)), || name(*position)))
            .map(|(_, part)| part)
            .collect()
    }

    /// Returns the case as it may go; routing settings are still those that the markings allow.
    fn case(&mut self, whole: &Case, to: Recipient) -> Released {
        let Case {
            id,
            title,
            tlp,
            summary,
            began,
            detected,
            owner: Owner { organisation, country, author: _, contact },
            target,
            routes: RouteSettings { folder, doubtful },
            record,
            request,
            parties,
            events,
            effects,
            threats,
            claims,
            hypotheses,
            // The sender's own weighing of responses goes to nobody.
            response: _,
            evidence,
        } = whole;
        let addressee = self.addressee;
        let evidence: Vec<&Evidence> = evidence
            .iter()
            .filter(|item| {
                self.passes(item.may_go_to(addressee), || WithheldPart::Evidence(item.id.clone()))
            })
            .collect();
        let events = self.passing(events, |event| event.tlp, WithheldPart::Event);
        let effects = self.passing(effects, |effect| effect.tlp, WithheldPart::Effect);
        // Threats are told to nobody; the sender's list names those that may not be told.
        self.passing(threats, |threat| threat.tlp, WithheldPart::Threat);
        let claims = self.passing(claims, |claim| claim.tlp, WithheldPart::Claim);
        let hypotheses =
            self.passing(hypotheses, |hypothesis| hypothesis.tlp, WithheldPart::Hypothesis);
        let shows_case = self.passes(self.may(*tlp), || WithheldPart::Case);
        let target = target
            .as_ref()
            .filter(|target| self.passes(self.may(target.tlp), || WithheldPart::Target));
        let doubtful = self.passing(doubtful, |link| link.tlp, WithheldPart::DoubtfulLink);
        let is_for_state = matches!(to, Recipient::State(_));
        let given: BTreeSet<&EvidenceId> = evidence.iter().map(|item| &item.id).collect();
        let case = Case {
            id: if shows_case { id.clone() } else { withheld_id() },
            title: title.clone(),
            tlp: *tlp,
            summary: summary.clone(),
            began: *began,
            detected: *detected,
            owner: Owner {
                organisation: organisation.clone(),
                country: *country,
                author: None,
                contact: contact.clone(),
            },
            target: target.cloned(),
            routes: RouteSettings {
                folder: folder.clone(),
                doubtful: doubtful.into_iter().cloned().collect(),
            },
            record: record.clone(),
            request: request.clone(),
            parties: parties.clone(),
            events: events.into_iter().map(|event| event_of(event, &given)).collect(),
            effects: effects.into_iter().map(|effect| effect_of(effect, &given)).collect(),
            threats: Vec::new(),
            claims: claims.into_iter().map(|claim| claim_of(claim, &given)).collect(),
            hypotheses: hypotheses.into_iter().cloned().collect(),
            response: Options::default(),
            evidence: evidence.iter().map(|item| item_of(item, shows_case, &given)).collect(),
        };
        let case = if shows_case { case } else { without_the_whole(case) };
        Released {
            to,
            shows_case,
            case: if is_for_state { case } else { technical(case) },
            routes: None,
            attribution: None,
            inputs: Vec::new(),
            withheld: Vec::new(),
            unseen: Unseen::default(),
        }
    }

    /// Returns the routing findings, unless a table, the target or a doubted link that they rest on is withheld.
    ///
    /// They cannot be made anew from the rest without running the engine again, so that they go as a whole or not at all.
    fn routes(
        &mut self,
        findings: Option<&RoutesFindings>,
        whole: &Case,
        released: &Case,
    ) -> Option<RoutesFindings> {
        let RoutesFindings { target, sources, map, dependencies, cuts, power, located, caveats } =
            findings?;
        if let Some((rest_on, because)) = self.hidden_basis(sources, whole) {
            self.withheld.push(WithheldItem { part: WithheldPart::Routes(rest_on), because });
            return None;
        }
        let addresses: BTreeSet<IpAddr> = released.evidence.iter().filter_map(address).collect();
        let located = located.iter().filter(|located| addresses.contains(&located.address));
        Some(RoutesFindings {
            target: target.clone(),
            sources: sources.clone(),
            map: map.clone(),
            dependencies: dependencies.clone(),
            cuts: cuts.clone(),
            power: power.clone(),
            located: located.cloned().collect(),
            caveats: caveats.clone(),
        })
    }

    /// Returns the first withheld part that routing findings rest on.
    fn hidden_basis(
        &self,
        sources: &[RouteSource],
        whole: &Case,
    ) -> Option<(RoutesRestOn, Withheld)> {
        let tables = whole.evidence.iter().filter(|item| is_table_of(item, sources));
        let mut tables = tables.filter_map(|item| {
            let because = item.may_go_to(self.addressee).err()?;
            Some((RoutesRestOn::Table(item.id.clone()), because))
        });
        let target = || {
            let because = self.may(whole.target.as_ref()?.tlp).err()?;
            Some((RoutesRestOn::Target, because))
        };
        let doubt = |(position, link): (usize, &DoubtfulLink)| {
            Some((RoutesRestOn::DoubtfulLink(position), self.may(link.tlp).err()?))
        };
        tables
            .next()
            .or_else(target)
            .or_else(|| whole.routes.doubtful.iter().enumerate().find_map(doubt))
    }

    /// Returns the inputs that the released part rests on; others would tell names and hashes of what is withheld.
    fn inputs(
        &mut self,
        inputs: &[Input],
        code: Option<&CodeFindings>,
        whole: &Case,
        released: &Released,
    ) -> Vec<Input> {
        let given = files(&released.case.evidence);
        let all = files(&whole.evidence);
        let tables: &[RouteSource] =
            released.routes.as_ref().map_or(&[], |findings| &findings.sources);
        let mut kept = Vec::new();
        for input in inputs {
            let is_table = tables.iter().any(|table| is_at(&input.path, &table.file));
            let is_told = if all.contains(input.path.as_str()) {
                given.contains(input.path.as_str())
                    && (is_table || self.tells_of_index(&input.path, code))
            } else {
                is_table
            };
            if is_told {
                kept.push(input.clone());
            }
        }
        kept
    }

    /// Returns true unless a file was read only to compare it with an index that the addressee may not know of.
    fn tells_of_index(&mut self, path: &str, code: Option<&CodeFindings>) -> bool {
        let Some(CodeFindings { index: _, programs }) = code else { return true };
        let is_of_file = |compared: &&ComparedProgram| {
            let rest = compared.program.name.strip_prefix(path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let markings = programs.iter().filter(is_of_file).filter_map(|one| one.program.tlp);
        let strictest = markings.max();
        let may = self.may(strictest.unwrap_or(Tlp::Clear));
        self.passes(may, || WithheldPart::Index(path.to_owned()))
    }

    /// Returns the withheld parts that a judgement could rest on; editions of the record are entered in the list.
    fn unseen(&mut self, assessment: &Assessment, released: &Released) -> Unseen {
        let (addressee, whole) = (self.addressee, &assessment.case);
        let evidence = whole.evidence.iter().filter(|item| item.may_go_to(addressee).is_err());
        let hypotheses = whole.hypotheses.iter().filter(|one| self.may(one.tlp).is_err());
        let (evidence, hypotheses) = (
            evidence.map(|item| item.id.clone()).collect(),
            hypotheses.map(|hypothesis| hypothesis.party.clone()).collect(),
        );
        let mut editions = Vec::new();
        let used = assessment.attribution.iter().flat_map(|findings| &findings.record.editions);
        for edition in used {
            let Err(because) = self.may(edition.tlp) else { continue };
            let name = edition.name.clone();
            editions.push(name.clone());
            if let Recipient::State(_) = released.to {
                let part = match edition.catalogue {
                    Catalogue::Case => WithheldPart::OwnCase(name),
                    _ => WithheldPart::Edition(name),
                };
                self.withheld.push(WithheldItem { part, because });
            }
        }
        let routes = assessment.routes.is_some() && released.routes.is_none();
        Unseen { evidence, hypotheses, editions, routes }
    }

    /// Returns a judgement that names nothing of what is withheld; where there is none, that is entered in the list.
    fn attribution(
        &mut self,
        whole: Option<&AttributionFindings>,
        judgement: Option<&AttributionFindings>,
        case: &Case,
    ) -> Option<AttributionFindings> {
        let named: BTreeSet<&PartyId> =
            case.hypotheses.iter().map(|hypothesis| &hypothesis.party).collect();
        let forbidden = |findings: &AttributionFindings| self.may(findings.marking()).err();
        let names_only_released = |findings: &&AttributionFindings| {
            findings.hypotheses.iter().all(|hypothesis| match hypothesis {
                Hypothesis::Named { party, .. } => named.contains(party),
                Hypothesis::Actor { .. }
                | Hypothesis::Unlisted { .. }
                | Hypothesis::FalseFlag { .. } => true,
            })
        };
        let found = judgement
            .filter(|findings| forbidden(findings).is_none())
            .filter(names_only_released)
            .cloned();
        if found.is_none() && whole.is_some() {
            let because = judgement
                .and_then(forbidden)
                .or_else(|| self.withheld.first().map(|item| item.because.clone()));
            let part = WithheldPart::Attribution;
            self.withheld.extend(because.map(|because| WithheldItem { part, because }));
        }
        found
    }
}

/// The name that stands for a case which the addressee may not know.
fn withheld_id() -> CaseId {
    "withheld".parse().expect("a word of letters is a name")
}

/// Returns the case without everything that goes by the marking of the whole.
///
/// Claims go as well: they say which party said what.
fn without_the_whole(case: Case) -> Case {
    Case {
        title: String::new(),
        tlp: Tlp::Clear,
        summary: String::new(),
        began: None,
        detected: None,
        record: RecordSettings::default(),
        request: RequestSettings::default(),
        parties: Vec::new(),
        claims: Vec::new(),
        hypotheses: Vec::new(),
        routes: RouteSettings {
            folder: "routes".parse().expect("a word of letters is a path"),
            ..case.routes
        },
        ..case
    }
}

/// Returns the case as a CERT gets it: traces and where they were met.
///
/// Who did it, what was said and what was harmed is for its state. Routing tables stay, since findings and the list of
/// inputs rest on them.
fn technical(mut case: Case) -> Case {
    case.evidence.retain(|item| match item.body {
        Body::Sample(_)
        | Body::Technique(_)
        | Body::Software(_)
        | Body::Infrastructure(_)
        | Body::RouteData(_) => true,
        Body::SharedCode(_)
        | Body::Artefact(_)
        | Body::Motive
        | Body::ClaimOfResponsibility(_)
        | Body::Damage(_) => false,
    });
    Case {
        summary: String::new(),
        events: Vec::new(),
        effects: Vec::new(),
        claims: Vec::new(),
        hypotheses: Vec::new(),
        ..case
    }
}

/// Returns an item without the consents that its source gave to others, and without parties of a withheld case.
fn item_of(item: &Evidence, shows_case: bool, given: &BTreeSet<&EvidenceId>) -> Evidence {
    let Evidence {
        id,
        title,
        body,
        says,
        source,
        grade,
        tlp,
        release_to: _,
        observed,
        points_to,
        file,
        weighing: Weighing { cluster, forgeability, availability, record, exposes, repeats },
    } = item;
    Evidence {
        id: id.clone(),
        title: title.clone(),
        body: body.clone(),
        says: says.clone(),
        source: source.clone(),
        grade: *grade,
        tlp: *tlp,
        release_to: BTreeSet::new(),
        observed: *observed,
        points_to: points_to.clone().filter(|_| shows_case),
        file: file.clone(),
        weighing: Weighing {
            cluster: cluster.clone(),
            forgeability: *forgeability,
            availability: *availability,
            record: record.clone(),
            exposes: cited(exposes, given),
            repeats: cited(repeats, given),
        },
    }
}

fn event_of(event: &Event, given: &BTreeSet<&EvidenceId>) -> Event {
    let Event { date, text, source, evidence, tlp } = event;
    Event {
        date: *date,
        text: text.clone(),
        source: source.clone(),
        evidence: cited(evidence, given),
        tlp: *tlp,
    }
}

fn effect_of(effect: &Effect, given: &BTreeSet<&EvidenceId>) -> Effect {
    let Effect { kind, text, quantity, date, evidence, tlp } = effect;
    Effect {
        kind: *kind,
        text: text.clone(),
        quantity: quantity.clone(),
        date: *date,
        evidence: cited(evidence, given),
        tlp: *tlp,
    }
}

fn claim_of(claim: &Claim, given: &BTreeSet<&EvidenceId>) -> Claim {
    let Claim { kind, by, about, text, date, source, evidence, tlp } = claim;
    Claim {
        kind: *kind,
        by: by.clone(),
        about: about.clone(),
        text: text.clone(),
        date: *date,
        source: source.clone(),
        evidence: cited(evidence, given),
        tlp: *tlp,
    }
}

/// Returns the cited items that are released.
fn cited(evidence: &[EvidenceId], given: &BTreeSet<&EvidenceId>) -> Vec<EvidenceId> {
    evidence.iter().filter(|id| given.contains(id)).cloned().collect()
}

fn address(item: &Evidence) -> Option<IpAddr> {
    match &item.body {
        Body::Infrastructure(infrastructure) => infrastructure.address,
        _ => None,
    }
}

fn files(evidence: &[Evidence]) -> BTreeSet<&str> {
    evidence.iter().filter_map(|item| item.file.as_ref()).map(EvidenceFile::path).collect()
}

/// Returns true if a path is that of a table, or leads to it from a folder further up.
fn is_at(path: &str, table: &str) -> bool {
    path == table || path.strip_suffix(table).is_some_and(|folder| folder.ends_with('/'))
}

/// Returns true if an item is about a table among the sources of the findings.
///
/// The table may have been read from another folder than the case names, so that the file's name decides.
fn is_table_of(item: &Evidence, sources: &[RouteSource]) -> bool {
    let name = |path: &str| path.rsplit(['/', '\\']).next().map(str::to_owned);
    let (Body::RouteData(_), Some(file)) = (&item.body, &item.file) else { return false };
    sources.iter().any(|source| name(&source.file) == name(file.path()))
}

impl Case {
    /// Returns the marking of the whole: the strictest marking of its parts.
    #[must_use]
    pub fn marking(&self) -> Tlp {
        let Self {
            id: _,
            title: _,
            tlp,
            summary: _,
            began: _,
            detected: _,
            owner: _,
            target,
            routes: RouteSettings { folder: _, doubtful },
            record: _,
            request: _,
            parties: _,
            events,
            effects,
            threats,
            claims,
            hypotheses,
            response: _,
            evidence,
        } = self;
        let marking = |Target { country: _, asns: _, prefixes: _, question: _, tlp }: &Target| *tlp;
        let target = target.iter().map(marking);
        let parts = target
            .chain(
                doubtful
                    .iter()
                    .map(|DoubtfulLink { left: _, right: _, reason: _, source: _, tlp }| *tlp),
            )
            .chain(events.iter().map(|event| event.tlp))
            .chain(effects.iter().map(|effect| effect.tlp))
            .chain(threats.iter().map(|threat| threat.tlp))
            .chain(claims.iter().map(|claim| claim.tlp))
            .chain(hypotheses.iter().map(|hypothesis| {
                let NamedHypothesis { party: _, text: _, attacker: _, tlp } = hypothesis;
                *tlp
            }))
            .chain(evidence.iter().map(|item| item.tlp));
        Tlp::strictest(parts.chain([*tlp]))
    }
}

impl Assessment {
    /// Returns the marking of the whole: the strictest marking of its parts.
    #[must_use]
    pub fn marking(&self) -> Tlp {
        let Self {
            version: _,
            program: _,
            case,
            // The findings are marked by the tables, the target and the doubted links, all of which the case holds.
            routes: _,
            code,
            attribution,
            attribution_shared,
            // The weighing rests on the case, the judgement and the record, which are counted here.
            response: _,
            inputs: _,
            gaps: _,
        } = self;
        let code = code.iter().filter_map(CodeFindings::marking);
        let judgements = attribution_shared.iter().map(|shared| &shared.findings);
        let judgements = attribution.iter().chain(judgements).map(AttributionFindings::marking);
        Tlp::strictest(code.chain(judgements).chain([case.marking()]))
    }
}

impl AttributionFindings {
    /// Returns the marking of the judgement: the strictest of the editions that it rests on, beside the case's own.
    #[must_use]
    pub fn marking(&self) -> Tlp {
        let Self {
            record,
            hypotheses: _,
            as_reported: _,
            if_planted: _,
            withheld: _,
            leads: _,
            confidence: _,
            balance: _,
            wanted: _,
            items: _,
            sensitivity: _,
            overlaps: _,
            precedents: _,
            hunt_leads: _,
            parameters: _,
            caveats: _,
        } = self;
        Tlp::strictest(record.editions.iter().map(|edition| edition.tlp))
    }
}

impl CodeFindings {
    /// Returns the strictest marking of the programs; `None` where none of them has one.
    #[must_use]
    pub fn marking(&self) -> Option<Tlp> {
        let Self { index: _, programs } = self;
        let markings: Vec<Tlp> = programs.iter().filter_map(|one| one.program.tlp).collect();
        (!markings.is_empty()).then(|| Tlp::strictest(markings))
    }
}
