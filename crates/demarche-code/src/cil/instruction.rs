//! The instructions of .NET's bytecode.
//!
//! Source: ECMA-335 (2012), 6th edition, partition III.

#![warn(clippy::indexing_slicing)]

/// An instruction with its operand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Instruction<'code> {
    /// Its code: one byte, or `0xfe00` and a byte.
    pub(crate) code: u16,
    /// Its operand.
    pub(crate) operand: Operand<'code>,
    /// Its bytes, at least 1.
    pub(crate) length: usize,
}

/// The operand of an instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Operand<'code> {
    /// No operand.
    None,
    /// A number, or the number of an argument or local variable.
    Number(i64),
    /// A floating-point number.
    Float(f64),
    /// A type, member, signature or text.
    Token(u32),
    /// The distance of a jump from the next instruction.
    Jump(i32),
    /// The distances of a table of jumps, four bytes each.
    Table(&'code [[u8; 4]]),
}

/// The way on from an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Onward {
    /// To the next instruction.
    Next,
    /// To the next instruction or elsewhere.
    Forks,
    /// Elsewhere.
    Jumps,
    /// Nowhere within the method.
    Ends,
}

/// The names of the codes of one byte; `-` where there is no such instruction.
const NAMES: &[&str] = &[
    "nop",
    "break",
    "ldarg.0",
    "ldarg.1",
    "ldarg.2",
    "ldarg.3",
    "ldloc.0",
    "ldloc.1",
    "ldloc.2",
    "ldloc.3",
    "stloc.0",
    "stloc.1",
    "stloc.2",
    "stloc.3",
    "ldarg.s",
    "ldarga.s",
    "starg.s",
    "ldloc.s",
    "ldloca.s",
    "stloc.s",
    "ldnull",
    "ldc.i4.m1",
    "ldc.i4.0",
    "ldc.i4.1",
    "ldc.i4.2",
    "ldc.i4.3",
    "ldc.i4.4",
    "ldc.i4.5",
    "ldc.i4.6",
    "ldc.i4.7",
    "ldc.i4.8",
    "ldc.i4.s",
    "ldc.i4",
    "ldc.i8",
    "ldc.r4",
    "ldc.r8",
    "-",
    "dup",
    "pop",
    "jmp",
    "call",
    "calli",
    "ret",
    "br.s",
    "brfalse.s",
    "brtrue.s",
    "beq.s",
    "bge.s",
    "bgt.s",
    "ble.s",
    "blt.s",
    "bne.un.s",
    "bge.un.s",
    "bgt.un.s",
    "ble.un.s",
    "blt.un.s",
    "br",
    "brfalse",
    "brtrue",
    "beq",
    "bge",
    "bgt",
    "ble",
    "blt",
    "bne.un",
    "bge.un",
    "bgt.un",
    "ble.un",
    "blt.un",
    "switch",
    "ldind.i1",
    "ldind.u1",
    "ldind.i2",
    "ldind.u2",
    "ldind.i4",
    "ldind.u4",
    "ldind.i8",
    "ldind.i",
    "ldind.r4",
    "ldind.r8",
    "ldind.ref",
    "stind.ref",
    "stind.i1",
    "stind.i2",
    "stind.i4",
    "stind.i8",
    "stind.r4",
    "stind.r8",
    "add",
    "sub",
    "mul",
    "div",
    "div.un",
    "rem",
    "rem.un",
    "and",
    "or",
    "xor",
    "shl",
    "shr",
    "shr.un",
    "neg",
    "not",
    "conv.i1",
    "conv.i2",
    "conv.i4",
    "conv.i8",
    "conv.r4",
    "conv.r8",
    "conv.u4",
    "conv.u8",
    "callvirt",
    "cpobj",
    "ldobj",
    "ldstr",
    "newobj",
    "castclass",
    "isinst",
    "conv.r.un",
    "-",
    "-",
    "unbox",
    "throw",
    "ldfld",
    "ldflda",
    "stfld",
    "ldsfld",
    "ldsflda",
    "stsfld",
    "stobj",
    "conv.ovf.i1.un",
    "conv.ovf.i2.un",
    "conv.ovf.i4.un",
    "conv.ovf.i8.un",
    "conv.ovf.u1.un",
    "conv.ovf.u2.un",
    "conv.ovf.u4.un",
    "conv.ovf.u8.un",
    "conv.ovf.i.un",
    "conv.ovf.u.un",
    "box",
    "newarr",
    "ldlen",
    "ldelema",
    "ldelem.i1",
    "ldelem.u1",
    "ldelem.i2",
    "ldelem.u2",
    "ldelem.i4",
    "ldelem.u4",
    "ldelem.i8",
    "ldelem.i",
    "ldelem.r4",
    "ldelem.r8",
    "ldelem.ref",
    "stelem.i",
    "stelem.i1",
    "stelem.i2",
    "stelem.i4",
    "stelem.i8",
    "stelem.r4",
    "stelem.r8",
    "stelem.ref",
    "ldelem",
    "stelem",
    "unbox.any",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "conv.ovf.i1",
    "conv.ovf.u1",
    "conv.ovf.i2",
    "conv.ovf.u2",
    "conv.ovf.i4",
    "conv.ovf.u4",
    "conv.ovf.i8",
    "conv.ovf.u8",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "refanyval",
    "ckfinite",
    "-",
    "-",
    "mkrefany",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "-",
    "ldtoken",
    "conv.u2",
    "conv.u1",
    "conv.i",
    "conv.ovf.i",
    "conv.ovf.u",
    "add.ovf",
    "add.ovf.un",
    "mul.ovf",
    "mul.ovf.un",
    "sub.ovf",
    "sub.ovf.un",
    "endfinally",
    "leave",
    "leave.s",
    "stind.i",
    "conv.u",
];

