//! Indirect jumps: the tables that they go by.

use demarche_image::{Image, VirtualAddress};

use super::{CallSite, Edge, EdgeKind, OpenTable, Reading, Walk};
use crate::Callee;
use crate::functions::code_map::mark;
use crate::functions::flow::JumpTable;

impl Walk<'_> {
    /// Follows the jump table behind an indirect jump, if there is one.
    pub(crate) fn indirect(&mut self, position: u32, owner: u32) {
        const NEAR: u32 = 48;
        const FAR: u32 = 2000;
        self.returns(owner);
        let table = self.table(position, NEAR).or_else(|| self.table(position, FAR));
        match table {
            Some(table) => match table.count.filter(|count| *count <= 1 << 16) {
                Some(limit) => self.follow(position, owner, table, limit, u64::MAX),
                None => self.open.push(OpenTable { jump: position, owner, table }),
            },
            None => self.unresolved.push((position, owner)),
        }
    }

    /// Takes tables of addresses in data for the labels of an indirect jump, where they all lie in the function that
    /// both has such a jump and names the table; gives whether there were any.
    pub(crate) fn follow_labels(&mut self) -> bool {
        const FEWEST: u32 = 3;
        if self.unresolved.is_empty() {
            return false;
        }
        let mut starts: Vec<u32> = self.starts.iter().map(|start| start.index).collect();
        starts.sort_unstable();
        self.data.sort();
        let data = std::mem::take(&mut self.data);
        self.unresolved.sort_unstable();
        let mut any = false;
        let mut before = None;
        for (jump, owner) in std::mem::take(&mut self.unresolved) {
            let after = starts.partition_point(|&start| start <= jump);
            let first = after.checked_sub(1).and_then(|index| starts.get(index).copied());
            let first = first.unwrap_or(0);
            let end = starts.get(after).copied().unwrap_or(self.map.len());
            let (_, named) = data.split_at(data.partition_point(|&(from, _)| from < first));
            let mut found = false;
            // Several jumps of one function share its labels: they are read for the first one.
            if before != Some(first) {
                for &(_, table) in named.iter().take_while(|named| named.0 < end) {
                    let count = self.labels(table, first, end);
                    if count >= FEWEST
                        && self.are_labels(table, count)
                        && !self.heads.contains(table)
                    {
                        let width = u8::try_from(self.image.pointer_size()).unwrap_or(8);
                        let (is_signed, base, shift, limit) = (false, 0, 0, count);
                        let (address, count) = (table, Some(count));
                        let is_code = false;
                        let table =
                            JumpTable { address, width, is_signed, base, shift, count, is_code };
                        let known = self.tables.len();
                        self.follow(jump, owner, table, limit, u64::MAX);
                        self.run();
                        found |= self.tables.len() > known;
                    }
                }
            }
            before = Some(first);
            any |= found;
            if !found {
                self.calls.push(CallSite::new(jump, Callee::Unknown, true));
            }
        }
        self.data.extend(data);
        self.run();
        any
    }

    /// Returns true if some of the addresses at an address begin in the middle of something.
    fn are_labels(&self, table: u64, count: u32) -> bool {
        const SAMPLE: u32 = 32;
        let size = self.image.pointer_size() as u64;
        let slots =
            (0..count.min(SAMPLE)).map(|position| table.wrapping_add(u64::from(position) * size));
        let inner = slots
            .filter_map(|slot| self.map.place(word(self.image, VirtualAddress(slot))?))
            .filter(|&location| self.opening(location).is_inner);
        inner.count() * 5 >= count.min(SAMPLE) as usize
    }

    /// The number of addresses within one stretch of code follow each other at an address.
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
    fn table(&mut self, index: u32, instructions: u32) -> Option<JumpTable> {
        let mut from = index;
        for _ in 0..instructions {
            let Some(before) = self.map.before(from) else { break };
            if self.patience == 0 || self.map.mark(from) & mark::START != 0 {
                break;
            }
            self.patience -= 1;
            from = before;
        }
        let end = self.map.after(index);
        let bytes = self.map.bytes(from).get(..(end - from) as usize)?;
        let address = self.map.address(from).0;
        self.machine.jump_table(bytes, address)
    }

    /// Has a table read, entry by entry.
    fn follow(&mut self, jump: u32, owner: u32, table: JumpTable, limit: u32, end: u64) {
        self.reading.push(Reading { jump, owner, table, limit, end, count: 0 });
    }

    /// Reads on in the table in hand up to the next place that is new; `false` where no table is left.
    ///
    /// What one entry leads to is walked before the next one is read: an entry behind the table's end mostly leads
    /// into the middle of that.
    pub(crate) fn read_entry(&mut self) -> bool {
        while let Some(mut reading) = self.reading.pop() {
            while let Some(to) = self.entry(&reading) {
                reading.count += 1;
                let is_new = self.map.mark(to) & mark::INSTRUCTION == 0;
                self.edges.push(Edge { from: reading.jump, to, kind: EdgeKind::Table });
                self.map.set(to, mark::LEADER);
                self.work.push((to, reading.owner));
                if is_new {
                    self.reading.push(reading);
                    return true;
                }
            }
            self.finish(&reading);
        }
        !self.work.is_empty()
    }

    /// The place that the next entry of a table leads to; `None` where the table has ended.
    fn entry(&mut self, reading: &Reading) -> Option<u32> {
        let table = reading.table;
        let width = u64::from(table.width);
        let target = table.address.checked_add(u64::from(reading.count).checked_mul(width)?)?;
        if reading.count >= reading.limit || target >= reading.end || self.entries == 0 {
            return None;
        }
        let slot = VirtualAddress(target);
        if table.is_code {
            self.entries -= 1;
            return self.jump_entry(target | table.base);
        }
        let entry = self.image.bytes(slot).get(..usize::from(table.width))?;
        self.entries -= 1;
        let order = self.image.architecture.byte_order();
        // Tables of addresses in position-independent code are filled by the loader.
        let relocated = if table.base == 0 { self.image.pointer(slot) } else { None };
        let address =
            relocated.map(|relocated| relocated.0).or_else(|| table.target(entry, order))?;
        // Distances of 32 bits wrap around at the end of memory.
        let highest = if self.image.pointer_size() == 4 { 0xffff_ffff } else { u64::MAX };
        self.jump_entry(address & highest)
    }

    /// The place of an address that an entry leads to, where code may lie there.
    fn jump_entry(&mut self, address: u64) -> Option<u32> {
        let to = self.map.place(address)?;
        let bits = self.map.mark(to);
        let is_code = bits & (mark::BODY | mark::DATA) == 0
            && (bits & mark::INSTRUCTION != 0 || self.reads_like_code(to));
        is_code.then_some(to)
    }

    /// Returns true if the straight code at a place is code; taken on trust where too much was asked already.
    fn reads_like_code(&mut self, index: u32) -> bool {
        if self.patience == 0 {
            return true;
        }
        let end = self.straight_end(index);
        self.patience =
            self.patience.saturating_sub(u64::from(end.unwrap_or(index) - index).max(16));
        end.is_some()
    }

    /// Notes where a table lies of which all entries were read.
    fn finish(&mut self, reading: &Reading) {
        let Reading { jump: position, owner, table, count, .. } = *reading;
        if count == 0 {
            self.unresolved.push((position, owner));
            return;
        }
        if table.is_code {
            return;
        }
        let length = count.saturating_mul(u32::from(table.width));
        self.tables.push((table.address, table.address.wrapping_add(u64::from(length))));
        self.heads.add(table.address);
        self.bases.add(table.base);
        if let Some(first) = self.map.place(table.address) {
            (first..first.saturating_add(length)).for_each(|index| self.map.set(index, mark::DATA));
        }
    }

    /// Follows the tables without a bound, each up to the next thing that the code knows to lie in memory.
    pub(crate) fn close_tables(&mut self) {
        let open = std::mem::take(&mut self.open);
        open.iter().for_each(|open| self.bounds.add(open.table.address));
        for OpenTable { jump, owner, table } in open {
            let data = self.bounds.after(table.address).unwrap_or(u64::MAX);
            let head = self.heads.after(table.address).unwrap_or(u64::MAX);
            let end = data.min(head);
            self.follow(jump, owner, table, 1 << 16, end);
        }
    }
}

/// The address at a place in memory as the loader leaves it.
fn word(image: &Image<'_>, slot: VirtualAddress) -> Option<u64> {
    if let Some(address) = image.pointer(slot) {
        return Some(address.0);
    }
    let (bytes, order) = (image.bytes(slot), image.architecture.byte_order());
    match image.pointer_size() {
        4 => bytes.first_chunk().map(|word| u64::from(order.u32(*word))),
        _ => bytes.first_chunk().map(|word| order.u64(*word)),
    }
}
