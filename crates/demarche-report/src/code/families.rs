//! The families that share code with each other, in sentences.

use std::collections::BTreeSet;

use demarche_case::assessment::code::{CodeFamilies, FamilyNode, FamilyTie};

use super::{Support, few, named, ratio};
use crate::number::{counted, length};

/// A tie with both of its families.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FamilyPair<'a> {
    /// The tie.
    pub(crate) tie: &'a FamilyTie,
    /// Its families, by their places in [`CodeFamilies::families`].
    pub(crate) places: [usize; 2],
    /// The families themselves.
    pub(crate) families: [&'a FamilyNode; 2],
}

impl FamilyPair<'_> {
    /// True if the two families are ascribed to actors, and no actor has both.
    pub(crate) fn is_across(&self) -> bool {
        let [left, right] = self.families;
        !left.actors.is_empty()
            && !right.actors.is_empty()
            && !left.actors.iter().any(|actor| right.actors.contains(actor))
    }
}

/// The ties, in their order, without those whose families are not there or are one and the same.
pub(crate) fn family_pairs(families: &CodeFamilies) -> Vec<FamilyPair<'_>> {
    let pair = |tie: &FamilyTie| -> Option<[usize; 2]> {
        let [left, right] = tie.families;
        Some([usize::try_from(left).ok()?, usize::try_from(right).ok()?])
    };
    families
        .ties
        .iter()
        .filter_map(|tie| {
            let places = pair(tie)?;
            let families = [families.families.get(places[0])?, families.families.get(places[1])?];
            (places[0] != places[1]).then_some(FamilyPair { tie, places, families })
        })
        .collect()
}

/// The families that share code with each other, in a few sentences without markup; the first is the answer.
#[must_use]
pub fn code_families_answer(families: &CodeFamilies) -> Vec<String> {
    let pairs = family_pairs(families);
    let itself: Vec<&FamilyNode> =
        families.families.iter().filter(|family| !family.is_library).collect();
    let actors: BTreeSet<&String> = itself.iter().flat_map(|family| &family.actors).collect();
    let totals = format!(
        "{} of {}",
        counted(as_count(itself.len()), "family", "families"),
        counted(as_count(actors.len()), "actor", "actors")
    );
    if itself.is_empty() {
        return vec!["The index has no family but library code.".to_owned()];
    }
    if pairs.is_empty() {
        return vec![format!(
            "No two families share rare code: {totals}, and no tie between any two."
        )];
    }
    let mut sentences = vec![format!(
        "{totals} have {} of shared rare code.",
        counted(as_count(pairs.len()), "tie", "ties")
    )];
    let across: Vec<&FamilyPair<'_>> = pairs.iter().filter(|pair| pair.is_across()).collect();
    let pair = |pair: &FamilyPair<'_>| {
        format!(
            "{} and {}, with {} and a likelihood ratio of {} ({})",
            of_whom(pair.families[0]),
            of_whom(pair.families[1]),
            counted(pair.tie.functions, "function", "functions"),
            ratio(pair.tie.strength.nats),
            Support::of(pair.tie.strength.nats).word()
        )
    };
    sentences.push(match across.as_slice() {
        [] => "None of them crosses from one actor to another.".to_owned(),
        [only] => format!("One crosses from one actor to another: {}.", pair(only)),
        [first, ..] => format!(
            "{} of them cross from one actor to another. The strongest is that of {}.",
            length(across.len()),
            pair(first)
        ),
    });
    let tied: BTreeSet<usize> = pairs.iter().flat_map(|pair| pair.places).collect();
    let places = families.families.iter().enumerate();
    let alone =
        places.filter(|(position, family)| !family.is_library && !tied.contains(position)).count();
    if alone > 0 {
        let (family, shares) =
            if alone == 1 { ("family", "shares") } else { ("families", "share") };
        sentences.push(format!("{} {family} {shares} nothing rare with another.", length(alone)));
    }
    sentences
}

fn as_count(length: usize) -> u64 {
    crate::number::as_count(length)
}

/// `Lantern (Lamplighters)`.
pub(crate) fn of_whom(family: &FamilyNode) -> String {
    if family.actors.is_empty() {
        return named(&family.name);
    }
    format!("{} ({})", named(&family.name), few(&family.actors, "or"))
}
