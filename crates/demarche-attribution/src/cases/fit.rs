//! The fit of the judgement's parameters to whole cases.
//!
//! What is made small is the sum of −ln P(truth) over the cases, and half the sum of the squared distances of each
//! parameter from the middle of its elicited range, both as logarithms, in units of a quarter of that range (a maximum a
//! posteriori estimate). It is found by descent along one parameter at a time.

use std::collections::BTreeSet;

use demarche_case::record::{Record, Used};
use demarche_case::{
    AttackerKind, Body, Case, Credibility, Evidence, Grade, Reliability, Software, Source,
    Technique, Tlp, Weighing,
};
use rayon::prelude::*;

use super::{Answer, Chances, Trial, Truth};
use crate::incident::{Incident, campaigns};
use crate::judge::{Bench, Candidate, Flag, Part, Question, Taken, Values, sides_of, with_bench};
use crate::metrics::Outcome;

/// The weight of a campaign of the record beside a case: it tells of techniques and software alone.
const CAMPAIGN: f64 = 0.3;

/// Rounds of the descent; the step is halved after each.
const ROUNDS: usize = 3;

/// One case of the fit.
struct Asked<'b> {
    bench: &'b Bench<'b>,
    part: Part,
    flags: Vec<Flag>,
    truth: &'b Truth,
    /// The authors that the truth names.
    named: Vec<usize>,
    /// 1 for a case, [`CAMPAIGN`] for a campaign of the record.
    weight: f64,
}

/// What a fit came to.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    /// What came out for each case with parameters that were fitted to all.
    pub(crate) together: Vec<Outcome>,
    /// The same with parameters that were fitted without any case or campaign of the same author.
    pub(crate) apart: Vec<Outcome>,
    /// The parameters that were fitted to all.
    pub(crate) values: Values,
}

