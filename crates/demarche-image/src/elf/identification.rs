use object::elf;

use crate::little_endian::u16_at;

/// The class and the order of bytes of a file, as the system takes them.
///
/// Linux does not look at the two bytes of the identification that state them: the processor and the size of a program
/// header decide. Some malware states others there, to be misread.
pub(crate) fn class_and_order(bytes: &[u8]) -> (Option<u8>, Option<u8>) {
    const NARROW: (usize, u16) = (42, 32);
    const WIDE: (usize, u16) = (54, 56);
    let (class, order) = (bytes.get(4).copied(), bytes.get(5).copied());
    let order = match u16_at(bytes, 18) {
        Some(machine) if LITTLE.contains(&elf::Machine(machine)) => Some(1),
        Some(machine) if elf::Machine(machine.swap_bytes()) == elf::EM_MIPS => Some(2),
        _ => order,
    };
    let number = |offset| match order {
        Some(2) => u16_at(bytes, offset).map(u16::swap_bytes),
        _ => u16_at(bytes, offset),
    };
    let is_sized = |(offset, size)| number(offset) == Some(size);
    let class = match (is_sized(NARROW), is_sized(WIDE)) {
        (true, false) => Some(1),
        (false, true) => Some(2),
        _ => class,
    };
    (class, order)
}

/// Processors whose number, read as little-endian, is that of no other processor with big-endian numbers.
const LITTLE: [elf::Machine; 5] =
    [elf::EM_386, elf::EM_X86_64, elf::EM_AARCH64, elf::EM_ARM, elf::EM_MIPS];

/// Returns true if the identification states another class or order of bytes than the system takes.
pub(crate) fn is_false(bytes: &[u8]) -> bool {
    class_and_order(bytes) != (bytes.get(4).copied(), bytes.get(5).copied())
}
