//! What is asked of the addressee; it follows from its part in the case.

use demarche_case::Role;

use crate::addressee::Reason;
use crate::date::date;
use crate::text::{NAME, shown};
use crate::words::{in_text, listed, named, networks_of};

use super::Writer;
use super::paper::Block;

impl Writer<'_> {
    pub(super) fn asks(&self) -> Vec<Block> {
        let mut asks = Vec::new();
        if self.is_responsible() {
            asks.extend(Self::of_the_responsible());
        } else {
            asks.extend(self.of_a_transit_state());
            asks.extend(self.of_a_host());
            asks.extend(self.of_where_persons_work());
            asks.extend(self.of_a_partner());
        }
        asks.push(
            "to name a point of contact for this matter, and to answer by a date to be agreed."
                .to_owned(),
        );
        let sender = shown(&self.assessment.case.owner.organisation, NAME);
        vec![
            Block::Heading("What is asked".to_owned()),
            Block::Paragraph(format!(
                "{sender} asks the competent authorities of {}:",
                in_text(self.addressee)
            )),
            Block::Numbered(asks),
        ]
    }

    fn is_responsible(&self) -> bool {
        self.asked.why.iter().any(|reason| matches!(reason, Reason::ResponsibleAlleged { .. }))
    }

    fn is_named_as(&self, wanted: Role) -> bool {
        self.asked
            .why
            .iter()
            .any(|reason| matches!(reason, Reason::Named { role, .. } if *role == wanted))
    }

    fn is_transit(&self) -> bool {
        let found = self.asked.why.iter().any(|reason| matches!(reason, Reason::Transit { .. }));
        (found || self.is_named_as(Role::Transit)) && !self.carriers.is_empty()
    }

    fn is_host(&self) -> bool {
        self.asked.why.iter().any(|reason| matches!(reason, Reason::Hosts { .. }))
            || self.is_named_as(Role::Host)
    }

    fn of_the_responsible() -> Vec<String> {
        vec![
            "to end the operation, if it goes on, and to give assurance that it is not repeated;".to_owned(),
            "to investigate the facts below and to hold to account those on its territory who took part;".to_owned(),
            "to answer to the facts below, and to make good the harm so far as it is answerable for it;".to_owned(),
        ]
    }

    fn of_a_transit_state(&self) -> Vec<String> {
        let Some(findings) = self.routes().filter(|_| self.is_transit()) else { return Vec::new() };
        let key: Vec<String> =
            self.carriers.iter().filter(|one| one.is_key).map(|one| named(&one.network)).collect();
        let largest: Vec<String> =
            self.carriers.iter().take(5).map(|one| named(&one.network)).collect();
        let operators = listed(if key.is_empty() { &largest } else { &key }, "and");
        let target = networks_of(&findings.target);
        let prefixes: Vec<String> = findings
            .target
            .origins
            .iter()
            .flat_map(|origin| origin.prefixes.iter().map(ToString::to_string))
            .collect();
        let named_prefixes = if prefixes.is_empty() || prefixes.len() > 12 {
            String::new()
        } else {
            format!(" ({})", prefixes.join(", "))
        };
        let since = self
            .assessment
            .case
            .began
            .map_or_else(|| "the beginning of the attack".to_owned(), date);
        vec![
            format!(
                "to have {operators} refuse to carry the routes of {target}{named_prefixes} for as long as the threat lasts, \
                 or filter the traffic that serves the attack where that is enough;"
            ),
            format!(
                "where its law does not allow that, to have the traffic between {target} and the addresses of annex A \
                 investigated, and the findings shared;"
            ),
            format!(
                "to have the records of routes and traffic of these networks preserved from {since} on;"
            ),
        ]
    }

    fn of_a_host(&self) -> Vec<String> {
        if !self.is_host() {
            return Vec::new();
        }
        vec![
            "to have the machines at the addresses of annex A that stand in its networks secured and examined, with their disks, memory and records preserved;".to_owned(),
            "to tell who rented or ran them, and from where they were reached;".to_owned(),
            "to take them out of the attacker’s reach once they are secured;".to_owned(),
        ]
    }

    /// Only where somebody is alleged to be responsible: then it is a question of fact and of the state's own law.
    fn of_where_persons_work(&self) -> Option<String> {
        let party = self.assessment.case.parties_as(Role::ResponsibleAlleged).next()?;
        (self.is_transit() || self.is_host()).then(|| {
            format!(
                "to establish whether persons who act for the party alleged to be responsible ({}) work from its territory, and to deal with them under its law;",
                shown(&party.name, NAME)
            )
        })
    }

    fn of_a_partner(&self) -> Vec<String> {
        let stranger = self.asked.why.is_empty();
        if !self.is_named_as(Role::Partner) && !stranger {
            return Vec::new();
        }
        vec![
            "to share what it holds on the programs, addresses and persons that the facts below name;".to_owned(),
            "to say whether it would support joint steps, and which;".to_owned(),
        ]
    }
}
