//! Linear forms.

use crate::lift::hash::{fold, mix};

/// The base of a linear form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Base(u32);

impl Base {
    /// Nothing: the offset is the value.
    pub(crate) const NUMBER: Self = Self(0);
    /// The image: the offset is an address in it.
    pub(crate) const IMAGE: Self = Self(1);
    /// The stack pointer at the function's start.
    pub(crate) const STACK: Self = Self(2);
    /// Nothing: the offset holds the bits of a 64-bit floating-point number.
    pub(crate) const FLOAT: Self = Self(3);

    const EXPRESSIONS: u32 = 4;
    const VARIABLES: u32 = 1 << 31;

    pub(crate) fn at(position: usize) -> Self {
        Self(
            u32::try_from(position)
                .map_or(0, |position| (position + Self::EXPRESSIONS) % Self::VARIABLES),
        )
    }

    pub(crate) fn variable(number: u32) -> Self {
        Self(number | Self::VARIABLES)
    }

    /// Its place among the expressions.
    pub(crate) fn expression(self) -> Option<usize> {
        let position = self.0.checked_sub(Self::EXPRESSIONS)?;
        (self.0 < Self::VARIABLES).then_some(position as usize)
    }

    pub(crate) fn identity(self) -> u64 {
        mix(u64::from(self.0), 77)
    }

    /// Returns true if it is a number or an address rather than something computed.
    pub(crate) fn is_special(self) -> bool {
        self.0 < Self::EXPRESSIONS
    }

    /// Returns true if it comes from elsewhere.
    pub(crate) fn is_variable(self) -> bool {
        self.0 >= Self::VARIABLES
    }
}

/// `scale * base + offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) base: Base,
    pub(crate) scale: i32,
    pub(crate) offset: i64,
}

/// A number as all widths write it: what fits into 32 bits is taken for signed.
pub(crate) fn narrow(number: i64) -> i64 {
    match u32::try_from(number) {
        Ok(low) => i64::from(low.cast_signed()),
        Err(_) => number,
    }
}

impl Value {
    pub(crate) fn of(base: Base) -> Self {
        Self { base, scale: 1, offset: 0 }
    }

    pub(crate) fn number(number: i64) -> Self {
        Self { base: Base::NUMBER, scale: 0, offset: narrow(number) }
    }

    pub(crate) fn address(address: u64) -> Self {
        Self { base: Base::IMAGE, scale: 1, offset: address.cast_signed() }
    }

    pub(crate) fn stack(offset: i64) -> Self {
        Self { base: Base::STACK, scale: 1, offset }
    }

    pub(crate) fn float(number: f64) -> Self {
        Self { base: Base::FLOAT, scale: 0, offset: number.to_bits().cast_signed() }
    }

    /// The number that it is.
    pub(crate) fn as_number(self) -> Option<i64> {
        (self.base == Base::NUMBER).then_some(self.offset)
    }

    /// The address in the image that it is.
    pub(crate) fn as_address(self) -> Option<u64> {
        (self.base == Base::IMAGE && self.scale == 1).then_some(self.offset.cast_unsigned())
    }

    /// The offset on the stack that it is the address of.
    pub(crate) fn as_stack(self) -> Option<i64> {
        (self.base == Base::STACK && self.scale == 1).then_some(self.offset)
    }

    /// Returns true if it is a variable and nothing else.
    pub(crate) fn is_variable(self) -> bool {
        self.base.is_variable() && self.scale == 1 && self.offset == 0
    }

    /// Returns true if it is known wherever it is used: an address, or what stays the same when ways meet.
    pub(crate) fn is_place(self) -> bool {
        matches!(self.base, Base::IMAGE | Base::STACK)
    }

    /// The same with more added.
    pub(crate) fn plus(self, number: i64) -> Self {
        match self.base {
            Base::FLOAT => self,
            Base::IMAGE | Base::STACK => Self { offset: self.offset.wrapping_add(number), ..self },
            _ => Self { offset: narrow(self.offset.wrapping_add(number)), ..self },
        }
    }

    pub(crate) fn negated(self) -> Self {
        match self.base {
            Base::FLOAT => self,
            base => Self {
                base,
                scale: self.scale.wrapping_neg(),
                offset: narrow(self.offset.wrapping_neg()),
            },
        }
    }

    /// The hash of a constant or of the kind of address.
    pub(crate) fn leaf(self) -> Option<u32> {
        match self.base {
            Base::NUMBER => Some(fold(mix(1001, self.offset.cast_unsigned()))),
            Base::IMAGE => Some(0x1111),
            Base::STACK => Some(0x2222),
            Base::FLOAT => Some(fold(mix(1002, self.offset.cast_unsigned()))),
            _ => None,
        }
    }
}
