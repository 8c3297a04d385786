use std::collections::BTreeSet;

use object::LittleEndian;

use super::commands::Commands;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, part, size};
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, Symbol, SymbolKind, VirtualAddress, memory};

/// The longest name in bytes.
const LONGEST: usize = 4096;

/// The number of bytes of names a byte of the tree may stand for: names that begin alike share what they have in common.
const SHARING: usize = 64;

/// Reads the tree of exported names: each edge has a piece of a name, each node may have an address.
///
/// Every node is visited once, whatever the edges say.
pub(crate) fn read(commands: &Commands<'_>, bytes: &[u8], parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let end = LittleEndian;
    let itself = commands.exports.map(|export| (export.dataoff.get(end), export.datasize.get(end)));
    let old =
        commands.dynamic.map(|dynamic| (dynamic.export_off.get(end), dynamic.export_size.get(end)));
    let Some((offset, count)) = itself.or(old) else { return };
    let tree = part(bytes, offset.into(), count.into());
    let mut seen = BTreeSet::new();
    let mut left = tree.len().saturating_mul(SHARING);
    let mut nodes = vec![(0, Vec::new())];
    while let Some((offset, name)) = nodes.pop() {
        if tree.is_empty() || !seen.insert(offset) {
            continue;
        }
        let Some((export, children)) = node(tree, offset) else {
            gaps.note(ImageShortfall::ExportNode, || format!("{offset:#x}"));
            continue;
        };
        if let Some(distance) = export {
            let address = commands.base().plus(distance);
            add(address, &name, parts, gaps);
        }
        for (edge, child) in children {
            let length = edge.len() + name.len();
            left = left.saturating_sub(length);
            if length > LONGEST || left == 0 {
                gaps.note(ImageShortfall::ExportNames, || format!("{offset:#x}"));
                continue;
            }
            nodes.push((child, [name.as_slice(), edge].concat()));
        }
    }
}

fn add(address: VirtualAddress, name: &[u8], parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let name = parts.names.take(name, gaps);
    let Some(section) = memory::section(&parts.sections, address).filter(|_| !name.is_empty())
    else {
        return;
    };
    let kind = if section.is_executable { SymbolKind::Function } else { SymbolKind::Object };
    parts.symbols.push(Symbol { address, size: 0, name, kind, is_exported: true });
    parts.entry_points.push(EntryPoint { address, kind: EntryKind::Export });
}

type Node<'one> = (Option<u64>, Vec<(&'one [u8], usize)>);

/// The export of a node, as a distance to the base, and its edges.
fn node(tree: &[u8], offset: usize) -> Option<Node<'_>> {
    let rest = tree.get(offset..)?;
    let (count, rest) = uleb128(rest)?;
    let (terminal, rest) = rest.split_at_checked(size(count))?;
    let export = (!terminal.is_empty()).then(|| {
        let (flags, rest) = uleb128(terminal)?;
        // 8 re-exports another library's name; the kinds 0 and 1 are addresses, 2 an absolute value.
        (flags & 8 == 0 && flags & 3 < 2)
            .then(|| uleb128(rest).map(|(distance, _)| distance))
            .flatten()
    });
    let (children, mut rest) = rest.split_first()?;
    let mut edges = Vec::new();
    for _ in 0..*children {
        let edge = name_at(rest, 0);
        let (child, behind) = uleb128(rest.get(edge.len().checked_add(1)?..)?)?;
        edges.push((edge, size(child)));
        rest = behind;
    }
    Some((export.flatten(), edges))
}

/// A number in groups of seven bits, the lowest first, and what follows it.
fn uleb128(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().enumerate().take(10) {
        let shift = u32::try_from(index).ok()?.checked_mul(7)?;
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index.checked_add(1)?..)?));
        }
    }
    None
}
