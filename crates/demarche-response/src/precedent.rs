//! What happened after earlier attacks that are like the one asked about.
//!
//! DCID codes pairs of rival states: what the attacked state did within a month, what the attacker did meanwhile, and
//! whether it got what it wanted. EuRepoC codes public responses to incidents of all kinds. The two are never added up,
//! and each number says in which edition it was counted.
//! Only attacks that began before the year of the question count.

mod acts;
mod caveats;
mod concession;
mod day;
mod delays;
mod eurepoc;
mod incident;
mod rates;
mod share;
mod similar;
mod types;
mod wilson;

use demarche_case::assessment::precedents::{
    Act, ActShare, ActsIn, Circle, DyadFindings, PrecedentFindings, PrecedentQuestion,
};
use demarche_case::record::{Catalogue, Record};

pub use incident::{Incident, Outcome, Response};
pub use share::{Pair, Precedents};
pub use wilson::rate;

/// What happened after earlier attacks; `None` where the record has none of which it is coded.
#[must_use]
pub fn precedents(record: &Record, question: &PrecedentQuestion) -> Option<PrecedentFindings> {
    let dyads = dyads(record, question);
    let repository = eurepoc::findings(record, question);
    if dyads.is_none() && repository.is_empty() {
        return None;
    }
    let caveats = caveats::of(question, dyads.as_ref(), &repository);
    Some(PrecedentFindings { question: *question, dyads, repository, caveats })
}

/// An operation that escalates is one in return, so that it is foretold no more often than these.
fn within_replies(mut acts: Vec<ActShare>) -> Vec<ActShare> {
    let reply = acts.iter().find(|count| count.act == Act::CyberReply).cloned();
    let escalating = acts.iter_mut().find(|count| count.act == Act::CyberEscalation);
    if let (Some(reply), Some(escalation)) = (reply, escalating) {
        escalation.share = escalation.share.min(reply.share);
        escalation.range =
            [escalation.range[0].min(reply.range[0]), escalation.range[1].min(reply.range[1])];
    }
    acts
}

/// What was done after the attacks of one group.
#[must_use]
pub fn acts_in<'r, G>(group: G, attacks: impl IntoIterator<Item = &'r Response>) -> ActsIn<G> {
    acts::of(group, attacks)
}

fn dyads(record: &Record, question: &PrecedentQuestion) -> Option<DyadFindings> {
    let precedents = Precedents::of(record).before(question.year);
    let incidents = precedents.incidents();
    let latest = incidents.iter().map(Incident::latest_year).max();
    let year = question.year.or_else(|| Some(latest?.saturating_add(1)))?;
    if incidents.is_empty() {
        return None;
    }
    let pair = Pair { responding: question.responding, initiator: question.initiator, year };
    let answered: Vec<&Response> =
        incidents.iter().filter_map(|incident| incident.response.as_ref()).collect();
    let (acts, circles) = match answered.is_empty() {
        true => (&[][..], &[][..]),
        false => (&Act::ALL[..], &Circle::ALL[..]),
    };
    let within = |circle: &Circle| {
        let circle = *circle;
        acts::of(
            circle,
            answered.iter().copied().filter(|response| share::has(circle, response, pair)),
        )
    };
    Some(DyadFindings {
        editions: editions(record, "dcid"),
        acts: within_replies(acts.iter().map(|act| precedents.share(*act, pair)).collect()),
        circles: circles.iter().map(within).collect(),
        by_severity: acts::by_severity(&answered),
        replies: acts::replies(&answered),
        concessions: concession::rows(incidents, question),
        similar: similar::attacks(incidents, question),
    })
}

/// The names of a catalogue's editions that begin like this, in order.
fn editions(record: &Record, start: &str) -> Vec<String> {
    let of = |edition: &&demarche_case::record::Edition| {
        matches!(edition.catalogue, Catalogue::Dcid | Catalogue::Eurepoc)
            && edition.name.starts_with(start)
    };
    let mut names: Vec<String> =
        record.editions.iter().filter(of).map(|edition| edition.name.clone()).collect();
    names.sort();
    names
}
