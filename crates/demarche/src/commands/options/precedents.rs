use anyhow::Context;
use demarche_case::assessment::answer::PrecedentsAnswer;
use demarche_case::assessment::precedents::PrecedentQuestion;
use demarche_case::{Case, CaseFolder, Party, Role, Tlp};
use demarche_report::view::options_precedents;
use demarche_report::{marked, precedents_html, svg_of_precedents};
use demarche_response::precedents;

use crate::cli::options::OptionsPrecedentsArgs;
use crate::commands::read_record;
use crate::output::{self, Outcome};

/// Says what happened after similar attacks.
pub(crate) fn run(args: &OptionsPrecedentsArgs) -> anyhow::Result<Outcome> {
    let folder = args.case.as_deref().map(CaseFolder::open).transpose()?;
    let case = folder.as_ref().map(CaseFolder::case);
    let question = question(args, case)?;
    let known = read_record(&args.library)?;
    let found = precedents(known.library.record(), &question).with_context(|| {
        let before = question.year.map_or_else(String::new, |year| format!(" before {year}"));
        format!("the library has no attacks of DCID or EuRepoC{before}: `demarche library add` with their tables, which docs/library.md names")
    })?;
    // The catalogues that are counted have markings too.
    let editions = known.library.record().editions.iter();
    let recorded = Tlp::strictest(editions.map(|edition| edition.tlp));
    let marking = case
        .map(|case| case.marking().max(recorded))
        .or_else(|| (recorded > Tlp::Clear).then_some(recorded));
    if let Some(path) = &args.html {
        output::write(path, &precedents_html(&found, marking, &known.gaps))?;
    }
    if let Some(path) = &args.svg {
        let dyads = found.dyads.as_ref().filter(|dyads| !dyads.acts.is_empty());
        let dyads = dyads.context("there is nothing to draw: the library has no sheet of DCID's campaigns before this year")?;
        let drawing = svg_of_precedents(dyads, &question);
        let drawing = match marking {
            Some(marking) => marked(drawing, marking),
            None => drawing,
        };
        output::write(path, &drawing)?;
    }
    if args.json {
        let answer = PrecedentsAnswer { case: case.map(|case| case.id.clone()), precedents: found };
        return output::json(answer, known.inputs, known.gaps);
    }
    output::gaps(&known.gaps);
    output::show(&options_precedents(&found))?;
    Ok(Outcome::of(&known.gaps))
}

/// What is asked: what was named, and the rest from the case.
fn question(
    args: &OptionsPrecedentsArgs,
    case: Option<&Case>,
) -> anyhow::Result<PrecedentQuestion> {
    let alleged = |case: &Case| case.parties_as(Role::ResponsibleAlleged).find_map(Party::state);
    let responding = args.responding.or_else(|| case?.sender()).context(
        "the case names no state that would respond: give --responding, or a party in the role `sender` or `victim` its country",
    )?;
    let initiator = args.initiator.or_else(|| alleged(case?)).context(
        "the case names no state held responsible: give --initiator, or a party in the role `responsible-alleged` its country",
    )?;
    for state in [responding, initiator] {
        anyhow::ensure!(state.name().is_some(), "{state} is no state's code (ISO 3166-1)");
    }
    anyhow::ensure!(
        responding != initiator,
        "{} would respond to itself: name two states",
        responding.label()
    );
    let year = case.and_then(Case::noticed);
    let year = year.and_then(|moment| i16::try_from(moment.year()).ok());
    Ok(PrecedentQuestion {
        responding,
        initiator,
        year: args.year.or(year),
        severity: args.severity,
        intensity: args.intensity,
        objective: args.objective.map(Into::into),
    })
}
