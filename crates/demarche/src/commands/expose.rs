pub(crate) mod documents;
pub(crate) mod find;
pub(crate) mod scan;
mod targets;

use std::path::{Path, PathBuf};

use anyhow::Context;
use demarche_case::CaseFolder;
use demarche_case::assessment::answer::PeopleAnswer;
use demarche_exposure::{Store, inventory, shown_path};
use demarche_report::exposure_people;
use demarche_sensitive::Rules;

use crate::cli::expose::{DumpPlace, ExposePeopleArgs};
use crate::output::{self, Outcome};

/// The name of the store in a case folder.
pub(crate) const STORE: &str = "exposure.sqlite";

/// A dump, its store, and the passphrase of the store.
#[derive(Debug)]
pub(crate) struct Dump {
    pub(crate) root: PathBuf,
    pub(crate) store: PathBuf,
    /// What the dump is called: the same wherever the case folder lies.
    pub(crate) name: String,
    /// True for the leaked files of a case.
    pub(crate) is_of_case: bool,
    passphrase: Option<String>,
}

impl Dump {
    /// The dump that the user names: that of a case, or a folder or file.
    pub(crate) fn of(place: &DumpPlace) -> anyhow::Result<Self> {
        let passphrase = place.passphrase_file.as_deref().map(passphrase).transpose()?;
        let given = &place.dump;
        let is_of_case = given.join("case.toml").is_file();
        let (root, name, beside) = if is_of_case {
            let folder = CaseFolder::open(given)?;
            let exposed = folder.case().exposed.folder.to_string();
            (given.join(&exposed), exposed, given.join(STORE))
        } else {
            let (name, beside) = named(given)?;
            (given.clone(), name, beside)
        };
        let store = place.store.clone().unwrap_or(beside);
        Ok(Self { root, store, name, is_of_case, passphrase })
    }

    /// Refuses a dump that is not there.
    pub(crate) fn is_there(&self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.root.exists(),
            "there is no {}: put the leaked mailboxes and files there, or name another folder",
            self.root.display()
        );
        Ok(())
    }

    /// Opens the store for a scan, and makes it where there is none.
    pub(crate) fn open(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&self.store, &self.name, self.passphrase.as_deref())?)
    }

    /// Opens the store that a scan made.
    ///
    /// The dump itself need not be there: the store may be made of parts that other machines scanned.
    pub(crate) fn scanned(&self) -> anyhow::Result<Store> {
        if !self.store.exists() {
            self.is_there()?;
        }
        anyhow::ensure!(
            self.store.exists() || self.store.is_symlink(),
            "{} was not scanned yet: run `demarche expose scan` on it first",
            self.root.display()
        );
        Ok(Store::existing(&self.store, self.passphrase.as_deref())?)
    }
}

/// The name of a dump that is no case's, and the place of its store beside it.
fn named(given: &Path) -> anyhow::Result<(String, PathBuf)> {
    // `.`, `..` and `/` are no names.
    let real = match given.file_name() {
        Some(_) => given.to_owned(),
        None => given
            .canonicalize()
            .with_context(|| format!("cannot find the dump {}", given.display()))?,
    };
    let Some(name) = real.file_name() else {
        return Ok(("dump".to_owned(), PathBuf::from(format!("dump.{STORE}"))));
    };
    let mut beside = name.to_owned();
    beside.push(format!(".{STORE}"));
    Ok((shown_path(Path::new(name)), real.with_file_name(beside)))
}

/// The passphrase in a file: its first line.
pub(crate) fn passphrase(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the passphrase in {}", path.display()))?;
    let line = text.lines().next().unwrap_or("").to_owned();
    anyhow::ensure!(
        !line.is_empty(),
        "the first line of {} is empty: it is the passphrase",
        path.display()
    );
    Ok(line)
}

/// The built-in rules, with those of the user.
pub(crate) fn rules(own: Option<&Path>) -> anyhow::Result<Rules> {
    let Some(path) = own else { return Ok(Rules::built_in()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the rules in {}", path.display()))?;
    Rules::with_own(&text)
        .with_context(|| format!("the rules in {} cannot be used", path.display()))
}

/// Lists the persons of a dump that was scanned.
pub(crate) fn people(args: &ExposePeopleArgs) -> anyhow::Result<Outcome> {
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
