//! The text that the content streams of a page draw (ISO 32000-1, 9.4).
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::rc::Rc;

use super::file::File;
use super::font::Font;
use super::lexer::{Dictionary, Lexer, Object, Piece};
use super::lines::{Lines, Run};
use crate::Fault;
use crate::writer::{Writer, count};

/// A transformation of the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Matrix([f64; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// The transformation of six operands.
    fn of(operands: &[Object]) -> Option<Self> {
        let numbers: Vec<f64> = operands.iter().filter_map(Object::number).collect();
        numbers.first_chunk().map(|numbers| Self(*numbers))
    }

    fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This transformation, then another one.
    fn then(self, next: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, next.0);
        Self([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

/// The parameters of text, which `q` keeps and `Q` brings back.
#[derive(Clone, Debug)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter_gap: f64,
    word_gap: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

/// The most states that may be kept; further ones are not kept.
const MOST_STATES: usize = 512;

/// Reads pages of a file.
#[derive(Debug)]
pub(crate) struct Reader<'file, 'bytes> {
    file: &'file File<'bytes>,
    /// Fonts by the number of their object.
    fonts: BTreeMap<u32, Rc<Font>>,
    /// Letters whose characters are not known.
    pub(crate) unmapped: u64,
    /// True where the page has an image.
    pub(crate) has_image: bool,
    lines: Lines,
}

impl<'file, 'bytes> Reader<'file, 'bytes> {
    pub(crate) fn new(file: &'file File<'bytes>) -> Self {
        Self {
            file,
            fonts: BTreeMap::new(),
            unmapped: 0,
            has_image: false,
            lines: Lines::default(),
        }
    }

    /// The text of a page, with its resources.
    pub(crate) fn page(
        &mut self,
        page: &Dictionary,
        resources: &Dictionary,
        writer: &mut Writer<'_>,
    ) -> String {
        self.has_image = false;
        let contents = page.get(b"Contents");
        let single =
            self.file.found(contents, writer).and_then(|found| self.file.expanded(&found, writer));
        let content = single.unwrap_or_else(|| {
            let mut content = Vec::new();
            for part in self.file.array(contents, writer) {
                let found = self.file.found(Some(&part), writer);
                if let Some(bytes) = found.and_then(|found| self.file.expanded(&found, writer)) {
                    content.extend_from_slice(&bytes);
                    content.push(b'\n');
                }
            }
            content
        });
        self.run(&content, resources, Matrix::IDENTITY, &mut Vec::new(), writer);
        std::mem::take(&mut self.lines).finish()
    }

    /// The text of a form, such as the look of a field.
    pub(crate) fn form(&mut self, number: u32, writer: &mut Writer<'_>) -> String {
        self.draw_form(number, &Dictionary::default(), Matrix::IDENTITY, &mut Vec::new(), writer);
        std::mem::take(&mut self.lines).finish()
    }

    fn draw_form(
        &mut self,
        number: u32,
        outer: &Dictionary,
        matrix: Matrix,
        open: &mut Vec<u32>,
        writer: &mut Writer<'_>,
    ) {
        if open.contains(&number) {
            return;
        }
        if open.len() >= writer.limits().depth.min(32) {
            writer.fault(Fault::TooDeep { limit: writer.limits().depth.min(32) });
            return;
        }
        let Some(found) = self.file.find(number, writer) else { return };
        let Some(form) = found.object.dictionary() else { return };
        if form.has_name(b"Subtype", b"Image") {
            self.has_image = true;
            return;
        }
        let Some(content) = self.file.expanded(&found, writer) else { return };
        let inner =
            Matrix::of(&self.file.array(form.get(b"Matrix"), writer)).unwrap_or(Matrix::IDENTITY);
        let resources = self.file.dictionary(form.get(b"Resources"), writer);
        open.push(number);
        self.run(&content, resources.as_ref().unwrap_or(outer), inner.then(matrix), open, writer);
        open.pop();
    }

    /// Runs the operators of a content stream.
    fn run(
        &mut self,
        content: &[u8],
        resources: &Dictionary,
        matrix: Matrix,
        open: &mut Vec<u32>,
        writer: &mut Writer<'_>,
    ) {
        let fonts = self.file.dictionary_or_empty(resources.get(b"Font"), writer);
        let forms = self.file.dictionary_or_empty(resources.get(b"XObject"), writer);
        let mut text = TextObject::new(matrix);
        let mut lexer = Lexer::new(content, 0, 8);
        let mut operands: Vec<Object> = Vec::new();
        while let Some(piece) = lexer.next_piece() {
            if !writer.step(1) {
                return;
            }
            let operator = match piece {
                Piece::Object(object) => {
                    // No operator takes more than the 33 operands of a colour.
                    if operands.len() < 64 {
                        operands.push(object);
                    }
                    continue;
                }
                Piece::Word(word) => word,
            };
            match operator {
                b"Tf" => {
                    let name = operands.first().and_then(Object::name).unwrap_or(b"");
                    text.state.font = self.font(fonts.get(name), writer);
                    text.state.size = operands.get(1).and_then(Object::number).unwrap_or(1.0);
                }
                b"Do" => {
                    let form =
                        operands.first().and_then(Object::name).and_then(|name| forms.get(name));
                    if let Some(number) = form.and_then(Object::reference) {
                        self.draw_form(number, resources, text.state.matrix, open, writer);
                    }
                }
                b"ID" => {
                    self.has_image = true;
                    lexer.skip_inline_image();
                }
                b"Tj" | b"'" | b"\"" | b"TJ" => {
                    self.unmapped += text.show(operator, &operands, &mut self.lines);
                    let letters =
                        operands.iter().filter_map(Object::text).map(<[u8]>::len).sum::<usize>();
                    writer.step(count(letters));
                }
                _ => text.set(operator, &operands),
            }
            operands.clear();
        }
    }

    fn font(&mut self, font: Option<&Object>, writer: &mut Writer<'_>) -> Option<Rc<Font>> {
        if let Some(Object::Dictionary(dictionary)) = font {
            return Some(Rc::new(Font::read(dictionary, self.file, writer)));
        }
        let number = font?.reference()?;
        if let Some(font) = self.fonts.get(&number) {
            return Some(Rc::clone(font));
        }
        let dictionary = self.file.dictionary(font, writer)?;
        let font = Rc::new(Font::read(&dictionary, self.file, writer));
        // A book has hundreds of fonts, not thousands.
        if self.fonts.len() > 1_000 {
            self.fonts.clear();
        }
        self.fonts.insert(number, Rc::clone(&font));
        Some(font)
    }
}

/// The position and state of the text that is drawn.
#[derive(Debug)]
struct TextObject {
    state: State,
    states: Vec<State>,
    line: Matrix,
    place: Matrix,
}

impl TextObject {
    fn new(matrix: Matrix) -> Self {
        let state = State {
            matrix,
            font: None,
            size: 1.0,
            letter_gap: 0.0,
            word_gap: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        Self { state, states: Vec::new(), line: Matrix::IDENTITY, place: Matrix::IDENTITY }
    }

    /// Runs an operator that sets a parameter.
    fn set(&mut self, operator: &[u8], operands: &[Object]) {
        let number = |index: usize| operands.get(index).and_then(Object::number).unwrap_or(0.0);
        match operator {
            b"q" if self.states.len() < MOST_STATES => self.states.push(self.state.clone()),
            b"Q" => {
                if let Some(state) = self.states.pop() {
                    self.state = state;
                }
            }
            b"cm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    self.state.matrix = matrix.then(self.state.matrix);
                }
            }
            b"BT" => self.move_to(Matrix::IDENTITY),
            b"Tm" => self.move_to(Matrix::of(operands).unwrap_or(Matrix::IDENTITY)),
            b"Td" => self.move_to(Matrix::translation(number(0), number(1)).then(self.line)),
            b"TD" => {
                self.state.leading = -number(1);
                self.move_to(Matrix::translation(number(0), number(1)).then(self.line));
            }
            b"T*" => self.next_line(),
            b"TL" => self.state.leading = number(0),
            b"Tc" => self.state.letter_gap = number(0),
            b"Tw" => self.state.word_gap = number(0),
            b"Tz" => self.state.stretch = number(0) / 100.0,
            b"Ts" => self.state.rise = number(0),
            _ => {}
        }
    }

    fn move_to(&mut self, position: Matrix) {
        self.line = position;
        self.place = position;
    }

    fn next_line(&mut self) {
        self.move_to(Matrix::translation(0.0, -self.state.leading).then(self.line));
    }

    /// Draws the texts of an operator; returns the number of letters that are not known.
    fn show(&mut self, operator: &[u8], operands: &[Object], lines: &mut Lines) -> u64 {
        if operator == b"\"" {
            let number = |index: usize| operands.get(index).and_then(Object::number).unwrap_or(0.0);
            (self.state.word_gap, self.state.letter_gap) = (number(0), number(1));
        }
        if operator != b"Tj" && operator != b"TJ" {
            self.next_line();
        }
        let texts = match operands.last() {
            Some(Object::Array(array)) => array.as_slice(),
            Some(text) => std::slice::from_ref(text),
            None => &[],
        };
        let mut unmapped = 0;
        for object in texts {
            match object {
                Object::Text(text) => unmapped += self.draw(text, lines),
                Object::Number(shift) => {
                    let shift = -shift / 1_000.0 * self.state.size * self.state.stretch;
                    self.place = Matrix::translation(shift, 0.0).then(self.place);
                }
                _ => {}
            }
        }
        unmapped
    }

    fn draw(&mut self, bytes: &[u8], lines: &mut Lines) -> u64 {
        let Some(font) = self.state.font.clone() else { return 0 };
        let (mut text, mut advance, mut unmapped) = (String::new(), 0.0, 0);
        let state = &self.state;
        font.draw(bytes, &mut text, |glyph| {
            let gap = state.letter_gap + if glyph.is_space { state.word_gap } else { 0.0 };
            advance += (glyph.width / 1_000.0 * state.size + gap) * state.stretch;
            unmapped += u64::from(!glyph.is_known);
        });
        let matrix = self.place.then(state.matrix);
        let (start, end) = (matrix.apply(0.0, state.rise), matrix.apply(advance, state.rise));
        let (up, along) = (matrix.apply(0.0, state.rise + 1.0), matrix.apply(1.0, state.rise));
        let length = |(x, y): (f64, f64)| (x - start.0).hypot(y - start.1);
        let size = (state.size * length(up)).abs();
        let unit = length(along);
        let direction = if unit > 0.0 {
            ((along.0 - start.0) / unit, (along.1 - start.1) / unit)
        } else {
            (1.0, 0.0)
        };
        lines.push(Run { text: &text, start, end, direction, size });
        self.place = Matrix::translation(advance, 0.0).then(self.place);
        unmapped
    }
}
