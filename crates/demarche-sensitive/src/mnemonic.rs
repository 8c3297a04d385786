//! Phrases of words that stand for the keys of a wallet, told by the checksum in their last word.
//!
//! Programs that fill lines break such a phrase anywhere; what confirms it is the checksum, not the end of a line.
//!
//! Source: "BIP 39: Mnemonic code for generating deterministic keys", github.com/bitcoin/bips.
#![warn(clippy::indexing_slicing)]

mod words;

use std::ops::Range;

use sha2::{Digest, Sha256};
use words::WORDS;

/// The numbers of words that a phrase may have, the longest first.
const LENGTHS: [usize; 5] = [24, 21, 18, 15, 12];

/// The bits that one word stands for.
const BITS: usize = 11;

/// The longest word, in letters.
const LONGEST: usize = 8;

/// The phrase at the beginning of a text, over as many lines as it takes.
pub(crate) fn find(text: &str) -> Option<Range<usize>> {
    let (mut numbers, mut ends) = (Vec::new(), Vec::new());
    let mut offset = 0;
    let most = LENGTHS.iter().copied().max().unwrap_or(0);
    while numbers.len() < most {
        let rest = text.as_bytes().get(offset..)?;
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).take(LONGEST + 1);
        let end = offset + length.count();
        let word = text.get(offset..end).unwrap_or("").to_ascii_lowercase();
        let Ok(number) = WORDS.binary_search(&word.as_str()) else { break };
        numbers.push(number);
        ends.push(end);
        let gap = text.as_bytes().get(end..).unwrap_or(&[]).iter();
        let is_gap = |byte: &&u8| matches!(byte, b' ' | b'\n');
        offset = end + gap.take(MOST_GAPS).take_while(is_gap).count();
        if offset == end {
            break;
        }
    }
    let is_right = |length: &&usize| numbers.get(..**length).is_some_and(is_confirmed);
    let length = LENGTHS.iter().find(is_right)?;
    ends.get(length.checked_sub(1)?).map(|end| 0..*end)
}

/// The spaces and line breaks that may part two words: those of an indented quotation.
const MOST_GAPS: usize = 8;

/// Returns true if the last bits of the words are the first bits of the hash of the others.
fn is_confirmed(numbers: &[usize]) -> bool {
    let all = numbers.len() * BITS;
    let (checked, check) = (all - all / 33, all / 33);
    let bit = |index: usize| {
        let number = numbers.get(index / BITS).copied().unwrap_or(0);
        number >> (BITS - 1 - index % BITS) & 1 == 1
    };
    let byte =
        |first: usize| (first..first + 8).fold(0, |byte, index| byte << 1 | u8::from(bit(index)));
    let entropy: Vec<u8> = (0..checked / 8).map(|index| byte(index * 8)).collect();
    let hash = Sha256::digest(&entropy);
    (0..check).all(|index| {
        let byte = hash.get(index / 8).copied().unwrap_or(0);
        (byte >> (7 - index % 8) & 1 == 1) == bit(checked + index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test vectors of the reference implementation, github.com/trezor/python-mnemonic.
    const TWELVE: &str =
        "legal winner thank year wave sausage worth useful legal winner thank yellow";
    const TWENTY_FOUR: &str = "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing screen patrol group space point ten exist slush involve unfold";

    #[test]
    fn a_phrase_is_confirmed_by_its_checksum() {
        assert_eq!(find(TWELVE), Some(0..TWELVE.len()));
        assert_eq!(find(TWENTY_FOUR), Some(0..TWENTY_FOUR.len()));
        assert_eq!(find(&format!("{TWELVE}. Keep it")), Some(0..TWELVE.len()));
        assert_eq!(find(&TWELVE.replace("yellow", "year")), None);
        assert_eq!(find(&TWELVE.replace(" yellow", "")), None);
        assert_eq!(find(""), None);
    }

    #[test]
    fn a_phrase_goes_on_over_line_breaks() {
        let broken = TWENTY_FOUR.replace("heavy ", "heavy\n").replace("group ", "group\n    ");
        assert_eq!(find(&broken), Some(0..broken.len()));
        assert_eq!(find(&TWELVE.to_uppercase()), Some(0..TWELVE.len()));
    }
}
