//! The words of a case as those of the vocabularies of STIX 2.1 (section 10).

use demarche_case::assessment::attribution::{Chance, ConfidenceLevel, Likelihood};
use demarche_case::{AttackerKind, Credibility, EffectKind, Quantity, Role, Sector};
use demarche_stix::confidence::{NoneLowMedHigh, admiralty_credibility};

/// The first word of a list whose stem stands in a text.
fn first(text: &str, stems: &[(&str, &'static str)]) -> Option<&'static str> {
    let text = text.to_lowercase();
    stems.iter().find(|(stem, _)| text.contains(stem)).map(|(_, word)| *word)
}

/// The type of a malware (malware-type-ov) by its function in the case's words.
pub(crate) fn malware_type(role: &str) -> &'static str {
    const STEMS: [(&str, &str); 15] = [
        ("wip", "wiper"),
        ("ransom", "ransomware"),
        ("dropper", "dropper"),
        ("download", "downloader"),
        ("backdoor", "backdoor"),
        ("remote access", "remote-access-trojan"),
        ("web shell", "webshell"),
        ("webshell", "webshell"),
        ("worm", "worm"),
        ("keylog", "keylogger"),
        ("rootkit", "rootkit"),
        ("bootkit", "bootkit"),
        ("spy", "spyware"),
        ("trojan", "trojan"),
        ("bot", "bot"),
    ];
    first(role, &STEMS).unwrap_or("unknown")
}

/// The type of an infrastructure (infrastructure-type-ov) by its purpose in the case's words.
pub(crate) fn infrastructure_type(role: &str) -> &'static str {
    const STEMS: [(&str, &str); 8] = [
        ("command", "command-and-control"),
        ("c2", "command-and-control"),
        ("exfil", "exfiltration"),
        ("phish", "phishing"),
        ("stag", "staging"),
        ("proxy", "anonymization"),
        ("botnet", "botnet"),
        ("malware", "hosting-malware"),
    ];
    first(role, &STEMS).unwrap_or("unknown")
}

/// The industry (industry-sector-ov) of a kind of victim; `None` where the vocabulary has none.
pub(crate) const fn industry(sector: Sector) -> Option<&'static str> {
    match sector {
        Sector::Government => Some("government"),
        Sector::Military => Some("defense"),
        Sector::CriticalInfrastructure => Some("infrastructure"),
        Sector::Company => Some("commercial"),
        Sector::Media => Some("communications"),
        Sector::Research => Some("education"),
        Sector::CivilSociety => Some("non-profit"),
        Sector::International | Sector::People | Sector::Other => None,
    }
}

/// The type of an incident (event-type-ov of the Incident Core extension) by a harm; `None` where it has none.
pub(crate) const fn incident_type(kind: EffectKind) -> Option<&'static str> {
    match kind {
        EffectKind::Destruction => Some("destruction"),
        EffectKind::Disclosure => Some("unauthorized-release"),
        EffectKind::Disruption => Some("denial-of-service"),
        EffectKind::Espionage | EffectKind::Theft => Some("unauthorized-access-information"),
        EffectKind::Manipulation => Some("modification-information"),
        EffectKind::Coercion | EffectKind::Other => None,
    }
}

/// The kind of information (information-type-ov of the Impact extension) by the unit in which it is counted.
///
/// The vocabulary is open; what it has no word for is `unspecified`.
pub(crate) fn information_type(unit: &str) -> &'static str {
    const STEMS: [(&str, &str); 20] = [
        ("e-mail", "communication"),
        ("email", "communication"),
        ("mail", "communication"),
        ("message", "communication"),
        ("admin", "credentials-admin"),
        ("password", "credentials-user"),
        ("credential", "credentials-user"),
        ("health", "phi"),
        ("medical", "phi"),
        ("patient", "phi"),
        ("card", "payment"),
        ("account", "financial"),
        ("invoice", "financial"),
        ("contract", "legal"),
        ("social security", "pii"),
        ("person", "pii"),
        ("employee", "pii"),
        ("film", "proprietary"),
        ("source code", "proprietary"),
        ("classified", "classified-material"),
    ];
    first(unit, &STEMS).unwrap_or("unspecified")
}

