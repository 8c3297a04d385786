//! Colours and patterns of countries: read by colour on a screen, by pattern in black and white.

use std::collections::BTreeMap;

use demarche_case::Country;

/// Countries with a look of their own; the eye does not keep more apart.
pub(crate) const SLOTS: usize = 10;

/// The look of each country, that of the most weight first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Palette {
    slots: Vec<Country>,
}

/// The fill of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Look {
    /// One of the first [`SLOTS`] countries.
    Slot(usize),
    /// A country beyond them.
    Other,
    /// No table says which country.
    Unknown,
}

impl Palette {
    /// Gives the heaviest countries their looks; `first`, the target's own, always has the first.
    pub(crate) fn of(
        first: Option<Country>,
        weights: impl IntoIterator<Item = (Country, f64)>,
    ) -> Self {
        let mut total: BTreeMap<Country, f64> = BTreeMap::new();
        for (country, weight) in weights {
            *total.entry(country).or_default() += if weight.is_finite() { weight } else { 0.0 };
        }
        let mut order: Vec<(Country, f64)> =
            total.into_iter().filter(|(country, _)| Some(*country) != first).collect();
        order.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        let slots = first.into_iter().chain(order.into_iter().map(|(country, _)| country));
        Self { slots: slots.take(SLOTS).collect() }
    }

    /// The colour and the strokes of the fill.
    pub(crate) fn look(&self, country: Option<Country>) -> Look {
        let Some(country) = country else { return Look::Unknown };
        self.slots.iter().position(|slot| *slot == country).map_or(Look::Other, Look::Slot)
    }
}

impl Look {
    /// The part of a pattern's name that stands for the look.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Slot(slot) => format!("c{slot}"),
            Self::Other => "other".to_owned(),
            Self::Unknown => "unknown".to_owned(),
        }
    }

    /// The base colour and the white strokes over it, drawn on a tile of 8 by 8.
    ///
    /// Middle tones that keep apart for the common kinds of colour blindness, on white and on black.
    pub(crate) const fn paint(self) -> (&'static str, &'static str) {
        match self {
            Self::Slot(0) => ("#b8442f", "M-1 9L9 -1M-5 5L5 -5M3 13L13 3"),
            Self::Slot(1) => ("#2f6db5", ""),
            Self::Slot(2) => ("#2b8a6b", "M0 2H8M0 6H8"),
            Self::Slot(3) => ("#cf8f1d", "M2 1.2V2.8M6 5.2V6.8M1.2 2H2.8M5.2 6H6.8"),
            Self::Slot(4) => ("#80559f", "M0 0L8 8M8 0L0 8"),
            Self::Slot(5) => ("#3d9abf", "M2 0V8M6 0V8"),
            Self::Slot(6) => ("#84614a", "M-1 -1L9 9M3 -5L13 5M-5 3L5 13"),
            Self::Slot(7) => ("#c05e90", "M0 4H8M4 0V8"),
            Self::Slot(8) => ("#7c8a2c", "M0 1L4 5L8 1M0 5L4 9L8 5"),
            Self::Slot(_) => ("#55657a", "M0 3H4M4 7H8"),
            Self::Other => ("#9aa3ad", ""),
            Self::Unknown => ("#c9ced6", "M1 1L3 3M3 1L1 3"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_first_and_ties_are_by_code() {
        let country = |code: &str| code.parse::<Country>().unwrap();
        let weights = [(country("US"), 0.5), (country("CN"), 0.5), (country("KP"), 0.1)];
        let palette = Palette::of(Some(country("KP")), weights);
        assert_eq!(palette.look(Some(country("KP"))), Look::Slot(0));
        assert_eq!(palette.look(Some(country("CN"))), Look::Slot(1));
        assert_eq!(palette.look(Some(country("US"))), Look::Slot(2));
        assert_eq!(palette.look(Some(country("FR"))), Look::Other);
        assert_eq!(palette.look(None), Look::Unknown);
    }
}
