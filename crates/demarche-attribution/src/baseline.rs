//! Methods that others use, to be run beside ours on the same incidents.

use crate::comparison::Observed;
use crate::repertoire::{Repertoire, Repertoires};

/// A known way to rank actors by what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Baseline {
    /// Multinomial naive Bayes with 0.1 added to every count.
    NaiveBayes,
    /// Robertson and Walker (1994), with k₁ = 1.2 and b = 0.75.
    Bm25,
    /// The cosine of vectors weighted by term and inverse document frequency.
    TfIdf,
    /// How many items are shared among all items of either; Jaccard (1912).
    Jaccard,
    /// How many items are shared: what analysts call reverse scoring.
    Overlap,
}

impl Baseline {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::NaiveBayes, Self::Bm25, Self::TfIdf, Self::Jaccard, Self::Overlap];

    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NaiveBayes => "naive Bayes",
            Self::Bm25 => "BM25",
            Self::TfIdf => "TF-IDF",
            Self::Jaccard => "Jaccard",
            Self::Overlap => "overlap",
        }
    }

    /// Its score for each actor; `None` for those of whom nothing is known.
    pub(crate) fn scores(self, observed: &Observed, repertoires: &Repertoires) -> Vec<Option<f64>> {
        let items: Vec<Option<usize>> = observed.items.iter().map(|(_, item)| *item).collect();
        let beside = Beside { items: &items, repertoires, words: vocabulary(repertoires) };
        let score = |one: &Repertoire| (!one.is_empty()).then(|| beside.score(self, one));
        repertoires.of.iter().map(score).collect()
    }
}

/// How many different items anybody is known to use.
fn vocabulary(repertoires: &Repertoires) -> f64 {
    repertoires.users.iter().filter(|users| **users > 0).count() as f64
}

struct Beside<'a> {
    items: &'a [Option<usize>],
    repertoires: &'a Repertoires,
    words: f64,
}

impl Beside<'_> {
    fn score(&self, method: Baseline, one: &Repertoire) -> f64 {
        let shared = || self.items.iter().flatten().filter(|item| one.known.contains_key(item));
        let (size, all) = (one.known.len() as f64, self.items.len() as f64);
        let count = shared().count() as f64;
        match method {
            Baseline::NaiveBayes => {
                let total = (size + 0.1 * self.words).ln();
                count * 1.1_f64.ln() + (all - count) * 0.1_f64.ln() - all * total
            }
            Baseline::Bm25 => {
                let length = 0.25 + 0.75 * size / self.repertoires.mean_size;
                let surprise: f64 =
                    shared().map(|item| self.repertoires.surprise(Some(*item))).sum();
                surprise * 2.2 / (1.0 + 1.2 * length)
            }
            Baseline::TfIdf => {
                let dot: f64 = shared().map(|item| self.squared(Some(*item))).sum();
                let length: f64 = one.known.keys().map(|item| self.squared(Some(*item))).sum();
                let own: f64 = self.items.iter().map(|item| self.squared(*item)).sum();
                dot / (length * own).sqrt().max(f64::MIN_POSITIVE)
            }
            Baseline::Jaccard => count / (size + all - count).max(1.0),
            Baseline::Overlap => count,
        }
    }

    /// The square of an item's weight, 1 + ln(N / n).
    fn squared(&self, item: Option<usize>) -> f64 {
        let users = self.repertoires.users(item).max(1) as f64;
        (1.0 + (self.repertoires.actors as f64 / users).ln()).powi(2)
    }
}
