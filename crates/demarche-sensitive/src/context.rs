//! The words around a value.

use std::ops::Range;

use demarche_terms::Country;

use crate::Layout;
use crate::lexicon::{Hit, Topic};
use crate::page::{Page, label_hits};

/// The distance at which a word before a value still names it, in bytes.
const BEFORE: usize = 90;

/// The bytes around a value outside which no word of prose can name it.
pub(crate) const REACH: usize = 2 * BEFORE + 8;

/// The distance at which a word after a value still names it, in bytes.
const AFTER: usize = 45;

/// A line of this length in bytes was probably broken by the mail program, so that its sentence goes on below.
pub(crate) const WRAPPED: usize = 50;

/// The bytes of a line after which the line above no longer names a value.
const LEAD: usize = 30;

/// The most empty lines between a label and its value.
const EMPTY: usize = 2;

/// The bytes before a value that stands alone on its line, such as the name of a month.
const SHORT_LEAD: usize = 12;

/// The bytes from a value on to the end of a line on which it stands alone.
const SHORT: usize = 40;

/// The characters between a label and its value on the same line.
const LABEL_GAP: usize = 22;

/// The bytes of a cell that may stand before a value which the cell to the left names.
const LABELLED: usize = 12;

/// The words near a value.
#[derive(Debug)]
pub(crate) struct Context<'p> {
    page: &'p Page<'p>,
    value: Range<usize>,
    /// The words of the column's header and of the cell to the left.
    labels: Vec<Hit>,
    before: &'p [Hit],
    after: &'p [Hit],
}

impl<'p> Context<'p> {
    pub(crate) fn of(page: &'p Page<'p>, value: &Range<usize>) -> Self {
        let (from, to, labels) = match page.layout {
            Layout::Prose => {
                (prose_start(page, value.start), page.line_end(value.end, AFTER), Vec::new())
            }
            Layout::Table => cell(page, value),
        };
        let before = page.hits_in(&(from..value.start));
        let after = page.hits_in(&(value.end..to));
        Self { page, value: value.clone(), labels, before, after }
    }

    /// A context without words.
    pub(crate) fn none(page: &'p Page<'p>, value: &Range<usize>) -> Self {
        Self { page, value: value.clone(), labels: Vec::new(), before: &[], after: &[] }
    }

    /// Returns true if no word of any topic is near.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.before.is_empty() && self.after.is_empty()
    }

    /// Returns true if a word of the topic names the value: the header, the label, the last word before it, or the first
    /// after it where none is before it.
    pub(crate) fn names(&self, topic: Topic) -> bool {
        self.naming(&[topic]).is_some()
    }

    /// The word of one of the topics that names the value.
    pub(crate) fn naming(&self, topics: &[Topic]) -> Option<Hit> {
        self.naming_past(topics, 0)
    }

    /// The word that names the value, past a number of words of other topics between.
    pub(crate) fn naming_past(&self, topics: &[Topic], rivals: usize) -> Option<Hit> {
        self.naming_hit(|hit| topics.contains(&hit.topic), rivals)
    }

    fn naming_hit(&self, fits: impl Fn(&Hit) -> bool, rivals: usize) -> Option<Hit> {
        let wanted = |hit: &&Hit| fits(hit);
        if !self.labels.is_empty() {
            return self.labels.iter().find(wanted).copied();
        }
        let found = self.nearest(rivals, wanted).filter(|hit| self.is_unused(hit));
        let has_name = || self.before.iter().any(|hit| is_name(hit.topic));
        found.or_else(|| {
            let gap = |hit: &Hit| self.page.slice(self.value.end..hit.start);
            let follows = |hit: &&Hit| {
                wanted(hit) && !gap(hit).bytes().any(|byte| byte.is_ascii_digit() || byte == b':')
            };
            let first = self.after.first().filter(follows).copied()?;
            let is_label = matches!(self.page.byte(first.end), b':' | b'=');
            (!has_name() && !is_label).then_some(first)
        })
    }

    /// The last word before the value that is wanted, if no more than a number of other names stand between.
    fn nearest(&self, rivals: usize, wanted: impl Fn(&&Hit) -> bool) -> Option<Hit> {
        let mut passed = 0;
        let mut last = usize::MAX;
        for hit in self.before.iter().rev() {
            if wanted(&hit) && (passed <= rivals || hit.start == last) {
                return Some(*hit);
            }
            if is_name(hit.topic) && hit.start != last {
                passed += 1;
                last = hit.start;
            }
            if passed > rivals && hit.start != last {
                return None;
            }
        }
        None
    }

    /// Returns true if a word of the topic is near, whatever else is.
    pub(crate) fn mentions(&self, topic: Topic) -> bool {
        let mut hits = self.labels.iter().chain(self.before).chain(self.after);
        hits.any(|hit| hit.topic == topic)
    }

    /// Returns true if a word of one of the topics stands directly before the value, or names its column.
    pub(crate) fn is_labelled(&self, topics: &[Topic]) -> bool {
        let hit = self.naming(topics);
        hit.is_some_and(|hit| {
            let gap = self.page.text.get(hit.end..self.value.start);
            !self.labels.is_empty()
                || gap.is_none_or(|gap| {
                    gap.chars().count() <= LABEL_GAP && !gap.contains([',', '\n'])
                })
        })
    }

    /// Returns true if at most a number of words stand between the value and the word that names it, and no sentence ends.
    pub(crate) fn is_close(&self, topics: &[Topic], rivals: usize, words: usize) -> bool {
        let Some(hit) = self.naming_past(topics, rivals) else { return false };
        // The text from a heading down to the value can be the whole table.
        if !self.labels.is_empty() {
            return true;
        }
        let Some(gap) = self.page.text.get(hit.end..self.value.start) else { return true };
        let is_word = |word: &&str| word.chars().filter(|sign| sign.is_alphabetic()).count() > 1;
        // A short word before a full stop is an abbreviation, such as that of "number".
        let sentences = gap.rsplit_once(". ").map_or("", |(head, _)| head);
        let mut parts = sentences.split(". ").filter(|part| !part.is_empty());
        let last_word =
            |part: &str| part.chars().rev().take_while(|sign| sign.is_alphabetic()).count();
        let has_end = parts
            .any(|part| last_word(part) > 3 || part.ends_with(|sign: char| sign.is_ascii_digit()));
        let count = gap.split_whitespace().filter(is_word).count();
        let is_next = gap.starts_with(". ") && count > 0;
        count <= words && !has_end && !is_next
    }

    /// Returns true if the number belongs to trade or technology.
    pub(crate) fn is_trade(&self) -> bool {
        self.naming(&[Topic::Trade]).is_some()
    }

    /// Returns true if a word names the number of this state, or, if `generic`, of any state.
    pub(crate) fn names_national(&self, country: Country, generic: bool) -> bool {
        let fits = |hit: &Hit| {
            hit.topic == Topic::National && hit.country.map_or(generic, |named| named == country)
        };
        self.naming_hit(fits, 1).is_some()
    }

    /// Returns true if no value that the word names goes before this value.
    fn is_unused(&self, hit: &Hit) -> bool {
        let gap = self.page.slice(hit.end..self.value.start);
        let words = gap.split(|sign: char| sign.is_whitespace() || sign == '(');
        let mut was_value = false;
        for word in words {
            let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            if digits >= 5 {
                was_value = true;
            } else if was_value && digits == 0 && word.chars().count() > 3 {
                return false;
            }
        }
        true
    }
}

