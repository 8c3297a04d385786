//! Documents of every kind, sound, broken and hostile.

mod fixture;
mod hostile;
mod legacy;
mod office;
mod pages;
mod pdf;
mod properties;
