//! The methods of an assembly, and what their bytecode refers to.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::body::Handler;
use super::metadata::Metadata;
use super::names::{self, Owners};
use super::schema::Table;
use super::signature::Signature;
use super::token::{Token, TokenKind};
use crate::VirtualAddress;
use crate::little_endian::wide;

/// A method with bytecode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// Its first instruction.
    pub start: VirtualAddress,
    /// The bytes of its instructions.
    pub size: u32,
    /// Its row.
    pub token: Token,
    /// Its exception handlers, in the order of the file.
    pub handlers: Vec<Handler>,
}

/// The bytecode of an assembly: its methods, and the metadata that tokens in them mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bytecode<'data> {
    /// The methods that have bytecode, ascending by start, each start once.
    pub methods: Vec<Method>,
    pub(crate) metadata: Metadata<'data>,
    pub(crate) owners: Owners,
    /// The address behind the sections, from which the slots of imports count.
    pub(crate) slots: VirtualAddress,
    /// The first instruction of each method by its row, from 1; `None` where it has no bytecode.
    pub(crate) starts: Vec<Option<VirtualAddress>>,
    /// The method of the assembly itself that a reference through a generic type means, by the reference's row.
    pub(crate) internal: BTreeMap<u32, u32>,
    /// The bytes in the file that fields begin with, by the fields' rows.
    pub(crate) data: BTreeMap<u32, VirtualAddress>,
}

/// A field or method that a token means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'data> {
    /// The type that it belongs to; `None` for a function of the whole module, or where the type cannot be read.
    pub owner: Option<Token>,
    /// Its name without the type's.
    pub name: Cow<'data, str>,
    /// Its signature; `None` where it cannot be read.
    pub signature: Option<Signature>,
    /// True if it belongs to another assembly.
    pub is_external: bool,
}

/// The destination of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A method of the assembly, by its first instruction.
    Method(VirtualAddress),
    /// A method of another module, by its slot among the image's imports.
    Import(VirtualAddress),
    /// A method without bytecode, or nothing that can be read.
    Unknown,
}

impl<'data> Bytecode<'data> {
    /// The number of rows of a kind.
    #[must_use]
    pub fn rows(&self, kind: TokenKind) -> u32 {
        self.metadata.tables.count(kind.table())
    }

    /// The full name of a type; `None` where it cannot be read.
    #[must_use]
    pub fn type_name(&self, token: Token) -> Option<String> {
        names::type_name(&self.metadata, &self.owners, token)
    }

