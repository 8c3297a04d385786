//! Bodies of requests, read within bounds of size and time.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::{HeaderMap, StatusCode, header};
use tokio::time::{Instant, timeout, timeout_at};

use super::Limits;
use super::answer::Answer;

/// The time for which a body that nobody wants is taken off the connection.
const DISCARD: Duration = Duration::from_secs(5);

/// Reads a body of at most so many bytes.
///
/// A packed body is refused: section 5.5 does not know one, and a few bytes could unpack to gigabytes.
pub(crate) async fn read(
    mut body: Incoming,
    headers: &HeaderMap,
    limits: &Limits,
) -> Result<Vec<u8>, Answer> {
    let limit = limits.max_content_length;
    let announced = body.size_hint().exact();
    let is_packed =
        headers.get_all(header::CONTENT_ENCODING).iter().any(|coding| coding != "identity");
    if is_packed || announced.is_some_and(|length| length > limit) {
        discard(body, limit.saturating_mul(2));
        return Err(if is_packed { packed() } else { too_large(limit) });
    }
    let deadline = Instant::now() + limits.body_timeout;
    let mut bytes = Vec::new();
    // Memory follows the bytes present; a length that is only announced reserves 64 KiB at most.
    bytes.reserve(usize::try_from(announced.unwrap_or(0).min(64 << 10)).unwrap_or(0));
    loop {
        let next = timeout_at(deadline, timeout(limits.stall_timeout, body.frame())).await;
        let Ok(Ok(next)) = next else {
            let text = "the body did not arrive in time";
            return Err(Answer::error(StatusCode::REQUEST_TIMEOUT, text));
        };
        let Some(frame) = next else { return Ok(bytes) };
        let Ok(frame) = frame else {
            return Err(Answer::bad_request("the body ends before its announced length"));
        };
        let Ok(data) = frame.into_data() else { continue };
        bytes.extend_from_slice(&data);
        if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
            discard(body, limit);
            return Err(too_large(limit));
        }
    }
}

/// Takes a body off the connection beside the answer, within bounds.
///
/// A client that sends all of its request before it reads would else lose the answer with the connection.
pub(crate) fn discard(mut body: Incoming, limit: u64) {
    if body.is_end_stream() || body.size_hint().lower() > limit {
        return;
    }
    tokio::spawn(timeout(DISCARD, async move {
        let mut left = limit;
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, |data| data.len());
            let Some(rest) = left.checked_sub(u64::try_from(length).unwrap_or(u64::MAX)) else {
                return;
            };
            left = rest;
        }
    }));
}

fn too_large(limit: u64) -> Answer {
    let text = format!("the body has more than {limit} bytes, the max_content_length of this root");
    Answer::error(StatusCode::PAYLOAD_TOO_LARGE, &text)
}

fn packed() -> Answer {
    let text = "a body with a content encoding is not taken";
    Answer::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, text)
        .with(header::ACCEPT_ENCODING, "identity")
}
