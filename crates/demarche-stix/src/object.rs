//! The objects that demarche uses.

use std::fmt;

use demarche_terms::Tlp;
use serde::{Deserialize, Deserializer};

use crate::json::Braced;
use crate::{Problem, Text};

/// The types of objects that are read; all others are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `intrusion-set`: a body of activity.
    IntrusionSet,
    /// `threat-actor`: who is behind it.
    ThreatActor,
    /// `campaign`.
    Campaign,
    /// `malware`.
    Malware,
    /// `tool`: software that is not malicious by itself.
    Tool,
    /// `attack-pattern`: in ATT&CK a technique.
    AttackPattern,
    /// `identity`.
    Identity,
    /// `location`.
    Location,
    /// `marking-definition`.
    MarkingDefinition,
    /// `report`.
    Report,
    /// `x-mitre-collection`: in ATT&CK the name and version of the whole.
    Collection,
    /// `x-mitre-matrix`: in ATT&CK the matrix that the techniques are of.
    Matrix,
}

impl Kind {
    const WORDS: [(Self, &'static str); 12] = [
        (Self::IntrusionSet, "intrusion-set"),
        (Self::ThreatActor, "threat-actor"),
        (Self::Campaign, "campaign"),
        (Self::Malware, "malware"),
        (Self::Tool, "tool"),
        (Self::AttackPattern, "attack-pattern"),
        (Self::Identity, "identity"),
        (Self::Location, "location"),
        (Self::MarkingDefinition, "marking-definition"),
        (Self::Report, "report"),
        (Self::Collection, "x-mitre-collection"),
        (Self::Matrix, "x-mitre-matrix"),
    ];

    /// STIX's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, name)| *name == word).map(|(kind, _)| *kind)
    }

    /// Returns true if an object of the kind tells something of who did what, with what, or where.
    pub(crate) fn is_told(self) -> bool {
        !matches!(
            self,
            Self::MarkingDefinition
                | Self::Report
                | Self::Collection
                | Self::Matrix
                | Self::Identity
        )
    }

    /// Returns true if an object of the kind must have a name.
    fn is_named(self) -> bool {
        !matches!(self, Self::MarkingDefinition | Self::Location)
    }
}

/// The relationships that are read; all others are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationshipKind {
    /// `uses`.
    Uses,
    /// `attributed-to`.
    AttributedTo,
    /// `originates-from`.
    OriginatesFrom,
    /// `located-at`.
    LocatedAt,
    /// `subtechnique-of`.
    SubtechniqueOf,
    /// `revoked-by`.
    RevokedBy,
}

impl RelationshipKind {
    const WORDS: [(Self, &'static str); 6] = [
        (Self::Uses, "uses"),
        (Self::AttributedTo, "attributed-to"),
        (Self::OriginatesFrom, "originates-from"),
        (Self::LocatedAt, "located-at"),
        (Self::SubtechniqueOf, "subtechnique-of"),
        (Self::RevokedBy, "revoked-by"),
    ];

    /// STIX's word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, name)| *name == word).map(|(kind, _)| *kind)
    }

    /// Returns true if it can join objects of these types.
    pub(crate) fn joins(self, source: Kind, target: Kind) -> bool {
        use Kind::{
            AttackPattern, Campaign, Identity, IntrusionSet, Location, Malware, ThreatActor, Tool,
        };
        let acts = matches!(source, IntrusionSet | ThreatActor | Campaign);
        match self {
            Self::Uses => match source {
                Malware | Tool => matches!(target, AttackPattern | Malware | Tool),
                AttackPattern => matches!(target, Malware | Tool),
                _ => acts && matches!(target, AttackPattern | Malware | Tool),
            },
            // The standard has no attribution to a place; platforms write it.
            Self::AttributedTo => {
                acts && matches!(target, IntrusionSet | ThreatActor | Identity | Location)
            }
            Self::OriginatesFrom => (acts || source == Malware) && target == Location,
            Self::LocatedAt => (acts || source == Identity) && target == Location,
            Self::SubtechniqueOf => source == AttackPattern && target == AttackPattern,
            Self::RevokedBy => true,
        }
    }
}

