//! A request from its head to its answer.
//!
//! The order is: who asks, the address, the rights, the media types, and only then the body.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use demarche_http::{BodyError, HttpAnswer, discard};
use hyper::body::Incoming;
use hyper::{HeaderMap, Method, Request, StatusCode, header};
use tokio::time::Instant;

use super::answer::Answer;
use super::audit::Entry;
use super::login::{Credentials, Login, Origin};
use super::query::{Fields, Query};
use super::route::{Address, Endpoint};
use super::{Inner, negotiate};
use crate::envelope;
use crate::store::{Content, PAGE_BYTES, Page, Place, Seen, StoreError, User};
use crate::timestamp::Timestamp;

/// The bytes of a body that are taken off the connection of somebody who may not write.
pub(crate) const UNWANTED: u64 = 64 << 10;

/// The time for which a request waits for memory for its answer.
pub(crate) const ANSWER_PATIENCE: Duration = Duration::from_secs(10);

/// A request without its body.
pub(crate) struct Head {
    pub(crate) method: Method,
    pub(crate) path: String,
    query: String,
    pub(crate) headers: HeaderMap,
}

/// The outcome of a request as far as its head decides it.
enum Step {
    Answer(Answer),
    /// Objects are to be added: the body may be read.
    Add(Seen),
    /// An object is to be deleted.
    Delete(Seen, String),
}

impl Inner {
    /// Answers a request, and writes the line of the audit log.
    pub(crate) async fn answered(
        self: Arc<Self>,
        address: IpAddr,
        request: Request<Incoming>,
    ) -> HttpAnswer {
        let (parts, body) = request.into_parts();
        let (path, query) =
            (parts.uri.path().to_owned(), parts.uri.query().unwrap_or("").to_owned());
        let head = Head { method: parts.method, path, query, headers: parts.headers };
        let (answer, user) = self.answer(address, &head, body).await;
        let target = match head.query.as_str() {
            "" => head.path.clone(),
            query => format!("{}?{query}", head.path),
        };
        let time = self.store.clock().now().to_string();
        let mut entry = Entry::new(time, address, head.method.as_str(), &target);
        entry.user = user.as_ref().map(|user| user.name.as_str());
        entry.status = answer.status.as_u16();
        (entry.objects, entry.bytes) = (answer.objects, answer.body.len());
        self.audit.write(entry);
        if self.is_tls { answer.over_tls() } else { answer }.http()
    }

    async fn answer(
        self: &Arc<Self>,
        address: IpAddr,
        head: &Head,
        body: Incoming,
    ) -> (Answer, Option<User>) {
        let user = match self.user(address, &head.headers).await {
            Ok(user) => user,
            Err(answer) => {
                discard(body, UNWANTED);
                return (answer, None);
            }
        };
        if let Err(seconds) = self.pace.take(&user.number, Instant::now()) {
            discard(body, UNWANTED);
            let text = "too many requests";
            return (Answer::later(StatusCode::TOO_MANY_REQUESTS, seconds, text), Some(user));
        }
        if let Some(service) = self.service.as_ref().filter(|service| service.is_at(&head.path)) {
            let answer = self.served(service, &user, head, body).await;
            return (answer.unwrap_or_else(|answer| answer), Some(user));
        }
        // Memory for a page is taken before the page is read, and held until its client has it.
        let mut share = None;
        if head.method == Method::GET {
            let taken = self.answers.take(user.number, PAGE_BYTES, ANSWER_PATIENCE).await;
            let Some(taken) = taken else {
                discard(body, UNWANTED);
                return (busy("too many answers are waiting for their readers"), Some(user));
            };
            share = Some(taken);
        }
        // Reading takes a fraction of a millisecond, and handing it to another thread as long again.
        let answer = match self.step(head, &user) {
            Ok(Step::Add(seen)) => self.add(&user, &seen, &head.headers, body).await,
            Ok(Step::Delete(seen, id)) => {
                discard(body, UNWANTED);
                self.delete(&seen, &head.query, id).await
            }
            Ok(Step::Answer(answer)) | Err(answer) => {
                discard(body, UNWANTED);
                Ok(answer)
            }
        };
        let mut answer = answer.unwrap_or_else(|answer| answer);
        if let Some(mut share) = share {
            // The last object of a page may go beyond what was taken for it.
            let more = answer.body.len().saturating_sub(share.bytes());
            if more > 0 {
                match self.answers.take(user.number, more, ANSWER_PATIENCE).await {
                    Some(further) => answer.hold(further),
                    None => answer = busy("too many answers are waiting for their readers"),
                }
            }
            share.keep(answer.body.len());
            answer.hold(share);
        }
        (answer, Some(user))
    }

