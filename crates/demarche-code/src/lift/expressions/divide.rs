//! Divisions by constants, which compilers write as multiplications.

use super::{Expressions, Operation, Value};

/// The largest divisor that is recognised.
const LARGEST: u128 = 0xFFFF_FFFF;

impl Expressions {
    /// `(value * factor) >> shift`, a division where the factor is near a power of two over a whole number.
    ///
    /// A negative factor stands for itself plus 2³² or 2⁶⁴: compilers add the value afterwards.
    ///
    /// Source: Granlund and Montgomery (1994), "Division by invariant integers using multiplication".
    pub(crate) fn quotient(&mut self, value: Value, factor: i64, shift: u32) -> Value {
        let divisor = divisor(factor, shift);
        let (operation, amount) = match divisor {
            Some(divisor) => (Operation::Divide, divisor),
            None => (Operation::HighProduct, 0),
        };
        let quotient = self.make(operation, amount, value, None);
        self.note_product(quotient, factor, shift);
        quotient
    }
}

/// The whole number whose quotient `(x * factor) >> shift` is.
fn divisor(factor: i64, shift: u32) -> Option<u32> {
    let factor = match u128::try_from(factor) {
        Ok(factor) => factor,
        Err(_) if shift < 64 && factor >= i64::from(i32::MIN) => {
            u128::from(super::value::narrow(factor).cast_unsigned() & 0xFFFF_FFFF)
        }
        Err(_) => u128::from(factor.cast_unsigned()),
    };
    let power = 1_u128.checked_shl(shift).filter(|_| shift < 127)?;
    let divisor = power.checked_add(factor / 2)?.checked_div(factor)?;
    let off = (divisor * factor).abs_diff(power);
    let is_near = off.checked_mul(10_000_000).is_some_and(|off| off < power);
    (is_near && (3..=LARGEST).contains(&divisor)).then(|| u32::try_from(divisor).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_of_compilers_are_divisions() {
        assert_eq!(divisor(0xCCCC_CCCD, 35), Some(10), "unsigned, in 64 bits");
        assert_eq!(divisor(i64::from(0xCCCC_CCCD_u32.cast_signed()), 35), Some(10), "as 32 bits");
        assert_eq!(divisor(0x6666_6667, 34), Some(10), "signed");
        assert_eq!(divisor(0x5555_5556, 32), Some(3));
        assert_eq!(divisor(0xCCCC_CCCC_CCCC_CCCD_u64.cast_signed(), 67), Some(10), "64 bits");
    }

    #[test]
    fn other_products_are_not() {
        for (factor, shift) in [(0, 32), (12345, 32), (1, 0), (3, 200), (i64::MIN, 1), (-1, 32)] {
            assert_eq!(divisor(factor, shift), None, "{factor} >> {shift}");
        }
    }
}
