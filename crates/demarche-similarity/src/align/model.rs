//! The logistic models of the rounds.

use super::evidence::{Evidence, TERMS};

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
