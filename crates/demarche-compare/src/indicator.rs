use std::fmt;
use std::str::FromStr;

use crate::defanged::Live;
use crate::{address, host, url};

/// The kind of an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndicatorKind {
    /// An IPv4 address, without leading zeros.
    Ipv4,
    /// An IPv6 address in the form of RFC 5952.
    Ipv6,
    /// A network in CIDR notation, with the bits of hosts zero.
    Network,
    /// A host name in lower-case A-labels, without a dot at the end.
    Domain,
    /// A URL with scheme and host in lower case and without a default port.
    Url,
    /// An e-mail address in lower case.
    Email,
    /// 32 hexadecimal digits.
    Md5,
    /// 40 hexadecimal digits.
    Sha1,
    /// 64 hexadecimal digits.
    Sha256,
    /// 128 hexadecimal digits.
    Sha512,
    /// A CVE number, as `CVE-2021-44228`.
    Cve,
    /// A number of MITRE ATT&CK, as `T1059.001` or `G0032`.
    Attack,
    /// The name of a file without its folder, in lower case.
    FileName,
}

impl IndicatorKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::Ipv4,
        Self::Ipv6,
        Self::Network,
        Self::Domain,
        Self::Url,
        Self::Email,
        Self::Md5,
        Self::Sha1,
        Self::Sha256,
        Self::Sha512,
        Self::Cve,
        Self::Attack,
        Self::FileName,
    ];

    /// The short name, which goes into hashes and must not change.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ipv4 => "ipv4",
            Self::Ipv6 => "ipv6",
            Self::Network => "cidr",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::Email => "email",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Cve => "cve",
            Self::Attack => "attack",
            Self::FileName => "file-name",
        }
    }
}

impl fmt::Display for IndicatorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The reason that an address or name points to no party on the internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reservation {
    /// Private networks and local names (RFC 1918, 4193, 6598, 6762, 8375).
    Private,
    /// The machine itself.
    Loopback,
    /// Neighbours on one link.
    LinkLocal,
    /// Examples in documents and tests (RFC 2606, 3849, 5737, 9637).
    Documentation,
    /// Multicast, broadcast, unspecified and future use.
    Special,
}

/// An indicator of compromise in canonical form.
///
/// ```
/// use demarche_compare::{Indicator, IndicatorKind};
///
/// let url: Indicator = "hxxps[:]//EVIL[.]example:443/a%2db".parse()?;
/// assert_eq!(url.kind(), IndicatorKind::Url);
/// assert_eq!(url.text(), "https://evil.example/a-b");
/// # Ok::<(), demarche_compare::IndicatorError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Indicator {
    kind: IndicatorKind,
    text: String,
}

/// The text is no indicator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {}: `{text}`", kind.map_or("an indicator", IndicatorKind::name))]
pub struct IndicatorError {
    /// The kind asked for.
    pub kind: Option<IndicatorKind>,
    /// The text, cut at 100 characters.
    pub text: String,
}

impl Indicator {
    /// Reads an indicator of a known kind, defanged or not.
    ///
    /// # Errors
    ///
    /// The text is none of that kind.
    pub fn of(kind: IndicatorKind, text: &str) -> Result<Self, IndicatorError> {
        let live = Live::new(text.trim());
        canonical(kind, live.text()).map(|text| Self { kind, text }).ok_or_else(|| {
            let text = text.chars().take(100).flat_map(char::escape_debug).collect();
            IndicatorError { kind: Some(kind), text }
        })
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> IndicatorKind {
        self.kind
    }

    /// The canonical text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The reservation of the address or name, or of the host of a URL or mail address.
    #[must_use]
    pub fn reservation(&self) -> Option<Reservation> {
        let name = match self.kind {
            IndicatorKind::Ipv4 | IndicatorKind::Ipv6 | IndicatorKind::Domain => &*self.text,
            IndicatorKind::Network => self.text.split('/').next()?,
            IndicatorKind::Email => self.text.rsplit('@').next()?,
            IndicatorKind::Url => url::host(&self.text)?,
            _ => return None,
        };
        name.parse().map_or_else(|_| host::reservation(name), address::reservation)
    }
}

impl FromStr for Indicator {
    type Err = IndicatorError;

