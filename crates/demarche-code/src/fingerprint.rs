//! The traits of a function that survive another build: sparse features of its data flow, constants and imports, and its place among the others.

use demarche_image::{Image, VirtualAddress};
use demarche_terms::Fingerprint;
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
