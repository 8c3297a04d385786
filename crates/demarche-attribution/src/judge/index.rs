//! The record by what is asked of it while a case is judged.

use std::collections::BTreeMap;

use demarche_case::record::{PreviousAttack, Record, RecordId, SoftwareEntry, Use, Used};

/// Entries of a record by identifier, and uses by what was used.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    attacks: BTreeMap<&'a RecordId, &'a PreviousAttack>,
    software: BTreeMap<&'a RecordId, &'a SoftwareEntry>,
    /// The uses, in the order of what was used.
    uses: Vec<&'a Use>,
}

impl<'a> Index<'a> {
    pub(crate) fn of(record: &'a Record) -> Self {
        let mut uses: Vec<&Use> = record.uses.iter().collect();
        uses.sort_by(|a, b| a.used.cmp(&b.used));
        Self {
            attacks: record.attacks.iter().map(|one| (&one.id, one)).collect(),
            software: record.software.iter().map(|one| (&one.id, one)).collect(),
            uses,
        }
    }

    pub(crate) fn attack(&self, id: &RecordId) -> Option<&'a PreviousAttack> {
        self.attacks.get(id).copied()
    }

    pub(crate) fn software(&self, id: &RecordId) -> Option<&'a SoftwareEntry> {
        self.software.get(id).copied()
    }

    /// Who is said to have used it.
    pub(crate) fn uses(&self, used: &Used) -> impl Iterator<Item = &'a Use> {
        let first = self.uses.partition_point(|one| one.used < *used);
        let rest = self.uses.iter().skip(first).copied();
        let used = used.clone();
        rest.take_while(move |one| one.used == used)
    }
}
