//! Slips of the case that its reader cannot see: designations that the record does not have, and dates yet to come.

use demarche_attribution::{Unlisted, unlisted};
use demarche_case::assessment::attribution::{AttributionCaveat, AttributionFindings};
use demarche_case::record::{Catalogue, Edition, Record};
use demarche_case::{Case, EvidenceId, Gap, GapKind, Moment, Shortfall};

/// A slip of the pen, as far as the record or the calendar shows it.
#[derive(Debug, thiserror::Error)]
enum Slip {
    #[error("no entry of the record has the number {0}")]
    Technique(Unlisted),
    #[error("no entry of the record has the name or number “{0}”")]
    Entry(Unlisted),
    #[error("`leave_out` names “{0}”, and no source or attack of the record has that name")]
    LeftOut(String),
    #[error("{key} {date} is in the future")]
    Future { key: &'static str, date: Moment },
}

impl Shortfall for Slip {
    fn kind(&self) -> GapKind {
        match self {
            Self::Technique(_) | Self::Entry(_) | Self::LeftOut(_) => GapKind::Unused,
            Self::Future { .. } => GapKind::Damaged,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Technique(_) | Self::Entry(_) => {
                "check it in the catalogue: a number may be mistyped or withdrawn, or its catalogue not be in the library"
            }
            Self::LeftOut(_) => {
                "write the name as the report lists it among the sources, or the entry's number"
            }
            Self::Future { .. } => {
                "correct the date: the latest day of a case decides which sources of the record count"
            }
        };
        Some(remedy.to_owned())
    }
}

/// Returns a gap for each designation of the case that no entry of the record has.
///
/// `findings` tell which names to be left out nothing has; a record without any catalogue of the library is not asked.
pub(crate) fn unknown_entries(
    case: &Case,
    record: &Record,
    findings: Option<&AttributionFindings>,
) -> Vec<Gap> {
    let entries = unlisted(case, record).into_iter().map(|(entry, items)| {
        let slip = match entry {
            Unlisted::Technique(_) => Slip::Technique(entry),
            Unlisted::Entry(_) => Slip::Entry(entry),
        };
        Gap::of("evidence.toml", &slip).at(named(&items)).times(items.len() as u64)
    });
    let is_library =
        |edition: &Edition| !matches!(edition.catalogue, Catalogue::Facts | Catalogue::Case);
    let has_library = record.editions.iter().any(is_library);
    let caveats = findings.into_iter().flat_map(|findings| &findings.caveats);
    let left_out = caveats.filter_map(|caveat| match caveat {
        AttributionCaveat::UnknownName { name } if has_library => {
            Some(Gap::of("case.toml", &Slip::LeftOut(name.clone())).at("[record]"))
        }
        _ => None,
    });
    entries.chain(left_out).collect()
}

/// The most items of evidence that the place of a gap names.
const NAMED: usize = 5;

/// The items of evidence by their names, as the place of a gap.
fn named(items: &[EvidenceId]) -> String {
    let names: Vec<String> = items.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    let named = names.join(", ");
    match items.len() - names.len() {
        0 => named,
        further => format!("{named} and {further} more"),
    }
}

/// Returns a gap for each date of what is said to have happened that is later than today.
///
/// One day of grace is given, since the day begins earlier elsewhere. A threat may be for a day to come.
pub(crate) fn future_dates(case: &Case, today: Moment) -> Vec<Gap> {
    let tomorrow = today.date().tomorrow().unwrap_or(today.date());
    let is_future = |date: &Moment| date.date() > tomorrow;
    let gap =
        |file: &str, key, date, place: String| Gap::of(file, &Slip::Future { key, date }).at(place);
    let observed = case.evidence.iter().filter_map(|item| {
        let date = item.observed.filter(is_future)?;
        Some(gap("evidence.toml", "`observed`", date, format!("`{}`", item.id)))
    });
    let of_case = [("`began`", case.began), ("`detected`", case.detected)];
    let of_case =
        of_case.into_iter().filter_map(|(key, date)| Some((key, date.filter(is_future)?)));
    let of_case = of_case.map(|(key, date)| Gap::of("case.toml", &Slip::Future { key, date }));
    let events = case.events.iter().map(|event| ("[[event]]", Some(event.date)));
    let effects = case.effects.iter().map(|effect| ("[[effect]]", effect.date));
    let claims = case.claims.iter().map(|claim| ("[[claim]]", claim.date));
    let parts = events.chain(effects).chain(claims);
    let parts = parts.filter_map(|(place, date)| Some((place, date.filter(is_future)?)));
    let parts = parts.map(|(place, date)| gap("case.toml", "`date`", date, place.to_owned()));
    observed.chain(of_case).chain(parts).collect()
}
