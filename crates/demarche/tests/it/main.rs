//! Tests of the whole: the arrows between crates, the schemas of every JSON output, and the command line.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod architecture;
#[cfg(test)]
#[cfg(unix)]
mod browser;
#[cfg(test)]
mod cases;
#[cfg(test)]
#[cfg(unix)]
mod cluster;
#[cfg(test)]
#[cfg(unix)]
mod code;
#[cfg(test)]
mod command_line;
#[cfg(test)]
#[cfg(unix)]
mod custody;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod exposure;
#[cfg(test)]
mod fetch;
#[cfg(test)]
#[cfg(unix)]
mod field;
#[cfg(test)]
mod first_case;
#[cfg(test)]
mod hegemony;
#[cfg(test)]
mod house;
#[cfg(test)]
mod library;
#[cfg(test)]
mod manual;
#[cfg(test)]
mod outputs;
#[cfg(test)]
mod pack;
#[cfg(test)]
#[path = "../../../demarche-watch/tests/it/planted.rs"]
#[expect(dead_code, reason = "the crate's own tests use the rest of it")]
mod planted;
#[cfg(test)]
mod precedents;
#[cfg(test)]
mod schema;
#[cfg(test)]
#[path = "../../src/fetch/server.rs"]
mod server;
#[cfg(test)]
mod watch;
#[cfg(test)]
mod watch_trouble;
