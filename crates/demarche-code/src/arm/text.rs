//! Instructions as people read them.

mod names;

use std::fmt::Write as _;

use super::fields::{Address, Offset, Shift};
use super::{Action, Code, Float, FloatOperation, Instruction, Operand, SP, moved, origin};

const CONDITIONS: [&str; 15] =
    ["eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", ""];

fn condition(number: u8) -> &'static str {
    CONDITIONS.get(usize::from(number)).copied().unwrap_or_default()
}

const NAMES: [&str; 16] = [
    "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "fp", "ip", "sp", "lr", "pc",
];

fn name(register: u8) -> &'static str {
    NAMES.get(usize::from(register & 15)).copied().unwrap_or_default()
}

/// The text of an instruction at an address, which is odd for Thumb.
pub(crate) fn text(instruction: &Instruction, address: u64) -> String {
    let is_thumb = address & 1 == 1;
    let pc = origin(address, is_thumb, false);
    let aligned = origin(address, is_thumb, true);
    let when = condition(instruction.condition);
    match instruction.action {
        Action::Compute { code, sets, to, left, right } => {
            compute(code, sets, [to, left], right, when)
        }
        Action::Wide { to, value, is_top } => {
            format!("mov{}{when} {}, #{value}", if is_top { 't' } else { 'w' }, name(to))
        }
        Action::Near { to, offset } => {
            format!("adr{when} {}, {:#x}", name(to), moved(aligned, offset))
        }
        Action::Branch { offset } => format!("b{when} {:#x}", moved(pc, offset)),
        Action::Call { offset, switches: false } => format!("bl{when} {:#x}", moved(pc, offset)),
        Action::Call { offset, .. } => format!("blx {:#x}", moved(aligned, offset)),
        Action::BranchZero { register, is_nonzero, offset } => {
            let word = if is_nonzero { "cbnz" } else { "cbz" };
            format!("{word} {}, {:#x}", name(register), moved(pc, offset))
        }
        Action::To { register } => format!("bx{when} {}", name(register)),
        Action::CallRegister { register } => format!("blx{when} {}", name(register)),
        Action::Table { base, index, width: 1 } => {
            format!("tbb [{}, {}]", name(base), name(index))
        }
        Action::Table { base, index, .. } => {
            format!("tbh [{}, {}, lsl #1]", name(base), name(index))
        }
        Action::Conditions { first, mask } => conditions(first, mask),
        Action::Memory { is_load, width, is_signed, register, second, address } => {
            memory(is_load, (width, is_signed), [register, second], &address, when)
        }
        Action::Block { is_load, base, list, is_before, is_up, writes_back } => {
            block(is_load, base, list, [is_before, is_up, writes_back], when)
        }
        Action::Float(float) => floating(&float, when),
        _ => arithmetic(instruction, when),
    }
}

fn conditions(first: u8, mask: u8) -> String {
    let mut word = "it".to_owned();
    let count = 3 - mask.trailing_zeros().min(3);
    for bit in (0..count).map(|index| 3 - index) {
        word.push(if mask >> bit & 1 == first & 1 { 't' } else { 'e' });
    }
    format!("{word} {}", condition(first))
}

fn shift(shift: Shift) -> &'static str {
    match shift {
        Shift::Left => "lsl",
        Shift::Right => "lsr",
        Shift::SignedRight => "asr",
        Shift::Rotate => "ror",
    }
}

fn operand(operand: Operand) -> String {
    match operand {
        Operand::Number(number) => format!("#{}", number.cast_signed()),
        Operand::Register(register) => name(register).to_owned(),
        Operand::Shifted { register, shift: Shift::Rotate, amount: 0 } => {
            format!("{}, rrx", name(register))
        }
        Operand::Shifted { register, shift: kind, amount } => {
            format!("{}, {} #{amount}", name(register), shift(kind))
        }
        Operand::ByRegister { register, shift: kind, by } => {
            format!("{}, {} {}", name(register), shift(kind), name(by))
        }
    }
}

