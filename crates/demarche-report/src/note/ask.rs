//! What is asked of the addressee, how it can be done, and by when; it follows from its part in the case.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::attribution::{Hypothesis, Leads};
use demarche_case::{Body, Infrastructure, Party, Recipient, Role, Sector, released};

use crate::addressee::is_reason_withheld;
use crate::date::date;
use crate::words::{in_text, listed, named, names_listed, networks_of};

use super::{Writer, capitalised, in_text_of, name, named_with_contact};
use crate::document::Block;

/// The kind of something that is asked, as far as the first page tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AskKind {
    /// To keep records or data.
    Preserve,
    /// To share what is known.
    Share,
    /// Anything else.
    Other,
}

/// Something that is asked.
pub(crate) struct Ask {
    kind: AskKind,
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
        let kind = AskKind::Other;
        Self { kind, what: description.into(), how: how.into(), by: by.into() }
    }

    fn for_preservation(self) -> Self {
        Self { kind: AskKind::Preserve, ..self }
    }

    fn for_sharing(self) -> Self {
        Self { kind: AskKind::Share, ..self }
    }

    pub(crate) const fn kind(&self) -> AskKind {
        self.kind
    }

    pub(crate) fn line(&self) -> String {
        format!("{}. How: {} By when: {}.", capitalised(&self.what), self.how, self.by)
    }
}

