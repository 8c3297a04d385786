//! The floating-point unit with its stack of registers (x87).

use iced_x86::{Instruction, Mnemonic, OpKind};

use super::operand::{get, set, stack_float};
use crate::lift::expressions::{Operation, Value};
use crate::lift::machine::{Flags, Machine};

/// Runs an instruction if it is one of these.
pub(crate) fn step(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    if let Some((operation, is_reversed)) = arithmetic(instruction.mnemonic()) {
        compute(machine, instruction, operation, is_reversed);
        return true;
    }
    loaded(machine, instruction) || compared(machine, instruction) || changed(machine, instruction)
}

fn push(machine: &mut Machine<'_>, value: Value) {
    machine.state.top = machine.state.top.wrapping_sub(1) & 7;
    let top = stack_float(machine, 0);
    machine.set(top, value);
}

fn pop(machine: &mut Machine<'_>) {
    machine.state.top = machine.state.top.wrapping_add(1) & 7;
}

fn loaded(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    match mnemonic {
        Mnemonic::Fld => {
            let value = get(machine, instruction, 0);
            push(machine, value);
        }
        Mnemonic::Fild => {
            let value = get(machine, instruction, 0);
            let value = machine.unary(Operation::Convert, 0, value);
            push(machine, value);
        }
        Mnemonic::Fld1 => push(machine, Value::float(1.0)),
        Mnemonic::Fldz => push(machine, Value::float(0.0)),
        Mnemonic::Fst | Mnemonic::Fstp => {
            let value = machine.get(stack_float(machine, 0));
            set(machine, instruction, 0, value);
        }
        Mnemonic::Fist | Mnemonic::Fistp | Mnemonic::Fisttp => {
            let value = machine.get(stack_float(machine, 0));
            let value = machine.unary(Operation::Convert, 0, value);
            set(machine, instruction, 0, value);
        }
        Mnemonic::Fnstsw | Mnemonic::Sahf | Mnemonic::Fnstcw | Mnemonic::Fldcw | Mnemonic::Wait => {
        }
        _ => return false,
    }
    if matches!(mnemonic, Mnemonic::Fstp | Mnemonic::Fistp | Mnemonic::Fisttp) {
        pop(machine);
    }
    true
}

fn compared(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let pops = match instruction.mnemonic() {
        Mnemonic::Fucomi | Mnemonic::Fcomi | Mnemonic::Fcom | Mnemonic::Fucom => 0,
        Mnemonic::Fucomip | Mnemonic::Fcomip | Mnemonic::Fcomp | Mnemonic::Fucomp => 1,
        Mnemonic::Fcompp | Mnemonic::Fucompp => 2,
        _ => return false,
    };
    let left = machine.get(stack_float(machine, 0));
    let right = match instruction.op_count() {
        0 => machine.get(stack_float(machine, 1)),
        count => get(machine, instruction, count - 1),
    };
    machine.state.flags = Flags::Compared(left, right);
    for _ in 0..pops {
        pop(machine);
    }
    true
}

fn changed(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let top = stack_float(machine, 0);
    let operation = match instruction.mnemonic() {
        Mnemonic::Fchs => Operation::FloatNegate,
        Mnemonic::Fabs => Operation::FloatAbsolute,
        Mnemonic::Fsqrt => Operation::FloatRoot,
        Mnemonic::Fxch => {
            let last = instruction.op_count().saturating_sub(1);
            let (one, other) = (machine.get(top), get(machine, instruction, last));
            set(machine, instruction, last, one);
            machine.set(top, other);
            return true;
        }
        _ => return false,
    };
    let value = machine.unary(operation, 0, machine.get(top));
    machine.set(top, value);
    true
}

/// The operation, and whether its operands are turned round.
fn arithmetic(mnemonic: Mnemonic) -> Option<(Operation, bool)> {
    Some(match mnemonic {
        Mnemonic::Fadd | Mnemonic::Faddp | Mnemonic::Fiadd => (Operation::FloatAdd, false),
        Mnemonic::Fmul | Mnemonic::Fmulp | Mnemonic::Fimul => (Operation::FloatMultiply, false),
        Mnemonic::Fsub | Mnemonic::Fsubp | Mnemonic::Fisub => (Operation::FloatSubtract, false),
        Mnemonic::Fsubr | Mnemonic::Fsubrp | Mnemonic::Fisubr => (Operation::FloatSubtract, true),
        Mnemonic::Fdiv | Mnemonic::Fdivp | Mnemonic::Fidiv => (Operation::FloatDivide, false),
        Mnemonic::Fdivr | Mnemonic::Fdivrp | Mnemonic::Fidivr => (Operation::FloatDivide, true),
        _ => return None,
    })
}

fn compute(
    machine: &mut Machine<'_>,
    instruction: &Instruction,
    operation: Operation,
    is_reversed: bool,
) {
    let mnemonic = instruction.mnemonic();
    let top = stack_float(machine, 0);
    let is_memory = instruction.op0_kind() == OpKind::Memory;
    let (left, right) = if is_memory {
        let right = get(machine, instruction, 0);
        let is_number = matches!(
            mnemonic,
            Mnemonic::Fiadd
                | Mnemonic::Fimul
                | Mnemonic::Fisub
                | Mnemonic::Fisubr
                | Mnemonic::Fidiv
                | Mnemonic::Fidivr
        );
        let right = if is_number { machine.unary(Operation::Convert, 0, right) } else { right };
        (machine.get(top), right)
    } else {
        (get(machine, instruction, 0), get(machine, instruction, 1))
    };
    let (left, right) = if is_reversed { (right, left) } else { (left, right) };
    let value = machine.binary(operation, left, right);
    if is_memory {
        machine.set(top, value);
    } else {
        set(machine, instruction, 0, value);
    }
    if matches!(
        mnemonic,
        Mnemonic::Faddp
            | Mnemonic::Fmulp
            | Mnemonic::Fsubp
            | Mnemonic::Fsubrp
            | Mnemonic::Fdivp
            | Mnemonic::Fdivrp
    ) {
        pop(machine);
    }
}
