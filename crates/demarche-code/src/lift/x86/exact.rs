//! Instructions without addresses.

use iced_x86::{Decoder, Instruction, OpKind};

use crate::lift::hash::mix;
use crate::lift::surroundings::Surroundings;

/// A hash of an instruction's bytes but for those that hold an address. `rest` begins with them and may go on.
pub(crate) fn hash(
    surroundings: &Surroundings<'_>,
    decoder: &Decoder<'_>,
    instruction: &Instruction,
    rest: &[u8],
) -> u64 {
    let packed = Packed::new(rest, instruction.len());
    let (displacement, immediate) = addresses(surroundings, instruction);
    if !displacement && !immediate {
        return packed.hash();
    }
    let offsets = decoder.get_constant_offsets(instruction);
    let mut kept = packed;
    // The immediate value comes last.
    if immediate {
        kept = kept.without(offsets.immediate_offset(), offsets.immediate_size());
    }
    if displacement {
        kept = kept.without(offsets.displacement_offset(), offsets.displacement_size());
    }
    mix(kept.hash(), 1)
}

/// At most 16 bytes as one number, the first of them lowest.
#[derive(Clone, Copy, Debug)]
struct Packed {
    bytes: u128,
    count: usize,
}

impl Packed {
    fn new(rest: &[u8], count: usize) -> Self {
        let bytes = match (rest.first_chunk(), rest.first_chunk()) {
            (Some(sixteen), _) => u128::from_le_bytes(*sixteen),
            (None, Some(eight)) if count <= 8 => u128::from(u64::from_le_bytes(*eight)),
            _ => {
                let itself = rest.iter().take(count).rev();
                itself.fold(0, |bytes, byte| bytes << 8 | u128::from(*byte))
            }
        };
        Self { bytes: bytes & lowest(count), count }
    }

    /// The bytes without some of them.
    fn without(self, from: usize, size: usize) -> Self {
        let from = from.min(self.count);
        let size = size.min(self.count - from);
        let above = self.bytes & !lowest(from + size);
        Self { bytes: self.bytes & lowest(from) | above >> (8 * size), count: self.count - size }
    }

    fn hash(self) -> u64 {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = self.bytes.to_le_bytes();
        let low = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        let high = u64::from_le_bytes([i, j, k, l, m, n, o, p]);
        mix(mix(low, self.count as u64), high)
    }
}

/// The bits of so many bytes.
fn lowest(count: usize) -> u128 {
    if count < 16 { (1 << (8 * count)) - 1 } else { u128::MAX }
}

/// Returns true if the displacement, and whether the immediate value, is an address.
fn addresses(surroundings: &Surroundings<'_>, instruction: &Instruction) -> (bool, bool) {
    let is_branch = matches!(
        instruction.op0_kind(),
        OpKind::NearBranch16 | OpKind::NearBranch32 | OpKind::NearBranch64
    );
    let (mut has_memory, mut immediate) = (false, is_branch);
    for position in 0..instruction.op_count() {
        match instruction.op_kind(position) {
            OpKind::Memory => has_memory = true,
            OpKind::Immediate32 | OpKind::Immediate64 | OpKind::Immediate32to64 => {
                let value = instruction.try_immediate(position);
                immediate |= value.is_ok_and(|value| surroundings.is_address(value));
            }
            _ => {}
        }
    }
    let displacement = has_memory
        && (instruction.is_ip_rel_memory_operand()
            || surroundings.is_address(instruction.memory_displacement64()));
    (displacement, immediate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_taken_out_of_the_middle() {
        let all: Vec<u8> = (1..=20).collect();
        for (from, size) in [(0, 4), (3, 4), (6, 1), (2, 0), (7, 4), (9, 9)] {
            for end in [10, 12, 20] {
                let packed = Packed::new(&all[..end], 10).without(from, size);
                let kept: Vec<u8> = (0..10)
                    .filter(|index| !(from..from + size).contains(index))
                    .map(|index| all[index])
                    .collect();
                assert_eq!(packed.bytes.to_le_bytes()[..kept.len()], kept);
                assert_eq!((packed.count, packed.bytes & !lowest(kept.len())), (kept.len(), 0));
            }
        }
    }

    #[test]
    fn short_and_long_views_of_the_same_bytes_have_one_hash() {
        let all: Vec<u8> = (200..=230).collect();
        for count in 1..=15 {
            let hashes =
                [count, count.max(9), 31].map(|end| Packed::new(&all[..end], count).hash());
            assert!(hashes.iter().all(|hashe| *hashe == hashes[0]), "{count}");
        }
    }
}
