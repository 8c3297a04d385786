//! The catalogue of a file, told by its content.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::eurepoc::dashboard;
use crate::import::{Companion, ImportError, Imported, Provenance};
use crate::{attack, dcid, eurepoc, misp, table};

/// The kinds of files that the library reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A STIX bundle.
    Stix,
    /// Threat actors of the MISP galaxy.
    MispThreatActor,
    /// Families of Malpedia.
    Malpedia,
    /// Incidents of DCID.
    DcidIncidents,
    /// Campaigns of DCID.
    DcidCampaigns,
    /// Incidents of EuRepoC.
    EurepocIncidents,
    /// Attributions of EuRepoC.
    EurepocAttributions,
    /// Responses of EuRepoC's dashboard.
    EurepocResponses,
    /// First attributions of EuRepoC's dashboard.
    EurepocDelays,
    /// Initiators of EuRepoC's dashboard.
    EurepocInitiators,
}

/// Imports a file of any kind that the library knows.
///
/// # Errors
///
/// It is of none of them, not even JSON or a table all through, or nothing in it can be used.
pub fn import(bytes: &[u8], provenance: &Provenance) -> Result<Imported, ImportError> {
    let imported = match Kind::of(bytes)? {
        Kind::Stix => attack::import(bytes, provenance),
        Kind::MispThreatActor => misp::actors(bytes, provenance)?,
        Kind::Malpedia => misp::malpedia(bytes, provenance)?,
        Kind::DcidIncidents => dcid::incidents(bytes, provenance),
        Kind::DcidCampaigns => dcid::campaigns(bytes, provenance),
        Kind::EurepocIncidents => eurepoc::incidents(bytes, provenance),
        Kind::EurepocAttributions => eurepoc::attributions(bytes, provenance),
        Kind::EurepocResponses => dashboard::responses(bytes, provenance),
        Kind::EurepocDelays => dashboard::attribution_delays(bytes, provenance),
        Kind::EurepocInitiators => dashboard::initiators(bytes, provenance),
    };
    // An edition of nothing would take the place of an older one that says something.
    if imported.part.editions.iter().all(|edition| edition.used == 0) {
        return Err(ImportError::nothing(&imported));
    }
    Ok(imported)
}

impl Kind {
    /// The kind of a file.
    ///
    /// # Errors
    ///
    /// It is of none that the library knows.
    pub fn of(bytes: &[u8]) -> Result<Self, ImportError> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        match text.first() {
            Some(b'{') => Self::of_object(text),
            Some(b'[') => match text.trim_ascii_start().get(1..).map(<[u8]>::trim_ascii_start) {
                Some([b'{' | b']', ..]) => Ok(Self::Stix),
                _ => Err(ImportError::Unknown),
            },
            Some(_) => Self::of_columns(&table::columns(text)),
            None => Err(ImportError::Empty),
        }
    }

    fn of_object(text: &[u8]) -> Result<Self, ImportError> {
        let mut probe = Probe::default();
        let mut reader = serde_json::Deserializer::from_slice(text);
        // An error only ends the probe: a cut bundle is still a bundle.
        drop(reader.deserialize_map(ProbeVisitor(&mut probe)));
        match (probe.kind.as_deref(), probe.has_objects, probe.has_values) {
            (_, true, _) => Ok(Self::Stix),
            (Some("threat-actor"), _, true) => Ok(Self::MispThreatActor),
            (Some("malpedia"), _, true) => Ok(Self::Malpedia),
            (kind, _, true) => Err(ImportError::Galaxy(kind.unwrap_or("no type").to_owned())),
            (Some(_), _, false) => Ok(Self::Stix),
            (None, _, false) => Err(ImportError::Unknown),
        }
    }

    fn of_columns(columns: &[String]) -> Result<Self, ImportError> {
        let has =
            |wanted: &[&str]| wanted.iter().all(|name| columns.iter().any(|column| column == name));
        if has(&["Cyberincidentnum", "row", "target"]) {
            Ok(Self::DcidCampaigns)
        } else if has(&["Cyberincidentnum", "StateA", "initiator", "severity"]) {
            Ok(Self::DcidIncidents)
        } else if has(&["incident_ID", "attribution_ID", "attributed_initiator"]) {
            Ok(Self::EurepocAttributions)
        } else if has(&["ID", "name", "incident_type", "receiver_category", "initiator_country"]) {
            Ok(Self::EurepocIncidents)
        } else if has(&["ID", "political_response", "legal_response", "receiver_country"]) {
            Ok(Self::EurepocResponses)
        } else if has(&["ID", "industry_date", "political_date", "attacker_date"]) {
            Ok(Self::EurepocDelays)
        } else if has(&["ID", "receiver_country", "initiator_category", "initiator_name"]) {
            Ok(Self::EurepocInitiators)
        } else if has(&["ID", "start_date", "receiver_country"]) {
            Err(ImportError::Companion(Companion::Dashboard))
        } else if has(&["variable", "code", "meaning"]) {
            Err(ImportError::Companion(Companion::CodeBook))
        } else {
            Err(ImportError::Unknown)
        }
    }
}

