//! The objects of a bundle while they are collected, each with the strictest marking of the parts that it tells of.

use std::collections::BTreeMap;

use demarche_case::{Case, Moment, Recipient, Released, Tlp};
use demarche_pattern::check_text;
use demarche_stix::{Draft, Rules, Timestamp, WrittenBundle, stable_id};

use crate::{Export, ExportError, Marked, Settings, Unexpressed};

/// The collected objects, by identifier.
#[derive(Debug)]
pub(crate) struct Collection<'r> {
    pub(crate) released: &'r Released,
    pub(crate) settings: &'r Settings,
    /// The identity of the sender, the creator of every object.
    pub(crate) author: String,
    /// The campaign of the case, where the case may be known.
    pub(crate) campaign: Option<String>,
    /// The incident of the case, where the case may be known.
    pub(crate) incident: Option<String>,
    objects: BTreeMap<String, Marked>,
    unexpressed: Vec<Unexpressed>,
}

impl<'r> Collection<'r> {
    pub(crate) fn new(released: &'r Released, settings: &'r Settings) -> Self {
        let owner = &released.case.owner.organisation;
        let author =
            identifier(released.to, &released.case, settings, "identity", &["owner", owner]);
        Self {
            released,
            settings,
            author,
            campaign: None,
            incident: None,
            objects: BTreeMap::new(),
            unexpressed: Vec::new(),
        }
    }

    pub(crate) fn case(&self) -> &'r Case {
        &self.released.case
    }

    /// The identifier of an object of a part of the case.
    pub(crate) fn id(&self, kind: &str, part: &[&str]) -> String {
        identifier(self.released.to, self.case(), self.settings, kind, part)
    }

    /// A domain object of a part of the case.
    pub(crate) fn draft(&self, kind: &str, part: &[&str]) -> Draft {
        let Settings { created, modified, .. } = self.settings;
        Draft::domain(kind, &self.id(kind, part), created, modified)
            .text("created_by_ref", &self.author)
    }

    /// Adds an object; one that is there already gets the stricter marking.
    pub(crate) fn put(&mut self, id: &str, tlp: Tlp, draft: Draft) {
        let tlp = self.objects.get(id).map_or(tlp, |known| known.tlp.max(tlp));
        let known = self.objects.remove(id).map(|known| known.draft);
        self.objects.insert(id.to_owned(), Marked { draft: known.unwrap_or(draft), tlp });
    }

    /// Adds a domain object of a part; returns its identifier.
    pub(crate) fn add(
        &mut self,
        kind: &str,
        part: &[&str],
        tlp: Tlp,
        fill: impl FnOnce(Draft) -> Draft,
    ) -> String {
        let id = self.id(kind, part);
        let draft = fill(self.draft(kind, part));
        self.put(&id, tlp, draft);
        id
    }

    /// Adds an observable; `None` where its value is none that STIX takes.
    pub(crate) fn observe(&mut self, part: &str, tlp: Tlp, draft: Draft) -> Option<String> {
        match draft.clone().finish() {
            Ok(written) => {
                self.put(written.id(), tlp, draft);
                Some(written.id().to_owned())
            }
            Err(error) => {
                self.unexpressed(part, &error.breach.to_string());
                None
            }
        }
    }

    /// Adds a relationship between two objects that are there; nothing between an object and itself.
    pub(crate) fn relate(
        &mut self,
        source: &str,
        word: &str,
        target: &str,
        tlp: Tlp,
        fill: impl FnOnce(Draft) -> Draft,
    ) -> String {
        let part = ["relationship", source, word, target];
        let (source, target) = (source.to_owned(), target.to_owned());
        self.add("relationship", &part, tlp, |draft| {
            let draft = draft.text("relationship_type", word);
            fill(draft.text("source_ref", &source).text("target_ref", &target))
        })
    }

    /// Enters a part that is not in the bundle.
    pub(crate) fn unexpressed(&mut self, part: &str, reason: &str) {
        self.unexpressed.push(Unexpressed { part: part.to_owned(), reason: reason.to_owned() });
    }

    /// The identifiers of all objects so far, in order.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.objects.keys().cloned().collect()
    }

    /// Returns true if there is an object of this identifier.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.objects.contains_key(id)
    }

    /// The objects that notes are about: the incident, else the sender.
    pub(crate) fn subject(&self) -> String {
        self.incident.clone().unwrap_or_else(|| self.author.clone())
    }

    /// Finishes every object and checks the whole, patterns included.
    pub(crate) fn export(self) -> Result<Export, ExportError> {
        let marking = self.released.marking();
        let (bundle, unexpressed) = self.finish()?;
        let bytes = bundle.finish(&Rules { interop: false, pattern: Some(check_text) })?;
        let objects = bundle.ids().count();
        Ok(Export { bytes, objects, marking, unexpressed })
    }

    /// Marks and finishes every object, and adds the definitions of the markings.
    fn finish(self) -> Result<(WrittenBundle, Vec<Unexpressed>), ExportError> {
        let Self { settings, objects, mut unexpressed, .. } = self;
        let mut bundle = WrittenBundle::default();
        for Marked { draft, tlp } in objects.into_values() {
            let definitions = settings.tlp.definitions(tlp);
            bundle.add(draft.marked(&definitions).finish()?)?;
            for definition in definitions {
                bundle.add(definition)?;
            }
        }
        unexpressed.sort();
        Ok((bundle, unexpressed))
    }
}

fn identifier(
    to: Recipient,
    case: &Case,
    settings: &Settings,
    kind: &str,
    part: &[&str],
) -> String {
    let to = to.to_string();
    let whole = [&[settings.secret.as_str(), case.id.as_str(), &to], part].concat();
    stable_id(kind, &whole)
}

/// An identifier of a part of the case without a type, for formats that are not STIX.
pub(crate) fn uuid(to: Recipient, case: &Case, settings: &Settings, part: &[&str]) -> String {
    let id = identifier(to, case, settings, "part", part);
    id.strip_prefix("part--").unwrap_or(&id).to_owned()
}

/// The earliest time that a moment can mean.
pub(crate) fn time(moment: Moment) -> Option<Timestamp> {
    moment.rfc3339().parse().ok()
}
