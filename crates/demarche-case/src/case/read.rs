//! `case.toml`, table by table, and the checks that need both files.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::{
    AccusedNote, AttackerKind, Case, Claim, ClaimKind, DoubtfulLink, Effect, EffectKind, Event,
    ExposedSettings, NamedHypothesis, Owner, Party, RecordSettings, RequestSettings, Role,
    RouteSettings, Target, Threat,
};
use crate::options::Options;
use crate::reader::{Document, Fields, Ids, MOST_PROBLEMS, Notes, Place, Value, nearest, words};
use crate::{
    CaseError, CaseId, CasePath, Country, Evidence, EvidenceId, PartyId, Problem, Sector, Tlp,
    evidence,
};

words!(AccusedNote: "protest" Protest, "cease" Cease, "question" Question, "nothing" Nothing);
words!(Role: "victim" Victim, "responsible-alleged" ResponsibleAlleged,
    "shelter-alleged" ShelterAlleged, "transit" Transit,
    "law-enforcement" LawEnforcement,
    "host" Host, "partner" Partner, "cert" Cert, "sender" Sender, "other" Other);
words!(AttackerKind: "state" State, "criminal" Criminal, "hacktivist" Hacktivist,
    "insider" Insider, "unknown" Unknown);
words!(EffectKind: "destruction" Destruction, "disclosure" Disclosure, "disruption" Disruption,
    "coercion" Coercion, "espionage" Espionage, "theft" Theft, "manipulation" Manipulation,
    "other" Other);
words!(Sector: "government" Government, "military" Military,
    "critical-infrastructure" CriticalInfrastructure, "company" Company, "media" Media,
    "research" Research, "civil-society" CivilSociety, "international" International,
    "people" People, "other" Other);
words!(ClaimKind: "responsibility" Responsibility, "attribution" Attribution, "denial" Denial,
    "statement" Statement);

/// A case as its two files tell it, what is wrong with them, and the files of the folder that they name.
pub(crate) struct Reading {
    /// The case, unless a part that it cannot do without is wrong.
    pub(crate) case: Option<Case>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) files: Vec<(CasePath, Place)>,
}

impl Case {
    /// Reads a case from the text of its two files; nothing else is opened.
    ///
    /// # Errors
    ///
    /// Every problem of both files, with its place and remedy.
    pub fn read(case_toml: &str, evidence_toml: &str) -> Result<Self, CaseError> {
        reading(case_toml, evidence_toml).into_result(Vec::new())
    }
}

impl Reading {
    /// The case where nothing is wrong, neither here nor in `more`.
    pub(crate) fn into_result(self, more: Vec<Problem>) -> Result<Case, CaseError> {
        let Self { case, mut problems, .. } = self;
        problems.extend(more);
        match (case, CaseError::of(problems)) {
            (Some(case), None) => Ok(case),
            (_, Some(error)) => Err(error),
            // A part can only be missing with a problem noted; were it not so, this is what to say.
            (None, None) => Err(CaseError {
                problems: vec![Problem {
                    file: "case.toml".to_owned(),
                    line: None,
                    column: None,
                    met: "the case is incomplete".to_owned(),
                    remedy: "compare it with the one that `demarche init` writes".to_owned(),
                }],
            }),
        }
    }
}

pub(crate) fn reading(case_toml: &str, evidence_toml: &str) -> Reading {
    let (items, evidence_notes) = evidence::read::read(evidence_toml);
    let mark = |item: &Evidence| (item.id.clone(), (item.tlp, item.release_to.clone()));
    let marks = items.iter().map(mark).collect();
    let (case, case_notes) =
        Document::read("case.toml", case_toml, "case.toml", |top| case(top, &marks));
    let case = case.map(|case| Case { evidence: items, ..case });
    let is_broken = case_notes.is_broken || evidence_notes.is_broken;
    let Notes { mut problems, mut evidence, mut parties, mut files, .. } = case_notes;
    problems.extend(evidence_notes.problems);
    files.extend(evidence_notes.files);
    evidence.append(evidence_notes.evidence);
    parties.append(evidence_notes.parties);
    problems.extend(evidence.check("evidence", "evidence.toml", is_broken));
    problems.extend(parties.check("party", "case.toml", is_broken));
    Reading { case, problems, files }
}

