//! Signatures: what a method takes and returns, and what type a field or local has.
//!
//! Source: ECMA-335, partition II, §23.2.

use super::metadata::compressed;
use super::schema::Coded;
use super::tables::decode;
use super::token::Token;

/// The most parts of a signature that are read: longer ones are not met in programs that people write.
const MOST: usize = 256;

/// The depth of types within types that is read.
const DEEPEST: usize = 16;

/// One part of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignaturePart {
    /// A type of the runtime, or how types are put together, by the number that the standard gives it.
    Element(u8),
    /// A type by its row.
    Type(Token),
    /// The number of a generic parameter, of types that a generic type is given, or of dimensions.
    Number(u32),
}

/// The signature of a method, or the type of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signature {
    /// True if it is that of a method.
    pub is_method: bool,
    /// True if a method is given the object that it belongs to.
    pub has_this: bool,
    /// The number of arguments besides that object.
    pub arguments: u32,
    /// True if a method returns something.
    pub returns: bool,
    /// What it returns, or the field's type, then each argument's type.
    pub parts: Vec<SignaturePart>,
}

/// A signature that is being read.
struct Reader<'data> {
    rest: &'data [u8],
    parts: Vec<SignaturePart>,
}

const VOID: u8 = 0x01;
const FIELD: u8 = 0x06;
const GENERIC: u8 = 0x10;
const HAS_THIS: u8 = 0x20;

impl Signature {
    /// Reads the signature of a method or field; `None` where it cannot be read to its end.
    pub(crate) fn read(blob: &[u8]) -> Option<Self> {
        let (&convention, rest) = blob.split_first()?;
        let mut reader = Reader { rest, parts: Vec::new() };
        if convention & 0x0f == FIELD {
            reader.one_type(0)?;
            return Some(Self { parts: reader.parts, ..Self::default() });
        }
        if convention & 0x0f > 5 {
            return None;
        }
        if convention & GENERIC != 0 {
            reader.number()?;
        }
        let arguments = reader.number()?;
        reader.one_type(0)?;
        let is_void = |part: &&SignaturePart| !matches!(part, SignaturePart::Element(0x1f | 0x20));
        let returned = reader.parts.iter().filter(is_void).find(|part| {
            // A modifier's type stands before what is returned.
            !matches!(part, SignaturePart::Type(_))
        });
        let returns = returned != Some(&SignaturePart::Element(VOID));
        for _ in 0..arguments {
            reader.one_type(0)?;
        }
        let has_this = convention & HAS_THIS != 0;
        Some(Self { is_method: true, has_this, arguments, returns, parts: reader.parts })
    }

    /// Reads a type that is made of others; `None` where it cannot be read to its end.
    pub(crate) fn read_type(blob: &[u8]) -> Option<Self> {
        let mut reader = Reader { rest: blob, parts: Vec::new() };
        reader.one_type(0)?;
        Some(Self { parts: reader.parts, ..Self::default() })
    }

    /// The first type with a row of its own: of a generic type, that without its types.
    #[must_use]
    pub fn named(&self) -> Option<Token> {
        self.parts.iter().find_map(|part| match part {
            SignaturePart::Type(token) => Some(*token),
            SignaturePart::Element(_) | SignaturePart::Number(_) => None,
        })
    }
}

impl Reader<'_> {
    fn number(&mut self) -> Option<u32> {
        let (number, rest) = compressed(self.rest)?;
        self.rest = rest;
        Some(number)
    }

    fn push(&mut self, part: SignaturePart) -> Option<()> {
        (self.parts.len() < MOST).then(|| self.parts.push(part))
    }

    fn row(&mut self) -> Option<()> {
        let coded = self.number()?;
        let (table, row) = decode(Coded::TypeDefOrRef, coded)?;
        self.push(SignaturePart::Type(Token::of(table, row)))
    }

    fn counted(&mut self) -> Option<u32> {
        let number = self.number()?;
        self.push(SignaturePart::Number(number))?;
        Some(number)
    }

    /// Reads one type with everything in it.
    fn one_type(&mut self, depth: usize) -> Option<()> {
        let (&element, rest) = self.rest.split_first()?;
        self.rest = rest;
        self.push(SignaturePart::Element(element))?;
        let deeper = (depth < DEEPEST).then_some(depth + 1);
        match element {
            // Numbers, texts, objects, and the like.
            0x01..=0x0e | 0x16 | 0x18 | 0x19 | 0x1c => Some(()),
            // Pointers, references, arrays of one dimension, pinned, and the sentinel.
            0x0f | 0x10 | 0x1d | 0x41 | 0x45 => self.one_type(deeper?),
            // Types with a row.
            0x11 | 0x12 => self.row(),
            // Parameters of generic types and methods.
            0x13 | 0x1e => self.counted().map(drop),
            // An array with its shape.
            0x14 => {
                self.one_type(deeper?)?;
                self.counted()?;
                for _ in 0..2 {
                    for _ in 0..self.number()? {
                        self.number()?;
                    }
                }
                Some(())
            }
            // A generic type with its types.
            0x15 => {
                self.one_type(deeper?)?;
                for _ in 0..self.counted()? {
                    self.one_type(deeper?)?;
                }
                Some(())
            }
            // A function with a signature of its own.
            0x1b => {
                let (&convention, rest) = self.rest.split_first()?;
                self.rest = rest;
                if convention & GENERIC != 0 {
                    self.number()?;
                }
                for _ in 0..=self.counted()? {
                    self.one_type(deeper?)?;
                }
                Some(())
            }
            // A modifier, and the type that it modifies.
            0x1f | 0x20 => {
                self.row()?;
                self.one_type(deeper?)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_says_what_it_takes_and_returns() {
        let signature = Signature::read(&[0x20, 2, 0x01, 0x0e, 0x1d, 0x05]).unwrap();
        assert!(signature.is_method && signature.has_this && !signature.returns);
        assert_eq!((signature.arguments, signature.parts.len()), (2, 4));
        let signature = Signature::read(&[0x00, 1, 0x12, 0x05, 0x08]).unwrap();
        assert!(signature.returns && !signature.has_this);
        assert_eq!(signature.named(), Some(Token(0x0100_0001)));
    }

    #[test]
    fn neither_depth_nor_length_has_no_end() {
        let mut deep = vec![0x06];
        deep.extend([0x0f; 1000]);
        assert_eq!(Signature::read(&deep), None);
        let mut long = vec![0x00, 0xbf, 0xff, 0x01];
        long.extend([0x08; 0x4000]);
        assert_eq!(Signature::read(&long), None);
        assert_eq!(Signature::read(&[0x00, 3, 0x01]), None);
        assert_eq!(Signature::read(&[]), None);
    }
}
