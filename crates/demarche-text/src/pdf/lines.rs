//! Lines of a page from runs of text at their places.
//!
//! A gap in a line is a space, a wide one a tab. A line that ended because the next word did not fit is joined with the
//! next one, so that a value that was wrapped can be read.
#![warn(clippy::indexing_slicing)]

/// A run of text that was drawn from one place to another, in units of the page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'text> {
    pub(crate) text: &'text str,
    pub(crate) start: (f64, f64),
    pub(crate) end: (f64, f64),
    /// The direction of the line, of length one.
    pub(crate) direction: (f64, f64),
    /// The size of the letters.
    pub(crate) size: f64,
}

/// A line as it is put together; places are measured along it and across it.
#[derive(Debug, Default)]
struct Line {
    text: String,
    left: f64,
    right: f64,
    across: f64,
    size: f64,
    direction: (f64, f64),
}

/// Lines in the order in which they were drawn.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    lines: Vec<Line>,
    /// The text that was drawn last and where it began, to know shadows by.
    last: (String, (f64, f64)),
}

/// A gap from this share of the letters' size on is a space; kerning stays below.
const SPACE: f64 = 0.17;
/// A gap from this multiple of the letters' size on parts columns.
const COLUMN: f64 = 1.8;

/// A line that is shorter than this multiple of the letters' size, some 25 letters, did not wrap.
const SHORTEST: f64 = 12.0;

fn along(point: (f64, f64), direction: (f64, f64)) -> f64 {
    point.0 * direction.0 + point.1 * direction.1
}

fn across(point: (f64, f64), direction: (f64, f64)) -> f64 {
    point.1 * direction.0 - point.0 * direction.1
}

impl Lines {
    /// Adds a run of text.
    pub(crate) fn push(&mut self, run: Run<'_>) {
        if run.text.is_empty() {
            return;
        }
        let distance = (run.start.0 - self.last.1.0).abs() + (run.start.1 - self.last.1.1).abs();
        // Bold letters are often drawn twice, a little apart.
        if run.text == self.last.0 && distance < 0.15 * run.size && !run.text.trim().is_empty() {
            return;
        }
        run.text.clone_into(&mut self.last.0);
        self.last.1 = run.start;
        let left = along(run.start, run.direction);
        let height = across(run.start, run.direction);
        let right = along(run.end, run.direction);
        if let Some(line) = self.lines.last_mut().filter(|line| line.takes(&run, left, height)) {
            let gap = left - line.right;
            let has_space = line.text.ends_with([' ', '\t']) || run.text.starts_with(' ');
            if gap > COLUMN * run.size {
                line.text.truncate(line.text.trim_end_matches(' ').len());
                line.text.push('\t');
                line.text.push_str(run.text.trim_start_matches(' '));
            } else {
                if gap > SPACE * run.size && !has_space {
                    line.text.push(' ');
                }
                line.text.push_str(run.text);
            }
            line.right = line.right.max(right);
            return;
        }
        let (text, size, direction) = (run.text.to_owned(), run.size, run.direction);
        self.lines.push(Line { text, left, right, across: height, size, direction });
    }

    /// The text of the page.
    pub(crate) fn finish(self) -> String {
        let lines: Vec<_> =
            self.lines.into_iter().filter(|line| !line.text.trim().is_empty()).collect();
        let right = lines.iter().map(|line| line.right).fold(f64::MIN, f64::max);
        let mut text = String::new();
        for (index, line) in lines.iter().enumerate() {
            text.push_str(line.text.trim_end());
            match lines.get(index + 1) {
                Some(next) if line.wraps_into(next, right) => text.push_str(line.joint(next)),
                _ => text.push('\n'),
            }
        }
        text
    }
}

impl Line {
    /// True where a run stands in this line, behind its end.
    fn takes(&self, run: &Run<'_>, left: f64, height: f64) -> bool {
        let is_parallel = along(run.direction, self.direction) > 0.99;
        let size = run.size.max(self.size);
        is_parallel && (height - self.across).abs() < 0.5 * size && left > self.right - 0.8 * size
    }

    /// True where the first word of the next line would not have fitted at the end of this one.
    fn wraps_into(&self, next: &Self, right: f64) -> bool {
        let below = self.across - next.across;
        let is_next = below > 0.0
            && below < 2.2 * self.size
            && (next.left - self.left).abs() < 3.0 * self.size;
        let word = next.text.split(char::is_whitespace).next().unwrap_or("");
        let share = ratio(word.chars().count() + 1, next.text.chars().count());
        let needed = self.right - self.left + share * (next.right - next.left);
        let is_like = (self.size - next.size).abs() < 0.2 * self.size && !self.text.contains('\t');
        let is_long = self.right - self.left > SHORTEST * self.size;
        // Widths of letters that the file does not give are estimates: nine tenths of the line count as full.
        is_next && is_like && is_long && needed > 0.9 * (right - self.left) && !self.is_block(next)
    }

    /// True within a block of lines of the same length, such as a key, whose breaks belong to it.
    fn is_block(&self, next: &Self) -> bool {
        let is_marked = |line: &Self| line.text.starts_with("-----");
        let is_plain = |line: &Self| !line.text.trim_end().contains(' ');
        is_marked(self)
            || is_marked(next)
            || is_plain(self) && is_plain(next) && self.text.len() == next.text.len()
    }

    /// The text between this line and the next, which it wraps into.
    fn joint(&self, next: &Self) -> &'static str {
        let is_word = |line: &Self| !line.text.trim_end().contains(' ');
        // A word as long as a line was broken within.
        let is_broken = is_word(self) && self.text.len() >= 40 && !next.text.starts_with(' ');
        if is_broken || self.text.trim_end().ends_with('-') { "" } else { " " }
    }
}

#[expect(clippy::cast_precision_loss, reason = "the counts are letters of a line")]
fn ratio(part: usize, all: usize) -> f64 {
    part as f64 / all.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(text: &str, x: f64, y: f64) -> Run<'_> {
        let width = ratio(text.len(), 1) * 5.0;
        Run { text, start: (x, y), end: (x + width, y), direction: (1.0, 0.0), size: 10.0 }
    }

    #[test]
    fn gaps_part_words_and_columns() {
        let mut lines = Lines::default();
        for run in [
            run("Sal", 0.0, 90.0),
            run("ary", 15.0, 90.0),
            run("of", 33.0, 90.0),
            run("52,000", 90.0, 90.0),
        ] {
            lines.push(run);
        }
        assert_eq!(lines.finish(), "Salary of\t52,000\n");
    }

    #[test]
    fn a_wrapped_value_is_joined_and_a_short_line_is_not() {
        let mut lines = Lines::default();
        lines.push(run("the account of the firm is DE89 3704", 0.0, 90.0));
        lines.push(run("0044 0532 0130 00", 0.0, 78.0));
        lines.push(run("Regards", 0.0, 66.0));
        assert_eq!(
            lines.finish(),
            "the account of the firm is DE89 3704 0044 0532 0130 00\nRegards\n"
        );
    }

    #[test]
    fn a_key_keeps_its_lines() {
        let mut lines = Lines::default();
        for (index, line) in
            ["-----BEGIN-----", "AAAABBBBCCCC", "DDDDEEEEFFFF", "-----END-----"].iter().enumerate()
        {
            lines.push(run(line, 0.0, 90.0 - 12.0 * ratio(index, 1)));
        }
        assert_eq!(lines.finish().lines().count(), 4);
    }
}
