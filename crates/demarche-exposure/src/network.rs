//! Who wrote to whom among the persons who are most exposed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use demarche_case::assessment::exposure::{NetworkPerson, PersonNetwork, PersonTie};

use crate::ExposureError;
use crate::graph::{Content, unsigned};
use crate::messages::Messages;
use crate::people::People;
use crate::store::Store;

/// The most persons of a network: more cannot be told apart in a figure.
const MOST: usize = 25;

/// A person who may stand in the network.
pub(crate) struct Candidate {
    /// The number of the person.
    pub(crate) person: usize,
    /// The gravity of the data about the person, in points.
    pub(crate) points: u64,
    /// Distinct values about the person.
    pub(crate) values: u64,
    pub(crate) is_insider: bool,
}

/// The network of the most exposed persons who exchanged a message with another one of them.
pub(crate) fn network(
    store: &Store,
    people: &People,
    messages: &Messages,
    mut candidates: Vec<Candidate>,
) -> Result<PersonNetwork, ExposureError> {
    let sent = |candidate: &Candidate| {
        people.persons.get(candidate.person).map_or(0, |person| person.messages.len())
    };
    candidates.sort_by(|a, b| (b.points, sent(b), a.person).cmp(&(a.points, sent(a), b.person)));
    candidates.truncate(MOST);
    let ties = ties(store, people, messages, &candidates)?;
    let tied: BTreeSet<usize> = ties.keys().flat_map(|(left, right)| [*left, *right]).collect();
    let rank = |candidate: &usize| {
        let rank = tied.iter().position(|tied| tied == candidate);
        rank.and_then(|rank| u32::try_from(rank).ok())
    };
    let told = |candidate: &Candidate| {
        let person = people.persons.get(candidate.person)?;
        let first = person.addresses.first();
        let name = person.name.as_ref().or(first).cloned()?;
        let Candidate { is_insider, values, .. } = *candidate;
        Some(NetworkPerson { name, is_insider, values })
    };
    let persons = tied.iter().filter_map(|number| told(candidates.get(*number)?)).collect();
    let ties = ties.iter().filter_map(|((left, right), messages)| {
        let (left, right) = (rank(left)?, rank(right)?);
        Some(PersonTie { left, right, messages: messages.len() as u64 })
    });
    Ok(PersonNetwork { persons, ties: ties.collect() })
}

/// Pairs of persons, by their places, with the messages between them.
type Ties = BTreeMap<(usize, usize), BTreeSet<usize>>;

/// The messages that one of two candidates sent and the other received.
fn ties(
    store: &Store,
    people: &People,
    messages: &Messages,
    candidates: &[Candidate],
) -> Result<Ties, ExposureError> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (rank, candidate) in candidates.iter().enumerate() {
        let person = people.persons.get(candidate.person);
        let addresses = person.into_iter().flat_map(|person| &person.addresses);
        places.extend(addresses.map(|address| (address.as_str(), rank)));
    }
    let mut query = store.connection.prepare(
        "SELECT content, role, address FROM participant WHERE address IS NOT NULL ORDER BY content, number",
    )?;
    let mut rows = query.query([])?;
    let mut ties = Ties::new();
    let mut round = Round::default();
    while let Some(row) = rows.next()? {
        let content: Content = row.get(0)?;
        if round.content != Some(content) {
            round.add_to(&mut ties, messages);
            round = Round { content: Some(content), ..Round::default() };
        }
        let address = row.get_ref(2)?.as_str().unwrap_or("");
        let Some(rank) = places.get(address) else { continue };
        // The roles of authors and senders come first, then addresses for answers, then those of recipients.
        match unsigned(row.get(1)?) {
            0 | 1 => round.from.insert(*rank),
            2 => continue,
            _ => round.to.insert(*rank),
        };
    }
    round.add_to(&mut ties, messages);
    Ok(ties)
}

/// The candidates of one message.
#[derive(Default)]
struct Round {
    content: Option<Content>,
    from: BTreeSet<usize>,
    to: BTreeSet<usize>,
}

impl Round {
    fn add_to(&self, ties: &mut Ties, messages: &Messages) {
        let Some(message) = self.content.and_then(|content| messages.of_content.get(&content))
        else {
            return;
        };
        for from in &self.from {
            for to in self.to.iter().filter(|to| *to != from) {
                let pair = (*from.min(to), *from.max(to));
                ties.entry(pair).or_default().insert(*message);
            }
        }
    }
}
