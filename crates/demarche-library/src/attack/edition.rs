//! The edition that a bundle is, and who says what is in it.
//!
//! A bundle is an edition of ATT&CK only if it is ATT&CK as a whole: it has ATT&CK's matrix or MITRE's collection, or is
//! the beginning of such a file, and most of its entries are ATT&CK's. Every other bundle is an edition of its own, under
//! the terms that it states, whatever it took from ATT&CK.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Catalogue, Edition};
use demarche_case::{Moment, Tlp};
use demarche_stix::{Bundle, Kind, Object};

use crate::Provenance;

/// The names under which ATT&CK gives its own numbers, one for each matrix.
pub(crate) const OWN: [&str; 3] = ["mitre-attack", "mitre-ics-attack", "mitre-mobile-attack"];

/// The identity of The MITRE Corporation in every bundle of ATT&CK since 2018.
///
/// Source: MITRE, `attack-stix-data` (github.com/mitre-attack/attack-stix-data), each `identity` object.
const MITRE: &str = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";

/// The ends of the numbers of ATT&CK's matrices: `enterprise-attack`.
const DOMAIN: &str = "-attack";

/// ATT&CK's own number of an object: `G0032`, `T1561.002`.
pub(crate) fn number<'o>(object: &'o Object<'_>) -> Option<&'o str> {
    let reference =
        object.references.iter().find(|reference| OWN.contains(&reference.source_name.as_str()))?;
    reference.external_id.as_deref()
}

/// The edition of a bundle, and the author of what it says.
pub(crate) struct Origin {
    /// The edition, with nothing counted yet.
    pub(crate) edition: Edition,
    is_attack: bool,
}

impl Origin {
    /// The edition that a bundle is; `is_cut` says that the file breaks off.
    pub(crate) fn of(bundle: &Bundle<'_>, provenance: &Provenance, is_cut: bool) -> Self {
        let domain = attack_domain(bundle, is_cut);
        let edition = edition(bundle, provenance, domain.as_deref());
        Self { edition, is_attack: domain.is_some() }
    }

    /// Returns true if an object of this author is one of ATT&CK's own.
    pub(crate) fn is_of_attack(&self, author: Option<&str>) -> bool {
        author.map_or(self.is_attack, |author| author == MITRE)
    }

    /// The name of who says something: the author, else the bundle.
    pub(crate) fn author(&self, bundle: &Bundle<'_>, author: Option<&str>) -> String {
        if self.is_of_attack(author) {
            return "MITRE ATT&CK".to_owned();
        }
        let name = author.and_then(|id| bundle.object(id)).map(|author| author.name.trim());
        match name.filter(|name| !name.is_empty()) {
            Some(name) => name.to_owned(),
            None => format!("the STIX bundle {}", self.edition.name),
        }
    }
}

/// The domain of the matrix that a bundle is an edition of; `None` if it is no edition of ATT&CK.
fn attack_domain(bundle: &Bundle<'_>, is_cut: bool) -> Option<String> {
    let of = |kind| bundle.objects.iter().filter(move |object| object.kind == kind);
    let is_of_mitre = |object: &Object<'_>| object.created_by.as_deref() == Some(MITRE);
    let matrix = of(Kind::Matrix)
        .filter(|matrix| matrix.created_by.is_none() || is_of_mitre(matrix))
        .filter_map(number)
        .find(|number| number.ends_with(DOMAIN));
    let is_whole = matrix.is_some() || of(Kind::Collection).any(is_of_mitre);
    let is_beginning = is_cut && bundle.objects.iter().any(is_of_mitre);
    if !(is_whole || is_beginning) || !is_mostly_attack(bundle) {
        return None;
    }
    matrix.map(str::to_owned).or_else(|| common_domain(bundle))
}

