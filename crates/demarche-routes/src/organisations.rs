//! Organisations and their networks: CAIDA's AS-to-organisation data, as text or lines of JSON, and `PeeringDB`'s dump.
//!
//! Several networks of one organisation decide together. Names alone do not tell it: two spellings are one company, and one name may be two.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::BufRead;

use demarche_case::{Asn, Gap};
use serde::Deserialize;

use crate::lines::{Tally, each_line};

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Organisation {
    /// Its identifier in the file.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// The organisation of each network.
///
/// Where a file names two for one network, the line that was changed last counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisations {
    organisations: BTreeMap<String, String>,
    networks: BTreeMap<Asn, String>,
    /// The day of each network's line, as it is written.
    changed: BTreeMap<Asn, String>,
    /// The parts that were refused, with the reasons.
    pub gaps: Vec<Gap>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
enum Problem {
    #[error("neither a line of an organisation nor of a network")]
    Fields,
    #[error("not an AS number")]
    Asn,
    #[error("not JSON of an organisation or a network")]
    Json,
    #[error("names another organisation for a network that has one, and is no newer")]
    Twice,
    #[error("names an organisation of which the file has no line")]
    Nameless,
}

/// A line of CAIDA's JSON.
#[derive(Deserialize)]
struct JsonLine {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(rename = "organizationId", alias = "org_id")]
    organisation: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    changed: String,
    #[serde(default)]
    asn: Option<JsonAsn>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum JsonAsn {
    Number(u32),
    Text(String),
}

/// The parts of `PeeringDB`'s dump that matter.
#[derive(Deserialize)]
struct Dump {
    org: Part<DumpedOrganisation>,
    net: Part<DumpedNetwork>,
}

#[derive(Deserialize)]
struct Part<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct DumpedOrganisation {
    id: u64,
    name: String,
}

#[derive(Deserialize)]
struct DumpedNetwork {
    asn: u32,
    org_id: u64,
}

impl Organisations {
    /// Reads a decompressed file of one of the three forms; `name` is what gaps call it.
    ///
    /// ```
    /// # use demarche_routes::Organisations;
    /// # use demarche_case::Asn;
    /// let text = "# format:org_id|changed|org_name|country|source\nLVLT|20140101|Level 3|US|ARIN\n# format:aut|changed|aut_name|org_id|opaque_id|source\n3356|20140101|LEVEL3|LVLT||ARIN\n";
    /// let read = Organisations::read(text.as_bytes(), "as2org");
    /// assert_eq!(read.of(Asn(3356)).map(|organisation| organisation.name), Some("Level 3".to_owned()));
    /// ```
    pub fn read(mut source: impl BufRead, name: &str) -> Self {
        let is_dump = source
            .fill_buf()
            .is_ok_and(|start| start.trim_ascii_start().starts_with(b"{") && !is_json_line(start));
        if is_dump { Self::read_dump(source, name) } else { Self::read_lines(source, name) }
    }

    fn read_lines(source: impl BufRead, name: &str) -> Self {
        let mut read = Self::default();
        let mut tally = Tally::default();
        let mut numbers: BTreeMap<Asn, u64> = BTreeMap::new();
        let line_gaps = each_line(source, name, |number, line| {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                return;
            }
            let outcome =
                if line.starts_with('{') { read.json_line(line) } else { read.line(line) };
            match outcome {
                Ok(network) => numbers.extend(network.map(|asn| (asn, number))),
                Err(problem) => tally.note(problem, number, line),
            }
        });
        for (asn, number) in numbers {
            let id = read.networks.get(&asn).filter(|id| !read.organisations.contains_key(*id));
            if let Some(id) = id {
                tally.note(Problem::Nameless, number, &format!("{asn}, {id}"));
            }
        }
        read.gaps = tally.into_gaps(name);
        read.gaps.extend(line_gaps);
        read
    }

    /// A line of text: five fields of an organisation, six of a network (five in files before 2013).
    ///
    /// Returns the network, if the line is of one.
    fn line(&mut self, line: &str) -> Result<Option<Asn>, Problem> {
        let fields: Vec<&str> = line.split('|').collect();
        let asn = fields.first().and_then(|asn| asn.parse().ok()).map(Asn);
        match (fields.as_slice(), asn) {
            ([_, day, _, id, _] | [_, day, _, id, _, _], Some(asn)) => {
                self.network(asn, (*id).to_owned(), (*day).to_owned()).map(Some)
            }
            ([id, _, organisation, _, _], None) => {
                self.organisations.insert((*id).to_owned(), (*organisation).to_owned());
                Ok(None)
            }
            // A name may have bars in it.
            ([id, day, name @ .., _, _], None) if !name.is_empty() && is_day(day) => {
                self.organisations.insert((*id).to_owned(), name.join("|"));
                Ok(None)
            }
            _ => Err(Problem::Fields),
        }
    }

    /// Keeps the organisation of a network, if its line is the first or the newest of it.
    fn network(&mut self, asn: Asn, id: String, day: String) -> Result<Asn, Problem> {
        let known = self.networks.get(&asn).filter(|known| **known != id);
        // Days are written as digits, year first, so that their order is that of their text.
        match self.changed.get(&asn).map(|newest| day.cmp(newest)) {
            Some(Ordering::Less) if known.is_some() => return Ok(asn),
            Some(Ordering::Equal) if known.is_some() => return Err(Problem::Twice),
            _ => {}
        }
        self.networks.insert(asn, id);
        self.changed.insert(asn, day);
        Ok(asn)
    }

    fn json_line(&mut self, line: &str) -> Result<Option<Asn>, Problem> {
        let read: JsonLine = serde_json::from_str(line).map_err(|_| Problem::Json)?;
        match read.asn {
            Some(asn) if read.kind != "Organization" => {
                let asn = match asn {
                    JsonAsn::Number(asn) => Asn(asn),
                    JsonAsn::Text(text) => text.parse().map_err(|_| Problem::Asn)?,
                };
                self.network(asn, read.organisation, read.changed).map(Some)
            }
            _ => {
                self.organisations.insert(read.organisation, read.name);
                Ok(None)
            }
        }
    }

    fn read_dump(source: impl BufRead, name: &str) -> Self {
        let mut read = Self::default();
        match serde_json::from_reader::<_, Dump>(source) {
            Ok(dump) => {
                let organisations = dump.org.data.into_iter();
                read.organisations =
                    organisations.map(|of| (format!("PDB-{}", of.id), of.name)).collect();
                let networks = dump.net.data.into_iter();
                read.networks =
                    networks.map(|net| (Asn(net.asn), format!("PDB-{}", net.org_id))).collect();
            }
            Err(error) => {
                let mut tally = Tally::default();
                tally.note(Problem::Json, error.line() as u64, "");
                read.gaps = tally.into_gaps(name);
            }
        }
        read
    }

    /// Adds another file; what is known of a network already stays.
    pub fn add(&mut self, right: Self) {
        for (asn, organisation) in right.networks {
            self.networks.entry(asn).or_insert(organisation);
        }
        for (id, name) in right.organisations {
            self.organisations.entry(id).or_insert(name);
        }
    }

    /// The number of networks whose organisation is known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.networks.len()
    }

    /// Returns true if no network's organisation is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.networks.is_empty()
    }

    /// The organisation of a network; its identifier stands for a name that is not there.
    #[must_use]
    pub fn of(&self, asn: Asn) -> Option<Organisation> {
        let id = self.networks.get(&asn)?;
        let name = self.organisations.get(id).filter(|name| !name.is_empty()).unwrap_or(id);
        Some(Organisation { id: id.clone(), name: name.clone() })
    }

    /// The networks of organisations that have several, each with the name of its organisation.
    ///
    /// Organisations of one name are kept apart by their identifiers.
    #[must_use]
    pub fn groups(&self) -> BTreeMap<Asn, String> {
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for id in self.networks.values() {
            *sizes.entry(id).or_default() += 1;
        }
        let mut named: BTreeMap<&str, usize> = BTreeMap::new();
        for id in sizes.keys() {
            *named.entry(self.organisations.get(*id).map_or(*id, String::as_str)).or_default() += 1;
        }
        let several = self.networks.iter().filter(|(_, id)| sizes[id.as_str()] > 1);
        let label = |id: &String| {
            let name = self.organisations.get(id).map_or(id.as_str(), String::as_str);
            if named[name] > 1 { format!("{name} ({id})") } else { name.to_owned() }
        };
        several.map(|(asn, id)| (*asn, label(id))).collect()
    }
}

