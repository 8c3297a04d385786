use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::header::Header;
use crate::little_endian::{u32_at, wide};

/// The sum over a file that drivers must state and other files may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checksum {
    /// As stated; zero where the linker was not asked for it.
    pub stated: u32,
    /// As it is.
    pub computed: u32,
}

impl Checksum {
    /// Adds up all 16-bit words but the sum's own, carries included, and then the file's size.
    pub(crate) fn of(header: &Header<'_>, bytes: &[u8]) -> Self {
        let position = header.optional_offset.saturating_add(64);
        let mut sum = 0_u64;
        for (index, pair) in bytes.chunks(2).enumerate() {
            let offset = index.saturating_mul(2);
            let word = match pair {
                [low, high] => u16::from_le_bytes([*low, *high]),
                [low] => u16::from(*low),
                _ => 0,
            };
            if offset != position && offset != position.saturating_add(2) {
                sum = sum.saturating_add(word.into());
            }
        }
        while sum > 0xffff {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        let computed = u32::try_from(sum.saturating_add(wide(bytes.len())) & 0xffff_ffff);
        Self {
            stated: u32_at(bytes, position).unwrap_or_default(),
            computed: computed.unwrap_or_default(),
        }
    }
}