/// Returns true if more than half of the entries of a bundle have a number of ATT&CK and no other author.
fn is_mostly_attack(bundle: &Bundle<'_>) -> bool {
    let is_entry = |object: &&Object<'_>| {
        matches!(
            object.kind,
            Kind::IntrusionSet
                | Kind::ThreatActor
                | Kind::Campaign
                | Kind::Malware
                | Kind::Tool
                | Kind::AttackPattern
        )
    };
    let entries = bundle.objects.iter().filter(is_entry);
    let is_of_attack = |object: &Object<'_>| {
        number(object).is_some() && object.created_by.as_deref().is_none_or(|id| id == MITRE)
    };
    let (attack, all) = entries.fold((0, 0), |(attack, all), object| {
        (attack + usize::from(is_of_attack(object)), all + 1)
    });
    2 * attack > all || all == 0
}

fn edition(bundle: &Bundle<'_>, provenance: &Provenance, domain: Option<&str>) -> Edition {
    let collection = bundle.objects.iter().find(|object| {
        object.kind == Kind::Collection && object.created_by.as_deref().is_none_or(|id| id == MITRE)
    });
    let version = collection.and_then(|collection| collection.version.as_deref());
    let newest = bundle.objects.iter().filter_map(|object| object.modified.as_deref()).max();
    let newest = newest.and_then(|text| text.get(..10)).and_then(|day| day.parse::<Moment>().ok());
    let name = match (domain, version) {
        (Some(domain), Some(version)) => format!("attack-{}-{version}", word(domain)),
        (Some(domain), None) => {
            let day = newest.map_or_else(|| "undated".to_owned(), |day| day.to_string());
            format!("attack-{}-{day}", word(domain))
        }
        (None, _) => {
            // Whoever writes a bundle chooses its id: with the hash of the file, none displaces another's.
            let id = bundle.id.as_deref().and_then(|id| id.strip_prefix("bundle--"));
            let hash = provenance.sha256.to_string();
            let parts = ["stix", id.unwrap_or_default(), &hash].map(|part| part.chars().take(8));
            let parts = parts.into_iter().map(String::from_iter).filter(|part| !part.is_empty());
            parts.collect::<Vec<String>>().join("-")
        }
    };
    let markings = bundle.objects.iter().map(|object| &object.markings);
    let markings =
        markings.chain(bundle.relationships.iter().map(|relationship| &relationship.markings));
    let tlp = markings.filter_map(|markings| bundle.tlp(markings)).max();
    Edition {
        name,
        catalogue: Catalogue::Attack,
        date: provenance.date.or(newest),
        origin: provenance.origin.clone(),
        licence: licence(bundle, domain.is_some()),
        tlp: tlp.unwrap_or(Tlp::Clear),
        sha256: provenance.sha256,
        used: 0,
        refused: 0,
    }
}

/// The domain that most techniques are of.
fn common_domain(bundle: &Bundle<'_>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let techniques = bundle.objects.iter().filter(|object| object.kind == Kind::AttackPattern);
    for domain in techniques.flat_map(|technique| technique.domains.iter().take(1)) {
        *counts.entry(domain.as_str()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(domain, _)| domain.to_owned())
}

/// `enterprise` for `enterprise-attack`.
fn word(domain: &str) -> &str {
    domain.strip_suffix("-attack").unwrap_or(domain)
}

/// The sentence that MITRE requires, with the year of the bundle's own statement; of other bundles what they state.
///
/// Source: ATT&CK, "Terms of Use", attack.mitre.org/resources/legal-and-branding/terms-of-use.
fn licence(bundle: &Bundle<'_>, is_attack: bool) -> String {
    let statements = bundle.objects.iter().filter_map(|object| object.statement.as_deref());
    let statements: BTreeSet<&str> = statements.collect();
    let stated = statements.into_iter().collect::<Vec<_>>().join(" ");
    if !is_attack {
        return if stated.is_empty() { "The bundle states no terms.".to_owned() } else { stated };
    }
    let years =
        stated.split(|letter: char| !letter.is_ascii_digit()).filter(|word| word.len() == 4);
    let year = years.max().map_or_else(String::new, |year| format!("{year} "));
    format!(
        "(c) {year}The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation."
    )
}
