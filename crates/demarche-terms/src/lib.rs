//! The field's words as checked types, shared by every crate of demarche.
//!
//! A value of these types has been checked, so that no crate behind it checks again.
//! The case, its evidence and the findings are in `demarche-case`.

mod asn;
mod byte_order;
mod country;
mod defang;
mod digest;
mod executable;
mod fingerprint;
mod forgery;
mod gap;
mod moment;
pub mod number;
mod origin;
mod probability;
pub mod random;
mod technique;
pub mod text;
mod tlp;

pub use asn::{Asn, AsnError};
pub use byte_order::ByteOrder;
pub use country::{Country, CountryError};
pub use defang::{Defanged, refang};
pub use digest::{Digest, DigestError, Md5, Sha1, Sha256, hex};
pub use executable::{Architecture, FileOffset, Format, Runtime, VirtualAddress};
pub use fingerprint::{Feature, Fingerprint};
pub use forgery::{Availability, Forgeability};
pub use gap::{Gap, GapKind, Shortfall};
pub use ipnet::IpNet as Prefix;
pub use moment::{Moment, MomentError, Precision};
pub use origin::{Named, Origin, Origins, Package, PackageKind};
pub use probability::{LikelihoodRatio, Probability, ProbabilityError};
pub use technique::{TechniqueId, TechniqueIdError};
pub use tlp::{Tlp, TlpError, Withheld, WithheldReason};
