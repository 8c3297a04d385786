//! Objects as they are written: valid by construction, the same input the same bytes.
//!
//! A [`Draft`] takes properties one by one and becomes a [`Written`] object only if the validator finds nothing that
//! must be otherwise; a [`WrittenBundle`] is made of such objects alone and is checked as a whole once more.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use demarche_terms::Tlp;

use crate::breach::{Breach, Rules};
use crate::ids::{observable_id, write_canonical};
use crate::marking::{TLP_2_EXTENSION, tlp_1, tlp_2};
use crate::standard::{Class, ObjectType};
use crate::tree::{Members, Tree};
use crate::{Uuid, forms, validation};

/// The namespace of objects that demarche makes: the UUID of version 5 of `demarche` in the namespace of RFC 4122 for
/// names of domains.
const OURS: Uuid = Uuid([
    0xe9, 0xb3, 0x18, 0x08, 0xd1, 0x17, 0x53, 0x92, 0x9b, 0xcb, 0x3f, 0x04, 0xc3, 0xb9, 0x83, 0x90,
]);

/// A time in UTC to the millisecond, from the year 0 to 9999, as `2016-05-12T08:17:27.000Z`.
///
/// Source: STIX 2.1, sections 2.16 and 3.2.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    /// The time as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text is no time in UTC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time in UTC, as 2016-05-12T08:17:27.000Z: `{0}`")]
pub struct TimestampError(String);

impl std::str::FromStr for Timestamp {
    type Err = TimestampError;

    /// Reads a time of RFC 3339 in UTC; what is finer than a millisecond is cut off.
    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let time = forms::time(text).ok_or_else(|| TimestampError(text.to_owned()))?;
        let (date, fraction) = (time.date(), time.fraction);
        let digits = format!("{fraction:0<3}");
        let millis = digits.get(..3).unwrap_or("000");
        Ok(Self(format!("{date}.{millis}Z")))
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// An identifier of a domain object, relationship or other object that is made of its origin, so that a second export
/// gives a new version of the same object.
///
/// The parts are those that tell the object from all others, such as the case and the item of evidence.
/// Whoever can guess all parts can make the identifier; a secret part hides the others.
///
/// Source: RFC 4122, section 4.3; STIX 2.1, section 2.9 lets such identifiers be where they are unique.
///
/// ```
/// # use demarche_stix::stable_id;
/// let id = stable_id("malware", &["sony-2014", "wiper"]);
/// assert_eq!(id, stable_id("malware", &["sony-2014", "wiper"]));
/// assert_ne!(id, stable_id("malware", &["sony-2014w", "iper"]));
/// ```
#[must_use]
pub fn stable_id(kind: &str, parts: &[&str]) -> String {
    let parts = std::iter::once(&kind).chain(parts);
    let parts = parts.map(|part| Tree::Text(Cow::Borrowed(*part))).collect();
    let mut name = String::new();
    write_canonical(&mut name, &Tree::List(parts));
    format!("{kind}--{}", OURS.named(&name))
}

/// The identifier of demarche's extension of notes: the parts of an item of evidence for which STIX has no object.
///
/// Its properties are `kind` and the fields of that kind in a case, as texts, and `observed` where that is known.
#[must_use]
pub fn evidence_extension() -> String {
    stable_id("extension-definition", &["demarche", "evidence"])
}

/// The version of the Traffic Light Protocol that a bundle is marked by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlpVersion {
    /// TLP 2.0, by the markings that its extension fixes.
    #[default]
    Two,
    /// TLP 1, for partners that do not know TLP 2.0: CLEAR becomes WHITE, AMBER+STRICT becomes AMBER with a statement.
    One,
}

/// The words of the statement that stands beside AMBER where TLP 1 has no AMBER+STRICT.
const STRICT: &str = "TLP:AMBER+STRICT: the recipient's own organisation only";

