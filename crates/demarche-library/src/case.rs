//! A sealed case of the user's own, as an attack of the past.
//!
//! Only a case whose seal holds is taken, so that the record never rests on bytes that somebody changed.
//! The whole is marked as strictly as the strictest thing in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::Path;

use demarche_case::record::{
    Attribution, Catalogue, CitationId, Edition, PreviousAttack, Record, RecordId, SoftwareEntry,
    Synonym, TechniqueEntry, Use, Used, Victim,
};
use demarche_case::{
    Availability, Body, Case, CaseFolder, Claim, ClaimKind, Discrepancy, Evidence, FolderError,
    OpenError, Role, Sha256, Source, verify,
};

use crate::citations::Citations;
use crate::import::{Imported, Provenance};

/// The reason for which a case was not imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseImportError {
    /// The case cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A file of it cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its lock cannot be read.
    #[error("cannot read case.lock")]
    Lock(#[source] io::Error),
    /// The case was never sealed.
    #[error("the case is not sealed")]
    NotSealed,
    /// The case differs from its seal.
    #[error("the case is not as it was sealed: {}", list(.0))]
    Changed(Vec<Discrepancy>),
}

impl CaseImportError {
    /// Returns an action of the user that would help.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Open(_) => "make the case right; `demarche assess` names what is wrong with it",
            Self::Folder(error) => error.hint(),
            Self::Lock(_) => "check who may read the case's folder",
            Self::NotSealed => "seal it with `demarche seal`, and add it again",
            Self::Changed(_) => {
                "find out who changed it; if the change is right, seal the case again with `demarche seal`"
            }
        }
    }
}

fn list(discrepancies: &[Discrepancy]) -> String {
    const SHOWN: usize = 5;
    let mut texts: Vec<String> =
        discrepancies.iter().take(SHOWN).map(ToString::to_string).collect();
    if discrepancies.len() > SHOWN {
        texts.push(format!("and {} more", discrepancies.len() - SHOWN));
    }
    texts.join("; ")
}

/// Imports the sealed case of a folder; its edition is of the hash of `case.lock`.
///
/// # Errors
///
/// It cannot be read, is not sealed, or is not as it was sealed.
pub fn import(root: &Path, origin: &str) -> Result<Imported, CaseImportError> {
    let verification = verify(root, None)?;
    if verification.discrepancies.contains(&Discrepancy::NoLock) {
        return Err(CaseImportError::NotSealed);
    }
    if !verification.discrepancies.is_empty() {
        return Err(CaseImportError::Changed(verification.discrepancies));
    }
    let folder = CaseFolder::open(root)?;
    // No path of a case may name its lock, so the folder does not open it; that it holds was verified above.
    let lock = File::open(root.join("case.lock")).and_then(|mut file| Sha256::of_reader(&mut file));
    let (sha256, _) = lock.map_err(CaseImportError::Lock)?;
    Ok(of(folder.case(), &Provenance { origin: origin.to_owned(), date: None, sha256 }))
}

/// A case as a part of the record; whether it is sealed is for [`import`] to say.
#[must_use]
pub fn of(case: &Case, provenance: &Provenance) -> Imported {
    let mut import = Import {
        case,
        id: RecordId::new(Catalogue::Case, case.id.to_string()),
        part: Record::default(),
        citations: Citations::default(),
        passed_over: BTreeMap::new(),
    };
    for item in &case.evidence {
        import.item(item);
    }
    import.attack();
    import.finish(provenance)
}

struct Import<'c> {
    case: &'c Case,
    id: RecordId,
    part: Record,
    citations: Citations,
    passed_over: BTreeMap<String, u64>,
}

