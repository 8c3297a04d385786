//! The report and the note on assessments written by hand and from a seed.

#![expect(clippy::unwrap_used, reason = "a fixture that cannot be built is a failed test")]

mod fixtures;
mod pictures;
