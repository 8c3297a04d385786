//! The server and the client as their users meet them: over loopback sockets, and with the process killed.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod clients;
#[cfg(test)]
mod collections;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod filtering;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod objects;
#[cfg(test)]
mod paging;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod pulling;
#[cfg(test)]
mod pushing;
#[cfg(test)]
mod roots;
#[cfg(test)]
mod security;
#[cfg(test)]
mod served;
#[cfg(test)]
mod services;
#[cfg(test)]
mod standard;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod wire;
