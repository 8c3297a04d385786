//! The digest that copies of a message share when they went different ways.

use demarche_terms::Sha256;

use crate::item::{Mailbox, Message};

/// The digest of sender, recipients, date, subject, text with white space folded, and attachments.
///
/// The identifier and all other fields of the header are left out.
pub(crate) fn digest(message: &Message, attachments: &[Sha256]) -> Sha256 {
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
fn address(mailbox: &Mailbox, normal: &mut String) {
    let text = mailbox.address.as_deref().or(mailbox.name.as_deref()).unwrap_or_default();
    normal.extend(text.trim().chars().flat_map(char::to_lowercase));
    normal.push(' ');
}

/// Adds the words of a text with one space behind each.
fn fold(text: &str, normal: &mut String) {
    normal.reserve(text.len() + 1);
    for word in text.split_ascii_whitespace() {
        normal.push_str(word);
        normal.push(' ');
    }
}
