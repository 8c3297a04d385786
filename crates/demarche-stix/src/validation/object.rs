//! One object: its type and identifier, its properties, the rules between them.

use super::checker::{Checker, Path};
use super::value::{Container, Scope};
use crate::breach::Level;
use crate::forms::{self, Identifier};
use crate::ids;
use crate::standard::{Class, DOMAIN, OBSERVABLE, ObjectType, Property, RESERVED, Rule, Shape};
use crate::tree::{Members, Tree, cut};

/// The most members of one object, so that looking one up stays cheap.
const MAX_MEMBERS: usize = 10_000;

/// The most members of an object whose names are compared with each other.
const MAX_COMPARED: usize = 200;

impl Checker {
    /// Checks an object that stands by itself.
    pub(crate) fn top(&mut self, object: &Members<'_>) {
        if let Some(id) = object.text("id") {
            self.object = cut(id);
        }
        self.object_at(object, &Path::Root, None);
    }

    /// Checks an object, by itself or in the container of observed data.
    pub(crate) fn object_at(
        &mut self,
        object: &Members<'_>,
        path: &Path<'_>,
        container: Option<&Container<'_>>,
    ) {
        if object.0.len() > MAX_MEMBERS {
            let remedy = format!("keep to {MAX_MEMBERS}, which are read");
            return self.must(path, format!("{} members", object.0.len()), remedy, "demarche");
        }
        self.names_differ(object, path);
        let Some(name) = object.get("type") else {
            return self.must(&path.name("type"), "missing", "add it", "3.2");
        };
        let Some(name) = name.text() else {
            return self.must(&path.name("type"), name.met(), "give a text", "3.2");
        };
        match ObjectType::of(name) {
            Some(kind) if container.is_some() && kind.class != Class::Observable => {
                self.must(
                    &path.name("type"),
                    format!("`{name}`"),
                    "only observables may stand here",
                    "4.14",
                );
            }
            Some(kind) => self.known(kind, object, path, container),
            None => self.unknown(name, object, path, container),
        }
    }

    fn known(
        &mut self,
        kind: &'static ObjectType,
        object: &Members<'_>,
        path: &Path<'_>,
        container: Option<&Container<'_>>,
    ) {
        // Of an object without a version, 2.0 is meant (section 3.2); a bundle may hold such objects.
        let is_older = kind.class != Class::Observable && !object.has("spec_version");
        if self.is_bundle && is_older && object.has("created") {
            let remedy = "write it as STIX 2.1 with `spec_version`; nothing else of it was checked";
            return self.should(
                &path.name("spec_version"),
                "missing: an object of STIX 2.0",
                remedy,
                "3.2",
            );
        }
        let scope = Scope { section: kind.section, kind: kind.name, container };
        self.members(object, kind.common(), &kind.shape, path, &scope);
        self.id(kind.name, Some(kind), object, path);
        let is_versioned = kind.class != Class::Observable && kind.class != Class::Marking;
        if is_versioned {
            self.order(object, "created", "modified", false, path, "3.2");
        }
        self.rules_of(&kind.shape, object, path, kind.section);
        self.specials(kind, object, path);
        if self.rules.interop {
            self.interop(kind, object, path);
        }
    }

    /// An object of a type that the standard does not know (section 11.2).
    fn unknown(
        &mut self,
        name: &str,
        object: &Members<'_>,
        path: &Path<'_>,
        container: Option<&Container<'_>>,
    ) {
        let site = path.name("type");
        if !forms::is_type(name) || name == "action" {
            self.must(
                &site,
                format!("`{}`", cut(name)),
                "take a name of a-z, 0-9 and hyphens that is not reserved",
                "3.1",
            );
        } else if !has_extension(object, &["new-sdo", "new-sco", "new-sro"]) {
            self.should(
                &site,
                format!("`{}`, which the standard does not know", cut(name)),
                "define it by an extension",
                "7.3",
            );
        }
        let is_domain = object.has("created") || object.has("modified");
        let common = if is_domain { DOMAIN } else { OBSERVABLE };
        let scope = Scope { section: "3.2", kind: "", container };
        static NOTHING: Shape = Shape { properties: &[], rules: &[] };
        self.members(object, common, &NOTHING, path, &scope);
        self.id(name, None, object, path);
        if is_domain {
            self.order(object, "created", "modified", false, path, "3.2");
        }
        self.granular(object, path);
    }

