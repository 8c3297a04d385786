//! Numbers for people: `1,024`, `80.6 %`, `0.50`.

/// A count with thousands apart.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The length of a slice as a count.
pub(crate) fn as_count(length: usize) -> u64 {
    u64::try_from(length).expect("a length has at most 64 bits")
}

/// The length of a slice with thousands apart.
pub(crate) fn length(length: usize) -> String {
    count(as_count(length))
}

/// A share from 0 to 1 in per cent with one decimal, kept in one piece by a no-break space.
///
/// Only nothing reads 0 % and only everything 100 %; what is not a number reads as a dash.
pub(crate) fn percent(share: f64) -> String {
    if !share.is_finite() {
        return "–".to_owned();
    }
    let text = match share {
        share if share > 0.0 && share < 0.000_5 => "< 0.1".to_owned(),
        share if share > 0.999_5 && share < 1.0 => "> 99.9".to_owned(),
        share if share <= 0.0 || (share - 1.0).abs() < f64::EPSILON => {
            format!("{:.0}", share * 100.0)
        }
        share => format!("{:.1}", share * 100.0),
    };
    format!("{text}\u{a0}%")
}

/// An index from 0 to 1 with two decimals.
pub(crate) fn index(value: impl Into<f64>) -> String {
    match value.into() {
        value if !value.is_finite() => "–".to_owned(),
        value if value > 0.0 && value < 0.005 => "< 0.01".to_owned(),
        value => format!("{value:.2}"),
    }
}

/// A probability in whole per cent: nothing is impossible and nothing certain, so `< 1 %` and `> 99 %` are the ends.
///
/// What is not a number reads as a dash.
pub(crate) fn chance(probability: impl Into<f64>) -> String {
    let probability: f64 = probability.into();
    if probability.is_nan() {
        return "–".to_owned();
    }
    let text = match probability {
        low if low < 0.01 => "< 1".to_owned(),
        high if high > 0.99 => "> 99".to_owned(),
        middle => format!("{:.0}", middle * 100.0),
    };
    format!("{text}\u{a0}%")
}

/// A share of draws in whole per cent: only nothing reads 0 % and only everything 100 %.
///
/// What is not a number reads as a dash.
pub(crate) fn share(share: f64) -> String {
    match share {
        share if share <= 0.0 => "0\u{a0}%".to_owned(),
        share if share >= 1.0 => "100\u{a0}%".to_owned(),
        share => chance(share),
    }
}

/// The ends of an interval of probabilities: `55–85 %`.
pub(crate) fn chances(low: impl Into<f64>, high: impl Into<f64>) -> String {
    let (from, to) = (chance(low), chance(high));
    if from == to {
        return to;
    }
    match from.strip_suffix("\u{a0}%") {
        Some(from) if !from.starts_with('<') && !to.starts_with('>') => format!("{from}–{to}"),
        _ => format!("{from} to {to}"),
    }
}

/// A weight in nats with its sign: `+1.3`, `−0.7`, `0.0`; what is not a number reads as a dash.
pub(crate) fn nats(weight: f64) -> String {
    if !weight.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.1}", weight.abs());
    match text.as_str() {
        "0.0" => text,
        _ if weight < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

/// A parameter as precisely as people set it; very small and very large ones in powers of ten.
pub(crate) fn setting(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    if size >= 1e6 || (size > 0.0 && size < 1e-3) {
        return format!("{value:.2e}");
    }
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A share fit for drawing: between 0 and 1, and 0 for what is not a number.
pub(crate) fn fraction(share: f64) -> f64 {
    if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 }
}

/// `1 network`, `2 networks`.
pub(crate) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", count(number), if number == 1 { one } else { many })
}

/// A small number in words, as sentences begin better with; larger ones in figures.
pub(crate) fn word(number: u64) -> String {
    const WORDS: [&str; 11] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let word = usize::try_from(number).ok().and_then(|number| WORDS.get(number));
    word.map_or_else(|| count(number), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_024, "1,024"), (46_062, "46,062"), (1_000_000, "1,000,000")]
        {
            assert_eq!(count(number), text);
        }
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn only_nothing_and_everything_are_round() {
        for (share, text) in [
            (0.0, "0\u{a0}%"),
            (0.000_1, "< 0.1\u{a0}%"),
            (0.8065, "80.7\u{a0}%"),
            (0.5, "50.0\u{a0}%"),
            (0.999_9, "> 99.9\u{a0}%"),
            (1.0, "100\u{a0}%"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn no_probability_is_nothing_or_everything() {
        for (probability, text) in [
            (0.0, "< 1\u{a0}%"),
            (0.009, "< 1\u{a0}%"),
            (0.014, "1\u{a0}%"),
            (0.726, "73\u{a0}%"),
            (0.99, "99\u{a0}%"),
            (0.9901, "> 99\u{a0}%"),
            (1.0, "> 99\u{a0}%"),
            (f64::INFINITY, "> 99\u{a0}%"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(chance(probability), text);
        }
        assert_eq!(chances(0.55, 0.85), "55–85\u{a0}%");
        assert_eq!(chances(0.001, 0.85), "< 1\u{a0}% to 85\u{a0}%");
        assert_eq!(chances(0.001, 0.002), "< 1\u{a0}%");
        assert_eq!(chances(0.68, 0.999), "68\u{a0}% to > 99\u{a0}%");
    }

    #[test]
    fn a_share_of_draws_can_be_none_or_all_of_them() {
        for (part, text) in [
            (0.0, "0\u{a0}%"),
            (0.000_1, "< 1\u{a0}%"),
            (0.305, "30\u{a0}%"),
            (0.999, "> 99\u{a0}%"),
            (1.0, "100\u{a0}%"),
            (f64::NAN, "–"),
        ] {
            assert_eq!(share(part), text);
        }
    }

    #[test]
    fn a_weight_has_its_sign_unless_it_says_nothing() {
        for (weight, text) in [
            (1.26, "+1.3"),
            (-0.69, "−0.7"),
            (0.04, "0.0"),
            (-0.04, "0.0"),
            (f64::NAN, "–"),
            (f64::NEG_INFINITY, "–"),
        ] {
            assert_eq!(nats(weight), text);
        }
    }

    #[test]
    fn nothing_outside_the_range_reaches_a_drawing() {
        assert!(fraction(f64::INFINITY).abs() < f64::EPSILON);
        assert!((fraction(7.0) - 1.0).abs() < f64::EPSILON);
    }
}
