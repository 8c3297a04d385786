//! Documents of every kind, sound, broken and hostile.

mod fixture;
mod hostile;
mod office;
mod pages;
mod pdf;
mod properties;
