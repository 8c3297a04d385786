//! Values: what each kind of property may hold.

use std::collections::HashMap;

use super::checker::{Checker, Path};
use crate::forms;
use crate::standard::{self, Class, Kind, ObjectType, Shape, Targets};
use crate::tree::{Tree, cut};

/// The objects of a container by key.
pub(crate) type Container<'c> = HashMap<&'c str, &'c Tree<'c>>;

/// The surroundings of a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope<'s> {
    /// The section of the object's type.
    pub(crate) section: &'static str,
    /// The object's type; empty for one that the standard does not know.
    pub(crate) kind: &'s str,
    /// The container of observed data that the object is in.
    pub(crate) container: Option<&'s Container<'s>>,
}

/// What a simple kind wants, whether a value has it, and the section of the standard.
type Simple = (bool, &'static str, &'static str);

/// The kinds that one look at the value decides; `None` for all others.
fn simple(kind: &Kind, value: &Tree<'_>, scope: &Scope<'_>) -> Option<Simple> {
    let text = value.text();
    let is = |check: fn(&str) -> bool| text.is_some_and(check);
    Some(match kind {
        Kind::Any => (*value != Tree::Null, "any value but null", "3.1"),
        Kind::Text => (text.is_some(), "a text", "2.15"),
        Kind::Boolean => (matches!(value, Tree::Boolean(_)), "true or false", "2.2"),
        Kind::Timestamp => (is(|text| forms::time(text).is_some()), TIME, "2.16"),
        Kind::Milliseconds => {
            let has_three =
                |text: &str| forms::time(text).is_some_and(|time| time.fraction.len() >= 3);
            (is(has_three), "a time in UTC to the millisecond, as 2016-05-12T08:17:27.000Z", "3.2")
        }
        Kind::WholeSeconds => {
            let has_none =
                |text: &str| forms::time(text).is_some_and(|time| time.fraction.is_empty());
            (is(has_none), "a time in UTC without fraction of a second", scope.section)
        }
        Kind::Hex => (is(forms::is_hex), "pairs of hexadecimal digits", "2.8"),
        Kind::Binary => (is(forms::is_base64), "bytes in base64", "2.1"),
        Kind::Uri => (is(forms::is_uri), "an address of RFC 3986", scope.section),
        Kind::Language => (is(forms::is_language), "a language of RFC 5646, as `en`", "3.2"),
        Kind::Phase | Kind::Protocol => (text.is_some(), "a text", "2.15"),
        Kind::Id => (is(|text| forms::identifier(text).is_some()), ID, "2.9"),
        Kind::TextOrTexts => {
            let is_texts = |list: &[Tree<'_>]| {
                !list.is_empty() && list.iter().all(|element| element.text().is_some())
            };
            (text.is_some() || value.list().is_some_and(is_texts), "a text or texts", scope.section)
        }
        Kind::TextOrInteger => (
            text.is_some() || matches!(value, Tree::Integer(_)),
            "a text or an integer",
            scope.section,
        ),
        Kind::Form(form) => {
            (text.is_some_and(|text| forms::has_form(*form, text)), wanted(*form), scope.section)
        }
        _ => return None,
    })
}

const TIME: &str = "a time in UTC, as 2016-05-12T08:17:27.000Z";
const ID: &str = "an identifier type--UUID";

const fn wanted(form: standard::Form) -> &'static str {
    use standard::Form;
    match form {
        Form::MediaType => "a media type, as text/plain",
        Form::CharacterSet => "a character set of IANA",
        Form::Ipv4 => "an address of IPv4, or a prefix",
        Form::Ipv6 => "an address of IPv6, or a prefix",
        Form::Mac => "six bytes in lower case with colons between",
        Form::Domain => "a name of a domain",
        Form::Email => "an address of e-mail",
        Form::Cpe => "a name of CPE 2.3",
        Form::RegistryKey => "a key whose hive is written out, as HKEY_LOCAL_MACHINE",
        Form::RelationshipType => "a word of a-z, 0-9 and hyphens",
    }
}

