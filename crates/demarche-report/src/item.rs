//! One item of evidence in words.

use demarche_case::{
    Body, Defanged, Evidence, EvidenceFile, Infrastructure, Quantity, Sample, Source,
};

use crate::number::count;
use crate::text::{NAME, PROSE, shown};

/// A detail of an item: its name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    /// The name, such as `MD5`.
    pub(crate) name: &'static str,
    /// The value; addresses are defanged.
    pub(crate) value: String,
    /// True for a hash, path or address, which is set like code.
    pub(crate) is_code: bool,
}

/// The kind for people: `shared code`.
pub(crate) fn kind(item: &Evidence) -> String {
    item.kind().replace('-', " ")
}

/// The details of an item.
pub(crate) fn details(item: &Evidence) -> Vec<Detail> {
    let mut details = match &item.body {
        Body::Sample(sample) => of_sample(sample),
        Body::Technique(technique) => vec![
            code("ATT&CK technique", technique.technique.to_string()),
            words("Name", technique.name.as_deref()),
        ],
        Body::Software(software) => vec![
            words("Software", Some(&software.name)),
            words("Role", software.role.as_deref()),
            words("Also called", Some(&software.aliases.join(", "))),
        ],
        Body::Infrastructure(infrastructure) => of_infrastructure(infrastructure),
        Body::SharedCode(shared) => {
            vec![
                words("Shared with", Some(&shared.with)),
                words("What is shared", Some(&shared.shared.join("; "))),
            ]
        }
        Body::Artefact(artefact) => {
            vec![words("Trace", Some(&artefact.trace)), words("Reads", artefact.value.as_deref())]
        }
        Body::Motive => Vec::new(),
        Body::ClaimOfResponsibility(claim) => vec![words("Name they gave", Some(&claim.name))],
        Body::Damage(damage) => {
            vec![words("Number", damage.quantity.as_ref().map(quantity).as_deref())]
        }
        Body::RouteData(data) => {
            vec![
                words("Measured or published by", Some(&data.origin)),
                words("Terms", data.licence.as_deref()),
            ]
        }
    };
    details.retain(|detail| !detail.value.is_empty());
    details
}

/// The file behind an item, for the page only: a note never names the sender's files by their paths.
pub(crate) fn file(item: &Evidence) -> Option<Detail> {
    let file = item.file.as_ref()?;
    let sha256 = match file {
        EvidenceFile::Inside { sha256, .. } => sha256.map(|hash| hash.to_string()),
        EvidenceFile::Outside { sha256, .. } => Some(sha256.to_string()),
    };
    let hash = sha256.map_or_else(String::new, |hash| format!(", SHA-256 {hash}"));
    Some(code("File", format!("{}{hash}", shown(file.path(), PROSE))))
}

fn of_sample(sample: &Sample) -> Vec<Detail> {
    vec![
        code(
            "File name",
            sample.name.as_deref().map_or_else(String::new, |name| shown(name, NAME)),
        ),
        words("Role", sample.role.as_deref()),
        code("SHA-256", sample.sha256.map_or_else(String::new, |hash| hash.to_string())),
        code("SHA-1", sample.sha1.map_or_else(String::new, |hash| hash.to_string())),
        code("MD5", sample.md5.map_or_else(String::new, |hash| hash.to_string())),
        words("Size", sample.size.map(|size| format!("{} bytes", count(size))).as_deref()),
        words("Compiled, as its header says", sample.compiled.map(crate::date::date).as_deref()),
    ]
}

fn of_infrastructure(infrastructure: &Infrastructure) -> Vec<Detail> {
    let ports: Vec<String> = infrastructure.ports.iter().map(ToString::to_string).collect();
    let defanged = |text: &Option<String>| {
        text.as_deref().map_or_else(String::new, |text| Defanged(shown(text, PROSE)).to_string())
    };
    vec![
        code(
            "Address",
            infrastructure
                .address
                .map_or_else(String::new, |address| Defanged(address).to_string()),
        ),
        code("Host", defanged(&infrastructure.host)),
        code("URL", defanged(&infrastructure.url)),
        words("Ports", Some(&ports.join(", "))),
        words("Role", Some(&infrastructure.role)),
        words(
            "Country, as the source has it",
            infrastructure.country.map(|country| country.label().to_owned()).as_deref(),
        ),
    ]
}

fn words(name: &'static str, value: Option<&str>) -> Detail {
    Detail {
        name,
        value: value.map_or_else(String::new, |value| shown(value, PROSE)),
        is_code: false,
    }
}

fn code(name: &'static str, value: String) -> Detail {
    Detail { name, value, is_code: true }
}

/// `at least 173,132 e-mails`.
pub(crate) fn quantity(quantity: &Quantity) -> String {
    let at_least = if quantity.at_least { "at least " } else { "" };
    format!("{at_least}{} {}", count(quantity.number), shown(&quantity.unit, NAME))
}

/// The source in words, with where it can be read; the address is written so that nothing makes a link of it.
pub(crate) fn source(source: &Source) -> String {
    let text = shown(&source.text, PROSE);
    match &source.url {
        Some(url) => format!("{text}, {}", shown(url, PROSE)),
        None => text,
    }
}
