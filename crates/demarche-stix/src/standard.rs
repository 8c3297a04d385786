//! STIX 2.1 as tables: the types of objects, their properties, and the rules between properties.
//!
//! The validator walks these tables; a rule that no table can say stands in `validation`.
//!
//! Source: OASIS, STIX Version 2.1 (2021).

mod relationships;
mod shape;
mod types;
mod vocabularies;

pub(crate) use relationships::RELATIONSHIPS;
pub(crate) use shape::{
    Class, DOMAIN, EXTENSION_TYPES, Form, Kind, OBSERVABLE, ObjectType, Property, Rule, Shape,
    Targets, Vocabulary,
};

use shape::MARKING;
use types::{EXTENSIONS, TYPES};

/// Names that no property may have, since later versions may use them (section 3.8).
pub(crate) const RESERVED: &[&str] = &["action", "phone_numbers", "severity", "username"];

impl ObjectType {
    /// The type of a name.
    pub(crate) fn of(name: &str) -> Option<&'static Self> {
        let index = TYPES.binary_search_by(|known| known.name.cmp(name)).ok()?;
        TYPES.get(index)
    }

    /// The properties that it shares with other types.
    pub(crate) const fn common(&self) -> &'static [Property] {
        match self.class {
            Class::Domain | Class::Relationship | Class::Meta => DOMAIN,
            Class::Observable => OBSERVABLE,
            Class::Marking => MARKING,
        }
    }
}

/// The shape of an extension that the standard defines for a type.
pub(crate) fn extension(kind: &str, name: &str) -> Option<&'static Shape> {
    let mut known = EXTENSIONS.iter();
    known.find(|(of, key, _)| *of == kind && *key == name).map(|(_, _, shape)| shape)
}
