//! Methods as functions: their blocks and calls.

#![warn(clippy::indexing_slicing)]

use demarche_image::dotnet::{Bytecode, Destination, Method, Token};
use demarche_image::{Image, VirtualAddress};
use demarche_terms::{Gap, GapKind, Shortfall};
use rayon::prelude::*;

use super::instruction::{Instruction, Onward, Operand};
use crate::functions::as_u32;
use crate::{BasicBlock, Call, Callee, Function, Program};

/// The functions of an image of bytecode: its methods, in the order of their addresses.
pub(crate) fn functions(image: &Image<'_>) -> Program {
    let Some(bytecode) = &image.bytecode else { return Program::default() };
    let shaped: Vec<Shaped> = bytecode
        .methods
        .par_iter()
        .map(|method| Shaper::new(image, bytecode, method).shape())
        .collect();
    let broken = shaped.iter().filter_map(|shaped| shaped.broken).min();
    let count = shaped.iter().filter(|shaped| shaped.broken.is_some()).count() as u64;
    let gap =
        |first: VirtualAddress| Gap::of("", &NoInstruction).at(first.to_string()).times(count);
    let gaps = broken.map(gap).into_iter().collect();
    Program { functions: shaped.into_iter().map(|shaped| shaped.function).collect(), gaps }
}

/// A reason why bytecode is missing from its function.
#[derive(Debug, thiserror::Error)]
#[error("the bytecode of a method leads to bytes that are no instruction; it may be encrypted")]
struct NoInstruction;

impl Shortfall for NoInstruction {
    fn kind(&self) -> GapKind {
        GapKind::Damaged
    }

    fn remedy(&self) -> Option<String> {
        let remedy = "take a copy of the program out of memory while it runs in a sandbox";
        Some(remedy.to_owned())
    }
}

/// A method with its blocks, and its first bytes that are no instruction.
struct Shaped {
    function: Function,
    broken: Option<VirtualAddress>,
}

const INSTRUCTION: u8 = 1;
const LEADER: u8 = 2;
const BODY: u8 = 4;

/// One method while it is walked through.
struct Shaper<'image> {
    image: &'image Image<'image>,
    bytecode: &'image Bytecode<'image>,
    method: &'image Method,
    code: &'image [u8],
    /// Marks of each byte of the code.
    marks: Vec<u8>,
    broken: Option<VirtualAddress>,
}

impl<'image> Shaper<'image> {
    fn new(
        image: &'image Image<'_>,
        bytecode: &'image Bytecode<'_>,
        method: &'image Method,
    ) -> Self {
        let bytes = image.bytes(method.start);
        let size = usize::try_from(method.size).ok();
        let code = size.and_then(|size| bytes.get(..size)).unwrap_or(bytes);
        Self { image, bytecode, method, code, marks: vec![0; code.len()], broken: None }
    }

    fn shape(mut self) -> Shaped {
        let handlers = self.method.handlers.iter();
        let entered = handlers.flat_map(|handler| {
            [Some(handler.watched), Some(handler.start), handler.filter].into_iter().flatten()
        });
        let entered = entered.filter_map(|offset| usize::try_from(offset).ok());
        let mut work: Vec<usize> = entered.chain([0]).collect();
        while let Some(offset) = work.pop() {
            self.lead(offset);
            self.walk(offset, &mut work);
        }
        let (blocks, calls) = self.blocks();
        let mut function = Function::new(self.method.start, blocks.into_iter());
        function.calls = calls;
        Shaped { function, broken: self.broken }
    }

    fn mark(&self, offset: usize) -> u8 {
        self.marks.get(offset).map_or(0, |mark| *mark)
    }

    fn lead(&mut self, offset: usize) {
        if let Some(mark) = self.marks.get_mut(offset) {
            *mark |= LEADER;
        }
    }

    fn address(&self, offset: usize) -> VirtualAddress {
        self.method.start.plus(offset as u64)
    }

    /// Walks straight on from an offset to what is known or ends.
    fn walk(&mut self, mut offset: usize, work: &mut Vec<usize>) {
        while self.mark(offset) & INSTRUCTION == 0 {
            let code: &'image [u8] = self.code;
            let instruction = code.get(offset..).and_then(Instruction::read);
            let is_inside = self.mark(offset) & BODY != 0;
            let Some(instruction) = instruction.filter(|_| !is_inside) else {
                let address = self.address(offset);
                let first = self.broken.get_or_insert(address);
                *first = address.min(*first);
                return;
            };
            let span = self.marks.get_mut(offset..offset + instruction.length);
            let Some([first, body @ ..]) = span else { return };
            *first |= INSTRUCTION;
            body.iter_mut().for_each(|mark| *mark |= BODY);
            for target in instruction.targets(offset) {
                self.lead(target);
                work.push(target);
            }
            offset += instruction.length;
            match instruction.onward() {
                Onward::Next => {}
                Onward::Forks => self.lead(offset),
                Onward::Jumps | Onward::Ends => return,
            }
        }
    }

    /// The blocks, ascending, with the blocks that may follow, and the calls in them.
    fn blocks(&self) -> (Vec<(BasicBlock, Vec<u32>)>, Vec<Call>) {
        let is_start =
            |offset: &usize| self.mark(*offset) & (INSTRUCTION | LEADER) == INSTRUCTION | LEADER;
        let starts: Vec<usize> = (0..self.marks.len()).filter(is_start).collect();
        let number = |offset: &usize| starts.binary_search(offset).ok().map(as_u32);
        let (mut blocks, mut calls) = (Vec::with_capacity(starts.len()), Vec::new());
        for &start in &starts {
            let (mut offset, mut next) = (start, Vec::new());
            while let Some(instruction) = self.code.get(offset..).and_then(Instruction::read) {
                calls.extend(self.call(offset, &instruction));
                next = instruction.targets(offset);
                offset += instruction.length;
                let onward = instruction.onward();
                if matches!(onward, Onward::Next | Onward::Forks) {
                    next.push(offset);
                }
                let is_last = onward != Onward::Next || self.mark(offset) & LEADER != 0;
                if is_last || self.mark(offset) & INSTRUCTION == 0 {
                    break;
                }
            }
            let mut successors: Vec<u32> = next.iter().filter_map(number).collect();
            successors.sort_unstable();
            successors.dedup();
            let block = BasicBlock::new(self.address(start), as_u32(offset - start));
            blocks.push((block, successors));
        }
        (blocks, calls)
    }

    fn call(&self, offset: usize, instruction: &Instruction<'_>) -> Option<Call> {
        let callee = match (instruction.code, instruction.operand) {
            (0x27 | 0x28 | 0x6f | 0x73, Operand::Token(token)) => {
                callee(self.image, self.bytecode, Token(token))
            }
            (0x29, _) => Callee::Unknown,
            _ => return None,
        };
        Some(Call::new(self.address(offset), callee, instruction.code == 0x27))
    }
}

/// The function or import that a token means.
pub(crate) fn callee(image: &Image<'_>, bytecode: &Bytecode<'_>, token: Token) -> Callee {
    match bytecode.destination(token) {
        Destination::Method(start) => {
            let index = bytecode.methods.binary_search_by_key(&start, |method| method.start);
            index.map_or(Callee::Unknown, |index| Callee::Function(as_u32(index)))
        }
        Destination::Import(slot) => {
            let index = image.imports.binary_search_by_key(&slot, |import| import.slot);
            index.map_or(Callee::Unknown, |index| Callee::Import(as_u32(index)))
        }
        Destination::Unknown => Callee::Unknown,
    }
}
