//! The European Repository of Cyber Incidents, release 1.1: incidents, and who attributed them to whom; `dashboard` reads
//! the extracts of its dashboard.
//!
//! The release writes the first of January where it knows the year only, and the first of a month where it knows the
//! month only; both are read as what they are. An end before the beginning is no end.
//! That no response is coded means nothing for incidents before 2021: responses were not coded then.

pub mod dashboard;

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{
    Attribution, Catalogue, CitationId, PreviousAttack, Record, RecordId, Victim,
};
use demarche_case::{Moment, Sector};

use crate::citations::Citations;
use crate::countries;
use crate::import::{Imported, Provenance};
use crate::table::{self, Row, python_lists};
use crate::{Reason, Refused};

const LICENCE: &str = "Cite EuRepoC, Global Database 1.1 (eurepoc.eu; Zenodo 7848941); look up the record's own licence there before you pass it on.";

/// Columns that become something better than text, or repeat the table of attributions.
const READ: [&str; 18] = [
    "ID",
    "name",
    "description",
    "receiver_country",
    "receiver_region",
    "initiator_name",
    "initiator_country",
    "attribution_type",
    "attributing_actor",
    "attribution_it_company",
    "attributing_country",
    "attributed_initiator",
    "attributed_initiator_country",
    "attributed_initiator_category",
    "attributed_initiator_subcategory",
    "sources_attribution",
    "sources_url",
    "receiver_category_subcode",
];

/// The columns of the table of attributions that are read.
const ATTRIBUTIONS: [&str; 9] = [
    "incident_ID",
    "attribution_ID",
    "attribution_date",
    "attribution_basis",
    "attributing_actor",
    "attribution_it_company",
    "attributing_country",
    "attributed_initiator",
    "attributed_initiator_country",
];

/// Columns of which "Not available" is an answer and not a blank: coders looked, and could not tell.
const ANSWERED: [&str; 3] =
    ["legal_response_type", "legal_response_indicator", "IL_breach_indicator"];

/// Words that stand for nothing known.
const UNKNOWN: [&str; 3] = ["Unknown", "Not available", "Unknown - not attributed"];

/// Imports the table of incidents.
#[must_use]
pub fn incidents(bytes: &[u8], provenance: &Provenance) -> Imported {
    let further =
        ["start_date", "end_date", "incident_type", "receiver_category", "initiator_category"];
    let refused = table::lacking(bytes, READ.iter().chain(&further));
    let mut import = Import { refused, ..Import::default() };
    for row in table::rows(bytes) {
        import.row(row, Import::incident);
    }
    import.finish("eurepoc-1.1-global", provenance)
}

/// Imports the table of attributions.
#[must_use]
pub fn attributions(bytes: &[u8], provenance: &Provenance) -> Imported {
    let refused = table::lacking(bytes, &ATTRIBUTIONS);
    let mut import = Import { refused, ..Import::default() };
    for row in table::rows(bytes) {
        import.row(row, |import, row| import.attribution(&row));
    }
    import.finish("eurepoc-1.1-attributions", provenance)
}

/// A date as precisely as the release knows it.
pub(crate) fn coarse(text: &str) -> Option<Moment> {
    let day = text.get(..10)?;
    let known = match (day.get(5..7), day.get(8..10)) {
        (Some("01"), Some("01")) => day.get(..4)?,
        (_, Some("01")) => day.get(..7)?,
        _ => day,
    };
    day.parse::<Moment>().ok()?;
    known.parse().ok()
}

/// The date of a column; one that is in no form that is read costs itself alone.
pub(crate) fn dated(
    row: &Row,
    field: &'static str,
    id: &str,
    refused: &mut Vec<Refused>,
) -> Option<Moment> {
    row.get(field).and_then(known)?;
    table::date(row, field, coarse, id, refused)
}

fn known(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty() && !UNKNOWN.contains(&text)).then_some(text)
}

