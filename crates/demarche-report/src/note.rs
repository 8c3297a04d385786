//! The request to one addressee: what it may know, what is asked, what that would do and cost.
//!
//! The note is written from what [`share`] leaves of the assessment, never from the whole.

mod ask;
mod attribution;
mod effect;
mod paper;
mod share;

use demarche_case::assessment::Assessment;
use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::{Body, Country, Defanged, Evidence, Tlp, Withheld};

use crate::addressee::{Addressee, Carrier, addressees, networks_in};
use crate::attribution::likelihood;
use crate::date::{date, date_if_known};
use crate::item::{details, kind, quantity, source};
use crate::number::{count, percent};
use crate::page::{Column, shell};
use crate::text::{NAME, PROSE, shown};
use crate::words::{in_text, named, subject};

use paper::{Block, Cell, words};

/// The request to one addressee, and what was kept from it.
#[derive(Clone, Debug)]
pub struct Note {
    /// To whom.
    pub addressee: Country,
    /// The strictest marking of what is in it.
    pub marking: Tlp,
    /// The note as Markdown, for `note-CN.md`.
    pub markdown: String,
    /// The same as one self-contained page, for `note-CN.html`.
    pub html: String,
    /// What was left out.
    pub withheld: Vec<WithheldItem>,
    /// The list of what was left out and why, for `note-CN.withheld.md`. It is for the sender only.
    pub sender_markdown: String,
}

/// Something that the addressee may not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithheldItem {
    /// What it is, in the sender's words.
    pub what: String,
    /// The marking that forbids it, and why.
    pub because: Withheld,
}

/// Writes the request to a state.
///
/// What is asked follows from what the shared part of the assessment says of the state: it carries the target's
/// traffic, hosts the attacker's machines, is alleged to be responsible, or is a partner.
/// The note has no date of its own: it is entered when the note is sent.
#[must_use]
pub fn note(assessment: &Assessment, addressee: Country) -> Note {
    let shared = share::share(assessment, addressee);
    let writer = Writer::new(&shared.assessment, addressee, shared.shows_case);
    let blocks = writer.blocks();
    let title = format!("Request to {}", in_text(addressee));
    let text = paper::to_markdown(&title, &blocks);
    let mark = format!("**{}** – {}", writer.marking, writer.marking.allows());
    let body = paper::to_html(&title, &blocks);
    Note {
        addressee,
        marking: writer.marking,
        markdown: format!("{mark}\n\n{text}\n{mark}\n"),
        html: shell(&title, writer.marking, "letter", &body),
        sender_markdown: sender_markdown(
            assessment,
            &shared.assessment,
            addressee,
            &shared.withheld,
        ),
        withheld: shared.withheld,
    }
}

/// A warning where the judgement on the shared part names somebody else than that on the whole.
///
/// The note itself cannot tell: what is withheld must not change it. Whether it is sent is for the sender to decide.
fn names_somebody_else(whole: &Assessment, shared: &Assessment) -> Option<String> {
    let (whole, shared) = (whole.attribution.as_ref()?, shared.attribution.as_ref()?);
    let state = |found: &AttributionFindings| found.as_reported.states.first().map(|one| one.state);
    let first = |found: &AttributionFindings| {
        let ranked = found.as_reported.ranking.first()?;
        found.hypotheses.get(ranked.hypothesis).cloned()
    };
    if state(whole) == state(shared) && first(whole) == first(shared) {
        return None;
    }
    let said = |found: &AttributionFindings| {
        likelihood(found, &found.as_reported).filter(|_| found.withheld.is_none())
    };
    let unsaid = || "no probability is said.".to_owned();
    Some(format!(
        "READ THIS BEFORE SENDING. Without what is withheld the judgement is another: the note says: {} The assessment says: {}",
        said(shared).unwrap_or_else(unsaid),
        said(whole).unwrap_or_else(unsaid),
    ))
}

