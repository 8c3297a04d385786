//! The grammar, form by form, with the places and words of errors.

use demarche_pattern::{MAX_DEPTH, MAX_LENGTH, Observable, Pattern, Problem, Subject};

fn canonical(text: &str) -> String {
    text.parse::<Pattern>().map_or_else(|error| error.to_string(), |pattern| pattern.to_string())
}

#[test]
fn every_form_has_one_canonical_text() {
    for (text, expected) in [
        ("[a:b == 1]", "[a:b = 1]"),
        ("( [a:b<>+1] )", "[a:b != 1]"),
        ("[(a:b NOT  IN(1,.5))]", "[a:b NOT IN (1, 0.5)]"),
        ("[a:'b'.'c-d'[ * ][0]=h'AB']", "[a:b.'c-d'[*][0] = h'ab']"),
        ("[NOT EXISTS a:b]//x", "[NOT EXISTS a:b]"),
        ("[a:b=1 OR (a:c=2 AND a:d=3)]", "[a:b = 1 OR a:c = 2 AND a:d = 3]"),
        ("[a:b=1 AND (a:c=2 OR a:d=3)]", "[a:b = 1 AND (a:c = 2 OR a:d = 3)]"),
        (
            "[a:b=1]FOLLOWEDBY([a:b=1]OR[a:b=2])REPEATS 2 TIMES WITHIN .50 SECONDS",
            "[a:b = 1] FOLLOWEDBY ([a:b = 1] OR [a:b = 2]) REPEATS 2 TIMES WITHIN 0.5 SECONDS",
        ),
        ("/**/[a:b=t'2020-01-01T00:00:00.10Z']", "[a:b = t'2020-01-01T00:00:00.1Z']"),
    ] {
        assert_eq!(canonical(text), expected);
        assert_eq!(canonical(expected), expected);
    }
}

#[test]
fn errors_name_the_place_and_the_words_that_fit() {
    for (text, expected) in [
        ("", "line 1, column 1 (byte 0): expected `[` or `(`, met the end"),
        ("[a:b\n= 'é' x]", "line 2, column 7 (byte 12): expected `AND`, `OR` or `]`, met `x`"),
        (
            "[a:b='\\n']",
            "line 1, column 7 (byte 6): a backslash must stand before a quote or a backslash",
        ),
        ("[a:b='x]", "line 1, column 6 (byte 5): a text without an end"),
        ("[a:b=h'abc']", "line 1, column 6 (byte 5): not pairs of hexadecimal digits"),
        ("[a:b=1] /* x", "line 1, column 9 (byte 8): a comment without an end"),
        (
            "[a:b=t'2020-02-30T00:00:00Z']",
            "line 1, column 6 (byte 5): not a timestamp as 2016-01-01T00:00:00Z",
        ),
        (
            "[a:b=9223372036854775808]",
            "line 1, column 6 (byte 5): the whole number does not fit 64 bits",
        ),
        (
            "[a:b = 1] and [a:b = 1]",
            "line 1, column 11 (byte 10): expected an operator, a qualifier or the end, met `and`",
        ),
    ] {
        assert_eq!(canonical(text), expected);
    }
}

#[test]
fn nesting_and_length_have_limits() {
    let nested = |depth| format!("{}[a:b=1]{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(canonical(&nested(MAX_DEPTH)), "[a:b = 1]");
    assert!(canonical(&nested(MAX_DEPTH + 1)).ends_with("round brackets are nested too deeply"));
    assert!(canonical(&"(".repeat(MAX_LENGTH)).ends_with("too deeply"));
    assert!(canonical(&" ".repeat(MAX_LENGTH + 1)).ends_with("the pattern is too long"));
}

#[test]
fn the_longest_patterns_are_read_in_linear_time() {
    for (head, unit, tail) in [
        ("[", "a:b=1 OR ", "a:b=1]"),
        ("", "[a:b=1] AND ", "[a:b=1]"),
        ("[a:b", "[*]", "=1]"),
        ("[a:b IN (", "'x',", "1)]"),
        ("[a:b='", "\\\\", "']"),
        ("[a:b=1]", "/**/", ""),
        ("[a:b=1]", " REPEATS 2 TIMES", ""),
        ("[a:b=", "1", ".0]"),
    ] {
        let count = (MAX_LENGTH - head.len() - tail.len()) / unit.len();
        let text = format!("{head}{}{tail}", unit.repeat(count));
        let read = text.parse::<Pattern>();
        assert!(read.is_ok() || unit == "1", "{:?}", read.err());
    }
}

#[test]
fn what_a_validator_refuses_is_listed() {
    let problems = |text: &str| text.parse::<Pattern>().expect("it follows the grammar").problems();
    assert!(matches!(problems("[file:hashes.MD5 = 'zz']")[..], [Problem::Hash { .. }]));
    assert!(matches!(
        problems("[a:b=1] REPEATS 2 TIMES REPEATS 2 TIMES")[..],
        [Problem::RepeatedQualifier]
    ));
    assert!(matches!(problems("[a:b=1] REPEATS 0 TIMES")[..], [Problem::NotPositive]));
    let window = "[a:b=1] START t'2020-01-01T00:00:00Z' STOP t'2020-01-01T00:00:00Z'";
    assert!(matches!(problems(window)[..], [Problem::EmptyWindow]));
    assert!(problems("[file:hashes.MD5 LIKE 'a%' OR file:hashes.'SHA-1' IN ()]").is_empty());
}

#[test]
fn subjects_become_patterns_that_name_them() {
    let digits = "a".repeat(64);
    for (subject, expected) in [
        (Subject::Address("192.0.2.1".parse().unwrap()), "[ipv4-addr:value = '192.0.2.1']"),
        (Subject::Address("2001:DB8::1".parse().unwrap()), "[ipv6-addr:value = '2001:db8::1']"),
        (
            Subject::Network("10.1.2.3/8".parse().unwrap()),
            "[ipv4-addr:value ISSUBSET '10.0.0.0/8']",
        ),
        (
            Subject::NetworkObject("2001:db8::/32".parse().unwrap()),
            "[ipv6-addr:value = '2001:db8::/32']",
        ),
        (Subject::Domain("a.example"), "[domain-name:value = 'a.example']"),
        (Subject::Url(r"http://a/\'"), r"[url:value = 'http://a/\\\'']"),
        (Subject::Email("a@b.example"), "[email-addr:value = 'a@b.example']"),
        (Subject::FileName("x.exe"), "[file:name = 'x.exe']"),
        (
            Subject::Hash(demarche_pattern::HashAlgorithm::Sha256, &digits),
            &format!("[file:hashes.'SHA-256' = '{digits}']"),
        ),
    ] {
        let pattern = Pattern::from(subject);
        assert_eq!(pattern.to_string(), expected);
        assert_eq!(expected.parse(), Ok(pattern.clone()));
        assert_eq!(pattern.observables().len(), 1);
        assert!(pattern.problems().is_empty());
    }
}

#[test]
fn observables_are_the_values_that_must_be_there() {
    let pattern =
        "[a:b = 1 OR a:b NOT = 2 OR a:c IN ('x', 'y')] FOLLOWEDBY [a:d != 3 AND a:e LIKE 'z']";
    let pattern: Pattern = pattern.parse().unwrap();
    let shown =
        |found: &Observable| format!("{}:{} {}", found.object_type, found.path, found.value);
    let found: Vec<_> = pattern.observables().iter().map(shown).collect();
    assert_eq!(found, ["a:b 1", "a:c 'x'", "a:c 'y'"]);
    assert!(!pattern.is_single());
}
