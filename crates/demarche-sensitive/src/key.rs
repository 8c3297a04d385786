//! Private keys in armour, signed tokens, and secrets in addresses.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use demarche_terms::Sha256;

use crate::finding::Findings;
use crate::lexicon::{Hit, Topic};
use crate::page::Page;
use crate::{Check, Kind, Layout};

/// The largest block that is read as a key, in bytes: a key of 16,384 bits takes 13 kB.
const LARGEST: usize = 64 << 10;

pub(crate) fn find(page: &Page<'_>, token: &Range<usize>, out: &mut Findings) {
    match page.slice(token.clone()) {
        "BEGIN" => armoured(page, token.start - 5, out),
        "PuTTY" => putty(page, token.start, out),
        word if word.starts_with("eyJ") => signed(page, token.start, out),
        _ if page.byte(token.end) == b':' => address(page, token.end + 3, out),
        _ => crate::issuer::find(page, token.start, out),
    }
}

/// A block from `-----BEGIN` to the end of `-----END …-----` (RFC 7468 and RFC 9580).
fn armoured(page: &Page<'_>, start: usize, out: &mut Findings) {
    let limit = page.boundary(page.bytes.len().min(start + LARGEST));
    let block = page.slice(start..limit);
    let Some((label, _)) =
        block.strip_prefix("-----BEGIN ").and_then(|rest| rest.split_once("-----"))
    else {
        return;
    };
    if !label.contains("PRIVATE KEY") || label.len() > 40 {
        return;
    }
    let closing = format!("-----END {label}-----");
    // The next dashes must be those of the end: a block has none inside, and a text of many beginnings stays cheap.
    let body = "-----BEGIN -----".len() + label.len();
    let Some(dashes) = block.get(body..).and_then(|rest| rest.find("-----")) else { return };
    let end = body + dashes;
    if !block.get(end..).is_some_and(|rest| rest.starts_with(&closing)) {
        return;
    }
    let length = end + closing.len();
    let block = block.get(..length).unwrap_or("");
    let lines =
        if page.layout == Layout::Table { column(page, start, block) } else { lines(block) };
    let value = Sha256::of(lines.join("\n").as_bytes()).to_string();
    out.push(Kind::PrivateKey, "private-key", None, start..start + length, value, Check::Format);
}

/// The lines of a block without their indentation; a block on one line has its breaks as `\n`, as in JSON.
fn lines(block: &str) -> Vec<&str> {
    if block.contains('\n') {
        let lines = block.lines().map(str::trim);
        // Headers, as encrypted and OpenPGP blocks have them, end with an empty line; other empty lines are a reader's.
        let has_headers = block.contains(": ");
        return lines.filter(|line| has_headers || !line.is_empty()).collect();
    }
    block.split("\\n").map(str::trim).collect()
}

/// The lines of a block that a table has as cells of one column.
fn column<'p>(page: &Page<'p>, start: usize, block: &'p str) -> Vec<&'p str> {
    let index = page.grid.at(start).map_or(0, |cell| cell.column);
    let mut rows = block.lines();
    let first = rows.next().map(|cells| cells.split('\t').next().unwrap_or(cells));
    let below = rows.map(|cells| cells.split('\t').nth(index).unwrap_or(cells).trim());
    first.into_iter().chain(below).collect()
}

/// A key file of `PuTTY`, from its first line to its message authentication code.
fn putty(page: &Page<'_>, start: usize, out: &mut Findings) {
    let limit = page.boundary(page.bytes.len().min(start + LARGEST));
    let block = page.slice(start..limit);
    if !block.starts_with("PuTTY-User-Key-File-") {
        return;
    }
    let next = block.get(1..).and_then(|rest| rest.find("PuTTY-User-Key-File-"));
    let block = block.get(..next.map_or(block.len(), |next| next + 1)).unwrap_or("");
    let Some(code) = block.find("\nPrivate-MAC: ") else { return };
    let length = block
        .get(code + 1..)
        .and_then(|rest| rest.find('\n'))
        .map_or(block.len(), |end| code + 1 + end);
    let value =
        Sha256::of(lines(block.get(..length).unwrap_or("")).join("\n").as_bytes()).to_string();
    out.push(Kind::PrivateKey, "putty-key", None, start..start + length, value, Check::Format);
}

/// A JSON Web Token: three parts in base 64, of which the first is a JSON object that names an algorithm.
fn signed(page: &Page<'_>, start: usize, out: &mut Findings) {
    if matches!(page.byte_before(start), b'.' | b'-' | b'_') {
        return;
    }
    let (end, token) = unwrapped(page, start);
    let mut parts = token.split('.');
    let (Some(header), Some(claims)) = (parts.next(), parts.next()) else { return };
    let has_algorithm = decoded(header).is_some_and(|header| {
        header.first() == Some(&b'{') && memchr::memmem::find(&header, b"\"alg\"").is_some()
    });
    let is_whole = token.split('.').count() >= 3 || page.byte(end) == b'.';
    let is_token =
        has_algorithm && is_whole && !claims.is_empty() && !crate::issuer::is_printed(&token);
    if is_token {
        out.push(Kind::Jwt, "jwt", None, start..end, token, Check::Format);
    }
}

