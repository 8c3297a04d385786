//! Numbers that states give to persons.
//!
//! A rule has the forms in which the number is written. A form that is rarely met by chance stands alone; the others need a
//! word near them that names the number.

mod africa;
mod america;
mod asia;
mod east;
mod north;
mod pacific;
mod south;
mod west;

use demarche_terms::Country;

use crate::context::Context;
use crate::finding::{Findings, RuleInfo};
use crate::page::{Page, Token};
use crate::template::fit;
use crate::{Check, Kind};

/// The words that a form needs near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// None, unless a word says that it is a number of trade.
    Nothing,
    /// A word for the number of this or of any state.
    Generic,
    /// A word for the number of this state.
    Named,
}

use Need::{Generic, Named, Nothing};

/// A state's number.
#[derive(Debug)]
pub(crate) struct Rule {
    id: &'static str,
    country: &'static str,
    title: &'static str,
    /// The issuer's document.
    source: &'static str,
    forms: &'static [(&'static str, Need)],
    /// True if its check digits are right, of letters and digits in capitals.
    is_valid: fn(&str) -> bool,
    check: Check,
}

/// A form of a rule: the rule, its state, the template, and the words that it needs.
type Form = (&'static Rule, Option<Country>, &'static str, Need);

/// All rules, by the length of the first token of their forms.
#[derive(Debug)]
pub(crate) struct Rules {
    by_length: Vec<Vec<Form>>,
}

/// The longest first token of a form.
const LONGEST: usize = 20;

impl Rules {
    pub(crate) fn built_in() -> Self {
        let mut by_length = vec![Vec::new(); LONGEST + 1];
        for rule in all() {
            for (template, need) in rule.forms {
                let length = template.bytes().take_while(u8::is_ascii_alphabetic).count();
                if let Some(rules) = by_length.get_mut(length) {
                    rules.push((rule, rule.country.parse().ok(), *template, *need));
                }
            }
        }
        Self { by_length }
    }

    pub(crate) fn find(
        &self,
        page: &Page<'_>,
        token: &Token,
        context: &Context<'_>,
        out: &mut Findings,
    ) {
        let Some(rules) = self.by_length.get(token.end - token.start) else { return };
        if !page.is_left_edge(token.start) {
            return;
        }
        for (rule, country, template, need) in rules {
            let starts_with_digit = template.starts_with('d');
            if starts_with_digit != page.byte(token.start).is_ascii_digit()
                && !template.starts_with('X')
            {
                continue;
            }
            let Some((end, value)) = fit(page, token.start, template) else { continue };
            let range = token.start..end;
            let is_edge = page.is_right_edge(end) || template.ends_with(')');
            let is_spaced = template.contains(' ') && page.has_number_beside(&range);
            if !is_edge || is_spaced && *need == Nothing || !(rule.is_valid)(&value) {
                continue;
            }
            let Some(state) = *country else { continue };
            let is_named = || context.names_national(state, false);
            let is_met = match need {
                Nothing => is_named() || !context.is_trade(),
                Generic => context.names_national(state, true),
                Named => is_named(),
            };
            if is_met {
                // The sign of the Finnish code is that of its century, and so a part of it.
                let is_signed = rule.id == "fi-hetu";
                let value =
                    if is_signed { page.slice(range.clone()).to_ascii_uppercase() } else { value };
                out.push_named(is_named(), rule.id, *country, range, value, rule.check);
            }
        }
    }
}

/// Every rule.
fn all() -> impl Iterator<Item = &'static Rule> {
    let west = west::RULES.iter().chain(south::RULES).chain(north::RULES).chain(east::RULES);
    west.chain(asia::RULES).chain(america::RULES).chain(africa::RULES).chain(pacific::RULES)
}

/// The rules as documents list them.
pub(crate) fn infos() -> impl Iterator<Item = RuleInfo> {
    all().map(|rule| RuleInfo {
        id: rule.id,
        kind: Kind::NationalId,
        country: rule.country.parse().ok(),
        title: rule.title,
        checked: match rule.check {
            Check::Checksum => {
                "form and check digits; parts that are dates are days of the calendar"
            }
            Check::Format | Check::Context => "form, and a word that names the number",
        },
        source: rule.source,
    })
}
