//! The norms that speak to the addressee's part in the case, and where states differ on them.
//!
//! Which norms a note names follows from the part and from the effects that may be shared, by rules that stand here.
//! The note draws no conclusion of law: it says which norms the sender has in mind and asks for the facts behind them.

use demarche_case::{EffectKind, Norm, Role, Sector, norm};

use crate::document::Column;
use crate::words::in_text;

use super::Writer;
use crate::document::{Block, words};

/// Due diligence and cooperation: what is expected of states whose networks are used by others.
const OF_TERRITORY: [&str; 6] = [
    "ungge-2015-13c",
    "ungge-2015-13d",
    "ungge-2015-13h",
    "tallinn-6",
    "tallinn-7",
    "ungge-2015-28f",
];

/// What bounds a refusal to carry routes.
const OF_A_REFUSAL: [&str; 3] = ["itu-34", "itu-35", "iccpr-19"];

/// Assistance in criminal matters, between parties of the convention.
const OF_ASSISTANCE: [&str; 3] = ["budapest-29", "budapest-31", "budapest-35"];

/// What state responsibility asks for, where a breach is in question.
const OF_RESPONSIBILITY: [&str; 6] = ["ilc-2", "ilc-4", "ilc-8", "ilc-30", "ilc-31", "ilc-43"];

/// How disputes and accusations are dealt with, whatever was done.
const OF_DISPUTES: [&str; 3] = ["un-charter-2-3", "ungge-2015-28f", "ungge-2021-71"];

