mod told;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Country;

/// The Traffic Light Protocol 2.0: with whom the recipient of something may share it.
///
/// The order is the order of strictness, `CLEAR < GREEN < AMBER < AMBER+STRICT < RED`; see [`Tlp::strictest`].
///
/// Source: FIRST, "Traffic Light Protocol (TLP) version 2.0", August 2022.
///
/// ```
/// # use demarche_terms::Tlp;
/// assert_eq!("amber+strict".parse::<Tlp>()?, Tlp::AmberStrict);
/// assert_eq!(Tlp::AmberStrict.to_string(), "TLP:AMBER+STRICT");
/// assert!(Tlp::Red > Tlp::AmberStrict);
/// # Ok::<(), demarche_terms::TlpError>(())
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Tlp {
    /// The world may see it.
    #[serde(rename = "CLEAR")]
    Clear,
    /// The recipient's community may see it, a foreign national CERT among them; the public may not.
    #[serde(rename = "GREEN")]
    Green,
    /// The recipient's organisation and its clients, who need to know. Another state only where the source named it.
    #[serde(rename = "AMBER")]
    Amber,
    /// The recipient's organisation alone.
    #[serde(rename = "AMBER+STRICT")]
    AmberStrict,
    /// The eyes of the individual recipients alone; never passed on by a program.
    #[serde(rename = "RED")]
    Red,
}

impl Tlp {
    /// Every marking, from the mildest to the strictest.
    pub const ALL: [Self; 5] =
        [Self::Clear, Self::Green, Self::Amber, Self::AmberStrict, Self::Red];

    /// The word behind `TLP:`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Clear => "CLEAR",
            Self::Green => "GREEN",
            Self::Amber => "AMBER",
            Self::AmberStrict => "AMBER+STRICT",
            Self::Red => "RED",
        }
    }

    /// With whom the recipient may share it, in one sentence for people, without a full stop.
    #[must_use]
    pub const fn allows(self) -> &'static str {
        match self {
            Self::Clear => "may be shared with the world",
            Self::Green => "may be shared within the community, not with the public",
            Self::Amber => {
                "may be shared within the organisation and with its clients who need to know"
            }
            Self::AmberStrict => "may be shared within the organisation only",
            Self::Red => "is for the eyes of the individual recipients only",
        }
    }

    /// Returns the marking of a whole: the strictest marking of its parts, and [`Tlp::Clear`] where it has none.
    #[must_use]
    pub fn strictest(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::Clear, Self::max)
    }

    /// Decides if something so marked may be given to another state's authorities.
    ///
    /// `release_to` holds the states to which the source has agreed in advance.
    /// It opens AMBER, which asks for the source's consent; it never opens AMBER+STRICT or RED, because
    /// those bind the reader and not the file: the source has to lower the marking first.
    ///
    /// # Errors
    ///
    /// The reason for withholding it.
    pub fn may_go_to(
        self,
        addressee: Country,
        release_to: &BTreeSet<Country>,
    ) -> Result<(), Withheld> {
        let reason = match self {
            Self::Clear | Self::Green => return Ok(()),
            Self::Amber if release_to.contains(&addressee) => return Ok(()),
            Self::Amber if release_to.is_empty() => WithheldReason::NotReleased,
            Self::Amber => WithheldReason::ReleasedToOthers,
            Self::AmberStrict => WithheldReason::OrganisationOnly,
            Self::Red => WithheldReason::IndividualsOnly,
        };
        Err(Withheld { marking: self, addressee, reason })
    }
}

impl fmt::Display for Tlp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TLP:{}", self.word())
    }
}

/// The text is not a TLP 2.0 marking.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a TLP 2.0 marking: `{0}`")]
pub struct TlpError(String);

impl FromStr for Tlp {
    type Err = TlpError;

    /// Reads the word in any case, with or without `TLP:`. `WHITE` of TLP 1.0 is an error: 2.0 calls it CLEAR.
    fn from_str(text: &str) -> Result<Self, TlpError> {
        let upper = text.to_ascii_uppercase();
        let word = upper.strip_prefix("TLP:").unwrap_or(&upper);
        Self::ALL
            .into_iter()
            .find(|tlp| tlp.word() == word)
            .ok_or_else(|| TlpError(text.to_owned()))
    }
}

/// Something that may not be shown to an addressee, and why.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    thiserror::Error,
)]
#[error("{marking} {reason} ({addressee})")]
pub struct Withheld {
    /// The marking that forbids it.
    pub marking: Tlp,
    /// The state that would have seen it.
    pub addressee: Country,
    /// The reason why the marking forbids it.
    pub reason: WithheldReason,
}

/// The reason why a marking keeps something from an addressee.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum WithheldReason {
    /// AMBER, and no state is named in `release_to`.
    NotReleased,
    /// AMBER, and `release_to` names other states.
    ReleasedToOthers,
    /// AMBER+STRICT.
    OrganisationOnly,
    /// RED.
    IndividualsOnly,
}

impl WithheldReason {
    /// The steps that the sender can take to be allowed to share it, in one clause.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::NotReleased | Self::ReleasedToOthers => {
                "ask the source, then add the addressee to “release_to”"
            }
            Self::OrganisationOnly | Self::IndividualsOnly => {
                "ask the source for a version under a lower marking"
            }
        }
    }
}

impl fmt::Display for WithheldReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotReleased => {
                "stays with the organisation and its clients unless the source names the addressee"
            }
            Self::ReleasedToOthers => {
                "is released by the source to other states than the addressee"
            }
            Self::OrganisationOnly => "stays within the organisation",
            Self::IndividualsOnly => "is for the individual recipients only",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn country(code: &str) -> Country {
        code.parse().unwrap()
    }

    #[test]
    fn what_is_written_is_read_back() {
        for tlp in Tlp::ALL {
            assert_eq!(tlp.to_string().parse::<Tlp>().unwrap(), tlp);
        }
        assert!("WHITE".parse::<Tlp>().is_err());
        assert!("".parse::<Tlp>().is_err());
    }

    #[test]
    fn amber_leaves_only_to_the_states_its_source_named() {
        let china = country("CN");
        let named = BTreeSet::from([china]);
        assert!(Tlp::Amber.may_go_to(china, &named).is_ok());
        assert_eq!(
            Tlp::Amber.may_go_to(country("RU"), &named).unwrap_err().reason,
            WithheldReason::ReleasedToOthers
        );
        assert_eq!(
            Tlp::Amber.may_go_to(china, &BTreeSet::new()).unwrap_err().reason,
            WithheldReason::NotReleased
        );
    }

    #[test]
    fn amber_strict_and_red_never_leave_even_when_released() {
        let china = country("CN");
        let named = BTreeSet::from([china]);
        for tlp in [Tlp::AmberStrict, Tlp::Red] {
            assert!(tlp.may_go_to(china, &named).is_err());
        }
        assert!(Tlp::Green.may_go_to(china, &BTreeSet::new()).is_ok());
    }
}
