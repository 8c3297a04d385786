//! Bringing a file from the network into a folder: the only place of the program that reaches out.
//!
//! What is asked for comes from the catalogue or the user; no input and no server names a file here.
//! Everything a server says is a claim: lengths are checked against limits and against what came, redirects lead to `https` only, and a file gets its name only when it is whole.

mod client;
mod fault;
mod folder;
mod once;
mod partial;
mod patience;

pub(crate) use client::{Client, Mirror, Trust};
pub(crate) use fault::{Fault, FetchError};
pub(crate) use folder::Folder;
pub(crate) use once::{Arrived, Order, Watch};
pub(crate) use patience::Patience;

use once::Outcome;
use partial::Partial;

/// Brings one file; `None` when the server says that the version here is the latest.
///
/// A connection that breaks is taken up again where it broke, as often and as patiently as `patience` says.
pub(crate) fn bring(
    client: &Client,
    order: &Order,
    patience: &Patience,
    watch: &mut dyn Watch,
) -> Result<Option<Arrived>, FetchError> {
    let failed = |fault: Fault| FetchError::new(&order.url, fault);
    let mut partial =
        Partial::open(&order.partial, &order.url).map_err(|error| failed(error.into()))?;
    let mut attempt = 0;
    loop {
        match once::attempt(client, order, &mut partial, watch) {
            Ok(Outcome::Whole(arrived)) => {
                partial.finish(&order.target).map_err(|error| failed(error.into()))?;
                return Ok(Some(arrived));
            }
            Ok(Outcome::Unchanged) => {
                partial.discard();
                return Ok(None);
            }
            Err(fault) if fault.is_passing() && attempt < patience.attempts => {
                let pause = patience.pause(attempt, fault.retry_after());
                watch.again(&fault, pause.as_secs_f64());
                std::thread::sleep(pause);
                attempt += 1;
            }
            Err(fault) => {
                if partial.is_empty() || fault.spoils() {
                    partial.discard();
                }
                return Err(failed(fault));
            }
        }
    }
}

#[cfg(test)]
mod server;
#[cfg(test)]
mod tests;
