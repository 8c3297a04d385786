//! The text of a page, without a tree of its elements.
//!
//! Lines end where block elements end, cells of a table are parted by a tab. Scripts and style sheets are left out,
//! hidden elements are kept, and so are addresses of mail in links, values of forms and comments.
#![warn(clippy::indexing_slicing)]

use crate::markup::{Scanner, Tag, Token, reference, resolve};

/// The text of a page.
///
/// # Examples
///
/// ```
/// let text = demarche_text::text_of_html("<p>Caf&eacute;<br>au <b>lait</b></p>");
/// assert_eq!(text, "Café\nau lait\n");
/// ```
#[must_use]
pub fn text_of_html(html: &str) -> String {
    let mut page = Page { text: String::with_capacity(html.len() / 2), ..Page::default() };
    let mut scanner = Scanner::html(html);
    while let Some(token) = scanner.next() {
        match token {
            Token::Text(text) if page.is_verbatim > 0 => page.push_verbatim(text),
            Token::Text(text) => page.push(text),
            Token::Verbatim(text) => page.push(text),
            Token::Open(tag) => page.open(tag, &mut scanner),
            Token::Close(name) => page.close(name),
            Token::Comment(comment) => page.comment(comment),
            Token::Doctype(_) => {}
        }
    }
    page.finish()
}

/// Elements by their effect on the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    /// It runs on in the line.
    Inline,
    /// It begins and ends a line.
    Block,
    /// It ends the line, and has no content.
    Break,
    Cell,
    Row,
    Verbatim,
    Link,
    /// Its content is no text.
    Raw,
    /// It has a text in an attribute.
    Valued,
}

fn element(name: &str) -> Element {
    let mut lower = [0_u8; 12];
    let Some(buffer) = lower.get_mut(..name.len()) else { return Element::Inline };
    buffer.copy_from_slice(name.as_bytes());
    buffer.make_ascii_lowercase();
    match &*buffer {
        b"br" | b"hr" => Element::Break,
        b"td" | b"th" => Element::Cell,
        b"tr" => Element::Row,
        b"a" => Element::Link,
        b"pre" | b"textarea" | b"xmp" | b"listing" => Element::Verbatim,
        b"script" | b"style" => Element::Raw,
        b"img" | b"input" | b"meta" | b"area" => Element::Valued,
        b"p" | b"div" | b"li" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"table"
        | b"ul" | b"ol" | b"dl" | b"dt" | b"dd" | b"title" | b"blockquote" | b"section"
        | b"article" | b"header" | b"footer" | b"form" | b"option" | b"body" | b"html"
        | b"head" | b"address" | b"center" | b"fieldset" | b"legend" | b"caption" | b"thead"
        | b"tbody" | b"tfoot" | b"main" | b"nav" | b"aside" | b"figure" | b"figcaption"
        | b"details" | b"summary" | b"select" | b"button" | b"o:p" | b"iframe" => Element::Block,
        _ => Element::Inline,
    }
}

/// The text of a page as it is written.
#[derive(Debug, Default)]
struct Page {
    text: String,
    /// True where white space was met since the last word of the line.
    has_space: bool,
    /// The number of open elements whose white space is kept.
    is_verbatim: usize,
    /// True in a short cell, whose blocks end no line.
    is_in_cell: bool,
    /// True before the first cell of a row.
    is_row_start: bool,
    /// An address of mail in the link that is open, and the length of the text before the link.
    link: Option<(String, usize)>,
    /// Comments, which follow after the text.
    comments: String,
}

/// Bytes that [`Page::push`] looks at: white space, references, and first bytes of blanks beyond ASCII.
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let marks = [b'\t', b'\n', 0x0c, b'\r', b' ', b'&', 0xc2, 0xe2, 0xef];
    let mut index = 0;
    while index < marks.len() {
        #[expect(clippy::indexing_slicing, reason = "the table has an entry for every byte")]
        {
            special[marks[index] as usize] = true;
        }
        index += 1;
    }
    special
};

fn is_special(byte: u8) -> bool {
    SPECIAL.get(usize::from(byte)).copied().unwrap_or(true)
}

