//! What an assembly says about itself.

use demarche_terms::{Sha256, hex};
use md5::Digest as _;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attributes;
use super::metadata::Metadata;
use super::names::Owners;
use super::schema::Table;
use super::shortfall::ManagedShortfall;
use crate::gaps::Gaps;
use crate::little_endian::{part, size, tail, u32_at, wide};

/// Facts that only assemblies of .NET have. Anybody can change any of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DotNetIdentity {
    /// The version of the runtime that the metadata were made for, as `v4.0.30319`.
    pub runtime: String,
    /// The form of its code.
    pub code: CodeKind,
    /// The name of the assembly; `None` where the file is a module of another one.
    pub name: Option<String>,
    /// The version of the assembly, as `1.2.3.4`.
    pub version: Option<String>,
    /// The culture of the assembly; `None` for programs and libraries that are of none.
    pub culture: Option<String>,
    /// The token of the key that names it: the last eight bytes of the key's SHA-1, turned around.
    pub public_key_token: Option<String>,
    /// The name of the module, mostly that of the file when it was built.
    pub module: Option<String>,
    /// The identifier of the module (MVID), which every build makes anew unless builds are reproducible.
    pub mvid: Option<String>,
    /// The identifier of the type library, which a project keeps from build to build.
    pub type_library: Option<String>,
    /// The system that it was made for, as `.NETCoreApp,Version=v8.0`.
    pub target: Option<String>,
    /// The assemblies that it refers to, in the order of the file.
    pub references: Vec<AssemblyReference>,
    /// The libraries in machine code that it calls, in the order of the file.
    pub native_libraries: Vec<String>,
    /// The resources of the assembly, in the order of the file.
    pub resources: Vec<EmbeddedResource>,
    /// The sizes of its tables.
    pub counts: DotNetCounts,
    /// Obfuscators whose marks it has; a mark can be put on any file, and taken off.
    pub obfuscators: Vec<String>,
}

/// The form of the code of an assembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CodeKind {
    /// Bytecode alone.
    Bytecode,
    /// Bytecode and machine code of a compiler for both, such as C++/CLI.
    Mixed,
    /// Bytecode, and machine code that was made of it ahead of time (`ReadyToRun`).
    ReadyToRun,
    /// Bytecode, and machine code that was made of it on the machine where it was installed.
    Native,
}

/// An assembly that another one refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AssemblyReference {
    /// Its name.
    pub name: String,
    /// Its version, as `1.2.3.4`.
    pub version: String,
}

/// A resource of an assembly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EmbeddedResource {
    /// Its name.
    pub name: String,
    /// Its size in bytes; `None` where it lies in another file, or outside this one.
    pub size: Option<u64>,
    /// The hash of its bytes; `None` where there are none.
    pub sha256: Option<Sha256>,
}

/// The numbers of rows of the metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DotNetCounts {
    /// Types of the assembly itself, the one of the module included.
    pub types: u32,
    /// Methods of the assembly itself, those without a body included.
    pub methods: u32,
    /// Methods that say where their body lies.
    pub bodies: u32,
    /// Fields of the assembly itself.
    pub fields: u32,
    /// Types of other assemblies.
    pub type_references: u32,
    /// Fields and methods of other assemblies and of generic types.
    pub member_references: u32,
}

/// The bytes for resources of an assembly: `resources` are those that the header names.
pub(crate) fn of(
    metadata: &Metadata<'_>,
    code: CodeKind,
    resources: &[u8],
    file: usize,
    gaps: &mut Gaps,
) -> DotNetIdentity {
    let owners = Owners::new(metadata);
    let attributes = attributes::read(metadata, &owners);
    let said = |name: &str| {
        let attribute = attributes.iter().find(|attribute| attribute.name == name)?;
        attribute.text.clone().filter(|text| !text.is_empty())
    };
    let module = |column| metadata.tables.cell(Table::MODULE, 1, column);
    let has_assembly = metadata.tables.count(Table::ASSEMBLY) > 0;
    let key = metadata.tables.cell(Table::ASSEMBLY, 1, 6).and_then(|blob| metadata.blob(blob));
    DotNetIdentity {
        runtime: metadata.version.clone(),
        code,
        name: has_assembly.then(|| name(metadata, Table::ASSEMBLY, 1, 7, gaps)),
        version: has_assembly.then(|| version(metadata, Table::ASSEMBLY, 1, 1)),
        culture: Some(name(metadata, Table::ASSEMBLY, 1, 8, gaps)).filter(|name| !name.is_empty()),
        public_key_token: key.filter(|key| !key.is_empty()).map(token_of),
        module: module(1).and_then(|index| metadata.name(index)).map(String::from),
        mvid: module(2).and_then(|index| identifier(metadata, index, gaps)),
        type_library: said("System.Runtime.InteropServices.GuidAttribute"),
        target: said("System.Runtime.Versioning.TargetFrameworkAttribute"),
        references: references(metadata, gaps),
        native_libraries: {
            let rows = listed(metadata, Table::MODULE_REF, gaps);
            rows.map(|row| name(metadata, Table::MODULE_REF, row, 0, gaps)).collect()
        },
        resources: embedded(metadata, resources, file, gaps),
        counts: counts(metadata),
        obfuscators: attributes::obfuscators(metadata, &owners),
    }
}

