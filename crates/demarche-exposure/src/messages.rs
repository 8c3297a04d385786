//! Messages: copies and near duplicates counted once, and conversations.

use std::collections::{BTreeMap, HashMap, HashSet};

use demarche_terms::Sha256;

use crate::ExposureError;
use crate::graph::Content;
use crate::store::Store;

/// A distinct message: one identifier and one normalised content, by however many contents it came.
#[derive(Debug)]
pub(crate) struct Distinct {
    /// The contents that are this message, in the order of their keys.
    pub(crate) contents: Vec<Content>,
    /// The moment of sending, in seconds since 1970.
    pub(crate) sent: Option<i64>,
    pub(crate) has_identifier: bool,
}

/// The messages of a dump.
#[derive(Debug)]
pub(crate) struct Messages {
    /// The distinct messages, in the order of identifier and normalised content.
    pub(crate) distinct: Vec<Distinct>,
    /// The distinct message that a content is.
    pub(crate) of_content: HashMap<Content, usize>,
    /// Conversations.
    pub(crate) threads: usize,
    /// Distinct messages with the text of an earlier one.
    pub(crate) repeated_texts: usize,
}

impl Messages {
    pub(crate) fn load(store: &Store) -> Result<Self, ExposureError> {
        let mut query = store.connection.prepare(
            "SELECT message.content, message_id, sent, normal, refs FROM message \
             JOIN content ON content.id = message.content ORDER BY content.key",
        )?;
        let mut rows = query.query([])?;
        let mut groups: BTreeMap<(Option<String>, [u8; 32]), Distinct> = BTreeMap::new();
        let mut threads = Threads::default();
        while let Some(row) = rows.next()? {
            let (content, id): (Content, Option<String>) = (row.get(0)?, row.get(1)?);
            let has_identifier = id.is_some();
            let (sent, normal, refs): (Option<i64>, [u8; 32], String) =
                (row.get(2)?, row.get(3)?, row.get(4)?);
            threads.add(id.as_deref(), content, refs.lines());
            let group = groups.entry((id, normal)).or_insert_with(|| Distinct {
                contents: Vec::new(),
                sent,
                has_identifier,
            });
            group.contents.push(content);
        }
        let distinct: Vec<Distinct> = groups.into_values().collect();
        let numbered = distinct.iter().enumerate();
        let of_content = numbered
            .flat_map(|(number, group)| {
                group.contents.iter().map(move |content| (*content, number))
            })
            .collect();
        let repeated_texts = repeated(store, &of_content)?;
        Ok(Self { distinct, of_content, threads: threads.count(), repeated_texts })
    }
}

impl Messages {
    /// The first of the contents that are the same message; a content that is no message stands for itself.
    pub(crate) fn first_of(&self, content: Content) -> Content {
        let message = self.of_content.get(&content).and_then(|number| self.distinct.get(*number));
        message.and_then(|message| message.contents.first()).copied().unwrap_or(content)
    }
}

/// The number of distinct messages whose text, the subject with it, is that of another.
fn repeated(store: &Store, of_content: &HashMap<Content, usize>) -> Result<usize, ExposureError> {
    let mut query = store.connection.prepare(
        "SELECT text.content, text.body FROM text JOIN message ON message.content = text.content WHERE text.number = 0 AND text.size > 40",
    )?;
    let mut rows = query.query([])?;
    let mut met: HashMap<Sha256, HashSet<usize>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let Some(message) = of_content.get(&row.get(0)?) else { continue };
        // Equal texts are compressed to equal bytes.
        let text = Sha256::of(row.get_ref(1)?.as_blob().unwrap_or(&[]));
        met.entry(text).or_default().insert(*message);
    }
    Ok(met.values().map(|messages| messages.len() - 1).sum())
}

/// Conversations, as sets of messages that name each other.
#[derive(Debug, Default)]
struct Threads {
    numbers: HashMap<String, usize>,
    above: Vec<usize>,
    /// The sets that have a message in the dump, not only a name.
    is_met: Vec<bool>,
}

impl Threads {
    fn add<'m>(&mut self, id: Option<&str>, content: Content, refs: impl Iterator<Item = &'m str>) {
        let message = match id {
            Some(id) => self.number(id),
            None => self.number(&format!("\n{content}")),
        };
        if let Some(met) = self.is_met.get_mut(message) {
            *met = true;
        }
        for other in refs {
            let other = self.number(other);
            self.join(message, other);
        }
    }

    fn number(&mut self, id: &str) -> usize {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.above.len();
        self.numbers.insert(id.to_owned(), number);
        self.above.push(number);
        self.is_met.push(false);
        number
    }

    fn top(&mut self, mut number: usize) -> usize {
        while let Some(above) = self.above.get(number).copied().filter(|above| *above != number) {
            let next = self.above.get(above).copied().unwrap_or(above);
            if let Some(link) = self.above.get_mut(number) {
                *link = next;
            }
            number = above;
        }
        number
    }

    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.top(left), self.top(right));
        if let Some(link) = self.above.get_mut(left.max(right)) {
            *link = left.min(right);
        }
    }

    fn count(mut self) -> usize {
        let met: Vec<usize> = (0..self.above.len())
            .filter(|number| self.is_met.get(*number) == Some(&true))
            .collect();
        met.into_iter().map(|number| self.top(number)).collect::<HashSet<_>>().len()
    }
}
