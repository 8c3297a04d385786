//! 64-bit Arm, as far as the walk needs it.
//!
//! A dozen masks over 32-bit words say where control flows and which addresses are computed; a full decoder would
//! tell nothing more here. Source of the encodings: Arm Architecture Reference Manual for A-profile, DDI 0487, C4.1.

use super::flow::{Flow, JumpTable, Reference, Step};

/// Decodes one run of code.
pub(crate) struct AArch64<'image> {
    bytes: &'image [u8],
    address: u64,
    offset: usize,
    registers: [Value; 32],
}

/// The known value of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Unknown,
    /// An address.
    Constant(u64),
    /// The bytes in memory at an address.
    Slot(u64),
    /// An entry of a table.
    Entry {
        table: u64,
        width: u8,
        is_signed: bool,
    },
    /// An entry, shifted and added to a base.
    Target {
        table: u64,
        width: u8,
        is_signed: bool,
        base: u64,
        shift: u8,
    },
}

impl<'image> AArch64<'image> {
    pub(crate) fn new(bytes: &'image [u8], address: u64) -> Self {
        Self { bytes, address, offset: 0, registers: [Value::Unknown; 32] }
    }

    /// Goes to an offset in the run of code; `false` where it lies outside or between two words.
    pub(crate) fn seek(&mut self, offset: u32) -> bool {
        self.offset = offset as usize;
        self.registers = [Value::Unknown; 32];
        let aligned = (self.address.wrapping_add(u64::from(offset))).is_multiple_of(4);
        aligned && self.offset < self.bytes.len()
    }

    /// Decodes the next instruction; `None` where the bytes are none.
    #[inline]
    pub(crate) fn step(&mut self) -> Option<Step> {
        let word = u32::from_le_bytes(*self.bytes.get(self.offset..)?.first_chunk()?);
        if !is_allocated(word) {
            return None;
        }
        let address = self.address.wrapping_add(self.offset as u64);
        self.offset += 4;
        let flow = self.flow(word, address);
        let reference =
            if flow == Flow::Next { follow(&mut self.registers, word, address) } else { None };
        if matches!(flow, Flow::Call(_) | Flow::CallSlot(_) | Flow::CallUnknown) {
            // A call leaves x0 to x18 as it likes.
            self.registers.iter_mut().take(19).for_each(|register| *register = Value::Unknown);
        }
        let reference = reference.map(Reference::Computed);
        Some(Step { length: 4, flow, reference, literal: None })
    }

    fn flow(&self, word: u32, address: u64) -> Flow {
        match word {
            _ if word & 0xfc00_0000 == 0x1400_0000 => Flow::Jump(offset(address, word, 0, 26)),
            _ if word & 0xfc00_0000 == 0x9400_0000 => Flow::Call(offset(address, word, 0, 26)),
            _ if word & 0xff00_0000 == 0x5400_0000 => conditional(address, word),
            _ if word & 0x7e00_0000 == 0x3400_0000 => Flow::Branch(offset(address, word, 5, 19)),
            _ if word & 0x7e00_0000 == 0x3600_0000 => Flow::Branch(offset(address, word, 5, 14)),
            _ if word & 0xfeff_f000 == 0xd61f_0000 => match self.register(word >> 5) {
                Value::Slot(slot) => Flow::JumpSlot(slot),
                Value::Constant(target) => Flow::Jump(target),
                _ => Flow::JumpUnknown,
            },
            _ if word & 0xfeff_f000 == 0xd63f_0000 => match self.register(word >> 5) {
                Value::Slot(slot) => Flow::CallSlot(slot),
                Value::Constant(target) => Flow::Call(target),
                _ => Flow::CallUnknown,
            },
            _ if word & 0xffff_f000 == 0xd65f_0000 || word == 0xd69f_03e0 => Flow::Return,
            // `brk` and `hlt`.
            _ if word & 0xffe0_001f == 0xd420_0000 || word & 0xffe0_001f == 0xd440_0000 => {
                Flow::Halt
            }
            _ => Flow::Next,
        }
    }

