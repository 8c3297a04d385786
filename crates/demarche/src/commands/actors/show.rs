use demarche_attribution::known_actors;
use demarche_case::assessment::answer::{ActorsShowAnswer, KnownActor};
use demarche_case::assessment::attribution::CitedSource;
use demarche_case::record::Bond;

use crate::cli::ActorsShowArgs;
use crate::commands::read_record;
use crate::output::{self, Outcome, Table, clean, print, short};

/// Shows what is known of an actor.
pub(crate) fn run(args: &ActorsShowArgs) -> anyhow::Result<Outcome> {
    let known = read_record(&args.library)?;
    let actors = known_actors(&known.record, &args.actor);
    anyhow::ensure!(
        !actors.is_empty(),
        "no actor in the record is called {}: `demarche library list` shows what the record is made of, `demarche library add` adds to it",
        clean(&args.actor)
    );
    let answer = ActorsShowAnswer {
        asked: args.actor.clone(),
        actors,
        editions: known.record.editions.clone(),
    };
    if args.json {
        return output::json(answer, known.inputs, known.gaps);
    }
    output::gaps(&known.gaps);
    let texts: Vec<String> = answer.actors.iter().map(text).collect();
    print(&texts.join("\n"))?;
    Ok(Outcome::of(&known.gaps))
}

fn text(known: &KnownActor) -> String {
    let actor = &known.actor;
    let mut text = format!("{} ({})\n", clean(&actor.name), actor.id);
    let synonyms: Vec<&str> = actor.synonyms.iter().map(|one| one.name.as_str()).collect();
    if !synonyms.is_empty() {
        text.push_str(&format!("also called: {}\n", clean(&synonyms.join(", "))));
    }
    for claim in &actor.states {
        let bond = match claim.bond {
            Bond::ActsFor => "acts for",
            Bond::ComesFrom => "comes from",
        };
        text.push_str(&format!("{bond} {}: {}\n", claim.state.label(), clean(&claim.basis)));
    }
    let mut attacks = Table::new(["attack", "began", "source"]);
    for attack in &known.attacks {
        let began = attack.began.map_or_else(String::new, |began| began.to_string());
        attacks.row([short(&clean(&attack.name), 48), began, cited(&attack.sources)]);
    }
    let mut software = Table::new(["software", "others", "source"]);
    for one in &known.software {
        software.row([short(&clean(&one.name), 48), one.others.to_string(), cited(&one.sources)]);
    }
    let mut techniques = Table::new(["technique", "name", "others", "source"]);
    for one in &known.techniques {
        techniques.row([
            one.technique.to_string(),
            short(&clean(&one.name), 40),
            one.others.to_string(),
            cited(&one.sources),
        ]);
    }
    let parts = [
        (known.attacks.len(), attacks),
        (known.software.len(), software),
        (known.techniques.len(), techniques),
    ];
    for (count, table) in parts {
        if count > 0 {
            text.push_str(&format!("\n{}", table.text()));
        }
    }
    text
}

/// The first source, and how many more there are.
fn cited(sources: &[CitedSource]) -> String {
    let Some(first) = sources.first() else { return String::new() };
    let more = match sources.len() - 1 {
        0 => String::new(),
        more => format!(" (+{more})"),
    };
    format!("{}{more}", short(&clean(&first.text), 60))
}
