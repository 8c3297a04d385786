//! The search for observations that expressions can be bound to.
//!
//! A depth-first search binds one expression after the other and calls what is left to bind for each choice.
//! Necessary conditions on times are checked at once; all of them together at the end, in `feasible`.
//! Every step takes of the work that is left, so that the search ends.

use crate::evaluate::Work;
use crate::feasible::{Interval, Times, is_feasible};
use crate::node::Node;
use crate::{MatchError, Observation};

/// The window of time without limits.
const ALWAYS: Interval = Interval { from: i128::MIN, to: i128::MAX };

/// An observation bound, some number of times at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Binding {
    index: usize,
    /// The instants that the observation may have happened at, within the windows around it.
    time: Interval,
}

/// A WITHIN around the expressions that are being bound.
#[derive(Clone, Copy, Debug)]
struct Frame {
    width: i128,
    /// The latest beginning and the earliest end of the times bound so far.
    latest_from: i128,
    earliest_to: i128,
}

impl Frame {
    /// One more time still lets all instants lie within the width.
    fn with(self, time: Interval) -> Option<Self> {
        let latest_from = self.latest_from.max(time.from);
        let earliest_to = self.earliest_to.min(time.to);
        let fits = latest_from <= earliest_to.saturating_add(self.width);
        fits.then_some(Self { latest_from, earliest_to, ..self })
    }
}

/// What is left to bind.
type Then<'t, 's> = dyn FnMut(&mut Search<'s>) -> Result<bool, MatchError> + 't;

/// The state of the search.
pub(crate) struct Search<'s> {
    observations: &'s [Observation<'s>],
    /// For every comparison the observations that fulfil it, by time.
    candidates: &'s [Vec<usize>],
    /// For every observation the number of times that it can still be bound.
    left: Vec<u64>,
    bound: Vec<Binding>,
    frames: Vec<Frame>,
    times: Times,
    window: Interval,
    work: Work,
}

