use demarche_case::Defanged;
use demarche_case::assessment::answer::LocateAnswer;
use demarche_case::assessment::routes::{Located, Network};
use demarche_report::{location_note_text, svg_of_located};

use super::question::named;
use crate::cli::LocateArgs;
use crate::output::{self, Outcome, print};
use crate::tables;

/// Where addresses are.
pub(crate) fn run(args: &LocateArgs) -> anyhow::Result<Outcome> {
    let read = tables::read(&args.tables.routes, Vec::new())?;
    let locator = read.routing_data.locator();
    let located: Vec<Located> =
        args.addresses.iter().map(|address| locator.locate(*address)).collect();
    if let Some(path) = &args.tables.svg {
        output::write(path, &svg_of_located(&located))?;
    }
    let gaps = read.routing_data.gaps.clone();
    if args.tables.json {
        return output::json(LocateAnswer { located }, read.inputs, gaps);
    }
    output::gaps(&gaps);
    print(&located.iter().map(text).collect::<Vec<_>>().join("\n"))?;
    Ok(Outcome::of(&gaps))
}

fn text(located: &Located) -> String {
    let country = |country: Option<demarche_case::Country>| {
        country.map_or("unknown".to_owned(), |country| country.label().to_owned())
    };
    let networks = |networks: &[Network]| {
        networks.iter().map(named).collect::<Vec<_>>().join("\n                  ")
    };
    let mut text = format!("{}\n", Defanged(&located.address));
    let mut line = |label: &str, value: &str| text.push_str(&format!("  {label:<14}  {value}\n"));
    line(
        "prefix",
        &located.prefix.map_or_else(|| "not announced".to_owned(), |prefix| prefix.to_string()),
    );
    line("announced by", &networks(&located.origins));
    line("announced from", &country(located.announced_from));
    line("registered in", &country(located.registered_in));
    line("hangs on", &networks(&located.providers));
    for note in &located.notes {
        line("note", &output::clean(&location_note_text(note)));
    }
    text
}
