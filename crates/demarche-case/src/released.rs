//! The part of an assessment that may go to one addressee, and the list of what may not.
//!
//! This is the one place that decides it. Every value is taken apart field by field, so that a new field does not
//! compile until somebody decides about it. Notes, bundles and servers take [`Released`] and never the assessment.

mod exposure;

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::assessment::attribution::{AttributionFindings, Hypothesis};
use crate::assessment::code::{CodeFindings, ComparedProgram};
use crate::assessment::exposure::ExposureFindings;
use crate::assessment::routes::{Located, RouteSource, RoutesFindings};
use crate::assessment::{Assessment, Input};
pub use crate::assessment::{Unseen, UnseenRoutes};
use crate::options::Options;
use crate::record::Catalogue;
use crate::{
    Body, Case, CaseId, Claim, Country, DoubtfulLink, Effect, Event, Evidence, EvidenceFile,
    EvidenceId, ExposedSettings, NamedHypothesis, Owner, Party, PartyId, Pointer, Recipient,
    RecordSettings, RequestSettings, Role, RouteSettings, Standing, Target, Threat, Tlp, Weighing,
    Withheld,
};
pub use exposure::{KindReleased, ReleasedExposure};

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
    /// The routing findings that were made from this part alone; `None` where there are none.
    pub routes: Option<RoutesFindings>,
    /// The judgement that was made from this part alone; `None` where there is none.
    pub attribution: Option<AttributionFindings>,
    /// The kinds and counts of what was leaked; `None` where there are none.
    pub exposure: Option<ReleasedExposure>,
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
            // It is marked by the settings that the case holds.
            exposure: _,
            inputs: _,
            withheld: _,
            unseen: _,
        } = self;
        let judgement = attribution.as_ref().map(AttributionFindings::marking);
        Tlp::strictest(judgement.into_iter().chain([case.marking()]))
    }

    /// Returns true if nothing of the case may go: neither the case as a whole nor any part of it.
    #[must_use]
    pub fn tells_nothing(&self) -> bool {
        let Case { events, effects, claims, evidence, .. } = &self.case;
        let has_parts = !(events.is_empty()
            && effects.is_empty()
            && claims.is_empty()
            && evidence.is_empty()
            && self.inputs.is_empty());
        !self.shows_case && !has_parts && self.routes.is_none() && self.exposure.is_none()
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
    /// The kinds and counts of what was leaked.
    Exposure,
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
    /// The day of the case, by which the age of the tables is told.
    Case,
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
        routes: _,
        routes_shared: _,
        // The items of the case that name a record may go; the record itself goes as their file or not at all.
        watches: _,
        code,
        attribution,
        attribution_shared,
        // The sender's own weighing of responses goes to nobody.
        response: _,
        exposure,
        inputs,
        // Gaps name files and places of the sender.
        gaps: _,
    } = assessment;
    let mut gate = Gate { addressee: to.country(), withheld: Vec::new() };
    let mut released = gate.case(whole, to);
    let unseen_routes = gate.unseen_routes(assessment, released.shows_case);
    released.routes = gate.routes(assessment, &unseen_routes, &released.case);
    if released.routes.is_none() {
        released.case.target = None;
        released.case.routes.doubtful.clear();
    }
    released.inputs = gate.inputs(inputs, code.as_ref(), whole, &released);
    released.unseen = gate.unseen(assessment, to, unseen_routes);
    if let Recipient::State(_) = to {
        let judged = attribution_shared.iter().find(|shared| shared.without == released.unseen);
        let judged = judged.map(|shared| &shared.findings);
        let whole = attribution.as_ref().filter(|_| released.unseen.is_empty());
        let judgement = whole.or(judged).filter(|_| released.shows_case);
        released.attribution = gate.attribution(attribution.as_ref(), judgement, &released.case);
        released.exposure = gate.exposure(exposure.as_ref(), &assessment.case.exposed);
        if released.exposure.is_some() {
            released.case.exposed = exposed_of(&assessment.case.exposed);
        }
    }
    released.withheld = gate.withheld;
    released
}

