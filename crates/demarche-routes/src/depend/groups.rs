//! Networks rolled up into operators and countries, and the order of both by their scores.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use demarche_case::Asn;
use demarche_case::assessment::routes::{GroupDependency, Network, NetworkDependency, Score};

use super::question::{Describe, Subject};
use crate::organisations::Organisations;

/// The kind of group that networks are rolled up into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GroupBy {
    Operator,
    Country,
}

/// The groups that were met so far; each has a number.
pub(crate) struct Groups<'a> {
    describe: &'a Describe<'a>,
    organisations: Option<&'a Organisations>,
    by: GroupBy,
    numbers: BTreeMap<String, u32>,
    of_network: BTreeMap<Asn, Option<u32>>,
    members: Vec<(String, Vec<Network>)>,
}

impl<'a> Groups<'a> {
    pub(crate) fn new(
        by: GroupBy,
        describe: &'a Describe<'a>,
        organisations: Option<&'a Organisations>,
    ) -> Self {
        Self {
            describe,
            organisations,
            by,
            numbers: BTreeMap::new(),
            of_network: BTreeMap::new(),
            members: Vec::new(),
        }
    }

    /// The group of a network; `None` when no table says.
    pub(crate) fn of(&mut self, asn: Asn) -> Option<u32> {
        if let Some(known) = self.of_network.get(&asn) {
            return *known;
        }
        let network = (self.describe)(asn);
        let label = match self.by {
            GroupBy::Operator => {
                let known = self.organisations.and_then(|known| known.of(asn));
                Some(known.map_or_else(|| operator(&network), |known| known.name.clone()))
            }
            GroupBy::Country => network
                .country
                .filter(|country| country.name().is_some())
                .map(|country| country.to_string()),
        };
        let group = label.map(|label| self.join(label, network));
        self.of_network.insert(asn, group);
        group
    }

    fn join(&mut self, label: String, network: Network) -> u32 {
        let key = match self.by {
            // The organisation's identifier, where a file tells it, is better than any name.
            GroupBy::Operator => match self.organisations.and_then(|known| known.of(network.asn)) {
                Some(known) => format!("organisation {}", known.id),
                None => simplified(&label).unwrap_or_else(|| network.asn.to_string()),
            },
            GroupBy::Country => label.clone(),
        };
        let next = u32::try_from(self.members.len()).expect("fewer groups than AS numbers");
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.members.push((label, Vec::new()));
        }
        self.members[number as usize].1.push(network);
        number
    }

    /// The scored groups, strongest first.
    pub(crate) fn ranked(
        &self,
        scores: &BTreeMap<u32, Score>,
        subject: &Subject<'_>,
    ) -> Vec<GroupDependency> {
        let mut ranked: Vec<GroupDependency> = scores
            .iter()
            .filter_map(|(group, score)| {
                let (label, members) = self.members.get(*group as usize)?;
                let first = members.first()?;
                let mut networks: Vec<Asn> = members.iter().map(|network| network.asn).collect();
                networks.sort_unstable();
                Some(GroupDependency {
                    label: label.clone(),
                    country: first.country.filter(|country| {
                        members.iter().all(|member| member.country == Some(*country))
                    }),
                    place: members
                        .iter()
                        .map(|network| subject.place(network))
                        .min()
                        .unwrap_or(subject.place(first)),
                    networks,
                    by_addresses: *score,
                })
            })
            .collect();
        ranked.sort_by(|left, right| {
            let (left_score, right_score) = (left.by_addresses, right.by_addresses);
            right_score
                .trimmed
                .total_cmp(&left_score.trimmed)
                .then(right_score.mean.total_cmp(&left_score.mean))
                .then_with(|| left.label.cmp(&right.label))
        });
        ranked
    }
}

/// The order of networks: by trimmed score, then by mean, then by number.
pub(crate) fn strongest_first(left: &NetworkDependency, right: &NetworkDependency) -> Ordering {
    let by =
        |network: &NetworkDependency| (network.by_addresses.trimmed, network.by_addresses.mean);
    let ((left_trimmed, left_mean), (right_trimmed, right_mean)) = (by(left), by(right));
    right_trimmed
        .total_cmp(&left_trimmed)
        .then(right_mean.total_cmp(&left_mean))
        .then(left.network.asn.cmp(&right.network.asn))
}

/// The operator's name: what stands behind the handle in a registered name, or else the AS number.
fn operator(network: &Network) -> String {
    let Some(name) = network.name.as_deref() else { return network.asn.to_string() };
    let (handle, rest) = name.split_once(' ').unwrap_or((name, ""));
    let rest = rest.trim_start_matches(['-', ' ']);
    if rest.is_empty() { handle.to_owned() } else { rest.to_owned() }
}

/// A name without case, punctuation and legal form, so that two spellings of one operator meet.
///
/// `None` for a single word, which is as likely a place or a registry (`JPNIC`) as a company.
fn simplified(name: &str) -> Option<String> {
    const LEGAL_FORMS: [&str; 16] = [
        "inc",
        "llc",
        "ltd",
        "limited",
        "corp",
        "corporation",
        "co",
        "company",
        "gmbh",
        "ag",
        "sa",
        "srl",
        "bv",
        "plc",
        "as",
        "ab",
    ];
    let lower = name.to_lowercase();
    let words =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_word = |word: &&str| word.len() > 1 && !LEGAL_FORMS.contains(word);
    let kept: Vec<&str> = words.filter(is_word).collect();
    if kept.len() < 2 { None } else { Some(kept.join(" ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(name: &str) -> Network {
        Network { asn: Asn(64_500), name: Some(name.to_owned()), country: None }
    }

    #[test]
    fn two_spellings_of_one_operator_meet() {
        let spellings = ["LEVEL3 Level 3 Communications", "LVLT-1 - Level 3 Communications, Inc."];
        let [left, right] = spellings.map(|name| simplified(&operator(&network(name))));
        assert!(left.is_some() && left == right);
    }

    #[test]
    fn a_network_without_a_name_is_its_own_operator() {
        assert_eq!(operator(&Network { name: None, ..network("") }), "AS64500");
    }
}
