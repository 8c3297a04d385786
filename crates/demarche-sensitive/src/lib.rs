//! Finds personal, secret and privileged data in a text, by check digit or context.

use std::ops::Range;

use demarche_terms::Country;

/// How a text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Sentences and lines.
    Prose,
    /// Rows by line feed, cells by tab; the first row that has no number may name the columns.
    Table,
}

/// A kind of sensitive data, by the name that files and options use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `card`: the number of a payment card.
    Card,
}

/// How sure it is that a value is what it seems.
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
    /// What it is.
    pub kind: Kind,
    /// The rule that found it.
    pub rule: &'static str,
    /// The state that issued it, where its kind has one.
    pub country: Option<Country>,
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// The value in the one form in which it is compared: of a card its digits, of a date `YYYY-MM-DD`.
    pub value: String,
    /// How it was checked.
    pub check: Check,
}
