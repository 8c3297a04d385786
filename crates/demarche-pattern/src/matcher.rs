use crate::bind::Search;
use crate::evaluate::{Budget, Work, is_met};
use crate::node::{Node, bound, node};
use crate::test::Condition;
use crate::{MatchError, Observation, Pattern};

/// The most observation expressions bound at once: those of an AND or FOLLOWEDBY add up, of an OR the largest counts.
///
/// The limit keeps the depth of the search within the stack; patterns of people bind fewer than ten.
const EXPRESSIONS: u64 = 256;

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