/// The names of the codes behind `0xfe`.
const MORE_NAMES: &[&str] = &[
    "arglist",
    "ceq",
    "cgt",
    "cgt.un",
    "clt",
    "clt.un",
    "ldftn",
    "ldvirtftn",
    "-",
    "ldarg",
    "ldarga",
    "starg",
    "ldloc",
    "ldloca",
    "stloc",
    "localloc",
    "-",
    "endfilter",
    "unaligned.",
    "volatile.",
    "tail.",
    "initobj",
    "constrained.",
    "cpblk",
    "initblk",
    "no.",
    "rethrow",
    "-",
    "sizeof",
    "refanytype",
    "readonly.",
];

/// The name of a code; `None` where it is no instruction.
fn name(code: u16) -> Option<&'static str> {
    let names = if code < 0x100 { NAMES } else { MORE_NAMES };
    names.get(usize::from(code & 0xff)).copied().filter(|name| *name != "-")
}

impl<'code> Instruction<'code> {
    /// Reads the instruction that some bytes begin with; `None` where they are none.
    pub(crate) fn read(bytes: &'code [u8]) -> Option<Self> {
        let (&first, rest) = bytes.split_first()?;
        let (code, rest) = match (first, rest) {
            (0xfe, [second, rest @ ..]) => (0xfe00 | u16::from(*second), rest),
            (0xfe, []) => return None,
            (first, rest) => (u16::from(first), rest),
        };
        name(code)?;
        let operand = operand(code, rest)?;
        let head = bytes.len() - rest.len();
        Some(Self { code, operand, length: head + length(operand, code) })
    }

    /// The way on.
    pub(crate) fn onward(&self) -> Onward {
        match self.code {
            0x2b | 0x38 | 0xdd | 0xde => Onward::Jumps,
            0x2c..=0x37 | 0x39..=0x45 => Onward::Forks,
            // To return, jump into another method, throw, and end a handler.
            0x27 | 0x2a | 0x7a | 0xdc | 0xfe11 | 0xfe1a => Onward::Ends,
            _ => Onward::Next,
        }
    }