impl fmt::Display for RelationshipKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A source that an object cites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Reference<'a> {
    /// The short name of the source.
    #[serde(borrow)]
    pub source_name: Text<'a>,
    /// Author, title and dates.
    #[serde(borrow)]
    pub description: Option<Text<'a>>,
    /// The address at which it can be read.
    #[serde(borrow)]
    pub url: Option<Text<'a>>,
    /// The source's name for the object.
    #[serde(borrow)]
    pub external_id: Option<Text<'a>>,
}

/// A phase of a kill chain; in ATT&CK a tactic.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Phase<'a> {
    /// The kill chain: `mitre-attack`.
    #[serde(borrow)]
    pub kill_chain_name: Text<'a>,
    /// The phase: `defense-evasion`.
    #[serde(borrow)]
    pub phase_name: Text<'a>,
}

/// An object that is no relationship.
///
/// Times are as they are written; an empty list stands for a property that is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Object<'a> {
    /// Its id, which begins with its type.
    pub id: Text<'a>,
    /// Its type.
    pub kind: Kind,
    /// The id of the identity that made it.
    pub created_by: Option<Text<'a>>,
    /// The time at which this version was made.
    pub modified: Option<Text<'a>>,
    /// True if its publisher took it back.
    pub revoked: bool,
    /// True if ATT&CK no longer keeps it up (`x_mitre_deprecated`).
    pub deprecated: bool,
    /// Its name; empty for a marking or place only.
    pub name: Text<'a>,
    /// Its description of itself.
    pub description: Option<Text<'a>>,
    /// Other names (`aliases`, and ATT&CK's `x_mitre_aliases`).
    pub aliases: Vec<Text<'a>>,
    /// The country of a place; the standard asks for its code of two letters.
    pub country: Option<Text<'a>>,
    /// The sources it cites.
    pub references: Vec<Reference<'a>>,
    /// The ids of its markings and of those of its parts; empty for one that is not said by an id.
    pub markings: Vec<Text<'a>>,
    /// The time at which it was first seen.
    pub first_seen: Option<Text<'a>>,
    /// The time at which it was last seen.
    pub last_seen: Option<Text<'a>>,
    /// The kill chain phases it serves.
    pub phases: Vec<Phase<'a>>,
    /// ATT&CK's domains it is of: `enterprise-attack`.
    pub domains: Vec<Text<'a>>,
    /// ATT&CK's version of the object, of a collection that of the whole.
    pub version: Option<Text<'a>>,
    /// The level of a marking, if it is one of the Traffic Light Protocol.
    pub tlp: Option<Tlp>,
    /// The statement of a marking.
    pub statement: Option<Text<'a>>,
}

/// Properties of objects that are read, or that say nothing of what an object is about.
pub(crate) const READ: [&str; 26] = [
    "aliases",
    "confidence",
    "country",
    "created",
    "created_by_ref",
    "description",
    "external_references",
    "first_seen",
    "granular_markings",
    "id",
    "kill_chain_phases",
    "last_seen",
    "modified",
    "name",
    "object_marking_refs",
    "relationship_type",
    "revoked",
    "source_ref",
    "spec_version",
    "target_ref",
    "type",
    "x_mitre_aliases",
    "x_mitre_deprecated",
    "x_mitre_domains",
    "x_mitre_modified_by_ref",
    "x_mitre_version",
];

/// A relationship between two objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Relationship<'a> {
    /// Its id.
    pub id: Text<'a>,
    /// Its kind.
    pub kind: RelationshipKind,
    /// The id of the object it is about.
    pub source: Text<'a>,
    /// The id of the other object.
    pub target: Text<'a>,
    /// The id of the identity that made it.
    pub created_by: Option<Text<'a>>,
    /// The time at which this version was made.
    pub modified: Option<Text<'a>>,
    /// True if its publisher took it back.
    pub revoked: bool,
    /// True if ATT&CK no longer keeps it up.
    pub deprecated: bool,
    /// Its description in words.
    pub description: Option<Text<'a>>,
    /// The sources it cites.
    pub references: Vec<Reference<'a>>,
    /// The ids of its markings and of those of its parts; empty for one that is not said by an id.
    pub markings: Vec<Text<'a>>,
    /// The confidence of its author in it, from 0 to 100; `None` where nothing is said, or another number.
    pub confidence: Option<u8>,
}

