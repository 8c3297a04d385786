//! Passwords in commands, settings of network devices, records of directories and lists of logins.
//!
//! Each form is written from the manual of its program. What a form knows better than the words around it goes first.
#![warn(clippy::indexing_slicing)]

mod cisco;
mod list;

use std::ops::Range;

use demarche_terms::Sha256;

use crate::finding::Findings;
use crate::key::decoded;
use crate::page::Page;
use crate::password::is_placeholder;
use crate::{Check, Kind};

/// The bytes of a command that are read, on each side of its name.
const REACH: usize = 400;

/// The bytes of the longest key in base 64 that is decoded.
const LONGEST_KEY: usize = 64 << 10;

/// A value and its place.
struct Secret {
    span: Range<usize>,
    /// The value; none where it is hashed, and no word around may make a password of it.
    value: Option<String>,
}

/// The reader of a form: it gets the line before and from its first words on, and the offset of these.
type Reader = fn(&str, &str, usize) -> Option<Secret>;

/// The first words of each form and its reader.
///
/// Sources: `MySQL` Reference Manual, "Command-Line Options"; curl(1); sshpass(1); docker(1); sudo(8); Microsoft, "Net use"
/// and `ConvertTo-SecureString`; PHP manual, "define"; RFC 7617; RFC 2849.
const FORMS: [(&[u8], Reader); 14] = [
    (b"mysql", mysql),
    (b"curl ", user_option),
    (b"wget ", user_option),
    (b"sshpass ", sshpass),
    (b"docker login", |_, line, offset| option(line, offset, &["-p"])),
    (b"net use", net_use),
    (b"sudo -S", piped),
    (b"define(", php),
    (b"ConvertTo-SecureString", secure_string),
    (b"Authorization: Basic ", basic),
    (b"userPassword:: ", directory),
    (b"enable ", cisco::enable),
    (b"username ", cisco::username),
    (b"snmp-server community ", cisco::community),
];

/// Finds the values of all forms.
pub(crate) fn find(page: &Page<'_>, out: &mut Findings) {
    let mut secrets = list::find(page);
    for (words, reader) in FORMS {
        for start in memchr::memmem::find_iter(page.bytes, words) {
            if page.byte_before(start).is_ascii_alphanumeric() {
                continue;
            }
            let line = page.slice(start..page.line_end(start, REACH));
            let before = page.slice(page.line_start(start, REACH)..start);
            secrets.extend(reader(before, line, start));
        }
    }
    for start in memchr::memmem::find_iter(page.bytes, b"LS0tLS1CRUdJTi") {
        encoded_key(page, start, out);
    }
    secrets.sort_by_key(|secret| (secret.span.start, secret.span.end));
    settle(secrets, out);
}

/// Adds the values, each in the place of what words around made of it.
fn settle(secrets: Vec<Secret>, out: &mut Findings) {
    if secrets.is_empty() {
        return;
    }
    let is_beside = |span: &Range<usize>| {
        let count = secrets.partition_point(|secret| secret.span.start < span.end);
        let last = count.checked_sub(1).and_then(|index| secrets.get(index));
        last.is_some_and(|secret| secret.span.end > span.start)
    };
    out.findings.retain(|known| {
        known.kind != Kind::Password || known.check != Check::Context || !is_beside(&known.span)
    });
    for secret in secrets {
        let Some(value) = secret.value else { continue };
        let is_real = value.chars().count() >= 3
            && !is_placeholder(&value)
            && !value.starts_with(['$', '%', '<', '-'])
            && !SAMPLES.contains(&value.to_lowercase().as_str());
        if is_real {
            out.push(Kind::Password, "command", None, secret.span, value, Check::Context);
        }
    }
}

/// Values that manuals and samples print.
const SAMPLES: [&str; 12] = [
    "password",
    "pass",
    "passwd",
    "password_here",
    "your_password",
    "secret",
    "xxx",
    "pwd",
    "null",
    "true",
    "false",
    "none",
];

