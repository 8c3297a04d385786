use std::collections::HashSet;
use std::mem::discriminant;

use crate::{
    Comparison, Expression, Literal, Operator, ParseError, Pattern, Qualifier, Span, Step, Test,
};

/// A fault that the grammar allows and a validator refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A hash has not the digits that its algorithm gives.
    #[error("`{value}` is not a valid {algorithm} hash")]
    Hash {
        /// The key below `hashes`.
        algorithm: String,
        /// The value met.
        value: String,
        /// The place of the comparison.
        span: Span,
    },
    /// One observation expression has two qualifiers of one kind.
    #[error("two qualifiers of one kind on one observation expression")]
    RepeatedQualifier,
    /// A window stops before or when it starts, so that nothing is in it.
    #[error("STOP must be later than START")]
    EmptyWindow,
    /// WITHIN or REPEATS has the number 0.
    #[error("the number of a qualifier must be positive")]
    NotPositive,
}

/// Checks the text of a pattern, as the standard asks of every indicator.
///
/// # Errors
///
/// The first fault in words, with its place.
pub fn check_text(text: &str) -> Result<(), String> {
    let pattern: Pattern = text.parse().map_err(|error: ParseError| error.to_string())?;
    pattern.problems().first().map_or(Ok(()), |problem| Err(problem.to_string()))
}

impl Pattern {
    /// Lists the faults that the grammar allows, in the order of the text; none for a valid pattern.
    ///
    /// The checks are those of the validator of OASIS, without its mistakes on `IN` and `LIKE`.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        check(&self.expression, &mut problems);
        problems
    }
}

fn check(expression: &Expression, problems: &mut Vec<Problem>) {
    match expression {
        Expression::Observation(comparison) => check_comparison(comparison, problems),
        Expression::And(parts) | Expression::Or(parts) | Expression::FollowedBy(parts) => {
            parts.iter().for_each(|part| check(part, problems));
        }
        Expression::Qualified(expression, qualifiers) => {
            check(expression, problems);
            check_qualifiers(expression, qualifiers, problems);
        }
    }
}

fn check_qualifiers(
    expression: &Expression,
    qualifiers: &[Qualifier],
    problems: &mut Vec<Problem>,
) {
    let kinds: HashSet<_> = qualifiers.iter().map(discriminant).collect();
    if matches!(expression, Expression::Observation(_)) && kinds.len() < qualifiers.len() {
        problems.push(Problem::RepeatedQualifier);
    }
    problems.extend(qualifiers.iter().filter_map(|qualifier| match qualifier {
        Qualifier::Within(duration) if duration.is_zero() => Some(Problem::NotPositive),
        Qualifier::Repeats(0) => Some(Problem::NotPositive),
        Qualifier::StartStop(start, stop) if start >= stop => Some(Problem::EmptyWindow),
        _ => None,
    }));
}

fn check_comparison(comparison: &Comparison, problems: &mut Vec<Problem>) {
    match comparison {
        Comparison::And(parts) | Comparison::Or(parts) => {
            parts.iter().for_each(|part| check_comparison(part, problems));
        }
        Comparison::Test(test) => check_hash(test, problems),
    }
}

fn check_hash(test: &Test, problems: &mut Vec<Problem>) {
    let [.., Step::Key(hashes), Step::Key(algorithm)] = test.path.steps.as_slice() else { return };
    if hashes != "hashes" {
        return;
    }
    let literals = match &test.operator {
        Operator::Equal(literal) | Operator::NotEqual(literal) => std::slice::from_ref(literal),
        Operator::In(set) => set,
        _ => return,
    };
    for literal in literals {
        let fits = match literal {
            Literal::Text(text) => is_hash(algorithm, text),
            _ => is_hash(algorithm, ""),
        };
        if !fits {
            let value = match literal {
                Literal::Text(text) => text.chars().take(200).collect(),
                literal => literal.to_string(),
            };
            problems.push(Problem::Hash { algorithm: algorithm.clone(), value, span: test.span });
        }
    }
}

/// A text has the form of a hash of an algorithm; every text has, of an algorithm that is not known.
///
/// Source: STIX 2.1, section 10.7 (hash algorithm vocabulary).
fn is_hash(algorithm: &str, text: &str) -> bool {
    let name: String = algorithm.chars().filter(|sign| !"-'".contains(*sign)).collect();
    let lengths: &[usize] = match name.to_ascii_uppercase().as_str() {
        "MD5" => &[32],
        "MD6" => &[32, 40, 56, 64, 96, 128],
        "RIPEMD160" | "SHA1" => &[40],
        "SHA224" | "SHA3224" => &[56],
        "SHA256" | "SHA3256" => &[64],
        "SHA384" | "SHA3384" => &[96],
        "SHA512" | "SHA3512" | "WHIRLPOOL" => &[128],
        "SSDEEP" => {
            let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || b"/+:.".contains(&byte);
            return (1..=128).contains(&text.len()) && text.bytes().all(is_sign);
        }
        _ => return true,
    };
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
