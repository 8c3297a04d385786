use std::path::Path;

use anyhow::Context;
use demarche_case::assessment::Assessment;
use demarche_case::assessment::answer::OptionsWeighAnswer;
use demarche_case::assessment::response::{OptionFound, ResponseFindings};
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::{Case, CaseFolder, Tlp};
use demarche_report::{
    response_answer, response_csv, response_page, svg_of_acceptability, svg_of_central_weights,
    svg_of_injury, svg_of_response_map, svg_of_trade_off,
};

use crate::cli::options::OptionsWeighArgs;
use crate::commands::assess::assessed;
use crate::output::{self, Outcome, Table, clean, percent, print, short};

/// Weighs the responses that are open in a case.
pub(crate) fn run(args: &OptionsWeighArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let assessment = assessed(&folder, &args.sources)?;
    let marking = assessment.marking();
    let Assessment { case, response, routes, inputs, gaps, .. } = assessment;
    let found = response.context(
        "the case names no state that could respond: give the owner, or a party in the role `sender` or `victim`, its country",
    )?;
    exports(args, &found, &case, routes.as_ref(), marking)?;
    if args.json {
        return output::json(OptionsWeighAnswer { case: case.id, response: found }, inputs, gaps);
    }
    output::gaps(&gaps);
    print(&text(&found, &case, marking))?;
    Ok(Outcome::of(&gaps))
}

/// Writes the files that were asked for.
fn exports(
    args: &OptionsWeighArgs,
    found: &ResponseFindings,
    case: &Case,
    routes: Option<&RoutesFindings>,
    marking: Tlp,
) -> anyhow::Result<()> {
    if let Some(path) = &args.csv {
        output::write(path, &response_csv(found, marking))?;
    }
    if let Some(path) = &args.html {
        output::write(path, &response_page(case, found, routes))?;
    }
    if let Some(folder) = &args.svg {
        draw(folder, found, routes).context("cannot draw")?;
    }
    Ok(())
}

fn draw(
    folder: &Path,
    found: &ResponseFindings,
    routes: Option<&RoutesFindings>,
) -> anyhow::Result<()> {
    output::write(&folder.join("acceptability.svg"), &svg_of_acceptability(found))?;
    output::write(&folder.join("effect-and-harm.svg"), &svg_of_trade_off(found))?;
    output::write(&folder.join("weights.svg"), &svg_of_central_weights(found))?;
    output::write(&folder.join("injury.svg"), &svg_of_injury(&found.injury))?;
    let Some(routes) = routes else { return Ok(()) };
    for (place, option) in found.options.iter().enumerate() {
        if let Some(map) = svg_of_response_map(routes, found, place) {
            output::write(&folder.join(format!("map-{}.svg", option.id)), &map)?;
        }
    }
    Ok(())
}

/// The answer in words, the table of options, and packages.
fn text(found: &ResponseFindings, case: &Case, marking: Tlp) -> String {
    let mut text = format!("{} ({marking})\n\n", clean(&case.title));
    for sentence in response_answer(found) {
        text.push_str(&format!("{}\n", clean(&sentence)));
    }
    text.push_str("\nOptions, each with what must come before it; the law read strictly\n");
    text.push_str(&options(found));
    text.push_str("\nTaken together, at most three\n");
    text.push_str(&packages(found));
    text
}

fn options(found: &ResponseFindings) -> String {
    let mut table =
        Table::new(["option", "open", "read permissively", "first", "all ranks", "regret"]);
    let told = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |one| format!("{one:.2}"));
    for (place, option) in found.options.iter().enumerate() {
        let ranked = found.weighing.ranked.iter().find(|one| one.option == place);
        let first = ranked.and_then(|one| one.ranks.first());
        let [permissive, strict] = option.open;
        table.row([
            name(option),
            percent(strict),
            percent(permissive),
            first.map_or_else(|| "–".to_owned(), |first| percent(*first)),
            told(ranked.map(|one| one.holistic)),
            told(ranked.map(|one| one.regret)),
        ]);
    }
    table.text()
}

fn name(option: &OptionFound) -> String {
    short(&clean(&option.name), 70)
}

fn packages(found: &ResponseFindings) -> String {
    /// Packages that are shown in the terminal; the files have more.
    const MOST: usize = 6;
    let mut table = Table::new(["package", "first", "all ranks", "open"]);
    for package in found.packages.iter().take(MOST) {
        let options = package.options.iter().filter_map(|place| found.options.get(*place));
        let names: Vec<&str> = options.map(|one| one.id.as_str()).collect();
        table.row([
            names.join(" + "),
            percent(package.first),
            format!("{:.2}", package.holistic),
            percent(package.available),
        ]);
    }
    table.text()
}
