//! Indicators in words: what a value is, and all that a text names.

use demarche_compare::{Indicator, IndicatorKind};
use demarche_stix::Marks;
use demarche_terms::Tlp;

use crate::Notes;
use crate::item::{Item, What};

/// The hashes by which a case knows a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum HashKind {
    Md5,
    Sha1,
    Sha256,
}

impl HashKind {
    /// The kind by its name, as in `SHA-256` or `sha256`.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().replace('-', "").as_str() {
            "md5" => Some(Self::Md5),
            "sha1" => Some(Self::Sha1),
            "sha256" => Some(Self::Sha256),
            _ => None,
        }
    }

    /// The hash in lower case, if it is one.
    pub(crate) fn read(self, value: &str) -> Option<String> {
        let digits = match self {
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha256 => 64,
        };
        let value = value.trim();
        let is_hash = value.len() == digits && value.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| value.to_ascii_lowercase())
    }

    /// The file that is known by this hash alone.
    pub(crate) fn sample(self, hash: String) -> What {
        let (mut sha256, mut sha1, mut md5) = (None, None, None);
        match self {
            Self::Md5 => md5 = Some(hash),
            Self::Sha1 => sha1 = Some(hash),
            Self::Sha256 => sha256 = Some(hash),
        }
        What::Sample { sha256, sha1, md5, name: None, size: None }
    }
}

/// Is it anything but a plain no? What may have been taken back is not used.
pub(crate) fn is_yes(flag: Option<&serde_json::Value>) -> bool {
    use serde_json::Value;
    match flag {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(word)) => {
            !matches!(word.trim().to_ascii_lowercase().as_str(), "" | "0" | "false" | "no")
        }
        Some(_) => true,
    }
}

/// The number of a technique: `T1059` or `T1059.001`.
pub(crate) fn technique(number: &str) -> Option<String> {
    let number = number.trim().to_ascii_uppercase();
    let digits = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let rest = number.strip_prefix('T')?;
    let is_number = match rest.split_once('.') {
        Some((whole, part)) => digits(whole, 4) && digits(part, 3),
        None => digits(rest, 4),
    };
    is_number.then_some(number)
}

/// An address, network, host or URL, live or defanged.
pub(crate) fn network(value: &str) -> Option<What> {
    let indicator: Indicator = value.parse().ok()?;
    let is_network = matches!(
        indicator.kind(),
        IndicatorKind::Ipv4
            | IndicatorKind::Ipv6
            | IndicatorKind::Network
            | IndicatorKind::Domain
            | IndicatorKind::Url
    );
    if is_network { in_case(&indicator) } else { None }
}

/// Anything that a value may be.
pub(crate) fn any(value: &str) -> Option<What> {
    in_case(&value.parse().ok()?)
}

/// An indicator in the words of a case; nothing for what a case has no place for.
fn in_case(indicator: &Indicator) -> Option<What> {
    let text = indicator.text().to_owned();
    let trace = |trace: &str, value: String| What::Trace { trace: trace.to_owned(), value };
    Some(match indicator.kind() {
        IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => What::Address(text.parse().ok()?),
        IndicatorKind::Network => trace("network", text),
        IndicatorKind::Domain => What::Host(text),
        IndicatorKind::Url => What::Url(text),
        IndicatorKind::Email => trace("e-mail address", text),
        IndicatorKind::Md5 => HashKind::Md5.sample(text),
        IndicatorKind::Sha1 => HashKind::Sha1.sample(text),
        IndicatorKind::Sha256 => HashKind::Sha256.sample(text),
        IndicatorKind::Sha512 => trace("SHA-512", text),
        IndicatorKind::Cve => trace("vulnerability", text),
        IndicatorKind::Attack => What::Technique { number: technique(&text)?, name: None },
        IndicatorKind::FileName => trace("file name", text),
    })
}

/// Reads a text: every indicator in it, once, with the line that names it first; what the text says of its marking
/// covers all of it.
pub(crate) fn text(text: &str, notes: &mut Notes<'_>) {
    for (number, line) in text.lines().enumerate() {
        let says: String = line.split_whitespace().collect::<Vec<&str>>().join(" ");
        for found in demarche_compare::extract(line) {
            let spot = format!("line {}", number + 1);
            if let Some(reserved) = found.indicator.reservation() {
                notes.refuse(
                    &spot,
                    format!("`{}` {}", found.indicator.text(), reserved_in_words(reserved)),
                );
                continue;
            }
            let Some(named) = in_case(&found.indicator) else {
                let reason = format!(
                    "`{}` is of no kind that is evidence by itself",
                    found.indicator.text()
                );
                notes.refuse(&spot, reason);
                continue;
            };
            notes.add(item_of(named, &spot, cut(&says), notes), Marks::default());
        }
    }
}

const fn reserved_in_words(reserved: demarche_compare::Reservation) -> &'static str {
    use demarche_compare::Reservation::{Documentation, LinkLocal, Loopback, Private, Special};
    match reserved {
        Private => "is an address within somebody's own network",
        Loopback => "is the machine itself",
        LinkLocal => "is an address of one link",
        Documentation => "is an example in documents",
        Special => "is no address of a machine",
    }
}

/// A line as it is quoted: at most 400 signs of it.
fn cut(line: &str) -> String {
    const MOST: usize = 400;
    let mut quoted: String = line.chars().take(MOST).collect();
    if line.chars().nth(MOST).is_some() {
        quoted.push('…');
    }
    quoted
}

/// An item that a line or row names.
pub(crate) fn item_of(named: What, spot: &str, says: String, notes: &Notes<'_>) -> Item {
    Item {
        origin: format!("{}:{}", notes.settings.file, spot.replace(' ', "-")),
        named,
        says: if says.is_empty() { "Named without a word on it.".to_owned() } else { says },
        source: notes.source(),
        url: None,
        grade: "F6".to_owned(),
        tlp: Tlp::Red,
        observed: None,
    }
}
