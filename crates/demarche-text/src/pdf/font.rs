//! Fonts of a PDF file, as far as they say which characters are drawn and how wide (ISO 32000-1, 9.5 to 9.10).
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;

use encoding_rs::{Encoding, MACINTOSH, UTF_16BE, WINDOWS_1252};

use super::cmap::CMap;
use super::file::File;
use super::glyphs;
use super::lexer::{Dictionary, Lexer, Object, Piece, whole};
use crate::writer::Writer;

/// A font.
#[derive(Debug)]
pub(crate) struct Font {
    /// Characters by code, as the font declares them for copying.
    unicode: Option<CMap>,
    codes: Codes,
    /// Widths by code or character identifier, in thousandths of the size.
    widths: BTreeMap<u32, f64>,
    default_width: f64,
    /// Widths of ASCII characters where the font is one that every reader has.
    standard: Option<&'static [u16; 95]>,
}

/// The codes of a font.
#[derive(Debug)]
enum Codes {
    /// Codes of one byte: for each its letter.
    Simple(Vec<Letter>),
    /// Codes of a charset of East Asia or Unicode.
    Charset(&'static Encoding),
    /// Codes of two bytes that number the glyphs of the font.
    Glyphs,
}

/// A letter of a font with codes of one byte.
#[derive(Debug)]
struct Letter {
    /// Its first character, if it has any.
    first: Option<char>,
    /// The characters behind the first, as a ligature has them.
    more: String,
    glyph: Glyph,
}

/// A glyph that is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    /// Its width in thousandths of the size.
    pub(crate) width: f64,
    /// True for the byte 32, which word spacing widens.
    pub(crate) is_space: bool,
    /// True where its character is known.
    pub(crate) is_known: bool,
}

impl Font {
    pub(crate) fn read(dictionary: &Dictionary, file: &File<'_>, writer: &mut Writer<'_>) -> Self {
        let map = file.found(dictionary.get(b"ToUnicode"), writer);
        let map =
            map.and_then(|found| file.expanded(&found, writer)).map(|bytes| CMap::read(&bytes));
        let unicode = map.filter(|map| !map.is_empty());
        let name = dictionary.name(b"BaseFont").map_or("".into(), String::from_utf8_lossy);
        let mut font = Self {
            unicode,
            codes: Codes::Glyphs,
            widths: BTreeMap::new(),
            default_width: 500.0,
            standard: standard_widths(&name),
        };
        if dictionary.has_name(b"Subtype", b"Type0") {
            font.read_composite(dictionary, file, writer);
        } else {
            font.read_widths(dictionary, file, writer);
            let characters = encoding(dictionary, file, writer);
            font.codes = Codes::Simple(
                (0..=u8::MAX)
                    .zip(characters)
                    .map(|(code, character)| font.letter(code, character))
                    .collect(),
            );
        }
        font
    }

    fn read_composite(
        &mut self,
        dictionary: &Dictionary,
        file: &File<'_>,
        writer: &mut Writer<'_>,
    ) {
        if let Some(charset) = dictionary.name(b"Encoding").and_then(charset_of) {
            self.codes = Codes::Charset(charset);
        }
        let descendants = file.array(dictionary.get(b"DescendantFonts"), writer);
        let Some(inner) = file.dictionary(descendants.first(), writer) else { return };
        let default = inner.get(b"DW").map(|width| file.resolve(width, writer));
        self.default_width = default.and_then(|width| width.number()).unwrap_or(1_000.0);
        let widths = file.array(inner.get(b"W"), writer);
        let mut rest = widths.as_slice();
        while let [first, second, after @ ..] = rest {
            let Some(first) = first.index().and_then(|first| u32::try_from(first).ok()) else {
                break;
            };
            match file.resolve(second, writer) {
                Object::Array(list) => {
                    self.widths
                        .extend((first..=u32::MAX).zip(list.iter().filter_map(Object::number)));
                    rest = after;
                }
                second => {
                    let Some((last, width)) =
                        second.index().zip(after.first().and_then(Object::number))
                    else {
                        break;
                    };
                    let last = u32::try_from(last)
                        .unwrap_or(first)
                        .min(first.checked_add(65_535).unwrap_or(first));
                    self.widths.extend((first..=last).map(|code| (code, width)));
                    rest = after.get(1..).unwrap_or(&[]);
                }
            }
            if self.widths.len() > 1 << 20 {
                break;
            }
        }
    }

