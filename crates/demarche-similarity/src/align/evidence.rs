//! Pairs of functions, and the evidence for and against their being one.

use super::side::Side;

/// The number of terms that a model weighs, the constant included.
pub const TERMS: usize = 23;

/// Two functions that may be one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The function of the program that is asked about, by its place.
    pub question: u32,
    /// The function of the other program, by its place.
    pub other: u32,
    /// The natural logarithm of the odds that both are one.
    pub logit: f32,
}

impl Pair {
    /// The probability that both are one, from 0 to 1.
    #[must_use]
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + f64::from(-self.logit).exp())
    }
}

/// The evidence for and against a pair. Sums over other functions are of probabilities, in nats where they are weighed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evidence {
    /// The weight of the features that both have over the geometric mean of their masses, 0 to 1.
    pub likeness: f32,
    /// The same over the mass of the function that is asked about.
    pub of_question: f32,
    /// The same over the mass of the other function.
    pub of_other: f32,
    /// The weight of the features that both have, in tenths of the heaviest feature.
    pub shared: f32,
    /// The smaller of both masses.
    pub mass: f32,
    /// The excess length of one function, as the logarithm of the ratio, 0 to 3.
    pub longer: f32,
    /// The excess of functions that one calls, as the logarithm of the ratio, 0 to 3.
    pub more_callees: f32,
    /// The lead over the best rival for the function that is asked about, in logits, -8 to 8.
    pub ahead_in_row: f32,
    /// The lead over the best rival for the other function.
    pub ahead_in_column: f32,
    /// Callees of both that are counterparts.
    pub callees: f32,
    /// Callees whose counterpart the other function does not call.
    pub callees_missed: f32,
    /// Callees of the other function whose counterpart is not called.
    pub callees_missed_by_other: f32,
    /// Callers of both that are counterparts.
    pub callers: f32,
    /// Callers whose counterpart does not call the other function.
    pub callers_missed: f32,
    /// Callers of the other function whose counterpart does not call.
    pub callers_missed_by_other: f32,
    /// Neighbours, up to four away, whose counterparts are near.
    pub near: f32,
    /// Neighbours whose counterparts are exactly as far away, the closest counting most.
    pub beside: f32,
    /// Neighbours whose counterparts are elsewhere.
    pub far: f32,
    /// Neighbours in a table of pointers that are counterparts at the same place.
    pub in_table: f32,
    /// Neighbours in a table of pointers whose counterparts are not at the same place.
    pub not_in_table: f32,
    /// The share of the program that has a counterpart, as a logarithm.
    pub related: f32,
}

impl Evidence {
    /// The evidence of the bodies alone.
    pub(crate) fn of_bodies(
        question: &Side,
        function: u32,
        known: &Side,
        counterpart: u32,
        shared: f32,
    ) -> Self {
        let (function, counterpart) = (function as usize, counterpart as usize);
        let ours = question.mass(function).max(1e-3);
        let theirs = known.mass(counterpart).max(1e-3);
        let ratio = |ours: usize, theirs: usize| {
            #[expect(clippy::cast_precision_loss, reason = "counts of instructions and calls")]
            let (ours, theirs) = (ours as f32, theirs as f32);
            (ours / theirs).ln().abs().min(3.0)
        };
        let length = |side: &Side, function: usize| side.instructions[function].max(1) as usize;
        Self {
            likeness: shared / (ours * theirs).sqrt(),
            of_question: shared / ours,
            of_other: shared / theirs,
            shared,
            mass: ours.min(theirs),
            longer: ratio(length(question, function), length(known, counterpart)),
            more_callees: ratio(
                question.callees.get(function).len() + 1,
                known.callees.get(counterpart).len() + 1,
            ),
            ..Self::default()
        }
    }

    /// The terms that a model weighs, the constant first.
    #[must_use]
    pub fn terms(&self) -> [f32; TERMS] {
        [
            1.0,
            self.likeness,
            self.of_question,
            self.of_other,
            self.shared.ln_1p(),
            self.likeness * self.shared.min(100.0).sqrt(),
            self.mass.ln_1p(),
            self.longer,
            self.more_callees,
            self.ahead_in_row,
            self.ahead_in_column,
            self.callees.ln_1p(),
            self.callees_missed.ln_1p(),
            self.callees_missed_by_other.ln_1p(),
            self.callers.ln_1p(),
            self.callers_missed.ln_1p(),
            self.callers_missed_by_other.ln_1p(),
            self.near,
            self.beside,
            self.far,
            self.in_table,
            self.not_in_table,
            self.related,
        ]
    }
}

/// The amount that each term of the evidence adds to the logit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model(pub [f32; TERMS]);

impl Model {
    pub(crate) fn logit(&self, evidence: &Evidence) -> f32 {
        let terms = evidence.terms();
        terms.iter().zip(self.0).map(|(term, weight)| term * weight).sum()
    }
}

/// The models of the rounds, fitted on programs of known source in nineteen builds: nine libraries and generated code, by
/// GCC and Clang, at four levels of optimisation, for three processors and two containers.
#[expect(clippy::approx_constant, reason = "a fitted weight is no constant of mathematics")]
pub const FITTED: [Model; 4] = [
    Model([
        -5.389, 11.927, -5.713, -4.956, 3.662, -0.509, -1.919, -0.689, -1.598, 0.750, 0.283, 0.000,
        0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000, 0.000,
    ]),
    Model([
        -4.334, 8.645, -3.922, -3.393, 2.544, -0.413, -1.329, -0.075, -0.519, 0.276, 0.229, 0.218,
        -0.493, -0.305, 0.962, -0.712, -0.505, -0.154, 2.010, 0.145, 1.146, -0.083, 0.628,
    ]),
    Model([
        -1.425, 3.629, -2.299, -2.261, 0.810, 0.106, -0.708, -0.237, -0.463, 0.217, 0.218, 0.322,
        -0.392, -0.287, 1.009, -0.572, -0.490, -0.004, 1.186, 0.127, 1.060, 0.233, 0.579,
    ]),
    Model([
        -1.893, 4.352, -2.727, -2.424, 0.768, 0.152, -0.680, -0.156, -0.448, 0.290, 0.202, 0.177,
        -0.308, -0.234, 0.759, -0.340, -0.318, 0.127, 0.492, 0.173, 0.774, 0.513, 0.534,
    ]),
];
