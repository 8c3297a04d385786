//! What attributes of an assembly say: the identifier of its type library, the system that it was made for, and the marks
//! that obfuscators leave.

use super::metadata::{Metadata, compressed};
use super::names::{self, Owners};
use super::schema::Table;
use super::token::{Token, TokenKind};
use crate::little_endian::{size, u16_at};

/// The first text that an attribute of the assembly or of its module is made with, by the attribute's type.
pub(crate) struct Attribute {
    pub(crate) name: String,
    pub(crate) text: Option<String>,
}

/// More attributes than compilers give to an assembly and its module.
const MOST: usize = 256;

/// The longest text of an attribute that is kept, in bytes.
const LONGEST: u32 = 1024;

/// Reads the attributes of the assembly and its module.
pub(crate) fn read(metadata: &Metadata<'_>, owners: &Owners) -> Vec<Attribute> {
    let tables = &metadata.tables;
    let is_global = |row: &u32| {
        let parent = tables.coded(Table::CUSTOM_ATTRIBUTE, *row, 0);
        parent.is_some_and(|(table, _)| table == Table::ASSEMBLY || table == Table::MODULE)
    };
    let attribute = |row: u32| {
        let (table, constructor) = tables.coded(Table::CUSTOM_ATTRIBUTE, row, 1)?;
        let owner = match table {
            Table::MEMBER_REF => tables.coded(Table::MEMBER_REF, constructor, 0)?,
            _ => (Table::TYPE_DEF, owners.of(TokenKind::Method, constructor)?),
        };
        let (table, row_of_type) = owner;
        let name = names::type_name(metadata, owners, Token::of(table, row_of_type))?;
        let blob =
            tables.cell(Table::CUSTOM_ATTRIBUTE, row, 2).and_then(|blob| metadata.blob(blob));
        Some(Attribute { name, text: blob.and_then(text) })
    };
    tables
        .rows(Table::CUSTOM_ATTRIBUTE)
        .filter(is_global)
        .filter_map(attribute)
        .take(MOST)
        .collect()
}

/// The text that a value begins with, as far as it is one.
fn text(blob: &[u8]) -> Option<String> {
    const PROLOGUE: u16 = 1;
    u16_at(blob, 0).filter(|prologue| *prologue == PROLOGUE)?;
    let (length, rest) = compressed(blob.get(2..)?)?;
    let text = rest.get(..size(length)).filter(|_| length <= LONGEST)?;
    String::from_utf8(text.to_vec()).ok()
}

/// Types that obfuscators and protectors leave behind, as published by analysts of each.
const MARKS: [(&str, &str); 18] = [
    ("ConfusedByAttribute", "ConfuserEx"),
    ("Confuser.Core", "ConfuserEx"),
    ("DotfuscatorAttribute", "Dotfuscator"),
    ("SmartAssembly.Attributes.PoweredByAttribute", "SmartAssembly"),
    ("BabelAttribute", "Babel"),
    ("BabelObfuscatorAttribute", "Babel"),
    ("CryptoObfuscator.ProtectedWithCryptoObfuscatorAttribute", "Crypto Obfuscator"),
    ("ObfuscatedByGoliath", "Goliath"),
    ("SecureTeam.Attributes.ObfuscatedByAgileDotNetAttribute", "Agile.NET"),
    ("SecureTeam.Attributes.ObfuscatedByCliSecureAttribute", "CliSecure"),
    ("NineRays.Obfuscator.Evaluation", "Spices.Net"),
    ("Xenocode.Client.Attributes.AssemblyAttributes.ProcessedByXenocode", "Xenocode"),
    ("ZYXDNGuarder", "DNGuard"),
    ("NETGuard", "NETGuard"),
    ("OrangeHeapAttribute", "Orange Heap"),
    ("YanoAttribute", "Yano"),
    ("EMyPID_8234_", "EM Obfuscator"),
    ("Reactor.Protected", ".NET Reactor"),
];

/// The obfuscators whose marks are among the names of types, each once. A mark can be put on any file, and taken off.
pub(crate) fn obfuscators(metadata: &Metadata<'_>, owners: &Owners) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for kind in [TokenKind::TypeDef, TokenKind::TypeRef] {
        for row in metadata.tables.rows(kind.table()) {
            let cell = |column| {
                let index = metadata.tables.cell(kind.table(), row, column)?;
                metadata.name(index)
            };
            let Some(name) = cell(1) else { continue };
            let is_mark = |(mark, _): &&(&str, &str)| {
                let last = mark.rsplit('.').next().unwrap_or(mark);
                *name == *last
            };
            let Some((mark, maker)) = MARKS.iter().find(is_mark) else { continue };
            let full = names::type_name(metadata, owners, Token::new(kind, row));
            if full.as_deref() == Some(*mark) && !found.iter().any(|known| known == maker) {
                found.push((*maker).to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_begins_with_its_text() {
        assert_eq!(text(b"\x01\x00\x03abc\x00\x00").as_deref(), Some("abc"));
        assert_eq!(text(b"\x01\x00\x09abc"), None);
        assert_eq!(text(b"\x02\x00\x01a"), None);
        assert_eq!(text(b""), None);
    }
}
