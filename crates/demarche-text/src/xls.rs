//! Workbooks of 1993 to 2003 ([MS-XLS]): every sheet, hidden ones too, and the comments on them.
#![warn(clippy::indexing_slicing)]

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::compound::{Compound, cut, long, offset_at, properties, short};
use crate::grid::Grid;
use crate::number::{Look, of_number};
use crate::rtf::of_code_page;
use crate::sheet::{Strings, sheet_name};
use crate::writer::Writer;
use crate::{Damage, Shape, Unread};

/// Reads a workbook.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    // The oldest workbooks are bare streams.
    if bytes.starts_with(&[0x09]) {
        return Book::new(bytes).and_then(|book| book.read(writer));
    }
    let file = Compound::open(bytes, writer)?;
    let Some(stream) = file.stream("Workbook").or_else(|| file.stream("Book")) else {
        return Err(Unread::Damaged(Damage::Missing { part: "Workbook".to_owned() }));
    };
    Book::new(&stream)?.read(writer)?;
    properties(&file, writer);
    Ok(())
}

/// A record: its kind, its bytes, and the offset of its header.
#[derive(Clone, Copy, Debug)]
struct Record<'bytes> {
    kind: u16,
    bytes: &'bytes [u8],
    offset: usize,
}

/// The records of a stream, up to the first that is cut.
fn records(stream: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut offset = 0;
    std::iter::from_fn(move || {
        let header = stream.get(offset..)?;
        let (kind, length) = (short(header, 0)?, usize::from(short(header, 2)?));
        let bytes = header.get(4..4 + length)?;
        let record = Record { kind, bytes, offset };
        offset += 4 + length;
        Some(record)
    })
}

/// Kinds of records, [MS-XLS] 2.3.
mod kind {
    pub(crate) const FORMULA: u16 = 0x0006;
    pub(crate) const DATE_MODE: u16 = 0x0022;
    pub(crate) const FILE_PASS: u16 = 0x002f;
    pub(crate) const CONTINUE: u16 = 0x003c;
    pub(crate) const CODE_PAGE: u16 = 0x0042;
    pub(crate) const BOUND_SHEET: u16 = 0x0085;
    pub(crate) const MULTIPLE_RK: u16 = 0x00bd;
    pub(crate) const RICH_STRING: u16 = 0x00d6;
    pub(crate) const XF: u16 = 0x00e0;
    pub(crate) const SHARED_STRINGS: u16 = 0x00fc;
    pub(crate) const LABEL_SHARED: u16 = 0x00fd;
    pub(crate) const TEXT_OBJECT: u16 = 0x01b6;
    pub(crate) const NUMBER: u16 = 0x0203;
    pub(crate) const LABEL: u16 = 0x0204;
    pub(crate) const BOOLEAN: u16 = 0x0205;
    pub(crate) const STRING: u16 = 0x0207;
    pub(crate) const RK: u16 = 0x027e;
    pub(crate) const FORMAT: u16 = 0x041e;
    pub(crate) const BEGIN: u16 = 0x0809;
    pub(crate) const BEGIN_OLD: u16 = 0x0409;
}

/// A workbook with its texts and formats.
#[derive(Debug)]
struct Book<'bytes> {
    stream: &'bytes [u8],
    /// True from 1997 on: texts are Unicode.
    is_unicode: bool,
    charset: &'static Encoding,
    is_1904: bool,
    strings: Strings,
    looks: Vec<Look>,
    /// Names of sheets by the offset of their first record.
    sheets: BTreeMap<usize, String>,
}

