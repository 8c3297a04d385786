//! The walk: from the starts that are known along the flow of control, decoding each byte once.

use demarche_image::{Architecture, Image};

use super::aarch64::AArch64;
use super::code_map::{CodeMap, mark};
use super::flow::{Flow, JumpTable, Step};
use super::noreturn::never_returns;
use super::x86::X86;
use crate::Discovery;

/// A jump from one place to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) kind: EdgeKind,
}

/// How a jump goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EdgeKind {
    Jump,
    Branch,
    Table,
}

/// What a call or a jump through memory leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Place(u32),
    /// By its number among the image's imports.
    Import(u32),
    Unknown,
}

/// A call, or a jump whose target is not a place in the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallSite {
    pub(super) at: u32,
    pub(super) target: Target,
    pub(super) is_tail: bool,
}

/// A place where a function is taken to begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub(super) place: u32,
    pub(super) discovery: Discovery,
    /// Whether a return is reached from here.
    returns: bool,
    /// The first of those who wait to learn it.
    waiting: u32,
}

/// What happens once a function is known to return.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    /// The code after the call of it; [`NOWHERE`] where it was a jump.
    place: u32,
    /// The start that called it, or that jumped to it and so returns as well.
    owner: u32,
    next: u32,
}

/// No place, no start.
pub(super) const NOWHERE: u32 = u32::MAX;

/// An indirect jump whose table has no bound that the code names.
#[derive(Clone, Copy, Debug)]
struct OpenTable {
    at: u32,
    owner: u32,
    table: JumpTable,
}

enum Machine<'image> {
    X86(Box<X86<'image>>),
    AArch64(Box<AArch64<'image>>),
}

/// Everything that the walk has found so far.
pub(super) struct Walk<'image> {
    pub(super) image: &'image Image<'image>,
    pub(super) map: CodeMap<'image>,
    pub(super) starts: Vec<Start>,
    pub(super) edges: Vec<Edge>,
    pub(super) calls: Vec<CallSite>,
    /// Addresses of code that code computes or holds, and where it does.
    pub(super) references: Vec<(u32, u32)>,
    /// Where tables of jump targets lie: the first byte, and the byte after.
    pub(super) tables: Vec<(u64, u64)>,
    /// Where the bytes were no instruction, or two instructions overlapped.
    pub(super) broken: Vec<u32>,
    /// Addresses of data that code computes, a bound for tables without one.
    data: Vec<u64>,
    machine: Machine<'image>,
    region: usize,
    work: Vec<(u32, u32)>,
    waiting: Vec<Waiting>,
    open: Vec<OpenTable>,
    /// How many instructions may still be looked at twice; it bounds hostile code.
    patience: u64,
    /// How many table entries may still be read.
    entries: u64,
}

impl<'image> Walk<'image> {
    pub(super) fn new(image: &'image Image<'image>, map: CodeMap<'image>) -> Self {
        let last = map.regions().last();
        let low = map.regions().first().map_or(0, |one| one.address);
        let high = last.map_or(0, |one| one.address.saturating_add(one.bytes.len() as u64));
        let first = map.regions().first();
        let (bytes, address) = first.map_or((&[][..], 0), |one| (one.bytes, one.address));
        let machine = match image.architecture {
            Architecture::X86 => Machine::X86(Box::new(X86::new(32, bytes, address, (low, high)))),
            Architecture::X86_64 => {
                Machine::X86(Box::new(X86::new(64, bytes, address, (low, high))))
            }
            Architecture::AArch64 => Machine::AArch64(Box::new(AArch64::new(bytes, address))),
        };
        let size = u64::from(map.len());
        Self {
            image,
            map,
            starts: Vec::new(),
            edges: Vec::new(),
            calls: Vec::new(),
            references: Vec::new(),
            tables: Vec::new(),
            broken: Vec::new(),
            data: Vec::new(),
            machine,
            region: 0,
            work: Vec::new(),
            waiting: Vec::new(),
            open: Vec::new(),
            patience: size.saturating_mul(4).saturating_add(1024),
            entries: size.saturating_add(1024),
        }
    }

