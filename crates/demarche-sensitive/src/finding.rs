use std::ops::Range;

use demarche_terms::Country;

use crate::Kind;

/// The layout of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Sentences and lines.
    Prose,
    /// Rows by line feed, cells by tab; the first rows, as long as they have no number, name the columns.
    Table,
}

/// The reason why a value is believed to be sensitive; the stronger is the lesser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// Its check digits are right.
    Checksum,
    /// Its form is one that the issuer gives, with no check digit.
    Format,
    /// Words around it say what it is.
    Context,
}

/// A value that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind of the value.
    pub kind: Kind,
    /// The id of the rule that found it; [`crate::Rules::all`] explains it.
    pub rule: &'static str,
    /// The state that issued it, where its kind has one.
    pub country: Option<Country>,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// The value in the form in which values are compared: of a card its digits, of a date `YYYY-MM-DD`.
    pub value: String,
    /// The reason to believe it.
    pub check: Check,
}

/// Drops every finding that overlaps a stronger finding, and orders the rest by place.
///
/// A key with an issuer's form is stronger than a number inside it. Then the check decides, the length, and the order of
/// the rules, so that the outcome is the same for the same text.
pub(crate) fn settle(findings: &mut Vec<Finding>) {
    let strength = |finding: &Finding| {
        let is_key = matches!(finding.kind, Kind::PrivateKey | Kind::Jwt)
            || matches!(finding.kind, Kind::ApiKey | Kind::AwsKey)
                && finding.check != Check::Context;
        let length = finding.span.end - finding.span.start;
        (!is_key, finding.check, usize::MAX - length)
    };
    findings.sort_by_cached_key(|finding| {
        (strength(finding), finding.span.start, finding.kind, finding.rule)
    });
    let mut kept = std::collections::BTreeMap::new();
    for finding in findings.drain(..) {
        let Range { start, end } = finding.span;
        let before = kept.range(..end).next_back();
        let is_free = before.is_none_or(|(_, known): (&usize, &Finding)| known.span.end <= start);
        if is_free && start < end {
            kept.insert(start, finding);
        }
    }
    findings.extend(kept.into_values());
}

/// A rule as documents and reports list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// The id that findings name.
    pub id: &'static str,
    /// The kind of the values that it finds.
    pub kind: Kind,
    /// The state whose values it finds.
    pub country: Option<Country>,
    /// The name of the value in plain words.
    pub title: &'static str,
    /// The properties of a value that are checked.
    pub checked: &'static str,
    /// The issuer's document: its name and the place of its publication.
    pub source: &'static str,
}

/// The findings of one text, before overlaps are settled.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) findings: Vec<Finding>,
    /// The last span of a state's number that words named.
    named: Range<usize>,
}

impl Findings {
    pub(crate) fn push(
        &mut self,
        kind: Kind,
        rule: &'static str,
        country: Option<Country>,
        span: Range<usize>,
        value: String,
        check: Check,
    ) {
        self.findings.push(Finding { kind, rule, country, span, value, check });
    }

    /// Adds a state's number; one that words name goes before all others of the same span.
    pub(crate) fn push_named(
        &mut self,
        is_named: bool,
        rule: &'static str,
        country: Option<Country>,
        span: Range<usize>,
        value: String,
        check: Check,
    ) {
        let is_same = |known: &Finding| known.kind == Kind::NationalId && known.span == span;
        let was_named = self.named == span;
        if let Some(index) = last_index(&self.findings, is_same) {
            let is_better = self.findings.get(index).is_some_and(|known| check < known.check);
            if !is_named || was_named && !is_better {
                return;
            }
            self.findings.remove(index);
        }
        if is_named {
            self.named = span.clone();
        }
        self.push(Kind::NationalId, rule, country, span, value, check);
    }
}

/// The index of the last of the latest findings that fits; a token gives fewer than sixteen.
fn last_index(findings: &[Finding], fits: impl Fn(&Finding) -> bool) -> Option<usize> {
    let mut latest = findings.iter().enumerate().rev().take(16);
    latest.find(|(_, finding)| fits(finding)).map(|(index, _)| index)
}