/// A private key whose whole armour is in base 64, as files of access to a cluster have it.
///
/// Source: Kubernetes documentation, "kubeconfig (v1)", `client-key-data`; RFC 7468.
fn encoded_key(page: &Page<'_>, start: usize, out: &mut Findings) {
    let rest = page.bytes.get(start..).unwrap_or(&[]);
    let is_sign = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let length = rest.iter().take(LONGEST_KEY).take_while(is_sign).count();
    let end = start + length;
    let Some(armour) = decoded(page.slice(start..end)).and_then(|key| String::from_utf8(key).ok())
    else {
        return;
    };
    if armour.contains("PRIVATE KEY-----") && armour.contains("-----END") {
        let lines: Vec<_> = armour.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let value = Sha256::of(lines.join("\n").as_bytes()).to_string();
        out.push(Kind::PrivateKey, "private-key", None, start..end, value, Check::Format);
    }
}

/// The words of a line with the offset of each; a blank in quotes parts none.
fn words(line: &str, offset: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = line;
    let mut start = offset;
    std::iter::from_fn(move || {
        let text = rest.trim_start();
        start += rest.len() - text.len();
        let (word, after) = text.split_at_checked(word_end(text))?;
        let found = (start, word);
        start += word.len();
        rest = after;
        (!word.is_empty()).then_some(found)
    })
}

/// The length of the word at the start of a text; a quote that is not closed is a sign like others.
fn word_end(text: &str) -> usize {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let quote = text.get(..end).and_then(|word| word.find(['"', '\'']));
    let close = quote.and_then(|quote| {
        let sign = text.get(quote..)?.chars().next()?;
        text.get(quote + 1..)?.find(sign).map(|length| quote + length + 2)
    });
    let Some(close) = close else { return end };
    let tail = text.get(close..).unwrap_or("");
    close + tail.find(char::is_whitespace).unwrap_or(tail.len())
}

/// A word without its quotes.
fn bare(start: usize, word: &str) -> Secret {
    let inner = ['"', '\'']
        .iter()
        .find_map(|quote| word.strip_prefix(*quote).and_then(|word| word.strip_suffix(*quote)));
    let value = inner.unwrap_or(word);
    let from = start + usize::from(inner.is_some());
    Secret { span: from..from + value.len(), value: Some(value.to_owned()) }
}

/// The words of a command, up to the sign that ends it.
fn command(line: &str, offset: usize) -> impl Iterator<Item = (usize, &str)> {
    words(line, offset)
        .take_while(|(_, word)| !matches!(*word, "|" | "||" | "&&" | ";" | ">" | "<"))
}

/// The value behind an option.
fn option(line: &str, offset: usize, names: &[&str]) -> Option<Secret> {
    let mut words = command(line, offset);
    words.find(|(_, word)| names.contains(word))?;
    words.next().map(|(start, word)| bare(start, word))
}

/// `sshpass -p VALUE` or `-pVALUE`; behind its own options the command of another program begins.
fn sshpass(_: &str, line: &str, offset: usize) -> Option<Secret> {
    let mut words = command(line, offset).skip(1);
    while let Some((start, word)) = words.next() {
        match word {
            "-p" => return words.next().map(|(start, word)| bare(start, word)),
            "-f" | "-d" | "-P" => drop(words.next()),
            _ => {
                word.strip_prefix('-')?;
                if let Some(value) = word.strip_prefix("-p") {
                    return Some(bare(start + 2, value));
                }
            }
        }
    }
    None
}

/// `mysql -pVALUE`: the client takes a value only without a blank.
fn mysql(_: &str, line: &str, offset: usize) -> Option<Secret> {
    let is_client = |word: &str| {
        let name = word.strip_prefix("mysql")?;
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_').then_some(())
    };
    let mut words = command(line, offset);
    is_client(words.next()?.1)?;
    words.find_map(|(start, word)| {
        let value = word.strip_prefix("-p").filter(|value| !value.is_empty())?;
        Some(bare(start + 2, value))
    })
}

/// `curl -u user:VALUE`.
fn user_option(_: &str, line: &str, offset: usize) -> Option<Secret> {
    let login = option(line, offset, &["-u", "--user", "--proxy-user", "-U"])?;
    let text = login.value?;
    let (user, value) = text.split_once(':')?;
    let start = login.span.start + user.len() + 1;
    let value = value.trim_end_matches(['"', '\'']);
    Some(Secret { span: start..start + value.len(), value: Some(value.to_owned()) })
}

