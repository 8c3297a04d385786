//! What somebody may have meant by a word that is not known.

/// The longest word that is compared; a longer one is no slip of the pen.
const LONGEST: usize = 40;

/// The known word that is nearest to `word`, where one is near enough to be a slip.
///
/// Near enough is about one edit for every three letters, and at least one. Among equals the first one wins.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().take(LONGEST + 1).collect();
    let limit = (word.len().saturating_add(1) / 3).max(1);
    if word.len() > LONGEST {
        return None;
    }
    known
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(edits, _)| *edits <= limit)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be inserted, deleted or replaced (Levenshtein 1966).
fn distance(left: &[char], right: &str) -> usize {
    let mut row: Vec<usize> = (0..=left.len()).collect();
    for (line, sign) in right.chars().enumerate() {
        let mut diagonal = line;
        let mut before = line + 1;
        if let Some(first) = row.first_mut() {
            *first = before;
        }
        for (cell, other) in row.iter_mut().skip(1).zip(left) {
            let replaced = diagonal + usize::from(*other != sign);
            diagonal = *cell;
            before = replaced.min(before + 1).min(*cell + 1);
            *cell = before;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["title", "tlp", "summary", "detected"];
        assert_eq!(nearest("titel", known), Some("title"), "two edits in five letters");
        assert_eq!(nearest("tpl", known), None, "two edits in three letters");
        assert_eq!(nearest("sumary", known), Some("summary"));
        assert_eq!(nearest("TLP", known), Some("tlp"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest(&"t".repeat(1000), known), None);
    }

    #[test]
    fn the_distance_is_the_textbooks() {
        let word = |text: &str| text.chars().collect::<Vec<_>>();
        assert_eq!(distance(&word("kitten"), "sitting"), 3);
        assert_eq!(distance(&word(""), "abc"), 3);
        assert_eq!(distance(&word("abc"), ""), 3);
        assert_eq!(distance(&word("same"), "same"), 0);
    }
}
