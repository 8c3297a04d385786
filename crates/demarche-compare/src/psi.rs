//! Private set intersection of two lists of indicators, over the group ristretto255.
//!
//! The asker sends its indicators as points times a secret; the answerer multiplies them with a secret of its own.
//! The answerer adds short hashes of its own indicators times its secret, and the asker takes its own secret away.
//! Equal indicators then have equal hashes. In a round for the count the answerer mixes the order of the points.
//!
//! All messages are bytes, so that files and HTTP carry them alike. `docs/compare.md` says what each party learns.
//! The protocol holds against a party that follows it and is curious; it does not hold against every cheat.
//!
//! Sources: Meadows (1986), "A more efficient cryptographic matchmaking protocol";
//! Huberman, Franklin and Hogg (1999), "Enhancing privacy and trust in electronic communities"; RFC 9496 (ristretto255).
//!
//! ```
//! use demarche_compare::psi::{Ask, Asker, Identity, Ledger, Outcome, Policy, Prepared, Purpose, Seed};
//! use demarche_compare::Indicator;
//!
//! let read = |texts: &[&str]| texts.iter().filter_map(|text| text.parse().ok()).collect::<Vec<Indicator>>();
//! let (ours, theirs) = (read(&["192.0.2.1", "a.example"]), read(&["A.example.", "192.0.2.9"]));
//! let (asker, answerer) = (Identity::new([1; 32]), Identity::new([2; 32]));
//!
//! let ask = Ask { purpose: Purpose::Count, bucket: 16, to: answerer.peer(), made: 1_700_000_000 };
//! let (asking, request) = Asker::new(&ours, ask, &asker, &Seed::new([3; 32]))?;
//! let prepared = Prepared::new(&theirs, 16, &Seed::new([4; 32]))?;
//! let (answer, line) =
//!     prepared.answer(&request, &answerer, &Policy::default(), &mut Ledger::default(), 1_700_000_000);
//! assert!(line.to_string().contains("verdict=answered"));
//! assert_eq!(asking.read(&answer?)?, Outcome::Count(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod ask;
mod error;
mod group;
mod identity;
mod ledger;
mod message;
mod seed;

pub use answer::Prepared;
pub use ask::{Ask, Asker, Outcome};
pub use error::{MessageError, PaddingError, RefusedRequest};
pub use identity::{Identity, Peer, PeerError};
pub use ledger::{AuditError, AuditLine, Ledger, Policy, Verdict};
pub use message::{Answer, ExchangeId, MAX_POINTS, MAX_TAGS, Purpose, Request};
pub use seed::Seed;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The smallest usual bucket that holds a number of items: a power of two, at least 1,024.
///
/// A list padded to a bucket shows its size to a factor of two only.
#[must_use]
pub const fn bucket(items: usize) -> usize {
    if items <= 1024 { 1024 } else { items.next_power_of_two() }
}

/// What `share compare read` found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompareAnswer {
    /// The number of common indicators.
    pub common: u64,
    /// The common indicators in canonical order; `None` where the number alone was asked for.
    pub items: Option<Vec<CommonIndicator>>,
}

/// An indicator that both parties have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommonIndicator {
    /// Its kind, as [`IndicatorKind::name`](crate::IndicatorKind::name) tells it.
    pub kind: String,
    /// Its canonical text.
    pub text: String,
}
