use std::collections::BTreeMap;

use demarche_terms::Gap;

/// The failures of a reader, each kind once, with its first place and its count.
#[derive(Debug, Default)]
pub(crate) struct Gaps(BTreeMap<&'static str, Met>);

#[derive(Debug)]
struct Met {
    place: String,
    count: u64,
}

impl Gaps {
    /// Notes what was met and where.
    pub(crate) fn note(&mut self, what: &'static str, place: impl FnOnce() -> String) {
        let met = || Met { place: place(), count: 0 };
        let met = self.0.entry(what).or_insert_with(met);
        met.count = met.count.saturating_add(1);
    }

    /// The gaps, ordered by what was met. Their source is empty: the caller knows the file's name.
    pub(crate) fn finish(self) -> Vec<Gap> {
        let gap = |(reason, met): (&str, Met)| Gap {
            place: (!met.place.is_empty()).then_some(met.place),
            count: met.count,
            ..Gap::new("", reason)
        };
        self.0.into_iter().map(gap).collect()
    }
}
