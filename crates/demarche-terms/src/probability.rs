//! Probabilities and what evidence does to them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The probability of a claim, from 0 (false) to 1 (true); never "not a number".
///
/// Confidence, the trust in the evidence for a claim, is another scale and another type.
///
/// ```
/// # use demarche_terms::Probability;
/// let rain = Probability::new(0.3)?;
/// assert_eq!(rain.complement().get(), 0.7);
/// assert!(Probability::new(1.2).is_err());
/// # Ok::<(), demarche_terms::ProbabilityError>(())
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "f64", into = "f64")]
#[schemars(with = "f64", extend("minimum" = 0, "maximum" = 1))]
pub struct Probability(f64);

impl Probability {
    /// The probability of the impossible.
    pub const IMPOSSIBLE: Self = Self(0.0);
    /// The probability of the certain.
    pub const CERTAIN: Self = Self(1.0);

    /// A probability from a number.
    ///
    /// # Errors
    ///
    /// The number is below 0, above 1, or not a number.
    pub fn new(number: f64) -> Result<Self, ProbabilityError> {
        if (0.0..=1.0).contains(&number) { Ok(Self(number)) } else { Err(ProbabilityError(number)) }
    }

    /// The nearest probability to a number that rounding may have carried out of the range; 0 for what is not a number.
    #[must_use]
    pub const fn clamped(number: f64) -> Self {
        if number.is_nan() { Self(0.0) } else { Self(number.clamp(0.0, 1.0)) }
    }

    /// The number, from 0 to 1.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The probability of the opposite.
    #[must_use]
    pub const fn complement(self) -> Self {
        Self(1.0 - self.0)
    }

    /// The logarithm of the odds, in nats; infinite at 0 and 1.
    #[must_use]
    pub fn log_odds(self) -> f64 {
        (self.0 / (1.0 - self.0)).ln()
    }
}

impl From<Probability> for f64 {
    fn from(probability: Probability) -> Self {
        probability.0
    }
}

impl TryFrom<f64> for Probability {
    type Error = ProbabilityError;

    fn try_from(number: f64) -> Result<Self, ProbabilityError> {
        Self::new(number)
    }
}

/// The number is no probability.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("a probability is from 0 to 1: `{0}`")]
pub struct ProbabilityError(f64);

/// The likelihood ratio of evidence under two claims, kept as its natural logarithm.
///
/// 0 nats says nothing, 2.3 nats is ten to one, negative numbers speak for the other claim.
/// Independent evidence adds up.
///
/// Source: Good (1950), "Probability and the weighing of evidence".
#[derive(
    Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct LikelihoodRatio(f64);

impl LikelihoodRatio {
    /// A ratio from its natural logarithm.
    #[must_use]
    pub const fn from_nats(nats: f64) -> Self {
        Self(nats)
    }

    /// Its natural logarithm.
    #[must_use]
    pub const fn nats(self) -> f64 {
        self.0
    }

    /// The ratio itself, from 0 to infinity.
    #[must_use]
    pub fn ratio(self) -> f64 {
        self.0.exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_probability_is_an_error() {
        for number in [-0.1, 1.000_1, f64::NAN, f64::INFINITY] {
            assert!(Probability::new(number).is_err(), "{number}");
            assert!((0.0..=1.0).contains(&Probability::clamped(number).get()));
        }
        assert_eq!(Probability::new(1.0), Ok(Probability::CERTAIN));
        assert!(serde_json::from_str::<Probability>("1.5").is_err());
        assert_eq!(serde_json::to_string(&Probability::clamped(0.25)).unwrap(), "0.25");
    }

    #[test]
    fn ten_to_one_is_two_point_three_nats() {
        assert!((LikelihoodRatio::from_nats(std::f64::consts::LN_10).ratio() - 10.0).abs() < 1e-5);
        let even = Probability::new(0.5).unwrap();
        assert!(even.log_odds().abs() < 1e-12);
    }
}
