//! Integration tests of the reader of STIX, one binary.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod real;
