//! The inventory: all that a store knows of a dump, counted.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use demarche_case::Moment;
use demarche_case::assessment::exposure::{
    ContentExposed, CountryExposed, CountryValues, DumpRead, ExposureFindings, Gravity, KindCount,
    KindExposed, MailboxExposed, MonthExposed, OrganisationExposed, PartlyRead, PeopleExposed,
    PersonExposed, PersonNetwork, SecretExposed, UnreadContents,
};
use demarche_sensitive::{Kind, Rules, masked};
use demarche_terms::Country;

use crate::ExposureError;
use crate::data::{Value, values};
use crate::domain::{country_of, domain_of, is_provider};
use crate::duties::duties;
use crate::graph::{Content, Graph, Names, unsigned};
use crate::kinds::{gravity, is_identity, is_personal, points, title};
use crate::mailbox::named_owner;
use crate::messages::Messages;
use crate::network::{Candidate, network};
use crate::people::{People, Person};
use crate::store::Store;

/// The persons, organisations and mailboxes that are listed; all are counted.
const LISTED: usize = 500;

/// The contents that are listed as the worst.
const WORST: usize = 50;

/// The passwords and keys that are listed.
const SECRETS: usize = 1000;

/// The reasons for losses that are told apart.
const REASONS: usize = 1_000;

/// Stands for all further reasons.
const OTHER_REASONS: &str = "for other reasons";

/// The longest name of a part, in characters.
const LONGEST_PART: usize = 200;

/// Counts what a store knows.
///
/// # Errors
///
/// The store is damaged.
pub fn inventory(store: &Store, rules: &Rules) -> Result<ExposureFindings, ExposureError> {
    let mut counting = Counting::load(store)?;
    let kinds = counting.kinds();
    let countries = counting.countries();
    let people = counting.people(store)?;
    let read = counting.read(store)?;
    Ok(ExposureFindings {
        dump: store.meta("dump")?.unwrap_or_default(),
        duties: duties(&kinds, &countries),
        mailboxes: counting.mailboxes(),
        organisations: counting.organisations(),
        months: counting.months(),
        worst: counting.worst(),
        secrets: counting.secrets(rules),
        read,
        kinds,
        people,
        countries,
    })
}

/// Everything that is counted, loaded once.
struct Counting {
    graph: Graph,
    messages: Messages,
    people: People,
    values: Vec<Value>,
    /// The owner of each mailbox.
    owners: Vec<Option<String>>,
    /// The distinct messages of each mailbox.
    in_mailbox: Vec<BTreeSet<usize>>,
    /// The domains of the owners.
    inside: BTreeSet<String>,
}

impl Counting {
    fn load(store: &Store) -> Result<Self, ExposureError> {
        let messages = Messages::load(store)?;
        let people = People::load(store, &messages)?;
        let (graph, values) = (Graph::load(store, Names::Masked)?, values(store)?);
        let (owners, in_mailbox, inside) = (Vec::new(), Vec::new(), BTreeSet::new());
        let mut counting = Self { graph, messages, people, values, owners, in_mailbox, inside };
        counting.fill_mailboxes();
        Ok(counting)
    }

    fn fill_mailboxes(&mut self) {
        self.in_mailbox = vec![BTreeSet::new(); self.graph.mailboxes.len()];
        for (number, message) in self.messages.distinct.iter().enumerate() {
            for content in &message.contents {
                for mailbox in self.graph.mailboxes_of(*content).iter() {
                    let mailbox = usize::try_from(*mailbox).ok();
                    let messages = mailbox.and_then(|mailbox| self.in_mailbox.get_mut(mailbox));
                    messages.into_iter().for_each(|messages| {
                        messages.insert(number);
                    });
                }
            }
        }
        let mailboxes = self.graph.mailboxes.iter().zip(&self.in_mailbox);
        self.owners = mailboxes
            .map(|(path, messages)| named_owner(path).or_else(|| self.main_party(messages)))
            .collect();
        let domains = self.owners.iter().flatten().filter_map(|owner| domain_of(owner));
        self.inside = domains.filter(|domain| !is_provider(domain)).map(str::to_owned).collect();
    }

