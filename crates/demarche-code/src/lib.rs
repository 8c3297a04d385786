//! Images into functions, functions into fingerprints that survive another build.

mod fingerprint;
mod program;

pub use fingerprint::{Feature, Fingerprint, fingerprints};
pub use program::{BasicBlock, Call, Callee, Discovery, Function, Program};
