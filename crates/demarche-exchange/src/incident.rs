//! The incident with the extensions of OASIS: Incident Core, Impact, Event and Identity Contact.
//!
//! What a case does not state is left out: the degree to which a service was down, who may be phoned on a classified
//! line, which event led to which.
//!
//! Source: schemas of the extensions in oasis-open/cti-stix-common-objects, those of Incident Core and Impact at commit
//! efb50f3, of Event at 16d5bd9, of Identity Contact at 42dce02.

use std::collections::BTreeSet;

use demarche_case::{Effect, EffectKind, Moment, Precision, Quantity, Tlp};
use demarche_stix::Draft;

use crate::collection::{Collection, time};
use crate::evidence::victims;
use crate::words;

const INCIDENT_CORE: &str = "extension-definition--ef765651-680c-498d-9894-99799f2fa126";
const IMPACT: &str = "extension-definition--7cc33dd6-f6a1-489b-98ea-522d351d71b9";
const EVENT: &str = "extension-definition--4ca6de00-5b0d-45ef-a1dc-ea7279ea910e";
const IDENTITY_CONTACT: &str = "extension-definition--66e2492a-bbd3-4be6-88f5-cc91a017a498";

/// The most digits that an international telephone number has (ITU-T E.164), and the fewest that are taken for one.
const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

/// The incident, with its harm as impacts and what happened as events.
pub(crate) fn incident(collection: &mut Collection<'_>, title: &str) -> String {
    let case = collection.case();
    let impacts: Vec<String> =
        case.effects.iter().filter_map(|effect| impact(collection, effect)).collect();
    let events = events(collection);
    // The kinds of harm are told, so that the markings of the effects count as well; so do those of the events.
    let markings = case.effects.iter().map(|effect| effect.tlp);
    let markings = markings.chain(case.events.iter().map(|event| event.tlp));
    let tlp = Tlp::strictest(markings.chain([case.tlp]));
    let kinds: BTreeSet<&str> =
        case.effects.iter().filter_map(|effect| words::incident_type(effect.kind)).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let determination = if case.effects.is_empty() { "suspected" } else { "confirmed" };
    let core = [
        ("extension_type", "property-extension"),
        ("determination", determination),
        ("investigation_status", "open"),
    ];
    let impacts: Vec<&str> = impacts.iter().map(String::as_str).collect();
    let events: Vec<_> = events.iter().map(|id| vec![("event_ref", id.as_str())]).collect();
    let incident = collection.add("incident", &["case"], tlp, |draft| {
        let draft = draft.text("name", title).text("description", &case.summary);
        let draft = draft.nested("extensions", INCIDENT_CORE, &core);
        let draft = draft.nested_texts("extensions", INCIDENT_CORE, "incident_types", &kinds);
        let draft = draft.nested_texts("extensions", INCIDENT_CORE, "impact_refs", &impacts);
        draft.nested_objects("extensions", INCIDENT_CORE, "events", &events)
    });
    let author = collection.author.clone();
    collection.relate(&author, "contact-for", &incident, tlp, |draft| draft);
    incident
}

/// Each event, with the precision of its date.
fn events(collection: &mut Collection<'_>) -> Vec<String> {
    let case = collection.case();
    let mut ids = Vec::new();
    for event in &case.events {
        let part = ["event", &event.date.to_string(), &event.text];
        let id = collection.add("event", &part, event.tlp, |draft| {
            let draft = draft.text("description", &event.text).text("status", "occurred");
            let draft = draft.nested("extensions", EVENT, &[("extension_type", "new-sdo")]);
            match time(event.date) {
                Some(start) => draft
                    .time("start_time", &start)
                    .text("start_time_fidelity", fidelity(event.date)),
                None => draft,
            }
        });
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

const fn fidelity(date: Moment) -> &'static str {
    match date.precision() {
        Precision::Year => "year",
        Precision::Month => "month",
        Precision::Day => "day",
        Precision::Minute => "minute",
        Precision::Second => "second",
    }
}

/// A harm as an impact; `None` where the extension asks for more than a case states.
fn impact(collection: &mut Collection<'_>, effect: &Effect) -> Option<String> {
    let Some(harm) = Harm::of(effect) else {
        let reason = "the extension Impact has no category for it, or asks for a degree that a case does not state";
        collection.unexpressed(&format!("effect “{}” as an impact", effect.text), reason);
        return None;
    };
    let case = collection.case();
    let victims = victims(collection);
    // An impact names its victims, which go by the marking of the case.
    let tlp = effect.tlp.max(case.tlp);
    let id = collection.add("impact", &["impact", &effect.text], tlp, |draft| {
        let draft = draft.text("description", &effect.text).texts("impacted_refs", &victims);
        let draft = draft.nested("extensions", IMPACT, &[("extension_type", "new-sdo")]);
        harm.written(draft)
    });
    Some(id)
}

/// A harm in the categories of the extension Impact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Harm<'a> {
    /// Information that others have, by kind and loss, with its number of records or size in bytes.
    Confidentiality { information: &'static str, loss: &'static str, amount: Option<Amount> },
    /// Information or machines that are not as they were.
    Integrity { information: &'static str, alteration: &'static str, amount: Option<Amount> },
    /// Money, with the sum where it is known exactly.
    Monetary { variety: &'static str, sum: Option<(&'a Quantity, &'static str)> },
}

/// How much information was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    Records(i64),
    Bytes(i64),
}

