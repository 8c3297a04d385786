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
    let machine = u16_at(bytes, 18).map(elf::Machine);
    let is_little = matches!(machine, Some(elf::EM_386 | elf::EM_X86_64 | elf::EM_AARCH64));
    let is_sized = |(offset, size)| u16_at(bytes, offset) == Some(size);
    let class = match (is_sized(NARROW), is_sized(WIDE)) {
        (true, false) => Some(1),
        (false, true) => Some(2),
        _ => class,
    };
    (class, if is_little { Some(1) } else { order })
}

/// Returns true if the identification states another class or order of bytes than the system takes.
pub(crate) fn is_false(bytes: &[u8]) -> bool {
    class_and_order(bytes) != (bytes.get(4).copied(), bytes.get(5).copied())
}
