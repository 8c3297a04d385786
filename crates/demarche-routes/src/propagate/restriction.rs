use std::collections::BTreeSet;

use crate::{AsIndex, Link};

/// ASes and links that a route may not use.
///
/// For the routes to *one* origin, an AS that refuses to carry them (it drops the announcement) is the same as an AS that has vanished: it has no route and passes none on.
/// The two differ in which origins they hit: a refusal only those that are refused, a removal all of them. That choice is made by whoever applies the restriction.
///
/// An origin that is itself restricted announces nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Restriction {
    /// ASes that have no route and pass none on.
    pub ases: BTreeSet<AsIndex>,
    /// Links over which no route passes, in either direction and of whatever kind.
    pub links: BTreeSet<Link>,
}

impl Restriction {
    /// Nothing is forbidden.
    #[must_use]
    pub const fn none() -> Self {
        Self { ases: BTreeSet::new(), links: BTreeSet::new() }
    }

    /// These ASes do not take part.
    #[must_use]
    pub fn without_ases(ases: impl IntoIterator<Item = AsIndex>) -> Self {
        Self { ases: ases.into_iter().collect(), links: BTreeSet::new() }
    }

    /// These links carry nothing.
    #[must_use]
    pub fn without_links(links: impl IntoIterator<Item = Link>) -> Self {
        Self { ases: BTreeSet::new(), links: links.into_iter().collect() }
    }

    /// Nothing is forbidden.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ases.is_empty() && self.links.is_empty()
    }
}
