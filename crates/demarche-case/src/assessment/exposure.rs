//! What was disclosed: messages and documents, whose data, how sensitive, and who must be told.
//!
//! Counts and kinds only: no value that was found stands here, and of passwords and keys no part of one.
//! A *content* is what some bytes hold, counted once however many copies lie in a dump.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Country, Moment};

/// The inventory of a dump.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExposureFindings {
    /// The folder or file that was scanned, as it was named.
    pub dump: String,
    /// The amount of it, and how much of it was read.
    pub read: DumpRead,
    /// The kinds of sensitive data in it, the gravest first.
    pub kinds: Vec<KindExposed>,
    /// The mailboxes in it, those with most messages first.
    pub mailboxes: Vec<MailboxExposed>,
    /// The persons in it.
    pub people: PeopleExposed,
    /// The organisations in it, by their domains, those with most messages first.
    pub organisations: Vec<OrganisationExposed>,
    /// The countries whose people it concerns, those with most persons first.
    pub countries: Vec<CountryExposed>,
    /// The messages of each month, in order.
    pub months: Vec<MonthExposed>,
    /// The contents with the gravest findings, the worst first.
    pub worst: Vec<ContentExposed>,
    /// Passwords and keys to change, the newest first.
    pub secrets: Vec<SecretExposed>,
    /// Duties to notify that may apply, those with the shortest time first.
    pub duties: Vec<Duty>,
}

/// The amount of a dump, and how much of it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DumpRead {
    /// Files.
    pub files: u64,
    /// The bytes of all files.
    pub bytes: u64,
    /// Messages, each copy counted.
    pub message_copies: u64,
    /// Messages, copies and near duplicates counted once: by identifier and normalised content.
    pub messages: u64,
    /// Those of them without an identifier: damaged ones, drafts, and files that only look like messages.
    #[serde(default)]
    pub without_identifier: u64,
    /// Contents that are the same message by another route: other headers, the same identifier and content.
    pub near_duplicates: u64,
    /// Messages with the text of another, under an identifier of their own.
    pub repeated_texts: u64,
    /// Conversations: messages that answer one another.
    pub threads: u64,
    /// Messages that lie within another, as forwards do.
    pub forwarded: u64,
    /// Documents, copies counted once.
    pub documents: u64,
    /// Attachments, each message that carries one counted.
    pub attachments: u64,
    /// The bytes of files that could not be read, and of contents within others that could not, at most the whole file.
    pub bytes_unread: u64,
    /// The contents that could not be read, by reason, those with most bytes first.
    pub unread: Vec<UnreadContents>,
    /// Contents of which a part could not be read.
    pub partly_read: u64,
    /// The losses of these, by reason, those of most contents first.
    #[serde(default)]
    pub losses: Vec<PartlyRead>,
    /// The day of the first message.
    pub first: Option<Moment>,
    /// The day of the last message.
    pub last: Option<Moment>,
}

/// Contents that could not be read for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UnreadContents {
    /// The reason, in words that follow “it” or “the document”.
    pub reason: String,
    /// How many.
    pub contents: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The place of the first.
    pub example: String,
}

/// Contents of which a part could not be read for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PartlyRead {
    /// The reason, in words.
    pub reason: String,
    /// The number of contents that lose something for it.
    pub contents: u64,
    /// The place of the first, and what of it was lost where that has a name.
    pub example: String,
}

/// How grave it is that data of a kind is out.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Gravity {
    /// It opens other systems: passwords and keys.
    Access,
    /// It lets others take a person's identity or money.
    Identity,
    /// The law protects it most: health.
    Special,
    /// It is personal.
    Personal,
    /// It is confidential to an organisation.
    Confidential,
}

/// A kind of sensitive data in a dump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KindExposed {
    /// The stable name, such as `card` or `national_id`.
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// How grave it is.
    pub gravity: Gravity,
    /// Distinct values.
    pub values: u64,
    /// Contents that have one or more.
    pub contents: u64,
    /// Distinct values whose check digits are right.
    pub by_checksum: u64,
    /// Distinct values that have the form that their issuer gives.
    pub by_format: u64,
    /// Distinct values that words around them name.
    pub by_context: u64,
    /// Distinct values by the country that issued them, most first; empty where the kind tells none.
    pub countries: Vec<CountryValues>,
}

/// Distinct values of a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountryValues {
    /// The country.
    pub country: Country,
    /// Distinct values.
    pub values: u64,
}

/// Distinct values of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct KindCount {
    /// The stable name of the kind.
    pub kind: String,
    /// Distinct values.
    pub values: u64,
}