    /// Checks every member by the tables, and that none is missing.
    fn members(
        &mut self,
        object: &Members<'_>,
        common: &'static [Property],
        shape: &'static Shape,
        path: &Path<'_>,
        scope: &Scope<'_>,
    ) {
        let mut seen = 0_u64;
        let known = || shape.properties.iter().chain(common);
        let is_extended =
            scope.kind.is_empty() || has_extension(object, &["toplevel-property-extension"]);
        for (name, value) in &object.0 {
            let site = path.name(name);
            match known().enumerate().find(|(_, property)| property.name == name) {
                Some((index, property)) => {
                    seen |= 1 << index.min(63);
                    self.value(&property.kind, value, &site, scope);
                }
                None => self.custom(name, value, &site, is_extended),
            }
        }
        for (index, property) in known().enumerate() {
            if property.is_required && seen & (1 << index.min(63)) == 0 {
                let is_common = index >= shape.properties.len();
                let section = if is_common { "3.2" } else { scope.section };
                self.must(&path.name(property.name), "missing", "add it", section);
            }
        }
    }

    /// A property that the standard does not know (section 11.1).
    pub(crate) fn custom(
        &mut self,
        name: &str,
        value: &Tree<'_>,
        path: &Path<'_>,
        is_extended: bool,
    ) {
        if RESERVED.contains(&name) {
            self.must(path, "a name that is reserved", "take another name", "3.8");
        } else if !forms::is_property(name) && name != "id" {
            self.must(
                path,
                "a name that no property may have",
                "take 3 to 250 of a-z, 0-9 and _, a letter first",
                "3.1",
            );
        } else if !is_extended {
            self.should(
                path,
                "a property that the standard does not know",
                "define it by an extension",
                "11.1",
            );
        }
        self.plain(name, value, path);
    }

    /// The rules for values whose kind nobody knows: no null, no empty list, and what the end of the name promises.
    pub(crate) fn plain(&mut self, name: &str, value: &Tree<'_>, path: &Path<'_>) {
        match value {
            Tree::Null => self.must(path, "null", "leave the property out", "3.1"),
            Tree::List(list) if list.is_empty() => {
                self.must(path, "an empty list", "leave the property out", "2.12");
            }
            Tree::Text(text) if name.ends_with("_hex") && !forms::is_hex(text) => {
                self.must(path, value.met(), "give pairs of hexadecimal digits", "2.8");
            }
            Tree::Text(text) if name.ends_with("_bin") && !forms::is_base64(text) => {
                self.must(path, value.met(), "give bytes in base64", "2.1");
            }
            _ if (name.ends_with("_hex") || name.ends_with("_bin")) && value.text().is_none() => {
                self.must(path, value.met(), "give a text", "3.1");
            }
            _ => {}
        }
    }

    fn names_differ(&mut self, object: &Members<'_>, path: &Path<'_>) {
        let names = object.0.iter().take(MAX_COMPARED).map(|(name, _)| name);
        for (index, name) in names.enumerate() {
            let mut before = object.0.iter().take(index);
            if before.any(|(other, _)| other == name) {
                self.should(
                    &path.name(name),
                    "the name stands twice",
                    "write each name once",
                    "RFC 8259, section 4",
                );
            }
        }
    }

    /// The identifier of an object (sections 2.9 and 3.4).
    fn id(&mut self, name: &str, kind: Option<&ObjectType>, object: &Members<'_>, path: &Path<'_>) {
        let Some(id) = object.text("id") else { return };
        let site = path.name("id");
        let Some(Identifier { kind: prefix, version }) = forms::identifier(id) else { return };
        if prefix != name {
            return self.must(
                &site,
                format!("`{}`", cut(id)),
                format!("begin with `{}--`", cut(name)),
                "2.9",
            );
        }
        let Some(kind) = kind else { return };
        if kind.class != Class::Observable {
            // The fixed markings have UUIDs of version 4 as well.
            if version != 4 {
                self.should(
                    &site,
                    format!("a UUID of version {version}"),
                    "take one of version 4, or take care that it is unique",
                    "2.9",
                );
            }
            return;
        }
        let has_any = kind.contributing.iter().any(|name| object.has(name));
        match (has_any, version) {
            (false, 4) => {}
            (false, _) => self.must(
                &site,
                format!("a UUID of version {version}"),
                "take one of version 4, since no property makes it",
                "3.4",
            ),
            (true, 5) => {
                if let Some(expected) = ids::observable_id(kind, object)
                    && !expected.eq_ignore_ascii_case(id)
                {
                    self.should(
                        &site,
                        format!("`{}`", cut(id)),
                        format!("take `{expected}`, which its properties make"),
                        "3.4",
                    );
                }
            }
            (true, _) => self.should(
                &site,
                format!("a UUID of version {version}"),
                "take one of version 5 of its properties",
                "3.4",
            ),
        }
    }

