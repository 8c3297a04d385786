use demarche_attribution::known_actors;
use demarche_case::assessment::answer::ActorsShowAnswer;
use demarche_case::nearest_name;
use demarche_case::record::Record;
use demarche_report::view::actors_show;

use crate::cli::ActorsShowArgs;
use crate::commands::read_record;
use crate::output::{self, Outcome, clean};

/// Shows what is known of an actor.
pub(crate) fn run(args: &ActorsShowArgs) -> anyhow::Result<Outcome> {
    let known = read_record(&args.library)?;
    let actors = known_actors(known.library.record(), &args.actor);
    anyhow::ensure!(
        !actors.is_empty(),
        "no actor in the record is called `{}`{}",
        clean(&args.actor),
        remedy(known.library.record(), &args.actor)
    );
    let answer = ActorsShowAnswer {
        asked: args.actor.clone(),
        actors,
        editions: known.library.record().editions.clone(),
    };
    if args.json {
        return output::json(answer, known.inputs, known.gaps);
    }
    output::gaps(&known.gaps);
    output::show(&actors_show(&answer))?;
    Ok(Outcome::of(&known.gaps))
}

/// Returns the actor that was meant, where a name is near enough; otherwise the commands that show and extend the record.
fn remedy(record: &Record, actor: &str) -> String {
    let names = record.actors.iter().flat_map(|actor| {
        let synonyms = actor.synonyms.iter().map(|synonym| synonym.name.as_str());
        std::iter::once(actor.name.as_str()).chain(synonyms)
    });
    match nearest_name(actor, names) {
        Some(name) => format!(", did you mean {}?", clean(name)),
        None => ": `demarche library list` shows what the record is made of, `demarche library add` adds to it".to_owned(),
    }
}
