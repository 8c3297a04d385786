//! Attacks between states as DCID codes them.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Country;
use demarche_case::assessment::precedents::{Act, Method, Objective};
use demarche_case::record::{Catalogue, Edition, PreviousAttack, Record, RecordId};

use super::day::Day;

/// An attack of the past between two states, and what followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its entry in the record.
    pub id: RecordId,
    /// Its name there.
    pub name: String,
    /// The year in which it began.
    pub year: i16,
    /// The state that was attacked.
    pub responding: Country,
    /// The state that attacked.
    pub initiator: Country,
    /// Severity on DCID's scale, 0 to 10.
    pub severity: Option<u8>,
    /// The objective of the attack.
    pub objective: Option<Objective>,
    /// By which means it was made.
    pub method: Option<Method>,
    /// The acts of both states within a month, from the sheet of campaigns.
    pub response: Option<Response>,
    /// The success of the attack, from the sheet of incidents.
    pub outcome: Option<Outcome>,
}

/// The acts of both states within a month of an attack.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The year of the attack as this sheet has it; the two sheets contradict each other in places.
    pub year: i16,
    /// The state that was attacked, as this sheet has it.
    pub responding: Country,
    /// The state that attacked, as this sheet has it.
    pub initiator: Country,
    /// The severity of the attack as this sheet has it, 0 to 10.
    pub severity: u8,
    /// The acts of the attacked state.
    pub acts: BTreeSet<Act>,
    /// The acts of the attacker, which the attack does not explain: rivals do such things anyway.
    pub initiators_acts: BTreeSet<Act>,
    /// The score of escalation by conventional acts of the attacked state.
    pub escalation: f64,
    /// That of the attacker.
    pub initiators_escalation: f64,
    /// The severity of a cyber operation in return, 0 where there is none.
    pub reply_severity: f64,
    /// Days from the attack to the response by their dates, many of which are wrong.
    pub days: Option<i64>,
}

/// The success of an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The severity of the attack as this sheet has it.
    pub severity: Option<u8>,
    /// True if the attacked state changed its behaviour.
    pub conceded: bool,
    /// True if the attack reached its objective.
    pub achieved: bool,
}

/// The column of the sheet of campaigns in which a number above 0 says that it was done within a month.
const fn column(act: Act) -> &'static str {
    match act {
        Act::Reject => "Ddeny/reject-",
        Act::Threaten => "Dthreat/demand-",
        Act::Sanction => "Eemb/sanc-",
        Act::Military => "Mil_Negative",
        Act::Force => "Musage-",
        Act::CyberReply => "method",
        Act::CyberEscalation => "Cyber_escalation",
        Act::Negotiate => "Diplo_Positive",
    }
}

impl Incident {
    /// The year by which it is certain to have begun.
    pub(crate) fn latest_year(&self) -> i16 {
        self.response.as_ref().map_or(self.year, |response| response.year.max(self.year))
    }

    /// Reads an entry of DCID of which a response or an outcome is coded.
    pub(crate) fn read(attack: &PreviousAttack) -> Option<Self> {
        if attack.id.catalogue != Catalogue::Dcid {
            return None;
        }
        let coded = &attack.coded;
        let year = i16::try_from(attack.began?.year()).ok()?;
        let responding = attack.victims.first()?.country?;
        let initiator = attack.attributions.first()?.state?;
        let response = Response::read(coded, (year, responding, initiator));
        let outcome = Outcome::read(coded);
        if response.is_none() && outcome.is_none() {
            return None;
        }
        let of_either = |column: &str| {
            number(coded, column).or_else(|| number(coded, &format!("initiator: {column}")))
        };
        let of_outcome = outcome.and_then(|outcome| outcome.severity);
        Some(Self {
            id: attack.id.clone(),
            name: attack.name.clone(),
            year,
            responding,
            initiator,
            severity: of_outcome.or_else(|| Some(response.as_ref()?.severity)),
            objective: of_either("cyber_objective").and_then(objective),
            method: of_either("method").and_then(method),
            response,
            outcome,
        })
    }
}

impl Response {
    /// Reads the columns of the sheet of campaigns; what they leave open is as the entry has it.
    fn read(
        coded: &BTreeMap<String, String>,
        (year, responding, initiator): (i16, Country, Country),
    ) -> Option<Self> {
        coded.keys().any(|key| key.starts_with("response: ")).then_some(())?;
        // The record leaves out the zeros of the sheet.
        let of =
            |side: &str, column: &str| number(coded, &format!("{side}: {column}")).unwrap_or(0.0);
        let acts = |side| Act::ALL.into_iter().filter(|act| of(side, column(*act)) > 0.0).collect();
        let date = |side| coded.get(&format!("{side}: date"));
        let day = |side| Day::read(date(side)?);
        let own_year = || date("initiator")?.get(..4)?.parse::<u16>().ok()?.try_into().ok();
        let state = |column: &str| coded.get(column)?.parse::<Country>().ok();
        Some(Self {
            year: own_year().unwrap_or(year),
            responding: state("initiator: victim state").unwrap_or(responding),
            initiator: state("initiator: initiator state").unwrap_or(initiator),
            severity: whole(of("initiator", "severity")).unwrap_or_default(),
            acts: acts("response"),
            initiators_acts: acts("initiator"),
            escalation: of("response", "Conv_escalation"),
            initiators_escalation: of("initiator", "Conv_escalation"),
            reply_severity: of("response", "severity"),
            days: day("response").zip(day("initiator")).map(|(reply, attack)| reply.since(attack)),
        })
    }
}

impl Outcome {
    fn read(coded: &BTreeMap<String, String>) -> Option<Self> {
        Some(Self {
            conceded: number(coded, "Concession")? > 0.0,
            achieved: number(coded, "objective_achievement").is_some_and(|is| is > 0.0),
            severity: number(coded, "severity").and_then(whole),
        })
    }
}

fn number(coded: &BTreeMap<String, String>, column: &str) -> Option<f64> {
    coded.get(column)?.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A whole number of DCID's scale of severity.
fn whole(coded: f64) -> Option<u8> {
    (0..=10).find(|severity| (f64::from(*severity) - coded).abs() < 0.5)
}

fn objective(coded: f64) -> Option<Objective> {
    Some(match whole(coded)? {
        1 => Objective::Disruption,
        2 => Objective::ShortTermEspionage,
        3 => Objective::LongTermEspionage,
        4 => Objective::Degrade,
        _ => return None,
    })
}

/// The means by the whole part of its code: 4.1 to 4.4 are kinds of infiltration.
fn method(coded: f64) -> Option<Method> {
    Some(match whole(coded.floor())? {
        1 => Method::Vandalism,
        2 => Method::DenialOfService,
        3 => Method::Intrusion,
        4 => Method::Infiltration,
        _ => return None,
    })
}

/// The names of a catalogue's editions that begin like this, in order.
pub(crate) fn editions(record: &Record, start: &str) -> Vec<String> {
    let of = |edition: &&Edition| {
        matches!(edition.catalogue, Catalogue::Dcid | Catalogue::Eurepoc)
            && edition.name.starts_with(start)
    };
    let mut names: Vec<String> =
        record.editions.iter().filter(of).map(|edition| edition.name.clone()).collect();
    names.sort();
    names
}
