//! Texts brought back to life: `[.]` becomes a dot, with the places of the signs kept.
#![warn(clippy::indexing_slicing)]

/// The signs that reports write in place of live ones; longer ones first.
const DEAD: [(&str, &str); 34] = [
    ("[://]", "://"),
    ("[:]//", "://"),
    ("(:)//", "://"),
    ("[:\\\\]", "://"),
    ("[:/]/", "://"),
    ("[:/", ":/"),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    ("<dot>", "."),
    ("[point]", "."),
    ("[ . ]", "."),
    ("[.]", "."),
    ("(.)", "."),
    ("{.}", "."),
    ("<.>", "."),
    ("[,]", "."),
    ("\\.", "."),
    ("[.", "."),
    (".]", "."),
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
    ("<at>", "@"),
    ("[@]", "@"),
    ("(@)", "@"),
    ("{@}", "@"),
    ("[:]", ":"),
    ("(:)", ":"),
    ("[/]", "/"),
    ("(/)", "/"),
    ("[-]", "-"),
    ("[www]", "www"),
    ("[http]", "http"),
];

/// A text with its defanged signs live, and the way back to the places in the original.
#[derive(Debug)]
pub(crate) struct Live {
    text: String,
    /// For each dead sign: its end in the live text and in the original, ascending.
    jumps: Vec<Jump>,
}

#[derive(Clone, Copy, Debug)]
struct Jump {
    live: usize,
    live_end: usize,
    original: usize,
    original_end: usize,
}

impl Live {
    /// Brings a text to life; time is linear in its length.
    pub(crate) fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut jumps = Vec::new();
        let mut copied = 0;
        let mut position = 0;
        while let Some(found) = find_opening(original, position) {
            let rest = original.get(found..).unwrap_or("");
            match dead(rest, &text, original.get(copied..found).unwrap_or("")) {
                Some((sign, live)) => {
                    text.push_str(original.get(copied..found).unwrap_or(""));
                    let (start, end) = (text.len(), found + sign);
                    text.push_str(live);
                    jumps.push(Jump {
                        live: start,
                        live_end: text.len(),
                        original: found,
                        original_end: end,
                    });
                    copied = end;
                    position = end;
                }
                None => position = found + 1,
            }
        }
        text.push_str(original.get(copied..).unwrap_or(""));
        Self { text, jumps }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The original bytes of a range of the live text.
    pub(crate) fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let before = |offset: usize| self.jumps.partition_point(|jump| jump.live_end <= offset);
        let map = |offset: usize, is_end: bool| {
            let index = before(offset);
            if let Some(jump) = self.jumps.get(index).filter(|jump| jump.live < offset) {
                return if is_end { jump.original_end } else { jump.original };
            }
            let last = index.checked_sub(1).and_then(|index| self.jumps.get(index));
            last.map_or(offset, |jump| jump.original_end + (offset - jump.live_end))
        };
        (map(start, false), map(end, true))
    }

    /// A sign between two places of the live text was defanged.
    pub(crate) fn is_defanged(&self, start: usize, end: usize) -> bool {
        let index = self.jumps.partition_point(|jump| jump.live_end <= start);
        self.jumps.get(index).is_some_and(|jump| jump.live < end)
    }
}

/// The next place at which a dead sign can begin.
fn find_opening(text: &str, from: usize) -> Option<usize> {
    let rest = text.as_bytes().get(from..)?;
    let found =
        rest.iter().position(|byte| matches!(byte, b'[' | b'(' | b'{' | b'<' | b'\\' | b'.'))?;
    Some(from + found)
}

/// The length of the dead sign at the beginning of a text, and the live one.
fn dead(text: &str, live: &str, copied: &str) -> Option<(usize, &'static str)> {
    let fits =
        |sign: &str| text.get(..sign.len()).is_some_and(|head| head.eq_ignore_ascii_case(sign));
    let (sign, replacement) = DEAD.iter().find(|(sign, _)| fits(sign))?;
    // Half a bracket and a backslash count between letters and digits only: `a[.b`, `a\.b`.
    let is_half = matches!(*sign, "[." | ".]" | "\\." | "[:/");
    let is_word = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    let before = copied.chars().next_back().or_else(|| live.chars().next_back());
    let after = text.get(sign.len()..).and_then(|rest| rest.chars().next());
    let is_inside = is_word(before) && (is_word(after) || *sign == "[:/");
    (!is_half || is_inside).then_some((sign.len(), replacement))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dead_signs_live_and_keep_their_places() {
        let text = "é a[.]b(dot)c x\\.y [.z";
        let live = Live::new(text);
        assert_eq!(live.text(), "é a.b.c x.y [.z");
        assert_eq!(live.original(3, 8), (3, 14));
        assert_eq!(text.get(3..14), Some("a[.]b(dot)c"));
        assert!(live.is_defanged(3, 8) && !live.is_defanged(0, 3));
        assert_eq!(Live::new("hxxp[:]//a[.com").text(), "hxxp://a.com");
    }
}
