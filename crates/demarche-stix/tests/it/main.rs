//! Integration tests of the reader of STIX, one binary.

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod real;
#[cfg(test)]
mod validator;
#[cfg(test)]
mod written;