impl Page {
    /// Writes text, with its references resolved and its white space collapsed.
    fn push(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let bytes = rest.as_bytes();
            let run = plain_run(bytes);
            if run > 0 {
                let (plain, after) = rest.split_at_checked(run).unwrap_or((rest, ""));
                self.push_word(plain);
                rest = after;
                continue;
            }
            let (character, length) = match bytes.first() {
                Some(b'&') => {
                    let (character, length) = rest.get(1..).and_then(reference).unwrap_or(('&', 0));
                    (character, length + 1)
                }
                _ => rest
                    .chars()
                    .next()
                    .map_or((' ', 1), |character| (character, character.len_utf8())),
            };
            self.push_character(character);
            rest = rest.get(length..).unwrap_or("");
        }
    }

    fn push_character(&mut self, character: char) {
        match character {
            ' ' | '\t' | '\n' | '\x0c' | '\r' => self.has_space = true,
            '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' => self.has_space = true,
            // Marks without width part words for the eye only; in a number they would hide it.
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            _ => self.push_word(character.encode_utf8(&mut [0; 4])),
        }
    }

    fn push_word(&mut self, word: &str) {
        if self.has_space {
            self.has_space = false;
            if !self.text.is_empty() && !self.text.ends_with(['\n', '\t', ' ']) {
                self.text.push(' ');
            }
        }
        self.text.push_str(word);
    }

    fn push_verbatim(&mut self, text: &str) {
        self.has_space = false;
        self.text.push_str(&resolve(text));
    }

    /// Ends the line, where anything stands in it.
    fn end_line(&mut self) {
        if self.is_in_cell {
            self.has_space = true;
            return;
        }
        self.has_space = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn open(&mut self, tag: Tag<'_>, scanner: &mut Scanner<'_>) {
        match element(tag.name) {
            Element::Inline => {}
            Element::Block => self.end_line(),
            Element::Break if self.is_in_cell => self.has_space = true,
            Element::Break => {
                self.has_space = false;
                self.text.push('\n');
            }
            Element::Cell => self.open_cell(scanner.rest()),
            Element::Row => {
                self.is_in_cell = false;
                self.end_line();
                self.is_row_start = true;
            }
            Element::Verbatim => {
                self.end_line();
                self.is_verbatim += usize::from(!tag.is_empty);
            }
            Element::Link => self.open_link(&tag),
            Element::Raw if !tag.is_empty => scanner.skip_raw(tag.name),
            Element::Raw => {}
            Element::Valued => self.push_value(&tag),
        }
    }

    fn open_cell(&mut self, rest: &str) {
        self.is_in_cell = false;
        self.has_space = false;
        if !self.is_row_start && !self.text.ends_with('\n') {
            self.text.push('\t');
        }
        self.is_row_start = false;
        self.is_in_cell = is_short_cell(rest.as_bytes());
    }

    fn open_link(&mut self, tag: &Tag<'_>) {
        let Some(target) = tag.attribute("href") else { return };
        let start = target.get(..7).unwrap_or("");
        if start.eq_ignore_ascii_case("mailto:") {
            let address = target.get(7..).unwrap_or("");
            let address = address.split('?').next().unwrap_or(address).trim().replace("%40", "@");
            self.link = Some((address, self.text.len()));
        }
    }

    /// Writes the text in an attribute of an image, a form or a description of the page.
    fn push_value(&mut self, tag: &Tag<'_>) {
        let value = match tag.raw("name") {
            _ if tag.name.eq_ignore_ascii_case("input") => tag.attribute("value"),
            _ if !tag.name.eq_ignore_ascii_case("meta") => tag.attribute("alt"),
            Some(name)
                if ["author", "description", "keywords"]
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known)) =>
            {
                let value = tag.attribute("content");
                self.end_line();
                value
            }
            _ => None,
        };
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.has_space = true;
            self.push(&value);
            self.has_space = true;
        }
    }

    fn close(&mut self, name: &str) {
        match element(name) {
            Element::Block => self.end_line(),
            Element::Break => self.text.push('\n'),
            Element::Cell => {
                self.is_in_cell = false;
                self.has_space = false;
            }
            Element::Row => {
                self.is_in_cell = false;
                self.end_line();
            }
            Element::Verbatim => {
                self.is_verbatim = self.is_verbatim.max(1) - 1;
                self.end_line();
            }
            Element::Link => self.close_link(),
            Element::Inline | Element::Raw | Element::Valued => {}
        }
    }

    /// Writes the address of a link, unless the link shows it.
    fn close_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        let shown = self.text.get(start..).unwrap_or("");
        if !address.is_empty() && !shown.contains(&address) {
            self.has_space = true;
            self.push_word("<");
            self.push_word(&address);
            self.push_word(">");
        }
    }

    /// Keeps a comment, but for the conditions of one browser.
    fn comment(&mut self, comment: &str) {
        let comment = comment.trim();
        if !comment.is_empty() && !comment.starts_with('[') && !comment.ends_with("[endif]") {
            self.comments.push_str(comment);
            self.comments.push('\n');
        }
    }

    fn finish(mut self) -> String {
        self.is_in_cell = false;
        self.end_line();
        self.text.push_str(&self.comments);
        self.text
    }
}

/// True for a cell of data, which ends soon and holds no table. Long cells lay out a page, and their lines are lines.
fn is_short_cell(content: &[u8]) -> bool {
    let start = content.get(..512).unwrap_or(content);
    for tag in memchr::memchr_iter(b'<', start).take(16).filter_map(|tag| start.get(tag + 1..)) {
        let begins =
            |name: &[u8]| tag.get(..name.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(name));
        if begins(b"/t") {
            return true;
        }
        if begins(b"table") {
            return false;
        }
    }
    false
}

/// The length of the bytes that are written as they are: words, and single spaces between them.
fn plain_run(bytes: &[u8]) -> usize {
    let mut run = 0;
    loop {
        let rest = bytes.get(run..).unwrap_or(b"");
        run += rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len());
        let is_single = |next: &u8| !is_special(*next);
        if run == 0 || bytes.get(run) != Some(&b' ') || !bytes.get(run + 1).is_some_and(is_single) {
            return run;
        }
        run += 1;
    }
}
