//! The values that a key may have, and what to write instead when it is something else.

use std::net::IpAddr;

use ipnet::IpNet;
use toml::de::DeValue;

use crate::{
    Asn, CaseId, CasePath, ClusterId, Country, EvidenceId, Grade, Md5, Moment, PartyId, Sha1,
    Sha256, TechniqueId, Tlp,
};
use demarche_terms::refang;

/// Something that one value can be read as.
pub(crate) trait Value: Sized {
    /// The value to write, as the remedy says it.
    const WANTED: &'static str;

    /// The value, where it is one.
    fn read(value: &DeValue<'_>) -> Option<Self>;

    /// The remedy for a wrong value.
    fn remedy(_: &DeValue<'_>) -> String {
        format!("write {}", Self::WANTED)
    }
}

/// A value for people: what it is and, where that is short, what it reads.
pub(crate) fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("the text `{}`", shown(text)),
        DeValue::Integer(number) => format!("the number {}", shown(number.as_str())),
        DeValue::Float(number) => format!("the fraction {}", shown(number.as_str())),
        DeValue::Boolean(truth) => format!("{truth}"),
        DeValue::Datetime(moment) => format!("the time {moment}"),
        DeValue::Array(_) => "an array".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// The beginning of a text, on one line, without anything that could steer a terminal.
pub(crate) fn shown(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}

impl Value for String {
    const WANTED: &'static str = "a text in quotes, not empty and without control characters";

    /// White space of any length, line breaks too, becomes one space: a text is a sentence or a paragraph.
    fn read(value: &DeValue<'_>) -> Option<Self> {
        let text = value.as_str()?.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() || text.chars().any(char::is_control) { None } else { Some(text) }
    }
}

/// A text that is kept to the letter, such as a path.
pub(crate) struct Exact(pub(crate) String);

impl Value for Exact {
    const WANTED: &'static str = "a text in quotes, not empty and without control characters";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let text = value.as_str()?;
        let plain = !text.is_empty() && !text.chars().any(char::is_control);
        if plain { Some(Self(text.to_owned())) } else { None }
    }
}

/// An address on the web that a report may link to.
pub(crate) struct WebUrl(pub(crate) String);

impl Value for WebUrl {
    const WANTED: &'static str = "a web address that begins with https:// or http://";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let text = value.as_str()?;
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
        if is_url_text(rest) { Some(Self(text.to_owned())) } else { None }
    }
}

/// An address that an attacker used, read live or defanged, kept live and never linked to.
pub(crate) struct LiveUrl(pub(crate) String);

impl Value for LiveUrl {
    const WANTED: &'static str =
        "a URL with its scheme, live or defanged: \"hxxp://a[.]example/x\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let text = refang(value.as_str()?);
        let (scheme, rest) = text.split_once("://")?;
        let plain = !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if plain && is_url_text(rest) { Some(Self(text)) } else { None }
    }
}

fn is_url_text(rest: &str) -> bool {
    let foreign = |sign: char| {
        sign.is_control() || sign.is_whitespace() || matches!(sign, '"' | '<' | '>' | '`')
    };
    !rest.is_empty() && !rest.contains(foreign)
}

/// A host name, read live or defanged, kept live.
pub(crate) struct Host(pub(crate) String);

impl Value for Host {
    const WANTED: &'static str = "a host name, live or defanged: \"a[.]example\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let text = refang(value.as_str()?);
        let sign = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_');
        let label = |label: &str| !label.is_empty() && label.len() < 64 && label.chars().all(sign);
        let plain = text.len() < 254 && text.split('.').all(label);
        if plain { Some(Self(text)) } else { None }
    }
}

impl Value for bool {
    const WANTED: &'static str = "true or false, without quotes";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_bool()
    }
}

fn integer(value: &DeValue<'_>) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

impl Value for u64 {
    const WANTED: &'static str = "a whole number, not negative, without quotes";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        integer(value)
    }
}

impl Value for u16 {
    const WANTED: &'static str = "a port number from 0 to 65535, without quotes";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        integer(value)?.try_into().ok()
    }
}