impl<'a> Harm<'a> {
    fn of(effect: &'a Effect) -> Option<Self> {
        let quantity = effect.quantity.as_ref();
        if let Some((quantity, currency)) =
            quantity.and_then(|quantity| Some((quantity, currency(&quantity.unit)?)))
        {
            let variety = match effect.kind {
                EffectKind::Disruption | EffectKind::Destruction => "business-disruption",
                EffectKind::Theft => "asset-and-fraud",
                _ => "uncategorized",
            };
            let sum = (!quantity.at_least).then_some((quantity, currency));
            return Some(Self::Monetary { variety, sum });
        }
        let information = words::information_type(quantity.map_or("", |known| &known.unit));
        let amount = quantity.and_then(Amount::of);
        Some(match effect.kind {
            // What was made public is in use against its owner; what was read or taken may be.
            EffectKind::Disclosure => {
                Self::Confidentiality { information, loss: "exploited-loss", amount }
            }
            EffectKind::Espionage | EffectKind::Theft => {
                Self::Confidentiality { information, loss: "confirmed-loss", amount }
            }
            // That all was destroyed or changed is more than a case says.
            EffectKind::Destruction => {
                let amount = None;
                Self::Integrity { information, alteration: "partial-destruction", amount }
            }
            EffectKind::Manipulation => {
                Self::Integrity { information, alteration: "partial-modification", amount }
            }
            EffectKind::Disruption | EffectKind::Coercion | EffectKind::Other => return None,
        })
    }

    fn written(self, draft: Draft) -> Draft {
        let counted = |draft: Draft, key: &str, amount: Option<Amount>| match amount {
            Some(Amount::Records(count)) => {
                draft.nested_integer("extensions", key, "record_count", count)
            }
            Some(Amount::Bytes(size)) => {
                draft.nested_integer("extensions", key, "record_size", size)
            }
            None => draft,
        };
        match self {
            Self::Confidentiality { information, loss, amount } => {
                let key = "confidentiality-ext";
                let members = [("information_type", information), ("loss_type", loss)];
                let draft = draft.text("impact_category", "confidentiality");
                counted(draft.nested("extensions", key, &members), key, amount)
            }
            Self::Integrity { information, alteration, amount } => {
                let key = "integrity-ext";
                let members = [("information_type", information), ("alteration", alteration)];
                let draft = draft.text("impact_category", "integrity");
                counted(draft.nested("extensions", key, &members), key, amount)
            }
            Self::Monetary { variety, sum } => {
                let key = "monetary-ext";
                let draft = draft.text("impact_category", "monetary");
                let known = sum.and_then(|(quantity, currency)| {
                    Some((i64::try_from(quantity.number).ok()?, currency))
                });
                let Some((number, currency)) = known else {
                    return draft.nested("extensions", key, &[("variety", variety)]);
                };
                let members = [("variety", variety), ("currency", currency)];
                let draft = draft.nested("extensions", key, &members);
                let draft = draft.nested_integer("extensions", key, "min_amount", number);
                draft.nested_integer("extensions", key, "max_amount", number)
            }
        }
    }
}

impl Amount {
    /// The amount of information in records or bytes; `None` for machines, shops and other things that hold none.
    fn of(quantity: &Quantity) -> Option<Self> {
        let number = i64::try_from(quantity.number).ok()?;
        if let Some(size) = words::bytes_of_unit(&quantity.unit) {
            return number.checked_mul(size).map(Self::Bytes);
        }
        words::is_record(&quantity.unit).then_some(Self::Records(number))
    }
}

/// The code of a currency (ISO 4217) by its words.
fn currency(unit: &str) -> Option<&'static str> {
    let unit = unit.trim().to_lowercase();
    Some(match unit.as_str() {
        "us dollars" | "us dollar" | "u.s. dollars" | "usd" | "us$" => "USD",
        "euro" | "euros" | "eur" | "€" => "EUR",
        "pounds sterling" | "gbp" | "£" => "GBP",
        "yen" | "jpy" => "JPY",
        "swiss francs" | "chf" => "CHF",
        _ => return None,
    })
}

