use demarche_library::answer::{Counts, ListAnswer, ListedEdition};
use demarche_library::{Store, facts};
use demarche_report::{Block, Cell, Column, Section, words};

use crate::cli::LibraryListArgs;
use crate::commands::library::folder;
use crate::output::{self, Outcome, count, counted};

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
    output::show(&view(&answer))?;
    output::gaps(&gaps);
    Ok(Outcome::of(&gaps))
}

fn view(answer: &ListAnswer) -> [Section; 3] {
    let row = |listed: &ListedEdition| {
        let edition = &listed.edition;
        let is_used = match (listed.is_used, listed.is_cut) {
            (true, false) => "yes",
            (true, true) => "yes, cut",
            (false, false) => "no",
            (false, true) => "no, cut",
        };
        let bytes = if listed.bytes == 0 { "–".to_owned() } else { count(listed.bytes) };
        vec![
            words(edition.name.as_str()),
            words(is_used),
            words(edition.date.map_or_else(|| "–".to_owned(), |date| date.to_string())),
            words(count(edition.used)),
            words(count(edition.refused)),
            words(bytes),
            words(edition.tlp.to_string()),
            Cell::Code(edition.sha256.to_string().chars().take(12).collect()),
        ]
    };
    let columns = vec![
        Column::Text("edition"),
        Column::Text("used"),
        Column::Text("date"),
        Column::Number("entries"),
        Column::Number("refused"),
        Column::Number("bytes"),
        Column::Text("marking"),
        Column::Text("sha256"),
    ];
    let rows = answer.editions.iter().map(row).collect();
    let licence =
        |listed: &ListedEdition| format!("{}: {}", listed.edition.name, listed.edition.licence);
    let counts = answer.record;
    let record = format!(
        "The record: {}, {}, {}, {}, {}, {}.",
        counted(counts.actors, "actor", "actors"),
        counted(counts.software, "program", "programs"),
        counted(counts.techniques, "technique", "techniques"),
        counted(counts.attacks, "attack", "attacks"),
        counted(counts.uses, "use", "uses"),
        counted(counts.sources, "source", "sources"),
    );
    [
        Section::new("library", answer.library.as_str()).with(Block::Table {
            caption: "",
            columns,
            rows,
        }),
        Section::new("licences", "Licences")
            .with(Block::List(answer.editions.iter().map(licence).collect())),
        Section::new("record", "").with(Block::Paragraph(record)),
    ]
}
