//! The bytecode of .NET: a machine with a stack, whose arguments and local variables are slots of it.

use demarche_image::dotnet::{Token, TokenKind};

use super::expressions::{Base, Operation, Value};
use super::hash::{self, fold, mix};
use super::machine::{Lifted, Machine};
use super::members::{Known, Members};
use super::traits::Class;
use crate::cil::instruction::{Instruction, Operand};
use crate::cil::program::callee;
use crate::{Callee, Function};

/// The bytes of a slot.
const SLOT: i64 = 8;

/// The first slot of arguments; local variables begin at zero, and the stack grows down from there.
const ARGUMENTS: i64 = 1 << 20;

/// The most arguments of a call that are looked at.
const MOST: u32 = 64;

/// Tags of hashes: the program's own methods, its signatures, results of calls, texts, fields, elements of arrays.
const OWN: u64 = 970;
const CALLED: u64 = 971;
const RESULT: u64 = 972;
const TEXT: u64 = 973;
const ELEMENT: u32 = 0x974;
const LENGTH: u32 = 0x975;
const STATIC: u64 = 976;

/// Notes what a method takes and returns.
pub(crate) fn begin(machine: &mut Machine<'_>, function: &Function) {
    let Some(members) = &machine.surroundings.members else { return };
    let methods = &members.bytecode.methods;
    let index = methods.binary_search_by_key(&function.start, |method| method.start);
    let Some(method) = index.ok().and_then(|index| methods.get(index)) else { return };
    let signature = members.get(method.token).signature;
    machine.traits.add(Class::Use, mix(OWN, signature));
}

/// Runs the instructions of a block; it ends early at bytes that are none.
pub(crate) fn run(machine: &mut Machine<'_>, bytes: &[u8], address: u64, lifted: &mut Lifted) {
    let Some(members) = &machine.surroundings.members else { return };
    let mut stack = Stack { machine, members };
    let mut offset = 0_usize;
    while let Some(instruction) = bytes.get(offset..).and_then(Instruction::read) {
        lifted.exact = mix(lifted.exact, exact(members, &instruction));
        lifted.instructions += 1;
        stack.step(&instruction, address.wrapping_add(offset as u64));
        offset += instruction.length;
    }
}

/// The hash of an instruction without the numbers of rows.
fn exact(members: &Members<'_>, instruction: &Instruction<'_>) -> u64 {
    let operand = match instruction.operand {
        Operand::None => 0,
        Operand::Number(number) => number.cast_unsigned(),
        Operand::Float(number) => number.to_bits(),
        Operand::Jump(distance) => u64::from(distance.cast_unsigned()),
        Operand::Table(distances) => hash::bytes(distances.iter().flatten().copied()),
        Operand::Token(token) => match Token(token).kind() {
            Some(TokenKind::Text) => text(members, Token(token)),
            Some(TokenKind::TypeDef | TokenKind::TypeRef | TokenKind::TypeSpec) => {
                members.type_name(Token(token)).unwrap_or(1)
            }
            _ => {
                let known = members.get(Token(token));
                mix(known.name.map_or(OWN, |name| name), known.signature)
            }
        },
    };
    mix(u64::from(instruction.code), operand)
}

/// The hash of a text, the same as that of machine code where it has nothing but ASCII; that of an empty one where there is
/// none.
fn text(members: &Members<'_>, token: Token) -> u64 {
    /// The longest text that is read, in characters, as in machine code.
    const LONGEST: usize = 400;
    let (units, _) = members.bytecode.text(token).unwrap_or(&[]).as_chunks::<2>();
    let units = units.get(..LONGEST).unwrap_or(units);
    let is_ascii = units.iter().all(|[low, high]| *high == 0 && low.is_ascii());
    let bytes = units.iter().flat_map(|[low, high]| {
        [Some(*low), Some(*high).filter(|_| !is_ascii)].into_iter().flatten()
    });
    hash::bytes(bytes)
}

/// A machine, used as the stack of the bytecode.
struct Stack<'machine, 'a> {
    machine: &'machine mut Machine<'a>,
    members: &'a Members<'a>,
}

impl Stack<'_, '_> {
    fn top(&self) -> Value {
        self.machine.get(self.machine.stack_pointer())
    }

    fn move_top(&mut self, top: Value) {
        self.machine.set(self.machine.stack_pointer(), top);
    }

    fn push(&mut self, value: Value) {
        let top = self.top().plus(-SLOT);
        self.move_top(top);
        self.machine.store(top, value);
    }

