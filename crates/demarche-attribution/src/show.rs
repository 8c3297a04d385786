//! What the record says of one actor, catalogue by catalogue.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::TechniqueId;
use demarche_case::assessment::answer::{KnownActor, KnownAttack, KnownSoftware, KnownTechnique};
use demarche_case::record::{Actor, CitationId, Record, RecordId, Used};

use crate::judge::{Names, sources};

/// Every actor of that name, synonym or identifier; what catalogues say is kept apart, so that there may be several.
#[must_use]
pub fn known_actors(record: &Record, name: &str) -> Vec<KnownActor> {
    let meant = Names::of(record).actors(name);
    let actors = record.actors.iter().filter(|actor| meant.contains(&actor.id));
    actors.map(|actor| known(record, actor)).collect()
}

/// Who is said to use each technique and software, with the sources of the actor asked about.
#[derive(Default)]
struct Usage<'a> {
    own: BTreeMap<&'a Used, BTreeSet<CitationId>>,
    users: BTreeMap<&'a Used, BTreeSet<&'a RecordId>>,
}

impl<'a> Usage<'a> {
    fn of(record: &'a Record, actor: &'a Actor) -> Self {
        let mut usage = Self::default();
        let mut attributed: BTreeMap<&RecordId, BTreeSet<&RecordId>> = BTreeMap::new();
        for attack in &record.attacks {
            let actors = attack.attributions.iter().filter_map(|one| one.actor.as_ref());
            attributed.entry(&attack.id).or_default().extend(actors);
        }
        let actors: BTreeSet<&RecordId> = record.actors.iter().map(|one| &one.id).collect();
        for one in &record.uses {
            let by_attack = attributed.get(&one.user).into_iter().flatten().copied();
            for user in by_attack.chain([&one.user]).filter(|user| actors.contains(user)) {
                usage.users.entry(&one.used).or_default().insert(user);
                if *user == actor.id {
                    usage.own.entry(&one.used).or_default().extend(&one.citations);
                }
            }
        }
        usage
    }

    fn others(&self, used: &Used) -> u64 {
        let users = self.users.get(used).map_or(0, BTreeSet::len);
        u64::try_from(users.saturating_sub(1)).unwrap_or(u64::MAX)
    }
}

fn known(record: &Record, actor: &Actor) -> KnownActor {
    let usage = Usage::of(record, actor);
    let names: BTreeMap<TechniqueId, &str> =
        record.techniques.iter().map(|one| (one.id, one.name.as_str())).collect();
    let entries: BTreeMap<&RecordId, _> =
        record.software.iter().map(|one| (&one.id, one)).collect();
    let mut techniques = Vec::new();
    let mut software = Vec::new();
    for (used, cited) in &usage.own {
        match used {
            Used::Technique(technique) => techniques.push(KnownTechnique {
                technique: *technique,
                name: names.get(technique).copied().unwrap_or_default().to_owned(),
                others: usage.others(used),
                sources: sources(record, cited),
            }),
            Used::Software(id) => software.extend(entries.get(id).map(|entry| KnownSoftware {
                id: id.clone(),
                name: entry.name.clone(),
                availability: entry.availability,
                others: usage.others(used),
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
        let by = |one: &&demarche_case::record::Attribution| one.actor.as_ref() == Some(&actor.id);
        let attributions: Vec<_> = attack.attributions.iter().filter(by).collect();
        if attributions.is_empty() {
            continue;
        }
        let cited = attributions.iter().flat_map(|one| one.citations.iter().copied()).collect();
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
