//! Lists of logins: the password file of `PostgreSQL`, and lines of user, password and address with bars between.
#![warn(clippy::indexing_slicing)]

use super::Secret;
use crate::Layout;
use crate::page::Page;
use crate::password::is_usual;

/// The least lines of a list.
const LEAST: usize = 3;

/// Finds the values of lists.
pub(crate) fn find(page: &Page<'_>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    if page.layout == Layout::Prose {
        secrets.extend(password_file(page.text));
    }
    let sign = if page.layout == Layout::Table { '\t' } else { '|' };
    if page.text.contains(sign) {
        bars(page.text, sign, &mut secrets);
    }
    secrets
}

/// The lines of a text with their offsets.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let offset = start;
        start += line.len();
        (offset, line.trim_end_matches(['\n', '\r']))
    })
}

/// The values of a file of which every line is `host:port:database:user:VALUE`.
///
/// Source: `PostgreSQL` documentation, "The Password File".
fn password_file(text: &str) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let is_remark = |line: &str| line.trim().is_empty() || line.starts_with('#');
    for (start, line) in lines(text).filter(|(_, line)| !is_remark(line)) {
        let Some(value) = password_line(line) else { return Vec::new() };
        let from = start + (line.len() - value.len());
        let plain = value.replace("\\:", ":").replace("\\\\", "\\");
        secrets.push(Secret { span: from..from + value.len(), value: Some(plain) });
    }
    secrets
}

/// The last field of a line of a password file; colons in fields have a backslash before them.
fn password_line(line: &str) -> Option<&str> {
    let mut rest = line;
    for field in 0..4 {
        let mut colons = rest.match_indices(':').map(|(offset, _)| offset);
        let is_free =
            |offset: &usize| !rest.get(..*offset).is_some_and(|head| head.ends_with('\\'));
        let end = colons.find(is_free)?;
        let value = rest.get(..end)?;
        let is_port = value == "*" || value.parse::<u16>().is_ok();
        let is_field = !value.is_empty() && !value.contains(char::is_whitespace);
        if !is_field || field == 1 && !is_port {
            return None;
        }
        rest = rest.get(end + 1..)?;
    }
    (!rest.is_empty() && !rest.contains(char::is_whitespace)).then_some(rest)
}

/// The second fields of lines of user, value and address.
fn bars(text: &str, sign: char, secrets: &mut Vec<Secret>) {
    let mut found = Vec::new();
    for (start, line) in lines(text).chain(std::iter::once((text.len(), ""))) {
        if let Some(value) = login(line, sign) {
            let from = start + line.find(sign).map_or(0, |bar| bar + 1);
            found.push((from..from + value.len(), value));
            continue;
        }
        let usual = found.iter().filter(|(_, value)| is_usual(value)).count();
        if found.len() >= LEAST && usual * 2 > found.len() {
            let new = found.iter().map(|(span, value): &(_, &str)| Secret {
                span: std::ops::Range::clone(span),
                value: Some((*value).to_owned()),
            });
            secrets.extend(new);
        }
        found.clear();
    }
}

/// The value of a line `user|VALUE|address`: the first field is a name or an address of mail, a later one an address of
/// the network, unless the first is of mail.
fn login(line: &str, sign: char) -> Option<&str> {
    if line.len() > 300 || line.contains(' ') {
        return None;
    }
    let mut fields = line.split(sign);
    let (user, value) = (fields.next()?, fields.next()?);
    let is_letter =
        |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '_' | '-' | '@' | '+');
    let is_user =
        user.starts_with(|sign: char| sign.is_ascii_alphabetic()) && user.chars().all(is_letter);
    let is_mail = user.contains('@');
    let has_address = fields.any(|field| field.parse::<std::net::IpAddr>().is_ok());
    (is_user && (is_mail || has_address) && value.chars().count() >= 4).then_some(value)
}