    /// Takes a function to begin at a place, and gives its number.
    pub(super) fn start(&mut self, place: u32, discovery: Discovery) -> u32 {
        let mark = self.map.mark(place);
        let owner = self.map.owner(place);
        if mark & mark::START != 0 {
            return owner;
        }
        let number = u32::try_from(self.starts.len()).unwrap_or(NOWHERE);
        self.starts.push(Start { place, discovery, returns: false, waiting: NOWHERE });
        self.map.set(place, mark::START | mark::LEADER);
        if mark & mark::INSTRUCTION != 0 {
            // It was reached by a jump before; it returns if that code does.
            self.map.set_owner(place, number);
            self.wait(owner, NOWHERE, number);
        } else {
            self.map.set_owner(place, number);
            self.work.push((place, number));
        }
        number
    }

    /// Walks until nothing is left to reach.
    pub(super) fn run(&mut self) {
        loop {
            while let Some((place, owner)) = self.work.pop() {
                self.straight(place, owner);
            }
            if self.open.is_empty() {
                break;
            }
            self.close_tables();
        }
    }

    fn seek(&mut self, place: u32) -> bool {
        let current = self.map.regions().get(self.region);
        if !current.is_some_and(|one| one.first <= place && place < one.end()) {
            let Some(at) = self.map.region_at(place) else { return false };
            let Some(&region) = self.map.regions().get(at) else { return false };
            self.region = at;
            match &mut self.machine {
                Machine::X86(one) => **one = one.moved(region.bytes, region.address),
                Machine::AArch64(one) => **one = AArch64::new(region.bytes, region.address),
            }
        }
        let first = self.map.regions().get(self.region).map_or(0, |one| one.first);
        match &mut self.machine {
            Machine::X86(one) => one.seek(place - first),
            Machine::AArch64(one) => one.seek(place - first),
        }
    }

    #[inline]
    fn step(&mut self) -> Option<Step> {
        match &mut self.machine {
            Machine::X86(one) => one.step(),
            Machine::AArch64(one) => one.step(),
        }
    }

    /// Decodes from a place to the first instruction that is not followed by the next one.
    fn straight(&mut self, place: u32, owner: u32) {
        let mut place = place;
        let mut fresh = true;
        loop {
            let here = self.map.mark(place);
            if here & mark::INSTRUCTION != 0 || here & mark::START != 0 {
                let other = self.map.owner(place);
                if other != owner {
                    self.wait(other, NOWHERE, owner);
                }
                if here & mark::INSTRUCTION != 0 || other != owner {
                    return;
                }
            }
            if fresh && !self.seek(place) {
                return self.broken(place, owner);
            }
            fresh = false;
            let Some(step) = self.step() else { return self.broken(place, owner) };
            let bits = bits(step.flow);
            if !self.map.claim(place, step.length, owner, bits) {
                return self.broken(place, owner);
            }
            if let Some(address) = step.reference {
                self.refer(place, address);
            }
            let next = place + step.length;
            match self.go(place, next, owner, step.flow) {
                Next::Here => place = next,
                Next::Nowhere => return,
            }
        }
    }

    /// Bytes that are no code end one path; the function may still return by another way.
    fn broken(&mut self, place: u32, owner: u32) {
        self.broken.push(place);
        self.returns(owner);
    }

    fn refer(&mut self, place: u32, address: u64) {
        match self.map.place(address) {
            Some(target) => self.references.push((target, place)),
            None => self.data.push(address),
        }
    }

    fn go(&mut self, place: u32, next: u32, owner: u32, flow: Flow) -> Next {
        match flow {
            Flow::Next => Next::Here,
            Flow::Branch(address) => {
                self.jump(place, owner, address, EdgeKind::Branch);
                self.map.set(next, mark::LEADER);
                Next::Here
            }
            Flow::Jump(address) => {
                self.jump(place, owner, address, EdgeKind::Jump);
                Next::Nowhere
            }
            Flow::Call(address) => self.call(place, next, owner, address),
            Flow::CallSlot(slot) => {
                let import = self.import(slot);
                let target = import.map_or(Target::Unknown, Target::Import);
                self.calls.push(CallSite { at: place, target, is_tail: false });
                if import.is_some_and(|one| self.is_fatal(one)) {
                    self.map.set(place, mark::ENDS);
                    return Next::Nowhere;
                }
                Next::Here
            }
            Flow::CallUnknown => {
                self.calls.push(CallSite { at: place, target: Target::Unknown, is_tail: false });
                Next::Here
            }
            Flow::JumpSlot(slot) => {
                let import = self.import(slot);
                let target = import.map_or(Target::Unknown, Target::Import);
                self.calls.push(CallSite { at: place, target, is_tail: true });
                if !import.is_some_and(|one| self.is_fatal(one)) {
                    self.returns(owner);
                }
                Next::Nowhere
            }
            Flow::JumpUnknown => {
                self.indirect(place, owner);
                Next::Nowhere
            }
            Flow::Return => {
                self.returns(owner);
                Next::Nowhere
            }
            Flow::Halt => Next::Nowhere,
        }
    }

