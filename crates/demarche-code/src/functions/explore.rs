//! The walk: from the starts that are known along the flow of control, decoding each byte once.

mod attempt;
pub(crate) mod questions;
mod tables;

use demarche_image::{Format, Image};

use super::addresses::Addresses;
use super::code_map::{CodeMap, Region, as_u32, mark};
use super::flow::{Flow, JumpTable, Reference};
use super::listed::Listed;
use super::machine::Machine;
use super::noreturn::never_returns;

use crate::{Callee, Discovery, KeptCallee};

/// A jump from one place to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Edge {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) kind: EdgeKind,
}

/// The way of a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EdgeKind {
    Jump,
    Branch,
    Table,
}

/// A call, or a jump whose target is not a place in the code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct CallSite {
    pub(crate) at: u32,
    callee: KeptCallee,
    pub(crate) is_tail: bool,
}

impl CallSite {
    const fn new(at: u32, callee: Callee, is_tail: bool) -> Self {
        Self { at, callee: KeptCallee::new(callee), is_tail }
    }

    /// Its destination: a function by the place where it begins.
    pub(crate) const fn callee(self) -> Callee {
        self.callee.get()
    }
}

/// A place where a function is taken to begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    pub(crate) index: u32,
    pub(crate) discovery: Discovery,
    /// True if a return is reached from here.
    returns: bool,
    /// The first of those who wait to learn it.
    waiting: u32,
}

/// The work that waits until a function is known to return.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// The code after the call of it; [`NOWHERE`] where it was a jump.
    index: u32,
    /// The start that called it, or that jumped to it and so returns as well.
    owner: u32,
    next: u32,
}

/// No place, no start.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// An indirect jump whose table has no bound that the code names.
#[derive(Clone, Copy, Debug)]
struct OpenTable {
    jump: u32,
    owner: u32,
    table: JumpTable,
}

/// A table of which the first entries were read.
#[derive(Clone, Copy, Debug)]
struct Reading {
    jump: u32,
    owner: u32,
    table: JumpTable,
    /// The number of entries that it may have, and the address that it ends before.
    limit: u32,
    end: u64,
    count: u32,
}

/// The progress of the walk at some time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Checkpoint {
    edges: usize,
    calls: usize,
    references: usize,
    data: usize,
    unresolved: usize,
    work: usize,
}

/// Everything that the walk has found so far.
pub(crate) struct Walk<'image> {
    pub(crate) image: &'image Image<'image>,
    pub(crate) map: CodeMap<'image>,
    pub(crate) starts: Vec<Start>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) calls: Vec<CallSite>,
    /// Addresses of code that code computes or holds, and where it does.
    pub(crate) references: Vec<(u32, u32)>,
    /// The place where tables of jump targets lie: the first byte, and the byte after.
    pub(crate) tables: Vec<(u64, u64)>,
    /// Places whose address is held somewhere, but which jumps had reached before.
    pub(crate) pointed: Vec<u32>,
    /// Labels that entries of tables are added to.
    pub(crate) bases: Addresses,
    /// The place where the bytes were no instruction, or two instructions overlapped.
    pub(crate) broken: Vec<u32>,
    /// The place where code computes addresses of data, and which.
    data: Vec<(u32, u64)>,
    /// The same addresses and the heads of tables: a table without a bound ends before the next one.
    bounds: Addresses,
    heads: Addresses,
    /// Indirect jumps whose table was not found.
    unresolved: Vec<(u32, u32)>,
    /// The ranges that unwind tables name, ascending.
    covered: Vec<(u32, u32)>,
    /// The ranges of which a table has every function.
    pub(crate) listed: Listed,
    /// True if plain numbers in code and data may be addresses: nothing says which ones are.
    pub(crate) is_absolute: bool,
    machine: Machine<'image>,
    region: usize,
    work: Vec<(u32, u32)>,
    waiting: Vec<Waiting>,
    open: Vec<OpenTable>,
    /// Tables that are being read, the one in hand last.
    reading: Vec<Reading>,
    /// The instructions that were claimed since an attempt began, while there is one.
    trail: Option<Vec<u32>>,
    /// The number of instructions that may still be looked at twice; it bounds hostile code.
    patience: u64,
    /// The number of table entries may still be read.
    entries: u64,
}

