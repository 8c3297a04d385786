//! Rust's panic locations: path, line and column of each place in the source that can panic.
//!
//! Source: `core::panic::Location`, laid out as a pointer to the path, its length, the line and the column.

use std::collections::BTreeMap;

use demarche_image::{Image, VirtualAddress};

use super::evidence::addresses;
use super::source_path::{LONGEST, Source};
use crate::Function;

/// The highest line or column that is believed.
const HIGHEST: u32 = 1 << 20;

/// The panic locations of a program, by the address at which each lies.
#[derive(Debug, Default)]
pub(crate) struct Locations {
    sources: Vec<Source>,
    /// The address of each location, ascending, and the place of its source.
    places: Vec<(u64, u32)>,
}

impl Locations {
    /// Reads all locations of an image; none where it is not Rust's.
    pub(crate) fn of(image: &Image<'_>) -> Self {
        let mut found = Self::default();
        let mut by_text: BTreeMap<(u64, u64), Option<u32>> = BTreeMap::new();
        let mut add = |slot: u64, text: u64| {
            let Some(length) = length_at(image, slot) else { return };
            let source = *by_text.entry((text, length)).or_insert_with(|| {
                let length = usize::try_from(length).ok()?;
                let source = Source::of(image.bytes(VirtualAddress(text)).get(..length)?)?;
                let place = u32::try_from(found.sources.len()).ok()?;
                found.sources.push(source);
                Some(place)
            });
            found.places.extend(source.map(|source| (slot, source)));
        };
        for (slot, text) in &image.pointers {
            add(slot.0, text.0);
        }
        if image.pointers.is_empty() {
            for (slot, text) in plain_pointers(image) {
                add(slot, text);
            }
        }
        found.places.sort_unstable();
        found.places.dedup();
        found
    }

    /// Returns true if the image has no location.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The source files that a function refers to by a location.
    pub(crate) fn of_function(&self, image: &Image<'_>, function: &Function) -> Vec<&Source> {
        if self.places.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<u32> = addresses(image, function)
            .into_iter()
            .filter_map(|address| {
                let index = self.places.binary_search_by_key(&address, |(slot, _)| *slot).ok()?;
                self.places.get(index).map(|(_, source)| *source)
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        let source = |place: u32| self.sources.get(usize::try_from(place).ok()?);
        found.into_iter().filter_map(source).collect()
    }
}

/// The length of the path of a location, where line and column follow it.
fn length_at(image: &Image<'_>, slot: u64) -> Option<u64> {
    let size = u64::try_from(image.pointer_size()).ok()?;
    let bytes = image.bytes(VirtualAddress(slot.checked_add(size)?));
    let (length, rest) = match size {
        8 => (u64::from_le_bytes(*bytes.first_chunk()?), bytes.get(8..)?),
        _ => (u64::from(u32::from_le_bytes(*bytes.first_chunk()?)), bytes.get(4..)?),
    };
    let line = u32::from_le_bytes(*rest.first_chunk()?);
    let column = u32::from_le_bytes(*rest.get(4..)?.first_chunk()?);
    let longest = u64::try_from(LONGEST).ok()?;
    let is_location = (4..=longest).contains(&length)
        && (1..HIGHEST).contains(&line)
        && (1..HIGHEST).contains(&column);
    is_location.then_some(length)
}

/// Words of the constants of a program without relocations that are addresses of constants.
fn plain_pointers(image: &Image<'_>) -> Vec<(u64, u64)> {
    let size = image.pointer_size();
    let mut found = Vec::new();
    for section in image.sections.iter().filter(|section| !section.is_executable) {
        let words = section.bytes.chunks_exact(size).enumerate();
        for (index, word) in words {
            let value = match word.first_chunk::<8>() {
                Some(word) => u64::from_le_bytes(*word),
                None => word.first_chunk().map_or(0, |word| u64::from(u32::from_le_bytes(*word))),
            };
            let target = image.section(VirtualAddress(value));
            if target.is_some_and(|target| !target.is_executable && !target.is_writable)
                && let Some(slot) = u64::try_from(index * size)
                    .ok()
                    .and_then(|far| section.address.0.checked_add(far))
            {
                found.push((slot, value));
            }
        }
    }
    found
}
