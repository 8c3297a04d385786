//! The report and the note on assessments written by hand and from a seed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a fixture that cannot be built is a failed test"
)]

mod answers;
mod attribution;
mod document;
mod exports;
mod exposure;
mod fixtures;
mod hostile;
mod judged;
mod notes;
mod pictures;
mod precedents;
mod promises;
mod refusals;
mod requests;
mod responses;
mod secrecy;
mod sentences;
mod shared_code;
mod warnings;
mod weighed;
mod well_formed;