fn compute(code: Code, sets: bool, [to, left]: [u8; 2], right: Operand, when: &str) -> String {
    let word = match code {
        Code::And => "and",
        Code::ExclusiveOr => "eor",
        Code::Subtract => "sub",
        Code::SubtractFrom => "rsb",
        Code::Add => "add",
        Code::AddCarry => "adc",
        Code::SubtractCarry => "sbc",
        Code::SubtractFromCarry => "rsc",
        Code::Test => "tst",
        Code::TestEqual => "teq",
        Code::Compare => "cmp",
        Code::CompareNegative => "cmn",
        Code::Or => "orr",
        Code::Move => "mov",
        Code::Clear => "bic",
        Code::Not => "mvn",
        Code::OrNot => "orn",
    };
    let sets = if sets && !code.only_compares() { "s" } else { "" };
    match (code, right) {
        (Code::Move, Operand::Shifted { register, shift: kind, amount }) if amount > 0 => {
            format!("{}{sets}{when} {}, {}, #{amount}", shift(kind), name(to), name(register))
        }
        (Code::Move, Operand::ByRegister { register, shift: kind, by }) => {
            format!("{}{sets}{when} {}, {}, {}", shift(kind), name(to), name(register), name(by))
        }
        _ if code.only_compares() => format!("{word}{when} {}, {}", name(left), operand(right)),
        _ if code.is_unary() => format!("{word}{sets}{when} {}, {}", name(to), operand(right)),
        _ => format!("{word}{sets}{when} {}, {}, {}", name(to), name(left), operand(right)),
    }
}

fn arithmetic(instruction: &Instruction, when: &str) -> String {
    match instruction.action {
        Action::Multiply { to, left, right, sum, is_subtracted } => {
            let halves = if instruction.length == 4 { names::halves(instruction.bits) } else { "" };
            let sign = if halves.is_empty() { "" } else { "s" };
            let (to, left, right) = (name(to), name(left), name(right));
            let word = match sum {
                None => "mul",
                Some(_) if is_subtracted => "mls",
                Some(_) => "mla",
            };
            let sum = sum.map_or(String::new(), |sum| format!(", {}", name(sum)));
            format!("{sign}{word}{halves}{when} {to}, {left}, {right}{sum}")
        }
        Action::LongMultiply { low, high, left, right, adds } => {
            let sign = if names::is_signed(instruction.bits) { 's' } else { 'u' };
            let word = if adds { "mlal" } else { "mull" };
            let (low, high) = (name(low), name(high));
            format!("{sign}{word}{when} {low}, {high}, {}, {}", name(left), name(right))
        }
        Action::HighMultiply { to, left, right, .. } => {
            format!("smmul{when} {}, {}, {}", name(to), name(left), name(right))
        }
        Action::Divide { to, left, right } => {
            let sign = if instruction.bits >> 21 & 1 == 1 { 'u' } else { 's' };
            format!("{sign}div{when} {}, {}, {}", name(to), name(left), name(right))
        }
        Action::Extend { to, from, sum, bits, is_signed, turn } => {
            let sign = if is_signed { 's' } else { 'u' };
            let width = if bits == 8 { 'b' } else { 'h' };
            let turn = if turn == 0 { String::new() } else { format!(", ror #{turn}") };
            match sum {
                Some(sum) => {
                    let (to, sum) = (name(to), name(sum));
                    format!("{sign}xta{width}{when} {to}, {sum}, {}{turn}", name(from))
                }
                None => format!("{sign}xt{width}{when} {}, {}{turn}", name(to), name(from)),
            }
        }
        Action::Extract { to, from, low, count, is_signed } => {
            let sign = if is_signed { 's' } else { 'u' };
            format!("{sign}bfx{when} {}, {}, #{low}, #{count}", name(to), name(from))
        }
        Action::Insert { to, from: Some(from), low, count } => {
            format!("bfi{when} {}, {}, #{low}, #{count}", name(to), name(from))
        }
        Action::Insert { to, from: None, low, count } => {
            format!("bfc{when} {}, #{low}, #{count}", name(to))
        }
        Action::ReverseBytes { to, from } => {
            let word = names::reversal(instruction.bits, instruction.length);
            format!("{word}{when} {}, {}", name(to), name(from))
        }
        Action::Halt => "udf".to_owned(),
        Action::System => format!("svc{when}"),
        Action::Nothing => "nop".to_owned(),
        _ if instruction.length == 2 => format!(".short {:#06x}", instruction.bits),
        _ => match names::with_one_operand(instruction.bits) {
            Some((word, [to, from])) => format!("{word}{when} {}, {}", name(to), name(from)),
            None => format!(".word {:#010x}", instruction.bits),
        },
    }
}

fn place(address: &Address) -> String {
    let mut offset = String::new();
    match address.offset {
        Offset::Number(0) if address.is_before && !address.writes_back => {}
        Offset::Number(number) => offset = format!(", #{number}"),
        Offset::Register { register, is_subtracted, shift: kind, amount } => {
            let sign = if is_subtracted { "-" } else { "" };
            offset = format!(", {sign}{}", name(register));
            if amount > 0 {
                let _infallible = write!(offset, ", {} #{amount}", shift(kind));
            }
        }
    }
    let base = name(address.base);
    match (address.is_before, address.writes_back) {
        (true, false) => format!("[{base}{offset}]"),
        (true, true) => format!("[{base}{offset}]!"),
        (false, _) => format!("[{base}]{offset}"),
    }
}

