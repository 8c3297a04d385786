//! Why this addressee: its part in the case, and what that part does not say of it.

use demarche_case::Role;
use demarche_case::assessment::routes::Located;

use crate::addressee::Reason;
use crate::number::{count, percent};
use crate::words::{in_sentence, in_text, listed, named, names_listed, subject};

use super::{Writer, in_text_of, name};
use crate::document::Block;

/// Networks that one sentence names at most.
const MOST: usize = 5;

impl Writer<'_> {
    pub(crate) fn why(&self) -> Vec<Block> {
        let mut reasons: Vec<String> =
            self.asked.why.iter().filter_map(|reason| self.reason(reason)).collect();
        reasons.dedup();
        let heading = Block::Heading(format!("Why this note goes to {}", in_text_of(self.to)));
        if reasons.is_empty() {
            let text = "The sender holds that the addressee may be able to help.".to_owned();
            return vec![heading, Block::Paragraph(text)];
        }
        let mut blocks = vec![heading, Block::List(reasons)];
        blocks.extend(self.no_reproach().map(Block::Paragraph));
        blocks
    }

    fn reason(&self, reason: &Reason) -> Option<String> {
        let in_text = in_text(self.addressee);
        match reason {
            Reason::Transit { networks, share, .. } => {
                let names: Vec<String> = networks.iter().take(MOST).map(named).collect();
                let target = self.routes().map(|findings| subject(&findings.target))?;
                let share = if *share > 0.0 {
                    format!(
                        "; together the networks of {in_text} carry {} of them",
                        percent(*share)
                    )
                } else {
                    String::new()
                };
                Some(format!(
                    "Networks that are registered in {in_text} carry routes of {target}: {}{share}.",
                    listed(&names, "and")
                ))
            }
            Reason::Hosts { addresses } => Some(self.hosts(*addresses)),
            Reason::Victim { .. } => {
                Some(format!("Attacked in {in_text}: {}.", names_listed(&self.victims_here())))
            }
            Reason::Registered { .. } => {
                let suspects = names_listed(&self.suspects_here());
                Some(format!("Registered in {in_text}, and to be inquired into: {suspects}."))
            }
            // An accused state gets a protest or a question, and no such reasons.
            Reason::ResponsibleAlleged { .. } | Reason::ShelterAlleged { .. } => None,
            Reason::Named { party, role: Role::Partner } => {
                Some(format!("{} is consulted as a partner.", name(party)))
            }
            Reason::Named { party, role: Role::Cert } => Some(format!(
                "{} is known to the sender as the national CERT of {in_text}.",
                name(party)
            )),
            Reason::Named { party, role: Role::LawEnforcement } => Some(format!(
                "{} is known to the sender as one who investigates such crimes in {in_text}.",
                name(party)
            )),
            // What the data show says more than the role that the case gives.
            Reason::Named { role: Role::Transit, .. } if self.is_transit() => None,
            Reason::Named { role: Role::Host, .. } if self.has_located_hosts() => None,
            Reason::Named { party, role: Role::Transit } => Some(format!(
                "Networks of {} are held to carry traffic of the attack.",
                name(party)
            )),
            Reason::Named { party, .. } => Some(format!(
                "Machines that the attackers used are held to stand in networks of {}.",
                name(party)
            )),
        }
    }

    /// The place of the attackers' addresses: by the tables where they say so, else by the word of the source.
    fn hosts(&self, addresses: u64) -> String {
        let state = in_text(self.addressee);
        let (are, they) = if addresses == 1 {
            ("address that the attackers used is", "it")
        } else {
            ("addresses that the attackers used are", "them")
        };
        let stand = if self.located_here().next().is_none() {
            format!("said by its source to stand in {state}")
        } else {
            let networks = self.networks_of_hosts();
            let network = if networks.len() == 1 { "network" } else { "networks" };
            let within = if networks.is_empty() {
                String::new()
            } else {
                format!(", in the {network} {}", listed(&networks, "and"))
            };
            format!("announced from {state} or registered there{within}")
        };
        format!("{} {are} {stand}; annex A lists {they}.", count(addresses))
    }

    /// The addresses that a table of prefixes or a registry places in the addressee's territory.
    pub(crate) fn located_here(&self) -> impl Iterator<Item = &Located> {
        let here = |located: &&Located| {
            [located.announced_from, located.registered_in].contains(&Some(self.addressee))
        };
        self.routes().into_iter().flat_map(|findings| &findings.located).filter(here)
    }

    /// The parties of the addressee that were attacked, whole and fit for a sentence.
    pub(crate) fn victims_here(&self) -> Vec<String> {
        let parties = self.asked.why.iter().find_map(|reason| match reason {
            Reason::Victim { parties } => Some(parties),
            _ => None,
        });
        parties.into_iter().flatten().map(|party| in_sentence(&name(party))).collect()
    }

    /// The private parties that are alleged to be responsible and registered with the addressee, whole and fit for a sentence.
    pub(crate) fn suspects_here(&self) -> Vec<String> {
        let parties = self.asked.why.iter().find_map(|reason| match reason {
            Reason::Registered { parties } => Some(parties),
            _ => None,
        });
        parties.into_iter().flatten().map(|party| in_sentence(&name(party))).collect()
    }

    fn has_located_hosts(&self) -> bool {
        self.asked.why.iter().any(|reason| matches!(reason, Reason::Hosts { .. }))
    }

    /// The networks in which the attackers' addresses of the addressee stand.
    fn networks_of_hosts(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.located_here().flat_map(|located| &located.origins).map(named).collect();
        names.sort();
        names.dedup();
        names.truncate(MOST);
        names
    }

    /// What being asked does not mean; a note that reads as an accusation is not answered.
    fn no_reproach(&self) -> Option<String> {
        let mut sentences = Vec::new();
        if self.is_host() {
            sentences.push(
                "Where a machine stands says nothing of who used it. This note accuses nobody who runs these machines: their own systems may have been broken into.",
            );
        }
        if self.is_transit() {
            sentences.push("To carry traffic is no fault, and this note alleges none.");
        }
        if !self.suspects_here().is_empty() {
            sentences.push(
                "This note accuses no state of what a private party may have done. It asks for an inquiry, which may clear that party.",
            );
        }
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }
}
