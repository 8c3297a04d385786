//! The case on one page: eight sentences at most, each with the section of the report that explains it.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::attribution::{AttributionCaveat, AttributionFindings};
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::{Country, Recipient};

use crate::addressee::{Addressee, Reason, addressees, is_written, sender};
use crate::answer::who_cuts_off;
use crate::attribution::{
    how_sure, leader_sentence, planted, reason_and_doubt, strongest_against, strongest_for,
    unstated, withheld_in_full,
};
use crate::date::date;
use crate::exposure::exposure_first;
use crate::note::ask::{FirstAsk, first_ask};
use crate::number::{count, length};
use crate::response::response_first;
use crate::text::{PROSE, shown};
use crate::words::routes::farthest;
use crate::words::{in_text, listed, with_article};

/// A sentence of the first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The sentence.
    pub text: String,
    /// The identifier of the section of the report that explains it.
    pub section: &'static str,
    /// The title of that section.
    pub title: &'static str,
}

impl Told {
    fn new(text: impl Into<String>, section: &'static str, title: &'static str) -> Self {
        Self { text: text.into(), section, title }
    }
}

/// The sections that the sentences lead to.
const RANKING: (&str, &str) = ("ranking", "Who may have done it");
const RESTS: (&str, &str) = ("rests", "What the judgement rests on");
const MATRIX: (&str, &str) = ("matrix", "Hypotheses against evidence");
const REQUESTS: (&str, &str) = ("requests", "Whom to ask");

/// The most sentences.
const MOST: usize = 8;

/// The states that a sentence names at most; the rest are counted.
const NAMED: usize = 3;

/// The case in at most eight sentences: who did it and how sure, the strongest reasons and the strongest doubt,
/// what was exposed, through whose networks, what to do first, who decides and by when, and how old the data are.
///
/// Where there would be nine, the reasons and the doubt share a sentence.
#[must_use]
pub fn brief(assessment: &Assessment) -> Vec<Told> {
    let mut told = Vec::new();
    match &assessment.attribution {
        Some(findings) => told.extend(who(findings, assessment)),
        None => told.push(Told::new(
            "Who did it was not judged: the case has no evidence.",
            "evidence",
            "The evidence",
        )),
    }
    let exposed = assessment.exposure.as_ref().and_then(exposure_first);
    told.extend(exposed.map(|text| Told::new(text, "exposure", "What was exposed")));
    told.extend(through_whom(assessment));
    let steps = first_step(assessment);
    let has_second_step = steps.len() > 1;
    told.extend(steps);
    let response = assessment.response.as_ref().and_then(response_first);
    told.extend(response.map(|text| Told::new(text, "options", "The options")));
    told.extend(age(assessment));
    if told.len() > MOST {
        join(&mut told, assessment);
    }
    // From whom something is withheld stands in the lists of the notes as well.
    if told.len() > MOST
        && has_second_step
        && let Some(last) = told.iter().rposition(|told| told.section == REQUESTS.0)
    {
        told.remove(last);
    }
    told
}

/// Puts the strongest reason and the doubt, which follows it, into one sentence.
fn join(told: &mut Vec<Told>, assessment: &Assessment) {
    let findings = assessment.attribution.as_ref();
    let both = findings.and_then(|findings| reason_and_doubt(findings, &assessment.case));
    let reasons = told.iter().position(|told| told.section == MATRIX.0);
    if let Some((both, reasons)) = both.zip(reasons) {
        told[reasons] = Told::new(both, MATRIX.0, MATRIX.1);
        told.remove(reasons + 1);
    }
}

/// Who did it, how sure that is, what speaks most for it, and the strongest doubt.
fn who(findings: &AttributionFindings, assessment: &Assessment) -> Vec<Told> {
    let case = &assessment.case;
    if let Some(none) = &findings.withheld {
        let sentences = withheld_in_full(none, findings, case).into_iter().take(2);
        return sentences.map(|text| Told::new(text, RESTS.0, RESTS.1)).collect();
    }
    let Some(leader) = leader_sentence(findings) else {
        let none = "No hypothesis of who did it could be weighed.";
        return vec![Told::new(none, RESTS.0, RESTS.1)];
    };
    // The doubt that the sender can settle comes before one that stays.
    let doubt = unstated(findings, case)
        .or_else(|| strongest_against(findings, case))
        .or_else(|| planted(findings));
    let mut told = vec![
        Told::new(leader, RANKING.0, RANKING.1),
        Told::new(how_sure(&findings.confidence, "this judgement"), RESTS.0, RESTS.1),
    ];
    let reasons = strongest_for(findings, case);
    told.extend(reasons.map(|text| Told::new(text, MATRIX.0, MATRIX.1)));
    told.extend(doubt.map(|text| Told::new(text, RESTS.0, RESTS.1)));
    told
}

/// Through whose networks the target reaches the internet; without an answer, where the attackers' machines stand.
fn through_whom(assessment: &Assessment) -> Option<Told> {
    let cut = |findings: &RoutesFindings| {
        // Who could cut off the attacked themselves is nobody to be asked for it.
        if findings.target.country.is_some_and(|target| assessment.case.is_attacked(target)) {
            return None;
        }
        let power = findings.power.as_ref()?;
        who_cuts_off(findings, power).into_iter().next()
    };
    if let Some(text) = assessment.routes.as_ref().and_then(cut) {
        return Some(Told::new(text, "power", "Whose cooperation is key"));
    }
    let hosts = addressees(assessment).into_iter().filter(|addressee| {
        addressee.why.iter().any(|reason| matches!(reason, Reason::Hosts { .. }))
    });
    let states = states_of(hosts);
    (!states.is_empty()).then(|| {
        let text = format!("Machines that the attackers used stand in {}.", some(&states));
        Told::new(text, REQUESTS.0, REQUESTS.1)
    })
}

