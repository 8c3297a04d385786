//! The inventory of what was exposed: the section of the short report, the annexes, and the answers of the commands.

use demarche_case::assessment::exposure::{
    ContentExposed, CountryExposed, Duty, ExposureFindings, MailboxExposed, OrganisationExposed,
    PartlyRead, PersonExposed, PersonNetwork, SecretExposed, UnreadContents,
};

use crate::date::date_if_known;
use crate::document::{Block, Cell, Section, Table, strong, words};
use crate::exposure::{
    ASK_COUNSEL, LIMIT, bytes, checks, dump_name, exposure_answer, gravity_words, kinds_in_words,
};
use crate::number::{count, counted, length};
use crate::svg::{exposure_mailboxes_chart, exposure_months_chart, exposure_network_chart};
use crate::text::{NAME, PROSE, shown};

/// Secrets that are listed; the others are counted.
const SECRETS: usize = 20;

/// Rows of every other table; the others are counted.
const ROWS: usize = 50;

/// Countries of a row, and in the short report.
const FEW: usize = 3;
const COUNTRIES: usize = 15;

/// Kinds, addresses and reasons in a cell.
const IN_CELL: usize = 4;

/// The longest path that is shown, in characters.
const PATH: usize = 240;

/// The title of the section, here and on the page of its own.
pub(crate) const TITLE: &str = "What was exposed";

/// The summary of a scan: how much was read, the kinds, the duties, the secrets and the countries.
#[must_use]
pub fn exposure_scan(findings: &ExposureFindings) -> Vec<Section> {
    let answer = Block::Answer(exposure_answer(findings));
    let section = Section::new("", title(findings));
    let (unread, _) = unread(&findings.read.unread);
    let section = section.with(answer).and(in_short(findings)).and(unread);
    let section = section.and(losses(&findings.read.losses));
    vec![section.open()]
}

/// The persons in a dump, with their organisations and countries.
#[must_use]
pub fn exposure_people(findings: &ExposureFindings) -> Vec<Section> {
    let people = &findings.people;
    let section = Section::new("", format!("Persons in “{}”", dump_name(findings)))
        .with(Block::Answer(people_answer(findings)))
        .and(persons(findings))
        .and(organisations(&findings.organisations))
        .and(countries(&findings.countries, ROWS));
    let none = people.persons == 0 && people.most_exposed.is_empty();
    vec![if none { section.with(Block::text("No person was found.")) } else { section }.open()]
}

/// The section of the short report.
pub(crate) fn short(findings: &ExposureFindings) -> Section {
    let answer = Block::Paragraph(exposure_answer(findings).join(" "));
    Section::new("exposure", TITLE).with(answer).and(in_short(findings))
}

/// The section that leads a page of its own.
pub(crate) fn lead(findings: &ExposureFindings) -> Section {
    Section::new("exposure-answer", TITLE).with(Block::Answer(exposure_answer(findings)))
}

/// The title of a page of its own.
pub(crate) fn title(findings: &ExposureFindings) -> String {
    format!("Inventory of “{}”", dump_name(findings))
}

/// The tables and the figure of the short report, without the answer; `None` where there are none.
pub(crate) fn tables(findings: &ExposureFindings) -> Option<Section> {
    let blocks = in_short(findings);
    (!blocks.is_empty())
        .then(|| Section::new("exposure", "Kinds, duties, secrets and countries").and(blocks))
}

fn in_short(findings: &ExposureFindings) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !findings.months.is_empty() {
        let chart = exposure_months_chart("exposed-months", &findings.months);
        blocks.push(Block::drawing(chart, "The day of a message is the one that it claims."));
    }
    blocks.extend(kinds(findings));
    blocks.extend(duties(&findings.duties));
    blocks.extend(secrets(&findings.secrets));
    blocks.extend(countries(&findings.countries, COUNTRIES));
    blocks
}

/// The annexes; those without content are left out.
pub(crate) fn annexes(findings: &ExposureFindings) -> Vec<Section> {
    let section = |id: &str, title: &str, blocks: Vec<Block>| {
        (!blocks.is_empty()).then(|| Section::new(id, title).and(blocks))
    };
    let (unread, note) = unread(&findings.read.unread);
    let unread = unread.into_iter().chain(note).chain(losses(&findings.read.losses)).collect();
    let sections = [
        section("exposure-mailboxes", "Mailboxes that were exposed", mailboxes(findings)),
        section("exposure-persons", "Persons who are most exposed", persons(findings)),
        section(
            "exposure-organisations",
            "Organisations in the exposed mail",
            organisations(&findings.organisations),
        ),
        section("exposure-contents", "The gravest contents", contents(findings)),
        section("exposure-unread", "Exposed contents that were not read", unread),
    ];
    sections.into_iter().flatten().collect()
}

fn path(place: &str) -> Cell {
    Cell::Code(shown(place, PATH))
}

