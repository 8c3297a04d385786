//! A note whose text somebody changed by hand, in its other forms.
//!
//! The text is Markdown as the note's own is, and whatever a person added to it: it is read back into blocks, so that
//! page and document are written by the same writers as the note that the case gave. Markup in it stays text.

use demarche_case::assessment::Assessment;
use demarche_case::released::WithheldPart;
use demarche_case::{AnnexFile, Body, Evidence, NoteAnnex, Tlp};
use pulldown_cmark::{Alignment, Event, Options, Parser, Tag, TagEnd};

use super::{Note, letter};
use crate::document::{Block, Cell, Column};
use crate::writers::{Dress, DressError, Frame, Page, to_docx, to_html};

impl Note {
    /// The same note with a text in Markdown that somebody wrote: as page, as document, and with the hashes of both.
    ///
    /// Marking, reference and annexes stay those of the case. What may not be told is not looked for; a caller that
    /// sends the note has to have checked the text.
    ///
    /// # Errors
    ///
    /// The template cannot be filled with this note.
    pub fn with_text(self, text: &str, dress: &Dress) -> Result<Self, DressError> {
        let read = Read::of(text, &self.marking_line());
        let title = read.title.unwrap_or_else(|| Self::stem(self.to));
        let body = to_html(&title, &read.blocks);
        let page =
            Page { title: &title, marking: Some(self.marking), class: "letter", body: &body };
        let html = page.dressed(dress)?;
        let marking = self.marking.to_string();
        let frame = Frame { title: &title, marking: &marking, reference: &self.annex.reference };
        let docx = to_docx(&frame, &read.blocks);
        let file = |end: &str, bytes: &[u8]| {
            AnnexFile::of(format!("{}.{end}", Self::stem(self.to)), bytes)
        };
        let files =
            vec![file("md", text.as_bytes()), file("html", html.as_bytes()), file("docx", &docx)];
        let annex = NoteAnnex { files, ..self.annex };
        Ok(Self { markdown: text.to_owned(), html, docx, annex, ..self })
    }

    /// The parts withheld from the addressee that a text tells: their titles, names, addresses and hashes, and a marking
    /// that is not the note's. A paraphrase is not found.
    #[must_use]
    pub fn withheld_in(&self, assessment: &Assessment, text: &str) -> Vec<String> {
        // Shorter ones stand in many texts by chance.
        const SHORTEST: usize = 6;
        let lower = text.to_lowercase();
        let words = self.withheld.iter().flat_map(|item| words_of(assessment, &item.part));
        let mut told: Vec<String> = words
            .filter(|word| word.chars().count() >= SHORTEST && lower.contains(&word.to_lowercase()))
            .collect();
        told.sort();
        told.dedup();
        told.extend(self.other_marking(text));
        told
    }

    /// A marking at the start of a line that is not the note's own.
    fn other_marking(&self, text: &str) -> Option<String> {
        let bare = |line: &str| line.trim_start_matches(['*', '#', '>', ' ']).to_owned();
        let markings = text.lines().map(bare).filter(|line| line.starts_with("TLP:"));
        let ours = self.marking.to_string();
        let mut foreign = markings.filter(|line| {
            let word = line.split(['*', ' ', '–']).next().unwrap_or_default();
            word != ours && word.trim_start_matches("TLP:").parse::<Tlp>().is_ok()
        });
        let line = foreign.next()?;
        Some(format!("the marking “{line}”, where the note is {ours}"))
    }

    /// The line with the marking at both ends of the text, without its markup.
    fn marking_line(&self) -> String {
        format!("{} – {}", self.marking, self.marking.allows())
    }
}

/// The texts that tell of a withheld part.
fn words_of(assessment: &Assessment, part: &WithheldPart) -> Vec<String> {
    let case = &assessment.case;
    match part {
        WithheldPart::Evidence(id) => case.evidence(id).map(words_of_item).unwrap_or_default(),
        WithheldPart::Event(index) => {
            case.events.get(*index).map(|event| event.text.clone()).into_iter().collect()
        }
        WithheldPart::Effect(index) => {
            case.effects.get(*index).map(|effect| effect.text.clone()).into_iter().collect()
        }
        WithheldPart::Claim(index) => {
            case.claims.get(*index).map(|claim| claim.text.clone()).into_iter().collect()
        }
        WithheldPart::Case => vec![case.title.clone(), case.summary.clone()],
        _ => Vec::new(),
    }
}

