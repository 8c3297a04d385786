//! Moves, arithmetic and comparisons of numbers.

use iced_x86::{ConditionCode, Instruction, Mnemonic, OpKind, Register};

use super::operand::{address, bits, get, register, set};
use crate::lift::expressions::{Operation, Value};
use crate::lift::machine::{Condition, Flags, Machine};

const ACCUMULATOR: u8 = 0;
const DATA: u8 = 2;

/// Runs an instruction if it is one of these.
pub(crate) fn step(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    moved(machine, instruction)
        || added(machine, instruction)
        || masked(machine, instruction)
        || shifted(machine, instruction)
        || multiplied(machine, instruction)
        || conditional(machine, instruction)
}

fn moved(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    match instruction.mnemonic() {
        Mnemonic::Mov | Mnemonic::Movzx | Mnemonic::Movsx | Mnemonic::Movsxd => {
            let value = get(machine, instruction, 1);
            set(machine, instruction, 0, value);
        }
        Mnemonic::Lea => {
            let value = address(machine, instruction);
            machine.computed_sum(value);
            set(machine, instruction, 0, value);
        }
        Mnemonic::Xchg => {
            let (one, other) = (get(machine, instruction, 0), get(machine, instruction, 1));
            set(machine, instruction, 0, other);
            set(machine, instruction, 1, one);
        }
        Mnemonic::Bswap => {
            let value = get(machine, instruction, 0);
            let value = machine.unary(Operation::ReverseBytes, 0, value);
            set(machine, instruction, 0, value);
        }
        Mnemonic::Cdq | Mnemonic::Cqo => {
            let sign = machine.shift_right(machine.get(ACCUMULATOR), Value::number(31));
            machine.set(DATA, sign);
        }
        Mnemonic::Cbw | Mnemonic::Cwd | Mnemonic::Cwde | Mnemonic::Cdqe => {}
        _ => return false,
    }
    true
}

fn added(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    let is_borrow = mnemonic == Mnemonic::Sbb
        && instruction.op1_kind() == OpKind::Register
        && instruction.op0_register() == instruction.op1_register();
    let value = match mnemonic {
        Mnemonic::Add | Mnemonic::Adc => {
            let (one, other) = (get(machine, instruction, 0), get(machine, instruction, 1));
            machine.add(one, other)
        }
        Mnemonic::Sbb if is_borrow => {
            machine.condition(Condition::Below);
            machine.select(Value::number(-1), Value::number(0))
        }
        Mnemonic::Sub | Mnemonic::Sbb => {
            let (one, other) = (get(machine, instruction, 0), get(machine, instruction, 1));
            let value = machine.subtract(one, other);
            set(machine, instruction, 0, value);
            machine.state.flags = Flags::Compared(one, other);
            return true;
        }
        Mnemonic::Inc => get(machine, instruction, 0).plus(1),
        Mnemonic::Dec => get(machine, instruction, 0).plus(-1),
        Mnemonic::Neg => {
            let value = get(machine, instruction, 0);
            machine.subtract(Value::number(0), value)
        }
        Mnemonic::Cmp => {
            let (one, other) = (get(machine, instruction, 0), get(machine, instruction, 1));
            machine.state.flags = Flags::Compared(one, other);
            return true;
        }
        _ => return false,
    };
    set(machine, instruction, 0, value);
    machine.state.flags = Flags::Result(value);
    true
}

fn masked(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    let operands = |machine: &mut _| (get(machine, instruction, 0), get(machine, instruction, 1));
    let value = match mnemonic {
        Mnemonic::And | Mnemonic::Test => {
            let (one, other) = operands(machine);
            machine.and(one, other)
        }
        Mnemonic::Or => {
            let (one, other) = operands(machine);
            machine.or(one, other)
        }
        Mnemonic::Xor => {
            let (one, other) = operands(machine);
            machine.exclusive_or(one, other)
        }
        Mnemonic::Not => {
            let value = get(machine, instruction, 0);
            let value = machine.exclusive_or(value, Value::number(-1));
            set(machine, instruction, 0, value);
            return true;
        }
        Mnemonic::Bt | Mnemonic::Bts | Mnemonic::Btr | Mnemonic::Btc => {
            bit(machine, instruction);
            return true;
        }
        _ => return false,
    };
    if mnemonic != Mnemonic::Test {
        set(machine, instruction, 0, value);
    }
    machine.state.flags = Flags::Result(value);
    true
}