    fn read_widths(&mut self, dictionary: &Dictionary, file: &File<'_>, writer: &mut Writer<'_>) {
        let first = dictionary
            .get(b"FirstChar")
            .and_then(Object::index)
            .and_then(|first| u32::try_from(first).ok());
        let widths = file.array(dictionary.get(b"Widths"), writer);
        // Fonts drawn by procedures count in a space of their own, whose scale is in their matrix.
        let matrix = file.array(dictionary.get(b"FontMatrix"), writer);
        let scale = matrix.first().and_then(Object::number).map_or(1.0, |scale| scale * 1_000.0);
        let numbers = widths.iter().take(256).map(|width| width.number().unwrap_or(0.0) * scale);
        self.widths = (first.map_or(0, |first| first)..=u32::MAX).zip(numbers).collect();
    }

    /// The letter of a code, with the character that the encoding gives it.
    fn letter(&self, code: u8, character: Option<char>) -> Letter {
        let mut text = String::new();
        let mut is_known =
            self.unicode.as_ref().is_some_and(|map| map.push(u32::from(code), &mut text));
        if let Some(character) = character.filter(|_| !is_known) {
            match ligature(character) {
                Some(letters) => text.push_str(letters),
                None => text.push(character),
            }
            is_known = true;
        }
        let width = self.width(u32::from(code), &text);
        let mut characters = text.chars();
        let first = characters.next();
        Letter {
            first,
            more: characters.collect(),
            glyph: Glyph { width, is_space: code == b' ', is_known },
        }
    }

    /// Goes through the codes of a text, and writes the characters of each.
    pub(crate) fn draw(&self, bytes: &[u8], text: &mut String, mut glyph: impl FnMut(Glyph)) {
        if let Codes::Simple(letters) = &self.codes {
            text.reserve(bytes.len());
            for letter in bytes.iter().filter_map(|byte| letters.get(usize::from(*byte))) {
                text.extend(letter.first);
                if !letter.more.is_empty() {
                    text.push_str(&letter.more);
                }
                glyph(letter.glyph);
            }
            return;
        }
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = match &self.codes {
                Codes::Charset(charset) if *charset == UTF_16BE => 2,
                Codes::Charset(_) => {
                    usize::from(rest.first().is_some_and(|byte| *byte >= 0x80)) + 1
                }
                Codes::Simple(_) | Codes::Glyphs => {
                    self.unicode.as_ref().map_or(2, |map| map.code_length(rest))
                }
            };
            let (unit, after) = rest.split_at_checked(length).unwrap_or((rest, b""));
            rest = after;
            let code = unit.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
            let start = text.len();
            let is_known = self.push(code, unit, text);
            let width = self.width(code, text.get(start..).unwrap_or(""));
            glyph(Glyph { width, is_space: unit == b" ", is_known });
        }
    }

    /// Writes the characters of a code; false where nothing tells them.
    fn push(&self, code: u32, unit: &[u8], text: &mut String) -> bool {
        if self.unicode.as_ref().is_some_and(|map| map.push(code, text)) {
            return true;
        }
        match &self.codes {
            Codes::Charset(charset) => {
                text.push_str(&charset.decode_without_bom_handling(unit).0);
                true
            }
            Codes::Simple(_) | Codes::Glyphs => false,
        }
    }

    fn width(&self, code: u32, text: &str) -> f64 {
        if let Some(width) = self.widths.get(&code) {
            return *width;
        }
        let standard = self.standard.and_then(|widths| {
            let index = text.bytes().next()?.checked_sub(b' ')?;
            widths.get(usize::from(index)).copied()
        });
        standard.map_or(self.default_width, f64::from)
    }
}

/// The letters of a ligature.
fn ligature(character: char) -> Option<&'static str> {
    match character {
        'ﬀ' => Some("ff"),
        'ﬁ' => Some("fi"),
        'ﬂ' => Some("fl"),
        'ﬃ' => Some("ffi"),
        'ﬄ' => Some("ffl"),
        _ => None,
    }
}

