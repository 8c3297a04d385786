use demarche_case::assessment::answer::PeopleAnswer;
use demarche_exposure::inventory;
use demarche_report::exposure_people;

use super::{Dump, rules};
use crate::cli::expose::ExposePeopleArgs;
use crate::output::{self, Outcome};

/// Lists the persons of a dump that was scanned.
pub(crate) fn run(args: &ExposePeopleArgs) -> anyhow::Result<Outcome> {
    let dump = Dump::of(&args.place)?;
    let store = dump.scanned()?;
    let found = inventory(&store, &rules(None)?)?;
    if args.json {
        let answer = PeopleAnswer {
            people: found.people,
            organisations: found.organisations,
            countries: found.countries,
        };
        return output::json(answer, Vec::new(), Vec::new());
    }
    output::show(&exposure_people(&found))?;
    Ok(Outcome::Complete)
}
