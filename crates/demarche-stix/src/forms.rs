//! The forms of texts that STIX 2.1 asks for: identifiers, times, addresses, names.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::standard::Form;

/// An identifier, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identifier<'a> {
    /// The type of the object.
    pub(crate) kind: &'a str,
    /// The version of the UUID, from 1 to 5.
    pub(crate) version: u8,
}

/// An identifier `type--UUID` with a UUID of RFC 4122 (section 2.9); `None` for any other text.
pub(crate) fn identifier(text: &str) -> Option<Identifier<'_>> {
    const UUID: usize = 36;
    let (kind, uuid) = text.split_at_checked(text.len().checked_sub(UUID)?)?;
    let kind = kind.strip_suffix("--")?;
    let bytes: &[u8; UUID] = uuid.as_bytes().try_into().ok()?;
    let is_form = bytes.iter().enumerate().all(|(index, byte)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        14 => (b'1'..=b'5').contains(byte),
        19 => matches!(byte, b'8' | b'9' | b'a' | b'b' | b'A' | b'B'),
        _ => byte.is_ascii_hexdigit(),
    });
    let version = bytes.get(14)?.wrapping_sub(b'0');
    (is_form && is_type(kind)).then_some(Identifier { kind, version })
}

/// Returns true if a text may name a type of objects (section 3.1).
pub(crate) fn is_type(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=250).contains(&name.len())
        && name.bytes().all(is_sign)
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
        && !name.contains("--")
}

/// Returns true if a text may name a property (section 3.1).
pub(crate) fn is_property(name: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (3..=250).contains(&name.len())
        && name.bytes().all(is_sign)
        && name.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase())
}

/// Returns true if a text may be a key of a dictionary (section 2.3).
pub(crate) fn is_key(name: &str) -> bool {
    name.len() <= 250
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// A time of RFC 3339 in UTC that can be compared; `None` for any other text (section 2.16).
///
/// A leap second may stand at the end of an hour only.
pub(crate) fn time(text: &str) -> Option<Time<'_>> {
    let (date, fraction) = text.strip_suffix('Z')?.split_at_checked(19)?;
    let bytes: &[u8; 19] = date.as_bytes().try_into().ok()?;
    let two = |index: usize| {
        let tens = bytes.get(index)?.checked_sub(b'0').filter(|digit| *digit < 10)?;
        let ones = bytes.get(index + 1)?.checked_sub(b'0').filter(|digit| *digit < 10)?;
        Some(tens * 10 + ones)
    };
    let has = |index: usize, sign: u8| bytes.get(index) == Some(&sign);
    let has_signs = has(4, b'-') && has(7, b'-') && has(10, b'T') && has(13, b':') && has(16, b':');
    let (century, year) = (two(0)?, two(2)?);
    let year = u16::from(century) * 100 + u16::from(year);
    let (month, day, hour, minute, second) = (two(5)?, two(8)?, two(11)?, two(14)?, two(17)?);
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return None,
    };
    let is_second = second < 60 || (second == 60 && minute == 59);
    if !has_signs || !(1..=days).contains(&day) || hour > 23 || minute > 59 || !is_second {
        return None;
    }
    let fraction = match fraction.strip_prefix('.') {
        Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits
        }
        None if fraction.is_empty() => fraction,
        _ => return None,
    };
    Some(Time { date, fraction })
}

/// A time in the order of its text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time<'a> {
    date: &'a str,
    /// The digits of the fraction of a second.
    pub(crate) fraction: &'a str,
}

impl<'a> Time<'a> {
    /// The time without the fraction of a second.
    pub(crate) const fn date(self) -> &'a str {
        self.date
    }

    /// The value that orders times; zeros at the end of the fraction do not count.
    pub(crate) fn key(self) -> (&'a str, &'a str) {
        (self.date, self.fraction.trim_end_matches('0'))
    }
}

