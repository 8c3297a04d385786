//! Indicators of compromise: found in texts, brought into one form, and compared between two parties in private.
//!
//! [`Indicator`] is an indicator in canonical form; equal indicators have equal bytes.
//! [`extract`] finds the indicators of a pasted text, defanged or not, each with its place.
//! [`psi`] tells two parties how many indicators they share, and then which, without showing the others.
//!
//! Left out: files, the network, and randomness; they are arguments, as bytes.

mod address;
mod defanged;
mod extract;
mod host;
mod indicator;
pub mod psi;
mod url;

pub use extract::{Found, extract};
pub use indicator::{Indicator, IndicatorError, IndicatorKind, Reservation};
