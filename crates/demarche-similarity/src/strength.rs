use demarche_case::assessment::code::CodeStrength;
use demarche_terms::Runtime;
use demarche_terms::number::float;

/// A function from evidence of shared code to a likelihood ratio, fitted on pairs of programs whose authors are known.
///
/// The logarithm of the ratio is a line in the logarithm of the evidence, from logistic regression with the base rate of
/// the pairs taken out (Brümmer and du Preez 2006, "Application-independent evaluation of speaker detection"). It is held
/// within what so many pairs can support (Vergeer et al. 2016, "Numerical likelihood ratios outputted by LR systems are
/// often based on extrapolation: when to stop extrapolating?").
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// The logarithm of the ratio where there is no evidence, in nats; below 0.
    pub intercept: f64,
    /// The nats that one more nat of evidence, as [`Amount::nats`] counts it, adds.
    pub slope: f64,
    /// Variances of intercept and slope, and their covariance.
    pub covariance: [f64; 3],
    /// The most that the pairs support in favour of one hand, in nats.
    pub upper: f64,
    /// The most that they support against it, in nats below 0.
    pub lower: f64,
    /// The least ratio, in nats and before it is held within the bounds, at which no pair of different hands was taken for
    /// one.
    pub threshold: f64,
}

/// The most that a threshold lies above the strongest pair of different hands, in nats.
const MARGIN: f64 = 0.5;

/// The half width of the range in standard errors: the range holds nine times in ten.
const NINE_IN_TEN: f64 = 1.645;

impl Calibration {
    /// Fitted on 132 questions about programs that were in no index, each with six actors: 132 pairs of one hand, 660 of
    /// two, from two corpora of different libraries, with four builds of the known programs indexed and with one.
    ///
    /// The programs are made: private libraries and generated functions stand for an actor's own code. Real families are
    /// messier, so that the bounds matter more than the line.
    ///
    /// `cargo run --release -p demarche-similarity --example actors -- CORPUS OTHER-CORPUS` prints it as what was fitted on
    /// everything; here it is rounded to four digits.
    pub const MADE: Self = Self {
        intercept: -3.315,
        slope: 3.184,
        covariance: [0.5481, 0.2632, -0.3091],
        upper: 6.494,
        lower: -4.890,
        threshold: 4.423,
    };

    /// Real programs of Rust: 2,790 pairs of strangers and 59 of one hand, versions of one project that lie years apart and
    /// tools of one maker. Public crates were told by the programs themselves and left out.
    const RUST: Self = Self {
        intercept: -0.658,
        slope: 2.134,
        covariance: [0.0395, 0.0348, -0.0218],
        upper: 7.934,
        lower: -4.094,
        threshold: 4.597,
    };

    /// Real programs of Go: 2,334 pairs of strangers and 78 of one hand. Public modules were told by the programs themselves
    /// and left out.
    const GO: Self = Self {
        intercept: -1.400,
        slope: 1.938,
        covariance: [0.0529, 0.0237, -0.0262],
        upper: 7.756,
        lower: -4.369,
        threshold: 4.807,
    };

    /// Real programs in C for Unix and modules of Python: 2,995 pairs of strangers and 24 of one hand.
    ///
    /// The threshold is that of 5,313 further pairs of strangers in C and C++, functions of public libraries left out. What lifts
    /// it is public code that makers copy into their sources and that no library has.
    const UNIX: Self = Self {
        intercept: -2.014,
        slope: 2.250,
        covariance: [0.5448, 0.0747, -0.1744],
        upper: 8.005,
        lower: -3.219,
        threshold: 7.006,
    };

    /// Modules of Python for Unix, about a third of them made by Cython: 796 pairs of strangers and 36 of one hand.
    const CYTHON: Self = Self {
        intercept: -2.898,
        slope: 1.769,
        covariance: [0.7650, 0.0664, -0.2141],
        upper: 6.681,
        lower: -3.611,
        threshold: 4.608,
    };

