//! The tree of a pattern, in the terms of the standard.

use std::time::Duration;

use crate::{Span, Timestamp};

/// A pattern of STIX 2.1, made by [`str::parse`] and written by `Display` in one canonical form.
///
/// Two patterns are equal when their trees are; places in the text do not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// The expression that the pattern consists of.
    pub expression: Expression,
}

/// An observation expression (section 9.4): which observations belong together.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// `[…]`: one observation.
    Observation(Comparison),
    /// All of two or more, each with observations of its own.
    And(Vec<Self>),
    /// One of two or more.
    Or(Vec<Self>),
    /// Two or more in this order of time; equal times are in order.
    FollowedBy(Vec<Self>),
    /// An expression with one or more qualifiers, the innermost first.
    Qualified(Box<Self>, Vec<Qualifier>),
}

/// A condition on the observations of an expression (section 9.4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Qualifier {
    /// All times lie within this duration, ends included.
    Within(Duration),
    /// The expression holds this many times, each with observations of its own.
    Repeats(u64),
    /// All times lie in a window: the start is in it, the stop is not.
    StartStop(Timestamp, Timestamp),
}

/// A comparison expression (section 9.5): a condition on one object.
#[derive(Clone, Debug, PartialEq)]
pub enum Comparison {
    /// All of two or more hold for the same object.
    And(Vec<Self>),
    /// One of two or more holds.
    Or(Vec<Self>),
    /// One property is compared.
    Test(Test),
}

/// The comparison of the values at one path.
#[derive(Clone, Debug)]
pub struct Test {
    /// The path to the values.
    pub path: Path,
    /// The word `NOT` stands before the operator.
    pub is_negated: bool,
    /// The operator and its right side.
    pub operator: Operator,
    /// The place in the text.
    pub span: Span,
}

impl PartialEq for Test {
    fn eq(&self, other: &Self) -> bool {
        let left = (&self.path, self.is_negated, &self.operator);
        left == (&other.path, other.is_negated, &other.operator)
    }
}

/// An operator with its right side (section 9.6).
#[derive(Clone, Debug, PartialEq)]
pub enum Operator {
    /// `=`
    Equal(Literal),
    /// `!=`
    NotEqual(Literal),
    /// `<`, `<=`, `>` or `>=`, with any constant but a boolean.
    Ordered(Order, Literal),
    /// `IN (…)`, which may be empty.
    In(Vec<Literal>),
    /// `LIKE`: `%` stands for any text, `_` for one character.
    Like(String),
    /// `MATCHES`: a regular expression that is found anywhere.
    Matches(String),
    /// `ISSUBSET`: an address or network within a network.
    IsSubset(String),
    /// `ISSUPERSET`: a network around an address or network.
    IsSuperset(String),
    /// `EXISTS`
    Exists,
}

/// A relation of order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// An object path (section 9.7): a type of object and the way to a value in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    /// The type of object, as `ipv4-addr`.
    pub object_type: String,
    /// The way; the first step is a key.
    pub steps: Vec<Step>,
}

/// One step of an object path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A property or key of a dictionary; behind a reference, of the object referred to.
    Key(String),
    /// A position in a list, from 0; a negative one finds nothing.
    Index(i64),
    /// `[*]`: every element of a list.
    Any,
}

/// A constant (section 9.3).
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `'…'`, without its escapes.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite number with a point.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// `t'…'`
    Timestamp(Timestamp),
    /// `h'…'`
    Hex(Vec<u8>),
    /// `b'…'`: Base64 (RFC 4648, section 4).
    Binary(Vec<u8>),
}
