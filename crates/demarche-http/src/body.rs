//! Bodies of requests, read within bounds of size and time.

use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body as _, Incoming};
use hyper::{HeaderMap, header};
use tokio::time::{Instant, timeout, timeout_at};

/// The time for which a body that nobody wants is taken off the connection.
const DISCARD: Duration = Duration::from_secs(5);

/// Bounds on a body.
#[derive(Clone, Copy, Debug)]
pub struct BodyBounds {
    /// Bytes, from 1.
    pub bytes: u64,
    /// The time for the whole body.
    pub whole: Duration,
    /// The time in which it has to go on.
    pub stall: Duration,
}

/// A body that was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// It is packed; a few bytes could unpack to gigabytes.
    #[error("a body with a content encoding is not taken")]
    Packed,
    /// It has more bytes than it may.
    #[error("the body has more than {0} bytes")]
    TooLarge(u64),
    /// It did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// It ends too early.
    #[error("the body ends before its announced length")]
    Cut,
}

/// Reads a body within bounds.
///
/// # Errors
///
/// The body is packed, too large, too slow or cut.
pub async fn read_body(
    mut body: Incoming,
    headers: &HeaderMap,
    bounds: BodyBounds,
) -> Result<Vec<u8>, BodyError> {
    let limit = bounds.bytes;
    let announced = body.size_hint().exact();
    let is_packed =
        headers.get_all(header::CONTENT_ENCODING).iter().any(|coding| coding != "identity");
    if is_packed || announced.is_some_and(|length| length > limit) {
        discard(body, limit.saturating_mul(2));
        return Err(if is_packed { BodyError::Packed } else { BodyError::TooLarge(limit) });
    }
    let deadline = Instant::now() + bounds.whole;
    let mut bytes = Vec::new();
    // Memory follows the bytes present; a length that is only announced reserves 64 KiB at most.
    bytes.reserve(usize::try_from(announced.unwrap_or(0).min(64 << 10)).unwrap_or(0));
    loop {
        let next = timeout_at(deadline, timeout(bounds.stall, body.frame())).await;
        let Ok(Ok(next)) = next else { return Err(BodyError::TooSlow) };
        let Some(frame) = next else { return Ok(bytes) };
        let Ok(frame) = frame else { return Err(BodyError::Cut) };
        let Ok(data) = frame.into_data() else { continue };
        bytes.extend_from_slice(&data);
        if u64::try_from(bytes.len()).is_ok_and(|length| length > limit) {
            discard(body, limit);
            return Err(BodyError::TooLarge(limit));
        }
    }
}

/// Takes a body off the connection beside the answer, within bounds.
///
/// A client that sends all of its request before it reads would else lose the answer with the connection.
pub fn discard(mut body: Incoming, limit: u64) {
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
