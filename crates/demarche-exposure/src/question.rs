//! Questions to the full-text index: read once, so that a fault is told with its offset.

use crate::ExposureError;
use crate::signs::apart;

/// A part of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A word or phrase, as the index takes it.
    Term(String),
    /// `AND`, `OR` or `NOT`.
    Operator(&'static str),
    Open,
    Close,
    /// `NEAR(`, up to its parenthesis.
    Near(String),
}

/// A question in the language of the index. Words that have signs which are no part of the language, as addresses and
/// numbers have, become phrases.
///
/// # Errors
///
/// [`ExposureError::Question`] with the offset of an operator that has nothing beside it, of a quote or parenthesis without
/// its other, or of a question without any word.
pub(crate) fn read(question: &str) -> Result<String, ExposureError> {
    let tokens = tokens(question)?;
    let mut out: Vec<&str> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut before: Option<&Token> = None;
    for (offset, token) in &tokens {
        let is_behind_operand =
            matches!(before, Some(Token::Term(_) | Token::Near(_) | Token::Close));
        match token {
            Token::Term(_) | Token::Near(_) | Token::Open => {
                // The index wants an operator between a parenthesis and its neighbour.
                let is_bare = matches!((before, token), (Some(Token::Term(_)), Token::Term(_)));
                if is_behind_operand && !is_bare {
                    out.push("AND");
                }
            }
            Token::Operator(_) if !is_behind_operand => {
                return fault(*offset, "nothing stands before the operator");
            }
            Token::Close if !is_behind_operand => {
                return fault(*offset, "nothing stands before the parenthesis");
            }
            Token::Operator(_) | Token::Close => {}
        }
        match token {
            Token::Term(term) | Token::Near(term) => out.push(term),
            Token::Operator(operator) => out.push(operator),
            Token::Open => {
                open.push(*offset);
                out.push("(");
            }
            Token::Close => {
                if open.pop().is_none() {
                    return fault(*offset, "the parenthesis was not opened");
                }
                out.push(")");
            }
        }
        before = Some(token);
    }
    match (before, open.last(), tokens.last()) {
        (None, ..) => fault(1, "it has no word"),
        (Some(Token::Operator(_)), _, Some((offset, _))) => {
            fault(*offset, "nothing stands behind the operator")
        }
        (_, Some(offset), _) => fault(*offset, "the parenthesis is not closed"),
        _ => Ok(out.join(" ")),
    }
}

fn fault<T>(offset: usize, problem: &'static str) -> Result<T, ExposureError> {
    Err(ExposureError::Question { offset, problem })
}

/// The parts of a question, each with the number of its first sign, from 1.
fn tokens(question: &str) -> Result<Vec<(usize, Token)>, ExposureError> {
    let mut tokens = Vec::new();
    let mut rest = question;
    loop {
        rest = rest.trim_start();
        let offset = question.chars().count() - rest.chars().count() + 1;
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (token, behind) = match first {
            '"' => phrase(rest, offset)?,
            '(' => (Some(Token::Open), rest.strip_prefix('(').unwrap_or("")),
            ')' => (Some(Token::Close), rest.strip_prefix(')').unwrap_or("")),
            _ if rest.starts_with("NEAR(") => near(rest, offset)?,
            _ => word(rest),
        };
        tokens.extend(token.map(|token| (offset, token)));
        rest = behind;
    }
}

/// The phrase in quotes that a text begins with; two quotes in it are one that belongs to it.
fn phrase(text: &str, offset: usize) -> Result<(Option<Token>, &str), ExposureError> {
    let mut rest = text.strip_prefix('"').unwrap_or(text);
    let mut phrase = String::new();
    loop {
        let Some((before, behind)) = rest.split_once('"') else {
            return fault(offset, "the quote is not closed");
        };
        phrase.push_str(before);
        let Some(more) = behind.strip_prefix('"') else {
            let (star, behind) = behind.strip_prefix('*').map_or(("", behind), |rest| ("*", rest));
            return Ok((term(&phrase, star), behind));
        };
        phrase.push('"');
        rest = more;
    }
}

