//! Messages of S/MIME whose content lies in the signature, and encrypted ones.
//!
//! Source: RFC 5652, 3, 5.2 and 6.1; X.690, 8.1, for lengths. Signatures are not checked.

/// The wrapping of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Envelope {
    /// A signature and the content that it signs; empty where the content lies beside it.
    Signed(Vec<u8>),
    /// Encryption.
    Encrypted,
}

const SIGNED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
const ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03";
const ENCRYPTED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06";
const AUTH_ENVELOPED_DATA: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17";

const SEQUENCE: u8 = 0x30;
const OBJECT: u8 = 0x06;
const CONTENT: u8 = 0xa0;
const STRING: u8 = 0x04;
const STRINGS: u8 = 0x24;

/// The wrapping that some bytes are; `None` for anything else.
pub(crate) fn envelope(bytes: &[u8]) -> Option<Envelope> {
    let (info, _) = element(bytes, SEQUENCE)?;
    let (kind, rest) = element(info, OBJECT)?;
    match kind {
        ENVELOPED_DATA | ENCRYPTED_DATA | AUTH_ENVELOPED_DATA => Some(Envelope::Encrypted),
        SIGNED_DATA => Some(Envelope::Signed(signed(rest).unwrap_or_default())),
        _ => None,
    }
}

/// The content of signed data: version, digest algorithms, and the content with its kind.
fn signed(rest: &[u8]) -> Option<Vec<u8>> {
    let (explicit, _) = element(rest, CONTENT)?;
    let (data, _) = element(explicit, SEQUENCE)?;
    let (_, _, rest) = any(data)?;
    let (_, _, rest) = any(rest)?;
    let (content, _) = element(rest, SEQUENCE)?;
    let (_, rest) = element(content, OBJECT)?;
    let (explicit, _) = element(rest, CONTENT)?;
    let mut bytes = Vec::new();
    strings(explicit, &mut bytes, 0);
    Some(bytes)
}

/// Puts the pieces of a string together.
fn strings(mut rest: &[u8], bytes: &mut Vec<u8>, depth: u32) {
    const DEEPEST: u32 = 8;
    while let Some((tag, value, behind)) = any(rest) {
        match tag {
            STRING => bytes.extend_from_slice(value),
            STRINGS if depth < DEEPEST => strings(value, bytes, depth + 1),
            _ => {}
        }
        rest = behind;
    }
}

/// The value of an element with a tag, and the bytes behind it.
fn element(bytes: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    any(bytes).filter(|(tag, _, _)| *tag == wanted).map(|(_, value, behind)| (value, behind))
}

/// The tag and value of the first element, and the bytes behind it. A value that the bytes cut short is what is there.
fn any(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (length, rest) = rest.split_first()?;
    if *tag == 0 && *length == 0 {
        // The end of an element of indefinite length.
        return None;
    }
    if *length == 0x80 {
        return Some((*tag, rest, skip_indefinite(rest)));
    }
    let (length, rest) = if *length < 0x80 {
        (usize::from(*length), rest)
    } else {
        let count = usize::from(length & 0x7f);
        let (digits, rest) = rest.split_at_checked(count).filter(|_| count <= 8)?;
        let length = digits.iter().fold(0_u64, |length, digit| length << 8 | u64::from(*digit));
        (crate::number::size(length), rest)
    };
    let (value, behind) = rest.split_at_checked(length).unwrap_or((rest, b""));
    Some((*tag, value, behind))
}

/// The bytes behind the end of an element of indefinite length.
fn skip_indefinite(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    let mut open = 1_u32;
    while open > 0 {
        match rest {
            [0, 0, behind @ ..] => {
                open -= 1;
                rest = behind;
            }
            [_, 0x80, behind @ ..] => {
                open += 1;
                rest = behind;
            }
            _ => match any(rest) {
                Some((_, _, behind)) => rest = behind,
                None => return b"",
            },
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, value: &[u8]) -> Vec<u8> {
        let length = u16::try_from(value.len()).unwrap().to_be_bytes();
        [&[tag, 0x82][..], &length, value].concat()
    }

    fn ber(tag: u8, value: &[u8]) -> Vec<u8> {
        [&[tag, 0x80][..], value, &[0, 0]].concat()
    }

    #[test]
    fn the_content_of_a_signature_is_found_in_both_forms_of_length() {
        for wrap in [der, ber] {
            let text = [der(STRING, b"Subject: x\n"), der(STRING, b"\nbody")].concat();
            let content = [der(OBJECT, b"\x2a"), wrap(CONTENT, &wrap(STRINGS, &text))].concat();
            let data = [der(2, b"\x01"), der(0x31, b""), wrap(SEQUENCE, &content)].concat();
            let data = wrap(CONTENT, &wrap(SEQUENCE, &data));
            let all = wrap(SEQUENCE, &[der(OBJECT, SIGNED_DATA), data].concat());
            let signed = Envelope::Signed(b"Subject: x\n\nbody".to_vec());
            assert_eq!(envelope(&all), Some(signed));
        }
    }

    #[test]
    fn encryption_is_told_apart_from_anything_else() {
        let encrypted = der(SEQUENCE, &der(OBJECT, ENVELOPED_DATA));
        assert_eq!(envelope(&encrypted), Some(Envelope::Encrypted));
        assert_eq!(envelope(&der(SEQUENCE, &der(OBJECT, b"\x2a"))), None);
        assert_eq!(envelope(b"MZ"), None);
    }
}
