//! The Dyadic Cyber Incident and Campaign Data, release 2.0: incidents, and what both sides did around them.
//!
//! An incident has its initiator as a number of the Correlates of War; the victim is the other state of the dyad.
//! The sheet of campaigns numbers its incidents otherwise, so that it is joined to the incidents by dyad and name when
//! both are in a record; the dates of its response rows cannot be used.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{
    Attribution, Catalogue, CitationId, PreviousAttack, Record, RecordId, Victim,
};
use demarche_case::{Moment, Sector};

use crate::citations::Citations;
use crate::countries;
use crate::import::{Imported, Provenance};
use crate::table::{self, Row};
use crate::{Reason, Refused};

const LICENCE: &str = "No licence is stated; cite Maness, Valeriano, Hedgecock, Jensen and Macias (2022), Dyadic Cyber Incident and Campaign Data 2.0, and ask before you pass it on.";

/// Before the number of a row of the sheet of campaigns, whose numbers are not those of the incidents.
pub(crate) const CAMPAIGN: &str = "campaign-";

/// Columns with an address of a source.
const SOURCES: [&str; 8] =
    ["Sources1", "Sources2", "Sources3", "Sources4", "Sources5", "Justice", "Cert", "FBI"];

/// Columns that become something better than text.
const READ: [&str; 6] = [
    "Cyberincidentnum",
    "Name",
    "interactionstartdate",
    "interactionenddate",
    "Political Objective",
    "row",
];

/// Imports the sheet of incidents.
#[must_use]
pub fn incidents(bytes: &[u8], provenance: &Provenance) -> Imported {
    let mut import = Import::default();
    for row in table::rows(bytes) {
        import.row(row, Import::incident);
    }
    import.finish("dcid-2.0-incidents", provenance)
}

/// Imports the sheet of campaigns.
#[must_use]
pub fn campaigns(bytes: &[u8], provenance: &Provenance) -> Imported {
    let mut import = Import::default();
    for row in table::rows(bytes) {
        import.row(row, Import::campaign);
    }
    import.finish("dcid-2.0-campaigns", provenance)
}

#[derive(Default)]
struct Import {
    part: Record,
    citations: Citations,
    refused: Vec<Refused>,
    /// The place of each attack by its number.
    places: BTreeMap<String, usize>,
}

impl Import {
    fn row(
        &mut self,
        row: Result<Row, Refused>,
        read: impl FnOnce(&mut Self, Row) -> Result<(), Refused>,
    ) {
        let refused = row.and_then(|row| read(self, row)).err();
        self.refused.extend(refused);
    }

    fn incident(&mut self, row: Row) -> Result<(), Refused> {
        let number = number(&row)?;
        let name =
            row.get("Name").ok_or_else(|| Refused::new(&*number, Reason::Missing("Name")))?;
        let name = name.to_owned();
        if self.places.contains_key(&number) {
            return Err(Refused::new(number, Reason::Repeated).named(name));
        }
        let mut dated = |column| table::date(&row, column, read_date, &number, &mut self.refused);
        let (began, ended) = (dated("interactionstartdate"), dated("interactionenddate"));
        let addresses = SOURCES.iter().filter_map(|column| row.get(column));
        let citations: BTreeSet<CitationId> =
            addresses.map(|url| self.citations.of(url, None, Some(url))).collect();
        let citations: Vec<CitationId> = citations.into_iter().collect();
        let initiator = row.get("initiator").and_then(war_number);
        let attributions = initiator.map(|state| Attribution {
            actor: None,
            name: None,
            state: Some(state),
            by: Some("the coders of DCID 2.0".to_owned()),
            date: None,
            citations: citations.clone(),
        });
        let attack = PreviousAttack {
            id: RecordId::new(Catalogue::Dcid, number.as_str()),
            name,
            synonyms: Vec::new(),
            began,
            ended: ended.filter(|end| began.is_none_or(|began| began <= *end)),
            victims: victims(&row),
            attributions: attributions.into_iter().collect(),
            about: row.get("Political Objective").unwrap_or("").to_owned(),
            coded: row.without(&[&READ[..], &SOURCES[..]].concat()),
            citations,
        };
        self.places.insert(number, self.part.attacks.len());
        self.part.attacks.push(attack);
        Ok(())
    }

