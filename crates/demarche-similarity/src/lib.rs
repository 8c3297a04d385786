//! The code that programs have in common, and its weight as evidence of one hand.
//!
//! It stands on the index, which finds counterparts of functions; here they are counted for families and actors,
//! weighed by how rare they are, and turned into a likelihood ratio that was calibrated on programs of known authors.

pub mod align;
mod compare;
mod examined;
mod families;
mod listing;
mod matched;
mod matcher;
mod public;
mod runtime;
mod side_by_side;
mod strength;
mod tie;
mod two;
pub mod yara;

pub use compare::{amounts, compare, compared_with};
pub use examined::Examined;
pub use families::FamilyTies;
pub use listing::set_beside;
pub use matched::{carry_names, matched};
pub use matcher::Matcher;
pub use public::packages_inside;
pub use side_by_side::{Instruction, side_by_side};
pub use strength::{Amount, Calibration, KnownPair, fit};
pub use tie::{By, Counterpart, Counterparts, Evidence, Groups, SHARED};
pub use two::compare_two;
