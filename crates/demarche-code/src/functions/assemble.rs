//! From places and jumps to functions with blocks and calls.

use demarche_case::Gap;
use demarche_image::VirtualAddress;

use super::code_map::mark;
use super::explore::{CallSite, Edge, Start, Target, Walk};
use crate::{BasicBlock, Call, Callee, Discovery, Function, Program};

/// The functions that a finished walk has found.
pub(super) fn program(walk: &Walk<'_>) -> Program {
    let mut starts = walk.starts.clone();
    starts.sort_unstable_by_key(|one| one.place);
    // A start whose first bytes are no code is no function.
    starts.retain(|one| walk.map.mark(one.place) & mark::INSTRUCTION != 0);
    let mut edges = walk.edges.clone();
    edges.sort_unstable();
    edges.dedup_by_key(|one| (one.from, one.to));
    let mut calls = walk.calls.clone();
    calls.sort_unstable();
    calls.dedup_by_key(|one| one.at);
    let mut shaper = Shaper {
        walk,
        starts: &starts,
        edges: &edges,
        calls: &calls,
        claimed: vec![0; walk.map.len() as usize],
        shared: u64::from(walk.map.len()).saturating_add(1024),
    };
    let mut functions: Vec<Function> = Vec::with_capacity(starts.len());
    for (at, start) in (1_u32..).zip(&starts) {
        functions.push(shaper.function(at, start));
    }
    see_through_thunks(&mut functions);
    Program { functions, gaps: gaps(walk) }
}

/// What could not be read, counted.
fn gaps(walk: &Walk<'_>) -> Vec<Gap> {
    let Some(&first) = walk.broken.iter().min() else { return Vec::new() };
    let what = "code leads to bytes that are no instruction, or into the middle of one";
    let mut gap = Gap::new("", what).at(walk.map.address(first).to_string());
    gap.count = walk.broken.len() as u64;
    vec![gap]
}

struct Shaper<'walk, 'image> {
    walk: &'walk Walk<'image>,
    starts: &'walk [Start],
    edges: &'walk [Edge],
    calls: &'walk [CallSite],
    /// The function that a block belongs to, counted from 1, at its first byte.
    claimed: Vec<u32>,
    /// How many more blocks may belong to a second function; it bounds hostile code.
    shared: u64,
}

/// A block before its successors have their numbers.
struct Shape {
    start: u32,
    end: u32,
    successors: Vec<u32>,
}

impl Shaper<'_, '_> {
    fn function(&mut self, number: u32, start: &Start) -> Function {
        let mut shapes: Vec<Shape> = Vec::new();
        let mut calls: Vec<Call> = Vec::new();
        let mut borrowed: Vec<u32> = Vec::new();
        let mut work = vec![start.place];
        while let Some(place) = work.pop() {
            if !self.claim(place, number, &mut borrowed) {
                continue;
            }
            let shape = self.block(place, start.place, &mut calls);
            work.extend(&shape.successors);
            shapes.push(shape);
        }
        shapes.sort_unstable_by_key(|one| (one.start != start.place, one.start));
        calls.sort_unstable();
        let blocks: Vec<BasicBlock> =
            shapes.iter().map(|shape| self.numbered(shape, &shapes)).collect();
        let is_thunk = self.is_thunk(&shapes, &calls);
        Function {
            start: self.walk.map.address(start.place),
            blocks,
            calls,
            discovery: start.discovery,
            certainty: certainty(start.discovery),
            is_thunk,
        }
    }

    /// Whether a block is new to a function.
    fn claim(&mut self, place: u32, number: u32, borrowed: &mut Vec<u32>) -> bool {
        let Some(owner) = self.claimed.get_mut(place as usize) else { return false };
        if *owner == number {
            return false;
        }
        if *owner == 0 {
            *owner = number;
            return true;
        }
        if self.shared == 0 {
            return false;
        }
        match borrowed.binary_search(&place) {
            Ok(_) => false,
            Err(at) => {
                self.shared -= 1;
                borrowed.insert(at, place);
                true
            }
        }
    }

