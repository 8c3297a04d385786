//! The catalogue of a file, told by its content.

use std::collections::BTreeSet;
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
        if is_utf16(bytes) {
            return Err(ImportError::Utf16);
        }
        if is_spreadsheet(bytes) {
            return Err(ImportError::Spreadsheet);
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        match text.first() {
            Some(b'{') => Self::of_object(text),
            Some(b'[') => match text.get(1..).map(<[u8]>::trim_ascii_start) {
                Some(first @ [b'{', ..]) if Probe::of(first).is_galaxy() => {
                    Err(ImportError::Galaxies)
                }
                Some([b'{' | b']', ..]) => Ok(Self::Stix),
                _ => Err(ImportError::Unknown),
            },
            Some(_) => Self::of_table(text),
            None => Err(ImportError::Empty),
        }
    }

    fn of_object(text: &[u8]) -> Result<Self, ImportError> {
        let probe = Probe::of(text);
        match (probe.kind.as_deref(), probe.has("objects"), probe.has("values")) {
            (_, true, _) => Ok(Self::Stix),
            (Some("threat-actor"), _, true) => Ok(Self::MispThreatActor),
            (Some("malpedia"), _, true) => Ok(Self::Malpedia),
            (kind, _, true) => Err(ImportError::Galaxy(kind.unwrap_or("no type").to_owned())),
            (Some(_), _, false) if probe.has("uuid") && !probe.has("id") => {
                Err(ImportError::Companion(Companion::Galaxy))
            }
            (Some(_), _, false) => Ok(Self::Stix),
            (None, _, false) => Err(ImportError::Unknown),
        }
    }

    /// The kind of a table; one that would be known in another writing is refused by what it has of its own.
    fn of_table(text: &[u8]) -> Result<Self, ImportError> {
        let is_known =
            |columns: &[String]| !matches!(Self::of_columns(columns), Err(ImportError::Unknown));
        let columns = table::columns(text);
        if is_known(&columns) {
            return Self::of_columns(&columns);
        }
        for (separator, name) in [(b';', "semicolons"), (b'\t', "tabs"), (b'|', "bars")] {
            if is_known(&table::separated(text, separator)) {
                return Err(ImportError::Separator(name));
            }
        }
        let lower = |name: &String| name.to_lowercase();
        let plain: Vec<String> = columns.iter().map(lower).collect();
        if KNOWN.iter().any(|heads| heads.iter().all(|head| plain.contains(&head.to_lowercase()))) {
            let odd = columns
                .iter()
                .find(|name| !KNOWN.iter().any(|heads| heads.contains(&name.as_str())));
            return Err(ImportError::Heads(
                odd.map_or_else(String::new, |name| table::short(name)),
            ));
        }
        let mut rest = text;
        for line in 2..=TITLES {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
            let Some((_, behind)) = rest.split_at_checked(end + 1) else { break };
            rest = behind;
            // An empty line has no columns, though a reader of tables would skip it.
            let is_empty = rest.first().is_none_or(|byte| matches!(byte, b'\n' | b'\r'));
            if !is_empty && is_known(&table::columns(rest)) {
                return Err(ImportError::Title(line));
            }
        }
        Err(ImportError::Unknown)
    }

    fn of_columns(columns: &[String]) -> Result<Self, ImportError> {
        let has =
            |wanted: &[&str]| wanted.iter().all(|name| columns.iter().any(|column| column == name));
        if has(&CAMPAIGNS) {
            Ok(Self::DcidCampaigns)
        } else if has(&DYADS) {
            Ok(Self::DcidIncidents)
        } else if has(&ATTRIBUTIONS) {
            Ok(Self::EurepocAttributions)
        } else if is_release(columns) {
            Ok(Self::EurepocIncidents)
        } else if has(&["ID", "political_response", "legal_response", "receiver_country"]) {
            Ok(Self::EurepocResponses)
        } else if has(&["ID", "industry_date", "political_date", "attacker_date"]) {
            Ok(Self::EurepocDelays)
        } else if has(&["ID", "receiver_country", "initiator_category", "initiator_name"])
            && !has(&["name"])
        {
            Ok(Self::EurepocInitiators)
        } else if has(&["ID", "start_date", "receiver_country"]) && !has(&["name"]) {
            Err(ImportError::Companion(Companion::Dashboard))
        } else if is_code_book(columns) {
            Err(ImportError::Companion(Companion::CodeBook))
        } else {
            Err(ImportError::Unknown)
        }
    }
}

/// The columns by which each table is known.
const CAMPAIGNS: [&str; 3] = ["Cyberincidentnum", "row", "target"];
const DYADS: [&str; 4] = ["Cyberincidentnum", "StateA", "initiator", "severity"];
const ATTRIBUTIONS: [&str; 3] = ["incident_ID", "attribution_ID", "attributed_initiator"];
const INCIDENTS: [&str; 5] =
    ["ID", "name", "incident_type", "receiver_category", "initiator_country"];

