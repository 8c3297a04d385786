use std::path::Path;

use anyhow::Context;
use demarche_case::assessment::Assessment;
use demarche_case::assessment::answer::OptionsWeighAnswer;
use demarche_case::assessment::response::ResponseFindings;
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::{Case, CaseFolder, Tlp};
use demarche_report::{
    marked, response_csv, response_page, svg_of_acceptability, svg_of_central_weights,
    svg_of_injury, svg_of_response_map, svg_of_trade_off, view,
};

use crate::cli::options::OptionsWeighArgs;
use crate::commands::assess::assessed;
use crate::output::{self, Outcome};

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
    output::show(&view::options_weigh(&found, &case, marking))?;
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
        draw(folder, found, routes, marking).context("cannot draw")?;
    }
    Ok(())
}

fn draw(
    folder: &Path,
    found: &ResponseFindings,
    routes: Option<&RoutesFindings>,
    marking: Tlp,
) -> anyhow::Result<()> {
    let write = |name: &str, svg| output::write(&folder.join(name), &marked(svg, marking));
    write("acceptability.svg", svg_of_acceptability(found))?;
    write("effect-and-harm.svg", svg_of_trade_off(found))?;
    write("weights.svg", svg_of_central_weights(found))?;
    write("injury.svg", svg_of_injury(&found.injury))?;
    let Some(routes) = routes else { return Ok(()) };
    for (index, option) in found.options.iter().enumerate() {
        if let Some(map) = svg_of_response_map(routes, found, index) {
            write(&format!("map-{}.svg", option.id), map)?;
        }
    }
    Ok(())
}