/// The kinds of sensitive data, the gravest first.
fn kinds(findings: &ExposureFindings) -> Vec<Block> {
    if findings.kinds.is_empty() {
        return Vec::new();
    }
    let table = Table::of(&findings.kinds)
        .text("Kind", |kind| shown(&kind.title, NAME))
        .text("Why it matters", |kind| gravity_words(kind.gravity))
        .number("Values", |kind| strong(count(kind.values)))
        .number("Contents", |kind| count(kind.contents))
        .text("Checked", |kind| checks(kind))
        .text("Issued by", |kind| {
            let states = kind.countries.iter().take(FEW);
            let states = states
                .map(|issued| format!("{} ({})", issued.country.label(), count(issued.values)));
            let mut states: Vec<String> = states.collect();
            if kind.countries.len() > FEW {
                states.push(format!("{} more", length(kind.countries.len() - FEW)));
            }
            states.join(", ")
        });
    let mut blocks = table.under("Sensitive data by kind, the gravest first");
    blocks.push(Block::Note(LIMIT.to_owned()));
    blocks
}

/// The duties to notify, the shortest time first.
fn duties(duties: &[Duty]) -> Vec<Block> {
    if duties.is_empty() {
        return Vec::new();
    }
    let table = Table::of(duties)
        .text("Law", |duty| words(shown(&duty.law, PROSE)).noted(shown(&duty.source, PROSE)))
        .text("Whom to tell", |duty| shown(&duty.tell, PROSE))
        .text("Within", |duty| shown(&duty.within, PROSE))
        .text("Why it may apply", |duty| shown(&duty.because, PROSE));
    let mut blocks = vec![
        Block::Heading("Duties to notify that may apply".to_owned()),
        Block::Warning(ASK_COUNSEL.to_owned()),
    ];
    blocks.extend(table.under("The shortest time first"));
    blocks
}

/// The passwords and keys to change first.
fn secrets(secrets: &[SecretExposed]) -> Vec<Block> {
    if secrets.is_empty() {
        return Vec::new();
    }
    let table = Table::first(SECRETS, secrets)
        .text("Secret", |secret| shown(&secret.title, NAME))
        .text("Masked", |secret| Cell::Code(shown(&secret.masked, NAME)))
        .text("Place", |secret| path(&secret.place).noted(format!("line {}", count(secret.line))))
        .text("Last seen", |secret| date_if_known(secret.last));
    let mut blocks = vec![Block::Heading("Secrets to change first".to_owned())];
    blocks.extend(table.under("The newest first"));
    blocks
}

/// The countries whose people are concerned.
fn countries(countries: &[CountryExposed], most: usize) -> Vec<Block> {
    if countries.is_empty() {
        return Vec::new();
    }
    let table = Table::first(most, countries)
        .text("Country", |told| told.country.label())
        .number("Identity numbers", |told| strong(count(told.identity_numbers)))
        .number("Persons with an address", |told| count(told.addresses))
        .number("Numbers of all kinds", |told| count(told.numbers));
    let mut blocks = vec![Block::Heading("Countries whose people are concerned".to_owned())];
    blocks.extend(table.under("By the issuer of a number, and by the domain of an address"));
    blocks
}

/// The mailboxes with the kinds of sensitive data in each.
fn mailboxes(findings: &ExposureFindings) -> Vec<Block> {
    if findings.mailboxes.is_empty() {
        return Vec::new();
    }
    let has_kinds = findings.mailboxes.iter().any(|mailbox| !mailbox.kinds.is_empty());
    let chart = has_kinds.then(|| {
        let chart = exposure_mailboxes_chart("exposed-mailboxes", findings);
        Block::drawing(chart, "Distinct values in the messages of each mailbox and in their attachments. A value that lies in two mailboxes counts in both.")
    });
    let table = Table::first(ROWS, &findings.mailboxes)
        .text("Mailbox", |mailbox: &&MailboxExposed| path(&mailbox.path))
        .text("Owner", |mailbox| {
            mailbox.owner.as_ref().map_or("not known".to_owned(), |owner| shown(owner, NAME))
        })
        .number("Messages", |mailbox| count(mailbox.messages))
        .text("Sensitive data", |mailbox| kinds_in_words(findings, &mailbox.kinds, IN_CELL));
    chart.into_iter().chain(table.under("Mailboxes, those with most messages first")).collect()
}

fn people_answer(findings: &ExposureFindings) -> Vec<String> {
    let people = &findings.people;
    let mut sentences = Vec::new();
    if people.persons > 0 {
        sentences.push(format!(
            "{} an address in the exposed files, {} of them at an organisation whose mailboxes were exposed.",
            counted(people.persons, "person has", "persons have"),
            count(people.insiders)
        ));
    }
    if people.named_in_data > 0 {
        sentences.push(format!(
            "Sensitive data names at least {}.",
            counted(people.named_in_data, "person", "persons")
        ));
    }
    if people.values_without_name > 0 {
        let verb = if people.values_without_name == 1 { "stands" } else { "stand" };
        sentences.push(format!(
            "{} of personal data {verb} without a name on the line.",
            counted(people.values_without_name, "value", "values")
        ));
    }
    sentences
}