impl Writer<'_> {
    pub(crate) fn norms(&self) -> Vec<Block> {
        let (application, ids) = match self.released.case.accuses(self.addressee) {
            true if self.only_shelters() => self.of_shelter(),
            true => self.of_responsibility(),
            false => self.of_help(),
        };
        if ids.is_empty() {
            return Vec::new();
        }
        let rows = ids.into_iter().filter_map(norm).map(|norm: &Norm| {
            vec![words(norm.cite), words(norm.says), words(norm.differ.unwrap_or("–"))]
        });
        let columns = [
            "Norm",
            "What it says, in short",
            "Where states or courts differ, or how far it binds",
        ];
        let mut blocks = vec![Block::Heading("Norms that bear on this matter".to_owned())];
        blocks.extend(application.into_iter().map(Block::Paragraph));
        blocks.push(Block::Table {
            caption: "Norms, shortened; the texts themselves count",
            columns: columns.map(Column::Text).to_vec(),
            rows: rows.collect(),
        });
        blocks
    }

    /// For states that carry, host or are consulted.
    fn of_help(&self) -> (Vec<String>, Vec<&'static str>) {
        let (mut application, mut ids) = (Vec::new(), Vec::new());
        let name = in_text(self.addressee);
        if self.is_transit() || self.is_host() {
            ids.extend(OF_TERRITORY);
            application.push(self.on_knowledge(&name));
            if !self.hits(&[Sector::CriticalInfrastructure]) {
                application.push("Paragraph 13(h) speaks of critical infrastructure, and whether the victim belongs to it is not said here. It is named because it asks states to answer requests for help.".to_owned());
            }
        }
        if self.is_asked_to_refuse() {
            ids.extend(OF_A_REFUSAL);
            application.push(format!("Whether operators may be told to filter or to refuse routes is for the law of {name}. Rules on telecommunications between states and the freedom of information set limits to it."));
        }
        if self.is_host() || self.asks_the_police() {
            ids.extend(OF_ASSISTANCE);
            application.push("The Convention on Cybercrime applies where both states are parties to it. Elsewhere a treaty on legal assistance, reciprocity or the law of the addressee may offer the same help.".to_owned());
        }
        if !ids.contains(&"ungge-2015-13d") {
            ids.insert(0, "ungge-2015-13d");
            application.push("The request rests on cooperation between states, and on no duty of the addressee towards the sender.".to_owned());
        }
        (application, ids)
    }

    /// What this note changes: who was told of facts knows them.
    fn on_knowledge(&self, name: &str) -> String {
        let usual = if self.is_transit() {
            "A state that merely carries traffic is usually held not to be in breach of due diligence, for it does not know of it."
        } else {
            "A state in whose networks a misused machine stands is not in breach for that alone, least of all where it does not know of it."
        };
        format!(
            "The sender does not say that {name} knew of the attack or has failed in any duty. {usual} \
             With this note {name} is told of the facts that are shared here, so that it can take the measures that are feasible for it."
        )
    }

    /// For the state said to shelter those who did it: what is expected once it knows, and no word on its own acts.
    fn of_shelter(&self) -> (Vec<String>, Vec<&'static str>) {
        let name = in_text(self.addressee);
        let application = format!(
            "With this note {name} is told that its territory is used. \
             The norms below are on what a state does once it knows."
        );
        (vec![application], [&OF_TERRITORY[..], &["un-charter-2-3", "ungge-2021-71"]].concat())
    }

    /// For the state alleged to be responsible: only as far as the effects speak for a breach.
    fn of_responsibility(&self) -> (Vec<String>, Vec<&'static str>) {
        let name = in_text(self.addressee);
        let breached = self.obligations();
        let who = format!(
            "Who acted and whether {name} answers for it under international law are two questions. \
             The statement above is on the first alone. The second asks whether those who acted were organs of the state, or acted on its instructions or under its control. \
             This note draws no conclusion on it and asks for an answer."
        );
        if breached.is_empty() {
            return (vec![who, self.of_no_breach()], OF_DISPUTES.to_vec());
        }
        let then = format!(
            "Should the conduct be attributable to {name} and breach an obligation towards the injured state, Articles 30 and 31 would ask it to cease, and to make reparation. \
             The sender asks {name} to take position on this, and reserves the rights of the injured state. It holds that the matter is to be settled by peaceful means."
        );
        let ids = breached.into_iter().chain(OF_RESPONSIBILITY).chain(OF_DISPUTES).collect();
        (vec![who, then], ids)
    }

    /// The reason for which no obligation is named: the effects are not told, or nothing but secrets is at stake in them.
    fn of_no_breach(&self) -> String {
        use EffectKind::{Disclosure, Espionage, Theft};
        let effects = &self.released.case.effects;
        let is_of_secrets = |kind| matches!(kind, Disclosure | Espionage | Theft);
        let mut sentences =
            vec!["On the facts that are shared the sender names no obligation as breached."];
        if effects.is_empty() {
            sentences.push("It reserves its position on that.");
        } else if effects.iter().all(|effect| is_of_secrets(effect.kind)) {
            sentences.push("International law has no general prohibition of espionage as such.");
        }
        sentences.push("The sender asks for an answer to the facts.");
        sentences.join(" ")
    }

    /// The obligations that the shared effects put in question; none for secrets that were read or published alone.
    pub(crate) fn obligations(&self) -> Vec<&'static str> {
        use EffectKind::{Coercion, Destruction, Disruption, Manipulation};
        let mut ids = Vec::new();
        let harms = self.shows(&[Destruction, Disruption, Manipulation]);
        if harms {
            ids.extend(["ungge-2015-28b", "tallinn-4"]);
        }
        if harms && self.hits(&[Sector::CriticalInfrastructure]) {
            ids.push("ungge-2015-13f");
        }
        if self.shows(&[Coercion]) && self.hits(&[Sector::Government, Sector::Military]) {
            ids.push("tallinn-66");
        }
        if self.shows(&[Coercion, Disruption, Destruction])
            && self.hits(&[Sector::Media, Sector::CivilSociety])
        {
            ids.push("ungge-2015-13e");
        }
        // What is a norm on conduct alone names no breach towards another state.
        if ids == ["ungge-2015-13e"] { Vec::new() } else { ids }
    }

    fn shows(&self, kinds: &[EffectKind]) -> bool {
        self.released.case.effects.iter().any(|effect| kinds.contains(&effect.kind))
    }

    fn hits(&self, sectors: &[Sector]) -> bool {
        let mut victims = self.released.case.parties_as(Role::Victim);
        victims.any(|party| party.sector.is_some_and(|sector| sectors.contains(&sector)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_norm_that_a_note_may_name_is_known() {
        let part =
            ["ungge-2015-28b", "tallinn-4", "ungge-2015-13f", "tallinn-66", "ungge-2015-13e"];
        let all = OF_TERRITORY.iter().chain(&OF_A_REFUSAL).chain(&OF_ASSISTANCE);
        for id in all.chain(&OF_RESPONSIBILITY).chain(&OF_DISPUTES).chain(&part) {
            assert!(norm(id).is_some(), "{id}");
        }
    }
}