impl<'bytes> Book<'bytes> {
    /// Reads the part before the sheets.
    fn new(stream: &'bytes [u8]) -> Result<Self, Unread> {
        let mut book = Self {
            stream,
            is_unicode: true,
            charset: WINDOWS_1252,
            is_1904: false,
            strings: Strings::default(),
            looks: Vec::new(),
            sheets: BTreeMap::new(),
        };
        let mut codes = BTreeMap::new();
        let mut shared: Vec<&[u8]> = Vec::new();
        let mut was_shared = false;
        for record in records(stream) {
            let bytes = record.bytes;
            match record.kind {
                kind::BEGIN | kind::BEGIN_OLD if record.offset == 0 => {
                    book.is_unicode = short(bytes, 0).is_some_and(|version| version >= 0x0600);
                }
                kind::FILE_PASS => return Err(Unread::Encrypted),
                kind::CODE_PAGE => {
                    let page = short(bytes, 0).map(i32::from).and_then(of_code_page);
                    book.charset = page.unwrap_or(WINDOWS_1252);
                }
                kind::DATE_MODE => book.is_1904 = short(bytes, 0) == Some(1),
                kind::BOUND_SHEET => book.add_sheet(bytes),
                kind::FORMAT => {
                    let code = if book.is_unicode {
                        unicode(bytes.get(2..))
                    } else {
                        book.narrow(bytes.get(2..), 1)
                    };
                    codes.extend(short(bytes, 0).zip(code.map(|code| Look::of_code(&code))));
                }
                kind::XF => {
                    book.looks.push(Look::of_number(short(bytes, 2), &codes));
                }
                kind::SHARED_STRINGS => shared.push(bytes),
                kind::CONTINUE if was_shared => shared.push(bytes),
                _ => {}
            }
            was_shared =
                matches!(record.kind, kind::SHARED_STRINGS | kind::CONTINUE) && !shared.is_empty();
        }
        book.strings = shared_strings(&shared);
        Ok(book)
    }

    fn add_sheet(&mut self, bytes: &[u8]) {
        let name = bytes.get(6..).and_then(|bytes| {
            let (length, rest) = bytes.split_first()?;
            let length = usize::from(*length);
            if self.is_unicode {
                return characters(rest, length).map(|(text, _)| text);
            }
            Some(self.charset.decode_without_bom_handling(rest.get(..length)?).0.into_owned())
        });
        let is_hidden = bytes.get(4).is_some_and(|state| state & 3 != 0);
        let name = name.map(|name| sheet_name(&name, is_hidden));
        self.sheets.extend(offset_at(bytes, 0).zip(name));
    }

    /// A text of single bytes behind a length of one or two bytes.
    fn narrow(&self, bytes: Option<&[u8]>, size: usize) -> Option<String> {
        let bytes = bytes?;
        let length =
            if size == 1 { usize::from(*bytes.first()?) } else { usize::from(short(bytes, 0)?) };
        let text = bytes.get(size..)?;
        let text = text.get(..length).unwrap_or(text);
        Some(self.charset.decode_without_bom_handling(text).0.into_owned())
    }

    /// Reads the sheets.
    fn read(&self, writer: &mut Writer<'_>) -> Result<(), Unread> {
        let mut comments = Vec::new();
        let mut end = 0;
        let mut records = records(self.stream).peekable();
        let mut has_begun = false;
        while let Some(record) = records.next() {
            end = record.offset + 4 + record.bytes.len();
            let is_begin = matches!(record.kind, kind::BEGIN | kind::BEGIN_OLD);
            if !is_begin || record.offset == 0 && !self.sheets.is_empty() {
                continue;
            }
            has_begun = true;
            let name = self.sheets.get(&record.offset).cloned();
            writer.begin(name, Shape::Table);
            let mut grid = Grid::new(writer);
            let mut pending = None;
            let is_in_sheet =
                |next: &Record<'_>| !matches!(next.kind, kind::BEGIN | kind::BEGIN_OLD);
            while let Some(record) = records.next_if(is_in_sheet) {
                end = record.offset + 4 + record.bytes.len();
                if record.kind == kind::TEXT_OBJECT {
                    let length = short(record.bytes, 10).map_or(0, usize::from);
                    let next = records.next_if(|next| next.kind == kind::CONTINUE && length > 0);
                    comments.extend(
                        next.and_then(|next| characters(next.bytes, length)).map(|(text, _)| text),
                    );
                    continue;
                }
                self.cell(record, &mut pending, &mut grid);
            }
            grid.finish();
        }
        if end + 4 <= self.stream.len()
            && self.stream.get(end..).is_some_and(|rest| rest.iter().any(|byte| *byte != 0))
        {
            cut("Workbook", writer);
        }
        if !has_begun {
            return Err(Unread::Damaged(Damage::Missing { part: "sheets".to_owned() }));
        }
        writer.begin(Some("comments".to_owned()), Shape::Prose);
        for comment in comments {
            writer.push(&comment);
            writer.end_line();
        }
        Ok(())
    }

