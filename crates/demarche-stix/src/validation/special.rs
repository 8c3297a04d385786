//! The rules that no table can say: markings, selectors, references, patterns, relationships.

use super::checker::{Checker, Path};
use crate::forms;
use crate::marking::{TLP_1, TLP_2, TLP_2_EXTENSION};
use crate::standard::{Class, ObjectType, RELATIONSHIPS};
use crate::tree::{Members, Tree, cut};

/// The most selectors of one object that are followed.
const MAX_SELECTORS: usize = 1_000;

/// The relationships that any two objects may have (section 3.7).
const COMMON: [&str; 3] = ["derived-from", "duplicate-of", "related-to"];

impl Checker {
    /// The rules of one type beside its table.
    pub(crate) fn specials(&mut self, kind: &ObjectType, object: &Members<'_>, path: &Path<'_>) {
        if kind.class != Class::Observable {
            self.references(object, path);
        }
        self.granular(object, path);
        self.one_protocol(object, path);
        match kind.name {
            "marking-definition" => self.marking(object, path),
            "relationship" => self.relationship(object, path),
            "indicator" => self.indicator(object, path),
            "extension-definition" => self.extension_definition(object, path),
            "email-message" => self.header(object, path),
            _ => {}
        }
    }

    /// References to CVE and CAPEC have numbers of their form, and an address has a hash (section 2.5).
    fn references(&mut self, object: &Members<'_>, path: &Path<'_>) {
        let list = object.get("external_references").and_then(Tree::list).unwrap_or(&[]);
        let site = path.name("external_references");
        for (index, reference) in list.iter().enumerate() {
            let site = site.index(index);
            let Some(reference) = reference.object() else { continue };
            let Some(source) = reference.text("source_name") else { continue };
            let number = reference.text("external_id").unwrap_or("");
            let form = ["cve", "capec"].into_iter().find(|name| has_number(name, number));
            if matches!(source, "cve" | "capec") && form != Some(source) {
                let met = if number.is_empty() {
                    "missing".to_owned()
                } else {
                    format!("`{}`", cut(number))
                };
                let remedy = if source == "cve" {
                    "write it as CVE-2014-0160"
                } else {
                    "write it as CAPEC-98"
                };
                self.must(&site.name("external_id"), met, remedy, "2.5");
            } else if let Some(form) = form
                && form != source
            {
                self.must(
                    &site.name("source_name"),
                    format!("`{}`", cut(source)),
                    format!("write `{form}` for such a number"),
                    "2.5",
                );
            }
            if reference.has("url") && !reference.has("hashes") {
                self.should(
                    &site,
                    "an address without hash",
                    "add a hash of what it leads to",
                    "2.5",
                );
            }
        }
    }

    /// The selectors of granular markings must lead somewhere (section 7.2.3.1).
    pub(crate) fn granular(&mut self, object: &Members<'_>, path: &Path<'_>) {
        let mut left = MAX_SELECTORS;
        let list = object.get("granular_markings").and_then(Tree::list).unwrap_or(&[]);
        let site = path.name("granular_markings");
        for (index, marking) in list.iter().enumerate() {
            let site = site.index(index);
            let selectors = marking.object().and_then(|marking| marking.get("selectors"));
            let selectors = selectors.and_then(Tree::list).unwrap_or(&[]);
            let site = site.name("selectors");
            for (index, selector) in selectors.iter().enumerate() {
                let Some(text) = selector.text() else { continue };
                let Some(fewer) = left.checked_sub(1) else {
                    let met = format!("more than {MAX_SELECTORS} selectors");
                    return self.must(&site, met, "mark the object as a whole", "demarche");
                };
                left = fewer;
                if !leads_somewhere(object, text) {
                    self.must(
                        &site.index(index),
                        selector.met(),
                        "name something that is in the object",
                        "7.2.3.1",
                    );
                }
            }
        }
    }

