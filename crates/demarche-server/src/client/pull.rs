//! A collection, read page by page.

use std::collections::HashSet;
use std::ops::ControlFlow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::connection::{Client, ClientError, RemoteCollection};
use super::wire::encoded;
use crate::timestamp::Timestamp;

/// The objects that are wanted of a collection.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Those added later than this; the end of an earlier pull.
    pub added_after: Option<Timestamp>,
    /// Those of one of these types; of all types when empty.
    pub types: Vec<String>,
    /// Those of one of these ids; of all ids when empty.
    pub ids: Vec<String>,
    /// All versions of each, and not the latest alone.
    pub all_versions: bool,
    /// The objects of a page, from 1; the server decides when there is none.
    pub page: Option<u32>,
}

/// A page of objects.
#[derive(Debug)]
pub struct PulledPage<'a> {
    /// The objects as the server sent them.
    pub objects: Vec<&'a str>,
    /// The time at which the last of them was added; a pull that is cut off goes on from it.
    pub last_added: Option<Timestamp>,
}

/// The reason why a pull ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The server has no more.
    Complete,
    /// The server says that there is more, and sends none of it.
    NoProgress,
    /// The caller had enough.
    Stopped,
}

/// What was pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pulled {
    /// The number of objects.
    pub objects: u64,
    /// The number of pages.
    pub pages: u64,
    /// The time at which the last object was added, for the next pull; as it was asked for when none came.
    pub last_added: Option<Timestamp>,
    /// The reason why it ended.
    pub end: End,
}

/// An envelope (section 3.7).
#[derive(Deserialize)]
struct Envelope<'a> {
    more: Option<bool>,
    /// A text by the standard; numbers are met.
    #[serde(borrow)]
    next: Option<&'a RawValue>,
    #[serde(borrow)]
    objects: Option<Vec<&'a RawValue>>,
}

impl Envelope<'_> {
    fn next(&self) -> Option<String> {
        let raw = self.next?.get();
        let text = serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned());
        (!text.is_empty()).then_some(text)
    }
}

impl Client {
    /// Gets the objects of a collection, and hands over each page as it comes (section 5.4).
    ///
    /// Goes from page to page by `next`, or by the time of addition where a server gives no `next` (section 3.5).
    ///
    /// # Errors
    ///
    /// The server does not answer, refuses, or speaks another language. Pages handed over before stay good.
    pub fn pull(
        &self,
        collection: &RemoteCollection,
        wanted: &Wanted,
        mut take: impl FnMut(&PulledPage<'_>) -> ControlFlow<()>,
    ) -> Result<Pulled, ClientError> {
        let path = format!("{}collections/{}/objects/", collection.root, encoded(&collection.id));
        let last_added = wanted.added_after;
        let mut pulled = Pulled { objects: 0, pages: 0, last_added, end: End::Complete };
        let mut position = Position { after: last_added, ..Position::default() };
        loop {
            let query = wanted.query(position.after, position.next.as_deref());
            let answer = self.get(&format!("{path}{query}"))?;
            let envelope: Envelope<'_> = demarche_stix::object(&answer.body)
                .map_err(|source| ClientError::Answer { url: answer.url.clone(), source })?;
            let last_added = answer.headers.get("x-taxii-date-added-last");
            let last_added = last_added.and_then(|value| value.to_str().ok()?.parse().ok());
            let (next, more) = (envelope.next(), envelope.more == Some(true));
            let objects = envelope.objects.into_iter().flatten().map(RawValue::get);
            let page = PulledPage { objects: objects.collect(), last_added };
            pulled.pages += 1;
            if !page.objects.is_empty() {
                pulled.objects += u64::try_from(page.objects.len()).unwrap_or(u64::MAX);
                let flow = take(&page);
                pulled.last_added = pulled.last_added.max(last_added);
                if flow.is_break() {
                    return Ok(Pulled { end: End::Stopped, ..pulled });
                }
            }
            if !more {
                return Ok(pulled);
            }
            if !position.advance(&page, next) {
                return Ok(Pulled { end: End::NoProgress, ..pulled });
            }
        }
    }
}

/// The position in a collection that is read page by page.
#[derive(Default)]
struct Position {
    after: Option<Timestamp>,
    next: Option<String>,
    /// Each `next` that was met.
    seen: HashSet<String>,
    was_empty: bool,
}

impl Position {
    /// Goes behind a page; `false` when that would come back to where it was.
    fn advance(&mut self, page: &PulledPage<'_>, next: Option<String>) -> bool {
        let is_empty = page.objects.is_empty();
        // One page may be empty because its objects were deleted (section 3.5); a second one is no progress.
        if std::mem::replace(&mut self.was_empty, is_empty) && is_empty {
            return false;
        }
        let is_later = match &next {
            Some(text) => self.seen.insert(text.clone()),
            None => page.last_added > self.after,
        };
        if next.is_none() {
            self.after = page.last_added;
        }
        self.next = next;
        is_later
    }
}

impl Wanted {
    fn query(&self, after: Option<Timestamp>, next: Option<&str>) -> String {
        let mut pairs = Vec::new();
        let list = |values: &[String]| {
            values.iter().map(|value| encoded(value)).collect::<Vec<_>>().join(",")
        };
        pairs.extend(after.map(|after| ("added_after", encoded(&after.to_string()))));
        pairs.extend((!self.types.is_empty()).then(|| ("match[type]", list(&self.types))));
        pairs.extend((!self.ids.is_empty()).then(|| ("match[id]", list(&self.ids))));
        pairs.extend(self.all_versions.then(|| ("match[version]", "all".to_owned())));
        pairs.extend(self.page.map(|page| ("limit", page.max(1).to_string())));
        pairs.extend(next.map(|next| ("next", encoded(next))));
        let pairs: Vec<_> =
            pairs.iter().map(|(name, value)| format!("{}={value}", encoded(name))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }
}

/// What `share pull` wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PullAnswer {
    /// The file of the bundle.
    pub file: String,
    /// The number of objects in it.
    pub objects: u64,
    /// The time at which the last of them was added to the collection; the next pull goes on from it.
    pub last_added: Option<String>,
    /// False if the server said that there is more, and sent none of it.
    pub is_complete: bool,
}