/// A bit is tested, and perhaps changed.
fn bit(machine: &mut Machine<'_>, instruction: &Instruction) {
    let (value, place) = (get(machine, instruction, 0), get(machine, instruction, 1));
    let mnemonic = instruction.mnemonic();
    let Some(place) = place.as_number() else {
        let bit = machine.binary(Operation::Bit, value, place);
        machine.state.flags = Flags::Bit(bit);
        if mnemonic != Mnemonic::Bt {
            set(machine, instruction, 0, bit);
        }
        return;
    };
    let mask = 1_i64 << (place & 63);
    let bit = machine.and(value, Value::number(mask));
    let changed = match mnemonic {
        Mnemonic::Bts => machine.or(value, Value::number(mask)),
        Mnemonic::Btr => machine.and(value, Value::number(!mask)),
        Mnemonic::Btc => machine.exclusive_or(value, Value::number(mask)),
        _ => value,
    };
    if mnemonic != Mnemonic::Bt {
        set(machine, instruction, 0, changed);
    }
    machine.state.flags = Flags::Bit(bit);
}

fn shifted(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    if !matches!(
        mnemonic,
        Mnemonic::Shl
            | Mnemonic::Sal
            | Mnemonic::Shr
            | Mnemonic::Sar
            | Mnemonic::Rol
            | Mnemonic::Ror
    ) {
        return false;
    }
    let (value, by) = (get(machine, instruction, 0), get(machine, instruction, 1));
    let result = match mnemonic {
        Mnemonic::Shl | Mnemonic::Sal => machine.shift_left(value, by),
        Mnemonic::Shr | Mnemonic::Sar => machine.shift_right(value, by),
        _ => match by.as_number().and_then(|by| u32::try_from(by).ok()) {
            Some(by) => {
                let right = bits(instruction).saturating_sub(by);
                let by = if mnemonic == Mnemonic::Rol { by } else { right };
                machine.unary(Operation::Rotate, by, value)
            }
            None => machine.binary(Operation::Rotate, value, by),
        },
    };
    set(machine, instruction, 0, result);
    machine.state.flags = Flags::Result(result);
    true
}

fn multiplied(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    match (instruction.mnemonic(), instruction.op_count()) {
        (Mnemonic::Imul, count @ (2 | 3)) => {
            let first = count - 2;
            let left = get(machine, instruction, first);
            let right = get(machine, instruction, first + 1);
            let product = machine.multiply(left, right);
            set(machine, instruction, 0, product);
        }
        (Mnemonic::Imul | Mnemonic::Mul, _) => {
            let (left, right) = (machine.get(ACCUMULATOR), get(machine, instruction, 0));
            let high = machine.high_product(left, right, bits(instruction));
            let low = machine.multiply(left, right);
            machine.set(ACCUMULATOR, low);
            machine.set(DATA, high);
        }
        (Mnemonic::Div | Mnemonic::Idiv, _) => {
            let (left, right) = (machine.get(ACCUMULATOR), get(machine, instruction, 0));
            let quotient = machine.divide(left, right);
            let remainder = machine.remainder(left, right);
            machine.set(ACCUMULATOR, quotient);
            machine.set(DATA, remainder);
        }
        _ => return false,
    }
    true
}

/// The condition that a code asks for, or the opposite of it.
fn condition(code: ConditionCode) -> Condition {
    match code {
        ConditionCode::e | ConditionCode::ne => Condition::Equal,
        ConditionCode::l | ConditionCode::ge => Condition::Less,
        ConditionCode::g | ConditionCode::le => Condition::Greater,
        ConditionCode::b | ConditionCode::ae => Condition::Below,
        ConditionCode::a | ConditionCode::be => Condition::Above,
        ConditionCode::s | ConditionCode::ns => Condition::Sign,
        _ => Condition::Other,
    }
}

/// Jumps, moves and bytes that depend on the flags.
fn conditional(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let code = instruction.condition_code();
    if code == ConditionCode::None {
        return false;
    }
    let asked = machine.condition(condition(code));
    if instruction.is_jcc_short_or_near() {
        return true;
    }
    match instruction.op_count() {
        1 => set(machine, instruction, 0, asked),
        2 => {
            let (one, other) = (get(machine, instruction, 0), get(machine, instruction, 1));
            let value = machine.select(one, other);
            if instruction.op0_register() != Register::None
                && register(instruction.op0_register()).is_some()
            {
                set(machine, instruction, 0, value);
            }
        }
        _ => {}
    }
    true
}
