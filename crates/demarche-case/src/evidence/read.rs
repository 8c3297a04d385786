//! `evidence.toml`, kind by kind.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Artefact, Body, ClaimOfResponsibility, Damage, Evidence, EvidenceFile, Infrastructure, Pointer,
    Quantity, RouteData, RouteTable, Sample, SharedCode, Software, Source, Standing, Strength,
    Technique, Weighing,
};
use crate::reader::{Document, Exact, Fields, Host, LiveUrl, Notes, Value, WebUrl, words};
use crate::{Availability, CasePath, EvidenceId, Forgeability, Problem, Sha256};

words!(Standing: "raw" Raw, "validated" Validated, "refuted" Refuted);
words!(Strength: "weak" Weak, "medium" Medium, "strong" Strong,
    "direct" Direct);
words!(Forgeability: "claim" Claim, "public-tool" PublicTool, "file-metadata" FileMetadata,
    "leaked-malware" LeakedMalware, "technique" Technique, "motive" Motive,
    "private-malware" PrivateMalware, "shared-code" SharedCode, "operator-error" OperatorError,
    "payment" Payment, "internal-document" InternalDocument, "admission" Admission,
    "private-infrastructure" PrivateInfrastructure, "seizure" Seizure);
words!(Availability: "public" Public, "commercial" Commercial, "leaked" Leaked, "private" Private);
words!(RouteTable: "rib" Rib, "updates" Updates, "as-relationships" AsRelationships,
    "prefix-to-as" PrefixToAs, "as-table" AsTable, "delegated" Delegated, "watch" Watch);

/// The kinds of evidence, while the rest of an item is not yet read.
#[derive(Clone, Copy)]
enum Kind {
    Sample,
    Technique,
    Software,
    Infrastructure,
    SharedCode,
    Artefact,
    Motive,
    ClaimOfResponsibility,
    Damage,
    RouteData,
}

words!(Kind: "sample" Sample, "technique" Technique, "software" Software,
    "infrastructure" Infrastructure, "shared-code" SharedCode, "artefact" Artefact,
    "motive" Motive, "claim-of-responsibility" ClaimOfResponsibility, "damage" Damage,
    "route-data" RouteData);

/// Reads items of evidence from the text of an `evidence.toml` alone, with everything that is wrong with it.
///
/// Parties that the items cite are not looked up.
#[must_use]
pub fn read_evidence(text: &str) -> (Vec<Evidence>, Vec<Problem>) {
    let (items, notes) = read(text);
    (items, notes.problems)
}

/// Reads `evidence.toml`; an item with a problem is noted and left out.
pub(crate) fn read(text: &str) -> (Vec<Evidence>, Notes) {
    let (items, notes) = Document::read("evidence.toml", text, "evidence.toml", |top| {
        let items: Vec<Evidence> = top.tables("evidence", item);
        if let Some(circle) = circle_of_repeats(&items) {
            let met = format!("{circle} repeat each other, so that none of them would count");
            top.wrong("evidence", met, "leave `repeats` out of the one that was first");
        }
        Some(items)
    });
    (items.unwrap_or_default(), notes)
}

/// The items that come back to themselves along the first that each `repeats`: `` `a`, `b` and `a` ``.
fn circle_of_repeats(items: &[Evidence]) -> Option<String> {
    let first_of: BTreeMap<&EvidenceId, &EvidenceId> =
        items.iter().filter_map(|item| Some((&item.id, item.weighing.repeats.first()?))).collect();
    // What was walked once leads into no new circle, so that the whole takes one step for each item.
    let mut walked: BTreeSet<&EvidenceId> = BTreeSet::new();
    for start in first_of.keys() {
        let mut way = Vec::new();
        let mut next = Some(*start);
        while let Some(id) = next.filter(|id| walked.insert(id)) {
            way.push(id);
            next = first_of.get(id).copied();
        }
        let back = next.and_then(|id| way.iter().position(|earlier| *earlier == id));
        if let Some(circle) = back.and_then(|back| way.get(back..)) {
            let names: Vec<String> = circle.iter().map(|id| format!("`{id}`")).collect();
            return Some(if names.len() == 1 {
                format!("{} and itself", names.join(""))
            } else {
                names.join(" and ")
            });
        }
    }
    None
}

