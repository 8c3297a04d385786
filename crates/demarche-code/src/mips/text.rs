//! Instructions as people read them, with the names of registers that o32 gives.

use super::{
    Action, Float, FloatOperation, Instruction, Operand, Operation, Question, decode, region,
    target,
};

const NAMES: [&str; 32] = [
    "zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2", "t3", "t4", "t5", "t6",
    "t7", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "t8", "t9", "k0", "k1", "gp", "sp", "s8",
    "ra",
];

fn name(register: u8) -> &'static str {
    NAMES.get(usize::from(register & 31)).copied().unwrap_or_default()
}

/// The text of a word at an address; `None` where it is no instruction.
pub(crate) fn text(word: u32, address: u64) -> Option<String> {
    let instruction = decode(word)?;
    Some(match instruction.action {
        Action::Compute { operation, to, left, right } => {
            compute(word, operation, [to, left], right)
        }
        Action::Upper { to, value } => format!("lui {},{value:#x}", name(to)),
        Action::Branch { .. } | Action::Jump { .. } | Action::Call { .. } => {
            jump(&instruction, address)
        }
        Action::To { register } => format!("jr {}", name(register)),
        Action::CallRegister { link: 31, register } => format!("jalr {}", name(register)),
        Action::CallRegister { link, register } => {
            format!("jalr {},{}", name(link), name(register))
        }
        Action::Memory { register, base, offset, .. } => {
            format!("{} {},{offset}({})", access(word), name(register), name(base))
        }
        Action::Float(float) => floating(word, &float, address),
        Action::LongMultiply { left, right, .. } | Action::Divide { left, right } => {
            let zero =
                if matches!(instruction.action, Action::Divide { .. }) { "zero," } else { "" };
            format!("{} {zero}{},{}", long(word), name(left), name(right))
        }
        Action::FromLong { to, is_high } => {
            format!("{} {}", if is_high { "mfhi" } else { "mflo" }, name(to))
        }
        Action::ToLong { from, is_high } => {
            format!("{} {}", if is_high { "mthi" } else { "mtlo" }, name(from))
        }
        Action::Extract { to, from, low, count } => {
            format!("ext {},{},{low:#x},{count:#x}", name(to), name(from))
        }
        Action::Insert { to, from, low, count } => {
            format!("ins {},{},{low:#x},{count:#x}", name(to), name(from))
        }
        Action::Extend { to, from, bits } => {
            format!("{} {},{}", if bits == 8 { "seb" } else { "seh" }, name(to), name(from))
        }
        Action::ReverseBytes { to, from } => format!("wsbh {},{}", name(to), name(from)),
        Action::MoveIf { to, from, asked, is_zero } => {
            let word = if is_zero { "movz" } else { "movn" };
            format!("{word} {},{},{}", name(to), name(from), name(asked))
        }
        Action::Halt => "break".to_owned(),
        Action::System => "syscall".to_owned(),
        Action::Nothing => nothing(word).to_owned(),
        Action::Other { to, left, .. } => other(word, to, left),
    })
}

fn nothing(word: u32) -> &'static str {
    match (word >> 26, word & 63) {
        (0, 15) => "sync",
        (0, 48) => "tge",
        (0, 49) => "tgeu",
        (0, 50) => "tlt",
        (0, 51) => "tltu",
        (0, 52) => "teq",
        (0, 54) => "tne",
        (51, _) => "pref",
        (47, _) => "cache",
        (1, _) if word >> 16 & 31 == 31 => "synci",
        _ => "trap",
    }
}

fn other(word: u32, to: u8, left: u8) -> String {
    match (word >> 26, word & 63) {
        (28, 32) => format!("clz {},{}", name(to), name(left)),
        (28, 33) => format!("clo {},{}", name(to), name(left)),
        (31, 59) => format!("rdhwr {},${}", name(to), word >> 11 & 31),
        (0, 1) => {
            let word = if word >> 16 & 1 == 1 { "movt" } else { "movf" };
            format!("{word} {},{}", name(to), name(left))
        }
        _ => format!(".word {word:#010x}"),
    }
}

