//! The dump as a graph: contents, and what holds them, down to the files that hold all.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::ExposureError;
use crate::mailbox::mailbox_of;
use crate::store::Store;

/// The number of a content.
pub(crate) type Content = i64;

/// A content.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) digest: [u8; 32],
    pub(crate) media: String,
    pub(crate) size: u64,
    pub(crate) is_read: bool,
    pub(crate) is_container: bool,
    /// The reason why it was not read.
    pub(crate) reason: Option<String>,
    /// Its losses, a line for each.
    pub(crate) faults: Option<String>,
}

/// Something that holds a content, and the name under which it does.
#[derive(Debug)]
struct Holder {
    parent: Content,
    number: i64,
    name: String,
    size: u64,
}

/// A file of the dump.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) size: u64,
    /// The reason why it was not opened.
    pub(crate) unread: Option<String>,
    mailbox: Option<u32>,
}

/// The form in which names and paths are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Names {
    /// With sensitive values in them masked.
    Masked,
    /// As they are.
    Clear,
}

impl Names {
    /// The form for a reader who wants to see values or does not.
    pub(crate) fn of(reveal: bool) -> Self {
        if reveal { Self::Clear } else { Self::Masked }
    }

    /// The form of a name that has a masked one or has nothing to mask.
    pub(crate) fn choose(self, clear: String, masked: Option<String>) -> String {
        match (self, masked) {
            (Self::Masked, Some(masked)) => masked,
            _ => clear,
        }
    }
}

/// The graph of a dump.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) contents: HashMap<Content, Row>,
    holders: HashMap<Content, Vec<Holder>>,
    roots: HashMap<Content, Vec<usize>>,
    pub(crate) files: Vec<File>,
    /// The paths of the mailboxes.
    pub(crate) mailboxes: Vec<String>,
    places: HashMap<Content, Rc<str>>,
    counts: HashMap<Content, u64>,
    held_in: HashMap<Content, Rc<BTreeSet<u32>>>,
}

/// The deepest nesting that is followed: deeper than any reader goes.
const DEPTH: u32 = 256;

/// The part of a graph that is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    Whole,
    /// The contents in the table [`ABOVE`], and what holds them.
    Above,
}

/// A table of one connection: some contents, and all that holds them.
const ABOVE: &str = "above";

impl Extent {
    /// The end of a query for rows of which a column has contents.
    fn only(self, column: &str) -> String {
        match self {
            Self::Whole => String::new(),
            Self::Above => format!(" AND {column} IN (SELECT id FROM temp.{ABOVE})"),
        }
    }
}

impl Graph {
    /// Loads the graph of a whole dump.
    pub(crate) fn load(store: &Store, names: Names) -> Result<Self, ExposureError> {
        Self::load_extent(store, names, Extent::Whole)
    }

    /// Loads what holds some contents: enough to tell their places and how many these are.
    pub(crate) fn above(
        store: &Store,
        names: Names,
        contents: &[Content],
    ) -> Result<Self, ExposureError> {
        let fresh = format!(
            "DROP TABLE IF EXISTS temp.{ABOVE}; CREATE TEMP TABLE {ABOVE}(id INTEGER PRIMARY KEY)"
        );
        store.connection.execute_batch(&fresh)?;
        let climb = format!(
            "WITH RECURSIVE up(id) AS (VALUES(?) UNION SELECT edge.parent FROM up JOIN edge ON edge.child = up.id) \
             INSERT OR IGNORE INTO temp.{ABOVE} SELECT id FROM up"
        );
        let mut climb = store.connection.prepare(&climb)?;
        for content in contents {
            climb.execute([content])?;
        }
        Self::load_extent(store, names, Extent::Above)
    }

