//! Names of instructions that the decoder does not tell from their relatives, by their bits.
//!
//! Source: Arm Architecture Reference Manual (DDI 0406C), A5.2.7, A5.4.3, A6.3.14 and A6.3.16.

/// Bits that a set of instructions has, a mask of the bits that count, and the name; conditions do not count in A32.
type Named = (u32, u32, &'static str);

/// Instructions of A32 with the result in bits 12 to 15 and the operand in the lowest four.
const A32: [Named; 5] = [
    (0x016f_0f10, 0x0fff_0ff0, "clz"),
    (0x06bf_0f30, 0x0fff_0ff0, "rev"),
    (0x06bf_0fb0, 0x0fff_0ff0, "rev16"),
    (0x06ff_0f30, 0x0fff_0ff0, "rbit"),
    (0x06ff_0fb0, 0x0fff_0ff0, "revsh"),
];

/// The same in Thumb, with the result in bits 8 to 11.
const T32: [Named; 5] = [
    (0xfab0_f080, 0xfff0_f0f0, "clz"),
    (0xfa90_f080, 0xfff0_f0f0, "rev"),
    (0xfa90_f090, 0xfff0_f0f0, "rev16"),
    (0xfa90_f0a0, 0xfff0_f0f0, "rbit"),
    (0xfa90_f0b0, 0xfff0_f0f0, "revsh"),
];

/// The name, result and operand of an instruction of four bytes with a single operand.
pub(crate) fn with_one_operand(bits: u32) -> Option<(&'static str, [u8; 2])> {
    let (table, result) = if is_thumb(bits) { (T32, 8) } else { (A32, 12) };
    let (_, _, word) = table.into_iter().find(|(value, mask, _)| bits & mask == *value)?;
    let [to, from] = [bits >> result, bits].map(|register| register.to_le_bytes()[0] & 15);
    Some((word, [to, from]))
}

/// The name of what reverses bytes.
pub(crate) fn reversal(bits: u32, length: u32) -> &'static str {
    match (length, bits >> 6 & 3) {
        (2, 1) => "rev16",
        (2, 3) => "revsh",
        (2, _) => "rev",
        _ => with_one_operand(bits).map_or("rev", |(word, _)| word),
    }
}

/// Returns true if a multiplication with a result of 64 bits takes its operands as signed numbers.
pub(crate) fn is_signed(bits: u32) -> bool {
    if is_thumb(bits) { bits >> 21 & 1 == 0 } else { bits >> 22 & 1 == 1 }
}

/// The halves that a multiplication of halves takes, `b` for the lower one and `t` for the upper one; empty for others.
pub(crate) fn halves(bits: u32) -> &'static str {
    const NAMES: [&str; 4] = ["bb", "bt", "tb", "tt"];
    let (is_half, right) = if is_thumb(bits) {
        (bits & 0xfff0_00c0 == 0xfb10_0000, 4)
    } else {
        (matches!(bits & 0x0ff0_0090, 0x0100_0080 | 0x0160_0080), 6)
    };
    let number = (bits >> 5 & 1) * 2 + (bits >> right & 1);
    NAMES
        .into_iter()
        .zip(0..)
        .find(|(_, at_bits)| is_half && *at_bits == number)
        .map_or("", |(word, _)| word)
}

/// Returns true for the bits of a Thumb instruction of four bytes: in A32 no condition has them, but for instructions
/// that have no operands of this kind.
fn is_thumb(bits: u32) -> bool {
    bits >> 28 == 0xf
}
