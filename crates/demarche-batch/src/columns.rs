//! Tables of columns on disk (Parquet): written in groups of rows, read in batches from front to back.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

/// The values of one column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Column {
    Whole(Vec<i64>),
    Real(Vec<f64>),
    Text(Vec<ByteArray>),
}

impl Column {
    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Whole(values) => values.len(),
            Self::Real(values) => values.len(),
            Self::Text(values) => values.len(),
        }
    }

    /// The whole number of a row; `None` where there is none that fits.
    pub(crate) fn whole<T: TryFrom<i64>>(&self, row: usize) -> Option<T> {
        let Self::Whole(values) = self else { return None };
        T::try_from(*values.get(row)?).ok()
    }

    /// Returns true if a row has a text.
    pub(crate) fn has_text(&self, row: usize, text: &str) -> bool {
        let Self::Text(values) = self else { return false };
        values.get(row).is_some_and(|value| value.data() == text.as_bytes())
    }

    /// The real number of a row.
    pub(crate) fn real(&self, row: usize) -> Option<f64> {
        let Self::Real(values) = self else { return None };
        values.get(row).copied()
    }

    /// The text of a row.
    pub(crate) fn text(&self, row: usize) -> Option<ByteArray> {
        let Self::Text(values) = self else { return None };
        values.get(row).cloned()
    }
}

/// Writes a table.
pub(crate) struct TableWriter {
    writer: SerializedFileWriter<File>,
    rows: u64,
}

impl TableWriter {
    /// Begins a table in an empty file; `schema` is in the format's own language.
    pub(crate) fn new(file: File, schema: &str) -> Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
            .set_created_by("demarche".to_owned())
            .build();
        let schema = Arc::new(parse_message_type(schema)?);
        let writer = SerializedFileWriter::new(file, schema, Arc::new(properties))?;
        Ok(Self { writer, rows: 0 })
    }

    /// Writes a group of rows, column by column; columns without rows make no group.
    pub(crate) fn group(&mut self, columns: &[Column]) -> Result<()> {
        let rows = columns.first().map_or(0, Column::len);
        if rows == 0 {
            return Ok(());
        }
        self.rows += rows as u64;
        let mut group = self.writer.next_row_group()?;
        let mut columns = columns.iter();
        while let Some(mut writer) = group.next_column()? {
            let column = columns.next().ok_or_else(|| fault("a column is missing"))?;
            match (writer.untyped(), column) {
                (ColumnWriter::Int64ColumnWriter(writer), Column::Whole(values)) => {
                    writer.write_batch(values, None, None)?;
                }
                (ColumnWriter::DoubleColumnWriter(writer), Column::Real(values)) => {
                    writer.write_batch(values, None, None)?;
                }
                (ColumnWriter::ByteArrayColumnWriter(writer), Column::Text(values)) => {
                    writer.write_batch(values, None, None)?;
                }
                _ => return Err(fault("a column has another type")),
            }
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }

    /// Ends the table, and gives its file and the number of its rows.
    pub(crate) fn finish(self) -> Result<(File, u64)> {
        Ok((self.writer.into_inner()?, self.rows))
    }
}

fn fault(text: &str) -> ParquetError {
    ParquetError::General(text.to_owned())
}

/// Reads what the format's library would panic at: bytes that somebody else wrote under a hash that fits them.
fn guarded<T>(read: impl FnOnce() -> Result<T>) -> Result<T> {
    let outcome = catch_unwind(AssertUnwindSafe(read));
    outcome.unwrap_or_else(|_| Err(fault("its bytes contradict each other")))
}

/// Reads the groups of a table.
pub(crate) struct TableReader {
    reader: SerializedFileReader<File>,
    /// The positions of the wanted columns.
    wanted: Vec<usize>,
}

impl TableReader {
    /// Opens a table, of which the columns with these names are wanted.
    pub(crate) fn open(path: &Path, wanted: &[&str]) -> Result<Self> {
        let file = File::open(path).map_err(|error| ParquetError::External(Box::new(error)))?;
        let reader = guarded(|| SerializedFileReader::new(file))?;
        let schema = reader.metadata().file_metadata().schema_descr();
        let position = |name: &&str| {
            let names = schema.columns().iter().map(|column| column.name());
            names.zip(0..).find(|(found, _)| found == name).map(|(_, position)| position)
        };
        let positions: Option<Vec<usize>> = wanted.iter().map(position).collect();
        let wanted = positions.ok_or_else(|| fault("a column is missing"))?;
        Ok(Self { reader, wanted })
    }

    /// The number of rows, as the file tells it.
    pub(crate) fn rows(&self) -> Result<u64> {
        u64::try_from(self.reader.metadata().file_metadata().num_rows())
            .map_err(|_| fault("a negative number of rows"))
    }

    /// The number of groups.
    pub(crate) fn groups(&self) -> usize {
        self.reader.num_row_groups()
    }

    /// The rows of a group, as the file tells them; `None` for a negative number.
    pub(crate) fn group_rows(&self, group: usize) -> Option<usize> {
        usize::try_from(self.reader.metadata().row_group(group).num_rows()).ok()
    }

    /// The least and greatest value of a wanted column of whole numbers in a group; `None` where the file does not tell.
    pub(crate) fn bounds(&self, group: usize, column: usize) -> Option<(i64, i64)> {
        let column = *self.wanted.get(column)?;
        let statistics = self.reader.metadata().row_group(group).column(column).statistics()?;
        match statistics {
            parquet::file::statistics::Statistics::Int64(values) => {
                Some((*values.min_opt()?, *values.max_opt()?))
            }
            _ => None,
        }
    }

    /// The wanted columns of a group, all of the same length.
    pub(crate) fn group(&self, group: usize) -> Result<Vec<Column>> {
        let rows = usize::try_from(self.reader.metadata().row_group(group).num_rows())
            .map_err(|_| fault("a group has a negative number of rows"))?;
        let columns: Vec<Column> = guarded(|| {
            let reader = self.reader.get_row_group(group)?;
            let columns = self.wanted.iter();
            columns.map(|column| read(reader.get_column_reader(*column)?, rows)).collect()
        })?;
        if columns.iter().any(|column| column.len() != rows) {
            return Err(fault("a column ends early"));
        }
        Ok(columns)
    }
}

/// Reads one column of a group. A manifest's hash was compared before, so that the number of rows is the writer's own.
fn read(reader: ColumnReader, rows: usize) -> Result<Column> {
    match reader {
        ColumnReader::Int64ColumnReader(_) => {
            let mut values = Vec::new();
            get_typed_column_reader::<Int64Type>(reader).read_records(
                rows,
                None,
                None,
                &mut values,
            )?;
            Ok(Column::Whole(values))
        }
        ColumnReader::DoubleColumnReader(_) => {
            let mut values = Vec::new();
            get_typed_column_reader::<DoubleType>(reader).read_records(
                rows,
                None,
                None,
                &mut values,
            )?;
            Ok(Column::Real(values))
        }
        ColumnReader::ByteArrayColumnReader(_) => {
            let mut values = Vec::new();
            get_typed_column_reader::<ByteArrayType>(reader).read_records(
                rows,
                None,
                None,
                &mut values,
            )?;
            Ok(Column::Text(values))
        }
        _ => Err(fault("a column has an unknown type")),
    }
}
