//! Countries as catalogues name them.

use std::collections::HashMap;
use std::sync::LazyLock;

use demarche_case::Country;

/// Names that catalogues use beside the English short names of ISO 3166-1; MISP's spelling mistakes are among them.
const VARIANTS: [(&str, &str); 27] = [
    ("bolivia (plurinational state of)", "BO"),
    ("congo, the democratic republic of the", "CD"),
    ("czech republic", "CZ"),
    ("holy see (vatican city state)", "VA"),
    ("iran (islamic republic of)", "IR"),
    ("iran, islamic republic of", "IR"),
    ("ivory coast", "CI"),
    ("korea (democratic people's republic of)", "KP"),
    ("korea (republic of)", "KR"),
    ("korea, democratic people's republic of", "KP"),
    ("korea, republic of", "KR"),
    ("lebonon", "LB"),
    ("moldova, republic of", "MD"),
    ("n korea", "KP"),
    ("people's republic of china", "CN"),
    ("republic of korea", "KR"),
    ("russian federation", "RU"),
    ("s korea", "KR"),
    ("swaziland", "SZ"),
    ("syrian arab republic", "SY"),
    ("the philippines", "PH"),
    ("turkey", "TR"),
    ("u.s.", "US"),
    ("uk", "GB"),
    ("united states of america", "US"),
    ("usa", "US"),
    ("viet nam", "VN"),
];

/// Numbers of the Correlates of War project that DCID uses, as ISO codes.
///
/// Source: Correlates of War Project, "COW Country Codes" (2011).
const CORRELATES_OF_WAR: [(u16, &str); 32] = [
    (2, "US"),
    (20, "CA"),
    (200, "GB"),
    (220, "FR"),
    (255, "DE"),
    (290, "PL"),
    (365, "RU"),
    (366, "EE"),
    (368, "LT"),
    (369, "UA"),
    (370, "BY"),
    (372, "GE"),
    (630, "IR"),
    (640, "TR"),
    (645, "IQ"),
    (652, "SY"),
    (660, "LB"),
    (666, "IL"),
    (670, "SA"),
    (692, "BH"),
    (700, "AF"),
    (710, "CN"),
    (713, "TW"),
    (731, "KP"),
    (732, "KR"),
    (740, "JP"),
    (750, "IN"),
    (770, "PK"),
    (816, "VN"),
    (830, "SG"),
    (840, "PH"),
    (900, "AU"),
];

static NAMES: LazyLock<HashMap<String, Country>> = LazyLock::new(|| {
    let pairs = (b'A'..=b'Z').flat_map(|first| (b'A'..=b'Z').map(move |second| [first, second]));
    let codes = pairs.filter_map(|pair| std::str::from_utf8(&pair).ok()?.parse::<Country>().ok());
    let named = codes.filter_map(|code| Some((code.name()?.to_lowercase(), code)));
    let variants =
        VARIANTS.iter().filter_map(|(name, code)| Some(((*name).to_owned(), code.parse().ok()?)));
    named.chain(variants).collect()
});

/// The country of a name, in whatever case; `None` for regions, organisations and unknown names.
pub(crate) fn named(name: &str) -> Option<Country> {
    let name = name.trim().replace('’', "'").to_lowercase();
    NAMES.get(&name).copied()
}

/// The country of an ISO code that has a name, or of a name.
pub(crate) fn coded(text: &str) -> Option<Country> {
    let code = text.trim().parse::<Country>().ok().filter(|code| code.name().is_some());
    code.or_else(|| named(text))
}

/// The country of a number of the Correlates of War.
pub(crate) fn of_war(number: u16) -> Option<Country> {
    let (_, code) = CORRELATES_OF_WAR.iter().find(|(known, _)| *known == number)?;
    code.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_countries_that_exist() {
        for (name, code) in VARIANTS {
            assert_eq!(named(name).unwrap().code(), code);
            assert!(named(name).unwrap().name().is_some());
        }
        for (number, code) in CORRELATES_OF_WAR {
            assert_eq!(of_war(number).unwrap().code(), code);
            assert!(of_war(number).unwrap().name().is_some());
        }
        assert_eq!(named(" North Korea ").unwrap().code(), "KP");
        assert_eq!(coded("us").unwrap().code(), "US");
    }

    #[test]
    fn regions_and_others_are_none() {
        for name in
            ["Europe (region)", "NATO", "ISIS", "", "Unknown", "Sony Pictures Entertainment"]
        {
            assert_eq!(coded(name), None, "{name}");
        }
        assert_eq!(coded("ZZ"), None);
        assert_eq!(of_war(999), None);
    }
}
