//! From places and jumps to functions with blocks and calls.

use std::collections::BTreeSet;

use demarche_terms::{Gap, GapKind, Shortfall};

use super::certainty::certainty;
use super::code_map::{CodeMap, as_u32, mark};
use super::explore::{CallSite, Start, Walk};
use super::owners::{NearPlaces, Places};
use crate::{BasicBlock, Call, Callee, Function, Program};

/// The functions that a finished walk has found.
pub(crate) fn program(mut walk: Walk<'_>) -> Program {
    let (mut edges, mut calls) = walk.end();
    let mut starts = std::mem::take(&mut walk.starts);
    let walk = &walk;
    starts.sort_unstable_by_key(|start| start.index);
    // A start whose first bytes are no code is no function.
    starts.retain(|start| walk.map.mark(start.index) & mark::INSTRUCTION != 0);
    // The walk finds them in ascending stretches, which a stable sort makes use of.
    edges.sort();
    edges.dedup_by_key(|edge| (edge.from, edge.to));
    let mut edges: Vec<(u32, u32)> = edges.into_iter().map(|edge| (edge.from, edge.to)).collect();
    edges.shrink_to_fit();
    calls.sort();
    calls.dedup_by_key(|call| call.at);
    calls.shrink_to_fit();
    let mut shaper = Shaper {
        walk,
        edges: Sorted::new(&edges, |(from, _)| *from),
        calls: Sorted::new(&calls, |call| call.at),
        numbers: Numbers::new(walk.map.len(), &starts),
        claimed: Places::new(walk.map.len() as usize),
        own: NearPlaces::default(),
        are_aligned: walk.are_aligned(),
        shared: u64::from(walk.map.len()) * 4 + 1024,
        shapes: Vec::new(),
        successors: Vec::new(),
        work: Vec::new(),
        borrowed: BTreeSet::new(),
        found: Vec::new(),
    };
    let mut functions: Vec<Function> = Vec::with_capacity(starts.len());
    let ends = starts.iter().skip(1).map(|start| start.index).chain([walk.map.len()]);
    for (start, end) in starts.iter().zip(ends) {
        shaper.edges.go_to(start.index, end);
        shaper.calls.go_to(start.index, end);
        shaper.own.go_to(start.index, end);
        functions.push(shaper.function(start));
    }
    see_through_thunks(&mut functions);
    if !walk.listed.is_empty() {
        let map = &walk.map;
        let start = |function: &Function| map.place(function.start.0);
        leave_out_stubs(&mut functions, |function| {
            start(function).is_some_and(|start| walk.listed.has(start))
        });
    }
    Program { functions, gaps: gaps(walk) }
}

/// The places of functions, and the number of each among them.
#[derive(Debug)]
struct Numbers {
    /// Ascending.
    starts: Vec<u32>,
    /// For each page of the code, the number of functions that begin before it.
    pages: Vec<u32>,
}

impl Numbers {
    /// The bytes of a page: few functions begin in one.
    const PAGE: u32 = 4096;

    /// Numbers for the starts, which are sorted, of so many bytes of code.
    fn new(length: u32, starts: &[Start]) -> Self {
        let starts: Vec<u32> = starts.iter().map(|start| start.index).collect();
        let before = |page: u32| as_u32(starts.partition_point(|start| start / Self::PAGE < page));
        let pages = (0..=length.div_ceil(Self::PAGE)).map(before).collect();
        Self { starts, pages }
    }

    /// The number of the function that begins at a place.
    fn of(&self, place: u32) -> Option<u32> {
        let page = (place / Self::PAGE) as usize;
        let first = *self.pages.get(page)?;
        let end = self.pages.get(page + 1)?;
        let near = self.starts.get(first as usize..*end as usize)?;
        near.binary_search(&place).ok().map(|number| first + as_u32(number))
    }
}

/// The reasons for which code of an image is missing from its program.
#[derive(Debug, thiserror::Error)]
enum CodeShortfall {
    #[error("code leads to bytes that are no instruction, or into the middle of one")]
    NoInstruction,
    #[error("{bytes} bytes of code beyond the first {} MiB were left out", CodeMap::LIMIT >> 20)]
    LeftOut { bytes: u64 },
}

impl Shortfall for CodeShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::NoInstruction => GapKind::Damaged,
            Self::LeftOut { .. } => GapKind::Limit,
        }
    }
}

/// The gaps of a walk: bytes that are no instruction, counted, and code beyond the limit.
fn gaps(walk: &Walk<'_>) -> Vec<Gap> {
    let broken = walk.broken.iter().min().map(|&first| {
        let address = walk.map.address(first).to_string();
        Gap::of("", &CodeShortfall::NoInstruction).at(address).times(walk.broken.len() as u64)
    });
    let bytes = walk.map.left_out;
    let left_out = (bytes > 0).then(|| Gap::of("", &CodeShortfall::LeftOut { bytes }));
    broken.into_iter().chain(left_out).collect()
}

