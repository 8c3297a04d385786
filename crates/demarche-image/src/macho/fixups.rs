//! The addresses that the loader writes: chains of fixups in newer files, programs of opcodes in older ones.

use object::LittleEndian;
use object::macho::DyldInfoCommand;
use object::read::macho::{Bind, DyldChainedFixups, Fixup};

use super::commands::Commands;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, size};
use crate::parts::Parts;
use crate::{Import, VirtualAddress};

/// Reads both kinds.
pub(crate) fn read(commands: &Commands<'_>, bytes: &[u8], parts: &mut Parts<'_>, gaps: &mut Gaps) {
    if let Some(command) = commands.chained {
        let data = command.data(LittleEndian, bytes);
        if data.and_then(|data| chained(commands, data, bytes, parts, gaps)).is_err() {
            gaps.note(ImageShortfall::FixupChains, String::new);
        }
    }
    if let Some(command) = commands.dynamic {
        if rebases(commands, command, bytes, parts, gaps).is_err() {
            gaps.note(ImageShortfall::RebasedPointers, String::new);
        }
        let pointer = pointer_size(parts);
        let mut steps = 0_usize;
        for binds in [
            command.binds(LittleEndian, bytes, pointer),
            command.lazy_binds(LittleEndian, bytes, pointer),
            command.weak_binds(LittleEndian, bytes, pointer),
        ] {
            let read = binds.and_then(|mut binds| {
                while let Some(bind) = binds.next()? {
                    steps += 1;
                    let has_room = parts.has_room(steps, "bound pointers", gaps);
                    if !has_room || !bound(commands, &bind, parts, gaps) {
                        break;
                    }
                }
                Ok(())
            });
            if read.is_err() {
                gaps.note(ImageShortfall::BoundPointers, String::new);
            }
        }
    }
}

fn pointer_size(parts: &Parts<'_>) -> u8 {
    if parts.architecture.pointer_size() == 4 { 4 } else { 8 }
}

/// Chains: each pointer says itself what it becomes, and where the next one is.
fn chained(
    commands: &Commands<'_>,
    data: &[u8],
    bytes: &[u8],
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) -> object::read::Result<()> {
    let end = LittleEndian;
    let fixups = DyldChainedFixups::parse(end, data)?;
    let mut imports = Vec::new();
    let mut entries = fixups.imports(end)?;
    while let Some(import) = entries.next()? {
        if !parts.has_room(imports.len(), "imports", gaps) {
            break;
        }
        imports.push((import.dylib, import.name));
    }
    let mut steps = 0_usize;
    let mut segments = fixups.segments(end)?;
    while let Some(segment) = segments.next()? {
        let index = size(segment.index());
        let contents = commands.contents(index, bytes);
        let mut fixups = segment.fixups(end, commands.base().0, contents);
        while let Some((offset, fixup)) = fixups.next()? {
            steps += 1;
            if !parts.has_room(steps, "fixups", gaps) {
                return Ok(());
            }
            let Some(slot) = commands.place(index, offset) else { continue };
            match fixup {
                Fixup::Rebase(one) => {
                    let target = commands.base().plus(one.target_offset);
                    parts.pointers.push((slot, target));
                }
                Fixup::Bind(one) => {
                    let Some((library, name)) = imports.get(size(one.ordinal)) else { continue };
                    let library = commands.library(library.0.into());
                    import(slot, library, name, parts, gaps);
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Pointers that move with the image.
fn rebases(
    commands: &Commands<'_>,
    command: &DyldInfoCommand<LittleEndian>,
    bytes: &[u8],
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) -> object::read::Result<()> {
    let mut rebases = command.rebases(LittleEndian, bytes, pointer_size(parts))?;
    let mut steps = 0_usize;
    while let Some(rebase) = rebases.next()? {
        steps += 1;
        if !parts.has_room(steps, "rebased pointers", gaps) {
            break;
        }
        let slot = commands.place(rebase.segment_index.into(), rebase.segment_offset);
        let pointer = slot.and_then(|slot| Some((slot, parts.stored(slot)?)));
        parts.pointers.extend(pointer);
    }
    Ok(())
}

/// Adds one bound pointer; false where the list makes no sense any more.
fn bound(commands: &Commands<'_>, bind: &Bind<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) -> bool {
    // A place outside its segment ends the list: programs of opcodes can name such places without end.
    let Some(slot) = commands.place(bind.segment_index.into(), bind.segment_offset) else {
        gaps.note(ImageShortfall::BoundPointerOutside, || {
            format!("segment {} + {:#x}", bind.segment_index, bind.segment_offset)
        });
        return false;
    };
    import(slot, commands.library(bind.dylib.0.into()), bind.symbol, parts, gaps);
    true
}

fn import(
    slot: VirtualAddress,
    library: &str,
    name: &[u8],
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    let name = parts.names.take(name_at(name, 0), gaps);
    let library = parts.names.take(library.as_bytes(), gaps);
    if !name.is_empty() {
        parts.imports.push(Import { slot, library, name });
    }
}
