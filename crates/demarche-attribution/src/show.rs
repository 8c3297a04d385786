//! What the record says of one actor, catalogue by catalogue.

use std::collections::BTreeMap;

use demarche_case::TechniqueId;
use demarche_case::assessment::answer::{KnownActor, KnownAttack, KnownSoftware, KnownTechnique};
use demarche_case::record::{Actor, Record, Used};

use crate::judge::{Index, Names, Repertoires, sources};

/// Every actor of that name, synonym or identifier; what catalogues say is kept apart, so that there may be several.
#[must_use]
pub fn known_actors(record: &Record, name: &str) -> Vec<KnownActor> {
    let meant = Names::of(record).actors(name);
    let actors = record.actors.iter().filter(|actor| meant.contains(&actor.id));
    let index = Index::of(record);
    let used = Repertoires::of(record, record.actors.iter(), &index);
    actors.map(|actor| known(record, &index, &used, actor)).collect()
}

fn known(record: &Record, index: &Index<'_>, used: &Repertoires<'_>, actor: &Actor) -> KnownActor {
    let names: BTreeMap<TechniqueId, &str> =
        record.techniques.iter().map(|technique| (technique.id, technique.name.as_str())).collect();
    let mut techniques = Vec::new();
    let mut software = Vec::new();
    for (item, cited) in used.known(&actor.id) {
        match item {
            Used::Technique(technique) => techniques.push(KnownTechnique {
                technique: *technique,
                name: names.get(technique).copied().unwrap_or_default().to_owned(),
                others: used.others(item),
                sources: sources(record, cited),
            }),
            Used::Software(id) => software.extend(index.software(id).map(|entry| KnownSoftware {
                id: id.clone(),
                name: entry.name.clone(),
                availability: entry.availability,
                others: used.others(item),
                sources: sources(record, cited),
            })),
            Used::File(_) | Used::Infrastructure(_) => {}
        }
    }
    software.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    KnownActor {
        actor: actor.clone(),
        sources: sources(record, &actor.citations.iter().copied().collect()),
        techniques,
        software,
        attacks: attacks(record, actor),
    }
}

/// The attacks attributed to an actor, the earliest first.
fn attacks(record: &Record, actor: &Actor) -> Vec<KnownAttack> {
    let mut attacks = Vec::new();
    for attack in &record.attacks {
        let by = |attribution: &&demarche_case::record::Attribution| {
            attribution.actor.as_ref() == Some(&actor.id)
        };
        let attributions: Vec<_> = attack.attributions.iter().filter(by).collect();
        if attributions.is_empty() {
            continue;
        }
        let cited = attributions
            .iter()
            .flat_map(|attribution| attribution.citations.iter().copied())
            .collect();
        attacks.push(KnownAttack {
            id: attack.id.clone(),
            name: attack.name.clone(),
            began: attack.began,
            sources: sources(record, &cited),
        });
    }
    attacks.sort_by(|a, b| a.began.cmp(&b.began).then_with(|| a.id.cmp(&b.id)));
    attacks
}
