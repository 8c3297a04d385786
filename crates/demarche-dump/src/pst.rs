//! Personal folders and offline folders of Outlook (PST, OST), of all three layouts.
//!
//! Messages are found by the list of nodes, in which each has its folder, so that one that no folder lists is read too.
//! Settings that programs hide in folders are no messages and are left out. Space that is no longer in use is not searched.
//!
//! Source: \[MS-PST\].

mod cipher;
mod context;
mod damage;
mod database;
mod heap;
mod layout;
mod message;
mod names;
mod salvage;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;

use self::context::{Wanted, properties};
use self::database::Database;
use self::layout::{FOLDER, Held, KIND, MESSAGE, Node};
use crate::fault::Fault;
use crate::mapi::{Outlook, Properties, Value};
use crate::number::{u32_at, wide};

pub(crate) use self::damage::Damage;
pub(crate) use self::database::Source;

/// A file that is open.
pub(crate) struct Store<'a> {
    database: Database<'a>,
    /// Folders and messages, sorted by the folder in which they lie.
    held: Vec<Held>,
}

/// A message where it lies.
pub(crate) struct Found<'a> {
    /// The folder with those around it; `None` where it lies in none.
    pub(crate) folder: Option<&'a str>,
    pub(crate) number: u32,
    pub(crate) message: Outlook,
}

/// The node of the store itself.
const STORE: u32 = 0x21;

/// The folder in which all others lie.
const ROOT: u32 = 0x122;

/// The properties of the store and of folders that are read.
const NAME: u16 = 0x3001;
const COUNT: u16 = 0x3602;
const MAIL_ROOT: u16 = 0x35e0;

/// The longest name of a folder, in characters; Outlook takes 255.
const LONGEST_NAME: usize = 1_000;

/// The most findings that are kept.
const MOST_FAULTS: usize = 1_000;

impl<'a> Store<'a> {
    /// Opens a file out of which `most` bytes may come.
    pub(crate) fn open(source: &'a mut dyn Source, most: u64) -> Result<Self, Damage> {
        let mut database = Database::open(source, most)?;
        let held = database.held();
        // A file without the list of its own properties has none of them.
        database.fields = names::fields(&mut database).unwrap_or_default();
        Ok(Self { database, held })
    }

