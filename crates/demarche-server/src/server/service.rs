//! A service beside TAXII, under the same guards: logins, rates, sizes and the audit log.

use std::collections::BTreeSet;
use std::sync::Arc;

use hyper::{HeaderMap, Method, StatusCode, header};
use tokio::sync::Semaphore;

use super::answer::Answer;
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
    pub(crate) service: Service,
    pub(crate) turn: Arc<Semaphore>,
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
    pub(crate) fn check(
        &self,
        user: &User,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<(), Answer> {
        if !self.service.users.contains(&user.name) {
            return Err(Answer::not_found());
        }
        if *method != Method::POST {
            let answer = Answer::error(StatusCode::METHOD_NOT_ALLOWED, "this takes POST alone");
            return Err(answer.with(header::ALLOW, "POST"));
        }
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if kind.is_none_or(|kind| !kind.eq_ignore_ascii_case(self.service.media_type)) {
            let text = format!("the header Content-Type is not {}", self.service.media_type);
            return Err(Answer::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, &text));
        }
        Ok(())
    }
}
