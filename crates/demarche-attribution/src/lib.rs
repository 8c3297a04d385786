//! Who did it, and how sure: what the evidence weighs for each hypothesis, and how well such weights have done before.

mod judge;

pub use judge::{Question, judge};
