//! The case: what happened, to whom, when, who is concerned, and what is asked.
//!
//! Everything in it comes from `case.toml` and `evidence.toml`, checked once, so that what reads it need not check again.

use std::collections::BTreeSet;

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::options::Options;
use crate::{
    Asn, CaseId, CasePath, Country, Evidence, EvidenceId, Moment, PartyId, Quantity, Sector,
    Source, Standing, Tlp,
};

pub(crate) mod read;

/// A case, whole: every id that it cites exists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Case {
    /// Its short name.
    pub id: CaseId,
    /// One line.
    pub title: String,
    /// The marking of what has none of its own.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
    /// The summary of the events, in a paragraph.
    pub summary: String,
    /// The beginning of the attack.
    pub began: Option<Moment>,
    /// The time of notice.
    pub detected: Option<Moment>,
    /// The contact for the case.
    pub owner: Owner,
    /// The networks, prefixes and states asked about.
    pub target: Option<Target>,
    /// The settings for reading routing tables.
    pub routes: RouteSettings,
    /// The settings for what was leaked.
    #[serde(default)]
    pub exposed: ExposedSettings,
    /// The part of the record of previous attacks to leave out.
    pub record: RecordSettings,
    /// The deadlines and offers of requests.
    pub request: RequestSettings,
    /// The parties, in the order of the file.
    pub parties: Vec<Party>,
    /// The timeline, by date.
    pub events: Vec<Event>,
    /// The harms, in the order of the file.
    pub effects: Vec<Effect>,
    /// The threats, in the order of the file.
    pub threats: Vec<Threat>,
    /// The statements about it, by date.
    pub claims: Vec<Claim>,
    /// The possible authors beside the actors of the record, in the order of the file.
    pub hypotheses: Vec<NamedHypothesis>,
    /// The additions and corrections to the catalogue of responses.
    pub response: Options,
    /// The evidence, in the order of its file.
    pub evidence: Vec<Evidence>,
    /// The items that turned out to be wrong, set aside by [`Case::without_refuted`]; empty as the file is read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refuted: Vec<Evidence>,
}