    /// An object is marked by one version of the protocol.
    fn one_protocol(&mut self, object: &Members<'_>, path: &Path<'_>) {
        let list = object.get("object_marking_refs").and_then(Tree::list).unwrap_or(&[]);
        let has = |known: &[&str]| list.iter().filter_map(Tree::text).any(|id| known.contains(&id));
        if has(&TLP_1.map(|(id, _, _)| id)) && has(&TLP_2.map(|(id, _)| id)) {
            self.should(
                &path.name("object_marking_refs"),
                "markings of TLP 1 and TLP 2.0",
                "keep those of one version",
                "TLP 2.0 extension",
            );
        }
    }

    /// Definitions of markings (section 7.2.1).
    fn marking(&mut self, object: &Members<'_>, path: &Path<'_>) {
        let id = object.text("id").unwrap_or("");
        let refers = |value: &Tree<'_>| value.text() == Some(id);
        let markings = object.get("object_marking_refs").and_then(Tree::list).unwrap_or(&[]);
        let granular = object.get("granular_markings").and_then(Tree::list).unwrap_or(&[]);
        let mut granular =
            granular.iter().filter_map(|marking| marking.object()?.get("marking_ref"));
        if markings.iter().any(refers) || granular.any(refers) {
            self.must(path, "a marking that marks itself", "take the reference out", "7.2.1");
        }
        if !object.has("extensions") && !object.has("definition_type") {
            self.must(
                &path.name("definition_type"),
                "missing",
                "add it with `definition`, or an extension",
                "7.2.1",
            );
        }
        match object.text("definition_type") {
            Some("tlp") => self.tlp_1(object, path),
            Some("statement") => {
                let definition = object.get("definition").and_then(Tree::object);
                if definition.is_some_and(|definition| definition.text("statement").is_none()) {
                    self.must(
                        &path.name("definition").name("statement"),
                        "missing, or no text",
                        "give a text",
                        "7.2.1.3",
                    );
                }
            }
            Some(other) => self.should(
                &path.name("definition_type"),
                format!("`{}`", cut(other)),
                "define other markings by an extension",
                "7.2.1",
            ),
            None => {}
        }
        if let Some(definition) = object.get("definition")
            && definition.object().is_none()
        {
            self.must(&path.name("definition"), definition.met(), "give an object", "7.2.1");
        }
        let extension = object
            .get("extensions")
            .and_then(Tree::object)
            .and_then(|all| all.get(TLP_2_EXTENSION));
        if let Some(extension) = extension.and_then(Tree::object) {
            let word = extension.text("tlp_2_0").unwrap_or("");
            if !TLP_2.contains(&(id, word)) {
                let site = path.name("extensions");
                let site = site.name(TLP_2_EXTENSION);
                self.must(
                    &site,
                    format!("`{}` with the id `{}`", cut(word), cut(id)),
                    "take one of the five markings that are fixed",
                    "TLP 2.0 extension",
                );
            }
        }
    }

    /// There are four markings of TLP 1 and no others (section 7.2.1.4).
    fn tlp_1(&mut self, object: &Members<'_>, path: &Path<'_>) {
        const NAMES: [&str; 7] =
            ["type", "spec_version", "id", "created", "definition_type", "name", "definition"];
        let word = object
            .get("definition")
            .and_then(Tree::object)
            .and_then(|definition| definition.text("tlp"));
        let id = object.text("id");
        let found = TLP_1.iter().find(|(known, _, _)| Some(*known) == id);
        let is_right = found.is_some_and(|(_, name, known)| {
            Some(*known) == word && object.text("name") == Some(name)
        });
        if !is_right || object.text("created") != Some("2017-01-20T00:00:00.000Z") {
            let met = format!(
                "a marking of TLP `{}` that is not the standard's",
                word.map_or_else(String::new, cut)
            );
            self.must(
                path,
                met,
                "take one of the four markings that are fixed, to the letter",
                "7.2.1.4",
            );
        }
        for (name, _) in object.0.iter().filter(|(name, _)| !NAMES.contains(&name.as_ref())) {
            self.must(
                &path.name(name),
                "not in the marking that is fixed",
                "leave it out",
                "7.2.1.4",
            );
        }
    }