impl Writer<'_> {
    /// All requests, in the order of the note.
    pub(crate) fn asked(&self) -> Vec<Ask> {
        let mut asks = Vec::new();
        match self.to {
            Recipient::Cert(_) => asks.extend(self.of_a_cert()),
            Recipient::State(_) => {
                asks.extend(self.of_a_host());
                asks.extend(self.of_a_transit_state());
                asks.extend(self.of_the_police());
                asks.extend(self.of_where_persons_work());
                asks.extend(self.of_the_attacked());
                asks.extend(self.of_a_partner());
            }
        }
        // The police are asked for a contact at any hour.
        if !self.asks_the_police() {
            let number = match self.to {
                Recipient::State(_) => "that is answered",
                Recipient::Cert(_) => "that is answered day and night",
            };
            asks.push(Ask::new(
                "to name a point of contact for this matter",
                format!("A name or desk, an address and a telephone number {number}."),
                self.preserve_by(),
            ));
        }
        asks
    }

    /// Returns true if the note asks those who inquire into crimes.
    pub(crate) fn asks_the_police(&self) -> bool {
        self.is_named_as(Role::LawEnforcement) || !self.suspects_here().is_empty()
    }

    pub(crate) fn asks(&self) -> Vec<Block> {
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
            Block::Numbered(self.asked().iter().map(Ask::line).collect()),
        ]
    }

    /// Returns true if the note asks that something be kept.
    pub(crate) fn asks_to_preserve(&self) -> bool {
        self.asked().iter().any(|ask| ask.kind == AskKind::Preserve)
    }

    /// The attackers' machines that are shared, those without an address among them.
    fn machines(&self) -> impl Iterator<Item = &Infrastructure> {
        self.released.case.evidence.iter().filter_map(|item| match &item.body {
            Body::Infrastructure(found) => Some(found),
            _ => None,
        })
    }

    /// Are machines shared that stand with the addressee, by the tables or by their source, so that annex A has them?
    fn has_machines_here(&self) -> bool {
        self.located_here().next().is_some() || self.stated_here().any(|found| !is_page(found))
    }

    /// Are pages on a service shared that its source puts with the addressee?
    fn has_pages_here(&self) -> bool {
        self.stated_here().any(is_page)
    }

    /// What its source puts with the addressee.
    fn stated_here(&self) -> impl Iterator<Item = &Infrastructure> {
        self.machines().filter(|found| found.country == Some(self.addressee))
    }

    /// Are addresses shared that lie outside the target, so that there can be traffic between both?
    fn has_addresses_outside_the_target(&self) -> bool {
        let Some(findings) = self.routes() else { return false };
        let origins = &findings.target.origins;
        let is_inside = |found: &Infrastructure| {
            let Some(address) = found.address else { return false };
            let located = findings.located.iter().find(|located| located.address == address);
            let networks = located.map(|located| &located.origins);
            let has = |asn| origins.iter().any(|origin| origin.network.asn == asn);
            let in_networks = networks.is_some_and(|networks| {
                !networks.is_empty() && networks.iter().all(|network| has(network.asn))
            });
            let mut prefixes = origins.iter().flat_map(|origin| &origin.prefixes);
            in_networks || prefixes.any(|prefix| prefix.contains(&address))
        };
        self.machines().any(|found| found.address.is_some() && !is_inside(found))
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
            )
            .for_preservation(),
        ];
        let (measure, how) = if self.serves_the_attacked() {
            (
                format!(
                    "filter the traffic of the attack on its way to {target}{prefixes}, as near to its origin as they can"
                ),
                "Settings of the operators’ border routers, which are undone in the same way. The routes themselves are to stay: those who are attacked need them.",
            )
        } else {
            (
                format!(
                    "filter the traffic that serves the attack or, where that is not enough, refuse to carry the routes of {target}{prefixes} for as long as the threat lasts"
                ),
                "Both are settings of the operators’ border routers, and are undone in the same way; what a refusal would do and cost is set out below.",
            )
        };
        let by = format!("a word on whether and from when, {}", self.answer_by());
        asks.push(Ask::new(format!("to have {operators} {measure}"), how, by));
        if self.has_addresses_outside_the_target() {
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
        if !self.is_host() {
            return Vec::new();
        }
        if !self.asks_a_host() {
            return self.of_an_unknown_machine().into_iter().collect();
        }
        let mut asks = Vec::new();
        if self.has_machines_here() {
            asks.extend(self.of_machines());
        }
        if self.has_pages_here() {
            asks.extend(self.of_pages());
        }
        asks.push(self.of_legal_assistance());
        asks
    }

    /// For pages on somebody's service: there is an account, and no machine of the attackers.
    fn of_pages(&self) -> Vec<Ask> {
        vec![
            Ask::new(
                "to have kept what the providers of the pages in annex A hold on them",
                format!(
                    "The account with its content and its log-ins from {} on, before a page is closed.",
                    self.since()
                ),
                self.preserve_by(),
            )
            .for_preservation(),
            Ask::new(
                "to have the pages closed once that is done, and to tell who opened the accounts and from where they were used",
                "The providers’ records of customers and log-ins. Many providers close such a page by their own terms when they are told of it.",
                self.answer_by(),
            ),
        ]
    }

    fn of_machines(&self) -> Vec<Ask> {
        vec![
            Ask::new(
                "to have what is on the machines at the addresses of annex A that stand in its networks preserved",
                format!(
                    "Copies of disks and memory before a machine is switched off, and the operators’ records of access and connections from {} on. \
                     Where a formal request must come first, an order to keep the data until then is enough.",
                    self.since()
                ),
                self.preserve_by(),
            )
            .for_preservation(),
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
        ]
    }

    /// For a host of machines of which no address is shared; nothing where no fact is shared by which to find them.
    fn of_an_unknown_machine(&self) -> Option<Ask> {
        let has_facts = !self.released.case.evidence.is_empty();
        has_facts.then(|| {
            Ask::new(
                "to say whether it knows of machines in its networks that served the attack, and to have what is on them preserved",
                "A search by its operators and its CERT for what the facts below tell; where that is too little, a word on what they need.",
                self.preserve_by(),
            )
            .for_preservation()
        })
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

    /// The requests to those who inquire into crimes: to keep data at once, and the ways of legal assistance.
    ///
    /// Where private parties that are alleged to be responsible are registered with the addressee, it is about them.
    fn of_the_police(&self) -> Vec<Ask> {
        let suspects = self.suspects_here();
        if !self.asks_the_police() {
            return Vec::new();
        }
        let mut asks = Vec::new();
        let names = names_listed(&suspects);
        let what = if suspects.is_empty() {
            // A host is asked already to keep what is on the machines.
            (!self.asks_a_host()).then(|| {
                "to have data kept that operators and providers in its territory hold on what the facts below name"
                    .to_owned()
            })
        } else {
            Some(format!(
                "to have data kept that operators, banks and providers in its territory hold on {names}"
            ))
        };
        asks.extend(what.map(|what| {
            Ask::new(
                what,
                format!(
                    "An order to keep stored data and traffic data from {} on, before anybody is asked to hand them over (Convention on Cybercrime, Article 29, or the addressee’s own law).",
                    self.since()
                ),
                self.preserve_by(),
            )
            .for_preservation()
        }));
        let (what, how) = if suspects.is_empty() {
            (
                "to share what its police hold on what the facts below name".to_owned(),
                "A search of their own records, by annex A where there is one, and a word on similar attacks.",
            )
        } else {
            (
                format!("to share what its registers and authorities know of {names}"),
                "Owners, directors, addresses, accounts, licences, and proceedings. What a company’s own papers say is of use as well.",
            )
        };
        // A partner is asked to share what it holds in any case.
        if !(suspects.is_empty() && self.is_partner()) {
            asks.push(Ask::new(what, how, self.answer_by()).for_sharing());
        }
        // A host is told of legal assistance already.
        if !self.asks_a_host() {
            asks.push(self.of_legal_assistance());
        }
        asks.push(Ask::new(
            "to say whether it inquires into this attack, and whether it would join a common inquiry",
            "A word from its police or prosecutors; a joint team can be agreed on later.",
            self.answer_by(),
        ));
        asks.push(Ask::new(
            "to name a contact at its police that is reached day and night",
            "The point of contact under Article 35 of the Convention on Cybercrime, or that of INTERPOL’s network.",
            self.preserve_by(),
        ));
        asks
    }

    fn asks_a_host(&self) -> bool {
        self.is_host() && (self.has_machines_here() || self.has_pages_here())
    }

    /// Only where somebody is alleged to be responsible: then it is a question of fact and of the state's own law.
    ///
    /// It names those whom the judgement in the note names, and nobody where the note names nobody. A state is asked whose
    /// carriers serve the target: that a machine was rented somewhere says nothing of who works there.
    fn of_where_persons_work(&self) -> Option<Ask> {
        self.released.case.parties_as(Role::ResponsibleAlleged).next()?;
        let named: Vec<String> = self.named_suspects().map(|party| name(&party.name)).collect();
        let persons = if named.is_empty() {
            "who took part in the attack".to_owned()
        } else {
            format!("who act for those alleged to be responsible ({})", names_listed(&named))
        };
        self.is_asked_to_refuse().then(|| {
            Ask::new(
                format!("to establish whether persons {persons} work from its territory, and to deal with them under its law"),
                "An inquiry by its own authorities on the facts below.",
                format!("a first word {}", self.answer_by()),
            )
        })
    }

    /// The parties alleged to be responsible that the judgement in the note covers.
    fn named_suspects(&self) -> impl Iterator<Item = &Party> {
        let told = self.named_in_judgement();
        let is_named = move |party: &&Party| match told {
            Some((Leads::State { state }, _)) => party.state() == Some(*state),
            Some((Leads::Hypothesis { hypothesis }, findings)) => matches!(
                findings.hypothesis(hypothesis),
                Some(Hypothesis::Named { party: of, .. }) if *of == party.id
            ),
            // That somebody of a kind did it says of nobody of that kind that it did.
            Some((Leads::Kind { .. }, _)) | None => false,
        };
        self.released.case.parties_as(Role::ResponsibleAlleged).filter(is_named)
    }

    /// For a state whose own people or companies were attacked.
    fn of_the_attacked(&self) -> Vec<Ask> {
        let victims = self.victims_here();
        if victims.is_empty() {
            return Vec::new();
        }
        let of_addressee = |party: &&Party| party.country == Some(self.addressee);
        let mut attacked = self.released.case.parties_as(Role::Victim).filter(of_addressee);
        let are_people = attacked.all(|party| party.sector == Some(Sector::People));
        let what = match victims.as_slice() {
            // Persons can be warned. They have no findings to share.
            [victim] if are_people => {
                format!("to warn {victim}, and to tell them what they can do")
            }
            _ if are_people => {
                "to warn those who were attacked in it, and to tell them what they can do".to_owned()
            }
            [victim] => format!("to pass on to {victim} what this note lists, and to share what it found"),
            _ => "to pass on to those who were attacked in it what this note lists, and to share what they found".to_owned(),
        };
        let how = format!(
            "By those who help with such attacks in {}, its CERT or its police.",
            in_text(self.addressee)
        );
        let ask = Ask::new(what, how, self.answer_by());
        vec![if are_people { ask } else { ask.for_sharing() }]
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
            )
            .for_sharing(),
            Ask::new(
                "to say whether it would support joint steps, and which",
                "A first opinion, which binds to nothing.",
                self.answer_by(),
            ),
        ]
    }

    fn of_a_cert(&self) -> Vec<Ask> {
        let mut asks = Vec::new();
        if self.is_host() && self.has_machines_here() {
            asks.push(
                Ask::new(
                    "to have what is on the machines at the addresses of annex A in its constituency preserved",
                    format!("Copies of memory and disks, in this order and before a restart, and the logs of access and connections from {} on.", self.since()),
                    self.preserve_by(),
                )
                .for_preservation(),
            );
            asks.push(Ask::new(
                "to warn those who run them, and to help them clean or rebuild the machines once that is done",
                "By the operators of the networks in which they stand; those who run the machines may not know of it.",
                self.answer_by(),
            ));
        }
        if self.is_host() && self.has_pages_here() {
            asks.push(
                Ask::new(
                    "to ask the providers of the pages in annex A to keep the accounts, their content and their log-ins, and to close the pages once that is done",
                    "A word to the provider’s desk for abuse, which many answer within a day.",
                    self.preserve_by(),
                )
                .for_preservation(),
            );
        }
        if let Some(findings) = self.routes().filter(|_| self.is_transit()) {
            let target = format!("{}{}", networks_of(&findings.target), self.prefixes());
            let traffic = if self.has_addresses_outside_the_target() {
                format!("between {target} and the addresses of annex A")
            } else {
                format!("from and to {target}")
            };
            asks.push(
                Ask::new(
                    format!("to have flow records kept of traffic {traffic}"),
                    format!("A filter on sampled flow records of the operators named above, from {} on; the content of communications is not asked for.", self.since()),
                    self.preserve_by(),
                )
                .for_preservation(),
            );
        }
        asks.push(Ask::new(
            "to look for what this note lists in its constituency, and to tell what is found",
            "A search for hashes on machines, and for addresses in logs of connections and of names. A word that nothing was found is a help as well.",
            self.answer_by(),
        )
        .for_sharing());
        asks
    }
}

/// Returns true for a page on a service: its source gives a URL, and no machine.
const fn is_page(found: &Infrastructure) -> bool {
    found.url.is_some() && found.address.is_none() && found.host.is_none()
}

/// The part of a request that the first page tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstAsk {
    /// The note asks that records or data be kept.
    Preserve,
    /// The note asks to share what is known.
    Share,
    /// The markings withhold from the addressee why it is asked.
    Withheld,
    /// Nothing of that kind is asked.
    Nothing,
}

/// The first thing that the note to a state asks for, as the note would be written; accused states are asked for nothing.
pub(crate) fn first_ask(assessment: &Assessment, to: Recipient) -> FirstAsk {
    if assessment.case.accuses(to.country()) {
        return FirstAsk::Nothing;
    }
    let released = released(assessment, to);
    if is_reason_withheld(assessment, &released) {
        return FirstAsk::Withheld;
    }
    let asks = Writer::new(&released).asked();
    match asks.iter().map(Ask::kind).min() {
        Some(AskKind::Preserve) => FirstAsk::Preserve,
        Some(AskKind::Share) => FirstAsk::Share,
        _ => FirstAsk::Nothing,
    }
}