impl Case {
    /// The party of that name.
    #[must_use]
    pub fn party(&self, id: &PartyId) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == *id)
    }

    /// The case as it was known on a day: without events, effects, threats, claims and evidence of later days or from
    /// later sources, and without later sources of the record.
    ///
    /// A source is as late as the first date in its words, `2022-08-04`. A part without any date stays.
    #[must_use]
    pub fn as_of(mut self, day: Moment) -> Self {
        let is_known = |moment: Moment| moment.date() <= day.date();
        let is_out = |source: &Source| source.date().is_none_or(is_known);
        let may_be_out = |source: &Option<Source>| source.as_ref().is_none_or(is_out);
        self.events.retain(|event| is_known(event.date) && may_be_out(&event.source));
        self.effects.retain(|effect| effect.date.is_none_or(is_known));
        self.threats
            .retain(|threat| threat.date.is_none_or(is_known) && may_be_out(&threat.source));
        self.claims.retain(|claim| claim.date.is_none_or(is_known) && is_out(&claim.source));
        self.evidence.retain(|item| item.observed.is_none_or(is_known) && is_out(&item.source));
        let until = self.record.until.filter(|until| *until < day);
        self.record.until = Some(until.unwrap_or(day));
        self.cite_only_what_is_there();
        self
    }

    /// The case with its refuted evidence set aside, so that nothing rests on it.
    ///
    /// Parts that cite a refuted item no longer do.
    #[must_use]
    pub fn without_refuted(self) -> Self {
        let is_refuted = |item: &Evidence| item.weighing.standing == Standing::Refuted;
        self.setting_aside(is_refuted)
    }

    /// The sentences of the case that rest on refuted evidence alone, each with the items that it cites.
    ///
    /// Only the case as its files have it can tell: see [`Case::without_refuted`]. A part with a source of its own
    /// stands on that source, and one that cites nothing is the sender's own word.
    #[must_use]
    pub fn unsupported(&self) -> Vec<(String, Vec<EvidenceId>)> {
        let refuted =
            self.evidence.iter().filter(|item| item.weighing.standing == Standing::Refuted);
        let refuted: BTreeSet<&EvidenceId> = refuted.map(|item| &item.id).collect();
        let is_unsupported = |has_source: bool, cited: &[EvidenceId]| {
            !has_source && !cited.is_empty() && cited.iter().all(|id| refuted.contains(id))
        };
        let events =
            self.events.iter().map(|event| (event.source.is_some(), &event.text, &event.evidence));
        let effects = self.effects.iter().map(|effect| (false, &effect.text, &effect.evidence));
        let threats = self
            .threats
            .iter()
            .map(|threat| (threat.source.is_some(), &threat.text, &threat.evidence));
        let all = events.chain(effects).chain(threats);
        let found = all.filter(|(has_source, _, cited)| is_unsupported(*has_source, cited));
        found.map(|(_, text, cited)| (text.clone(), cited.clone())).collect()
    }

    /// The case as if these items had never been found; what cites one of them stays, without the citation.
    #[must_use]
    pub fn without(&self, items: &BTreeSet<EvidenceId>) -> Self {
        let mut case = self.clone();
        case.evidence.retain(|item| !items.contains(&item.id));
        case.cite_only_what_is_there();
        case
    }

    /// The case as if it did not say for whom its parties act; `None` where it says so of none.
    #[must_use]
    pub fn without_links(&self) -> Option<Self> {
        let mut case = self.clone();
        let links = case.parties.iter_mut().filter_map(|party| party.acts_for.take()).count();
        (links > 0).then_some(case)
    }

    fn setting_aside(mut self, is_out: impl Fn(&Evidence) -> bool) -> Self {
        let (out, evidence) = self.evidence.into_iter().partition(is_out);
        self.evidence = evidence;
        self.refuted = out;
        self.cite_only_what_is_there();
        self
    }

    /// Removes what parts of the case cite and is no longer in it.
    fn cite_only_what_is_there(&mut self) {
        let kept: BTreeSet<EvidenceId> = self.evidence.iter().map(|item| item.id.clone()).collect();
        let cited = |ids: &mut Vec<EvidenceId>| ids.retain(|id| kept.contains(id));
        self.events.iter_mut().for_each(|event| cited(&mut event.evidence));
        self.effects.iter_mut().for_each(|effect| cited(&mut effect.evidence));
        self.threats.iter_mut().for_each(|threat| cited(&mut threat.evidence));
        self.claims.iter_mut().for_each(|claim| cited(&mut claim.evidence));
        for item in &mut self.evidence {
            cited(&mut item.weighing.exposes);
            cited(&mut item.weighing.repeats);
        }
    }

    /// Returns true if a party that stands for a state is alleged to be responsible, or to shelter those who are.
    ///
    /// An allegation against a company, a group or a person is none against the state in which it is registered.
    #[must_use]
    pub fn accuses(&self, state: Country) -> bool {
        self.parties.iter().any(|party| party.is_accused() && self.answers(party) == Some(state))
    }

    /// Returns true if the case accuses a state, or somebody is said to have claimed that it did it.
    ///
    /// A claim counts whoever makes it: that another did it (an attribution), or that the state's own party did
    /// (responsibility). What is handed over cannot be taken back, so that the doubt is enough.
    #[must_use]
    pub fn blames(&self, state: Country) -> bool {
        let is_meant = |claim: &Claim| {
            let party = match claim.kind {
                ClaimKind::Attribution => claim.about.as_ref(),
                ClaimKind::Responsibility => Some(&claim.by),
                ClaimKind::Denial | ClaimKind::Statement => None,
            };
            let party = party.and_then(|id| self.party(id));
            party.is_some_and(|party| self.answers(party) == Some(state))
        };
        self.accuses(state) || self.claims.iter().any(is_meant)
    }

    /// The state that answers for a party: its own, or that of the party for which it acts at last.
    #[must_use]
    pub fn answers(&self, party: &Party) -> Option<Country> {
        self.patron(party).unwrap_or(party).state()
    }

    /// The party for which a party acts at last; `None` for a party that acts for nobody.
    #[must_use]
    pub fn patron(&self, party: &Party) -> Option<&Party> {
        let mut patron = self.party(party.acts_for.as_ref()?)?;
        // A circle is refused when the case is read; here it only has to end.
        for _ in &self.parties {
            match patron.acts_for.as_ref().and_then(|next| self.party(next)) {
                Some(next) => patron = next,
                None => return Some(patron),
            }
        }
        None
    }

    /// The item of evidence of that name.
    #[must_use]
    pub fn evidence(&self, id: &EvidenceId) -> Option<&Evidence> {
        self.evidence.iter().find(|item| item.id == *id)
    }

    /// The parties in a role, in the order of the file.
    pub fn parties_as(&self, role: Role) -> impl Iterator<Item = &Party> {
        self.parties.iter().filter(move |party| party.roles.contains(&role))
    }

    /// Returns the time of notice, else of the beginning.
    #[must_use]
    pub fn noticed(&self) -> Option<Moment> {
        self.detected.or(self.began)
    }

    /// The possible authors that are in no record: the hypotheses, then each party that stands for nobody else and is
    /// alleged to be responsible or pointed to by evidence.
    ///
    /// A party stands for [its state](Party::state), and one with [`Party::actors`] for those actors. One that acts for
    /// another party stands for itself.
    #[must_use]
    pub fn suspects(&self) -> Vec<Suspect<'_>> {
        let written = self.hypotheses.iter().filter_map(|named| {
            let (attacker, words) = (named.attacker, named.text.as_str());
            Some(Suspect { party: self.party(&named.party)?, attacker, words, is_written: true })
        });
        let is_written =
            |party: &Party| self.hypotheses.iter().any(|named| named.party == party.id);
        let implied = self.parties.iter().filter(|party| {
            let is_itself = party.state().is_none() && party.actors.is_empty();
            let is_nobody_else = is_itself || party.acts_for.is_some();
            let is_alleged = party.roles.contains(&Role::ResponsibleAlleged);
            is_nobody_else && !is_written(party) && (is_alleged || self.is_pointed_to(&party.id))
        });
        let implied = implied.map(|party| {
            let words = party.note.as_deref().unwrap_or_default();
            Suspect { party, attacker: None, words, is_written: false }
        });
        written.chain(implied).collect()
    }

    /// Returns true if an item of evidence points to a party.
    #[must_use]
    pub fn is_pointed_to(&self, party: &PartyId) -> bool {
        let mut pointers = self.evidence.iter().filter_map(|item| item.points_to.as_ref());
        pointers.any(|pointer| pointer.parties.contains(party))
    }

    /// The state in whose name it asks others: the sending party's, else the owner's, else the first victim's.
    #[must_use]
    pub fn sender(&self) -> Option<Country> {
        let of = |role| self.parties_as(role).find_map(|party| party.country);
        of(Role::Sender).or(self.owner.country).or_else(|| of(Role::Victim))
    }

    /// Returns true for the state that asks and those of the victims, unless it is accused itself.
    ///
    /// Nobody asks others to refuse the routes of such a state: that would be the attack's work.
    #[must_use]
    pub fn is_attacked(&self, state: Country) -> bool {
        let victims = || self.parties_as(Role::Victim).filter_map(|party| party.country);
        let is_ours = [self.sender(), self.owner.country].contains(&Some(state));
        !self.accuses(state) && (is_ours || victims().any(|victim| victim == state))
    }
}