    fn register(&self, number: u32) -> Value {
        read(&self.registers, number)
    }

    /// The number of bytes of padding at the beginning of some bytes.
    pub(crate) fn padding(bytes: &[u8]) -> u32 {
        match bytes {
            [0x1f, 0x20, 0x03, 0xd5, ..] | [0, 0, 0, 0, ..] => 4,
            _ => 0,
        }
    }

    /// The table that the indirect jump at the end of some straight code goes by.
    ///
    /// `bytes` begin at an instruction at `address`; the last instruction is the jump.
    pub(crate) fn jump_table(bytes: &[u8], address: u64) -> Option<JumpTable> {
        let (words, _) = bytes.as_chunks::<4>();
        let (last, before) = words.split_last()?;
        let mut registers = [Value::Unknown; 32];
        let (mut compared, mut count) = (None, None);
        let mut target = address;
        for word in before {
            let word = u32::from_le_bytes(*word);
            // `cmp` with a constant, then `b.hi`, `b.ls`, `b.hs` or `b.lo`.
            if word & 0x7fc0_001f == 0x7100_001f {
                compared = Some(word >> 10 & 0xfff);
            } else if word & 0xff00_0010 == 0x5400_0000 {
                count = match word & 0xf {
                    8 | 9 => compared.map(|last| last + 1),
                    2 | 3 => compared,
                    _ => count,
                };
            } else if word & 0xfc00_0000 != 0x1400_0000 {
                follow(&mut registers, word, target);
            }
            target = target.wrapping_add(4);
        }
        let (address, width, is_signed, base, shift) =
            match read(&registers, u32::from_le_bytes(*last) >> 5) {
                Value::Target { table, width, is_signed, base, shift } => {
                    (table, width, is_signed, base, shift)
                }
                Value::Entry { table, width: 8, .. } => (table, 8, false, 0, 0),
                _ => return None,
            };
        Some(JumpTable { address, width, is_signed, base, shift, count, is_code: false })
    }
}

/// Returns true if a word is an instruction at all, by the top level of the encoding.
fn is_allocated(word: u32) -> bool {
    match word >> 25 & 0xf {
        // Reserved, but for the matrix instructions in the upper half.
        0 => word >> 31 == 1,
        1 | 3 => false,
        _ => true,
    }
}

/// `b.al` and `b.nv` are jumps in the clothes of branches.
fn conditional(address: u64, word: u32) -> Flow {
    let target = offset(address, word, 5, 19);
    if word & 0xe == 0xe { Flow::Jump(target) } else { Flow::Branch(target) }
}

/// The address that a signed number of words in a field leads to.
fn offset(address: u64, word: u32, low: u32, width: u32) -> u64 {
    let field = (word << (32 - low - width)).cast_signed() >> (32 - width);
    address.wrapping_add_signed(i64::from(field) * 4)
}

fn read(registers: &[Value; 32], number: u32) -> Value {
    registers.get(number as usize & 31).copied().unwrap_or(Value::Unknown)
}

