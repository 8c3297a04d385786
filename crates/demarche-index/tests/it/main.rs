//! Integration tests of the index, one binary.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod search;
#[cfg(test)]
mod store;
#[cfg(test)]
mod synthetic;
