//! Objects, added to a collection in batches.

use std::collections::BTreeMap;
use std::time::Duration;

use demarche_stix::{Markings, object};
use demarche_terms::Tlp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::connection::{Client, ClientError, RemoteCollection};
use super::marking::Ceiling;
use super::wire::encoded;

/// Objects of a batch at most; every server met takes that many.
const BATCH: usize = 1_000;

/// The bytes of an envelope beside its objects and commas.
const FRAME: u64 = 14;

/// An object by its id and version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The id.
    pub id: String,
    /// The text of `modified`, or else of `created`; `None` for an object that has neither.
    pub version: Option<String>,
}

/// An object that is about to leave, for the caller's own check.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// The object by id and version.
    pub key: &'a Key,
    /// The marking that it counts as having.
    pub tlp: Tlp,
    /// The object.
    pub bytes: &'a [u8],
}

/// An object that stayed because of its marking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The object by id and version; the id is empty when it cannot be read.
    pub key: Key,
    /// The marking that it counts as having.
    pub tlp: Tlp,
}

/// An object that the server did not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The object by id and version.
    pub key: Key,
    /// The reason that the server gives.
    pub message: String,
}

/// What became of the objects of a push; each object is in one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pushed {
    /// Those that the server has stored, or had before.
    pub acknowledged: Vec<Key>,
    /// Those that the server did not take.
    pub refused: Vec<Refusal>,
    /// Those whose marking is above that of the collection.
    pub withheld: Vec<Withheld>,
    /// Those that the caller's check kept back.
    pub kept: Vec<Key>,
    /// Those that were sent and of which the server has not told what became of them.
    pub open: Vec<Key>,
    /// Those that were not sent because the push was cut off.
    pub unsent: Vec<Key>,
}

/// A push that was cut off.
#[derive(Debug, thiserror::Error)]
#[error("the push was cut off after {} objects", .pushed.acknowledged.len())]
pub struct PushError {
    /// What became of the objects until then.
    pub pushed: Box<Pushed>,
    /// The reason.
    pub source: ClientError,
}

/// A status resource (section 4.3.1).
#[derive(Deserialize)]
struct Status {
    id: String,
    status: String,
    #[serde(default)]
    failure_count: u64,
    #[serde(default)]
    successes: Vec<Detail>,
    #[serde(default)]
    failures: Vec<Detail>,
}

#[derive(Deserialize)]
struct Detail {
    id: String,
    version: Option<String>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    id: String,
    created: Option<String>,
    modified: Option<String>,
}

/// An object that may leave.
struct Ready<'a> {
    key: Key,
    bytes: &'a [u8],
}

