//! The words of the tables: what a property holds, which properties an object has, and the rules between them.

/// The greatest integer that JSON carries without loss, 2^53 − 1 (section 2.10).
pub(crate) const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// Any integer that JSON carries without loss.
pub(crate) const ANY_INTEGER: Kind = Kind::Integer(-MAX_INTEGER, MAX_INTEGER);

/// An integer from 0.
pub(crate) const COUNT: Kind = Kind::Integer(0, MAX_INTEGER);

/// Any number.
pub(crate) const ANY_NUMBER: Kind = Kind::Number(f64::MIN, f64::MAX);

/// The types that no relationship and no sighting may point to (sections 5.1 and 5.2).
pub(crate) const NO_ENDS: &[&str] =
    &["bundle", "language-content", "marking-definition", "relationship", "sighting"];

/// The types of extensions (section 7.3).
pub(crate) const EXTENSION_TYPES: &[&str] =
    &["new-sdo", "new-sco", "new-sro", "property-extension", "toplevel-property-extension"];

/// What a property holds.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Anything but null.
    Any,
    /// A text.
    Text,
    /// True or false.
    Boolean,
    /// An integer between two bounds, both included.
    Integer(i64, i64),
    /// A number between two bounds, both included.
    Number(f64, f64),
    /// A time in UTC.
    Timestamp,
    /// A time in UTC, to the millisecond at least.
    Milliseconds,
    /// A time in UTC without fraction of a second.
    WholeSeconds,
    /// Pairs of hexadecimal digits.
    Hex,
    /// Bytes in base64.
    Binary,
    /// An address of RFC 3986.
    Uri,
    /// A language of RFC 5646.
    Language,
    /// A name of a kill chain or of its phase.
    Phase,
    /// A protocol of a network connection.
    Protocol,
    /// A text of a certain form.
    Form(Form),
    /// One of these words.
    Enum(&'static [&'static str]),
    /// A word that is best taken from a vocabulary.
    Open(&'static Vocabulary),
    /// The object's own identifier.
    Id,
    /// The identifier of another object.
    Reference(Targets),
    /// A list of at least one element.
    List(&'static Self),
    /// Hashes by algorithm.
    Hashes,
    /// Hashes by algorithm, of the algorithms that the standard names.
    KnownHashes,
    /// Any values by name.
    Dictionary,
    /// Values of one kind by name.
    Map(&'static Self),
    /// A text or a list of texts.
    TextOrTexts,
    /// A text or an integer.
    TextOrInteger,
    /// An object with properties of its own.
    Object(&'static Shape),
    /// The extensions of an object.
    Extensions,
    /// The deprecated container of observables.
    Container,
    /// Translations by language and property.
    Translations,
}

/// The forms that a text may have to have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// A media type, as `text/plain`.
    MediaType,
    /// A name of a character set.
    CharacterSet,
    /// An address of IPv4, or a prefix.
    Ipv4,
    /// An address of IPv6, or a prefix.
    Ipv6,
    /// A hardware address of six bytes.
    Mac,
    /// A name of a domain.
    Domain,
    /// An address of e-mail.
    Email,
    /// A name of a product by CPE 2.3.
    Cpe,
    /// A path of a registry key whose hive is written out.
    RegistryKey,
    /// A word for a relationship.
    RelationshipType,
}

/// The objects that a reference may point to, by type.
#[derive(Debug)]
pub(crate) enum Targets {
    /// Objects of any type.
    Any,
    /// Objects of these types.
    Types(&'static [&'static str]),
    /// Objects of other types than these.
    Except(&'static [&'static str]),
    /// Observables, those of later versions and extensions included.
    Observables,
    /// Observables and relationships.
    ObservablesOrRelationships,
}

/// An open vocabulary (section 10).
#[derive(Debug)]
pub(crate) struct Vocabulary {
    pub(crate) name: &'static str,
    pub(crate) words: &'static [&'static str],
}

/// A property of an object.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
}

/// A property that must be there.
pub(crate) const fn must(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, is_required: true }
}

/// A property that may be left out.
pub(crate) const fn may(name: &'static str, kind: Kind) -> Property {
    Property { name, kind, is_required: false }
}

