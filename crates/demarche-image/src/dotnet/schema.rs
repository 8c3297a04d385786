//! The tables of the metadata and the columns of each.
//!
//! Source: ECMA-335 (2012), 6th edition, partition II, §22 and §24.2.6; the tables of pointers are those of `#-`.

/// A table of the metadata, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Table(pub(crate) u8);

impl Table {
    pub(crate) const MODULE: Self = Self(0x00);
    pub(crate) const TYPE_REF: Self = Self(0x01);
    pub(crate) const TYPE_DEF: Self = Self(0x02);
    pub(crate) const FIELD: Self = Self(0x04);
    pub(crate) const METHOD_POINTER: Self = Self(0x05);
    pub(crate) const FIELD_POINTER: Self = Self(0x03);
    pub(crate) const METHOD_DEF: Self = Self(0x06);
    pub(crate) const MEMBER_REF: Self = Self(0x0a);
    pub(crate) const CUSTOM_ATTRIBUTE: Self = Self(0x0c);
    pub(crate) const STANDALONE_SIGNATURE: Self = Self(0x11);
    pub(crate) const MODULE_REF: Self = Self(0x1a);
    pub(crate) const TYPE_SPEC: Self = Self(0x1b);
    pub(crate) const IMPLEMENTATION_MAP: Self = Self(0x1c);
    pub(crate) const FIELD_DATA: Self = Self(0x1d);
    pub(crate) const ASSEMBLY: Self = Self(0x20);
    pub(crate) const ASSEMBLY_REF: Self = Self(0x23);
    pub(crate) const MANIFEST_RESOURCE: Self = Self(0x28);
    pub(crate) const NESTED_CLASS: Self = Self(0x29);
    pub(crate) const METHOD_SPEC: Self = Self(0x2b);

    /// The number of tables that the standard and the runtime know.
    pub(crate) const COUNT: usize = 0x2d;

    /// Its columns; none for numbers that the standard does not name.
    pub(crate) fn columns(self) -> &'static [Column] {
        COLUMNS.get(usize::from(self.0)).copied().unwrap_or(&[])
    }
}

/// The content of a column, on which its width depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// A number of two bytes.
    Short,
    /// A number of four bytes.
    Long,
    /// A name in `#Strings`.
    Name,
    /// An identifier in `#GUID`.
    Guid,
    /// Bytes in `#Blob`.
    Blob,
    /// A row of one table.
    Row(Table),
    /// A row of one of several tables.
    Coded(Coded),
}

/// A reference to a row of one of several tables: the lowest bits say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coded {
    TypeDefOrRef,
    HasConstant,
    HasCustomAttribute,
    HasFieldMarshal,
    HasDeclSecurity,
    MemberRefParent,
    HasSemantics,
    MethodDefOrRef,
    MemberForwarded,
    Implementation,
    CustomAttributeType,
    ResolutionScope,
    TypeOrMethodDef,
}

impl Coded {
    /// The tables in the order of their numbers; [`NONE`] where a number is not used.
    pub(crate) fn tables(self) -> &'static [u8] {
        match self {
            Self::TypeDefOrRef => &[0x02, 0x01, 0x1b],
            Self::HasConstant => &[0x04, 0x08, 0x17],
            Self::HasCustomAttribute => &[
                0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0a, 0x00, 0x0e, 0x17, 0x14, 0x11, 0x1a, 0x1b,
                0x20, 0x23, 0x26, 0x27, 0x28, 0x2a, 0x2c, 0x2b,
            ],
            Self::HasFieldMarshal => &[0x04, 0x08],
            Self::HasDeclSecurity => &[0x02, 0x06, 0x20],
            Self::MemberRefParent => &[0x02, 0x01, 0x1a, 0x06, 0x1b],
            Self::HasSemantics => &[0x14, 0x17],
            Self::MethodDefOrRef => &[0x06, 0x0a],
            Self::MemberForwarded => &[0x04, 0x06],
            Self::Implementation => &[0x26, 0x23, 0x27],
            Self::CustomAttributeType => &[NONE, NONE, 0x06, 0x0a, NONE],
            Self::ResolutionScope => &[0x00, 0x1a, 0x23, 0x01],
            Self::TypeOrMethodDef => &[0x02, 0x06],
        }
    }

    /// The number of bits that say which table is meant.
    pub(crate) fn bits(self) -> u32 {
        match self.tables().len() {
            ..=2 => 1,
            3..=4 => 2,
            5..=8 => 3,
            _ => 5,
        }
    }
}

