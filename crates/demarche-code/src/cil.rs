//! The bytecode of .NET: instructions, methods as functions, and text for people.

pub(crate) mod instruction;
pub(crate) mod program;
pub(crate) mod text;
