//! Integration tests of the library, one binary.

#[cfg(test)]
mod attack;
#[cfg(test)]
mod case;
#[cfg(test)]
mod catalogues;
#[cfg(test)]
mod facts;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod origin;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod shared;
#[cfg(test)]
mod store;