/// Fits the parameters to the cases and to the campaigns of the record, and again without each author.
pub(crate) fn fit(trials: &[Trial<'_>], record: &Record, seed: u64) -> Fitted {
    let campaigns: Vec<(Case, Truth)> =
        campaigns(record).iter().filter_map(|campaign| as_case(campaign, record)).collect();
    let of_case = trials.iter().map(|trial| (trial.case, trial.truth, 1.0));
    let of_campaign = campaigns.iter().map(|(case, truth)| (case, truth, CAMPAIGN));
    let asked: Vec<(Question<'_>, &Truth, f64)> = of_case
        .filter(|(_, truth, _)| !truth.is_disputed)
        .chain(of_campaign)
        .map(|(case, truth, weight)| (Question { case, record, located: &[], seed }, truth, weight))
        .collect();
    with_all(&asked, Vec::new(), &|cases| fitted(cases))
}

/// What `then` makes of the cases once the inputs of all are ready.
fn with_all<'q, R>(
    asked: &[(Question<'q>, &'q Truth, f64)],
    ready: Vec<Asked<'_>>,
    then: &dyn Fn(&[Asked<'_>]) -> R,
) -> R {
    let Some(((question, truth, weight), rest)) = asked.split_first() else {
        return then(&ready);
    };
    let mut ready = Some(ready);
    let found = with_bench(question, |bench| {
        let part = bench.taken(Taken::AsReported);
        let flags = bench.flags(&Values::best(), &bench.taken(Taken::HardToForge));
        let mut ready = ready.take().unwrap_or_default();
        let is_named =
            |author: &usize| truth.names(&bench.authors.hypothesis(Candidate::Author(*author)));
        let named = (0..bench.authors.len()).filter(is_named).collect();
        ready.push(Asked { bench, part, flags, truth, named, weight: *weight });
        with_all(rest, ready, then)
    });
    match found {
        Some(found) => found,
        // A case without evidence is left out.
        None => with_all(rest, ready.take().unwrap_or_default(), then),
    }
}

fn fitted(cases: &[Asked<'_>]) -> Fitted {
    let values = descend(cases, &|_| true, Values::best());
    let of_cases = || cases.iter().filter(|case| case.weight > CAMPAIGN);
    let together = of_cases().map(|case| case.chances(&values).outcome()).collect();
    let authors: BTreeSet<&str> = of_cases().map(|case| case.author()).collect();
    let folds: Vec<(&str, Values)> = authors
        .into_iter()
        .map(|author| (author, descend(cases, &|case| case.author() != author, values.clone())))
        .collect();
    let of_fold = |case: &Asked<'_>| {
        let fold = folds.iter().find(|(author, _)| *author == case.author());
        case.chances(fold.map_or(&values, |(_, values)| values)).outcome()
    };
    Fitted { together, apart: of_cases().map(of_fold).collect(), values }
}

impl Asked<'_> {
    /// The author of the case, as the first of the names that count as right; its own where there is none.
    fn author(&self) -> &str {
        self.truth.actors.first().map_or("", String::as_str)
    }

    fn chances(&self, values: &Values) -> Chances {
        let posterior = self.bench.judged(&self.part, values, &self.flags).posterior;
        let authors = self.bench.authors;
        let answers = sides_of(authors, &posterior).into_iter().map(|(side, chance)| {
            let named = self.named.iter().filter(|author| authors.side_of[**author] == side);
            let named = named.map(|author| posterior.of(Candidate::Author(*author)).get());
            Answer { leads: side.leads(), chance: chance.get(), named: named.sum() }
        });
        Chances::of(answers, self.truth)
    }
}

/// The loss of the cases that count, with the penalty of the parameters.
fn loss(cases: &[Asked<'_>], counts: &(dyn Fn(&Asked<'_>) -> bool + Sync), values: &Values) -> f64 {
    let of_case = |case: &Asked<'_>| -case.weight * case.chances(values).truth.max(1e-9).ln();
    let counting: Vec<&Asked<'_>> = cases.iter().filter(|case| counts(case)).collect();
    counting.par_iter().map(|case| of_case(case)).sum::<f64>() + values.penalty()
}

/// The values with the least loss, found from a start.
fn descend(
    cases: &[Asked<'_>],
    counts: &(dyn Fn(&Asked<'_>) -> bool + Sync),
    start: Values,
) -> Values {
    const ENOUGH: f64 = 1e-4;
    let (mut values, mut step) = (start, 0.5);
    let mut minimum = loss(cases, counts, &values);
    for _ in 0..ROUNDS {
        for parameter in Values::fitted() {
            for direction in [step, -step] {
                let mut has_moved = false;
                while let Some(next) = values.moved(parameter, direction) {
                    let found = loss(cases, counts, &next);
                    if found >= minimum - ENOUGH {
                        break;
                    }
                    (values, minimum, has_moved) = (next, found, true);
                }
                if has_moved {
                    break;
                }
            }
        }
        step /= 2.0;
    }
    values
}

/// A campaign of the record as a case: its techniques and software, on the word of a usually reliable source.
///
/// The record it is judged with leaves out the campaign and its sources. `None` where the actor is of no known side.
fn as_case(campaign: &Incident, record: &Record) -> Option<(Case, Truth)> {
    let actor = record.actors.iter().find(|actor| actor.id == campaign.actor)?;
    let case = campaign_case(campaign, record);
    let states: Vec<_> = actor.states.iter().map(|claim| claim.state).take(1).collect();
    let attacker = if states.is_empty() { AttackerKind::Criminal } else { AttackerKind::State };
    let truth = Truth {
        attacker,
        states,
        actors: vec![actor.name.clone()],
        parties: Vec::new(),
        is_disputed: false,
    };
    Some((case, truth))
}

fn campaign_case(campaign: &Incident, record: &Record) -> Case {
    const HEAD: &str = "id = \"campaign\"\ntitle = \"Campaign\"\ntlp = \"CLEAR\"\nsummary = \"-\"\n[owner]\norganisation = \"-\"\ncontact = \"-\"\n";
    let mut case = Case::read(HEAD, "").expect("the head of a case");
    case.detected = campaign.date;
    case.record.until = campaign.date;
    let cited = |source: &demarche_case::record::CitationId| {
        let index = usize::try_from(source.0).expect("a citation is in memory");
        record.citations[index].name.clone()
    };
    case.record.leave_out = campaign.sources.iter().map(cited).collect();
    case.record.leave_out.extend(campaign.attack.as_ref().map(ToString::to_string));
    case.evidence = campaign.used.iter().enumerate().filter_map(item).collect();
    case
}

/// A technique or a program that a campaign used, as evidence.
fn item((index, used): (usize, &Used)) -> Option<Evidence> {
    let (body, record) = match used {
        Used::Technique(technique) => {
            (Body::Technique(Technique { technique: *technique, name: None }), Vec::new())
        }
        Used::Software(id) => {
            let software = Software { name: id.id.clone(), role: None, aliases: Vec::new() };
            (Body::Software(software), vec![id.id.clone()])
        }
        Used::File(_) | Used::Infrastructure(_) => return None,
    };
    Some(Evidence {
        origin: None,
        id: format!("item-{index}").parse().expect("letters, digits and a hyphen"),
        title: String::new(),
        body,
        says: String::new(),
        source: Source { text: "the record".to_owned(), url: None },
        grade: Grade { reliability: Reliability::B, credibility: Credibility::Two },
        tlp: Tlp::Clear,
        release_to: BTreeSet::new(),
        observed: None,
        points_to: None,
        file: None,
        weighing: Weighing { record, ..Weighing::default() },
    })
}
