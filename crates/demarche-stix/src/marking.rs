//! The Traffic Light Protocol as STIX marks it: by the content of a marking, or by ids that the standards fix.

use std::collections::BTreeMap;

use demarche_terms::Tlp;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::Text;
use crate::json::Braced;

/// Ids that stand for a marking whether or not it is in the bundle.
///
/// Sources: STIX 2.1, section 7.2.1.4; OASIS extension "TLP 2.0" (2022).
pub const FIXED_MARKINGS: [(&str, Tlp); 9] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", Tlp::Clear),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", Tlp::Green),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", Tlp::Amber),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", Tlp::Red),
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", Tlp::Clear),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", Tlp::Green),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", Tlp::Amber),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", Tlp::AmberStrict),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", Tlp::Red),
];

/// The markings of TLP 1 that the standard fixes: id, name, word (section 7.2.1.4).
pub(crate) const TLP_1: [(&str, &str, &str); 4] = [
    ("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9", "TLP:WHITE", "white"),
    ("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "TLP:GREEN", "green"),
    ("marking-definition--f88d31f6-486f-44da-b317-01333bde0b82", "TLP:AMBER", "amber"),
    ("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "TLP:RED", "red"),
];

/// The markings of TLP 2.0 that its extension fixes: id and word.
pub(crate) const TLP_2: [(&str, &str); 5] = [
    ("marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
    ("marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
    ("marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
    ("marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
    ("marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1", "red"),
];

/// The extension that holds a marking of TLP 2.0.
pub(crate) const TLP_2_EXTENSION: &str =
    "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The fixed marking of TLP 1 for a word.
pub(crate) fn tlp_1(word: &str) -> Option<(&'static str, &'static str)> {
    TLP_1.iter().find(|(_, _, known)| *known == word).map(|(id, name, _)| (*id, *name))
}

/// The fixed marking of TLP 2.0 for a word.
pub(crate) fn tlp_2(word: &str) -> Option<&'static str> {
    TLP_2.iter().find(|(_, known)| *known == word).map(|(id, _)| *id)
}

/// The marking that a fixed id stands for, whoever writes it; `None` for any other id.
#[must_use]
pub fn fixed_marking(id: &str) -> Option<Tlp> {
    FIXED_MARKINGS.iter().find(|(known, _)| *known == id).map(|(_, tlp)| *tlp)
}

/// The content of a marking.
#[derive(Debug, Deserialize)]
pub(crate) struct Marking<'a> {
    #[serde(borrow)]
    definition: Option<Definition<'a>>,
    #[serde(borrow)]
    extensions: Option<BTreeMap<Text<'a>, Extension<'a>>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Definition<'a> {
    Known(#[serde(borrow)] Braced<Known<'a>>),
    Other(IgnoredAny),
}

#[derive(Debug, Deserialize)]
struct Known<'a> {
    #[serde(borrow)]
    tlp: Option<Text<'a>>,
    #[serde(borrow)]
    statement: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Extension<'a> {
    Tlp(#[serde(borrow)] Braced<Newer<'a>>),
    Other(IgnoredAny),
}

#[derive(Debug, Deserialize)]
struct Newer<'a> {
    #[serde(borrow)]
    tlp_2_0: Text<'a>,
}

impl<'a> Marking<'a> {
    /// The marking of the Traffic Light Protocol, and the statement.
    pub(crate) fn meaning(self) -> (Option<Tlp>, Option<Text<'a>>) {
        let newer = self.extensions.into_iter().flatten().filter_map(|(_, extension)| {
            let Extension::Tlp(Braced(newer)) = extension else { return None };
            Some(Tlp::of_word(&newer.tlp_2_0))
        });
        // Where the two contradict each other, or a word is of nobody's protocol, the strictest goes.
        let newer = newer.max();
        let Some(Definition::Known(Braced(known))) = self.definition else { return (newer, None) };
        (newer.max(known.tlp.as_deref().map(Tlp::of_word)), known.statement)
    }
}
