//! The evaluation of the judgement on attacks of the record, or on whole cases.

mod cases;

use std::path::PathBuf;

use anyhow::Context;
use demarche_assess::RecordSource;
use demarche_attribution::{
    DRAWS, Evaluate, Fit, Folds, Incident, Parameters, campaigns, cross_fit, evaluate, fit, listed,
    reports, state_tests,
};
use demarche_case::assessment::attribution::EditionUsed;
use demarche_case::assessment::evaluation::{Evaluation, EvaluationCaveat, ItemSet, Protocol};
use demarche_case::record::{Catalogue, Record};
use demarche_report::{evaluation_html, evaluation_markdown};

use crate::cli::{ActorsEvaluateArgs, HeldOutBy};
use crate::commands::read_record;
use crate::output::{self, Outcome, clean, note, print};

/// How much forged copies weigh in the fit, as in the parameters that demarche ships.
const CAUTION: f64 = 5.0;
/// Impostors for a campaign for each of a report; there are few campaigns.
const CAMPAIGN_IMPOSTORS: usize = 5;

/// What ATT&CK alone claims: facts and cases of one's own could tell of an attack that is held out of it.
fn of_attack(record: &Record) -> Record {
    let mut record = record.clone();
    record.editions.retain(|edition| {
        matches!(edition.catalogue, Catalogue::Attack | Catalogue::Dcid | Catalogue::Eurepoc)
    });
    record.uses.retain(|claim| claim.user.catalogue == Catalogue::Attack);
    record
}

/// Holds attacks out of the record and asks who did them.
pub(crate) fn run(args: &ActorsEvaluateArgs) -> anyhow::Result<Outcome> {
    let known = read_record(&args.library)?;
    if !args.cases.is_empty() {
        return cases::run(args, &known);
    }
    let record = &of_attack(known.library.record());
    // The facts that ship keep only what several sources say, so that holding one out takes next to nothing away.
    let is_whole = known
        .library
        .record()
        .editions
        .iter()
        .any(|edition| edition.catalogue == Catalogue::Attack);
    anyhow::ensure!(
        is_whole,
        "the facts that ship with demarche are too few to be evaluated on: `demarche library fetch attacks`, or `demarche library add` with a bundle of ATT&CK"
    );
    let reports = asked("reports", reports(record), &args.list, true)?;
    let campaigns = asked("campaigns", campaigns(record), &args.list, false)?;
    anyhow::ensure!(
        !reports.is_empty() || !campaigns.is_empty(),
        "no attack to ask about: the record needs attacks whose actor is said to be known, such as ATT&CK's (`demarche library add`)"
    );
    let question =
        Fit { record, reports: &reports, campaigns: &campaigns, caution: CAUTION, seed: args.seed };
    let folds = if args.cross_fit {
        cross_fit(&question)
    } else {
        Folds::same(if args.fit { fit(&question) } else { Parameters::fitted() })
    };
    let sets =
        [(ItemSet::Reports, &reports, 1), (ItemSet::Campaigns, &campaigns, CAMPAIGN_IMPOSTORS)];
    let mut actors = Vec::new();
    for (set, incidents, times) in sets.into_iter().filter(|set| !set.1.is_empty()) {
        for protocol in args.protocol.iter().map(|entry| protocol(*entry)) {
            let impostors = usize::from(args.impostors) * times;
            let question =
                Evaluate { record, incidents, protocol, folds: &folds, impostors, seed: args.seed };
            actors.push(evaluate(&question).told(set));
        }
    }
    let evaluation = Evaluation {
        editions: record.editions.iter().map(EditionUsed::from).collect(),
        seed: args.seed,
        resamples: u64::try_from(DRAWS).expect("a usize has at most 64 bits"),
        cases: None,
        actors,
        states: state_tests(known.library.record(), args.seed),
        parameters: folds.all.told(),
        caveats: caveats(args),
    };
    tell(args, &known, evaluation)
}

/// Writes the page that was asked for, and the answer.
pub(crate) fn tell(
    args: &ActorsEvaluateArgs,
    known: &RecordSource,
    evaluation: Evaluation,
) -> anyhow::Result<Outcome> {
    if let Some(path) = &args.html {
        output::write(path, &evaluation_html(&evaluation))?;
    }
    if args.json {
        return output::json(evaluation, known.inputs.clone(), known.gaps.clone());
    }
    output::gaps(&known.gaps);
    print(&evaluation_markdown(&evaluation))?;
    Ok(Outcome::of(&known.gaps))
}

const fn protocol(held_out: HeldOutBy) -> Protocol {
    match held_out {
        HeldOutBy::Nothing => Protocol::Leaky,
        HeldOutBy::Source => Protocol::Cite,
        HeldOutBy::Time => Protocol::Time,
    }
}

/// The incidents that the lists name, or all without a list; lines that name none are told.
fn asked(
    description: &str,
    incidents: Vec<Incident>,
    lists: &[PathBuf],
    with_group: bool,
) -> anyhow::Result<Vec<Incident>> {
    if lists.is_empty() {
        return Ok(incidents);
    }
    let mut wanted = String::new();
    for path in lists {
        let list = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        for line in list.lines().filter(|line| line.contains('|') == with_group) {
            wanted.push_str(line);
            wanted.push('\n');
        }
    }
    let (found, missing) = listed(incidents, &wanted);
    for line in &missing {
        note(&format!("not among the {description} of the record: {}", clean(line)));
    }
    Ok(found)
}

fn caveats(args: &ActorsEvaluateArgs) -> Vec<EvaluationCaveat> {
    let fitted = if args.cross_fit {
        EvaluationCaveat::CrossFitted
    } else if args.fit {
        EvaluationCaveat::FittedHere
    } else {
        EvaluationCaveat::FittedBefore
    };
    vec![fitted, EvaluationCaveat::SiblingReports, EvaluationCaveat::BestTemperature]
}
