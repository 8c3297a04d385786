use demarche_terms::Sha256;
use demarche_terms::number::float;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::little_endian::wide;
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
            size_in_file: wide(section.bytes.len()),
            entropy: entropy(&section.bytes),
            sha256: Sha256::of(&section.bytes),
            is_writable: section.is_writable,
            is_executable: section.is_executable,
        }
    }
}

/// Shannon's entropy of some bytes, in bits for each byte, from 0 (all alike) to 8 (all values alike often); 0 where there
/// are none.
///
/// Source: Shannon (1948), "A mathematical theory of communication".
pub(crate) fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u64; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = float(wide(bytes.len()));
    let share = counts.iter().filter(|count| **count > 0).map(|count| float(*count) / total);
    share.map(|share| -share * share.log2()).sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_none_and_all_values_have_eight_bits() {
        assert!(entropy(&[]).abs() < 1e-12 && entropy(&[7; 100]).abs() < 1e-12);
        let all: Vec<u8> = (0..=255).collect();
        assert!((entropy(&all) - 8.0).abs() < 1e-12);
        assert!((entropy(b"aabb") - 1.0).abs() < 1e-12);
    }
}