/// The list for the sender: what is missing from the note, and what would change that.
fn sender_markdown(
    assessment: &Assessment,
    shared: &Assessment,
    addressee: Country,
    withheld: &[WithheldItem],
) -> String {
    let mark =
        format!("**{}** – for the sender only, never part of the note", assessment.marking());
    let rows: Vec<Vec<Cell>> = withheld
        .iter()
        .map(|item| {
            vec![
                words(item.what.clone()),
                words(item.because.marking.to_string()),
                words(item.because.reason.to_string()),
                words(item.because.reason.remedy()),
            ]
        })
        .collect();
    let mut blocks = Vec::new();
    blocks.extend(names_somebody_else(assessment, shared).map(Block::Paragraph));
    if withheld.is_empty() {
        blocks.push(Block::Paragraph("Nothing was withheld.".to_owned()));
    }
    let why: Vec<String> = addressees(assessment)
        .into_iter()
        .filter(|one| one.country == addressee)
        .flat_map(|one| one.why)
        .map(|reason| reason.in_words())
        .collect();
    if !why.is_empty() {
        blocks.push(Block::Heading("Why this state is asked".to_owned()));
        blocks.push(Block::List(why));
    }
    let columns =
        ["What", "Marking", "Why it stays", "What would change that"].map(Column::Text).to_vec();
    blocks.push(Block::Table { caption: "Withheld", columns, rows });
    let title = format!("Withheld from {}", in_text(addressee));
    format!("{mark}\n\n{}", paper::to_markdown(&title, &blocks))
}

/// What the sections of a note have in common.
struct Writer<'a> {
    assessment: &'a Assessment,
    addressee: Country,
    shows_case: bool,
    marking: Tlp,
    /// What the shared part says of the addressee; without reasons where it says nothing.
    asked: Addressee,
    /// The addressee's networks that carry the target's traffic.
    carriers: Vec<Carrier>,
}

impl<'a> Writer<'a> {
    fn new(assessment: &'a Assessment, addressee: Country, shows_case: bool) -> Self {
        let known = addressees(assessment).into_iter().find(|one| one.country == addressee);
        let case = &assessment.case;
        let base = if shows_case { case.tlp } else { Tlp::Clear };
        let parts = case.evidence.iter().map(|item| item.tlp);
        let parts = parts.chain(case.events.iter().map(|one| one.tlp));
        let parts = parts.chain(case.effects.iter().map(|one| one.tlp));
        let parts = parts.chain(case.hypotheses.iter().map(|one| one.tlp));
        let editions = assessment.attribution.iter().flat_map(|findings| &findings.record.editions);
        let parts = parts.chain(editions.map(|edition| edition.tlp));
        Self {
            assessment,
            addressee,
            shows_case,
            marking: parts.fold(base, Tlp::max),
            asked: known.unwrap_or(Addressee { country: addressee, why: Vec::new() }),
            carriers: networks_in(assessment, addressee),
        }
    }

