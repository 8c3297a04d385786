//! The strength of a tie of shared code, in figures and in words that follow from the figure.

use demarche_case::assessment::code::CodeStrength;

use crate::number::count;

/// The words for a likelihood ratio, each from the ratio on at which it begins.
///
/// Source: ENFSI (2015), "Guideline for evaluative reporting in forensic science", the scale of verbal equivalents.
pub(crate) const SCALE: [(f64, &str); 6] = [
    (2.0, "weak"),
    (10.0, "moderate"),
    (100.0, "moderately strong"),
    (1_000.0, "strong"),
    (10_000.0, "very strong"),
    (1_000_000.0, "extremely strong"),
];

/// The greatest ratio that is written out: beyond it no calibration has seen enough programs.
const MOST: f64 = 1e9;

/// The least ratio that is written out.
const LEAST: f64 = 1e-3;

/// The meaning of a likelihood ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    /// Support for one code base behind both.
    For(&'static str),
    /// Support for neither side.
    Neither,
    /// Support for unrelated programs.
    Against(&'static str),
    /// There is no figure.
    Unknown,
}

impl Support {
    /// The meaning of the ratio, by the ratio as it is printed: 9.96 reads 10 and has the word for 10.
    pub(crate) fn of(nats: f64) -> Self {
        if nats.is_nan() {
            return Self::Unknown;
        }
        let ratio = two_digits(nats.exp());
        let word = |ratio: f64| {
            let met = SCALE.iter().rev().find(|(from, _)| ratio >= *from);
            met.map(|(_, word)| *word)
        };
        match (word(ratio), word(ratio.recip())) {
            (Some(word), _) => Self::For(word),
            (None, Some(word)) => Self::Against(word),
            (None, None) => Self::Neither,
        }
    }

    /// For a table: `strong`, `none`, `weak, against`.
    pub(crate) fn word(self) -> String {
        match self {
            Self::For(word) => word.to_owned(),
            Self::Neither => "none".to_owned(),
            Self::Against(word) => format!("{word}, against"),
            Self::Unknown => "–".to_owned(),
        }
    }

    /// For a sentence: `strong support for one code base behind both`.
    pub(crate) fn in_words(self) -> String {
        match self {
            Self::For(word) => format!("{word} support for one code base behind both"),
            Self::Neither => "it speaks neither for nor against one code base".to_owned(),
            Self::Against(word) => format!("{word} support for unrelated programs"),
            Self::Unknown => "its strength was not reckoned".to_owned(),
        }
    }
}

/// A likelihood ratio from its logarithm, with two figures: `5,000`, `3.2`, `0.05`.
pub(crate) fn ratio(nats: f64) -> String {
    let value = two_digits(nats.exp());
    match value {
        value if value.is_nan() => "–".to_owned(),
        value if value > MOST => format!("> {}", whole(MOST)),
        value if value < LEAST => format!("< {LEAST}"),
        value if value >= 10.0 => whole(value),
        value => {
            // Two figures at most: 0.0031 needs four decimals, 3.2 needs one.
            let decimals = if value >= 1.0 {
                1
            } else if value >= 0.1 {
                2
            } else if value >= 0.01 {
                3
            } else {
                4
            };
            let text = format!("{value:.decimals$}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
    }
}

/// The range of a ratio: `300 to 40,000`; at the ends of the calibration there is none.
pub(crate) fn range(strength: CodeStrength) -> String {
    match strength {
        CodeStrength { nats, low, high, .. } if low < high || nats.is_nan() => {
            format!("{} to {}", ratio(low), ratio(high))
        }
        CodeStrength { nats, .. } if nats > 0.0 => {
            "the most that the calibration supports".to_owned()
        }
        _ => "no more than chance brings about".to_owned(),
    }
}

/// `likelihood ratio 5,000 (range 300 to 40,000)`.
pub(crate) fn measured(strength: CodeStrength) -> String {
    let word = if strength.low < strength.high { "range " } else { "" };
    format!("likelihood ratio {} ({word}{})", ratio(strength.nats), range(strength))
}

/// The value with two significant figures.
fn two_digits(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return value;
    }
    let scale = 10_f64.powf(value.log10().floor() - 1.0);
    (value / scale).round() * scale
}

/// A whole number of at most [`MOST`], with thousands apart.
fn whole(value: f64) -> String {
    format!("{value:.0}").parse().map_or_else(|_| "–".to_owned(), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_has_two_figures() {
        for (value, text) in [
            (5_000.0, "5,000"),
            (5_149.0, "5,100"),
            (314_159.0, "310,000"),
            (42.4, "42"),
            (9.96, "10"),
            (3.25, "3.3"),
            (3.0, "3"),
            (1.0, "1"),
            (0.5, "0.5"),
            (0.051, "0.051"),
            (0.004_2, "0.0042"),
        ] {
            assert_eq!(ratio(f64::ln(value)), text);
        }
        assert_eq!(ratio(1_000.0), "> 1,000,000,000");
        assert_eq!(ratio(f64::INFINITY), "> 1,000,000,000");
        assert_eq!(ratio(f64::NEG_INFINITY), "< 0.001");
        assert_eq!(ratio(f64::NAN), "–");
    }

    #[test]
    fn where_the_calibration_ends_there_is_no_range() {
        let at_end = CodeStrength { nats: 6.494, low: 6.494, high: 6.494, is_attributed: true };
        assert_eq!(
            measured(at_end),
            "likelihood ratio 660 (the most that the calibration supports)"
        );
        assert_eq!(
            measured(CodeStrength { low: 3.0, ..at_end }),
            "likelihood ratio 660 (range 20 to 660)"
        );
    }

    #[test]
    fn the_word_follows_from_the_figure_as_it_is_printed() {
        for (value, support) in [
            (1.0, Support::Neither),
            (1.94, Support::Neither),
            (1.96, Support::For("weak")),
            (9.9, Support::For("weak")),
            (9.96, Support::For("moderate")),
            (99.0, Support::For("moderate")),
            (100.0, Support::For("moderately strong")),
            (1_000.0, Support::For("strong")),
            (9_949.0, Support::For("strong")),
            (10_000.0, Support::For("very strong")),
            (999_999.0, Support::For("extremely strong")),
            (0.6, Support::Neither),
            (0.5, Support::Against("weak")),
            (0.009, Support::Against("moderately strong")),
        ] {
            assert_eq!(Support::of(f64::ln(value)), support, "{value}");
        }
        assert_eq!(Support::of(f64::INFINITY), Support::For("extremely strong"));
        assert_eq!(Support::of(f64::NEG_INFINITY), Support::Against("extremely strong"));
        assert_eq!(Support::of(f64::NAN), Support::Unknown);
    }
}
