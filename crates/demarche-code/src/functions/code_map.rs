use demarche_image::{Image, VirtualAddress};

use super::owners::Owners;

/// The marks of one byte of code.
///
/// One byte of notes per byte of code keeps every question of the walk one look into memory.
pub(crate) mod mark {
    /// An instruction begins here.
    pub(crate) const INSTRUCTION: u8 = 1;
    /// The byte belongs to an instruction that began before.
    pub(crate) const BODY: u8 = 2;
    /// A jump goes here, so a block begins here.
    pub(crate) const LEADER: u8 = 4;
    /// A function begins here.
    pub(crate) const START: u8 = 8;
    /// The instruction that begins here is never followed by the next one.
    pub(crate) const ENDS: u8 = 16;
    /// The instruction that begins here may jump or be followed by the next one.
    pub(crate) const FORKS: u8 = 32;
    /// The instruction that begins here calls.
    pub(crate) const CALLS: u8 = 64;
    /// A table of jump targets lies here, among the code.
    pub(crate) const DATA: u8 = 128;
}

/// A count or an index of a program's code, which [`CodeMap::LIMIT`] keeps within 32 bits.
pub(crate) fn as_u32(count: usize) -> u32 {
    u32::try_from(count).expect("a program has at most as many parts as bytes of code")
}

/// The bytes from an offset on, at most `count`, as far as there are any.
fn part(bytes: &[u8], offset: u64, count: u64) -> &[u8] {
    let rest = usize::try_from(offset).ok().and_then(|offset| bytes.get(offset..)).unwrap_or(&[]);
    usize::try_from(count).ok().and_then(|count| rest.get(..count)).unwrap_or(rest)
}

/// The executable bytes of an image laid end to end, so that a place in them is one small number.
#[derive(Debug)]
pub(crate) struct CodeMap<'image> {
    regions: Vec<Region<'image>>,
    /// One of [`mark`]'s sums per byte.
    pub(crate) marks: Vec<u8>,
    /// The start that an instruction was first reached from; meaningless where none begins.
    owners: Owners,
    /// True where the lowest bit of an address tells Thumb code: an instruction of Thumb is noted at the second of its
    /// bytes, and the first one counts as its body.
    has_thumb: bool,
    /// The number of executable bytes beyond the limit.
    pub(crate) left_out: u64,
}

/// One run of executable bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region<'image> {
    /// Its address in memory.
    pub(crate) address: u64,
    /// Its bytes, never empty.
    pub(crate) bytes: &'image [u8],
    /// The place of its first byte.
    pub(crate) first: u32,
}

impl Region<'_> {
    /// The address after its last byte, as far as memory goes.
    pub(crate) fn end_address(&self) -> u64 {
        self.address.saturating_add(self.bytes.len() as u64)
    }

    /// The place after its last byte.
    pub(crate) fn end(&self) -> u32 {
        self.first + as_u32(self.bytes.len())
    }
}

impl<'image> CodeMap<'image> {
    /// The most bytes of code that are looked at: twice the largest programs, in 1.5 GiB of memory.
    pub(crate) const LIMIT: usize = 512 << 20;

    /// The code of an image, up to the limit.
    pub(crate) fn new(image: &'image Image<'_>) -> Self {
        let mut regions: Vec<Region<'image>> = Vec::new();
        let (mut total, mut left_out) = (0_usize, 0_u64);
        let has_thumb = image.architecture.has_thumb();
        let parity = u64::from(has_thumb);
        for section in image.sections.iter().filter(|section| section.is_executable) {
            let present = part(&section.bytes, 0, section.size);
            // Where sections overlap the first one holds, so that every address has one byte.
            let start = section.address.0;
            let address = regions.last().map_or(start, |before| before.end_address().max(start));
            // Odd places are those of odd addresses, so each run of code that may be Thumb begins at an even one.
            let address = address.saturating_add(address & parity);
            let mut bytes = part(present, address - start, u64::MAX - address);
            if bytes.is_empty() {
                continue;
            }
            let within = bytes.get(..Self::LIMIT - total).unwrap_or(bytes);
            left_out += (bytes.len() - within.len()) as u64;
            bytes = within;
            if bytes.is_empty() {
                continue;
            }
            let first = as_u32(total);
            regions.push(Region { address, bytes, first });
            total += bytes.len() + (bytes.len() & usize::from(has_thumb));
        }
        Self { regions, marks: vec![0; total], owners: Owners::new(total), has_thumb, left_out }
    }

    /// The runs of code, ascending.
    pub(crate) fn regions(&self) -> &[Region<'image>] {
        &self.regions
    }

    /// The number of bytes of code.
    pub(crate) fn len(&self) -> u32 {
        self.regions.last().map_or(0, Region::end)
    }

    /// The place of an address, where code lies there.
    pub(crate) fn place(&self, address: u64) -> Option<u32> {
        let after = self.regions.partition_point(|region| region.address <= address);
        let region = self.regions.get(after.checked_sub(1)?)?;
        let offset = address - region.address;
        if offset >= region.bytes.len() as u64 {
            return None;
        }
        Some(region.first + u32::try_from(offset).ok()?)
    }

