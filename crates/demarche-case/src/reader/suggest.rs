//! The known word nearest to one that is not known.

/// The longest word that is compared; a longer one is no slip of the pen.
const LONGEST: usize = 40;

/// The known word that is nearest to `word`, where one is near enough to be a slip.
///
/// Near enough is about one edit for every three letters, and at least one. Among equals the first one wins.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let letters = word.chars().take(LONGEST + 1).count();
    if letters > LONGEST {
        return None;
    }
    let limit = ((letters + 1) / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::levenshtein(&word, candidate), candidate))
        .filter(|(edits, _)| *edits <= limit)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
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
}
