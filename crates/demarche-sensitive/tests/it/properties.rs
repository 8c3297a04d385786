use arbtest::arbitrary::{self, Unstructured};
use demarche_sensitive::{Check, Kind, Layout};

use crate::support::findings;

/// Pieces of which texts are made that come near to being sensitive.
const PIECES: [&str; 28] = [
    "4111 1111",
    "DE89 3704 0044",
    "301-44-9012",
    "password: ",
    "Пароль ",
    "密码",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "eyJhbGciOiJIUzI1NiJ9.",
    "postgres://a:b@",
    "\t",
    "\n",
    "\n> ",
    "\r\n",
    "\u{ad}",
    "\u{200b}",
    "４",
    "٣",
    "é",
    "ß",
    "né le ",
    "12.03.1971",
    "+49 151 ",
    "AKIA",
    "salary ",
    "85k",
    "P<UTO",
    "\"",
];

fn text(u: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let mut text = String::new();
    for _ in 0..u.int_in_range(0..=24)? {
        if u.ratio(1, 4)? {
            text.push_str(u.arbitrary()?);
        } else {
            text.push_str(u.choose(&PIECES)?);
        }
    }
    Ok(text)
}

#[test]
fn every_text_gives_ordered_spans_on_characters_and_the_same_findings_again() {
    arbtest::arbtest(|u| {
        let text = text(u)?;
        for layout in [Layout::Prose, Layout::Table] {
            let found = findings(&text, layout);
            let mut end = 0;
            for finding in &found {
                assert!(
                    text.get(finding.span.clone()).is_some_and(|value| !value.is_empty()),
                    "{text:?}"
                );
                assert!(finding.span.start >= end, "{text:?}");
                end = finding.span.end;
            }
            assert_eq!(found, findings(&text, layout));
        }
        Ok(())
    });
}

/// The check digit of the Luhn method for a body of digits.
fn luhn_check(body: &str) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let terms = body.bytes().rev().enumerate().map(|(index, byte)| {
        let digit = u32::from(byte - b'0');
        if index % 2 == 0 { doubled(digit) } else { digit }
    });
    (10 - terms.sum::<u32>() % 10) % 10
}

#[test]
fn a_card_is_found_and_with_one_wrong_digit_it_is_not() {
    arbtest::arbtest(|u| {
        let body: u64 = u.int_in_range(0..=99_999_999_999_999)?;
        let body = format!("4{body:014}");
        let card = format!("{body}{}", luhn_check(&body));
        let found = findings(&format!("Please charge {card} today"), Layout::Prose);
        assert!(
            found.iter().any(|finding| finding.kind == Kind::Card && finding.value == card),
            "{card}"
        );
        let place = u.int_in_range(1..=15)?;
        let mut wrong = card.into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + u.int_in_range(1..=9)?) % 10;
        let wrong = String::from_utf8(wrong).unwrap();
        let found = findings(&format!("Please charge {wrong} today"), Layout::Prose);
        assert!(
            found
                .iter()
                .all(|finding| finding.check != Check::Checksum || finding.kind != Kind::Card),
            "{wrong}"
        );
        Ok(())
    });
}

#[test]
fn an_iban_is_found_and_with_one_wrong_digit_it_is_not() {
    arbtest::arbtest(|u| {
        let body: u64 = u.int_in_range(1..=999_999_999_999_999_999)?;
        let body = format!("{body:018}");
        // The letters D and E stand for 13 and 14.
        let rest = format!("{body}131400")
            .bytes()
            .fold(0_u32, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 97);
        let account = format!("DE{:02}{body}", 98 - rest);
        let found = findings(&format!("it went to {account}."), Layout::Prose);
        assert_eq!(
            found
                .iter()
                .find(|finding| finding.kind == Kind::Iban)
                .map(|finding| finding.value.as_str()),
            Some(&*account)
        );
        let place = u.int_in_range(4..=21)?;
        let mut wrong = account.into_bytes();
        wrong[place] = b'0' + (wrong[place] - b'0' + u.int_in_range(1..=9)?) % 10;
        let wrong = String::from_utf8(wrong).unwrap();
        assert!(
            findings(&format!("it went to {wrong}."), Layout::Prose)
                .iter()
                .all(|finding| finding.kind != Kind::Iban)
        );
        Ok(())
    });
}
