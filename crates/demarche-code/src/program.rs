use std::fmt;

use demarche_image::{Image, VirtualAddress};
use demarche_terms::Gap;

/// A straight run of instructions, entered at its start only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasicBlock {
    /// Its first byte.
    pub start: VirtualAddress,
    /// The byte after its last instruction.
    pub end: VirtualAddress,
    /// The blocks of the same function that may follow it, by their place in [`Function::blocks`], ascending.
    pub successors: Successors,
}

/// The blocks that may follow a block, ascending.
///
/// Large programs have ten million blocks, almost all of them with two successors at most: these take no memory of their
/// own.
#[derive(Clone, PartialEq, Eq)]
pub struct Successors(Kept);

#[derive(Clone, PartialEq, Eq)]
enum Kept {
    /// At most two, [`NOBODY`] behind the last one.
    Few([u32; 2]),
    Many(Box<[u32]>),
}

/// No block has this number: a program has fewer bytes of code.
const NOBODY: u32 = u32::MAX;

impl std::ops::Deref for Successors {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match &self.0 {
            Kept::Few([NOBODY, _]) => &[],
            Kept::Few([only, NOBODY]) => std::slice::from_ref(only),
            Kept::Few(both) => both,
            Kept::Many(all) => all,
        }
    }
}

impl From<&[u32]> for Successors {
    fn from(blocks: &[u32]) -> Self {
        Self(match *blocks {
            [] => Kept::Few([NOBODY; 2]),
            [only] => Kept::Few([only, NOBODY]),
            [first, second] => Kept::Few([first, second]),
            _ => Kept::Many(blocks.into()),
        })
    }
}

impl fmt::Debug for Successors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl BasicBlock {
    /// The bytes of the block in an image; Thumb code begins at the byte before its odd address.
    pub(crate) fn code<'bytes>(&self, image: &'bytes Image<'_>) -> &'bytes [u8] {
        let odd = u64::from(image.architecture.has_thumb());
        self.cut(image.bytes(VirtualAddress(self.start.0 & !odd)))
    }

    /// The bytes of the block, of those from its start on: fewer where the file has fewer.
    pub(crate) fn cut<'bytes>(&self, bytes: &'bytes [u8]) -> &'bytes [u8] {
        let Some(size) = self.end.since(self.start) else { return &[] };
        usize::try_from(size).ok().and_then(|size| bytes.get(..size)).unwrap_or(bytes)
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

/// A call, or a jump that leaves the function for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Call {
    /// The instruction.
    pub at: VirtualAddress,
    /// Its destination.
    pub callee: Callee,
    /// True if it is a jump at the end of the function rather than a call.
    pub is_tail: bool,
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
    /// Its calls, ascending by address.
    pub calls: Vec<Call>,
    /// The source of its start.
    pub discovery: Discovery,
    /// The share of starts found in this way and with these traits that were right on programs with known starts, 0 to 1.
    pub certainty: f32,
    /// True if it only jumps on to another function.
    pub is_thunk: bool,
}

/// The functions of an image, ascending by start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    /// The functions.
    pub functions: Vec<Function>,
    /// The code that could not be read; the source is left empty, as only the caller knows the file's name.
    pub gaps: Vec<Gap>,
}
