//! A workbench with a copy of the reference case.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use demarche_assess::IndexSource;
use demarche_case::Tlp;
use demarche_workbench::{Ask, Asker, Form, Reply, Settings, Workbench};

/// The person who asks in these tests.
pub(crate) fn analyst() -> Asker {
    Asker { name: "the analyst".to_owned(), form: "form-of-the-tests".to_owned(), is_user: false }
}

pub(crate) struct Bench {
    pub(crate) bench: Arc<Workbench>,
    pub(crate) folder: tempfile::TempDir,
}

impl Bench {
    /// The attack on Sony, with the tables that ship.
    pub(crate) fn sony() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("sony-2014");
        let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sony-2014");
        for file in [
            "case.toml",
            "evidence.toml",
            "response.toml",
            "routes/as-rel.txt",
            "routes/asn.tsv",
            "routes/prefixes.txt",
        ] {
            let to = root.join(file);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(example.join(file), to).unwrap();
        }
        let bench = Arc::new(Workbench::new(&[root], settings(folder.path())).unwrap());
        Self { bench, folder }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("sony-2014")
    }

    pub(crate) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.root().join(file)).unwrap()
    }

    /// A page, once the case is assessed.
    pub(crate) fn get(&self, target: &str) -> Reply {
        loop {
            let reply = self.bench.reply(&Ask { by: analyst(), ..Ask::get(target) });
            if !reply.html().contains("data-again") {
                return reply;
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// The text of a page between its marks of markup.
    pub(crate) fn read(&self, target: &str) -> String {
        let reply = self.get(target);
        assert!(reply.status().is_success(), "{target}: {}", reply.html());
        words(reply.html())
    }

    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut form = Form::default();
        for (name, value) in fields {
            form.add(name, value);
        }
        self.bench.reply(&Ask { by: analyst(), ..Ask::post(path, form) })
    }
}

pub(crate) fn settings(folder: &Path) -> Settings {
    Settings {
        tables: Vec::new(),
        library: folder.join("library"),
        index: IndexSource { folder: folder.join("index"), is_required: false, tlp: Tlp::Amber },
        passphrase: None,
        program: "demarche of the tests".to_owned(),
        clock: || "2026-11-29T20:00:00Z".parse().unwrap(),
    }
}

/// What a reader sees of markup.
fn words(html: &str) -> String {
    let parts = html.split('<').filter_map(|part| part.split_once('>').map(|(_, text)| text));
    let text: String = parts.collect::<Vec<_>>().join(" ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
