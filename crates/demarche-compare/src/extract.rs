//! Finds the indicators of a text in one pass: runs of signs are cut out and each is read once.
//!
//! The rules prefer to miss an indicator that nothing marks to taking a version, a file or an identifier for one.
//! A top-level domain is one of the Public Suffix List. What is defanged is meant as an indicator.
#![warn(clippy::indexing_slicing)]

use crate::defanged::Live;
use crate::indicator::canonical;
use crate::{Indicator, IndicatorKind, host, url};

/// The longest URL taken, in bytes: longer ones are data.
const LONGEST_URL: usize = 8192;

/// The longest part of a URL with user, host and port, in bytes.
const LONGEST_AUTHORITY: usize = 600;

/// The longest run that can be an indicator, in bytes: a SHA-512 has 128, a host name 253 with its dots escaped.
const LONGEST_RUN: usize = 1024;

/// An indicator in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The indicator, in canonical form.
    pub indicator: Indicator,
    /// The offset of its first byte in the text.
    pub start: usize,
    /// The offset behind its last byte.
    pub end: usize,
    /// It was written so that nothing makes it a link.
    pub is_defanged: bool,
}

/// Finds all indicators of a text, in the order of their places; none overlaps another.
///
/// The host of a URL and the domain of a mail address are parts of them and not found again.
/// Time is linear in the length of the text.
///
/// ```
/// use demarche_compare::extract;
///
/// let text = "update.exe (version 1.2.3.4) calls hxxp://evil[.]com/a and 203[.]0.113.7.";
/// let found: Vec<String> = extract(text).iter().map(|found| found.indicator.to_string()).collect();
/// assert_eq!(found, ["update.exe", "http://evil.com/a", "203.0.113.7"]);
/// ```
#[must_use]
pub fn extract(text: &str) -> Vec<Found> {
    let live = Live::new(text);
    let mut scan = Scan { live: &live, text: live.text(), found: Vec::new(), version: None };
    let mut position = 0;
    while let Some(start) = scan.next_run(position) {
        let end = scan.end_of_run(start);
        position = match scan.url_start(start, end) {
            Some(begin) => {
                scan.read_run(start, begin);
                scan.read_url(begin, end)
            }
            None => scan.read_run(start, end).max(end),
        };
    }
    scan.found
}

struct Scan<'a> {
    live: &'a Live,
    text: &'a str,
    found: Vec<Found>,
    /// The end of the last version that was taken for no address.
    version: Option<usize>,
}

/// Signs that runs are made of.
fn is_run(sign: char) -> bool {
    sign.is_alphanumeric()
        || matches!(sign, '-' | '_' | '.' | '@' | ':' | '+' | '\u{2010}' | '\u{2011}')
}

/// Signs of scripts that are written without spaces.
fn is_ideograph(sign: char) -> bool {
    matches!(u32::from(sign), 0x2E80..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF)
}

/// Signs that end a URL.
fn ends_url(sign: char) -> bool {
    sign.is_whitespace()
        || sign.is_control()
        || is_ideograph(sign)
        || matches!(
            sign,
            '"' | '<' | '>' | '`' | '|' | '^' | '{' | '}' | '，' | '“' | '”' | '’' | '»' | '«'
        )
}

