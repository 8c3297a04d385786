//! The truth of a comparison expression for the objects of one observation, and the work that it may take.

use serde_json::Value;

use crate::test::{Condition, ReadyTest};
use crate::value::Found;
use crate::{MatchError, Observation, Step};

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

/// An object of the observation fulfils the condition.
///
/// All parts of an AND hold for the same object: the standard binds a comparison expression to one object.
pub(crate) fn is_met(
    condition: &Condition,
    observation: &Observation<'_>,
    work: &mut Work,
) -> Result<bool, MatchError> {
    for object in observation.objects.values() {
        if holds(condition, object, observation, work)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn holds(
    condition: &Condition,
    object: &Value,
    observation: &Observation<'_>,
    work: &mut Work,
) -> Result<bool, MatchError> {
    work.take(1)?;
    match condition {
        Condition::And(parts) => {
            for part in parts {
                if !holds(part, object, observation, work)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Condition::Or(parts) => {
            for part in parts {
                if holds(part, object, observation, work)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Condition::Test(test) => {
            let object_type = object.get("type").and_then(Value::as_str);
            if object_type != Some(test.path.object_type.as_str()) {
                return Ok(false);
            }
            Ok(test.holds(any_fits(test, object, observation, work)?))
        }
    }
}

/// A value on the way, with the number of steps done.
struct Passed<'a> {
    value: &'a Value,
    steps: usize,
    /// The value came out of a `_ref` or `_refs` property, so that a key leads to the object referred to.
    is_reference: bool,
}

/// Follows the path through lists and references; the way branches, so that each step costs work.
fn any_fits<'a>(
    test: &ReadyTest,
    object: &'a Value,
    observation: &Observation<'a>,
    work: &mut Work,
) -> Result<bool, MatchError> {
    let mut open = vec![Passed { value: object, steps: 0, is_reference: false }];
    while let Some(Passed { value, steps, is_reference }) = open.pop() {
        work.take(1)?;
        let Some(step) = test.path.steps.get(steps) else {
            // A text compared costs as much as it is long.
            work.take(value.as_str().map_or(0, |text| text.len() as u64 / 64))?;
            if test.fits(&Found::Json(value)) {
                return Ok(true);
            }
            continue;
        };
        let mut go =
            |value, is_reference| open.push(Passed { value, steps: steps + 1, is_reference });
        match step {
            Step::Any => {
                let list = value.as_array().map_or(&[][..], Vec::as_slice);
                list.iter().rev().for_each(|value| go(value, is_reference));
            }
            Step::Index(index) => {
                let index = usize::try_from(*index).ok();
                let element = index.and_then(|index| value.as_array()?.get(index));
                element.into_iter().for_each(|value| go(value, is_reference));
            }
            Step::Key(key) => {
                let referred = value.as_str().filter(|_| is_reference);
                let owner = referred.map_or(Some(value), |id| observation.objects.get(id).copied());
                let Some(value) = owner.and_then(|owner| owner.get(key)) else { continue };
                if steps + 1 == test.path.steps.len() {
                    if Found::of_property(key, value).is_some_and(|found| test.fits(&found)) {
                        return Ok(true);
                    }
                } else {
                    go(value, key.ends_with("_ref") || key.ends_with("_refs"));
                }
            }
        }
    }
    Ok(false)
}