    /// The address that nearly all messages of a mailbox have, and no other nearly as many.
    fn main_party(&self, messages: &BTreeSet<usize>) -> Option<String> {
        if messages.len() < 3 {
            return None;
        }
        let persons = self.people.persons.iter();
        let mut shares: Vec<(usize, &Person)> = persons
            .map(|person| (person.messages.intersection(messages).count(), person))
            .filter(|(share, _)| share * 10 >= messages.len() * 9)
            .collect();
        shares.sort_by_key(|(share, person)| (std::cmp::Reverse(*share), person.addresses.clone()));
        match shares.as_slice() {
            [(_, person)] => person.addresses.first().cloned(),
            [(first, person), (second, _), ..] if first > second => {
                person.addresses.first().cloned()
            }
            _ => None,
        }
    }

    fn is_inside(&self, address: &str) -> bool {
        domain_of(address).is_some_and(|domain| self.inside.contains(domain))
    }

    fn read(&mut self, store: &Store) -> Result<DumpRead, ExposureError> {
        let mut read = DumpRead {
            files: self.graph.files.len() as u64,
            bytes: self.graph.files.iter().map(|file| file.size).sum(),
            messages: self.messages.distinct.len() as u64,
            threads: self.messages.threads as u64,
            repeated_texts: self.messages.repeated_texts as u64,
            ..DumpRead::default()
        };
        let contents: Vec<Content> = self.graph.contents.keys().copied().collect();
        let mut unread: BTreeMap<String, UnreadContents> = BTreeMap::new();
        let mut losses = Losses::default();
        for content in contents {
            self.read_content(content, &mut read, &mut unread);
            losses.add(&mut self.graph, content);
        }
        read.losses = losses.sorted();
        for file in &self.graph.files {
            if let Some(reason) = &file.unread {
                note_unread(&mut unread, reason, file.size, &file.path);
            }
        }
        read.unread = unread.into_values().collect();
        read.unread.sort_by_key(|unread| (std::cmp::Reverse(unread.bytes), unread.reason.clone()));
        read.bytes_unread = self.bytes_not_read();
        let groups = self.messages.distinct.iter();
        read.near_duplicates = groups.map(|group| group.contents.len() as u64 - 1).sum();
        let groups = self.messages.distinct.iter();
        read.without_identifier = groups.filter(|group| !group.has_identifier).count() as u64;
        let days = self.messages.distinct.iter().filter_map(|message| day(message.sent?));
        (read.first, read.last) = (days.clone().min(), days.max());
        let attached = "SELECT count(*) FROM edge JOIN message ON message.content = edge.parent LEFT JOIN message AS inner ON inner.content = edge.child WHERE inner.content IS NULL";
        let attachments: i64 = store.connection.query_row(attached, [], |row| row.get(0))?;
        read.attachments = unsigned(attachments);
        Ok(read)
    }

    /// The bytes of files that could not be read, and in other files those of contents that could not, at most the
    /// whole file. Where the size of such a content is not known, the whole file counts.
    fn bytes_not_read(&self) -> u64 {
        let mut within: BTreeMap<usize, u64> = BTreeMap::new();
        let contents = self.graph.contents.iter();
        for (content, row) in contents.filter(|(_, row)| row.reason.is_some()) {
            let bytes = if row.size == 0 { u64::MAX } else { row.size };
            for file in self.graph.files_of(std::iter::once(*content)) {
                let sum = within.entry(file).or_default();
                *sum = sum.saturating_add(bytes);
            }
        }
        let files = self.graph.files.iter().enumerate();
        let unread = files.map(|(number, file)| match file.unread {
            Some(_) => file.size,
            None => within.get(&number).map_or(0, |bytes| (*bytes).min(file.size)),
        });
        unread.sum()
    }

