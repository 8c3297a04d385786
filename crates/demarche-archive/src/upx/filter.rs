//! The filters of UPX: calls and jumps, whose distances were made places so that they compress better.
//!
//! Each is turned back in place. Source: the descriptions in UPX 4.2's documentation, and what its unpacker makes of
//! programs (`tests/it/upx.rs`).

/// A filter with its numbers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    /// The number of the filter.
    pub(crate) kind: u8,
    /// The byte that marks the places that were changed.
    pub(crate) mark: u8,
    /// The distance of the code from the beginning of the image.
    pub(crate) start: u32,
}

impl Filter {
    /// Turns the filter back; `None` where it is none that is read.
    pub(crate) fn undo(self, code: &mut [u8]) -> Option<()> {
        match self.kind {
            0 => {}
            0x11..=0x16 => self.little(code),
            0x24 => self.calls(code, |_, byte| byte == 0xe8),
            0x25 => self.calls(code, |_, byte| byte == 0xe9),
            0x26 => self.calls(code, |_, byte| matches!(byte, 0xe8 | 0xe9)),
            0x46 | 0x49 => self.calls(code, |before, byte| {
                matches!(byte, 0xe8 | 0xe9) || before == Some(0x0f) && (0x80..=0x8f).contains(&byte)
            }),
            0x50 => self.arm(code),
            0x52 => self.aarch64(code),
            _ => return None,
        }
        Some(())
    }

    /// Plain filters: every call or jump was changed, with or without its bytes turned around.
    fn little(self, code: &mut [u8]) {
        let is_meant = |byte: u8| match self.kind {
            0x11 | 0x14 => byte == 0xe8,
            0x12 | 0x15 => byte == 0xe9,
            _ => matches!(byte, 0xe8 | 0xe9),
        };
        let is_turned = self.kind >= 0x14;
        let mut offset = 0;
        while let Some([byte, position @ ..]) =
            code.get_mut(offset..).and_then(<[u8]>::first_chunk_mut::<5>)
        {
            if !is_meant(*byte) {
                offset += 1;
                continue;
            }
            let value = if is_turned {
                u32::from_be_bytes(*position)
            } else {
                u32::from_le_bytes(*position)
            };
            *position = value.wrapping_sub(self.next(offset)).to_le_bytes();
            offset += 5;
        }
    }

    /// The place behind the first byte of an instruction.
    fn next(self, offset: usize) -> u32 {
        let offset = u32::try_from(offset).expect("blocks have sizes of 32 bits");
        offset.wrapping_add(1).wrapping_add(self.start)
    }

    /// Filters that changed only what their mark tells; `is_meant` gets the byte before and the byte.
    fn calls(self, code: &mut [u8], is_meant: impl Fn(Option<u8>, u8) -> bool) {
        // What ends right before a byte was changed itself, and is no prefix.
        let (mut offset, mut before) = (0, None);
        while let Some([byte, position @ ..]) =
            code.get_mut(offset..).and_then(<[u8]>::first_chunk_mut::<5>)
        {
            let (current, [mark, ..]) = (*byte, *position);
            if mark == self.mark && is_meant(before, current) {
                let value = u32::from_be_bytes(*position);
                let value =
                    value.wrapping_sub(self.next(offset)).wrapping_sub(u32::from(self.mark) << 24);
                *position = value.to_le_bytes();
                (offset, before) = (offset + 5, None);
            } else {
                (offset, before) = (offset + 1, Some(current));
            }
        }
    }

    /// Calls of 32-bit Arm.
    fn arm(self, code: &mut [u8]) {
        let start = self.start / 4;
        let (words, _) = code.as_chunks_mut::<4>();
        for (position, word) in (0_u32..).zip(words) {
            let [a, b, c, kind] = *word;
            if kind & 0x0f == 0x0b {
                let target = u32::from_le_bytes([a, b, c, 0]);
                let [a, b, c, _] = target.wrapping_sub(position.wrapping_add(start)).to_le_bytes();
                *word = [a, b, c, kind];
            }
        }
    }

    /// Calls and jumps of 64-bit Arm.
    fn aarch64(self, code: &mut [u8]) {
        const DISTANCE: u32 = 0x03ff_ffff;
        let start = self.start / 4;
        let (words, _) = code.as_chunks_mut::<4>();
        for (position, bytes) in (0_u32..).zip(words) {
            let word = u32::from_le_bytes(*bytes);
            if word >> 26 & 0x1f == 5 {
                let target = word & DISTANCE;
                let distance = target.wrapping_sub(position.wrapping_add(start)) & DISTANCE;
                *bytes = (word & !DISTANCE | distance).to_le_bytes();
            }
        }
    }
}