impl<'s> Search<'s> {
    pub(crate) fn new(
        observations: &'s [Observation<'s>],
        candidates: &'s [Vec<usize>],
        work: Work,
    ) -> Self {
        let left = observations.iter().map(|observation| observation.count).collect();
        let (bound, frames, times) = (Vec::new(), Vec::new(), Times::default());
        Self { observations, candidates, left, bound, frames, times, window: ALWAYS, work }
    }

    /// The indices of the observations bound to a pattern.
    pub(crate) fn find(mut self, root: &Node) -> Result<Option<Vec<usize>>, MatchError> {
        let mut indices = Vec::new();
        let is_found = self.bind(root, &mut |search| {
            let times: Vec<Interval> = search.bound.iter().map(|binding| binding.time).collect();
            let is_possible = is_feasible(&times, &search.times, &mut search.work)?;
            if is_possible {
                indices = search.bound.iter().map(|binding| binding.index).collect();
            }
            Ok(is_possible)
        })?;
        indices.sort_unstable();
        indices.dedup();
        Ok(is_found.then_some(indices))
    }

    fn bind(&mut self, node: &Node, then: &mut Then<'_, 's>) -> Result<bool, MatchError> {
        self.work.take(1)?;
        match node {
            Node::Observation(number) => self.bind_repeated(*number, 1, then),
            Node::And(parts) => self.bind_all(parts, then),
            Node::Or(parts) => {
                for part in parts {
                    if self.bind(part, then)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Node::FollowedBy(parts) => self.bind_in_order(parts, self.bound.len(), then),
            Node::Within(inner, width) => self.bind_within(inner, *width, then),
            Node::Window(inner, start, stop) => self.bind_in_window(inner, *start, *stop, then),
            Node::Repeats(inner, times) => match **inner {
                Node::Observation(number) => self.bind_repeated(number, *times, then),
                _ => self.bind_times(inner, *times, then),
            },
        }
    }

    fn bind_all(&mut self, parts: &[Node], then: &mut Then<'_, 's>) -> Result<bool, MatchError> {
        match parts.split_first() {
            None => then(self),
            Some((first, rest)) => {
                self.bind(first, &mut |search| search.bind_all(rest, &mut *then))
            }
        }
    }

    fn bind_times(
        &mut self,
        inner: &Node,
        times: u64,
        then: &mut Then<'_, 's>,
    ) -> Result<bool, MatchError> {
        match times.checked_sub(1) {
            None => then(self),
            Some(rest) => {
                self.bind(inner, &mut |search| search.bind_times(inner, rest, &mut *then))
            }
        }
    }

    /// Binds parts so that all instants of one can lie before or at those of the next.
    fn bind_in_order(
        &mut self,
        parts: &[Node],
        start: usize,
        then: &mut Then<'_, 's>,
    ) -> Result<bool, MatchError> {
        let Some((first, rest)) = parts.split_first() else { return then(self) };
        let middle = self.bound.len();
        self.bind(first, &mut |search| {
            if middle == start {
                return search.bind_in_order(rest, start, &mut *then);
            }
            let (before, after) = search.bound.split_at(middle);
            let before = before.get(start..).unwrap_or(&[]);
            let latest_from = before.iter().map(|binding| binding.time.from).max();
            let earliest_to = after.iter().map(|binding| binding.time.to).min();
            search.work.take(search.bound.len() as u64)?;
            if latest_from > earliest_to {
                return Ok(false);
            }
            search.times.orders.push((start, middle, search.bound.len()));
            let is_found = search.bind_in_order(rest, start, &mut *then);
            search.times.orders.pop();
            is_found
        })
    }

    fn bind_within(
        &mut self,
        inner: &Node,
        width: i128,
        then: &mut Then<'_, 's>,
    ) -> Result<bool, MatchError> {
        let start = self.bound.len();
        self.frames.push(Frame { width, latest_from: i128::MIN, earliest_to: i128::MAX });
        let is_found = self.bind(inner, &mut |search| {
            // What comes behind lies outside of this WITHIN.
            let frame = search.frames.pop();
            search.times.withins.push((start, search.bound.len(), width));
            let is_found = then(search);
            search.times.withins.pop();
            search.frames.extend(frame);
            is_found
        });
        self.frames.pop();
        is_found
    }

    fn bind_in_window(
        &mut self,
        inner: &Node,
        start: i128,
        stop: i128,
        then: &mut Then<'_, 's>,
    ) -> Result<bool, MatchError> {
        let outer = self.window;
        // The stop is not in the window; times have whole nanoseconds.
        self.window = Interval { from: outer.from.max(start), to: outer.to.min(stop - 1) };
        let window = self.window;
        let is_found = self.bind(inner, &mut |search| {
            search.window = outer;
            let is_found = then(search);
            search.window = window;
            is_found
        });
        self.window = outer;
        is_found
    }

    /// The time of an observation within the window, and the frames with that time, where both are possible.
    fn fit(&mut self, index: usize) -> Result<Option<(Binding, Vec<Frame>)>, MatchError> {
        self.work.take(1 + self.frames.len() as u64)?;
        let Some(observation) = self.observations.get(index) else { return Ok(None) };
        let from = observation.first.nanoseconds().max(self.window.from);
        let to = observation.last.nanoseconds().min(self.window.to);
        let time = Interval { from, to };
        let frames = self.frames.iter().map(|frame| frame.with(time)).collect::<Option<Vec<_>>>();
        let is_free = self.left.get(index).is_some_and(|left| *left > 0);
        Ok(frames.filter(|_| is_free && from <= to).map(|frames| (Binding { index, time }, frames)))
    }

    /// At least that many observations behind a position can be bound with what is bound.
    fn is_enough(&mut self, candidates: &[usize], wanted: u64) -> Result<bool, MatchError> {
        let mut sum = 0_u64;
        for index in candidates {
            if sum >= wanted {
                break;
            }
            if self.fit(*index)?.is_some() {
                sum = sum.saturating_add(self.left.get(*index).copied().unwrap_or(0));
            }
        }
        Ok(sum >= wanted)
    }

    /// Binds observations of one comparison, a number of times in all, each as often as it was observed.
    ///
    /// The choices are kept in a list and not on the stack, as there can be thousands.
    fn bind_repeated(
        &mut self,
        number: usize,
        times: u64,
        then: &mut Then<'_, 's>,
    ) -> Result<bool, MatchError> {
        let all: &'s [usize] = self.candidates.get(number).map_or(&[], Vec::as_slice);
        let mut choices: Vec<Choice> = Vec::new();
        let (mut position, mut wanted) = (0, times);
        loop {
            let rest = all.get(position..).unwrap_or(&[]);
            let is_possible = if wanted == 0 {
                if then(self)? {
                    return Ok(true);
                }
                false
            } else {
                self.is_enough(rest, wanted)?
            };
            if is_possible && let Some(index) = rest.first() {
                if let Some((binding, frames)) = self.fit(*index)? {
                    let taken = self.left.get(*index).copied().unwrap_or(0).min(wanted);
                    self.take(*index, taken);
                    self.bound.push(binding);
                    let before = std::mem::replace(&mut self.frames, frames);
                    choices.push(Choice { position, index: *index, taken, before });
                    wanted -= taken;
                }
                position += 1;
                continue;
            }
            let Some(mut choice) = choices.pop() else { return Ok(false) };
            // One time less of the last choice: not at all once it is down to none.
            self.give(choice.index, 1);
            wanted += 1;
            choice.taken -= 1;
            position = choice.position + 1;
            if choice.taken > 0 {
                choices.push(choice);
            } else {
                self.bound.pop();
                self.frames = choice.before;
            }
        }
    }

    fn take(&mut self, index: usize, times: u64) {
        if let Some(left) = self.left.get_mut(index) {
            *left -= times;
        }
    }

    fn give(&mut self, index: usize, times: u64) {
        if let Some(left) = self.left.get_mut(index) {
            *left += times;
        }
    }
}

/// An observation bound by [`Search::bind_repeated`], to be undone.
struct Choice {
    position: usize,
    index: usize,
    taken: u64,
    /// The frames before it was bound.
    before: Vec<Frame>,
}
