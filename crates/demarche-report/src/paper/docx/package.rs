//! The parts of a document as one file.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The parts in their order, neither compressed nor dated: how small a part becomes may differ between processors.
pub(crate) fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, options).expect("the name is one of a few short ones");
        zip.write_all(text.as_bytes()).expect("memory can be written to");
    }
    zip.finish().expect("memory can be written to").into_inner()
}
