//! Integration tests, one module for each subject.

#[cfg(test)]
mod legality;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod whole;
