//! Two programs compared with each other, in sentences.

use demarche_case::assessment::code::{CodeComparison, SharedFunction};

use super::{file_name, packed};
use crate::number::{counted, fraction, length, percent};

/// What two programs have in common, in a few sentences without markup; the first is the answer.
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
    let number = u64::try_from(comparison.shared.len()).unwrap_or(u64::MAX);
    let told =
        if comparison.library.is_some() { "could tell" } else { "are large enough to compare" };
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
            "{left} and {right} have {} in common: {share_of_left} of the bytes of {left}’s functions that {told}, and {share_of_right} of {right}’s.",
            counted(number, "function", "functions")
        ));
        sentences.extend(identical(&comparison.shared));
    }
    sentences.push(format!(
        "Compared were {} of {left} and {} of {right}.",
        counted(of_left, "function", "functions"),
        counted(of_right, "function", "functions")
    ));
    sentences.extend(library(comparison));
    sentences
}

/// What is known of library code, and where to ask for more.
fn library(comparison: &CodeComparison) -> Option<String> {
    match comparison.library {
        Some(0) => Some("The index has no library code that both have.".to_owned()),
        Some(some) => Some(format!(
            "Besides, both have {} that library code of the index has too, and that tell nobody.",
            counted(some, "function", "functions")
        )),
        None if comparison.shared.is_empty() => None,
        None => Some("Two programs alone have no likelihood ratio: how much of what they share is library code that anybody has, only an index tells.".to_owned()),
    }
}

/// How much of what is shared was built to the same instructions.
fn identical(shared: &[SharedFunction]) -> Option<String> {
    let same = shared.iter().filter(|one| one.is_identical).count();
    match (same, shared.len()) {
        (0, 1) => Some("It differs in its instructions.".to_owned()),
        (0, _) => Some("All of them differ in their instructions.".to_owned()),
        (1, 1) => Some("It is the same instructions but for addresses.".to_owned()),
        (same, all) if same == all => {
            Some("All of them are the same instructions but for addresses.".to_owned())
        }
        (same, _) => Some(format!(
            "{} of them {} the same instructions but for addresses.",
            length(same),
            if same == 1 { "is" } else { "are" }
        )),
    }
}
