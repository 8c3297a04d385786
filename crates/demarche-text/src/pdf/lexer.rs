//! Objects of a PDF file (ISO 32000-1, 7.3) and the words between them.
#![warn(clippy::indexing_slicing)]

/// A value in a PDF file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Object {
    Null,
    Boolean(bool),
    Number(f64),
    Name(Box<[u8]>),
    Text(Vec<u8>),
    Array(Vec<Self>),
    Dictionary(Dictionary),
    /// The number of an object that stands elsewhere.
    Reference(u32),
}

/// Values by name, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Dictionary(pub(crate) Vec<(Box<[u8]>, Object)>);

impl Dictionary {
    pub(crate) fn get(&self, key: &[u8]) -> Option<&Object> {
        self.0.iter().find(|(name, _)| **name == *key).map(|(_, value)| value)
    }

    pub(crate) fn name(&self, key: &[u8]) -> Option<&[u8]> {
        self.get(key)?.name()
    }

    pub(crate) fn has_name(&self, key: &[u8], name: &[u8]) -> bool {
        self.name(key) == Some(name)
    }
}

impl Object {
    pub(crate) fn name(&self) -> Option<&[u8]> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    pub(crate) fn text(&self) -> Option<&[u8]> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn array(&self) -> Option<&[Self]> {
        if let Self::Array(array) = self { Some(array) } else { None }
    }

    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        if let Self::Dictionary(dictionary) = self { Some(dictionary) } else { None }
    }

    pub(crate) fn reference(&self) -> Option<u32> {
        if let Self::Reference(number) = self { Some(*number) } else { None }
    }

    /// The value as a whole number that is not negative.
    pub(crate) fn index(&self) -> Option<usize> {
        self.number().and_then(whole)
    }
}

/// A whole number from 0 to what a `u32` holds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked before"
)]
pub(crate) fn whole(number: f64) -> Option<usize> {
    (number >= 0.0 && number <= f64::from(u32::MAX)).then_some(number as usize)
}

/// A piece of a file or a content stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece<'bytes> {
    Object(Object),
    Word(&'bytes [u8]),
}

/// Reads pieces one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'bytes> {
    bytes: &'bytes [u8],
    pub(crate) offset: usize,
    /// The deepest nesting of arrays and dictionaries that is read.
    depth: usize,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

impl<'bytes> Lexer<'bytes> {
    pub(crate) fn new(bytes: &'bytes [u8], offset: usize, depth: usize) -> Self {
        Self { bytes, offset, depth }
    }