    fn load_extent(store: &Store, names: Names, extent: Extent) -> Result<Self, ExposureError> {
        let (files, numbers, mailboxes) = files(store, names, extent)?;
        let mut graph = Self {
            contents: contents(store, extent)?,
            holders: holders(store, names, extent)?,
            roots: HashMap::new(),
            files,
            mailboxes,
            places: HashMap::new(),
            counts: HashMap::new(),
            held_in: HashMap::new(),
        };
        let mut query = store.connection.prepare(&format!(
            "SELECT root, file FROM unit WHERE root IS NOT NULL{} ORDER BY file, start",
            extent.only("root")
        ))?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (root, file): (Content, i64) = (row.get(0)?, row.get(1)?);
            graph.roots.entry(root).or_default().extend(numbers.get(&file));
        }
        graph.fill_sizes();
        Ok(graph)
    }

    /// A content is as large as its largest copy: line ends of messages differ, and any copy may be read first.
    fn fill_sizes(&mut self) {
        for (content, holders) in &self.holders {
            if let Some(row) = self.contents.get_mut(content) {
                row.size = holders.iter().map(|holder| holder.size).fold(row.size, u64::max);
            }
        }
        for (content, files) in &self.roots {
            let sizes = files.iter().filter_map(|file| self.files.get(*file)).map(|file| file.size);
            if let Some(row) = self.contents.get_mut(content).filter(|row| !row.is_container) {
                row.size = sizes.fold(row.size, u64::max);
            }
        }
    }

    /// Returns true if a content is a message.
    pub(crate) fn is_message(&self, content: Content) -> bool {
        let row = self.contents.get(&content);
        row.is_some_and(|row| matches!(row.media.as_str(), "message" | "emlx" | "outlookmessage"))
    }

    /// The files that hold one or more of some contents, by their numbers.
    pub(crate) fn files_of(&self, contents: impl Iterator<Item = Content>) -> BTreeSet<usize> {
        let mut waiting: Vec<Content> = contents.collect();
        let mut met: BTreeSet<Content> = waiting.iter().copied().collect();
        let mut files = BTreeSet::new();
        while let Some(content) = waiting.pop() {
            files.extend(self.roots.get(&content).into_iter().flatten().copied());
            let parents = self.parents(content);
            waiting.extend(parents.into_iter().filter(|parent| met.insert(*parent)));
        }
        files
    }

    /// The messages that a content lies within directly, each with its number there.
    pub(crate) fn messages_around(&self, content: Content) -> impl Iterator<Item = Content> {
        let holders = self.holders.get(&content).into_iter().flatten();
        holders.map(|holder| holder.parent).filter(|parent| self.is_message(*parent))
    }

    /// The number of places where a content lies.
    pub(crate) fn places(&mut self, content: Content) -> u64 {
        self.count(content, 0)
    }

    /// The number of places of a content, those within messages left out.
    pub(crate) fn copies(&mut self, content: Content) -> u64 {
        let outside = |graph: &Self, holder: &Holder| !graph.is_message(holder.parent);
        let parents: Vec<Content> = self
            .holders
            .get(&content)
            .into_iter()
            .flatten()
            .filter(|holder| outside(self, holder))
            .map(|holder| holder.parent)
            .collect();
        let roots = self.roots.get(&content).map_or(0, |files| files.len() as u64);
        parents.into_iter().map(|parent| self.count(parent, 0)).fold(roots, u64::saturating_add)
    }

    fn count(&mut self, content: Content, depth: u32) -> u64 {
        if let Some(known) = self.counts.get(&content) {
            return *known;
        }
        let mut count = self.roots.get(&content).map_or(0, |files| files.len() as u64);
        if depth < DEPTH {
            for parent in self.parents(content) {
                count = count.saturating_add(self.count(parent, depth + 1));
            }
        }
        self.counts.insert(content, count);
        count
    }

    fn parents(&self, content: Content) -> Vec<Content> {
        let holders = self.holders.get(&content).into_iter().flatten();
        holders.map(|holder| holder.parent).collect()
    }

    /// The first place of a content: the path of a file, then the names in what holds it, with `!` between.
    pub(crate) fn place(&mut self, content: Content) -> Rc<str> {
        self.first_place(content, 0)
    }

    fn first_place(&mut self, content: Content, depth: u32) -> Rc<str> {
        if let Some(known) = self.places.get(&content) {
            return Rc::clone(known);
        }
        let files = self.roots.get(&content).into_iter().flatten();
        let file =
            files.filter_map(|file| self.files.get(*file)).map(|file| file.path.as_str()).min();
        let mut first: Option<Rc<str>> = file.map(Rc::from);
        if first.is_none() && depth < DEPTH {
            let holders = self.holders.get(&content).into_iter().flatten();
            let mut names: Vec<(Content, i64, String)> =
                holders.map(|holder| (holder.parent, holder.number, holder.name.clone())).collect();
            names.sort_by(|a, b| (a.1, &a.2).cmp(&(b.1, &b.2)));
            for (parent, _, name) in names {
                let place = format!("{}!{name}", self.first_place(parent, depth + 1));
                if first.as_ref().is_none_or(|first| *place < **first) {
                    first = Some(place.into());
                }
            }
        }
        let first = first.unwrap_or_else(|| Rc::from(""));
        self.places.insert(content, Rc::clone(&first));
        first
    }

    /// The places of a content in their order, at most so many.
    pub(crate) fn all_places(&self, content: Content, most: usize) -> BTreeSet<String> {
        let mut places = BTreeSet::new();
        let mut waiting = vec![(content, String::new(), 0)];
        while let Some((content, behind, depth)) = waiting.pop() {
            let files = self.roots.get(&content).into_iter().flatten();
            let files = files.filter_map(|file| self.files.get(*file));
            places.extend(files.map(|file| format!("{}{behind}", file.path)));
            if places.len() >= most {
                break;
            }
            if depth < DEPTH {
                let holders = self.holders.get(&content).into_iter().flatten();
                waiting.extend(
                    holders.map(|holder| {
                        (holder.parent, format!("!{}{behind}", holder.name), depth + 1)
                    }),
                );
            }
        }
        places.into_iter().take(most).collect()
    }

    /// The mailboxes in which a content lies, by their numbers.
    pub(crate) fn mailboxes_of(&mut self, content: Content) -> Rc<BTreeSet<u32>> {
        self.mailboxes_around(content, 0)
    }

    fn mailboxes_around(&mut self, content: Content, depth: u32) -> Rc<BTreeSet<u32>> {
        if let Some(known) = self.held_in.get(&content) {
            return Rc::clone(known);
        }
        let files = self.roots.get(&content).into_iter().flatten();
        let of_file = |file: &usize| self.files.get(*file).and_then(|file| file.mailbox);
        let mut mailboxes: BTreeSet<u32> = files.filter_map(of_file).collect();
        if depth < DEPTH {
            for parent in self.parents(content) {
                mailboxes.extend(self.mailboxes_around(parent, depth + 1).iter());
            }
        }
        let mailboxes = Rc::new(mailboxes);
        self.held_in.insert(content, Rc::clone(&mailboxes));
        mailboxes
    }
}

