//! The traits of a function that survive another build: sparse features of its data flow, constants and imports, and its place among the others.

use demarche_image::{Image, VirtualAddress};
use rayon::prelude::*;

use crate::functions::as_u32;
use crate::lift::{Lifter, Surroundings};
use crate::{Function, Program};

/// The number of functions that one thread takes at a time.
const TOGETHER: usize = 64;

/// Pointers to functions that are further apart than this, in bytes, are not of one table.
const TABLE_GAP: u64 = 256;

/// The number of places of the sequence are skipped between two tables.
const BETWEEN_TABLES: u32 = 8;

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

/// Fingerprints of all functions of a program, in its order.
///
/// Time and memory grow with the bytes of code that are present. They are the same on every machine and with any number of
/// threads.
#[must_use]
pub fn fingerprints(image: &Image<'_>, program: &Program) -> Vec<Fingerprint> {
    let surroundings = Surroundings::new(image, program);
    let chunks = program.functions.par_chunks(TOGETHER).map(|functions| {
        let mut lifter = Lifter::new(&surroundings);
        functions.iter().map(|function| fingerprint(&mut lifter, function)).collect::<Vec<_>>()
    });
    let mut fingerprints: Vec<Fingerprint> = chunks.flatten_iter().collect();
    point(image, &surroundings, &mut fingerprints);
    fingerprints
}

fn fingerprint(lifter: &mut Lifter<'_>, function: &Function) -> Fingerprint {
    let lifted = lifter.lift(function);
    Fingerprint {
        start: function.start,
        size: lifted.size,
        instructions: lifted.instructions,
        blocks: as_u32(function.blocks.len()),
        exact: lifted.exact,
        features: lifter.machine.traits.features(Fingerprint::MOST),
        calls: lifter.machine.references.clone(),
        pointed: Vec::new(),
    }
}

/// Numbers the pointers to functions in the order of their addresses.
fn point(image: &Image<'_>, surroundings: &Surroundings<'_>, fingerprints: &mut [Fingerprint]) {
    let (mut position, mut before) = (0_u32, VirtualAddress(0));
    for (slot, to) in &image.pointers {
        let function =
            surroundings.function_at(to.0).and_then(|function| usize::try_from(function).ok());
        let Some(function) = function.and_then(|function| fingerprints.get_mut(function)) else {
            continue;
        };
        if slot.since(before).is_some_and(|distance| distance > TABLE_GAP) {
            position = position.saturating_add(BETWEEN_TABLES);
        }
        before = *slot;
        function.pointed.push(position);
        position = position.saturating_add(1);
    }
}