impl Import<'_> {
    fn source(&mut self, source: &Source) -> CitationId {
        let name = format!("{}: {}", self.case.id, source.text);
        self.citations.of(&name, Some(&source.text), source.url.as_deref())
    }

    fn item(&mut self, item: &Evidence) {
        let used = match &item.body {
            Body::Technique(technique) => {
                let id = technique.technique;
                let name = technique.name.clone();
                self.part.techniques.extend(name.map(|name| TechniqueEntry {
                    id,
                    name,
                    tactics: Vec::new(),
                    domain: "enterprise-attack".to_owned(),
                }));
                vec![Used::Technique(id)]
            }
            Body::Software(software) => {
                let id = self.software(item, &software.name, &software.aliases);
                vec![Used::Software(id)]
            }
            Body::Sample(sample) => sample.sha256.map(Used::File).into_iter().collect(),
            Body::Infrastructure(place) => {
                let address = place.address.map(|address| address.to_string());
                let places = [address, place.host.clone(), place.url.clone()];
                places.into_iter().flatten().map(Used::Infrastructure).collect()
            }
            _ => Vec::new(),
        };
        if used.is_empty() {
            *self.passed_over.entry(item.kind().to_owned()).or_default() += 1;
            return;
        }
        let citations = vec![self.source(&item.source)];
        for used in used {
            self.part.uses.push(Use {
                user: self.id.clone(),
                used,
                citations: citations.clone(),
                about: item.says.clone(),
                grade: Some(item.grade),
            });
        }
    }

    /// The software that an item is about: what it is in the record by number, else an entry of the case's own.
    fn software(&mut self, item: &Evidence, name: &str, aliases: &[String]) -> RecordId {
        let known = item.weighing.record.iter().find_map(|text| {
            let digits = text.strip_prefix('S')?;
            let is_number = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number
                .then(|| RecordId::new(Catalogue::Attack, text.as_str()))
                .or_else(|| text.parse().ok())
        });
        if let Some(id) = known {
            return id;
        }
        let id = RecordId::new(Catalogue::Case, format!("{}/{}", self.case.id, item.id));
        let citations = vec![self.source(&item.source)];
        let names: BTreeSet<&String> = aliases.iter().chain(&item.weighing.record).collect();
        let names = names.into_iter().filter(|alias| *alias != name);
        let synonym = |name: &String| Synonym { name: name.clone(), citations: citations.clone() };
        self.part.software.push(SoftwareEntry {
            id: id.clone(),
            name: name.to_owned(),
            synonyms: names.map(synonym).collect(),
            availability: item.weighing.availability.unwrap_or(Availability::Private),
            about: item.says.clone(),
            citations,
        });
        id
    }

    fn attack(&mut self) {
        let case = self.case;
        let claims: Vec<&Claim> =
            case.claims.iter().filter(|claim| claim.kind == ClaimKind::Attribution).collect();
        let mut attributions = Vec::new();
        for claim in claims {
            attributions.extend(self.attribution(claim));
        }
        let victims: BTreeSet<Victim> = case
            .parties_as(Role::Victim)
            .map(|party| Victim { country: party.country, sector: party.sector })
            .collect();
        self.part.attacks.push(PreviousAttack {
            id: self.id.clone(),
            name: case.title.clone(),
            synonyms: Vec::new(),
            began: case.began.or(case.detected),
            ended: None,
            victims: victims.into_iter().collect(),
            attributions,
            coded: BTreeMap::new(),
            about: case.summary.clone(),
            citations: Vec::new(),
        });
    }

    fn attribution(&mut self, claim: &Claim) -> Option<Attribution> {
        let about = self.case.party(claim.about.as_ref()?)?;
        let by = self.case.party(&claim.by).map(|party| party.name.clone());
        let actor = about.actors.iter().find_map(|text| {
            let digits = text.strip_prefix('G')?;
            let is_number = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| RecordId::new(Catalogue::Attack, text.as_str()))
        });
        let name = actor.is_none().then(|| about.name.clone());
        // The country of a private party or of somebody merely involved is where they are, not for whom they act.
        let state = about.state().filter(|_| about.roles.contains(&Role::ResponsibleAlleged));
        let citations = vec![self.source(&claim.source)];
        Some(Attribution { actor, name, state, by, date: claim.date, citations })
    }

    fn finish(mut self, provenance: &Provenance) -> Imported {
        let (case, marking) = (self.case, self.case.marking());
        self.part.citations = self.citations.into_list();
        let mut imported =
            Imported { part: self.part, passed_over: self.passed_over, ..Imported::default() };
        let owner = &case.owner.organisation;
        imported.settle(Edition {
            name: format!("case-{}", case.id),
            catalogue: Catalogue::Case,
            date: provenance.date,
            origin: provenance.origin.clone(),
            licence: format!("A case of {owner}, which {} ({marking}).", marking.allows()),
            tlp: marking,
            sha256: provenance.sha256,
            used: 0,
            refused: 0,
        });
        imported
    }
}
