//! Comparisons made ready: regular expressions compiled, networks read.

use std::net::IpAddr;

use ipnet::IpNet;
use regex::{Regex, RegexBuilder, bytes};
use serde_json::Value;

use crate::value::{Found, normalised};
use crate::{Comparison, Literal, MatchError, Operator, Order, Path, Step, Test};

/// The memory of one compiled regular expression, in bytes: a thousand together stay below 256 MiB.
const REGEX_SIZE: usize = 256 << 10;

/// The number of regular expressions of one pattern.
const REGEXES: usize = 1000;

/// A comparison expression, ready to be evaluated.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    And(Vec<Self>),
    Or(Vec<Self>),
    Test(ReadyTest),
}

#[derive(Clone, Debug)]
pub(crate) struct ReadyTest {
    pub(crate) path: Path,
    is_negated: bool,
    predicate: Predicate,
}

#[derive(Clone, Debug)]
enum Predicate {
    Equal(Literal),
    NotEqual(Literal),
    Ordered(Order, Literal),
    In(Vec<Literal>),
    Like(Regex),
    Matches(Regex, Option<bytes::Regex>),
    IsSubset(IpNet),
    IsSuperset(IpNet),
    Exists,
}

impl Condition {
    /// Makes a comparison ready; counts its regular expressions.
    pub(crate) fn new(comparison: &Comparison, regexes: &mut usize) -> Result<Self, MatchError> {
        let mut all = |parts: &[Comparison]| {
            parts.iter().map(|part| Self::new(part, regexes)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match comparison {
            Comparison::And(parts) => Self::And(all(parts)?),
            Comparison::Or(parts) => Self::Or(all(parts)?),
            Comparison::Test(test) => Self::Test(ReadyTest::new(test, regexes)?),
        })
    }
}

impl ReadyTest {
    fn new(test: &Test, regexes: &mut usize) -> Result<Self, MatchError> {
        if matches!(test.operator, Operator::Like(_) | Operator::Matches(_)) {
            *regexes += 1;
        }
        let predicate = match &test.operator {
            Operator::Like(text) | Operator::Matches(text) if *regexes > REGEXES => {
                return Err(refused(text, "the pattern has more than 1000 of them"));
            }
            Operator::Equal(literal) => Predicate::Equal(literal.clone()),
            Operator::NotEqual(literal) => Predicate::NotEqual(literal.clone()),
            Operator::Ordered(order, literal) => Predicate::Ordered(*order, literal.clone()),
            Operator::In(set) => Predicate::In(set.clone()),
            Operator::Like(text) => Predicate::Like(compile(&like(&normalised(text)))?),
            Operator::Matches(text) => matches(text, &test.path)?,
            Operator::IsSubset(text) => Predicate::IsSubset(network(text)?),
            Operator::IsSuperset(text) => Predicate::IsSuperset(network(text)?),
            Operator::Exists => Predicate::Exists,
        };
        Ok(Self { path: test.path.clone(), is_negated: test.is_negated, predicate })
    }

    /// The truth for an object, given whether any of the values at the path fits.
    ///
    /// `NOT EXISTS` holds where no value is found; every other comparison needs a value.
    pub(crate) const fn holds(&self, any_fits: bool) -> bool {
        match self.predicate {
            Predicate::Exists => any_fits != self.is_negated,
            _ => any_fits,
        }
    }