    fn import(&self, slot: u64) -> Option<u32> {
        let imports = &self.image.imports;
        let at = imports.binary_search_by_key(&slot, |one| one.slot.0).ok()?;
        u32::try_from(at).ok()
    }

    fn is_fatal(&self, import: u32) -> bool {
        let import = self.image.imports.get(import as usize);
        import.is_some_and(|one| never_returns(&one.name))
    }

    fn jump(&mut self, from: u32, owner: u32, address: u64, kind: EdgeKind) {
        let Some(to) = self.map.place(address) else {
            self.calls.push(CallSite { at: from, target: Target::Unknown, is_tail: true });
            return self.returns(owner);
        };
        self.edges.push(Edge { from, to, kind });
        self.map.set(to, mark::LEADER);
        self.work.push((to, owner));
    }

    fn call(&mut self, place: u32, next: u32, owner: u32, address: u64) -> Next {
        let Some(to) = self.map.place(address) else {
            self.calls.push(CallSite { at: place, target: Target::Unknown, is_tail: false });
            return Next::Here;
        };
        if to == next {
            // Code that asks for its own address calls the next instruction.
            return Next::Here;
        }
        self.calls.push(CallSite { at: place, target: Target::Place(to), is_tail: false });
        if self.map.mark(to) & (mark::BODY | mark::DATA) != 0 {
            return Next::Here;
        }
        let callee = self.start(to, Discovery::CallTarget);
        if self.starts.get(callee as usize).is_none_or(|one| one.returns) {
            return Next::Here;
        }
        self.map.set(place, mark::ENDS);
        self.wait(callee, next, owner);
        Next::Nowhere
    }

    /// Whether the bytes at a place read like code up to its first end, and lead to code only.
    pub(super) fn is_plausible(&mut self, place: u32) -> bool {
        const LONGEST: u32 = 256;
        if !self.seek(place) {
            return false;
        }
        let mut at = place;
        for _ in 0..LONGEST {
            let Some(step) = self.step() else { return false };
            let last = at.saturating_add(step.length - 1);
            if self.map.mark(last) & (mark::BODY | mark::DATA | mark::INSTRUCTION) != 0 {
                return false;
            }
            match step.flow {
                Flow::Jump(address) | Flow::Branch(address) | Flow::Call(address) => {
                    let Some(to) = self.map.place(address) else { return false };
                    if self.map.mark(to) & (mark::BODY | mark::DATA) != 0 {
                        return false;
                    }
                }
                _ => {}
            }
            at += step.length;
            if bits(step.flow) & mark::ENDS != 0 {
                return true;
            }
            if self.map.mark(at) & mark::INSTRUCTION != 0 {
                return true;
            }
        }
        true
    }

    /// How many bytes of padding begin at a place: one instruction that does nothing, or filling.
    pub(super) fn padding(&self, place: u32) -> u32 {
        let bytes = self.map.bytes(place);
        match &self.machine {
            Machine::X86(one) => one.padding(bytes),
            Machine::AArch64(_) => AArch64::padding(bytes),
        }
    }

    /// Has something wait until a start is known to return, or do it at once.
    fn wait(&mut self, start: u32, place: u32, owner: u32) {
        let next = u32::try_from(self.waiting.len()).unwrap_or(NOWHERE);
        let Some(one) = self.starts.get_mut(start as usize) else { return };
        if one.returns {
            if place == NOWHERE {
                self.returns(owner);
            } else {
                self.work.push((place, owner));
            }
            return;
        }
        self.waiting.push(Waiting { place, owner, next: one.waiting });
        one.waiting = next;
    }

    /// A start is known to return: those who waited for it go on.
    fn returns(&mut self, start: u32) {
        let mut known = vec![start];
        while let Some(start) = known.pop() {
            let Some(one) = self.starts.get_mut(start as usize) else { continue };
            if one.returns {
                continue;
            }
            one.returns = true;
            let mut next = std::mem::replace(&mut one.waiting, NOWHERE);
            while let Some(&Waiting { place, owner, next: following }) =
                self.waiting.get(next as usize)
            {
                if place == NOWHERE {
                    known.push(owner);
                } else {
                    if let Some(call) = self.map.before(place) {
                        self.map.clear(call, mark::ENDS);
                    }
                    self.work.push((place, owner));
                }
                next = following;
            }
        }
    }