impl<'image> Walk<'image> {
    pub(crate) fn new(image: &'image Image<'image>, map: CodeMap<'image>) -> Self {
        let last = map.regions().last();
        let low = map.regions().first().map_or(0, |region| region.address);
        let high = last.map_or(0, Region::end_address);
        let first = map.regions().first();
        let (bytes, address) =
            first.map_or((&[][..], 0), |section| (section.bytes, section.address));
        let machine = Machine::new(image, bytes, address, (low, high));
        let size = u64::from(map.len());
        let covered = covered(image, &map);
        let listed = Listed::of(image, &map);
        Self {
            image,
            map,
            starts: Vec::new(),
            edges: Vec::new(),
            calls: Vec::new(),
            references: Vec::new(),
            tables: Vec::new(),
            bases: Addresses::default(),
            pointed: Vec::new(),
            broken: Vec::new(),
            data: Vec::new(),
            bounds: Addresses::default(),
            heads: Addresses::default(),
            unresolved: Vec::new(),
            covered,
            listed,
            is_absolute: is_absolute(image),
            machine,
            region: 0,
            work: Vec::new(),
            waiting: Vec::new(),
            open: Vec::new(),
            reading: Vec::new(),
            trail: None,
            patience: size * 4 + 1024,
            entries: size + 1024,
        }
    }

    /// Ends the walk: its jumps and calls are given away, and what only the walk needs is let go.
    pub(crate) fn end(&mut self) -> (Vec<Edge>, Vec<CallSite>) {
        self.map.forget_owners();
        self.references = Vec::new();
        self.tables = Vec::new();
        self.pointed = Vec::new();
        self.data = Vec::new();
        self.unresolved = Vec::new();
        self.waiting = Vec::new();
        (self.bases, self.bounds, self.heads) = Default::default();
        (std::mem::take(&mut self.edges), std::mem::take(&mut self.calls))
    }

    /// Takes a function to begin at a place, and gives its number.
    ///
    /// Where a table has every function of a range, a place inside one of them is that function's.
    pub(crate) fn start(&mut self, position: u32, discovery: Discovery) -> u32 {
        let position = self.listed.start_of(position);
        let mark = self.map.mark(position);
        let owner = self.map.owner(position);
        if mark & mark::START != 0 {
            return owner;
        }
        let number = as_u32(self.starts.len());
        self.starts.push(Start { index: position, discovery, returns: false, waiting: NOWHERE });
        self.map.set(position, mark::START | mark::LEADER);
        if mark & mark::INSTRUCTION != 0 {
            // It was reached by a jump before; it returns if that code does.
            self.map.set_owner(position, number);
            self.wait(owner, NOWHERE, number);
        } else {
            self.map.set_owner(position, number);
            self.work.push((position, number));
        }
        number
    }

    /// Walks until nothing is left to reach.
    pub(crate) fn run(&mut self) {
        loop {
            while let Some((position, owner)) = self.work.pop() {
                self.straight(position, owner);
            }
            if !self.read_entry() {
                if self.open.is_empty() {
                    break;
                }
                self.close_tables();
            }
        }
    }

    fn seek(&mut self, index: u32) -> bool {
        let current = self.map.regions().get(self.region);
        if !current.is_some_and(|current| current.first <= index && index < current.end()) {
            let Some(region_at) = self.map.region_at(index) else { return false };
            let Some(&region) = self.map.regions().get(region_at) else { return false };
            self.region = region_at;
            self.machine.go_to(self.image, region.bytes, region.address);
        }
        let first = self.map.regions().get(self.region).map_or(0, |region| region.first);
        self.machine.seek(index - first)
    }

