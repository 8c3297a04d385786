//! Extracts of EuRepoC's dashboard: responses, first attributions by whom, and initiators.
//!
//! An extract has one row for each combination of an incident's receivers, initiators and types, so that rows are
//! grouped by incident before anything is counted. What is said of an incident as a whole must be the same in all its
//! rows; a row that says otherwise is refused.
//!
//! The incidents keep the numbers of the release, so that those of release 1.1 and of an extract are one entry of the
//! record and are never counted twice. What an extract says is kept in columns that begin with `dashboard: `.
//! It makes no claim of attribution and names no victim: extracts give no sources, and the judgement of who did it was
//! measured on the release.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Catalogue, PreviousAttack, Record};

use super::{coarse, dated, nameless};
use crate::countries;
use crate::import::{Imported, Provenance};
use crate::refused::{Malformed, Reason, Refused};
use crate::table::{self, Row};

const LICENCE: &str = "Cite EuRepoC (eurepoc.eu), extract of its dashboard; look up its terms there before you pass it on.";

/// Before the name of each column of an extract.
const PREFIX: &str = "dashboard: ";

/// The column, ours, for the initiator's country as a code.
const STATE: &str = "initiator_country (ISO 3166)";

/// One extract: the columns that describe an incident as a whole, and those that vary by row.
struct Extract {
    name: &'static str,
    /// Columns whose cells must agree in all rows of an incident.
    agreed: &'static [&'static str],
    /// Those of them that must be there and be a whole number.
    numbers: &'static [&'static str],
    /// Columns of which the first cell that is not empty counts.
    first: &'static [&'static str],
    /// Columns of which each distinct cell counts.
    collected: &'static [&'static str],
}

/// Imports the extract of responses.
#[must_use]
pub fn responses(bytes: &[u8], provenance: &Provenance) -> Imported {
    import(
        bytes,
        provenance,
        &Extract {
            name: "responses",
            agreed: &[
                "start_date",
                "political_response",
                "legal_response",
                "weighted_cyber_intensity",
            ],
            numbers: &["political_response", "legal_response"],
            first: &["initiator_country"],
            collected: &["receiver_country"],
        },
    )
}

/// Imports the extract of the first attribution by industry, the receiver's government, the attacker and others.
#[must_use]
pub fn attribution_delays(bytes: &[u8], provenance: &Provenance) -> Imported {
    import(
        bytes,
        provenance,
        &Extract {
            name: "attribution-delays",
            agreed: &[
                "start_date",
                "industry_date",
                "political_date",
                "attacker_date",
                "third_party_date",
                "other_date",
            ],
            numbers: &[],
            first: &[],
            collected: &[],
        },
    )
}

/// Imports the extract of initiators.
#[must_use]
pub fn initiators(bytes: &[u8], provenance: &Provenance) -> Imported {
    import(
        bytes,
        provenance,
        &Extract {
            name: "initiators",
            agreed: &["start_date"],
            numbers: &[],
            first: &[],
            collected: &["initiator_category"],
        },
    )
}

/// The statements that the rows of one incident make together.
#[derive(Default)]
struct Incident {
    agreed: BTreeMap<&'static str, String>,
    collected: BTreeMap<&'static str, BTreeSet<String>>,
}

fn import(bytes: &[u8], provenance: &Provenance, extract: &Extract) -> Imported {
    let mut incidents: BTreeMap<String, Incident> = BTreeMap::new();
    let columns = [extract.agreed, extract.first, extract.collected].concat();
    let mut refused = table::lacking(bytes, &columns);
    for row in table::rows(bytes) {
        let outcome = read(row, extract, &mut incidents, &mut refused);
        refused.extend(outcome.err());
    }
    let attacks = incidents.into_iter().map(|(id, incident)| attack(&id, incident)).collect();
    let part = Record { attacks, ..Record::default() };
    let mut imported = Imported { part, refused, ..Imported::default() };
    let day = provenance.date.map_or_else(|| "undated".to_owned(), |day| day.to_string());
    let edition = provenance.edition(
        format!("eurepoc-dashboard-{}-{day}", extract.name),
        Catalogue::Eurepoc,
        LICENCE,
    );
    imported.settle(edition);
    imported
}

