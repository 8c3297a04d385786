//! The paths of files in the store, as text that stands for one path only.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use demarche_sensitive::{Layout, Rules, masked};

/// The text that stands for a path.
///
/// Bytes that are no UTF-8 and control characters are `\xNN`, as is a backslash that would read as the beginning of that.
/// No two paths have one text.
#[must_use]
pub fn shown_path(path: &Path) -> String {
    let mut shown = String::new();
    for chunk in bytes_of(path).utf8_chunks() {
        let letters = chunk.valid().char_indices();
        for (index, letter) in letters {
            let rest = chunk.valid().get(index..).unwrap_or("");
            if letter.is_control() || (letter == '\\' && escaped(rest.as_bytes()).is_some()) {
                let mut bytes = [0; 4];
                escape(letter.encode_utf8(&mut bytes).as_bytes(), &mut shown);
            } else {
                shown.push(letter);
            }
        }
        escape(chunk.invalid(), &mut shown);
    }
    shown
}

fn escape(bytes: &[u8], out: &mut String) {
    out.extend(bytes.iter().map(|byte| format!("\\x{byte:02x}")));
}

/// The path that a text stands for.
pub(crate) fn path_of(shown: &str) -> PathBuf {
    let mut bytes = Vec::with_capacity(shown.len());
    let mut rest = shown.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let byte = escaped(rest);
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { rest.get(4..).unwrap_or(&[]) } else { behind };
    }
    os_string(bytes).into()
}

/// The byte of the `\xNN` that a text begins with.
fn escaped(text: &[u8]) -> Option<u8> {
    let digits = text.strip_prefix(b"\\x")?.get(..2)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(unix)]
fn bytes_of(path: &Path) -> &[u8] {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str())
}

#[cfg(unix)]
fn os_string(bytes: Vec<u8>) -> OsString {
    std::os::unix::ffi::OsStringExt::from_vec(bytes)
}

#[cfg(not(unix))]
fn bytes_of(path: &Path) -> &[u8] {
    path.as_os_str().as_encoded_bytes()
}

