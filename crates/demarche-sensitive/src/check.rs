//! The check digit methods that issuers share.
#![warn(clippy::indexing_slicing)]

/// The digits of a text, each 0 to 9; other characters are left out.
pub(crate) fn digits(text: &str) -> Vec<u8> {
    text.bytes().filter(u8::is_ascii_digit).map(|byte| byte - b'0').collect()
}

/// The number that digits write; more than 19 digits wrap round, which no caller gives.
pub(crate) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |sum: u64, digit| sum.wrapping_mul(10).wrapping_add(u64::from(*digit)))
}

/// The number that some digits of a value write; other signs, and those past its end, are left out.
pub(crate) fn part(value: &str, from: usize, count: usize) -> u32 {
    let digits = value.bytes().skip(from).take(count).filter(u8::is_ascii_digit);
    digits.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

/// The two digits from an index on, as a number.
pub(crate) fn pair(value: &str, from: usize) -> u32 {
    part(value, from, 2)
}

/// The value of a digit or letter, from 0 to 35; 0 for every other sign.
pub(crate) fn order(sign: char) -> u32 {
    match sign {
        '0'..='9' => u32::from(sign) - u32::from('0'),
        'A'..='Z' => u32::from(sign) - u32::from('A') + 10,
        _ => 0,
    }
}

/// The place of a sign in an alphabet, from 1; 0 where the alphabet lacks it.
pub(crate) fn place_in(alphabet: &str, sign: char) -> u32 {
    alphabet.chars().zip(1..).filter(|(known, _)| *known == sign).map(|(_, place)| place).sum()
}

/// The sign of an alphabet at a remainder; `None` past its end.
pub(crate) fn sign_at(alphabet: &str, remainder: u32) -> Option<char> {
    alphabet.chars().zip(0..).find_map(|(sign, index)| (index == remainder).then_some(sign))
}

/// The sum of digits times weights, in order; the longer of the lists is cut.
pub(crate) fn weighted(digits: &[u8], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// The sum of the Luhn method (ISO/IEC 7812-1, annex B) over digits, of which the last is the check digit.
fn luhn_sum(digits: &[u8]) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let terms = digits.iter().rev().enumerate().map(|(index, digit)| {
        let digit = u32::from(*digit);
        if index % 2 == 1 { doubled(digit) } else { digit }
    });
    terms.sum()
}

/// Returns true if the last digit is right by the Luhn method; false for no digits.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    !digits.is_empty() && luhn_sum(digits).is_multiple_of(10)
}

/// Returns the remainder by 97 of a text in which letters stand for 10 to 35 (ISO/IEC 7064, MOD 97-10).
pub(crate) fn mod97(text: impl Iterator<Item = u8>) -> Option<u32> {
    let mut rest = 0;
    for byte in text {
        let value = char::from(byte).to_digit(36)?;
        rest = if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 };
    }
    Some(rest)
}

/// Returns true if the last digit is right by ISO/IEC 7064, MOD 11,10.
pub(crate) fn mod11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10, |product, digit| {
        let sum = (product + u32::from(*digit)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

/// Returns true if the last digit is right by the method of Verhoeff (1969), "Error detecting decimal codes".
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    let turned = |mut digit: u8, times: usize| {
        for _ in 0..times % 8 {
            digit = PERMUTATION.get(usize::from(digit)).copied().unwrap_or(digit);
        }
        digit
    };
    let terms = digits.iter().rev().enumerate();
    terms.fold(0, |sum, (index, digit)| dihedral(sum, turned(*digit, index))) == 0
}

/// The permutation of Verhoeff's method.
const PERMUTATION: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/// The product in the dihedral group of order ten.
fn dihedral(left: u8, right: u8) -> u8 {
    match (left < 5, right < 5) {
        (true, true) => (left + right) % 5,
        (true, false) => (left + right - 5) % 5 + 5,
        (false, true) => (left - right) % 5 + 5,
        (false, false) => (left + 5 - right) % 5,
    }
}

/// The remainder of CRC-32 (ISO 3309), by which some issuers end their tokens.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let sum = bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 }
        })
    });
    !sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_pass_and_a_changed_digit_fails() {
        assert!(luhn(&digits("79927398713")) && !luhn(&digits("79927398714")));
        assert!(mod11_10(&digits("07945")) && !mod11_10(&digits("07946")));
        assert!(verhoeff(&digits("2363")) && !verhoeff(&digits("2364")));
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(mod97("3214282912345698765432161182".bytes()), Some(1));
    }
}
