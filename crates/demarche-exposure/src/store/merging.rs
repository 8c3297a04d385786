//! Stores of parts of a dump become one: contents by their keys, so that the order of the parts does not matter.

use std::collections::HashMap;

use demarche_terms::Sha256;
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params};

use super::writing::{Writing, unpacked};
use crate::ExposureError;

/// The number of a content in one of the two stores.
type Content = i64;

/// Adds what the store of a part knows to a store, in one transaction.
pub(crate) fn merge(whole: &Connection, part: &Connection) -> Result<(), ExposureError> {
    let mut merging =
        Merging { writing: Writing::new(whole)?, part, numbers: HashMap::new(), fresh: Vec::new() };
    let merged = merging.files().and_then(|()| merging.writing.finish());
    if merged.is_err() {
        // The fault itself is told; a store that cannot be used has nothing to take back.
        drop(whole.execute_batch("ROLLBACK"));
    }
    merged
}

struct Merging<'a> {
    writing: Writing<'a>,
    part: &'a Connection,
    /// The numbers in the whole of the contents of the part.
    numbers: HashMap<Content, Content>,
    /// The contents that the whole did not have, by their numbers in the part.
    fresh: Vec<Content>,
}

impl Merging<'_> {
    fn files(&mut self) -> Result<(), ExposureError> {
        self.contents()?;
        let mut files = HashMap::new();
        let mut query = self
            .part
            .prepare("SELECT id, path, masked, size, modified, unread FROM file ORDER BY path")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            if let Some(file) = self.file(row)? {
                files.insert(row.get::<_, i64>(0)?, file);
            }
        }
        let mut query =
            self.part.prepare("SELECT file, start, stop, root FROM unit ORDER BY file, start")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let Some(file) = files.get(&row.get::<_, i64>(0)?) else { continue };
            let root: Option<Content> = row.get(3)?;
            let root = root.and_then(|root| self.numbers.get(&root));
            let put = "INSERT INTO unit(file, start, stop, done, root) VALUES(?, ?, ?, 1, ?)";
            self.writing.query(put)?.execute(params![
                file,
                row.get::<_, Value>(1)?,
                row.get::<_, Value>(2)?,
                root
            ])?;
        }
        Ok(())
    }

    /// Adds a file, and returns its number; `None` for one that another part had as well.
    fn file(&self, row: &Row<'_>) -> Result<Option<i64>, ExposureError> {
        let (path, size, modified): (String, i64, i64) = (row.get(1)?, row.get(3)?, row.get(4)?);
        let known = "SELECT size, modified FROM file WHERE path = ?";
        let mut known = self.writing.query(known)?;
        let mut known =
            known.query_map([&path], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        match known.next().transpose()? {
            Some(known) if known == (size, modified) => return Ok(None),
            Some(_) => return Err(ExposureError::TwoFiles { path }),
            None => {}
        }
        let put = "INSERT INTO file(path, masked, size, modified, unread) VALUES(?, ?, ?, ?, ?)";
        let (masked, unread): (Value, Value) = (row.get(2)?, row.get(5)?);
        let number =
            self.writing.query(put)?.insert(params![path, masked, size, modified, unread])?;
        Ok(Some(number))
    }

    /// Adds the contents that the whole does not have, with all that is known of them.
    fn contents(&mut self) -> Result<(), ExposureError> {
        let mut query = self.part.prepare(
            "SELECT id, key, digest, media, size, state, reason, faults FROM content ORDER BY key",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (number, key): (Content, [u8; 32]) = (row.get(0)?, row.get(1)?);
            let in_whole = self.content(row, demarche_terms::Digest(key))?;
            self.numbers.insert(number, in_whole);
        }
        for table in ["edge", "message", "participant"] {
            self.copy(table)?;
        }
        self.texts()
    }

    fn content(&mut self, row: &Row<'_>, key: Sha256) -> Result<Content, ExposureError> {
        let is_read = row.get::<_, i64>(5)? > 0;
        let number = self.writing.number(&key)?;
        let known = "SELECT state FROM content WHERE id = ?";
        let state: i64 = self.writing.query(known)?.query_row([number], |row| row.get(0))?;
        if state > 0 || !is_read {
            return Ok(number);
        }
        let fill = "UPDATE content SET digest = ?, media = ?, size = ?, state = ?, reason = ?, faults = ?, complete = 1 WHERE id = ?";
        let value = |index: usize| row.get::<_, Value>(index);
        self.writing.query(fill)?.execute(params![
            value(2)?,
            value(3)?,
            value(4)?,
            value(5)?,
            value(6)?,
            value(7)?,
            number
        ])?;
        self.fresh.push(row.get(0)?);
        Ok(number)
    }

    /// Copies the rows of a table about contents that are fresh.
    fn copy(&self, table: &str) -> Result<(), ExposureError> {
        let about = if table == "edge" { "parent" } else { "content" };
        let mut query = self.part.prepare(&format!("SELECT * FROM {table} WHERE {about} = ?"))?;
        let columns: Vec<String> = query.column_names().map(str::to_owned).collect();
        let marks = vec!["?"; columns.len()].join(", ");
        let put = format!("INSERT INTO {table}({}) VALUES({marks})", columns.join(", "));
        for content in &self.fresh {
            let mut rows = query.query([content])?;
            while let Some(row) = rows.next()? {
                let mut put = self.writing.query(&put)?;
                for (index, column) in columns.iter().enumerate() {
                    let value = if matches!(column.as_str(), "parent" | "child" | "content") {
                        Value::from(self.numbers.get(&row.get(index)?).copied())
                    } else {
                        row.get(index)?
                    };
                    put.raw_bind_parameter(index + 1, value)?;
                }
                put.raw_execute()?;
            }
        }
        Ok(())
    }

    /// Copies the texts of contents that are fresh with their findings, and indexes them.
    fn texts(&mut self) -> Result<(), ExposureError> {
        let mut texts = self.part.prepare(
            "SELECT id, number, name, masked, shape, size, body, breaks FROM text WHERE content = ? ORDER BY number",
        )?;
        let mut findings = self.part.prepare(
            "SELECT start, stop, line, kind, rule, country, \"check\", value, names FROM finding WHERE content = ? AND text = ? ORDER BY id",
        )?;
        for fresh in std::mem::take(&mut self.fresh) {
            let Some(content) = self.numbers.get(&fresh).copied() else { continue };
            let mut rows = texts.query([fresh])?;
            while let Some(row) = rows.next()? {
                let put = "INSERT INTO text(content, number, name, masked, shape, size, body, breaks) VALUES(?, ?, ?, ?, ?, ?, ?, ?)";
                let mut put = self.writing.query(put)?;
                put.raw_bind_parameter(1, content)?;
                for index in 1..8 {
                    put.raw_bind_parameter(index + 1, row.get::<_, Value>(index)?)?;
                }
                put.raw_execute()?;
                let number = self.writing.last_number();
                let put = "INSERT INTO finding(content, text, start, stop, line, kind, rule, country, \"check\", value, names) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
                let mut found = findings.query(params![fresh, row.get::<_, i64>(0)?])?;
                while let Some(found) = found.next()? {
                    let mut put = self.writing.query(put)?;
                    put.raw_bind_parameter(1, content)?;
                    put.raw_bind_parameter(2, number)?;
                    for index in 0..9 {
                        put.raw_bind_parameter(index + 3, found.get::<_, Value>(index)?)?;
                    }
                    put.raw_execute()?;
                }
                let body = row.get_ref(6)?.as_blob().unwrap_or(&[]);
                let size = usize::try_from(row.get::<_, i64>(5)?).unwrap_or(0);
                self.writing.index_later(number, unpacked(body, size))?;
            }
        }
        Ok(())
    }
}
