//! Mailboxes, told by the paths of their files, and their owners.

/// The endings of files that are a mailbox or a message.
const ENDS: [&str; 10] =
    [".mbox", ".mbx", ".pst", ".ost", ".eml", ".emlx", ".msg", ".maildir", ".olm", ".mail"];

/// The path of the mailbox that a file is, or that a file with one message lies in; `None` for other files.
///
/// A folder that is named by an address is a mailbox with all folders in it. A Maildir is one with its folders.
pub(crate) fn mailbox_of(path: &str, media: &str) -> Option<String> {
    match media {
        "mbox" | "pst" => return Some(path.to_owned()),
        "message" | "emlx" | "outlookmessage" => {}
        _ => return None,
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let parts: Vec<&str> = folder.split('/').collect();
    if let Some(named) = parts.iter().position(|part| address_in(part).is_some()) {
        return Some(joined(&parts, named + 1));
    }
    let last = parts.last().copied().unwrap_or("");
    if !matches!(last, "cur" | "new" | "tmp") {
        return Some(named(folder));
    }
    let above = parts.len() - 1;
    let folders = parts.iter().take(above).rev().take_while(|part| part.starts_with('.')).count();
    Some(named(&joined(&parts, above - folders)))
}

/// The name of a folder; the dump itself is the one with a full stop for a name.
fn named(folder: &str) -> String {
    if folder.is_empty() { ".".to_owned() } else { folder.to_owned() }
}

fn joined(parts: &[&str], count: usize) -> String {
    parts.iter().take(count).copied().collect::<Vec<_>>().join("/")
}

/// The address of mail that a part of a path is, without the ending of a file.
pub(crate) fn address_in(part: &str) -> Option<String> {
    let lower = part.to_lowercase();
    let end = ENDS.iter().find(|end| lower.ends_with(**end));
    let address = end.and_then(|end| lower.strip_suffix(end)).unwrap_or(&lower);
    let (local, domain) = address.split_once('@')?;
    let is_word = |sign: char| sign.is_alphanumeric() || matches!(sign, '.' | '-' | '_' | '+');
    let is_address = !local.is_empty()
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && local.chars().chain(domain.chars()).all(is_word);
    is_address.then(|| address.to_owned())
}

/// The owner that the path of a mailbox names.
pub(crate) fn named_owner(mailbox: &str) -> Option<String> {
    mailbox.rsplit('/').find_map(address_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_are_told_by_their_paths() {
        let message = |path: &str| mailbox_of(path, "message").unwrap();
        assert_eq!(message("maildir/a@x.example/.Sent/cur/17.M1:2,S"), "maildir/a@x.example");
        assert_eq!(message("home/ben/Maildir/.Archive/.2024/new/1"), "home/ben/Maildir");
        assert_eq!(message("eml/a@x.example/Projects/2024/1.eml"), "eml/a@x.example");
        assert_eq!(message("mail/ben/Inbox/1.eml"), "mail/ben/Inbox");
        assert_eq!(message("1.eml"), ".");
        assert_eq!(message("cur/1.M1.host:2,S"), ".");
        assert_eq!(mailbox_of("m/a@x.example.mbox", "mbox").unwrap(), "m/a@x.example.mbox");
        assert_eq!(mailbox_of("a.docx", "docx"), None);
    }

    #[test]
    fn owners_are_named_by_paths_with_an_address() {
        assert_eq!(named_owner("m/A.B@x.example.mbox").as_deref(), Some("a.b@x.example"));
        assert_eq!(named_owner("m/backup.pst"), None);
        assert_eq!(named_owner("m/a@b"), None);
    }
}
