//! An assembly as an image: its methods as symbols, and what it calls of others as imports.

use std::collections::{BTreeMap, BTreeSet};

use super::body;
use super::bytecode::{Bytecode, Method};
use super::metadata::Metadata;
use super::names::{self, Owners};
use super::schema::Table;
use super::shortfall::ManagedShortfall;
use super::token::{Token, TokenKind};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{low, size, tail, wide};
use crate::parts::{Names, Parts};
use crate::pe::Assembly;
use crate::{Architecture, Format, Image, Import, Section, Symbol, SymbolKind, VirtualAddress};

/// The bytes of names for each byte of the file: a method's name has its type's in front.
const NAMES: usize = 4;

/// The bytes of names of any file.
const SMALLEST: usize = 4096;

/// Reads the methods of an assembly, and puts everything together. `file` is the size of the file in bytes.
pub(crate) fn image<'data>(
    assembly: Assembly<'data>,
    metadata: Metadata<'data>,
    entry: u32,
    file: usize,
    mut gaps: Gaps,
) -> Image<'data> {
    let mut parts = Parts::new(Format::Pe, Architecture::Cil, file);
    parts.base = assembly.base;
    parts.names = Names::of(SMALLEST + file * NAMES);
    let mut builder = Builder {
        owners: Owners::new(&metadata),
        metadata,
        sections: &assembly.sections,
        base: assembly.base,
        gaps: &mut gaps,
    };
    let (methods, starts) = builder.methods();
    let internal = builder.internal();
    let data = builder.data();
    let end = assembly.sections.last().map_or(assembly.base, Section::end);
    let Builder { metadata, owners, .. } = builder;
    let slots = VirtualAddress(end.0.next_multiple_of(0x1000));
    let bytecode = Bytecode { methods, metadata, owners, slots, starts, internal, data };
    symbols(&bytecode, &mut parts, &mut gaps);
    imports(&bytecode, &mut parts, &mut gaps);
    let entry = usize::try_from(Token(entry).row()).ok().and_then(|row| row.checked_sub(1));
    parts.entry = entry.and_then(|row| bytecode.starts.get(row).copied().flatten());
    parts.sections = assembly.sections;
    parts.bytecode = Some(bytecode);
    parts.finish(gaps)
}

struct Builder<'image, 'data> {
    metadata: Metadata<'data>,
    owners: Owners,
    sections: &'image [Section<'data>],
    base: VirtualAddress,
    gaps: &'image mut Gaps,
}

/// The flags of a method's implementation that say what its code is, and those of bytecode.
const CODE_KIND: u32 = 3;
const BYTECODE: u32 = 0;

impl Builder<'_, '_> {
    /// The methods with bytecode, ascending by start, and the start of each row.
    fn methods(&mut self) -> (Vec<Method>, Vec<Option<VirtualAddress>>) {
        let count = self.metadata.tables.count(Table::METHOD_DEF);
        let mut starts = vec![None; size(count)];
        let mut methods = Vec::new();
        for (row, start) in (1..=count).zip(&mut starts) {
            let Some(method) = self.method(row) else { continue };
            *start = Some(method.start);
            methods.push(method);
        }
        methods.sort_by_key(|method| (method.start, method.token));
        methods.dedup_by_key(|method| method.start);
        let mut end = VirtualAddress(0);
        let gaps = &mut self.gaps;
        methods.retain(|method| {
            let is_apart = method.start >= end;
            if is_apart {
                end = method.start.plus(method.size.into());
            } else {
                gaps.note(ManagedShortfall::BodiesOverlap.into(), || method.start.to_string());
            }
            is_apart
        });
        let is_kept = |start: &VirtualAddress| {
            methods.binary_search_by_key(start, |method| method.start).is_ok()
        };
        starts.iter_mut().for_each(|start| *start = start.filter(is_kept));
        (methods, starts)
    }

    /// One method; `None` where it has no bytecode, or none that can be read.
    fn method(&mut self, row: u32) -> Option<Method> {
        let cell = |column| self.metadata.tables.cell(Table::METHOD_DEF, row, column);
        let relative = cell(0).filter(|relative| *relative != 0)?;
        let token = Token::new(TokenKind::Method, row);
        let position = || format!("method {:#010x}", token.0);
        if cell(1)? & CODE_KIND != BYTECODE {
            self.gaps.note(ManagedShortfall::NativeMethods.into(), position);
            return None;
        }
        let start = self.base.plus(relative.into());
        let section = crate::memory::section(self.sections, start);
        let offset = section.and_then(|section| start.since(section.address));
        let bytes = section
            .zip(offset)
            .map_or(&[][..], |(section, offset)| tail(&section.bytes, size(offset)));
        match body::read(bytes) {
            Ok(body) => {
                if body.has_lost_handlers {
                    self.gaps.note(ManagedShortfall::Handlers.into(), position);
                }
                let size = low(wide(body.code.len()));
                let start = start.plus(body.head.into());
                Some(Method { start, size, token, handlers: body.handlers })
            }
            Err(reason) => {
                self.gaps.note(reason.into(), position);
                None
            }
        }
    }

    /// The places of the bytes that fields begin with.
    fn data(&self) -> BTreeMap<u32, VirtualAddress> {
        let tables = &self.metadata.tables;
        let data = |row| {
            let cell = |column| tables.cell(Table::FIELD_DATA, row, column);
            Some((cell(1)?, self.base.plus(cell(0)?.into())))
        };
        tables.rows(Table::FIELD_DATA).filter_map(data).collect()
    }