/// Returns true if a text has this form.
pub(crate) fn has_form(form: Form, text: &str) -> bool {
    match form {
        Form::MediaType => is_media_type(text),
        Form::CharacterSet => {
            let is_sign = |byte: u8| {
                byte.is_ascii_alphanumeric()
                    || matches!(byte, b'/' | b'.' | b'+' | b'_' | b':' | b'-')
            };
            (2..=250).contains(&text.len()) && text.bytes().all(is_sign)
        }
        Form::Ipv4 => {
            let (address, length) = split_prefix(text);
            address.parse::<Ipv4Addr>().is_ok() && is_length(length, 32)
        }
        Form::Ipv6 => {
            let (address, length) = split_prefix(text);
            let address = address.split_once('%').map_or(address, |(address, _)| address);
            address.parse::<Ipv6Addr>().is_ok() && is_length(length, 128)
        }
        Form::Mac => {
            let is_byte = |byte: &str| {
                byte.len() == 2
                    && byte.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
            };
            text.split(':').count() == 6 && text.split(':').all(is_byte)
        }
        Form::Domain => is_domain(text),
        Form::Email => is_email(text),
        Form::Cpe => text.strip_prefix("cpe:2.3:").is_some_and(|rest| {
            let rest = rest.replace("\\:", "_");
            let is_part = |part: &str| {
                !part.is_empty()
                    && part.chars().all(|sign| !sign.is_whitespace() && !sign.is_control())
            };
            rest.starts_with(['a', 'h', 'o', '*', '-'])
                && rest.split(':').count() == 11
                && rest.split(':').all(is_part)
        }),
        Form::RegistryKey => {
            let is_short = |hive: &&str| {
                text.get(..hive.len()).is_some_and(|start| start.eq_ignore_ascii_case(hive))
                    && text
                        .get(hive.len()..)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('\\'))
            };
            !["HKLM", "HKCC", "HKCR", "HKCU", "HKU"].iter().any(is_short)
        }
        Form::RelationshipType => {
            let is_sign =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !text.is_empty() && text.bytes().all(is_sign)
        }
    }
}

fn split_prefix(text: &str) -> (&str, Option<&str>) {
    text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)))
}

fn is_length(length: Option<&str>, most: u8) -> bool {
    length.is_none_or(|length| {
        let is_plain = length == "0" || !length.starts_with(['0', '+']);
        is_plain && length.parse::<u8>().is_ok_and(|bits| bits <= most)
    })
}

fn is_media_type(text: &str) -> bool {
    const TOP: [&str; 9] =
        ["application", "audio", "font", "image", "message", "model", "multipart", "text", "video"];
    let is_sign =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'_' | b'-');
    text.split_once('/')
        .is_some_and(|(top, sub)| TOP.contains(&top) && !sub.is_empty() && sub.bytes().all(is_sign))
}

/// A name of RFC 1034 whose labels are those of RFC 5890; labels outside ASCII are taken as they are.
fn is_domain(text: &str) -> bool {
    let name = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        let is_sign = |sign: char| sign.is_alphanumeric() || sign == '-' || !sign.is_ascii();
        let hyphens = label.get(2..4) == Some("--")
            && !label.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("xn"));
        (1..=63).contains(&label.len())
            && label
                .chars()
                .all(|sign| is_sign(sign) && !sign.is_whitespace() && !sign.is_control())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !hyphens
    };
    !name.is_empty() && name.len() <= 253 && name.split('.').all(is_label)
}

fn is_email(text: &str) -> bool {
    let is_local = |byte: u8| {
        byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte) || byte >= 0x80
    };
    let is_host =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.') || byte >= 0x80;
    text.rsplit_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && local.bytes().all(is_local)
            && host.bytes().all(is_host)
            && host.find('.').is_some_and(|dot| dot > 0 && dot + 1 < host.len())
    })
}

/// Returns true if a text is an absolute address of RFC 3986, as `url` properties must be.
///
/// ```
/// # use demarche_stix::is_uri;
/// assert!(is_uri("https://a.example/x?y=%20"));
/// assert!(!is_uri("a.example") && !is_uri("https://a.example/x y"));
/// ```
#[must_use]
pub fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let is_sign =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    let mut escapes = rest.split('%').skip(1);
    let is_escape = |after: &str| {
        after.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let path = rest.strip_prefix("//").and_then(|rest| rest.split_once(['/', '?', '#']));
    let has_bracket = path.is_some_and(|(_, path)| path.contains(['[', ']']));
    is_scheme
        && rest.bytes().all(is_sign)
        && escapes.all(is_escape)
        && !has_bracket
        && rest.matches('#').count() <= 1
}

