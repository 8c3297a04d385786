use crate::Place;

/// The text is not a pattern of STIX 2.1; the message names the first place that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {refusal}")]
pub struct ParseError {
    /// The place of the first sign that fits nothing.
    pub place: Place,
    /// The reason.
    pub refusal: Refusal,
}

impl ParseError {
    /// The remedy, where there is one.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self.refusal {
            Refusal::Expected { expected: "`[` or `(`", .. } => {
                Some("an observation expression stands in square brackets: [file:name = 'a']")
            }
            Refusal::Expected { .. } | Refusal::Escape => None,
            Refusal::Unclosed(_) => Some("close the text; a quote within a text is written \\'"),
            Refusal::Constant(_) => Some("see section 9.3 of STIX 2.1 for the form of constants"),
            Refusal::Integer => Some("whole numbers range from -2^63 to 2^63 - 1"),
            Refusal::TooDeep | Refusal::TooLong => {
                Some("split the pattern into several indicators")
            }
        }
    }
}

/// The reason that a text is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Another sign or word had to stand there.
    #[error("expected {expected}, met {met}")]
    Expected {
        /// The signs or words that fit.
        expected: &'static str,
        /// The sign or word met, cut at 40 characters.
        met: String,
    },
    /// A text, constant or comment has no end.
    #[error("{0} without an end")]
    Unclosed(&'static str),
    /// A backslash stands before another sign than a quote or a backslash.
    #[error("a backslash must stand before a quote or a backslash")]
    Escape,
    /// The content of a constant has not the form that its letter asks for.
    #[error("not {0}")]
    Constant(&'static str),
    /// A whole number does not fit 64 bits.
    #[error("the whole number does not fit 64 bits")]
    Integer,
    /// Round brackets are nested deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("round brackets are nested too deeply")]
    TooDeep,
    /// The text is longer than [`MAX_LENGTH`](crate::MAX_LENGTH).
    #[error("the pattern is too long")]
    TooLong,
}

/// A pattern could not be matched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MatchError {
    /// The work exceeds the budget, so that it is open whether the pattern matches.
    #[error("the pattern needs more than {steps} steps of work on these observations")]
    Budget {
        /// The budget that was given, in steps.
        steps: u64,
    },
    /// The pattern asks for more observation expressions at once than can be bound.
    #[error("the pattern binds {wanted} observation expressions at once, more than {limit}")]
    TooManyExpressions {
        /// The number that the pattern asks for.
        wanted: u64,
        /// The limit.
        limit: u64,
    },
    /// A regular expression uses what a linear engine lacks, or is too large, or is wrong.
    #[error("the regular expression `{pattern}` cannot be used: {reason}")]
    Regex {
        /// The expression.
        pattern: String,
        /// The reason, on one line.
        reason: String,
    },
    /// The right side of ISSUBSET or ISSUPERSET is no address and no network.
    #[error("not an IP address or network: `{0}`")]
    Network(String),
    /// A qualifier asks for what no observations can give.
    #[error("{0} must be positive")]
    NotPositive(&'static str),
}

impl MatchError {
    /// The remedy, where there is one.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Budget { .. } => Some("match fewer observations at a time, or raise the budget"),
            Self::TooManyExpressions { .. } => Some("split the pattern into several indicators"),
            Self::Regex { .. } => Some("look-around and back-references are not supported"),
            Self::Network(_) | Self::NotPositive(_) => None,
        }
    }
}

/// Observed data cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("observed data `{id}`: {problem}")]
pub struct ObservationError {
    /// The id of the object, empty where it has none.
    pub id: String,
    /// The property and what is wrong with it.
    pub problem: &'static str,
}