impl<'a> Scan<'a> {
    fn rest(&self, from: usize) -> &'a str {
        self.text.get(from..).unwrap_or("")
    }

    fn slice(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or("")
    }

    fn next_run(&self, from: usize) -> Option<usize> {
        self.rest(from).find(is_run).map(|found| from + found)
    }

    /// The end of the run that starts at a place; letters and ideographs side by side are two runs.
    fn end_of_run(&self, start: usize) -> usize {
        let mut last = None;
        for (index, sign) in self.rest(start).char_indices() {
            let is_edge = last.is_some_and(|last: char| {
                is_ideograph(last) && sign.is_ascii_alphanumeric()
                    || last.is_ascii_alphanumeric() && is_ideograph(sign)
            });
            if !is_run(sign) || is_edge {
                return start + index;
            }
            last = Some(sign);
        }
        self.text.len()
    }

    /// The place of the scheme, where a run ends in a scheme and a colon, and two slashes follow.
    fn url_start(&self, start: usize, end: usize) -> Option<usize> {
        if !self.rest(end).starts_with("//") {
            return None;
        }
        let run = self.slice(start, end).strip_suffix(':')?;
        let letters = run.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
        let (before, scheme) = run.split_at_checked(run.len() - letters)?;
        url::scheme(scheme).map(|_| start + before.len())
    }

    /// Reads the URL whose scheme starts at a place and ends before another; returns where to go on.
    fn read_url(&mut self, start: usize, colon: usize) -> usize {
        let body = colon + 2;
        let rest = self.rest(body);
        let authority = rest.char_indices().find(|(index, sign)| {
            *index > LONGEST_AUTHORITY || ends_url(*sign) || matches!(sign, '/' | '?' | '#' | '\\')
        });
        let authority = authority.map_or(rest.len(), |(index, _)| index);
        let host = self.trimmed(start, body + authority);
        if canonical(IndicatorKind::Url, self.slice(start, host)).is_none() {
            return body;
        }
        let end = self.trimmed(start, self.end_of_url(body));
        if end - start <= LONGEST_URL {
            self.add(IndicatorKind::Url, start, end);
        }
        end.max(body)
    }

    /// The end of a URL: before white space, a quote, or a comma before the next URL.
    fn end_of_url(&self, body: usize) -> usize {
        let mut separator = None;
        for (index, sign) in self.rest(body).char_indices() {
            if ends_url(sign) {
                return body + index;
            }
            match sign {
                ',' | ';' => separator = Some(index),
                ':' if self.rest(body + index).starts_with("://") => {
                    // A scheme right behind a comma begins another URL.
                    if let Some(cut) = separator
                        && url::scheme(self.slice(body + cut + 1, body + index)).is_some()
                    {
                        return body + cut;
                    }
                }
                _ => {}
            }
        }
        self.text.len()
    }

    /// The end without punctuation that belongs to the sentence: dots, quotes, brackets that were not opened.
    fn trimmed(&self, start: usize, end: usize) -> usize {
        let text = self.slice(start, end);
        let count = |wanted: char| text.chars().filter(|sign| *sign == wanted).count();
        let mut open = [(')', count('('), count(')')), (']', count('['), count(']'))];
        let mut length = text.len();
        for (index, sign) in text.char_indices().rev() {
            let is_unopened = open.iter_mut().find(|(close, ..)| *close == sign).is_some_and(
                |(_, opened, closed)| {
                    let is_more = closed > opened;
                    *closed = closed.saturating_sub(1);
                    is_more
                },
            );
            let is_end =
                matches!(sign, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '(' | '[' | '…');
            if !is_end && !is_unopened {
                break;
            }
            length = index;
        }
        start + length
    }

    fn add(&mut self, kind: IndicatorKind, start: usize, end: usize) -> bool {
        let Some(_) = canonical(kind, self.slice(start, end)) else { return false };
        let Ok(indicator) = Indicator::of(kind, self.slice(start, end)) else { return false };
        let is_defanged = self.live.is_defanged(start, end)
            || (kind == IndicatorKind::Url
                && !self.slice(start, end).starts_with(indicator_scheme(&indicator)));
        let (start, end) = self.live.original(start, end);
        self.found.push(Found { indicator, start, end, is_defanged });
        true
    }

    /// Reads a run; returns where to go on.
    fn read_run(&mut self, start: usize, end: usize) -> usize {
        if end - start > LONGEST_RUN || end - start < 2 {
            return end;
        }
        if let Some(end) = self.read_ipv6(start, end) {
            return end;
        }
        let mut next = end;
        let mut from = start;
        for piece in self.slice(start, end).split(':') {
            let to = from + piece.len();
            next = next.max(self.read_piece(from, to));
            from = to + 1;
        }
        next
    }

    /// Reads a run as an IPv6 address or network, behind a label such as `IPv6:` or not.
    fn read_ipv6(&mut self, start: usize, end: usize) -> Option<usize> {
        let mut run = self.slice(start, end).trim_end_matches(['.', '-', '_', '@', '+']);
        if !run.ends_with("::") {
            run = run.strip_suffix(':').unwrap_or(run);
        }
        let mut begin = start;
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if let Some((label, rest)) = run.split_once(':')
            && !is_hex(label)
        {
            begin += label.len() + 1;
            run = rest;
        }
        let groups = run.split(':').count();
        let has_digit = run.bytes().any(|byte| byte.is_ascii_digit());
        // Eight groups of two digits are an EUI-64, as of a network card.
        let is_hardware = groups == 8 && run.split(':').all(|group| group.len() == 2);
        if groups < 3 || !has_digit || is_hardware || canonical(IndicatorKind::Ipv6, run).is_none()
        {
            return None;
        }
        let end = begin + run.len();
        Some(self.add_address(IndicatorKind::Ipv6, begin, end))
    }

    /// Adds an address, or the network where a length follows; returns its end.
    fn add_address(&mut self, kind: IndicatorKind, start: usize, end: usize) -> usize {
        let digits = self.rest(end).strip_prefix('/').unwrap_or("");
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let after = digits.get(length..).and_then(|rest| rest.chars().next());
        let with_length = end + 1 + length;
        let is_whole =
            !after.is_some_and(|sign| sign.is_alphanumeric() || matches!(sign, '/' | '_'));
        let continues = after == Some('.')
            && digits
                .get(length + 1..)
                .is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_digit()));
        if (1..=3).contains(&length)
            && is_whole
            && !continues
            && self.add(IndicatorKind::Network, start, with_length)
        {
            return with_length;
        }
        self.add(kind, start, end);
        // `192.0.2.1/a.sh` is a URL without its scheme: the path belongs to it.
        if digits.starts_with(char::is_alphabetic) { self.end_of_path(end) } else { end }
    }

    /// Reads a piece of a run without colons; returns where to go on.
    fn read_piece(&mut self, start: usize, end: usize) -> usize {
        let edges = ['.', '-', '_', '@', '+', '\u{2010}', '\u{2011}'];
        // An underscore begins `_dmarc.a.com`, and emphasises in `_a.com_`.
        let is_emphasis = self.slice(start, end).ends_with('_');
        let is_edge = |sign: char| edges.contains(&sign) && (sign != '_' || is_emphasis);
        let piece = self.slice(start, end).trim_start_matches(is_edge);
        let start = end - piece.len();
        let piece = piece.trim_end_matches(edges);
        let end = start + piece.len();
        if piece.len() < 4 || self.read_number(start, end) {
            return end;
        }
        if piece.contains('@') {
            return self.read_email(start, end);
        }
        if piece.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-')) {
            return self.read_ipv4(start, end);
        }
        if piece.contains('.') { self.read_name(start, end) } else { end }
    }

    /// Reads a hash, a CVE or a number of ATT&CK.
    fn read_number(&mut self, start: usize, end: usize) -> bool {
        let piece = self.slice(start, end);
        let is_decimal = piece.bytes().all(|byte| byte.is_ascii_digit());
        let kind = match piece.len() {
            32 if !is_decimal => IndicatorKind::Md5,
            40 if !is_decimal => IndicatorKind::Sha1,
            64 if !is_decimal => IndicatorKind::Sha256,
            128 if !is_decimal => IndicatorKind::Sha512,
            _ if piece.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("cve")) => {
                return self.read_cve(start, piece);
            }
            5..=9 => IndicatorKind::Attack,
            _ => return false,
        };
        self.add(kind, start, end)
    }

    /// Reads the CVE at the beginning of a piece: `CVE-2021-44228-exploit` has one.
    fn read_cve(&mut self, start: usize, piece: &str) -> bool {
        let is_sign =
            |sign: char| sign.is_ascii_digit() || matches!(sign, '-' | '\u{2010}' | '\u{2011}');
        let tail = piece.get(3..).unwrap_or("");
        let length = 3 + tail.find(|sign| !is_sign(sign)).unwrap_or(tail.len());
        let number =
            piece.get(..length).unwrap_or("").trim_end_matches(['-', '\u{2010}', '\u{2011}']);
        let is_cut =
            tail.get(length - 3..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
                && number.len() == length;
        !is_cut && self.add(IndicatorKind::Cve, start, start + number.len())
    }

    /// Reads a mail address; where it is none, the parts beside the sign.
    fn read_email(&mut self, start: usize, end: usize) -> usize {
        // `git@host:path` is the address of a repository.
        let is_repository = self.slice(start, end).starts_with("git@");
        if !is_repository && self.add(IndicatorKind::Email, start, end) {
            return end;
        }
        let mut next = end;
        let mut from = start;
        for part in self.slice(start, end).split('@') {
            next = next.max(self.read_piece(from, from + part.len()));
            from += part.len() + 1;
        }
        next
    }

    /// Reads addresses out of digits, dots and hyphens: one, or the two ends of a range.
    fn read_ipv4(&mut self, start: usize, end: usize) -> usize {
        let mut from = start;
        let mut next = end;
        for part in self.slice(start, end).split('-') {
            let (begin, to) = (from, from + part.len());
            from = to + 1;
            if canonical(IndicatorKind::Ipv4, part).is_none() {
                continue;
            }
            if !self.live.is_defanged(begin, to) && self.is_version(begin) {
                self.version = Some(to);
            } else if to == end {
                next = self.add_address(IndicatorKind::Ipv4, begin, to);
            } else {
                self.add(IndicatorKind::Ipv4, begin, to);
            }
        }
        next
    }

    /// Four numbers at a place are a version or the number of a section by the word before them.
    fn is_version(&self, start: usize) -> bool {
        const WORDS: [&str; 26] = [
            "version",
            "versions",
            "ver",
            "vers",
            "v",
            "release",
            "releases",
            "build",
            "builds",
            "firmware",
            "rev",
            "revision",
            "section",
            "sections",
            "sec",
            "chapter",
            "clause",
            "paragraph",
            "figure",
            "fig",
            "table",
            "appendix",
            "oid",
            "update",
            "patch",
            "versionen",
        ];
        let before = |length: usize| {
            let near: Vec<char> = self.slice(0, start).chars().rev().take(length).collect();
            near.into_iter().rev().collect::<String>()
        };
        if let Some(end) = self.version.filter(|end| start - end <= 6) {
            // "versions 1.2.3.4 and 1.2.3.5"
            let between = self.slice(end, start).trim();
            if matches!(between, "," | "and" | "or" | "to" | "-" | "–" | "/" | ", and" | "&") {
                return true;
            }
        }
        let near = before(24);
        if let Some(product) = near.strip_suffix('/') {
            // "Chrome/1.2.3.4" is a version, "tcp/1.2.3.4" is none.
            let word = product.rsplit(|sign: char| !sign.is_alphanumeric()).next().unwrap_or("");
            let lower = word.to_ascii_lowercase();
            let has_letter = word.contains(|sign: char| sign.is_alphabetic());
            return has_letter
                && !matches!(&*lower, "tcp" | "udp" | "icmp" | "ip" | "http" | "https");
        }
        let near =
            near.trim_end_matches([' ', '\u{a0}', '\t', ':', '=', '"', '\'', '#', '.', '(', '§']);
        let word = near.rsplit(|sign: char| !sign.is_alphabetic()).next().unwrap_or("");
        WORDS.contains(&&*word.to_lowercase()) || before(2).contains('§')
    }

    /// Reads a dotted name as a host or a file; returns where to go on, behind the path of a host.
    fn read_name(&mut self, start: usize, end: usize) -> usize {
        let name = self.slice(start, end);
        let after = self.rest(end).chars().next();
        if self.live.is_defanged(start, end) {
            if self.add(IndicatorKind::Domain, start, end) {
                return self.end_of_path(end);
            }
            self.add(IndicatorKind::FileName, start, end);
            return end;
        }
        let before = self.slice(0, start);
        let is_path =
            before.ends_with(['/', '\\']) && !before.ends_with("://") || after == Some('\\');
        let is_code = matches!(after, Some('(' | '=' | '['))
            || before.ends_with('$')
            || self.rest(end).starts_with(" = ");
        let is_suffix = psl::domain(name.to_ascii_lowercase().as_bytes()).is_none();
        let is_host = !is_path && !is_code && !is_suffix && !host::is_no_host(name);
        if is_host && self.add(IndicatorKind::Domain, start, end) {
            return self.end_of_path(end);
        }
        if !is_code {
            self.add(IndicatorKind::FileName, start, end);
        }
        end
    }

    /// The end of a path and a query that follow a host without a scheme.
    fn end_of_path(&self, end: usize) -> usize {
        if !self.rest(end).starts_with('/') {
            return end;
        }
        let is_end = |sign: char| ends_url(sign) || matches!(sign, ',' | ';' | ')' | ']' | '\'');
        self.rest(end).find(is_end).map_or(self.text.len(), |length| end + length)
    }
}

/// The scheme of a canonical URL.
fn indicator_scheme(url: &Indicator) -> &str {
    url.text().split(':').next().unwrap_or("")
}
