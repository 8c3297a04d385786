use std::path::Path;

use anyhow::Context;
use demarche_case::assessment::Assessment;
use demarche_case::assessment::answer::ActorsRankAnswer;
use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::{Case, CaseFolder, Tlp};
use demarche_report::{
    marked, matrix_csv, navigator_layers, ranking_csv, svg_of_matrix, svg_of_ranking,
    svg_of_sensitivity, view,
};

use crate::cli::ActorsRankArgs;
use crate::commands::assess::assessed;
use crate::output::{self, Outcome};

/// Ranks who may have done it.
pub(crate) fn run(args: &ActorsRankArgs) -> anyhow::Result<Outcome> {
    let folder = CaseFolder::open(&args.case)?;
    let assessment = assessed(&folder, &args.sources)?;
    let marking = assessment.marking();
    let Assessment { case, attribution, inputs, gaps, .. } = assessment;
    let Some(found) = &attribution else {
        anyhow::bail!(
            "no item of evidence could tell who did it: add techniques, software or what points to somebody to evidence.toml"
        );
    };
    exports(args, found, &case, marking)?;
    if args.json {
        return output::json(ActorsRankAnswer { case: case.id, attribution }, inputs, gaps);
    }
    output::gaps(&gaps);
    output::show(&view::actors_rank(found, &case, marking))?;
    Ok(Outcome::of(&gaps))
}

/// Writes the files that were asked for.
fn exports(
    args: &ActorsRankArgs,
    found: &AttributionFindings,
    case: &Case,
    marking: Tlp,
) -> anyhow::Result<()> {
    if let Some(path) = &args.csv {
        output::write(path, &ranking_csv(found, marking))?;
    }
    if let Some(path) = &args.matrix {
        output::write(path, &matrix_csv(found, case, marking))?;
    }
    if let Some(path) = &args.navigator {
        output::write(path, &navigator_layers(found, case, marking))?;
    }
    if let Some(folder) = &args.svg {
        draw(folder, found, case, marking).context("cannot draw")?;
    }
    Ok(())
}

fn draw(
    folder: &Path,
    found: &AttributionFindings,
    case: &Case,
    marking: Tlp,
) -> anyhow::Result<()> {
    let write = |name: &str, svg| output::write(&folder.join(name), &marked(svg, marking));
    write("ranking.svg", svg_of_ranking(found))?;
    write("matrix.svg", svg_of_matrix(found, case))?;
    write("sensitivity.svg", svg_of_sensitivity(found, case))
}