#[derive(Default)]
struct Probe {
    kind: Option<String>,
    has_objects: bool,
    has_values: bool,
}

/// Reads the members of an object until they tell its kind.
struct ProbeVisitor<'p>(&'p mut Probe);

impl<'de> Visitor<'de> for ProbeVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "objects" => {
                    self.0.has_objects = true;
                    return Err(A::Error::custom("known"));
                }
                "type" => self.0.kind = map.next_value::<Word>()?.0,
                "values" => {
                    self.0.has_values = true;
                    if self.0.kind.is_some() {
                        return Err(A::Error::custom("known"));
                    }
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A text, or anything else.
struct Word(Option<String>);

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Any {
            Text(String),
            Other(IgnoredAny),
        }
        Ok(Self(match Any::deserialize(deserializer)? {
            Any::Text(text) => Some(text),
            Any::Other(_) => None,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_what_a_file_holds() {
        for (text, expected) in [
            ("{\"objects\": [", Kind::Stix),
            ("{\"type\":\"bundle\",\"id\":\"bundle--1\"}", Kind::Stix),
            ("[{}", Kind::Stix),
            ("{\"values\":[],\"type\":\"malpedia\"}", Kind::Malpedia),
            ("{\"type\":\"threat-actor\",\"values\":[", Kind::MispThreatActor),
            ("incident_ID,attribution_ID,attributed_initiator\n", Kind::EurepocAttributions),
            ("ID,political_response,legal_response,receiver_country\n", Kind::EurepocResponses),
            ("ID,industry_date,political_date,attacker_date\n", Kind::EurepocDelays),
            ("ID,receiver_country,initiator_category,initiator_name\n", Kind::EurepocInitiators),
        ] {
            assert_eq!(Kind::of(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_file_of_which_nothing_can_be_used_is_no_edition() {
        let provenance = Provenance {
            origin: "test".into(),
            date: None,
            sha256: demarche_case::Sha256::of(b""),
        };
        for text in [
            "[]",
            "[{}",
            "{\"type\":\"bundle\"}",
            "{\"type\":\"bundle\",\"objects\":null}",
            "{\"type\":\"bundle\",\"objects\":\"text\"}",
            "{\"objects\":[{\"type\":\"malware\",\"id\":\"malware--1\",\"name\":5}]}",
            "{\"values\":[],\"type\":\"threat-actor\"}",
            "incident_ID,attribution_ID,attributed_initiator\n",
        ] {
            let error = import(text.as_bytes(), &provenance).unwrap_err();
            assert!(matches!(error, ImportError::Nothing { .. }), "{text}: {error}");
            assert!(error.hint().contains("docs/library.md"), "{text}");
        }
    }

    #[test]
    fn other_files_are_refused_with_a_remedy() {
        for text in [
            "",
            "hello",
            "{}",
            "{\"type\":\"tool\",\"values\":[]}",
            "ID,start_date,receiver_country\n",
            "variable,code,meaning\n",
            "[package]\nname = 1",
            "\u{0}",
        ] {
            let error = Kind::of(text.as_bytes()).unwrap_err();
            assert!(!error.hint().is_empty(), "{text}: {error}");
        }
    }
}
