//! Floating-point numbers in vector registers.

use iced_x86::{Instruction, Mnemonic, OpKind};

use super::operand::{get, set};
use crate::lift::expressions::Operation;
use crate::lift::machine::{Flags, Machine};

/// Runs an instruction if it is one of these. A vector counts as its first number.
pub(crate) fn step(machine: &mut Machine<'_>, instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    if let Some(operation) = arithmetic(mnemonic) {
        let (one, other) = (get(machine, instruction, 0), get(machine, instruction, 1));
        let value = machine.binary(operation, one, other);
        set(machine, instruction, 0, value);
        return true;
    }
    match mnemonic {
        Mnemonic::Ucomiss | Mnemonic::Ucomisd | Mnemonic::Comiss | Mnemonic::Comisd => {
            let (one, other) = (get(machine, instruction, 0), get(machine, instruction, 1));
            machine.state.flags = Flags::Compared(one, other);
        }
        Mnemonic::Pxor | Mnemonic::Xorps | Mnemonic::Xorpd => {
            let (one, other) = (get(machine, instruction, 0), get(machine, instruction, 1));
            let value = machine.exclusive_or(one, other);
            set(machine, instruction, 0, value);
        }
        Mnemonic::Andps | Mnemonic::Andpd => {
            let value = get(machine, instruction, 0);
            let value = machine.unary(Operation::FloatAbsolute, 0, value);
            set(machine, instruction, 0, value);
        }
        _ if is_move(instruction) => {
            let value = get(machine, instruction, 1);
            set(machine, instruction, 0, value);
        }
        _ => {
            let operation = match mnemonic {
                Mnemonic::Sqrtss | Mnemonic::Sqrtsd => Operation::FloatRoot,
                Mnemonic::Cvtsi2sd
                | Mnemonic::Cvtsi2ss
                | Mnemonic::Cvttsd2si
                | Mnemonic::Cvttss2si => Operation::Convert,
                _ => return false,
            };
            let value = get(machine, instruction, 1);
            let value = machine.unary(operation, 0, value);
            set(machine, instruction, 0, value);
        }
    }
    true
}

fn arithmetic(mnemonic: Mnemonic) -> Option<Operation> {
    Some(match mnemonic {
        Mnemonic::Addss | Mnemonic::Addsd | Mnemonic::Addps | Mnemonic::Addpd => {
            Operation::FloatAdd
        }
        Mnemonic::Mulss | Mnemonic::Mulsd | Mnemonic::Mulps | Mnemonic::Mulpd => {
            Operation::FloatMultiply
        }
        Mnemonic::Subss | Mnemonic::Subsd | Mnemonic::Subps | Mnemonic::Subpd => {
            Operation::FloatSubtract
        }
        Mnemonic::Divss | Mnemonic::Divsd | Mnemonic::Divps | Mnemonic::Divpd => {
            Operation::FloatDivide
        }
        _ => return None,
    })
}

/// Copies, and conversions between widths of floating-point numbers, which change nothing here.
fn is_move(instruction: &Instruction) -> bool {
    match instruction.mnemonic() {
        Mnemonic::Movsd => instruction.op_count() == 2 && !is_string(instruction),
        Mnemonic::Movss
        | Mnemonic::Movaps
        | Mnemonic::Movups
        | Mnemonic::Movapd
        | Mnemonic::Movupd
        | Mnemonic::Movdqa
        | Mnemonic::Movdqu
        | Mnemonic::Movq
        | Mnemonic::Movd
        | Mnemonic::Movlps
        | Mnemonic::Movlpd
        | Mnemonic::Lddqu
        | Mnemonic::Cvtss2sd
        | Mnemonic::Cvtsd2ss
        | Mnemonic::Cvtps2pd
        | Mnemonic::Cvtpd2ps
        | Mnemonic::Unpcklps
        | Mnemonic::Unpcklpd => true,
        _ => false,
    }
}

/// `movsd` is also a string instruction, whose operands lie at `rsi` and `rdi`.
fn is_string(instruction: &Instruction) -> bool {
    !matches!(instruction.op0_kind(), OpKind::Register | OpKind::Memory)
}