fn contents(store: &Store, extent: Extent) -> Result<HashMap<Content, Row>, ExposureError> {
    let mut query = store.connection.prepare(&format!(
        "SELECT id, digest, media, size, state, reason, faults FROM content WHERE state > 0{}",
        extent.only("id")
    ))?;
    let rows = query.query_map([], |row| {
        let state: i64 = row.get(4)?;
        let content = Row {
            digest: row.get(1)?,
            media: row.get(2)?,
            size: unsigned(row.get(3)?),
            is_read: state == 1,
            is_container: state == 2,
            reason: row.get(5)?,
            faults: row.get(6)?,
        };
        Ok((row.get(0)?, content))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn holders(
    store: &Store,
    names: Names,
    extent: Extent,
) -> Result<HashMap<Content, Vec<Holder>>, ExposureError> {
    let mut query = store.connection.prepare(&format!(
        "SELECT child, parent, number, name, size, masked FROM edge WHERE true{}",
        extent.only("child")
    ))?;
    let mut rows = query.query([])?;
    let mut holders: HashMap<Content, Vec<Holder>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let holder = Holder {
            parent: row.get(1)?,
            number: row.get(2)?,
            name: names.choose(row.get(3)?, row.get(5)?),
            size: unsigned(row.get(4)?),
        };
        holders.entry(row.get(0)?).or_default().push(holder);
    }
    Ok(holders)
}

type Files = (Vec<File>, HashMap<i64, usize>, Vec<String>);

/// The files in the order of their paths, the places of their numbers in it, and the mailboxes that they make up.
///
/// A dump that is a single file has no path in itself: the file has the name of the dump.
fn files(store: &Store, names: Names, extent: Extent) -> Result<Files, ExposureError> {
    let dump = store.meta("dump")?.unwrap_or_else(|| "dump".to_owned());
    let named = |path: String| if path.is_empty() { dump.clone() } else { path };
    let only = match extent {
        Extent::Whole => String::new(),
        Extent::Above => {
            let roots = extent.only("root");
            format!(" WHERE file.id IN (SELECT file FROM unit WHERE root IS NOT NULL{roots})")
        }
    };
    let mut query = store.connection.prepare(&format!(
        "SELECT file.id, file.path, file.size, file.unread, \
         (SELECT content.media FROM unit JOIN content ON content.id = unit.root WHERE unit.file = file.id LIMIT 1), file.masked \
         FROM file{only} ORDER BY file.path"
    ))?;
    let mut rows = query.query([])?;
    let (mut files, mut numbers, mut mailboxes) = (Vec::new(), HashMap::new(), HashMap::new());
    let mut paths: Vec<String> = Vec::new();
    while let Some(row) = rows.next()? {
        let (path, media) = (named(row.get(1)?), row.get::<_, Option<String>>(4)?);
        let media = media.as_deref().unwrap_or("");
        let mailbox = mailbox_of(&path, media);
        let path = names.choose(path, row.get(5)?);
        // Mailboxes are told apart by their paths as they are, and named by what may be shown of these.
        let mailbox = mailbox.map(|mailbox| {
            *mailboxes.entry(mailbox.clone()).or_insert_with(|| {
                paths.push(mailbox_of(&path, media).unwrap_or(mailbox));
                u32::try_from(paths.len() - 1).unwrap_or(u32::MAX)
            })
        });
        numbers.insert(row.get(0)?, files.len());
        files.push(File { path, size: unsigned(row.get(2)?), unread: row.get(3)?, mailbox });
    }
    Ok((files, numbers, paths))
}

/// An offset in a text as the store keeps it.
pub(crate) fn offset(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// A size as the store keeps it; one below zero is damage.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// The name of a part of a content, with sensitive values masked unless they are revealed.
pub(crate) fn section(
    reveal: bool,
    clear: Option<String>,
    masked: Option<String>,
) -> Option<String> {
    clear.map(|clear| Names::of(reveal).choose(clear, masked))
}