impl TlpVersion {
    /// The definitions of a marking, of which each object names all; never of both versions.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the fixed markings are valid, as a test says")]
    pub fn definitions(self, tlp: Tlp) -> Vec<Written> {
        let word = tlp.word().to_ascii_lowercase();
        let mut found = match self {
            Self::Two => vec![two(&word)],
            Self::One => match tlp {
                Tlp::Clear => vec![one("white")],
                Tlp::AmberStrict => vec![one("amber"), strict()],
                Tlp::Green | Tlp::Amber | Tlp::Red => vec![one(&word)],
            },
        };
        found.drain(..).map(|draft| draft.finish().expect("the fixed markings are valid")).collect()
    }
}

fn two(word: &str) -> Draft {
    let extension = [("extension_type", "property-extension"), ("tlp_2_0", word)];
    let id = tlp_2(word).unwrap_or("");
    Draft::of_id("marking-definition", id)
        .text("created", "2022-10-01T00:00:00.000Z")
        .text("name", &format!("TLP:{}", word.to_ascii_uppercase()))
        .nested("extensions", TLP_2_EXTENSION, &extension)
}

fn one(word: &str) -> Draft {
    let (id, name) = tlp_1(word).unwrap_or(("", ""));
    Draft::of_id("marking-definition", id)
        .text("created", "2017-01-20T00:00:00.000Z")
        .text("name", name)
        .text("definition_type", "tlp")
        .object("definition", &[("tlp", word)])
}

fn strict() -> Draft {
    Draft::of_id("marking-definition", &stable_id("marking-definition", &[STRICT]))
        .text("created", "2022-08-01T00:00:00.000Z")
        .text("definition_type", "statement")
        .object("definition", &[("statement", STRICT)])
}

/// An object that is being written.
///
/// Empty texts and lists are left out, since STIX has none.
///
/// ```
/// # use demarche_stix::Draft;
/// let address = Draft::observable("ipv4-addr").text("value", "198.51.100.3").finish()?;
/// assert_eq!(address.id(), "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
/// assert!(Draft::observable("ipv4-addr").text("value", "300.1.1.1").finish().is_err());
/// # Ok::<(), demarche_stix::DraftError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Draft {
    kind: String,
    members: BTreeMap<String, Tree<'static>>,
}

impl Draft {
    /// A domain object, relationship or sighting with its identifier and the times of its first and this version.
    #[must_use]
    pub fn domain(kind: &str, id: &str, created: &Timestamp, modified: &Timestamp) -> Self {
        Self::of_id(kind, id).text("created", created.as_str()).text("modified", modified.as_str())
    }

    /// An observable; its identifier is made of its properties when it is finished (STIX 2.1, section 3.4).
    ///
    /// An observable without any of these properties has no such identifier; [`Draft::text`] gives it one.
    #[must_use]
    pub fn observable(kind: &str) -> Self {
        Self::empty(kind)
    }

    fn of_id(kind: &str, id: &str) -> Self {
        Self::empty(kind).text("id", id)
    }

    fn empty(kind: &str) -> Self {
        let draft = Self { kind: kind.to_owned(), members: BTreeMap::new() };
        draft.text("type", kind).text("spec_version", "2.1")
    }

    fn set(mut self, name: &str, value: Tree<'static>) -> Self {
        self.members.insert(name.to_owned(), value);
        self
    }

    /// Adds a text, an identifier or a word; nothing where it is empty.
    #[must_use]
    pub fn text(self, name: &str, text: &str) -> Self {
        if text.is_empty() { self } else { self.set(name, owned(text)) }
    }

    /// Adds a text where there is one.
    #[must_use]
    pub fn maybe(self, name: &str, text: Option<&str>) -> Self {
        self.text(name, text.unwrap_or(""))
    }

    /// Adds a time.
    #[must_use]
    pub fn time(self, name: &str, time: &Timestamp) -> Self {
        self.text(name, time.as_str())
    }