fn read(
    row: Result<Row, Refused>,
    extract: &Extract,
    incidents: &mut BTreeMap<String, Incident>,
    refused: &mut Vec<Refused>,
) -> Result<(), Refused> {
    let row = row?;
    let id = row.get("ID").ok_or_else(|| Refused::row(row.line, Reason::Missing("ID")))?;
    let refuse = |fault| Refused::new(format!("{id}, line {}", row.line), fault);
    for column in extract.numbers {
        let cell = row.get(column).ok_or_else(|| refuse(Malformed::Empty(column)))?;
        cell.parse::<u32>().map_err(|_| refuse(Malformed::Number(column)))?;
    }
    let cells = |columns: &'static [&'static str]| {
        columns.iter().filter_map(|column| Some((*column, row.get(column)?.to_owned())))
    };
    let stated: BTreeMap<_, _> = cells(extract.agreed).collect();
    if let Some(known) = incidents.get(id) {
        let differs =
            extract.agreed.iter().find(|column| known.agreed.get(*column) != stated.get(*column));
        if let Some(column) = differs {
            return Err(refuse(Malformed::Differs(column)));
        }
    }
    if !incidents.contains_key(id) {
        dated(&row, "start_date", id, refused);
    }
    let incident = incidents.entry(id.to_owned()).or_default();
    for (column, cell) in stated.into_iter().chain(cells(extract.first)) {
        incident.agreed.entry(column).or_insert(cell);
    }
    for (column, cell) in cells(extract.collected) {
        incident.collected.entry(column).or_default().insert(cell);
    }
    Ok(())
}

fn attack(id: &str, incident: Incident) -> PreviousAttack {
    let collected = incident
        .collected
        .into_iter()
        .map(|(column, cells)| (column, cells.into_iter().collect::<Vec<_>>().join("; ")));
    let began = incident.agreed.get("start_date").and_then(|date| coarse(date));
    let state = incident.agreed.get("initiator_country").and_then(|name| countries::named(name));
    let columns = incident.agreed.into_iter().chain(collected);
    let coded = columns.map(|(column, cell)| (format!("{PREFIX}{column}"), cell));
    let state = state.map(|state| (format!("{PREFIX}{STATE}"), state.to_string()));
    PreviousAttack { began, coded: coded.chain(state).collect(), ..nameless(id) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use demarche_case::Sha256;

    const HEAD: &str = "ID,political_response,legal_response,weighted_cyber_intensity,response,start_date,year,month,receiver_country,initiator_country,incident_type,receiver_region\n";

    fn imported(rows: &str) -> Imported {
        let provenance =
            Provenance { origin: "test".into(), date: None, sha256: Sha256::default() };
        responses(format!("{HEAD}{rows}").as_bytes(), &provenance)
    }

    #[test]
    fn the_rows_of_an_incident_are_one() {
        let imported = imported(
            "7,1,0,3,1,2022-01-01,2022.0,1.0,Chad,,x,y\n7,1,0,3,1,2022-01-01,2022.0,1.0,Togo,Russia,x,y\n",
        );
        assert_eq!(imported.refused, []);
        let [attack] = imported.part.attacks.as_slice() else { panic!("{imported:?}") };
        assert_eq!(attack.coded["dashboard: political_response"], "1");
        assert_eq!(attack.coded["dashboard: initiator_country"], "Russia");
        assert_eq!(attack.coded["dashboard: initiator_country (ISO 3166)"], "RU");
        assert_eq!(attack.coded["dashboard: receiver_country"], "Chad; Togo");
        assert_eq!(attack.began.unwrap().to_string(), "2022");
        assert!(attack.attributions.is_empty() && attack.victims.is_empty());
        assert_eq!(imported.part.editions[0].name, "eurepoc-dashboard-responses-undated");
    }

    #[test]
    fn a_row_that_contradicts_its_incident_is_refused() {
        let imported = imported(
            "7,1,0,3,1,,,,,,x,y\n7,0,0,3,1,,,,,,x,y\n,0,0,3,1,,,,,,x,y\n8,no,0,3,1,,,,,,x,y\n9,,0,3,1,,,,,,x,y\n",
        );
        assert_eq!(imported.part.attacks.len(), 1);
        assert_eq!(imported.refused.len(), 4, "{:?}", imported.refused);
        assert_eq!(imported.part.editions[0].refused, 4);
    }
}
