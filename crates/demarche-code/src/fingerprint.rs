//! What of a function survives another build: sparse features of its data flow, constants and imports, and its place among the others.

use demarche_image::{Image, VirtualAddress};

use crate::Program;

/// One trait of a function: its class in the top 4 bits, a hash of the trait in the low 28.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature(pub u32);

impl Feature {
    /// How many classes there are.
    pub const CLASSES: usize = 16;

    /// The class, from 0 to 15.
    #[must_use]
    pub fn class(self) -> u8 {
        self.0.to_be_bytes()[0] >> 4
    }
}

/// A function as it is compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Where it begins.
    pub start: VirtualAddress,
    /// The bytes of its blocks.
    pub size: u32,
    /// The instructions of its blocks.
    pub instructions: u32,
    /// How many blocks it has.
    pub blocks: u32,
    /// A hash of its instructions without addresses: equal code at another place has the same.
    pub exact: u64,
    /// Its traits, ascending, each once; at most [`Fingerprint::MOST`].
    pub features: Vec<Feature>,
    /// The functions of the program that it calls or refers to, by their place in the program, in the order of the code;
    /// repetitions in a row count once.
    pub calls: Vec<u32>,
    /// Where the program's data point to it: places in the sequence of all pointers to functions in data, ascending.
    /// Neighbours in a table are neighbours here.
    pub pointed: Vec<u32>,
}

impl Fingerprint {
    /// The most features that a function keeps.
    pub const MOST: usize = 96;
}

/// Fingerprints of all functions of a program, in its order.
#[must_use]
pub fn fingerprints(_image: &Image<'_>, program: &Program) -> Vec<Fingerprint> {
    let blank = |function: &crate::Function| Fingerprint {
        start: function.start,
        size: 0,
        instructions: 0,
        blocks: u32::try_from(function.blocks.len()).unwrap_or(u32::MAX),
        exact: 0,
        features: Vec::new(),
        calls: Vec::new(),
        pointed: Vec::new(),
    };
    program.functions.iter().map(blank).collect()
}
