//! The computations of the processor, simplified.

use super::expressions::{Base, Operation, Value};
use super::machine::Machine;
use super::traits::Class;

/// Masks that only cut a value to a width, as some instruction sets need and others do not.
const WIDTHS: [i64; 3] = [-1, 0xFF, 0xFFFF];

impl Machine<'_> {
    pub(crate) fn add(&mut self, one: Value, other: Value) -> Value {
        if one.base == Base::FLOAT || other.base == Base::FLOAT {
            return self.binary(Operation::Add, one, other);
        }
        if let Some(number) = one.as_number() {
            return other.plus(number);
        }
        if let Some(number) = other.as_number() {
            return one.plus(number);
        }
        if one.base == other.base {
            let (scale, is_lost) = one.scale.overflowing_add(other.scale);
            let offset = one.offset.wrapping_add(other.offset);
            if scale == 0 {
                return Value::number(offset);
            }
            if !one.base.is_special() && !is_lost {
                return Value { scale, ..one }.plus(other.offset);
            }
        }
        if let Some(value) = self.idiom(one, other).or_else(|| self.idiom(other, one)) {
            return value;
        }
        self.sum(one, other)
    }

    /// A sum of two things: the constants are added to its offset.
    fn sum(&mut self, one: Value, other: Value) -> Value {
        // The address of a table is a leaf of the sum rather than its offset.
        let part = |value: Value| if value.base == Base::IMAGE { 0 } else { value.offset };
        let offset = part(one).wrapping_add(part(other));
        let bare = |value: Value| Value { offset: value.offset.wrapping_sub(part(value)), ..value };
        self.binary(Operation::Add, bare(one), bare(other)).plus(offset)
    }

    /// Rotations, remainders and corrected quotients, which are written as sums.
    fn idiom(&mut self, one: Value, other: Value) -> Option<Value> {
        let right = *self.expressions.get(other).filter(|_| other.offset == 0)?;
        let is_plain = other.scale == 1;
        match right.operation {
            Operation::ShiftRight if is_plain && one.offset == 0 && one.scale > 1 => {
                let is_same = right.left == Value { scale: 1, ..one };
                let left = one.scale.cast_unsigned();
                let width = left.trailing_zeros().wrapping_add(right.amount);
                let is_rotation = left.is_power_of_two() && matches!(width, 32 | 64);
                (is_same && is_rotation)
                    .then(|| self.unary(Operation::Rotate, left.trailing_zeros(), right.left))
            }
            Operation::ShiftRight if right.amount >= 31 && matches!(one.scale, 1 | -1) => {
                // The sign is taken off a quotient that was rounded down.
                let left = self.expressions.get(one)?;
                let is_quotient =
                    matches!(left.operation, Operation::Divide | Operation::HighProduct);
                (is_quotient && left.left == right.left).then_some(one)
            }
            Operation::Divide if one == right.left => {
                let divisor = i32::try_from(right.amount).ok();
                if divisor.is_some_and(|divisor| other.scale == divisor.wrapping_neg()) {
                    return Some(self.unary(Operation::Remainder, right.amount, one));
                }
                (is_plain && right.factor < 0).then_some(other)
            }
            Operation::HighProduct if one == right.left => {
                (is_plain && right.factor < 0).then_some(other)
            }
            _ => None,
        }
    }

    pub(crate) fn subtract(&mut self, one: Value, other: Value) -> Value {
        self.add(one, other.negated())
    }

    /// A sum that is an address: its parts are no traits by themselves.
    pub(crate) fn address_sum(&mut self, one: Value, other: Value) -> Value {
        let mark = self.traits.mark();
        let sum = self.add(one, other);
        self.traits.without_expressions(mark);
        sum
    }

    /// A value times a number.
    pub(crate) fn scaled(&mut self, value: Value, factor: i64) -> Value {
        let number = Value::number(factor);
        match value.base {
            Base::NUMBER => Value::number(value.offset.wrapping_mul(factor)),
            _ if factor == 0 => number,
            Base::IMAGE | Base::STACK | Base::FLOAT => {
                self.binary(Operation::Multiply, value, number)
            }
            base => {
                let scale = i64::from(value.scale).checked_mul(number.offset);
                let scale = scale.map(|scale| Value::number(scale).offset);
                match scale.and_then(|scale| i32::try_from(scale).ok()) {
                    Some(scale) if scale != 0 => {
                        let offset = Value::number(value.offset.wrapping_mul(factor)).offset;
                        Value { base, scale, offset }
                    }
                    _ => self.binary(Operation::Multiply, value, number),
                }
            }
        }
    }

    pub(crate) fn multiply(&mut self, one: Value, other: Value) -> Value {
        match (one.as_number(), other.as_number()) {
            (_, Some(factor)) => self.scaled(one, factor),
            (Some(factor), None) => self.scaled(other, factor),
            (None, None) => self.binary(Operation::Multiply, one, other),
        }
    }

    /// The upper half of a product of two values of so many bits.
    pub(crate) fn high_product(&mut self, one: Value, other: Value, bits: u32) -> Value {
        match (one.as_number(), other.as_number()) {
            (Some(_), Some(_)) => self.expressions.variable(),
            (_, Some(factor)) => self.quotient(one, factor, bits),
            (Some(factor), None) => self.quotient(other, factor, bits),
            (None, None) => self.binary(Operation::HighProduct, one, other),
        }
    }

    pub(crate) fn quotient(&mut self, value: Value, factor: i64, shift: u32) -> Value {
        self.used(value);
        let quotient = self.expressions.quotient(value, factor, shift);
        self.computed(quotient);
        quotient
    }

    pub(crate) fn and(&mut self, left: Value, right: Value) -> Value {
        let (left, right) = if left.as_number().is_some() { (right, left) } else { (left, right) };
        if left == right {
            return left;
        }
        match (left.as_number(), right.as_number()) {
            (Some(left), Some(right)) => Value::number(left & right),
            (_, Some(0)) => right,
            (_, Some(mask)) if WIDTHS.contains(&mask) => left,
            // The stack pointer is aligned.
            (_, Some(mask)) if mask < 0 && left.base == Base::STACK => left,
            _ => self.binary(Operation::And, left, right),
        }
    }

    pub(crate) fn or(&mut self, one: Value, other: Value) -> Value {
        if one == other {
            return one;
        }
        match (one.as_number(), other.as_number()) {
            (Some(one), Some(other)) => Value::number(one | other),
            (_, Some(0)) | (Some(-1), _) => one,
            (Some(0), _) | (_, Some(-1)) => other,
            _ => match self.idiom(one, other).or_else(|| self.idiom(other, one)) {
                Some(value) => value,
                None => self.binary(Operation::Or, one, other),
            },
        }
    }

    pub(crate) fn exclusive_or(&mut self, one: Value, other: Value) -> Value {
        if one == other {
            return Value::number(0);
        }
        match (one.as_number(), other.as_number()) {
            (Some(one), Some(other)) => Value::number(one ^ other),
            (_, Some(0)) => one,
            (Some(0), _) => other,
            (_, Some(-1)) => one.negated().plus(-1),
            _ => match self.idiom(one, other).or_else(|| self.idiom(other, one)) {
                Some(value) => value,
                None => self.binary(Operation::ExclusiveOr, one, other),
            },
        }
    }

    pub(crate) fn shift_left(&mut self, value: Value, by: Value) -> Value {
        match by.as_number() {
            Some(bits @ 0..=62) => self.scaled(value, 1_i64 << bits),
            _ => self.binary(Operation::ShiftLeft, value, by),
        }
    }

    /// A shift to the right; whether it keeps the sign makes no difference here.
    pub(crate) fn shift_right(&mut self, value: Value, by: Value) -> Value {
        let Some(bits) = by.as_number() else {
            return self.binary(Operation::ShiftRight, value, by);
        };
        let Some(bits) = u32::try_from(bits).ok().filter(|bits| (1..64).contains(bits)) else {
            return value;
        };
        if let Some(number) = value.as_number() {
            return Value::number(number >> bits);
        }
        if value.base.is_special() || value.offset != 0 {
            return self.unary(Operation::ShiftRight, bits, value);
        }
        let plain = Value { scale: 1, ..value };
        if bits >= 32 && value.scale.unsigned_abs() > 0xFFFF {
            return self.quotient(plain, i64::from(value.scale), bits);
        }
        if i64::from(value.scale) == 1_i64 << bits {
            return plain; // a pair of shifts that only cuts or extends
        }
        match self.expressions.plain(value).copied() {
            Some(it)
                if matches!(it.operation, Operation::HighProduct | Operation::Divide)
                    && it.factor != 0 =>
            {
                self.quotient(it.left, it.factor, it.shift.saturating_add(bits))
            }
            Some(it) if it.operation == Operation::ShiftRight && (1..64).contains(&it.amount) => {
                self.unary(Operation::ShiftRight, it.amount.saturating_add(bits), it.left)
            }
            _ => self.unary(Operation::ShiftRight, bits, value),
        }
    }

    pub(crate) fn divide(&mut self, one: Value, other: Value) -> Value {
        match other.as_number().and_then(|divisor| u32::try_from(divisor).ok()) {
            Some(divisor) if divisor.is_power_of_two() => {
                self.shift_right(one, Value::number(i64::from(divisor.trailing_zeros())))
            }
            Some(divisor) if divisor > 0 => self.unary(Operation::Divide, divisor, one),
            _ => self.binary(Operation::Divide, one, other),
        }
    }

    pub(crate) fn remainder(&mut self, one: Value, other: Value) -> Value {
        match other.as_number().and_then(|divisor| u32::try_from(divisor).ok()) {
            Some(divisor) if divisor > 0 => self.unary(Operation::Remainder, divisor, one),
            _ => self.binary(Operation::Remainder, one, other),
        }
    }

    pub(crate) fn unary(&mut self, operation: Operation, amount: u32, value: Value) -> Value {
        self.used(value);
        let result = self.expressions.make(operation, amount, value, None);
        self.computed(result);
        result
    }

    pub(crate) fn binary(&mut self, operation: Operation, one: Value, other: Value) -> Value {
        self.used(one);
        self.used(other);
        let result = self.expressions.make(operation, 0, one, Some(other));
        self.computed(result);
        result
    }

    /// An instruction that has no better name here.
    pub(crate) fn other(&mut self, kind: u32, one: Value, other: Value) -> Value {
        self.used(one);
        self.used(other);
        let result = self.expressions.make(Operation::Other, kind, one, Some(other));
        self.computed(result);
        result
    }

    /// Something was computed: that is a trait.
    fn computed(&mut self, value: Value) {
        let Some(expression) = self.expressions.get(value).copied() else { return };
        let amount = u64::from(expression.amount);
        let kind = u64::from(expression.operation as u32);
        if matches!(
            expression.operation,
            Operation::ShiftRight | Operation::Rotate | Operation::Divide | Operation::Remainder
        ) {
            self.traits.add(Class::Number, super::hash::mix(kind, amount));
        }
        let plain = Value { scale: 1, offset: 0, ..value };
        self.traits.add(Class::Expression, u64::from(self.expressions.strict(plain, 3)));
        self.traits.add(Class::Shape, u64::from(self.expressions.loose(plain, 3)));
        if expression.operation != Operation::Add {
            self.traits.add(Class::Shape, u64::from(self.expressions.loose(plain, 2)) ^ 5);
        }
    }

    /// A sum that an instruction for addresses computed, but that may be a plain sum.
    pub(crate) fn computed_sum(&mut self, value: Value) {
        if self
            .expressions
            .get(value)
            .is_some_and(|expression| expression.operation == Operation::Add)
        {
            self.computed(value);
        }
    }
}