/// Adds what machines can read of a point of contact: addresses of mail, and telephone numbers in international form.
pub(crate) fn contact(
    collection: &mut Collection<'_>,
    draft: Draft,
    contact: &str,
    tlp: Tlp,
) -> Draft {
    let mut addresses = Vec::new();
    for address in mail_addresses(contact) {
        let observable = Draft::observable("email-addr").text("value", address);
        addresses.extend(collection.observe("contact", tlp, observable));
    }
    let numbers = telephone_numbers(contact);
    if addresses.is_empty() && numbers.is_empty() {
        return draft;
    }
    let address = |id| vec![("digital_contact_type", "organizational"), ("email_address_ref", id)];
    let number = |number| vec![("contact_number", number), ("contact_number_type", "work-phone")];
    let addresses: Vec<_> = addresses.iter().map(|id| address(id.as_str())).collect();
    let numbers: Vec<_> = numbers.iter().map(|text| number(text.as_str())).collect();
    let key = IDENTITY_CONTACT;
    let draft = draft.nested("extensions", key, &[("extension_type", "property-extension")]);
    let draft = draft.nested_objects("extensions", key, "email_addresses", &addresses);
    draft.nested_objects("extensions", key, "contact_numbers", &numbers)
}

/// The addresses of mail in a text, each once.
fn mail_addresses(text: &str) -> Vec<&str> {
    let is_around = |letter: char| letter.is_whitespace() || "<>()[],;:\"'".contains(letter);
    let mut found = Vec::new();
    for word in text.split(is_around).map(|word| word.trim_matches('.')) {
        let parts = word.split_once('@');
        let is_address = parts.is_some_and(|(local, host)| {
            let is_label = |label: &str| {
                !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            };
            !local.is_empty() && host.contains('.') && host.split('.').all(is_label)
        });
        if is_address && !found.contains(&word) {
            found.push(word);
        }
    }
    found
}

/// The telephone numbers in a text that begin with `+` and a country code, each once, as they are written.
fn telephone_numbers(text: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_ascii_digit() || " -()./".contains(letter);
    let mut found = Vec::new();
    for rest in text.split('+').skip(1) {
        let end = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let number = rest.get(..end).unwrap_or("");
        let number = number.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let number = format!("+{number}");
        if DIGITS.contains(&digits) && !found.contains(&number) {
            found.push(number);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_of_a_contact_are_found() {
        let contact = "Duty desk <desk@mfa.example.org>, +41 58 (0)462-00.00; Desk@cert.example. x@y, 12345678, +12";
        assert_eq!(mail_addresses(contact), ["desk@mfa.example.org", "Desk@cert.example"]);
        assert_eq!(mail_addresses("a@b.ch a@b.ch,c.d@e-f.co.uk."), ["a@b.ch", "c.d@e-f.co.uk"]);
        assert_eq!(telephone_numbers(contact), ["+41 58 (0)462-00.00"]);
        assert_eq!(telephone_numbers("the project's issue tracker"), Vec::<String>::new());
    }

    fn harm(kind: EffectKind, number: u64, unit: &str, at_least: bool) -> Option<String> {
        let quantity = Some(Quantity { number, unit: unit.to_owned(), at_least });
        let effect = Effect {
            kind,
            text: String::new(),
            quantity,
            date: None,
            evidence: Vec::new(),
            tlp: Tlp::Clear,
            release_to: BTreeSet::new(),
        };
        Harm::of(&effect).map(|harm| format!("{harm:?}"))
    }

    #[test]
    fn harm_is_in_the_categories_of_the_extension_and_no_degree_is_made_up() {
        let found = harm(EffectKind::Disclosure, 173_132, "e-mails", false).unwrap();
        assert!(found.contains("communication") && found.contains("Records(173132)"), "{found}");
        let found = harm(EffectKind::Theft, 100, "gigabytes", true).unwrap();
        assert!(
            found.contains("confirmed-loss") && found.contains("Bytes(100000000000)"),
            "{found}"
        );
        let found = harm(EffectKind::Disruption, 5, "euro", false).unwrap();
        assert!(found.contains("business-disruption") && found.contains("EUR"), "{found}");
        let found = harm(EffectKind::Theft, 5, "US dollars", true).unwrap();
        assert!(found.contains("sum: None"), "{found}");
        let found = harm(EffectKind::Destruction, 12_500, "computers", false).unwrap();
        assert!(found.contains("amount: None"), "computers are no records: {found}");
        assert_eq!(harm(EffectKind::Disruption, 12_000, "filling stations", false), None);
        assert_eq!(harm(EffectKind::Coercion, 1, "cinema", false), None);
    }
}
