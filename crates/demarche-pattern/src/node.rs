//! The expressions of a pattern as the search goes through them.

use crate::test::Condition;
use crate::{Expression, MatchError, Qualifier};

/// An observation expression with its qualifiers taken apart; comparisons are in a list of their own.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// The number of a comparison.
    Observation(usize),
    And(Vec<Self>),
    Or(Vec<Self>),
    FollowedBy(Vec<Self>),
    /// All times lie within this many nanoseconds.
    Within(Box<Self>, i128),
    Repeats(Box<Self>, u64),
    /// All times lie from the first to before the second, in nanoseconds since 1970.
    Window(Box<Self>, i128, i128),
}

/// Takes the qualifiers of an expression apart, and makes its comparisons ready.
pub(crate) fn node(
    expression: &Expression,
    conditions: &mut Vec<Condition>,
    regexes: &mut usize,
) -> Result<Node, MatchError> {
    let mut all = |parts: &[Expression]| {
        parts.iter().map(|part| node(part, conditions, regexes)).collect::<Result<Vec<_>, _>>()
    };
    Ok(match expression {
        Expression::And(parts) => Node::And(all(parts)?),
        Expression::Or(parts) => Node::Or(all(parts)?),
        Expression::FollowedBy(parts) => Node::FollowedBy(all(parts)?),
        Expression::Observation(comparison) => {
            conditions.push(Condition::new(comparison, regexes)?);
            Node::Observation(conditions.len() - 1)
        }
        Expression::Qualified(expression, qualifiers) => {
            let inner = node(expression, conditions, regexes)?;
            qualifiers.iter().try_fold(inner, qualified)?
        }
    })
}

fn qualified(inner: Node, qualifier: &Qualifier) -> Result<Node, MatchError> {
    let inner = Box::new(inner);
    match qualifier {
        Qualifier::Within(duration) if duration.is_zero() => Err(MatchError::NotPositive("WITHIN")),
        Qualifier::Within(duration) => {
            // Below 2^64 seconds, so that the nanoseconds fit.
            let nanoseconds = i128::from(duration.as_secs()) * 1_000_000_000;
            Ok(Node::Within(inner, nanoseconds + i128::from(duration.subsec_nanos())))
        }
        Qualifier::Repeats(0) => Err(MatchError::NotPositive("REPEATS")),
        Qualifier::Repeats(times) => Ok(Node::Repeats(inner, *times)),
        Qualifier::StartStop(start, stop) => {
            Ok(Node::Window(inner, start.nanoseconds(), stop.nanoseconds()))
        }
    }
}

/// The number of observation expressions that are bound at once; a repeated single one counts once.
pub(crate) fn bound(node: &Node) -> u64 {
    let sum = |parts: &[Node]| parts.iter().map(bound).fold(0_u64, u64::saturating_add);
    match node {
        Node::Observation(_) => 1,
        Node::And(parts) | Node::FollowedBy(parts) => sum(parts),
        Node::Or(parts) => parts.iter().map(bound).max().unwrap_or(0),
        Node::Within(inner, _) | Node::Window(inner, ..) => bound(inner),
        Node::Repeats(inner, times) => match **inner {
            Node::Observation(_) => 1,
            _ => bound(inner).saturating_mul(*times),
        },
    }
}