    /// Takes the topmost value; one that is like no other where the stack is empty.
    fn pop(&mut self) -> Value {
        let top = self.top();
        if top.as_stack().is_none_or(|offset| offset >= 0) {
            return self.machine.expressions.variable();
        }
        self.move_top(top.plus(SLOT));
        self.machine.load(top, 8, false)
    }

    /// Takes the two topmost values, the lower one first.
    fn pair(&mut self) -> (Value, Value) {
        let right = self.pop();
        (self.pop(), right)
    }

    fn unknown(&mut self) {
        let value = self.machine.expressions.variable();
        self.push(value);
    }

    fn step(&mut self, instruction: &Instruction<'_>, address: u64) {
        match instruction.operand {
            Operand::Token(token) => self.token(instruction.code, Token(token), address),
            _ => {
                let done = self.variable(instruction)
                    || self.computation(instruction.code)
                    || self.memory(instruction.code);
                if !done {
                    self.rest(instruction);
                }
            }
        }
    }

    /// Runs an instruction if it is one of constants, arguments and local variables.
    fn variable(&mut self, instruction: &Instruction<'_>) -> bool {
        let code = instruction.code;
        let number = match instruction.operand {
            Operand::Number(number) => number,
            _ => 0,
        };
        let short = |first: u16| i64::from(code - first);
        let local = |index: i64| Value::stack(index * SLOT);
        let argument = |index: i64| Value::stack(ARGUMENTS + index * SLOT);
        let (value, is_address) = match code {
            0x02..=0x05 => (argument(short(0x02)), false),
            0x06..=0x09 => (local(short(0x06)), false),
            0x0e | 0xfe09 => (argument(number), false),
            0x0f | 0xfe0a => (argument(number), true),
            0x11 | 0xfe0c => (local(number), false),
            0x12 | 0xfe0d => (local(number), true),
            0x0a..=0x0d | 0x10 | 0x13 | 0xfe0b | 0xfe0e => {
                let slot = match code {
                    0x10 | 0xfe0b => argument(number),
                    0x13 | 0xfe0e => local(number),
                    _ => local(short(0x0a)),
                };
                let value = self.pop();
                self.machine.store(slot, value);
                return true;
            }
            0x14 => (Value::number(0), true),
            0x15..=0x1e => (Value::number(i64::from(code) - 0x16), true),
            0x1f..=0x21 => (Value::number(number), true),
            0x22 | 0x23 => match instruction.operand {
                Operand::Float(number) => (Value::float(number), true),
                _ => return false,
            },
            _ => return false,
        };
        let value = if is_address { value } else { self.machine.load(value, 8, false) };
        self.push(value);
        true
    }

    /// Runs an instruction if it computes or compares.
    fn computation(&mut self, code: u16) -> bool {
        match code {
            0x58..=0x64 | 0xd6..=0xdb => {
                let (left, right) = self.pair();
                let machine = &mut *self.machine;
                let value = match code {
                    0x58 | 0xd6 | 0xd7 => machine.add(left, right),
                    0x59 | 0xda | 0xdb => machine.subtract(left, right),
                    0x5a | 0xd8 | 0xd9 => machine.multiply(left, right),
                    0x5b | 0x5c => machine.divide(left, right),
                    0x5d | 0x5e => machine.remainder(left, right),
                    0x5f => machine.and(left, right),
                    0x60 => machine.or(left, right),
                    0x61 => machine.exclusive_or(left, right),
                    0x62 => machine.shift_left(left, right),
                    _ => machine.shift_right(left, right),
                };
                self.push(value);
            }
            0x65 | 0x66 => {
                let value = self.pop().negated();
                self.push(if code == 0x66 { value.plus(-1) } else { value });
            }
            0x6b | 0x6c | 0x76 => {
                let value = self.pop();
                let value = self.machine.unary(Operation::Convert, 0, value);
                self.push(value);
            }
            // Other conversions only cut or extend.
            0x67..=0x6a | 0x6d | 0x6e | 0x82..=0x8b | 0xb3..=0xba | 0xd1..=0xd5 | 0xe0 => {}
            0xfe01..=0xfe05 => {
                let (left, right) = self.pair();
                let value = self.compare(code, left, right);
                self.push(value);
            }
            0x2c | 0x2d | 0x39 | 0x3a => {
                let value = self.pop();
                self.compare(0xfe01, value, Value::number(0));
            }
            0x2e..=0x37 | 0x3b..=0x44 => {
                let (left, right) = self.pair();
                let short = if code >= 0x3b { code - 0x3b } else { code - 0x2e };
                // Equal, not less, greater, not greater, less; the same again, for not equal and unsigned.
                let condition = match short % 5 {
                    0 => 0xfe01,
                    2 | 3 => 0xfe02,
                    _ => 0xfe04,
                };
                self.compare(condition + u16::from(short > 5), left, right);
            }
            _ => return false,
        }
        true
    }

