//! Properties of a node, and tables of properties.
//!
//! Source: \[MS-PST\], 2.3.3 and 2.3.4; \[MS-OXCDATA\], 2.11.1 for the kinds of values.

use std::collections::{BTreeMap, BTreeSet};

use demarche_text::text_of_bytes;

use super::damage::{Damage, Finding, Part};
use super::database::Database;
use super::heap::{Built, Heap};
use super::layout::{KIND, Node};
use crate::mapi::{Properties, Value, charset_of};
use crate::number::{size, u16_at, u32_at, u64_at};
use crate::tnef::utf16;

/// The properties of a node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    pub(crate) properties: Properties,
    /// The inner nodes that are values of properties.
    pub(crate) objects: BTreeMap<u16, u32>,
    /// The charset of its texts in bytes; `None` where none is stated.
    pub(crate) charset: Option<String>,
}

/// The properties that are wanted, and the inner nodes in which large values lie.
pub(crate) struct Wanted<'a> {
    pub(crate) is_wanted: fn(u16) -> bool,
    pub(crate) inner: &'a BTreeMap<u32, Node>,
    /// The charset of texts in bytes where the properties state none.
    pub(crate) charset: Option<&'a str>,
}

/// The code page of texts in bytes.
const CODE_PAGE: u16 = 0x3ffd;

/// The most rows of a table.
const MOST_ROWS: usize = 100_000;

/// Reads the properties of a node.
pub(crate) fn properties(
    database: &mut Database<'_>,
    node: Node,
    wanted: &Wanted<'_>,
) -> Result<Context, Damage> {
    let heap = Heap::read(database, node.data, Built::Properties)?;
    let root = heap.root().ok_or_else(|| heap.is(Finding::Cut))?;
    let records = heap.records(database, root, 2)?;
    let records: Vec<_> = records
        .into_iter()
        .filter_map(|(id, value)| Some((u16_at(id, 0)?, u16_at(value, 0)?, value.get(2..6)?)))
        .collect();
    let page = records.iter().find(|(id, ..)| *id == CODE_PAGE);
    let page = page.and_then(|(.., value)| charset_of(u32_at(value, 0)?.into()));
    let charset = page.or_else(|| wanted.charset.map(str::to_owned));
    let cells = Cells { heap: &heap, wanted, charset: charset.as_deref() };
    let mut context = Context::default();
    for (id, kind, value) in records {
        let id = if id < 0x8000 { Some(id) } else { database.fields.get(&id).copied() };
        let Some(id) = id.filter(|id| (wanted.is_wanted)(*id)) else { continue };
        if kind == OBJECT {
            let object = u32_at(value, 0).and_then(|reference| heap.piece(reference));
            context.objects.extend(object.and_then(|object| Some((id, u32_at(object, 0)?))));
            continue;
        }
        let value = cells.value(database, id, kind, value);
        context.properties.0.extend(value.map(|value| (id, value)));
    }
    context.charset = charset;
    Ok(context)
}

/// The kind of a value that is a node.
const OBJECT: u16 = 0x000d;

/// The values of a heap.
struct Cells<'a> {
    heap: &'a Heap,
    wanted: &'a Wanted<'a>,
    charset: Option<&'a str>,
}

impl Cells<'_> {
    /// A value out of its cell, which holds it or says where it lies; `None` for kinds that are not used. What is wrong
    /// with it is noted.
    fn value(&self, database: &mut Database<'_>, id: u16, kind: u16, cell: &[u8]) -> Option<Value> {
        let value = match kind {
            0x0002 => u16_at(cell, 0).map(|number| Value::Number(number.into())),
            0x0003 => u32_at(cell, 0).map(|number| Value::Number(number.into())),
            0x000b => cell.first().map(|flag| Value::Number((*flag).into())),
            0x0014 => self.wide(cell).map(Value::Number),
            0x0040 => self.wide(cell).map(Value::Time),
            0x001e | 0x001f | 0x0102 => match self.bytes(database, u32_at(cell, 0)?) {
                Ok(bytes) => bytes.map(|bytes| match kind {
                    0x001e => Value::Text(text_of_bytes(&bytes, self.charset)),
                    0x001f => Value::Text(utf16(&bytes)),
                    _ => Value::Bytes(bytes),
                }),
                Err(damage) => {
                    database.note(damage);
                    return None;
                }
            },
            _ => return None,
        };
        if value.is_none() {
            database.note(Part::Property(id).is(Finding::Missing));
        }
        value
    }

    /// Eight bytes, which a cell of a table holds and one of properties points to.
    fn wide(&self, cell: &[u8]) -> Option<i64> {
        let bytes = if cell.len() >= 8 { cell } else { self.heap.piece(u32_at(cell, 0)?)? };
        u64_at(bytes, 0).map(u64::cast_signed)
    }

    /// The bytes of a value, in the heap or in an inner node; `None` where they are not there.
    fn bytes(
        &self,
        database: &mut Database<'_>,
        reference: u32,
    ) -> Result<Option<Vec<u8>>, Damage> {
        if reference == 0 {
            return Ok(Some(Vec::new()));
        }
        if reference & KIND != 0 {
            let node = self.wanted.inner.get(&reference);
            return Ok(node.map(|node| database.whole(node.data)));
        }
        let Some(piece) = self.heap.piece(reference) else { return Ok(None) };
        database.charge(piece.len())?;
        Ok(Some(piece.to_vec()))
    }

    /// The properties of a row.
    fn row(
        &self,
        database: &mut Database<'_>,
        columns: &[Column],
        row: &[u8],
        bits: usize,
    ) -> Properties {
        let mut properties = Properties::default();
        for column in columns {
            let flags = row.get(bits + column.bit / 8).copied().unwrap_or(0);
            let end = column.offset.saturating_add(column.size);
            let cell = row.get(column.offset..end);
            let cell = cell.filter(|_| flags & (0x80 >> (column.bit % 8)) != 0);
            let value = cell.and_then(|cell| self.value(database, column.id, column.kind, cell));
            properties.0.extend(value.map(|value| (column.id, value)));
        }
        properties
    }
}