impl<T: Ord + Display> Ids<T> {
    fn append(&mut self, other: Self) {
        self.given.extend(other.given);
        self.cited.extend(other.cited);
    }

    /// Names that are given twice, and names that are cited but not given.
    ///
    /// Where a file is broken, a name may be given in the part that could not be read.
    fn check(&self, what: &str, file: &str, is_broken: bool) -> Vec<Problem> {
        let mut first: BTreeMap<&T, &Place> = BTreeMap::new();
        let mut again = Vec::new();
        for (id, place) in &self.given {
            match first.entry(id) {
                Entry::Vacant(entry) => {
                    entry.insert(place);
                }
                Entry::Occupied(entry) => again.push((id, place, entry.get().line)),
            }
        }
        let mut problems = Vec::new();
        for (id, place, line) in again.into_iter().take(MOST_PROBLEMS) {
            let met = format!("{what} `{id}` again; the first is in line {line}");
            problems.push(place.problem(met, "give each its own id"));
        }
        let names: Vec<String> =
            first.keys().take(MOST_PROBLEMS).map(ToString::to_string).collect();
        let dangling = self.cited.iter().filter(|(id, _)| !is_broken && !first.contains_key(id));
        for (id, place) in dangling.take(MOST_PROBLEMS) {
            let remedy = nearest(&id.to_string(), names.iter().map(String::as_str)).map_or_else(
                || format!("add `[[{what}]]` with this id to {file}, or remove it here"),
                |known| format!("did you mean `{known}`?"),
            );
            problems.push(place.problem(format!("no {what} has the id `{id}`"), remedy));
        }
        problems
    }
}

/// The marking of each item of evidence, and the states to which it may go although it is AMBER.
type Marks = BTreeMap<EvidenceId, (Tlp, BTreeSet<Country>)>;

/// The marking of the case, and the states to which it may go although it is AMBER.
///
/// A part without either key goes where the case goes.
struct Floor {
    tlp: Tlp,
    release_to: BTreeSet<Country>,
}

impl Floor {
    /// Returns the marking and the consents of a part that cites no evidence.
    fn of(&self, fields: &mut Fields<'_, '_>) -> (Tlp, BTreeSet<Country>) {
        let is_own = fields.has("tlp") || fields.has("release_to");
        let tlp = fields.optional("tlp").unwrap_or(self.tlp);
        let own = fields.release_to(Some(tlp));
        (tlp, if is_own { own } else { self.release_to.clone() })
    }

    /// Returns the marking and the consents of a part that cites evidence.
    ///
    /// Without either key it takes the strictest marking of the case and of what it cites, and goes where all of them go.
    fn citing(
        &self,
        fields: &mut Fields<'_, '_>,
        marks: &Marks,
        cited: &[EvidenceId],
    ) -> Option<(Tlp, BTreeSet<Country>)> {
        let cited = || cited.iter().filter_map(|id| marks.get(id));
        let is_marked = fields.has("tlp");
        let tlp = if is_marked {
            fields.optional("tlp")
        } else {
            Some(cited().map(|(tlp, _)| *tlp).fold(self.tlp, Tlp::max))
        };
        let own = fields.release_to(tlp);
        if is_marked || fields.has("release_to") || tlp != Some(Tlp::Amber) {
            return Some((tlp?, own));
        }
        let own = (self.tlp, &self.release_to);
        let parts = cited().map(|(tlp, release_to)| (*tlp, release_to)).chain([own]);
        let amber = parts.filter(|(tlp, _)| *tlp == Tlp::Amber).map(|(_, consents)| consents);
        let all = amber.cloned().reduce(|all, consents| &all & &consents);
        Some((Tlp::Amber, all.unwrap_or_default()))
    }
}

