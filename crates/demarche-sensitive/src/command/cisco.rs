//! Passwords in the configurations of routers and switches.
//!
//! Source: Cisco, "Understand Cisco IOS password encryption"; the value of type 7 is only hidden from a glance.
#![warn(clippy::indexing_slicing)]

use super::{Secret, bare, words};

/// The key that every device has for type 7.
const KEY: &[u8] = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";

/// `enable secret 0 VALUE` and `enable password VALUE`.
pub(crate) fn enable(before: &str, line: &str, offset: usize) -> Option<Secret> {
    if !before.trim().is_empty() {
        return None;
    }
    setting(&words(line, offset).skip(1).collect::<Vec<_>>())
}

/// `username NAME privilege 15 secret 0 VALUE`.
pub(crate) fn username(before: &str, line: &str, offset: usize) -> Option<Secret> {
    if !before.trim().is_empty() {
        return None;
    }
    let words: Vec<_> = words(line, offset).skip(2).take(6).collect();
    let name = words.iter().position(|(_, word)| matches!(*word, "password" | "secret"))?;
    let is_first = name == 0 || words.first().is_some_and(|(_, word)| *word == "privilege");
    setting(words.get(name..).filter(|_| is_first)?)
}

/// `snmp-server community VALUE RW`; the names that every device has at first are none.
pub(crate) fn community(_: &str, line: &str, offset: usize) -> Option<Secret> {
    let (start, word) = words(line, offset).nth(2)?;
    (!matches!(word, "public" | "private" | "string")).then(|| bare(start, word))
}

/// `secret 0 VALUE`: behind the name the type, if any, and the value.
fn setting(words: &[(usize, &str)]) -> Option<Secret> {
    let ((_, name), rest) = words.split_first()?;
    if !matches!(*name, "password" | "secret") {
        return None;
    }
    let mut rest = rest.iter();
    let (start, first) = *rest.next()?;
    if first == "level" {
        let rest: Vec<_> = std::iter::once(&(start, *name)).chain(rest.skip(1)).copied().collect();
        return setting(&rest);
    }
    let Some((start, value)) = rest.next().copied() else {
        // A sentence that says "enable password" ends with no value of a device.
        let is_value = first.len() >= 6 && first.bytes().any(|byte| byte.is_ascii_digit());
        return is_value.then(|| bare(start, first));
    };
    match first {
        "0" => Some(bare(start, value)),
        "7" => Some(Secret { span: start..start + value.len(), value: revealed(value) }),
        "4" | "5" | "6" | "8" | "9" => {
            Some(Secret { span: start..start + value.len(), value: None })
        }
        _ => None,
    }
}

/// The value of type 7: the place in the key in two digits, then each byte with that of the key in hexadecimal digits.
fn revealed(code: &str) -> Option<String> {
    let (first, code) = code.split_at_checked(2)?;
    let first: usize = first.parse().ok()?;
    let mut key = KEY.iter().cycle().skip(first);
    let (pairs, odd) = code.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|pair| {
        let digits = std::str::from_utf8(pair).ok()?;
        Some(u8::from_str_radix(digits, 16).ok()? ^ key.next()?)
    });
    let value = String::from_utf8(bytes.collect::<Option<Vec<u8>>>()?).ok()?;
    let is_text = odd.is_empty() && !value.is_empty() && !value.chars().any(char::is_control);
    is_text.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::revealed;

    #[test]
    fn a_value_of_type_7_is_read_by_the_key_of_every_device() {
        // Worked by hand: the key from its second byte on is `sfd;kfoA,.i`.
        let plain = b"cisco";
        let code: String = plain
            .iter()
            .zip(b"sfd;k")
            .map(|(letter, key)| format!("{:02X}", letter ^ key))
            .collect();
        assert_eq!(code, "100F175804");
        assert_eq!(revealed("01100F175804").as_deref(), Some("cisco"));
        assert_eq!(revealed("0822455D0A16").as_deref(), Some("cisco"));
        for code in ["", "0", "xx00", "99", "01100F17580", "0110zz", "é1"] {
            assert_eq!(revealed(code), None, "{code}");
        }
    }
}
