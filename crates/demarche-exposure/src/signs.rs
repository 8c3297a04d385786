//! Writing without spaces between words, made ready for an index of words.
//!
//! The index takes a run of letters as one word. In Chinese, Japanese and Korean a run is a clause, so that every sign of
//! these becomes a word of its own there, and a word that is asked for becomes a phrase of signs.

use std::borrow::Cow;

/// Stands between two signs in the index: invisible, no letter, and hardly ever in a text.
pub(crate) const SEAM: char = '\u{2063}';

/// A text as the index takes it: with a seam between neighbouring signs.
pub(crate) fn apart(text: &str) -> Cow<'_, str> {
    // Bytes from here on begin the letters of three and four bytes, among which the signs are.
    if !text.bytes().any(|byte| byte >= 0xe1) || !text.chars().any(is_sign) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut before = None;
    for letter in text.chars() {
        let is_run = before.is_some_and(char::is_alphanumeric) && letter.is_alphanumeric();
        if is_run && (is_sign(letter) || before.is_some_and(is_sign)) {
            out.push(SEAM);
        }
        out.push(letter);
        before = Some(letter);
    }
    Cow::Owned(out)
}

/// A text of the index without its seams.
pub(crate) fn together(text: &str) -> String {
    text.replace(SEAM, "")
}

/// True for a sign of Chinese, Japanese or Korean: ideographs, kana, and syllables of Hangul.
const fn is_sign(letter: char) -> bool {
    matches!(letter,
        '\u{1100}'..='\u{11ff}' | '\u{3041}'..='\u{30ff}' | '\u{3105}'..='\u{318f}' | '\u{31a0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7ff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ffdc}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sign_is_a_word_and_other_writing_stays() {
        let shown = |text: &str| apart(text).replace(SEAM, "|");
        assert_eq!(shown("董事会 met"), "董|事|会 met");
        assert_eq!(shown("東京2020年"), "東|京|2020|年");
        assert_eq!(shown("회의록"), "회|의|록");
        assert!(matches!(apart("straße и слово"), Cow::Borrowed(_)));
        assert_eq!(together(&apart("取締役会、木曜日")), "取締役会、木曜日");
    }
}
