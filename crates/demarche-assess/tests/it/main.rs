//! Integration tests, one module for each subject.

#[cfg(test)]
mod legality;
mod secrecy;