/// The identifier of the module; zero stands for none.
fn identifier(metadata: &Metadata<'_>, index: u32, gaps: &mut Gaps) -> Option<String> {
    let found = metadata.guid(index);
    if found.is_none() && index != 0 {
        gaps.note(ManagedShortfall::ModuleIdentifier.into(), String::new);
    }
    found.map(guid)
}

/// A name in a column of a row; empty where there is none.
fn name(metadata: &Metadata<'_>, table: Table, row: u32, column: usize, gaps: &mut Gaps) -> String {
    let Some(index) = metadata.tables.cell(table, row, column) else { return String::new() };
    let Some(name) = metadata.name(index) else {
        let position = || format!("table {:#04x}, row {row}", table.0);
        gaps.note(ManagedShortfall::HeapOutside.into(), position);
        return String::new();
    };
    name.into_owned()
}

/// The rows of a table that is shown whole, as many as programs have: rows of two bytes may name the same long text.
fn listed(
    metadata: &Metadata<'_>,
    table: Table,
    gaps: &mut Gaps,
) -> impl Iterator<Item = u32> + use<> {
    const MOST: usize = 4096;
    if size(metadata.tables.count(table)) > MOST {
        gaps.note(ManagedShortfall::Lists.into(), || format!("table {:#04x}", table.0));
    }
    metadata.tables.rows(table).take(MOST)
}

/// A version in four columns of a row.
fn version(metadata: &Metadata<'_>, table: Table, row: u32, first: usize) -> String {
    let parts = (first..first + 4).filter_map(|column| metadata.tables.cell(table, row, column));
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join(".")
}

fn references(metadata: &Metadata<'_>, gaps: &mut Gaps) -> Vec<AssemblyReference> {
    let rows = listed(metadata, Table::ASSEMBLY_REF, gaps);
    let reference = |row| AssemblyReference {
        name: name(metadata, Table::ASSEMBLY_REF, row, 6, gaps),
        version: version(metadata, Table::ASSEMBLY_REF, row, 0),
    };
    rows.map(reference).collect()
}

/// The token of a public key.
///
/// Source: ECMA-335, partition II, §6.3.
fn token_of(key: &[u8]) -> String {
    let digest = sha1::Sha1::digest(key);
    let mut last: Vec<u8> = digest.iter().rev().take(8).copied().collect();
    last.truncate(8);
    hex(&last)
}

/// A GUID as Windows writes it: the first three groups are numbers.
fn guid(bytes: &[u8; 16]) -> String {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes;
    let first = u32::from_le_bytes([*a, *b, *c, *d]);
    let (second, third) = (u16::from_le_bytes([*e, *f]), u16::from_le_bytes([*g, *h]));
    let [fourth, fifth, tail @ ..] = rest;
    format!("{first:08x}-{second:04x}-{third:04x}-{fourth:02x}{fifth:02x}-{}", hex(tail))
}

/// The resources that lie in the file, each with its length before it; those of other files have a name alone.
fn embedded(
    metadata: &Metadata<'_>,
    bytes: &[u8],
    file: usize,
    gaps: &mut Gaps,
) -> Vec<EmbeddedResource> {
    let tables = &metadata.tables;
    let mut left = wide(file) * 2;
    let mut resources = Vec::new();
    for row in listed(metadata, Table::MANIFEST_RESOURCE, gaps) {
        let name = name(metadata, Table::MANIFEST_RESOURCE, row, 2, gaps);
        let is_here = tables.cell(Table::MANIFEST_RESOURCE, row, 3) == Some(0);
        let offset = tables.cell(Table::MANIFEST_RESOURCE, row, 0).filter(|_| is_here);
        let content = offset.and_then(|offset| {
            let rest = tail(bytes, size(offset));
            let length = u32_at(rest, 0)?;
            let content = part(rest, 4, length.into());
            (wide(content.len()) == u64::from(length)).then_some(content)
        });
        if is_here && content.is_none() {
            gaps.note(ManagedShortfall::Resource.into(), || name.clone());
        }
        let length = content.map(|content| wide(content.len()));
        let hashed = content.filter(|content| match left.checked_sub(wide(content.len())) {
            Some(rest) => {
                left = rest;
                true
            }
            None => {
                gaps.note(ManagedShortfall::ResourcesShareBytes.into(), || name.clone());
                false
            }
        });
        resources.push(EmbeddedResource { name, size: length, sha256: hashed.map(Sha256::of) });
    }
    resources
}

fn counts(metadata: &Metadata<'_>) -> DotNetCounts {
    let tables = &metadata.tables;
    let has_body = |row: &u32| tables.cell(Table::METHOD_DEF, *row, 0).is_some_and(|at| at != 0);
    let bodies = tables.rows(Table::METHOD_DEF).filter(has_body).fold(0_u32, |count, _| count + 1);
    DotNetCounts {
        types: tables.count(Table::TYPE_DEF),
        methods: tables.count(Table::METHOD_DEF),
        bodies,
        fields: tables.count(Table::FIELD),
        type_references: tables.count(Table::TYPE_REF),
        member_references: tables.count(Table::MEMBER_REF),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_of_the_standard_key_is_that_of_the_standard_libraries() {
        // Source: ECMA-335, partition II, §6.2.1.3: the key whose token is that of `mscorlib`.
        assert_eq!(token_of(&[0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]), "b77a5c561934e089");
    }

    #[test]
    fn an_identifier_is_written_as_windows_does() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
        assert_eq!(guid(&bytes), "04030201-0605-0807-090a-0b0c0d0e0f10");
    }
}