    /// Modules of Python for Windows, by Microsoft's compiler: 514 pairs of strangers and 23 of one hand. What lifts the
    /// threshold is the C++ library that is linked into them.
    ///
    /// Of 9,670 further pairs of strangers two pass it, which both have one public library inside; such pairs are told by
    /// its words and ascribed to nobody.
    const WINDOWS: Self = Self {
        intercept: -6.643,
        slope: 2.975,
        covariance: [5.1353, 0.4680, -1.5159],
        upper: 6.244,
        lower: -3.178,
        threshold: 5.653,
    };

    /// Static programs in C for Linux, with glibc inside: 6,669 pairs of strangers and 58 of one hand.
    ///
    /// The threshold asks for as much shared code as that of C: half a nat above these pairs it would be 6.020, but other static
    /// libraries than glibc were not among them, and an earlier run had a stronger pair.
    const STATIC: Self = Self {
        intercept: -4.253,
        slope: 3.082,
        covariance: [0.6009, 0.1033, -0.2384],
        upper: 8.805,
        lower: -4.078,
        threshold: 8.103,
    };

    /// Programs and libraries by MinGW: 5,838 pairs of strangers and 78 of one hand. What lifts the threshold is the C++
    /// library that is linked into them.
    const MINGW: Self = Self {
        intercept: -0.795,
        slope: 2.122,
        covariance: [0.0357, 0.0173, -0.0148],
        upper: 8.672,
        lower: -4.369,
        threshold: 5.903,
    };

    /// The calibration for programs with a runtime inside, or with none.
    ///
    /// Each was fitted on real programs of that kind in indices of four hands, as few as a small index has; the threshold is
    /// half a nat above the strongest tie of strangers. Kinds of which too few real programs were at hand go by the
    /// strictest line. `cargo run --release -p demarche-similarity --example strangers` makes the pairs.
    #[must_use]
    pub const fn of(runtime: Option<Runtime>) -> Self {
        match runtime {
            Some(Runtime::Rust) => Self::RUST,
            Some(Runtime::Go) => Self::GO,
            // Of .NET that is compiled ahead of time no pairs were measured: a line that asks for much.
            Some(Runtime::Cython | Runtime::DotNet) => Self::CYTHON,
            Some(Runtime::Msvc | Runtime::Windows | Runtime::Memory) => Self::WINDOWS,
            Some(Runtime::Mingw) => Self::MINGW,
            Some(Runtime::Static) => Self::STATIC,
            None => Self::UNIX,
        }
    }

    /// The line itself, in nats.
    fn raw(&self, amount: Amount) -> f64 {
        self.intercept + self.slope * amount.nats()
    }

    /// The likelihood ratio of an amount of shared code, with its range.
    #[must_use]
    pub fn strength(&self, amount: Amount) -> CodeStrength {
        let (x, raw) = (amount.nats(), self.raw(amount));
        let [variance, of_slope, both] = self.covariance;
        let error = (variance + of_slope * x * x + 2.0 * both * x).max(0.0).sqrt();
        let held = |nats: f64| nats.clamp(self.lower, self.upper);
        let nats = held(raw);
        CodeStrength {
            nats,
            low: held(raw - NINE_IN_TEN * error),
            high: held(raw + NINE_IN_TEN * error),
            is_attributed: raw >= self.threshold,
        }
    }
}

/// The amount of code that is shared, and the amount that could be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Amount {
    /// The functions that nobody else has, each weighed by how sure it is; 0 or more.
    pub evidence: f64,
    /// The number of functions that were compared: chance finds more among more.
    pub compared: usize,
}

/// So many functions of an unrelated program bring about one that looks shared.
const BY_CHANCE: f64 = 100.0;

impl Amount {
    /// The logarithm of how many times more is shared than chance would bring about, with one added to both.
    #[must_use]
    pub fn nats(self) -> f64 {
        self.evidence.max(0.0).ln_1p() - (float(self.compared) / BY_CHANCE).ln_1p()
    }
}

/// A pair of programs, or of a program and a known hand, whose relation is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnownPair {
    /// The amount of code that they share.
    pub amount: Amount,
    /// True if both are of one hand.
    pub is_same: bool,
}

