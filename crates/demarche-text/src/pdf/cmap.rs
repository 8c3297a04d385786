//! Maps from codes of a font to characters (ISO 32000-1, 9.10.3; Adobe Technical Note 5014).
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;

use super::lexer::{Lexer, Object, Piece};

/// Characters by code.
#[derive(Clone, Debug, Default)]
pub(crate) struct CMap {
    /// Lengths in bytes of the codes in a range, with its first and last code.
    spaces: Vec<(usize, u32, u32)>,
    /// By the first code of a range: its last code and the units of UTF-16 of the first character.
    ranges: BTreeMap<u32, (u32, Vec<u16>)>,
}

/// The most ranges that are kept: Unicode has no more characters.
const MOST: usize = 1_200_000;

fn code(object: &Object) -> Option<u32> {
    let text = object.text()?;
    (text.len() <= 4).then(|| text.iter().fold(0, |code, byte| code << 8 | u32::from(*byte)))
}

fn units(object: &Object) -> Vec<u16> {
    let (units, rest) = object.text().unwrap_or(b"").as_chunks();
    match (units, rest) {
        ([], [byte]) => vec![u16::from(*byte)],
        (units, _) => units.iter().take(32).map(|unit| u16::from_be_bytes(*unit)).collect(),
    }
}

impl CMap {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(bytes, 0, 4);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(piece) = lexer.next_piece() {
            if map.ranges.len() > MOST {
                break;
            }
            match piece {
                Piece::Object(object) => operands.push(object),
                Piece::Word(b"endcodespacerange") => map.add_spaces(&operands),
                Piece::Word(b"endbfchar") => map.add_characters(&operands),
                Piece::Word(b"endbfrange") => map.add_ranges(&operands),
                Piece::Word(_) => operands.clear(),
            }
        }
        map
    }

    fn add_spaces(&mut self, operands: &[Object]) {
        for [first, last] in operands.as_chunks().0 {
            let length = first.text().map_or(0, <[u8]>::len);
            if let Some((first, last)) =
                code(first).zip(code(last)).filter(|_| (1..=4).contains(&length))
            {
                self.spaces.push((length, first, last));
            }
        }
        self.spaces.truncate(64);
    }

    fn add_characters(&mut self, operands: &[Object]) {
        for [first, character] in operands.as_chunks().0 {
            if let Some(first) = code(first) {
                self.ranges.insert(first, (first, units(character)));
            }
        }
    }

    fn add_ranges(&mut self, operands: &[Object]) {
        for [first, last, target] in operands.as_chunks().0 {
            let Some((first, last)) = code(first).zip(code(last)) else { continue };
            match target {
                Object::Array(characters) => {
                    for (code, character) in (first..=last).zip(characters) {
                        self.ranges.insert(code, (code, units(character)));
                    }
                }
                target => drop(self.ranges.insert(first, (last, units(target)))),
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// Writes the characters of a code; false where the map does not know it.
    pub(crate) fn push(&self, code: u32, text: &mut String) -> bool {
        let Some((first, (last, units))) = self.ranges.range(..=code).next_back() else {
            return false;
        };
        if code > *last || units.is_empty() {
            return false;
        }
        let mut units = units.clone();
        if let Some(end) = units.last_mut()
            && let Ok(step) = u16::try_from((code - first) & 0xffff)
        {
            *end = end.wrapping_add(step);
        }
        let before = text.len();
        text.extend(
            char::decode_utf16(units).filter_map(Result::ok).filter(|character| *character != '\0'),
        );
        text.len() > before
    }

    /// The length of the code that bytes begin with.
    pub(crate) fn code_length(&self, bytes: &[u8]) -> usize {
        let mut code = 0;
        for (index, byte) in bytes.iter().take(4).enumerate() {
            code = code << 8 | u32::from(*byte);
            let fits = |(length, first, last): &(usize, u32, u32)| {
                *length == index + 1 && (*first..=*last).contains(&code)
            };
            if self.spaces.iter().any(fits) {
                return index + 1;
            }
        }
        2
    }
}