/// A mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MailboxExposed {
    /// Its path in the dump.
    pub path: String,
    /// The address of its owner; `None` where it cannot be told.
    pub owner: Option<String>,
    /// Distinct messages in it.
    pub messages: u64,
    /// What sensitive data its messages and their attachments have.
    pub kinds: Vec<KindCount>,
}

/// The persons of a dump.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeopleExposed {
    /// Persons with an address in the dump.
    pub persons: u64,
    /// Those with an address of the organisations whose mailboxes lie in the dump.
    pub insiders: u64,
    /// Persons whom sensitive data is about, by a name on the same line.
    pub named_in_data: u64,
    /// Distinct values of personal data with no name on the line.
    pub values_without_name: u64,
    /// The persons whom most and gravest data is about, the gravest first.
    pub most_exposed: Vec<PersonExposed>,
    /// The persons among the most exposed who wrote to one another.
    #[serde(default)]
    pub network: PersonNetwork,
}

/// Persons who wrote to one another; each has written to or heard from another one of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonNetwork {
    /// The persons, the most exposed first: by the gravity of the data about them, then by their messages.
    pub persons: Vec<NetworkPerson>,
    /// Who wrote to whom, by the places of two persons above, in their order.
    pub ties: Vec<PersonTie>,
}

/// A person in a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NetworkPerson {
    /// The name most used; the address where there is none.
    pub name: String,
    /// True for a person of the organisations whose mailboxes lie in the dump.
    pub is_insider: bool,
    /// Distinct values about the person.
    pub values: u64,
}

/// The messages between two persons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonTie {
    /// The place of one person, the lower one, from 0.
    pub left: u32,
    /// The place of the other person.
    pub right: u32,
    /// Distinct messages that one of them sent and the other received.
    pub messages: u64,
}

/// A person, resolved from names and addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PersonExposed {
    /// The name most used; the address where there is none.
    pub name: String,
    /// All addresses, the most used first.
    pub addresses: Vec<String>,
    /// True for a person of the organisations whose mailboxes lie in the dump.
    pub is_insider: bool,
    /// Distinct messages that the person sent or received.
    pub messages: u64,
    /// Mailboxes in which such a message lies.
    pub mailboxes: u64,
    /// What sensitive data is about the person, by the name on the same line.
    pub kinds: Vec<KindCount>,
    /// The country of the person as far as addresses and numbers tell.
    pub country: Option<Country>,
    /// The reasons why several addresses are held to be one person's.
    pub merged: Vec<String>,
}

/// An organisation, by the domain of its addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OrganisationExposed {
    /// The domain.
    pub domain: String,
    /// True for an organisation whose mailboxes lie in the dump.
    pub is_insider: bool,
    /// Addresses of it.
    pub addresses: u64,
    /// Distinct messages with one of its addresses.
    pub messages: u64,
}

/// A country whose people a dump concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CountryExposed {
    /// The country.
    pub country: Country,
    /// Persons with an address under its top-level domain.
    pub addresses: u64,
    /// Distinct identity, bank and telephone numbers that it issued.
    pub numbers: u64,
    /// Distinct identity numbers that it issued: at least so many persons, where each has one.
    pub identity_numbers: u64,
}

/// The messages of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MonthExposed {
    /// The month.
    pub month: Moment,
    /// Distinct messages.
    pub messages: u64,
}

/// A content with what was found in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContentExposed {
    /// Its first place: the path of its file, then what holds it, with `!` between.
    pub place: String,
    /// The number of its places.
    pub places: u64,
    /// The first digits of its SHA-256.
    pub sha256: String,
    /// What it has, the gravest kinds first.
    pub kinds: Vec<KindCount>,
}

/// A password or key that is out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecretExposed {
    /// The stable name of the kind.
    pub kind: String,
    /// What it opens, in words: the rule that found it.
    pub title: String,
    /// The value masked: no more than its length or its public part.
    pub masked: String,
    /// Its first place.
    pub place: String,
    /// The line there, from 1.
    pub line: u64,
    /// The day of the newest message that has it.
    pub last: Option<Moment>,
}

/// A duty to notify that may apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Duty {
    /// Its stable name.
    pub id: String,
    /// The law, as it is cited.
    pub law: String,
    /// Whom to tell.
    pub tell: String,
    /// By when, in words.
    pub within: String,
    /// The hours until the first notice is due; `None` where the law gives no number.
    pub hours: Option<u32>,
    /// Why it may apply to this dump.
    pub because: String,
    /// Where it was taken from.
    pub source: String,
}