fn case(top: &mut Fields<'_, '_>, marks: &Marks) -> Option<Case> {
    let id = top.required("id");
    let title = top.required("title");
    let tlp: Option<Tlp> = top.required("tlp");
    let summary = top.required("summary");
    let began = top.optional("began");
    let detected = top.optional("detected");
    if !top.has("owner") {
        top.missing("owner", "a table `[owner]` with `organisation` and `contact`");
    }
    let owner = top.table("owner", owner);
    let release_to = top.release_to(tlp);
    let floor = Floor { tlp: tlp.unwrap_or(Tlp::Red), release_to: release_to.clone() };
    let target = top.table("target", |fields| target(fields, &floor));
    let routes = top.table("routes", |fields| routes(fields, &floor));
    let exposed = top.table("exposed", |fields| exposed(fields, &floor));
    let hypotheses = top.tables("hypothesis", |fields| hypothesis(fields, &floor));
    let record = top.table("record", |fields| {
        Some(RecordSettings {
            leave_out: fields.list("leave_out"),
            until: fields.optional("until"),
            hindsight: fields.optional("hindsight").unwrap_or(false),
        })
    });
    let request = top.table("request", request);
    let parties: Vec<Party> = top.tables("party", party);
    let mut events: Vec<Event> = top.tables("event", |fields| event(fields, &floor, marks));
    let effects = top.tables("effect", |fields| effect(fields, &floor, marks));
    let threats = top.tables("threat", |fields| threat(fields, &floor, marks));
    let mut claims: Vec<Claim> = top.tables("claim", |fields| claim(fields, &floor, marks));
    events.sort_by_key(|event| event.date);
    claims.sort_by_key(|claim| claim.date);
    check_parties(top, &parties, &hypotheses);
    check_links(top, routes.as_ref());
    if let Some((began, detected)) = Option::zip(began, detected)
        && began > detected
    {
        top.wrong(
            "detected",
            format!("`detected` is before `began`, {began}"),
            "change one of them",
        );
    }
    Some(Case {
        id: id?,
        title: title?,
        tlp: tlp?,
        release_to,
        summary: summary?,
        began,
        detected,
        owner: owner?,
        target,
        routes: routes.or_else(|| no_routes().ok())?,
        exposed: exposed.unwrap_or(ExposedSettings {
            tlp: floor.tlp,
            release_to: floor.release_to,
            ..ExposedSettings::default()
        }),
        record: record.unwrap_or_default(),
        request: request.unwrap_or_default(),
        parties,
        events,
        effects,
        threats,
        claims,
        hypotheses,
        response: Options::default(),
        evidence: Vec::new(),
        refuted: Vec::new(),
    })
}

/// The rules between parties, and between them and the hypotheses.
fn check_parties(top: &mut Fields<'_, '_>, parties: &[Party], hypotheses: &[NamedHypothesis]) {
    if parties.iter().filter(|party| party.roles.contains(&Role::Sender)).count() > 1 {
        top.wrong("party", "more than one party is the sender", "a request goes out in one name");
    }
    for (met, remedy) in patrons(parties) {
        top.wrong("party", met, remedy);
    }
    // A view is told by which hypotheses and links it leaves out, each by its party or its ends: two would be one.
    for (place, named) in hypotheses.iter().enumerate() {
        if hypotheses.iter().take(place).any(|earlier| earlier.party == named.party) {
            let twice = format!("two hypotheses are on the party `{}`", named.party);
            top.wrong("hypothesis", twice, "write one, or give the other a party of its own");
        }
    }
    let accused = parties.iter().filter(|party| party.is_accused() && party.sector.is_none());
    let accused: BTreeMap<&PartyId, Country> =
        accused.filter_map(|party| Some((&party.id, party.state()?))).collect();
    for named in hypotheses.iter().filter(|named| acts_for_no_state(named.attacker)) {
        if let Some(state) = accused.get(&named.party) {
            top.wrong(
                "hypothesis",
                format!(
                    "the hypothesis says that `{}` acts for no state, and with the country {state} it stands for that state",
                    named.party
                ),
                "give the party a `sector`, such as \"company\"; its country is then only where it is registered",
            );
        }
    }
}

