//! Roots, collections, rights and tokens as plain data.

use crate::timestamp::Timestamp;

/// A root of the API: collections of one group that shares them (TAXII 2.1, section 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The first part of its address.
    pub name: String,
    /// The title for people.
    pub title: String,
    /// A description for people.
    pub description: Option<String>,
}

/// A root to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewRoot<'a> {
    /// The first part of its address: 1 to 100 letters, digits, `-`, `_` or `.`; not `taxii2`.
    pub name: &'a str,
    /// The title for people.
    pub title: &'a str,
    /// A description for people.
    pub description: Option<&'a str>,
}

/// A collection of a root (TAXII 2.1, section 5.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    /// The name of its root.
    pub root: String,
    /// The UUID by which clients name it.
    pub id: String,
    /// A second name in addresses.
    pub alias: Option<String>,
    /// The title for people.
    pub title: String,
    /// A description for people.
    pub description: Option<String>,
}

/// A collection to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewCollection<'a> {
    /// The name of its root, which must exist.
    pub root: &'a str,
    /// A second name in addresses, of the same form as the name of a root, and unique within it.
    pub alias: Option<&'a str>,
    /// The title for people.
    pub title: &'a str,
    /// A description for people.
    pub description: Option<&'a str>,
}

/// The rights of a user to a collection; a user with neither does not learn that it exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// May get objects.
    pub read: bool,
    /// May add objects.
    pub write: bool,
}

/// A token as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenEntry {
    /// The number by which it is revoked.
    pub number: i64,
    /// The user that it stands for.
    pub user: String,
    /// The label that it was given.
    pub label: String,
    /// The time at which it was made.
    pub created: Timestamp,
}
