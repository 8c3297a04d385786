use crate::{Fault, Section, Shape, Text};

/// Limits of the work that one document may cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most text that is kept, in bytes of UTF-8.
    pub text: usize,
    /// The most that is expanded out of compressed parts, in bytes.
    pub expanded: u64,
    /// The most that a compressed part may expand to, as a multiple of its size, from 1; the first MiB is always free.
    pub ratio: u64,
    /// The most steps that a reader may take: bytes of objects read, operators run, characters drawn.
    pub steps: u64,
    /// The most parts of a package or objects of a file that are looked at.
    pub parts: usize,
    /// The deepest nesting of groups, dictionaries and forms.
    pub depth: usize,
}

impl Default for Limits {
    /// 64 MiB of text, 512 MiB expanded, a thousandfold expansion, 200 million steps, a million parts, 64 levels.
    ///
    /// Deflate expands at most 1,032-fold, and only for bytes of one value.
    fn default() -> Self {
        Self {
            text: 64 << 20,
            expanded: 512 << 20,
            ratio: 1_000,
            steps: 200_000_000,
            parts: 1_000_000,
            depth: 64,
        }
    }
}

/// A number of bytes as it is counted in limits.
pub(crate) fn count(length: usize) -> u64 {
    u64::try_from(length).expect("no target has addresses of more than 64 bits")
}

/// The text of a document as it is written, with the limits that hold for it.
#[derive(Debug)]
pub(crate) struct Writer<'call> {
    limits: &'call Limits,
    sections: Vec<Section>,
    faults: Vec<Fault>,
    text_left: usize,
    expanded_left: u64,
    steps_left: u64,
}

impl<'call> Writer<'call> {
    pub(crate) fn new(limits: &'call Limits) -> Self {
        Self {
            limits,
            sections: Vec::new(),
            faults: Vec::new(),
            text_left: limits.text,
            expanded_left: limits.expanded,
            steps_left: limits.steps,
        }
    }

    pub(crate) fn limits(&self) -> &'call Limits {
        self.limits
    }

    /// Begins a section; it is left out if nothing is written to it.
    pub(crate) fn begin(&mut self, name: Option<String>, shape: Shape) {
        match self.sections.last_mut() {
            Some(last) if last.text.trim_ascii().is_empty() => {
                *last = Section { name, shape, text: String::new() };
            }
            _ => self.sections.push(Section { name, shape, text: String::new() }),
        }
    }

    /// Writes text to the section that was begun last.
    pub(crate) fn push(&mut self, text: &str) {
        let Some(section) = self.sections.last_mut() else { return };
        if text.len() <= self.text_left {
            self.text_left -= text.len();
            section.text.push_str(text);
            return;
        }
        let end = text.floor_char_boundary(self.text_left);
        section.text.push_str(text.get(..end).unwrap_or(""));
        self.text_left = 0;
        self.fault(Fault::TextCut { limit: self.limits.text });
    }

    /// Writes the text of a new section without a copy.
    pub(crate) fn section(&mut self, name: Option<String>, shape: Shape, text: String) {
        self.begin(name, shape);
        if text.len() > self.text_left {
            self.push(&text);
        } else if let Some(section) = self.sections.last_mut() {
            self.text_left -= text.len();
            section.text = text;
        }
    }

    /// Writes the content of a cell or a line of one paragraph: its breaks become spaces.
    pub(crate) fn push_cell(&mut self, text: &str) {
        if text.bytes().any(|byte| matches!(byte, b'\n' | b'\r' | b'\t')) {
            self.push(&text.replace(['\n', '\r', '\t'], " "));
        } else {
            self.push(text);
        }
    }

    /// Ends the line, where anything stands in it.
    pub(crate) fn end_line(&mut self) {
        let is_open = |section: &Section| !section.text.is_empty() && !section.text.ends_with('\n');
        if self.sections.last().is_some_and(is_open) {
            self.push("\n");
        }
    }

    /// True where the limit of text is reached.
    pub(crate) fn is_full(&self) -> bool {
        self.text_left == 0
    }

    /// The bytes of text that may still be written.
    pub(crate) fn text_left(&self) -> usize {
        self.text_left
    }

    /// The bytes that may still be expanded.
    pub(crate) fn expanded_left(&self) -> u64 {
        self.expanded_left
    }

    /// Counts bytes that were expanded.
    pub(crate) fn expand(&mut self, bytes: u64) {
        self.expanded_left -= bytes.min(self.expanded_left);
    }

    /// Takes steps of work; false where none are left.
    pub(crate) fn step(&mut self, steps: u64) -> bool {
        if let Some(left) = self.steps_left.checked_sub(steps) {
            self.steps_left = left;
            return true;
        }
        self.steps_left = 0;
        self.fault(Fault::StepsSpent { limit: self.limits.steps });
        false
    }

    /// Notes a fault, once.
    pub(crate) fn fault(&mut self, fault: Fault) {
        // A hostile document may have a fault in every part: the first thousand say enough.
        if self.faults.len() < 1_000 && !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    pub(crate) fn has_text(&self) -> bool {
        self.sections.iter().any(|section| !section.text.trim_ascii().is_empty())
    }

    pub(crate) fn finish(mut self) -> Text {
        self.sections.retain(|section| !section.text.trim_ascii().is_empty());
        Text { sections: self.sections, faults: self.faults }
    }
}
