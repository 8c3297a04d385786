//! The look of a token: like a password, like a word, like something else.
#![warn(clippy::indexing_slicing)]

use crate::password::words::WITHHELD;

/// Returns true for a mask, a variable or a hint in brackets.
pub(crate) fn is_placeholder(value: &str) -> bool {
    let is_mask = |sign: char| {
        matches!(sign, '*' | '•' | '●' | '·' | 'x' | 'X' | '.' | '_' | '-' | '#' | '?' | '…' | '█')
    };
    let is_bracketed = value.starts_with(['<', '[', '{'])
        || value.contains("${")
        || value.contains("{{")
        || value.starts_with("%(");
    let is_variable = value.starts_with('$')
        && value.len() > 1
        && value.chars().skip(1).all(|sign| sign.is_ascii_uppercase() || sign == '_')
        || value.starts_with('%') && (value.len() == 2 || value.ends_with('%'))
        || value.starts_with("process.env")
        || value.starts_with("os.environ")
        || value.contains("getenv(")
        || value.ends_with("()");
    let lower = value.to_ascii_lowercase();
    let is_example = lower.starts_with("your_")
        || lower.starts_with("your-")
        || lower.contains("redacted")
        || matches!(lower.as_str(), "yourpassword" | "example" | "changeme_please");
    value.ends_with('>') && !value.contains("->")
        || value.starts_with('(') && value.ends_with(')')
        || value.chars().all(is_mask)
        || value.starts_with("****")
        || is_bracketed
        || is_variable
        || is_example
}

pub(crate) fn is_withheld(value: &str) -> bool {
    WITHHELD.contains(&value.to_lowercase().as_str())
}

/// Returns true for what is something else: an address, a path, a file, a date, a time.
pub(crate) fn is_foreign(value: &str) -> bool {
    let is_mail = value.split_once('@').is_some_and(|(user, host)| {
        let is_name = |sign: char| sign.is_alphanumeric() || matches!(sign, '.' | '-' | '_' | '+');
        host.contains('.')
            && user.chars().all(is_name)
            && host.chars().all(is_name)
            && !user.is_empty()
            && host
                .rsplit('.')
                .next()
                .is_some_and(|end| end.len() > 1 && end.chars().all(char::is_alphabetic))
    });
    let lower = value.to_ascii_lowercase();
    let is_file = [
        ".pdf", ".docx", ".xlsx", ".zip", ".txt", ".exe", ".doc", ".xls", ".html", ".php", ".csv",
        ".7z", ".com", ".org",
    ]
    .iter()
    .any(|end| lower.ends_with(end));
    let is_code = ["::", "->", "](", ").", "`"].iter().any(|sign| value.contains(sign))
        || value.ends_with("()");
    let is_path = is_code
        || value.contains("://")
        || lower.starts_with("www.")
        || value.starts_with(['/', '\\', '~'])
        || value.get(1..3) == Some(":\\");
    let is_date = value.len() >= 5
        && value.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | '/' | '-' | ':'))
        && value.contains(['.', '/', ':', '-']);
    is_mail || is_file || is_path || is_date || is_expression(value)
}

/// Returns true for an expression of a program: a call, an element, a member, a variable.
fn is_expression(value: &str) -> bool {
    let is_name = |text: &str| {
        text.starts_with(|sign: char| sign.is_ascii_alphabetic() || matches!(sign, '_' | '$'))
            && text.chars().all(|sign| sign.is_ascii_alphabetic() || matches!(sign, '_' | '$'))
    };
    let is_chain = |text: &str| !text.is_empty() && text.split(['.', ':']).all(is_name);
    let takes = |rest: &str, close: char| {
        let rest = rest.trim_start_matches(['"', '\'', '&', '*']);
        rest.is_empty()
            || rest.starts_with(|sign: char| sign.is_ascii_alphabetic() || sign == '_')
                && (rest.contains([close, ',', '"', '\'']) || rest.contains('.'))
    };
    // Names of functions have digits as well; without a member or an underscore that could be a password.
    let is_function = |name: &str| {
        is_chain(name)
            || name.contains(['.', '_'])
                && is_chain(&name.replace(|sign: char| sign.is_ascii_digit(), ""))
    };
    let is_call = value.split_once('(').is_some_and(|(name, arguments)| {
        name.len() > 1 && is_function(name) && takes(arguments, ')')
    });
    let is_element = value.split_once('[').is_some_and(|(name, index)| {
        name.len() > 1
            && is_chain(name)
            && (takes(index, ']') || index.trim_end_matches(']').parse::<u32>().is_ok())
    });
    let parts = value.split('.').count();
    let is_root = |name: &str| ROOTS.contains(&name) || name.starts_with('$');
    let names_secret = |name: &str| {
        let lower = name.to_ascii_lowercase();
        ["pass", "pwd", "pw", "secret", "value", "text"].iter().any(|word| lower.contains(word))
    };
    let first = value.split('.').next().unwrap_or(value);
    let last = value.rsplit('.').next().unwrap_or(value);
    let is_member =
        parts > 1 && is_chain(value) && (parts > 2 || is_root(first) || names_secret(last));
    let is_variable =
        value.strip_prefix('$').is_some_and(|name| is_name(name) && names_secret(name));
    let is_generic = value.split_once('<').is_some_and(|(name, inside)| {
        name.len() > 1
            && is_chain(&name.replace("::", ":"))
            && inside
                .starts_with(|sign: char| sign.is_ascii_alphabetic() || matches!(sign, '&' | '\''))
    });
    let is_constant = value.matches('_').count() > 1
        && value.starts_with(|sign: char| sign.is_ascii_uppercase())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    is_call || is_element || is_member || is_variable || is_generic || is_constant
}

