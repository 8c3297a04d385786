//! Where others publish the reference data: addresses by name and date, with licence, size and purpose.
//!
//! Pure: a question ([`Ask`]) becomes a list of files and the addresses at which each may be found.
//! Nothing here reaches the network; that is the binary's part.
//! Every address and file name is put together from checked pieces ([`Collector`], [`Release`], calendar days), so that no input leads out of the folder or to another host.

mod answer;
mod archive;
mod ask;
mod attacks;
mod day;
mod delegations;
mod topology;

pub use answer::{
    CatalogueAnswer, Download, Downloads, FetchAnswer, Fetched, Listed, PlanAnswer, Planned, State,
};
pub use ask::{Ask, AskError, Collector, CollectorError, Release, ReleaseError};
use demarche_case::Moment;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const MB: u64 = 1_000_000;

/// What a set of reference data is used for once it is here.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Previous attacks and actors: added to the library.
    Attacks,
    /// Routing tables and registers of networks: read with `--routes`.
    Routes,
    /// Not readable as published: somebody has to export it first.
    ByHand,
}

/// How a set of reference data is published.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Published {
    /// As it is today only.
    Latest,
    /// In numbered releases.
    Release,
    /// One file that does not change any more.
    Once,
    /// One file for each month.
    Month,
    /// One file for each day, and the latest.
    Day,
    /// A routing table every few hours.
    Tables,
    /// Updates, a file for every few minutes.
    Updates,
}

/// How the addresses of a set were checked; none was called when this list was written.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Checked {
    /// Seen in the publisher's own documentation, index or repository.
    Publisher,
    /// Seen in programs of others that download it.
    Others,
    /// Partly put together by analogy: may need correction.
    Partly,
}

/// A set of reference data that others publish.
#[derive(Clone, Copy, Debug)]
pub struct Dataset {
    /// The name to ask for it by.
    pub name: &'static str,
    /// What it is, and what it is good for.
    pub about: &'static str,
    /// What it is used for here.
    pub purpose: Purpose,
    /// How it is published.
    pub published: Published,
    /// Terms and the credit that is due, in one line.
    pub licence: &'static str,
    /// The usual size of one file, in bytes: an order of magnitude.
    pub usual: u64,
    /// The size in bytes above which a file is refused, several times the usual.
    pub limit: u64,
    /// How the addresses were checked.
    pub checked: Checked,
    locate: fn(&Ask) -> Result<Vec<Wanted>, AskError>,
}

/// One file to bring, with every address where it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The addresses to try in order: the next one counts only when there is nothing at the one before.
    pub choices: Vec<Choice>,
}

/// One address, and what it is called here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Choice {
    /// The address, `https`.
    pub url: String,
    /// The file in the folder of downloads, with `/` between folders; only letters, digits, `.`, `-` and `_` otherwise.
    pub file: String,
    /// The time that the content speaks of; `None` where that is the day of the download.
    pub as_of: Option<Moment>,
    /// Does the content at this address never change, so that a copy need not be asked for again?
    pub is_fixed: bool,
}

impl Dataset {
    /// The files to bring for a question.
    ///
    /// # Errors
    ///
    /// The question lacks what this set needs, or asks for what is not published.
    pub fn locate(&self, ask: &Ask) -> Result<Vec<Wanted>, AskError> {
        (self.locate)(ask)
    }

    /// Some address of this set, as an example; empty for none.
    #[must_use]
    pub fn example(&self) -> String {
        let at = "2016-12-22T16:00Z".parse().ok().filter(|_| self.published != Published::Latest);
        let wanted = self.locate(&Ask { at, ..Ask::default() }).unwrap_or_default();
        let first = wanted.into_iter().next().and_then(|wanted| wanted.choices.into_iter().next());
        first.map_or_else(String::new, |choice| choice.url)
    }
}

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