/// Returns one addressee for each distinct view of an assessment, among those that may know the case.
///
/// States that no source consented to see the same; of them one stands for all.
#[must_use]
pub fn views(assessment: &Assessment) -> Vec<Released> {
    let mut seen = BTreeSet::new();
    let all = representatives(&assessment.case)
        .into_iter()
        .map(|country| released(assessment, country.into()));
    all.filter(|view| view.shows_case && seen.insert(view.unseen.clone())).collect()
}

/// The part of a case that routing findings for some addressees are to be made from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RoutesView {
    /// The parts that it leaves out.
    pub without: UnseenRoutes,
    /// The case as those addressees may know it, with its target.
    pub case: Case,
    hidden: Vec<Evidence>,
}

impl RoutesView {
    /// Returns true if the addressees may not know the routing table in a file.
    ///
    /// The table may have been read from another folder than the case names, so that the file's name decides.
    #[must_use]
    pub fn hides(&self, file: &str) -> bool {
        self.hidden.iter().any(|item| is_table_in(item, file))
    }
}

/// Returns one view of a case for each set of parts that routing findings rest on and that some state may not see.
#[must_use]
pub fn routes_views(assessment: &Assessment) -> Vec<RoutesView> {
    let whole = &assessment.case;
    let mut seen = BTreeSet::new();
    let views = representatives(whole).into_iter().filter_map(|country| {
        let mut gate = Gate { addressee: country, withheld: Vec::new() };
        let released = gate.case(whole, country.into());
        let without = gate.unseen_routes(assessment, released.shows_case);
        if without.is_empty() || !seen.insert(without.clone()) {
            return None;
        }
        let tables = whole.evidence.iter().filter(|item| without.tables.contains(&item.id));
        let hidden = tables.cloned().collect();
        Some(RoutesView { without, hidden, case: released.case })
    });
    views.collect()
}

