//! Traces that a machine can find, in the words of the formats: only these are indicators.

use std::borrow::Cow;

use serde_json::{Value, json};

/// A trace that the formats have a type for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trace<'a> {
    /// The type in tables.
    pub(crate) word: &'static str,
    /// The type of attributes of MISP, with a category that it may have.
    pub(crate) misp: (&'static str, &'static str),
    /// The type and property of STIX; `None` where an observable has none.
    stix: Option<(&'static str, &'static str)>,
    /// The value.
    pub(crate) value: &'a str,
}

/// The words of a case, of tables, of MISP with a category, and of STIX with a property.
type Row =
    (&'static str, &'static str, &'static str, &'static str, Option<(&'static str, &'static str)>);

const NETWORK: &str = "Network activity";
const DELIVERY: &str = "Payload delivery";
const DROPPED: &str = "Artifacts dropped";

const ROWS: [Row; 13] = [
    ("e-mail address", "email", "email", DELIVERY, Some(("email-addr", "value"))),
    (
        "subject of an e-mail",
        "email-subject",
        "email-subject",
        DELIVERY,
        Some(("email-message", "subject")),
    ),
    ("mutex", "mutex", "mutex", DROPPED, Some(("mutex", "name"))),
    ("registry key", "regkey", "regkey", DROPPED, Some(("windows-registry-key", "key"))),
    ("named pipe", "named pipe", "named pipe", DROPPED, None),
    ("user agent", "user-agent", "user-agent", NETWORK, None),
    ("file name", "filename", "filename", DELIVERY, Some(("file", "name"))),
    ("path of debugging symbols", "pdb", "pdb", DROPPED, None),
    ("vulnerability", "vulnerability", "vulnerability", "External analysis", None),
    ("service", "windows-service-name", "windows-service-name", DROPPED, None),
    ("scheduled task", "windows-scheduled-task", "windows-scheduled-task", DROPPED, None),
    ("command", "command", "text", DROPPED, Some(("process", "command_line"))),
    ("account", "account", "text", DROPPED, Some(("user-account", "account_login"))),
];

impl<'a> Trace<'a> {
    /// The trace of a kind in the case's words; `None` for a kind that only a person can find.
    pub(crate) fn of(kind: &str, value: &'a str) -> Option<Self> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        if kind.eq_ignore_ascii_case("network") {
            return network(value);
        }
        let row = ROWS.iter().find(|(case, ..)| kind.eq_ignore_ascii_case(case))?;
        let (_, word, misp, category, stix) = *row;
        Some(Self { word, misp: (misp, category), stix, value })
    }

    /// The observable of STIX 2.1 as JSON.
    pub(crate) fn observable(&self) -> Option<Value> {
        let (kind, property) = self.stix?;
        let number = self.value.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
        let value = match kind {
            "autonomous-system" => json!(number.parse::<u32>().ok()?),
            _ => json!(self.value),
        };
        let property: Cow<'_, str> = property.into();
        Some(json!({"type": kind, property.as_ref(): value}))
    }
}

/// A network by its addresses or by its number.
fn network(value: &str) -> Option<Trace<'_>> {
    let is_number = value.strip_prefix("AS").is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let (word, misp, kind, property) = if is_number {
        ("asn", "AS", "autonomous-system", "number")
    } else {
        let (address, length) = value.split_once('/')?;
        let address: std::net::IpAddr = address.parse().ok()?;
        length.parse::<u8>().ok()?;
        ("network", "ip-dst", if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" }, "value")
    };
    Some(Trace { word, misp: (misp, NETWORK), stix: Some((kind, property)), value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_has_a_type_in_each_format_and_what_only_people_find_has_none() {
        let mutex = Trace::of("Mutex", " Global\\x ").unwrap();
        assert_eq!((mutex.word, mutex.misp.0, mutex.value), ("mutex", "mutex", "Global\\x"));
        assert_eq!(mutex.observable(), Some(json!({"type": "mutex", "name": "Global\\x"})));
        let network = Trace::of("network", "198.51.100.0/24").unwrap();
        assert_eq!(network.observable().unwrap()["type"], "ipv4-addr");
        let number = Trace::of("network", "AS131279").unwrap();
        assert_eq!(
            number.observable(),
            Some(json!({"type": "autonomous-system", "number": 131_279}))
        );
        for (kind, value) in [("language setting", "Korean"), ("mutex", ""), ("network", "home")] {
            assert_eq!(Trace::of(kind, value), None, "{kind}");
        }
    }
}