impl Value for Asn {
    const WANTED: &'static str = "an AS number: 4837 or \"AS4837\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match value.as_str() {
            Some(text) => text.parse().ok(),
            None => Some(Self(integer(value)?.try_into().ok()?)),
        }
    }
}

impl Value for Moment {
    const WANTED: &'static str =
        "a date as 2014, \"2014-09\" or 2014-11-24, or a time with its offset as 2014-12-22T16:15Z";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        match (value, value.as_datetime()) {
            (_, Some(moment)) => moment.to_string().parse().ok(),
            (DeValue::Integer(year), None) => year.as_str().parse().ok(),
            _ => value.as_str()?.parse().ok(),
        }
    }

    fn remedy(value: &DeValue<'_>) -> String {
        let day = value.as_str().and_then(day_first);
        day.map_or_else(
            || format!("write {}", Self::WANTED),
            |day| format!("write a date as year, month and day: {day}"),
        )
    }
}

/// Returns a date that is written with the day or the month first as a case file has it: `23.03.2022` is 2022-03-23.
///
/// Before a dot the day comes first. Between slashes or hyphens the order differs by country, so that a date which can
/// be read both ways, or neither way, is answered with the form alone.
pub(crate) fn day_first(text: &str) -> Option<String> {
    let sign = ['.', '/', '-'].into_iter().find(|sign| text.contains(*sign))?;
    let mut parts = text.split(sign);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |text: &str| {
        let is_short = (1..=2).contains(&text.len());
        text.parse::<i8>().ok().filter(|number| is_short && *number > 0)
    };
    let (first, second) = (number(first)?, number(second)?);
    let year = year.parse::<i16>().ok().filter(|number| *number >= 1000)?;
    if parts.next().is_some() {
        return None;
    }
    let read = |month, day| jiff::civil::Date::new(year, month, day).ok();
    let dates = if sign == '.' {
        [read(second, first), None]
    } else {
        [read(second, first), read(first, second)]
    };
    match dates {
        [Some(date), None] | [None, Some(date)] => Some(date.to_string()),
        [Some(date), Some(again)] if date == again => Some(date.to_string()),
        _ => Some("2022-03-23".to_owned()),
    }
}

impl Value for IpAddr {
    const WANTED: &'static str = "an IP address, live or defanged: \"203.0.113.7\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        refang(value.as_str()?).parse().ok()
    }
}

impl Value for IpNet {
    const WANTED: &'static str = "a prefix without host bits: \"175.45.176.0/24\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let prefix: Self = value.as_str()?.parse().ok()?;
        if prefix.trunc() == prefix { Some(prefix) } else { None }
    }
}

macro_rules! text_values {
    ($($type:ty: $wanted:literal,)+) => { $(
        impl Value for $type {
            const WANTED: &'static str = $wanted;

            fn read(value: &DeValue<'_>) -> Option<Self> {
                value.as_str()?.parse().ok()
            }
        }
    )+ };
}

text_values! {
    Tlp: "a TLP 2.0 marking: \"CLEAR\", \"GREEN\", \"AMBER\", \"AMBER+STRICT\" or \"RED\"",
    Grade: "an Admiralty grade: a letter A to F for the source, a figure 1 to 6 for what it says, as \"B2\"",
    TechniqueId: "an ATT&CK technique: \"T1485\" or \"T1561.002\"",
    Sha256: "a SHA-256 of 64 hexadecimal digits",
    Sha1: "a SHA-1 of 40 hexadecimal digits",
    Md5: "an MD5 of 32 hexadecimal digits",
    CaseId: "a short name of lower-case letters, digits and hyphens: \"sony-2014\"",
    EvidenceId: "a short name of lower-case letters, digits and hyphens: \"wiper-1\"",
    ClusterId: "a short name of lower-case letters, digits and hyphens: \"wiper\"",
    PartyId: "a short name of lower-case letters, digits and hyphens: \"north-korea\"",
}