/// A name that is no Unicode cannot be made again of its bytes elsewhere: such a file is told as not opened.
#[cfg(not(unix))]
fn os_string(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

/// A name or a path with the sensitive values in it masked; `None` where it has none.
pub(crate) fn masked_name(rules: &Rules, name: &str) -> Option<String> {
    if is_offset(name) {
        return None;
    }
    // A slash or an underline parts words in a name, and would join them in a text.
    let words = name.replace('_', " ");
    let (mut values, mut found, mut start) = (Vec::new(), Vec::new(), 0);
    for part in words.split('/') {
        rules.scan(part, Layout::Prose, &mut found);
        values.extend(found.drain(..).map(|finding| {
            let span = start + finding.span.start..start + finding.span.end;
            (span, masked(finding.kind, &finding.value))
        }));
        start += part.len() + 1;
    }
    (!values.is_empty()).then(|| covered(name, values).text)
}

/// The identifier of a message with the sensitive values in it masked.
pub(crate) fn masked_identifier(rules: &Rules, identifier: &str) -> String {
    // A value may stand directly before the sign, where in a text an address would be.
    let parts = identifier.split('@');
    let masked = parts.map(|part| masked_name(rules, part).unwrap_or_else(|| part.to_owned()));
    masked.collect::<Vec<_>>().join("@")
}

/// Returns true for the name that a reader gives to a message in a mailbox: an offset of fewer digits than a card has.
fn is_offset(name: &str) -> bool {
    let digits = name.strip_prefix("message at byte ");
    digits
        .is_some_and(|digits| digits.len() < 12 && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A text with some values covered, and where its parts stand in the clear one.
#[derive(Debug)]
pub(crate) struct Covered {
    pub(crate) text: String,
    /// The places behind covered values: the offset here, and the offset in the clear text.
    anchors: Vec<(usize, usize)>,
}

impl Covered {
    /// The text with nothing covered.
    pub(crate) fn nothing(text: String) -> Self {
        Self { text, anchors: Vec::new() }
    }

    /// The offset in the clear text of an offset in the covered one.
    pub(crate) fn clear(&self, offset: usize) -> usize {
        let passed = self.anchors.partition_point(|(current, _)| *current <= offset);
        let anchor = passed.checked_sub(1).and_then(|last| self.anchors.get(last));
        anchor.map_or(offset, |(current, clear)| clear + (offset - current))
    }
}

/// Covers values in a text, each by its mask. Of values that overlap, all of what they span is covered by the first mask.
pub(crate) fn covered(clear: &str, mut values: Vec<(std::ops::Range<usize>, String)>) -> Covered {
    values.sort_by(|(a, _), (b, _)| (a.start, b.end).cmp(&(b.start, a.end)));
    let mut covered = Covered { text: String::with_capacity(clear.len()), anchors: Vec::new() };
    let mut done = 0;
    for (span, mask) in values {
        let start = clear.floor_char_boundary(span.start);
        let stop = clear.ceil_char_boundary(span.end);
        if start >= done {
            covered.text.push_str(clear.get(done..start).unwrap_or(""));
            covered.text.push_str(&format!("[{mask}]"));
        }
        done = done.max(stop);
        covered.anchors.retain(|(current, _)| *current < covered.text.len());
        covered.anchors.push((covered.text.len(), done));
    }
    covered.text.push_str(clear.get(done..).unwrap_or(""));
    covered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn every_path_has_a_text_of_its_own_that_leads_back_to_it() {
        use std::os::unix::ffi::OsStrExt;
        let paths: [&[u8]; 10] = [
            b"a/b.eml",
            b"a\xff.eml",
            b"a\xfe.eml",
            b"a\\xff.eml",
            b"a\\x5cxff.eml",
            b"a\\xf\xff",
            b"a\nb",
            "é\u{85}".as_bytes(),
            b"\\\xff",
            b"a\xef\xbf\xbd",
        ];
        let shown = paths.map(|bytes| shown_path(Path::new(std::ffi::OsStr::from_bytes(bytes))));
        for (bytes, shown) in paths.iter().zip(&shown) {
            assert_eq!(path_of(shown).as_os_str().as_bytes(), *bytes, "{shown}");
            assert!(!shown.contains(char::is_control), "{shown}");
        }
        let distinct: std::collections::BTreeSet<&String> = shown.iter().collect();
        assert_eq!(distinct.len(), paths.len());
        assert_eq!(shown[1], "a\\xff.eml");
    }

    #[test]
    fn values_between_the_signs_of_a_path_are_masked() {
        let rules = Rules::built_in();
        for (name, shown) in [
            ("a/4111111111111111/b.eml", "a/[••••••••••••1111]/b.eml"),
            ("card_4111111111111111_x.pdf", "card_[••••••••••••1111]_x.pdf"),
            ("é/4111-1111-1111-1111", "é/[••••••••••••1111]"),
        ] {
            assert_eq!(masked_name(&rules, name).as_deref(), Some(shown));
        }
        assert_eq!(masked_name(&rules, "message at byte 4111111111"), None);
        let identifier = masked_identifier(&rules, "<x.4111111111111111@mail.example>");
        assert!(!identifier.contains("41111111") && identifier.ends_with("@mail.example>"));
        let identifier = "<20240103.abc@mail.example>";
        assert_eq!(masked_identifier(&rules, identifier), identifier);
        assert_eq!(masked_name(&rules, "4111111111111112.eml"), None, "wrong check digit");
    }

    #[test]
    fn overlapping_values_leave_no_tail() {
        let told = |values: &[(usize, usize)]| {
            let values = values.iter().map(|(start, end)| (*start..*end, "•".to_owned()));
            covered("0123456789", values.collect()).text
        };
        assert_eq!(told(&[(2, 6), (4, 8)]), "01[•]89");
        assert_eq!(told(&[(4, 8), (2, 6)]), "01[•]89");
        assert_eq!(told(&[(2, 8), (3, 5)]), "01[•]89", "one within another");
        assert_eq!(told(&[(2, 8), (2, 4)]), "01[•]89", "one begin");
        assert_eq!(told(&[(2, 4), (4, 6)]), "01[•][•]6789");
        assert_eq!(told(&[(8, 20)]), "01234567[•]", "beyond the end");
    }

    #[test]
    fn a_covered_text_knows_its_places() {
        let covered = covered("ab 4111 cd", vec![(3..7, "•".to_owned())]);
        assert_eq!(covered.text, "ab [•] cd");
        let of = covered.text.find("cd").unwrap();
        assert_eq!((covered.clear(0), covered.clear(of)), (0, 8));
    }
}
