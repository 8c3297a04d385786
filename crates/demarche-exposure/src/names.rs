//! Names of persons that may stand in a line: two to four words in a row that begin with a capital letter.

/// The longest line that is searched, in bytes.
const LINE: usize = 2000;

/// Words that begin with a capital letter and are no names, in lower case.
const NO_NAMES: [&str; 40] = [
    "account",
    "an",
    "and",
    "annual",
    "bank",
    "best",
    "bonus",
    "card",
    "card number",
    "credit",
    "date",
    "dear",
    "employee",
    "for",
    "from",
    "gross",
    "hello",
    "hi",
    "iban",
    "insurance",
    "is",
    "kind",
    "mastercard",
    "national",
    "net",
    "number",
    "of",
    "passport",
    "password",
    "per",
    "regards",
    "salary",
    "security",
    "social",
    "the",
    "to",
    "transfer",
    "visa",
    "with",
    "your",
];

/// Titles before a family name, which alone then is a name.
const TITLES: [&str; 14] = [
    "doña", "dr", "frau", "herr", "madame", "mevrouw", "mme", "mr", "mrs", "ms", "señor", "señora",
    "signor", "signora",
];

/// The names that a line may hold, parted by line feeds, in their order.
///
/// Only single spaces part the words of a name: a tab, a comma, a full stop or any other sign ends it.
pub(crate) fn names_in(line: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    let line = line.get(..line.floor_char_boundary(LINE)).unwrap_or(line);
    for piece in line.split(|letter: char| !is_of_name(letter) && letter != ' ') {
        let mut words: Vec<&str> = Vec::new();
        for word in piece.split(' ') {
            if is_name(word) {
                words.push(word);
            }
            if !is_name(word) || ends_sentence(word) {
                end_name(&mut words, &mut names);
            }
        }
        end_name(&mut words, &mut names);
    }
    names.join("\n")
}

/// Returns true for a word with a full stop that is neither an initial nor a title.
fn ends_sentence(word: &str) -> bool {
    let bare = word.trim_end_matches('.');
    bare.len() < word.len()
        && bare.chars().count() > 1
        && !TITLES.contains(&bare.to_lowercase().as_str())
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphabetic() || matches!(letter, '\'' | '’' | '-' | '.')
}

fn is_name(word: &str) -> bool {
    let letters = word.trim_matches(|letter: char| !letter.is_alphabetic());
    let mut signs = letters.chars();
    let is_capital = signs.next().is_some_and(char::is_uppercase);
    let is_initial = letters.chars().count() == 1;
    let has_small = letters.chars().skip(1).any(char::is_lowercase);
    is_capital && (is_initial || has_small) && !NO_NAMES.contains(&letters.to_lowercase().as_str())
}

fn end_name(words: &mut Vec<&str>, names: &mut Vec<String>) {
    let trimmed = words.iter().map(|word| word.trim_matches('.').trim_matches('-'));
    let name = trimmed.collect::<Vec<_>>().join(" ");
    let full =
        words.iter().filter(|word| word.chars().filter(|sign| sign.is_alphabetic()).count() > 1);
    if full.count() >= 2 && words.len() <= 4 && !names.contains(&name) {
        names.push(name);
    }
    words.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_capitals_in_a_row() {
        assert_eq!(names_in("salary of Anna Adams: EUR 50,000"), "Anna Adams");
        assert_eq!(
            names_in("Jean-Luc O'Neil\t12\tMary K. Ó Briain"),
            "Jean-Luc O'Neil\nMary K Ó Briain"
        );
        assert_eq!(names_in("Social Security Number"), "");
        assert_eq!(names_in("C Z 4 Xyx E"), "", "initials alone are no name");
        assert_eq!(names_in("Anna Adams\tSommer\t51000"), "Anna Adams", "a cell ends a name");
        assert_eq!(names_in("until Friday. My credit"), "", "a full stop ends a name");
        assert_eq!(names_in("Anna Adams on Mr. Becker"), "Anna Adams\nMr Becker");
        assert_eq!(names_in(""), "");
    }
}
