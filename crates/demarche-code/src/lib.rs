//! Images into functions, functions into fingerprints that survive another build.

mod program;

pub use program::{BasicBlock, Call, Callee, Discovery, Function, Program};