    fn read_content(
        &mut self,
        content: Content,
        read: &mut DumpRead,
        unread: &mut BTreeMap<String, UnreadContents>,
    ) {
        let Some(row) = self.graph.contents.get(&content) else { return };
        let (size, is_read) = (row.size, row.is_read);
        read.partly_read += u64::from(row.faults.is_some());
        if let Some(reason) = row.reason.clone() {
            let place = self.graph.place(content);
            note_unread(unread, &reason, size, &place);
        }
        if self.messages.of_content.contains_key(&content) {
            read.message_copies += self.graph.copies(content);
            read.forwarded += self.graph.messages_around(content).count() as u64;
        } else if is_read {
            read.documents += 1;
        }
    }

    fn kinds(&self) -> Vec<KindExposed> {
        let mut kinds: BTreeMap<(Gravity, Kind), KindExposed> = BTreeMap::new();
        let mut contents: HashMap<Kind, HashSet<Content>> = HashMap::new();
        let mut countries: HashMap<Kind, BTreeMap<Country, u64>> = HashMap::new();
        for value in &self.values {
            let kind = value.kind;
            let told = kinds.entry((gravity(kind), kind)).or_insert_with(|| KindExposed {
                kind: kind.name().to_owned(),
                title: title(kind).to_owned(),
                gravity: gravity(kind),
                values: 0,
                contents: 0,
                by_checksum: 0,
                by_format: 0,
                by_context: 0,
                countries: Vec::new(),
            });
            let values = value.count(|content| self.messages.first_of(content));
            told.values += values;
            *match value.check {
                0 => &mut told.by_checksum,
                1 => &mut told.by_format,
                _ => &mut told.by_context,
            } += values;
            contents.entry(kind).or_default().extend(value.contents.keys());
            if let Some(country) = value.country {
                *countries.entry(kind).or_default().entry(country).or_insert(0) += 1;
            }
        }
        for ((_, kind), told) in &mut kinds {
            told.contents = contents.get(kind).map_or(0, |contents| contents.len() as u64);
            let countries = countries.remove(kind).unwrap_or_default().into_iter();
            told.countries =
                countries.map(|(country, values)| CountryValues { country, values }).collect();
            told.countries.sort_by_key(|told| (std::cmp::Reverse(told.values), told.country));
        }
        kinds.into_values().collect()
    }

    fn countries(&self) -> Vec<CountryExposed> {
        let mut countries: BTreeMap<Country, CountryExposed> = BTreeMap::new();
        let mut told = |country: Country, add: &dyn Fn(&mut CountryExposed)| {
            let none = CountryExposed { country, addresses: 0, numbers: 0, identity_numbers: 0 };
            add(countries.entry(country).or_insert(none));
        };
        for person in &self.people.persons {
            let country = person.addresses.first().and_then(|address| country_of(address));
            country.into_iter().for_each(|country| told(country, &|told| told.addresses += 1));
        }
        for value in &self.values {
            let Some(country) = value.country else { continue };
            let identity = u64::from(is_identity(value.kind));
            told(country, &|told| {
                told.numbers += 1;
                told.identity_numbers += identity;
            });
        }
        let mut countries: Vec<CountryExposed> = countries.into_values().collect();
        countries.sort_by_key(|told| {
            (std::cmp::Reverse((told.identity_numbers, told.addresses, told.numbers)), told.country)
        });
        countries
    }