/// No link is doubted twice.
fn check_links(top: &mut Fields<'_, '_>, routes: Option<&RouteSettings>) {
    let ends = |link: &DoubtfulLink| (link.left.min(link.right), link.left.max(link.right));
    let doubtful = routes.into_iter().flat_map(|routes| &routes.doubtful);
    for (place, link) in doubtful.clone().enumerate() {
        if doubtful.clone().take(place).any(|earlier| ends(earlier) == ends(link)) {
            let twice =
                format!("the link between {} and {} is doubted twice", link.left, link.right);
            top.wrong("routes", twice, "write one `[[routes.doubtful]]` with both reasons");
        }
    }
}

/// Returns true if a kind of attacker is one that acts for no state.
const fn acts_for_no_state(attacker: Option<AttackerKind>) -> bool {
    matches!(
        attacker,
        Some(AttackerKind::Criminal | AttackerKind::Hacktivist | AttackerKind::Insider)
    )
}

fn owner(fields: &mut Fields<'_, '_>) -> Option<Owner> {
    let organisation = fields.required("organisation");
    let country = fields.optional("country");
    let author = fields.optional("author");
    let contact = fields.required("contact");
    Some(Owner { organisation: organisation?, country, author, contact: contact? })
}

fn target(fields: &mut Fields<'_, '_>, floor: &Floor) -> Option<Target> {
    let (tlp, release_to) = floor.of(fields);
    let target = Target {
        country: fields.optional("country"),
        asns: fields.list("asns").into_iter().collect(),
        prefixes: fields.list("prefixes").into_iter().collect(),
        question: fields.optional("question"),
        tlp,
        release_to,
    };
    if !(fields.has("country") || fields.has("asns") || fields.has("prefixes")) {
        fields
            .missing("country", "whose connectivity is asked about; `asns` or `prefixes` will do");
    }
    Some(target)
}

/// The settings of a case that has none.
fn no_routes() -> Result<RouteSettings, crate::CasePathError> {
    Ok(RouteSettings { folder: "routes".parse::<CasePath>()?, doubtful: Vec::new() })
}

fn routes(fields: &mut Fields<'_, '_>, floor: &Floor) -> Option<RouteSettings> {
    let none = no_routes().ok()?;
    let folder = fields.optional("folder").unwrap_or(none.folder);
    let doubtful = fields.tables("doubtful", |fields| {
        let left = fields.required("left");
        let right = fields.required("right");
        let reason = fields.required("reason");
        let source = fields.source("source");
        let (tlp, release_to) = floor.of(fields);
        Some(DoubtfulLink {
            left: left?,
            right: right?,
            reason: reason?,
            source: source?,
            tlp,
            release_to,
        })
    });
    Some(RouteSettings { folder, doubtful })
}

fn exposed(fields: &mut Fields<'_, '_>, floor: &Floor) -> Option<ExposedSettings> {
    let (tlp, release_to) = floor.of(fields);
    let folder = fields.optional("folder").unwrap_or(ExposedSettings::default().folder);
    Some(ExposedSettings { folder, tlp, release_to })
}

fn request(fields: &mut Fields<'_, '_>) -> Option<RequestSettings> {
    let usual = RequestSettings::default();
    Some(RequestSettings {
        answer_within_days: days(fields, "answer_within_days", usual.answer_within_days),
        preserve_within_days: days(fields, "preserve_within_days", usual.preserve_within_days),
        offers: fields.list("offers"),
        accused: fields.optional("accused").unwrap_or_default(),
    })
}

fn days(fields: &mut Fields<'_, '_>, key: &'static str, usual: u64) -> u64 {
    let days = fields.optional(key).unwrap_or(usual);
    if !(1..=RequestSettings::MOST_DAYS).contains(&days) {
        fields.wrong(key, format!("{days} days"), "write a number from 1 to 365");
    }
    days
}

fn party(fields: &mut Fields<'_, '_>) -> Option<Party> {
    let id = fields.party_id();
    let name = fields.required("name");
    let country = fields.optional("country");
    let roles = fields.list("role").into_iter().collect();
    if !fields.has("role") {
        fields.missing("role", Role::WANTED);
    }
    let asns = fields.list("asns").into_iter().collect();
    let contact = fields.optional("contact");
    let note = fields.optional("note");
    let sector = fields.optional("sector");
    let actors = fields.list("actor");
    let acts_for = fields.cited_party("acts_for");
    Some(Party {
        id: id?,
        name: name?,
        country,
        roles,
        asns,
        contact,
        note,
        sector,
        actors,
        acts_for,
    })
}