/// The states whose notes matter, by what the notes ask of them as they would be written.
struct Steps {
    /// The states that are asked to keep records or data.
    preserve: Vec<Country>,
    /// The states that are asked to share what they know.
    share: Vec<Country>,
    /// The states from which the markings withhold why they are asked.
    withheld: Vec<Country>,
}

impl Steps {
    fn of(assessment: &Assessment) -> Self {
        let mut steps = Self { preserve: Vec::new(), share: Vec::new(), withheld: Vec::new() };
        let asked = addressees(assessment).into_iter();
        let asked = asked.filter(|addressee| is_written(&assessment.case, addressee));
        for state in states_of(asked) {
            let of = match first_ask(assessment, Recipient::State(state)) {
                FirstAsk::Preserve => &mut steps.preserve,
                FirstAsk::Share => &mut steps.share,
                FirstAsk::Withheld => &mut steps.withheld,
                FirstAsk::Nothing => continue,
            };
            of.push(state);
        }
        steps
    }
}

/// The first request with its addressees and deadline, and who decides; then from whom the markings withhold why it is asked.
///
/// Nothing is asked here for which no note asks.
fn first_step(assessment: &Assessment) -> Vec<Told> {
    let case = &assessment.case;
    let Steps { preserve, share, withheld } = Steps::of(assessment);
    let decides = with_article(shown(&sender(case), PROSE));
    let within = |days: u64| if days == 1 { "one day".to_owned() } else { format!("{days} days") };
    let request = &case.request;
    let first = match (preserve.is_empty(), share.is_empty()) {
        (true, true) => None,
        (false, _) => Some(format!(
            "First ask {} to preserve records within {}; {decides} decides on it.",
            some(&preserve),
            within(request.preserve_within_days)
        )),
        (true, false) => Some(format!(
            "First ask {} to share what is known there, within {}; {decides} decides on it.",
            some(&share),
            within(request.answer_within_days)
        )),
    };
    let remedy = match withheld.as_slice() {
        [] => None,
        [state] => Some(format!(
            "The markings withhold from {} why it is asked; note-{state}.withheld.md tells what to release.",
            in_text(*state)
        )),
        states => Some(format!(
            "The markings withhold from {} why they are asked; the .withheld.md of each note tells what to release.",
            some(states)
        )),
    };
    let told = first.into_iter().chain(remedy);
    told.map(|text| Told::new(text, REQUESTS.0, REQUESTS.1)).collect()
}

/// The states among addressees, in their order.
fn states_of(asked: impl Iterator<Item = Addressee>) -> Vec<Country> {
    let states = asked.filter_map(|addressee| match addressee.to {
        Recipient::State(state) => Some(state),
        Recipient::Cert(_) => None,
    });
    states.collect()
}

/// States in a sentence: the first by name, the others by their number.
fn some(states: &[Country]) -> String {
    // A name is as short as "1 more", and says more.
    let named = if states.len() == NAMED + 1 { states.len() } else { NAMED };
    let mut names: Vec<String> = states.iter().take(named).map(|state| in_text(*state)).collect();
    if states.len() > named {
        names.push(format!("{} more", length(states.len() - named)));
    }
    listed(&names, "and")
}

/// How old the data are: the record of earlier attacks, and the tables with their distance from the case.
fn age(assessment: &Assessment) -> Option<Told> {
    let editions = assessment.attribution.iter().flat_map(|findings| &findings.record.editions);
    let newest = editions.filter_map(|edition| edition.date).max_by_key(|moment| moment.date());
    let caveats = assessment.attribution.iter().flat_map(|findings| &findings.caveats);
    let is_limited =
        caveats.into_iter().any(|caveat| matches!(caveat, AttributionCaveat::Until { .. }));
    let limit = match assessment.case.record.until {
        Some(until) => format!(", without sources of {} or later", date(until)),
        None if is_limited => ", without sources later than the case".to_owned(),
        None => String::new(),
    };
    let record =
        newest.map(|day| format!("the record of earlier attacks is of {}{limit}", date(day)));
    let tables = tables(assessment);
    let parts: Vec<String> = tables.into_iter().chain(record).collect();
    (!parts.is_empty()).then(|| {
        let text = format!("{}.", crate::attribution::capitalised(&parts.join(", and ")));
        Told::new(text, "inputs", "Inputs")
    })
}

/// The age of the routing data, and that they are far from the case where they are.
fn tables(assessment: &Assessment) -> Option<String> {
    let findings = assessment.routes.as_ref()?;
    if let Some((table, days)) = farthest(findings) {
        return Some(format!(
            "routing data of {} are {} days from the attack, and networks may have changed",
            date(table),
            count(days)
        ));
    }
    let dates = findings.sources.iter().filter_map(|source| source.date);
    Some(dates.min_by_key(|moment| moment.date()).map_or_else(
        || "the date of the routing data is not known".to_owned(),
        |oldest| format!("the routing data are of {}", date(oldest)),
    ))
}
