//! Tests of the judge against closed forms, of its laws, and on real cases.

#[cfg(test)]
mod judged;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod real;
#[cfg(test)]
mod small;