    /// The field or method that a token means, seen through the types of a generic one; `None` where it means neither.
    #[must_use]
    pub fn member(&self, token: Token) -> Option<Member<'data>> {
        let tables = &self.metadata.tables;
        match token.kind()? {
            TokenKind::MethodSpec => {
                let (table, row) = tables.coded(Table::METHOD_SPEC, token.row(), 0)?;
                let token = Token::of(table, row);
                (token.kind()? != TokenKind::MethodSpec).then(|| self.member(token)).flatten()
            }
            TokenKind::MemberRef => {
                let owner = tables.coded(Table::MEMBER_REF, token.row(), 0);
                let owner = owner.map(|(table, row)| Token::of(table, row));
                let is_external = owner.is_some_and(|owner| self.is_external(owner));
                self.named(Table::MEMBER_REF, token.row(), [1, 2], owner, is_external)
            }
            kind @ (TokenKind::Method | TokenKind::Field) => {
                let owner = self.owners.of(kind, token.row());
                let owner = owner.map(|row| Token::new(TokenKind::TypeDef, row));
                let (table, columns) =
                    if kind == TokenKind::Field { (Table::FIELD, [1, 2]) } else { METHOD };
                self.named(table, token.row(), columns, owner, false)
            }
            _ => None,
        }
    }

    fn named(
        &self,
        table: Table,
        row: u32,
        [name, signature]: [usize; 2],
        owner: Option<Token>,
        is_external: bool,
    ) -> Option<Member<'data>> {
        let cell = |column| self.metadata.tables.cell(table, row, column);
        let name = self.metadata.name(cell(name)?)?;
        let blob = cell(signature).and_then(|index| self.metadata.blob(index));
        Some(Member { owner, name, signature: blob.and_then(Signature::read), is_external })
    }

    /// Returns true if a type belongs to another assembly.
    #[must_use]
    pub fn is_external(&self, owner: Token) -> bool {
        match owner.kind() {
            Some(TokenKind::TypeRef) => true,
            Some(TokenKind::TypeSpec) => {
                let named = self.type_signature(owner).and_then(|signature| signature.named());
                named.and_then(Token::kind) == Some(TokenKind::TypeRef)
            }
            _ => owner.0 >> 24 == u32::from(Table::MODULE_REF.0),
        }
    }

    /// Returns true if a type has a name: arrays, pointers and generic parameters have none of their own.
    pub(crate) fn has_name(&self, owner: Token) -> bool {
        match owner.kind() {
            Some(TokenKind::TypeSpec) => {
                let signature = self.type_signature(owner);
                signature.is_none_or(|signature| signature.named().is_some())
            }
            Some(TokenKind::TypeDef | TokenKind::TypeRef) => true,
            _ => false,
        }
    }

    /// The parts of a type that is made of others; `None` where they cannot be read.
    #[must_use]
    pub fn type_signature(&self, token: Token) -> Option<Signature> {
        let index = self.metadata.tables.cell(Table::TYPE_SPEC, token.row(), 0)?;
        self.metadata.blob(index).and_then(Signature::read_type)
    }

    /// The signature of a call through a pointer; `None` where it cannot be read.
    #[must_use]
    pub fn signature(&self, token: Token) -> Option<Signature> {
        let index = self.metadata.tables.cell(Table::STANDALONE_SIGNATURE, token.row(), 0)?;
        self.metadata.blob(index).and_then(Signature::read)
    }

    /// The text that a token means, in UTF-16; `None` where there is none.
    #[must_use]
    pub fn text(&self, token: Token) -> Option<&'data [u8]> {
        (token.kind()? == TokenKind::Text).then(|| self.metadata.text(token.row())).flatten()
    }

    /// The place where the bytes of a field lie in the image; `None` where it has none there.
    #[must_use]
    pub fn data(&self, token: Token) -> Option<VirtualAddress> {
        let is_field = token.kind() == Some(TokenKind::Field);
        is_field.then(|| self.data.get(&token.row()).copied()).flatten()
    }

    /// The destination of a call of a method.
    #[must_use]
    pub fn destination(&self, token: Token) -> Destination {
        match token.kind() {
            Some(TokenKind::MethodSpec) => {
                let method = self.metadata.tables.coded(Table::METHOD_SPEC, token.row(), 0);
                match method.map(|(table, row)| Token::of(table, row)) {
                    Some(method) if method.kind() != Some(TokenKind::MethodSpec) => {
                        self.destination(method)
                    }
                    _ => Destination::Unknown,
                }
            }
            Some(TokenKind::MemberRef) => match self.internal.get(&token.row()) {
                Some(row) => self.method(*row),
                None => Destination::Import(self.slot(token)),
            },
            Some(TokenKind::Method) => self.method(token.row()),
            _ => Destination::Unknown,
        }
    }

    fn method(&self, row: u32) -> Destination {
        let start = usize::try_from(row).ok().and_then(|row| self.starts.get(row.checked_sub(1)?));
        match start {
            Some(Some(start)) => Destination::Method(*start),
            Some(None) => Destination::Import(self.slot(Token::new(TokenKind::Method, row))),
            None => Destination::Unknown,
        }
    }

    /// The slot of a method of another module: methods of libraries in machine code, then those of other assemblies.
    pub(crate) fn slot(&self, token: Token) -> VirtualAddress {
        const SLOT: u64 = 8;
        let before = match token.kind() {
            Some(TokenKind::MemberRef) => wide(self.starts.len()),
            _ => 0,
        };
        self.slots.plus((before + u64::from(token.row())) * SLOT)
    }

    /// The full name of what a token means, as a person reads it; `None` where it cannot be read.
    #[must_use]
    pub fn describe(&self, token: Token) -> Option<String> {
        match token.kind()? {
            TokenKind::TypeDef | TokenKind::TypeRef | TokenKind::TypeSpec => self.type_name(token),
            TokenKind::Text | TokenKind::Signature => None,
            _ => {
                let member = self.member(token)?;
                let owner = member.owner.and_then(|owner| self.type_name(owner));
                Some(names::member(owner, &member.name))
            }
        }
    }
}

/// The table of methods, with the columns of names and signatures.
const METHOD: (Table, [usize; 2]) = (Table::METHOD_DEF, [3, 4]);
