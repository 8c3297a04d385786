//! Baselines: known methods, run on the same incidents as demarche.

use demarche_case::assessment::evaluation::Method;
use demarche_case::number::float;

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
    /// The share of common items among all items of either; Jaccard (1912).
    Jaccard,
    /// The number of shared items, which analysts call reverse scoring.
    Overlap,
}

impl Baseline {
    /// Every baseline.
    pub const ALL: [Self; 5] =
        [Self::NaiveBayes, Self::Bm25, Self::TfIdf, Self::Jaccard, Self::Overlap];

    /// The method as an evaluation names it.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::NaiveBayes => Method::NaiveBayes,
            Self::Bm25 => Method::Bm25,
            Self::TfIdf => Method::TfIdf,
            Self::Jaccard => Method::Jaccard,
            Self::Overlap => Method::Overlap,
        }
    }

    /// The score of each actor; `None` for actors without known behaviour.
    pub(crate) fn scores(self, observed: &Observed, repertoires: &Repertoires) -> Vec<Option<f64>> {
        let items: Vec<Option<usize>> = observed.items.iter().map(|(_, item)| *item).collect();
        let beside = Beside { items: &items, repertoires, words: vocabulary(repertoires) };
        let score = |repertoire: &Repertoire| {
            (!repertoire.is_empty()).then(|| beside.score(self, repertoire))
        };
        repertoires.of.iter().map(score).collect()
    }
}

/// The number of different items that any actor is known to use.
fn vocabulary(repertoires: &Repertoires) -> f64 {
    float(repertoires.users.iter().filter(|users| **users > 0).count())
}

struct Beside<'a> {
    items: &'a [Option<usize>],
    repertoires: &'a Repertoires,
    words: f64,
}

impl Beside<'_> {
    fn score(&self, method: Baseline, repertoire: &Repertoire) -> f64 {
        let is_shared = |item: &&usize| repertoire.known.contains_key(item);
        let shared = || self.items.iter().flatten().filter(is_shared);
        let (size, all) = (float(repertoire.known.len()), float(self.items.len()));
        let count = float(shared().count());
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
                let length: f64 =
                    repertoire.known.keys().map(|item| self.squared(Some(*item))).sum();
                let itself: f64 = self.items.iter().map(|item| self.squared(*item)).sum();
                dot / (length * itself).sqrt().max(f64::MIN_POSITIVE)
            }
            Baseline::Jaccard => count / (size + all - count).max(1.0),
            Baseline::Overlap => count,
        }
    }

    /// The square of an item's weight, 1 + ln(N / n).
    fn squared(&self, item: Option<usize>) -> f64 {
        let users = float(self.repertoires.users(item).max(1));
        (1.0 + (float(self.repertoires.actors) / users).ln()).powi(2)
    }
}