    /// Checks the rules between properties.
    pub(crate) fn rules_of(
        &mut self,
        shape: &Shape,
        object: &Members<'_>,
        path: &Path<'_>,
        section: &'static str,
    ) {
        for rule in shape.rules {
            self.rule(rule, object, path, section);
        }
    }

    fn rule(&mut self, rule: &Rule, object: &Members<'_>, path: &Path<'_>, section: &'static str) {
        let is = |name: &str, wanted: bool| object.get(name) == Some(&Tree::Boolean(wanted));
        let has = |name: &&str| object.has(name);
        match *rule {
            Rule::AtLeastOne(names) if !names.iter().any(&has) => {
                self.must(path, format!("none of {}", listed(names)), "add one of them", section);
            }
            Rule::ExactlyOne(names) => {
                let count = names.iter().filter(|name| has(name)).count();
                if count != 1 {
                    let met = format!("{count} of {}", listed(names));
                    self.must(path, met, "give exactly one of them", section);
                }
            }
            Rule::Together(left, right) if has(&left) != has(&right) => {
                self.must(
                    path,
                    format!("`{left}` or `{right}` without the other"),
                    "give both or none",
                    section,
                );
            }
            Rule::Needs(name, needed) if has(&name) => {
                self.needed(needed, name, object, path, section);
            }
            Rule::WhenTrue(name, needed) if is(name, true) => {
                self.needed(needed, name, object, path, section);
            }
            Rule::OnlyWhen(name, flag, wanted) if has(&name) && is(flag, !wanted) => {
                self.must(
                    &path.name(name),
                    format!("`{flag}` is {}", !wanted),
                    "leave it out",
                    section,
                );
            }
            Rule::OnlyUnless(name, flag, forbidden) if has(&name) && is(flag, forbidden) => {
                self.must(
                    &path.name(name),
                    format!("`{flag}` is {forbidden}"),
                    "leave it out",
                    section,
                );
            }
            Rule::Order(first, second, is_strict) => {
                self.order(object, first, second, is_strict, path, section);
            }
            _ => {}
        }
    }

    fn needed(
        &mut self,
        needed: &[&str],
        by: &str,
        object: &Members<'_>,
        path: &Path<'_>,
        section: &'static str,
    ) {
        for name in needed.iter().filter(|name| !object.has(name)) {
            self.must(&path.name(name), format!("missing, and `{by}` needs it"), "add it", section);
        }
    }

    fn order(
        &mut self,
        object: &Members<'_>,
        first: &str,
        second: &str,
        is_strict: bool,
        path: &Path<'_>,
        section: &'static str,
    ) {
        let time = |name: &str| object.text(name).and_then(forms::time).map(forms::Time::key);
        let (Some(earlier), Some(later)) = (time(first), time(second)) else { return };
        let is_in_order = if is_strict { later > earlier } else { later >= earlier };
        if !is_in_order {
            let word = if later == earlier { "the same as" } else { "before" };
            let met = format!(
                "`{}`, {word} `{first}`",
                object.text(second).map_or_else(String::new, cut)
            );
            let remedy =
                if is_strict { "give a later time" } else { "give a time that is not earlier" };
            self.must(&path.name(second), met, remedy, section);
        }
    }

    /// The needs of the interoperability profile.
    fn interop(&mut self, kind: &ObjectType, object: &Members<'_>, path: &Path<'_>) {
        let needs_creator = matches!(kind.class, Class::Domain | Class::Relationship);
        let creator = needs_creator.then_some("created_by_ref");
        for name in kind.interop.iter().copied().chain(creator) {
            if !object.has(name) {
                self.breach(
                    Level::Interop,
                    &path.name(name),
                    "missing".to_owned(),
                    "add it".to_owned(),
                    "interoperability profile",
                );
            }
        }
        let markings = object.get("object_marking_refs").and_then(Tree::list).unwrap_or(&[]);
        let fixed = markings
            .iter()
            .filter_map(Tree::text)
            .filter(|id| crate::marking::fixed_marking(id).is_some());
        if fixed.count() > 1 {
            let site = path.name("object_marking_refs");
            self.breach(
                Level::Interop,
                &site,
                "several markings of TLP".to_owned(),
                "keep the strictest".to_owned(),
                "interoperability profile",
            );
        }
    }
}

/// Returns true if an object uses an extension of one of these types.
pub(crate) fn has_extension(object: &Members<'_>, types: &[&str]) -> bool {
    let Some(extensions) = object.get("extensions").and_then(Tree::object) else { return false };
    let mut found =
        extensions.0.iter().filter_map(|(_, value)| value.object()?.text("extension_type"));
    found.any(|kind| types.contains(&kind))
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