/// Fits a calibration; `None` where there are not both kinds of pairs.
///
/// A weak pull towards a slope of 0 (a normal prior of standard deviation 5) keeps pairs that can be parted without
/// error from giving an infinite slope.
#[must_use]
pub fn fit(pairs: &[KnownPair]) -> Option<Calibration> {
    let related = pairs.iter().filter(|pair| pair.is_same).count();
    let unrelated = pairs.len() - related;
    if related == 0 || unrelated == 0 {
        return None;
    }
    let (line, covariance) = logistic(pairs)?;
    let [related, unrelated] = [related, unrelated].map(float);
    // The line gives odds under the pairs' own base rate, which is no part of the evidence.
    let intercept = line[0] - (related / unrelated).ln();
    let mut fitted = Calibration {
        intercept,
        slope: line[1],
        covariance,
        // One more pair of the other kind, met at this very place, would bring the ratio down to this.
        upper: (unrelated + 1.0).ln(),
        lower: -(related + 1.0).ln(),
        threshold: f64::INFINITY,
    };
    let of = |pair: &KnownPair| fitted.raw(pair.amount);
    let wrong = pairs.iter().filter(|pair| !pair.is_same).map(of).fold(0.0, f64::max);
    let above = pairs.iter().filter(|pair| pair.is_same).map(of).filter(|nats| *nats > wrong);
    fitted.threshold = f64::midpoint(wrong, above.fold(wrong + 2.0 * MARGIN, f64::min));
    Some(fitted)
}

/// Newton's method on the penalised likelihood: the line, and the inverse of the curvature at its end.
fn logistic(pairs: &[KnownPair]) -> Option<([f64; 2], [f64; 3])> {
    const PULL: f64 = 1.0 / 25.0;
    let mut line = [0.0_f64, 0.0];
    let mut covariance = [0.0; 3];
    for _ in 0..100 {
        let mut gradient = [0.0, -PULL * line[1]];
        let mut curve = [1e-9, PULL, 0.0];
        for pair in pairs {
            let x = pair.amount.nats();
            let p = 1.0 / (1.0 + (-(line[0] + line[1] * x)).exp());
            let miss = f64::from(u8::from(pair.is_same)) - p;
            gradient[0] += miss;
            gradient[1] += miss * x;
            let weight = p * (1.0 - p);
            curve[0] += weight;
            curve[1] += weight * x * x;
            curve[2] += weight * x;
        }
        let determinant = curve[0] * curve[1] - curve[2] * curve[2];
        if determinant <= 0.0 || !determinant.is_finite() {
            return None;
        }
        covariance = [curve[1] / determinant, curve[0] / determinant, -curve[2] / determinant];
        let step = [
            covariance[0] * gradient[0] + covariance[2] * gradient[1],
            covariance[2] * gradient[0] + covariance[1] * gradient[1],
        ];
        // Long steps overshoot where the pairs are almost parted.
        let length = step[0].hypot(step[1]);
        let short = if length > 2.0 { 2.0 / length } else { 1.0 };
        line[0] += short * step[0];
        line[1] += short * step[1];
        if length < 1e-10 {
            break;
        }
    }
    Some((line, covariance))
}

#[cfg(test)]
mod tests {
    use demarche_terms::random::Random;

    use super::*;

    /// Evidence out of so few functions that chance plays no part.
    fn of(evidence: f64) -> Amount {
        Amount { evidence, compared: 0 }
    }

