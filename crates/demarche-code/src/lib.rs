//! Images into functions, functions into fingerprints that survive another build.

mod arm;
mod cil;
mod disassembly;
mod fingerprint;
mod fixed;
mod functions;
mod lift;
mod mips;
mod names;
mod origins;
mod program;
mod selection;

pub use cil::instruction::bytecode_tokens;
pub use demarche_terms::{Feature, Fingerprint, Origin, Origins, Package};
pub use disassembly::{Line, disassemble};
pub use fingerprint::fingerprints;
pub use fixed::{arm_fixed, mips_fixed};
pub use functions::functions;
pub use names::readable;
pub use origins::library::{Pack, libraries};
pub use origins::marks::most_functions;
pub use origins::origins;
pub use origins::templates::library_of_symbol;
pub(crate) use program::KeptCallee;
pub use program::{BasicBlock, Call, Callee, Discovery, Function, Program};
pub use selection::{FunctionPattern, PatternError, Selection, keep};