    /// Finds out who asks.
    async fn user(self: &Arc<Self>, address: IpAddr, headers: &HeaderMap) -> Result<User, Answer> {
        let Some(credentials) = Credentials::read(headers) else {
            return Err(Answer::unauthorized());
        };
        let near = Origin::of(address, &credentials, self.is_proxied);
        let login = self.logins.look(&self.store, &credentials);
        let (candidate, stored) = match login.map_err(|error| Answer::broken(&error))? {
            Login::Is(user) => return Ok(user),
            Login::No => {
                self.failed(&near)?;
                return Err(Answer::unauthorized());
            }
            Login::Unknown(candidate, stored) => (candidate, stored),
        };
        self.may_fail(&near)?;
        // Hashes take 19 MiB and 20 ms each: one at a time, so that guessing does not stop the others.
        let permit = self.hashing.acquire().await;
        // Guesses that stood in line together count one after the other.
        self.may_fail(&near)?;
        let inner = Arc::clone(self);
        let user = blocking(move || inner.logins.verify(&credentials, candidate, &stored)).await;
        drop(permit);
        match user.map_err(|error| Answer::broken(&StoreError::from(error)))? {
            Some(user) => Ok(user),
            None => {
                self.failed(&near)?;
                Err(Answer::unauthorized())
            }
        }
    }

    /// Counts a login that failed.
    fn failed(&self, near: &Origin) -> Result<(), Answer> {
        self.failures.take(near, Instant::now()).map_err(too_many_failures)
    }

    fn may_fail(&self, near: &Origin) -> Result<(), Answer> {
        self.failures.look(near, Instant::now()).map_err(too_many_failures)
    }