/// The names with which members of programs begin.
const ROOTS: [&str; 20] = [
    "this", "self", "req", "request", "config", "cfg", "conf", "settings", "env", "args", "params",
    "opts", "options", "user", "data", "form", "props", "state", "ctx", "event",
];

/// The characters of a value.
pub(crate) struct Signs {
    pub(crate) has_lower: bool,
    pub(crate) has_digit: bool,
    /// True for a sign that no word has, at the end only if it is none of a sentence.
    pub(crate) has_sign: bool,
    pub(crate) capitals: usize,
    /// Capitals behind the first character.
    pub(crate) inner: usize,
    pub(crate) hyphens: usize,
}

impl Signs {
    pub(crate) fn of(value: &str) -> Self {
        let is_wordlike =
            |sign: char| matches!(sign, '-' | '\'' | '.' | ',' | '/' | ':' | '(' | ')' | '"' | ';');
        let sentence = value.trim_end_matches(['!', '?']).len();
        let mut signs = Self {
            has_lower: false,
            has_digit: false,
            has_sign: false,
            capitals: 0,
            inner: 0,
            hyphens: 0,
        };
        for (offset, sign) in value.char_indices() {
            signs.has_lower |= sign.is_lowercase();
            signs.has_digit |= sign.is_ascii_digit();
            signs.has_sign |=
                offset < sentence && sign.is_ascii_punctuation() && !is_wordlike(sign);
            signs.capitals += usize::from(sign.is_uppercase());
            signs.inner += usize::from(offset > 0 && sign.is_uppercase());
            signs.hyphens += usize::from(sign == '-');
        }
        signs
    }
}

/// Returns true for digits with the sign of a currency or of a share.
pub(crate) fn is_amount(value: &str) -> bool {
    let number = value.trim_matches(['€', '$', '£', '%']);
    number.len() < value.len()
        && number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','))
}

/// Returns true if a token looks more like a password than like a word.
pub(crate) fn is_usual(value: &str) -> bool {
    if value.len() < 4 {
        return false;
    }
    let Signs { has_lower, has_digit, has_sign, capitals, inner, hyphens } = Signs::of(value);
    let has_letter = has_lower || capitals > 0;
    let is_mixed = has_letter && (has_digit || has_sign) || has_digit && has_sign;
    let is_joined = has_lower && inner >= 2 || hyphens >= 3 && has_letter;
    (is_mixed || is_joined) && !is_amount(value)
}

/// Returns true if a token can hardly be anything but a password.
pub(crate) fn is_random(value: &str) -> bool {
    if value.len() < 7 {
        return false;
    }
    let Signs { has_lower, has_digit, has_sign, capitals, inner, .. } = Signs::of(value);
    let classes = [has_lower, capitals > 0, has_digit, has_sign];
    let count = classes.iter().filter(|is_there| **is_there).count();
    let is_long = inner > 0 || value.ends_with(['!', '?', '#', '$']) || value.len() >= 9;
    let is_mixed = has_lower && has_digit && capitals > 0 && is_long;
    (count == 4 || count == 3 && has_sign || is_mixed) && !is_product(value)
}

/// Returns true for names of products and standards that only look like passwords.
pub(crate) fn is_product(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let names = [
        "office365",
        "windows",
        "sha",
        "aes",
        "wpa",
        "m365",
        "o365",
        "1password",
        "base64",
        "md5",
        "tls",
        "keepass",
        "2fa",
        "mp3",
        "web2",
        "ipv",
        "covid",
    ];
    names.iter().any(|name| lower.starts_with(name))
        || is_amount(value)
        || lower
            .trim_end_matches(|letter: char| letter.is_ascii_lowercase())
            .chars()
            .all(|sign| sign.is_ascii_digit())
            && value.len() < 6
}
