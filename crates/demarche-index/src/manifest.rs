//! The manifest: which segments an index has, and which samples were removed from them.
//!
//! One line of JSON, and a line with its SHA-256.

use std::collections::BTreeSet;

use demarche_terms::Sha256;
use serde::{Deserialize, Serialize};

/// The version of the format; see `docs/index-format.md`.
const FORM: u32 = 1;

/// The manifest's name in the folder of the index.
pub(crate) const NAME: &str = "manifest.json";

/// The parts of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Manifest {
    form: u32,
    /// Ascending by name.
    pub(crate) segments: Vec<Entry>,
}

/// A segment of an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The first half of the SHA-256 of its header, in hexadecimal digits, so that equal segments have equal names.
    pub(crate) name: String,
    /// Samples that are in it but no longer in the index.
    pub(crate) removed: BTreeSet<Sha256>,
}

impl Entry {
    /// The name of its file.
    pub(crate) fn file(&self) -> String {
        format!("{}.{SEGMENT}", self.name)
    }
}

/// The ending of names of segments.
pub(crate) const SEGMENT: &str = "segment";

/// The reason why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// The bytes are cut or were changed.
    #[error("its bytes are not those that were written")]
    Bytes,
    /// The manifest was written by another version.
    #[error("written in form {0}, not {FORM}")]
    Form(u32),
    /// The JSON is not that of a manifest.
    #[error("it is no manifest")]
    Json(#[source] serde_json::Error),
    /// A segment's name is not one that this program gives.
    #[error("it names a segment `{0}`")]
    Name(String),
}

impl Default for Manifest {
    fn default() -> Self {
        Self { form: FORM, segments: Vec::new() }
    }
}

impl Manifest {
    /// Names a segment, in its order.
    pub(crate) fn put(&mut self, entry: Entry) {
        self.segments.retain(|known| known.name != entry.name);
        self.segments.push(entry);
        self.segments.sort();
    }

    /// The entry of a segment.
    pub(crate) fn entry(&mut self, name: &str) -> Option<&mut Entry> {
        self.segments.iter_mut().find(|entry| entry.name == name)
    }

    /// The bytes of its file.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut bytes = serde_json::to_vec(self)?;
        let sha256 = Sha256::of(&bytes);
        bytes.extend(format!("\n{sha256}\n").bytes());
        Ok(bytes)
    }

    /// Reads its file.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ManifestError::Bytes)?;
        let (json, sha256) = text.split_once('\n').ok_or(ManifestError::Bytes)?;
        let sha256 = sha256.strip_suffix('\n').ok_or(ManifestError::Bytes)?;
        if Sha256::of(json.as_bytes()).to_string() != sha256 {
            return Err(ManifestError::Bytes);
        }
        #[derive(Deserialize)]
        struct Form {
            form: u32,
        }
        let Form { form } = serde_json::from_str(json).map_err(ManifestError::Json)?;
        if form != FORM {
            return Err(ManifestError::Form(form));
        }
        let read: Self = serde_json::from_str(json).map_err(ManifestError::Json)?;
        match read.segments.iter().find(|entry| !is_name(&entry.name)) {
            Some(entry) => Err(ManifestError::Name(entry.name.clone())),
            None => Ok(read),
        }
    }
}

/// Returns true if a name is 32 hexadecimal digits, so that it cannot lead out of the folder.
fn is_name(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_back_and_changes_are_noticed() {
        let entry = Entry { name: "0f".repeat(16), removed: [Sha256::default()].into() };
        let manifest = Manifest { segments: vec![entry], ..Manifest::default() };
        let bytes = manifest.bytes().unwrap();
        assert_eq!(Manifest::read(&bytes).unwrap(), manifest);
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert!(Manifest::read(&changed).is_err(), "{index}");
            assert!(Manifest::read(&bytes[..index]).is_err(), "{index}");
        }
    }

    #[test]
    fn a_name_that_leads_out_of_the_folder_is_an_error() {
        let entry = Entry { name: "../x".into(), removed: BTreeSet::new() };
        let bytes = Manifest { segments: vec![entry], ..Manifest::default() }.bytes().unwrap();
        assert!(matches!(Manifest::read(&bytes), Err(ManifestError::Name(_))));
    }
}