    fn rest(&self) -> &'bytes [u8] {
        self.bytes.get(self.offset..).unwrap_or(b"")
    }

    fn skip_space(&mut self) {
        loop {
            let rest = self.rest();
            let spaces = rest.iter().position(|byte| !is_space(*byte)).unwrap_or(rest.len());
            self.offset += spaces;
            let rest = rest.get(spaces..).unwrap_or(b"");
            if rest.first() != Some(&b'%') {
                return;
            }
            self.offset += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        }
    }

    /// The next object; `None` where there is none or a word.
    pub(crate) fn object(&mut self) -> Option<Object> {
        match self.next_piece()? {
            Piece::Object(object) => Some(object),
            Piece::Word(_) => None,
        }
    }

    /// The next value, which may be a reference.
    pub(crate) fn value(&mut self) -> Option<Object> {
        match self.object_or_reference()? {
            Piece::Object(object) => Some(object),
            Piece::Word(_) => None,
        }
    }

    /// Takes a word if it is next.
    pub(crate) fn takes(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let found = self.rest().starts_with(word);
        if found {
            self.offset += word.len();
        }
        found
    }

    /// The next piece; `None` at the end.
    pub(crate) fn next_piece(&mut self) -> Option<Piece<'bytes>> {
        self.skip_space();
        let rest = self.rest();
        let piece = match (rest.first()?, rest.get(1)) {
            (b'/', _) => Piece::Object(Object::Name(self.take_name())),
            (b'(', _) => Piece::Object(Object::Text(self.take_text())),
            (b'<', Some(b'<')) => {
                self.offset += 2;
                Piece::Object(Object::Dictionary(self.take_dictionary()))
            }
            (b'<', _) => Piece::Object(Object::Text(self.take_hexadecimal())),
            (b'[', _) => {
                self.offset += 1;
                Piece::Object(Object::Array(self.take_array()))
            }
            (b'>', Some(b'>')) => self.take_word(2),
            (b'+' | b'-' | b'.' | b'0'..=b'9', _) => self.take_number(),
            (byte, _) if is_delimiter(*byte) => self.take_word(1),
            _ => {
                let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
                self.take_word(length)
            }
        };
        Some(piece)
    }

    fn take_word(&mut self, length: usize) -> Piece<'bytes> {
        let word = self.rest().get(..length).unwrap_or(b"");
        self.offset += length;
        match word {
            b"true" => Piece::Object(Object::Boolean(true)),
            b"false" => Piece::Object(Object::Boolean(false)),
            b"null" => Piece::Object(Object::Null),
            _ => Piece::Word(word),
        }
    }

    fn take_number(&mut self) -> Piece<'bytes> {
        let rest = self.rest();
        let is_part = |byte: &&u8| matches!(**byte, b'+' | b'-' | b'.' | b'0'..=b'9');
        let length = rest.iter().take_while(is_part).count();
        let digits = rest.get(..length).unwrap_or(b"");
        self.offset += length;
        Piece::Object(Object::Number(decimal(digits)))
    }

    /// An object, or a reference where two numbers and an `R` follow.
    fn object_or_reference(&mut self) -> Option<Piece<'bytes>> {
        let piece = self.next_piece()?;
        let Piece::Object(Object::Number(number)) = piece else { return Some(piece) };
        let ahead = self.offset;
        if number >= 0.0 && number.fract() == 0.0 {
            self.skip_space();
            if self.rest().first().is_some_and(u8::is_ascii_digit) {
                self.take_number();
                self.skip_space();
                let rest = self.rest();
                if rest.first() == Some(&b'R') && !rest.get(1).is_some_and(|byte| is_regular(*byte))
                {
                    self.offset += 1;
                    let number = whole(number).and_then(|number| u32::try_from(number).ok())?;
                    return Some(Piece::Object(Object::Reference(number)));
                }
            }
        }
        self.offset = ahead;
        Some(piece)
    }

    fn take_array(&mut self) -> Vec<Object> {
        let mut array = Vec::new();
        let Some(depth) = self.depth.checked_sub(1) else {
            // Too deep: the bracket is left to the next outer array, and what it holds to all of them.
            return array;
        };
        self.depth = depth;
        while let Some(piece) = self.object_or_reference() {
            match piece {
                Piece::Object(object) => array.push(object),
                Piece::Word(b"]") => break,
                // An array that is not closed ends with its object or operator.
                Piece::Word(b"endobj" | b"stream" | b">>") => break,
                Piece::Word(_) => {}
            }
        }
        self.depth += 1;
        array
    }

    fn take_dictionary(&mut self) -> Dictionary {
        let mut entries = Vec::new();
        let Some(depth) = self.depth.checked_sub(1) else { return Dictionary::default() };
        self.depth = depth;
        while let Some(piece) = self.next_piece() {
            match piece {
                Piece::Object(Object::Name(name)) => {
                    let before = self.offset;
                    match self.object_or_reference() {
                        Some(Piece::Object(object)) => entries.push((name, object)),
                        _ => {
                            self.offset = before;
                            // A name without a value: the next round sees what follows.
                            if self.takes(b">>") {
                                break;
                            }
                        }
                    }
                }
                Piece::Object(_) => {}
                Piece::Word(b">>" | b"endobj" | b"stream") => break,
                Piece::Word(_) => {}
            }
        }
        self.depth += 1;
        Dictionary(entries)
    }

    fn take_name(&mut self) -> Box<[u8]> {
        let rest = self.rest().get(1..).unwrap_or(b"");
        let length = rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or(b"");
        self.offset += 1 + length;
        if !name.contains(&b'#') {
            return name.into();
        }
        let mut resolved = Vec::with_capacity(length);
        let mut rest = name;
        while let Some((first, after)) = rest.split_first() {
            let pair = after.first_chunk::<2>().filter(|_| *first == b'#');
            match pair.and_then(|[high, low]| byte_of(*high, *low)) {
                Some(byte) => {
                    resolved.push(byte);
                    rest = after.get(2..).unwrap_or(b"");
                }
                None => {
                    resolved.push(*first);
                    rest = after;
                }
            }
        }
        resolved.into()
    }

    fn take_hexadecimal(&mut self) -> Vec<u8> {
        let rest = self.rest().get(1..).unwrap_or(b"");
        let length = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        self.offset += length + 2;
        hexadecimal(rest.get(..length).unwrap_or(b""))
    }

    fn take_text(&mut self) -> Vec<u8> {
        let mut rest = self.rest().get(1..).unwrap_or(b"");
        let mut text = Vec::new();
        let mut open = 1_usize;
        loop {
            let run = memchr::memchr3(b'(', b')', b'\\', rest).unwrap_or(rest.len());
            let (plain, after) = rest.split_at_checked(run).unwrap_or((rest, b""));
            text.extend_from_slice(plain);
            let Some((first, after)) = after.split_first() else {
                rest = b"";
                break;
            };
            rest = after;
            match first {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    rest = escaped(after, &mut text);
                    continue;
                }
                _ => {}
            }
            text.push(*first);
        }
        self.offset = self.bytes.len() - rest.len();
        text
    }

    /// Skips an image within a content stream, from behind `ID` to behind `EI`.
    pub(crate) fn skip_inline_image(&mut self) {
        let rest = self.rest();
        let is_end = |start: &usize| {
            let before = start.checked_sub(1).and_then(|before| rest.get(before));
            let after = rest.get(start + 2);
            before.is_none_or(|byte| is_space(*byte)) && after.is_none_or(|byte| is_space(*byte))
        };
        let end = memchr::memmem::find_iter(rest, b"EI").find(is_end);
        self.offset += end.map_or(rest.len(), |end| end + 2);
    }
}

