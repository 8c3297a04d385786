//! EuRepoC's incidents as both copies code them: release 1.1, and the extracts of the dashboard.
//!
//! Both hold the same incidents, joined in the record by their number, and code them at different times. They are
//! therefore counted apart, each by its own columns alone.

use std::collections::BTreeMap;

use demarche_case::Country;
use demarche_case::assessment::precedents::{EurepocCopy, UNCODED_BEFORE};
use demarche_case::record::{Catalogue, PreviousAttack};

/// The column, ours, for the initiator's country as a code.
const STATE: &str = "initiator_country (ISO 3166)";

/// An incident as one copy codes it.
#[derive(Clone, Debug)]
pub(crate) struct Incident<'r> {
    /// The columns of the record, those of both copies.
    coded: &'r BTreeMap<String, String>,
    copy: EurepocCopy,
    /// The year in which it began, where that is known.
    pub(crate) year: Option<i16>,
    /// The weighted intensity, 0 to 15.
    pub(crate) intensity: Option<f64>,
    /// True if there was a political response.
    pub(crate) political: bool,
    /// True if there was a legal response.
    pub(crate) legal: bool,
}

impl<'r> Incident<'r> {
    pub(crate) fn read(attack: &'r PreviousAttack, copy: EurepocCopy) -> Option<Self> {
        if attack.id.catalogue != Catalogue::Eurepoc {
            return None;
        }
        let (political, legal) = match copy {
            EurepocCopy::Dashboard => ("political_response", "legal_response"),
            EurepocCopy::Release => ("number_of_political_responses", "number_of_legal_responses"),
        };
        let incident = Self {
            coded: &attack.coded,
            copy,
            year: None,
            intensity: None,
            political: false,
            legal: false,
        };
        let count = |column| incident.cell(column)?.parse::<f64>().ok();
        let (political, legal) = (count(political), count(legal));
        political.or(legal)?;
        let intensity =
            incident.cell("weighted_cyber_intensity").and_then(|cell| cell.parse().ok());
        let year = incident.cell("start_date").and_then(|date| date.get(..4)?.parse().ok());
        // The release's tables are of incidents with a start; the dashboard's hold those without one too.
        if copy == EurepocCopy::Release && year.is_none() {
            return None;
        }
        let is_some = |count: Option<f64>| count.is_some_and(|count| count > 0.0);
        let (political, legal) = (is_some(political), is_some(legal));
        Some(Self { year, intensity, political, legal, ..incident })
    }

    /// A cell of this copy.
    pub(crate) fn cell(&self, column: &str) -> Option<&'r str> {
        cell(self.coded, self.copy, column)
    }

    /// Returns true if the incident began before responses were coded, or at an unknown time.
    pub(crate) fn is_uncoded(&self) -> bool {
        self.year.is_none_or(|year| year < UNCODED_BEFORE)
    }

    /// The state of the initiator, where it is one.
    pub(crate) fn state(&self) -> Option<Country> {
        self.cell(STATE)?.parse().ok()
    }
}

/// A cell of one copy of an incident.
pub(crate) fn cell<'r>(
    coded: &'r BTreeMap<String, String>,
    copy: EurepocCopy,
    column: &str,
) -> Option<&'r str> {
    match copy {
        EurepocCopy::Dashboard => coded.get(&format!("dashboard: {column}")),
        EurepocCopy::Release => coded.get(column),
    }
    .map(String::as_str)
}
