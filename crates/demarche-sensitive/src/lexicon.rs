//! The words that name a kind of data, in many languages.
//!
//! The words are in `words/`, a file for each topic: lines of a language and words parted by `;`. A word that ends with
//! `*` may go on, as stems of inflected languages do; one that ends with `~` has a gap behind it. A space stands for any short gap: a space, a hyphen, a line feed.

use demarche_terms::Country;

/// The meaning of a word for the numbers near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    Card,
    Iban,
    Account,
    Routing,
    SortCode,
    Bic,
    Ssn,
    Tax,
    Nino,
    National,
    Passport,
    Licence,
    Birth,
    Salary,
    Raise,
    Health,
    Illness,
    Password,
    Login,
    Pin,
    Phone,
    Key,
    AwsSecret,
    Privilege,
    /// Numbers of trade and technology, which only look like sensitive ones: orders, parcels, parts.
    Trade,
}

const FILES: [(Topic, &str); 25] = [
    (Topic::Card, include_str!("words/card.txt")),
    (Topic::Iban, include_str!("words/iban.txt")),
    (Topic::Account, include_str!("words/account.txt")),
    (Topic::Routing, include_str!("words/routing.txt")),
    (Topic::SortCode, include_str!("words/sort_code.txt")),
    (Topic::Bic, include_str!("words/bic.txt")),
    (Topic::Ssn, include_str!("words/ssn.txt")),
    (Topic::Tax, include_str!("words/tax.txt")),
    (Topic::Nino, include_str!("words/nino.txt")),
    (Topic::National, include_str!("words/national.txt")),
    (Topic::Passport, include_str!("words/passport.txt")),
    (Topic::Licence, include_str!("words/licence.txt")),
    (Topic::Birth, include_str!("words/birth.txt")),
    (Topic::Salary, include_str!("words/salary.txt")),
    (Topic::Raise, include_str!("words/raise.txt")),
    (Topic::Health, include_str!("words/health.txt")),
    (Topic::Illness, include_str!("words/illness.txt")),
    (Topic::Password, include_str!("words/password.txt")),
    (Topic::Login, include_str!("words/login.txt")),
    (Topic::Pin, include_str!("words/pin.txt")),
    (Topic::Phone, include_str!("words/phone.txt")),
    (Topic::Key, include_str!("words/key.txt")),
    (Topic::AwsSecret, include_str!("words/aws_secret.txt")),
    (Topic::Privilege, include_str!("words/privilege.txt")),
    (Topic::Trade, include_str!("words/trade.txt")),
];

/// A word in a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) topic: Topic,
    /// The state whose number the word names, where it names that of one state.
    pub(crate) country: Option<Country>,
}

#[derive(Debug)]
struct Word {
    bytes: Vec<u8>,
    is_stem: bool,
    topic: Topic,
    country: Option<Country>,
    /// The first bytes, as far as they are the same in every spelling, to compare at once.
    head: u64,
    mask: u64,
    /// The bytes that a text with this head has in common with the word, up to the first gap.
    known: usize,
}

/// All words, by the hash of their first three bytes.
#[derive(Debug)]
pub(crate) struct Lexicon {
    /// A bit for each beginning of a word of letters.
    filter: Vec<u64>,
    /// A bit for each first character of a word in a script that does not part words.
    wide: Vec<u64>,
    /// For each hash the place of its words in `words`; 0 for none.
    index: Vec<u16>,
    /// The words of each hash, longest first.
    words: Vec<Vec<Word>>,
}

/// The number of bits of the filter: 32 KiB stay in the first cache.
const FILTER_BITS: usize = 1 << 18;

/// The number of hashes of three bytes.
const HASHES: usize = 1 << 16;

impl Lexicon {
    pub(crate) fn built_in() -> Self {
        let mut lexicon = Self {
            filter: vec![0; FILTER_BITS / 64],
            wide: vec![0; HASHES / 64],
            index: vec![0; HASHES],
            words: vec![Vec::new()],
        };
        for (topic, file) in FILES {
            for line in file.lines().filter(|line| !line.starts_with('#')) {
                let Some((language, words)) = line.split_once(' ') else { continue };
                let country = language.starts_with(|letter: char| letter.is_ascii_uppercase());
                let country = country.then(|| language.parse().ok()).flatten();
                for word in words.split(';').map(str::trim).filter(|word| !word.is_empty()) {
                    lexicon.add(word, topic, country);
                }
            }
        }
        for words in &mut lexicon.words {
            words.sort_by_key(|word| std::cmp::Reverse(word.bytes.len()));
        }
        lexicon
    }

