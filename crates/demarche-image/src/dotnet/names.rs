//! Names of types and members, put together from the rows that they are spread over.

use std::collections::BTreeMap;

use super::metadata::Metadata;
use super::schema::Table;
use super::signature::Signature;
use super::token::{Token, TokenKind};
use crate::little_endian::size;

/// The depth of types within types that names are read to.
const DEEPEST: usize = 8;

/// Full names are cut at this many bytes.
const LONGEST: usize = 1024;

/// The rows that types and their members are found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Owners {
    /// The type that each nested type lies in.
    enclosing: BTreeMap<u32, u32>,
    /// The first method of each type and the type, ascending.
    methods: Vec<(u32, u32)>,
    /// The same for fields.
    fields: Vec<(u32, u32)>,
    /// The places in the tables of pointers where methods and fields stand, where there are such tables (`#-`).
    method_pointers: BTreeMap<u32, u32>,
    field_pointers: BTreeMap<u32, u32>,
}

impl Owners {
    pub(crate) fn new(metadata: &Metadata<'_>) -> Self {
        let tables = &metadata.tables;
        let nested = tables.rows(Table::NESTED_CLASS).filter_map(|row| {
            let cell = |column| tables.cell(Table::NESTED_CLASS, row, column);
            Some((cell(0)?, cell(1)?))
        });
        let lists = |column| {
            let types = tables.rows(Table::TYPE_DEF);
            let firsts =
                types.filter_map(|row| Some((tables.cell(Table::TYPE_DEF, row, column)?, row)));
            let mut firsts: Vec<(u32, u32)> = firsts.collect();
            firsts.sort_unstable();
            firsts
        };
        let pointers = |table| {
            let rows = tables.rows(table);
            rows.filter_map(|row| Some((tables.cell(table, row, 0)?, row))).collect()
        };
        Self {
            enclosing: nested.collect(),
            methods: lists(5),
            fields: lists(4),
            method_pointers: pointers(Table::METHOD_POINTER),
            field_pointers: pointers(Table::FIELD_POINTER),
        }
    }

    /// The type that a method or field belongs to.
    pub(crate) fn of(&self, kind: TokenKind, row: u32) -> Option<u32> {
        let (lists, pointers) = match kind {
            TokenKind::Field => (&self.fields, &self.field_pointers),
            _ => (&self.methods, &self.method_pointers),
        };
        let row = pointers.get(&row).copied().unwrap_or(row);
        let after = lists.partition_point(|(first, _)| *first <= row);
        lists.get(after.checked_sub(1)?).map(|(_, owner)| *owner)
    }
}

/// A full name as it is put together, cut where it becomes too long.
#[derive(Debug, Default)]
struct Joined(String);

impl Joined {
    fn push(&mut self, text: &str) {
        if self.0.len() + text.len() <= LONGEST {
            self.0.push_str(text);
        }
    }
}

/// The full name of a type, as `System.String` or `Outer/Inner`, of a generic type with the number of its types; `None` where its row is missing.
pub(crate) fn type_name(metadata: &Metadata<'_>, owners: &Owners, token: Token) -> Option<String> {
    let mut chain = Vec::new();
    let mut next = Some(named_type(metadata, token)?);
    while let Some((kind, row)) = next.take() {
        if chain.len() >= DEEPEST {
            break;
        }
        chain.push((kind, row));
        next = match kind {
            TokenKind::TypeDef => owners.enclosing.get(&row).map(|outer| (kind, *outer)),
            _ => match metadata.tables.coded(Table::TYPE_REF, row, 0) {
                Some((Table::TYPE_REF, outer)) => Some((kind, outer)),
                _ => None,
            },
        };
    }
    let mut joined = Joined::default();
    for (depth, (kind, row)) in chain.iter().rev().enumerate() {
        if depth > 0 {
            joined.push("/");
        }
        let cell = |column| metadata.tables.cell(kind.table(), *row, column);
        let space = metadata.name(cell(2)?)?;
        if !space.is_empty() {
            joined.push(&space);
            joined.push(".");
        }
        joined.push(&metadata.name(cell(1)?)?);
    }
    Some(joined.0)
}

/// The row that gives a type its name: of a type that is made of others, the first one with a row.
fn named_type(metadata: &Metadata<'_>, token: Token) -> Option<(TokenKind, u32)> {
    match token.kind()? {
        kind @ (TokenKind::TypeDef | TokenKind::TypeRef) => Some((kind, token.row())),
        TokenKind::TypeSpec => {
            let blob = metadata.blob(metadata.tables.cell(Table::TYPE_SPEC, token.row(), 0)?)?;
            let named = Signature::read_type(blob)?.named()?;
            let kind = named.kind().filter(|kind| *kind != TokenKind::TypeSpec)?;
            Some((kind, named.row()))
        }
        _ => None,
    }
}

/// The name of the assembly or module that a type comes from, in lower case; empty for the assembly's own.
pub(crate) fn library(metadata: &Metadata<'_>, token: Token) -> String {
    let found = || {
        let (kind, mut row) = named_type(metadata, token)?;
        if kind != TokenKind::TypeRef {
            return None;
        }
        for _ in 0..DEEPEST {
            let column = match metadata.tables.coded(Table::TYPE_REF, row, 0)? {
                (Table::TYPE_REF, outer) => {
                    row = outer;
                    continue;
                }
                (Table::ASSEMBLY_REF, scope) => {
                    metadata.tables.cell(Table::ASSEMBLY_REF, scope, 6)?
                }
                (Table::MODULE_REF, scope) => metadata.tables.cell(Table::MODULE_REF, scope, 0)?,
                _ => return None,
            };
            return metadata.name(column).map(|name| name.to_lowercase());
        }
        None
    };
    found().unwrap_or_default()
}

/// A type's name and a member's, as `System.Console::WriteLine`.
pub(crate) fn member(owner: Option<String>, name: &str) -> String {
    let mut joined = owner.map_or_else(Joined::default, Joined);
    if !joined.0.is_empty() {
        joined.push("::");
    }
    joined.push(name);
    joined.0
}

/// The methods of some types, by type and name.
pub(crate) type Methods = BTreeMap<(u32, String), Vec<u32>>;

/// The methods of the assembly that references through generic types can mean.
pub(crate) fn methods_of(
    metadata: &Metadata<'_>,
    owners: &Owners,
    wanted: &std::collections::BTreeSet<u32>,
) -> Methods {
    let mut methods = Methods::new();
    if wanted.is_empty() {
        return methods;
    }
    for row in metadata.tables.rows(Table::METHOD_DEF) {
        let Some(owner) = owners.of(TokenKind::Method, row).filter(|owner| wanted.contains(owner))
        else {
            continue;
        };
        let name = metadata.tables.cell(Table::METHOD_DEF, row, 3);
        if let Some(name) = name.and_then(|name| metadata.name(name)) {
            methods.entry((owner, name.into_owned())).or_default().push(row);
        }
    }
    methods
}

/// The method among some of one name that has a signature; the first one where none has.
pub(crate) fn with_signature(
    metadata: &Metadata<'_>,
    methods: &[u32],
    wanted: Option<&[u8]>,
) -> Option<u32> {
    const MOST: usize = 64;
    let signature = |row: &u32| {
        let blob = metadata.tables.cell(Table::METHOD_DEF, *row, 4)?;
        metadata.blob(blob)
    };
    let few = methods.get(..size(MOST)).unwrap_or(methods);
    few.iter().find(|row| signature(row) == wanted).or_else(|| few.first()).copied()
}