/// The contact for the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Owner {
    /// The organisation.
    pub organisation: String,
    /// Its state, in whose name it may ask others.
    pub country: Option<Country>,
    /// The author of the case.
    pub author: Option<String>,
    /// The point of contact: an address or telephone number that is answered.
    pub contact: String,
}

/// The networks, prefixes and states asked about; at least one part is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    /// A state.
    pub country: Option<Country>,
    /// Networks, where they are known better than by registration.
    pub asns: BTreeSet<Asn>,
    /// Prefixes, where they are known better than by announcement.
    #[schemars(with = "BTreeSet<String>")]
    pub prefixes: BTreeSet<IpNet>,
    /// The question, in words.
    pub question: Option<String>,
    /// With whom it, and what is found about it, may be shared; the marking of the case unless it has one of its own.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
}

/// The settings for reading routing tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteSettings {
    /// The folder of the case that holds the tables; `routes` unless the case says otherwise.
    pub folder: CasePath,
    /// Links that tables show but that are not to be believed.
    pub doubtful: Vec<DoubtfulLink>,
}

/// The settings for what was leaked: its folder, and with whom the findings may be shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExposedSettings {
    /// The folder of the case that holds the leaked files; `exposed` unless the case says otherwise.
    pub folder: CasePath,
    /// With whom the findings may be shared; the marking of the case unless they have one of their own.
    pub tlp: Tlp,
    /// The states to which the source lets them go although they are AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
}

impl Default for ExposedSettings {
    /// The settings of a case from which nothing was leaked: the usual folder, and nothing to be marked.
    fn default() -> Self {
        let folder = "exposed".parse().expect("a word of letters is a path");
        Self { folder, tlp: Tlp::Clear, release_to: BTreeSet::new() }
    }
}

