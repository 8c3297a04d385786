//! Folders of mailboxes that are folders on disk: Maildir, Apple Mail and MH.

use std::path::Path;

use demarche_text::{Media, media_of};

/// The folder of a mailbox that a file lies in, with `/` between levels; `None` where the path does not tell.
pub(crate) fn of_path(path: &Path) -> Option<String> {
    let names: Vec<_> = path.parent()?.iter().map(|name| name.to_string_lossy()).collect();
    let last = names.last()?;
    if is_maildir(last) {
        // Maildir++: `.Sent.2024` is the folder 2024 in Sent, and no folder is the inbox.
        let folder = names.iter().rev().nth(1).map(AsRef::as_ref).unwrap_or("");
        return Some(match folder.strip_prefix('.') {
            Some(folder) => folder.split('.').map(decode_utf7).collect::<Vec<_>>().join("/"),
            None => "INBOX".to_owned(),
        });
    }
    let boxes: Vec<_> = names.iter().filter_map(|name| name.strip_suffix(".mbox")).collect();
    (!boxes.is_empty()).then(|| boxes.join("/"))
}

fn is_maildir(name: &str) -> bool {
    matches!(name, "cur" | "new" | "tmp")
}

/// The kind of a file that its folder tells: messages in Maildir and MH have no ending.
pub(crate) fn media_by_place(path: &str, head: &[u8]) -> Option<Media> {
    let mut names = path.rsplit('/');
    let file = names.next()?;
    let is_numbered = !file.is_empty() && file.bytes().all(|byte| byte.is_ascii_digit());
    let is_in_maildir = names.next().is_some_and(is_maildir);
    if !(is_numbered || is_in_maildir) || !begins_with_field(head) {
        return None;
    }
    let is_message = is_in_maildir
        || matches!(
            media_of(file, head),
            Media::Text | Media::Message | Media::Unknown | Media::Html | Media::Xml
        );
    is_message.then_some(Media::Message)
}

/// Returns true if some bytes begin with a header field.
fn begins_with_field(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let name = line.split(|byte| *byte == b':').next().unwrap_or(&[]);
    name.len() < line.len() && !name.is_empty() && name.iter().all(u8::is_ascii_graphic)
}

/// A folder name out of the modified UTF-7 of RFC 3501, 5.1.3; what is not that stays as it is.
fn decode_utf7(name: &str) -> String {
    let mut decoded = String::new();
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once('&') {
        decoded.push_str(before);
        let Some((code, after)) = behind.split_once('-') else {
            decoded.push('&');
            rest = behind;
            continue;
        };
        match utf16_of(code) {
            Some(text) if !code.is_empty() => decoded.push_str(&text),
            _ => {
                decoded.push('&');
                if !code.is_empty() {
                    decoded.push_str(code);
                    decoded.push('-');
                }
            }
        }
        rest = after;
    }
    decoded.push_str(rest);
    decoded
}

/// The text of base64 digits, with `,` for `/`, that hold UTF-16.
fn utf16_of(code: &str) -> Option<String> {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut units = Vec::new();
    for byte in code.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b',' => 63,
            _ => return None,
        };
        bits = bits << 6 & 0x00ff_ffff | u32::from(value);
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push(u16::try_from(bits >> count & 0xffff).ok()?);
        }
    }
    String::from_utf16(&units).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_maildir_have_names_in_modified_utf7() {
        let folder = |path| of_path(Path::new(path));
        assert_eq!(folder("a/cur/1.M2.host:2,S").as_deref(), Some("INBOX"));
        assert_eq!(folder("a/.Archive.2024/new/1").as_deref(), Some("Archive/2024"));
        assert_eq!(folder("a/.&AMk-l&AOk-ments/cur/1").as_deref(), Some("Éléments"));
        assert_eq!(folder("a/.R&-D/cur/1").as_deref(), Some("R&D"));
        assert_eq!(folder("a/Sent.mbox/Messages/1.emlx").as_deref(), Some("Sent"));
        assert_eq!(folder("a/b.eml"), None);
    }

    #[test]
    fn damaged_utf7_stays_as_it_is() {
        for name in ["&", "&A", "a&?-b", "&AA-"] {
            assert!(decode_utf7(name).len() <= 8, "{name}");
        }
    }
}
