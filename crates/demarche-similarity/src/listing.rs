//! Functions as lines that people read, and the lines of two functions beside each other.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use demarche_case::assessment::code::SharedFunction;
use demarche_code::{Callee, Function, Line, disassemble};
use demarche_image::VirtualAddress;

use crate::{Examined, Instruction, side_by_side};

/// The number of traits that are named.
const TRAITS: usize = 6;

/// Words in operands that are no registers.
const SIZES: [&str; 22] = [
    "ptr", "byte", "word", "dword", "qword", "tbyte", "xmmword", "ymmword", "zmmword", "offset",
    "short", "near", "far", "rel", "lsl", "lsr", "asr", "ror", "sxtw", "uxtw", "sxtx", "uxtb",
];

/// Sets the functions of `shared` beside their counterparts in one known program, and names what both refer to.
///
/// Functions whose counterpart is in another program stay as they are.
pub fn set_beside(shared: &mut [SharedFunction], program: &Examined<'_>, known: &Examined<'_>) {
    for function in shared.iter_mut().filter(|function| function.known.sha256 == known.sha256) {
        let left = program.function_at(VirtualAddress(function.address));
        let right = known.function_at(VirtualAddress(function.known_address));
        let (Some(left), Some(right)) = (left, right) else { continue };
        let (left_lines, right_lines) = (lines(program, left), lines(known, right));
        function.traits =
            traits(&notes(program, left, &left_lines), &notes(known, right, &right_lines));
        function.lines = side_by_side(&instructions(&left_lines), &instructions(&right_lines));
    }
}

fn lines(examined: &Examined<'_>, function: &Function) -> Vec<Line> {
    function.blocks.iter().flat_map(|block| disassemble(examined.image, block)).collect()
}

fn instructions(lines: &[Line]) -> Vec<Instruction> {
    lines.iter().map(instruction).collect()
}

fn instruction(line: &Line) -> Instruction {
    let note = if line.note.is_empty() { String::new() } else { format!("  ; {}", line.note) };
    Instruction {
        address: line.address.0,
        text: format!("{}{note}", line.text),
        shape: shape(&line.text, &line.note),
    }
}

/// The parts of an instruction that stay when it is built again: its mnemonic, the kinds of its operands, small numbers, and what
/// its addresses stand for. Registers and addresses go.
fn shape(text: &str, note: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    let (mnemonic, operands) = text.split_once(' ').unwrap_or((text, ""));
    mnemonic.hash(&mut hasher);
    for word in operands.split(|letter: char| !letter.is_ascii_alphanumeric()) {
        match number(word) {
            Some(value) if value < 0x1000 => value.hash(&mut hasher),
            Some(_) => "address".hash(&mut hasher),
            None if word.is_empty() => {}
            None if SIZES.contains(&word.to_ascii_lowercase().as_str()) => word.hash(&mut hasher),
            None => "register".hash(&mut hasher),
        }
    }
    note.hash(&mut hasher);
    hasher.finish()
}

/// A number as disassemblers write it: `12`, `0x1f`, `1Fh`.
fn number(word: &str) -> Option<u64> {
    let hexadecimal = word.strip_prefix("0x").or_else(|| {
        word.strip_suffix(['h', 'H'])
            .filter(|_| word.starts_with(|letter: char| letter.is_ascii_digit()))
    });
    match hexadecimal {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

/// The names that a function refers to: texts and imported functions.
fn notes(examined: &Examined<'_>, function: &Function, lines: &[Line]) -> Vec<String> {
    let quoted = lines.iter().map(|line| &line.note).filter(|note| note.starts_with('"'));
    let imports = function.calls.iter().filter_map(|call| match call.callee() {
        Callee::Import(place) => examined.image.imports.get(usize::try_from(place).ok()?),
        Callee::Function(_) | Callee::Unknown => None,
    });
    let names = imports.map(|import| format!("calls {}", import.name.trim_start_matches('_')));
    let mut notes: Vec<String> = quoted.cloned().chain(names).collect();
    notes.sort();
    notes.dedup();
    notes
}

/// The names that both refer to; a few.
fn traits(left: &[String], right: &[String]) -> Vec<String> {
    left.iter().filter(|name| right.contains(name)).take(TRAITS).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_register_or_address_is_the_same_shape() {
        assert_eq!(shape("mov eax,[rbx+8]", ""), shape("mov ecx,[rdi+8]", ""));
        assert_eq!(shape("call 401000h", ""), shape("call 0000000140002310h", ""));
        assert_eq!(shape("ldr x0, [x1, #0x10]", ""), shape("ldr x3, [x20, #0x10]", ""));
    }

    #[test]
    fn another_number_operation_or_text_is_not() {
        assert_ne!(shape("add eax,8", ""), shape("add eax,9", ""));
        assert_ne!(shape("add eax,8", ""), shape("sub eax,8", ""));
        assert_ne!(shape("lea rdi,[rip+2000h]", "\"yes\""), shape("lea rdi,[rip+2000h]", "\"no\""));
        assert_ne!(shape("mov byte ptr [rax],0", ""), shape("mov dword ptr [rax],0", ""));
    }

    #[test]
    fn only_what_both_have_is_a_trait() {
        let all = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(traits(&all(&["a", "b", "c"]), &all(&["c", "a", "z"])), ["a", "c"]);
    }
}
