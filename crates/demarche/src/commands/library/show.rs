use demarche_case::{Availability, Defanged, Moment};
use demarche_library::answer::{Said, ShowAnswer, Shown, ShownUse};
use demarche_library::{Store, show, similar};
use demarche_report::{Block, Cell, Column, Section, words};

use crate::cli::LibraryShowArgs;
use crate::commands::library::folder;
use crate::output::{self, Outcome, counted};

/// Shows the entries of a name or an identifier.
pub(crate) fn run(args: &LibraryShowArgs) -> anyhow::Result<Outcome> {
    let store = Store::at(folder(&args.place)?);
    let (record, gaps) = store.record(&args.edition)?;
    let entries = show(&record, &args.entry);
    if entries.is_empty() {
        let names = similar(&record, &args.entry, 8);
        let hint = match names.is_empty() {
            true => "; `demarche library list` shows what the library holds".to_owned(),
            false => format!("; there is {}", names.join(", ")),
        };
        anyhow::bail!("the library has no entry called `{}`{hint}", args.entry);
    }
    let answer = ShowAnswer { asked: args.entry.clone(), entries };
    if args.json {
        return output::json(answer, Vec::new(), gaps);
    }
    let view: Vec<Section> = answer.entries.iter().map(entry).collect();
    output::show(&view)?;
    output::gaps(&gaps);
    Ok(Outcome::of(&gaps))
}

/// The most uses of an entry that are listed; the JSON has all.
const SHOWN: usize = 40;

fn entry(entry: &Shown) -> Section {
    let date = |date: Option<Moment>| date.map(|date| date.to_string()).unwrap_or_default();
    let availability = entry.availability.map(availability).unwrap_or_default();
    let mut terms = vec![
        ("available", availability.to_owned()),
        ("began", date(entry.began)),
        ("ended", date(entry.ended)),
        ("tactics", entry.tactics.join(", ")),
        ("victims", entry.victims.join("; ")),
    ];
    terms.retain(|(_, value)| !value.is_empty());
    let about = (!entry.about.is_empty()).then(|| Block::Paragraph(entry.about.clone()));
    let coded = entry.coded.iter().map(|(column, value)| format!("{column}: {value}"));
    let alike = entry.shares_a_name_with.iter();
    let alike =
        alike.map(|alike| format!("{}  {}: {}", alike.id, alike.name, alike.shared.join(", ")));
    Section::new("entry", format!("{}  {}", entry.id, entry.name))
        .with(Block::Terms(terms))
        .and(about)
        .and(claims("State", &entry.states))
        .and(claims("Said to have done it", &entry.attributions))
        .and(claims("Also called", &entry.synonyms))
        .and(uses("Uses", &entry.uses))
        .and(uses("Used by", &entry.used_by))
        .and(listed("Coded", coded.collect()))
        .and(listed("Shares a name with; they may be different actors", alike.collect()))
}

const fn availability(availability: Availability) -> &'static str {
    match availability {
        Availability::Private => "private",
        Availability::Commercial => "commercial",
        Availability::Leaked => "leaked",
        Availability::Public => "public",
    }
}

/// A heading with its points; nothing without points.
fn listed(head: &str, points: Vec<String>) -> Vec<Block> {
    if points.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(head.to_owned()), Block::List(points)]
}

fn claims(head: &str, claims: &[Said]) -> Vec<Block> {
    let claim = |claim: &Said| {
        let sources: Vec<&str> = claim.sources.iter().map(|source| source.name.as_str()).collect();
        match sources.as_slice() {
            [] => claim.what.clone(),
            sources => format!("{}  [{}]", claim.what, sources.join("; ")),
        }
    };
    listed(head, claims.iter().map(claim).collect())
}

fn uses(head: &str, uses: &[ShownUse]) -> Vec<Block> {
    if uses.is_empty() {
        return Vec::new();
    }
    let rows = uses.iter().take(SHOWN).map(|shown| {
        let id = match shown.is_infrastructure {
            true => Defanged(&shown.id).to_string(),
            false => shown.id.clone(),
        };
        vec![
            Cell::Code(id),
            words(shown.name.as_deref().unwrap_or("")),
            words(short(&shown.sources.join("; "))),
        ]
    });
    let columns = vec![Column::Text("id"), Column::Text("name"), Column::Text("sources")];
    let mut blocks = vec![
        Block::Heading(format!("{head}: {}", counted(uses.len() as u64, "entry", "entries"))),
        Block::Table { caption: "", columns, rows: rows.collect() },
    ];
    if uses.len() > SHOWN {
        let further = uses.len() - SHOWN;
        blocks.push(Block::Note(format!("and {further} more; --json lists them all")));
    }
    blocks
}

/// The text in at most sixty characters.
fn short(text: &str) -> String {
    demarche_case::text::shown(text, 60)
}
