//! The length of the sentences of the answers.

use demarche_report::{
    answer, attribution_answer, code_answer, code_comparison_answer, code_families_answer,
    exposure_answer, precedents_answer, response_answer,
};

use crate::exposure::{empty_exposure, exposure};
use crate::fixtures::{large, small, small_routes};
use crate::judged::judged;
use crate::precedents::precedents;
use crate::shared_code::{code_families, comparison, findings};
use crate::weighed::responses;

/// The longest sentence of an answer, in words.
const LONGEST: usize = 30;

/// The sentences of a text; a full stop ends one where a capital or a quotation mark follows.
fn sentences(text: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    for part in text.split_inclusive(". ") {
        let starts = part.starts_with(|sign: char| sign.is_uppercase() || sign == '“');
        let is_ended = sentences.last().is_some_and(|last| last.ends_with(". "));
        if starts && is_ended {
            sentences.push(String::new());
        }
        sentences.last_mut().unwrap().push_str(part);
    }
    sentences
}

#[test]
fn the_sentences_of_answers_are_short() {
    let mut texts = Vec::new();
    for assessment in [small(), judged(), large(1)] {
        texts.extend(assessment.routes.iter().flat_map(answer));
        let case = &assessment.case;
        let attribution = assessment.attribution.iter();
        texts.extend(attribution.flat_map(|findings| attribution_answer(findings, case)));
    }
    texts.extend(answer(&small_routes()));
    texts.extend(response_answer(&responses()));
    texts.extend(precedents_answer(&precedents()));
    texts.extend(findings().programs.iter().flat_map(code_answer));
    texts.extend(exposure_answer(&exposure()));
    texts.extend(exposure_answer(&empty_exposure()));
    texts.extend(code_comparison_answer(&comparison()));
    texts.extend(code_families_answer(&code_families(9, 4, 3)));
    let sentences = texts.iter().flat_map(|text| sentences(text));
    let mut lengths: Vec<usize> = Vec::new();
    for sentence in sentences {
        let words = sentence.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
        let length = words.count();
        assert!(length <= LONGEST, "{length} words: {sentence}");
        lengths.push(length);
    }
    lengths.sort_unstable();
    assert!(lengths.len() > 50, "{}", lengths.len());
    let median = lengths[lengths.len() / 2];
    assert!(median <= 20, "{median}");
}
