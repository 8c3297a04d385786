//! Reads the tree of a pattern, by descent through the grammar of OASIS.
#![warn(clippy::indexing_slicing)]

use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::lexer::{Lexer, Refused, Token};
use crate::{
    Comparison, Expression, Literal, Operator, Order, ParseError, Path, Pattern, Place, Qualifier,
    Refusal, Span, Step, Test, Timestamp,
};

/// The longest pattern read, in bytes: ten thousand hashes in one pattern take less.
pub const MAX_LENGTH: usize = 1 << 20;

/// The deepest nesting of round brackets read: patterns of people stay below ten.
pub const MAX_DEPTH: usize = 64;

/// Base64 whose unused last bits may be anything, as the grammar says nothing about them.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

impl FromStr for Pattern {
    type Err = ParseError;

    /// Reads a pattern; time and memory are linear in its length.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let read = || {
            if text.len() > MAX_LENGTH {
                return Err((0, Refusal::TooLong));
            }
            let mut parser = Parser::new(text)?;
            let expression = parser.followed_by()?;
            match parser.token {
                Token::End => Ok(Self { expression }),
                _ => parser.expected("an operator, a qualifier or the end"),
            }
        };
        read().map_err(|(byte, refusal)| ParseError { place: Place::of(text, byte), refusal })
    }
}

