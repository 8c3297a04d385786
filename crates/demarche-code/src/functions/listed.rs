//! Ranges of code of which a table has every function, as Go's `pclntab` does.
//!
//! Go's code keeps no calling convention that the searches for further functions know, and some of its calls go into the
//! middle of a function (`duffzero`). What the table does not have is no function there.

use demarche_image::{ExtentTable, Image};

use super::code_map::CodeMap;

/// The places at which the functions of a table begin, ascending, and the place where the last one ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listed {
    starts: Vec<u32>,
    end: u32,
}

impl Listed {
    /// Takes the functions of Go from an image.
    pub(crate) fn of(image: &Image<'_>, map: &CodeMap<'_>) -> Self {
        let listed = image.extents.iter().filter(|extent| extent.table == ExtentTable::GoFunctions);
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for extent in listed {
            let Some(start) = map.place(extent.start.0) else { continue };
            let end = u32::try_from(extent.size).ok().and_then(|bytes| start.checked_add(bytes));
            ranges.extend(end.map(|end| (start, end)));
        }
        ranges.sort_unstable();
        let end = ranges.last().map_or(0, |(_, end)| *end);
        Self { starts: ranges.into_iter().map(|(start, _)| start).collect(), end }
    }

    /// Returns true if no table was there.
    pub(crate) fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// Returns true if a listed function begins at a place.
    pub(crate) fn has(&self, place: u32) -> bool {
        self.starts.binary_search(&place).is_ok()
    }

    /// The beginning of the listed function in which a place lies; the place itself outside of the list.
    pub(crate) fn start_of(&self, position: u32) -> u32 {
        if position >= self.end {
            return position;
        }
        let after = self.starts.partition_point(|start| *start <= position);
        let index = after.checked_sub(1);
        index.and_then(|index| self.starts.get(index)).copied().unwrap_or(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_inside_a_listed_function_is_that_functions() {
        let listed = Listed { starts: vec![16, 48], end: 64 };
        let starts = [0, 15, 16, 47, 48, 63, 64, 100].map(|place| listed.start_of(place));
        assert_eq!(starts, [0, 15, 16, 16, 48, 48, 64, 100]);
        assert_eq!(Listed::default().start_of(7), 7);
    }
}