/// A number among those of coded references that means no table.
pub(crate) const NONE: u8 = 0xff;

const FIELD: Column = Row(Table::FIELD);
const METHOD: Column = Row(Table::METHOD_DEF);
const TYPE: Column = Row(Table::TYPE_DEF);
const PARAM: Column = Row(Table(0x08));
const EVENT: Column = Row(Table(0x14));
const PROPERTY: Column = Row(Table(0x17));
const ASSEMBLY_REF: Column = Row(Table::ASSEMBLY_REF);
const TYPE_OR_REF: Column = C(TypeDefOrRef);
const METHOD_OR_REF: Column = C(MethodDefOrRef);

use Coded::{
    CustomAttributeType, HasConstant, HasCustomAttribute, HasDeclSecurity, HasFieldMarshal,
    HasSemantics, Implementation, MemberForwarded, MemberRefParent, MethodDefOrRef,
    ResolutionScope, TypeDefOrRef, TypeOrMethodDef,
};
use Column::{Blob, Coded as C, Guid, Long, Name, Row, Short};

/// The columns of each table, by its number.
const COLUMNS: [&[Column]; Table::COUNT] = [
    &[Short, Name, Guid, Guid, Guid],                       // 00 Module
    &[C(ResolutionScope), Name, Name],                      // 01 TypeRef
    &[Long, Name, Name, TYPE_OR_REF, FIELD, METHOD],        // 02 TypeDef
    &[FIELD],                                               // 03 FieldPtr
    &[Short, Name, Blob],                                   // 04 Field
    &[METHOD],                                              // 05 MethodPtr
    &[Long, Short, Short, Name, Blob, PARAM],               // 06 MethodDef
    &[PARAM],                                               // 07 ParamPtr
    &[Short, Short, Name],                                  // 08 Param
    &[TYPE, TYPE_OR_REF],                                   // 09 InterfaceImpl
    &[C(MemberRefParent), Name, Blob],                      // 0a MemberRef
    &[Short, C(HasConstant), Blob],                         // 0b Constant
    &[C(HasCustomAttribute), C(CustomAttributeType), Blob], // 0c CustomAttribute
    &[C(HasFieldMarshal), Blob],                            // 0d FieldMarshal
    &[Short, C(HasDeclSecurity), Blob],                     // 0e DeclSecurity
    &[Short, Long, TYPE],                                   // 0f ClassLayout
    &[Long, FIELD],                                         // 10 FieldLayout
    &[Blob],                                                // 11 StandAloneSig
    &[TYPE, EVENT],                                         // 12 EventMap
    &[EVENT],                                               // 13 EventPtr
    &[Short, Name, TYPE_OR_REF],                            // 14 Event
    &[TYPE, PROPERTY],                                      // 15 PropertyMap
    &[PROPERTY],                                            // 16 PropertyPtr
    &[Short, Name, Blob],                                   // 17 Property
    &[Short, METHOD, C(HasSemantics)],                      // 18 MethodSemantics
    &[TYPE, METHOD_OR_REF, METHOD_OR_REF],                  // 19 MethodImpl
    &[Name],                                                // 1a ModuleRef
    &[Blob],                                                // 1b TypeSpec
    &[Short, C(MemberForwarded), Name, Row(Table::MODULE_REF)], // 1c ImplMap
    &[Long, FIELD],                                         // 1d FieldRVA
    &[Long, Long],                                          // 1e ENCLog
    &[Long],                                                // 1f ENCMap
    &[Long, Short, Short, Short, Short, Long, Blob, Name, Name], // 20 Assembly
    &[Long],                                                // 21 AssemblyProcessor
    &[Long, Long, Long],                                    // 22 AssemblyOS
    &[Short, Short, Short, Short, Long, Blob, Name, Name, Blob], // 23 AssemblyRef
    &[Long, ASSEMBLY_REF],                                  // 24 AssemblyRefProcessor
    &[Long, Long, Long, ASSEMBLY_REF],                      // 25 AssemblyRefOS
    &[Long, Name, Blob],                                    // 26 File
    &[Long, Long, Name, Name, C(Implementation)],           // 27 ExportedType
    &[Long, Long, Name, C(Implementation)],                 // 28 ManifestResource
    &[TYPE, TYPE],                                          // 29 NestedClass
    &[Short, Short, C(TypeOrMethodDef), Name],              // 2a GenericParam
    &[METHOD_OR_REF, Blob],                                 // 2b MethodSpec
    &[Row(Table(0x2a)), TYPE_OR_REF],                       // 2c GenericParamConstraint
];
