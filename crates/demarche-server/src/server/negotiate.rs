//! Content negotiation: the headers `Accept` and `Content-Type`.
//!
//! Source: TAXII 2.1, sections 1.6.8 and 3.1; RFC 7231, sections 3.1.1 and 5.3.2.

use hyper::header::{self, HeaderMap};

/// Does the client take TAXII 2.1?
///
/// Of the ranges that match, the most specific one decides, whatever their order (RFC 7231, section 5.3.2).
/// No header is a no: section 3.1 demands one with a range of TAXII.
pub(crate) fn accepts(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = values.flat_map(|value| pieces(value, ',')).filter_map(|range| {
        let media = Media::read(range)?;
        media.rank().map(|rank| (rank, media.quality()))
    });
    ranges
        .max_by_key(|(rank, quality)| (*rank, quality.is_some_and(|quality| quality > 0)))
        .is_some_and(|(_, quality)| quality.is_some_and(|quality| quality > 0))
}

/// Is the body said to be TAXII 2.1, with or without the version?
pub(crate) fn is_taxii(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let media = value.to_str().ok().and_then(Media::read);
    media.is_some_and(|media| media.name == "application/taxii+json" && media.is_version_21())
}

/// A media type or range with its parameters, names in lower case.
struct Media {
    name: String,
    parameters: Vec<(String, String)>,
}

impl Media {
    fn read(text: &str) -> Option<Self> {
        let mut parts = pieces(text, ';');
        let name = parts.next()?.trim().to_ascii_lowercase();
        let parameters = parts
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| {
                let (name, value) = part.split_once('=')?;
                Some((name.trim().to_ascii_lowercase(), unquoted(value.trim())))
            })
            .collect::<Option<_>>()?;
        Some(Self { name, parameters })
    }

    fn parameter(&self, wanted: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    }

    fn is_version_21(&self) -> bool {
        self.parameter("version").is_none_or(|version| version == "2.1")
    }

    /// How closely the range names TAXII 2.1; `None` when it does not.
    fn rank(&self) -> Option<u8> {
        match self.name.as_str() {
            "application/taxii+json" if self.parameter("version") == Some("2.1") => Some(3),
            "application/taxii+json" if self.is_version_21() => Some(2),
            "application/*" => Some(1),
            "*/*" => Some(0),
            _ => None,
        }
    }

    /// The weight in thousandths; `None` when it is no weight.
    fn quality(&self) -> Option<u16> {
        let Some(text) = self.parameter("q") else { return Some(1000) };
        let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
        let is_digits = digits.len() <= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let thousandths: u16 = format!("{digits:0<3}").parse().ok()?;
        match whole {
            "0" if is_digits => Some(thousandths),
            "1" if is_digits && thousandths == 0 => Some(1000),
            _ => None,
        }
    }
}

/// The pieces between separators outside of quotation marks.
fn pieces(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |letter| {
        let was_escaped = is_escaped;
        is_escaped = is_quoted && !was_escaped && letter == '\\';
        if letter == '"' && !was_escaped {
            is_quoted = !is_quoted;
        }
        letter == separator && !is_quoted
    })
}

fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
    inner.map_or_else(|| value.to_owned(), |inner| inner.replace('\\', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &header::HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), value.parse().unwrap())).collect()
    }

    #[test]
    fn ranges_that_name_taxii_2_1_are_accepted() {
        for value in [
            "application/taxii+json;version=2.1",
            "application/taxii+json",
            "APPLICATION/TAXII+JSON; Version=2.1",
            "application/taxii+json;version=\"2.1\"",
            "application/taxii+json;version=2.1;q=0.5",
            "application/taxii+json;q=0.001;version=2.1",
            "text/html, application/taxii+json;version=2.1",
            "application/taxii+json;version=2.0, application/taxii+json;version=2.1",
            "application/taxii+json;version=2.1,application/stix+json;version=2.1",
            "application/taxii+json;version=2.1;charset=utf-8",
            "application/*",
            "*/*;q=0.1",
            "x/y;a=\"application/taxii+json;q=0,\", */*",
            "application/taxii+json;version=2.1, application/taxii+json;q=0",
        ] {
            assert!(accepts(&headers(&header::ACCEPT, &[value])), "{value}");
        }
        assert!(accepts(&headers(&header::ACCEPT, &["text/html", "application/taxii+json"])));
    }

    #[test]
    fn ranges_that_exclude_taxii_2_1_are_not() {
        for value in [
            "",
            "text/html",
            "application/json",
            "application/stix+json;version=2.1",
            "application/taxii+json;version=2.0",
            "application/taxii+json;version=3.0",
            "application/taxii+json;version=2.1;q=0",
            "application/taxii+json;q=0.000, */*",
            "application/taxii+json;q=high",
            "application/taxii+json;version",
            "application/taxii+jsonx",
        ] {
            assert!(!accepts(&headers(&header::ACCEPT, &[value])), "{value}");
        }
        assert!(!accepts(&HeaderMap::new()));
    }

    #[test]
    fn a_body_of_taxii_2_1_needs_no_version() {
        let is = |values: &[&str]| is_taxii(&headers(&header::CONTENT_TYPE, values));
        assert!(is(&["application/taxii+json;version=2.1"]));
        assert!(is(&["application/taxii+json"]));
        assert!(is(&["application/taxii+json; charset=utf-8; version=2.1"]));
        assert!(!is(&["application/taxii+json;version=2.0"]));
        assert!(!is(&["application/json"]));
        assert!(!is(&["*/*"]));
        assert!(!is(&[]));
        assert!(!is(&["application/taxii+json", "application/taxii+json"]));
    }
}
