//! Tests of the judge against closed forms and on real cases.

#[cfg(test)]
mod real;
