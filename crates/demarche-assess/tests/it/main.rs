//! Integration tests, one module for each subject.

#[cfg(test)]
mod left_out;
#[cfg(test)]
mod legality;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod whole;
