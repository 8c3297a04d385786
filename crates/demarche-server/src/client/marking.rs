//! Whether an object may leave: its marking against that of the collection.

use demarche_stix::Markings;
use demarche_terms::Tlp;

/// The strictest marking with which objects may go to a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ceiling {
    highest: Tlp,
    unmarked: Tlp,
}

impl Ceiling {
    /// A ceiling under which objects without a marking of the Traffic Light Protocol count as RED.
    #[must_use]
    pub const fn new(highest: Tlp) -> Self {
        Self { highest, unmarked: Tlp::Red }
    }

    /// Counts objects without a marking of the Traffic Light Protocol as this instead.
    ///
    /// An object whose marking cannot be read still counts as RED.
    #[must_use]
    pub const fn unmarked_as(self, unmarked: Tlp) -> Self {
        Self { unmarked, ..self }
    }

    /// Does an object so marked stay below the ceiling or touch it?
    #[must_use]
    pub fn admits(&self, tlp: Tlp) -> bool {
        tlp <= self.highest
    }

    /// Returns the marking of an object; see [`Markings::marks`].
    #[must_use]
    pub fn tlp(&self, markings: &Markings, object: &[u8]) -> Tlp {
        markings.read(object).level(self.unmarked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unmarked_objects_stay_unless_the_caller_says_what_they_count_as() {
        let (ceiling, none) = (Ceiling::new(Tlp::Green), Markings::default());
        assert!(!ceiling.admits(ceiling.tlp(&none, b"{}")));
        let ceiling = ceiling.unmarked_as(Tlp::Clear);
        assert!(ceiling.admits(ceiling.tlp(&none, b"{}")));
        assert!(!ceiling.admits(ceiling.tlp(&none, b"{")));
    }
}
