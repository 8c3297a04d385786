//! Instructions without addresses.

use super::Word;

/// Takes addresses out of the instructions of a block.
#[derive(Debug, Default)]
pub(crate) struct Masked {
    /// The registers that hold the page of an address, one bit each.
    pages: u32,
}

impl Masked {
    /// An instruction's bits but for those that hold an address or a part of one.
    pub(crate) fn of(&mut self, word: Word) -> u32 {
        let (to, from) = (1_u32 << word.bits(0, 5), 1_u32 << word.bits(5, 5));
        let is_relative = word.is(0x1F00_0000, 0x1000_0000);
        let is_added = word.is(0xFF80_0000, 0x9100_0000);
        let is_access = word.is(0x3B00_0000, 0x3900_0000);
        if is_relative {
            self.pages |= to;
            return word.0 & 0x9F00_001F;
        }
        if self.pages & from != 0 && (is_added || is_access) {
            return word.0 & !(0xFFF << 10);
        }
        if word.is(0x7C00_0000, 0x1400_0000) {
            return word.0 & 0xFC00_0000;
        }
        if word.is(0x3B00_0000, 0x1800_0000) {
            return word.0 & !(0x7_FFFF << 5);
        }
        word.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_elsewhere_is_the_same() {
        // adrp x0, page; add x0, x0, low; ldr w1, [x0]; bl target
        let current = [0xB000_0000, 0x9110_0000, 0xB940_0001, 0x9400_0010];
        let second = [0xD000_0020, 0x9120_0000, 0xB940_0001, 0x9400_0999];
        let masked = |words: [u32; 4]| {
            let mut masked = Masked::default();
            words.map(|word| masked.of(Word(word)))
        };
        assert_eq!(masked(current), masked(second));
    }

    #[test]
    fn another_number_is_another_instruction() {
        let mut masked = Masked::default();
        assert_ne!(masked.of(Word(0x9110_0021)), masked.of(Word(0x9120_0021)));
    }
}
