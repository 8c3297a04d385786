//! The members of an object: one pass where all are as STIX has them, else each by itself.
//!
//! An odd member costs itself and not the object, unless the object is nothing without it, or it says that the object
//! was taken back or may not be shown.

use std::fmt;

use serde::Deserializer;
use serde::de::{Deserialize, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::fault::fault;
use crate::json;
use crate::object::Members;
use crate::{Problem, Text};

/// The members, and the faults of those that were left out.
pub(crate) fn read(bytes: &[u8]) -> Result<(Members<'_>, Vec<Problem>), Problem> {
    match json::object::<Members<'_>>(bytes) {
        Ok(members) => Ok((members, Vec::new())),
        Err(_) => Parts::of(bytes)?.members(),
    }
}

/// The members of an object as they stand, with those that were left out.
struct Parts<'a> {
    pairs: Vec<(Text<'a>, &'a RawValue)>,
    odd: Vec<Problem>,
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, Problem> {
        let Pairs(pairs) =
            serde_json::from_slice(bytes).map_err(|error| Problem::Form(fault(&error)))?;
        Ok(Self { pairs, odd: Vec::new() })
    }

    fn members(mut self) -> Result<(Members<'a>, Vec<Problem>), Problem> {
        let members = Members {
            kind: self.needed("type")?,
            id: self.needed("id")?,
            relationship_type: self.needed("relationship_type")?,
            created_by_ref: self.optional("created_by_ref")?,
            modified: self.optional("modified")?,
            revoked: self.or_nothing("revoked")?,
            x_mitre_deprecated: self.or_nothing("x_mitre_deprecated")?,
            name: self.or_nothing("name")?,
            description: self.optional("description")?,
            aliases: self.list("aliases")?,
            x_mitre_aliases: self.list("x_mitre_aliases")?,
            country: self.optional("country")?,
            external_references: self.list("external_references")?,
            object_marking_refs: self.or_nothing("object_marking_refs")?,
            confidence: self.optional("confidence")?,
            granular_markings: self.or_nothing("granular_markings")?,
            first_seen: self.optional("first_seen")?,
            last_seen: self.optional("last_seen")?,
            kill_chain_phases: self.list("kill_chain_phases")?,
            x_mitre_domains: self.list("x_mitre_domains")?,
            x_mitre_version: self.optional("x_mitre_version")?,
            source_ref: self.needed("source_ref")?,
            target_ref: self.needed("target_ref")?,
        };
        Ok((members, self.odd))
    }

    /// The value of a member; none if it is not there or `null`.
    ///
    /// Of two members of one name nobody can say which one counts.
    fn value(&self, name: &'static str) -> Result<Option<&'a str>, Problem> {
        let mut values = self.pairs.iter().filter(|(key, _)| key.as_str() == name);
        let first = values.next();
        if values.next().is_some() {
            return Err(Problem::Twice(name));
        }
        Ok(first.map(|(_, value)| value.get()).filter(|value| *value != "null"))
    }

    /// A member whose fault is that of the object.
    fn needed<T: Deserialize<'a>>(&self, name: &'static str) -> Result<Option<T>, Problem> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        let read = serde_json::from_str(value);
        read.map(Some).map_err(|error| Problem::Member { name, fault: fault(&error) })
    }

    /// The same of a member that stands for nothing where it is not there.
    fn or_nothing<T: Default + Deserialize<'a>>(&self, name: &'static str) -> Result<T, Problem> {
        Ok(self.needed(name)?.unwrap_or_default())
    }

    /// A member whose fault costs itself alone.
    fn optional<T: Deserialize<'a>>(&mut self, name: &'static str) -> Result<Option<T>, Problem> {
        let Some(value) = self.value(name)? else { return Ok(None) };
        Ok(self.element(name, value))
    }

    /// A list of which each odd element is left out.
    fn list<T: Deserialize<'a>>(&mut self, name: &'static str) -> Result<Vec<T>, Problem> {
        let elements: Option<Vec<&'a RawValue>> = self.optional(name)?;
        let Some(elements) = elements else { return Ok(Vec::new()) };
        Ok(elements.into_iter().filter_map(|value| self.element(name, value.get())).collect())
    }

    fn element<T: Deserialize<'a>>(&mut self, name: &'static str, value: &'a str) -> Option<T> {
        let read = serde_json::from_str(value);
        let odd = |error| self.odd.push(Problem::LeftOut { name, fault: fault(&error) });
        read.map_err(odd).ok()
    }
}

/// The names and values of an object, in their order.
struct Pairs<'a>(Vec<(Text<'a>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PairsVisitor).map(Self)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Vec<(Text<'de>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = members.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}