fn memory(
    is_load: bool,
    (width, is_signed): (u8, bool),
    [register, second]: [u8; 2],
    address: &Address,
    when: &str,
) -> String {
    let word = if is_load { "ldr" } else { "str" };
    let sign = if is_signed { "s" } else { "" };
    let size = match width {
        1 => "b",
        2 => "h",
        8 => "d",
        _ => "",
    };
    let mut registers = name(register).to_owned();
    if width == 8 {
        registers = format!("{registers}, {}", name(second));
    }
    format!("{word}{sign}{size}{when} {registers}, {}", place(address))
}

fn block(
    is_load: bool,
    base: u8,
    list: u16,
    [is_before, is_up, writes_back]: [bool; 3],
    when: &str,
) -> String {
    let registers: Vec<&str> = (0..16).filter(|number| list >> number & 1 == 1).map(name).collect();
    let registers = registers.join(", ");
    match (base, writes_back, is_load, is_before, is_up) {
        (SP, true, true, false, true) => format!("pop{when} {{{registers}}}"),
        (SP, true, false, true, false) => format!("push{when} {{{registers}}}"),
        _ => {
            let word = if is_load { "ldm" } else { "stm" };
            let mode = match (is_up, is_before) {
                (true, false) => "",
                (true, true) => "ib",
                (false, false) => "da",
                (false, true) => "db",
            };
            let back = if writes_back { "!" } else { "" };
            format!("{word}{mode}{when} {}{back}, {{{registers}}}", name(base))
        }
    }
}

fn floating(float: &Float, when: &str) -> String {
    let letter = |is_double| if is_double { 'd' } else { 's' };
    let width = |is_double| if is_double { "f64" } else { "f32" };
    match *float {
        Float::Memory { is_load, is_double, register, address } => {
            let word = if is_load { "vldr" } else { "vstr" };
            format!("{word}{when} {}{register}, {}", letter(is_double), place(&address))
        }
        Float::Block { is_load, is_double, first, count, base, writes_back, .. } => {
            let word = if is_load { "vldm" } else { "vstm" };
            let (letter, back) = (letter(is_double), if writes_back { "!" } else { "" });
            let last = first.saturating_add(count).saturating_sub(1);
            format!("{word}{when} {}{back}, {{{letter}{first}-{letter}{last}}}", name(base))
        }
        Float::Compute { operation, is_double, to, left, right } => {
            let (word, has_two) = match operation {
                FloatOperation::Add => ("vadd", true),
                FloatOperation::Subtract => ("vsub", true),
                FloatOperation::Multiply => ("vmul", true),
                FloatOperation::NegateMultiply => ("vnmul", true),
                FloatOperation::Divide => ("vdiv", true),
                FloatOperation::MultiplyAdd => ("vmla", true),
                FloatOperation::MultiplySubtract => ("vmls", true),
                FloatOperation::NegateMultiplyAdd => ("vnmla", true),
                FloatOperation::NegateMultiplySubtract => ("vnmls", true),
                FloatOperation::Copy => ("vmov", false),
                FloatOperation::Absolute => ("vabs", false),
                FloatOperation::Negate => ("vneg", false),
                FloatOperation::Root => ("vsqrt", false),
                FloatOperation::Convert => ("vcvt", false),
            };
            let letter = letter(is_double);
            let left = if has_two { format!("{letter}{left}, ") } else { String::new() };
            format!("{word}{when}.{} {letter}{to}, {left}{letter}{right}", width(is_double))
        }
        Float::Constant { is_double, to, bits } => {
            format!("vmov{when}.{} {}{to}, #{bits:#x}", width(is_double), letter(is_double))
        }
        Float::Compare { is_double, left, right } => {
            let letter = letter(is_double);
            let right = right.map_or("#0.0".to_owned(), |right| format!("{letter}{right}"));
            format!("vcmp{when}.{} {letter}{left}, {right}", width(is_double))
        }
        Float::Core { to_core, core, second, float } => {
            let cores = match second {
                Some(second) => format!("{}, {}", name(core), name(second)),
                None => name(core).to_owned(),
            };
            let float = format!("{}{float}", letter(second.is_some()));
            if to_core {
                format!("vmov{when} {cores}, {float}")
            } else {
                format!("vmov{when} {float}, {cores}")
            }
        }
        Float::Flags => format!("vmrs{when} apsr, fpscr"),
        Float::Vector { kind, to, left, right } => {
            format!("vector.{kind:x} d{to}, d{left}, d{right}")
        }
    }
}