/// The part of the record of previous attacks to leave out.
///
/// Later reports on this very attack would make it evidence of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordSettings {
    /// Sources that are about this very attack, by the names under which the record cites them.
    pub leave_out: Vec<String>,
    /// Only sources published before this count; those without a date do not. The last day of the case by default.
    pub until: Option<Moment>,
    /// True if sources later than the case count as well, though they may tell of its own attack.
    pub hindsight: bool,
}

/// The deadlines and offers of requests in return.
///
/// It goes by the marking of the case: where the case may not go, a request has the defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestSettings {
    /// Days after receipt by which a first answer is asked for, from 1 to [`RequestSettings::MOST_DAYS`].
    pub answer_within_days: u64,
    /// Days after receipt by which records are to be preserved, from 1 to [`RequestSettings::MOST_DAYS`].
    pub preserve_within_days: u64,
    /// The offers of the sender, a sentence each; empty where the usual offers are to stand.
    pub offers: Vec<String>,
    /// What a state said to be responsible gets, and one said to shelter those who are.
    pub accused: AccusedNote,
}

/// What goes to a state that is said to be responsible, or to shelter those who are.
///
/// None of them offers evidence, asks for help or holds an indicator.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AccusedNote {
    /// A protest: to end the operation, to investigate, and to give assurance.
    #[default]
    Protest,
    /// A call to end the operation, and nothing else.
    Cease,
    /// A question what it knows of the matter.
    Question,
    /// Nothing.
    Nothing,
}

impl RequestSettings {
    /// The longest time that a request may leave, in days: a year.
    pub const MOST_DAYS: u64 = 365;
}

impl Default for RequestSettings {
    /// Three days to preserve records, since many operators keep them for days only; two weeks for a first answer.
    ///
    /// Both are judgement, and what requests between states usually leave.
    fn default() -> Self {
        Self {
            answer_within_days: 14,
            preserve_within_days: 3,
            offers: Vec::new(),
            accused: AccusedNote::Protest,
        }
    }
}

/// A link that tables show but that is not to be believed, such as one of a forged path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct DoubtfulLink {
    /// One end.
    pub left: Asn,
    /// The other end.
    pub right: Asn,
    /// The reason for doubt, in one sentence.
    pub reason: String,
    /// The source.
    pub source: Source,
    /// With whom it, and what is found without the link, may be shared; the marking of the case unless it has its own.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
}

/// A state, organisation, operator or group that the case is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Party {
    /// By what everything else cites it.
    pub id: PartyId,
    /// Its name.
    pub name: String,
    /// Its state, or the state in which it is registered; none for a group of unknown origin.
    pub country: Option<Country>,
    /// The roles in the case; at least one role.
    pub roles: BTreeSet<Role>,
    /// The networks it runs.
    pub asns: BTreeSet<Asn>,
    /// The address for messages.
    pub contact: Option<String>,
    /// The further remarks.
    pub note: Option<String>,
    /// The kind of organisation, which also tells if it stands for its state.
    pub sector: Option<Sector>,
    /// The actors of the record of previous attacks that it is, by name or identifier: `G0032`.
    pub actors: Vec<String>,
    /// The party for which it acts, as a persona, front or contractor does; that party, at last, has a state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts_for: Option<PartyId>,
}

impl Party {
    /// The state that the party stands for; `None` without a country, and for a private party.
    ///
    /// A party is private where its sector is neither government nor armed forces. Its country is then where it is
    /// registered, and what is alleged of the party is not alleged of that state.
    #[must_use]
    pub fn state(&self) -> Option<Country> {
        self.country.filter(|_| !self.is_private())
    }

    /// The state in which a private party is registered; `None` for a party that stands for its state.
    #[must_use]
    pub fn registered_in(&self) -> Option<Country> {
        self.country.filter(|_| self.is_private())
    }

    fn is_private(&self) -> bool {
        self.sector.is_some_and(|sector| !matches!(sector, Sector::Government | Sector::Military))
    }

    /// Returns true if the case says that the party is responsible, or shelters those who are.
    #[must_use]
    pub fn is_accused(&self) -> bool {
        [Role::ResponsibleAlleged, Role::ShelterAlleged]
            .iter()
            .any(|role| self.roles.contains(role))
    }
}