fn long(word: u32) -> &'static str {
    match (word >> 26, word & 63) {
        (0, 24) => "mult",
        (0, 25) => "multu",
        (0, 26) => "div",
        (0, _) => "divu",
        (_, 0) => "madd",
        (_, 1) => "maddu",
        (_, 4) => "msub",
        _ => "msubu",
    }
}

fn access(word: u32) -> &'static str {
    match word >> 26 {
        32 => "lb",
        33 => "lh",
        34 => "lwl",
        35 => "lw",
        36 => "lbu",
        37 => "lhu",
        38 => "lwr",
        40 => "sb",
        41 => "sh",
        42 => "swl",
        43 => "sw",
        46 => "swr",
        48 => "ll",
        49 => "lwc1",
        53 => "ldc1",
        56 => "sc",
        57 => "swc1",
        _ => "sdc1",
    }
}

fn compute(word: u32, operation: Operation, [to, left]: [u8; 2], right: Operand) -> String {
    if word == 0 {
        return "nop".to_owned();
    }
    let is_constant = matches!(right, Operand::Number(_));
    let is_unsigned = if is_constant { word >> 26 & 1 == 1 } else { word & 1 == 1 };
    let base = match operation {
        Operation::Add => ["add", "addu", "addi", "addiu"],
        Operation::Subtract => ["sub", "subu", "sub", "subu"],
        Operation::And => ["and", "and", "andi", "andi"],
        Operation::Or => ["or", "or", "ori", "ori"],
        Operation::ExclusiveOr => ["xor", "xor", "xori", "xori"],
        Operation::Nor => ["nor"; 4],
        Operation::SetLess => ["slt", "slt", "slti", "slti"],
        Operation::SetBelow => ["sltu", "sltu", "sltiu", "sltiu"],
        Operation::ShiftLeft => ["sllv", "sllv", "sll", "sll"],
        Operation::ShiftRight => ["srlv", "srlv", "srl", "srl"],
        Operation::ShiftSigned => ["srav", "srav", "sra", "sra"],
        Operation::Rotate => ["rotrv", "rotrv", "ror", "ror"],
        Operation::Multiply => ["mul"; 4],
    };
    let index = usize::from(is_unsigned) + 2 * usize::from(is_constant);
    let word = base.get(index).copied().unwrap_or_default();
    match right {
        Operand::Register(right) => format!("{word} {},{},{}", name(to), name(left), name(right)),
        Operand::Number(number)
            if matches!(operation, Operation::Add | Operation::SetLess | Operation::SetBelow) =>
        {
            format!("{word} {},{},{number}", name(to), name(left))
        }
        Operand::Number(number) => format!("{word} {},{},{number:#x}", name(to), name(left)),
    }
}

fn jump(instruction: &Instruction, address: u64) -> String {
    let bits = instruction.bits;
    match instruction.action {
        Action::Jump { target } => format!("j {:#x}", region(address, target)),
        Action::Call { target } => format!("jal {:#x}", region(address, target)),
        Action::Branch { question, left, right, offset, links } => {
            let is_likely = matches!(bits >> 26, 20..=23) || bits >> 26 == 1 && bits >> 17 & 1 == 1;
            let likely = if is_likely { "l" } else { "" };
            let link = if links { "al" } else { "" };
            let to = target(address, offset);
            let word = match question {
                Question::Equal => "beq",
                Question::NotEqual => "bne",
                Question::LessZero => "bltz",
                Question::GreaterEqualZero => "bgez",
                Question::LessEqualZero => "blez",
                Question::GreaterZero => "bgtz",
            };
            match question {
                Question::Equal | Question::NotEqual => {
                    format!("{word}{likely} {},{},{to:#x}", name(left), name(right))
                }
                _ => format!("{word}{link}{likely} {},{to:#x}", name(left)),
            }
        }
        _ => String::new(),
    }
}

fn precision(word: u32) -> &'static str {
    match word >> 21 & 31 {
        16 => "s",
        17 => "d",
        20 => "w",
        21 => "l",
        _ => "ps",
    }
}

