use demarche_library::answer::{Counts, ListAnswer, ListedEdition};
use demarche_library::{Store, facts};

use crate::cli::LibraryListArgs;
use crate::commands::library::folder;
use crate::output::{self, Outcome, Table, count, counted, print, short};

/// Lists the editions.
pub(crate) fn run(args: &LibraryListArgs) -> anyhow::Result<Outcome> {
    let folder = folder(&args.place)?;
    let store = Store::at(&folder);
    let (stored, _) = store.editions()?;
    let (record, gaps) = store.record(&[])?;
    let mut editions: Vec<ListedEdition> = stored.iter().map(ListedEdition::from).collect();
    editions.extend(facts().editions.into_iter().map(|edition| ListedEdition {
        series: "facts".to_owned(),
        is_used: true,
        is_cut: false,
        added: None,
        bytes: 0,
        edition,
    }));
    let answer =
        ListAnswer { library: folder.display().to_string(), editions, record: Counts::of(&record) };
    if args.json {
        return output::json(answer, Vec::new(), gaps);
    }
    print(&text(&answer))?;
    output::gaps(&gaps);
    Ok(Outcome::of(&gaps))
}

fn text(answer: &ListAnswer) -> String {
    let mut text = format!("{}\n\n", answer.library);
    let mut table =
        Table::new(["edition", "used", "date", "entries", "refused", "bytes", "marking", "sha256"]);
    for one in &answer.editions {
        let edition = &one.edition;
        table.row([
            edition.name.clone(),
            match (one.is_used, one.is_cut) {
                (true, false) => "yes",
                (true, true) => "yes, cut",
                (false, false) => "no",
                (false, true) => "no, cut",
            }
            .to_owned(),
            edition.date.map_or_else(|| "–".to_owned(), |date| date.to_string()),
            count(edition.used),
            count(edition.refused),
            if one.bytes == 0 { "–".to_owned() } else { count(one.bytes) },
            edition.tlp.to_string(),
            short(&edition.sha256.to_string(), 13),
        ]);
    }
    text.push_str(&table.text());
    text.push('\n');
    for one in &answer.editions {
        let (name, licence) = (&one.edition.name, &one.edition.licence);
        text.push_str(&format!("{}: {}\n", output::clean(name), output::clean(licence)));
    }
    let counts = answer.record;
    text.push_str(&format!(
        "\nThe record: {}, {}, {}, {}, {}, {}.\n",
        counted(counts.actors, "actor", "actors"),
        counted(counts.software, "program", "programs"),
        counted(counts.techniques, "technique", "techniques"),
        counted(counts.attacks, "attack", "attacks"),
        counted(counts.uses, "use", "uses"),
        counted(counts.sources, "source", "sources"),
    ));
    text
}