/// The persons whom most and gravest data is about.
fn persons(findings: &ExposureFindings) -> Vec<Block> {
    let people = &findings.people;
    let mut blocks = network(&people.network);
    if people.most_exposed.is_empty() {
        return blocks;
    }
    let table = Table::first(ROWS, &people.most_exposed)
        .text("Person", |person: &&PersonExposed| {
            words(shown(&person.name, NAME)).noted(addresses(&person.addresses))
        })
        .text("Position", |person| if person.is_insider { "inside" } else { "outside" })
        .text("Country", |person| {
            person.country.map_or("not known".to_owned(), |state| state.label().to_owned())
        })
        .number("Messages", |person| count(person.messages))
        .text("Sensitive data", |person| kinds_in_words(findings, &person.kinds, IN_CELL))
        .text("Why these addresses are one person’s", |person| {
            let reasons = person.merged.iter().take(IN_CELL).map(|reason| shown(reason, PATH));
            Cell::Sources(reasons.collect())
        });
    blocks.push(Block::text(
        "Data is about a person where the name stands on the same line. Somebody else of the same name may be meant.",
    ));
    blocks.extend(table.under("Persons, the gravest first"));
    blocks
}

/// The figure of who wrote to whom; none where nobody did.
fn network(network: &PersonNetwork) -> Vec<Block> {
    if network.ties.is_empty() {
        return Vec::new();
    }
    let chart = exposure_network_chart("exposed-network", network);
    vec![Block::drawing(
        chart,
        "Messages that one person sent and the other received, copies counted once. Persons follow by the gravity of the data about them, then by their messages; who wrote to none of the others is left out.",
    )]
}

/// The first addresses of a person, and the number of the others.
fn addresses(addresses: &[String]) -> String {
    let told = addresses.iter().take(IN_CELL).map(|address| shown(address, NAME));
    let mut told: Vec<String> = told.collect();
    if addresses.len() > IN_CELL {
        told.push(format!("{} more", length(addresses.len() - IN_CELL)));
    }
    told.join(", ")
}

/// The organisations by the domains of their addresses.
fn organisations(organisations: &[OrganisationExposed]) -> Vec<Block> {
    let table = Table::first(ROWS, organisations)
        .text("Domain", |organisation: &&OrganisationExposed| {
            Cell::Code(shown(&organisation.domain, NAME))
        })
        .text("Position", |organisation| if organisation.is_insider { "inside" } else { "outside" })
        .number("Addresses", |organisation| count(organisation.addresses))
        .number("Messages", |organisation| count(organisation.messages));
    if organisations.is_empty() {
        return Vec::new();
    }
    table.under("Organisations by the domain of their addresses, those with most messages first")
}

/// The contents with the gravest findings.
fn contents(findings: &ExposureFindings) -> Vec<Block> {
    if findings.worst.is_empty() {
        return Vec::new();
    }
    let table = Table::first(ROWS, &findings.worst)
        .text("Place", |content: &&ContentExposed| {
            let further = content.places.checked_sub(1).filter(|further| *further > 0);
            let further = further.map(|further| {
                format!("and {}", counted(further, "further place", "further places"))
            });
            path(&content.place).noted(further.unwrap_or_default())
        })
        .text("Sensitive data", |content| kinds_in_words(findings, &content.kinds, IN_CELL))
        .text("SHA-256", |content| Cell::Code(shown(&content.sha256, NAME)));
    table.under("Contents, the gravest first")
}

/// The losses of contents that were read in part.
fn losses(losses: &[PartlyRead]) -> Vec<Block> {
    if losses.is_empty() {
        return Vec::new();
    }
    Table::first(ROWS, losses)
        .text("Reason", |loss: &&PartlyRead| shown(&loss.reason, PROSE))
        .number("Contents", |loss| count(loss.contents))
        .text("First place", |loss| path(&loss.example))
        .under("Contents of which a part could not be read, by reason")
}

/// The contents that were not read, by reason; and a word on what that means.
fn unread(unread: &[UnreadContents]) -> (Vec<Block>, Option<Block>) {
    if unread.is_empty() {
        return (Vec::new(), None);
    }
    let table = Table::first(ROWS, unread)
        .text("Reason", |contents: &&UnreadContents| shown(&contents.reason, PROSE))
        .number("Contents", |contents| count(contents.contents))
        .number("Bytes", |contents| bytes(contents.bytes))
        .text("First place", |contents| path(&contents.example));
    let note = "What is in them is in no count above.";
    (table.under("Contents that could not be read, by reason"), Some(Block::Note(note.to_owned())))
}
