//! Text from outside, made fit to be shown.
//!
//! Names in AS tables, and everything in a case, may be written by the other side: markup, control signs,
//! signs that turn the reading direction, invisible signs, stacks of accents, ten kilobytes of name.
//! HTML and SVG are escaped by the template, Markdown by its writer; here is removed what escaping does not stop.

/// The longest name shown in a table or a sentence, in characters.
pub const NAME: usize = 80;

/// The longest statement shown, in characters; nobody reads more of one item on paper.
pub const PROSE: usize = 6_000;

/// The longest line that is put together from several statements.
pub const LINE: usize = 3 * PROSE;

/// Accents on one letter, at most: languages need two, hostile names use hundreds to paint over other lines.
const ACCENTS: usize = 2;

/// One line without control, invisible and direction-changing signs, at most `longest` characters.
#[must_use]
pub fn shown(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let (mut length, mut accents, mut space) = (0_usize, 0_usize, false);
    for sign in text.chars() {
        if sign.is_whitespace() || sign.is_control() {
            space = !line.is_empty();
            continue;
        }
        accents = if is_accent(sign) { accents + 1 } else { 0 };
        if is_invisible(sign) || accents > ACCENTS {
            continue;
        }
        if length + usize::from(space) >= longest {
            line.push('…');
            return line;
        }
        if space {
            line.push(' ');
            length += 1;
            space = false;
        }
        line.push(sign);
        length += 1;
    }
    line
}

/// Signs that a reader does not see, that change the order of what he sees, or that XML forbids.
fn is_invisible(sign: char) -> bool {
    matches!(u32::from(sign),
        0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0xFFF0..=0xFFFB | 0xE000..=0xF8FF | 0xFDD0..=0xFDEF | 0xE0000..=0x10_FFFF)
        || u32::from(sign) & 0xFFFE == 0xFFFE
}

fn is_accent(sign: char) -> bool {
    matches!(u32::from(sign),
        0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x0610..=0x061A | 0x064B..=0x065F
        | 0x0E31..=0x0E3A | 0x0E47..=0x0E4E | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF
        | 0xFE20..=0xFE2F)
}

/// Text of several lines for a terminal: line ends stay, and every other sign that is not seen becomes U+FFFD.
#[must_use]
pub fn clean(text: &str) -> String {
    let is_hidden = |sign: char| sign != '\n' && (sign.is_control() || is_invisible(sign));
    text.chars()
        .map(|sign| if is_hidden(sign) { char::REPLACEMENT_CHARACTER } else { sign })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_controls_and_turns_of_direction_are_gone() {
        assert_eq!(shown("a\n\n| b\u{0}\tc", 80), "a | b c");
        assert_eq!(shown("\u{202e}gpj.exe\u{2066}\u{feff}", 80), "gpj.exe");
        assert_eq!(shown("  x  ", 80), "x");
        assert_eq!(shown("\u{ffff}\u{fffe}\u{e0041}", 80), "");
        assert_eq!(shown("Ab\u{301}\u{302}\u{303}\u{304}c", 80), "Ab\u{301}\u{302}c");
    }

    #[test]
    fn a_long_name_ends_in_an_ellipsis() {
        assert_eq!(shown("abcdef", 4), "abcd…");
        assert_eq!(shown("abcd", 4), "abcd");
        assert_eq!(shown(&"x".repeat(10_000), NAME).chars().count(), NAME + 1);
    }

    #[test]
    fn a_terminal_gets_no_sign_that_is_not_seen() {
        for hidden in ['\u{1b}', '\u{61c}', '\u{200b}', '\u{202e}', '\u{2060}', '\u{e0041}'] {
            assert_eq!(clean(&format!("a{hidden}b\nc")), "a\u{fffd}b\nc");
        }
        assert_eq!(clean("Zürich 東京\n"), "Zürich 東京\n");
    }
}
