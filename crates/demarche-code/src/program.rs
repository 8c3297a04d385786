use std::fmt;

use demarche_image::{Image, VirtualAddress};
use demarche_terms::Gap;

use crate::functions::as_u32;

/// A straight run of instructions, entered at its start only.
///
/// Large programs have ten million blocks: what follows one is kept with its function, see [`Function::successors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicBlock {
    /// Its first byte.
    pub start: VirtualAddress,
    /// The number of its bytes.
    pub size: u32,
    /// The number of successors that the function's blocks have up to this one, its own included.
    followed: u32,
}

impl BasicBlock {
    /// A block that nothing follows.
    #[must_use]
    pub fn new(start: VirtualAddress, size: u32) -> Self {
        Self { start, size, followed: 0 }
    }

    /// The byte after its last instruction.
    #[must_use]
    pub fn end(&self) -> VirtualAddress {
        VirtualAddress(self.start.0.wrapping_add(u64::from(self.size)))
    }

    /// The bytes of the block in an image; Thumb code begins at the byte before its odd address.
    pub(crate) fn code<'bytes>(&self, image: &'bytes Image<'_>) -> &'bytes [u8] {
        let odd = u64::from(image.architecture.has_thumb());
        self.cut(image.bytes(VirtualAddress(self.start.0 & !odd)))
    }

    /// The bytes of the block, of those from its start on: fewer where the file has fewer.
    pub(crate) fn cut<'bytes>(&self, bytes: &'bytes [u8]) -> &'bytes [u8] {
        usize::try_from(self.size).ok().and_then(|size| bytes.get(..size)).unwrap_or(bytes)
    }
}

/// The place where a call or a tail jump goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Callee {
    /// A function of the program, by its place in [`Program::functions`].
    Function(u32),
    /// A function of another module, by its place in the image's imports; thunks are seen through.
    Import(u32),
    /// A target that is only known as the program runs.
    Unknown,
}

/// A [`Callee`] in five bytes, since programs have millions of calls. The order is that of callees.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeptCallee {
    kind: CalleeKind,
    /// With the highest byte first.
    number: [u8; 4],
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CalleeKind {
    Function,
    Import,
    Unknown,
}

impl KeptCallee {
    pub(crate) const fn new(callee: Callee) -> Self {
        let (kind, number) = match callee {
            Callee::Function(number) => (CalleeKind::Function, number),
            Callee::Import(number) => (CalleeKind::Import, number),
            Callee::Unknown => (CalleeKind::Unknown, 0),
        };
        Self { kind, number: number.to_be_bytes() }
    }

    pub(crate) const fn get(self) -> Callee {
        let number = u32::from_be_bytes(self.number);
        match self.kind {
            CalleeKind::Function => Callee::Function(number),
            CalleeKind::Import => Callee::Import(number),
            CalleeKind::Unknown => Callee::Unknown,
        }
    }
}

/// A call, or a jump that leaves the function for good.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The instruction.
    pub at: VirtualAddress,
    callee: KeptCallee,
    /// True if it is a jump at the end of the function rather than a call.
    pub is_tail: bool,
}

impl Call {
    /// A call of something by the instruction at a place.
    #[must_use]
    pub const fn new(at: VirtualAddress, callee: Callee, is_tail: bool) -> Self {
        Self { at, callee: KeptCallee::new(callee), is_tail }
    }

    /// Its destination.
    #[must_use]
    pub const fn callee(&self) -> Callee {
        self.callee.get()
    }

    /// Gives it another destination.
    pub(crate) const fn set_callee(&mut self, callee: Callee) {
        self.callee = KeptCallee::new(callee);
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Call");
        shown.field("at", &self.at).field("callee", &self.callee());
        shown.field("is_tail", &self.is_tail).finish()
    }
}

/// The source of a function's start, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Discovery {
    /// The file's symbols or exports name it, or execution begins there.
    Symbol,
    /// An unwind table names it.
    Unwind,
    /// A call of a function found before goes there.
    CallTarget,
    /// Its address is stored or computed somewhere.
    AddressTaken,
    /// A jump out of a function found before goes there.
    TailJump,
    /// Nothing refers to it; the bytes begin like a function, between two others.
    Gap,
}

/// A function: its blocks and what it calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// The address of its beginning.
    pub start: VirtualAddress,
    /// Its blocks, the first one at its start, the others ascending by address.
    pub blocks: Vec<BasicBlock>,
    /// The blocks that may follow each of them, one stretch behind the other.
    successors: Box<[u32]>,
    /// Its calls, ascending by address.
    pub calls: Vec<Call>,
    /// The source of its start.
    pub discovery: Discovery,
    /// The share of starts found in this way and with these traits that were right on programs with known starts, 0 to 1.
    pub certainty: f32,
    /// True if it only jumps on to another function.
    pub is_thunk: bool,
}

impl Function {
    /// A function without calls: its blocks, each with the blocks that may follow it by their places, ascending.
    ///
    /// The first block is the one at the function's start. It is taken for found and certain as a symbol is.
    pub(crate) fn new<Followers>(
        start: VirtualAddress,
        blocks: impl ExactSizeIterator<Item = (BasicBlock, Followers)>,
    ) -> Self
    where
        Followers: IntoIterator<Item = u32>,
    {
        let mut all = Vec::with_capacity(blocks.len());
        let mut successors = Vec::new();
        for (block, followers) in blocks {
            successors.extend(followers);
            all.push(BasicBlock { followed: as_u32(successors.len()), ..block });
        }
        Self {
            start,
            blocks: all,
            successors: successors.into(),
            calls: Vec::new(),
            discovery: Discovery::Symbol,
            certainty: 1.0,
            is_thunk: false,
        }
    }

    /// The blocks that may follow a block, by their places in [`Function::blocks`], ascending; none for a block that the
    /// function does not have.
    #[must_use]
    pub fn successors(&self, block: usize) -> &[u32] {
        let followed = |block: usize| self.blocks.get(block).map(|block| block.followed as usize);
        let stretch = block.checked_sub(1).map_or(Some(0), followed).zip(followed(block));
        stretch.and_then(|(first, end)| self.successors.get(first..end)).unwrap_or(&[])
    }
}

/// The functions of an image, ascending by start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The functions.
    pub functions: Vec<Function>,
    /// The code that could not be read; the source is left empty, as only the caller knows the file's name.
    pub gaps: Vec<Gap>,
}
