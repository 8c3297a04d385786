//! Two programs compared with each other, in sentences.

use demarche_case::assessment::code::{CodeComparison, SharedFunction};

use super::{both_contain, file_name, packed};
use crate::number::{as_count, counted, fraction, length, percent};

/// The code that two programs have in common, in a few sentences without markup; the first is the answer.
///
/// Each percentage is a share of the bytes of the functions of one program that are large enough to compare, and of which
/// library code has none where there was an index to ask.
#[must_use]
pub fn code_comparison_answer(comparison: &CodeComparison) -> Vec<String> {
    let (left, right) = (file_name(&comparison.left), file_name(&comparison.right));
    let mut sentences: Vec<String> =
        [&comparison.left, &comparison.right].into_iter().filter_map(packed).collect();
    let [of_left, of_right] = comparison.comparable;
    if of_left == 0 || of_right == 0 {
        let which = if of_left == 0 { &left } else { &right };
        sentences.push(format!("{which} has no function large enough to compare."));
        return sentences;
    }
    let number = as_count(comparison.shared.len());
    let told = if comparison.library.is_some() { "diagnostic" } else { "comparable" };
    if number == 0 {
        sentences.push(match comparison.library {
            Some(1..) => format!("{left} and {right} have nothing in common but library code."),
            _ => format!(
                "{left} and {right} have no function in common that is large enough to compare."
            ),
        });
    } else {
        let [share_of_left, share_of_right] =
            comparison.shares.map(|share| percent(fraction(share)));
        sentences.push(format!(
            "{left} and {right} have {} in common. These are {share_of_left} of the bytes of {left}’s {told} functions, and {share_of_right} of {right}’s.",
            counted(number, "function", "functions")
        ));
        sentences.extend(identical(&comparison.shared));
    }
    sentences.push(format!(
        "{} of {left} and {} of {right} were compared.",
        counted(of_left, "function", "functions"),
        counted(of_right, "function", "functions")
    ));
    sentences.extend(library(comparison));
    sentences.extend(both_contain(&comparison.packages, "comparison"));
    sentences
}

/// The library code that both have, or the index that would show more of it.
fn library(comparison: &CodeComparison) -> Option<String> {
    match comparison.library {
        Some(0) => Some("No function that both have is known as library code.".to_owned()),
        Some(some) => Some(format!(
            "Both also have {} of library code, which is no part of these figures.",
            counted(some, "function", "functions")
        )),
        None if comparison.shared.is_empty() => None,
        None => Some("Two programs alone have no likelihood ratio. Only an index shows which shared functions are library code.".to_owned()),
    }
}

/// The number of shared functions that were built to the same instructions.
fn identical(shared: &[SharedFunction]) -> Option<String> {
    let identical = shared.iter().filter(|function| function.is_identical).count();
    match (identical, shared.len()) {
        (0, 1) => Some("It differs in its instructions.".to_owned()),
        (0, _) => Some("All of them differ in their instructions.".to_owned()),
        (1, 1) => Some("It is the same instructions but for addresses.".to_owned()),
        (identical, all) if identical == all => {
            Some("All of them are the same instructions but for addresses.".to_owned())
        }
        (identical, _) => Some(format!(
            "{} of them {} the same instructions but for addresses.",
            length(identical),
            if identical == 1 { "is" } else { "are" }
        )),
    }
}