    /// A comparison: equal, greater or less, the latter two also of unsigned numbers.
    fn compare(&mut self, code: u16, left: Value, right: Value) -> Value {
        let is_zero = right.as_number() == Some(0);
        let is_compared = self.machine.expressions.plain(left).is_some_and(|expression| {
            matches!(expression.operation, Operation::Equal | Operation::Less)
        });
        match code {
            // A comparison that is compared with nothing is itself, or its opposite.
            0xfe01 if is_zero && is_compared => left,
            // Greater than nothing is how compilers say that something is not nothing.
            0xfe03 if is_zero => self.machine.equal(left, right),
            0xfe02 => self.machine.less(right, left, false),
            0xfe03 => self.machine.less(right, left, true),
            0xfe04 => self.machine.less(left, right, false),
            0xfe05 => self.machine.less(left, right, true),
            _ => self.machine.equal(left, right),
        }
    }

    /// Runs an instruction if it goes to memory or arrays.
    fn memory(&mut self, code: u16) -> bool {
        match code {
            0x46..=0x50 => {
                let address = self.pop();
                let value = self.machine.load(address, 8, false);
                self.push(value);
            }
            0x51..=0x57 | 0xdf => {
                let (address, value) = self.pair();
                self.machine.store(address, value);
            }
            0x8e => {
                let array = self.pop();
                let value = self.machine.unary(Operation::Other, LENGTH, array);
                self.push(value);
            }
            0x90..=0x9a => self.load_element(),
            0x9b..=0xa2 => self.store_element(),
            _ => return false,
        }
        true
    }

    fn element(&mut self, array: Value, index: Value) -> Value {
        self.machine.used(index);
        self.machine.expressions.make(Operation::Other, ELEMENT, array, Some(index))
    }

    fn load_element(&mut self) {
        let (array, index) = self.pair();
        let element = self.element(array, index);
        let value = self.machine.load(element, 8, false);
        self.push(value);
    }

    fn store_element(&mut self) {
        let value = self.pop();
        let (array, index) = self.pair();
        let element = self.element(array, index);
        self.machine.store(element, value);
    }

    /// Runs what is left of the instructions without a token.
    fn rest(&mut self, instruction: &Instruction<'_>) {
        match instruction.code {
            0x25 => {
                let value = self.pop();
                self.push(value);
                self.push(value);
            }
            0x26 => {
                self.pop();
            }
            0x2a if self.top().as_stack().is_some_and(|offset| offset < 0) => {
                let value = self.pop();
                self.machine.returned(value);
            }
            0x45 => {
                let (value, ways) = (self.pop(), instruction.targets(0).len());
                let ways = i64::try_from(ways).unwrap_or(i64::MAX);
                self.machine.less(value, Value::number(ways), true);
            }
            0x7a => {
                let value = self.pop();
                self.machine.argument(value);
            }
            // To leave a watched stretch empties the stack.
            0xdd | 0xde => self.move_top(Value::stack(0)),
            0xfe0f => {
                let size = self.pop();
                let value = self.machine.other(u32::from(instruction.code), size, Value::number(0));
                self.push(value);
            }
            0xfe11 => {
                self.pop();
            }
            0xfe17 | 0xfe18 => {
                for _ in 0..3 {
                    let value = self.pop();
                    self.machine.argument(value);
                }
                let name = if instruction.code == 0xfe17 { "memcpy" } else { "memset" };
                self.machine.as_if_called(name);
            }
            0xfe00 | 0xfe1d => self.unknown(),
            _ => {}
        }
    }

    /// Runs an instruction with a token.
    fn token(&mut self, code: u16, token: Token, address: u64) {
        match code {
            0x27..=0x29 | 0x6f | 0x73 => self.call(code, token, address),
            0x72 => {
                let text = text(self.members, token);
                self.machine.traits.add(Class::Text, text);
                let value = self.machine.expressions.import(mix(TEXT, text));
                self.push(value);
            }
            0x7b..=0x80 => self.field(code, token),
            0xfe06 | 0xfe07 => self.pointer(code, token),
            0xd0 => self.handle(token),
            _ => self.typed(code, token),
        }
    }

    fn call(&mut self, code: u16, token: Token, address: u64) {
        const NEW: u16 = 0x73;
        let known =
            if code == 0x29 { self.through_pointer(token) } else { self.members.get(token) };
        let given = u32::from(code == NEW).min(known.arguments);
        for _ in 0..(known.arguments - given).min(MOST) {
            let value = self.pop();
            self.machine.argument(value);
        }
        if known.name.is_none() {
            self.machine.traits.add(Class::Argument, mix(CALLED, known.signature));
        }
        self.machine.called(address, None);
        self.machine.after_call([]);
        if code == NEW || known.returns {
            let value = match known.name {
                Some(name) => self.machine.expressions.import(mix(RESULT, name)),
                None => self.machine.expressions.variable(),
            };
            self.push(value);
        }
    }

