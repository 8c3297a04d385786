//! The audit log: one line of JSON for each request.

use std::io::Write;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// A request and what became of it.
#[derive(Debug, Serialize)]
pub(crate) struct Entry<'a> {
    pub(crate) time: String,
    pub(crate) address: IpAddr,
    /// `null` for a request without a valid login.
    pub(crate) user: Option<&'a str>,
    pub(crate) method: &'a str,
    /// Path and query, the first 2,000 characters.
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    /// Objects sent or added.
    pub(crate) objects: usize,
    /// Bytes of the answer's body.
    pub(crate) bytes: usize,
    /// Lines that could not be written before this one.
    #[serde(skip_serializing_if = "is_zero")]
    lost: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl<'a> Entry<'a> {
    pub(crate) fn new(time: String, address: IpAddr, method: &'a str, path: &'a str) -> Self {
        let path =
            path.char_indices().nth(2_000).and_then(|(end, _)| path.get(..end)).unwrap_or(path);
        Self { time, address, user: None, method, path, status: 0, objects: 0, bytes: 0, lost: 0 }
    }
}

/// The place where lines go.
pub(crate) struct Audit(Mutex<Log>);

struct Log {
    sink: Box<dyn Write + Send>,
    lost: u64,
}

impl Audit {
    pub(crate) fn new(sink: Box<dyn Write + Send>) -> Self {
        Self(Mutex::new(Log { sink, lost: 0 }))
    }

    /// Writes a line; one that cannot be written is counted, and the next line tells.
    pub(crate) fn write(&self, mut entry: Entry<'_>) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entry.lost = log.lost;
        let line = serde_json::to_vec(&entry).map(|mut line| {
            line.push(b'\n');
            line
        });
        // One write for the whole line: lines of two servers in one file stay whole.
        let written = line
            .is_ok_and(|line| log.sink.write_all(&line).and_then(|()| log.sink.flush()).is_ok());
        log.lost = if written { 0 } else { log.lost.saturating_add(1) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line_whatever_is_asked() {
        let entry = Entry::new(String::new(), IpAddr::from([127, 0, 0, 1]), "GET", "/\n\"\u{0}");
        let line = serde_json::to_string(&entry).unwrap();
        assert!(!line.contains('\n'));
        assert!(line.contains(r#""path":"/\n\"\u0000""#), "{line}");
    }
}
