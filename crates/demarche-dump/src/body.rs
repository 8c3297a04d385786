//! The text of a message out of its plain parts and its pages, and the digest of it that copies share.

use std::collections::HashSet;

use demarche_terms::Sha256;

use crate::item::{Mailbox, Message};

/// The plain texts, and those of pages that say more than they do. A page that says all that the plain texts say stands
/// for them.
pub(crate) fn joined(plain: Vec<String>, pages: Vec<String>) -> Vec<String> {
    if plain.iter().all(|text| text.trim().is_empty()) {
        return pages.into_iter().filter(|page| !page.trim().is_empty()).collect();
    }
    // Most pages say the same in the same order.
    let says_the_same = |page: &String| words(page).eq(plain.iter().flat_map(|text| words(text)));
    if pages.iter().all(says_the_same) {
        return plain;
    }
    let known = words_of(&plain);
    let is_richer = |page: &String| words(page).any(|word| !known.contains(word));
    let richer: Vec<String> = pages.into_iter().filter(is_richer).collect();
    if richer.is_empty() {
        return plain;
    }
    if known.is_subset(&words_of(&richer)) {
        return richer;
    }
    drop(known);
    plain.into_iter().chain(richer).collect()
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
        let joined =
            |plain: &str, page: &str| joined(vec![plain.to_owned()], vec![page.to_owned()]);
        assert_eq!(joined("a, b c", "A b c"), ["a, b c", "A b c"]);
        assert_eq!(joined("a, b c", "b  c a"), ["a, b c"]);
        assert_eq!(joined("a b", "a b c"), ["a b c"]);
        assert_eq!(joined("view it online", "the salary"), ["view it online", "the salary"]);
        assert_eq!(joined(" ", "the salary"), ["the salary"]);
    }
}
