//! What is asked of the addressee, how it can be done, and by when; it follows from its part in the case.

use demarche_case::{Body, Party, Recipient, Role};

use crate::date::date;
use crate::words::{listed, named, networks_of};

use super::{Writer, capitalised, in_text_of, name, named_with_contact};
use crate::document::Block;

/// Something that is asked.
pub(crate) struct Ask {
    /// What, as the end of a sentence that begins with "asks".
    what: String,
    /// A measure that can be taken, in a sentence or two.
    how: String,
    /// By when, without a full stop.
    by: String,
}

impl Ask {
    pub(crate) fn new(
        description: impl Into<String>,
        how: impl Into<String>,
        by: impl Into<String>,
    ) -> Self {
        Self { what: description.into(), how: how.into(), by: by.into() }
    }

    pub(crate) fn line(&self) -> String {
        format!("{}. How: {} By when: {}.", capitalised(&self.what), self.how, self.by)
    }
}

impl Writer<'_> {
    pub(crate) fn asks(&self) -> Vec<Block> {
        let mut asks = Vec::new();
        match self.to {
            Recipient::Cert(_) => asks.extend(self.of_a_cert()),
            Recipient::State(_) => {
                asks.extend(self.of_a_host());
                asks.extend(self.of_a_transit_state());
                asks.extend(self.of_where_persons_work());
                asks.extend(self.of_a_partner());
            }
        }
        asks.push(Ask::new(
            "to name a point of contact for this matter",
            "A name or desk, an address and a telephone number that is answered.",
            self.preserve_by(),
        ));
        let how = match self.to {
            Recipient::State(_) => "through its competent authorities and as far as its law allows",
            Recipient::Cert(_) => "as far as its mandate allows",
        };
        let intro = format!(
            "{} asks {}, {how}, for the following. \
             Where something cannot be done, or not in time, a short word of it is a help as well.",
            self.sender_first(),
            in_text_of(self.to)
        );
        vec![
            Block::Heading("What is asked, and by when".to_owned()),
            Block::Paragraph(intro),
            Block::Numbered(asks.iter().map(Ask::line).collect()),
        ]
    }

    /// Are addresses shared, so that annex A has them?
    fn has_addresses(&self) -> bool {
        let mut evidence = self.released.case.evidence.iter();
        evidence.any(|item| matches!(item.body, Body::Infrastructure(_)))
    }

    fn since(&self) -> String {
        let began = self.released.case.began;
        began.map_or_else(|| "the beginning of the attack".to_owned(), date)
    }

    fn of_a_transit_state(&self) -> Vec<Ask> {
        let Some(findings) = self.routes().filter(|_| self.is_transit()) else { return Vec::new() };
        let key: Vec<String> = self
            .carriers
            .iter()
            .filter(|carrier| carrier.is_key)
            .map(|carrier| named(&carrier.network))
            .collect();
        let largest: Vec<String> =
            self.carriers.iter().take(5).map(|carrier| named(&carrier.network)).collect();
        let operators = listed(if key.is_empty() { &largest } else { &key }, "and");
        let target = networks_of(&findings.target);
        let prefixes = self.prefixes();
        let mut asks = vec![
            Ask::new(
                format!(
                    "to have the records of routes and traffic of {operators} preserved from {} on",
                    self.since()
                ),
                "An order to the operators to keep route changes and flow records (who exchanged how much with whom, and when); the content of communications is not asked for.",
                self.preserve_by(),
            ),
            Ask::new(
                format!(
                    "to have {operators} filter the traffic that serves the attack or, where that is not enough, refuse to carry the routes of {target}{prefixes} for as long as the threat lasts"
                ),
                "Both are settings of the operators’ border routers, and are undone in the same way; what a refusal would do and cost is set out below.",
                format!("a word on whether and from when, {}", self.answer_by()),
            ),
        ];
        if self.has_addresses() {
            asks.push(Ask::new(
                format!("where its law does not allow that, to have the traffic between {target} and the addresses of annex A investigated, and the findings shared"),
                "The flow records of those addresses are enough for a start.",
                self.answer_by(),
            ));
        }
        asks
    }

    /// The target's prefixes in brackets, where they are few.
    fn prefixes(&self) -> String {
        let origins = self.routes().into_iter().flat_map(|findings| &findings.target.origins);
        let prefixes: Vec<String> =
            origins.flat_map(|origin| origin.prefixes.iter().map(ToString::to_string)).collect();
        if prefixes.is_empty() || prefixes.len() > 12 {
            String::new()
        } else {
            format!(" ({})", prefixes.join(", "))
        }
    }

    fn of_a_host(&self) -> Vec<Ask> {
        if !self.is_host() || !self.has_addresses() {
            return Vec::new();
        }
        vec![
            Ask::new(
                "to have what is on the machines at the addresses of annex A that stand in its networks preserved",
                format!(
                    "Copies of disks and memory before a machine is switched off, and the operators’ records of access and connections from {} on. \
                     Where a formal request must come first, an order to keep the data until then is enough.",
                    self.since()
                ),
                self.preserve_by(),
            ),
            Ask::new(
                "to have the machines taken out of the attackers’ reach once that is done",
                "A warning to those who run them, who clean, rebuild or disconnect them.",
                self.answer_by(),
            ),
            Ask::new(
                "to tell who rented or ran them at that time, and from where they were reached",
                "The operators’ records of customers, and of the addresses from which the machines were administered.",
                self.answer_by(),
            ),
            self.of_legal_assistance(),
        ]
    }

    /// The way of criminal law, which is open whoever the attacker is: a machine that is misused is a crime at home too.
    fn of_legal_assistance(&self) -> Ask {
        let sender = self.released.case.sender();
        let is_own = |party: &&Party| sender.is_some() && party.country == sender;
        let police = self.released.case.parties_as(Role::LawEnforcement).filter(is_own);
        let police: Vec<String> = police.map(named_with_contact).collect();
        let from = if police.is_empty() {
            String::new()
        } else {
            format!(" It would come from {}.", listed(&police, "and"))
        };
        Ask::new(
            "to say to which authority a request for legal assistance should go",
            format!(
                "Between parties to the Convention on Cybercrime the points of contact that are reached day and night can settle it.{from}"
            ),
            self.preserve_by(),
        )
    }

    /// Only where somebody is alleged to be responsible: then it is a question of fact and of the state's own law.
    fn of_where_persons_work(&self) -> Option<Ask> {
        let party = self.released.case.parties_as(Role::ResponsibleAlleged).next()?;
        (self.is_transit() || self.is_host()).then(|| {
            Ask::new(
                format!("to establish whether persons who act for the party alleged to be responsible ({}) work from its territory, and to deal with them under its law", name(&party.name)),
                "An inquiry by its own authorities on the facts below.",
                format!("a first word {}", self.answer_by()),
            )
        })
    }

    fn of_a_partner(&self) -> Vec<Ask> {
        if !self.is_partner() {
            return Vec::new();
        }
        vec![
            Ask::new(
                "to share what it holds on what the facts below name",
                "A search of its own records, by annex A where there is one, and a word on similar attacks.",
                self.answer_by(),
            ),
            Ask::new(
                "to say whether it would support joint steps, and which",
                "A first opinion, which binds to nothing.",
                self.answer_by(),
            ),
        ]
    }

    fn of_a_cert(&self) -> Vec<Ask> {
        let mut asks = Vec::new();
        if self.is_host() && self.has_addresses() {
            asks.push(Ask::new(
                "to have what is on the machines at the addresses of annex A in its constituency preserved",
                format!("Copies of memory and disks, in this order and before a restart, and the logs of access and connections from {} on.", self.since()),
                self.preserve_by(),
            ));
            asks.push(Ask::new(
                "to warn those who run them, and to help them clean or rebuild the machines once that is done",
                "By the operators of the networks in which they stand; those who run the machines may not know of it.",
                self.answer_by(),
            ));
        }
        if let Some(findings) = self.routes().filter(|_| self.is_transit() && self.has_addresses())
        {
            let target = networks_of(&findings.target);
            asks.push(Ask::new(
                format!("to have flow records kept of traffic between {target}{} and the addresses of annex A", self.prefixes()),
                format!("A filter on sampled flow records of the operators named above, from {} on; the content of communications is not asked for.", self.since()),
                self.preserve_by(),
            ));
        }
        asks.push(Ask::new(
            "to look for what this note lists in its constituency, and to tell what is found",
            "A search for hashes on machines, and for addresses in logs of connections and of names. A word that nothing was found is a help as well.",
            self.answer_by(),
        ));
        asks
    }
}