#[derive(Default)]
struct Import {
    part: Record,
    citations: Citations,
    refused: Vec<Refused>,
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
        let missing = |column| Refused::row(row.line, Reason::Missing(column));
        let id = row.get("ID").ok_or_else(|| missing("ID"))?.to_owned();
        let name = row.get("name").ok_or_else(|| missing("name"))?.to_owned();
        if self.places.contains_key(&id) {
            return Err(Refused::new(id, Reason::Repeated).named(name));
        }
        let began = dated(&row, "start_date", &id, &mut self.refused);
        let ended = dated(&row, "end_date", &id, &mut self.refused);
        let subcodes = row.get("receiver_category_subcode").map(str::to_owned);
        let (attributions, victims) = (initiators(&row), victims(&row));
        let citations = self.addresses(&row);
        let about = row.get("description").unwrap_or("").to_owned();
        let cells = ANSWERED.into_iter().filter_map(|name| Some((name, row.get(name)?)));
        let answered: Vec<(String, String)> =
            cells.map(|(name, cell)| (name.to_owned(), cell.to_owned())).collect();
        let mut coded = row.without(&READ);
        coded.extend(answered);
        for column in ["receiver_category", "receiver_name", "initiator_category"] {
            if let Some(list) = coded.get_mut(column) {
                *list = distinct(list);
            }
        }
        coded
            .extend(subcodes.map(|list| ("receiver_category_subcode".to_owned(), distinct(&list))));
        self.places.insert(id.clone(), self.part.attacks.len());
        self.part.attacks.push(PreviousAttack {
            id: RecordId::new(Catalogue::Eurepoc, id),
            name,
            synonyms: Vec::new(),
            began,
            ended: ended.filter(|end| began.is_none_or(|began| began <= *end)),
            victims,
            attributions,
            coded,
            about,
            citations,
        });
        Ok(())
    }

    fn addresses(&mut self, row: &Row) -> Vec<CitationId> {
        let lists =
            ["sources_url", "sources_attribution"].into_iter().filter_map(|name| row.get(name));
        let urls = lists.flat_map(python_lists).flatten().filter(|url| url.starts_with("http"));
        let found: BTreeSet<CitationId> =
            urls.map(|url| self.citations.of(&url, None, Some(&url))).collect();
        found.into_iter().collect()
    }

    fn attribution(&mut self, row: &Row) -> Result<(), Refused> {
        let incident = row.get("incident_ID");
        let incident = incident
            .ok_or_else(|| Refused::row(row.line, Reason::Missing("incident_ID")))?
            .to_owned();
        let cell = |column| row.get(column).and_then(known);
        let name = cell("attributed_initiator").map(str::to_owned);
        let state = cell("attributed_initiator_country").and_then(countries::named);
        if name.is_none() && state.is_none() {
            let number = row.get("attribution_ID").unwrap_or("without a number");
            let id = format!("{incident}, attribution {number}, line {}", row.line);
            return Err(Refused::new(id, Reason::NamesNobody));
        }
        let columns = ["attributing_actor", "attribution_it_company", "attributing_country"];
        let mut by: Vec<&str> = columns.into_iter().filter_map(cell).collect();
        by.extend(cell("attribution_basis"));
        let by = (!by.is_empty()).then(|| by.join("; "));
        let id = format!("{incident}, line {}", row.line);
        let claim = Attribution {
            actor: None,
            name,
            state,
            by,
            date: dated(row, "attribution_date", &id, &mut self.refused),
            citations: Vec::new(),
        };
        let index = *self.places.entry(incident.clone()).or_insert_with(|| {
            self.part.attacks.push(nameless(&incident));
            self.part.attacks.len() - 1
        });
        if let Some(attack) = self.part.attacks.get_mut(index)
            && !attack.attributions.contains(&claim)
        {
            attack.attributions.push(claim);
        }
        Ok(())
    }

    fn finish(mut self, name: &str, provenance: &Provenance) -> Imported {
        self.part.citations = self.citations.into_list();
        let mut imported =
            Imported { part: self.part, refused: self.refused, ..Imported::default() };
        let edition = provenance.edition(name.to_owned(), Catalogue::Eurepoc, LICENCE);
        imported.settle(edition);
        imported
    }
}

