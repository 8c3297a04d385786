//! Bytecode as text for people.

#![warn(clippy::indexing_slicing)]

use demarche_image::dotnet::{Bytecode, Token, TokenKind};
use demarche_image::{Image, VirtualAddress};

use super::instruction::{Instruction, Operand};
use crate::Line;

/// The instructions of some bytes at an address; bytes that are none come out one by one.
pub(crate) fn lines(image: &Image<'_>, bytes: &[u8], address: VirtualAddress) -> Vec<Line> {
    let (mut lines, mut offset) = (Vec::new(), 0_usize);
    while let Some(rest) = bytes.get(offset..).filter(|rest| !rest.is_empty()) {
        let instruction = Instruction::read(rest);
        let length = instruction.map_or(1, |instruction| instruction.length);
        let (text, note) = match (&instruction, &image.bytecode) {
            (Some(instruction), Some(bytecode)) => {
                written(instruction, address.plus(offset as u64), bytecode)
            }
            _ => ("(bad)".to_owned(), String::new()),
        };
        let bytes = rest.get(..length).unwrap_or(rest).to_vec();
        lines.push(Line { address: address.plus(offset as u64), bytes, text, note });
        offset += length;
    }
    lines
}

/// An instruction, and the name or text that its token means.
fn written(
    instruction: &Instruction<'_>,
    address: VirtualAddress,
    bytecode: &Bytecode<'_>,
) -> (String, String) {
    let name = instruction.name();
    let next = address.plus(instruction.length as u64).0;
    let target = |distance: i32| next.wrapping_add_signed(distance.into());
    match instruction.operand {
        Operand::None => (name.to_owned(), String::new()),
        Operand::Number(number) => (format!("{name} {number}"), String::new()),
        Operand::Float(number) => (format!("{name} {number}"), String::new()),
        Operand::Jump(distance) => (format!("{name} {:#x}", target(distance)), String::new()),
        Operand::Table(distances) => {
            let distances = distances.iter().take(16).map(|bytes| i32::from_le_bytes(*bytes));
            let targets: Vec<String> = distances.map(|to| format!("{:#x}", target(to))).collect();
            (format!("{name} {}", targets.join(", ")), String::new())
        }
        Operand::Token(token) => {
            let token = Token(token);
            let note = match token.kind() {
                Some(TokenKind::Text) => bytecode.text(token).map(quoted),
                _ => bytecode.describe(token),
            };
            (format!("{name} {:#010x}", token.0), note.unwrap_or_default())
        }
    }
}

/// A text of UTF-16, quoted and cut after sixty characters.
fn quoted(text: &[u8]) -> String {
    const MOST: usize = 60;
    let (units, _) = text.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    let letters =
        char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER));
    format!("{:?}", letters.take(MOST).collect::<String>())
}