/// Reads a member for which `null` stands for nothing, as an absent member does.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The members of all types together: one pass over an object finds what any type needs.
#[derive(Debug, Deserialize)]
pub(crate) struct Members<'a> {
    #[serde(borrow, rename = "type")]
    pub(crate) kind: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) relationship_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) created_by_ref: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) modified: Option<Text<'a>>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) revoked: bool,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) x_mitre_deprecated: bool,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) name: Text<'a>,
    #[serde(borrow)]
    pub(crate) description: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) aliases: Vec<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) x_mitre_aliases: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(crate) country: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) external_references: Vec<Braced<Reference<'a>>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) object_marking_refs: Vec<Text<'a>>,
    pub(crate) confidence: Option<u8>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) granular_markings: Vec<Braced<Granular<'a>>>,
    #[serde(borrow)]
    pub(crate) first_seen: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) last_seen: Option<Text<'a>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) kill_chain_phases: Vec<Braced<Phase<'a>>>,
    #[serde(borrow, default, deserialize_with = "or_default")]
    pub(crate) x_mitre_domains: Vec<Text<'a>>,
    #[serde(borrow)]
    pub(crate) x_mitre_version: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) source_ref: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) target_ref: Option<Text<'a>>,
}

impl<'a> Members<'a> {
    /// The object of this type, if everything that it must have is there.
    pub(crate) fn object(self, kind: Kind) -> Result<Object<'a>, Problem> {
        let id = self.id.ok_or(Problem::Missing("id"))?;
        check_id(&id, kind.word())?;
        if kind.is_named() && self.name.is_empty() {
            return Err(Problem::Missing("name"));
        }
        let mut aliases = self.aliases;
        aliases.extend(self.x_mitre_aliases);
        Ok(Object {
            id,
            kind,
            created_by: self.created_by_ref,
            modified: self.modified,
            revoked: self.revoked,
            deprecated: self.x_mitre_deprecated,
            name: self.name,
            description: self.description,
            aliases,
            country: self.country,
            references: plain(self.external_references),
            markings: with_parts(self.object_marking_refs, self.granular_markings),
            first_seen: self.first_seen,
            last_seen: self.last_seen,
            phases: plain(self.kill_chain_phases),
            domains: self.x_mitre_domains,
            version: self.x_mitre_version,
            tlp: None,
            statement: None,
        })
    }

    /// The relationship of this kind, if everything that it must have is there.
    pub(crate) fn relationship(self, kind: RelationshipKind) -> Result<Relationship<'a>, Problem> {
        let id = self.id.ok_or(Problem::Missing("id"))?;
        check_id(&id, "relationship")?;
        Ok(Relationship {
            id,
            kind,
            source: self.source_ref.ok_or(Problem::Missing("source_ref"))?,
            target: self.target_ref.ok_or(Problem::Missing("target_ref"))?,
            created_by: self.created_by_ref,
            modified: self.modified,
            revoked: self.revoked,
            deprecated: self.x_mitre_deprecated,
            description: self.description,
            references: plain(self.external_references),
            markings: with_parts(self.object_marking_refs, self.granular_markings),
            confidence: self.confidence.filter(|confidence| *confidence <= 100),
        })
    }
}

/// The marking or the language of some properties.
#[derive(Debug, Deserialize)]
pub(crate) struct Granular<'a> {
    #[serde(borrow)]
    marking_ref: Option<Text<'a>>,
    #[serde(borrow)]
    lang: Option<Text<'a>>,
}

/// The markings of an object and of its parts. What marks a part in no way that is known is kept as an empty id.
fn with_parts<'a>(mut markings: Vec<Text<'a>>, parts: Vec<Braced<Granular<'a>>>) -> Vec<Text<'a>> {
    let marks =
        plain(parts).into_iter().filter(|part| part.marking_ref.is_some() || part.lang.is_none());
    markings.extend(marks.map(|part| part.marking_ref.unwrap_or_default()));
    markings
}

fn plain<T>(list: Vec<Braced<T>>) -> Vec<T> {
    list.into_iter().map(|Braced(value)| value).collect()
}

/// An id must begin with its type; of the identifier behind it only the length matters here.
fn check_id(id: &str, kind: &'static str) -> Result<(), Problem> {
    let identifier = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix("--"));
    match identifier {
        Some(rest) if (1..=100).contains(&rest.len()) => Ok(()),
        _ => Err(Problem::IdForm(kind)),
    }
}
