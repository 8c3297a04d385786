//! References of bytecode and signatures to rows of the metadata.

use super::schema::Table;

/// A row of a table, as bytecode refers to it: the table in the highest byte, the row in the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u32);

/// The kinds of rows that bytecode refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// A type of another assembly.
    TypeRef,
    /// A type of the assembly itself.
    TypeDef,
    /// A field of the assembly itself.
    Field,
    /// A method of the assembly itself.
    Method,
    /// A field or method of another assembly, or of a generic type.
    MemberRef,
    /// A signature of its own, of locals or of a call through a pointer.
    Signature,
    /// A type that is made of others.
    TypeSpec,
    /// A generic method with its types.
    MethodSpec,
    /// A text.
    Text,
}

impl TokenKind {
    const ALL: [(Self, u8); 9] = [
        (Self::TypeRef, 0x01),
        (Self::TypeDef, 0x02),
        (Self::Field, 0x04),
        (Self::Method, 0x06),
        (Self::MemberRef, 0x0a),
        (Self::Signature, 0x11),
        (Self::TypeSpec, 0x1b),
        (Self::MethodSpec, 0x2b),
        (Self::Text, 0x70),
    ];

    pub(crate) fn table(self) -> Table {
        let number = Self::ALL.iter().find(|(kind, _)| *kind == self).map(|(_, number)| *number);
        Table(number.expect("every kind has a number"))
    }
}

impl Token {
    /// The token of a row of a table.
    #[must_use]
    pub fn new(kind: TokenKind, row: u32) -> Self {
        Self::of(kind.table(), row)
    }

    pub(crate) fn of(table: Table, row: u32) -> Self {
        Self(u32::from(table.0) << 24 | row & 0x00ff_ffff)
    }

    /// The kind of the row; `None` where bytecode cannot mean such a row.
    #[must_use]
    pub fn kind(self) -> Option<TokenKind> {
        let [number, ..] = self.0.to_be_bytes();
        TokenKind::ALL.iter().find(|(_, of)| *of == number).map(|(kind, _)| *kind)
    }

    /// The number of the row, from 1; of a text its offset in the heap.
    #[must_use]
    pub fn row(self) -> u32 {
        self.0 & 0x00ff_ffff
    }
}
