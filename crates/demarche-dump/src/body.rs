//! The text of a message out of its plain parts and its pages, and the digest of it that copies share.

use std::collections::HashSet;

use demarche_terms::Sha256;

use crate::item::{Mailbox, Message};

/// A part of the text of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passage {
    pub(crate) text: String,
    /// The offsets behind soft line breaks that were joined, in their order.
    pub(crate) breaks: Vec<usize>,
}

impl From<String> for Passage {
    fn from(text: String) -> Self {
        Self { text, breaks: Vec::new() }
    }
}

/// The paragraphs of a text in `format=flowed`: lines that end with a space go on in the next line of the same depth of
/// quoting. `deletes_space` says that the space belongs to the line break (`DelSp=yes`).
///
/// Source: RFC 3676, 4.1 to 4.5. The line before a signature, `-- `, stands alone.
pub(crate) fn flowed(text: &str, deletes_space: bool) -> Passage {
    let mut passage = Passage { text: String::with_capacity(text.len()), breaks: Vec::new() };
    // The depth of quoting of a line that goes on.
    let mut going_on = None;
    for (number, line) in text.split('\n').enumerate() {
        let unquoted = line.trim_start_matches('>');
        let depth = line.len() - unquoted.len();
        let words = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        let is_signature = words == "-- ";
        if going_on == Some(depth) && !is_signature {
            passage.breaks.push(passage.text.len());
        } else {
            if number > 0 {
                passage.text.push('\n');
            }
            let quoting = line.get(..depth).unwrap_or("");
            passage.text.push_str(quoting);
            if depth > 0 && unquoted.len() > words.len() {
                passage.text.push(' ');
            }
        }
        let goes_on = words.ends_with(' ') && !is_signature;
        let is_cut = goes_on && deletes_space;
        passage.text.push_str(if is_cut {
            words.strip_suffix(' ').unwrap_or(words)
        } else {
            words
        });
        going_on = goes_on.then_some(depth);
    }
    passage
}

/// The plain texts, and those of pages that say more than they do. A page that says all that the plain texts say stands
/// for them.
pub(crate) fn joined(plain: Vec<Passage>, pages: Vec<String>) -> Vec<Passage> {
    if plain.iter().all(|passage| passage.text.trim().is_empty()) {
        let pages = pages.into_iter().filter(|page| !page.trim().is_empty());
        return pages.map(Passage::from).collect();
    }
    // Most pages say the same in the same order.
    let says_the_same =
        |page: &String| words(page).eq(plain.iter().flat_map(|passage| words(&passage.text)));
    if pages.iter().all(says_the_same) {
        return plain;
    }
    let known: HashSet<&str> = plain.iter().flat_map(|passage| words(&passage.text)).collect();
    let is_richer = |page: &String| words(page).any(|word| !known.contains(word));
    let richer: Vec<String> = pages.into_iter().filter(is_richer).collect();
    if richer.is_empty() {
        return plain;
    }
    if known.is_subset(&words_of(&richer)) {
        return richer.into_iter().map(Passage::from).collect();
    }
    drop(known);
    plain.into_iter().chain(richer.into_iter().map(Passage::from)).collect()
}

fn words_of(texts: &[String]) -> HashSet<&str> {
    texts.iter().flat_map(|text| words(text)).collect()
}

/// The words of a text: letters and digits, with all between them left out.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The digest of sender, recipients, date, subject, text with white space folded, and attachments.
///
/// The identifier and all other fields of the header are left out.
pub(crate) fn normal(message: &Message, attachments: &[Sha256]) -> Sha256 {
    let mut normal = String::new();
    for mailboxes in [&message.from, &message.to, &message.cc] {
        mailboxes.iter().for_each(|mailbox| address(mailbox, &mut normal));
        normal.push('\n');
    }
    if let Some(sent) = message.sent {
        normal.push_str(&sent.as_second().to_string());
    }
    normal.push('\n');
    fold(&message.subject, &mut normal);
    normal.push('\n');
    for section in &message.body {
        fold(&section.text, &mut normal);
    }
    normal.push('\n');
    for attachment in attachments {
        normal.push_str(&attachment.to_string());
        normal.push('\n');
    }
    Sha256::of(normal.as_bytes())
}

/// Adds an address in lower case, or the name where there is no address.
fn address(mailbox: &Mailbox, out: &mut String) {
    let text = mailbox.address.as_deref().or(mailbox.name.as_deref()).unwrap_or("");
    out.extend(text.trim().chars().flat_map(char::to_lowercase));
    out.push(' ');
}

/// Adds the words of a text with one space behind each.
fn fold(text: &str, out: &mut String) {
    out.reserve(text.len() + 1);
    for word in text.split_ascii_whitespace() {
        out.push_str(word);
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_counts_where_it_says_more() {
        let joined = |plain: &str, page: &str| -> Vec<String> {
            let passages = joined(vec![plain.to_owned().into()], vec![page.to_owned()]);
            passages.into_iter().map(|passage| passage.text).collect()
        };
        assert_eq!(joined("a, b c", "A b c"), ["a, b c", "A b c"]);
        assert_eq!(joined("a, b c", "b  c a"), ["a, b c"]);
        assert_eq!(joined("a b", "a b c"), ["a b c"]);
        assert_eq!(joined("view it online", "the salary"), ["view it online", "the salary"]);
        assert_eq!(joined(" ", "the salary"), ["the salary"]);
    }

    #[test]
    fn soft_line_breaks_are_joined_and_hard_ones_stay() {
        let told = |text: &str, deletes: bool| {
            let Passage { text, breaks } = flowed(text, deletes);
            (text, breaks)
        };
        assert_eq!(
            told("card 4111 1111 \n1111 1111\nend", false),
            ("card 4111 1111 1111 1111\nend".to_owned(), vec![15])
        );
        assert_eq!(told("key AKIA12 \n34 \n56", true), ("key AKIA123456".to_owned(), vec![10, 12]));
        assert_eq!(
            told("> a \n> b\n>> c \nd", false).0,
            "> a b\n>> c \nd",
            "depths of quoting stay apart"
        );
        assert_eq!(
            told("words \n-- \nAnna", false).0,
            "words \n-- \nAnna",
            "a signature stands alone"
        );
        assert_eq!(told(" From \n > b\n\nc", false).0, "From > b\n\nc", "stuffing goes");
        assert_eq!(told("", false), (String::new(), vec![]));
        assert_eq!(
            told(" \n \n", false).0.matches('\n').count() + told(" \n \n", false).1.len(),
            2
        );
    }
}