    /// The block that begins at a place, with the places that may follow.
    fn block(&self, place: u32, start: u32, calls: &mut Vec<Call>) -> Shape {
        let map = &self.walk.map;
        let mut successors = Vec::new();
        let mut at = place;
        let end = loop {
            let here = map.mark(at);
            let next = map.after(at);
            if here & mark::CALLS != 0 {
                self.call(at, calls);
            }
            if here & (mark::ENDS | mark::FORKS) != 0 {
                self.jumps(at, start, &mut successors, calls);
            }
            let falls = here & mark::ENDS == 0;
            let stops = here & mark::FORKS != 0 || map.mark(next) & mark::LEADER != 0;
            let code = map.mark(next) & mark::INSTRUCTION != 0;
            if !falls || stops || !code {
                if falls && code {
                    self.lead(at, next, start, &mut successors, calls);
                }
                break next;
            }
            at = next;
        };
        successors.sort_unstable();
        successors.dedup();
        Shape { start: place, end, successors }
    }

    /// Adds what the jump at a place leads to.
    fn jumps(&self, at: u32, start: u32, successors: &mut Vec<u32>, calls: &mut Vec<Call>) {
        let first = self.edges.partition_point(|one| one.from < at);
        let edges = self.edges.get(first..).unwrap_or_default();
        for edge in edges.iter().take_while(|one| one.from == at) {
            self.lead(at, edge.to, start, successors, calls);
        }
        self.call(at, calls);
    }

    /// Adds one place that may follow: a block of the function, or another function.
    fn lead(&self, at: u32, to: u32, start: u32, successors: &mut Vec<u32>, calls: &mut Vec<Call>) {
        let bits = self.walk.map.mark(to);
        if bits & mark::INSTRUCTION == 0 {
            return;
        }
        if bits & mark::START == 0 || to == start {
            successors.push(to);
        } else {
            let at = self.walk.map.address(at);
            calls.push(Call { at, callee: self.callee(to), is_tail: true });
        }
    }

    fn call(&self, at: u32, calls: &mut Vec<Call>) {
        let Ok(found) = self.calls.binary_search_by_key(&at, |one| one.at) else { return };
        let Some(site) = self.calls.get(found) else { return };
        let callee = match site.target {
            Target::Place(place) => self.callee(place),
            Target::Import(import) => Callee::Import(import),
            Target::Unknown => Callee::Unknown,
        };
        let call = Call { at: self.walk.map.address(at), callee, is_tail: site.is_tail };
        if calls.last() != Some(&call) {
            calls.push(call);
        }
    }

    fn callee(&self, place: u32) -> Callee {
        let found = self.starts.binary_search_by_key(&place, |one| one.place);
        let number = found.ok().and_then(|at| u32::try_from(at).ok());
        number.map_or(Callee::Unknown, Callee::Function)
    }

    fn numbered(&self, shape: &Shape, shapes: &[Shape]) -> BasicBlock {
        let first = shapes.first().map_or(0, |one| one.start);
        let rest = shapes.get(1..).unwrap_or_default();
        let number = |place: u32| {
            if place == first {
                return Some(0);
            }
            let at = rest.binary_search_by_key(&place, |one| one.start).ok()?;
            u32::try_from(at + 1).ok()
        };
        let mut successors: Vec<u32> =
            shape.successors.iter().filter_map(|&place| number(place)).collect();
        successors.sort_unstable();
        let start = self.walk.map.address(shape.start);
        let length = u64::from(shape.end - shape.start);
        BasicBlock { start, end: VirtualAddress(start.0.wrapping_add(length)), successors }
    }

    /// A thunk does nothing but jump on, within three instructions.
    fn is_thunk(&self, shapes: &[Shape], calls: &[Call]) -> bool {
        let ([shape], [call]) = (shapes, calls) else { return false };
        let map = &self.walk.map;
        let instructions =
            (shape.start..shape.end).filter(|&one| map.mark(one) & mark::INSTRUCTION != 0);
        call.is_tail && call.callee != Callee::Unknown && instructions.count() <= 4
    }
}

/// Calls of a thunk of another module's function are calls of that function.
fn see_through_thunks(functions: &mut [Function]) {
    let imports: Vec<Option<u32>> = functions
        .iter()
        .map(|one| match (one.is_thunk, one.calls.as_slice()) {
            (true, [Call { callee: Callee::Import(import), .. }]) => Some(*import),
            _ => None,
        })
        .collect();
    for call in functions.iter_mut().flat_map(|one| &mut one.calls) {
        if let Callee::Function(number) = call.callee
            && let Some(Some(import)) = imports.get(number as usize)
        {
            call.callee = Callee::Import(*import);
        }
    }
}

fn certainty(discovery: Discovery) -> f32 {
    match discovery {
        Discovery::Symbol | Discovery::Unwind => 1.0,
        Discovery::CallTarget => 0.99,
        Discovery::AddressTaken => 0.95,
        Discovery::TailJump => 0.9,
        Discovery::Gap => 0.7,
    }
}