impl Checker {
    /// Checks a value of a property.
    pub(crate) fn value(
        &mut self,
        kind: &'static Kind,
        value: &Tree<'_>,
        path: &Path<'_>,
        scope: &Scope<'_>,
    ) {
        if let Some((is_right, wanted, section)) = simple(kind, value, scope) {
            if is_right {
                self.advice(kind, value, path);
            } else {
                self.must(path, value.met(), format!("give {wanted}"), section);
            }
            return;
        }
        match kind {
            Kind::Integer(least, most) => match value {
                Tree::Integer(number) if (least..=most).contains(&number) => {}
                _ => self.must(
                    path,
                    value.met(),
                    format!("give an integer from {least} to {most}"),
                    "2.10",
                ),
            },
            Kind::Number(least, most) => self.number(*least, *most, value, path),
            Kind::Enum(words) => match value.text() {
                Some(text) if words.contains(&text) => {}
                _ => {
                    self.must(
                        path,
                        value.met(),
                        format!("take one of {}", words.join(", ")),
                        "2.4",
                    );
                }
            },
            Kind::Open(vocabulary) => self.vocabulary(vocabulary, value, path),
            Kind::Reference(targets) => self.reference(targets, value, path, scope),
            Kind::List(element) => self.list_of(element, value, path, scope),
            Kind::Hashes => self.hashes(false, value, path),
            Kind::KnownHashes => self.hashes(true, value, path),
            Kind::Dictionary => self.dictionary(None, value, path, scope),
            Kind::Map(of) => self.dictionary(Some(of), value, path, scope),
            Kind::Object(shape) => self.nested(shape, value, path, scope),
            Kind::Extensions => self.extensions(value, path, scope),
            Kind::Container => self.container(value, path),
            Kind::Translations => self.translations(value, path),
            _ => {}
        }
    }