    /// The offsets that a jump may lead to, from that of the instruction; those before the first byte are left out.
    pub(crate) fn targets(&self, offset: usize) -> Vec<usize> {
        let next = offset + self.length;
        let target = |distance: i32| {
            isize::try_from(distance).ok().and_then(|distance| next.checked_add_signed(distance))
        };
        match self.operand {
            Operand::Jump(distance) => target(distance).into_iter().collect(),
            Operand::Table(distances) => {
                let distances = distances.iter().map(|bytes| i32::from_le_bytes(*bytes));
                distances.filter_map(target).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The name of the instruction.
    pub(crate) fn name(&self) -> &'static str {
        name(self.code).expect("an instruction was read by its name")
    }
}

/// The instructions of some bytecode, each with where the token in it begins; it ends at bytes that are none.
#[must_use]
pub fn bytecode_tokens(mut code: &[u8]) -> Vec<(&[u8], Option<usize>)> {
    let mut instructions = Vec::new();
    while let Some(instruction) = Instruction::read(code) {
        let Some((bytes, rest)) = code.split_at_checked(instruction.length) else { break };
        let has_token = matches!(instruction.operand, Operand::Token(_));
        instructions.push((bytes, has_token.then_some(instruction.length - 4)));
        code = rest;
    }
    instructions
}

/// The operand of a code, of the bytes behind it; `None` where they end before.
fn operand(code: u16, rest: &[u8]) -> Option<Operand<'_>> {
    let byte = || rest.first().copied();
    let long = || rest.first_chunk::<4>();
    Some(match code {
        0x0e..=0x13 | 0xfe12 | 0xfe19 => Operand::Number(byte()?.into()),
        0x1f => Operand::Number(byte()?.cast_signed().into()),
        0xfe09..=0xfe0e => Operand::Number(u16::from_le_bytes(*rest.first_chunk()?).into()),
        0x20 => Operand::Number(i32::from_le_bytes(*long()?).into()),
        0x21 => Operand::Number(i64::from_le_bytes(*rest.first_chunk()?)),
        0x22 => Operand::Float(f32::from_le_bytes(*long()?).into()),
        0x23 => Operand::Float(f64::from_le_bytes(*rest.first_chunk()?)),
        0x2b..=0x37 | 0xde => Operand::Jump(byte()?.cast_signed().into()),
        0x38..=0x44 | 0xdd => Operand::Jump(i32::from_le_bytes(*long()?)),
        0x45 => {
            let count = usize::try_from(u32::from_le_bytes(*long()?)).ok()?;
            let (distances, _) = rest.get(4..)?.as_chunks();
            Operand::Table(distances.get(..count)?)
        }
        0x27..=0x29
        | 0x6f..=0x75
        | 0x79
        | 0x7b..=0x81
        | 0x8c
        | 0x8d
        | 0x8f
        | 0xa3..=0xa5
        | 0xc2
        | 0xc6
        | 0xd0
        | 0xfe06
        | 0xfe07
        | 0xfe15
        | 0xfe16
        | 0xfe1c => Operand::Token(u32::from_le_bytes(*long()?)),
        _ => Operand::None,
    })
}

/// The bytes of an operand.
fn length(operand: Operand<'_>, code: u16) -> usize {
    match operand {
        Operand::None => 0,
        Operand::Number(_) => match code {
            0x20 => 4,
            0x21 => 8,
            0xfe09..=0xfe0e => 2,
            _ => 1,
        },
        Operand::Float(_) if code == 0x23 => 8,
        Operand::Float(_) | Operand::Token(_) => 4,
        Operand::Jump(_) if matches!(code, 0x38..=0x44 | 0xdd) => 4,
        Operand::Jump(_) => 1,
        Operand::Table(distances) => 4 + 4 * distances.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_stand_at_their_codes() {
        for (bytes, name, length) in [
            (&[0x00][..], "nop", 1),
            (&[0x25], "dup", 1),
            (&[0x28, 1, 0, 0, 0x0a], "call", 5),
            (&[0x45, 1, 0, 0, 0, 2, 0, 0, 0], "switch", 9),
            (&[0x7a], "throw", 1),
            (&[0x8e], "ldlen", 1),
            (&[0xa5, 1, 0, 0, 2], "unbox.any", 5),
            (&[0xd0, 1, 0, 0, 2], "ldtoken", 5),
            (&[0xdc], "endfinally", 1),
            (&[0xe0], "conv.u", 1),
            (&[0xfe, 0x06, 1, 0, 0, 6], "ldftn", 6),
            (&[0xfe, 0x1e], "readonly.", 2),
        ] {
            let instruction = Instruction::read(bytes).unwrap();
            assert_eq!((instruction.name(), instruction.length), (name, length));
        }
    }

    #[test]
    fn what_is_no_instruction_is_refused() {
        for bytes in [&[0x24][..], &[0xe1], &[0xfe], &[0xfe, 0x08], &[0x28, 1], &[0x45, 9, 0, 0, 0]]
        {
            assert_eq!(Instruction::read(bytes), None, "{bytes:x?}");
        }
    }

    #[test]
    fn a_jump_counts_from_the_next_instruction() {
        assert_eq!(Instruction::read(&[0x2b, 0xfe]).unwrap().targets(10), [10]);
        assert!(Instruction::read(&[0x2b, 0x80]).unwrap().targets(0).is_empty());
    }
}