    /// The run of code that a place lies in, by its number.
    pub(crate) fn region_at(&self, position: u32) -> Option<usize> {
        let after = self.regions.partition_point(|region| region.first <= position);
        after
            .checked_sub(1)
            .filter(|&index| self.regions.get(index).is_some_and(|region| position < region.end()))
    }

    /// The address of a place; the end of the code for places behind it.
    pub(crate) fn address(&self, index: u32) -> VirtualAddress {
        let after = self.regions.partition_point(|region| region.first <= index);
        let region = after.checked_sub(1).and_then(|index| self.regions.get(index));
        VirtualAddress(region.map_or(0, |region| region.address + u64::from(index - region.first)))
    }

    /// The bytes from a place to the end of its run.
    pub(crate) fn bytes(&self, index: u32) -> &'image [u8] {
        let region = self.region_at(index).and_then(|region| self.regions.get(region));
        let index = index - self.lead(index);
        let bytes = region.and_then(|region| region.bytes.get((index - region.first) as usize..));
        bytes.unwrap_or(&[])
    }

    /// The bytes by which an instruction begins before the place that it is noted at: 1 for Thumb.
    fn lead(&self, index: u32) -> u32 {
        if self.has_thumb { index & 1 } else { 0 }
    }

    /// The place of the last byte of an instruction of so many bytes.
    pub(crate) fn last(&self, index: u32, length: u32) -> u32 {
        index - self.lead(index) + (length - 1)
    }

    /// Returns true where odd places are those of Thumb code.
    pub(crate) fn has_thumb(&self) -> bool {
        self.has_thumb
    }

    /// Returns true if the code at a place begins at a multiple of so many bytes.
    pub(crate) fn aligned(&self, index: u32, to: u64) -> bool {
        (self.address(index).0 & !u64::from(self.lead(index))).is_multiple_of(to)
    }

    /// Notes that a number lies among the code, where no instruction does.
    pub(crate) fn set_data(&mut self, address: u64, bytes: u8) {
        let Some(first) = self.place(address) else { return };
        for index in first..first.saturating_add(bytes.into()) {
            if self.mark(index) & (mark::INSTRUCTION | mark::BODY) == 0 {
                self.set(index, mark::DATA);
            }
        }
    }

    /// The marks of a place; none behind the end.
    pub(crate) fn mark(&self, index: u32) -> u8 {
        self.marks.get(index as usize).copied().unwrap_or(0)
    }

    /// Notes something at a place.
    pub(crate) fn set(&mut self, index: u32, bits: u8) {
        if let Some(mark) = self.marks.get_mut(index as usize) {
            *mark |= bits;
        }
    }

    /// Takes a note back.
    pub(crate) fn clear(&mut self, index: u32, bits: u8) {
        if let Some(mark) = self.marks.get_mut(index as usize) {
            *mark &= !bits;
        }
    }

    /// The start that first reached a place.
    pub(crate) fn owner(&self, index: u32) -> u32 {
        self.owners.get(index)
    }

    /// Notes who reached a place.
    pub(crate) fn set_owner(&mut self, index: u32, owner: u32) {
        self.owners.set(index, owner);
    }

    /// Forgets who reached any place, and gives the memory back.
    pub(crate) fn forget_owners(&mut self) {
        self.owners = Owners::new(0);
    }

    /// Forgets who reached the places around one that holds no code any more, where none of them does.
    pub(crate) fn forget_owner(&mut self, index: u32) {
        let is_free = |place: u32| self.mark(place) & (mark::INSTRUCTION | mark::START) == 0;
        if Owners::line(index).all(is_free) {
            self.owners.forget(index);
        }
    }

    /// Notes an instruction, unless it would overlap another one or a table.
    pub(crate) fn claim(&mut self, index: u32, length: u32, owner: u32, bits: u8) -> bool {
        let lead = self.lead(index);
        let from = index.saturating_sub(lead) as usize;
        let Some(body) = self.marks.get_mut(from..from + length as usize) else { return false };
        let taken = mark::INSTRUCTION | mark::BODY | mark::DATA;
        if body.iter().any(|body| body & taken != 0) {
            return false;
        }
        for (offset, place) in (0..).zip(body) {
            *place |= if offset == lead { mark::INSTRUCTION | bits } else { mark::BODY };
        }
        self.set_owner(index, owner);
        true
    }

    /// The place after the instruction at a place.
    pub(crate) fn after(&self, index: u32) -> u32 {
        // The first byte of Thumb code behind an instruction of A32 counts as a body too.
        let most = if self.has_thumb && index & 1 == 0 { 3 } else { usize::MAX };
        let rest = self.marks.iter().skip(index as usize + 1).take(most);
        let after = index + 1 + as_u32(rest.take_while(|&&mark| mark & mark::BODY != 0).count());
        after | self.lead(index)
    }

    /// The instruction that ends right before a place, where one does.
    pub(crate) fn before(&self, position: u32) -> Option<u32> {
        let mut offset = (position - self.lead(position)).checked_sub(1)?;
        // No instruction is longer than fifteen bytes.
        for _ in 0..15 {
            let current = self.mark(offset);
            if current & mark::INSTRUCTION != 0 {
                return Some(offset);
            }
            if current & mark::BODY == 0 {
                return None;
            }
            offset = offset.checked_sub(1)?;
        }
        None
    }
}
