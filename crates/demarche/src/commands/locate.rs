use demarche_case::assessment::answer::LocateAnswer;
use demarche_case::assessment::routes::Located;
use demarche_report::svg_of_located;
use demarche_report::view::routes_locate;

use super::read_tables;
use crate::cli::LocateArgs;
use crate::output::{self, Outcome};

/// The place where addresses are.
pub(crate) fn run(args: &LocateArgs) -> anyhow::Result<Outcome> {
    let read = read_tables(&args.tables.routes, Vec::new())?;
    let locator = read.routing_data.locator();
    let located: Vec<Located> =
        args.addresses.iter().map(|address| locator.locate(*address)).collect();
    if let Some(path) = &args.tables.svg {
        output::write(path, &svg_of_located(&located))?;
    }
    let gaps = read.routing_data.gaps.clone();
    let answer = LocateAnswer { located };
    if args.tables.json {
        return output::json(answer, read.inputs, gaps);
    }
    output::gaps(&gaps);
    output::show(&routes_locate(&answer))?;
    Ok(Outcome::of(&gaps))
}