struct Shaper<'walk, 'image> {
    walk: &'walk Walk<'image>,
    edges: Sorted<'walk, (u32, u32)>,
    calls: Sorted<'walk, CallSite>,
    numbers: Numbers,
    /// The first bytes of blocks that belong to a function.
    claimed: Places,
    /// Those of blocks that belong to the function in hand and to none before it.
    own: NearPlaces,
    /// True if the program's functions begin at multiples of 16.
    are_aligned: bool,
    /// The number of more bytes of blocks may belong to a second function; it bounds hostile code.
    shared: u64,
    /// The blocks of the function in hand.
    shapes: Vec<Shape>,
    /// The places that may follow its blocks, one stretch for each.
    successors: Vec<u32>,
    /// The blocks that are still to be read.
    work: Vec<u32>,
    /// Blocks that belong to an earlier function as well.
    borrowed: BTreeSet<u32>,
    found: Vec<Call>,
}

/// Things in the order of their places, and the stretch of them that lies in the function in hand.
///
/// Most of what a function has lies between its start and the next one: a search there is short.
struct Sorted<'walk, T> {
    all: &'walk [T],
    near: &'walk [T],
    /// The places that the near ones cover.
    from: u32,
    until: u32,
    /// Those behind the near ones.
    rest: &'walk [T],
    index: fn(&T) -> u32,
}

impl<'walk, T> Sorted<'walk, T> {
    fn new(all: &'walk [T], index: fn(&T) -> u32) -> Self {
        Self { all, near: &[], from: 0, until: 0, rest: all, index }
    }

    /// Goes on to the next function. Functions come in ascending order.
    fn go_to(&mut self, from: u32, until: u32) {
        let skipped = self.rest.iter().take_while(|element| (self.index)(element) < from).count();
        let (_, rest) = self.rest.split_at(skipped);
        let length = rest.iter().take_while(|element| (self.index)(element) < until).count();
        (self.near, self.rest) = rest.split_at(length);
        (self.from, self.until) = (from, until);
    }

    /// The things at a place.
    fn at(&self, index: u32) -> &'walk [T] {
        let is_near = self.from <= index && index < self.until;
        let among = if is_near { self.near } else { self.all };
        let (_, rest) =
            among.split_at(among.partition_point(|element| (self.index)(element) < index));
        let length = rest.iter().take_while(|element| (self.index)(element) == index).count();
        rest.split_at(length).0
    }
}

/// A block before its successors have their numbers.
#[derive(Clone, Copy)]
struct Shape {
    start: u32,
    end: u32,
    /// Its stretch of the successors.
    first: usize,
    last: usize,
}

impl Shape {
    /// The places that may follow the block, in the list of those of all blocks of the function.
    fn stretch(self, successors: &[u32]) -> &[u32] {
        successors.get(self.first..self.last).expect("the list only grows while a function lasts")
    }
}

impl Shaper<'_, '_> {
    fn function(&mut self, start: &Start) -> Function {
        self.shapes.clear();
        self.successors.clear();
        self.borrowed.clear();
        self.found.clear();
        self.work.clear();
        self.work.push(start.index);
        while let Some(index) = self.work.pop() {
            if self.claim(index) {
                let shape = self.block(index, start.index);
                if self.borrowed.contains(&index) {
                    self.shared = self.shared.saturating_sub(u64::from(shape.end - index));
                }
                self.work.extend(shape.stretch(&self.successors));
                self.shapes.push(shape);
            }
        }
        self.shapes.sort_unstable_by_key(|shape| (shape.start != start.index, shape.start));
        self.found.sort_unstable();
        self.found.dedup();
        let blocks = self.shapes.iter().map(|&shape| self.numbered(shape));
        let mut function = Function::new(self.walk.map.address(start.index), blocks);
        function.calls.clone_from(&self.found);
        function.discovery = start.discovery;
        function.certainty = certainty(self.walk, start, self.are_aligned);
        function.is_thunk = self.is_thunk();
        function
    }

    /// Returns true if a block is new to a function.
    fn claim(&mut self, index: u32) -> bool {
        if index >= self.walk.map.len() {
            return false;
        }
        if self.own.has(index) {
            return false;
        }
        if self.claimed.has(index) {
            return self.shared > 0 && self.borrowed.insert(index);
        }
        self.claimed.add(index);
        self.own.add(index);
        true
    }

    /// The block that begins at a place, with the places that may follow.
    fn block(&mut self, position: u32, start: u32) -> Shape {
        let walk = self.walk;
        let map = &walk.map;
        let first = self.successors.len();
        let mut offset = position;
        let end = loop {
            let current = map.mark(offset);
            let next = map.after(offset);
            if current & (mark::ENDS | mark::FORKS) != 0 {
                self.jumps(offset, start);
            }
            if current & (mark::CALLS | mark::ENDS | mark::FORKS) != 0 {
                self.call(offset);
            }
            let then = map.mark(next);
            let falls = current & mark::ENDS == 0;
            let stops = current & mark::FORKS != 0 || then & mark::LEADER != 0;
            let code = then & mark::INSTRUCTION != 0;
            if !falls || stops || !code {
                if falls && code {
                    self.lead(offset, next, start);
                }
                break next;
            }
            offset = next;
        };
        if let Some(new) = self.successors.get_mut(first..) {
            new.sort_unstable();
        }
        Shape { start: position, end, first, last: self.successors.len() }
    }

