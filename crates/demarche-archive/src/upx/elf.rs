//! Packed programs for Linux: blocks behind the program headers, in the order of the file that was packed.
//!
//! The first block has the headers of that file, the next ones what it loads, and those behind UPX's own code the rest.

use super::block::Method;
use super::filter::Filter;
use super::trailer::{Trailer, adler};
use super::{Unpacked, UpxShortfall};
use crate::fields::{size, wide};

/// The numbers of a file: 32 or 64 bits wide, in one order of bytes or the other.
#[derive(Clone, Copy, Debug)]
struct Numbers {
    is_64: bool,
    is_big: bool,
}

impl Numbers {
    fn of(bytes: &[u8]) -> Option<Self> {
        let is_64 = match bytes.get(4)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        let is_big = match bytes.get(5)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        Some(Self { is_64, is_big })
    }

    fn short(self, bytes: &[u8], offset: usize) -> Option<u64> {
        let number: [u8; 2] = *bytes.get(offset..)?.first_chunk()?;
        Some(
            if self.is_big { u16::from_be_bytes(number) } else { u16::from_le_bytes(number) }
                .into(),
        )
    }

    fn long(self, bytes: &[u8], offset: usize) -> Option<u64> {
        let number: [u8; 4] = *bytes.get(offset..)?.first_chunk()?;
        Some(
            if self.is_big { u32::from_be_bytes(number) } else { u32::from_le_bytes(number) }
                .into(),
        )
    }

    /// A number of 32 bits at one offset, or of 64 at the other.
    fn word(self, bytes: &[u8], narrow: usize, wide: usize) -> Option<u64> {
        if !self.is_64 {
            return self.long(bytes, narrow);
        }
        let number: [u8; 8] = *bytes.get(wide..)?.first_chunk()?;
        Some(if self.is_big { u64::from_be_bytes(number) } else { u64::from_le_bytes(number) })
    }

    /// The bytes of the file's header, and those of a program header.
    fn sizes(self) -> (u64, u64) {
        if self.is_64 { (64, 56) } else { (52, 32) }
    }

    /// The offset behind the program headers.
    fn behind_headers(self, bytes: &[u8]) -> Option<u64> {
        let offset = self.word(bytes, 28, 32)?;
        let count = self.short(bytes, if self.is_64 { 56 } else { 44 })?;
        let (_, width) = self.sizes();
        offset.checked_add(count.checked_mul(width)?)
    }

    /// The parts that are loaded, as the offset and size of each.
    fn loaded(self, bytes: &[u8]) -> Option<Vec<(u64, u64)>> {
        const LOAD: u64 = 1;
        let (_, width) = self.sizes();
        let offset = self.word(bytes, 28, 32)?;
        let count = self.short(bytes, if self.is_64 { 56 } else { 44 })?;
        let mut parts = Vec::new();
        for index in 0..count {
            let header = bytes.get(size(offset.checked_add(index * width)?)..)?;
            if self.long(header, 0)? == LOAD {
                parts.push((self.word(header, 4, 8)?, self.word(header, 16, 32)?));
            }
        }
        Some(parts)
    }
}

/// A block's own header.
#[derive(Clone, Copy, Debug)]
struct Block<'data> {
    size: u64,
    method: u8,
    filter: u8,
    mark: u8,
    packed: &'data [u8],
}

/// The bytes of a block's header, and of those before the first block.
const HEAD: usize = 12;

impl<'data> Block<'data> {
    /// The block at an offset, and where the next one begins; `None` where there is none.
    fn at(numbers: Numbers, bytes: &'data [u8], offset: usize) -> Option<(Self, usize)> {
        let head = bytes.get(offset..)?;
        let (unpacked, packed) = (numbers.long(head, 0)?, numbers.long(head, 4)?);
        let [method, filter, mark, _] = *head.get(8..)?.first_chunk()?;
        if unpacked == 0 || packed == 0 || packed > unpacked {
            return None;
        }
        let end = HEAD.checked_add(size(packed))?;
        let packed = head.get(HEAD..end)?;
        Some((Self { size: unpacked, method, filter, mark, packed }, offset + end))
    }

    /// The bytes of the block. A block that did not shrink stands as it is.
    fn unpack(&self, method: Method) -> Result<Vec<u8>, UpxShortfall> {
        let mut bytes = if wide(self.packed.len()) == self.size {
            self.packed.to_vec()
        } else {
            Method::of(self.method).unwrap_or(method).decode(self.packed, self.size)?
        };
        let filter = Filter { kind: self.filter, mark: self.mark, start: 0 };
        filter.undo(&mut bytes).ok_or(UpxShortfall::Method)?;
        Ok(bytes)
    }
}

/// Unpacks a program; `None` where it is not packed.
pub(crate) fn unpack(bytes: &[u8], bound: u64) -> Option<Result<Unpacked, UpxShortfall>> {
    const REACH: usize = 1024;
    let numbers = Numbers::of(bytes)?;
    let front = bytes.get(..REACH).unwrap_or(bytes);
    let is_marked = front.windows(4).any(|window| window == b"UPX!");
    let trailer = Trailer::of(bytes);
    match first(numbers, bytes) {
        Some((block, offset)) => Some(rebuild(numbers, bytes, &block, offset, trailer, bound)),
        // Of a library UPX leaves its headers as they were, and packs what lies behind its tables.
        None if trailer.is_some() => Some(Err(UpxShortfall::Library)),
        None => is_marked.then_some(Err(UpxShortfall::Headers)),
    }
}

