//! Images into functions, functions into fingerprints that survive another build.

mod cil;
mod disassembly;
mod fingerprint;
mod functions;
mod lift;
mod names;
mod origins;
mod program;

pub use cil::instruction::bytecode_tokens;
pub use demarche_terms::{Feature, Fingerprint, Origin, Origins, Package};
pub use disassembly::{Line, disassemble};
pub use fingerprint::fingerprints;
pub use functions::functions;
pub use names::readable;
pub use origins::library::{Pack, libraries};
pub use origins::origins;
pub use program::{BasicBlock, Call, Callee, Discovery, Function, Program, Successors};
