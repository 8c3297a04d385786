//! Values as linear forms over expressions, and the expressions' hashes.
//!
//! A value is `scale * base + offset`. The base is an expression, so that sums and products by constants fold however a
//! compiler wrote them: `lea`, shifts, `sub` of a negative number. An expression is kept as hashes of its tree cut at depth
//! 1, 2 and 3, where leaves that are not constants are all alike, and one hash of the whole, which tells equal values.

mod divide;
mod value;

pub(crate) use value::{Base, Value};

use super::hash::{fold, mix, mix32};

/// The operation of an expression on its operands. The numbers are part of the stored format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Operation {
    Add = 2,
    Multiply = 3,
    And = 4,
    Or = 5,
    ExclusiveOr = 6,
    ShiftRight = 7,
    ShiftLeft = 8,
    Rotate = 9,
    Divide = 10,
    Remainder = 11,
    HighProduct = 12,
    FloatAdd = 13,
    FloatMultiply = 14,
    FloatSubtract = 15,
    FloatDivide = 16,
    FloatRoot = 17,
    FloatAbsolute = 18,
    FloatNegate = 19,
    Convert = 20,
    Select = 21,
    Load = 22,
    Import = 23,
    Bit = 24,
    ReverseBytes = 25,
    Equal = 26,
    Less = 27,
    /// An instruction that has no better name here.
    Other = 28,
}

impl Operation {
    /// Returns true if the order of the operands does not matter.
    fn commutes(self) -> bool {
        matches!(
            self,
            Self::Add
                | Self::Multiply
                | Self::And
                | Self::Or
                | Self::ExclusiveOr
                | Self::HighProduct
                | Self::FloatAdd
                | Self::FloatMultiply
                | Self::Select
                | Self::Equal
        )
    }
}

/// An operation on values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expression {
    pub(crate) operation: Operation,
    /// The shift, divisor, width or kind of instruction.
    pub(crate) amount: u32,
    /// The first operand.
    pub(crate) left: Value,
    /// The factor of its multiplication, where this is the upper part of a product by a constant.
    pub(crate) factor: i64,
    /// By how many bits that product was shifted.
    pub(crate) shift: u32,
    /// The hash of the name, where this is an import.
    pub(crate) name: u64,
    /// Tells it from all other expressions.
    identity: u64,
    /// The hash of its tree to depth 1, 2 and 3.
    strict: [u32; 3],
    /// The same without displacements and scales, which differ between 32 and 64 bits.
    loose: [u32; 3],
}

/// The most expressions that one function may have; further ones are all the same.
const MOST: usize = 1 << 18;

/// The hash of a leaf that is not a constant.
const LEAF: u32 = 0x3333;

/// All expressions of the function at hand.
#[derive(Debug, Default)]
pub(crate) struct Expressions {
    all: Vec<Expression>,
    variables: u32,
}

impl Expressions {
    pub(crate) fn clear(&mut self) {
        self.all.clear();
        self.variables = 0;
    }

    /// A value that comes from elsewhere and is like no other.
    pub(crate) fn variable(&mut self) -> Value {
        self.variables = self.variables.wrapping_add(1);
        Value::of(Base::variable(self.variables))
    }

    /// The expression that a value is made of; `None` for constants, addresses and variables.
    pub(crate) fn get(&self, value: Value) -> Option<&Expression> {
        self.all.get(value.base.expression()?)
    }

    /// The expression that a value is, with neither scale nor offset.
    pub(crate) fn plain(&self, value: Value) -> Option<&Expression> {
        (value.scale == 1 && value.offset == 0).then(|| self.get(value)).flatten()
    }

    /// A hash that equal values have, and different ones have not.
    pub(crate) fn identity(&self, value: Value) -> u64 {
        let base = match self.get(value) {
            Some(expression) => expression.identity,
            None => value.base.identity(),
        };
        mix(base ^ u64::from(value.scale.cast_unsigned()), value.offset.cast_unsigned())
    }

    /// One of the hashes of a value's expression, by its depth; that of a leaf where there is none.
    fn cut(&self, value: Value, depth: usize, hashes: fn(&Expression) -> &[u32; 3]) -> u32 {
        let hashes = self.get(value).map(hashes);
        let index = depth.checked_sub(1);
        hashes.zip(index).and_then(|(hashes, index)| hashes.get(index)).copied().unwrap_or(LEAF)
    }