/// A term of the index; `None` where there is no letter or digit, which the index would not find.
fn term(text: &str, star: &str) -> Option<Token> {
    let quoted = || Token::Term(format!("\"{}\"{star}", apart(text).replace('"', "\"\"")));
    text.contains(char::is_alphanumeric).then(quoted)
}

fn near(text: &str, offset: usize) -> Result<(Option<Token>, &str), ExposureError> {
    let Some((inside, behind)) =
        text.strip_prefix("NEAR(").and_then(|inside| inside.split_once(')'))
    else {
        return fault(offset, "the parenthesis of NEAR is not closed");
    };
    let (words, distance) = match inside.rsplit_once(',') {
        Some((words, distance)) => (words, Some(distance.trim())),
        None => (inside, None),
    };
    if distance.is_some_and(|distance| distance.parse::<u16>().is_err()) {
        return fault(offset, "the distance of NEAR is no number below 65,536");
    }
    let mut terms = Vec::new();
    for (_, token) in tokens(words)? {
        match token {
            Token::Term(term) => terms.push(term),
            _ => return fault(offset, "NEAR takes words and phrases only"),
        }
    }
    if terms.is_empty() {
        return fault(offset, "NEAR has no word");
    }
    let distance = distance.map_or_else(String::new, |distance| format!(", {distance}"));
    Ok((Some(Token::Near(format!("NEAR({}{distance})", terms.join(" ")))), behind))
}

/// The word or operator that a text begins with.
fn word(text: &str) -> (Option<Token>, &str) {
    let is_end = |sign: char| sign.is_whitespace() || matches!(sign, '"' | '(' | ')');
    let (word, behind) = text.split_at(text.find(is_end).unwrap_or(text.len()));
    let token = match word {
        "AND" => Some(Token::Operator("AND")),
        "OR" => Some(Token::Operator("OR")),
        "NOT" => Some(Token::Operator("NOT")),
        word => {
            let (plain, star) = word.strip_suffix('*').map_or((word, ""), |word| (word, "*"));
            term(plain, star)
        }
    };
    (token, behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_or_refused_with_the_place() {
        let read = |question: &str| read(question).unwrap();
        assert_eq!(read("a b"), "\"a\" \"b\"");
        assert_eq!(read("a OR b@c.example"), "\"a\" OR \"b@c.example\"");
        assert_eq!(read("conf* AND (a OR b) c"), "\"conf\"* AND ( \"a\" OR \"b\" ) AND \"c\"");
        assert_eq!(read("NEAR(a b, 5) c"), "NEAR(\"a\" \"b\", 5) AND \"c\"");
        assert_eq!(read("\"say \"\"no\"\"\""), "\"say \"\"no\"\"\"");
        assert_eq!(read("and or"), "\"and\" \"or\"", "operators are in capitals");
        assert_eq!(read("a - b"), "\"a\" \"b\"");
        let offset = |question: &str| match super::read(question) {
            Err(ExposureError::Question { offset, .. }) => offset,
            other => panic!("{question}: {other:?}"),
        };
        assert_eq!(offset("a OR"), 3);
        assert_eq!(offset("é  NOT"), 4);
        assert_eq!(offset("OR a"), 1);
        assert_eq!(offset("a AND OR b"), 7);
        assert_eq!(offset("NOT a"), 1);
        assert_eq!(offset("a (b"), 3);
        assert_eq!(offset("a b)"), 4);
        assert_eq!(offset("()"), 2);
        assert_eq!(offset("a \"b"), 3);
        assert_eq!(offset("a NEAR(b"), 3);
        assert_eq!(offset("NEAR(a OR b)"), 1);
        assert_eq!(offset(""), 1);
        assert_eq!(offset("--"), 1);
    }
}
