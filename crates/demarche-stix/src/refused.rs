//! The reasons why an object was refused.

use crate::RelationshipKind;

/// An object that was not used.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// Its id as far as it could be read, at most 200 characters; else its place, as `object 17 at byte 4711`.
    pub id: String,
    /// The reason.
    pub problem: Problem,
}

/// The fault of an object of a bundle.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The object is no JSON, or no object.
    #[error("not as STIX has it: {0}")]
    Form(String),
    /// Reading broke off here, and went on at a later line.
    #[error("{cut}; what follows is read from byte {next}")]
    Broken {
        /// The position and the reason.
        cut: crate::Cut,
        /// The offset of the line at which reading went on, in bytes from 0.
        next: usize,
    },
    /// The object has a property, that it must have or that says whether it may be used, in another form.
    #[error("its `{name}` is not as STIX has it: {fault}")]
    Member {
        /// The property.
        name: &'static str,
        /// The fault, in plain words.
        fault: String,
    },
    /// A property, or an element of a list, has another form; the rest of the object is used.
    #[error("its `{name}` is not as STIX has it, and is left out: {fault}")]
    LeftOut {
        /// The property.
        name: &'static str,
        /// The fault, in plain words.
        fault: String,
    },
    /// The object has a property twice, and nobody can say which of the two counts.
    #[error("has `{0}` twice")]
    Twice(&'static str),
    /// What a bundle has for its objects is no list.
    #[error("its `objects` is no list, so that none of them is read")]
    Objects,
    /// The object lacks a property that it must have.
    #[error("has no `{0}`")]
    Missing(&'static str),
    /// The id is not its type and an identifier.
    #[error("its id is not of the form {0}--UUID")]
    IdForm(&'static str),
    /// The bundle lies in too many others.
    #[error("a bundle in more than four others; its objects are not read")]
    Nested,
    /// The object nests too deep.
    #[error("nests {depth} levels deep; at most {} are read", crate::MAX_DEPTH)]
    Depth {
        /// The depth in levels.
        depth: u32,
    },
    /// One of its texts is too long.
    #[error("holds a text of {length} bytes; at most {} are read", crate::MAX_TEXT)]
    Length {
        /// The length in bytes.
        length: usize,
    },
    /// There is a newer version of it, or another with the same id before it.
    #[error("another object of this id is used, modified {kept}")]
    Duplicate {
        /// The time at which the object that is used was modified, as it says itself.
        kept: String,
    },
    /// The object refers to an object that is not in the bundle.
    #[error("its {end} {id} is not in the bundle")]
    Dangling {
        /// The end.
        end: End,
        /// The id that it refers to.
        id: String,
    },
    /// The object refers to an object that was itself refused.
    #[error("its {end} {id} was refused")]
    RefusedEnd {
        /// The end.
        end: End,
        /// The id that it refers to.
        id: String,
    },
    /// The relationship joins objects of types that this relationship does not join.
    #[error("joins {source_type} and {target_type}, which `{kind}` does not")]
    Ends {
        /// The relationship.
        kind: RelationshipKind,
        /// The type of the source.
        source_type: String,
        /// The type of the target.
        target_type: String,
    },
    /// The relationship is part of a circle of relationships that can form none, or joins two such circles.
    #[error("belongs to a circle of `{0}`")]
    Cycle(RelationshipKind),
}

/// The ends of a relationship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// `source_ref`.
    Source,
    /// `target_ref`.
    Target,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Source => "source_ref",
            Self::Target => "target_ref",
        })
    }
}
