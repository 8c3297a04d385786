//! Tests over several files: canonical forms, the text extractor, and the comparison of two parties.

mod canonical;
mod exchange;
mod extraction;
mod secrecy;
