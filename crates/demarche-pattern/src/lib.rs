//! Patterns of STIX 2.1: read with places, written in one canonical form, and matched against observed data.
//!
//! [`Pattern`] is the tree of a text that follows the whole grammar of section 9 of STIX 2.1.
//! [`Pattern::problems`] lists what the grammar allows and a validator refuses.
//! [`Matcher`] finds a smallest group of [`Observation`]s that a pattern asks for, within a budget of work.
//! [`Subject`] makes patterns, and [`Pattern::observables`] takes out what simple patterns name.
//!
//! Left out: patterns of STIX 2.0, and languages other than `stix`.
//!
//! Source: OASIS (2021), "STIX Version 2.1", OASIS Standard of 10 June 2021, section 9.
//!
//! ```
//! use demarche_pattern::Pattern;
//!
//! let pattern: Pattern = "[ ipv4-addr:value == '198.51.100.1' ] WITHIN 5.0 SECONDS".parse()?;
//! assert_eq!(pattern.to_string(), "[ipv4-addr:value = '198.51.100.1'] WITHIN 5 SECONDS");
//! # Ok::<(), demarche_pattern::ParseError>(())
//! ```

mod bind;
mod check;
mod display;
mod error;
mod evaluate;
mod feasible;
mod lexer;
mod matcher;
mod node;
mod observable;
mod observation;
mod parse;
mod place;
mod subject;
mod test;
mod timestamp;
mod tree;
mod value;

pub use check::{Problem, check_text};
pub use error::{MatchError, ObservationError, ParseError, Refusal};
pub use evaluate::Budget;
pub use matcher::Matcher;
pub use observable::Observable;
pub use observation::Observation;
pub use parse::{MAX_DEPTH, MAX_LENGTH};
pub use place::{Place, Span};
pub use subject::{HashAlgorithm, Subject};
pub use timestamp::Timestamp;
pub use tree::{
    Comparison, Expression, Literal, Operator, Order, Path, Pattern, Qualifier, Step, Test,
};