/// Returns true for a day as the lines have it, or none.
fn is_day(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true if the first line is a whole object of CAIDA's JSON.
pub(crate) fn is_json_line(start: &[u8]) -> bool {
    let line = start.split(|byte| *byte == b'\n').next();
    line.is_some_and(|line| serde_json::from_slice::<JsonLine>(line).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# format:org_id|changed|org_name|country|source\nA-1|2014|Alpha|US|ARIN\nB-1|2014|Alpha|DE|RIPE\n# format:aut|changed|aut_name|org_id|opaque_id|source\n1|2014|ONE|A-1|x|ARIN\n2|2014|TWO|A-1|x|ARIN\n3|2014|THREE|B-1|x|RIPE\nodd\n";

    #[test]
    fn the_three_forms_say_the_same() {
        let json = "{\"type\":\"Organization\",\"organizationId\":\"A-1\",\"name\":\"Alpha\"}\n{\"type\":\"ASN\",\"asn\":\"1\",\"organizationId\":\"A-1\",\"name\":\"ONE\"}\n{\"type\":\"ASN\",\"asn\":2,\"organizationId\":\"A-1\"}\n";
        let dump = "{\"org\":{\"data\":[{\"id\":7,\"name\":\"Alpha\",\"x\":1}]},\"net\":{\"data\":[{\"asn\":1,\"org_id\":7},{\"asn\":2,\"org_id\":7}]}}";
        for (text, refused) in [(TEXT, 1), (json, 0), (dump, 0)] {
            let read = Organisations::read(text.as_bytes(), "file");
            assert_eq!(read.of(Asn(1)).unwrap().name, "Alpha", "{text}");
            assert_eq!(read.of(Asn(1)).unwrap().id, read.of(Asn(2)).unwrap().id);
            assert_eq!((read.of(Asn(9)), read.gaps.len()), (None, refused));
        }
    }

    #[test]
    fn the_newest_line_of_a_network_counts_and_what_cannot_be_told_is_named() {
        let organisations = "A-1|20240101|Alpha | One|US|ARIN\nB-1|20240101|Beta|DE|RIPE\n";
        for (lines, name, gaps) in [
            ("1|20240101|X|A-1||ARIN\n1|20200101|X|B-1||ARIN\n", "Alpha | One", 0),
            ("1|20200101|X|B-1||ARIN\n1|20240101|X|A-1||ARIN\n", "Alpha | One", 0),
            ("1|20240101|X|B-1||ARIN\n1|20240101|X|A-1||ARIN\n", "Beta", 1),
            ("1|20240101|X|B-1||ARIN\n1|20240101|X|B-1||ARIN\n", "Beta", 0),
            ("1|20240101|X|C-1||ARIN\n", "C-1", 1),
        ] {
            let text = format!("{organisations}{lines}");
            let read = Organisations::read(text.as_bytes(), "file");
            assert_eq!((read.of(Asn(1)).unwrap().name.as_str(), read.gaps.len()), (name, gaps));
        }
        let json = "{\"asn\":1,\"organizationId\":\"A\",\"changed\":\"20240101\"}\n{\"asn\":1,\"organizationId\":\"B\",\"changed\":\"20200101\"}\n{\"organizationId\":\"A\",\"name\":\"Alpha\"}\nnot \"JSON\"\n";
        let read = Organisations::read(json.as_bytes(), "file");
        assert_eq!(read.of(Asn(1)).unwrap().name, "Alpha");
        assert!(read.gaps[0].what.ends_with(": `not \"JSON\"`"), "{}", read.gaps[0].what);
    }

    #[test]
    fn organisations_of_one_name_are_two() {
        let mut read = Organisations::read(TEXT.as_bytes(), "file");
        assert_eq!(read.groups().len(), 2, "an organisation of one network is no group");
        read.add(Organisations::read("4|2014|FOUR|B-1|x|RIPE\n".as_bytes(), "file"));
        let groups = read.groups();
        assert_ne!(groups[&Asn(1)], groups[&Asn(3)]);
        assert_eq!(groups[&Asn(3)], groups[&Asn(4)]);
    }
}
