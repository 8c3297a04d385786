//! Markings of the Traffic Light Protocol in the words of others: in tags, cells, headings, statements and names.
//!
//! A marking that cannot be understood counts as RED, so that no reading of it is laxer than its author meant.

use super::Tlp;

/// Words that may stand between the name of the protocol and the marking: "TLP level: RED", "TLP 2.0 RED".
const BETWEEN: [&str; 22] = [
    "level",
    "levels",
    "marking",
    "markings",
    "version",
    "v",
    "v1",
    "v2",
    "0",
    "1",
    "2",
    "designation",
    "classification",
    "colour",
    "color",
    "code",
    "rating",
    "status",
    "label",
    "is",
    "sharing",
    "tlp",
];

/// The most such words, and the most signs between two words of one marking.
const MOST_BETWEEN: usize = 4;
const MOST_SIGNS: usize = 24;

impl Tlp {
    /// Returns the marking that a word names, in a place where a marking is expected; RED for any other word.
    ///
    /// ```
    /// # use demarche_terms::Tlp;
    /// assert_eq!(Tlp::of_word("tlp:amber-strict"), Tlp::AmberStrict);
    /// assert_eq!(Tlp::of_word("WHITE"), Tlp::Clear);
    /// assert_eq!(Tlp::of_word("top secret"), Tlp::Red);
    /// ```
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        let plain = plain(word);
        let word = plain.trim().trim_matches(['"', '\'', '[', ']', '(', ')']).trim();
        let word = word.strip_prefix("tlp").map_or(word, |rest| {
            rest.trim_start_matches(|sign: char| sign.is_whitespace() || ":=-_\"'".contains(sign))
        });
        let mut words = Words { rest: word };
        let level = words.level();
        level.filter(|_| words.rest.trim().is_empty()).unwrap_or(Self::Red)
    }

    /// Returns the marking that a text is, where the whole of it is one word of the protocol, such as `RED`.
    #[must_use]
    pub fn bare_word(text: &str) -> Option<Self> {
        let plain = plain(text);
        let mut words = Words { rest: plain.trim() };
        words.level().filter(|_| words.rest.is_empty())
    }

    /// Returns the strictest marking that a text tells of; `None` where it tells of none.
    ///
    /// The protocol has to be named ("TLP", "Traffic Light Protocol"). A word behind `TLP:` that is no marking is RED.
    /// A text that only mentions the protocol tells of none.
    ///
    /// ```
    /// # use demarche_terms::Tlp;
    /// assert_eq!(Tlp::told_in("TLP: GREEN. Annex: TLP AMBER + STRICT"), Some(Tlp::AmberStrict));
    /// assert_eq!(Tlp::told_in("tlp:purple"), Some(Tlp::Red));
    /// assert_eq!(Tlp::told_in("See the TLP of FIRST."), None);
    /// ```
    #[must_use]
    pub fn told_in(text: &str) -> Option<Self> {
        // Nearly no text names the protocol, so that the search for its name comes first.
        if text.is_ascii() && !names_protocol(text.as_bytes()) {
            return None;
        }
        let plain = plain(text);
        let mut strictest = None;
        let mut rest = plain.as_str();
        let mut before = None;
        while let Some((skipped, behind)) = next_name(rest, before) {
            strictest = strictest.max(told_behind(behind));
            before = skipped;
            rest = behind;
        }
        strictest
    }
}

fn names_protocol(text: &[u8]) -> bool {
    let is = |window: &[u8], word: &[u8]| window.eq_ignore_ascii_case(word);
    text.windows(3).any(|window| is(window, b"tlp"))
        || text.windows(7).any(|window| is(window, b"traffic"))
}

/// The text in lower case, with wide letters as plain ones and without signs that nobody sees.
fn plain(text: &str) -> String {
    let signs = text.chars().filter_map(|sign| match u32::from(sign) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0),
        0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF => None,
        _ => Some(sign),
    });
    signs.flat_map(char::to_lowercase).collect()
}

/// The text behind the next name of the protocol, and the sign that it ends with.
fn next_name(text: &str, before: Option<char>) -> Option<(Option<char>, &str)> {
    let mut last = before;
    let mut rest = text;
    while let Some(sign) = rest.chars().next() {
        if !last.is_some_and(char::is_alphanumeric) {
            if let Some(behind) = rest.strip_prefix("tlp") {
                return Some((Some('p'), behind));
            }
            if let Some(behind) = rest.strip_prefix("traffic") {
                let behind = behind.trim_start_matches(|sign: char| !sign.is_alphanumeric());
                if let Some(behind) = behind.strip_prefix("light") {
                    let further = behind.trim_start_matches(|sign: char| !sign.is_alphanumeric());
                    return Some((Some('t'), further.strip_prefix("protocol").unwrap_or(behind)));
                }
            }
        }
        last = Some(sign);
        rest = rest.get(sign.len_utf8()..).unwrap_or("");
    }
    None
}