/// A column of a table.
struct Column {
    id: u16,
    kind: u16,
    offset: usize,
    size: usize,
    /// The bit that says whether a row has a value.
    bit: usize,
}

/// Reads the rows of a table, each with its number.
pub(crate) fn rows(
    database: &mut Database<'_>,
    node: Node,
    wanted: &Wanted<'_>,
) -> Result<Vec<(u32, Properties)>, Damage> {
    let heap = Heap::read(database, node.data, Built::Table)?;
    let head =
        heap.root().and_then(|root| heap.piece(root)).ok_or_else(|| heap.is(Finding::Cut))?;
    let about = u16_at(head, 6).zip(u16_at(head, 8)).zip(u32_at(head, 10).zip(u32_at(head, 14)));
    let ((bits, width), (index, matrix)) = about.ok_or_else(|| heap.is(Finding::Cut))?;
    let (bits, width) = (usize::from(bits), usize::from(width));
    if width < 4 {
        return Err(heap.is(Finding::Kind));
    }
    let mut met = BTreeSet::new();
    let columns: Vec<Column> = head
        .get(22..)
        .unwrap_or(&[])
        .chunks_exact(8)
        .filter_map(column)
        // A property has one column; the same one a thousand times would be a thousand values of each row.
        .filter(|column| (wanted.is_wanted)(column.id) && met.insert(column.id))
        .collect();
    let index = heap.records(database, index, 4)?;
    let valid: BTreeSet<usize> = index
        .into_iter()
        .filter_map(|(_, row)| u32_at(row, 0).map(size).or_else(|| u16_at(row, 0).map(usize::from)))
        .collect();
    let cells = Cells { heap: &heap, wanted, charset: wanted.charset };
    let mut rows = Vec::new();
    for (number, row) in matrix_rows(database, &cells, matrix, width).into_iter().enumerate() {
        if let Some(identifier) = u32_at(&row, 0).filter(|_| valid.contains(&number)) {
            rows.push((identifier, cells.row(database, &columns, &row, bits)));
        }
    }
    Ok(rows)
}

fn column(bytes: &[u8]) -> Option<Column> {
    let (kind, id) = (u16_at(bytes, 0)?, u16_at(bytes, 2)?);
    let [size, bit] = *bytes.get(6..)?.first_chunk()?;
    Some(Column { id, kind, offset: u16_at(bytes, 4)?.into(), size: size.into(), bit: bit.into() })
}

/// The bytes of all rows. A row lies in one block whole.
fn matrix_rows(
    database: &mut Database<'_>,
    cells: &Cells<'_>,
    matrix: u32,
    width: usize,
) -> Vec<Vec<u8>> {
    let mut rows: Vec<Vec<u8>> = Vec::new();
    let mut add = |database: &mut Database<'_>, bytes: &[u8]| {
        database.charge(bytes.len())?;
        rows.extend(bytes.chunks_exact(width).map(<[u8]>::to_vec));
        match rows.len() > MOST_ROWS {
            true => Err(cells.heap.is(Finding::Entries(MOST_ROWS))),
            false => Ok(()),
        }
    };
    if matrix & KIND == 0 {
        let added = cells.heap.piece(matrix).map_or(Ok(()), |piece| add(database, piece));
        added.unwrap_or_else(|damage| database.note(damage));
    } else if let Some(node) = cells.wanted.inner.get(&matrix) {
        database.data(node.data, &mut |database, bytes| add(database, &bytes));
    } else {
        database.note(cells.heap.is(Finding::Missing));
    }
    rows
}
