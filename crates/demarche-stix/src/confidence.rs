//! The scales of confidence of STIX 2.1, Appendix A: words to the number that the standard gives them.

/// The scale "None / Low / Med / High" (Appendix A).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoneLowMedHigh {
    /// No confidence: 0.
    None,
    /// Low: 15, for 1 to 29.
    Low,
    /// Medium: 50, for 30 to 69.
    Med,
    /// High: 85, for 70 to 100.
    High,
}

impl NoneLowMedHigh {
    /// The value of `confidence`, from 0 to 100.
    #[must_use]
    pub const fn value(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Low => 15,
            Self::Med => 50,
            Self::High => 85,
        }
    }

    /// The word for a value of `confidence`; what lies outside 0 to 100 counts as the nearest.
    #[must_use]
    pub const fn of(value: i64) -> Self {
        match value {
            ..=0 => Self::None,
            1..=29 => Self::Low,
            30..=69 => Self::Med,
            _ => Self::High,
        }
    }
}

/// The value of `confidence` for a credibility of the Admiralty code, from 1 (confirmed) to 5 (improbable); `None` for 6
/// (cannot be judged) and any other number (Appendix A).
#[must_use]
pub const fn admiralty_credibility(credibility: u8) -> Option<i64> {
    match credibility {
        1 => Some(90),
        2 => Some(70),
        3 => Some(50),
        4 => Some(30),
        5 => Some(10),
        _ => None,
    }
}

/// The value on the DNI scale for the words of Intelligence Community Directive 203 (Appendix A), weakest first from 0 to
/// 6: almost no chance, very unlikely, unlikely, roughly even chance, likely, very likely, almost certain; `None` beyond.
#[must_use]
pub const fn dni(rank: u8) -> Option<i64> {
    match rank {
        0 => Some(5),
        1 => Some(15),
        2 => Some(30),
        3 => Some(50),
        4 => Some(70),
        5 => Some(85),
        6 => Some(95),
        _ => None,
    }
}