    /// Evidence of unrelated pairs near 1, of related ones near 20, from a small generator.
    fn pairs(number: usize, seed: u64) -> Vec<KnownPair> {
        let mut random = Random::new(seed);
        let mut normal = || (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
        let mut pair = |is_same: bool| {
            let middle = if is_same { 2.5 } else { 1.0 };
            KnownPair { amount: of((middle + 0.7 * normal()).exp_m1().max(0.0)), is_same }
        };
        (0..number).map(|index| pair(index % 6 == 0)).collect()
    }

    #[test]
    fn the_ratio_of_two_normal_distributions_is_recovered() {
        // For equal spreads σ the logarithm of the ratio is a line of slope (μ₁-μ₀)/σ²; here 1.5/0.49.
        let fitted = fit(&pairs(60_000, 7)).expect("both kinds");
        assert!((fitted.slope - 1.5 / 0.49).abs() < 0.15, "{fitted:?}");
        let middle = fitted.strength(of(1.75_f64.exp_m1())).nats;
        assert!(middle.abs() < 0.1, "at the middle both are as likely: {middle}");
    }

    #[test]
    fn few_pairs_support_little() {
        let fitted = fit(&pairs(36, 1)).expect("both kinds");
        let strongest = fitted.strength(of(1e9));
        assert!(
            strongest.nats <= 31.0_f64.ln(),
            "30 unrelated pairs cannot say more than 31 to 1: {strongest:?}"
        );
        assert!(fitted.strength(of(0.0)).nats >= -7.0_f64.ln());
    }

    #[test]
    fn pairs_that_can_be_parted_give_a_finite_line() {
        let pair = |evidence, is_same| KnownPair { amount: of(evidence), is_same };
        let fitted = fit(&[pair(0.1, false), pair(0.2, false), pair(9.0, true), pair(12.0, true)]);
        let fitted = fitted.expect("both kinds");
        assert!(fitted.slope.is_finite() && fitted.slope > 0.0);
        assert!(fitted.strength(of(10.0)).is_attributed && !fitted.strength(of(0.2)).is_attributed);
    }

    #[test]
    fn more_evidence_is_never_worth_less() {
        let fitted = fit(&pairs(600, 3)).expect("both kinds");
        let worth: Vec<f64> =
            (0..50).map(|count| fitted.strength(of(f64::from(count))).nats).collect();
        assert!(worth.windows(2).all(|two| two[0] <= two[1]));
        let strength = fitted.strength(of(4.0));
        assert!(strength.low <= strength.nats && strength.nats <= strength.high);
    }

    #[test]
    fn the_same_evidence_is_worth_less_in_a_larger_program() {
        let worth = |compared| Amount { evidence: 10.0, compared }.nats();
        assert!(worth(10) > worth(100) && worth(100) > worth(1000));
        assert!(Amount { evidence: -1.0, compared: 0 }.nats().abs() < 1e-12);
    }

    /// Pairs of real strangers that share most, by kind: functions that only the two have, and those that could tell.
    const STRANGERS: [(Option<Runtime>, f64, usize); 13] = [
        (Some(Runtime::Mingw), 43.6, 151),
        (Some(Runtime::Mingw), 32.0, 78),
        (Some(Runtime::Static), 59.5, 154),
        (Some(Runtime::Static), 79.9, 303),
        (Some(Runtime::Rust), 13.945, 61),
        (Some(Runtime::Go), 27.585, 41),
        (Some(Runtime::Msvc), 334.930, 537),
        (Some(Runtime::Cython), 144.464, 196),
        (None, 101.344, 132),
        (None, 103.700, 202),
        (None, 86.889, 237),
        (None, 79.629, 229),
        (None, 61.798, 226),
    ];

    #[test]
    fn no_pair_of_real_strangers_is_taken_for_one_hand() {
        for (runtime, evidence, compared) in STRANGERS {
            let strength = Calibration::of(runtime).strength(Amount { evidence, compared });
            assert!(!strength.is_attributed, "{runtime:?} {evidence} {strength:?}");
        }
    }

    #[test]
    fn versions_of_one_project_are_still_ascribed() {
        for (runtime, evidence, compared) in [
            (Some(Runtime::Rust), 703.125, 600),
            (Some(Runtime::Rust), 76.538, 80),
            (Some(Runtime::Msvc), 388.717, 417),
            (Some(Runtime::Cython), 3498.552, 3892),
            (Some(Runtime::Mingw), 117.568, 118),
            (Some(Runtime::Mingw), 41.185, 42),
            (Some(Runtime::Static), 1061.118, 1134),
            (Some(Runtime::Static), 446.170, 439),
            (None, 266.974, 270),
        ] {
            let strength = Calibration::of(runtime).strength(Amount { evidence, compared });
            assert!(strength.is_attributed, "{runtime:?} {evidence} {strength:?}");
        }
    }

    #[test]
    fn one_kind_of_pairs_calibrates_nothing() {
        assert_eq!(fit(&[KnownPair { amount: of(1.0), is_same: true }]), None);
        assert_eq!(fit(&[]), None);
    }
}