impl Client {
    /// Adds objects to a collection (section 5.5), as many at once as its root takes.
    ///
    /// An object above the ceiling stays; so does one that `may_leave` answers with `false`, which is also the place
    /// to leave out what an earlier push acknowledged. What was acknowledged is not sent again.
    /// Marking definitions among the objects tell what their ids mean.
    ///
    /// # Errors
    ///
    /// The server does not answer, refuses all, or speaks another language; with what became of the objects so far.
    pub fn push(
        &self,
        collection: &RemoteCollection,
        objects: &[&[u8]],
        ceiling: &Ceiling,
        mut may_leave: impl FnMut(&Outgoing<'_>) -> bool,
    ) -> Result<Pushed, PushError> {
        let markings = Markings::of(objects.iter().copied());
        let (mut pushed, mut ready) = (Pushed::default(), Vec::new());
        for &bytes in objects {
            let (tlp, key) = (ceiling.tlp(&markings, bytes), key(bytes));
            match key {
                Some(key) if ceiling.admits(tlp) => {
                    match may_leave(&Outgoing { key: &key, tlp, bytes }) {
                        true => ready.push(Ready { key, bytes }),
                        false => pushed.kept.push(key),
                    }
                }
                key => {
                    let key = key.unwrap_or(Key { id: String::new(), version: None });
                    pushed.withheld.push(Withheld { key, tlp });
                }
            }
        }
        match self.send(collection, &ready, &mut pushed) {
            Ok(()) => Ok(pushed),
            Err(source) => Err(PushError { pushed: Box::new(pushed), source }),
        }
    }

    /// Sends what is ready, batch after batch.
    fn send(
        &self,
        collection: &RemoteCollection,
        ready: &[Ready<'_>],
        pushed: &mut Pushed,
    ) -> Result<(), ClientError> {
        let mut waiting = ready;
        let mut run = || {
            if ready.is_empty() {
                return Ok(());
            }
            let limit = self.root(&collection.root)?.max_content_length;
            while !waiting.is_empty() {
                let (batch, rest) = waiting.split_at(fitting(waiting, limit));
                self.batch(collection, batch, pushed)?;
                waiting = rest;
            }
            Ok(())
        };
        run().inspect_err(|_: &ClientError| {
            // What a batch that failed half-way did tell is in a list already.
            let told = pushed.acknowledged.iter().chain(&pushed.open);
            let told = told.chain(pushed.refused.iter().map(|refusal| &refusal.key));
            let told: std::collections::BTreeSet<_> = told.collect();
            let unsent = waiting.iter().map(|object| &object.key).filter(|key| !told.contains(key));
            pushed.unsent = unsent.cloned().collect();
        })
    }

    /// Sends a batch; one that is refused as a whole is halved until it is known which object is meant.
    fn batch(
        &self,
        collection: &RemoteCollection,
        batch: &[Ready<'_>],
        pushed: &mut Pushed,
    ) -> Result<(), ClientError> {
        let path = format!("{}collections/{}/objects/", collection.root, encoded(&collection.id));
        let mut parts = vec![batch];
        while let Some(part) = parts.pop() {
            match self.post(&path, &envelope(part)) {
                Ok(answer) => {
                    let status = serde_json::from_slice(&answer.body)
                        .map_err(|source| ClientError::Answer { url: answer.url, source });
                    let status = status.and_then(|status| self.completed(collection, status));
                    match status {
                        Ok(status) => tell(part, &status, pushed),
                        Err(error) => {
                            pushed.open.extend(part.iter().map(|object| object.key.clone()));
                            return Err(error);
                        }
                    }
                }
                Err(ClientError::Status { status: 400 | 413 | 422, message, .. }) => match part {
                    [object] => pushed.refused.push(Refusal { key: object.key.clone(), message }),
                    _ => {
                        let (left, right) = part.split_at(part.len() / 2);
                        parts.extend([right, left]);
                    }
                },
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Asks for a status until it is complete or the patience ends (section 4.3).
    fn completed(
        &self,
        collection: &RemoteCollection,
        mut status: Status,
    ) -> Result<Status, ClientError> {
        let path = format!("{}status/{}/", collection.root, encoded(&status.id));
        let (mut waited, mut wait) = (Duration::ZERO, Duration::from_millis(100));
        while status.status != "complete" && waited < self.patience.pending {
            std::thread::sleep(wait);
            waited = waited.saturating_add(wait);
            wait = wait.saturating_mul(2).min(Duration::from_secs(10));
            status = self.resource(&path)?;
        }
        Ok(status)
    }
}

/// Sorts the objects of a batch by what the status says of each.
fn tell(batch: &[Ready<'_>], status: &Status, pushed: &mut Pushed) {
    // Two versions of one id may be in a batch; an object without a version is told apart by its id alone.
    let is = |detail: &Detail, key: &Key| {
        detail.id == key.id
            && (key.version.is_none() || detail.version.is_none() || detail.version == key.version)
    };
    let by_id = |details: &[Detail]| {
        let mut by_id = BTreeMap::<String, Vec<usize>>::new();
        for (index, detail) in details.iter().enumerate() {
            by_id.entry(detail.id.clone()).or_default().push(index);
        }
        by_id
    };
    let (failures, successes) = (by_id(&status.failures), by_id(&status.successes));
    let find = |index: &BTreeMap<String, Vec<usize>>, details: &'_ [Detail], key: &Key| {
        let indices = index.get(&key.id).into_iter().flatten().copied();
        indices.into_iter().find(|&index| details.get(index).is_some_and(|detail| is(detail, key)))
    };
    let lists_all =
        u64::try_from(status.failures.len()).is_ok_and(|length| length == status.failure_count);
    let is_done = status.status == "complete" && lists_all;
    for Ready { key, .. } in batch {
        let failure =
            find(&failures, &status.failures, key).and_then(|index| status.failures.get(index));
        let key = key.clone();
        if let Some(failure) = failure {
            let message = failure.message.as_deref().unwrap_or("the server gives no reason");
            let message =
                message.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
            pushed.refused.push(Refusal { key, message: message.take(300).collect() });
        } else if is_done || find(&successes, &status.successes, &key).is_some() {
            pushed.acknowledged.push(key);
        } else {
            pushed.open.push(key);
        }
    }
}

fn key(bytes: &[u8]) -> Option<Key> {
    let head: Head = object(bytes).ok()?;
    Some(Key { id: head.id, version: head.modified.or(head.created) })
}

/// The number of objects, from 1, that go into one body.
fn fitting(objects: &[Ready<'_>], limit: u64) -> usize {
    let mut length = FRAME;
    let fits = |object: &&Ready<'_>| {
        let own = u64::try_from(object.bytes.len()).unwrap_or(u64::MAX);
        length = length.saturating_add(own).saturating_add(1);
        // Smaller and not equal: the standard promises no more (section 4.2.1).
        length < limit
    };
    objects.iter().take(BATCH).take_while(fits).count().max(1)
}

fn envelope(objects: &[Ready<'_>]) -> Vec<u8> {
    let mut body = br#"{"objects":["#.to_vec();
    for (index, object) in objects.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend_from_slice(object.bytes);
    }
    body.extend_from_slice(b"]}");
    body
}

/// What `share push` sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PushAnswer {
    /// The number of objects that the server has stored, or had before.
    pub acknowledged: u64,
    /// The objects that stayed because of their marking.
    pub withheld: Vec<PushedObject>,
    /// The objects that the server did not take, and those of which it did not say.
    pub refused: Vec<PushedObject>,
    /// The reason why the push ended before its time.
    pub cut_off: Option<String>,
}

/// An object that is not in the collection, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PushedObject {
    /// Its id.
    pub id: String,
    /// Its version: `modified`, or else `created`.
    pub version: Option<String>,
    /// The reason.
    pub why: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(id: &str, bytes: &'static [u8]) -> Ready<'static> {
        Ready { key: Key { id: id.to_owned(), version: None }, bytes }
    }

    #[test]
    fn a_batch_stays_below_the_limit_and_is_never_empty() {
        let objects = [ready("a", b"0123456789"), ready("b", b"0123456789"), ready("c", b"")];
        assert_eq!(fitting(&objects, 1), 1);
        assert_eq!(fitting(&objects, 36), 1);
        assert_eq!(fitting(&objects, 37), 2);
        assert!(envelope(&objects[..2]).len() < 37);
        assert_eq!(fitting(&objects, 1_000), 3);
    }

    #[test]
    fn what_a_status_does_not_tell_stays_open() {
        let batch = [ready("a", b""), ready("b", b""), ready("c", b"")];
        let status: Status = serde_json::from_str(
            r#"{"id":"x","status":"pending","failure_count":1,"failures":[{"id":"b","message":"no\n"}],"successes":[{"id":"a"}]}"#,
        )
        .unwrap();
        let mut pushed = Pushed::default();
        tell(&batch, &status, &mut pushed);
        assert_eq!(pushed.acknowledged, [batch[0].key.clone()]);
        assert_eq!(pushed.refused[0].message, "no ");
        assert_eq!(pushed.open, [batch[2].key.clone()]);
    }
}
