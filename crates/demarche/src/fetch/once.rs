//! One attempt at a file: what is asked, what the answer says it is, and its bytes.

use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use demarche_case::Sha256;
use ureq::Body;
use ureq::http::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, HeaderValue,
    IF_NONE_MATCH, IF_RANGE, LAST_MODIFIED, RANGE, RETRY_AFTER,
};
use ureq::http::{HeaderMap, Response};

use super::client::Client;
use super::fault::Fault;
use super::partial::Partial;

/// One file to fetch.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// The address, the mirror's already where there is one.
    pub(crate) url: String,
    /// The path of the whole file.
    pub(crate) target: PathBuf,
    /// The path of the file until it is whole.
    pub(crate) partial: PathBuf,
    /// The size in bytes above which it is refused.
    pub(crate) limit: u64,
    /// The hash it must have, where the user knows it.
    pub(crate) expected: Option<Sha256>,
    /// The `ETag` of the version that was fetched before.
    pub(crate) etag: Option<String>,
}

/// An observer of a download.
pub(crate) trait Watch {
    /// Notes the bytes that have arrived, and their total where the server tells it.
    fn show(&mut self, arrived: u64, total: Option<u64>);
    /// Notes a failed attempt and the pause before the next one.
    fn again(&mut self, fault: &Fault, seconds: f64);
}

/// The result of an attempt that did not fail.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// All bytes are here.
    Whole(Arrived),
    /// The version here is the latest.
    Unchanged,
}

/// A file that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arrived {
    pub(crate) sha256: Sha256,
    pub(crate) bytes: u64,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    /// Was an earlier attempt carried on?
    pub(crate) is_resumed: bool,
    /// Did the server tell the length, so that a cut file would have been seen?
    pub(crate) is_length_known: bool,
}

/// Asks once, for the rest where a part is here.
pub(crate) fn attempt(
    client: &Client,
    order: &Order,
    partial: &mut Partial,
    watch: &mut dyn Watch,
) -> Result<Outcome, Fault> {
    let response = client.get(&order.url, &question(order, partial))?;
    let before = partial.bytes();
    match response.status().as_u16() {
        200 => {
            check_content(&response, order)?;
            let headers = response.headers();
            partial.begin(text(headers, &ETAG), text(headers, &LAST_MODIFIED))?;
            let total = number(headers, &CONTENT_LENGTH);
            receive(response, total, order, partial, watch)?;
            whole(order, partial, false, total.is_some())
        }
        206 if before > 0 => {
            let Some(total) = rest(response.headers(), partial) else {
                partial.restart()?;
                return Err(Fault::WrongPart);
            };
            receive(response, total, order, partial, watch)?;
            whole(order, partial, true, total.is_some())
        }
        304 if order.etag.is_some() => Ok(Outcome::Unchanged),
        // The part here is longer than the file is now.
        416 if before > 0 => {
            partial.restart()?;
            Err(Fault::WrongPart)
        }
        status @ (404 | 410) => Err(Fault::Missing(status)),
        status @ (408 | 425 | 429 | 500..=599) => {
            let after = number(response.headers(), &RETRY_AFTER).map(Duration::from_secs);
            Err(Fault::Busy { status, after })
        }
        status => Err(Fault::Refused(status)),
    }
}

fn question(order: &Order, partial: &Partial) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, text: &str| {
        // What a server sent as a header once can be sent back as one.
        if let Ok(value) = HeaderValue::from_str(text) {
            headers.insert(name, value);
        }
    };
    if partial.is_empty() {
        if let Some(etag) = &order.etag {
            put(IF_NONE_MATCH, etag);
        }
    } else if let Some(validator) = partial.state().validator() {
        put(RANGE, &format!("bytes={}-", partial.bytes()));
        put(IF_RANGE, validator);
    }
    headers
}

/// Checks that the answer is a file and of a size that is allowed.
fn check_content(response: &Response<Body>, order: &Order) -> Result<(), Fault> {
    let headers = response.headers();
    if text(headers, &CONTENT_TYPE).is_some_and(|kind| {
        kind.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("text/html"))
    }) {
        return Err(Fault::Page);
    }
    // Servers mark .gz files as packed although they are stored that way.
    let is_packed_file = [".gz", ".bz2"].iter().any(|end| order.url.ends_with(end));
    if let Some(packing) = text(headers, &CONTENT_ENCODING)
        .filter(|packing| !is_packed_file && !packing.eq_ignore_ascii_case("identity"))
    {
        return Err(Fault::Packed(crate::output::clean(&packing)));
    }
    match number(headers, &CONTENT_LENGTH) {
        Some(announced) if announced > order.limit => {
            Err(Fault::Announced { announced, limit: order.limit })
        }
        _ => Ok(()),
    }
}

/// The size of the whole file, where the server tells, when what comes is the rest of the version here.
fn rest(headers: &HeaderMap, partial: &Partial) -> Option<Option<u64>> {
    let range = text(headers, &CONTENT_RANGE)?;
    let (place, total) = range.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = place.split_once('-')?;
    let is_ours = start.parse() == Ok(partial.bytes());
    let etag = text(headers, &ETAG);
    let is_same = etag.is_none() || etag == partial.state().etag;
    (is_ours && is_same).then(|| total.parse().ok())
}

fn receive(
    response: Response<Body>,
    total: Option<u64>,
    order: &Order,
    partial: &mut Partial,
    watch: &mut dyn Watch,
) -> Result<(), Fault> {
    if let Some(announced) = total.filter(|total| *total > order.limit) {
        return Err(Fault::Announced { announced, limit: order.limit });
    }
    let mut reader = response.into_body().into_reader();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        watch.show(partial.bytes(), total);
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(broken(&error, partial.bytes(), total)),
        };
        let bytes = buffer.get(..count).unwrap_or(&[]);
        if partial.bytes().saturating_add(bytes.len() as u64) > order.limit {
            return Err(Fault::TooLong { limit: order.limit });
        }
        partial.write(bytes)?;
    }
    match total {
        Some(of) if partial.bytes() < of => Err(Fault::Short { here: partial.bytes(), of }),
        Some(of) if partial.bytes() > of => Err(Fault::Excess { here: partial.bytes(), of }),
        _ => Ok(()),
    }
}

fn broken(error: &std::io::Error, here: u64, total: Option<u64>) -> Fault {
    match total {
        Some(of) if error.kind() == std::io::ErrorKind::UnexpectedEof => Fault::Short { here, of },
        _ => Fault::Broken(crate::output::clean(&error.to_string())),
    }
}

fn whole(
    order: &Order,
    partial: &Partial,
    is_resumed: bool,
    is_length_known: bool,
) -> Result<Outcome, Fault> {
    if partial.is_empty() {
        return Err(Fault::Empty);
    }
    let met = partial.sha256();
    if let Some(expected) = order.expected.filter(|expected| *expected != met) {
        return Err(Fault::Hash { expected, met });
    }
    let state = partial.state().clone();
    Ok(Outcome::Whole(Arrived {
        sha256: met,
        bytes: partial.bytes(),
        etag: state.etag,
        last_modified: state.last_modified,
        is_resumed,
        is_length_known,
    }))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(|text| text.trim().to_owned())
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    text(headers, name).and_then(|text| text.parse().ok())
}