    /// Follows the jump table behind an indirect jump, if there is one.
    fn indirect(&mut self, place: u32, owner: u32) {
        const NEAR: u32 = 48;
        const FAR: u32 = 2000;
        self.returns(owner);
        let table = self.table(place, NEAR).or_else(|| self.table(place, FAR));
        match table {
            Some(table) if table.count.is_some_and(|count| count <= 1 << 16) => {
                let limit = table.count.unwrap_or_default();
                self.follow(place, owner, table, limit, u64::MAX);
            }
            Some(table) => self.open.push(OpenTable { at: place, owner, table }),
            None => self.calls.push(CallSite { at: place, target: Target::Unknown, is_tail: true }),
        }
    }

    /// Reads what the instructions before an indirect jump say about its table.
    fn table(&mut self, place: u32, instructions: u32) -> Option<JumpTable> {
        let mut from = place;
        for _ in 0..instructions {
            let Some(before) = self.map.before(from) else { break };
            if self.patience == 0 {
                break;
            }
            self.patience -= 1;
            from = before;
        }
        let end = self.map.after(place);
        let bytes = self.map.bytes(from).get(..(end - from) as usize)?;
        let address = self.map.address(from).0;
        match &self.machine {
            Machine::X86(one) => one.jump_table(bytes, address),
            Machine::AArch64(_) => AArch64::jump_table(bytes, address),
        }
    }

    /// Follows the entries of a table until one is no code; `false` where not even the first is.
    fn follow(&mut self, at: u32, owner: u32, table: JumpTable, limit: u32, end: u64) -> bool {
        let width = usize::from(table.width);
        let image = self.image;
        let bytes = image.bytes(demarche_image::VirtualAddress(table.address));
        let mut count = 0_u32;
        for entry in bytes.chunks_exact(width).take(limit as usize) {
            let here = table.address.wrapping_add(u64::from(count) * width as u64);
            if here >= end || self.entries == 0 {
                break;
            }
            self.entries -= 1;
            let target = table.target(entry).and_then(|address| self.map.place(address));
            let Some(to) = target else { break };
            if self.map.mark(to) & (mark::BODY | mark::DATA) != 0 {
                break;
            }
            count += 1;
            self.edges.push(Edge { from: at, to, kind: EdgeKind::Table });
            self.map.set(to, mark::LEADER);
            self.work.push((to, owner));
        }
        let end = table.address.wrapping_add(u64::from(count) * width as u64);
        self.tables.push((table.address, end));
        if let (Some(first), true) = (self.map.place(table.address), count > 0) {
            let length = u32::try_from(end - table.address).unwrap_or_default();
            (first..first.saturating_add(length)).for_each(|one| self.map.set(one, mark::DATA));
        }
        if count == 0 {
            self.calls.push(CallSite { at, target: Target::Unknown, is_tail: true });
        }
        count > 0
    }

    /// Follows the tables without a bound, each up to the next thing that the code knows to lie in memory.
    fn close_tables(&mut self) {
        self.data.sort_unstable();
        self.data.dedup();
        let open = std::mem::take(&mut self.open);
        let mut heads: Vec<u64> = open.iter().map(|one| one.table.address).collect();
        heads.extend(self.tables.iter().map(|one| one.0));
        heads.sort_unstable();
        for OpenTable { at, owner, table } in open {
            let after = |sorted: &[u64]| {
                let next = sorted.partition_point(|&one| one <= table.address);
                sorted.get(next).copied().unwrap_or(u64::MAX)
            };
            let end = after(&self.data).min(after(&heads));
            self.follow(at, owner, table, 1 << 16, end);
        }
    }
}

enum Next {
    Here,
    Nowhere,
}

fn bits(flow: Flow) -> u8 {
    match flow {
        Flow::Next => 0,
        Flow::Jump(_) | Flow::Return | Flow::Halt => mark::ENDS,
        Flow::JumpSlot(_) | Flow::JumpUnknown => mark::ENDS | mark::CALLS,
        Flow::Branch(_) => mark::FORKS,
        Flow::Call(_) | Flow::CallSlot(_) | Flow::CallUnknown => mark::CALLS,
    }
}