    /// The signature of a call through a pointer, which lies on the stack above the arguments.
    fn through_pointer(&mut self, token: Token) -> Known {
        self.pop();
        let Some(signature) = self.members.bytecode.signature(token) else {
            return Known::default();
        };
        Known {
            name: None,
            signature: self.members.signature(&signature),
            arguments: signature.arguments + u32::from(signature.has_this),
            returns: signature.returns,
        }
    }

    fn field(&mut self, code: u16, token: Token) {
        let known = self.members.get(token);
        let value = (code == 0x7d || code == 0x80).then(|| self.pop());
        let object = if code < 0x7e { self.pop() } else { Value::number(0) };
        let expressions = &mut self.machine.expressions;
        let place = match known.name {
            Some(name) => {
                self.machine.traits.add(Class::Import, name);
                expressions.import(name)
            }
            None => {
                let kind = if code < 0x7e { known.signature } else { mix(STATIC, known.signature) };
                expressions.make(Operation::Other, fold(kind), object, None)
            }
        };
        match (value, code) {
            (Some(value), _) => self.machine.store(place, value),
            (None, 0x7c | 0x7f) => self.push(place),
            (None, _) => {
                let value = self.machine.load(place, 8, false);
                self.push(value);
            }
        }
    }

    /// The address of a method.
    fn pointer(&mut self, code: u16, token: Token) {
        if code == 0xfe07 {
            self.pop();
        }
        let known = self.members.get(token);
        let image = self.machine.surroundings.image;
        let value = match (callee(image, self.members.bytecode, token), known.name) {
            (Callee::Function(index), _) => {
                let methods = &self.members.bytecode.methods;
                let method = usize::try_from(index).ok().and_then(|index| methods.get(index));
                method.map_or(Value::number(0), |method| Value::address(method.start.0))
            }
            (_, Some(name)) => {
                self.machine.traits.add(Class::Import, name);
                self.machine.expressions.import(name)
            }
            _ => self.machine.expressions.variable(),
        };
        self.push(value);
    }

    /// A handle of a type, or of a field whose bytes lie in the file.
    fn handle(&mut self, token: Token) {
        let image = self.machine.surroundings.image;
        let data = self.members.bytecode.data(token).map(|address| image.bytes(address));
        let content = data.and_then(|bytes| bytes.first_chunk::<16>());
        if let Some(head) = content.filter(|head| head.iter().any(|byte| *byte != 0)) {
            self.machine.traits.add(Class::Content, hash::bytes(*head));
        } else if let Some(name) = self.type_of(token) {
            self.machine.traits.add(Class::Import, name);
        }
        self.unknown();
    }

    /// The hash of a type of another assembly.
    fn type_of(&self, token: Token) -> Option<u64> {
        let is_type = matches!(
            token.kind(),
            Some(TokenKind::TypeDef | TokenKind::TypeRef | TokenKind::TypeSpec)
        );
        is_type.then(|| self.members.type_name(token)).flatten()
    }

    /// Runs an instruction with a type.
    fn typed(&mut self, code: u16, token: Token) {
        let name = self.type_of(token);
        match code {
            // To box, unbox or cast changes no value, but tells of the type.
            0x74 | 0x75 | 0x79 | 0x8c | 0xa5 | 0xc2 | 0xc6 => {
                let casts = matches!(code, 0x74 | 0x75);
                if let Some(name) = name.filter(|_| casts) {
                    self.machine.traits.add(Class::Import, name);
                }
            }
            0x8d => {
                let size = self.pop();
                let kind = fold(name.unwrap_or(1));
                let value = self.machine.other(kind, size, Value::number(1));
                self.push(value);
            }
            0x71 => {
                let address = self.pop();
                let value = self.machine.load(address, 8, false);
                self.push(value);
            }
            0x81 => {
                let (address, value) = self.pair();
                self.machine.store(address, value);
            }
            0x8f => {
                let (array, index) = self.pair();
                let element = self.element(array, index);
                self.push(element);
            }
            0xa3 => self.load_element(),
            0xa4 => self.store_element(),
            0x70 => {
                self.pair();
            }
            0xfe15 => {
                let address = self.pop();
                if address.base != Base::STACK {
                    self.machine.store(address, Value::number(0));
                }
            }
            0xfe1c => self.unknown(),
            _ => {}
        }
    }
}