    /// Decodes from a place to the first instruction that is not followed by the next one.
    fn straight(&mut self, first: u32, owner: u32) {
        let mut position = first;
        let mut fresh = true;
        // Where the last call before here returns to, and what was known before it did.
        let mut called = self.is_returned_to(first).then(|| (first, self.checkpoint()));
        loop {
            let current = self.map.mark(position);
            if current & mark::INSTRUCTION != 0 || current & mark::START != 0 {
                let right = self.map.owner(position);
                if right != owner {
                    self.wait(right, NOWHERE, owner);
                }
                if current & mark::INSTRUCTION != 0 || right != owner {
                    return;
                }
            }
            let in_reach = !fresh || self.seek(position);
            fresh = false;
            let Some(step) = in_reach.then(|| self.machine.step()).flatten() else {
                return self.broken(position, owner, called);
            };
            let bits = bits(step.flow);
            if !self.map.claim(position, step.length, owner, bits) {
                return self.broken(position, owner, called);
            }
            if let Some(trail) = &mut self.trail {
                trail.push(position);
            }
            if let Some((place, bytes)) = step.literal {
                self.map.set_data(place, bytes);
            }
            if let Some(reference) = step.reference {
                self.refer(position, reference);
            }
            let next = position + step.length;
            match self.go(position, next, owner, step.flow) {
                Next::Here => position = next,
                Next::Nowhere => return,
            }
            if bits & mark::CALLS != 0 {
                called = Some((next, self.checkpoint()));
            }
        }
    }

    /// Bytes that are no code end one path; the function may still return by another way.
    ///
    /// Where a call comes before them, with nothing but straight code in between, the call is what does not return.
    fn broken(&mut self, index: u32, owner: u32, called: Option<(u32, Checkpoint)>) {
        if let Some((next, before)) = called {
            self.unclaim(next, index);
            // Callers of this function may have been found to go on meanwhile.
            let work = self.work.split_off(before.work.min(self.work.len()));
            self.rewind(&before);
            self.work.extend(work.into_iter().filter(|work| work.1 != owner));
            if let Some(call) = self.map.before(next) {
                self.map.set(call, mark::ENDS);
            }
        } else {
            self.broken.push(index);
        }
        self.returns(owner);
    }

    /// Returns true if a place was only reached as what follows a call.
    fn is_returned_to(&self, index: u32) -> bool {
        let call = self.map.before(index).map_or(0, |before| self.map.mark(before));
        call & mark::CALLS != 0 && self.map.mark(index) & (mark::LEADER | mark::START) == 0
    }

    /// Takes a function to begin where its own code says so, also where the code above it seems to run into it.
    fn own(&mut self, location: u32, address: u64) {
        if let Some(start) = self.map.place(address)
            && self.map.region_at(start) == self.map.region_at(location)
            && self.map.mark(start) & (mark::BODY | mark::DATA) == 0
        {
            self.start(start, Discovery::AddressTaken);
        }
    }

    fn refer(&mut self, location: u32, reference: Reference) {
        let (address, is_computed) = match reference {
            Reference::Computed(address) => (address, true),
            Reference::Constant(address) => (address, false),
            Reference::Own(address) => return self.own(location, address),
        };
        match self.map.place(address) {
            Some(target) if is_computed || self.is_absolute => {
                self.references.push((target, location));
            }
            Some(_) => {}
            None => {
                self.data.push((location, address));
                self.bounds.add(address);
            }
        }
    }

