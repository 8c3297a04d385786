//! Answers, and errors as TAXII writes them.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::share::Share;
use crate::store::StoreError;
use crate::timestamp::Timestamp;

/// The media type of every answer (TAXII 2.1, section 1.6.8).
pub(crate) const MEDIA_TYPE: &str = "application/taxii+json;version=2.1";

/// The scheme that clients are asked for; section 8.2.2 suggests HTTP Basic.
const CHALLENGE: &str = r#"Basic realm="TAXII", charset="UTF-8", Bearer realm="TAXII""#;

/// An answer before it is HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Vec<u8>,
    /// The number of objects read or added, for the audit log.
    pub(crate) objects: usize,
    media_type: &'static str,
    headers: Vec<(HeaderName, String)>,
    /// The memory that it takes until its client has it.
    held: Vec<Share>,
    /// The turn of a service, which ends when the client has the answer.
    turn: Option<OwnedSemaphorePermit>,
}

/// A body with the memory that it takes.
struct Held {
    body: Vec<u8>,
    _shares: Vec<Share>,
    _turn: Option<OwnedSemaphorePermit>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

impl Answer {
    /// An answer with a JSON text.
    pub(crate) fn json(status: StatusCode, body: impl Into<Vec<u8>>) -> Self {
        let (headers, held, turn) = (Vec::new(), Vec::new(), None);
        let media_type = MEDIA_TYPE;
        Self { status, body: body.into(), objects: 0, media_type, headers, held, turn }
    }

    /// An answer of a service, in a media type of its own; its turn lasts until the client has it.
    pub(crate) fn bytes(
        body: Vec<u8>,
        media_type: &'static str,
        turn: OwnedSemaphorePermit,
    ) -> Self {
        Self { media_type, turn: Some(turn), ..Self::json(StatusCode::OK, body) }
    }

    /// A success with a resource.
    pub(crate) fn resource(resource: &impl Serialize) -> Self {
        match serde_json::to_vec(resource) {
            Ok(body) => Self::json(StatusCode::OK, body),
            Err(error) => Self::error(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        }
    }

    /// An error resource (section 3.6.1); its title is the name of the status.
    pub(crate) fn error(status: StatusCode, description: &str) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        let error = serde_json::json!({
            "title": title, "description": description, "http_status": status.as_str(),
        });
        Self::json(status, error.to_string())
    }

    /// Refuses who has not logged in (section 1.6.9).
    pub(crate) fn unauthorized() -> Self {
        let text = "a user name with its password, or a token, is needed";
        Self::error(StatusCode::UNAUTHORIZED, text).with(header::WWW_AUTHENTICATE, CHALLENGE)
    }

    pub(crate) fn not_found() -> Self {
        let text = "there is nothing at this address, or you have no right to see it";
        Self::error(StatusCode::NOT_FOUND, text)
    }

    pub(crate) fn bad_request(description: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, description)
    }

    /// Asks for patience, in seconds.
    pub(crate) fn later(status: StatusCode, seconds: u64, description: &str) -> Self {
        Self::error(status, description).with(header::RETRY_AFTER, &seconds.to_string())
    }

    /// The store failed; the reason is for the operator and not for the client.
    pub(crate) fn broken(error: &StoreError) -> Self {
        if error.is_full() {
            return Self::error(StatusCode::INSUFFICIENT_STORAGE, "the server's disk is full");
        }
        let text = "the server cannot reach its store";
        Self::later(StatusCode::SERVICE_UNAVAILABLE, 10, text)
    }

    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Tells when the first and last object were added (section 3.2).
    pub(crate) fn with_span(self, (first, last): (Timestamp, Timestamp)) -> Self {
        const FIRST: HeaderName = HeaderName::from_static("x-taxii-date-added-first");
        const LAST: HeaderName = HeaderName::from_static("x-taxii-date-added-last");
        self.with(FIRST, &first.to_string()).with(LAST, &last.to_string())
    }

    /// Tells browsers and libraries never to come back without TLS (RFC 6797); without TLS it would say nothing.
    pub(crate) fn over_tls(self) -> Self {
        self.with(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000")
    }

    /// Holds memory until the client has the answer.
    pub(crate) fn hold(&mut self, share: Share) {
        self.held.push(share);
    }

    pub(crate) fn http(self) -> Response<Full<Bytes>> {
        let held = Held { body: self.body, _shares: self.held, _turn: self.turn };
        let body = Bytes::from_owner(held);
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        // Intelligence does not belong into caches on the way, nor is it a page for browsers.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        for (name, value) in self.headers {
            headers.extend(HeaderValue::from_str(&value).ok().map(|value| (name, value)));
        }
        response
    }
}
