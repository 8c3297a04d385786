//! The walk: from the starts that are known along the flow of control, decoding each byte once.

use demarche_image::{Architecture, Format, Image, VirtualAddress};

use super::aarch64::AArch64;
use super::addresses::Addresses;
use super::code_map::{CodeMap, mark};
use super::flow::{Flow, JumpTable, Reference, Step};
use super::noreturn::never_returns;
use super::opening::{Opening, opening};
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
    /// Places whose address is held somewhere, but which jumps had reached before.
    pub(super) pointed: Vec<u32>,
    /// Labels that entries of tables are added to.
    pub(super) bases: Addresses,
    /// Where the bytes were no instruction, or two instructions overlapped.
    pub(super) broken: Vec<u32>,
    /// Where code computes addresses of data, and which.
    data: Vec<(u32, u64)>,
    /// The same addresses and the heads of tables: a table without a bound ends before the next one.
    bounds: Addresses,
    heads: Addresses,
    /// Indirect jumps whose table was not found.
    unresolved: Vec<(u32, u32)>,
    /// The ranges that unwind tables name, ascending.
    covered: Vec<(u32, u32)>,
    /// Whether plain numbers in code and data may be addresses: nothing says which ones are.
    pub(super) is_absolute: bool,
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
        let x86 = |bitness| {
            let has_table = image.format == Format::Elf;
            Machine::X86(Box::new(X86::new(bitness, bytes, address, (low, high), has_table)))
        };
        let machine = match image.architecture {
            Architecture::X86 => x86(32),
            Architecture::X86_64 => x86(64),
            Architecture::AArch64 => Machine::AArch64(Box::new(AArch64::new(bytes, address))),
        };
        let size = u64::from(map.len());
        let covered = covered(image, &map);
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
            is_absolute: is_absolute(image),
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
            if let Some(reference) = step.reference {
                self.refer(place, reference);
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

    fn refer(&mut self, place: u32, reference: Reference) {
        let (address, is_computed) = match reference {
            Reference::Computed(address) => (address, true),
            Reference::Constant(address) => (address, false),
        };
        match self.map.place(address) {
            Some(target) if is_computed || self.is_absolute => {
                self.references.push((target, place));
            }
            Some(_) => {}
            None => {
                self.data.push((place, address));
                self.bounds.add(address);
            }
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
        let leaves = kind == EdgeKind::Jump && self.map.region_at(to) != Some(self.region);
        if leaves && self.map.mark(to) & (mark::BODY | mark::DATA) == 0 {
            // Functions keep to their section; in another one lie the linker's stubs for other modules.
            self.start(to, Discovery::TailJump);
        }
        self.work.push((to, owner));
    }

    fn call(&mut self, place: u32, next: u32, owner: u32, address: u64) -> Next {
        let Some(to) = self.map.place(address) else {
            self.calls.push(CallSite { at: place, target: Target::Unknown, is_tail: false });
            return Next::Here;
        };
        if to == next || self.is_same_range(place, to) {
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

    /// The place after the straight code at a place, if it reads like code up to its first end and leads to code only.
    pub(super) fn straight_end(&mut self, place: u32) -> Option<u32> {
        const LONGEST: u32 = 256;
        if !self.seek(place) {
            return None;
        }
        let mut at = place;
        for _ in 0..LONGEST {
            let step = self.step()?;
            let last = at.saturating_add(step.length - 1);
            if self.map.mark(last) & (mark::BODY | mark::DATA | mark::INSTRUCTION) != 0 {
                return None;
            }
            if let Flow::Jump(address) | Flow::Branch(address) | Flow::Call(address) = step.flow {
                let to = self.map.place(address)?;
                if self.map.mark(to) & (mark::BODY | mark::DATA) != 0 {
                    return None;
                }
            }
            at += step.length;
            let ends = bits(step.flow) & mark::ENDS != 0;
            if ends || self.map.mark(at) & mark::INSTRUCTION != 0 {
                return Some(at);
            }
        }
        Some(at)
    }

    /// How the code at a place begins.
    pub(super) fn opening(&self, place: u32) -> Opening {
        let Image { architecture, format, .. } = *self.image;
        opening(architecture, format, self.map.bytes(place), self.map.address(place).0)
    }

    /// Whether a place lies where optimising compilers like functions to begin.
    pub(super) fn is_aligned(&self, place: u32) -> bool {
        self.map.address(place).0.is_multiple_of(16)
    }

    /// Whether nearly all functions that are called begin at multiples of 16.
    ///
    /// They do unless the program was compiled for size.
    pub(super) fn are_aligned(&self) -> bool {
        let called = self.starts.iter().filter(|one| one.discovery == Discovery::CallTarget);
        let (mut all, mut aligned) = (0_usize, 0_usize);
        for start in called {
            all += 1;
            aligned += usize::from(self.is_aligned(start.place));
        }
        aligned * 10 >= all * 9
    }

    /// Whether a place lies within a range that an unwind table names, behind its first byte.
    pub(super) fn is_covered(&self, place: u32) -> bool {
        self.covered_until(place).is_some()
    }

    /// The end of the range that an unwind table names, for places within it behind its first byte.
    pub(super) fn covered_until(&self, place: u32) -> Option<u32> {
        let after = self.covered.partition_point(|one| one.0 <= place);
        let &(first, end) = self.covered.get(after.checked_sub(1)?)?;
        (first < place && place < end).then_some(end)
    }

    /// Whether an unwind table puts two places into one range, and the second one not at its beginning.
    fn is_same_range(&self, place: u32, to: u32) -> bool {
        let range = |place| self.covered.partition_point(|one| one.0 <= place);
        self.is_covered(to) && range(place) == range(to)
    }

    /// The code after calls of what never returns, where nothing else has reached it.
    pub(super) fn unreturned(&self) -> Vec<(u32, u32)> {
        let mut after = Vec::new();
        for start in self.starts.iter().filter(|one| !one.returns) {
            let mut next = start.waiting;
            while let Some(one) = self.waiting.get(next as usize) {
                if one.place != NOWHERE
                    && self.map.mark(one.place) & (mark::INSTRUCTION | mark::BODY | mark::DATA) == 0
                {
                    after.push((one.place, one.owner));
                }
                next = one.next;
            }
        }
        after.sort_unstable();
        after
    }

    /// Walks on after a call that was taken never to return.
    pub(super) fn go_on(&mut self, place: u32, owner: u32) {
        if let Some(call) = self.map.before(place) {
            self.map.clear(call, mark::ENDS);
        }
        self.work.push((place, owner));
        self.run();
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
        if self.starts.get(start as usize).is_some_and(|one| one.returns) {
            return;
        }
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
            None => self.unresolved.push((place, owner)),
        }
    }

    /// Takes tables of addresses in data for the labels of an indirect jump, where they all lie in the function that
    /// both has such a jump and names the table; gives whether there were any.
    pub(super) fn follow_labels(&mut self) -> bool {
        const FEWEST: u32 = 3;
        if self.unresolved.is_empty() {
            return false;
        }
        let mut starts: Vec<u32> = self.starts.iter().map(|one| one.place).collect();
        starts.sort_unstable();
        self.data.sort();
        let data = std::mem::take(&mut self.data);
        self.unresolved.sort_unstable();
        let mut any = false;
        let mut before = None;
        for (at, owner) in std::mem::take(&mut self.unresolved) {
            let after = starts.partition_point(|&one| one <= at);
            let first = after.checked_sub(1).and_then(|one| starts.get(one).copied());
            let first = first.unwrap_or_default();
            let end = starts.get(after).copied().unwrap_or(self.map.len());
            let named = data.partition_point(|&(from, _)| from < first);
            let named = data.get(named..).unwrap_or_default();
            let mut found = false;
            // Several jumps of one function share its labels: they are read for the first one.
            if before != Some(first) {
                for &(_, table) in named.iter().take_while(|one| one.0 < end) {
                    let count = self.labels(table, first, end);
                    if count >= FEWEST
                        && self.are_labels(table, count)
                        && !self.heads.contains(table)
                    {
                        let width = u8::try_from(self.image.pointer_size()).unwrap_or(8);
                        let (is_signed, base, shift, count) = (false, 0, 0, Some(count));
                        let address = table;
                        let table = JumpTable { address, width, is_signed, base, shift, count };
                        found |= self.follow(at, owner, table, count.unwrap_or(0), u64::MAX);
                    }
                }
            }
            before = Some(first);
            any |= found;
            if !found {
                self.calls.push(CallSite { at, target: Target::Unknown, is_tail: true });
            }
        }
        self.data.extend(data);
        self.run();
        any
    }

    /// Whether some of the addresses at an address begin in the middle of something.
    fn are_labels(&self, table: u64, count: u32) -> bool {
        const SAMPLE: u32 = 32;
        let size = self.image.pointer_size() as u64;
        let slots = (0..count.min(SAMPLE)).map(|at| table.wrapping_add(u64::from(at) * size));
        let inner = slots
            .filter_map(|slot| self.map.place(word(self.image, VirtualAddress(slot))?))
            .filter(|&place| self.opening(place).is_inner);
        inner.count() * 5 >= count.min(SAMPLE) as usize
    }

    /// How many addresses within one stretch of code follow each other at an address.
    fn labels(&mut self, table: u64, first: u32, end: u32) -> u32 {
        let size = self.image.pointer_size() as u64;
        let mut count = 0_u32;
        while self.entries > 0 {
            let slot = VirtualAddress(table.wrapping_add(u64::from(count) * size));
            let target = word(self.image, slot).and_then(|address| self.map.place(address));
            if !target.is_some_and(|to| first < to && to < end) {
                break;
            }
            self.entries -= 1;
            count += 1;
        }
        count
    }

    /// Reads what the instructions before an indirect jump say about its table.
    fn table(&mut self, place: u32, instructions: u32) -> Option<JumpTable> {
        let mut from = place;
        for _ in 0..instructions {
            let Some(before) = self.map.before(from) else { break };
            if self.patience == 0 || self.map.mark(from) & mark::START != 0 {
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
        let bytes = image.bytes(VirtualAddress(table.address));
        let mut count = 0_u32;
        for entry in bytes.chunks_exact(width).take(limit as usize) {
            let here = table.address.wrapping_add(u64::from(count) * width as u64);
            if here >= end || self.entries == 0 {
                break;
            }
            self.entries -= 1;
            // Tables of addresses in position-independent code are filled by the loader.
            let slot = VirtualAddress(here);
            let relocated = if table.base == 0 { image.pointer(slot) } else { None };
            let address = relocated.map(|one| one.0).or_else(|| table.target(entry));
            let target = address.and_then(|address| self.map.place(address));
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
        if count > 0 {
            self.tables.push((table.address, end));
            self.heads.add(table.address);
            self.bases.add(table.base);
        }
        if let (Some(first), true) = (self.map.place(table.address), count > 0) {
            let length = u32::try_from(end - table.address).unwrap_or_default();
            (first..first.saturating_add(length)).for_each(|one| self.map.set(one, mark::DATA));
        }
        if count == 0 {
            self.unresolved.push((at, owner));
        }
        count > 0
    }

    /// Follows the tables without a bound, each up to the next thing that the code knows to lie in memory.
    fn close_tables(&mut self) {
        let open = std::mem::take(&mut self.open);
        open.iter().for_each(|one| self.bounds.add(one.table.address));
        for OpenTable { at, owner, table } in open {
            let data = self.bounds.after(table.address).unwrap_or(u64::MAX);
            let head = self.heads.after(table.address).unwrap_or(u64::MAX);
            let end = data.min(head);
            self.follow(at, owner, table, 1 << 16, end);
        }
    }
}

/// The address at a place in memory as the loader leaves it.
pub(super) fn word(image: &Image<'_>, slot: VirtualAddress) -> Option<u64> {
    if let Some(address) = image.pointer(slot) {
        return Some(address.0);
    }
    let bytes = image.bytes(slot);
    match image.pointer_size() {
        4 => bytes.first_chunk().map(|one| u64::from(u32::from_le_bytes(*one))),
        _ => bytes.first_chunk().map(|one| u64::from_le_bytes(*one)),
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
        let size = u32::try_from(extent.size).unwrap_or(u32::MAX);
        ranges.push((first, first.saturating_add(size)));
    }
    ranges
}

/// Whether an image holds addresses without saying where.
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
        Flow::Next => 0,
        Flow::Jump(_) | Flow::Return | Flow::Halt => mark::ENDS,
        Flow::JumpSlot(_) | Flow::JumpUnknown => mark::ENDS | mark::CALLS,
        Flow::Branch(_) => mark::FORKS,
        Flow::Call(_) | Flow::CallSlot(_) | Flow::CallUnknown => mark::CALLS,
    }
}