/// Runs an instruction that computes, and gives the address that it computes.
fn follow(registers: &mut [Value; 32], word: u32, address: u64) -> Option<u64> {
    let (target, source, second) = (word & 31, word >> 5 & 31, word >> 16 & 31);
    let value = match word {
        _ if word & 0x9f00_0000 == 0x9000_0000 => {
            let page = page_offset(word) << 12;
            set(registers, target, Value::Constant((address & !0xfff).wrapping_add_signed(page)));
            return None;
        }
        _ if word & 0x9f00_0000 == 0x1000_0000 => {
            let address = address.wrapping_add_signed(page_offset(word));
            set(registers, target, Value::Constant(address));
            return Some(address);
        }
        _ if word & 0xff80_0000 == 0x9100_0000 => match read(registers, source) {
            Value::Constant(page) => {
                let shift = word >> 22 & 1;
                let sum = page.wrapping_add(u64::from(word >> 10 & 0xfff) << (12 * shift));
                set(registers, target, Value::Constant(sum));
                return Some(sum);
            }
            _ => Value::Unknown,
        },
        _ if word & 0xffc0_0000 == 0xf940_0000 => match read(registers, source) {
            Value::Constant(page) => {
                Value::Slot(page.wrapping_add(u64::from(word >> 10 & 0xfff) * 8))
            }
            _ => Value::Unknown,
        },
        _ if word & 0xff00_0000 == 0x5800_0000 => {
            Value::Slot(address.wrapping_add_signed(i64::from((word << 8).cast_signed() >> 13) * 4))
        }
        // A load with a register as its index.
        _ if word & 0x3f20_0c00 == 0x3820_0800 && word >> 22 & 3 != 0 => {
            match read(registers, source) {
                Value::Constant(table) => {
                    let width = 1 << (word >> 30);
                    Value::Entry { table, width, is_signed: word >> 23 & 1 == 1 }
                }
                _ => Value::Unknown,
            }
        }
        // `add` with an extended register, and with a shifted one.
        _ if word & 0xffe0_0000 == 0x8b20_0000 => {
            let is_signed = word >> 15 & 1 == 1;
            let [shift, ..] = (word >> 10 & 7).to_le_bytes();
            sum(read(registers, source), read(registers, second), shift, is_signed)
        }
        _ if word & 0xffe0_0000 == 0x8b00_0000 => {
            let [shift, ..] = (word >> 10 & 63).to_le_bytes();
            sum(read(registers, source), read(registers, second), shift, false)
        }
        _ if word & 0x7fe0_ffe0 == 0x2a00_03e0 => read(registers, second),
        // Stores and what sets no register leave them alone.
        _ if word & 0x0a00_0000 == 0x0800_0000 && word >> 22 & 1 == 0 => return None,
        _ if word & 0xff00_0000 == 0xd500_0000 => return None,
        _ => Value::Unknown,
    };
    set(registers, target, value);
    None
}

fn set(registers: &mut [Value; 32], number: u32, value: Value) {
    // Register 31 is zero or the stack pointer.
    if let Some(slot) = registers.get_mut(number as usize).filter(|_| number != 31) {
        *slot = value;
    }
}

fn page_offset(word: u32) -> i64 {
    let high = i64::from((word << 8).cast_signed() >> 13);
    (high << 2) | i64::from(word >> 29 & 3)
}

fn sum(left: Value, right: Value, shift: u8, is_extended: bool) -> Value {
    match (left, right) {
        (Value::Constant(base), Value::Entry { table, width, is_signed }) => {
            let is_signed = is_signed || is_extended;
            Value::Target { table, width, is_signed, base, shift }
        }
        (Value::Entry { table, width, is_signed }, Value::Constant(base)) if shift == 0 => {
            Value::Target { table, width, is_signed, base, shift }
        }
        _ => Value::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::{AArch64, Flow};

    fn flow(word: u32) -> Option<Flow> {
        let bytes = word.to_le_bytes();
        let mut decoder = AArch64::new(&bytes, 0x1000);
        decoder.seek(0);
        decoder.step().map(|step| step.flow)
    }

    #[test]
    fn jumps_lead_where_the_manual_says() {
        assert_eq!(flow(0x1400_0002), Some(Flow::Jump(0x1008)));
        assert_eq!(flow(0x97ff_ffff), Some(Flow::Call(0xffc)));
        assert_eq!(flow(0x5400_0041), Some(Flow::Branch(0x1008)));
        assert_eq!(flow(0xb4ff_ffe0), Some(Flow::Branch(0xffc)));
        assert_eq!(flow(0x3607_ffe0), Some(Flow::Branch(0xffc)));
        assert_eq!(flow(0xd65f_03c0), Some(Flow::Return));
        assert_eq!(flow(0xd61f_0200), Some(Flow::JumpUnknown));
        assert_eq!(flow(0xd420_0020), Some(Flow::Halt));
        assert_eq!(flow(0), None);
    }
}