/// Title, text and name of an item, and its addresses, names and hashes.
fn words_of_item(item: &Evidence) -> Vec<String> {
    let mut words = vec![item.title.clone(), item.says.clone(), item.id.to_string()];
    match &item.body {
        Body::Infrastructure(found) => {
            words.extend(found.address.map(|address| address.to_string()));
            words.extend(found.host.clone());
            words.extend(found.url.clone());
        }
        Body::Sample(sample) => {
            words.extend(sample.sha256.map(|hash| hash.to_string()));
            words.extend(sample.sha1.map(|hash| hash.to_string()));
            words.extend(sample.md5.map(|hash| hash.to_string()));
        }
        Body::Software(software) => words.push(software.name.clone()),
        _ => {}
    }
    words
}

/// A text in Markdown as a title and blocks.
struct Read {
    /// The first heading of the first level.
    title: Option<String>,
    blocks: Vec<Block>,
}

impl Read {
    /// Reads a text; the line with the marking is left out, as the page and the document show it by themselves.
    fn of(text: &str, marking_line: &str) -> Self {
        let mut reader = Reader::default();
        for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
            reader.take(event);
        }
        reader.flush();
        reader
            .blocks
            .retain(|block| !matches!(block, Block::Paragraph(text) if text == marking_line));
        Self { title: reader.title, blocks: reader.blocks }
    }
}

/// The state of the reading between two events.
#[derive(Default)]
struct Reader {
    title: Option<String>,
    blocks: Vec<Block>,
    /// The text of the paragraph, point or cell that is being read.
    line: Line,
    /// The address of the link that is being read.
    link: Option<String>,
    /// The lists that are open; those inside others become points of the outermost.
    lists: usize,
    points: Vec<Line>,
    is_numbered: bool,
    table: Option<TableRead>,
}

/// A table that is being read.
#[derive(Default)]
struct TableRead {
    columns: Vec<Column>,
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Cell>>,
}

/// A line of text, and how it was set off.
#[derive(Default)]
struct Line {
    text: String,
    /// The bytes at the start that are bold.
    bold: usize,
    /// True while bold text is read.
    is_bold: bool,
    /// True if all of it is code.
    is_code: bool,
}

impl Line {
    fn add(&mut self, text: &str) {
        let is_bold_so_far = self.bold == self.text.len();
        self.is_code = false;
        self.text.push_str(text);
        if self.is_bold && is_bold_so_far {
            self.bold = self.text.len();
        }
    }

    /// A point that begins with a name in bold and a colon, as the lines of a letterhead do.
    fn term(&self) -> Option<(&'static str, String)> {
        let (name, text) = self.text.split_at_checked(self.bold)?;
        let name = name.strip_suffix(':')?;
        let known = letter::TERMS.into_iter().find(|known| *known == name)?;
        Some((known, text.trim().to_owned()))
    }
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.begin(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.line.add(&text),
            Event::Code(text) => {
                let is_first = self.line.text.is_empty();
                let is_cell = self.table.is_some();
                self.line.add(&if is_cell { text.to_string() } else { format!("`{text}`") });
                self.line.is_code = is_first;
            }
            Event::SoftBreak | Event::HardBreak => self.line.add(" "),
            // Rules say nothing, and the rest is not switched on.
            _ => {}
        }
    }

    fn begin(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Strong => self.line.is_bold = true,
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.to_string()),
            Tag::List(first) => {
                self.flush();
                if self.lists == 0 {
                    self.is_numbered = first.is_some();
                }
                self.lists += 1;
            }
            Tag::Table(alignments) => {
                self.table = Some(TableRead { alignments, ..TableRead::default() });
            }
            Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::Paragraph | Tag::Item | Tag::HtmlBlock | Tag::CodeBlock(_) => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Strong => self.line.is_bold = false,
            TagEnd::Link => {
                let link = self.link.take().filter(|link| !self.line.text.ends_with(link));
                if let Some(link) = link {
                    self.line.add(&format!(" ({link})"));
                }
            }
            TagEnd::Heading(level) => {
                let text = std::mem::take(&mut self.line).text;
                match &self.title {
                    None if level as usize == 1 => self.title = Some(text),
                    _ => self.blocks.push(Block::Heading(text)),
                }
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists = self.lists.saturating_sub(1);
                if self.lists == 0 {
                    self.end_list();
                }
            }
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Table => self.end_table(),
            TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock | TagEnd::CodeBlock => {
                self.flush();
            }
            _ => {}
        }
    }

    /// Ends the paragraph or point that is being read.
    fn flush(&mut self) {
        let line = std::mem::take(&mut self.line);
        if line.text.trim().is_empty() {
            return;
        }
        if self.lists > 0 {
            self.points.push(line);
        } else if line.bold == line.text.len() {
            self.blocks.push(Block::Warning(line.text));
        } else {
            let lines = line.text.lines().filter(|line| !line.trim().is_empty());
            self.blocks.extend(lines.map(|line| Block::Paragraph(line.to_owned())));
        }
    }

    fn end_list(&mut self) {
        let points = std::mem::take(&mut self.points);
        if points.is_empty() {
            return;
        }
        if let Some(terms) = points.iter().map(Line::term).collect::<Option<Vec<_>>>() {
            return self.blocks.push(Block::Terms(terms));
        }
        let points = points.into_iter().map(|point| point.text).collect();
        self.blocks.push(match self.is_numbered {
            true => Block::Numbered(points),
            false => Block::List(points),
        });
    }

    fn end_cell(&mut self) {
        let line = std::mem::take(&mut self.line);
        let Some(TableRead { columns, alignments, rows }) = &mut self.table else { return };
        match rows.last_mut() {
            Some(row) if line.is_code => row.push(Cell::Code(line.text)),
            Some(row) => row.push(Cell::Words(line.text)),
            None => {
                let is_number = alignments.get(columns.len()) == Some(&Alignment::Right);
                columns.push(Column::Written { head: line.text, is_number });
            }
        }
    }

    fn end_table(&mut self) {
        if let Some(TableRead { columns, rows, .. }) = self.table.take() {
            self.blocks.push(Block::Table { caption: "", columns, rows });
        }
    }
}