    fn add(&mut self, word: &str, topic: Topic, country: Option<Country>) {
        let is_stem = word.ends_with('*');
        let word = &word.trim_end_matches('*').replace('~', " ");
        let mut forms = vec![word.to_lowercase()];
        if !word.is_ascii() {
            let mut letters = forms[0].chars();
            let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
            forms.push(first + letters.as_str());
            forms.push(word.to_uppercase());
            forms.dedup();
        }
        for form in forms {
            let bytes = form.into_bytes();
            let Some(hash) = hash(&bytes) else { continue };
            let (head, mask) = head(&bytes);
            self.pass(&bytes, hash, is_stem);
            let known = bytes.iter().take(8).take_while(|byte| **byte != b' ').count();
            let word = Word { bytes, is_stem, topic, country, head, mask, known };
            self.insert(hash, word);
        }
    }

    /// Lets a word through the filters, whatever comes after it.
    fn pass(&mut self, word: &[u8], hash: usize, is_stem: bool) {
        let set = |filter: &mut Vec<u64>, bit: usize| {
            if let Some(bits) = filter.get_mut(bit / 64) {
                *bits |= 1 << (bit % 64);
            }
        };
        if word.first().is_some_and(|first| *first >= 0xE0) {
            return set(&mut self.wide, hash);
        }
        set(&mut self.filter, beginning(word));
        if word.len() < BEGINNING && (is_stem || !word.is_ascii()) {
            for next in (b'a'..=b'z').chain(0x80..=0xFF) {
                let mut longer = word.to_vec();
                longer.push(next);
                set(&mut self.filter, beginning(&longer));
                for after in (b'a'..=b'z').filter(|_| longer.len() < BEGINNING) {
                    let mut longest = longer.clone();
                    longest.push(after);
                    set(&mut self.filter, beginning(&longest));
                }
            }
        }
    }

    fn insert(&mut self, hash: usize, word: Word) {
        let count = u16::try_from(self.words.len()).expect("there are some thousand words");
        let index = self.index.get_mut(hash).expect("a hash is less than the number of bits");
        if *index == 0 {
            *index = count;
            self.words.push(Vec::new());
        }
        let words = self.words.get_mut(usize::from(*index));
        words.expect("the list was just made").push(word);
    }

    /// Adds the longest word that begins at an offset, once for each of its meanings.
    #[inline]
    pub(crate) fn note(&self, text: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let rest = text.get(start..).unwrap_or(&[]);
        let bit = beginning(rest);
        if self.filter.get(bit / 64).is_some_and(|bits| bits & 1 << (bit % 64) != 0) {
            self.note_words(rest, start, hits);
        }
    }

    /// The same where a character begins of a script that does not part words.
    #[inline]
    pub(crate) fn note_wide(&self, text: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let rest = text.get(start..).unwrap_or(&[]);
        let Some(hash) = hash(rest) else { return };
        if self.wide.get(hash / 64).is_some_and(|bits| bits & 1 << (hash % 64) != 0) {
            self.note_words(rest, start, hits);
        }
    }

    fn note_words(&self, rest: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let Some(hash) = hash(rest) else { return };
        let Some(index) = self.index.get(hash) else { return };
        let Some(words) = self.words.get(usize::from(*index)) else { return };
        let (head, _) = text_head(rest);
        let mut longest = 0;
        for word in words.iter().filter(|word| head & word.mask == word.head) {
            if word.bytes.len() < longest {
                break;
            }
            let Some(length) = word.length_in(rest) else { continue };
            longest = word.bytes.len();
            let Word { topic, country, .. } = *word;
            hits.push(Hit { start, end: start + length, topic, country });
        }
    }
}

/// The hash of the first three bytes, in small letters; `None` for a shorter text.
fn hash(bytes: &[u8]) -> Option<usize> {
    let [first, second, third, ..] = bytes else { return None };
    let key = u32::from_be_bytes([0, fold(*first), fold(*second), fold(*third)]);
    usize::try_from(key.wrapping_mul(0x9E37_79B1) >> 16).ok()
}

/// The byte in its small letter; a space for every sign of a gap.
fn fold(byte: u8) -> u8 {
    FOLDED[usize::from(byte)]
}

