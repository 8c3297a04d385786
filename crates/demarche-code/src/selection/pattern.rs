use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use demarche_terms::Origin;

/// The traits of one function that patterns ask about.
pub(crate) struct Subject<'a> {
    pub(crate) address: u64,
    /// The address of its first byte, which differs for Thumb code.
    pub(crate) first_byte: u64,
    /// Its names, as they stand in the file and as people write them.
    pub(crate) names: Vec<String>,
    pub(crate) origin: Origin,
    /// The package that it comes from.
    pub(crate) package: Option<&'a str>,
}

/// A pattern of functions: a name, an address, a range of addresses, a package or an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionPattern {
    text: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// A glob of a name.
    Name(String),
    /// The first bytes of the functions lie here.
    Addresses(Range<u64>),
    /// A glob of a package's name.
    Package(String),
    /// The program's own project.
    Own,
    /// The program does not tell.
    Untold,
}

/// A text that is no pattern of functions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}`: {problem}")]
pub struct PatternError {
    text: String,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Problem {
    #[error("a pattern has at least one character")]
    Empty,
    #[error("an address is written as 0x401000, a range as 0x401000..0x402000")]
    Address,
    #[error("a range ends behind its beginning")]
    Backwards,
    #[error("the origin is `own` or `untold`; packages are `package:NAME`")]
    Origin,
}

impl FunctionPattern {
    pub(crate) fn fits(&self, subject: &Subject<'_>) -> bool {
        match &self.kind {
            Kind::Name(glob) => subject.names.iter().any(|name| is_match(glob, name)),
            Kind::Addresses(range) => {
                range.contains(&subject.address) || range.contains(&subject.first_byte)
            }
            Kind::Package(glob) => subject.package.is_some_and(|name| is_match(glob, name)),
            Kind::Own => subject.origin == Origin::Own,
            Kind::Untold => subject.origin == Origin::Untold,
        }
    }
}

impl fmt::Display for FunctionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for FunctionPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        match kind(text) {
            Ok(kind) => Ok(Self { text: text.to_owned(), kind }),
            Err(problem) => Err(PatternError { text: text.to_owned(), problem }),
        }
    }
}

fn kind(text: &str) -> Result<Kind, Problem> {
    if let Some(name) = text.strip_prefix("name:") {
        return glob(name).map(Kind::Name);
    }
    if let Some(package) = text.strip_prefix("package:") {
        return glob(package).map(Kind::Package);
    }
    match text.strip_prefix("origin:") {
        Some("own") => return Ok(Kind::Own),
        Some("untold") => return Ok(Kind::Untold),
        Some(_) => return Err(Problem::Origin),
        None => {}
    }
    if !text.starts_with("0x") {
        return glob(text).map(Kind::Name);
    }
    let Some((from, until)) = text.split_once("..") else {
        let address = address(text)?;
        let end = address.checked_add(1).ok_or(Problem::Address)?;
        return Ok(Kind::Addresses(address..end));
    };
    let range = address(from)?..address(until)?;
    if range.is_empty() { Err(Problem::Backwards) } else { Ok(Kind::Addresses(range)) }
}

fn glob(text: &str) -> Result<String, Problem> {
    if text.is_empty() { Err(Problem::Empty) } else { Ok(text.to_owned()) }
}

fn address(text: &str) -> Result<u64, Problem> {
    let digits = text.strip_prefix("0x").ok_or(Problem::Address)?;
    u64::from_str_radix(digits, 16).map_err(|_| Problem::Address)
}

/// Returns true if a name fits a glob: `*` stands for any characters, `?` for any single character.
///
/// After a mismatch only the last `*` takes more, so that the time is at most the product of both lengths.
fn is_match(glob: &str, name: &str) -> bool {
    let (mut glob, mut name) = (glob.chars(), name.chars());
    let mut retry = None;
    loop {
        let mut rest = glob.clone();
        let wanted = rest.next();
        if wanted == Some('*') {
            glob = rest;
            retry = Some((glob.clone(), name.clone()));
            continue;
        }
        let mut left = name.clone();
        match (wanted, left.next()) {
            (None, None) => return true,
            (Some('?'), Some(_)) => (glob, name) = (rest, left),
            (Some(sign), Some(letter)) if sign == letter => (glob, name) = (rest, left),
            _ => {
                let Some((after, from)) = &mut retry else { return false };
                if from.next().is_none() {
                    return false;
                }
                (glob, name) = (after.clone(), from.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_fits_the_whole_name() {
        for (glob, name) in [
            ("main", "main"),
            ("aes_*", "aes_"),
            ("*::fmt", "<a::B as c::D>::fmt"),
            ("*a*b", "xaybaab"),
            ("f?o", "füo"),
            ("*", ""),
        ] {
            assert!(is_match(glob, name), "{glob} and {name}");
        }
        for (glob, name) in [("main", "main2"), ("f?", "f"), ("*a*b", "aba"), ("?", "")] {
            assert!(!is_match(glob, name), "{glob} and {name}");
        }
    }

    #[test]
    fn a_mistake_in_a_pattern_is_named() {
        let error = |text: &str| text.parse::<FunctionPattern>().unwrap_err().to_string();
        assert_eq!(error(""), "``: a pattern has at least one character");
        assert!(error("0x12g").contains("an address is written as"));
        assert!(error("0x20..30").contains("an address is written as"));
        assert!(error("0x20..0x20").contains("ends behind its beginning"));
        assert!(error("origin:mine").contains("`own` or `untold`"));
        assert!("name:0x1".parse::<FunctionPattern>().is_ok());
    }
}