fn floating(word: u32, float: &Float, address: u64) -> String {
    match *float {
        Float::Memory { register, base, offset, .. } => {
            format!("{} $f{register},{offset}({})", access(word), name(base))
        }
        Float::Indexed { is_load, is_double, register, base, index } => {
            let kind = if is_load { "l" } else { "s" };
            let width = if is_double { "d" } else { "w" };
            format!("{kind}{width}xc1 $f{register},{}({})", name(index), name(base))
        }
        Float::Compute { operation, to, left, right } => {
            computed(word, operation, [to, left, right])
        }
        Float::MultiplyAdd { is_subtracted, is_negated, to, sum, left, right } => {
            let sign = if is_negated { "n" } else { "" };
            let word_ = if is_subtracted { "msub" } else { "madd" };
            let width = if word & 1 == 1 { "d" } else { "s" };
            format!("{sign}{word_}.{width} $f{to},$f{sum},$f{left},$f{right}")
        }
        Float::Compare { kind, left, right } => {
            const KINDS: [&str; 16] = [
                "f", "un", "eq", "ueq", "olt", "ult", "ole", "ule", "sf", "ngle", "seq", "ngl",
                "lt", "nge", "le", "ngt",
            ];
            let kind = KINDS.get(usize::from(kind & 15)).copied().unwrap_or_default();
            let flag = word >> 8 & 7;
            let flag = if flag == 0 { String::new() } else { format!("$fcc{flag},") };
            format!("c.{kind}.{} {flag}$f{left},$f{right}", precision(word))
        }
        Float::Core { to_core, is_high, core, float } => {
            let way = if to_core { "mf" } else { "mt" };
            let half = if is_high { "h" } else { "" };
            format!("{way}{half}c1 {},$f{float}", name(core))
        }
        Float::Branch { offset } => {
            let way = if word >> 16 & 1 == 1 { "t" } else { "f" };
            let likely = if word >> 17 & 1 == 1 { "l" } else { "" };
            let flag = word >> 18 & 7;
            let flag = if flag == 0 { String::new() } else { format!("$fcc{flag},") };
            format!("bc1{way}{likely} {flag}{:#x}", target(address, offset))
        }
        Float::MoveIf { to, from } => {
            let (last, width) = (register_or_flag(word), precision(word));
            let way = match (word & 63, word >> 16 & 1) {
                (18, _) => "movz",
                (19, _) => "movn",
                (_, 1) => "movt",
                _ => "movf",
            };
            format!("{way}.{width} $f{to},$f{from},{last}")
        }
        Float::Control { to_core, core } => {
            format!("{} {}", if to_core { "cfc1" } else { "ctc1" }, name(core))
        }
    }
}

fn register_or_flag(word: u32) -> String {
    match word & 63 {
        17 => format!("$fcc{}", word >> 18 & 7),
        _ => name(super::register(word, 16)).to_owned(),
    }
}

fn computed(word: u32, operation: FloatOperation, [to, left, right]: [u8; 3]) -> String {
    let width = precision(word);
    let (base, has_two) = match (operation, word & 63) {
        (FloatOperation::Add, _) => ("add", true),
        (FloatOperation::Subtract, _) => ("sub", true),
        (FloatOperation::Multiply, _) => ("mul", true),
        (FloatOperation::Divide, _) => ("div", true),
        (FloatOperation::Root, _) => ("sqrt", false),
        (FloatOperation::Absolute, _) => ("abs", false),
        (FloatOperation::Negate, _) => ("neg", false),
        (_, 6) => ("mov", false),
        (_, 8) => ("round.l", false),
        (_, 9) => ("trunc.l", false),
        (_, 10) => ("ceil.l", false),
        (_, 11) => ("floor.l", false),
        (_, 12) => ("round.w", false),
        (_, 13) => ("trunc.w", false),
        (_, 14) => ("ceil.w", false),
        (_, 15) => ("floor.w", false),
        (_, 21) => ("recip", false),
        (_, 22) => ("rsqrt", false),
        (_, 32) => ("cvt.s", false),
        (_, 33) => ("cvt.d", false),
        (_, 36) => ("cvt.w", false),
        _ => ("cvt.l", false),
    };
    if has_two {
        format!("{base}.{width} $f{to},$f{left},$f{right}")
    } else {
        format!("{base}.{width} $f{to},$f{left}")
    }
}
