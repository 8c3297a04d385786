//! The ease of forging evidence, and who can get a tool: what an attacker would need in order to plant it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The means needed to plant an item so that it points to somebody else, the easiest first.
///
/// Each class has an elicited probability that an item of it was planted; the judges keep the figures.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Forgeability {
    /// A claim of responsibility: words are free.
    Claim,
    /// A tool that anybody can have, public or commercial.
    PublicTool,
    /// The statements of a file about itself: language, time zone, build time, Rich header.
    FileMetadata,
    /// Malware whose source or builder got out.
    LeakedMalware,
    /// A behaviour that has been described in public.
    Technique,
    /// A reason that somebody had, which others may use as a cover.
    Motive,
    /// A trace of which the case does not say what planting it would take.
    Unstated,
    /// Malware that only its authors have.
    PrivateMalware,
    /// Compiled code shared with malware that only its authors have.
    SharedCode,
    /// A mistake of the operator's: a login from home, a name left behind.
    OperatorError,
    /// Money that went to somebody: accounts, wallets, receipts.
    Payment,
    /// A paper of those who did it: an order, a presentation, a letter.
    InternalDocument,
    /// A confession, a plea, or the finding of a court.
    Admission,
    /// Infrastructure that is not public, a stolen or own key, signals that only a service sees.
    PrivateInfrastructure,
    /// Things or data that an authority found with a person, and keeps.
    Seizure,
}

/// The availability of a program or a piece of code.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Availability {
    /// Anybody, for nothing.
    Public,
    /// Anybody who pays.
    Commercial,
    /// Whoever found it after it got out.
    Leaked,
    /// Its authors and those to whom they give it.
    Private,
}