/// The faults of the parties for which others act, each with its remedy: a circle, or an end without a state.
fn patrons(parties: &[Party]) -> Vec<(String, String)> {
    let party = |id: &PartyId| parties.iter().find(|party| party.id == *id);
    let wrong = |tool: &Party| {
        let mut end = tool;
        for _ in parties {
            let Some(id) = &end.acts_for else { break };
            // A party that is not there is named elsewhere.
            end = party(id)?;
        }
        if end.acts_for.is_some() {
            let met = format!("the party `{}` acts for itself in the end", tool.id);
            return Some((met, "leave out one `acts_for`".to_owned()));
        }
        let is_open = tool.acts_for.is_some() && end.country.is_none();
        is_open.then(|| {
            let met =
                format!("the party `{}` acts for `{}`, which has no country", tool.id, end.id);
            (met, format!("give `{}` its `country`, or leave out `acts_for`", end.id))
        })
    };
    parties.iter().filter_map(wrong).collect()
}

fn hypothesis(fields: &mut Fields<'_, '_>, floor: &Floor) -> Option<NamedHypothesis> {
    if !fields.has("party") {
        fields.missing("party", "the id of the party that may have done it");
    }
    let party = fields.cited_party("party");
    let text = fields.required("text");
    let attacker = fields.optional("kind");
    let (tlp, release_to) = floor.of(fields);
    Some(NamedHypothesis { party: party?, text: text?, attacker, tlp, release_to })
}

fn event(fields: &mut Fields<'_, '_>, floor: &Floor, marks: &Marks) -> Option<Event> {
    let date = fields.required("date");
    let text = fields.required("text");
    let source = fields.source_if_any("source");
    let steps = fields.list::<CaseId>("steps");
    let evidence = fields.cited_evidence("evidence");
    let marking = floor.citing(fields, marks, &evidence);
    let steps = steps.iter().map(|option| option.as_str().to_owned()).collect();
    let (tlp, release_to) = marking?;
    Some(Event { date: date?, text: text?, source, steps, evidence, tlp, release_to })
}

fn effect(fields: &mut Fields<'_, '_>, floor: &Floor, marks: &Marks) -> Option<Effect> {
    let kind = fields.required("kind");
    let text = fields.required("text");
    let quantity = fields.quantity();
    let date = fields.optional("date");
    let evidence = fields.cited_evidence("evidence");
    let marking = floor.citing(fields, marks, &evidence);
    let (tlp, release_to) = marking?;
    Some(Effect { kind: kind?, text: text?, quantity, date, evidence, tlp, release_to })
}

fn threat(fields: &mut Fields<'_, '_>, floor: &Floor, marks: &Marks) -> Option<Threat> {
    let text = fields.required("text");
    let by = fields.cited_party("by");
    let date = fields.optional("date");
    let carried_out = fields.optional("carried_out");
    let source = fields.source_if_any("source");
    let evidence = fields.cited_evidence("evidence");
    let marking = floor.citing(fields, marks, &evidence);
    let (tlp, release_to) = marking?;
    Some(Threat { text: text?, by, date, carried_out, source, evidence, tlp, release_to })
}

fn claim(fields: &mut Fields<'_, '_>, floor: &Floor, marks: &Marks) -> Option<Claim> {
    let kind = fields.required("kind");
    if !fields.has("by") {
        fields.missing("by", "the id of the party that says so");
    }
    let by = fields.cited_party("by");
    let about = fields.cited_party("about");
    let text = fields.required("text");
    let date = fields.optional("date");
    let source = fields.source("source");
    let evidence = fields.cited_evidence("evidence");
    let marking = floor.citing(fields, marks, &evidence);
    let (tlp, release_to) = marking?;
    Some(Claim {
        kind: kind?,
        by: by?,
        about,
        text: text?,
        date,
        source: source?,
        evidence,
        tlp,
        release_to,
    })
}
