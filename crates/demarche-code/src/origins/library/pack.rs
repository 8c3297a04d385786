//! Making the file of hashes.

use std::collections::{BTreeMap, BTreeSet};

use demarche_terms::Fingerprint;

use super::keys::{BITS, keys};
use super::packed::{MARK, Packed};

/// Collects hashes of functions of public libraries, and writes them as the file that is shipped.
///
/// The first library that brings a function has it: programs of one library have functions of another inside, which is to be
/// added before.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    /// Name and version of each, in the order of their addition.
    libraries: Vec<(String, String)>,
    /// The versions that have a function, by their place.
    versions: BTreeMap<u64, BTreeSet<u16>>,
}

impl Pack {
    /// Takes over a file that was made before; `None` where it is cut or of another version.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let packed = Packed::read(bytes)?;
        let mut pack = Self::default();
        for (name, version) in packed.libraries().iter().filter_map(|line| line.split_once('\t')) {
            pack.libraries.push((name.to_owned(), version.to_owned()));
        }
        for (key, label) in packed.entries() {
            pack.versions.insert(key, packed.versions(label).collect());
        }
        Some(pack)
    }

    /// Adds the functions of one build of a library; returns the number of new hashes.
    ///
    /// Nothing is added beyond 65,535 versions of libraries.
    pub fn add(&mut self, name: &str, version: &str, fingerprints: &[Fingerprint]) -> usize {
        let before = self.versions.len();
        let Some(place) = self.place(name, version) else { return 0 };
        for key in fingerprints.iter().flat_map(keys) {
            let versions = self.versions.entry(key).or_default();
            let first = versions.first().and_then(|first| self.libraries.get(usize::from(*first)));
            if first.is_none_or(|(first, _)| first == name) {
                versions.insert(place);
            }
        }
        self.versions.len() - before
    }

    /// Leaves out the functions of programs that have nothing to do with the libraries: returns the number of hashes that
    /// went.
    pub fn forget(&mut self, fingerprints: &[Fingerprint]) -> usize {
        let before = self.versions.len();
        for key in fingerprints.iter().flat_map(keys) {
            self.versions.remove(&key);
        }
        before - self.versions.len()
    }

    fn place(&mut self, name: &str, version: &str) -> Option<u16> {
        let library = (name.replace(['\t', '\n'], " "), version.replace(['\t', '\n'], " "));
        let known = self.libraries.iter().position(|known| *known == library);
        let place = known.unwrap_or(self.libraries.len());
        let place = u16::try_from(place).ok()?;
        if known.is_none() {
            self.libraries.push(library);
        }
        Some(place)
    }

    /// The number of hashes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Returns true if there is no hash.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// The file; `None` where there are more than 65,535 different sets of versions, or 2^32 hashes.
    #[must_use]
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let mut labels: BTreeMap<&BTreeSet<u16>, u16> = BTreeMap::new();
        let mut sets = Vec::new();
        for versions in self.versions.values() {
            if labels.contains_key(versions) {
                continue;
            }
            labels.insert(versions, u16::try_from(labels.len()).ok()?);
            sets.push(u8::try_from(versions.len()).ok()?);
            sets.extend(versions.iter().flat_map(|version| version.to_le_bytes()));
        }
        let lines = self.libraries.iter().map(|(name, version)| format!("{name}\t{version}\n"));
        let mut bytes = MARK.to_vec();
        counted(&mut bytes, lines.collect::<String>().as_bytes())?;
        counted(&mut bytes, &sets)?;
        let heads: Vec<u64> = self.versions.keys().map(|key| key >> (BITS - 16)).collect();
        for head in 0..=1 << 16 {
            let lower = heads.partition_point(|known| *known < head);
            bytes.extend(u32::try_from(lower).ok()?.to_le_bytes());
        }
        for (key, versions) in &self.versions {
            bytes.extend(key.to_le_bytes().iter().take(3));
            bytes.extend(labels.get(versions)?.to_le_bytes());
        }
        Some(bytes)
    }
}

/// Writes a part with its length in four bytes before it.
fn counted(bytes: &mut Vec<u8>, part: &[u8]) -> Option<()> {
    bytes.extend(u32::try_from(part.len()).ok()?.to_le_bytes());
    bytes.extend(part);
    Some(())
}