/// The tokens of a pattern, with one looked at in advance.
struct Parser<'a> {
    lexer: Lexer<'a>,
    token: Token<'a>,
    span: Span,
    /// The end of the token before.
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Result<Self, Refused> {
        let mut lexer = Lexer::new(text);
        let (token, span) = lexer.next()?;
        Ok(Self { lexer, token, span, end: 0, depth: 0 })
    }

    /// Takes the token looked at, and looks at the next.
    fn advance(&mut self) -> Result<Token<'a>, Refused> {
        let (next, span) = self.lexer.next()?;
        self.end = self.span.end;
        self.span = span;
        Ok(std::mem::replace(&mut self.token, next))
    }

    fn expected<T>(&self, expected: &'static str) -> Result<T, Refused> {
        Err((self.span.start, Refusal::Expected { expected, met: self.token.shown() }))
    }

    /// Takes a token if it stands there.
    fn has(&mut self, token: Token<'_>) -> Result<bool, Refused> {
        let is_there = self.token == token;
        if is_there {
            self.advance()?;
        }
        Ok(is_there)
    }

    fn demand(&mut self, token: Token<'_>, name: &'static str) -> Result<(), Refused> {
        if self.has(token)? { Ok(()) } else { self.expected(name) }
    }

    /// Reads one or more parts with a keyword between them; one part stays itself.
    fn list<T>(
        &mut self,
        between: &str,
        part: impl Fn(&mut Self) -> Result<T, Refused>,
        join: impl FnOnce(Vec<T>) -> T,
    ) -> Result<T, Refused> {
        let first = part(self)?;
        if self.token != Token::Keyword(between) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.has(Token::Keyword(between))? {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    /// Reads what stands in round brackets, the opening one taken.
    fn nested<T>(
        &mut self,
        content: impl FnOnce(&mut Self) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        if self.depth >= MAX_DEPTH {
            return Err((self.end, Refusal::TooDeep));
        }
        self.depth += 1;
        let content = content(self)?;
        self.depth -= 1;
        self.demand(Token::Sign(")"), "`)`, `AND` or `OR`")?;
        Ok(content)
    }

    fn followed_by(&mut self) -> Result<Expression, Refused> {
        self.list("FOLLOWEDBY", Self::either, Expression::FollowedBy)
    }

    fn either(&mut self) -> Result<Expression, Refused> {
        let all = |parser: &mut Self| parser.list("AND", Self::qualified, Expression::And);
        self.list("OR", all, Expression::Or)
    }

    fn qualified(&mut self) -> Result<Expression, Refused> {
        let expression = self.observation()?;
        let mut qualifiers = Vec::new();
        loop {
            qualifiers.push(match self.token {
                Token::Keyword("WITHIN") => self.within()?,
                Token::Keyword("REPEATS") => self.repeats()?,
                Token::Keyword("START") => self.start_stop()?,
                _ if qualifiers.is_empty() => return Ok(expression),
                _ => return Ok(Expression::Qualified(Box::new(expression), qualifiers)),
            });
        }
    }

    fn observation(&mut self) -> Result<Expression, Refused> {
        if self.has(Token::Sign("("))? {
            return self.nested(Self::followed_by);
        }
        if !self.has(Token::Sign("["))? {
            return self.expected("`[` or `(`");
        }
        let comparison = self.comparison()?;
        self.demand(Token::Sign("]"), "`AND`, `OR` or `]`")?;
        Ok(Expression::Observation(comparison))
    }

    fn within(&mut self) -> Result<Qualifier, Refused> {
        self.advance()?;
        let (Token::Integer(number) | Token::Float(number)) = self.token else {
            return self.expected("a positive number");
        };
        let Some(duration) = read_seconds(number) else {
            return self.expected("a positive number of seconds below 2^64");
        };
        self.advance()?;
        self.demand(Token::Keyword("SECONDS"), "`SECONDS`")?;
        Ok(Qualifier::Within(duration))
    }

    fn repeats(&mut self) -> Result<Qualifier, Refused> {
        self.advance()?;
        let Token::Integer(number) = self.token else {
            return self.expected("a positive whole number");
        };
        if number.starts_with('-') {
            return self.expected("a positive whole number");
        }
        let Ok(times) = number.trim_start_matches('+').parse() else {
            return Err((self.span.start, Refusal::Integer));
        };
        self.advance()?;
        self.demand(Token::Keyword("TIMES"), "`TIMES`")?;
        Ok(Qualifier::Repeats(times))
    }

    fn start_stop(&mut self) -> Result<Qualifier, Refused> {
        self.advance()?;
        let start = self.timestamp()?;
        self.demand(Token::Keyword("STOP"), "`STOP`")?;
        Ok(Qualifier::StartStop(start, self.timestamp()?))
    }

    fn timestamp(&mut self) -> Result<Timestamp, Refused> {
        let Token::Timestamp(text) = self.token else {
            return self.expected("a timestamp t'…'");
        };
        let timestamp =
            Timestamp::read(text).ok_or((self.span.start, Refusal::Constant("a timestamp")))?;
        self.advance()?;
        Ok(timestamp)
    }

    fn comparison(&mut self) -> Result<Comparison, Refused> {
        let all = |parser: &mut Self| parser.list("AND", Self::test, Comparison::And);
        self.list("OR", all, Comparison::Or)
    }

    fn test(&mut self) -> Result<Comparison, Refused> {
        let start = self.span.start;
        if self.has(Token::Sign("("))? {
            return self.nested(Self::comparison);
        }
        let mut is_negated = self.has(Token::Keyword("NOT"))?;
        let (path, operator) = if self.has(Token::Keyword("EXISTS"))? {
            (self.path()?, Operator::Exists)
        } else if is_negated {
            return self.expected("`EXISTS`; before another operator `NOT` stands behind the path");
        } else {
            let path = self.path()?;
            is_negated = self.has(Token::Keyword("NOT"))?;
            (path, self.operator()?)
        };
        let span = Span { start, end: self.end };
        Ok(Comparison::Test(Test { path, is_negated, operator, span }))
    }

    fn path(&mut self) -> Result<Path, Refused> {
        let (Token::Identifier(object_type) | Token::Hyphenated(object_type)) = self.token else {
            return self.expected("a type of object, `NOT`, `EXISTS` or `(`");
        };
        self.advance()?;
        self.demand(Token::Sign(":"), "`:`")?;
        let mut steps = vec![self.key()?];
        loop {
            if self.has(Token::Sign("."))? {
                steps.push(self.key()?);
            } else if self.has(Token::Sign("["))? {
                steps.push(self.index()?);
            } else {
                return Ok(Path { object_type: object_type.to_owned(), steps });
            }
        }
    }

    fn key(&mut self) -> Result<Step, Refused> {
        let key = match self.token {
            Token::Identifier(word) => word.to_owned(),
            Token::Text(text) => unescaped(text),
            _ => return self.expected("a property; with a hyphen or as a keyword it needs quotes"),
        };
        self.advance()?;
        Ok(Step::Key(key))
    }

    fn index(&mut self) -> Result<Step, Refused> {
        let step = match self.token {
            Token::Sign("*") => Step::Any,
            Token::Integer(number) => Step::Index(self.integer(number)?),
            _ => return self.expected("a whole number or `*`"),
        };
        self.advance()?;
        self.demand(Token::Sign("]"), "`]`")?;
        Ok(step)
    }

    fn integer(&self, number: &str) -> Result<i64, Refused> {
        number.parse().map_err(|_| (self.span.start, Refusal::Integer))
    }

    fn operator(&mut self) -> Result<Operator, Refused> {
        let order = match self.token {
            Token::Sign("<") => Order::Less,
            Token::Sign("<=") => Order::LessOrEqual,
            Token::Sign(">") => Order::Greater,
            Token::Sign(">=") => Order::GreaterOrEqual,
            _ => return self.other_operator(),
        };
        self.advance()?;
        if matches!(self.token, Token::Keyword("true" | "false")) {
            return self.expected("a constant that has an order");
        }
        Ok(Operator::Ordered(order, self.literal()?))
    }

    fn other_operator(&mut self) -> Result<Operator, Refused> {
        let with_text: fn(String) -> Operator = match self.token {
            Token::Sign("=") => {
                self.advance()?;
                return self.literal().map(Operator::Equal);
            }
            Token::Sign("!=") => {
                self.advance()?;
                return self.literal().map(Operator::NotEqual);
            }
            Token::Keyword("IN") => return self.set().map(Operator::In),
            Token::Keyword("LIKE") => Operator::Like,
            Token::Keyword("MATCHES") => Operator::Matches,
            Token::Keyword("ISSUBSET") => Operator::IsSubset,
            Token::Keyword("ISSUPERSET") => Operator::IsSuperset,
            _ => return self.expected("a comparison operator, `.` or `[`"),
        };
        self.advance()?;
        let Token::Text(text) = self.token else {
            return self.expected("a text in single quotes");
        };
        self.advance()?;
        Ok(with_text(unescaped(text)))
    }

    fn set(&mut self) -> Result<Vec<Literal>, Refused> {
        self.advance()?;
        self.demand(Token::Sign("("), "`(`")?;
        let mut set = Vec::new();
        if self.has(Token::Sign(")"))? {
            return Ok(set);
        }
        loop {
            set.push(self.literal()?);
            if self.has(Token::Sign(")"))? {
                return Ok(set);
            }
            self.demand(Token::Sign(","), "`,` or `)`")?;
        }
    }

    fn literal(&mut self) -> Result<Literal, Refused> {
        let literal = match self.token {
            Token::Text(text) => Literal::Text(unescaped(text)),
            Token::Integer(number) => Literal::Integer(self.integer(number)?),
            Token::Float(number) => self.float(number)?,
            Token::Keyword("true") => Literal::Boolean(true),
            Token::Keyword("false") => Literal::Boolean(false),
            Token::Timestamp(_) => return self.timestamp().map(Literal::Timestamp),
            Token::Hex(digits) => Literal::Hex(unhex(digits)),
            Token::Binary(text) => {
                let refused = |_| (self.span.start, Refusal::Constant("Base64"));
                Literal::Binary(BASE64.decode(text).map_err(refused)?)
            }
            _ => return self.expected("a constant"),
        };
        self.advance()?;
        Ok(literal)
    }

    fn float(&self, number: &str) -> Result<Literal, Refused> {
        match number.parse::<f64>() {
            Ok(float) if float.is_finite() => Ok(Literal::Float(float)),
            _ => Err((self.span.start, Refusal::Constant("a finite number"))),
        }
    }
}

/// The text without its escapes.
fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut signs = text.chars();
    while let Some(sign) = signs.next() {
        plain.extend(if sign == '\\' { signs.next() } else { Some(sign) });
    }
    plain
}

/// The bytes of pairs of hexadecimal digits; other pairs are left out.
pub(crate) fn unhex(digits: &str) -> Vec<u8> {
    let (pairs, _) = digits.as_bytes().as_chunks::<2>();
    let nibble =
        |sign: u8| char::from(sign).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    pairs.iter().filter_map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?)).collect()
}

/// A duration of a number without a minus; digits beyond the ninth of the fraction are dropped.
fn read_seconds(number: &str) -> Option<Duration> {
    let number = number.strip_prefix('+').unwrap_or(number);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let seconds = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let nine = fraction.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = nine.fold(0, |sum, digit| sum * 10 + u32::from(digit.wrapping_sub(b'0')));
    Some(Duration::new(seconds, nanos))
}
