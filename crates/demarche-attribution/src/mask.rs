//! What of the record may be used to judge an incident that the record itself may tell of.
//!
//! A method that is tried on an attack of the record must not find that attack in the record. The same naive Bayes
//! names the actor of 98 reports in 100 when the report's own claims stay in the actor's profile, and of 44 when they
//! do not; published figures are of the first kind more often than they say.

use std::collections::BTreeSet;

use demarche_case::Moment;
use demarche_case::assessment::evaluation::Protocol;
use demarche_case::record::{CitationId, RecordId};

use crate::claims::{Claim, Claims, years};

/// What is to be left out of the record.
#[derive(Clone, Debug, PartialEq)]
pub struct Mask {
    protocol: Protocol,
    sources: BTreeSet<u32>,
    attack: Option<RecordId>,
    before: Option<f64>,
}

impl Mask {
    /// Leaves nothing out: for an incident that is not in the record.
    #[must_use]
    pub const fn nothing() -> Self {
        Self { protocol: Protocol::Leaky, sources: BTreeSet::new(), attack: None, before: None }
    }

    /// Leaves an incident out that these sources tell of, and that may be an attack of the record.
    ///
    /// `first` is when the first of the sources appeared. Under [`Protocol::Time`] an incident without it has no earlier
    /// sources at all, for none can be shown to be earlier. [`Protocol::Release`] leaves out what [`Protocol::Cite`] does;
    /// the record of the earlier edition is for the caller to give.
    #[must_use]
    pub fn incident(
        protocol: Protocol,
        sources: &BTreeSet<CitationId>,
        attack: Option<&RecordId>,
        first: Option<Moment>,
    ) -> Self {
        let sources = sources.iter().map(|source| source.0).collect();
        Self { protocol, sources, attack: attack.cloned(), before: first.map(years) }
    }

    /// The place of the attack that is left out.
    pub(crate) fn attack(&self, claims: &Claims) -> Option<usize> {
        self.attack.as_ref().and_then(|attack| claims.attacks.binary_search(attack).ok())
    }

    /// The sources by which a claim stays, or `None` when it does not.
    pub(crate) fn surviving(&self, claim: &Claim, claims: &Claims) -> Option<Vec<u32>> {
        if self.protocol == Protocol::Leaky {
            return Some(claim.sources.clone());
        }
        let is_earlier = |source: &u32| {
            self.protocol != Protocol::Time
                || self.before.zip(claims.date(*source)).is_some_and(|(before, date)| date < before)
        };
        let stays = |source: &u32| !self.sources.contains(source) && is_earlier(source);
        let sources: Vec<u32> = claim.sources.iter().copied().filter(stays).collect();
        (!sources.is_empty()).then_some(sources)
    }
}