impl Value for CasePath {
    const WANTED: &'static str =
        "a path inside the case folder, with `/` and without `..`: \"samples/dropper.zip\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_str()?.parse().ok()
    }

    fn remedy(value: &DeValue<'_>) -> String {
        let error = value.as_str().and_then(|text| text.parse::<Self>().err());
        error.map_or_else(|| format!("write {}", Self::WANTED), |error| error.hint().to_owned())
    }
}

/// In a case file a country is a state that can be written to, so that a code which ISO 3166-1 does not assign is a slip.
impl Value for Country {
    const WANTED: &'static str = "a country's two letters (ISO 3166-1): \"CN\"";

    fn read(value: &DeValue<'_>) -> Option<Self> {
        value.as_str()?.parse().ok().filter(Self::is_in_use)
    }

    fn remedy(value: &DeValue<'_>) -> String {
        let meant = value.as_str().and_then(Self::named);
        meant.map_or_else(
            || format!("write {}", Self::WANTED),
            |country| format!("did you mean \"{country}\" ({})?", country.label()),
        )
    }
}

/// One of a few words that stand for something.
pub(crate) trait Word: Copy + 'static {
    /// Each word with what it stands for.
    const WORDS: &'static [(&'static str, Self)];
    /// The value to write, as the remedy says it.
    const ONE_OF: &'static str;
}

impl<T: Word> Value for T {
    const WANTED: &'static str = T::ONE_OF;

    fn read(value: &DeValue<'_>) -> Option<Self> {
        let text = value.as_str()?;
        T::WORDS.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
    }

    fn remedy(value: &DeValue<'_>) -> String {
        let words = T::WORDS.iter().map(|(word, _)| *word);
        value.as_str().and_then(|text| nearest(text, words)).map_or_else(
            || format!("write {}", Self::WANTED),
            |word| format!("did you mean `{word}`? write {}", Self::WANTED),
        )
    }
}

/// Names the words that stand for the variants of an enum.
macro_rules! words {
    ($type:ident: $first:literal $first_variant:ident $(, $word:literal $variant:ident)* $(,)?) => {
        impl $crate::reader::value::Word for $type {
            const WORDS: &'static [(&'static str, Self)] =
                &[($first, Self::$first_variant) $(, ($word, Self::$variant))*];
            const ONE_OF: &'static str = concat!("one of ", $first $(, ", ", $word)*);
        }
    };
}
pub(crate) use words;

/// The longest word that is compared; a longer one is no slip of the pen.
const LONGEST: usize = 40;

/// The known word that is nearest to `word`, where one is near enough to be a slip.
///
/// Near enough is about one edit for every three letters, and at least one. Among equals the first one wins.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let letters = word.chars().take(LONGEST + 1).count();
    if letters > LONGEST {
        return None;
    }
    let limit = ((letters + 1) / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::levenshtein(&word, candidate), candidate))
        .filter(|(edits, _)| *edits <= limit)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_with_its_day_first_is_turned_where_it_can_be_read_in_only_one_way() {
        for (text, date) in [
            ("23.03.2022", Some("2022-03-23")),
            ("3.4.2022", Some("2022-04-03")),
            ("03/23/2022", Some("2022-03-23")),
            ("04/04/2022", Some("2022-04-04")),
            ("03/04/2022", Some("2022-03-23")),
            ("31.02.2022", Some("2022-03-23")),
            ("10.0.0.1", None),
            ("1.2.3", None),
            ("2022-03-23", None),
            ("-1.+2.2022", None),
            ("", None),
        ] {
            assert_eq!(day_first(text).as_deref(), date, "{text}");
        }
    }

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["title", "tlp", "summary", "detected"];
        assert_eq!(nearest("titel", known), Some("title"), "two edits in five letters");
        assert_eq!(nearest("tpl", known), None, "two edits in three letters");
        assert_eq!(nearest("sumary", known), Some("summary"));
        assert_eq!(nearest("TLP", known), Some("tlp"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"t".repeat(1000), known), None);
    }
}
