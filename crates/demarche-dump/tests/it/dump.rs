//! A dump in a folder of its own, and everything that is told of it.

use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;

use demarche_dump::{Content, Item, Limits, Message, Sink, Unit, Unlisted, read, units};
use demarche_terms::Sha256;
use demarche_text::Media;

/// An item with its content in its own memory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) path: String,
    pub(crate) number: u32,
    pub(crate) within: Option<u32>,
    pub(crate) name: String,
    pub(crate) media: Media,
    pub(crate) size: u64,
    pub(crate) digest: Sha256,
    pub(crate) at: Option<Range<u64>>,
    pub(crate) content: Owned,
    pub(crate) faults: Vec<String>,
}

/// Content in its own memory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Owned {
    Message(Box<Message>),
    Text(String),
    Container,
    Copy,
    Nothing,
    Unread(String),
    Damage(String),
}

impl Told {
    /// The text of a message or document.
    pub(crate) fn text(&self) -> String {
        match &self.content {
            Owned::Message(message) => {
                message.body.iter().map(|section| section.text.as_str()).collect()
            }
            Owned::Text(text) => text.clone(),
            _ => String::new(),
        }
    }

    pub(crate) fn message(&self) -> &Message {
        match &self.content {
            Owned::Message(message) => message,
            content => panic!("no message: {content:?}"),
        }
    }
}

/// A sink that keeps all items and wants each content once, or every time.
#[derive(Default)]
struct Keeper {
    path: String,
    items: Vec<Told>,
    seen: BTreeSet<Sha256>,
    wants_all: bool,
}

impl Sink for Keeper {
    fn wants(&mut self, digest: &Sha256, _: Media) -> bool {
        self.seen.insert(*digest) || self.wants_all
    }

    fn item(&mut self, item: Item<'_>) -> ControlFlow<()> {
        let text = |sections: &[demarche_text::Section]| {
            sections.iter().map(|section| section.text.as_str()).collect()
        };
        let content = match item.content {
            Content::Message(message) => Owned::Message(Box::new(message.clone())),
            Content::Text(sections) => Owned::Text(text(sections)),
            Content::Container => Owned::Container,
            Content::Copy => Owned::Copy,
            Content::Nothing => Owned::Nothing,
            Content::Unread(unread) => Owned::Unread(unread.to_string()),
            Content::Damage(fault) => Owned::Damage(fault.to_string()),
        };
        self.items.push(Told {
            path: self.path.clone(),
            number: item.number,
            within: item.within,
            name: item.name.to_owned(),
            media: item.media,
            size: item.size,
            digest: item.digest,
            at: item.at,
            content,
            faults: item.faults.iter().map(ToString::to_string).collect(),
        });
        ControlFlow::Continue(())
    }
}

/// A folder that is gone at the end of a test.
pub(crate) struct Dump {
    folder: tempfile::TempDir,
}

impl Dump {
    pub(crate) fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Self { folder }
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) fn units(&self) -> (Vec<Unit>, Vec<Unlisted>) {
        units(self.folder.path())
    }

    /// All items, each content once.
    pub(crate) fn read(&self) -> Vec<Told> {
        self.read_with(&Limits::default(), false)
    }

    pub(crate) fn read_with(&self, limits: &Limits, wants_all: bool) -> Vec<Told> {
        self.read_units(&self.units().0, limits, wants_all)
    }

    pub(crate) fn read_units(&self, units: &[Unit], limits: &Limits, wants_all: bool) -> Vec<Told> {
        let mut keeper = Keeper { wants_all, ..Keeper::default() };
        let documents = |media, bytes: &[u8]| match media {
            Media::Pdf => Err(demarche_text::Unread::Unsupported),
            media => demarche_text::text_of(media, bytes, &limits.text),
        };
        for unit in units {
            keeper.path = unit.path.to_string_lossy().into_owned();
            read(&self.root(), unit, limits, &documents, &mut keeper);
        }
        keeper.items
    }
}

/// All items of one file.
pub(crate) fn of_file(name: &str, bytes: &[u8]) -> Vec<Told> {
    let items = Dump::new(&[(name, bytes)]).read();
    for item in &items {
        assert!(item.within.is_none_or(|within| within < item.number), "{item:?}");
    }
    items
}
