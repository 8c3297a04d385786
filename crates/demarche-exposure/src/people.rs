//! Persons, resolved from the names and addresses of messages.
//!
//! An address is one person's until something speaks for more. Two addresses are one person's only where both are used
//! under the same name, the name can be read out of both, one is private mail, and no message has both: a wrong merge would tell somebody
//! of another's data, a missed one only counts a person twice.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::ExposureError;
use crate::domain::{domain_of, is_provider};
use crate::graph::Content;
use crate::messages::Messages;
use crate::store::Store;

/// A person.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) name: Option<String>,
    /// All addresses, the most used first.
    pub(crate) addresses: Vec<String>,
    /// The distinct messages that the person sent or received.
    pub(crate) messages: BTreeSet<usize>,
    /// The reasons for which addresses are held to be one person's.
    pub(crate) merged: Vec<String>,
}

/// An address with the names that it is used under.
#[derive(Debug, Default)]
struct Address {
    names: BTreeMap<String, usize>,
    messages: BTreeSet<usize>,
}

/// The persons of a dump.
#[derive(Debug)]
pub(crate) struct People {
    /// In the order of their first address.
    pub(crate) persons: Vec<Person>,
    /// The persons who are known by a name, by [`key_of`] it.
    by_name: HashMap<String, Vec<usize>>,
}

impl People {
    pub(crate) fn load(store: &Store, messages: &Messages) -> Result<Self, ExposureError> {
        let (addresses, together) = addresses(store, messages)?;
        let (persons, by_name) = resolved(addresses, &together);
        Ok(Self { persons, by_name })
    }

    /// The one person of a name; `None` where nobody, or more than one, has it.
    pub(crate) fn named(&self, name: &str) -> Option<usize> {
        match self.by_name.get(&key_of(name)).map(Vec::as_slice) {
            Some([person]) => Some(*person),
            _ => None,
        }
    }
}

/// The pairs of addresses that stand in one message.
type Together = HashSet<(String, String)>;

/// The people of a message beyond which pairs tell nothing: lists bring everybody together.
const LARGEST_ROUND: usize = 30;

fn addresses(
    store: &Store,
    messages: &Messages,
) -> Result<(BTreeMap<String, Address>, Together), ExposureError> {
    let mut query = store.connection.prepare(
        "SELECT content, name, address FROM participant WHERE address IS NOT NULL ORDER BY content, number",
    )?;
    let mut rows = query.query([])?;
    let mut addresses: BTreeMap<String, Address> = BTreeMap::new();
    let mut together = Together::new();
    let mut round: (Content, BTreeSet<String>) = (-1, BTreeSet::new());
    while let Some(row) = rows.next()? {
        let (content, name, address): (Content, Option<String>, String) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let Some(message) = messages.of_content.get(&content) else { continue };
        if round.0 != content {
            pair(&round.1, &mut together);
            round = (content, BTreeSet::new());
        }
        round.1.insert(address.clone());
        let known = addresses.entry(address).or_default();
        known.messages.insert(*message);
        if let Some(name) = name.map(|name| tidy(&name)).filter(|name| !name.is_empty()) {
            *known.names.entry(name).or_insert(0) += 1;
        }
    }
    pair(&round.1, &mut together);
    Ok((addresses, together))
}

fn pair(round: &BTreeSet<String>, together: &mut Together) {
    if round.len() > LARGEST_ROUND {
        return;
    }
    for (position, left) in round.iter().enumerate() {
        for right in round.iter().skip(position + 1) {
            together.insert((left.clone(), right.clone()));
        }
    }
}

/// A name without quotes, with its words in the order in which they are said.
fn tidy(name: &str) -> String {
    let name = name.trim().trim_matches(['"', '\'']).trim();
    let name = match name.split_once(',') {
        Some((last, first)) if !first.contains(',') => format!("{} {}", first.trim(), last.trim()),
        _ => name.to_owned(),
    };
    let words: Vec<&str> = name.split_whitespace().collect();
    // A name that is an address is none.
    if name.contains('@') { String::new() } else { words.join(" ") }
}