/// The columns of tables that a spreadsheet may have written in other letters.
const KNOWN: [&[&str]; 4] = [&CAMPAIGNS, &DYADS, &ATTRIBUTIONS, &INCIDENTS];

/// The last line on which heads are looked for behind a title.
const TITLES: usize = 6;

/// Returns true for incidents of EuRepoC, of which a later release may have renamed a column; that one is then named.
fn is_release(columns: &[String]) -> bool {
    let has = |name: &&&str| columns.iter().any(|column| column == **name);
    let (ids, telling) = INCIDENTS.split_at(2);
    ids.iter().all(|name| has(&name)) && telling.iter().filter(has).count() >= 2
}

/// Returns true if a table has few columns, among them a variable's name and its meaning.
fn is_code_book(columns: &[String]) -> bool {
    let plain: Vec<String> =
        columns.iter().map(|column| column.to_lowercase().replace(['_', '-'], " ")).collect();
    let has = |words: &[&str]| {
        plain.iter().any(|column| column.split(' ').any(|word| words.contains(&word)))
    };
    let names = ["variable", "variables", "field", "fields", "column", "columns"];
    let meanings = ["meaning", "label", "labels", "description", "definition", "explanation"];
    (2..=8).contains(&columns.len()) && has(&names) && has(&meanings)
}

/// Returns true if a text begins as UTF-16 does, with or without its mark.
fn is_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [first, 0, second, 0, ..] | [0, first, 0, second, ..] => {
            [first, second].iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
        }
        _ => false,
    }
}

/// Returns true for the containers of spreadsheets: a zip with their parts, and the older compound file.
fn is_spreadsheet(bytes: &[u8]) -> bool {
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
        || (bytes.starts_with(b"PK\x03\x04")
            && (holds(b"xl/workbook") || holds(b"opendocument.spreadsheet")))
}

#[derive(Default)]
struct Probe {
    kind: Option<String>,
    /// The members met, of those that tell a kind.
    members: BTreeSet<&'static str>,
}

/// The members that tell the kind of an object, beside its type.
const TELLING: [&str; 4] = ["objects", "values", "uuid", "id"];

impl Probe {
    fn of(text: &[u8]) -> Self {
        let mut probe = Self::default();
        let mut reader = serde_json::Deserializer::from_slice(text);
        // An error only ends the probe: a cut bundle is still a bundle.
        drop(reader.deserialize_map(ProbeVisitor(&mut probe)));
        probe
    }

    fn is_galaxy(&self) -> bool {
        self.has("values") && !self.has("objects")
    }

    fn has(&self, name: &str) -> bool {
        self.members.contains(name)
    }
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
            self.0.members.extend(TELLING.iter().filter(|telling| **telling == name));
            match name.as_str() {
                "objects" => {
                    return Err(A::Error::custom("known"));
                }
                "type" => self.0.kind = map.next_value::<Word>()?.0,
                "values" => {
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
            (
                "ID,name,incident_types,receiver_country,receiver_category,initiator_country,initiator_category,initiator_name\n",
                Kind::EurepocIncidents,
            ),
        ] {
            assert_eq!(Kind::of(text.as_bytes()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_file_in_another_writing_is_told_by_its_cause() {
        let heads = "Cyberincidentnum,StateA,initiator,severity\n";
        let utf16: Vec<u8> = heads.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [&[0xff, 0xfe][..], &utf16].concat();
        let sheet = [&b"PK\x03\x04"[..], &[0; 26], b"xl/workbook.xml"].concat();
        for (bytes, expected) in [
            (heads.replace(',', ";").into_bytes(), "semicolons"),
            (heads.replace(',', "\t").into_bytes(), "tabs"),
            (heads.to_uppercase().into_bytes(), "other letters"),
            (format!("The data set\n\n{heads}").into_bytes(), "line 3"),
            (utf16, "UTF-16"),
            (marked, "UTF-16"),
            (sheet, "spreadsheet"),
            (br#"[{"type":"threat-actor","values":[]}]"#.to_vec(), "list of clusters"),
            (
                br#"{"name":"A","type":"threat-actor","uuid":"1","version":3}"#.to_vec(),
                "without its clusters",
            ),
        ] {
            let error = Kind::of(&bytes).unwrap_err();
            assert!(error.to_string().contains(expected), "{expected}: {error}");
            assert!(!error.hint().is_empty());
        }
    }

    #[test]
    fn code_books_are_known_by_their_columns_in_any_letters() {
        for heads in [
            "variable,code,meaning",
            "Variable,Code,Meaning",
            "Variable name,Description,Values",
            "Variable,Type,Description",
            "column;code;label",
        ] {
            let error = Kind::of(format!("{heads}\n").as_bytes()).unwrap_err();
            let is_book = matches!(
                error,
                ImportError::Companion(Companion::CodeBook) | ImportError::Separator(_)
            );
            assert!(is_book, "{heads}: {error}");
        }
        let error = Kind::of(b"name,price\n").unwrap_err();
        assert!(matches!(error, ImportError::Unknown), "{error}");
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