    /// Adds what the jump at a place leads to.
    fn jumps(&mut self, at: u32, start: u32) {
        for (_, to) in self.edges.at(at) {
            self.lead(at, *to, start);
        }
    }

    /// Adds one place that may follow: a block of the function, or another function.
    fn lead(&mut self, address: u32, to: u32, start: u32) {
        let bits = self.walk.map.mark(to);
        if bits & mark::INSTRUCTION == 0 {
            return;
        }
        if bits & mark::START == 0 || to == start {
            self.successors.push(to);
        } else {
            let address = self.walk.map.address(address);
            self.found.push(Call::new(address, self.callee(to), true));
        }
    }

    fn call(&mut self, address: u32) {
        let Some(site) = self.calls.at(address).first() else { return };
        let callee = match site.callee() {
            Callee::Function(place) => self.callee(place),
            callee @ (Callee::Import(_) | Callee::Unknown) => callee,
        };
        let address = self.walk.map.address(address);
        self.found.push(Call::new(address, callee, site.is_tail));
    }

    fn callee(&self, index: u32) -> Callee {
        let is_start = self.walk.map.mark(index) & mark::START != 0;
        let number = is_start.then(|| self.numbers.of(index)).flatten();
        number.map_or(Callee::Unknown, Callee::Function)
    }

    /// A block with the numbers of its successors: the function's first block is 0, the others count by address.
    fn numbered(&self, shape: Shape) -> (BasicBlock, Vec<u32>) {
        let (first, rest) = self.shapes.split_first().expect("a shape is one of the shapes");
        let number = |start: u32| {
            if start == first.start {
                return Some(0);
            }
            let index = rest.binary_search_by_key(&start, |shape| shape.start).ok()?;
            Some(as_u32(index + 1))
        };
        let places = shape.stretch(&self.successors);
        let mut successors: Vec<u32> = places.iter().filter_map(|&start| number(start)).collect();
        successors.sort_unstable();
        successors.dedup();
        let start = self.walk.map.address(shape.start);
        (BasicBlock::new(start, shape.end - shape.start), successors)
    }

    /// A thunk does nothing but jump on, within a few instructions.
    fn is_thunk(&self) -> bool {
        const LONGEST: u32 = 24;
        let ([shape], [call]) = (self.shapes.as_slice(), self.found.as_slice()) else {
            return false;
        };
        let map = &self.walk.map;
        let instructions =
            (shape.start..shape.end).filter(|&index| map.mark(index) & mark::INSTRUCTION != 0);
        let is_short = shape.end - shape.start <= LONGEST && instructions.count() <= 4;
        call.is_tail && call.callee() != Callee::Unknown && is_short
    }
}

/// The import that a function calls and nothing else.
fn imported(function: &Function) -> Option<u32> {
    match function.calls.as_slice() {
        [call] => match call.callee() {
            Callee::Import(import) => Some(import),
            Callee::Function(_) | Callee::Unknown => None,
        },
        _ => None,
    }
}

/// Calls of a thunk of another module's function are calls of that function.
fn see_through_thunks(functions: &mut [Function]) {
    let imports: Vec<Option<u32>> = functions
        .iter()
        .map(|function| match imported(function) {
            Some(import) if function.is_thunk => Some(import),
            _ => None,
        })
        .collect();
    for call in functions.iter_mut().flat_map(|function| &mut function.calls) {
        if let Callee::Function(number) = call.callee()
            && let Some(Some(import)) = imports.get(number as usize)
        {
            call.set_callee(Callee::Import(*import));
        }
    }
}

/// Leaves out the stubs that a linker writes for calls into libraries, beside a table that has every function.
///
/// Whoever calls one calls the import, so that nothing refers to them any more.
fn leave_out_stubs(functions: &mut Vec<Function>, is_listed: impl Fn(&Function) -> bool) {
    let is_stub = |function: &Function| {
        function.is_thunk && imported(function).is_some() && !is_listed(function)
    };
    let mut kept = 0;
    let numbers: Vec<u32> = functions
        .iter()
        .map(|function| {
            let number = kept;
            kept += u32::from(!is_stub(function));
            number
        })
        .collect();
    functions.retain(|function| !is_stub(function));
    for call in functions.iter_mut().flat_map(|function| &mut function.calls) {
        if let Callee::Function(number) = call.callee()
            && let Some(new) = numbers.get(number as usize)
        {
            call.set_callee(Callee::Function(*new));
        }
    }
}