    /// Writes the cells of a record; a formula with a text leaves its cell pending for the next record.
    fn cell(
        &self,
        record: Record<'_>,
        pending: &mut Option<(usize, usize)>,
        grid: &mut Grid<'_, '_>,
    ) {
        let bytes = record.bytes;
        let (Some(row), Some(column)) =
            (short(bytes, 0).map(usize::from), short(bytes, 2).map(usize::from))
        else {
            return;
        };
        match record.kind {
            kind::LABEL_SHARED => {
                let text = offset_at(bytes, 6).and_then(|index| self.strings.get(index));
                grid.cell(row, column, text.unwrap_or(""));
            }
            kind::LABEL | kind::RICH_STRING => {
                let text = if self.is_unicode {
                    unicode(bytes.get(6..))
                } else {
                    self.narrow(bytes.get(6..), 2)
                };
                grid.cell(row, column, text.as_deref().unwrap_or(""));
            }
            kind::NUMBER => self.number(row, column, bytes, double(bytes, 6), grid),
            kind::RK => self.number(row, column, bytes, long(bytes, 6).map(rk), grid),
            kind::MULTIPLE_RK => {
                let (pairs, _) = bytes.get(4..).unwrap_or(b"").as_chunks::<6>();
                for (step, pair) in pairs.iter().enumerate() {
                    let look = self.look(short(pair, 0));
                    let number =
                        long(pair, 2).map(rk).map(|number| of_number(number, look, self.is_1904));
                    grid.cell(row, column + step, number.as_deref().unwrap_or(""));
                }
            }
            kind::BOOLEAN if bytes.get(7) == Some(&0) => {
                grid.cell(row, column, if bytes.get(6) == Some(&0) { "FALSE" } else { "TRUE" });
            }
            kind::FORMULA => match bytes.get(12..14) {
                Some([0xff, 0xff]) => {
                    *pending = (bytes.get(6) == Some(&0)).then_some((row, column));
                }
                _ => self.number(row, column, bytes, double(bytes, 6), grid),
            },
            kind::STRING => {
                let Some((row, column)) = pending.take() else { return };
                let text = if self.is_unicode {
                    unicode(Some(bytes))
                } else {
                    self.narrow(Some(bytes), 2)
                };
                grid.cell(row, column, text.as_deref().unwrap_or(""));
            }
            _ => {}
        }
    }

    fn look(&self, style: Option<u16>) -> &Look {
        style.and_then(|style| self.looks.get(usize::from(style))).unwrap_or(&Look::General)
    }

    fn number(
        &self,
        row: usize,
        column: usize,
        bytes: &[u8],
        number: Option<f64>,
        grid: &mut Grid<'_, '_>,
    ) {
        let text = number.map(|number| of_number(number, self.look(short(bytes, 4)), self.is_1904));
        grid.cell(row, column, text.as_deref().unwrap_or(""));
    }
}

/// The floating-point number at an offset.
pub(crate) fn double(bytes: &[u8], offset: usize) -> Option<f64> {
    bytes.get(offset..)?.first_chunk().map(|bytes| f64::from_le_bytes(*bytes))
}

/// The number of a compressed form, [MS-XLS] 2.5.217.
pub(crate) fn rk(bits: u32) -> f64 {
    let number = if bits & 2 != 0 {
        f64::from(bits.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(bits & !3) << 32)
    };
    if bits & 1 != 0 { number / 100.0 } else { number }
}

