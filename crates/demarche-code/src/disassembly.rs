//! Blocks as text for people: address, bytes, instruction, and what its addresses stand for.
//!
//! It is made for the few functions that a person looks at. Whoever compares code reads instructions, not their text.

#![warn(clippy::indexing_slicing)]

use demarche_image::{Architecture, Image, VirtualAddress};
use iced_x86::{Decoder, DecoderOptions, Formatter as _, IntelFormatter};
use yaxpeax_arch::{Decoder as _, U8Reader};
use yaxpeax_arm::armv8::a64::InstDecoder;

use crate::functions::{Flow, Meaning, Reader};
use crate::{BasicBlock, cil, readable};

/// An instruction as a person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its address.
    pub address: VirtualAddress,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Mnemonic and operands: Intel's syntax on x86, Arm's on Arm; `(bad)` where the bytes are no instruction.
    pub text: String,
    /// The meaning of an address in it: the name of an import or symbol, or a quoted text; empty where nothing is known.
    pub note: String,
}

/// The instructions of a block, in their order.
///
/// Bytes that are no instruction come out one by one on x86 and four by four on Arm. Beyond what the file has there
/// is nothing.
#[must_use]
pub fn disassemble(image: &Image<'_>, block: &BasicBlock) -> Vec<Line> {
    let bytes = block.code(image);
    let mut lines = match image.architecture {
        Architecture::X86 => x86(32, bytes, block.start),
        Architecture::X86_64 => x86(64, bytes, block.start),
        Architecture::AArch64 => aarch64(bytes, block.start),
        Architecture::Arm | Architecture::ArmBig => arm(bytes, block.start),
        Architecture::Mips | Architecture::MipsLittle => mips(image, bytes, block.start),
        Architecture::Cil => return cil::text::lines(image, bytes, block.start),
    };
    let mut reader = Reader::new(image, bytes, block.start);
    for line in &mut lines {
        let Some(meaning) = reader.read() else {
            reader.skip(line.bytes.len());
            continue;
        };
        if let Some(note) = note(image, &meaning) {
            line.note = note;
        }
        if let Some(target) = meaning.target()
            && image.architecture == Architecture::AArch64
        {
            line.text = with_target(&line.text, target);
        }
    }
    lines
}

fn x86(bitness: u32, bytes: &[u8], address: VirtualAddress) -> Vec<Line> {
    let mut decoder = Decoder::with_ip(bitness, bytes, address.0, DecoderOptions::NONE);
    let mut formatter = IntelFormatter::new();
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_uppercase_hex(false);
    options.set_leading_zeros(false);
    options.set_space_after_operand_separator(true);
    options.set_branch_leading_zeros(false);
    options.set_rip_relative_addresses(false);
    let mut lines = Vec::new();
    while decoder.can_decode() {
        let first = decoder.position();
        let target = address.plus(first as u64);
        let instruction = decoder.decode();
        let mut text = String::new();
        if instruction.is_invalid() {
            "(bad)".clone_into(&mut text);
            // The next byte may begin an instruction.
            decoder.set_ip(target.0.wrapping_add(1));
            if decoder.set_position(first + 1).is_err() {
                break;
            }
        } else {
            formatter.format(&instruction, &mut text);
        }
        let bytes = bytes.get(first..decoder.position()).expect("a decoder stays within its bytes");
        lines.push(Line { address: target, bytes: bytes.to_vec(), text, note: String::new() });
    }
    lines
}

fn aarch64(bytes: &[u8], address: VirtualAddress) -> Vec<Line> {
    let decoder = InstDecoder::default();
    let mut target = address;
    let mut lines = Vec::new();
    for word in bytes.chunks(4) {
        let decoded = decoder.decode(&mut U8Reader::new(word));
        let text = decoded.map_or_else(|_| "(bad)".to_owned(), |decoded| decoded.to_string());
        lines.push(Line { address: target, bytes: word.to_vec(), text, note: String::new() });
        target = target.plus(4);
    }
    lines
}

/// Arm's code; Thumb where the address is odd. Bytes that are no instruction come out two by two in Thumb.
fn arm(bytes: &[u8], address: VirtualAddress) -> Vec<Line> {
    let is_thumb = address.0 & 1 == 1;
    let mut decoder = crate::arm::Decoder::default();
    let (mut rest, mut target) = (bytes, address);
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let decoded = decoder.decode(rest, is_thumb);
        let least = if is_thumb { 2 } else { 4 };
        let length = decoded.map_or(least, |decoded| decoded.length as usize).min(rest.len());
        let (now, later) = rest.split_at(length);
        let text = decoded.map_or_else(
            || "(bad)".to_owned(),
            |decoded| crate::arm::text::text(&decoded, target.0),
        );
        lines.push(Line { address: target, bytes: now.to_vec(), text, note: String::new() });
        rest = later;
        target = target.plus(length as u64);
    }
    lines
}

