//! The inputs of a judgement.

use std::collections::BTreeSet;

use super::authors::Authors;
use super::behaviour::Behaviour;
use super::features::Feature;
use super::items::Item;
use super::pool::Groups;
use super::prior::Frequencies;

/// The inputs of a judgement that are the same whatever values its parameters have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bench<'a> {
    pub(crate) authors: &'a Authors<'a>,
    pub(crate) counts: &'a Frequencies,
    pub(crate) behaviour: &'a Behaviour,
    pub(crate) items: &'a [Item<'a>],
    pub(crate) groups: &'a Groups,
    /// The features of the attack.
    pub(crate) features: &'a BTreeSet<Feature>,
}