    fn go(&mut self, index: u32, next: u32, owner: u32, flow: Flow) -> Next {
        match flow {
            Flow::Next => Next::Here,
            Flow::Branch(address) => {
                let address = self.before_lock(next, address);
                self.jump(index, owner, address, EdgeKind::Branch);
                self.map.set(next, mark::LEADER);
                Next::Here
            }
            Flow::Jump(address) => {
                self.jump(index, owner, address, EdgeKind::Jump);
                Next::Nowhere
            }
            Flow::Call(address) => self.call(index, next, owner, address),
            Flow::MaybeCall(address) => {
                if let Some(to) = self.map.place(address) {
                    let target = Callee::Function(to);
                    self.calls.push(CallSite::new(index, target, false));
                    if self.map.mark(to) & (mark::BODY | mark::DATA) == 0 {
                        self.start(to, Discovery::CallTarget);
                    }
                }
                Next::Here
            }
            Flow::CallSlot(slot) => self.call_slot(index, next, slot),
            Flow::CallUnknown => {
                self.calls.push(CallSite::new(index, Callee::Unknown, false));
                self.comes_back(index, next)
            }
            Flow::JumpSlot(slot) => {
                let import = self.import(slot);
                let target = import.map_or(Callee::Unknown, Callee::Import);
                self.calls.push(CallSite::new(index, target, true));
                if !import.is_some_and(|import| self.is_fatal(import)) {
                    self.returns(owner);
                }
                Next::Nowhere
            }
            Flow::JumpUnknown => {
                self.indirect(index, owner);
                Next::Nowhere
            }
            Flow::BranchUnknown => {
                self.indirect(index, owner);
                self.map.set(next, mark::LEADER);
                Next::Here
            }
            Flow::MaybeReturn => {
                self.returns(owner);
                Next::Here
            }
            Flow::Return => {
                self.returns(owner);
                Next::Nowhere
            }
            Flow::Halt => Next::Nowhere,
        }
    }

    /// The place where a branch leads that only leaves out the `lock` of the next instruction, as where there is but one thread.
    fn before_lock(&self, next: u32, address: u64) -> u64 {
        const LOCK: u8 = 0xf0;
        let after = self.map.address(next).0.wrapping_add(1);
        let skips = address == after && self.map.bytes(next).first() == Some(&LOCK);
        if skips { address - 1 } else { address }
    }

    /// The import at a slot; the lowest bit of the address of a jump tells Thumb.
    pub(crate) fn import(&self, slot: u64) -> Option<u32> {
        let slot = slot & !u64::from(self.map.has_thumb());
        let imports = &self.image.imports;
        let index = imports.binary_search_by_key(&slot, |import| import.slot.0).ok()?;
        u32::try_from(index).ok()
    }

    fn is_fatal(&self, import: u32) -> bool {
        let import = self.image.imports.get(import as usize);
        import.is_some_and(|import| never_returns(&import.name))
    }

    fn jump(&mut self, from: u32, owner: u32, address: u64, kind: EdgeKind) {
        let Some(to) = self.map.place(address) else {
            let target = self.import(address).map_or(Callee::Unknown, Callee::Import);
            self.calls.push(CallSite::new(from, target, true));
            return self.returns(owner);
        };
        if self.image.architecture.is_mips() && self.map.mark(to) & mark::BODY != 0 {
            // The instruction behind a jump, which is a part of the jump here, may be jumped to as well.
            return;
        }
        self.edges.push(Edge { from, to, kind });
        self.map.set(to, mark::LEADER);
        let leaves = kind == EdgeKind::Jump && self.map.region_at(to) != Some(self.region);
        if leaves && self.map.mark(to) & (mark::BODY | mark::DATA) == 0 {
            // Functions keep to their section; in another one lie the linker's stubs for other modules.
            self.start(to, Discovery::TailJump);
        }
        self.work.push((to, owner));
    }

    fn call(&mut self, index: u32, next: u32, owner: u32, address: u64) -> Next {
        let Some(to) = self.map.place(address) else {
            // Relocatable files call the slots of missing symbols themselves.
            return self.call_slot(index, next, address);
        };
        if to == next || self.is_same_range(index, to) {
            // Code that asks for its own address calls the next instruction.
            return Next::Here;
        }
        self.calls.push(CallSite::new(index, Callee::Function(to), false));
        if self.map.mark(to) & (mark::BODY | mark::DATA) != 0 {
            return Next::Here;
        }
        let callee = self.start(to, Discovery::CallTarget);
        if let Next::Nowhere = self.comes_back(index, next) {
            return Next::Nowhere;
        }
        if self.starts.get(callee as usize).is_none_or(|start| start.returns) {
            return Next::Here;
        }
        self.map.set(index, mark::ENDS);
        self.wait(callee, next, owner);
        Next::Nowhere
    }

