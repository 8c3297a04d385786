//! Rules of a user: patterns in TOML.

use std::ops::Range;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::check::{digits, luhn, mod11_10, mod97, verhoeff};
use crate::finding::{Findings, RuleInfo};
use crate::page::Page;
use crate::{Check, Kind};

/// The most memory that one compiled pattern may take, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// The distance at which a context word counts if the rule names none, in characters.
const DISTANCE: usize = 60;

/// A mistake in a file of rules.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The file is no TOML, lacks a key, or has a key that no rule has.
    #[error("line {line}: {message}")]
    Toml {
        /// The line of the mistake, from 1.
        line: usize,
        /// The mistake, in the words of the reader of TOML.
        message: String,
    },
    /// A value of a rule cannot be used.
    #[error("line {line}: rule `{id}`: {problem}")]
    Rule {
        /// The line of the value, from 1.
        line: usize,
        /// The id of the rule.
        id: String,
        /// The mistake.
        problem: String,
        /// The remedy.
        hint: &'static str,
    },
}

impl RuleError {
    /// The remedy.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Toml { .. } => {
                "each [[rule]] has id, title and pattern, and may have context, distance, check, exclude and label"
            }
            Self::Rule { hint, .. } => hint,
        }
    }

    pub(crate) fn taken(id: &str) -> Self {
        let problem = "the id is that of another rule".to_owned();
        Self::Rule { line: 1, id: id.to_owned(), problem, hint: "give the rule another id" }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Written>,
}

/// A rule as its file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Spanned<String>,
    title: String,
    pattern: Spanned<String>,
    #[serde(default)]
    context: Vec<String>,
    distance: Option<usize>,
    check: Option<Spanned<String>>,
    exclude: Option<Spanned<String>>,
    label: Option<String>,
}

/// A rule of a user.
#[derive(Debug)]
pub(crate) struct OwnRule {
    pub(crate) id: &'static str,
    title: &'static str,
    pattern: Regex,
    context: Option<Regex>,
    distance: usize,
    check: Option<fn(&str) -> bool>,
    exclude: Option<Regex>,
}

/// Reads a file of rules.
pub(crate) fn read(text: &str) -> Result<Vec<OwnRule>, RuleError> {
    let line = |span: Option<Range<usize>>| {
        let before = text.get(..span.map_or(0, |span| span.start)).unwrap_or(text);
        before.matches('\n').count() + 1
    };
    let file: File = toml::from_str(text).map_err(|error| RuleError::Toml {
        line: line(error.span()),
        message: error.message().replace('\n', ", "),
    })?;
    let mut rules: Vec<OwnRule> = Vec::new();
    for written in file.rule {
        let rule = compile(&written, |span| line(Some(span)))?;
        if rules.iter().any(|known| known.id == rule.id) {
            return Err(RuleError::taken(rule.id));
        }
        rules.push(rule);
    }
    Ok(rules)
}

fn compile(written: &Written, line: impl Fn(Range<usize>) -> usize) -> Result<OwnRule, RuleError> {
    let id = written.id.get_ref();
    let mistake = |span: Range<usize>, problem: String, hint: &'static str| RuleError::Rule {
        line: line(span),
        id: id.clone(),
        problem,
        hint,
    };
    let regex = |pattern: &Spanned<String>| {
        RegexBuilder::new(pattern.get_ref()).size_limit(LARGEST_PATTERN).build().map_err(|error| {
            let problem = error.to_string().lines().last().unwrap_or("").trim().to_owned();
            mistake(pattern.span(), problem, "see docs.rs/regex for the syntax of patterns")
        })
    };
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        let problem = "an id has letters, digits and hyphens".to_owned();
        return Err(mistake(written.id.span(), problem, "write an id such as `staff-number`"));
    }
    let check = match &written.check {
        None => None,
        Some(name) => Some(check_named(name.get_ref()).ok_or_else(|| {
            let problem = format!("unknown check `{}`", name.get_ref());
            mistake(name.span(), problem, "checks are luhn, mod97, mod11_10 and verhoeff")
        })?),
    };
    let words: Vec<String> = written.context.iter().map(|word| regex::escape(word)).collect();
    let context = (!words.is_empty()).then(|| {
        let words = Spanned::new(written.pattern.span(), format!("(?i){}", words.join("|")));
        regex(&words)
    });
    Ok(OwnRule {
        id: kept(id),
        title: kept(written.label.as_ref().unwrap_or(&written.title)),
        pattern: regex(&written.pattern)?,
        context: context.transpose()?,
        distance: written.distance.unwrap_or(DISTANCE),
        check,
        exclude: written.exclude.as_ref().map(regex).transpose()?,
    })
}

/// A text that stays for the rest of the run, as findings name their rule for as long.
///
/// Rules are read once in a run, so that the memory is bounded by the file.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn check_named(name: &str) -> Option<fn(&str) -> bool> {
    match name {
        "luhn" => Some(|value| luhn(&digits(value))),
        "mod97" => Some(|value| {
            let signs = value.bytes().filter(u8::is_ascii_alphanumeric);
            mod97(signs) == Some(1)
        }),
        "mod11_10" => Some(|value| mod11_10(&digits(value))),
        "verhoeff" => Some(|value| verhoeff(&digits(value))),
        _ => None,
    }
}

impl OwnRule {
    pub(crate) fn info(&self) -> RuleInfo {
        RuleInfo {
            id: self.id,
            kind: Kind::Own,
            country: None,
            title: self.title,
            checked: if self.check.is_some() { "pattern and check digits" } else { "pattern" },
            source: "rule of the user",
        }
    }

    pub(crate) fn find(&self, page: &Page<'_>, out: &mut Findings) {
        for found in self.pattern.find_iter(page.text) {
            let value = found.as_str();
            let is_excluded = self.exclude.as_ref().is_some_and(|exclude| exclude.is_match(value));
            let is_right = self.check.is_none_or(|check| check(value));
            let is_named = self.context.as_ref().is_none_or(|context| {
                let (before, after) =
                    (page.slice(0..found.start()), page.slice(found.end()..page.bytes.len()));
                let start =
                    before.char_indices().rev().nth(self.distance).map_or(0, |(start, _)| start);
                let end =
                    after.char_indices().nth(self.distance).map_or(after.len(), |(end, _)| end);
                context.is_match(before.get(start..).unwrap_or(""))
                    || context.is_match(after.get(..end).unwrap_or(""))
            });
            if !value.is_empty() && !is_excluded && is_right && is_named {
                let check = if self.check.is_some() { Check::Checksum } else { Check::Format };
                let check = if self.context.is_some() && self.check.is_none() {
                    Check::Context
                } else {
                    check
                };
                out.push(Kind::Own, self.id, None, found.range(), value.to_owned(), check);
            }
        }
    }
}
