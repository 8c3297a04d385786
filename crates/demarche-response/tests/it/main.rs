//! Integration tests, one module for each subject.

#[cfg(test)]
mod precedent;
#[cfg(test)]
mod reference;
#[cfg(test)]
mod smaa;