    /// The advice on values that are right.
    fn advice(&mut self, kind: &Kind, value: &Tree<'_>, path: &Path<'_>) {
        let Some(text) = value.text() else { return };
        match kind {
            Kind::Phase
                if text
                    .bytes()
                    .any(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b' ')) =>
            {
                self.should(path, value.met(), "write it in lower case with hyphens", "2.11");
            }
            Kind::Protocol => {
                let is_sign =
                    |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                if !(1..=15).contains(&text.len()) || !text.bytes().all(is_sign) {
                    self.should(
                        path,
                        value.met(),
                        "take the name of a service of IANA in lower case",
                        "6.12",
                    );
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "bounds of degrees and metres")]
    fn number(&mut self, least: f64, most: f64, value: &Tree<'_>, path: &Path<'_>) {
        let number = match value {
            Tree::Integer(number) => Some(*number as f64),
            Tree::Number(number) => Some(*number),
            _ => None,
        };
        if !number.is_some_and(|number| (least..=most).contains(&number)) {
            let bounds =
                if least > f64::MIN { format!(" from {least} to {most}") } else { String::new() };
            self.must(path, value.met(), format!("give a number{bounds}"), "2.6");
        }
    }

    fn vocabulary(&mut self, vocabulary: &standard::Vocabulary, value: &Tree<'_>, path: &Path<'_>) {
        match value.text() {
            Some(text) if vocabulary.words.contains(&text) => {}
            Some(_) => {
                self.should(path, value.met(), format!("take a word of {}", vocabulary.name), "10");
            }
            None => self.must(path, value.met(), "give a text", "2.14"),
        }
    }

    fn reference(
        &mut self,
        targets: &Targets,
        value: &Tree<'_>,
        path: &Path<'_>,
        scope: &Scope<'_>,
    ) {
        let Some(text) = value.text() else {
            return self.must(path, value.met(), format!("give {ID}"), "2.9");
        };
        // Within the container, objects refer to each other by their keys.
        let inside = scope.container.and_then(|container| container.get(text).copied());
        let kind = match inside.and_then(Tree::object) {
            Some(object) => object.text("type"),
            None => forms::identifier(text).map(|identifier| identifier.kind),
        };
        let Some(kind) = kind else {
            return self.must(path, value.met(), format!("give {ID}"), "2.9");
        };
        let class = ObjectType::of(kind).map(|known| known.class);
        let wanted = match targets {
            Targets::Types(types) if !types.contains(&kind) => {
                format!("point to {}", types.join(" or "))
            }
            Targets::Except(types) if types.contains(&kind) => {
                format!("point to none of {}", types.join(", "))
            }
            Targets::Observables if class.is_some_and(|class| class != Class::Observable) => {
                "point to an observable".to_owned()
            }
            Targets::ObservablesOrRelationships
                if class.is_some_and(|class| {
                    !matches!(class, Class::Observable | Class::Relationship)
                }) =>
            {
                "point to observables and their relationships".to_owned()
            }
            _ => return,
        };
        self.must(path, value.met(), wanted, scope.section);
    }

    fn list_of(
        &mut self,
        kind: &'static Kind,
        value: &Tree<'_>,
        path: &Path<'_>,
        scope: &Scope<'_>,
    ) {
        let Some(list) = value.list() else {
            return self.must(path, value.met(), "give a list", "2.12");
        };
        if list.is_empty() {
            self.must(path, value.met(), "leave the property out", "2.12");
        }
        for (index, element) in list.iter().enumerate() {
            self.value(kind, element, &path.index(index), scope);
        }
    }

    fn hashes(&mut self, is_closed: bool, value: &Tree<'_>, path: &Path<'_>) {
        let Some(hashes) = value.object() else {
            return self.must(path, value.met(), "give hashes by algorithm", "2.7");
        };
        if hashes.0.is_empty() {
            self.must(path, value.met(), "leave the property out", "2.3");
        }
        for (algorithm, hash) in &hashes.0 {
            let site = path.name(algorithm);
            let is_known = forms::HASHES.contains(&algorithm.as_ref());
            if !forms::is_key(algorithm) || algorithm.len() < 3 {
                self.must(
                    &site,
                    "a name that no algorithm may have",
                    "take 3 to 250 of a-z, A-Z, 0-9, _ and -",
                    "2.7",
                );
            } else if is_closed && !is_known {
                self.must(
                    &site,
                    format!("`{}`", cut(algorithm)),
                    format!("take one of {}", forms::HASHES.join(", ")),
                    "2.5",
                );
            } else if !is_known && !algorithm.starts_with("x_") {
                self.should(
                    &site,
                    format!("`{}`", cut(algorithm)),
                    "take a word of hash-algorithm-ov",
                    "10",
                );
            }
            if !hash.text().is_some_and(|hash| forms::is_hash(algorithm, hash)) {
                self.must(&site, hash.met(), "give a hash of this algorithm", "2.7");
            }
        }
    }

    fn dictionary(
        &mut self,
        kind: Option<&'static Kind>,
        value: &Tree<'_>,
        path: &Path<'_>,
        scope: &Scope<'_>,
    ) {
        let Some(members) = value.object() else {
            return self.must(path, value.met(), "give a dictionary", "2.3");
        };
        if members.0.is_empty() {
            self.must(path, value.met(), "leave the property out", "2.3");
        }
        for (key, value) in &members.0 {
            let site = path.name(key);
            if !forms::is_key(key) {
                self.must(
                    &site,
                    "a key that no dictionary may have",
                    "take at most 250 of a-z, A-Z, 0-9, _ and -",
                    "2.3",
                );
            }
            match kind {
                Some(kind) => self.value(kind, value, &site, scope),
                None => self.plain("", value, &site),
            }
        }
    }

    fn nested(
        &mut self,
        shape: &'static Shape,
        value: &Tree<'_>,
        path: &Path<'_>,
        scope: &Scope<'_>,
    ) {
        let Some(object) = value.object() else {
            return self.must(path, value.met(), "give an object", scope.section);
        };
        for (name, value) in &object.0 {
            let site = path.name(name);
            match shape.properties.iter().find(|property| property.name == name) {
                Some(property) => self.value(&property.kind, value, &site, scope),
                None => self.plain("", value, &site),
            }
        }
        for property in shape.properties.iter().filter(|property| property.is_required) {
            if !object.has(property.name) {
                self.must(&path.name(property.name), "missing", "add it", scope.section);
            }
        }
        self.rules_of(shape, object, path, scope.section);
    }

    /// The extensions of an object (section 7.3).
    fn extensions(&mut self, value: &Tree<'_>, path: &Path<'_>, scope: &Scope<'_>) {
        let Some(extensions) = value.object() else {
            return self.must(path, value.met(), "give extensions by name", "7.3");
        };
        if extensions.0.is_empty() {
            self.must(path, value.met(), "leave the property out", "2.3");
        }
        for (key, value) in &extensions.0 {
            let site = path.name(key);
            if let Some(shape) = standard::extension(scope.kind, key) {
                let names = value.object().into_iter().flat_map(|members| &members.0);
                for (name, _) in names {
                    let is_known = shape.properties.iter().any(|property| property.name == name);
                    if !is_known && !forms::is_property(name) && name != "id" {
                        let remedy = "take 3 to 250 of a-z, 0-9 and _, a letter first";
                        let met = "a name that no property may have";
                        self.must(&site.name(name), met, remedy, "3.1");
                    }
                }
                self.nested(shape, value, &site, scope);
                continue;
            }
            let is_defined = forms::identifier(key)
                .is_some_and(|identifier| identifier.kind == "extension-definition");
            let is_named = is_defined || (key.ends_with("-ext") && forms::is_type(key));
            if !is_named {
                self.must(
                    &site,
                    "a name that no extension may have",
                    "name it extension-definition--UUID",
                    "7.3",
                );
            } else if !is_defined {
                self.should(
                    &site,
                    "an extension without definition",
                    "define it by an extension",
                    "11.3",
                );
            }
            self.custom_extension(is_defined, value, &site);
        }
    }

    fn custom_extension(&mut self, is_defined: bool, value: &Tree<'_>, path: &Path<'_>) {
        let Some(extension) = value.object() else {
            return self.must(path, value.met(), "give an object", "7.3");
        };
        if extension.0.is_empty() {
            self.must(path, value.met(), "add a property", "7.3");
        }
        for (name, value) in &extension.0 {
            self.custom(name, value, &path.name(name), true);
        }
        if !is_defined {
            return;
        }
        match extension.get("extension_type").map(Tree::text) {
            Some(Some(kind)) if standard::EXTENSION_TYPES.contains(&kind) => {}
            _ => {
                let met =
                    extension.get("extension_type").map_or_else(|| "missing".to_owned(), Tree::met);
                let remedy = format!("give one of {}", standard::EXTENSION_TYPES.join(", "));
                self.must(&path.name("extension_type"), met, remedy, "7.3");
            }
        }
    }

    /// The container of observables, deprecated since 2.1 (section 4.14).
    fn container(&mut self, value: &Tree<'_>, path: &Path<'_>) {
        self.should(
            path,
            "a container of observables, which is deprecated",
            "name the objects by `object_refs`",
            "4.14",
        );
        let Some(container) = value.object() else {
            return self.must(path, value.met(), "give objects by key", "4.14");
        };
        if container.0.is_empty() {
            self.must(path, value.met(), "add an object", "2.13");
        }
        let index: Container<'_> =
            container.0.iter().map(|(key, object)| (key.as_ref(), object)).collect();
        for (key, object) in &container.0 {
            let site = path.name(key);
            match object.object() {
                Some(members) => self.object_at(members, &site, Some(&index)),
                None => self.must(&site, object.met(), "give an object", "4.14"),
            }
        }
    }

    /// The translations of language content (section 7.1).
    fn translations(&mut self, value: &Tree<'_>, path: &Path<'_>) {
        let Some(languages) = value.object() else {
            return self.must(path, value.met(), "give translations by language", "7.1");
        };
        if languages.0.is_empty() {
            self.must(path, value.met(), "add a language", "2.3");
        }
        for (language, value) in &languages.0 {
            let site = path.name(language);
            if !forms::is_language(language) {
                self.must(
                    &site,
                    format!("`{}`", cut(language)),
                    "name a language of RFC 5646",
                    "7.1",
                );
            }
            let Some(properties) = value.object() else {
                self.must(&site, value.met(), "give translations by property", "7.1");
                continue;
            };
            for (name, value) in &properties.0 {
                self.custom(name, value, &site.name(name), true);
            }
        }
    }
}