/// Takes an escape behind its backslash; returns the bytes behind it.
fn escaped<'bytes>(bytes: &'bytes [u8], text: &mut Vec<u8>) -> &'bytes [u8] {
    let Some((first, after)) = bytes.split_first() else { return b"" };
    match first {
        b'n' => text.push(b'\n'),
        b'r' => text.push(b'\r'),
        b't' => text.push(b'\t'),
        b'b' => text.push(8),
        b'f' => text.push(12),
        b'\r' => return after.strip_prefix(b"\n").unwrap_or(after),
        b'\n' => {}
        b'0'..=b'7' => {
            let length =
                bytes.iter().take(3).take_while(|byte| matches!(**byte, b'0'..=b'7')).count();
            let digits = bytes.get(..length).unwrap_or(b"");
            let value =
                digits.iter().fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            text.extend(u8::try_from(value & 0xff));
            return bytes.get(length..).unwrap_or(b"");
        }
        _ => text.push(*first),
    }
    after
}

/// The number that digits stand for; signs within them end the number, as readers agree.
fn decimal(digits: &[u8]) -> f64 {
    let (mut value, mut scale, mut is_negative, mut has_digit) = (0.0, 0.0, false, false);
    for byte in digits {
        match byte {
            b'-' if !has_digit => is_negative = true,
            b'-' => break,
            b'.' if scale == 0.0 => scale = 1.0,
            b'0'..=b'9' => {
                has_digit = true;
                value = value * 10.0 + f64::from(byte - b'0');
                scale *= 10.0;
            }
            _ => {}
        }
    }
    let value = if scale > 1.0 { value / scale } else { value };
    if is_negative { -value } else { value }
}

fn byte_of(high: u8, low: u8) -> Option<u8> {
    let nibble =
        |digit: u8| char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(nibble(high)? << 4 | nibble(low)?)
}

/// The bytes of hexadecimal digits; an odd last digit is completed by zero.
pub(crate) fn hexadecimal(digits: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .filter_map(|pair| byte_of(*pair.first()?, pair.get(1).copied().unwrap_or(b'0')))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_of_every_kind_are_read() {
        let source = b"<</A 1/B[2 0 R (x\\)\\101) <4142>]/C<</D/E#20F>>/G -1.5>>";
        let Some(Object::Dictionary(object)) = Lexer::new(source, 0, 8).object() else { panic!() };
        assert_eq!(object.get(b"A"), Some(&Object::Number(1.0)));
        let array = object.get(b"B").and_then(Object::array).expect("an array");
        assert_eq!(array[0], Object::Reference(2));
        assert_eq!(array[1].text(), Some(&b"x)A"[..]));
        assert_eq!(array[2].text(), Some(&b"AB"[..]));
        let inner = object.get(b"C").and_then(Object::dictionary).expect("a dictionary");
        assert_eq!(inner.name(b"D"), Some(&b"E F"[..]));
        assert_eq!(object.get(b"G"), Some(&Object::Number(-1.5)));
    }

    #[test]
    fn deep_nesting_ends() {
        let deep = b"[".repeat(1_000_000);
        assert!(Lexer::new(&deep, 0, 64).object().is_some());
        let deep = b"<</A".repeat(1_000_000);
        assert!(Lexer::new(&deep, 0, 64).object().is_some());
    }
}
