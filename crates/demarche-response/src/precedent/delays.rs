//! Delays of attributions and responses, in days.

use demarche_case::assessment::precedents::{DateQuality, Delay, DelayOf};

use super::day::Day;
use super::eurepoc::Incident;
use super::statistics::{percentile, rate_of};

/// The dates of first attributions in the dashboard's extract.
const ATTRIBUTIONS: [(DelayOf, &str); 5] = [
    (DelayOf::ByIndustry, "industry_date"),
    (DelayOf::ByGovernment, "political_date"),
    (DelayOf::ByAttacker, "attacker_date"),
    (DelayOf::ByThirdParty, "third_party_date"),
    (DelayOf::ByOther, "other_date"),
];

/// The first attribution by each kind of author, from the cells of an incident.
pub(crate) fn first_attributions<'r>(rows: &[impl Fn(&str) -> Option<&'r str>]) -> Vec<Delay> {
    let delay = |(of, column): (DelayOf, &str)| {
        let days = rows
            .iter()
            .filter_map(|cell| Some((Day::read(cell("start_date")?)?, Day::read(cell(column)?)?)));
        let days: Vec<(Day, Day)> = days.collect();
        let known = days.iter().filter(|(start, end)| !start.is_year && !end.is_year);
        let took: Vec<i64> = known.map(|(start, end)| end.since(*start)).collect();
        (!days.is_empty()).then(|| delay(of, days.len() as u64, &took, false))
    };
    ATTRIBUTIONS.into_iter().filter_map(delay).collect()
}

/// Attribution and responses of the release.
pub(crate) fn responses(incidents: &[Incident<'_>]) -> Vec<Delay> {
    let first = |incident: &Incident<'_>, column: &str| incident.cell(column).and_then(Day::first);
    let start = |incident: &Incident<'_>| {
        Day::read(incident.cell("start_date")?).filter(|day| !day.is_year)
    };
    let attribution = |incident: &Incident<'_>| first(incident, "attribution_date");
    let political = |incident: &Incident<'_>| first(incident, "political_response_date");
    let legal = |incident: &Incident<'_>| first(incident, "legal_response_date");
    type Date<'a> = &'a dyn Fn(&Incident<'_>) -> Option<Day>;
    let wanted: [(DelayOf, Date<'_>, Date<'_>); 5] = [
        (DelayOf::FirstAttribution, &start, &attribution),
        (DelayOf::FirstPolitical, &start, &political),
        (DelayOf::FirstLegal, &start, &legal),
        (DelayOf::PoliticalAfterAttribution, &attribution, &political),
        (DelayOf::LegalAfterAttribution, &attribution, &legal),
    ];
    let delay = |(of, from, to): (DelayOf, Date<'_>, Date<'_>)| {
        let took = |incident: &Incident<'_>| Some(to(incident)?.since(from(incident)?));
        let took: Vec<i64> = incidents.iter().filter_map(took).collect();
        let keeps =
            matches!(of, DelayOf::PoliticalAfterAttribution | DelayOf::LegalAfterAttribution);
        (!took.is_empty()).then(|| delay(of, took.len() as u64, &took, keeps))
    };
    wanted.into_iter().filter_map(delay).collect()
}

/// Counts delays in days; those below zero are left out unless they are to be kept.
fn delay(of: DelayOf, dated: u64, took: &[i64], keeps_negative: bool) -> Delay {
    let mut counted: Vec<i64> =
        took.iter().copied().filter(|days| keeps_negative || *days >= 0).collect();
    let quantiles = [0.25, 0.5, 0.75, 0.9].map(|share| percentile(&mut counted, share));
    Delay {
        of,
        dated,
        negative: took.iter().filter(|days| **days < 0).count() as u64,
        counted: counted.len() as u64,
        days: match quantiles {
            [Some(quarter), Some(half), Some(three_quarters), Some(nine_tenths)] => {
                Some([quarter, half, three_quarters, nine_tenths])
            }
            _ => None,
        },
        within_a_month: rate_of(counted.iter().map(|days| *days <= 30)),
        within_a_year: rate_of(counted.iter().map(|days| *days <= 365)),
    }
}

/// Counts the dates of the release that are placeholders or contradict each other.
pub(crate) fn date_quality(incidents: &[Incident<'_>]) -> DateQuality {
    let mut quality = DateQuality::default();
    for incident in incidents {
        let day = |column| incident.cell(column).and_then(Day::read);
        let (start, end) = (day("start_date"), day("end_date"));
        quality.started += 1;
        quality.year_only += u64::from(start.is_some_and(|day| day.is_year));
        quality.first_of_month += u64::from(start.is_some_and(|day| day.is_first));
        let is_inverted = start.zip(end).is_some_and(|(start, end)| end < start);
        quality.end_before_start += u64::from(is_inverted);
        quality.end_year_only += u64::from(end.is_some_and(|day| day.is_year));
        let is_placeholder =
            incident.cell("attribution_date").is_some_and(|list| Day::first(list).is_none());
        quality.attribution_year_only += u64::from(is_placeholder);
    }
    quality
}
