//! Names and texts as they are compared between builds.

use super::hash;

/// The longest text that is read, in characters.
const LONGEST: usize = 400;

/// The shortest text that is taken for one.
const SHORTEST: usize = 3;

/// The hash of an imported function's name without what differs between systems and compilers.
///
/// Leading underscores, `__imp_`, a version or a count of bytes after `@`, and the suffixes of checked, large-file and
/// unlocked variants are dropped.
pub(crate) fn name_hash(name: &str) -> u64 {
    let name = name.strip_prefix("__imp_").unwrap_or(name).trim_start_matches('_');
    let name = name.split('@').next().unwrap_or(name);
    let name = name.strip_prefix("isoc99_").unwrap_or(name);
    let name = name.strip_prefix("isoc23_").unwrap_or(name);
    let mut name = name;
    for suffix in ["_chk", "64", "_unlocked"] {
        name = name.strip_suffix(suffix).unwrap_or(name);
    }
    hash::bytes(name.bytes())
}

/// The hash of the text that begins here, in ASCII or UTF-16, if there is one that ends with a zero.
pub(crate) fn text_hash(bytes: &[u8]) -> Option<u64> {
    let is_text = |byte: u8| (0x20..0x7F).contains(&byte) || matches!(byte, b'\t' | b'\n' | b'\r');
    let narrow = bytes.iter().take(LONGEST).take_while(|byte| is_text(**byte)).count();
    if narrow >= SHORTEST && bytes.get(narrow) == Some(&0) {
        return Some(hash::bytes(bytes.iter().take(narrow).copied()));
    }
    let (pairs, _) = bytes.as_chunks::<2>();
    let wide = pairs.iter().take(LONGEST).take_while(|[low, high]| *high == 0 && is_text(*low));
    let wide = wide.count();
    (wide >= SHORTEST && pairs.get(wide) == Some(&[0, 0]))
        .then(|| hash::bytes(pairs.iter().take(wide).map(|[low, _]| *low)))
}

/// The value of a floating-point number of 80 bits, to 64.
pub(crate) fn extended(bytes: [u8; 10]) -> f64 {
    let [a, b, c, d, e, f, g, h, low, high] = bytes;
    let mantissa = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
    let head = u16::from_le_bytes([low, high]);
    #[expect(clippy::cast_precision_loss, reason = "64 bits of precision become 53")]
    let value = mantissa as f64 * f64::powi(2.0, i32::from(head & 0x7FFF) - 16_383 - 63);
    if head & 0x8000 == 0 { value } else { -value }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_on_every_system() {
        for (one, other) in [
            ("snprintf", "_snprintf"),
            ("memcpy", "__memcpy_chk"),
            ("fopen", "fopen64"),
            ("Sleep", "__imp__Sleep@4"),
            ("strtol", "__isoc23_strtol@GLIBC_2.38"),
        ] {
            assert_eq!(name_hash(one), name_hash(other), "{one} and {other}");
        }
        assert_ne!(name_hash("malloc"), name_hash("calloc"));
    }

    #[test]
    fn wide_and_narrow_texts_are_the_same() {
        assert_eq!(text_hash(b"key\0"), text_hash(b"k\0e\0y\0\0\0"));
        assert!(text_hash(b"key\0").is_some());
    }

    #[test]
    fn an_extended_number_has_its_value() {
        let bytes = [0, 0, 0, 0, 0, 0, 0, 0x80, 0xFF, 0x3F];
        assert_eq!(extended(bytes).to_bits(), 1.0_f64.to_bits());
        let minus_ten = [0, 0, 0, 0, 0, 0, 0, 0xA0, 0x02, 0xC0];
        assert_eq!(extended(minus_ten).to_bits(), (-10.0_f64).to_bits());
    }

    #[test]
    fn what_does_not_end_is_no_text() {
        assert_eq!(text_hash(b"key"), None);
        assert_eq!(text_hash(b"k\0e\0y\0"), None);
        assert_eq!(text_hash(b"ab\0"), None);
        assert_eq!(text_hash(b""), None);
    }
}