fn mips(image: &Image<'_>, bytes: &[u8], address: VirtualAddress) -> Vec<Line> {
    let order = image.architecture.byte_order();
    let mut target = address;
    let mut lines = Vec::new();
    for word in bytes.chunks(4) {
        let bits = word.first_chunk().map(|word| order.u32(*word));
        let text = bits.and_then(|bits| crate::mips::text::text(bits, target.0));
        let text = text.unwrap_or_else(|| "(bad)".to_owned());
        lines.push(Line { address: target, bytes: word.to_vec(), text, note: String::new() });
        target = target.plus(4);
    }
    lines
}

/// The text of a jump with the address that it leads to instead of the distance.
fn with_target(text: &str, target: u64) -> String {
    match text.rsplit_once('$') {
        Some((before, _)) => format!("{before}{target:#x}"),
        None => text.to_owned(),
    }
}

fn note(image: &Image<'_>, meaning: &Meaning) -> Option<String> {
    match meaning.flow {
        Flow::CallSlot(slot) | Flow::JumpSlot(slot) => import(image, slot),
        Flow::Call(target) | Flow::Jump(target) => {
            symbol(image, target).or_else(|| thunk(image, target))
        }
        _ => meaning.addresses.iter().find_map(|&address| name(image, address)),
    }
}

/// The import that a few instructions at an address only jump on to.
fn thunk(image: &Image<'_>, target: u64) -> Option<String> {
    const LONGEST: usize = 4;
    let target = VirtualAddress(target);
    let bytes = image.bytes(target);
    let bytes = bytes.get(..32).unwrap_or(bytes);
    let mut reader = Reader::new(image, bytes, target);
    for _ in 0..LONGEST {
        match reader.read()?.flow {
            Flow::Next => {}
            Flow::JumpSlot(slot) => return import(image, slot),
            _ => return None,
        }
    }
    None
}

fn import(image: &Image<'_>, slot: u64) -> Option<String> {
    let index = image.imports.binary_search_by_key(&slot, |import| import.slot.0).ok()?;
    let import = image.imports.get(index)?;
    Some(if import.library.is_empty() {
        import.name.clone()
    } else {
        format!("{}!{}", import.library, import.name)
    })
}

fn symbol(image: &Image<'_>, address: u64) -> Option<String> {
    let first = image.symbols.partition_point(|symbol| symbol.address.0 < address);
    let target =
        image.symbols.get(first..)?.iter().take_while(|symbol| symbol.address.0 == address);
    target
        .map(|symbol| &symbol.name)
        .find(|name| !name.is_empty())
        .map(|name| readable(name).into_owned())
}

fn name(image: &Image<'_>, address: u64) -> Option<String> {
    import(image, address)
        .or_else(|| symbol(image, address))
        .or_else(|| quoted(image.bytes(VirtualAddress(address))))
}

/// A text that ends with a zero, in bytes or in pairs of bytes, quoted and cut after sixty characters.
fn quoted(bytes: &[u8]) -> Option<String> {
    const FEWEST: usize = 4;
    const MOST: usize = 60;
    let is_text = |byte: &u8| (0x20..0x7f).contains(byte) || matches!(byte, b'\t' | b'\n' | b'\r');
    let narrow: Vec<u8> = bytes.iter().copied().take_while(is_text).take(MOST).collect();
    let (pairs, _) = bytes.as_chunks::<2>();
    let wide = pairs.iter().take_while(|[low, high]| *high == 0 && is_text(low)).take(MOST);
    let wide: Vec<u8> = wide.map(|[low, _]| *low).collect();
    let ends = |index: usize, zero: &[u8]| {
        index == MOST || bytes.get(index * zero.len()..).is_some_and(|rest| rest.starts_with(zero))
    };
    let (text, prefix) = if narrow.len() >= FEWEST && ends(narrow.len(), &[0]) {
        (narrow, "")
    } else if wide.len() >= FEWEST && ends(wide.len(), &[0, 0]) {
        (wide, "L")
    } else {
        return None;
    };
    Some(format!("{prefix}{:?}", String::from_utf8_lossy(&text)))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn texts_are_quoted_and_numbers_are_not() {
        assert_eq!(quoted(b"hello\0").as_deref(), Some("\"hello\""));
        assert_eq!(quoted(b"h\0e\0l\0l\0o\0\0\0").as_deref(), Some("L\"hello\""));
        assert_eq!(quoted(b"hello"), None);
        assert_eq!(quoted(&[1, 2, 3, 4, 0]), None);
        assert_eq!(quoted(&[b'a'; 100]).map(|text| text.len()), Some(62));
    }
}