/// Is the unit one of records of information, and not of machines or places?
pub(crate) fn is_record(unit: &str) -> bool {
    const STEMS: [&str; 16] = [
        "record",
        "mail",
        "message",
        "document",
        "file",
        "number",
        "password",
        "credential",
        "card",
        "account",
        "contract",
        "photo",
        "film",
        "page",
        "entries",
        "data set",
    ];
    let unit = unit.to_lowercase();
    STEMS.iter().any(|stem| unit.contains(stem))
}

/// The bytes of a unit of size in decimal prefixes (ISO 80000-13); `None` for other units.
pub(crate) fn bytes_of_unit(unit: &str) -> Option<i64> {
    let unit = unit.trim().to_lowercase();
    Some(match unit.as_str() {
        "byte" | "bytes" => 1,
        "kilobyte" | "kilobytes" | "kb" => 1_000,
        "megabyte" | "megabytes" | "mb" => 1_000_000,
        "gigabyte" | "gigabytes" | "gb" => 1_000_000_000,
        "terabyte" | "terabytes" | "tb" => 1_000_000_000_000,
        "petabyte" | "petabytes" | "pb" => 1_000_000_000_000_000,
        _ => return None,
    })
}

/// The word for a role.
pub(crate) const fn role(role: Role) -> &'static str {
    match role {
        Role::Victim => "victim",
        Role::ResponsibleAlleged => "responsible-alleged",
        Role::ShelterAlleged => "shelter-alleged",
        Role::Transit => "transit",
        Role::Host => "host",
        Role::Partner => "partner",
        Role::LawEnforcement => "law-enforcement",
        Role::Cert => "cert",
        Role::Sender => "sender",
        Role::Other => "other",
    }
}

/// The type of a threat actor (threat-actor-type-ov).
pub(crate) const fn actor_type(kind: AttackerKind) -> &'static str {
    match kind {
        AttackerKind::State => "nation-state",
        AttackerKind::Criminal => "crime-syndicate",
        AttackerKind::Hacktivist => "activist",
        AttackerKind::Insider => "insider-disgruntled",
        AttackerKind::Unknown => "unknown",
    }
}

/// The value of `confidence` for a level, on the scale "None / Low / Med / High" (Appendix A).
pub(crate) const fn confidence(level: ConfidenceLevel) -> i64 {
    match level {
        ConfidenceLevel::Low => NoneLowMedHigh::Low.value(),
        ConfidenceLevel::Moderate => NoneLowMedHigh::Med.value(),
        ConfidenceLevel::High => NoneLowMedHigh::High.value(),
    }
}

/// The value of `confidence` for a credibility of the Admiralty code (Appendix A); `None` where it is no judgement.
pub(crate) const fn credibility(credibility: Credibility) -> Option<i64> {
    admiralty_credibility(match credibility {
        Credibility::One => 1,
        Credibility::Two => 2,
        Credibility::Three => 3,
        Credibility::Four => 4,
        Credibility::Five => 5,
        Credibility::Six => 6,
    })
}

/// A probability in the words of Intelligence Community Directive 203 and in percent: `likely (79 %)`.
pub(crate) fn probably(chance: Chance) -> String {
    let words = Likelihood::of(chance.estimate).words();
    format!("{words} ({:.0} %)", chance.estimate.get() * 100.0)
}

/// A kind of attacker, within a sentence.
pub(crate) const fn attacker(kind: AttackerKind) -> &'static str {
    match kind {
        AttackerKind::State => "a state",
        AttackerKind::Criminal => "a criminal group",
        AttackerKind::Hacktivist => "a hacktivist group",
        AttackerKind::Insider => "an insider",
        AttackerKind::Unknown => "an unknown attacker",
    }
}

/// An amount: `at least 47000 e-mails`.
pub(crate) fn amount(quantity: &Quantity) -> String {
    let least = if quantity.at_least { "at least " } else { "" };
    format!("{least}{} {}", quantity.number, quantity.unit)
}
