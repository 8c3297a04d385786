//! Properties that a file numbers itself, and by which set and number others know them.
//!
//! Source: \[MS-PST\], 2.4.7.

use std::collections::BTreeMap;

use super::context::{Wanted, properties};
use super::damage::Damage;
use super::database::Database;
use crate::fields::is_named_field;
use crate::mapi::Value;
use crate::number::{size, u16_at, u32_at};

/// The node that tells of them.
const NAMES: u32 = 0x61;

/// The properties of that node: sets, and an entry for each property.
const SETS: u16 = 0x0002;
const ENTRIES: u16 = 0x0003;

/// The first property that a file numbers itself.
const FIRST: u16 = 0x8000;

/// The fields of contacts and appointments by the numbers that a file gives them.
pub(crate) fn fields(database: &mut Database<'_>) -> Result<BTreeMap<u16, u16>, Damage> {
    let node = database.node(NAMES)?;
    let inner = database.inner(node.inner);
    let is_wanted = |id| matches!(id, SETS | ENTRIES);
    let wanted = Wanted { is_wanted, inner: &inner, charset: None };
    let read = properties(database, node, &wanted)?.properties;
    let (Some(Value::Bytes(sets)), Some(Value::Bytes(entries))) =
        (read.0.get(&SETS), read.0.get(&ENTRIES))
    else {
        return Ok(BTreeMap::new());
    };
    let (entries, _) = entries.as_chunks::<8>();
    Ok(entries.iter().filter_map(|entry| field(entry, sets)).collect())
}

/// The number that a file gives a field, and the field; `None` for all other properties.
fn field(entry: &[u8; 8], sets: &[u8]) -> Option<(u16, u16)> {
    let (about, index) = (u16_at(entry, 4)?, u16_at(entry, 6)?);
    // The lowest bit marks a name in words; the first two sets are not listed, and have no fields.
    let set = usize::from(about >> 1).checked_sub(3).filter(|_| about & 1 == 0)?;
    let set = sets.get(set.checked_mul(16)?..)?.get(..16)?;
    let field = u16::try_from(size(u32_at(entry, 0)?)).ok()?;
    is_named_field(set, field).then_some((FIRST.checked_add(index)?, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_known_by_set_and_number() {
        let sets = b"\x04\x20\x06\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
        let address = [0x83, 0x80, 0, 0, 6, 0, 9, 0];
        assert_eq!(field(&address, sets), Some((0x8009, 0x8083)));
        let in_words = [0x83, 0x80, 0, 0, 7, 0, 9, 0];
        assert_eq!(field(&in_words, sets), None);
        let of_another_set = [0x83, 0x80, 0, 0, 8, 0, 9, 0];
        assert_eq!(field(&of_another_set, sets), None);
        let beyond_all = [0x83, 0x80, 0, 0, 6, 0, 0xff, 0xff];
        assert_eq!(field(&beyond_all, sets), None);
    }
}