#[cfg(test)]
mod tests {
    use arbtest::arbtest;

    use super::*;
    use crate::writers::to_markdown;

    fn read(text: &str) -> Read {
        Read::of(text, "TLP:GREEN – to the community")
    }

    #[test]
    fn every_kind_of_line_that_a_note_has_is_read_back() {
        let text = "**TLP:GREEN** – to the community\n\n# Request to *China*\n\n\
            - **From:** a ministry\n- **To:** the authorities\n\n\
            ## Facts\n\nA line\nthat goes on, with `code` and <b>marks</b>.\n\n**Do not miss it.**\n\n\
            1. first\n2. second\n   - inside\n\n| network | share |\n| --- | ---: |\n| `AS4837` | 99 % |\n\n\
            [a page](https://a.example/x)\n";
        let read = read(text);
        assert_eq!(read.title.as_deref(), Some("Request to China"));
        let [terms, heading, line, warning, points, table, link] = read.blocks.as_slice() else {
            panic!("{:?}", read.blocks)
        };
        assert!(matches!(terms, Block::Terms(terms) if terms.len() == 2 && terms[0].0 == "From"));
        assert!(matches!(heading, Block::Heading(text) if text == "Facts"));
        let expected = "A line that goes on, with `code` and <b>marks</b>.";
        assert!(matches!(line, Block::Paragraph(text) if text == expected), "{line:?}");
        assert!(matches!(warning, Block::Warning(text) if text == "Do not miss it."));
        assert!(
            matches!(points, Block::Numbered(points) if points == &["first", "second", "inside"])
        );
        let Block::Table { columns, rows, .. } = table else { panic!("{table:?}") };
        assert!(columns[1].is_number() && columns[0].head() == "network");
        assert!(matches!(&rows[0][0], Cell::Code(text) if text == "AS4837"));
        assert!(matches!(link, Block::Paragraph(text) if text == "a page (https://a.example/x)"));
    }

    #[test]
    fn markup_of_a_page_stays_text() {
        let read = read("# x\n\n<script>alert(1)</script>\n\n<img src=x onerror=y> and more\n");
        let html = to_html("x", &read.blocks).into_string();
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(html.contains("&lt;script&gt;"));
    }

    #[test]
    fn any_text_is_read_and_reads_the_same_when_it_is_written_again() {
        arbtest(|u| {
            const PARTS: [&str; 18] = [
                "a", "*", "**", "# ", "\n", "\n\n", "- ", "1. ", "| ", "|---|\n", "`", "<b>", "[",
                "](u)", "\\", "&amp;", "    ", "é",
            ];
            let mut text = String::new();
            for _ in 0..u.int_in_range(0..=40)? {
                text.push_str(u.choose(&PARTS)?);
            }
            let first = read(&text);
            let title = first.title.clone().unwrap_or_default();
            let written = to_markdown(&title, &first.blocks);
            let again = to_markdown(&title, &read(&written).blocks);
            // What a reader sees stays: only the way in which it is set off may be lost once.
            let third = to_markdown(&title, &read(&again).blocks);
            assert_eq!(again, third, "{text:?}");
            Ok(())
        })
        .budget_ms(2_000);
    }
}