    /// Adds a list of texts, identifiers or words in their order, each once; nothing where it is empty.
    #[must_use]
    pub fn texts<T: AsRef<str>>(self, name: &str, texts: impl IntoIterator<Item = T>) -> Self {
        let mut seen = BTreeSet::new();
        let texts = texts.into_iter().filter(|text| !text.as_ref().is_empty());
        let list: Vec<_> = texts
            .filter(|text| seen.insert(text.as_ref().to_owned()))
            .map(|text| owned(text.as_ref()))
            .collect();
        if list.is_empty() { self } else { self.set(name, Tree::List(list)) }
    }

    /// Adds an integer.
    #[must_use]
    pub fn integer(self, name: &str, value: i64) -> Self {
        self.set(name, Tree::Integer(value))
    }

    /// Adds true or false.
    #[must_use]
    pub fn flag(self, name: &str, value: bool) -> Self {
        self.set(name, Tree::Boolean(value))
    }

    /// Adds an object of texts by name, such as hashes by algorithm; nothing where all are empty.
    #[must_use]
    pub fn object(self, name: &str, members: &[(&str, &str)]) -> Self {
        match texts_by_name(members) {
            Some(object) => self.set(name, object),
            None => self,
        }
    }

    /// Adds an object of texts under a key of an object, such as an extension.
    #[must_use]
    pub fn nested(mut self, name: &str, key: &str, members: &[(&str, &str)]) -> Self {
        let Some(object) = texts_by_name(members) else { return self };
        let outer = self.members.entry(name.to_owned()).or_insert(Tree::Object(Members::default()));
        if let Tree::Object(outer) = outer {
            outer.0.push((Cow::Owned(key.to_owned()), object));
        }
        self
    }

    /// Adds a list of texts to an object that [`Draft::nested`] added; nothing where either is empty.
    #[must_use]
    pub fn nested_texts(self, name: &str, key: &str, member: &str, texts: &[&str]) -> Self {
        if texts.is_empty() {
            return self;
        }
        let list = Tree::List(texts.iter().map(|text| owned(text)).collect());
        self.into_nested(name, key, member, list)
    }

    /// Adds an integer to an object that [`Draft::nested`] added.
    #[must_use]
    pub fn nested_integer(self, name: &str, key: &str, member: &str, value: i64) -> Self {
        self.into_nested(name, key, member, Tree::Integer(value))
    }

    /// Adds a list of objects of texts to an object that [`Draft::nested`] added; nothing where all are empty.
    #[must_use]
    pub fn nested_objects(
        self,
        name: &str,
        key: &str,
        member: &str,
        objects: &[Vec<(&str, &str)>],
    ) -> Self {
        let list: Vec<_> = objects.iter().filter_map(|object| texts_by_name(object)).collect();
        if list.is_empty() { self } else { self.into_nested(name, key, member, Tree::List(list)) }
    }

    fn into_nested(mut self, name: &str, key: &str, member: &str, value: Tree<'static>) -> Self {
        if let Some(Tree::Object(outer)) = self.members.get_mut(name)
            && let Some((_, Tree::Object(object))) =
                outer.0.iter_mut().find(|(known, _)| known == key)
        {
            object.0.push((Cow::Owned(member.to_owned()), value));
        }
        self
    }

    /// Adds an object of texts to a list of such, as external references or phases are.
    #[must_use]
    pub fn push(mut self, name: &str, members: &[(&str, &str)]) -> Self {
        let Some(object) = texts_by_name(members) else { return self };
        let list = self.members.entry(name.to_owned()).or_insert(Tree::List(Vec::new()));
        if let Tree::List(list) = list {
            list.push(object);
        }
        self
    }

    /// Adds the markings that [`TlpVersion::definitions`] gives.
    #[must_use]
    pub fn marked(self, definitions: &[Written]) -> Self {
        self.texts("object_marking_refs", definitions.iter().map(Written::id))
    }