/// Returns true if a word of the topic names a number, so that it takes the number from words before it.
fn is_name(topic: Topic) -> bool {
    !matches!(
        topic,
        Topic::Illness | Topic::Login | Topic::Privilege | Topic::Raise | Topic::Key | Topic::Bic
    )
}

/// The start of the sentence in which a value lies, as far as words may name the value.
fn prose_start(page: &Page<'_>, value: usize) -> usize {
    let start = page.line_start(value, BEFORE);
    if start == 0 || page.byte_before(start) != b'\n' || value - start > LEAD {
        return start;
    }
    let Some(line_above) = line_above(page, start) else { return start };
    let above = line_above.start;
    let line = page.slice(line_above.clone()).trim_end();
    let is_next = line_above.end + 1 == start;
    let goes_on = line.ends_with(':') || is_next && line.ends_with(',') && line.len() > WRAPPED;
    let is_wrapped = is_next && line.len() > WRAPPED && !line.ends_with(['.', ';', '!', '?']);
    if goes_on || is_wrapped {
        return above.max(page.back(value, BEFORE));
    }
    // A form has its labels without a colon as well: the value then stands alone on its line.
    let is_alone = value - start <= SHORT_LEAD && page.line_end(value, SHORT) < value + SHORT;
    let is_label = is_alone && page.is_label(&line_above);
    if is_label { above } else { start }
}

/// The next line above that is not empty, past two empty ones at most.
fn line_above(page: &Page<'_>, start: usize) -> Option<Range<usize>> {
    let mut end = start.checked_sub(1)?;
    for _ in 0..=EMPTY {
        let from = page.line_start(end, BEFORE);
        if !page.slice(from..end).trim().is_empty() {
            return Some(from..end);
        }
        end = from.checked_sub(1)?;
    }
    None
}

/// The cell in which a value lies, and the words of its header and of the cell to its left.
fn cell(page: &Page<'_>, value: &Range<usize>) -> (usize, usize, Vec<Hit>) {
    let Some(cell) = page.grid.at(value.start) else {
        return (value.start, value.end, Vec::new());
    };
    let mut labels = page.columns.get(cell.column).map_or_else(Vec::new, Vec::clone);
    if labels.is_empty() && value.start - cell.range.start < LABELLED {
        let column = cell.column.checked_sub(1);
        if let Some(left) = column.and_then(|column| page.grid.cell(cell.row, column)) {
            labels.extend_from_slice(label_hits(page, left.range));
        }
    }
    let from = cell.range.start.max(page.back(value.start, BEFORE));
    let to = cell.range.end.min(value.end + AFTER).max(value.end);
    (page.boundary(from), page.boundary(to), labels)
}
