//! Files of Outlook as `readpst` reads them and as the reader does.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::dump::{Owned, Told, of_file};
use crate::outlook_folders::{ALL, message, short};
use crate::personal_folders::file;

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be told where data lie")]
fn real_files_of_outlook_are_read() {
    let Ok(folder) = std::env::var("DEMARCHE_OUTLOOK") else {
        println!("SKIPPED: DEMARCHE_OUTLOOK names no folder with files of Outlook");
        return;
    };
    let (units, _) = demarche_dump::units(Path::new(&folder));
    assert!(!units.is_empty());
    for unit in units {
        agrees(&Path::new(&folder).join(&unit.path));
    }
}

#[test]
fn folders_that_tests_write_are_read_by_others() {
    for (number, (layout, cipher)) in ALL.into_iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("{number}.pst"));
        std::fs::write(&path, file(layout, cipher, &[message(), short("Second")])).unwrap();
        if !agrees(&path) {
            return;
        }
    }
}

/// Checks that all that `readpst` takes out of a file is read; `false` where there is no such program.
fn agrees(path: &Path) -> bool {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let items = of_file(&name, &std::fs::read(path).unwrap());
    assert!(!matches!(items[0].content, Owned::Unread(_)), "{:?}", items[0]);
    let Some(taken) = taken_out(path) else {
        println!("SKIPPED: readpst is not there to compare with");
        return false;
    };
    let of_file = items.iter().filter(|item| item.within == Some(0));
    let lost: Vec<_> =
        of_file.clone().filter(|item| matches!(item.content, Owned::Damage(_))).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let faulty: Vec<_> = items.iter().filter(|item| item.number > 0 && is_broken(item)).collect();
    assert!(faulty.is_empty(), "{faulty:?}");
    let messages = of_file.filter(|item| matches!(item.content, Owned::Message(_) | Owned::Copy));
    let messages = messages.count();
    assert!(messages >= taken.files, "{messages} of {} in {name}", taken.files);
    let read = carried(&items);
    for (what, count) in &taken.carried {
        let met = read.get(what).copied().unwrap_or(0);
        assert!(met >= *count, "{what}: {met} of {count} in {name}");
    }
    let texts = texts(&items);
    for (subject, words) in &taken.texts {
        let ours = texts.iter().filter(|(own, _)| own == subject);
        let missing: Vec<_> =
            ours.map(|(_, own)| words.difference(own).collect::<Vec<_>>()).collect();
        let least = missing.iter().min_by_key(|words| words.len());
        assert!(least.is_some_and(|words| words.is_empty()), "{subject}: {least:?} in {name}");
    }
    let (texts, carried) = (taken.texts.len(), taken.carried.values().sum::<usize>());
    println!(
        "{name}: {messages} messages of {}; {texts} texts, {carried} subjects and files agree",
        taken.files
    );
    true
}

/// Returns true if the reader itself could not read something of an item.
fn is_broken(item: &Told) -> bool {
    let is_ours = |fault: &String| fault.contains("block") || fault.contains("property");
    item.faults.iter().any(is_ours)
}

/// What `readpst` takes out of a file.
struct Taken {
    /// Messages, appointments, contacts and notes.
    files: usize,
    /// Subjects of messages and hashes of files in them, with their numbers.
    carried: BTreeMap<String, usize>,
    /// The words of each message.
    texts: Vec<(String, BTreeSet<String>)>,
}

/// Subjects and hashes of files, with their numbers.
fn carried(items: &[Told]) -> BTreeMap<String, usize> {
    let mut carried = BTreeMap::new();
    for item in items {
        let what = match &item.content {
            Owned::Message(message) => format!("subject {}", message.subject.trim()),
            Owned::Container => continue,
            _ if is_made_up(&item.name) => continue,
            _ => format!("file {}", item.digest),
        };
        *carried.entry(what).or_insert(0) += 1;
    }
    carried
}

/// Returns true for the names of files that `readpst` makes of an invitation and of a body in rich text.
fn is_made_up(name: &str) -> bool {
    let digits = name.strip_prefix('i').and_then(|name| name.strip_suffix(".ics"));
    let is_invitation = digits.is_some_and(|digits| digits.parse::<u64>().is_ok());
    is_invitation || name == "part 2" || name == "rtf-body.rtf"
}

/// The subject of each message with the words of its text.
fn texts(items: &[Told]) -> Vec<(String, BTreeSet<String>)> {
    let messages = items.iter().filter(|item| matches!(item.content, Owned::Message(_)));
    let words = |text: &str| {
        let words = text.split(|letter: char| !letter.is_alphanumeric());
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let text = |item: &Told| (item.message().subject.trim().to_owned(), words(&item.text()));
    messages.map(text).collect()
}

fn taken_out(path: &Path) -> Option<Taken> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path();
    let mut run = std::process::Command::new("readpst");
    let run = run.args(["-q", "-j", "0", "-e", "-o"]).arg(out).arg(path).output();
    run.ok().filter(|output| output.status.success())?;
    let (units, _) = demarche_dump::units(out);
    let mut taken = Taken { files: units.len(), carried: BTreeMap::new(), texts: Vec::new() };
    for unit in units.iter().filter(|unit| unit.path.extension().is_some_and(|end| end == "eml")) {
        let items = of_file("x.eml", &std::fs::read(out.join(&unit.path)).unwrap());
        for (what, count) in carried(&items) {
            *taken.carried.entry(what).or_insert(0) += count;
        }
        taken.texts.extend(texts(&items[..1]));
    }
    Some(taken)
}
