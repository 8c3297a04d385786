//! Countries as a person names them on a command line: by code or by English name.
//!
//! Case files stay strict and take codes alone, so that nothing in them is guessed.

use crate::reader::{nearest, shown};
use crate::{Country, Recipient};

/// The text is neither a country's code nor its English name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no country has the code or the English name `{}`{}", shown(.text), meant(*.near))]
pub struct CountryNameError {
    text: String,
    /// The country whose name is nearest, where one is near enough to be a slip.
    pub near: Option<Country>,
}

fn meant(near: Option<Country>) -> String {
    near.map_or_else(String::new, |country| {
        format!(", did you mean {} ({country})?", country.label())
    })
}

/// Reads a country by its code or by its English name.
///
/// A code that ISO 3166-1 does not have stays a code, since registries use such codes; only `UK` is read as a name.
///
/// ```
/// # use demarche_case::country_named;
/// assert_eq!(country_named("Iran")?, country_named("ir")?);
/// let error = country_named("Irann").unwrap_err();
/// assert!(error.to_string().ends_with("did you mean Iran (IR)?"));
/// # Ok::<(), demarche_case::CountryNameError>(())
/// ```
///
/// # Errors
///
/// Any other text; the error has the nearest name.
pub fn country_named(text: &str) -> Result<Country, CountryNameError> {
    if let Ok(country) = text.parse::<Country>() {
        let is_state = country.name().is_some();
        return Ok(if is_state { country } else { Country::named(text).unwrap_or(country) });
    }
    Country::named(text).ok_or_else(|| CountryNameError { text: text.to_owned(), near: near(text) })
}

/// Reads an addressee by code or English name: `TH`, `Thailand`, `TH-CERT` or `Thailand-CERT`.
///
/// # Errors
///
/// Any other text; the error has the nearest name of a country.
pub fn recipient_named(text: &str) -> Result<Recipient, CountryNameError> {
    let end = text.len().checked_sub("-CERT".len());
    match end.and_then(|end| text.split_at_checked(end)) {
        Some((state, cert)) if cert.eq_ignore_ascii_case("-CERT") => {
            country_named(state).map(Recipient::Cert)
        }
        Some(_) | None => country_named(text).map(Recipient::State),
    }
}

fn near(text: &str) -> Option<Country> {
    nearest_name(text, Country::all().map(|(_, name)| name)).and_then(Country::named)
}

/// Returns the known name that is nearest to a text, whatever its capitals; `None` where none is near enough to be a slip.
///
/// Near enough is about one edit for every three letters. Among equals the first one wins.
pub fn nearest_name<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<(&str, String)> =
        known.into_iter().map(|name| (name, name.to_lowercase())).collect();
    let near = nearest(text, names.iter().map(|(_, lower)| lower.as_str()))?;
    names.iter().find(|(_, lower)| lower == near).map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_answered_with_the_country_that_was_meant() {
        for (text, name) in
            [("Nort Korea", "North Korea"), ("Chnia", "China"), ("thailnd", "Thailand")]
        {
            let near = country_named(text).unwrap_err().near;
            assert_eq!(near.and_then(|country| country.name()), Some(name), "{text}");
        }
        for text in ["Atlantis", "AS4837", "", "\u{1b}[31m"] {
            assert_eq!(country_named(text).unwrap_err().near, None, "{text}");
        }
    }

    #[test]
    fn registries_codes_stay_codes_and_an_addressee_may_be_named() {
        assert_eq!(country_named("EU").unwrap().code(), "EU");
        assert_eq!(country_named("UK").unwrap().code(), "GB");
        for text in ["TH-CERT", "thailand-cert"] {
            assert_eq!(recipient_named(text).unwrap().to_string(), "TH-CERT");
        }
        assert_eq!(recipient_named("Russian Federation").unwrap().to_string(), "RU");
        assert!(recipient_named("-CERT").is_err());
    }
}
