//! The reference data that others publish: addresses by name and date, with licence, size and purpose.
//!
//! Pure: a question ([`Ask`]) becomes a list of files and the addresses at which each may be found.
//! Nothing here reaches the network; that is the binary's part.
//! Every address and file name is put together from checked pieces ([`Collector`], [`Release`], calendar days), so that no input leads out of the folder or to another host.

mod answer;
mod archive;
mod ask;
mod attacks;
mod dataset;
mod day;
mod delegations;
mod topology;

pub use answer::{
    CatalogueAnswer, Download, Downloads, FetchAnswer, Fetched, Listed, PlanAnswer, Planned, State,
};
pub use ask::{Ask, AskError, Collector, CollectorError, Release, ReleaseError};
pub use dataset::{Checked, Choice, Dataset, Published, Purpose, Wanted};

/// All sets of reference data, previous attacks first.
#[must_use]
pub fn datasets() -> Vec<Dataset> {
    [attacks::DATASETS, topology::DATASETS, archive::DATASETS, delegations::DATASETS].concat()
}

/// Names that stand for several sets.
pub const GROUPS: [(&str, &[&str]); 2] = [
    (
        "attacks",
        &["attack-enterprise", "attack-ics", "misp-threat-actor", "misp-malpedia", "eurepoc"],
    ),
    (
        "routes",
        &[
            "caida-as-rel",
            "caida-prefix2as",
            "as-names",
            "delegated-afrinic",
            "delegated-apnic",
            "delegated-arin",
            "delegated-lacnic",
            "delegated-ripencc",
            "routeviews-rib",
        ],
    ),
];

/// The sets that a name or the name of a group stands for; `None` for an unknown name.
#[must_use]
pub fn named(name: &str) -> Option<Vec<Dataset>> {
    let names = GROUPS.iter().find(|(group, _)| *group == name).map(|(_, names)| *names);
    let all = datasets();
    let wanted = names.unwrap_or(std::slice::from_ref(&name));
    let found: Vec<Dataset> = wanted
        .iter()
        .filter_map(|name| all.iter().find(|set| set.name == *name))
        .copied()
        .collect();
    (!found.is_empty()).then_some(found)
}

impl Default for CatalogueAnswer {
    /// Returns all sets and groups.
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            sets: datasets().iter().map(Listed::from).collect(),
            groups: GROUPS.iter().map(|(group, sets)| ((*group).to_owned(), names(sets))).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn ask(at: &str) -> Ask {
        Ask { at: Some(at.parse().unwrap()), ..Ask::default() }
    }

    #[test]
    fn names_are_unique_and_groups_hold_known_names() {
        let all = datasets();
        let names: BTreeSet<_> = all.iter().map(|set| set.name).collect();
        assert_eq!(names.len(), all.len());
        for (group, members) in GROUPS {
            assert!(!names.contains(group));
            assert_eq!(named(group).unwrap().len(), members.len(), "{group}");
        }
        assert!(named("nothing").is_none());
    }

    #[test]
    fn every_address_is_https_and_every_file_stays_in_the_folder() {
        for date in ["2014-12-22", "2014-12-22T16:15Z", "2024-02-29T23:59Z", "2009-01-01"] {
            for set in datasets() {
                let Ok(wanted) = set.locate(&ask(date)) else { continue };
                assert!(!wanted.is_empty(), "{}", set.name);
                for choice in wanted.iter().flat_map(|wanted| &wanted.choices) {
                    assert!(choice.url.starts_with("https://"), "{}", choice.url);
                    let is_plain = |piece: &str| {
                        !piece.is_empty()
                            && !piece.starts_with('.')
                            && piece
                                .bytes()
                                .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
                    };
                    assert!(choice.file.split('/').all(is_plain), "{}", choice.file);
                }
            }
        }
    }

    #[test]
    fn no_two_files_of_one_question_share_a_name() {
        let mut seen = BTreeSet::new();
        for set in datasets() {
            for wanted in set.locate(&ask("2016-05-05T10:00Z")).unwrap() {
                let files: BTreeSet<_> =
                    wanted.choices.into_iter().map(|choice| choice.file).collect();
                for file in files {
                    assert!(seen.insert(file.clone()), "{file}");
                }
            }
        }
    }

    #[test]
    fn each_set_has_terms_an_example_and_room_to_grow() {
        for set in datasets() {
            assert!(!set.licence.is_empty() && !set.about.is_empty(), "{}", set.name);
            assert!(set.limit >= 4 * set.usual, "{}", set.name);
            assert!(set.example().starts_with("https://"), "{}", set.name);
        }
    }
}