    /// Relationships join the types that the standard has them join (Appendix B).
    fn relationship(&mut self, object: &Members<'_>, path: &Path<'_>) {
        let end = |name: &str| {
            object.text(name).and_then(forms::identifier).map(|identifier| identifier.kind)
        };
        let (Some(source), Some(target)) = (end("source_ref"), end("target_ref")) else { return };
        let Some(word) = object.text("relationship_type") else { return };
        let is_known =
            |kind: &str| ObjectType::of(kind).is_some_and(|known| known.class != Class::Meta);
        if COMMON.contains(&word) || !is_known(source) || !is_known(target) {
            return;
        }
        let mut known =
            RELATIONSHIPS.iter().filter(|(from, kind, _)| *from == source && *kind == word);
        if !known.any(|(_, _, targets)| targets.contains(&target)) {
            let met = format!("`{}` from {source} to {target}", cut(word));
            self.should(
                &path.name("relationship_type"),
                met,
                "take a relationship of the standard, or related-to",
                "Appendix B",
            );
        }
    }

    /// Indicators have a name and a description, and a pattern of their language (section 4.7).
    fn indicator(&mut self, object: &Members<'_>, path: &Path<'_>) {
        for name in ["name", "description"].into_iter().filter(|name| !object.has(name)) {
            self.should(&path.name(name), "missing", "add it", "4.7");
        }
        let (Some(check), Some("stix"), Some(pattern)) =
            (self.rules.pattern, object.text("pattern_type"), object.text("pattern"))
        else {
            return;
        };
        if let Err(reason) = check(pattern) {
            self.must(&path.name("pattern"), reason, "write it in the language of section 9", "9");
        }
    }

    /// Names of properties belong to extensions that put them at the top of an object (section 7.3).
    fn extension_definition(&mut self, object: &Members<'_>, path: &Path<'_>) {
        let types = object.get("extension_types").and_then(Tree::list).unwrap_or(&[]);
        let is_top = types.iter().any(|kind| kind.text() == Some("toplevel-property-extension"));
        if object.has("extension_properties") && !is_top {
            self.must(
                &path.name("extension_properties"),
                "names of properties",
                "leave them out, or name the type toplevel-property-extension",
                "7.3",
            );
        }
        if !object.has("created_by_ref") {
            self.must(&path.name("created_by_ref"), "missing", "add it", "7.3");
        }
    }

    /// Header fields that have properties of their own do not stand among the others (section 6.6).
    fn header(&mut self, object: &Members<'_>, path: &Path<'_>) {
        const OWN: [&str; 9] = [
            "date",
            "received_lines",
            "content_type",
            "from_ref",
            "sender_ref",
            "to_refs",
            "cc_refs",
            "bcc_refs",
            "subject",
        ];
        let Some(fields) = object.get("additional_header_fields").and_then(Tree::object) else {
            return;
        };
        let site = path.name("additional_header_fields");
        for (name, _) in fields.0.iter().filter(|(name, _)| OWN.contains(&name.as_ref())) {
            self.must(
                &site.name(name),
                "a field with a property of its own",
                "use that property",
                "6.6",
            );
        }
    }
}

/// Returns true if a number of a source has its form: CVE of four digits or more, CAPEC of any.
fn has_number(source: &str, number: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if source == "capec" {
        return number.strip_prefix("CAPEC-").is_some_and(is_digits);
    }
    let parts = number.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, serial)| {
        year.len() == 4
            && is_digits(year)
            && is_digits(serial)
            && (serial.len() == 4 || (serial.len() > 4 && !serial.starts_with('0')))
    })
}

/// Returns true if a selector names something in an object, such as `external_references.[0].url`.
fn leads_somewhere(object: &Members<'_>, selector: &str) -> bool {
    let mut steps = selector.split('.');
    let first = steps.next().and_then(|name| object.get(name));
    let found = steps.try_fold(first, |value, step| {
        let index = step.strip_prefix('[').and_then(|step| step.strip_suffix(']'));
        let next = match (value?, index) {
            (Tree::List(list), Some(index)) => list.get(index.parse::<usize>().ok()?),
            (Tree::Object(members), None) => members.get(step),
            _ => None,
        };
        Some(Some(next?))
    });
    found.flatten().is_some()
}
