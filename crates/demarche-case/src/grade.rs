//! The Admiralty code: how reliable a source is and how credible what it says, kept apart.
//!
//! Neither is a probability, and they are never merged into one number.
//! Source: NATO AJP-2.1, "Allied joint doctrine for intelligence procedures" (2016), the Admiralty or NATO system.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A source's reliability and a statement's credibility, written together as `B2`.
///
/// ```
/// # use demarche_case::{Credibility, Grade, Reliability};
/// let grade: Grade = "B2".parse()?;
/// assert_eq!(grade.reliability, Reliability::B);
/// assert_eq!(grade.credibility.words(), "probably true");
/// # Ok::<(), demarche_case::GradeError>(())
/// ```
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[A-F][1-6]$"))]
pub struct Grade {
    /// The reliability of the source.
    pub reliability: Reliability,
    /// The credibility of the statement, whoever made it.
    pub credibility: Credibility,
}

/// The reliability of a source, from A (completely) to E (not); F is no judgement.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[expect(missing_docs, reason = "the letters are the code's own names; `words` explains them")]
pub enum Reliability {
    A,
    B,
    C,
    D,
    E,
    F,
}

/// The credibility of a statement, from 1 (confirmed) to 5 (improbable); 6 is no judgement.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[expect(missing_docs, reason = "the figures are the code's own names; `words` explains them")]
pub enum Credibility {
    #[serde(rename = "1")]
    One,
    #[serde(rename = "2")]
    Two,
    #[serde(rename = "3")]
    Three,
    #[serde(rename = "4")]
    Four,
    #[serde(rename = "5")]
    Five,
    #[serde(rename = "6")]
    Six,
}

impl Reliability {
    /// The letter and its words, in the code's order.
    const ALL: [(char, Self); 6] = [
        ('A', Self::A),
        ('B', Self::B),
        ('C', Self::C),
        ('D', Self::D),
        ('E', Self::E),
        ('F', Self::F),
    ];

    /// The code's words for the letter.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::A => "completely reliable",
            Self::B => "usually reliable",
            Self::C => "fairly reliable",
            Self::D => "not usually reliable",
            Self::E => "unreliable",
            Self::F => "reliability cannot be judged",
        }
    }
}

impl Credibility {
    const ALL: [(char, Self); 6] = [
        ('1', Self::One),
        ('2', Self::Two),
        ('3', Self::Three),
        ('4', Self::Four),
        ('5', Self::Five),
        ('6', Self::Six),
    ];

    /// The code's words for the figure.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::One => "confirmed by other sources",
            Self::Two => "probably true",
            Self::Three => "possibly true",
            Self::Four => "doubtful",
            Self::Five => "improbable",
            Self::Six => "truth cannot be judged",
        }
    }
}

impl Grade {
    /// Both in words, for people: `usually reliable, probably true`.
    #[must_use]
    pub fn words(self) -> String {
        format!("{}, {}", self.reliability.words(), self.credibility.words())
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = Reliability::ALL.iter().find(|(_, one)| *one == self.reliability);
        let figure = Credibility::ALL.iter().find(|(_, one)| *one == self.credibility);
        [letter.map(|(sign, _)| sign), figure.map(|(sign, _)| sign)]
            .into_iter()
            .flatten()
            .try_for_each(|sign| write!(f, "{sign}"))
    }
}

/// The text is not an Admiralty grade.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Admiralty grade: `{0}`")]
pub struct GradeError(String);

impl FromStr for Grade {
    type Err = GradeError;

    fn from_str(text: &str) -> Result<Self, GradeError> {
        let error = || GradeError(text.to_owned());
        let mut signs = text.chars();
        let (Some(letter), Some(figure), None) = (signs.next(), signs.next(), signs.next()) else {
            return Err(error());
        };
        let letter = letter.to_ascii_uppercase();
        let reliability = Reliability::ALL.iter().find(|(sign, _)| *sign == letter);
        let credibility = Credibility::ALL.iter().find(|(sign, _)| *sign == figure);
        match (reliability, credibility) {
            (Some((_, reliability)), Some((_, credibility))) => {
                Ok(Self { reliability: *reliability, credibility: *credibility })
            }
            _ => Err(error()),
        }
    }
}

impl TryFrom<String> for Grade {
    type Error = GradeError;

    fn try_from(text: String) -> Result<Self, GradeError> {
        text.parse()
    }
}

impl From<Grade> for String {
    fn from(grade: Grade) -> Self {
        grade.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_grade_is_read_back() {
        for letter in 'A'..='F' {
            for figure in '1'..='6' {
                let text = format!("{letter}{figure}");
                assert_eq!(text.parse::<Grade>().unwrap().to_string(), text);
            }
        }
    }

    #[test]
    fn other_letters_and_figures_are_errors() {
        for text in ["", "B", "2B", "G1", "A0", "A7", "B22", "Ä1"] {
            assert!(text.parse::<Grade>().is_err(), "{text}");
        }
    }
}
