use super::header::{self, Header};
use super::layout;
use crate::gaps::Gaps;
use crate::placement::Placement;
use crate::{Section, VirtualAddress, memory};

/// A file that says that it holds bytecode of .NET: its sections, and where the header of the bytecode lies.
pub(crate) struct Assembly<'data> {
    pub(crate) base: VirtualAddress,
    /// Settled: ascending and disjoint.
    pub(crate) sections: Vec<Section<'data>>,
    /// The distance of the bytecode's header from the base.
    pub(crate) header: u32,
    /// True if it lies within the tables that the headers state; Windows and .NET read it behind them as well.
    pub(crate) is_stated: bool,
}

impl<'data> Assembly<'data> {
    /// Lays out a file; `None` where its headers cannot be read or say nothing of bytecode.
    pub(crate) fn read(bytes: &'data [u8], placement: Placement, gaps: &mut Gaps) -> Option<Self> {
        let mut header = Header::read(bytes, gaps).ok()?;
        let stated = header.raw_directory(header::BYTECODE);
        let (relative, _) = stated.or_else(|| header.unstated_directory(header::BYTECODE))?;
        if let Placement::Memory { base: Some(base) } = placement {
            header.base = base.0;
        }
        let sections = layout::sections(&header, bytes, placement.is_loaded(), gaps);
        let sections = memory::settle(sections, bytes.len(), gaps);
        Some(Self {
            base: VirtualAddress(header.base),
            sections,
            header: relative,
            is_stated: stated.is_some(),
        })
    }
}