fn item(fields: &mut Fields<'_, '_>) -> Option<Evidence> {
    let id = fields.evidence_id();
    let title = fields.required("title");
    let body = body(fields);
    let says = fields.required("says");
    let source = fields.source("source");
    let grade = fields.required("grade");
    let tlp = fields.required("tlp");
    let release_to = fields.release_to(tlp);
    let observed = fields.optional("observed");
    let points_to = pointer(fields);
    let file = file(fields);
    let weighing = weighing(fields);
    let origin = fields.optional("origin");
    Some(Evidence {
        id: id?,
        title: title?,
        body: body?,
        says: says?,
        source: source?,
        grade: grade?,
        tlp: tlp?,
        release_to,
        observed,
        points_to,
        file,
        weighing,
        origin,
    })
}

fn pointer(fields: &mut Fields<'_, '_>) -> Option<Pointer> {
    let parties = fields.cited_parties("points_to");
    let strength = fields.optional("strength");
    let because = fields.optional("because");
    let is_pointing = fields.has("points_to");
    if is_pointing && !fields.has("strength") {
        fields.missing("strength", Strength::WANTED);
    }
    for key in ["strength", "because"] {
        if !is_pointing && fields.has(key) {
            fields.wrong(
                key,
                format!("`{key}` without `points_to`"),
                "add `points_to` with the parties that the item points to, or remove it",
            );
        }
    }
    if parties.is_empty() { None } else { Some(Pointer { parties, strength: strength?, because }) }
}

fn weighing(fields: &mut Fields<'_, '_>) -> Weighing {
    Weighing {
        cluster: fields.optional("cluster"),
        forgeability: fields.optional("forgeability"),
        availability: fields.optional("availability"),
        record: fields.list("record"),
        exposes: fields.cited_evidence("exposes"),
        repeats: fields.cited_evidence("repeats"),
        standing: fields.optional("standing").unwrap_or_default(),
    }
}

fn file(fields: &mut Fields<'_, '_>) -> Option<EvidenceFile> {
    let inside: Option<CasePath> = fields.file("file");
    let sha256: Option<Sha256> = fields.optional("file_sha256");
    let outside = fields.table("outside", |fields| {
        let path = fields.required::<Exact>("path");
        let sha256 = fields.required("sha256");
        Some(EvidenceFile::Outside { path: path?.0, sha256: sha256? })
    });
    if fields.has("file") && fields.has("outside") {
        fields.wrong("outside", "both `file` and `outside`", "keep one of them");
    }
    if fields.has("file_sha256") && !fields.has("file") {
        fields.wrong("file_sha256", "`file_sha256` without `file`", "name the file as `file`");
    }
    inside.map(|path| EvidenceFile::Inside { path, sha256 }).or(outside)
}

fn body(fields: &mut Fields<'_, '_>) -> Option<Body> {
    let Some(kind) = fields.required("kind") else {
        fields.accept_all_keys();
        return None;
    };
    match kind {
        Kind::Sample => sample(fields).map(Body::Sample),
        Kind::Technique => technique(fields).map(Body::Technique),
        Kind::Software => software(fields).map(Body::Software),
        Kind::Infrastructure => infrastructure(fields).map(Body::Infrastructure),
        Kind::SharedCode => shared_code(fields).map(Body::SharedCode),
        Kind::Artefact => artefact(fields).map(Body::Artefact),
        Kind::Motive => Some(Body::Motive),
        Kind::ClaimOfResponsibility => claim(fields).map(Body::ClaimOfResponsibility),
        Kind::Damage => Some(Body::Damage(Damage { quantity: fields.quantity() })),
        Kind::RouteData => route_data(fields).map(Body::RouteData),
    }
}