/// `net use z: \\host\share /user:name VALUE`, or the value before `/user:`.
fn net_use(_: &str, line: &str, offset: usize) -> Option<Secret> {
    let words: Vec<_> = command(line, offset).skip(2).collect();
    let is_user =
        |word: &str| word.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("/user:"));
    let user = words.iter().position(|(_, word)| is_user(word))?;
    let is_value =
        |word: &&(usize, &str)| !word.1.starts_with(['/', '\\', '*']) && !word.1.ends_with(':');
    let after = words.get(user + 1).filter(is_value);
    let before = user.checked_sub(1).and_then(|before| words.get(before)).filter(is_value);
    after.or(before).map(|(start, word)| bare(*start, word))
}

/// `echo VALUE | sudo -S`.
fn piped(before: &str, _: &str, offset: usize) -> Option<Secret> {
    let echo = before.rfind("echo ")?;
    let text = before.get(echo + 5..)?;
    let from = offset - text.len();
    let mut words = words(text, from).skip_while(|(_, word)| matches!(*word, "-n" | "-e"));
    let (start, word) = words.next()?;
    let is_piped = words.next().is_some_and(|(_, next)| next == "|");
    is_piped.then(|| bare(start, word))
}

/// `define('DB_PASSWORD', 'VALUE')`.
fn php(_: &str, line: &str, offset: usize) -> Option<Secret> {
    let inside = line.strip_prefix("define(")?;
    let (name, value) = inside.split_once(',')?;
    let name = name.to_ascii_lowercase();
    let is_secret = ["password", "passwd", "_pass", "_pwd"].iter().any(|part| name.contains(part));
    let value_start = offset + line.len() - value.trim_start().len();
    let value = value.trim_start();
    let quote = value.chars().next().filter(|sign| matches!(sign, '"' | '\''))?;
    let length = value.get(1..)?.find(quote)?;
    is_secret.then(|| bare(value_start, value.get(..length + 2).unwrap_or("")))
}

/// `ConvertTo-SecureString "VALUE" -AsPlainText`.
fn secure_string(before: &str, line: &str, offset: usize) -> Option<Secret> {
    if !line.contains("-AsPlainText") {
        return None;
    }
    let mut words = words(line, offset).skip(1);
    if let Some((start, word)) = words.find(|(_, word)| word.starts_with(['"', '\''])) {
        return Some(bare(start, word));
    }
    // The value comes through a pipe: `"VALUE" | ConvertTo-SecureString`.
    let text = before.trim_end().strip_suffix('|')?.trim_end();
    let quote = text.chars().next_back().filter(|sign| matches!(sign, '"' | '\''))?;
    let open = text.get(..text.len() - 1)?.rfind(quote)?;
    Some(bare(offset - (before.len() - open), text.get(open..)?))
}

/// `Authorization: Basic` with user and value in base 64 (RFC 7617).
fn basic(_: &str, line: &str, offset: usize) -> Option<Secret> {
    let code = line.strip_prefix("Authorization: Basic ")?;
    let start = offset + (line.len() - code.len());
    let (span, text) = plain(code, start)?;
    let (_, value) = text.split_once(':')?;
    Some(Secret { span, value: Some(value.to_owned()) })
}

/// `userPassword::` with a value in base 64 (RFC 2849); a value with the name of a scheme is hashed (RFC 2307).
fn directory(_: &str, line: &str, offset: usize) -> Option<Secret> {
    let code = line.strip_prefix("userPassword:: ")?;
    let start = offset + (line.len() - code.len());
    let (span, text) = plain(code, start)?;
    let clear = ["{CLEARTEXT}", "{CLEAR}"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let value =
        clear.map(str::to_owned).or_else(|| (!text.starts_with('{')).then_some(text.clone()));
    Some(Secret { span, value })
}

/// The text for which base 64 at the start of a line stands, and the place of the code.
fn plain(code: &str, start: usize) -> Option<(Range<usize>, String)> {
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '/');
    let length = code.find(|sign| !is_sign(sign)).unwrap_or(code.len());
    let text = decoded(code.get(..length)?).and_then(|bytes| String::from_utf8(bytes).ok())?;
    let padded = code.get(length..)?.bytes().take_while(|byte| *byte == b'=').count();
    let is_text = !text.is_empty() && !text.chars().any(char::is_control);
    is_text.then_some((start..start + length + padded, text))
}
