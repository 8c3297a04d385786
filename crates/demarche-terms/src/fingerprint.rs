use crate::VirtualAddress;

/// One trait of a function: its class in the top 4 bits, a hash of the trait in the low 28.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Feature(pub u32);

impl Feature {
    /// The number of classes.
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
    /// The address of its beginning.
    pub start: VirtualAddress,
    /// The bytes of its blocks.
    pub size: u32,
    /// The instructions of its blocks.
    pub instructions: u32,
    /// The number of blocks that it has.
    pub blocks: u32,
    /// A hash of its instructions without addresses: equal code at another place has the same.
    pub exact: u64,
    /// Its traits, ascending, each once; at most [`Fingerprint::MOST`].
    pub features: Vec<Feature>,
    /// The functions of the program that it calls or refers to, by their place in the program, in the order of the code;
    /// repetitions in a row count once.
    pub calls: Vec<u32>,
    /// The place where the program's data point to it: places in the sequence of all pointers to functions in data, ascending.
    /// Neighbours in a table are neighbours here.
    pub pointed: Vec<u32>,
}

impl Fingerprint {
    /// The most features that a function keeps.
    pub const MOST: usize = 64;
}
