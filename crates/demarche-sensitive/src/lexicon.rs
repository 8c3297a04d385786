//! The words that name a kind of data, in many languages.
//!
//! The words are in `words/`, a file for each topic: lines of a language and words parted by `;`. A word that ends with
//! `*` may go on, as stems of inflected languages do. A space stands for any short gap: a space, a hyphen, a line feed.

use std::collections::BTreeMap;

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
}

/// All words, by their first three bytes.
#[derive(Debug)]
pub(crate) struct Lexicon {
    /// A bit for each hash of three bytes with which a word begins.
    filter: Vec<u64>,
    words: BTreeMap<[u8; 3], Vec<Word>>,
}

/// The number of bits of the filter: 8 KiB stay in the first cache.
const FILTER_BITS: u32 = 1 << 16;

impl Lexicon {
    pub(crate) fn built_in() -> Self {
        let mut lexicon = Self {
            filter: vec![0; usize::try_from(FILTER_BITS / 64).unwrap_or(1)],
            words: BTreeMap::new(),
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
        for words in lexicon.words.values_mut() {
            words.sort_by_key(|word| std::cmp::Reverse(word.bytes.len()));
        }
        lexicon
    }

    fn add(&mut self, word: &str, topic: Topic, country: Option<Country>) {
        let is_stem = word.ends_with('*');
        let word = word.trim_end_matches('*');
        let mut forms = vec![word.to_lowercase()];
        if !word.is_ascii() {
            let mut letters = forms[0].chars();
            let first: String =
                letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
            forms.push(first + letters.as_str());
            forms.push(word.to_uppercase());
            forms.dedup();
        }
        for form in forms {
            let bytes = form.into_bytes();
            let Some(key) = key(&bytes) else { continue };
            let (index, bit) = slot(key);
            if let Some(bits) = self.filter.get_mut(index) {
                *bits |= bit;
            }
            self.words.entry(key).or_default().push(Word { bytes, is_stem, topic, country });
        }
    }

    /// Adds the longest word that begins at an offset, once for each of its meanings.
    #[inline]
    pub(crate) fn note(&self, text: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let rest = text.get(start..).unwrap_or(&[]);
        let Some(key) = key(rest) else { return };
        let (index, bit) = slot(key);
        if self.filter.get(index).is_some_and(|bits| bits & bit != 0) {
            self.note_key(key, rest, start, hits);
        }
    }

    fn note_key(&self, key: [u8; 3], rest: &[u8], start: usize, hits: &mut Vec<Hit>) {
        let Some(words) = self.words.get(&key) else { return };
        let mut longest = 0;
        for word in words {
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

/// The first three bytes, in small letters.
fn key(bytes: &[u8]) -> Option<[u8; 3]> {
    let [first, second, third, ..] = bytes else { return None };
    let gap = if is_gap(*third) { b' ' } else { third.to_ascii_lowercase() };
    Some([first.to_ascii_lowercase(), second.to_ascii_lowercase(), gap])
}

fn slot([first, second, third]: [u8; 3]) -> (usize, u64) {
    let key = u32::from_be_bytes([0, first, second, third]);
    let hash = key.wrapping_mul(0x9E37_79B1) >> 16;
    (usize::try_from(hash / 64).unwrap_or(0), 1 << (hash % 64))
}

fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'-' | b'_' | b'.')
}

impl Word {
    /// The length of the word where a text begins with it.
    fn length_in(&self, text: &[u8]) -> Option<usize> {
        let mut length = 0;
        for byte in &self.bytes {
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
            return Some(length);
        }
        let letters = |byte: &&u8| byte.is_ascii_alphabetic() || **byte >= 0x80;
        self.is_stem.then(|| {
            length + text.get(length..).map_or(0, |rest| rest.iter().take_while(letters).count())
        })
    }
}