    /// Reads an indicator that fills the text, and finds its kind; names of files are none without a known ending.
    fn from_str(text: &str) -> Result<Self, IndicatorError> {
        IndicatorKind::ALL.into_iter().find_map(|kind| Self::of(kind, text).ok()).ok_or_else(|| {
            let text = text.chars().take(100).flat_map(char::escape_debug).collect();
            IndicatorError { kind: None, text }
        })
    }
}

impl fmt::Display for Indicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// The canonical text of a live text, if it is of the kind.
pub(crate) fn canonical(kind: IndicatorKind, live: &str) -> Option<String> {
    match kind {
        IndicatorKind::Ipv4 => address::ipv4(live),
        IndicatorKind::Ipv6 => address::ipv6(live),
        IndicatorKind::Network => address::network(live),
        IndicatorKind::Domain => host::domain(live),
        IndicatorKind::Url => url::canonical(live),
        IndicatorKind::Email => email(live),
        IndicatorKind::Md5 => hash(live, 32),
        IndicatorKind::Sha1 => hash(live, 40),
        IndicatorKind::Sha256 => hash(live, 64),
        IndicatorKind::Sha512 => hash(live, 128),
        IndicatorKind::Cve => cve(live),
        IndicatorKind::Attack => attack(live),
        IndicatorKind::FileName => host::file_name(live),
    }
}

fn hash(text: &str, digits: usize) -> Option<String> {
    let is_hash = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| text.to_ascii_lowercase())
}

/// The canonical mail address: the part before the sign in lower case too, as nearly all servers read it.
fn email(text: &str) -> Option<String> {
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (local, name) = text.rsplit_once('@')?;
    let is_sign = |sign: char| sign.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(sign);
    let is_dotted = local.starts_with('.') || local.ends_with('.') || local.contains("..");
    if local.is_empty() || local.len() > 64 || is_dotted || !local.chars().all(is_sign) {
        return None;
    }
    Some(format!("{}@{}", local.to_lowercase(), host::domain(name)?))
}

/// `CVE`, a year from 1999, and at least four digits; every kind of hyphen is read.
fn cve(text: &str) -> Option<String> {
    let is_hyphen = |sign: char| matches!(sign, '-' | '\u{2010}'..='\u{2013}');
    let mut parts = text.split(is_hyphen);
    let (head, year, number) = (parts.next()?, parts.next()?, parts.next()?);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_cve = head.eq_ignore_ascii_case("cve")
        && year.len() == 4
        && is_digits(year)
        && ("1999"..="2099").contains(&year)
        && (4..=19).contains(&number.len())
        && is_digits(number)
        && parts.next().is_none();
    is_cve.then(|| format!("CVE-{year}-{number}"))
}

/// The numbers of ATT&CK that are or can soon be given, by letter: tables and models of machines look alike.
///
/// Source: MITRE ATT&CK v17 (2025), enterprise, mobile and ICS.
fn attack(text: &str) -> Option<String> {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letter, number) = text.split_at_checked(letters)?;
    let (number, sub) =
        number.split_once('.').map_or((number, None), |(number, sub)| (number, Some(sub)));
    let digits = |text: &str, length| {
        let is_number = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number { text.parse::<u16>().ok() } else { None }
    };
    let value = digits(number, 4)?;
    let range = match letter {
        "T" if value < 1000 => 800..=999,
        "T" => 1001..=1999,
        "TA" => 1..=150,
        "G" | "S" => 1..=1999,
        "M" => 800..=1999,
        "C" | "DS" => 1..=199,
        _ => return None,
    };
    let has_sub = sub.is_none_or(|sub| letter == "T" && digits(sub, 3).is_some_and(|sub| sub > 0));
    (range.contains(&value) && has_sub).then(|| text.to_owned())
}
