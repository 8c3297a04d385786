//! Designations of a case that no entry of the record has: a slip of the pen, or another record.
//!
//! Only what is given as an entry of the record is looked up: the number of a technique, and the values of `record`. The
//! name of a program in a case is not, since the program may be new.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use demarche_case::record::{Catalogue, Record};
use demarche_case::{Body, Case, EvidenceId, TechniqueId};

use crate::judge::Names;

/// A designation that an item of evidence gives and that no entry of the record has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unlisted {
    /// The number of a technique.
    Technique(TechniqueId),
    /// The name or number of an actor, of software or of an attack.
    Entry(String),
}

impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Technique(id) => id.fmt(f),
            Self::Entry(name) => f.write_str(name),
        }
    }
}

/// Returns the designations of the evidence that no entry of the record has, each with the items that give it.
///
/// A record without an edition of ATT&CK is not asked: the facts that ship with demarche name only a part of it.
#[must_use]
pub fn unlisted(case: &Case, record: &Record) -> BTreeMap<Unlisted, Vec<EvidenceId>> {
    if !record.editions.iter().any(|edition| edition.catalogue == Catalogue::Attack) {
        return BTreeMap::new();
    }
    let techniques: BTreeSet<TechniqueId> =
        record.techniques.iter().map(|entry| entry.id).collect();
    let names = Names::of(record);
    let is_entry = |name: &str| {
        let is_technique = name.parse().is_ok_and(|id: TechniqueId| techniques.contains(&id));
        let entries = [names.actors(name), names.software(name), names.attacks(name)];
        is_technique || entries.iter().any(|found| !found.is_empty())
    };
    let mut missing: BTreeMap<Unlisted, Vec<EvidenceId>> = BTreeMap::new();
    for item in &case.evidence {
        if let Body::Technique(behaviour) = &item.body
            && !techniques.contains(&behaviour.technique)
        {
            let number = Unlisted::Technique(behaviour.technique);
            missing.entry(number).or_default().push(item.id.clone());
        }
        for name in item.weighing.record.iter().filter(|name| !is_entry(name)) {
            missing.entry(Unlisted::Entry(name.clone())).or_default().push(item.id.clone());
        }
    }
    missing
}
