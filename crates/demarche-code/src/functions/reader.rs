use demarche_image::{Image, VirtualAddress};
use iced_x86::Register;

use super::flow::{Flow, Reference};
use super::machine::Machine;

/// The meaning of an instruction to its reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    /// The place where execution goes.
    pub(crate) flow: Flow,
    /// Addresses that it computes, holds or reads.
    pub(crate) addresses: Vec<u64>,
}

impl Meaning {
    /// The place where a direct jump or call leads.
    pub(crate) fn target(&self) -> Option<u64> {
        match self.flow {
            Flow::Jump(target) | Flow::Branch(target) | Flow::Call(target) => Some(target),
            _ => None,
        }
    }
}

/// Reads a few instructions in a row.
pub(crate) struct Reader<'bytes> {
    machine: Machine<'bytes>,
    offset: usize,
    /// 1 for Thumb code, whose addresses are odd.
    lead: u32,
}

impl<'bytes> Reader<'bytes> {
    pub(crate) fn new(
        image: &'bytes Image<'bytes>,
        bytes: &'bytes [u8],
        address: VirtualAddress,
    ) -> Self {
        let lead = u32::from(image.architecture.has_thumb() && address.0 & 1 == 1);
        let machine = Machine::new(image, bytes, address.0 - u64::from(lead), (1, u64::MAX));
        let mut reader = Self { machine, offset: 0, lead };
        reader.skip(0);
        reader
    }

    /// Goes on behind some bytes that are no instruction.
    pub(crate) fn skip(&mut self, count: usize) {
        self.offset += count;
        let offset = u32::try_from(self.offset).unwrap_or(u32::MAX);
        let offset = offset.saturating_add(self.lead);
        // Beyond the end there is nothing to read, which the next reading says.
        let _in_reach: bool = self.machine.seek(offset);
    }

    /// The number of bytes that were read or skipped.
    pub(crate) const fn offset(&self) -> usize {
        self.offset
    }

    /// The next instruction; `None` at the end and where the bytes are none.
    pub(crate) fn read(&mut self) -> Option<Meaning> {
        let step = self.machine.step()?;
        self.offset += step.length as usize;
        let mut addresses = Vec::new();
        if let Some(Reference::Computed(address) | Reference::Constant(address)) = step.reference {
            addresses.push(address);
        }
        if let Machine::X86(decoder) = &self.machine {
            let last = decoder.last();
            if last.is_ip_rel_memory_operand()
                || (last.memory_base() == Register::None && last.memory_displ_size() >= 4)
            {
                addresses.push(last.memory_displacement64());
            }
        }
        Some(Meaning { flow: step.flow, addresses })
    }
}