/// The first block, which has the headers of the file that was packed: it tells a packed file whatever its mark is.
fn first(numbers: Numbers, bytes: &[u8]) -> Option<(Block<'_>, usize)> {
    // A checksum, the mark, and the size of UPX's code; then the sizes of the file and of its blocks.
    let offset = size(numbers.behind_headers(bytes)?).checked_add(2 * HEAD)?;
    let (block, next) = Block::at(numbers, bytes, offset)?;
    let (header, width) = numbers.sizes();
    let programs = block.size.checked_sub(header)?;
    let is_headers = programs > 0 && programs.is_multiple_of(width) && programs / width <= 64;
    (is_headers && Method::of(block.method).is_some()).then_some((block, next))
}

/// The file as it was, while it is put together.
struct File {
    bytes: Vec<u8>,
    /// The checksum of all blocks so far.
    checksum: u32,
    bound: u64,
}

impl File {
    /// Puts bytes at an offset; what lies before and is not there yet is zero.
    fn put(&mut self, offset: u64, bytes: &[u8]) -> Result<(), UpxShortfall> {
        let end = offset.checked_add(wide(bytes.len())).filter(|end| *end <= self.bound);
        let (start, end) = (size(offset), size(end.ok_or(UpxShortfall::Limit)?));
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        if let Some(position) = self.bytes.get_mut(start..end) {
            position.copy_from_slice(bytes);
        }
        Ok(())
    }
}

fn rebuild(
    numbers: Numbers,
    bytes: &[u8],
    block: &Block<'_>,
    mut offset: usize,
    trailer: Option<Trailer>,
    bound: u64,
) -> Result<Unpacked, UpxShortfall> {
    let method = Method::of(block.method).ok_or(UpxShortfall::Method)?;
    let headers = block.unpack(method)?;
    if Numbers::of(&headers).is_none() || !headers.starts_with(b"\x7fELF") {
        return Err(UpxShortfall::Block);
    }
    let mut parts = numbers.loaded(&headers).ok_or(UpxShortfall::Block)?;
    parts.sort_unstable();
    let mut file = File { bytes: Vec::new(), checksum: adler(1, &headers), bound };
    file.put(0, &headers)?;
    for (start, length) in &parts {
        let begin = if *start == 0 { wide(headers.len()).min(*length) } else { *start };
        let end = start.checked_add(*length).ok_or(UpxShortfall::Limit)?;
        offset = fill(numbers, bytes, offset, (begin, end), method, &mut file)?;
    }
    let trailer = Trailer::after(bytes, offset).or(trailer);
    let is_whole = rest(numbers, bytes, offset, &parts, (method, trailer), &mut file).is_some();
    if !is_whole {
        forget_sections(numbers, &mut file.bytes);
    }
    let shortfall = match trailer {
        _ if !is_whole => Some(UpxShortfall::Rest),
        None => Some(UpxShortfall::Unchecked),
        Some(trailer) => (trailer.plain != file.checksum).then_some(UpxShortfall::Checksum),
    };
    Ok(Unpacked { bytes: file.bytes, shortfall })
}

/// Fills a stretch of the file with blocks from an offset on, and returns the offset behind them.
fn fill(
    numbers: Numbers,
    bytes: &[u8],
    mut offset: usize,
    (mut begin, end): (u64, u64),
    method: Method,
    file: &mut File,
) -> Result<usize, UpxShortfall> {
    while begin < end {
        let (block, next) = Block::at(numbers, bytes, offset).ok_or(UpxShortfall::Block)?;
        if block.size > end - begin {
            return Err(UpxShortfall::Block);
        }
        if begin + block.size > file.bound {
            return Err(UpxShortfall::Limit);
        }
        let plain = block.unpack(method)?;
        file.checksum = adler(file.checksum, &plain);
        file.put(begin, &plain)?;
        begin += block.size;
        offset = next;
    }
    Ok(offset)
}

/// Fills what is not loaded: what lies between the parts, and behind them. `None` where it cannot be had.
fn rest(
    numbers: Numbers,
    bytes: &[u8],
    behind: usize,
    parts: &[(u64, u64)],
    (method, trailer): (Method, Option<Trailer>),
    file: &mut File,
) -> Option<()> {
    let information = size(numbers.behind_headers(bytes)?);
    let code = numbers.short(bytes, information.checked_add(8)?)?;
    let stated = numbers.long(bytes, information.checked_add(HEAD + 4)?)?;
    // The size of the file stands twice; the first one is often overwritten to keep UPX itself from unpacking.
    let total = trailer.map_or(stated, |trailer| trailer.file.into());
    let mut offset = behind.checked_add(size(code))?.next_multiple_of(4);
    let starts = parts.iter().skip(1).map(|(start, _)| *start).chain([total]);
    for ((start, length), next) in parts.iter().zip(starts) {
        let end = start.checked_add(*length)?;
        if end < next {
            offset = fill(numbers, bytes, offset, (end, next), method, file).ok()?;
        }
    }
    Some(())
}

/// Takes the section headers out of a file that has lost them.
fn forget_sections(numbers: Numbers, bytes: &mut [u8]) {
    let fields: [(usize, usize); 2] =
        if numbers.is_64 { [(40, 8), (60, 4)] } else { [(32, 4), (48, 4)] };
    for (offset, length) in fields {
        if let Some(field) = bytes.get_mut(offset..offset + length) {
            field.fill(0);
        }
    }
}
