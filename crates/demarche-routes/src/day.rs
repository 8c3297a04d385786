use jiff::civil::Date;

/// The day at the beginning of a text in RFC 3339.
pub(crate) fn day(text: &str) -> Option<Date> {
    text.get(..10).and_then(|day| day.parse().ok())
}