    /// Decides by the head of a request.
    fn step(&self, head: &Head, user: &User) -> Result<Step, Answer> {
        let endpoint = Endpoint::read(&head.path).ok_or_else(Answer::not_found)?;
        if !endpoint.allows(&head.method) {
            let answer =
                Answer::error(StatusCode::METHOD_NOT_ALLOWED, "not a method of this address");
            return Err(answer.with(header::ALLOW, endpoint.allowed()));
        }
        let seen = self.seen(&endpoint, user, &head.method)?;
        if !negotiate::accepts(&head.headers) {
            let text =
                "the header Accept has no range that takes application/taxii+json;version=2.1";
            return Err(Answer::error(StatusCode::NOT_ACCEPTABLE, text));
        }
        let Some(seen) = seen else { return self.information(&endpoint, user).map(Step::Answer) };
        let answer = match &endpoint {
            Endpoint::Objects(_) if head.method == Method::POST => {
                if negotiate::is_taxii(&head.headers) {
                    return Ok(Step::Add(seen));
                }
                let text = "the header Content-Type is not application/taxii+json;version=2.1";
                return Err(Answer::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
            }
            Endpoint::Objects(_) => self.page(&seen, &head.query, Content::Body, None),
            Endpoint::Manifest(_) => self.page(&seen, &head.query, Content::Record, None),
            Endpoint::Versions(_, id) => self.page(&seen, &head.query, Content::Version, Some(id)),
            Endpoint::Object(_, id) if head.method == Method::DELETE => {
                return Ok(Step::Delete(seen, id.clone()));
            }
            Endpoint::Object(_, id) => self.page(&seen, &head.query, Content::Body, Some(id)),
            _ => Ok(Answer::resource(&self.collection(&seen))),
        };
        answer.map(Step::Answer)
    }

    /// The collection of an address, after the rights to it are checked; `None` for addresses of no collection.
    ///
    /// A user with one of the two rights is told 403 where the other is needed, one with neither 404 (section 5.7).
    fn seen(
        &self,
        endpoint: &Endpoint,
        user: &User,
        method: &Method,
    ) -> Result<Option<Seen>, Answer> {
        let (Address { root, collection }, reads) = match endpoint {
            Endpoint::Discovery
            | Endpoint::Root { .. }
            | Endpoint::Status { .. }
            | Endpoint::Collections { .. } => return Ok(None),
            Endpoint::Collection(address) => (address, false),
            Endpoint::Objects(address) => (address, *method != Method::POST),
            Endpoint::Manifest(address)
            | Endpoint::Object(address, _)
            | Endpoint::Versions(address, _) => (address, true),
        };
        let writes = matches!(*method, Method::POST | Method::DELETE);
        let seen = self.store.read(|reader| reader.collection(user.number, root, collection));
        let seen = seen.map_err(|error| Answer::broken(&error))?.ok_or_else(Answer::not_found)?;
        if (reads && !seen.rights.read) || (writes && !seen.rights.write) {
            let text = "your rights to this collection do not extend to this";
            return Err(Answer::error(StatusCode::FORBIDDEN, text));
        }
        Ok(Some(seen))
    }

    /// A page of objects, manifest records or versions.
    fn page(
        &self,
        seen: &Seen,
        query: &str,
        content: Content,
        id: Option<&str>,
    ) -> Result<Answer, Answer> {
        let fields = match (content, id) {
            (Content::Version, _) => Fields::Versions,
            (_, Some(_)) => Fields::Object,
            (_, None) => Fields::All,
        };
        let bad = |error: super::query::QueryError| Answer::bad_request(&error.to_string());
        let mut query = Query::read(query, fields).map_err(bad)?;
        if let Some(id) = id {
            query.filter.ids = Some(vec![id.to_owned()]);
        }
        let filter = query.filter_from_next(self.store.key(), seen.number).map_err(bad)?;
        let limit = query.limit.unwrap_or(self.limits.page).clamp(1, self.limits.max_page.max(1));
        let page = self.store.read(|reader| {
            let page = reader.page(seen.number, &filter, limit, content)?;
            // Section 5.7: a version that was deleted is not found, although another version may be there.
            let is_missing = match id {
                Some(id) if page.count == 0 => {
                    !query.is_narrowed() || !reader.has_object(seen.number, id)?
                }
                _ => false,
            };
            Ok((!is_missing).then_some(page))
        });
        let page = page.map_err(|error| Answer::broken(&error))?.ok_or_else(Answer::not_found)?;
        let next = page.span.filter(|_| page.more);
        let next = next.map(|(_, last)| query.next(self.store.key(), seen.number, last));
        let body = enveloped(&page, content, next.as_deref());
        // An empty page has no first object, yet section 3.2 demands both headers. The position that was asked for
        // is safe to go on from: whatever is added later comes behind it.
        let before = Timestamp(filter.after.max(0));
        let mut answer =
            Answer::json(StatusCode::OK, body).with_span(page.span.unwrap_or((before, before)));
        answer.objects = page.count;
        Ok(answer)
    }

    /// Deletes an object, or the versions of it that are named (section 5.7).
    async fn delete(
        self: &Arc<Self>,
        seen: &Seen,
        query: &str,
        id: String,
    ) -> Result<Answer, Answer> {
        let query = Query::read(query, Fields::Delete)
            .map_err(|error| Answer::bad_request(&error.to_string()))?;
        let turn = self.writing.acquire().await;
        let (inner, collection) = (Arc::clone(self), seen.number);
        let count = blocking(move || inner.store.delete(collection, &id, &query.filter)).await;
        drop(turn);
        let count = count.map_err(|error| Answer::broken(&error))?;
        if count == 0 {
            return Err(Answer::not_found());
        }
        let mut answer = Answer::json(StatusCode::OK, Vec::new());
        answer.objects = count;
        Ok(answer)
    }

    /// Reads the body and adds its objects; all or none (section 5.5).
    async fn add(
        self: &Arc<Self>,
        user: &User,
        seen: &Seen,
        headers: &HeaderMap,
        body: Incoming,
    ) -> Result<Answer, Answer> {
        let highest = self.limits.max_content_length;
        let (bytes, room) = self.body_of(user, headers, body, highest).await?;
        // Writers stand in line here, and not on the threads that readers need.
        let turn = self.writing.acquire().await;
        let inner = Arc::clone(self);
        let (user, collection, root) = (user.number, seen.number, seen.collection.root.clone());
        let answer =
            blocking(move || inner.store_objects(Place { user, root: &root, collection }, &bytes))
                .await;
        drop((turn, room));
        answer
    }

    fn store_objects(&self, place: Place<'_>, bytes: &[u8]) -> Result<Answer, Answer> {
        let posted = envelope::read(bytes, self.limits.max_objects).map_err(|error| {
            let status = match error.is_form() {
                true => StatusCode::BAD_REQUEST,
                false => StatusCode::UNPROCESSABLE_ENTITY,
            };
            Answer::error(status, &error.to_string())
        })?;
        let status = self.store.add(place, &posted).map_err(|error| Answer::broken(&error))?;
        let mut answer = Answer::json(StatusCode::ACCEPTED, status);
        answer.objects = posted.len();
        Ok(answer)
    }
}

/// An envelope, a manifest or a list of versions: all three have the same frame (sections 3.7, 5.3.1 and 5.8.1).
fn enveloped(page: &Page, content: Content, next: Option<&str>) -> Vec<u8> {
    let mut body = Vec::with_capacity(page.json.len() + 100);
    body.push(b'{');
    if let Some(next) = next {
        body.extend_from_slice(format!(r#""more":true,"next":"{next}","#).as_bytes());
    }
    if page.count > 0 {
        let is_version = content == Content::Version;
        let name = if is_version { r#""versions":["# } else { r#""objects":["# };
        body.extend_from_slice(name.as_bytes());
        body.extend_from_slice(&page.json);
        body.push(b']');
    }
    body.push(b'}');
    body
}

/// The answer to a body that was not taken; section 5.5 knows no packed ones.
pub(crate) fn not_taken(error: BodyError) -> Answer {
    let text = error.to_string();
    match error {
        BodyError::Packed => Answer::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, &text)
            .with(header::ACCEPT_ENCODING, "identity"),
        BodyError::TooLarge(_) => {
            let text = format!("{text}, the max_content_length of this root");
            Answer::error(StatusCode::PAYLOAD_TOO_LARGE, &text)
        }
        BodyError::TooSlow => Answer::error(StatusCode::REQUEST_TIMEOUT, &text),
        _ => Answer::bad_request(&text),
    }
}

pub(crate) fn busy(text: &str) -> Answer {
    Answer::later(StatusCode::SERVICE_UNAVAILABLE, 5, text)
}

fn too_many_failures(seconds: u64) -> Answer {
    let text = "too many logins from this address failed";
    Answer::later(StatusCode::TOO_MANY_REQUESTS, seconds, text)
}

/// Runs work that waits for the disk on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