    /// The hash of a value's tree cut at a depth from 0 to 3.
    pub(crate) fn strict(&self, value: Value, depth: usize) -> u32 {
        if let Some(leaf) = value.leaf() {
            return leaf;
        }
        if depth == 0 {
            return LEAF;
        }
        let cut = |depth| self.cut(value, depth, |expression| &expression.strict);
        if value.scale == 1 && value.offset == 0 {
            return cut(depth);
        }
        let form = mix(u64::from(value.scale.cast_unsigned()), value.offset.cast_unsigned());
        fold(mix(form, u64::from(cut(depth - 1)) ^ 0x5555_0000_0000))
    }

    /// The same without displacements and scales, but for small steps.
    pub(crate) fn loose(&self, value: Value, depth: usize) -> u32 {
        if let Some(leaf) = value.leaf() {
            return leaf;
        }
        if depth == 0 {
            return LEAF;
        }
        let cut = |depth| self.cut(value, depth, |expression| &expression.loose);
        let step = if (-3..=3).contains(&value.offset) { value.offset } else { 0 };
        if step == 0 && value.scale >= 0 {
            return cut(depth);
        }
        let form = mix(u64::from(value.scale < 0), step.cast_unsigned());
        fold(mix(form, u64::from(cut(depth - 1)) ^ 0x5555_0000_0000))
    }

    /// Makes an expression of an operation on one or two values.
    pub(crate) fn make(
        &mut self,
        operation: Operation,
        amount: u32,
        left: Value,
        right: Option<Value>,
    ) -> Value {
        let tag = mix32(operation as u32, amount);
        let commutes = operation.commutes();
        let join = |left: u32, right: u32| {
            let turned = commutes && left > right;
            let (left, right) = if turned { (right, left) } else { (left, right) };
            fold(mix(u64::from(tag) << 32 | u64::from(left), u64::from(right)))
        };
        let strict = [0, 1, 2].map(|depth| {
            let right = right.map_or(0, |right| self.strict(right, depth));
            join(self.strict(left, depth), right)
        });
        let loose = [0, 1, 2].map(|depth| {
            let right = right.map_or(0, |right| self.loose(right, depth));
            join(self.loose(left, depth), right)
        });
        let (first, last) = (self.identity(left), right.map_or(0, |right| self.identity(right)));
        let turned = commutes && first > last;
        let (first, last) = if turned { (last, first) } else { (first, last) };
        let identity = mix(mix(u64::from(tag), first), last);
        let (factor, shift, name) = (0, 0, 0);
        self.push(Expression {
            operation,
            amount,
            left,
            factor,
            shift,
            name,
            identity,
            strict,
            loose,
        })
    }

    /// The value in memory, the stack aside, at an address.
    pub(crate) fn load(&mut self, address: Value, width: u32) -> Value {
        let base = Value { offset: 0, ..address };
        let displacement = if address.base.is_special() { 0 } else { address.offset };
        let tag = mix32(Operation::Load as u32, width.min(4));
        let tag = fold(mix(u64::from(tag), displacement.cast_unsigned()));
        let strict = [0, 1, 2].map(|depth| mix32(tag, self.strict(base, depth)));
        let loose = [0, 1, 2].map(|depth| mix32(Operation::Load as u32, self.loose(base, depth)));
        let identity = mix(self.identity(address), u64::from(Operation::Load as u32));
        let (operation, left) = (Operation::Load, address);
        let (factor, shift, name) = (0, 0, 0);
        let amount = width;
        self.push(Expression {
            operation,
            amount,
            left,
            factor,
            shift,
            name,
            identity,
            strict,
            loose,
        })
    }

    /// The address of a function of another module.
    pub(crate) fn import(&mut self, name: u64) -> Value {
        let hash = fold(name);
        let (operation, amount, left) = (Operation::Import, hash, Value::number(0));
        let (identity, strict, loose) = (mix(name, 1), [hash; 3], [hash; 3]);
        let (factor, shift) = (0, 0);
        self.push(Expression {
            operation,
            amount,
            left,
            factor,
            shift,
            name,
            identity,
            strict,
            loose,
        })
    }

    fn push(&mut self, expression: Expression) -> Value {
        if self.all.len() >= MOST {
            return Value::of(Base::variable(0));
        }
        let value = Value::of(Base::at(self.all.len()));
        self.all.push(expression);
        value
    }

    /// Notes that an expression is the upper part of a product by a constant.
    fn note_product(&mut self, value: Value, factor: i64, shift: u32) {
        let index = value.base.expression();
        if let Some(expression) = index.and_then(|index| self.all.get_mut(index)) {
            expression.factor = factor;
            expression.shift = shift;
            expression.identity = mix(expression.identity, u64::from(shift));
        }
    }
}