    /// The finished object.
    ///
    /// # Errors
    ///
    /// The first rule that the object breaks and that STIX 2.1 makes a MUST.
    pub fn finish(self) -> Result<Written, DraftError> {
        let Self { kind, mut members } = self;
        let mut tree = tree(&members);
        if !members.contains_key("id")
            && let Some(id) = ObjectType::of(&kind).and_then(|kind| observable_id(kind, &tree))
        {
            members.insert("id".to_owned(), Tree::Text(Cow::Owned(id)));
            tree = self::tree(&members);
        }
        let validation = validation::validate_object(&tree, &Rules::default());
        if let Some(breach) = validation.invalid().next() {
            return Err(DraftError { kind, breach: Box::new(breach.clone()) });
        }
        let id = tree.text("id").map_or_else(String::new, str::to_owned);
        let mut json = String::with_capacity(512);
        write_canonical(&mut json, &Tree::Object(tree));
        let is_observable =
            ObjectType::of(&kind).is_some_and(|kind| kind.class == Class::Observable);
        Ok(Written { id, json, is_observable })
    }
}

fn tree(members: &BTreeMap<String, Tree<'static>>) -> Members<'static> {
    Members(members.iter().map(|(name, value)| (Cow::Owned(name.clone()), value.clone())).collect())
}

fn owned(text: &str) -> Tree<'static> {
    Tree::Text(Cow::Owned(text.to_owned()))
}

fn texts_by_name(members: &[(&str, &str)]) -> Option<Tree<'static>> {
    let filled = members.iter().filter(|(_, text)| !text.is_empty());
    let list: Vec<_> =
        filled.map(|(name, text)| (Cow::Owned((*name).to_owned()), owned(text))).collect();
    (!list.is_empty()).then_some(Tree::Object(Members(list)))
}

/// An object would not be valid STIX 2.1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an object of type {kind} would be invalid: {breach}")]
pub struct DraftError {
    /// The type of the object.
    pub kind: String,
    /// The rule that it breaks.
    pub breach: Box<Breach>,
}

/// An object of STIX 2.1 that is valid, as canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    id: String,
    json: String,
    is_observable: bool,
}

impl Written {
    /// The identifier.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The object as canonical JSON (RFC 8785).
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Returns true if the object is an observable, which many objects may have in common.
    #[must_use]
    pub const fn is_observable(&self) -> bool {
        self.is_observable
    }
}

/// A bundle that is being written: each identifier once, objects by identifier.
#[derive(Clone, Debug, Default)]
pub struct WrittenBundle {
    objects: BTreeMap<String, String>,
}

/// A bundle cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BundleError {
    /// Two objects that differ have one identifier.
    #[error("two objects that differ have the identifier {id}")]
    Twice {
        /// The identifier.
        id: String,
    },
    /// The bundle as a whole is invalid.
    #[error("the bundle would be invalid: {0}")]
    Invalid(Box<Breach>),
    /// The bundle holds no object.
    #[error("nothing to write")]
    Empty,
}

impl WrittenBundle {
    /// Adds an object; one that is the same to the byte is there once.
    ///
    /// # Errors
    ///
    /// [`BundleError::Twice`] where another object has its identifier.
    pub fn add(&mut self, object: Written) -> Result<(), BundleError> {
        let Written { id, json, is_observable: _ } = object;
        match self.objects.get(&id) {
            Some(other) if *other != json => Err(BundleError::Twice { id }),
            _ => {
                self.objects.insert(id, json);
                Ok(())
            }
        }
    }

    /// Returns true if an object of this identifier is in the bundle.
    #[must_use]
    pub fn has(&self, id: &str) -> bool {
        self.objects.contains_key(id)
    }

    /// The identifiers, in order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(String::as_str)
    }

    /// The bundle as JSON, an object a line, checked as a whole; the same objects give the same bytes.
    ///
    /// # Errors
    ///
    /// [`BundleError::Empty`] without objects, [`BundleError::Invalid`] where a rule is broken that must not be.
    pub fn finish(&self, rules: &Rules) -> Result<Vec<u8>, BundleError> {
        if self.objects.is_empty() {
            return Err(BundleError::Empty);
        }
        let bytes = crate::bundle_of(self.objects.values().map(String::as_str)).into_bytes();
        match validation::validate(&bytes, rules).invalid().next() {
            Some(breach) => Err(BundleError::Invalid(Box::new(breach.clone()))),
            None => Ok(bytes),
        }
    }
}