/// The end of a token and its text without the line breaks that a narrow page put in it.
fn unwrapped(page: &Page<'_>, start: usize) -> (usize, String) {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let run = |from: usize| {
        let rest = page.bytes.get(from..).unwrap_or(&[]);
        from + rest.iter().take(LONGEST_TOKEN).take_while(|byte| is_sign(byte)).count()
    };
    let mut end = run(start);
    let mut token = page.slice(start..end).to_owned();
    while page.byte(end) == b'\n' && page.layout == Layout::Prose && token.len() < LONGEST_TOKEN {
        let is_full = end - page.line_start(end, 200) >= FULL_LINE;
        let next = run(end + 1);
        let is_rest = next > end + 1 && matches!(page.byte(next), b'\n' | b'"');
        let has_digit = page.slice(end + 1..next).bytes().any(|byte| !byte.is_ascii_lowercase());
        if !is_full || !is_rest || !has_digit {
            break;
        }
        token.push_str(page.slice(end + 1..next));
        end = next;
    }
    let kept = token.trim_end_matches('.').len();
    end -= token.len() - kept;
    token.truncate(kept);
    (end, token)
}

/// The longest token, in bytes: servers refuse headers of more than 8 KiB.
const LONGEST_TOKEN: usize = 8 << 10;

/// The least length of a line that was full when a token was broken, in bytes.
const FULL_LINE: usize = 60;

/// The bytes that base 64 stands for, in either alphabet and without padding.
pub(crate) fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

/// The password of an address `scheme://user:password@host` (RFC 3986, section 3.2.1).
fn address(page: &Page<'_>, start: usize, out: &mut Findings) {
    let rest = page.slice(start..page.line_end(start, 300));
    let authority = rest.split([' ', '\t', '"', '\'', '<', '>', '`']).next().unwrap_or("");
    let end = authority.find(['/', '?']).map_or(authority.len(), |slash| {
        let tail = authority.get(slash..).unwrap_or("");
        if authority.get(..slash).is_some_and(|head| head.contains('@')) || !tail.contains('@') {
            slash
        } else {
            authority.len()
        }
    });
    let Some((userinfo, host)) = authority.get(..end).and_then(|text| text.rsplit_once('@')) else {
        return;
    };
    let Some((user, secret)) = userinfo.split_once(':') else { return };
    let is_host = host.starts_with(|sign: char| sign.is_alphanumeric() || sign == '[');
    let is_example = crate::password::is_placeholder(secret)
        || matches!(
            secret.to_ascii_lowercase().as_str(),
            "password" | "pass" | "passwd" | "pwd" | "secret"
        );
    if is_host && !is_example && secret.len() >= 3 && !user.contains('/') {
        let from = start + user.len() + 1;
        out.push(
            Kind::Password,
            "url-password",
            None,
            from..from + secret.len(),
            secret.to_owned(),
            Check::Context,
        );
    }
}

/// The length of a secret access key of AWS.
const AWS_SECRET: usize = 40;

/// Finds the key after a word such as "api key" or "client secret".
pub(crate) fn find_named(page: &Page<'_>, hit: &Hit, out: &mut Findings) {
    let rest = page.slice(hit.end..page.line_end(hit.end, 260));
    let value = rest.trim_start_matches(['"', '\'', ')', ' ', '\t']);
    let Some(value) = value.strip_prefix([':', '=']).or_else(|| value.strip_prefix("is ")) else {
        return;
    };
    let value = value.trim_start_matches(['=', '>', ':', ' ', '"', '\'', '`', '\t']);
    let start = hit.end + (rest.len() - value.len());
    let is_sign = |sign: char| {
        sign.is_ascii_alphanumeric() || matches!(sign, '/' | '+' | '=' | '_' | '-' | '.' | '~')
    };
    let length = value.find(|sign| !is_sign(sign)).unwrap_or(value.len());
    let key = value.get(..length).unwrap_or("").trim_end_matches('.');
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let letters = key.bytes().filter(u8::is_ascii_alphabetic).count();
    let is_aws = hit.topic == Topic::AwsSecret && key.len() == AWS_SECRET && letters > 0;
    let is_key = key.len() >= 16
        && digits >= 2
        && letters >= 4
        && !key.contains("..")
        && !key.starts_with("http");
    if (is_aws || is_key) && !crate::issuer::is_printed(key) {
        let rule = if is_aws { "aws-secret-key" } else { "named-key" };
        out.push(
            Kind::ApiKey,
            rule,
            None,
            start..start + key.len(),
            key.to_owned(),
            Check::Context,
        );
    }
}