const FOLDED: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    loop {
        #[expect(clippy::as_conversions, reason = "a constant cannot call `usize::from`")]
        let index = byte as usize;
        table[index] = if is_gap(byte) { b' ' } else { byte.to_ascii_lowercase() };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// The number of bytes by which the filter knows the beginning of a word.
const BEGINNING: usize = 5;

/// The bit of the first letters of a text, five at most, up to the first sign that is no letter.
#[inline]
fn beginning(text: &[u8]) -> usize {
    let bytes = text.first_chunk().copied().unwrap_or_else(|| {
        let mut padded = [0; 8];
        for (target, byte) in padded.iter_mut().zip(text) {
            *target = *byte;
        }
        padded
    });
    let hash = letters(u64::from_le_bytes(bytes)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    usize::try_from(hash >> (64 - FILTER_BITS.trailing_zeros())).unwrap_or(0)
}

/// The bytes up to the first that is no part of a letter, five at most, ASCII in small letters; all eight at once.
fn letters(bytes: u64) -> u64 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let low = (bytes | HIGH >> 2) & !HIGH;
    // The high bit of a byte is set by these sums from `a` on, and from the sign after `z` on.
    let is_letter = (low + 0x1F1F_1F1F_1F1F_1F1F) & !(low + 0x0505_0505_0505_0505) & !bytes & HIGH;
    let small = bytes | is_letter >> 2;
    let gaps = !(is_letter | bytes) & HIGH;
    let first = gaps & gaps.wrapping_neg();
    small & (first >> 7).wrapping_sub(1) & 0xFF_FFFF_FFFF
}

/// The first eight bytes of a text, folded.
fn text_head(bytes: &[u8]) -> (u64, usize) {
    let mut folded = [0; 8];
    for (target, byte) in folded.iter_mut().zip(bytes) {
        *target = fold(*byte);
    }
    (u64::from_le_bytes(folded), bytes.len().min(8))
}

/// The first bytes of a word, up to its first gap, and a mask of as many bytes.
fn head(word: &[u8]) -> (u64, u64) {
    let end = word.iter().position(|byte| *byte == b' ').map_or(word.len(), |gap| gap + 1);
    let (head, length) = text_head(word.get(..end).unwrap_or(word));
    let mask = if length == 8 { u64::MAX } else { (1 << (length * 8)) - 1 };
    (head & mask, mask)
}

const fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'-' | b'_' | b'.')
}

impl Word {
    /// The length of the word where a text has its head and goes on with it.
    fn length_in(&self, text: &[u8]) -> Option<usize> {
        let mut length = self.known;
        for byte in self.bytes.get(self.known..)? {
            let met = text.get(length)?;
            if *byte == b' ' {
                let gap = text.get(length..)?.iter().take(3).take_while(|byte| is_gap(**byte));
                match gap.count() {
                    0 => return None,
                    count => length += count,
                }
            } else if met.eq_ignore_ascii_case(byte) {
                length += 1;
            } else {
                return None;
            }
        }
        let next = text.get(length).copied().unwrap_or(b' ');
        let is_wide = self.bytes.first().is_some_and(|first| *first >= 0xE0);
        let last = self.bytes.last().copied().unwrap_or(b' ');
        let goes_on = next.is_ascii_alphabetic() || matches!(next, 0xC3..=0xDF);
        let is_end = !goes_on || is_wide || !last.is_ascii_alphanumeric() && last < 0x80;
        if is_end {
            let is_mark = matches!(last, b':' | b'=' | b' ');
            return Some(if is_mark { self.bytes.len() - 1 } else { length });
        }
        let letters = |byte: &&u8| byte.is_ascii_alphabetic() || **byte >= 0x80;
        self.is_stem.then(|| {
            length + text.get(length..).map_or(0, |rest| rest.iter().take_while(letters).count())
        })
    }
}

/// The words with which the forms begin, up to the first sign that is no letter or digit.
const PREFIXES: [&[u8]; 37] = [
    b"ghp",
    b"gho",
    b"ghu",
    b"ghs",
    b"ghr",
    b"github",
    b"glpat",
    b"glptt",
    b"gldt",
    b"glrt",
    b"xoxb",
    b"xoxp",
    b"xoxa",
    b"xoxr",
    b"xoxs",
    b"xapp",
    b"sk",
    b"rk",
    b"whsec",
    b"GOCSPX",
    b"ya29",
    b"SG",
    b"npm",
    b"pypi",
    b"rubygems",
    b"dckr",
    b"hf",
    b"dop",
    b"doo",
    b"shpat",
    b"shpss",
    b"shppa",
    b"shpca",
    b"sq0atp",
    b"sq0csp",
    b"PuTTY",
    b"key",
];

/// Returns true if a word begins a key when a sign and further characters follow.
pub(crate) fn is_prefix(word: &[u8]) -> bool {
    word.len() < 9 && PREFIXES.contains(&word)
        || matches!(word, b"lin" | b"hvs" | b"AGE" | b"pplx")
        || word.starts_with(b"eyJ")
        || word.starts_with(b"AIza")
        || word.len() >= 16
}