    /// A call of what lies at a slot, unknown where that is no import.
    fn call_slot(&mut self, index: u32, next: u32, slot: u64) -> Next {
        let import = self.import(slot);
        let target = import.map_or(Callee::Unknown, Callee::Import);
        self.calls.push(CallSite::new(index, target, false));
        if import.is_some_and(|import| self.is_fatal(import)) {
            self.map.set(index, mark::ENDS);
            return Next::Nowhere;
        }
        self.comes_back(index, next)
    }

    /// Goes on behind a call, unless numbers lie there: then it is one that never returns.
    fn comes_back(&mut self, index: u32, next: u32) -> Next {
        if self.map.has_thumb() && self.are_numbers(next) {
            self.map.set(index, mark::ENDS);
            return Next::Nowhere;
        }
        Next::Here
    }

    /// Has something wait until a start is known to return, or do it at once.
    fn wait(&mut self, start: u32, position: u32, owner: u32) {
        let next = u32::try_from(self.waiting.len()).unwrap_or(NOWHERE);
        let Some(start) = self.starts.get_mut(start as usize) else { return };
        if start.returns {
            if position == NOWHERE {
                self.returns(owner);
            } else {
                self.work.push((position, owner));
            }
            return;
        }
        self.waiting.push(Waiting { index: position, owner, next: start.waiting });
        start.waiting = next;
    }

    /// A start is known to return: those who waited for it go on.
    fn returns(&mut self, start: u32) {
        if self.starts.get(start as usize).is_some_and(|start| start.returns) {
            return;
        }
        let mut known = vec![start];
        while let Some(start) = known.pop() {
            let Some(start) = self.starts.get_mut(start as usize) else { continue };
            if start.returns {
                continue;
            }
            start.returns = true;
            let mut next = std::mem::replace(&mut start.waiting, NOWHERE);
            while let Some(&Waiting { index: position, owner, next: following }) =
                self.waiting.get(next as usize)
            {
                if position == NOWHERE {
                    known.push(owner);
                } else {
                    if let Some(call) = self.map.before(position) {
                        self.map.clear(call, mark::ENDS);
                    }
                    self.work.push((position, owner));
                }
                next = following;
            }
        }
    }
}

/// The ranges of code that unwind tables name, ascending and cut where the next one begins.
fn covered(image: &Image<'_>, map: &CodeMap<'_>) -> Vec<(u32, u32)> {
    let mut ranges: Vec<(u32, u32)> = Vec::with_capacity(image.extents.len());
    for extent in &image.extents {
        let Some(first) = map.place(extent.start.0) else { continue };
        if let Some(last) = ranges.last_mut() {
            last.1 = last.1.min(first);
        }
        // A table may name more bytes than there are.
        let end = u32::try_from(extent.size).ok().and_then(|size| first.checked_add(size));
        ranges.push((first, end.unwrap_or(NOWHERE)));
    }
    ranges
}

/// Returns true if an image holds addresses without saying where.
///
/// Position-independent programs list all of theirs for the loader, and so do Windows programs that may be moved.
fn is_absolute(image: &Image<'_>) -> bool {
    match image.format {
        Format::Elf | Format::Raw => image.base.0 != 0,
        Format::Pe | Format::MachO => image.pointers.is_empty(),
    }
}

enum Next {
    Here,
    Nowhere,
}

fn bits(flow: Flow) -> u8 {
    match flow {
        Flow::Next | Flow::MaybeReturn => 0,
        Flow::Jump(_) | Flow::Return | Flow::Halt => mark::ENDS,
        Flow::JumpSlot(_) | Flow::JumpUnknown => mark::ENDS | mark::CALLS,
        Flow::Branch(_) => mark::FORKS,
        Flow::BranchUnknown => mark::FORKS | mark::CALLS,
        Flow::Call(_) | Flow::MaybeCall(_) | Flow::CallSlot(_) | Flow::CallUnknown => mark::CALLS,
    }
}