/// The form in which names are compared: lower case, without marks.
pub(crate) fn key_of(name: &str) -> String {
    let letters = |word: &str| -> String {
        word.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let words = name.split_whitespace().map(letters).filter(|word| !word.is_empty());
    words.collect::<Vec<String>>().join(" ")
}

/// The name under which nearly all messages know an address.
fn main_name(address: &Address) -> Option<&str> {
    /// The share of the uses of an address, in tenths, that are under one name where it is one person's.
    const TENTHS: usize = 8;
    let mut by_key: BTreeMap<String, (usize, &str)> = BTreeMap::new();
    for (name, uses) in &address.names {
        let known = by_key.entry(key_of(name)).or_insert((0, name));
        known.0 += uses;
    }
    let all: usize = by_key.values().map(|(uses, _)| uses).sum();
    let most = by_key.values().max_by_key(|(uses, name)| (*uses, std::cmp::Reverse(*name)))?;
    (most.0 * 10 >= all * TENTHS).then_some(most.1)
}

/// Returns true if the family name, or the whole name, can be read out of the part of an address before the `@`.
fn shows_name(address: &str, key: &str) -> bool {
    let local: String = address
        .split('@')
        .next()
        .unwrap_or("")
        .chars()
        .filter(|sign| sign.is_alphanumeric())
        .collect();
    let words: Vec<&str> = key.split(' ').filter(|word| word.chars().count() > 2).collect();
    words.len() > 1 && words.iter().filter(|word| local.contains(*word)).count() >= words.len() - 1
        || words.len() > 1
            && words.iter().any(|word| word.chars().count() > 4 && local.contains(*word))
}

type Resolved = (Vec<Person>, HashMap<String, Vec<usize>>);

fn resolved(addresses: BTreeMap<String, Address>, together: &Together) -> Resolved {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut names: HashMap<String, String> = HashMap::new();
    for (address, known) in &addresses {
        if let Some(name) = main_name(known) {
            let key = key_of(name);
            names.insert(address.clone(), name.to_owned());
            if key.contains(' ') {
                by_key.entry(key).or_default().push(address.clone());
            }
        }
    }
    let merges = merges(&by_key, together);
    let mut persons: BTreeMap<String, Person> = BTreeMap::new();
    let mut uses: HashMap<String, usize> = HashMap::new();
    for (address, known) in addresses {
        uses.insert(address.clone(), known.messages.len());
        let of = merges.get(&address).map_or(&address, |(of, _)| of).clone();
        let name = names.get(&address).cloned();
        let person = persons.entry(of).or_insert_with(|| Person {
            name: None,
            addresses: Vec::new(),
            messages: BTreeSet::new(),
            merged: Vec::new(),
        });
        person.name = person.name.take().or(name);
        person.messages.extend(known.messages);
        person.merged.extend(merges.get(&address).map(|(_, why)| why.clone()));
        person.addresses.push(address);
    }
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    let mut persons: Vec<Person> = persons.into_values().collect();
    for (number, person) in persons.iter_mut().enumerate() {
        person.addresses.sort_by_key(|address| {
            (std::cmp::Reverse(uses.get(address).copied().unwrap_or(0)), address.clone())
        });
        if let Some(name) = &person.name {
            by_name.entry(key_of(name)).or_default().push(number);
        }
    }
    (persons, by_name)
}

/// The addresses that are another's person, each with that address and the reason.
fn merges(
    by_key: &BTreeMap<String, Vec<String>>,
    together: &Together,
) -> HashMap<String, (String, String)> {
    let mut merges = HashMap::new();
    for (key, addresses) in by_key {
        let Some((first, rest)) = addresses.split_first() else { continue };
        let is_private = |address: &str| domain_of(address).is_some_and(is_provider);
        let mut joined = vec![first];
        if !shows_name(first, key) {
            continue;
        }
        for address in rest {
            let is_free = |other: &&String| {
                let pair = if *other < address { (*other, address) } else { (address, *other) };
                let met = together.contains(&(pair.0.clone(), pair.1.clone()));
                // Two organisations have namesakes more often than one person: only private mail joins another.
                !met && is_private(other) != is_private(address)
            };
            if shows_name(address, key) && joined.iter().all(is_free) {
                let why = format!(
                    "{address} and {first} are both used under the name “{key}”, both show it, and no message has both"
                );
                merges.insert(address.clone(), (first.clone(), why));
                joined.push(address);
            }
        }
    }
    merges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, uses: usize, message: usize) -> Address {
        Address { names: [(name.to_owned(), uses)].into(), messages: [message].into() }
    }

    fn persons(addresses: &[(&str, &str)], together: &[(&str, &str)]) -> Vec<Person> {
        let addresses = addresses
            .iter()
            .enumerate()
            .map(|(number, (address, name))| ((*address).to_owned(), known(name, 3, number)));
        let together = together.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        resolved(addresses.collect(), &together).0
    }

    #[test]
    fn private_mail_is_the_same_persons_where_both_addresses_show_the_name() {
        let private = ("aadams@gmail.com", tidy("Adams, Anna"));
        let found =
            persons(&[("anna.adams@x.example", "Anna Adams"), (private.0, &private.1)], &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].merged.len(), 1);
    }

    #[test]
    fn namesakes_stay_apart() {
        let same_house =
            [("anna.adams@x.example", "Anna Adams"), ("anna.adams7@x.example", "Anna Adams")];
        assert_eq!(persons(&same_house, &[]).len(), 2, "two addresses in one organisation");
        let two = [("anna.adams@x.example", "Anna Adams"), ("aadams@y.example", "Anna Adams")];
        assert_eq!(persons(&two, &[]).len(), 2, "two organisations");
        let swapped = [
            ("thomas.martin@a.example", "Thomas Martin"),
            ("martin.thomas@gmail.com", "Martin Thomas"),
        ];
        assert_eq!(persons(&swapped, &[]).len(), 2, "names in another order");
        let two = [("aadams@gmail.com", "Anna Adams"), ("anna.adams@x.example", "Anna Adams")];
        assert_eq!(
            persons(&two, &[("aadams@gmail.com", "anna.adams@x.example")]).len(),
            2,
            "in one message"
        );
        let role = [("anna.adams@x.example", "Anna Adams"), ("office@y.example", "Anna Adams")];
        assert_eq!(persons(&role, &[]).len(), 2, "an address that shows no name");
    }
}
