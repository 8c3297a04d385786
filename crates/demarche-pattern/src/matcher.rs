use crate::bind::Search;
use crate::evaluate::is_met;
use crate::test::Condition;
use crate::{Expression, MatchError, Observation, Pattern, Qualifier};

/// The most observation expressions bound at once: those of an AND or FOLLOWEDBY add up, of an OR the largest counts.
///
/// The limit keeps the depth of the search within the stack; patterns of people bind fewer than ten.
const EXPRESSIONS: u64 = 256;

/// The work that a match may take, in steps of well under a microsecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget(pub u64);

impl Default for Budget {
    /// Ten million steps, which take about a second.
    fn default() -> Self {
        Self(10_000_000)
    }
}

/// The work that is left.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    left: u64,
    budget: u64,
}

impl Work {
    pub(crate) const fn new(budget: u64) -> Self {
        Self { left: budget, budget }
    }

    /// Does some steps of work.
    pub(crate) fn take(&mut self, steps: u64) -> Result<(), MatchError> {
        match self.left.checked_sub(steps) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(MatchError::Budget { steps: self.budget }),
        }
    }
}

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

/// A pattern made ready to be matched, as often as there are observations.
///
/// ```
/// use demarche_pattern::{Budget, Matcher, Observation, Pattern};
///
/// let objects = serde_json::json!([
///     {"type": "domain-name", "id": "domain-name--1", "value": "example.com"},
///     {"type": "observed-data", "id": "observed-data--1", "number_observed": 1,
///      "first_observed": "2020-01-01T00:00:00Z", "last_observed": "2020-01-01T00:00:00Z",
///      "object_refs": ["domain-name--1"]}
/// ]);
/// let (observations, _) = Observation::read_all(objects.as_array().into_iter().flatten());
/// let pattern: Pattern = "[domain-name:value = 'example.com']".parse()?;
/// let found = Matcher::new(&pattern)?.find(&observations, Budget::default())?;
/// assert_eq!(found, Some(vec![0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Matcher {
    root: Node,
    conditions: Vec<Condition>,
}

impl Matcher {
    /// Makes a pattern ready.
    ///
    /// # Errors
    ///
    /// A regular expression that is wrong, too large or not linear; a network that is none;
    /// a qualifier with the number 0; more than 256 observation expressions to bind at once.
    pub fn new(pattern: &Pattern) -> Result<Self, MatchError> {
        let (mut conditions, mut regexes) = (Vec::new(), 0);
        let root = node(&pattern.expression, &mut conditions, &mut regexes)?;
        let wanted = bound(&root);
        if wanted > EXPRESSIONS {
            return Err(MatchError::TooManyExpressions { wanted, limit: EXPRESSIONS });
        }
        Ok(Self { root, conditions })
    }

    /// Finds observations that fulfil the pattern, as ascending indices; `None` where there are none.
    ///
    /// Every observation found is needed: each is bound to an expression that the match rests on.
    /// The times of all qualifiers and of FOLLOWEDBY hold together for one choice of instants,
    /// each within the time of its observation. Of several groups the first in time is found.
    ///
    /// # Errors
    ///
    /// [`MatchError::Budget`] where the budget does not suffice.
    pub fn find(
        &self,
        observations: &[Observation<'_>],
        budget: Budget,
    ) -> Result<Option<Vec<usize>>, MatchError> {
        let mut work = Work::new(budget.0);
        let mut candidates = Vec::with_capacity(self.conditions.len());
        for condition in &self.conditions {
            let mut fitting = Vec::new();
            for (index, observation) in observations.iter().enumerate() {
                if is_met(condition, observation, &mut work)? {
                    fitting.push(index);
                }
            }
            let times =
                |index: &usize| observations.get(*index).map(|seen| (seen.first, seen.last));
            fitting.sort_by_key(times);
            candidates.push(fitting);
        }
        Search::new(observations, &candidates, work).find(&self.root)
    }
}

fn node(
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
fn bound(node: &Node) -> u64 {
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
