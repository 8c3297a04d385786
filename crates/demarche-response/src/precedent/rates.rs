//! Shares of EuRepoC's incidents with a public response, in groups of incidents.

use std::collections::BTreeMap;

use demarche_case::assessment::precedents::{
    EurepocCopy, PrecedentQuestion, RateBy, RateRow, RateTable,
};

use super::eurepoc::Incident;
use super::statistics::rate_of;

/// The first year of the tables that leave out the years in which coding began.
const RECENT: i16 = 2022;

/// States that are shown beside the one that was asked about.
const STATES: usize = 9;

/// Upper ends of the bands of weighted intensity but for the last, with their names.
const BANDS: [(f64, &str); 4] = [(1.0, "0-1"), (2.0, "2"), (3.0, "3"), (4.0, "4")];

/// Last years of the groups of years, with their names.
const ERAS: [(i16, &str); 5] = [
    (1999, "before 2000"),
    (2009, "2000-09"),
    (2014, "2010-14"),
    (2019, "2015-19"),
    (2021, "2020-21"),
];

/// A group in its order, and its words.
type Group = Option<(Vec<usize>, Vec<String>)>;

/// Every table that a copy can answer.
pub(crate) fn tables(
    copy: EurepocCopy,
    incidents: &[Incident<'_>],
    question: &PrecedentQuestion,
) -> Vec<RateTable> {
    let has = |column: &str| incidents.iter().any(|incident| incident.cell(column).is_some());
    let knows_initiators = has("initiator_category");
    let mut wanted =
        vec![(RateBy::Intensity, None), (RateBy::Intensity, Some(RECENT)), (RateBy::Era, None)];
    if knows_initiators {
        wanted.extend([
            (RateBy::Initiator, None),
            (RateBy::InitiatorAndIntensity, None),
            (RateBy::InitiatorAndIntensity, Some(RECENT)),
        ]);
    }
    match copy {
        EurepocCopy::Dashboard => wanted.push((RateBy::Country, None)),
        EurepocCopy::Release if has("attribution_basis") => {
            wanted.push((RateBy::GovernmentAttribution, None));
        }
        EurepocCopy::Release => {}
    }
    let tables = wanted.into_iter().map(|(by, from)| table(by, from, incidents, question));
    tables.filter(|table| !table.rows.is_empty()).collect()
}

fn table(
    by: RateBy,
    from: Option<i16>,
    incidents: &[Incident<'_>],
    question: &PrecedentQuestion,
) -> RateTable {
    let mut groups: BTreeMap<(Vec<usize>, Vec<String>), Vec<&Incident<'_>>> = BTreeMap::new();
    let counted = |incident: &&Incident<'_>| {
        from.is_none_or(|from| incident.year.is_some_and(|year| year >= from))
    };
    for incident in incidents.iter().filter(counted) {
        if let Some(group) = group(by, incident) {
            groups.entry(group).or_default().push(incident);
        }
    }
    let mut rows: Vec<RateRow> = groups
        .into_iter()
        .map(|((_, words), members)| row(by, words, &members, question))
        .collect();
    if by == RateBy::Country {
        rows = most_frequent(rows);
    }
    RateTable { by, from, rows }
}

fn group(by: RateBy, incident: &Incident<'_>) -> Group {
    let of_one = |index: usize, word: &str| (vec![index], vec![word.to_owned()]);
    Some(match by {
        RateBy::Intensity => {
            let (index, word) = band(incident.intensity?)?;
            of_one(index, word)
        }
        RateBy::Initiator => of_one(0, initiator(incident)),
        RateBy::InitiatorAndIntensity => {
            let (index, word) = band(incident.intensity?)?;
            let kind = initiator(incident);
            let order = KINDS.iter().position(|listed| *listed == kind)?;
            (vec![order, index], vec![kind.to_owned(), word.to_owned()])
        }
        RateBy::Country => of_one(0, &country(incident)?),
        RateBy::Era => {
            let year = incident.year?;
            match ERAS.iter().position(|(last, _)| year <= *last) {
                Some(index) => of_one(index, ERAS[index].1),
                None => (vec![ERAS.len()], vec![year.to_string()]),
            }
        }
        RateBy::GovernmentAttribution => {
            let basis = incident.cell("attribution_basis");
            let is_attributed = basis.is_some_and(|basis| basis.contains("receiver government"));
            of_one(
                usize::from(is_attributed),
                if is_attributed { "attributed" } else { "not attributed" },
            )
        }
    })
}

/// The band of a weighted intensity of at most 20.
fn band(intensity: f64) -> Option<(usize, &'static str)> {
    if !(0.0..=20.0).contains(&intensity) {
        return None;
    }
    let band = BANDS.iter().position(|(end, _)| intensity <= *end);
    Some(band.map_or((BANDS.len(), "5+"), |index| (index, BANDS[index].1)))
}

/// Kinds of initiators, in order.
const KINDS: [&str; 4] =
    ["Non-state", "State", "State-affiliated (suggested)", "Unknown / not available"];

/// The kind of an incident's initiators: a state if any of them is one.
fn initiator(incident: &Incident<'_>) -> &'static str {
    let kinds =
        || incident.cell("initiator_category").into_iter().flat_map(|kinds| kinds.split("; "));
    let [non_state, state, affiliated, unknown] = KINDS;
    if kinds().any(|kind| kind == "State") {
        state
    } else if kinds().any(|kind| kind.contains("affiliation")) {
        affiliated
    } else if kinds().any(|kind| kind == "Non-state-group" || kind.starts_with("Individual")) {
        non_state
    } else {
        unknown
    }
}

/// The name of the initiator's state, or the catalogue's own word where it is none.
fn country(incident: &Incident<'_>) -> Option<String> {
    let named = incident.state().and_then(|state| state.name());
    named.or_else(|| incident.cell("initiator_country")).map(str::to_owned)
}

fn row(
    by: RateBy,
    group: Vec<String>,
    members: &[&Incident<'_>],
    question: &PrecedentQuestion,
) -> RateRow {
    let intensity = question.intensity.and_then(|intensity| band(f64::from(intensity)));
    let is_asked = match by {
        RateBy::Intensity => intensity.is_some_and(|(_, word)| group[0] == word),
        RateBy::Country => {
            members.iter().any(|incident| incident.state() == Some(question.initiator))
        }
        _ => false,
    };
    RateRow {
        group,
        is_asked,
        uncoded: members.iter().filter(|incident| incident.is_uncoded()).count() as u64,
        political: rate_of(members.iter().map(|incident| incident.political)),
        legal: rate_of(members.iter().map(|incident| incident.legal)),
        any: rate_of(members.iter().map(|incident| incident.political || incident.legal)),
    }
}

/// The rows of the most incidents and the one that was asked about, in their order.
fn most_frequent(rows: Vec<RateRow>) -> Vec<RateRow> {
    let mut counts: Vec<u64> = rows.iter().map(|row| row.any.all).collect();
    counts.sort_unstable_by(|left, right| right.cmp(left));
    let minimum = counts.get(STATES - 1);
    let is_frequent = |row: &RateRow| minimum.is_none_or(|minimum| row.any.all >= *minimum);
    rows.into_iter().filter(|row| is_frequent(row) || row.is_asked).collect()
}
