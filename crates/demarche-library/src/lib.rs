//! The library of previous attacks: catalogues are imported into one versioned store, and put together into a record.

pub mod catalogue;
