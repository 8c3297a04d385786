//! Finds personal, secret and privileged data in a text, by check digit or context.
//!
//! [`Rules`] are compiled once and shared. [`Rules::scan`] reads a text in one pass: it notes the words that name a kind
//! of data and the tokens with digits, then tests each token against the rules of its length. A value counts only if its
//! check digits are right, its form is its issuer's, or words around it name it.
//!
//! Left out: names of persons, addresses of mail, and values that only a dictionary of persons could tell.

mod bank;
mod birth;
mod card;
mod check;
mod clean;
mod command;
mod context;
mod date;
mod finding;
mod grid;
mod health;
mod iban;
mod issuer;
mod key;
mod kind;
mod lexicon;
mod mnemonic;
mod mrz;
mod national;
mod own_rule;
mod page;
mod passport;
mod password;
mod phone;
mod privilege;
mod rules;
mod salary;
mod tabular;
mod template;
mod united_kingdom;
mod united_states;
mod wrapped;

pub use finding::{Check, Finding, Layout, RuleInfo};
pub use kind::{Kind, masked};
pub use own_rule::RuleError;
pub use rules::Rules;
