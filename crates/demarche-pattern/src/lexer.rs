//! Cuts the text of a pattern into tokens, as the grammar of OASIS does.
#![warn(clippy::indexing_slicing)]

use crate::{Refusal, Span};

/// The words that are no identifiers, in the only case that the grammar knows.
const KEYWORDS: [&str; 20] = [
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "EXISTS",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "WITHIN",
    "REPEATS",
    "TIMES",
    "true",
    "false",
    "",
];

/// A word has a meaning of its own and cannot be a key or type.
pub(crate) fn is_keyword(word: &str) -> bool {
    KEYWORDS.contains(&word)
}

/// A token, with its text where that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// The end of the pattern.
    End,
    /// A word of letters, digits and underscores that is no keyword.
    Identifier(&'a str),
    /// A word with a hyphen, which can be a type only.
    Hyphenated(&'a str),
    Keyword(&'a str),
    Integer(&'a str),
    Float(&'a str),
    /// The content between the quotes, with its escapes.
    Text(&'a str),
    Hex(&'a str),
    Binary(&'a str),
    Timestamp(&'a str),
    /// An operator or bracket, in canonical spelling.
    Sign(&'static str),
}

/// The signs, longer ones first, with their canonical spelling.
const SIGNS: [(&str, &str); 17] = [
    ("==", "="),
    ("!=", "!="),
    ("<>", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("=", "="),
    ("<", "<"),
    (">", ">"),
    (":", ":"),
    (".", "."),
    (",", ","),
    (")", ")"),
    ("(", "("),
    ("]", "]"),
    ("[", "["),
    ("*", "*"),
    ("/", "/"),
];

/// The tokens of a text, in order.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    rest: &'a str,
    offset: usize,
}

/// A reason with the offset of the sign that it is about.
pub(crate) type Refused = (usize, Refusal);

impl<'a> Lexer<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { rest: text, offset: 0 }
    }

    /// The next token, and [`Token::End`] for ever behind the last one.
    pub(crate) fn next(&mut self) -> Result<(Token<'a>, Span), Refused> {
        self.skip()?;
        let start = self.offset;
        let token = self.token(start)?;
        Ok((token, Span { start, end: self.offset }))
    }

    /// Takes that many bytes, which end at a character.
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.offset += taken.len();
        taken
    }

    /// Takes the bytes as long as they fit.
    fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> &'a str {
        let length = self.rest.bytes().take_while(|byte| fits(*byte)).count();
        self.take(length)
    }

    /// Goes behind white space and comments.
    fn skip(&mut self) -> Result<(), Refused> {
        loop {
            let space = self.rest.len() - self.rest.trim_start().len();
            self.take(space);
            if let Some(comment) = self.rest.strip_prefix("/*") {
                let length = comment.find("*/").map(|end| end + 4);
                let length = length.ok_or((self.offset, Refusal::Unclosed("a comment")))?;
                self.take(length);
            } else if self.rest.starts_with("//") {
                self.take(self.rest.find(['\r', '\n']).unwrap_or(self.rest.len()));
            } else {
                return Ok(());
            }
        }
    }

    fn token(&mut self, start: usize) -> Result<Token<'a>, Refused> {
        let bytes = self.rest.as_bytes();
        let (first, second, third) = (bytes.first(), bytes.get(1), bytes.get(2));
        let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
        match first {
            None => Ok(Token::End),
            Some(b'\'') => self.text().map(Token::Text),
            Some(letter @ (b'h' | b'b' | b't')) if second == Some(&b'\'') => {
                self.constant(*letter, start)
            }
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => Ok(self.word()),
            Some(b'0'..=b'9') => Ok(self.number(0)),
            Some(b'.') if is_digit(second) => Ok(self.number(0)),
            Some(b'+' | b'-') if is_digit(second) || second == Some(&b'.') && is_digit(third) => {
                Ok(self.number(1))
            }
            Some(_) => self.sign(start),
        }
    }

    fn sign(&mut self, start: usize) -> Result<Token<'a>, Refused> {
        for (spelling, sign) in SIGNS {
            if self.rest.starts_with(spelling) {
                self.take(spelling.len());
                return Ok(Token::Sign(sign));
            }
        }
        let met = shown(self.rest.chars().next().map(String::from).as_deref().unwrap_or("the end"));
        Err((start, Refusal::Expected { expected: "a word, constant or operator", met }))
    }

    fn word(&mut self) -> Token<'a> {
        let word =
            self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if word.contains('-') {
            Token::Hyphenated(word)
        } else if is_keyword(word) {
            Token::Keyword(word)
        } else {
            Token::Identifier(word)
        }
    }

    /// A number behind `sign` bytes of plus or minus: a zero stands alone before other digits.
    fn number(&mut self, sign: usize) -> Token<'a> {
        let after = self.rest.get(sign..).unwrap_or("");
        let whole = after.bytes().take_while(u8::is_ascii_digit).count();
        let fraction = after.get(whole..).and_then(|rest| rest.strip_prefix('.'));
        let fraction =
            fraction.map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
        if fraction > 0 {
            return Token::Float(self.take(sign + whole + 1 + fraction));
        }
        let whole = if after.starts_with('0') { 1 } else { whole };
        Token::Integer(self.take(sign + whole))
    }

    /// The content of a text, with its escapes.
    fn text(&mut self) -> Result<&'a str, Refused> {
        let start = self.offset;
        self.take(1);
        let body = self.rest;
        let mut length = 0;
        let mut bytes = body.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\'' => {
                    self.take(length + 1);
                    return Ok(body.get(..length).unwrap_or(""));
                }
                b'\\' if matches!(bytes.next(), Some(b'\'' | b'\\')) => length += 2,
                b'\\' => return Err((start + 1 + length, Refusal::Escape)),
                _ => length += 1,
            }
        }
        Err((start, Refusal::Unclosed("a text")))
    }

    /// The content of `h'…'`, `b'…'` or `t'…'`, checked for its form.
    fn constant(&mut self, letter: u8, start: usize) -> Result<Token<'a>, Refused> {
        self.take(2);
        let length = self.rest.find('\'').ok_or((start, Refusal::Unclosed("a constant")))?;
        let content = self.take(length);
        self.take(1);
        let (token, fits, name) = match letter {
            b'h' => (Token::Hex(content), is_hex(content), "pairs of hexadecimal digits"),
            b'b' => (Token::Binary(content), is_base64(content), "Base64 with padding"),
            _ => {
                let fits = crate::Timestamp::read(content).is_some();
                (Token::Timestamp(content), fits, "a timestamp as 2016-01-01T00:00:00Z")
            }
        };
        if fits { Ok(token) } else { Err((start, Refusal::Constant(name))) }
    }
}

