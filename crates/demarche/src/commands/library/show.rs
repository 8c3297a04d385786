use demarche_case::Defanged;
use demarche_library::answer::{Said, ShowAnswer, Shown, ShownUse};
use demarche_library::{Store, show, similar};

use crate::cli::LibraryShowArgs;
use crate::commands::library::folder;
use crate::output::{self, Outcome, Table, clean, counted, print, short};

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
    let texts: Vec<String> = answer.entries.iter().map(text).collect();
    print(&texts.join("\n"))?;
    output::gaps(&gaps);
    Ok(Outcome::of(&gaps))
}

fn text(entry: &Shown) -> String {
    let mut text = format!("{}  {}\n", clean(&entry.id), clean(&entry.name));
    let word = |value: Option<String>| value.unwrap_or_default();
    let lines = [
        ("Available", word(entry.availability.map(|kind| format!("{kind:?}").to_lowercase()))),
        ("Began", word(entry.began.map(|date| date.to_string()))),
        ("Ended", word(entry.ended.map(|date| date.to_string()))),
        ("Tactics", entry.tactics.join(", ")),
        ("Victims", entry.victims.join("; ")),
    ];
    for (name, value) in lines.iter().filter(|(_, value)| !value.is_empty()) {
        text.push_str(&format!("{name}: {}\n", clean(value)));
    }
    if !entry.about.is_empty() {
        text.push_str(&format!("{}\n", clean(&short(&entry.about, 600))));
    }
    claims(&mut text, "State", &entry.states);
    claims(&mut text, "Said to have done it", &entry.attributions);
    claims(&mut text, "Also called", &entry.synonyms);
    uses(&mut text, "Uses", &entry.uses);
    uses(&mut text, "Used by", &entry.used_by);
    if !entry.coded.is_empty() {
        text.push_str("\nCoded\n");
        for (column, value) in &entry.coded {
            text.push_str(&format!("  {}: {}\n", clean(column), clean(&short(value, 120))));
        }
    }
    if !entry.shares_a_name_with.is_empty() {
        text.push_str(
            "\nShares a name with (whether they are the same, nobody has decided here)\n",
        );
        for other in &entry.shares_a_name_with {
            let shared = clean(&other.shared.join(", "));
            text.push_str(&format!("  {}  {}: {shared}\n", other.id, clean(&other.name)));
        }
    }
    text
}

fn claims(text: &mut String, head: &str, claims: &[Said]) {
    if claims.is_empty() {
        return;
    }
    text.push_str(&format!("\n{head}\n"));
    for claim in claims {
        let sources: Vec<&str> = claim.sources.iter().map(|source| source.name.as_str()).collect();
        let sources = match sources.is_empty() {
            true => String::new(),
            false => format!("  [{}]", short(&clean(&sources.join("; ")), 120)),
        };
        text.push_str(&format!("  {}{sources}\n", clean(&claim.what)));
    }
}

fn uses(text: &mut String, head: &str, uses: &[ShownUse]) {
    const SHOWN: usize = 40;
    if uses.is_empty() {
        return;
    }
    text.push_str(&format!("\n{head}: {}\n", counted(uses.len() as u64, "entry", "entries")));
    let mut table = Table::new(["  id", "name", "sources"]);
    for one in uses.iter().take(SHOWN) {
        let id = match one.is_infrastructure {
            true => Defanged(&one.id).to_string(),
            false => one.id.clone(),
        };
        table.row([
            format!("  {}", short(&id, 44)),
            short(one.name.as_deref().unwrap_or_default(), 44),
            short(&one.sources.join("; "), 60),
        ]);
    }
    text.push_str(&table.text());
    if uses.len() > SHOWN {
        text.push_str(&format!("  and {} more; --json lists them all\n", uses.len() - SHOWN));
    }
}
