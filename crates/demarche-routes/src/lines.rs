//! Text tables read line by line in bounded memory, and the tally of lines that were refused.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::io::{BufRead, Read};

use demarche_case::{Gap, GapKind, Shortfall};

use crate::shortfall::TableShortfall;

/// The longest line that is read, in bytes: the longest real ones are the lists of exchange ASes in headers, about 10 kB.
const MAX_LINE: u64 = 1 << 20;

/// Lines that a gap names by number before it only counts them.
const NAMED_LINES: usize = 5;

/// Characters of a refused line that a gap quotes.
const QUOTED: usize = 60;

/// Shows every line of `source` to `visit`, with its number from 1 and without its line end.
///
/// Bytes that are no UTF-8 are shown as U+FFFD.
/// The gaps name lines that were too long to read, and the place where the input breaks off.
pub(crate) fn each_line(
    mut source: impl BufRead,
    name: &str,
    mut visit: impl FnMut(u64, &str),
) -> Vec<Gap> {
    let mut tally = Tally::default();
    let mut line = Vec::new();
    for number in 1.. {
        match read_line(&mut source, &mut line) {
            Ok(Line::End) => break,
            Ok(Line::TooLong) => tally.note("a line is longer than 1 MiB", number, ""),
            Ok(Line::Whole) => visit(number, &String::from_utf8_lossy(text_of(&line, number))),
            Err(cause) => {
                let gap =
                    Gap::of(name, &TableShortfall::BreaksOff(cause)).at(format!("line {number}"));
                return tally.into_gaps(name).into_iter().chain([gap]).collect();
            }
        }
    }
    tally.into_gaps(name)
}

enum Line {
    Whole,
    TooLong,
    End,
}

fn read_line(source: &mut impl BufRead, line: &mut Vec<u8>) -> std::io::Result<Line> {
    line.clear();
    let read = Read::take(&mut *source, MAX_LINE).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(Line::End);
    }
    if line.last() != Some(&b'\n') && u64::try_from(read).is_ok_and(|read| read == MAX_LINE) {
        source.skip_until(b'\n')?;
        return Ok(Line::TooLong);
    }
    Ok(Line::Whole)
}

/// The line without its end, and without the byte order mark some editors put in front of the first.
fn text_of(line: &[u8], number: u64) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line }
}

/// Refused lines, counted by problem: memory follows the kinds of problems and not the number of lines.
#[derive(Debug)]
pub(crate) struct Tally<P> {
    met: BTreeMap<P, Met>,
}

#[derive(Debug, Default)]
struct Met {
    count: u64,
    lines: Vec<u64>,
    example: String,
}

impl<P> Default for Tally<P> {
    fn default() -> Self {
        Self { met: BTreeMap::new() }
    }
}

impl<P: Ord + Display> Tally<P> {
    /// Notes that `problem` was met in the line of that number and text.
    pub(crate) fn note(&mut self, problem: P, number: u64, text: &str) {
        let met = self.met.entry(problem).or_default();
        if met.count == 0 {
            met.example = text.chars().take(QUOTED).collect();
        }
        if met.lines.len() < NAMED_LINES {
            met.lines.push(number);
        }
        met.count += 1;
    }

    /// One gap per problem, in the order of the problems.
    pub(crate) fn into_gaps(self, source: &str) -> Vec<Gap> {
        self.met.into_iter().map(|(problem, met)| met.gap(&problem, source)).collect()
    }
}

impl Met {
    fn gap(self, problem: &impl Display, source: &str) -> Gap {
        let refused = Refused { problem, example: &self.example };
        Gap::of(source, &refused).at(self.lines_in_words()).times(self.count)
    }

    fn lines_in_words(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(u64::to_string).collect();
        let word = if self.count == 1 { "line" } else { "lines" };
        match self.count - self.lines.len() as u64 {
            0 => format!("{word} {}", lines.join(", ")),
            rest => format!("{word} {} and {rest} more", lines.join(", ")),
        }
    }
}

/// A problem of one or more lines that were refused or mended, with the first of them.
pub(crate) struct Refused<'a, P> {
    pub(crate) problem: &'a P,
    /// The start of the first line; empty where none is quoted.
    pub(crate) example: &'a str,
}

impl<P: Display> Display for Refused<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.example {
            "" => self.problem.fmt(f),
            example => write!(f, "{}: `{}`", self.problem, visible(example)),
        }
    }
}

/// A text with signs that cannot be seen written as escapes.
fn visible(text: &str) -> String {
    let sign = |sign: char| match sign {
        '"' | '\'' | '\\' => sign.to_string(),
        sign => sign.escape_debug().to_string(),
    };
    text.chars().map(sign).collect()
}

impl<P: Display> Shortfall for Refused<'_, P> {
    fn kind(&self) -> GapKind {
        GapKind::Refused
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, BufReader};

    use super::*;

    fn lines_of(source: impl Read) -> (Vec<(u64, String)>, Vec<Gap>) {
        let mut lines = Vec::new();
        let gaps = each_line(BufReader::new(source), "f", |number, line| {
            lines.push((number, line.to_owned()));
        });
        (lines, gaps)
    }

    #[test]
    fn line_ends_of_both_kinds_and_a_byte_order_mark_are_dropped() {
        let (lines, gaps) = lines_of(&b"\xef\xbb\xbfa\r\nb\n\nc"[..]);
        let texts: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["a", "b", "", "c"]);
        assert!(gaps.is_empty());
    }

    #[test]
    fn a_line_without_end_is_named_and_the_next_is_read() {
        let endless = io::repeat(b'x').take(3 * MAX_LINE).chain(&b"\nnext\n"[..]);
        let (lines, gaps) = lines_of(endless);
        assert_eq!(lines, [(2, "next".to_owned())]);
        assert_eq!(gaps[0].place.as_deref(), Some("line 1"));
    }

    #[test]
    fn a_broken_input_keeps_its_lines_and_says_where_it_breaks() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("cut"))
            }
        }
        let (lines, gaps) = lines_of((&b"one\ntw"[..]).chain(Broken));
        assert_eq!(lines, [(1, "one".to_owned())]);
        assert_eq!(gaps[0].place.as_deref(), Some("line 2"));
        assert_eq!(gaps[0].what, "the input breaks off: cut");
    }

    #[test]
    fn many_bad_lines_make_one_gap() {
        let mut tally = Tally::default();
        for number in 1..=8 {
            tally.note("odd", number, "x\u{7}");
        }
        let gaps = tally.into_gaps("f");
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].place.as_deref(), Some("lines 1, 2, 3, 4, 5 and 3 more"));
        assert_eq!((gaps[0].what.as_str(), gaps[0].count), ("odd: `x\\u{7}`", 8));
    }
}