/// Returns one state that no source consented to, which stands for all such states, and every state that is named.
fn representatives(case: &Case) -> Vec<Country> {
    let lists = [&case.release_to]
        .into_iter()
        .chain(case.evidence.iter().map(|item| &item.release_to))
        .chain(case.target.iter().map(|target| &target.release_to))
        .chain(case.routes.doubtful.iter().map(|link| &link.release_to))
        .chain(case.hypotheses.iter().map(|named| &named.release_to))
        .chain(case.events.iter().map(|event| &event.release_to))
        .chain(case.effects.iter().map(|effect| &effect.release_to))
        .chain(case.claims.iter().map(|claim| &claim.release_to));
    let named: BTreeSet<Country> = lists.flatten().copied().collect();
    let codes = ('A'..='Z').flat_map(|first| ('A'..='Z').map(move |second| [first, second]));
    let countries = codes.filter_map(|code| String::from_iter(code).parse::<Country>().ok());
    let unnamed = countries.into_iter().find(|country| !named.contains(country));
    unnamed.into_iter().chain(named).collect()
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

    fn may_part<T: Marked>(&self, part: &T) -> Result<(), Withheld> {
        let (tlp, release_to) = part.marked();
        tlp.may_go_to(self.addressee, release_to)
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
    fn passing<'a, T: Marked>(
        &mut self,
        parts: &'a [T],
        name: impl Fn(usize) -> WithheldPart,
    ) -> Vec<&'a T> {
        let parts = parts.iter().enumerate();
        parts
            .filter(|(position, part)| self.passes(self.may_part(*part), || name(*position)))
            .map(|(_, part)| part)
            .collect()
    }

    /// Returns the case as it may go; routing settings are still those that the markings allow.
    fn case(&mut self, whole: &Case, to: Recipient) -> Released {
        let Case {
            id,
            title,
            tlp,
            release_to: _,
            summary,
            began,
            detected,
            owner: Owner { organisation, country, author: _, contact },
            target,
            routes: RouteSettings { folder, doubtful },
            // It goes with the findings that it is about.
            exposed: _,
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
            // What turned out to be wrong is told to nobody.
            refuted: _,
        } = whole;
        let addressee = self.addressee;
        let evidence: Vec<&Evidence> = evidence
            .iter()
            .filter(|item| {
                self.passes(item.may_go_to(addressee), || WithheldPart::Evidence(item.id.clone()))
            })
            .collect();
        let events = self.passing(events, WithheldPart::Event);
        let effects = self.passing(effects, WithheldPart::Effect);
        // Threats are told to nobody; the sender's list names those that may not be told.
        self.passing(threats, WithheldPart::Threat);
        let claims = self.passing(claims, WithheldPart::Claim);
        let hypotheses = self.passing(hypotheses, WithheldPart::Hypothesis);
        let shows_case = self.passes(self.may_part(whole), || WithheldPart::Case);
        let target = target
            .as_ref()
            .filter(|target| self.passes(self.may_part(*target), || WithheldPart::Target));
        let doubtful = self.passing(doubtful, WithheldPart::DoubtfulLink);
        let is_for_state = matches!(to, Recipient::State(_));
        let given: BTreeSet<&EvidenceId> = evidence.iter().map(|item| &item.id).collect();
        let case = Case {
            id: if shows_case { id.clone() } else { withheld_id() },
            title: title.clone(),
            tlp: *tlp,
            release_to: BTreeSet::new(),
            summary: summary.clone(),
            began: *began,
            detected: *detected,
            owner: Owner {
                organisation: organisation.clone(),
                country: *country,
                author: None,
                contact: contact.clone(),
            },
            target: target.map(|target| Target { release_to: BTreeSet::new(), ..target.clone() }),
            routes: RouteSettings {
                folder: folder.clone(),
                doubtful: doubtful
                    .into_iter()
                    .map(|link| DoubtfulLink { release_to: BTreeSet::new(), ..link.clone() })
                    .collect(),
            },
            exposed: ExposedSettings::default(),
            record: record.clone(),
            request: request.clone(),
            parties: parties
                .iter()
                .map(|party| party_of(party, addressee, whole.sender()))
                .collect(),
            events: events.into_iter().map(|event| event_of(event, &given)).collect(),
            effects: effects.into_iter().map(|effect| effect_of(effect, &given)).collect(),
            threats: Vec::new(),
            claims: claims.into_iter().map(|claim| claim_of(claim, &given)).collect(),
            hypotheses: hypotheses
                .into_iter()
                .map(|named| NamedHypothesis { release_to: BTreeSet::new(), ..named.clone() })
                .collect(),
            response: Options::default(),
            evidence: evidence.iter().map(|item| item_of(item, shows_case, &given)).collect(),
            refuted: Vec::new(),
        };
        let case = if shows_case { case } else { without_the_whole(case) };
        Released {
            to,
            shows_case,
            case: if is_for_state { case } else { technical(case, addressee) },
            routes: None,
            attribution: None,
            exposure: None,
            inputs: Vec::new(),
            withheld: Vec::new(),
            unseen: Unseen::default(),
        }
    }

    /// Returns the withheld parts that routing findings rest on; none where there are no findings.
    fn unseen_routes(&self, assessment: &Assessment, shows_case: bool) -> UnseenRoutes {
        let whole = &assessment.case;
        let Some(findings) = &assessment.routes else { return UnseenRoutes::default() };
        let tables = whole.evidence.iter().filter(|item| is_table_of(item, &findings.sources));
        let hidden = tables.filter(|item| item.may_go_to(self.addressee).is_err());
        let doubtful = whole.routes.doubtful.iter().filter(|link| self.may_part(*link).is_err());
        UnseenRoutes {
            target: whole.target.as_ref().is_some_and(|target| self.may_part(target).is_err()),
            day: !shows_case && whole.noticed().is_some(),
            tables: hidden.map(|item| item.id.clone()).collect(),
            doubtful: doubtful.map(|link| (link.left, link.right)).collect(),
        }
    }

    /// Returns the routing findings that rest on released parts alone; where there are none, that is entered in the list.
    fn routes(
        &mut self,
        assessment: &Assessment,
        unseen: &UnseenRoutes,
        released: &Case,
    ) -> Option<RoutesFindings> {
        let whole = assessment.routes.as_ref()?;
        let shared = &assessment.routes_shared;
        let judged = if unseen.is_empty() {
            Some(whole)
        } else {
            shared.iter().find(|shared| shared.without == *unseen).map(|shared| &shared.findings)
        };
        // Without the target the addresses are placed all the same, as in a case that has none.
        if judged.is_none() || unseen.target {
            let basis = self.hidden_basis(&whole.sources, &assessment.case);
            self.withheld.extend(basis.map(|(rest_on, because)| WithheldItem {
                part: WithheldPart::Routes(rest_on),
                because,
            }));
        }
        let findings = judged?;
        let RoutesFindings { target, sources, map, dependencies, cuts, power, located, caveats } =
            findings;
        let addresses: BTreeSet<IpAddr> = released.evidence.iter().filter_map(address).collect();
        let located = located.iter().filter(|located| addresses.contains(&located.address));
        let located: Vec<Located> = located.cloned().collect();
        if target.question.is_empty() && located.is_empty() {
            return None;
        }
        Some(RoutesFindings {
            target: target.clone(),
            sources: sources.clone(),
            map: map.clone(),
            dependencies: dependencies.clone(),
            cuts: cuts.clone(),
            power: power.clone(),
            located,
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
            let because = self.may_part(whole.target.as_ref()?).err()?;
            Some((RoutesRestOn::Target, because))
        };
        let doubt = |(position, link): (usize, &DoubtfulLink)| {
            Some((RoutesRestOn::DoubtfulLink(position), self.may_part(link).err()?))
        };
        let day = || Some((RoutesRestOn::Case, self.may_part(whole).err()?));
        tables
            .next()
            .or_else(target)
            .or_else(|| whole.routes.doubtful.iter().enumerate().find_map(doubt))
            .or_else(day)
    }

    /// Returns the kinds and counts of what was leaked, where their marking lets them go.
    fn exposure(
        &mut self,
        findings: Option<&ExposureFindings>,
        settings: &ExposedSettings,
    ) -> Option<ReleasedExposure> {
        let findings = findings?;
        let addressee = self.addressee;
        self.passes(self.may_part(settings), || WithheldPart::Exposure)
            .then(|| ReleasedExposure::of(findings, addressee))
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
        let markings = programs.iter().filter(is_of_file).filter_map(|matched| matched.program.tlp);
        let strictest = markings.max();
        let may = self.may(strictest.unwrap_or(Tlp::Clear));
        self.passes(may, || WithheldPart::Index(path.to_owned()))
    }

    /// Returns the withheld parts that a judgement could rest on; editions of the record are entered in the list.
    fn unseen(&mut self, assessment: &Assessment, to: Recipient, routes: UnseenRoutes) -> Unseen {
        let (addressee, whole) = (self.addressee, &assessment.case);
        let evidence = whole.evidence.iter().filter(|item| item.may_go_to(addressee).is_err());
        let hypotheses = whole.hypotheses.iter().filter(|named| self.may_part(*named).is_err());
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
            if let Recipient::State(_) = to {
                let part = match edition.catalogue {
                    Catalogue::Case => WithheldPart::OwnCase(name),
                    _ => WithheldPart::Edition(name),
                };
                self.withheld.push(WithheldItem { part, because });
            }
        }
        Unseen {
            evidence,
            hypotheses,
            effects: self.kept(&whole.effects),
            events: self.kept(&whole.events),
            editions,
            routes,
        }
    }

    /// Returns the positions of the parts that the addressee may not see.
    fn kept<T>(&self, parts: &[T]) -> Vec<usize>
    where
        T: Marked,
    {
        let kept = parts.iter().enumerate().filter(|(_, part)| self.may_part(*part).is_err());
        kept.map(|(position, _)| position).collect()
    }

    /// Returns a judgement that names nothing of what is withheld; where there is none, that is entered in the list.
    fn attribution(
        &mut self,
        whole: Option<&AttributionFindings>,
        judgement: Option<&AttributionFindings>,
        case: &Case,
    ) -> Option<AttributionFindings> {
        let named: BTreeSet<&PartyId> =
            case.suspects().into_iter().map(|suspect| &suspect.party.id).collect();
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
/// inputs rest on them. Of the parties stay the sender, the CERT itself, whoever in its country was used as host or
/// carrier, and the victims, whose sector bears on norms; nothing is left that accuses anybody.
fn technical(mut case: Case, addressee: Country) -> Case {
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
    for item in &mut case.evidence {
        item.points_to = None;
    }
    let told = |party: &Party, role: Role| match role {
        Role::Sender | Role::Victim => true,
        // Whose network or service was used is no accusation, and the reason to ask this CERT.
        Role::Cert | Role::Host | Role::Transit => party.country == Some(addressee),
        _ => false,
    };
    let parties = case.parties.into_iter().filter_map(|party| {
        let roles: BTreeSet<Role> =
            party.roles.iter().copied().filter(|role| told(&party, *role)).collect();
        (!roles.is_empty()).then(|| Party { roles, actors: Vec::new(), acts_for: None, ..party })
    });
    Case {
        parties: parties.collect(),
        summary: String::new(),
        events: Vec::new(),
        effects: Vec::new(),
        claims: Vec::new(),
        hypotheses: Vec::new(),
        ..case
    }
}

/// Returns a party without the sender's remarks on it, and with the way to reach it only where a note gives it: that of
/// the addressee's own authorities and of the sender's.
fn party_of(party: &Party, addressee: Country, sender: Option<Country>) -> Party {
    let Party { id, name, country, roles, asns, contact, note: _, sector, actors, acts_for } =
        party;
    let is_authority =
        [Role::Cert, Role::LawEnforcement, Role::Sender].iter().any(|role| roles.contains(role));
    let is_near = country.is_some() && (*country == Some(addressee) || *country == sender);
    Party {
        id: id.clone(),
        name: name.clone(),
        country: *country,
        roles: roles.clone(),
        asns: asns.clone(),
        contact: contact.clone().filter(|_| is_authority && is_near),
        note: None,
        sector: *sector,
        actors: actors.clone(),
        acts_for: acts_for.clone(),
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
        weighing:
            Weighing { cluster, forgeability, availability, record, exposes, repeats, standing: _ },
        // The id under which a partner has it would tell the addressee whose it is.
        origin: _,
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
        // The reason is the analyst's own note.
        points_to: points_to.clone().filter(|_| shows_case).map(
            |Pointer { parties, strength, because: _ }| Pointer {
                parties,
                strength,
                because: None,
            },
        ),
        file: file.clone(),
        weighing: Weighing {
            cluster: cluster.clone(),
            forgeability: *forgeability,
            availability: *availability,
            record: record.clone(),
            exposes: cited(exposes, given),
            repeats: cited(repeats, given),
            // Who checked what is the sender's own business.
            standing: Standing::default(),
        },
        origin: None,
    }
}

/// Returns the marking of what was leaked, without the name of its folder and the consents to other states.
fn exposed_of(settings: &ExposedSettings) -> ExposedSettings {
    let ExposedSettings { folder: _, tlp, release_to: _ } = settings;
    ExposedSettings { tlp: *tlp, ..ExposedSettings::default() }
}

fn event_of(event: &Event, given: &BTreeSet<&EvidenceId>) -> Event {
    let Event { date, text, source, steps: _, evidence, tlp, release_to: _ } = event;
    Event {
        date: *date,
        text: text.clone(),
        source: source.clone(),
        // What the sender counts among its responses is its own affair.
        steps: Vec::new(),
        evidence: cited(evidence, given),
        tlp: *tlp,
        release_to: BTreeSet::new(),
    }
}

fn effect_of(effect: &Effect, given: &BTreeSet<&EvidenceId>) -> Effect {
    let Effect { kind, text, quantity, date, evidence, tlp, release_to: _ } = effect;
    Effect {
        kind: *kind,
        text: text.clone(),
        quantity: quantity.clone(),
        date: *date,
        evidence: cited(evidence, given),
        tlp: *tlp,
        release_to: BTreeSet::new(),
    }
}

fn claim_of(claim: &Claim, given: &BTreeSet<&EvidenceId>) -> Claim {
    let Claim { kind, by, about, text, date, source, evidence, tlp, release_to: _ } = claim;
    Claim {
        kind: *kind,
        by: by.clone(),
        about: about.clone(),
        text: text.clone(),
        date: *date,
        source: source.clone(),
        evidence: cited(evidence, given),
        tlp: *tlp,
        release_to: BTreeSet::new(),
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
fn is_table_of(item: &Evidence, sources: &[RouteSource]) -> bool {
    sources.iter().any(|source| is_table_in(item, &source.file))
}

/// Returns true if an item is about the routing table in a file.
///
/// The table may have been read from another folder than the case names, so that the file's name decides.
fn is_table_in(item: &Evidence, file: &str) -> bool {
    let name = |path: &str| path.rsplit(['/', '\\']).next().map(str::to_owned);
    let (Body::RouteData(_), Some(evidence)) = (&item.body, &item.file) else { return false };
    name(file) == name(evidence.path())
}

/// A part of a case with a marking of its own, and with the states to which it may go although it is AMBER.
trait Marked {
    fn marked(&self) -> (Tlp, &BTreeSet<Country>);
}

/// The two keys are the same in every part.
macro_rules! marked {
    ($($part:ty),*) => {$(
        impl Marked for $part {
            fn marked(&self) -> (Tlp, &BTreeSet<Country>) {
                (self.tlp, &self.release_to)
            }
        }
    )*};
}

marked!(Case, Target, ExposedSettings, DoubtfulLink, Event, Effect, Threat, Claim, NamedHypothesis);

impl Case {
    /// Returns the marking of the whole: the strictest marking of its parts.
    #[must_use]
    pub fn marking(&self) -> Tlp {
        let Self {
            id: _,
            title: _,
            tlp,
            release_to: _,
            summary: _,
            began: _,
            detected: _,
            owner: _,
            target,
            routes: RouteSettings { folder: _, doubtful },
            exposed: ExposedSettings { folder: _, tlp: exposed, release_to: _ },
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
            refuted,
        } = self;
        let marking = |Target {
                           country: _,
                           asns: _,
                           prefixes: _,
                           question: _,
                           tlp,
                           release_to: _,
                       }: &Target| *tlp;
        let target = target.iter().map(marking);
        let parts = target
            .chain([*exposed])
            .chain(doubtful.iter().map(
                |DoubtfulLink { left: _, right: _, reason: _, source: _, tlp, release_to: _ }| *tlp,
            ))
            .chain(events.iter().map(|event| event.tlp))
            .chain(effects.iter().map(|effect| effect.tlp))
            .chain(threats.iter().map(|threat| threat.tlp))
            .chain(claims.iter().map(|claim| claim.tlp))
            .chain(hypotheses.iter().map(|hypothesis| hypothesis.tlp))
            .chain(evidence.iter().chain(refuted).map(|item| item.tlp));
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
            routes_shared: _,
            // The records are marked by the items that name them.
            watches: _,
            code,
            attribution,
            attribution_shared,
            // The weighing rests on the case, the judgement and the record, which are counted here.
            response: _,
            // The findings are marked by the settings that the case holds.
            exposure: _,
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
        let markings: Vec<Tlp> =
            programs.iter().filter_map(|matched| matched.program.tlp).collect();
        (!markings.is_empty()).then(|| Tlp::strictest(markings))
    }
}
