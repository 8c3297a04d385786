//! Links that public tables show and that never were: facts, kept here so that nobody has to know them.

use demarche_case::{Asn, DoubtfulLink, Source, Tlp};

/// The links that are known to be false, whatever case or question.
#[must_use]
pub fn known_doubts() -> Vec<DoubtfulLink> {
    vec![DoubtfulLink {
        left: Asn(131_279),
        right: Asn(51_040),
        reason: "In March 2013 AS51040 announced a forged path through North Korea's AS131279; the link is still inferred from it"
            .to_owned(),
        source: Source {
            text: "Public analyses of the Pirate Bay's claim to be hosted in North Korea, March 2013".to_owned(),
            url: None,
        },
        tlp: Tlp::Clear,
    }]
}
