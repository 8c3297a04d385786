//! A service beside TAXII, under the same guards: logins, rates, sizes and the audit log.

use std::collections::BTreeSet;
use std::sync::Arc;

use demarche_http::{BodyBounds, discard, read_body};
use hyper::body::Incoming;
use hyper::{HeaderMap, Method, StatusCode, header};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Inner;
use super::answer::Answer;
use super::respond::{ANSWER_PATIENCE, Head, UNWANTED, blocking, busy, not_taken};
use crate::store::User;

/// The function that answers: it is given the user's name and the body.
pub type Respond = dyn Fn(&str, &[u8]) -> Result<Vec<u8>, Refused> + Send + Sync;

/// A service that some users may ask: bytes for bytes, one request at a time.
///
/// For any other user it does not exist. A request is answered on a thread that may wait, and the next one begins when
/// the client of the one before has its answer, so that no more than one answer is in memory.
pub struct Service {
    /// The path, with a slash at both ends, such as `/compare/`; it goes before a root of that name.
    pub path: &'static str,
    /// The media type of bodies and answers.
    pub media_type: &'static str,
    /// The bytes of a body, from 1.
    pub max_bytes: u64,
    /// The names of the users that may ask.
    pub users: BTreeSet<String>,
    /// The answer.
    pub respond: Box<Respond>,
}

/// A request that a service refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The status of HTTP, from 400 to 599.
    pub status: u16,
    /// The reason, for the client.
    pub reason: String,
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A service while its server runs.
pub(crate) struct Running {
    service: Service,
    turn: Arc<Semaphore>,
}

impl Running {
    pub(crate) fn new(service: Service) -> Self {
        Self { service, turn: Arc::new(Semaphore::new(1)) }
    }

    /// Is it at this path?
    pub(crate) fn is_at(&self, path: &str) -> bool {
        self.service.path == path
    }

    /// Checks the user and the head of a request before anything of its body is read.
    fn check(&self, user: &User, head: &Head) -> Result<(), Answer> {
        if !self.service.users.contains(&user.name) {
            return Err(Answer::not_found());
        }
        if head.method != Method::POST {
            let answer = Answer::error(StatusCode::METHOD_NOT_ALLOWED, "this takes POST alone");
            return Err(answer.with(header::ALLOW, "POST"));
        }
        let kind = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_none_or(|kind| !kind.eq_ignore_ascii_case(self.service.media_type)) {
            let text = format!("the header Content-Type is not {}", self.service.media_type);
            return Err(Answer::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, &text));
        }
        Ok(())
    }
}

impl Inner {
    /// Answers a request to the service.
    pub(crate) async fn served(
        self: &Arc<Self>,
        running: &Arc<Running>,
        user: &User,
        head: &Head,
        body: Incoming,
    ) -> Result<Answer, Answer> {
        if let Err(answer) = running.check(user, head) {
            discard(body, UNWANTED);
            return Err(answer);
        }
        let bytes = self.body_of(user, &head.headers, body, running.service.max_bytes).await?;
        let turn = timeout(ANSWER_PATIENCE, Arc::clone(&running.turn).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(busy("another request is being answered")) };
        let (running, name) = (Arc::clone(running), user.name.clone());
        let media_type = running.service.media_type;
        let answer = blocking(move || (running.service.respond)(&name, &bytes)).await;
        let answer = answer.map_err(|Refused { status, reason }| {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Answer::error(status, &reason)
        })?;
        Ok(Answer::bytes(answer, media_type, turn))
    }

    /// Reads a body within bounds, with memory of the user's part for it.
    async fn body_of(
        &self,
        user: &User,
        headers: &HeaderMap,
        body: Incoming,
        most: u64,
    ) -> Result<Vec<u8>, Answer> {
        let length = usize::try_from(most.min(self.limits.max_content_length));
        let length = length.unwrap_or(usize::MAX);
        let room = self.room.take(user.number, length, self.limits.body_timeout).await;
        let room = room.ok_or_else(|| busy("too many bodies are being read"))?;
        let bounds = BodyBounds {
            bytes: most,
            whole: self.limits.body_timeout,
            stall: self.limits.stall_timeout,
        };
        let bytes = read_body(body, headers, bounds).await.map_err(not_taken);
        drop(room);
        bytes
    }
}
