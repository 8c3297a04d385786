//! The texts of the loader's table: the libraries that a file wants, and where it looks for them.
//!
//! The loader reads the table from its address up to the entry that ends it, whatever sizes the program header states.

use object::elf;
use object::read::elf::Dyn as _;

use super::header::{Class, Headers};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{array, name_at, wide};
use crate::memory;
use crate::parts::Parts;

/// More than any honest file has, of libraries and paths each.
const MOST: usize = 4096;

/// The texts of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The libraries that the file wants, in its order.
    pub(crate) libraries: Vec<String>,
    /// The name that others want it by.
    pub(crate) name: Option<String>,
    /// The places where it looks for libraries.
    pub(crate) paths: Vec<String>,
    /// The libraries whose functions it hands on.
    pub(crate) filtered: Vec<String>,
}

/// The entries of the table that have a text.
const TEXTS: [elf::DynamicTag; 6] = [
    elf::DT_NEEDED,
    elf::DT_SONAME,
    elf::DT_RPATH,
    elf::DT_RUNPATH,
    elf::DT_FILTER,
    elf::DT_AUXILIARY,
];

/// Reads the texts; a static program has none.
pub(crate) fn read<C: Class>(
    headers: &Headers<'_, C>,
    parts: &Parts<'_>,
    gaps: &mut Gaps,
) -> Wanted {
    let mut wanted = Wanted::default();
    let (strings, texts) = entries(headers, parts, gaps);
    for (tag, offset) in texts {
        let bytes = strings
            .map_or(&[][..], |strings| parts.bytes(headers.moved(strings.wrapping_add(offset))));
        let word = name_at(bytes, 0);
        let is_library = tag != elf::DT_RPATH && tag != elf::DT_RUNPATH;
        // An empty list of places is one; a library without a name is none.
        if bytes.is_empty() || is_library && word.is_empty() {
            gaps.note(ImageShortfall::LoaderNames, || format!("offset {offset:#x}"));
            continue;
        }
        match tag {
            elf::DT_NEEDED => keep(&mut wanted.libraries, text(word), gaps),
            elf::DT_SONAME => wanted.name = Some(text(word)),
            elf::DT_RPATH | elf::DT_RUNPATH => {
                let paths = text(word);
                paths.split(':').for_each(|path| {
                    keep(&mut wanted.paths, path.to_owned(), gaps);
                });
            }
            _ => keep(&mut wanted.filtered, text(word), gaps),
        }
    }
    wanted
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn keep(list: &mut Vec<String>, entry: String, gaps: &mut Gaps) {
    if list.len() < MOST {
        list.push(entry);
    } else {
        gaps.note(ImageShortfall::Libraries, String::new);
    }
}

/// The place of the table of strings, and the entries that point into it.
fn entries<C: Class>(
    headers: &Headers<'_, C>,
    parts: &Parts<'_>,
    gaps: &mut Gaps,
) -> (Option<u64>, Vec<(elf::DynamicTag, u64)>) {
    let end = C::order();
    let (mut strings, mut texts) = (None, Vec::new());
    let Some((start, _)) = headers.segment(elf::PT_DYNAMIC) else { return (strings, texts) };
    let width = size_of::<C::Dyn>();
    for index in 0..wide(headers.bytes.len() / width) {
        let address = start.plus(index * wide(width));
        let entry: &[C::Dyn] = array(parts.bytes(address), 0, 1);
        let Some(entry) = entry.first() else {
            // Memory behind the bytes of the file is zero, which ends the table.
            if memory::section(&parts.sections, address).is_some() {
                return (strings, texts);
            }
            break;
        };
        let value: u64 = entry.d_val(end).into();
        match entry.d_tag(end) {
            elf::DT_NULL => return (strings, texts),
            // Of several the loader takes the last.
            elf::DT_STRTAB => strings = Some(value),
            tag if TEXTS.contains(&tag) && texts.len() < 4 * MOST => texts.push((tag, value)),
            _ => {}
        }
    }
    gaps.note(ImageShortfall::LoaderTable, || start.to_string());
    (strings, texts)
}
