//! Writes patterns in one canonical form: `parse` of the text gives the same tree.

use std::fmt::{self, Display, Formatter, Write as _};

use base64::Engine as _;

use crate::lexer::is_keyword;
use crate::parse::BASE64;
use crate::{
    Comparison, Expression, Literal, Operator, Order, Path, Pattern, Qualifier, Step, Test,
};

impl Display for Pattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.expression.fmt(f)
    }
}

/// Writes parts with a word between them, each in round brackets where it binds no tighter than the word.
fn join<T: Display>(
    f: &mut Formatter<'_>,
    parts: &[T],
    between: &str,
    is_loose: impl Fn(&T) -> bool,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            write!(f, " {between} ")?;
        }
        if is_loose(part) { write!(f, "({part})")? } else { part.fmt(f)? }
    }
    Ok(())
}

/// The tightness of an operator between expressions: a higher one binds tighter.
const fn tightness(expression: &Expression) -> u8 {
    match expression {
        Expression::FollowedBy(_) => 0,
        Expression::Or(_) => 1,
        Expression::And(_) => 2,
        Expression::Qualified(..) => 3,
        Expression::Observation(_) => 4,
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let is_loose = |part: &Self| tightness(part) <= tightness(self);
        match self {
            Self::Observation(comparison) => write!(f, "[{comparison}]"),
            Self::And(parts) => join(f, parts, "AND", is_loose),
            Self::Or(parts) => join(f, parts, "OR", is_loose),
            Self::FollowedBy(parts) => join(f, parts, "FOLLOWEDBY", is_loose),
            Self::Qualified(expression, qualifiers) => {
                join(f, std::slice::from_ref(&**expression), "", is_loose)?;
                qualifiers.iter().try_for_each(|qualifier| write!(f, " {qualifier}"))
            }
        }
    }
}

impl Display for Qualifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(duration) => {
                write!(f, "WITHIN {}", duration.as_secs())?;
                if duration.subsec_nanos() != 0 {
                    let nanos = format!("{:09}", duration.subsec_nanos());
                    write!(f, ".{}", nanos.trim_end_matches('0'))?;
                }
                f.write_str(" SECONDS")
            }
            Self::Repeats(times) => write!(f, "REPEATS {times} TIMES"),
            Self::StartStop(start, stop) => write!(f, "START t'{start}' STOP t'{stop}'"),
        }
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) => join(f, parts, "AND", |part| !matches!(part, Self::Test(_))),
            Self::Or(parts) => join(f, parts, "OR", |part| matches!(part, Self::Or(_))),
            Self::Test(test) => test.fmt(f),
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let not = if self.is_negated { "NOT " } else { "" };
        match &self.operator {
            Operator::Exists => write!(f, "{not}EXISTS {}", self.path),
            operator => write!(f, "{} {not}{operator}", self.path),
        }
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let with_text = |f: &mut Formatter<'_>, word: &str, text: &str| {
            write!(f, "{word} ")?;
            quote(f, text)
        };
        match self {
            Self::Equal(literal) => write!(f, "= {literal}"),
            Self::NotEqual(literal) => write!(f, "!= {literal}"),
            Self::Ordered(order, literal) => write!(f, "{order} {literal}"),
            Self::In(set) => {
                f.write_str("IN (")?;
                for (index, literal) in set.iter().enumerate() {
                    write!(f, "{}{literal}", if index > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            Self::Like(text) => with_text(f, "LIKE", text),
            Self::Matches(text) => with_text(f, "MATCHES", text),
            Self::IsSubset(text) => with_text(f, "ISSUBSET", text),
            Self::IsSuperset(text) => with_text(f, "ISSUPERSET", text),
            Self::Exists => f.write_str("EXISTS"),
        }
    }
}

impl Display for Order {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

/// Writes a text in single quotes, with its escapes.
fn quote(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('\'')?;
    for sign in text.chars() {
        if matches!(sign, '\'' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(sign)?;
    }
    f.write_char('\'')
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.object_type)?;
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    f.write_str(if index > 0 { "." } else { "" })?;
                    write_key(f, key)?;
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Any => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

fn write_key(f: &mut Formatter<'_>, key: &str) -> fmt::Result {
    let is_plain = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let starts_plain = !key.starts_with(|sign: char| sign.is_ascii_digit());
    if starts_plain && key.chars().all(is_plain) && !is_keyword(key) {
        f.write_str(key)
    } else {
        quote(f, key)
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quote(f, text),
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => {
                // Without an exponent, which the grammar lacks.
                let digits = number.to_string();
                write!(f, "{digits}{}", if digits.contains('.') { "" } else { ".0" })
            }
            Self::Boolean(truth) => truth.fmt(f),
            Self::Timestamp(timestamp) => write!(f, "t'{timestamp}'"),
            Self::Hex(bytes) => {
                f.write_str("h'")?;
                bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
                f.write_char('\'')
            }
            Self::Binary(bytes) => write!(f, "b'{}'", BASE64.encode(bytes)),
        }
    }
}