/// Returns true if a text is bytes in base64 of RFC 4648.
pub(crate) fn is_base64(text: &str) -> bool {
    let plain = text.trim_end_matches('=');
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    !plain.is_empty()
        && text.len().is_multiple_of(4)
        && text.len() - plain.len() <= 2
        && plain.bytes().all(is_sign)
}

/// Returns true if a text is hexadecimal digits, two for each byte.
pub(crate) fn is_hex(text: &str) -> bool {
    !text.is_empty()
        && text.len().is_multiple_of(2)
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns true if a text is a language tag of RFC 5646 by its form; two letters must be a language of ISO 639-1.
pub(crate) fn is_language(text: &str) -> bool {
    /// ISO 639-1 (2002, as of 2023).
    const TWO: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";
    let mut parts = text.split('-');
    let Some(first) = parts.next() else { return false };
    let is_first = match first.len() {
        2 => TWO.split(' ').any(|known| known.eq_ignore_ascii_case(first)),
        3 => first.bytes().all(|byte| byte.is_ascii_alphabetic()),
        _ => false,
    };
    let is_part = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    is_first && parts.all(is_part)
}

/// The number of hexadecimal digits of a hash by its algorithm; `None` where digits are not all (section 2.7).
pub(crate) fn hash_digits(algorithm: &str) -> Option<usize> {
    match algorithm {
        "MD5" => Some(32),
        "SHA-1" => Some(40),
        "SHA-256" | "SHA3-256" => Some(64),
        "SHA-512" | "SHA3-512" => Some(128),
        _ => None,
    }
}

/// The algorithms of hashes that the standard names (section 10.7).
pub(crate) const HASHES: [&str; 8] =
    ["MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP", "TLSH"];

/// Returns true if a hash has the form of its algorithm; those that the standard does not name may have any.
pub(crate) fn is_hash(algorithm: &str, value: &str) -> bool {
    if let Some(digits) = hash_digits(algorithm) {
        return value.len() == digits && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let is_fuzzy =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+' | b':' | b'.');
    match algorithm {
        "SSDEEP" => (1..=128).contains(&value.len()) && value.bytes().all(is_fuzzy),
        "TLSH" => {
            matches!(value.len(), 70 | 72) && value.bytes().all(|byte| byte.is_ascii_alphanumeric())
        }
        _ => !value.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for text in ["2016-02-29T00:00:00Z", "2016-12-31T23:59:60Z", "2016-01-01T00:00:00.123456Z"]
        {
            assert!(time(text).is_some(), "{text}");
        }
        for text in [
            "2015-02-29T00:00:00Z",
            "2016-01-01T00:00:60Z",
            "2016-01-01T00:00:00",
            "2016-01-01T00:00:00.Z",
            "2016-01-01T24:00:00Z",
            "2016-1-01T00:00:00Z",
        ] {
            assert!(time(text).is_none(), "{text}");
        }
        let key = |text| time(text).unwrap().key();
        assert_eq!(key("2016-01-01T00:00:00.100Z"), key("2016-01-01T00:00:00.1Z"));
        assert!(key("2016-01-01T00:00:00Z") < key("2016-01-01T00:00:00.001Z"));
    }

    #[test]
    fn identifiers_hold_a_uuid_of_rfc_4122() {
        let found = identifier("x-my-type--00abedb4-aa42-566c-9c01-fed23315a9b7").unwrap();
        assert_eq!((found.kind, found.version), ("x-my-type", 5));
        for text in [
            "malware--1",
            "malware--00abedb4-aa42-666c-9c01-fed23315a9b7",
            "é--00abedb4-aa42-566c-9c01-fed23315a9b7",
            "malware-00abedb4-aa42-566c-9c01-fed23315a9b7",
        ] {
            assert!(identifier(text).is_none(), "{text}");
        }
    }
}
