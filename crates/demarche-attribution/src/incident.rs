//! Attacks of the record whose actor is said to be known, as if they had just happened.
//!
//! A campaign is one where the record attributes it to one actor. A report is another: everything that one source says
//! one actor used, for such a report mostly tells of one operation. Both are what vendors claim, not what is true.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Moment;
use demarche_case::assessment::evaluation::Protocol;
use demarche_case::record::{CitationId, Record, RecordId, Used};

use crate::mask::Mask;

/// An attack whose actor is said to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The campaign's number, or the source's short name.
    pub name: String,
    /// Who is said to have done it.
    pub actor: RecordId,
    /// The techniques and software that were seen.
    pub used: BTreeSet<Used>,
    /// When the first source that tells of it appeared.
    pub date: Option<Moment>,
    /// The sources that tell of it.
    pub sources: BTreeSet<CitationId>,
    /// The attack of the record that it is, if it is one.
    pub attack: Option<RecordId>,
}

/// The fewest items of a campaign, and the fewest techniques of a report, that can be asked about.
const FEWEST: usize = 5;

impl Incident {
    /// What must be left out of the record when the incident is to be judged from the rest.
    #[must_use]
    pub fn mask(&self, protocol: Protocol) -> Mask {
        Mask::incident(protocol, &self.sources, self.attack.as_ref(), self.date)
    }
}

/// The attacks that are attributed to one actor and of which at least five items are known, by id.
#[must_use]
pub fn campaigns(record: &Record) -> Vec<Incident> {
    let mut used: BTreeMap<&RecordId, (BTreeSet<Used>, BTreeSet<CitationId>)> = BTreeMap::new();
    for claim in &record.uses {
        let (items, sources) = used.entry(&claim.user).or_default();
        items.insert(claim.used.clone());
        sources.extend(&claim.citations);
    }
    let incident = |attack: &demarche_case::record::PreviousAttack| {
        let (items, cited) = used.get(&attack.id)?;
        let actors: BTreeSet<&RecordId> =
            attack.attributions.iter().filter_map(|claim| claim.actor.as_ref()).collect();
        let actor = actors.first().filter(|_| actors.len() == 1 && items.len() >= FEWEST)?;
        let claimed = attack.attributions.iter().flat_map(|claim| &claim.citations);
        let sources: BTreeSet<CitationId> =
            attack.citations.iter().chain(claimed).chain(cited).copied().collect();
        Some(Incident {
            name: attack.id.id.clone(),
            actor: (*actor).clone(),
            used: items.clone(),
            date: sources.iter().filter_map(|source| date(record, *source)).min(),
            sources,
            attack: Some(attack.id.clone()),
        })
    };
    record.attacks.iter().filter_map(incident).collect()
}

/// The sources that tell of one actor alone and of at least five techniques of it, by actor and name.
#[must_use]
pub fn reports(record: &Record) -> Vec<Incident> {
    let actors: BTreeSet<&RecordId> = record.actors.iter().map(|actor| &actor.id).collect();
    let mut told: BTreeMap<CitationId, BTreeMap<&RecordId, BTreeSet<&Used>>> = BTreeMap::new();
    for entry in record.uses.iter().filter(|claim| actors.contains(&claim.user)) {
        for citation in &entry.citations {
            told.entry(*citation).or_default().entry(&entry.user).or_default().insert(&entry.used);
        }
    }
    let incident = |(source, of): (CitationId, BTreeMap<&RecordId, BTreeSet<&Used>>)| {
        let (actor, used) = of.first_key_value().filter(|_| of.len() == 1)?;
        let techniques = used.iter().filter(|used| matches!(used, Used::Technique(_))).count();
        let citation = record.citations.get(usize::try_from(source.0).ok()?)?;
        (techniques >= FEWEST).then(|| Incident {
            name: citation.name.clone(),
            actor: (*actor).clone(),
            used: used.iter().map(|used| (*used).clone()).collect(),
            date: citation.date,
            sources: BTreeSet::from([source]),
            attack: None,
        })
    };
    let mut reports: Vec<Incident> = told.into_iter().filter_map(incident).collect();
    reports.sort_by(|a, b| (&a.actor, &a.name).cmp(&(&b.actor, &b.name)));
    reports
}

fn date(record: &Record, source: CitationId) -> Option<Moment> {
    record.citations.get(usize::try_from(source.0).ok()?)?.date
}

/// Those of the incidents that a list names, and the lines that name none.
///
/// A line is `group|name of the report`, or a campaign's number followed by a tab and whatever else; empty lines and
/// those that begin with `#` say nothing.
#[must_use]
pub fn listed(incidents: Vec<Incident>, list: &str) -> (Vec<Incident>, Vec<String>) {
    let mut wanted: BTreeMap<(String, String), &str> = BTreeMap::new();
    for line in list.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (group, name) =
            line.split_once('|').unwrap_or_else(|| ("", line.split('\t').next().unwrap_or(line)));
        wanted.insert((group.trim().to_owned(), name.trim().to_owned()), line);
    }
    let mut is_wanted = |incident: &Incident| {
        let group = if incident.attack.is_some() { "" } else { &incident.actor.id };
        wanted.remove(&(group.to_owned(), incident.name.trim().to_owned())).is_some()
    };
    let found = incidents.into_iter().filter(|incident| is_wanted(incident)).collect();
    (found, wanted.into_values().map(str::to_owned).collect())
}