    fn people(&mut self, store: &Store) -> Result<PeopleExposed, ExposureError> {
        let mut about: BTreeMap<Holder, Vec<&Value>> = BTreeMap::new();
        let mut without_name = 0;
        for value in self.values.iter().filter(|value| is_personal(value.kind)) {
            match self.holder(value) {
                Some(holder) => about.entry(holder).or_default().push(value),
                None => without_name += 1,
            }
        }
        let is_insider =
            |person: &Person| person.addresses.iter().any(|address| self.is_inside(address));
        let insiders = self.people.persons.iter().filter(|person| is_insider(person)).count();
        let weight =
            |values: &Vec<&Value>| values.iter().map(|value| points(value.kind)).sum::<u64>();
        let mut most: Vec<(u64, &Holder, &Vec<&Value>)> =
            about.iter().map(|(holder, values)| (weight(values), holder, values)).collect();
        most.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
        let network = self.network(store, &most, &is_insider)?;
        let most_exposed = most
            .into_iter()
            .take(LISTED)
            .map(|(_, holder, values)| self.person(holder, values))
            .collect();
        Ok(PeopleExposed {
            network,
            persons: self.people.persons.len() as u64,
            insiders: insiders as u64,
            named_in_data: about.len() as u64,
            values_without_name: without_name,
            most_exposed,
        })
    }

    /// Who wrote to whom among those whom data is about; others follow by the number of their messages.
    fn network(
        &self,
        store: &Store,
        most: &[(u64, &Holder, &Vec<&Value>)],
        is_insider: &dyn Fn(&Person) -> bool,
    ) -> Result<PersonNetwork, ExposureError> {
        let mut about: HashMap<usize, (u64, u64)> = HashMap::new();
        for (points, holder, values) in most {
            if let Holder::Known(person) = holder {
                about.insert(*person, (*points, values.len() as u64));
            }
        }
        let persons = self.people.persons.iter().enumerate();
        let candidates = persons.map(|(number, person)| {
            let (points, values) = about.get(&number).copied().unwrap_or((0, 0));
            Candidate { person: number, points, values, is_insider: is_insider(person) }
        });
        network(store, &self.people, &self.messages, candidates.collect())
    }

    /// The person whom a value is about: the only name on a line with it. Of two names, one may be anybody's.
    fn holder(&self, value: &Value) -> Option<Holder> {
        let name = value.names.first().filter(|_| value.names.len() == 1)?;
        let known = self.people.named(name).map(Holder::Known);
        known.or_else(|| Some(Holder::Named(name.clone())))
    }

    fn person(&self, holder: &Holder, values: &[&Value]) -> PersonExposed {
        let identity = values.iter().find(|value| is_identity(value.kind));
        let mut told = PersonExposed {
            name: String::new(),
            addresses: Vec::new(),
            is_insider: false,
            messages: 0,
            mailboxes: 0,
            kinds: counted(values.iter().map(|value| value.kind)),
            country: identity.and_then(|value| value.country),
            merged: Vec::new(),
        };
        let known = match holder {
            Holder::Known(number) => self.people.persons.get(*number),
            Holder::Named(name) => {
                name.clone_into(&mut told.name);
                None
            }
        };
        if let Some(person) = known {
            let first = person.addresses.first().cloned().unwrap_or_default();
            let has = |messages: &&BTreeSet<usize>| !messages.is_disjoint(&person.messages);
            told.is_insider = person.addresses.iter().any(|address| self.is_inside(address));
            told.messages = person.messages.len() as u64;
            told.mailboxes = self.in_mailbox.iter().filter(has).count() as u64;
            told.country = told.country.or_else(|| country_of(&first));
            told.name = person.name.clone().unwrap_or(first);
            told.addresses.clone_from(&person.addresses);
            told.merged.clone_from(&person.merged);
        }
        told
    }

    fn mailboxes(&mut self) -> Vec<MailboxExposed> {
        let mut kinds: Vec<Vec<Kind>> = vec![Vec::new(); self.graph.mailboxes.len()];
        for value in &self.values {
            let mut met: BTreeSet<u32> = BTreeSet::new();
            for content in value.contents.keys() {
                met.extend(self.graph.mailboxes_of(*content).iter());
            }
            for mailbox in met.into_iter().filter_map(|mailbox| usize::try_from(mailbox).ok()) {
                kinds.get_mut(mailbox).into_iter().for_each(|kinds| kinds.push(value.kind));
            }
        }
        let paths = self.graph.mailboxes.iter().zip(&self.owners);
        let told = paths.zip(self.in_mailbox.iter().zip(kinds));
        let mut mailboxes: Vec<MailboxExposed> = told
            .map(|((path, owner), (messages, kinds))| MailboxExposed {
                path: path.clone(),
                owner: owner.clone(),
                messages: messages.len() as u64,
                kinds: counted(kinds.into_iter()),
            })
            .collect();
        mailboxes.sort_by(|a, b| (b.messages, &a.path).cmp(&(a.messages, &b.path)));
        mailboxes.truncate(LISTED);
        mailboxes
    }

