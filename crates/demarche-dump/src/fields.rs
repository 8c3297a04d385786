//! Fields of contacts and appointments of Outlook, as a text of one line for each.
//!
//! Source: \[MS-OXOCNTC\], 2.2.1, and \[MS-OXOCAL\], 2.2.1; the numbers of \[MS-OXPROPS\].

use jiff::Timestamp;

/// The fields that have numbers of their own, each with its label.
const TEXTS: [(u16, &str); 34] = [
    (0x3a06, "Given name"),
    (0x3a11, "Surname"),
    (0x3a4f, "Nickname"),
    (0x3a16, "Company"),
    (0x3a18, "Department"),
    (0x3a17, "Title"),
    (0x3a46, "Profession"),
    (0x3a4e, "Manager"),
    (0x3a48, "Spouse"),
    (0x3a08, "Business phone"),
    (0x3a1b, "Business phone 2"),
    (0x3a57, "Company phone"),
    (0x3a09, "Home phone"),
    (0x3a2f, "Home phone 2"),
    (0x3a1c, "Mobile phone"),
    (0x3a1a, "Primary phone"),
    (0x3a1f, "Other phone"),
    (0x3a1e, "Car phone"),
    (0x3a24, "Business fax"),
    (0x3a25, "Home fax"),
    (0x3a15, "Postal address"),
    (0x3a29, "Street"),
    (0x3a2a, "Postal code"),
    (0x3a27, "City"),
    (0x3a28, "State"),
    (0x3a26, "Country"),
    (0x3a5d, "Home street"),
    (0x3a5b, "Home postal code"),
    (0x3a59, "Home city"),
    (0x3a5c, "Home state"),
    (0x3a5a, "Home country"),
    (0x3a07, "Government identity number"),
    (0x3a10, "Organisation identity number"),
    (0x3a4b, "Customer identity number"),
];

/// The fields that are known by their set and a number in it, each with its label.
const NAMED_TEXTS: [(u16, &str); 9] = [
    (0x8083, "E-mail"),
    (0x8093, "E-mail 2"),
    (0x80a3, "E-mail 3"),
    (0x8062, "Instant messages"),
    (0x802b, "Page"),
    (0x801a, "Home address"),
    (0x801b, "Work address"),
    (0x801c, "Other address"),
    (0x8208, "Location"),
];

/// Moments of appointments; those of contacts are days.
const MOMENTS: [(u16, &str); 2] = [(0x820d, "Begins"), (0x820e, "Ends")];
const DAYS: [(u16, &str); 2] = [(0x3a42, "Date of birth"), (0x3a41, "Anniversary")];

/// The sets of contacts and of appointments, as the first bytes of their identifiers.
///
/// Source: \[MS-OXPROPS\], 1.3.2.
const CONTACTS: [u8; 16] = *b"\x04\x20\x06\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
const APPOINTMENTS: [u8; 16] = *b"\x02\x20\x06\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";

/// Returns true for the numbers of fields, those in a set by their number in it.
pub(crate) fn is_field(id: u16) -> bool {
    let mut all = TEXTS.iter().chain(&NAMED_TEXTS).chain(&MOMENTS).chain(&DAYS);
    all.any(|(field, _)| *field == id)
}

/// Returns true if a number in a set is that of a field.
pub(crate) fn is_named_field(set: &[u8], id: u16) -> bool {
    let is_of = match id {
        0x8000..0x8200 => CONTACTS,
        _ => APPOINTMENTS,
    };
    set == is_of && is_field(id)
}

/// The fields that have a value, a line each; empty where none has.
pub(crate) fn text_of<'a>(
    text: impl Fn(u16) -> Option<&'a str>,
    time: impl Fn(u16) -> Option<Timestamp>,
) -> String {
    let mut lines = String::new();
    let mut add = |label: &str, value: &str| {
        lines.push_str(&format!("{label}: {}\n", value.trim()));
    };
    for (id, label) in TEXTS.iter().chain(&NAMED_TEXTS) {
        if let Some(value) = text(*id) {
            add(label, value);
        }
    }
    for (id, label) in DAYS {
        if let Some(day) = time(id) {
            add(label, &day.to_zoned(jiff::tz::TimeZone::UTC).date().to_string());
        }
    }
    for (id, label) in MOMENTS {
        if let Some(moment) = time(id) {
            add(label, &moment.to_string());
        }
    }
    lines
}