/// The marking that stands behind the name of the protocol.
fn told_behind(text: &str) -> Option<Tlp> {
    let mut words = Words { rest: text };
    // The word may follow at once, as in "TLPRED"; any other letter makes the name a part of some other word.
    if text.starts_with(char::is_alphabetic) {
        return words.levels();
    }
    let mut is_claim = false;
    for _ in 0..=MOST_BETWEEN {
        let gap = words.gap()?;
        is_claim |= gap.contains([':', '=']);
        if let Some(level) = words.levels() {
            return Some(level);
        }
        let word = words.word();
        if !BETWEEN.contains(&word) {
            return (is_claim && !word.is_empty()).then_some(Tlp::Red);
        }
    }
    is_claim.then_some(Tlp::Red)
}

/// The rest of a text, taken word by word.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    /// Takes the signs up to the next word; `None` where no word follows soon.
    fn gap(&mut self) -> Option<&'a str> {
        let end = self.rest.find(char::is_alphanumeric)?;
        let (gap, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (gap.chars().count() <= MOST_SIGNS).then_some(gap)
    }

    fn word(&mut self) -> &'a str {
        let end = self.rest.find(|sign: char| !sign.is_alphanumeric()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        word
    }

    /// Takes one marking; nothing is taken where none follows.
    fn level(&mut self) -> Option<Tlp> {
        let mut ahead = Words { rest: self.rest };
        let level = match ahead.word() {
            "white" | "clear" => Tlp::Clear,
            "green" => Tlp::Green,
            "amber" => Tlp::Amber,
            "amberstrict" => Tlp::AmberStrict,
            "red" => Tlp::Red,
            _ => return None,
        };
        let mut further = Words { rest: ahead.rest };
        let gap = further.gap().filter(|gap| gap.chars().count() <= 3 && !gap.contains('\n'));
        if level == Tlp::Amber && gap.is_some() && further.word() == "strict" {
            self.rest = further.rest;
            return Some(Tlp::AmberStrict);
        }
        if let Some(rest) = ahead.rest.strip_prefix('+') {
            // "GREEN+something" is no marking that the protocol knows.
            self.rest = rest;
            return Some(if level == Tlp::Amber { Tlp::AmberStrict } else { Tlp::Red });
        }
        self.rest = ahead.rest;
        Some(level)
    }

    /// Takes one marking and those that follow it at once, as in "GREEN/RED" and "GREEN or AMBER"; the strictest goes.
    fn levels(&mut self) -> Option<Tlp> {
        let mut strictest = self.level()?;
        loop {
            let mut ahead = Words { rest: self.rest };
            let is_near = |gap: &str| gap.chars().count() <= 3 && !gap.contains('\n');
            if !ahead.gap().is_some_and(is_near) {
                return Some(strictest);
            }
            if ahead.rest.starts_with("or ") || ahead.rest.starts_with("and ") {
                ahead.word();
                let _ = ahead.gap();
            }
            let Some(level) = ahead.level() else { return Some(strictest) };
            strictest = strictest.max(level);
            self.rest = ahead.rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marking_is_read_in_every_way_it_is_written() {
        for (text, expected) in [
            ("TLP:RED", Tlp::Red),
            ("TLP: RED -- do not share", Tlp::Red),
            ("tlp=\"red\"", Tlp::Red),
            ("TLP\nRED", Tlp::Red),
            ("TLP-GREEN", Tlp::Green),
            ("Report of X (TLP:AMBER)", Tlp::Amber),
            ("TLP:AMBER+STRICT", Tlp::AmberStrict),
            ("tlp:amber-strict", Tlp::AmberStrict),
            ("TLP AMBER STRICT", Tlp::AmberStrict),
            ("TLPRED", Tlp::Red),
            ("TLP 2.0: AMBER", Tlp::Amber),
            ("TLP level is GREEN", Tlp::Green),
            ("Traffic Light Protocol: Amber", Tlp::Amber),
            ("traffic-light protocol (TLP) red", Tlp::Red),
            ("TLP:CLEAR and TLP:GREEN", Tlp::Green),
            ("TLP:GREEN/RED", Tlp::Red),
            ("TLP:CLEAR or GREEN", Tlp::Green),
            ("ＴＬＰ：ＲＥＤ", Tlp::Red),
            ("T\u{200b}LP:R\u{ad}ED", Tlp::Red),
            ("x_tlp:red", Tlp::Red),
        ] {
            assert_eq!(Tlp::told_in(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_marking_that_nobody_knows_is_red() {
        for text in ["tlp:purple", "TLP:ex:chr", "TLP: REDACTED", "TLP:GREEN+MORE", "TLP=rot"] {
            assert_eq!(Tlp::told_in(text), Some(Tlp::Red), "{text}");
        }
        for word in ["", "secret", "TLP:", "tlp:purple", "green to some", "clear+strict"] {
            assert_eq!(Tlp::of_word(word), Tlp::Red, "{word}");
        }
    }

    #[test]
    fn what_only_mentions_the_protocol_or_no_protocol_tells_of_no_marking() {
        for text in
            ["", "TLP", "We use the TLP of FIRST.", "a red herring", "httlp:red", "light traffic"]
        {
            assert_eq!(Tlp::told_in(text), None, "{text}");
        }
        assert_eq!(Tlp::bare_word(" Red "), Some(Tlp::Red));
        assert_eq!(Tlp::bare_word("Red Hat"), None);
    }
}