    fn organisations(&self) -> Vec<OrganisationExposed> {
        let mut domains: BTreeMap<&str, (u64, BTreeSet<usize>)> = BTreeMap::new();
        for person in &self.people.persons {
            for domain in person.addresses.iter().filter_map(|address| domain_of(address)) {
                let told = domains.entry(domain).or_default();
                told.0 += 1;
                told.1.extend(&person.messages);
            }
        }
        let mut organisations: Vec<OrganisationExposed> = domains
            .into_iter()
            .map(|(domain, (addresses, messages))| OrganisationExposed {
                domain: domain.to_owned(),
                is_insider: self.inside.contains(domain),
                addresses,
                messages: messages.len() as u64,
            })
            .collect();
        organisations.sort_by(|a, b| (b.messages, &a.domain).cmp(&(a.messages, &b.domain)));
        organisations.truncate(LISTED);
        organisations
    }

    fn months(&self) -> Vec<MonthExposed> {
        let mut months: BTreeMap<Moment, u64> = BTreeMap::new();
        for message in &self.messages.distinct {
            let day = message.sent.and_then(day);
            let month = day.and_then(|day| {
                format!("{:04}-{:02}", day.year(), day.date().month()).parse::<Moment>().ok()
            });
            month.into_iter().for_each(|month| *months.entry(month).or_insert(0) += 1);
        }
        months.into_iter().map(|(month, messages)| MonthExposed { month, messages }).collect()
    }

    fn worst(&mut self) -> Vec<ContentExposed> {
        let mut found: BTreeMap<Content, Vec<Kind>> = BTreeMap::new();
        for value in &self.values {
            for content in value.contents.keys() {
                found.entry(*content).or_default().push(value.kind);
            }
        }
        let digest = |content: &Content| self.graph.contents.get(content).map(|row| row.digest);
        let mut order: Vec<(u64, Option<[u8; 32]>, Content)> = found
            .iter()
            .map(|(content, kinds)| {
                (kinds.iter().map(|kind| points(*kind)).sum(), digest(content), *content)
            })
            .collect();
        order.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
        let worst = order.into_iter().take(WORST);
        worst
            .map(|(_, digest, content)| ContentExposed {
                place: self.graph.place(content).to_string(),
                places: self.graph.places(content),
                sha256: short(&digest.unwrap_or_default()),
                kinds: counted(found.remove(&content).unwrap_or_default().into_iter()),
            })
            .collect()
    }

    fn secrets(&mut self, rules: &Rules) -> Vec<SecretExposed> {
        let titles: HashMap<&str, &str> =
            rules.all().iter().map(|rule| (rule.id, rule.title)).collect();
        let secrets: Vec<usize> = (0..self.values.len())
            .filter(|number| {
                self.values.get(*number).is_some_and(|value| gravity(value.kind) == Gravity::Access)
            })
            .collect();
        let mut told: Vec<SecretExposed> = Vec::new();
        for number in secrets {
            let Some(value) = self.values.get(number) else { continue };
            let contents = value.contents.iter();
            let mut places: Vec<(String, i64)> = contents
                .map(|(content, line)| (self.graph.place(*content).to_string(), *line))
                .collect();
            places.sort();
            let (place, line) = places.into_iter().next().unwrap_or_default();
            let last = value.contents.keys().filter_map(|content| self.last_sent(*content)).max();
            told.push(SecretExposed {
                kind: value.kind.name().to_owned(),
                title: titles
                    .get(value.rule.as_str())
                    .map_or(value.rule.as_str(), |title| *title)
                    .to_owned(),
                masked: masked(value.kind, &value.value),
                place,
                line: unsigned(line),
                last,
            });
        }
        told.sort_by(|a, b| {
            (b.last, &a.place, a.line, &a.masked).cmp(&(a.last, &b.place, b.line, &b.masked))
        });
        told.truncate(SECRETS);
        told
    }

