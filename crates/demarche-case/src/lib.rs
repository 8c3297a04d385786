//! The shared terms of demarche: evidence, the case folder, findings, and the assessment as plain data.
//!
//! Every engine writes its findings in these types and every view reads them, so that neither knows the other.

mod asn;
pub mod assessment;
mod country;
mod gap;

pub use asn::{Asn, AsnError};
pub use country::{Country, CountryError};
pub use gap::Gap;