/// A rule between properties.
#[derive(Debug)]
pub(crate) enum Rule {
    /// At least one of these is there.
    AtLeastOne(&'static [&'static str]),
    /// One of these is there and no other.
    ExactlyOne(&'static [&'static str]),
    /// Both are there, or none.
    Together(&'static str, &'static str),
    /// The first needs all others.
    Needs(&'static str, &'static [&'static str]),
    /// Where the first is true, all others are there.
    WhenTrue(&'static str, &'static [&'static str]),
    /// The first is there only where the second has this value.
    OnlyWhen(&'static str, &'static str, bool),
    /// The first is not there where the second has this value.
    OnlyUnless(&'static str, &'static str, bool),
    /// The second time is not before the first; later than it where the third is true.
    Order(&'static str, &'static str, bool),
}

/// The properties of an object, and the rules between them.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) properties: &'static [Property],
    pub(crate) rules: &'static [Rule],
}

/// The classes of objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Domain,
    Relationship,
    Observable,
    Meta,
    Marking,
}

/// A type of object.
#[derive(Debug)]
pub(crate) struct ObjectType {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    /// The section of the standard.
    pub(crate) section: &'static str,
    /// The properties of its own.
    pub(crate) shape: Shape,
    /// The properties that make the identifier of an observable.
    pub(crate) contributing: &'static [&'static str],
    /// The properties that the interoperability profile needs beside the standard's.
    pub(crate) interop: &'static [&'static str],
}

/// A phase of a kill chain (section 2.11).
pub(crate) const KILL_CHAIN_PHASE: Shape = Shape {
    properties: &[must("kill_chain_name", Kind::Phase), must("phase_name", Kind::Phase)],
    rules: &[],
};

/// A reference to something outside STIX (section 2.5).
pub(crate) const EXTERNAL_REFERENCE: Shape = Shape {
    properties: &[
        must("source_name", Kind::Text),
        may("description", Kind::Text),
        may("url", Kind::Uri),
        may("hashes", Kind::KnownHashes),
        may("external_id", Kind::Text),
    ],
    rules: &[Rule::AtLeastOne(&["external_id", "description", "url"])],
};

/// A marking of a part of an object (section 7.2.3).
pub(crate) const GRANULAR_MARKING: Shape = Shape {
    properties: &[
        must("selectors", Kind::List(&Kind::Text)),
        may("lang", Kind::Language),
        may("marking_ref", Kind::Reference(Targets::Types(&["marking-definition"]))),
    ],
    rules: &[Rule::ExactlyOne(&["lang", "marking_ref"])],
};

const TYPE: Property = must("type", Kind::Text);
const ID: Property = must("id", Kind::Id);
const VERSION: &[&str] = &["2.0", "2.1"];
const CREATOR: Property = may("created_by_ref", Kind::Reference(Targets::Types(&["identity"])));
const REFERENCES: Property =
    may("external_references", Kind::List(&Kind::Object(&EXTERNAL_REFERENCE)));
const MARKINGS: Property = may(
    "object_marking_refs",
    Kind::List(&Kind::Reference(Targets::Types(&["marking-definition"]))),
);
const GRANULAR: Property = may("granular_markings", Kind::List(&Kind::Object(&GRANULAR_MARKING)));
const EXTENDED: Property = may("extensions", Kind::Extensions);

/// The properties of domain, relationship and most meta objects (section 3.2).
pub(crate) static DOMAIN: &[Property] = &[
    TYPE,
    must("spec_version", Kind::Enum(VERSION)),
    ID,
    CREATOR,
    must("created", Kind::Milliseconds),
    must("modified", Kind::Milliseconds),
    may("revoked", Kind::Boolean),
    may("labels", Kind::List(&Kind::Text)),
    may("confidence", Kind::Integer(0, 100)),
    may("lang", Kind::Language),
    REFERENCES,
    MARKINGS,
    GRANULAR,
    EXTENDED,
];

/// The properties that observables have beside their own (section 3.2).
pub(crate) static OBSERVABLE: &[Property] = &[
    TYPE,
    may("spec_version", Kind::Enum(VERSION)),
    ID,
    MARKINGS,
    GRANULAR,
    may("defanged", Kind::Boolean),
    EXTENDED,
];

/// The properties that marking definitions have beside their own (section 7.2.1).
pub(crate) static MARKING: &[Property] = &[
    TYPE,
    must("spec_version", Kind::Enum(VERSION)),
    ID,
    CREATOR,
    must("created", Kind::Timestamp),
    REFERENCES,
    MARKINGS,
    GRANULAR,
    EXTENDED,
];
