//! Types and members as hashes that another build has too: those of other assemblies by their names, the assembly's own by
//! the forms of their types, since obfuscators and authors rename them.

use demarche_image::dotnet::{Bytecode, Signature, SignaturePart, Token, TokenKind};

use crate::lift::hash::{self, mix};

/// A field or method.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    /// The hash of its type's name and its own, where it belongs to another assembly.
    pub(crate) name: Option<u64>,
    /// The hash of its signature.
    pub(crate) signature: u64,
    /// The number of arguments, the object that it belongs to included.
    pub(crate) arguments: u32,
    /// True if it returns something.
    pub(crate) returns: bool,
}

/// The types and members of an assembly.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    pub(crate) bytecode: &'a Bytecode<'a>,
    /// Hashes of the names of types of other assemblies, by row.
    types: Vec<u64>,
    methods: Vec<Known>,
    fields: Vec<Known>,
    references: Vec<Known>,
}

/// The most rows of a table that are looked at: ten times those of the largest assemblies.
const MOST_ROWS: u32 = 1 << 20;

/// The hash of every type of the assembly itself.
const OWN: u64 = 0x0157;

/// The hash of a type that has no row of its own.
const MARK: u64 = 0x5169;

impl<'a> Members<'a> {
    pub(crate) fn new(bytecode: &'a Bytecode<'a>) -> Self {
        let name = |row| {
            let name = bytecode.type_name(Token::new(TokenKind::TypeRef, row));
            name.map_or(0, |name| hash::bytes(name.bytes()))
        };
        let types = (1..=bytecode.rows(TokenKind::TypeRef).min(MOST_ROWS)).map(name).collect();
        let empty = Vec::new;
        let mut members =
            Self { bytecode, types, methods: empty(), fields: empty(), references: empty() };
        let all = |kind| {
            let rows = 1..=bytecode.rows(kind).min(MOST_ROWS);
            rows.map(|row| members.read(Token::new(kind, row))).collect::<Vec<Known>>()
        };
        let (methods, fields) = (all(TokenKind::Method), all(TokenKind::Field));
        let references = all(TokenKind::MemberRef);
        (members.methods, members.fields, members.references) = (methods, fields, references);
        members
    }

    fn read(&self, token: Token) -> Known {
        let Some(member) = self.bytecode.member(token) else { return Known::default() };
        let owner = member.owner.filter(|_| member.is_external);
        let name = owner.map(|owner| mix(self.plain_type(owner), hash::bytes(member.name.bytes())));
        let Some(signature) = member.signature else { return Known { name, ..Known::default() } };
        Known {
            name,
            signature: self.signature(&signature),
            arguments: signature.arguments + u32::from(signature.has_this),
            returns: signature.returns,
        }
    }

    /// The hash of a signature.
    pub(crate) fn signature(&self, signature: &Signature) -> u64 {
        let start = mix(u64::from(signature.arguments), u64::from(signature.has_this));
        signature.parts.iter().fold(start, |hash, part| mix(hash, self.part(*part)))
    }

    fn part(&self, part: SignaturePart) -> u64 {
        match part {
            SignaturePart::Element(number) => u64::from(number),
            SignaturePart::Number(number) => mix(MARK, u64::from(number)),
            SignaturePart::Type(token) if token.kind() == Some(TokenKind::TypeSpec) => MARK,
            SignaturePart::Type(token) => self.plain_type(token),
        }
    }

    /// The hash of a type's name, without the types that a generic one is given.
    fn plain_type(&self, token: Token) -> u64 {
        match token.kind() {
            Some(TokenKind::TypeRef) => {
                let index = usize::try_from(token.row()).ok().and_then(|row| row.checked_sub(1));
                index.and_then(|index| self.types.get(index)).map_or(MARK, |name| *name)
            }
            Some(TokenKind::TypeSpec) => {
                let signature = self.bytecode.type_signature(token);
                let named = signature.as_ref().and_then(Signature::named);
                match named.filter(|named| named.kind() != Some(TokenKind::TypeSpec)) {
                    Some(named) => self.plain_type(named),
                    None => signature.map_or(MARK, |signature| self.signature(&signature)),
                }
            }
            _ => OWN,
        }
    }

    /// The hash of a type; `None` where it is one of the assembly itself.
    pub(crate) fn type_name(&self, token: Token) -> Option<u64> {
        let hash = self.plain_type(token);
        (hash != OWN).then_some(hash)
    }

    /// The field or method that a token means.
    pub(crate) fn get(&self, token: Token) -> Known {
        let members = match token.kind() {
            Some(TokenKind::Method) => &self.methods,
            Some(TokenKind::Field) => &self.fields,
            Some(TokenKind::MemberRef) => &self.references,
            _ => return self.read(token),
        };
        let index = usize::try_from(token.row()).ok().and_then(|row| row.checked_sub(1));
        match index.and_then(|index| members.get(index)) {
            Some(known) => *known,
            None => Known::default(),
        }
    }
}
