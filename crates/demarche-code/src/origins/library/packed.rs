//! The file of hashes, read where it lies.

use super::keys::BITS;

/// The first bytes of the file; the last of them is its version.
pub(crate) const MARK: &[u8; 8] = b"demlib\0\x01";

/// The bits of a hash that the table of its head goes by.
const HEAD: u32 = 16;

/// The bytes of an entry: the rest of a hash, and its label.
pub(crate) const ENTRY: usize = 5;

/// A file of hashes: libraries, labels, a table of the first entry for each head of a hash, and the entries in order.
///
/// A label is a set of versions of one library that all have a function. Every number is little-endian.
#[derive(Clone, Debug)]
pub(crate) struct Packed<'a> {
    /// Name and version of each, separated by a tab.
    libraries: Vec<&'a str>,
    /// The versions of each label, by their place in `libraries`.
    labels: Vec<&'a [u8]>,
    /// For each head the number of entries with a lower one, and the number of all at the end.
    heads: &'a [u8],
    entries: &'a [u8],
}

impl<'a> Packed<'a> {
    /// Reads a file; `None` where it is cut or of another version.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MARK)?;
        let (text, rest) = counted(rest)?;
        let libraries = std::str::from_utf8(text).ok()?.lines().collect();
        let (mut sets, rest) = counted(rest)?;
        let mut labels = Vec::new();
        while let Some((count, after)) = sets.split_first() {
            let (versions, after) = after.split_at_checked(2 * usize::from(*count))?;
            labels.push(versions);
            sets = after;
        }
        let (heads, entries) = rest.split_at_checked(4 * ((1 << HEAD) + 1))?;
        entries.len().is_multiple_of(ENTRY).then_some(Self { libraries, labels, heads, entries })
    }

    /// The label of a hash.
    pub(crate) fn find(&self, key: u64) -> Option<u16> {
        let head = usize::try_from(key >> (BITS - HEAD)).ok()?;
        let entries = self.entries.get(self.first(head)?..self.first(head + 1)?)?;
        let (entries, _) = entries.as_chunks::<ENTRY>();
        let wanted = key & ((1 << (BITS - HEAD)) - 1);
        let place = entries.binary_search_by_key(&wanted, |entry| rest_and_label(entry).0).ok()?;
        entries.get(place).map(|entry| rest_and_label(entry).1)
    }

    /// All hashes in order, each with its label.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u64, u16)> + '_ {
        (0..1_usize << HEAD).flat_map(move |head| {
            let range = self.first(head).zip(self.first(head + 1));
            let entries = range.and_then(|(start, end)| self.entries.get(start..end));
            let (entries, _) = entries.unwrap_or_default().as_chunks::<ENTRY>();
            entries.iter().map(move |entry| {
                let (rest, label) = rest_and_label(entry);
                (((head as u64) << (BITS - HEAD)) | rest, label)
            })
        })
    }

    /// The offset of the first entry of a head.
    fn first(&self, head: usize) -> Option<usize> {
        let number = self.heads.get(4 * head..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*number)).ok()?.checked_mul(ENTRY)
    }

    /// The versions of a label, by their place among the libraries.
    pub(crate) fn versions(&self, label: u16) -> impl Iterator<Item = u16> + use<'a> {
        let versions = self.labels.get(usize::from(label)).copied().unwrap_or(&[]);
        let (pairs, _) = versions.as_chunks();
        pairs.iter().map(|pair| u16::from_le_bytes(*pair))
    }

    /// Name and version of a library.
    pub(crate) fn library(&self, version: u16) -> Option<(&'a str, &'a str)> {
        self.libraries.get(usize::from(version))?.split_once('\t')
    }

    /// The number of hashes.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len() / ENTRY
    }

    /// Names and versions of all libraries, a tab between them.
    pub(crate) fn libraries(&self) -> &[&'a str] {
        &self.libraries
    }
}

/// The rest of a hash and its label.
fn rest_and_label([first, second, third, low, high]: &[u8; ENTRY]) -> (u64, u16) {
    let rest = u32::from_le_bytes([*first, *second, *third, 0]);
    (u64::from(rest), u16::from_le_bytes([*low, *high]))
}

/// A part with its length in four bytes before it, and what follows.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)
}
