//! Tests over several files: the grammar, laws, verdicts of other tools, and matching.

mod grammar;
mod matching;
mod oracle;
mod properties;
