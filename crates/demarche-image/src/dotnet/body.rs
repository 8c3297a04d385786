//! The body of a method: its head, its bytecode, and its exception handlers.
//!
//! Source: ECMA-335, partition II, §25.4.

use super::shortfall::ManagedShortfall;
use crate::little_endian::{low, part, size, tail, u16_at, u32_at, wide};

/// A stretch of code that handles what is thrown in another one; offsets count from the first instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The first byte that is watched.
    pub watched: u32,
    /// The byte behind the last one that is watched.
    pub watched_end: u32,
    /// The first byte of the handler.
    pub start: u32,
    /// The first byte of the code that decides if the handler is meant; `None` where there is none.
    pub filter: Option<u32>,
}

/// A body as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Body<'data> {
    /// The bytes of its head.
    pub(crate) head: u32,
    pub(crate) code: &'data [u8],
    pub(crate) handlers: Vec<Handler>,
    /// True where handlers were named that cannot be read.
    pub(crate) has_lost_handlers: bool,
}

/// Reads the body that some bytes begin with.
pub(crate) fn read(bytes: &[u8]) -> Result<Body<'_>, ManagedShortfall> {
    let first = *bytes.first().ok_or(ManagedShortfall::BodyOutside)?;
    if first & 3 == 2 {
        let code = bytes.get(1..=usize::from(first >> 2)).ok_or(ManagedShortfall::BodyLong)?;
        return Ok(Body { head: 1, code, handlers: Vec::new(), has_lost_handlers: false });
    }
    let flags = u16_at(bytes, 0).ok_or(ManagedShortfall::BodyLong)?;
    // A head of three words is the only one that the standard has, and no flag but three is defined.
    if flags & !0x18 != 0x3003 {
        return Err(ManagedShortfall::BodyHead);
    }
    let length = u32_at(bytes, 4).ok_or(ManagedShortfall::BodyLong)?;
    let code = part(bytes, 12, length.into());
    if wide(code.len()) < u64::from(length) {
        return Err(ManagedShortfall::BodyLong);
    }
    let mut body = Body { head: 12, code, handlers: Vec::new(), has_lost_handlers: false };
    if flags & 8 != 0 {
        let read = handlers(tail(bytes, (12 + code.len()).next_multiple_of(4)), &mut body);
        body.has_lost_handlers = read.is_none();
    }
    Ok(body)
}

/// Reads the sections behind the code; `None` where one of them cannot be read whole.
fn handlers(mut rest: &[u8], body: &mut Body<'_>) -> Option<()> {
    // A handler and what it watches have four bytes at least in code that compilers write.
    let bound = body.code.len() / 4 + 1;
    loop {
        let kind = *rest.first()?;
        let is_fat = kind & 0x40 != 0;
        let stated = if is_fat { u32_at(rest, 0)? >> 8 } else { u32::from(*rest.get(1)?) };
        let width = if is_fat { 24 } else { 12 };
        let length = size(stated).max(4);
        // The length of small sections is stated without their head by some compilers.
        let count = length / width;
        if kind & 0x3f != 1 || count > bound {
            return None;
        }
        let clauses = rest.get(4..4 + count * width)?;
        for clause in clauses.chunks_exact(width) {
            let handler = clause_of(clause, is_fat, low(wide(body.code.len())))?;
            body.handlers.push(handler);
        }
        if kind & 0x80 == 0 {
            return Some(());
        }
        if body.handlers.len() > bound {
            return None;
        }
        rest = tail(rest, length.next_multiple_of(4));
    }
}

/// One clause; `None` where it lies outside the code.
fn clause_of(clause: &[u8], is_fat: bool, code: u32) -> Option<Handler> {
    let short = |offset| u16_at(clause, offset).map(u32::from);
    let byte = |offset: usize| clause.get(offset).copied().map(u32::from);
    let long = |offset| u32_at(clause, offset);
    let (kind, watched, length, start, filter) = if is_fat {
        (long(0)?, long(4)?, long(8)?, long(12)?, long(20)?)
    } else {
        (short(0)?, short(2)?, byte(4)?, short(5)?, long(8)?)
    };
    let watched_end = watched.checked_add(length).filter(|end| *end <= code)?;
    let filter = (kind == 1).then_some(filter);
    let is_inside = start < code && filter.is_none_or(|filter| filter < code);
    is_inside.then_some(Handler { watched, watched_end, start, filter })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tiny_body_has_its_length_in_its_first_byte() {
        let body = read(&[0x0a, 0x00, 0x2a, 0xff]).unwrap();
        assert_eq!((body.head, body.code), (1, &[0x00, 0x2a][..]));
        assert_eq!(read(&[0x0a, 0x00]), Err(ManagedShortfall::BodyLong));
    }

    #[test]
    fn a_fat_body_has_handlers_behind_its_code() {
        let mut bytes = vec![0x1b, 0x30, 8, 0, 8, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend([0x00, 0xde, 4, 0x26, 0xde, 1, 0x00, 0x2a]);
        bytes.extend([1, 16, 0, 0, 0, 0, 0, 0, 3, 3, 0, 3, 1, 0, 0, 1]);
        let body = read(&bytes).unwrap();
        let handler = Handler { watched: 0, watched_end: 3, start: 3, filter: None };
        assert_eq!((body.code.len(), body.handlers.as_slice()), (8, &[handler][..]));
        bytes.truncate(22);
        let cut = read(&bytes).unwrap();
        assert!(cut.has_lost_handlers && cut.handlers.is_empty() && cut.code.len() == 8);
    }

    #[test]
    fn encrypted_bytes_are_no_head() {
        assert_eq!(read(&[0x9c; 64]), Err(ManagedShortfall::BodyHead));
        assert_eq!(read(&[]), Err(ManagedShortfall::BodyOutside));
    }

    #[test]
    fn a_head_says_no_more_than_the_file_has() {
        let bytes = [0x13, 0x30, 8, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0x2a];
        assert_eq!(read(&bytes), Err(ManagedShortfall::BodyLong));
    }
}
