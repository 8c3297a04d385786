//! Integration tests of the export, one module for each subject.

#[cfg(test)]
#[path = "../../../demarche-report/tests/it/fixtures.rs"]
#[expect(dead_code, reason = "the tests of the report need more of it")]
mod fixtures;
#[cfg(test)]
mod formats;
#[cfg(test)]
#[path = "../../../demarche-report/tests/it/judged.rs"]
#[expect(dead_code, reason = "the tests of the report need more of it")]
mod judged;
#[cfg(test)]
mod met;
#[cfg(test)]
mod onwards;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod whole;