/// The charset of a predefined encoding of East Asia, ISO 32000-1, table 118.
fn charset_of(name: &[u8]) -> Option<&'static Encoding> {
    let has = |part: &[u8]| memchr::memmem::find(name, part).is_some();
    match () {
        () if has(b"UCS2") || has(b"UTF16") => Some(UTF_16BE),
        () if has(b"RKSJ") => Some(encoding_rs::SHIFT_JIS),
        () if has(b"GBK") || name.starts_with(b"GB") => Some(encoding_rs::GBK),
        () if has(b"B5") => Some(encoding_rs::BIG5),
        () if name.starts_with(b"KSC") => Some(encoding_rs::EUC_KR),
        () if name == b"EUC-H" || name == b"EUC-V" => Some(encoding_rs::EUC_JP),
        () => None,
    }
}

/// The characters of a font with codes of one byte.
fn encoding(
    dictionary: &Dictionary,
    file: &File<'_>,
    writer: &mut Writer<'_>,
) -> [Option<char>; 256] {
    let declared = dictionary.get(b"Encoding").map(|encoding| file.resolve(encoding, writer));
    let (base, differences) = match &declared {
        Some(Object::Name(name)) => (Some(name.clone()), Vec::new()),
        Some(Object::Dictionary(encoding)) => {
            let base = encoding.name(b"BaseEncoding").map(Into::into);
            (base, file.array(encoding.get(b"Differences"), writer))
        }
        _ => (None, Vec::new()),
    };
    let charset = match base.as_deref() {
        Some(b"MacRomanEncoding") => MACINTOSH,
        _ => WINDOWS_1252,
    };
    let mut characters: [Option<char>; 256] = std::array::from_fn(|code| {
        let byte = [u8::try_from(code).expect("codes of one byte are below 256")];
        let character = charset.decode_without_bom_handling(&byte).0.chars().next();
        character.filter(|character| !character.is_control())
    });
    let is_complete = base.is_some() || differences.len() > 256;
    if let Some(built_in) = (!is_complete).then(|| built_in(dictionary, file, writer)).flatten() {
        for (code, character) in built_in {
            if let Some(slot) = characters.get_mut(code) {
                *slot = Some(character);
            }
        }
    }
    let mut code = 0;
    for object in &differences {
        match object {
            Object::Number(_) => code = object.index().unwrap_or(256),
            Object::Name(name) => {
                if let Some(character) = characters.get_mut(code) {
                    *character = std::str::from_utf8(name).ok().and_then(glyphs::character);
                }
                code += 1;
            }
            _ => {}
        }
    }
    characters
}

/// Codes and characters that an embedded Type 1 font gives itself, in the part of it that is not encrypted.
fn built_in(
    dictionary: &Dictionary,
    file: &File<'_>,
    writer: &mut Writer<'_>,
) -> Option<Vec<(usize, char)>> {
    let descriptor = file.dictionary(dictionary.get(b"FontDescriptor"), writer)?;
    let program = file.found(descriptor.get(b"FontFile"), writer)?;
    let program = file.expanded(&program, writer)?;
    let end = memchr::memmem::find(&program, b"eexec").map_or(program.len(), |end| end);
    let start = memchr::memmem::find(program.get(..end)?, b"/Encoding")?;
    let mut lexer = Lexer::new(program.get(..end)?, start + 9, 2);
    let (mut found, mut code) = (Vec::new(), None);
    while let Some(piece) = lexer.next_piece() {
        match piece {
            Piece::Word(b"def" | b"readonly") if !found.is_empty() => break,
            Piece::Object(Object::Number(number)) => code = whole(number),
            Piece::Object(Object::Name(name)) => {
                let character = std::str::from_utf8(&name).ok().and_then(glyphs::character);
                found.extend(code.take().zip(character));
            }
            _ => {}
        }
    }
    Some(found)
}

/// The widths of the fonts that every reader has, from space to tilde.
fn standard_widths(name: &str) -> Option<&'static [u16; 95]> {
    match () {
        () if name.contains("Helvetica") || name.contains("Arial") => Some(&HELVETICA),
        () if name.contains("Times") => Some(&TIMES),
        () if name.contains("Courier") => Some(&[600; 95]),
        () => None,
    }
}

/// Source: Adobe Core 14 font metrics, `Helvetica.afm`.
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// Source: Adobe Core 14 font metrics, `Times-Roman.afm`.
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500,
    500, 500, 500, 500, 500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611,
    556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722,
    722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500,
    278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480, 200, 480, 541,
];