    /// The references through generic types that mean methods of the assembly itself.
    fn internal(&mut self) -> BTreeMap<u32, u32> {
        let (metadata, mut internal) = (&self.metadata, BTreeMap::new());
        let tables = &metadata.tables;
        let type_of = |row| match tables.coded(Table::MEMBER_REF, row, 0)? {
            (Table::TYPE_DEF, owner) => Some(owner),
            (Table::TYPE_SPEC, spec) => {
                let blob = metadata.blob(tables.cell(Table::TYPE_SPEC, spec, 0)?)?;
                let named = super::signature::Signature::read_type(blob)?.named()?;
                (named.kind() == Some(TokenKind::TypeDef)).then(|| named.row())
            }
            _ => None,
        };
        let owners = |row| Some((row, type_of(row)?));
        let references: Vec<(u32, u32)> =
            tables.rows(Table::MEMBER_REF).filter_map(owners).collect();
        let wanted: BTreeSet<u32> = references.iter().map(|(_, owner)| *owner).collect();
        let methods = names::methods_of(metadata, &self.owners, &wanted);
        for (row, owner) in references {
            let cell = |column| tables.cell(Table::MEMBER_REF, row, column);
            let Some(name) = cell(1).and_then(|name| metadata.name(name)) else { continue };
            let signature = cell(2).and_then(|blob| metadata.blob(blob));
            let same = methods.get(&(owner, name.into_owned()));
            let method = same.and_then(|rows| names::with_signature(metadata, rows, signature));
            internal.extend(method.map(|method| (row, method)));
        }
        internal
    }
}

/// The methods by their names.
fn symbols(bytecode: &Bytecode<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    const ACCESS: u32 = 7;
    const PUBLIC: u32 = 6;
    let kept = |start: VirtualAddress| {
        let index = bytecode.methods.binary_search_by_key(&start, |method| method.start).ok()?;
        bytecode.methods.get(index)
    };
    for (row, start) in (1_u32..).zip(&bytecode.starts) {
        if parts.names.is_used_up() {
            gaps.note(ImageShortfall::Names, || format!("method {row}"));
            break;
        }
        let Some(method) = start.and_then(kept) else { continue };
        let name = bytecode.describe(Token::new(TokenKind::Method, row));
        let Some(name) = name else {
            gaps.note(ManagedShortfall::HeapOutside.into(), || format!("method {row}"));
            continue;
        };
        let flags = bytecode.metadata.tables.cell(Table::METHOD_DEF, row, 2);
        parts.symbols.push(Symbol {
            address: method.start,
            size: method.size.into(),
            name: parts.names.take(name.as_bytes(), gaps),
            kind: SymbolKind::Function,
            is_exported: flags.is_some_and(|flags| flags & ACCESS == PUBLIC),
        });
    }
}

/// The methods of other assemblies and of libraries in machine code.
fn imports(bytecode: &Bytecode<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let tables = &bytecode.metadata.tables;
    for row in tables.rows(Table::IMPLEMENTATION_MAP) {
        let cell = |column| tables.cell(Table::IMPLEMENTATION_MAP, row, column);
        let module = cell(3).and_then(|module| tables.cell(Table::MODULE_REF, module, 0));
        let names = [module, cell(2)].map(|index| bytecode.metadata.name(index?));
        let method = tables.coded(Table::IMPLEMENTATION_MAP, row, 1);
        let ([Some(library), Some(name)], Some((Table::METHOD_DEF, method))) = (names, method)
        else {
            gaps.note(ManagedShortfall::HeapOutside.into(), || format!("imported function {row}"));
            continue;
        };
        parts.imports.push(Import {
            slot: bytecode.slot(Token::new(TokenKind::Method, method)),
            library: parts.names.take(library.to_lowercase().as_bytes(), gaps),
            name: parts.names.take(name.as_bytes(), gaps),
        });
    }
    for row in tables.rows(Table::MEMBER_REF) {
        if parts.names.is_used_up() {
            gaps.note(ImageShortfall::Names, || format!("reference {row}"));
            break;
        }
        match reference(bytecode, row) {
            Ok(Some((library, name))) => parts.imports.push(Import {
                slot: bytecode.slot(Token::new(TokenKind::MemberRef, row)),
                library: parts.names.take(library.as_bytes(), gaps),
                name: parts.names.take(name.as_bytes(), gaps),
            }),
            Ok(None) => {}
            Err(reason) => gaps.note(reason.into(), || format!("reference {row}")),
        }
    }
}

/// The assembly and the name of a method of another one; `None` for fields, and for methods of the assembly itself.
fn reference(
    bytecode: &Bytecode<'_>,
    row: u32,
) -> Result<Option<(String, String)>, ManagedShortfall> {
    let token = Token::new(TokenKind::MemberRef, row);
    let member = bytecode.member(token).ok_or(ManagedShortfall::HeapOutside)?;
    let signature = member.signature.ok_or(ManagedShortfall::Signature)?;
    if !signature.is_method || bytecode.internal.contains_key(&row) {
        return Ok(None);
    }
    // Functions of a whole module belong to no type, and methods of arrays to none with a name.
    let named = member.owner.filter(|owner| bytecode.has_name(*owner));
    let Some(owner) = named else {
        return Ok(Some((String::new(), member.name.into_owned())));
    };
    let name = bytecode.type_name(owner).ok_or(ManagedShortfall::HeapOutside)?;
    Ok(Some((names::library(&bytecode.metadata, owner), names::member(Some(name), &member.name))))
}
