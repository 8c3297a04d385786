//! Tests of dumps as a user meets them: written to a folder, listed and read.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod archives;
#[cfg(test)]
mod dump;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod mailboxes;
#[cfg(test)]
mod outlook;
#[cfg(test)]
mod outlook_folders;
#[cfg(test)]
mod outlook_oracle;
#[cfg(test)]
mod personal_folders;
#[cfg(test)]
mod properties;
