//! One request and its answer, tried again where that is safe.

use std::io::Read as _;
use std::time::Duration;

use serde::Deserialize;
use ureq::Body;
use ureq::http::{HeaderMap, Response};

use super::connection::{Client, ClientError};
use crate::server::MEDIA_TYPE;

/// An answer that was read whole.
pub(crate) struct Received {
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// An error resource (section 3.6.1).
#[derive(Deserialize)]
struct ErrorResource {
    title: Option<String>,
    description: Option<String>,
}

impl Client {
    pub(crate) fn get(&self, path: &str) -> Result<Received, ClientError> {
        self.attempt(path, None)
    }

    pub(crate) fn post(&self, path: &str, body: &[u8]) -> Result<Received, ClientError> {
        self.attempt(path, Some(body))
    }

    /// Sends bytes to the address that the user named, once, and returns the bytes of the answer.
    ///
    /// # Errors
    ///
    /// The server does not answer or refuses, or the answer is larger than the patience allows.
    pub fn exchange(&self, media_type: &str, body: &[u8]) -> Result<Vec<u8>, ClientError> {
        let url = format!("{}{}", self.origin, self.path);
        let request = self.agent.post(&url).header("content-type", media_type);
        let mut request = request.header("accept", media_type);
        if let Some(value) = &self.authorization {
            request = request.header("authorization", value);
        }
        match request.send(body) {
            Ok(response) => Ok(self.received(url, response)?.body),
            Err(error) => Err(ClientError::Connection { url, source: Box::new(error) }),
        }
    }

    /// Asks until there is an answer, as often as the patience lasts.
    ///
    /// Adding objects a second time is safe: a server takes an exact duplicate for what it is (section 5.5).
    fn attempt(&self, path: &str, body: Option<&[u8]>) -> Result<Received, ClientError> {
        let url = format!("{}{path}", self.origin);
        let mut wait = Duration::from_millis(500);
        for _ in 1..self.patience.attempts.max(1) {
            let pause = match self.once(&url, body) {
                Ok(response) => {
                    let status = response.status().as_u16();
                    if !matches!(status, 429 | 503) {
                        return self.received(url, response);
                    }
                    retry_after(response.headers()).unwrap_or(wait)
                }
                Err(error) if is_passing(&error) => wait,
                Err(error) => return Err(ClientError::Connection { url, source: Box::new(error) }),
            };
            std::thread::sleep(pause.min(self.patience.wait));
            wait = wait.saturating_mul(2);
        }
        match self.once(&url, body) {
            Ok(response) => self.received(url, response),
            Err(error) => Err(ClientError::Connection { url, source: Box::new(error) }),
        }
    }

    fn once(&self, url: &str, body: Option<&[u8]>) -> Result<Response<Body>, ureq::Error> {
        let authorization = self.authorization.as_deref();
        match body {
            None => {
                let mut request = self.agent.get(url).header("accept", MEDIA_TYPE);
                if let Some(value) = authorization {
                    request = request.header("authorization", value);
                }
                request.call()
            }
            Some(body) => {
                let request = self.agent.post(url).header("accept", MEDIA_TYPE);
                let mut request = request.header("content-type", MEDIA_TYPE);
                if let Some(value) = authorization {
                    request = request.header("authorization", value);
                }
                request.send(body)
            }
        }
    }

    fn received(&self, url: String, response: Response<Body>) -> Result<Received, ClientError> {
        let (status, headers) = (response.status(), response.headers().clone());
        let limit = self.patience.answer_bytes;
        let mut body = Vec::new();
        let mut reader = response.into_body().into_with_config().limit(limit).reader();
        if let Err(error) = reader.read_to_end(&mut body) {
            let source = Box::new(ureq::Error::from(error));
            return Err(ClientError::Connection { url, source });
        }
        if status.is_success() {
            return Ok(Received { url, headers, body });
        }
        let message = message(&body);
        Err(ClientError::Status { url, status: status.as_u16(), message })
    }
}

/// The words of an error, without control characters and cut, since a stranger wrote them.
fn message(body: &[u8]) -> String {
    let error = serde_json::from_slice::<ErrorResource>(body).ok();
    let parts = error.into_iter().flat_map(|error| [error.title, error.description]).flatten();
    let text = parts.collect::<Vec<_>>().join(": ");
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    match text.as_str() {
        "" => "the server gives no reason".to_owned(),
        text => text.chars().map(clean).take(300).collect(),
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get("retry-after")?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// Could another attempt go better?
const fn is_passing(error: &ureq::Error) -> bool {
    use ureq::Error;
    matches!(
        error,
        Error::Io(_) | Error::Timeout(_) | Error::ConnectionFailed | Error::HostNotFound
    )
}

/// A value as part of a query.
pub(crate) fn encoded(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                text.push(byte.into());
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}