fn is_hex(content: &str) -> bool {
    content.len().is_multiple_of(2) && content.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The form of the grammar: at least one group of four, padding at the end only.
fn is_base64(content: &str) -> bool {
    let digits =
        content.strip_suffix("==").or_else(|| content.strip_suffix('=')).unwrap_or(content);
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    !digits.is_empty() && content.len().is_multiple_of(4) && digits.bytes().all(is_digit)
}

/// A piece of a hostile text, short enough for a message.
pub(crate) fn shown(text: &str) -> String {
    let short: String = text.chars().take(40).flat_map(char::escape_debug).collect();
    format!("`{short}`")
}

impl Token<'_> {
    /// The token as a message names it.
    pub(crate) fn shown(self) -> String {
        match self {
            Self::End => "the end".to_owned(),
            Self::Identifier(text)
            | Self::Hyphenated(text)
            | Self::Keyword(text)
            | Self::Integer(text)
            | Self::Float(text) => shown(text),
            Self::Text(text) => shown(&format!("'{text}'")),
            Self::Hex(text) => shown(&format!("h'{text}'")),
            Self::Binary(text) => shown(&format!("b'{text}'")),
            Self::Timestamp(text) => shown(&format!("t'{text}'")),
            Self::Sign(sign) => shown(sign),
        }
    }
}