    /// Visits every message, folder by folder, and returns what could not be read.
    ///
    /// The folders of the mail come first, then all others, then messages that lie in no folder.
    pub(crate) fn messages(
        &mut self,
        depth: u32,
        visit: &mut dyn FnMut(Found<'_>) -> ControlFlow<()>,
    ) -> Vec<Fault> {
        let mut walk = Walk { faults: Vec::new(), seen: BTreeSet::new(), depth, visit };
        walk.note_flaws(&mut self.database, None);
        // A break says that the visitor wants no more.
        let _: ControlFlow<()> = self.walk(&mut walk);
        walk.faults
    }

    fn walk(&mut self, walk: &mut Walk<'_>) -> ControlFlow<()> {
        let folders: Vec<Held> =
            self.held.iter().filter(|held| held.number & KIND == FOLDER).copied().collect();
        let numbers: BTreeSet<u32> = folders.iter().map(|folder| folder.number).collect();
        let tops = folders.iter().filter(|folder| !numbers.contains(&folder.parent));
        let starts =
            self.mail_root().into_iter().chain([ROOT]).filter(|start| numbers.contains(start));
        let starts: Vec<u32> =
            starts.chain(tops.chain(&folders).map(|folder| folder.number)).collect();
        for start in starts {
            self.tree(start, walk)?;
        }
        let astray: Vec<Held> = self
            .held
            .iter()
            .filter(|held| held.number & KIND == MESSAGE && !walk.seen.contains(&held.parent))
            .copied()
            .collect();
        if !astray.is_empty() {
            let lie = match astray.len() {
                1 => "one message lies".to_owned(),
                count => format!("{count} messages lie"),
            };
            walk.note("messages".to_owned(), format!("{lie} in no folder"));
        }
        astray.into_iter().try_for_each(|held| walk.message(&mut self.database, None, held.number))
    }

    /// The folder of the mail, as the store states it.
    fn mail_root(&mut self) -> Option<u32> {
        let store = self.database.node(STORE).ok()?;
        let properties = self.properties(store, |id| id == MAIL_ROOT).ok()?;
        match properties.0.get(&MAIL_ROOT)? {
            Value::Bytes(entry) => u32_at(entry, 20),
            _ => None,
        }
    }

    fn properties(&mut self, node: Node, is_wanted: fn(u16) -> bool) -> Result<Properties, Damage> {
        self.database.begin_message();
        let inner = self.database.inner(node.inner);
        let wanted = Wanted { is_wanted, inner: &inner, charset: None };
        Ok(properties(&mut self.database, node, &wanted)?.properties)
    }

    /// Visits the messages of a folder and of those in it that were not seen yet.
    fn tree(&mut self, start: u32, walk: &mut Walk<'_>) -> ControlFlow<()> {
        let mut waiting: Vec<(u32, Rc<str>, u32)> = vec![(start, Rc::from(""), 0)];
        while let Some((folder, path, level)) = waiting.pop() {
            if level > walk.depth || !walk.seen.insert(folder) {
                continue;
            }
            let node = self.database.node(folder);
            let read = node.and_then(|node| self.properties(node, |id| matches!(id, NAME | COUNT)));
            let properties = read.unwrap_or_else(|damage| {
                self.database.note(damage);
                Properties::default()
            });
            let name = properties.text(NAME).unwrap_or("");
            let name = shortened(name, LONGEST_NAME);
            let path: Rc<str> = match (&*path, name) {
                ("", name) => name.into(),
                (path, name) => format!("{path}/{name}").into(),
            };
            walk.note_flaws(&mut self.database, Some(&path));
            let start = self.held.partition_point(|held| held.parent < folder);
            let inside = self.held.iter().skip(start).take_while(|held| held.parent == folder);
            let inside: Vec<u32> = inside.map(|held| held.number).collect();
            let of_kind = |kind| inside.iter().copied().filter(move |number| number & KIND == kind);
            for number in of_kind(MESSAGE) {
                walk.message(&mut self.database, Some(&path), number)?;
            }
            walk.note_missing(&path, properties.number(COUNT), wide(of_kind(MESSAGE).count()));
            let inner: Vec<_> =
                of_kind(FOLDER).map(|inner| (inner, Rc::clone(&path), level + 1)).collect();
            waiting.extend(inner.into_iter().rev());
        }
        ControlFlow::Continue(())
    }
}

/// The first characters of a text.
fn shortened(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// The state of a walk through all folders.
struct Walk<'a> {
    faults: Vec<Fault>,
    seen: BTreeSet<u32>,
    depth: u32,
    visit: &'a mut dyn FnMut(Found<'_>) -> ControlFlow<()>,
}

impl Walk<'_> {
    fn note(&mut self, part: String, reason: String) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault::Part { part, reason });
        }
    }

    /// Notes what could not be read of a folder, or of the file where none is given.
    fn note_flaws(&mut self, database: &mut Database<'_>, folder: Option<&str>) {
        for damage in database.flaws() {
            let part = folder.map_or_else(String::new, |folder| format!("folder `{folder}`, "));
            self.note(format!("{part}{}", damage.part), damage.finding.to_string());
        }
    }

    /// Notes messages that a folder counts and the file does not have.
    fn note_missing(&mut self, folder: &str, stated: Option<i64>, present: u64) {
        let missing = stated.and_then(|stated| u64::try_from(stated).ok()?.checked_sub(present));
        if let Some(missing @ 1..) = missing {
            let reason = format!("{missing} of the messages that it counts are not in the file");
            self.note(format!("folder `{folder}`"), reason);
        }
    }

    fn message(
        &mut self,
        database: &mut Database<'_>,
        folder: Option<&str>,
        number: u32,
    ) -> ControlFlow<()> {
        match message::message(database, number) {
            Ok(message) => return (self.visit)(Found { folder, number, message }),
            Err(damage) => {
                let folder = folder.unwrap_or("");
                self.note(format!("message {number} in `{folder}`"), damage.to_string());
            }
        }
        ControlFlow::Continue(())
    }
}
