//! Responses by type, where EuRepoC's release codes them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use demarche_case::assessment::precedents::{EurepocCopy, TypeCount, TypeOf, TypeTable};

use super::eurepoc::Incident;

/// The columns of the release.
const COLUMNS: [(TypeOf, &str); 6] = [
    (TypeOf::Political, "political_response_type"),
    (TypeOf::PoliticalSub, "political_response_type_subcode"),
    (TypeOf::Legal, "legal_response_type"),
    (TypeOf::LegalSub, "legal_response_type_subcode"),
    (TypeOf::LegalIndicator, "legal_response_indicator"),
    (TypeOf::Breach, "IL_breach_indicator"),
];

/// Each type of each column; the dashboard's extracts have none.
pub(crate) fn tables(copy: EurepocCopy, incidents: &[Incident<'_>]) -> Vec<TypeTable> {
    if copy == EurepocCopy::Dashboard {
        return Vec::new();
    }
    let table = |(of, column): (TypeOf, &str)| {
        let cells = incidents.iter().filter_map(|incident| incident.cell(column));
        let types = cells.flat_map(|cell| cell.split(';')).map(str::trim);
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        // `N` stands for nothing.
        for name in types.filter(|name| !name.is_empty() && *name != "N") {
            *counts.entry(name).or_default() += 1;
        }
        let mut types: Vec<TypeCount> = counts
            .into_iter()
            .map(|(name, count)| TypeCount { name: name.to_owned(), count })
            .collect();
        types.sort_by_key(|kind| Reverse(kind.count));
        TypeTable { of, types }
    };
    COLUMNS.into_iter().map(table).filter(|table| !table.types.is_empty()).collect()
}