/// A Unicode text behind a length of two bytes.
fn unicode(bytes: Option<&[u8]>) -> Option<String> {
    let bytes = bytes?;
    let length = usize::from(short(bytes, 0)?);
    characters(bytes.get(2..)?, length).map(|(text, _)| text)
}

/// A number of characters behind their flags, as far as there are any, and the bytes that they take.
fn characters(bytes: &[u8], count: usize) -> Option<(String, usize)> {
    let (flags, rest) = bytes.split_first()?;
    let (text, length) = run(rest, count, flags & 1 != 0);
    Some((text, length + 1))
}

/// Characters of one or two bytes each, as far as there are any, and the bytes that they take.
fn run(bytes: &[u8], count: usize, is_wide: bool) -> (String, usize) {
    if is_wide {
        let (units, _) = bytes.as_chunks();
        let units: Vec<u16> =
            units.iter().take(count).map(|unit| u16::from_le_bytes(*unit)).collect();
        return (String::from_utf16_lossy(&units), units.len() * 2);
    }
    let bytes = bytes.get(..count.min(bytes.len())).unwrap_or(bytes);
    (bytes.iter().map(|byte| char::from(*byte)).collect(), bytes.len())
}

/// The shared texts, which run on from record to record, [MS-XLS] 2.4.265.
fn shared_strings(records: &[&[u8]]) -> Strings {
    let mut strings = Strings::default();
    let mut reader = Continued { records, rest: b"" };
    reader.next_record();
    reader.rest = reader.rest.get(8..).unwrap_or(b"");
    while let Some(header) = reader.take(3) {
        let (count, flags) =
            (short(&header, 0).map_or(0, usize::from), header.get(2).map_or(0, |flags| *flags));
        let runs =
            if flags & 8 != 0 { reader.take(2).and_then(|bytes| short(&bytes, 0)) } else { None };
        let phonetic = if flags & 4 != 0 {
            reader.take(4).and_then(|bytes| offset_at(&bytes, 0))
        } else {
            None
        };
        strings.push(&reader.text(count, flags & 1 != 0));
        strings.end();
        reader.skip(runs.map_or(0, |runs| usize::from(runs) * 4));
        reader.skip(phonetic.map_or(0, |bytes| bytes));
    }
    strings
}

/// Bytes that run on from record to record.
#[derive(Debug)]
struct Continued<'records, 'bytes> {
    records: &'records [&'bytes [u8]],
    rest: &'bytes [u8],
}

impl Continued<'_, '_> {
    /// Goes on to the next record; false where there is none.
    fn next_record(&mut self) -> bool {
        let Some((first, rest)) = self.records.split_first() else { return false };
        (self.rest, self.records) = (first, rest);
        true
    }

    /// Takes bytes, in pieces where a record ends among them.
    fn take(&mut self, count: usize) -> Option<Cow<'static, [u8]>> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            if self.rest.is_empty() && !self.next_record() {
                return None;
            }
            let step = (count - taken.len()).min(self.rest.len());
            let (bytes, rest) = self.rest.split_at_checked(step)?;
            taken.extend_from_slice(bytes);
            self.rest = rest;
        }
        Some(taken.into())
    }

    fn skip(&mut self, count: usize) {
        let mut left = count;
        while left > 0 {
            if self.rest.is_empty() && !self.next_record() {
                return;
            }
            let step = left.min(self.rest.len());
            self.rest = self.rest.get(step..).unwrap_or(b"");
            left -= step;
        }
    }

    /// Takes characters; each record among them begins with flags of its own.
    fn text(&mut self, count: usize, is_wide: bool) -> String {
        let (mut text, mut left, mut is_wide) = (String::new(), count, is_wide);
        loop {
            let (part, length) = run(self.rest, left, is_wide);
            left -= if is_wide { length / 2 } else { length };
            text.push_str(&part);
            self.rest = self.rest.get(length..).unwrap_or(b"");
            if left == 0 || !self.next_record() {
                return text;
            }
            let Some((flags, rest)) = self.rest.split_first() else { return text };
            (is_wide, self.rest) = (flags & 1 != 0, rest);
        }
    }
}