/// An incident of which only attributions are known; the table of incidents gives it its name.
fn nameless(id: &str) -> PreviousAttack {
    PreviousAttack {
        id: RecordId::new(Catalogue::Eurepoc, id),
        name: String::new(),
        synonyms: Vec::new(),
        began: None,
        ended: None,
        victims: Vec::new(),
        attributions: Vec::new(),
        coded: BTreeMap::new(),
        about: String::new(),
        citations: Vec::new(),
    }
}

/// The initiators that the release settles on, each once.
fn initiators(row: &Row) -> Vec<Attribution> {
    let list = |column| row.get(column).map_or_else(Vec::new, python_lists);
    let (names, states) = (list("initiator_name"), list("initiator_country"));
    // The two lists run side by side where both are there; names are often missing, states hardly ever.
    let is_parallel = names.len() == states.len();
    let mut claims: Vec<Attribution> = Vec::new();
    for index in 0..names.len().max(states.len()) {
        let text = |lists: &[Vec<String>]| {
            lists.get(index)?.first().and_then(|text| known(text)).map(str::to_owned)
        };
        let state = text(&states).and_then(|name| countries::named(&name));
        let name = text(&names).filter(|_| is_parallel || states.is_empty());
        if name.is_none() && state.is_none() {
            continue;
        }
        let by = Some("the coders of EuRepoC 1.1".to_owned());
        let claim = Attribution { actor: None, name, state, by, date: None, citations: Vec::new() };
        if !claims.contains(&claim) {
            claims.push(claim);
        }
    }
    claims
}

/// The victims: each receiver's country with each of its categories.
fn victims(row: &Row) -> Vec<Victim> {
    let list = |column| row.get(column).map_or_else(Vec::new, python_lists);
    let (states, kinds, subs) =
        (list("receiver_country"), list("receiver_category"), list("receiver_category_subcode"));
    let mut victims = BTreeSet::new();
    for (index, state) in states.iter().enumerate() {
        let country = state.first().and_then(|name| countries::named(name));
        let empty = Vec::new();
        let kinds = kinds.get(index).unwrap_or(&empty);
        for (kind_place, kind) in kinds.iter().enumerate() {
            let sub = subs.get(index).and_then(|subs| subs.get(kind_place));
            let sector = sector(kind, sub.map_or("", String::as_str));
            victims.insert(Victim { country, sector });
        }
        if kinds.is_empty() {
            victims.insert(Victim { country, sector: None });
        }
    }
    victims.remove(&Victim { country: None, sector: None });
    victims.into_iter().collect()
}

/// EuRepoC's categories of receivers, as sectors.
///
/// Source: EuRepoC codebook 1.1, variable "receiver category".
fn sector(kind: &str, sub: &str) -> Option<Sector> {
    Some(match kind {
        "State institutions / political system" if sub == "Military" => Sector::Military,
        "State institutions / political system" => Sector::Government,
        "Critical infrastructure" => Sector::CriticalInfrastructure,
        "Social groups" => Sector::CivilSociety,
        "Media" => Sector::Media,
        "Science" => Sector::Research,
        "End user(s) / specially protected groups" => Sector::People,
        "International / supranational organization" => Sector::International,
        "Other" => Sector::Other,
        _ if kind.starts_with("Corporate Targets") => Sector::Company,
        _ => return None,
    })
}

/// The distinct texts of a list, in order, with semicolons between them.
fn distinct(list: &str) -> String {
    let texts: BTreeSet<String> =
        python_lists(list).into_iter().flatten().filter(|text| !text.is_empty()).collect();
    texts.into_iter().collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_read_as_the_precision_they_stand_for() {
        for (text, expected) in [
            ("2014-01-01", Some("2014")),
            ("2014-09-01", Some("2014-09")),
            ("2014-11-24", Some("2014-11-24")),
            ("2014-01-02 00:00:00", Some("2014-01-02")),
            ("2014-13-01", None),
            ("2014", None),
            ("31/12/2014", None),
            ("é014-01-01", None),
        ] {
            assert_eq!(coarse(text).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
    }
}