    /// The day of the newest message that a content is or lies in.
    fn last_sent(&self, content: Content) -> Option<Moment> {
        let around = self.graph.messages_around(content).chain([content]);
        let messages = around.filter_map(|content| self.messages.of_content.get(&content));
        messages.filter_map(|message| day(self.messages.distinct.get(*message)?.sent?)).max()
    }
}

/// Whom data is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Holder {
    /// A person with an address, by number.
    Known(usize),
    /// A name of nobody with an address.
    Named(String),
}

/// The losses of contents that were read in part, by reason.
#[derive(Default)]
struct Losses(BTreeMap<String, PartlyRead>);

impl Losses {
    fn add(&mut self, graph: &mut Graph, content: Content) {
        let faults = graph.contents.get(&content).and_then(|row| row.faults.clone());
        let Some(faults) = faults else { return };
        let holder = graph.place(content);
        let mut told = BTreeSet::new();
        for fault in faults.lines() {
            // A part with a name stands before its reason.
            let (part, reason) = fault.rsplit_once(": ").unwrap_or(("", fault));
            let is_known = self.0.contains_key(reason);
            let reason = if is_known || self.0.len() < REASONS { reason } else { OTHER_REASONS };
            if told.insert(reason) {
                self.note(reason, part, &holder);
            }
        }
    }

    fn note(&mut self, reason: &str, part: &str, place: &str) {
        let part: String = part.chars().take(LONGEST_PART).collect();
        let example = if part.is_empty() { place.to_owned() } else { format!("{place}: {part}") };
        let none =
            || PartlyRead { reason: reason.to_owned(), contents: 0, example: example.clone() };
        let told = self.0.entry(reason.to_owned()).or_insert_with(none);
        told.contents += 1;
        if example < told.example {
            told.example = example;
        }
    }

    fn sorted(self) -> Vec<PartlyRead> {
        let mut losses: Vec<PartlyRead> = self.0.into_values().collect();
        losses.sort_by_key(|loss| (std::cmp::Reverse(loss.contents), loss.reason.clone()));
        losses
    }
}

fn note_unread(
    unread: &mut BTreeMap<String, UnreadContents>,
    reason: &str,
    size: u64,
    place: &str,
) {
    let told = unread.entry(reason.to_owned()).or_insert_with(|| UnreadContents {
        reason: reason.to_owned(),
        contents: 0,
        bytes: 0,
        example: place.to_owned(),
    });
    told.contents += 1;
    told.bytes += size;
    if *place < *told.example {
        place.clone_into(&mut told.example);
    }
}

/// How many there are of each kind, the gravest kinds first.
fn counted(kinds: impl Iterator<Item = Kind>) -> Vec<KindCount> {
    let mut counts: BTreeMap<(Gravity, Kind), u64> = BTreeMap::new();
    for kind in kinds {
        *counts.entry((gravity(kind), kind)).or_insert(0) += 1;
    }
    let counts = counts.into_iter();
    counts.map(|((_, kind), values)| KindCount { kind: kind.name().to_owned(), values }).collect()
}

/// The first twelve digits of a hash.
fn short(digest: &[u8; 32]) -> String {
    demarche_terms::hex(digest.get(..6).unwrap_or(digest))
}

/// The day of a moment in seconds since 1970, where it is one that a message can have.
fn day(seconds: i64) -> Option<Moment> {
    let moment = jiff::Timestamp::from_second(seconds).ok()?;
    let date = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
    (date.year() >= 1970 && date.year() < 2100).then(|| Moment::of_day(date)).flatten()
}