    /// One of the two rows of an incident; what each side did is kept under `initiator` and `response`.
    fn campaign(&mut self, row: Row) -> Result<(), Refused> {
        let number = number(&row)?;
        // Many rows of responses leave the name to the row of the initiator before them.
        let before = self.places.get(&number).and_then(|index| self.part.attacks.get(*index));
        let name = row.get("Name").or_else(|| before.map(|attack| attack.name.as_str()));
        let name = name.ok_or_else(|| Refused::new(&*number, Reason::Missing("Name")))?.to_owned();
        let side = match row.get("row") {
            Some(side @ ("initiator" | "response")) => side.to_owned(),
            _ => return Err(Refused::new(number, Reason::Missing("row")).named(name)),
        };
        let is_initiator = side == "initiator";
        // The dates of rows of responses are not used.
        let dated =
            || table::date(&row, "interactionstartdate", read_date, &number, &mut self.refused);
        let began = is_initiator.then(dated).flatten();
        let state = row.get("initiator").and_then(war_number);
        let victims = victims(&row);
        let index = *self.places.entry(number.clone()).or_insert_with(|| {
            self.part.attacks.push(PreviousAttack {
                id: RecordId::new(Catalogue::Dcid, format!("{CAMPAIGN}{number}")),
                name: name.clone(),
                synonyms: Vec::new(),
                began: None,
                ended: None,
                victims: Vec::new(),
                attributions: Vec::new(),
                coded: BTreeMap::new(),
                about: String::new(),
                citations: Vec::new(),
            });
            self.part.attacks.len() - 1
        });
        let Some(attack) = self.part.attacks.get_mut(index) else { return Ok(()) };
        let column = |name: &str| format!("{side}: {name}");
        if attack.coded.keys().any(|key| key.starts_with(&column(""))) {
            return Err(Refused::new(format!("{number}, {side}"), Reason::Repeated).named(name));
        }
        if is_initiator {
            attack.began = began;
            attack.victims = victims;
            attack.attributions.extend(state.map(|state| Attribution {
                actor: None,
                name: None,
                state: Some(state),
                by: Some("the coders of DCID 2.0".to_owned()),
                date: None,
                citations: Vec::new(),
            }));
        }
        // Nothing done is written as 0 in dozens of columns; a column that is not there says the same.
        let day = row.get("interactionstartdate").map(|day| (column("date"), day.to_owned()));
        attack.coded.extend(day);
        // The two sheets contradict each other on a few initiators, so that each keeps its own word.
        if is_initiator {
            let victim = attack.victims.first().and_then(|victim| victim.country);
            let states = [("initiator state", state), ("victim state", victim)];
            let states = states.into_iter().filter_map(|(name, state)| Some((name, state?)));
            attack.coded.extend(states.map(|(name, state)| (column(name), state.to_string())));
        }
        let cells = row.without(&READ).into_iter().filter(|(_, cell)| !is_nothing(cell));
        attack.coded.extend(cells.map(|(name, cell)| (column(&name), cell)));
        Ok(())
    }

    fn finish(mut self, name: &str, provenance: &Provenance) -> Imported {
        self.part.citations = self.citations.into_list();
        let mut imported =
            Imported { part: self.part, refused: self.refused, ..Imported::default() };
        let edition = provenance.edition(name.to_owned(), Catalogue::Dcid, LICENCE);
        imported.settle(edition);
        imported
    }
}

fn number(row: &Row) -> Result<String, Refused> {
    let missing = || Refused::row(row.line, Reason::Missing("Cyberincidentnum"));
    row.get("Cyberincidentnum").map(str::to_owned).ok_or_else(missing)
}

fn read_date(cell: &str) -> Option<Moment> {
    cell.parse().ok()
}

fn is_nothing(cell: &str) -> bool {
    !cell.is_empty() && cell.bytes().all(|byte| byte == b'0' || byte == b'.')
}

fn war_number(text: &str) -> Option<demarche_case::Country> {
    let integer = text.split('.').next()?;
    countries::of_war(integer.parse().ok()?)
}

/// The state of the dyad that did not begin it; both, where the one that did is neither of them.
fn victims(row: &Row) -> Vec<Victim> {
    let sector = sector(row);
    let initiator = row.get("initiator").and_then(war_number);
    let states: BTreeSet<_> = ["StateA", "StateB"]
        .iter()
        .filter_map(|column| row.get(column).and_then(countries::coded))
        .filter(|state| Some(*state) != initiator)
        .collect();
    states.into_iter().map(|state| Victim { country: Some(state), sector }).collect()
}

/// DCID's critical sectors (column `Crit Inf`) and types of target, as sectors.
///
/// Source: DCID 2.0 codebook, July 2022.
fn sector(row: &Row) -> Option<Sector> {
    if row.get("targettype") == Some("3") {
        return Some(Sector::Military);
    }
    Some(match row.get("Crit Inf")? {
        "1" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "10" | "12" | "14" | "15" | "16" => {
            Sector::CriticalInfrastructure
        }
        "2" | "13" => Sector::Company,
        "11" => Sector::Government,
        "17" => Sector::Other,
        _ => return None,
    })
}
