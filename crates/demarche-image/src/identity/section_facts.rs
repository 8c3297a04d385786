use demarche_terms::Sha256;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entropy;
use crate::{FileOffset, Section, VirtualAddress};

/// A part of a file that lies in memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SectionFacts {
    /// Its name; empty for headers and for parts that no header names.
    pub name: String,
    /// The address of its beginning in memory.
    pub address: VirtualAddress,
    /// Its size in memory, in bytes.
    pub size: u64,
    /// Its beginning in the file; `None` where it has no bytes there.
    pub offset: Option<FileOffset>,
    /// Its size in the file, in bytes.
    pub size_in_file: u64,
    /// The entropy of its bytes in the file, in bits for each byte, from 0 to 8.
    pub entropy: f64,
    /// The hash of its bytes in the file.
    pub sha256: Sha256,
    /// True if its bytes may change as the program runs.
    pub is_writable: bool,
    /// True if its bytes may be executed.
    pub is_executable: bool,
}

impl SectionFacts {
    pub(crate) fn of(section: &Section<'_>) -> Self {
        Self {
            name: section.name.clone(),
            address: section.address,
            size: section.size,
            offset: section.offset,
            size_in_file: crate::little_endian::wide(section.bytes.len()),
            entropy: entropy(&section.bytes),
            sha256: Sha256::of(&section.bytes),
            is_writable: section.is_writable,
            is_executable: section.is_executable,
        }
    }
}
