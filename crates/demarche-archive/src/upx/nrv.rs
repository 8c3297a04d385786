//! The compression of UCL: NRV2B, NRV2D and NRV2E, whose bits stand in words of 8, 16 or 32 bits.
//!
//! Source: Oberhumer, "UCL data compression library", the description of its formats; the three differ in how far and how
//! long a repetition may be.

/// The form of repetitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    B,
    D,
    E,
}

/// Bits of a stream, in words of some bytes, with whole bytes between them.
struct Bits<'data> {
    rest: &'data [u8],
    /// The bytes of a word.
    width: usize,
    /// The same in bits.
    bits: u32,
    word: u32,
    left: u32,
}

impl Bits<'_> {
    /// The next bit; `None` at the end of the stream.
    fn bit(&mut self) -> Option<u32> {
        if self.left == 0 {
            let (word, rest) = self.rest.split_at_checked(self.width)?;
            self.word = word.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte));
            self.left = self.bits;
            self.rest = rest;
        }
        self.left -= 1;
        Some(self.word >> self.left & 1)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    /// A number that grows by a bit until the next bit says that it ends.
    fn number(&mut self, mut number: u32) -> Option<u32> {
        loop {
            number = number.checked_mul(2)?.checked_add(self.bit()?)?;
            if self.bit()? == 1 {
                return Some(number);
            }
        }
    }

    /// The distance of a repetition, before the byte that belongs to it.
    fn distance(&mut self, form: Form) -> Option<u32> {
        if form == Form::B {
            return self.number(1);
        }
        let mut number = 1_u32;
        loop {
            number = number.checked_mul(2)?.checked_add(self.bit()?)?;
            if self.bit()? == 1 {
                return Some(number);
            }
            number = (number - 1).checked_mul(2)?.checked_add(self.bit()?)?;
        }
    }
}

/// Decodes a stream to exactly `size` bytes; `None` where it holds another number, or is damaged.
///
/// `width` is the number of bytes of a word: 1, 2 or 4. Memory follows what was decoded.
pub(crate) fn decode(stream: &[u8], form: Form, width: usize, size: usize) -> Option<Vec<u8>> {
    let width_in_bits = u32::try_from(width).ok()?.checked_mul(8)?;
    let mut bits = Bits { rest: stream, width, bits: width_in_bits, word: 0, left: 0 };
    let mut output: Vec<u8> = Vec::new();
    let (mut last, far) = (1_u32, if form == Form::B { 0xd00 } else { 0x500 });
    loop {
        while bits.bit()? == 1 {
            if output.len() >= size {
                return None;
            }
            output.push(bits.byte()?);
        }
        let number = bits.distance(form)?;
        let mut length;
        if number == 2 {
            length = if form == Form::B { 0 } else { bits.bit()? };
        } else {
            let distance = (number.checked_sub(3)? << 8) | u32::from(bits.byte()?);
            if distance == u32::MAX || number >= 0x0100_0003 {
                return (output.len() == size).then_some(output);
            }
            length = if form == Form::B { 0 } else { !distance & 1 };
            let distance = if form == Form::B { distance } else { distance >> 1 };
            last = distance.checked_add(1)?;
        }
        length = length_of(&mut bits, form, length)? + u32::from(last > far);
        copy(&mut output, last, length.checked_add(1)?, size)?;
    }
}

/// The length of a repetition, of which the first bit may be known.
fn length_of(bits: &mut Bits<'_>, form: Form, first: u32) -> Option<u32> {
    if form == Form::E {
        return if first == 1 {
            Some(1 + bits.bit()?)
        } else if bits.bit()? == 1 {
            Some(3 + bits.bit()?)
        } else {
            bits.number(1)?.checked_add(3)
        };
    }
    let first = if form == Form::B { bits.bit()? } else { first };
    match first * 2 + bits.bit()? {
        0 => bits.number(1)?.checked_add(2),
        length => Some(length),
    }
}

/// Repeats what lies at a distance; what is repeated may be part of the repetition.
fn copy(output: &mut Vec<u8>, distance: u32, length: u32, size: usize) -> Option<()> {
    let (distance, length) = (usize::try_from(distance).ok()?, usize::try_from(length).ok()?);
    let start = output.len().checked_sub(distance)?;
    if output.len().checked_add(length)? > size {
        return None;
    }
    if distance >= length {
        output.extend_from_within(start..start + length);
        return Some(());
    }
    for position in start..start + length {
        output.push(*output.get(position)?);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_stream_is_refused() {
        for form in [Form::B, Form::D, Form::E] {
            for width in [1, 2, 4] {
                assert_eq!(decode(&[], form, width, 10), None);
                assert_eq!(decode(&[0xff; 40], form, width, 4), None);
            }
        }
    }
}