    fn routes(&self) -> Option<&'a RoutesFindings> {
        self.assessment.routes.as_ref()
    }

    fn blocks(&self) -> Vec<Block> {
        let mut blocks = vec![self.letterhead()];
        blocks.extend(self.opening());
        blocks.extend(self.attribution());
        blocks.extend(self.asks());
        blocks.extend(self.networks());
        blocks.extend(self.effects());
        blocks.extend(self.facts());
        blocks.extend(self.closing());
        blocks.extend(self.indicators());
        blocks.extend(self.hashes());
        blocks
    }

    /// The name of the case where the addressee may know it; else nothing that follows from it, not even a hash,
    /// which could be guessed and would link the notes of one case.
    fn reference(&self) -> String {
        if !self.shows_case {
            return "to be entered by the sender".to_owned();
        }
        format!("{}/{}", self.assessment.case.id.as_str(), self.addressee)
    }

    fn letterhead(&self) -> Block {
        let owner = &self.assessment.case.owner;
        let from = match owner.country {
            Some(country) => format!("{}, {}", shown(&owner.organisation, NAME), country.label()),
            None => shown(&owner.organisation, NAME),
        };
        let row = |name: &'static str, value: String| (name, value);
        Block::Terms(vec![
            row("Reference", self.reference()),
            row("From", from),
            row("To", format!("The competent authorities of {}", in_text(self.addressee))),
            row("Date", "to be entered when the note is sent".to_owned()),
            row("Marking", format!("{}, {}", self.marking, self.marking.allows())),
            row("Contact", shown(&owner.contact, NAME)),
        ])
    }

    fn opening(&self) -> Vec<Block> {
        let case = &self.assessment.case;
        let mut blocks = vec![Block::Heading("What this is about".to_owned())];
        if self.shows_case {
            blocks.push(Block::Paragraph(format!(
                "{}.",
                shown(&case.title, PROSE).trim_end_matches('.')
            )));
            blocks.push(Block::Paragraph(shown(&case.summary, PROSE)));
        } else {
            blocks.push(Block::Paragraph(
                "The sender asks for help in the matter of an attack on computer networks."
                    .to_owned(),
            ));
        }
        let events: Vec<String> = case
            .events
            .iter()
            .map(|event| {
                let from = event
                    .source
                    .as_ref()
                    .map(|from| format!(" ({})", source(from)))
                    .unwrap_or_default();
                format!("{}: {}{from}", date(event.date), shown(&event.text, PROSE))
            })
            .collect();
        if !events.is_empty() {
            blocks.push(Block::List(events));
        }
        let harm: Vec<String> = case
            .effects
            .iter()
            .map(|effect| {
                let number = effect
                    .quantity
                    .as_ref()
                    .map(|number| format!(" ({})", quantity(number)))
                    .unwrap_or_default();
                format!("{}{number}", shown(&effect.text, PROSE).trim_end_matches('.'))
            })
            .collect();
        if !harm.is_empty() {
            blocks.push(Block::Paragraph("The harm that was done:".to_owned()));
            blocks.push(Block::List(harm));
        }
        blocks
    }

    fn networks(&self) -> Vec<Block> {
        let Some(findings) = self.routes() else { return Vec::new() };
        if self.carriers.is_empty() {
            return Vec::new();
        }
        let rows: Vec<Vec<Cell>> = self
            .carriers
            .iter()
            .take(30)
            .map(|one| {
                let (trimmed, mean) =
                    one.shares.map_or(("–".to_owned(), "–".to_owned()), |(trimmed, mean)| {
                        (percent(trimmed), percent(mean))
                    });
                let key = if one.is_key {
                    "in the smallest set that cuts the target off"
                } else {
                    "carries routes"
                };
                vec![words(named(&one.network)), words(key), words(trimmed), words(mean)]
            })
            .collect();
        let columns = vec![
            Column::Text("Network"),
            Column::Text("Its part"),
            Column::Number("Share, trimmed mean"),
            Column::Number("Share, plain mean"),
        ];
        let about = format!(
            "These networks are registered in {} and carry the routes of {}. \
             The share is that of the routes which pass through the network, as vantage points around the internet see it. \
             The trimmed mean leaves out the highest and the lowest of them, and hides a small but total dependency.",
            in_text(self.addressee),
            subject(&findings.target)
        );
        vec![
            Block::Heading("Networks in your jurisdiction".to_owned()),
            Block::Paragraph(about),
            Block::Table { caption: "Networks and what they carry", columns, rows },
        ]
    }

    /// Everything that may be known, with date, source and grade.
    fn facts(&self) -> Vec<Block> {
        let facts: Vec<String> = self.assessment.case.evidence.iter().map(fact).collect();
        if facts.is_empty() {
            return Vec::new();
        }
        vec![
            Block::Heading("The facts that are shared".to_owned()),
            Block::Paragraph(
                "Each has its date, its source, and two grades that are kept apart: how reliable the source is, and how credible what it says."
                    .to_owned(),
            ),
            Block::Numbered(facts),
        ]
    }

    fn closing(&self) -> Vec<Block> {
        let caveats = self.routes().map(|findings| &findings.caveats);
        let caveats: Vec<String> =
            caveats.into_iter().flatten().map(|one| shown(&one.text, PROSE)).collect();
        let mut blocks = Vec::new();
        if !caveats.is_empty() {
            blocks.push(Block::Heading("What the data cannot know".to_owned()));
            blocks.push(Block::List(caveats));
        }
        blocks
    }

    /// Indicators, defanged; those in the addressee's networks first.
    fn indicators(&self) -> Vec<Block> {
        let case = &self.assessment.case;
        let items = || case.evidence.iter();
        let mut hosts: Vec<(bool, Vec<Cell>)> =
            items().filter_map(|item| self.address_row(item)).collect();
        // The sort keeps the order of the register within each half.
        hosts.sort_by_key(|(here, _)| !here);
        let hosts: Vec<Vec<Cell>> = hosts.into_iter().map(|(_, row)| row).collect();
        let files: Vec<Vec<Cell>> = items().filter_map(file_row).collect();
        if hosts.is_empty() && files.is_empty() {
            return Vec::new();
        }
        let host_columns =
            ["Address or host", "Ports", "Role", "Network", "Country"].map(Column::Text).to_vec();
        let file_columns = ["File", "Role", "Hash"].map(Column::Text).to_vec();
        vec![
            Block::Heading("Annex A: indicators".to_owned()),
            Block::Paragraph(
                "Addresses are written so that no program makes a link of them.".to_owned(),
            ),
            Block::Table {
                caption: "Addresses, those in your jurisdiction first",
                columns: host_columns,
                rows: hosts,
            },
            Block::Table { caption: "Files", columns: file_columns, rows: files },
        ]
    }

    fn address_row(&self, item: &Evidence) -> Option<(bool, Vec<Cell>)> {
        let Body::Infrastructure(one) = &item.body else { return None };
        let located = one.address.and_then(|address| {
            self.routes().and_then(|findings| {
                findings.located.iter().find(|located| located.address == address)
            })
        });
        let country = located
            .and_then(|located| located.announced_from.or(located.registered_in))
            .or(one.country);
        let network: Vec<String> =
            located.into_iter().flat_map(|located| &located.origins).map(named).collect();
        let ports: Vec<String> = one.ports.iter().map(ToString::to_string).collect();
        let names = [
            one.address.map(|address| Defanged(address).to_string()),
            one.host.as_deref().map(|host| Defanged(shown(host, PROSE)).to_string()),
            one.url.as_deref().map(|url| Defanged(shown(url, PROSE)).to_string()),
        ];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let label =
            country.map_or_else(|| "not known".to_owned(), |country| country.label().to_owned());
        let row = vec![
            Cell::Code(names.join(", ")),
            words(ports.join(", ")),
            words(shown(&one.role, NAME)),
            words(network.join("; ")),
            words(label),
        ];
        Some((country == Some(self.addressee), row))
    }

    fn hashes(&self) -> Vec<Block> {
        let rows: Vec<Vec<Cell>> = self
            .assessment
            .inputs
            .iter()
            .map(|input| {
                vec![
                    Cell::Code(input.path.clone()),
                    words(shown(&input.what, NAME)),
                    words(count(input.bytes)),
                    Cell::Code(input.sha256.to_string()),
                ]
            })
            .collect();
        let sources: Vec<String> = self
            .routes()
            .into_iter()
            .flat_map(|findings| &findings.sources)
            .map(|one| {
                let date = one
                    .date
                    .as_deref()
                    .map_or_else(|| "date not known".to_owned(), |date| shown(date, NAME));
                format!("{}, {date}: {}", shown(&one.what, NAME), shown(&one.size, NAME))
            })
            .collect();
        let editions = self.assessment.attribution.iter().flat_map(|one| &one.record.editions);
        // What is reproduced from a catalogue is reproduced with the line that its terms ask for.
        let editions = editions.map(|one| {
            let (name, terms) = (shown(&one.name, NAME), shown(&one.licence, PROSE));
            format!("Record of previous attacks: {name}, {}. {terms}", date_if_known(one.date))
        });
        let sources: Vec<String> = sources.into_iter().chain(editions).collect();
        if rows.is_empty() && sources.is_empty() {
            return Vec::new();
        }
        let columns = vec![
            Column::Text("File"),
            Column::Text("What"),
            Column::Number("Bytes"),
            Column::Text("SHA-256"),
        ];
        let mut blocks = vec![Block::Heading("Annex B: what this rests on".to_owned())];
        if !sources.is_empty() {
            blocks.push(Block::List(sources));
        }
        blocks.push(Block::Table { caption: "Inputs by their hash", columns, rows });
        blocks
    }
}

fn fact(item: &Evidence) -> String {
    format!(
        "{} {} ({}). Source: {}. Grade {}: {}. {}.",
        shown(&item.says, PROSE),
        capitalised(&date_if_known(item.observed)),
        kind(item),
        source(&item.source),
        item.grade,
        item.grade.words(),
        item.tlp
    )
}

fn capitalised(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_uppercase().chain(signs).collect()).unwrap_or_default()
}

fn file_row(item: &Evidence) -> Option<Vec<Cell>> {
    let Body::Sample(sample) = &item.body else { return None };
    let hash = details(item)
        .into_iter()
        .find(|detail| ["SHA-256", "SHA-1", "MD5"].contains(&detail.name))?;
    Some(vec![
        Cell::Code(sample.name.clone().unwrap_or_default()),
        words(sample.role.as_deref().map(|role| shown(role, NAME)).unwrap_or_default()),
        Cell::Code(format!("{} {}", hash.name, hash.value)),
    ])
}