/// The role of a party in a case.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The party was attacked.
    Victim,
    /// Somebody says that it did it, or is answerable for it.
    ResponsibleAlleged,
    /// It is said to shelter those who did it, without being answerable for them.
    ShelterAlleged,
    /// Traffic of the party alleged to be responsible passes its networks.
    Transit,
    /// Machines that the attacker used stand in its networks.
    Host,
    /// The party is consulted or asked for help.
    Partner,
    /// The party investigates crime in its state, and requests to that state name it.
    LawEnforcement,
    /// The party is the national CERT of its state, which gets a technical note of its own.
    Cert,
    /// The request goes out in its name.
    Sender,
    /// Something else.
    Other,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// The date.
    pub date: Moment,
    /// The event, in a sentence.
    pub text: String,
    /// From where it is known.
    pub source: Option<Source>,
    /// The options of response that the sender took with it, by their short names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// The evidence that shows it.
    pub evidence: Vec<EvidenceId>,
    /// With whom it may be shared.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
}

/// Something that was done to a victim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Effect {
    /// The kind of harm.
    pub kind: EffectKind,
    /// The event, in a sentence.
    pub text: String,
    /// The amount and its unit.
    pub quantity: Option<Quantity>,
    /// The time at which it happened or was first known.
    pub date: Option<Moment>,
    /// The evidence that shows it.
    pub evidence: Vec<EvidenceId>,
    /// With whom it may be shared.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
}

/// The sorts of harm.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// Data or machines made unusable for good.
    Destruction,
    /// Secrets made public.
    Disclosure,
    /// A service or business stopped for a time.
    Disruption,
    /// Somebody made to act, or not to act, by threat.
    Coercion,
    /// Secrets read.
    Espionage,
    /// Money, goods or data taken.
    Theft,
    /// Data or pages changed.
    Manipulation,
    /// Something else.
    Other,
}

/// Something that was threatened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Threat {
    /// The threats, in a sentence.
    pub text: String,
    /// The party that threatened.
    pub by: Option<PartyId>,
    /// The date.
    pub date: Option<Moment>,
    /// True if it was carried out, where that is known.
    pub carried_out: Option<bool>,
    /// From where it is known.
    pub source: Option<Source>,
    /// The evidence that shows it.
    pub evidence: Vec<EvidenceId>,
    /// With whom it may be shared.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
}

/// Somebody's statement about the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// The kind of statement.
    pub kind: ClaimKind,
    /// The party that makes the statement.
    pub by: PartyId,
    /// The subject of the statement.
    pub about: Option<PartyId>,
    /// The content, in a sentence.
    pub text: String,
    /// The date of the statement.
    pub date: Option<Moment>,
    /// From where it is known.
    pub source: Source,
    /// The evidence behind it.
    pub evidence: Vec<EvidenceId>,
    /// With whom it may be shared.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
}

/// Somebody whom the case itself holds to be possible, such as an insider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NamedHypothesis {
    /// The party.
    pub party: PartyId,
    /// The hypothesis, in a sentence.
    pub text: String,
    /// The kind of attacker; `None` where its words are to tell.
    pub attacker: Option<AttackerKind>,
    /// With whom it may be shared.
    pub tlp: Tlp,
    /// The states to which the source lets it go although it is AMBER.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub release_to: BTreeSet<Country>,
}

/// Somebody who may have done it and is in no record.
#[derive(Clone, Copy, Debug)]
pub struct Suspect<'c> {
    /// The party.
    pub party: &'c Party,
    /// The kind of attacker; `None` where the words are to tell.
    pub attacker: Option<AttackerKind>,
    /// The words of the case on it: the hypothesis in a sentence, else the note on the party.
    pub words: &'c str,
    /// Does it stand in the case as a hypothesis? Else the case only alleges it or points to it.
    pub is_written: bool,
}

/// The kinds of attackers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum AttackerKind {
    /// A state, or a group that acts for one.
    State,
    /// A group that is out for money and acts for no state.
    Criminal,
    /// People with a political aim who act for no state.
    Hacktivist,
    /// Somebody with lawful access to the victim.
    Insider,
    /// Nobody of these kinds, or of a kind that is not known.
    Unknown,
}

impl AttackerKind {
    /// Every kind, in order.
    pub const ALL: [Self; 5] =
        [Self::State, Self::Criminal, Self::Hacktivist, Self::Insider, Self::Unknown];

    /// The word for the kind, as in JSON and in a case.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Criminal => "criminal",
            Self::Hacktivist => "hacktivist",
            Self::Insider => "insider",
            Self::Unknown => "unknown",
        }
    }
}

/// The sorts of statements.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimKind {
    /// "We did it."
    Responsibility,
    /// "They did it."
    Attribution,
    /// "We did not."
    Denial,
    /// Anything else.
    Statement,
}