fn sample(fields: &mut Fields<'_, '_>) -> Option<Sample> {
    let sample = Sample {
        name: fields.optional("name"),
        role: fields.optional("role"),
        sha256: fields.optional("sha256"),
        sha1: fields.optional("sha1"),
        md5: fields.optional("md5"),
        size: fields.optional("size"),
        compiled: fields.optional("compiled"),
    };
    // A file that is at hand is known by its bytes.
    let is_known = ["sha256", "sha1", "md5", "file", "outside"].iter().any(|key| fields.has(key));
    if !is_known {
        fields.missing("sha256", "the hash it is known by; `sha1`, `md5` or the `file` will do");
    }
    Some(sample)
}

fn technique(fields: &mut Fields<'_, '_>) -> Option<Technique> {
    let technique = fields.required("technique");
    let name = fields.optional("name");
    Some(Technique { technique: technique?, name })
}

fn software(fields: &mut Fields<'_, '_>) -> Option<Software> {
    let name = fields.required("name");
    let role = fields.optional("role");
    let aliases = fields.list("aliases");
    Some(Software { name: name?, role, aliases })
}

fn infrastructure(fields: &mut Fields<'_, '_>) -> Option<Infrastructure> {
    let address = fields.optional("address");
    let host = fields.optional("host").map(|Host(host)| host);
    let url = fields.optional("url").map(|LiveUrl(url)| url);
    let ports = fields.list("ports").into_iter().collect();
    let role = fields.required("role");
    let country = fields.optional("country");
    if !(fields.has("address") || fields.has("host") || fields.has("url")) {
        fields.missing("address", "an IP address; `host` or `url` will do");
    }
    Some(Infrastructure { address, host, url, ports, role: role?, country })
}

fn shared_code(fields: &mut Fields<'_, '_>) -> Option<SharedCode> {
    let with = fields.required("with");
    let shared = fields.list("shared");
    Some(SharedCode { with: with?, shared })
}

fn artefact(fields: &mut Fields<'_, '_>) -> Option<Artefact> {
    let trace = fields.required("trace");
    let value = fields.optional("value");
    Some(Artefact { trace: trace?, value })
}

fn claim(fields: &mut Fields<'_, '_>) -> Option<ClaimOfResponsibility> {
    let name = fields.required("name");
    Some(ClaimOfResponsibility { name: name? })
}

fn route_data(fields: &mut Fields<'_, '_>) -> Option<RouteData> {
    let table = fields.required("table");
    let origin = fields.required("origin");
    let licence = fields.optional("licence");
    if !(fields.has("file") || fields.has("outside")) {
        fields.missing("file", "the path of the table; `outside` with path and hash will do");
    }
    Some(RouteData { table: table?, origin: origin?, licence })
}

/// The parts that both files write alike.
impl Fields<'_, '_> {
    /// A source: a text, or a table with `text` and `url`.
    pub(crate) fn source(&mut self, key: &'static str) -> Option<Source> {
        if !self.has(key) {
            self.missing(key, "who says so, where and when");
        }
        self.source_if_any(key)
    }

    /// A source that may be left out.
    pub(crate) fn source_if_any(&mut self, key: &'static str) -> Option<Source> {
        if !self.is_table(key) {
            return Some(Source { text: self.optional(key)?, url: None });
        }
        self.table(key, |fields| {
            let text = fields.required("text");
            let url = fields.optional("url").map(|WebUrl(url)| url);
            Some(Source { text: text?, url })
        })
    }

    /// A quantity: `number`, `unit` and `at_least`, or none of them.
    pub(crate) fn quantity(&mut self) -> Option<Quantity> {
        let number = self.optional("number");
        let unit = self.optional("unit");
        let at_least = self.optional("at_least").unwrap_or(false);
        if self.has("number") && !self.has("unit") {
            self.missing("unit", "what is counted: \"e-mails\"");
        }
        for key in ["unit", "at_least"] {
            if self.has(key) && !self.has("number") {
                self.wrong(key, format!("`{key}` without `number`"), "add `number`, or remove it");
            }
        }
        Some(Quantity { number: number?, unit: unit?, at_least })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Word;

    #[test]
    fn the_words_for_the_kinds_are_the_ones_that_are_listed() {
        let words: Vec<&str> = Kind::WORDS.iter().map(|(word, _)| *word).collect();
        assert_eq!(words, Body::KINDS);
    }
}