    /// A value fits; a value of another type than the constant fits `!=` only, or a negated operator.
    pub(crate) fn fits(&self, found: &Found<'_>) -> bool {
        let fits = match &self.predicate {
            Predicate::Exists => return true,
            Predicate::Ordered(order, literal) => match found.order(literal) {
                Some(ordering) => order.holds(ordering),
                None => return false,
            },
            Predicate::Equal(literal) => is_equal(found, literal),
            Predicate::NotEqual(literal) => !is_equal(found, literal),
            Predicate::In(set) => set.iter().any(|literal| is_equal(found, literal)),
            Predicate::Like(regex) => match found {
                Found::Json(Value::String(text)) => regex.is_match(&normalised(text)),
                Found::Json(_) => false,
                Found::Bytes(bytes) => {
                    std::str::from_utf8(bytes).is_ok_and(|text| regex.is_match(&normalised(text)))
                }
            },
            Predicate::Matches(regex, of_bytes) => match found {
                Found::Json(Value::String(text)) => regex.is_match(&normalised(text)),
                Found::Json(_) => false,
                Found::Bytes(bytes) => of_bytes.as_ref().is_some_and(|regex| regex.is_match(bytes)),
            },
            Predicate::IsSubset(around) => {
                network_of(found).is_some_and(|net| around.contains(&net))
            }
            Predicate::IsSuperset(inner) => {
                network_of(found).is_some_and(|net| net.contains(inner))
            }
        };
        fits != self.is_negated
    }
}

fn is_equal(found: &Found<'_>, literal: &Literal) -> bool {
    found.order(literal).is_some_and(std::cmp::Ordering::is_eq)
}

impl Order {
    const fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

fn refused(pattern: &str, reason: &str) -> MatchError {
    let pattern = pattern.chars().take(80).flat_map(char::escape_debug).collect();
    MatchError::Regex { pattern, reason: reason.to_owned() }
}

/// The last line of a message of the regex crate, which has the reason.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().next_back().unwrap_or("it is wrong");
    last.trim_start_matches("error: ").trim_end_matches('.').to_owned()
}

fn compile(pattern: &str) -> Result<Regex, MatchError> {
    let regex = RegexBuilder::new(pattern).size_limit(REGEX_SIZE).build();
    regex.map_err(|error| refused(pattern, &reason(&error)))
}

/// The regular expression of a LIKE text, which covers the whole value.
fn like(text: &str) -> String {
    let mut pattern = String::from(r"(?s)\A");
    for sign in text.chars() {
        match sign {
            '%' if pattern.ends_with(".*") => {}
            '%' => pattern.push_str(".*"),
            '_' => pattern.push('.'),
            sign => pattern.push_str(&regex::escape(sign.encode_utf8(&mut [0; 4]))),
        }
    }
    pattern + r"\z"
}

fn matches(text: &str, path: &Path) -> Result<Predicate, MatchError> {
    let is_bytes = |step: &Step| matches!(step, Step::Key(key) if key.ends_with("_hex") || key.ends_with("_bin"));
    let of_text = compile(&normalised(text))?;
    let is_narrow = text.chars().all(|sign| u32::from(sign) < 256);
    if !path.steps.iter().any(is_bytes) || !is_narrow {
        return Ok(Predicate::Matches(of_text, None));
    }
    let narrow: String = text.chars().map(narrow).collect();
    let of_bytes = bytes::RegexBuilder::new(&narrow).unicode(false).size_limit(REGEX_SIZE).build();
    let of_bytes = of_bytes.map_err(|error| refused(text, &reason(&error)))?;
    Ok(Predicate::Matches(of_text, Some(of_bytes)))
}

/// A character below 256 as the byte of its number, in a regular expression.
fn narrow(sign: char) -> String {
    if sign.is_ascii() { sign.to_string() } else { format!(r"\x{:02x}", u32::from(sign)) }
}

fn network(text: &str) -> Result<IpNet, MatchError> {
    read_network(text).ok_or_else(|| MatchError::Network(text.chars().take(80).collect()))
}

/// An address counts as the network of itself.
fn read_network(text: &str) -> Option<IpNet> {
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

fn network_of(found: &Found<'_>) -> Option<IpNet> {
    match found {
        Found::Json(value) => value.as_str().and_then(read_network),
        Found::Bytes(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_covers_the_whole_value_and_escapes_the_rest() {
        for (text, value, fits) in [
            ("%.exe", "a.exe", true),
            ("%.exe", "a.exe ", false),
            ("%.exe", "aexe", false),
            ("a%%b", "a\nb", true),
            ("_", "ü", true),
            ("_", "", false),
            ("", "", true),
            (".*", "ab", false),
        ] {
            assert_eq!(compile(&like(text)).unwrap().is_match(value), fits, "{text} {value}");
        }
    }

    #[test]
    fn an_expression_that_is_no_automaton_is_an_error() {
        for text in ["(?=a)", r"(a)\1", "(", "(a{1000}){1000}"] {
            assert!(compile(text).is_err(), "{text}");
        }
    }
}
