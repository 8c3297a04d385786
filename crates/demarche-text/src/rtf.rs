//! Rich Text Format (Microsoft, version 1.9.1): text, footnotes, headers, comments and hidden text.
//!
//! Groups that hold no text for readers are left out: tables of fonts, colours and styles, pictures, objects.
#![warn(clippy::indexing_slicing)]

use encoding_rs::{Encoding, WINDOWS_1252};
use memchr::memchr3;

use crate::writer::{Writer, count};
use crate::{Damage, Embedded, Fault, Shape, Unread};

/// The most groups that may be open; deeper ones are read as if they were not nested.
const DEEPEST: usize = 10_000;

/// Reads a document.
pub(crate) fn read(bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    let start = bytes.trim_ascii_start();
    if !start.starts_with(b"{\\rt") {
        return Err(Unread::Damaged(Damage::Foreign { kind: "Rich Text file" }));
    }
    writer.begin(None, Shape::Prose);
    let mut reader = Reader::new(writer.text_left());
    reader.read(start);
    if reader.groups.len() > 1 {
        writer.fault(Fault::Part { part: "the last group".to_owned() });
    }
    if reader.images > 0 {
        writer.fault(Fault::Images { images: reader.images, bytes: reader.image_bytes });
    }
    let text = reader.finish();
    writer.push(&text);
    writer.end_line();
    Ok(())
}

/// Hands over the objects in a document.
pub(crate) fn embedded(bytes: &[u8], writer: &mut Writer<'_>) -> Vec<Embedded> {
    let mut reader = Reader::new(writer.text_left());
    reader.keeps_objects = true;
    reader.read(bytes.trim_ascii_start());
    reader.objects
}

/// The use that is made of the text in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Keep,
    Drop,
    /// The table of fonts, which says in which charset each font is.
    Fonts,
    /// The instruction of a field, in which an address may stand.
    Field,
    /// The bytes of an object, in hexadecimal.
    Object,
    Picture,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    text: Use,
    charset: &'static Encoding,
    /// The bytes after a `\u` that stand for the same character.
    fallback: usize,
}

#[derive(Debug)]
struct Reader {
    text: String,
    limit: usize,
    group: Group,
    groups: Vec<Group>,
    /// Bytes of text that are not decoded yet.
    pending: Vec<u8>,
    /// Units of UTF-16 that are not decoded yet.
    units: Vec<u16>,
    /// Bytes to skip, as the fallback of a character.
    skip: usize,
    default_charset: &'static Encoding,
    /// Fonts by their number, with their charsets.
    fonts: std::collections::BTreeMap<i32, &'static Encoding>,
    font: i32,
    field: String,
    /// True after `\*`, which marks groups that may be unknown.
    is_optional: bool,
    images: usize,
    image_bytes: u64,
    keeps_objects: bool,
    hex: Vec<u8>,
    objects: Vec<Embedded>,
}

impl Reader {
    fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit,
            group: Group { text: Use::Keep, charset: WINDOWS_1252, fallback: 1 },
            groups: Vec::new(),
            pending: Vec::new(),
            units: Vec::new(),
            skip: 0,
            default_charset: WINDOWS_1252,
            fonts: std::collections::BTreeMap::new(),
            font: 0,
            field: String::new(),
            is_optional: false,
            images: 0,
            image_bytes: 0,
            keeps_objects: false,
            hex: Vec::new(),
            objects: Vec::new(),
        }
    }

    fn read(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((first, after)) = rest.split_first() {
            if self.text.len() > self.limit {
                break;
            }
            rest = match first {
                b'{' => {
                    self.open();
                    after
                }
                b'}' => {
                    self.close();
                    after
                }
                b'\\' => self.control(after),
                b'\r' | b'\n' => after,
                _ => {
                    let end = memchr3(b'{', b'}', b'\\', rest).unwrap_or(rest.len());
                    let (run, after) = rest.split_at_checked(end).unwrap_or((rest, b""));
                    self.push_run(run);
                    after
                }
            };
        }
        self.flush();
    }

    fn open(&mut self) {
        self.flush();
        self.skip = 0;
        self.is_optional = false;
        if self.groups.len() < DEEPEST {
            self.groups.push(self.group);
        }
    }

    fn close(&mut self) {
        self.flush();
        self.skip = 0;
        self.is_optional = false;
        let Some(outer) = self.groups.pop() else { return };
        match self.group.text {
            Use::Field if outer.text != Use::Field => self.end_field(),
            Use::Object if outer.text != Use::Object => self.end_object(),
            _ => {}
        }
        self.group = outer;
    }

    /// Keeps the address of mail in the instruction of a field.
    fn end_field(&mut self) {
        let field = std::mem::take(&mut self.field);
        if let Some((_, address)) = field.split_once("mailto:") {
            let address = address.split(['"', '?', ' ']).next().unwrap_or("");
            self.text.push_str(&format!("<{address}> "));
        }
    }

    fn end_object(&mut self) {
        let digits = std::mem::take(&mut self.hex);
        let nibble =
            |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let (pairs, _) = digits.as_chunks::<2>();
        let bytes: Vec<u8> = pairs
            .iter()
            .filter_map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?))
            .collect();
        let name = format!("object {}", self.objects.len() + 1);
        self.objects.push(Embedded { name, bytes });
    }

    /// Takes bytes of text.
    fn push_run(&mut self, run: &[u8]) {
        let skipped = self.skip.min(run.len());
        self.skip -= skipped;
        let run = run.get(skipped..).unwrap_or(b"");
        match self.group.text {
            Use::Drop => {}
            Use::Object if self.keeps_objects => {
                self.hex.extend(run.iter().filter(|byte| byte.is_ascii_hexdigit()));
            }
            Use::Object => {}
            Use::Picture => self.image_bytes += count(run.len() / 2),
            Use::Field => self.field.push_str(&String::from_utf8_lossy(run)),
            Use::Keep | Use::Fonts => {
                if run.is_empty() {
                    return;
                }
                self.flush_units();
                self.pending.extend(run.iter().filter(|byte| !matches!(**byte, b'\r' | b'\n')));
            }
        }
    }

    fn flush_units(&mut self) {
        if !self.units.is_empty() {
            let units = std::mem::take(&mut self.units);
            self.text.push_str(&String::from_utf16_lossy(&units));
        }
    }

    fn flush(&mut self) {
        self.flush_units();
        if self.pending.is_empty() {
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        if self.group.text == Use::Keep {
            self.text.push_str(&self.group.charset.decode_without_bom_handling(&pending).0);
        }
    }

    fn push_text(&mut self, text: &str) {
        if self.group.text == Use::Keep {
            self.flush();
            self.text.push_str(text);
        }
    }

    /// Takes the control after a backslash; returns the bytes behind it.
    fn control<'bytes>(&mut self, bytes: &'bytes [u8]) -> &'bytes [u8] {
        let Some((first, after)) = bytes.split_first() else { return b"" };
        if !first.is_ascii_alphabetic() {
            return self.symbol(*first, after);
        }
        let length = bytes.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = bytes.split_at_checked(length).unwrap_or((bytes, b""));
        let is_sign = rest.first() == Some(&b'-');
        let digits = rest
            .iter()
            .skip(usize::from(is_sign))
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let length = if digits == 0 { 0 } else { digits + usize::from(is_sign) };
        let (number, rest) = rest.split_at_checked(length).unwrap_or((rest, b""));
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        let rest = rest.strip_prefix(b" ").unwrap_or(rest);
        if word == b"bin" {
            let length = number
                .and_then(|number: i32| usize::try_from(number).ok())
                .map_or(0, |length| length);
            return rest.get(length..).unwrap_or(b"");
        }
        self.word(word, number);
        self.is_optional = false;
        rest
    }

    fn symbol<'bytes>(&mut self, symbol: u8, after: &'bytes [u8]) -> &'bytes [u8] {
        match symbol {
            b'\'' => {
                let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.push_run(&[byte]);
                    return after.get(2..).unwrap_or(b"");
                }
            }
            b'*' => self.is_optional = true,
            b'~' => self.push_text(" "),
            b'_' => self.push_text("-"),
            b'\\' | b'{' | b'}' => self.push_run(&[symbol]),
            b'\r' | b'\n' => self.push_text("\n"),
            _ => {}
        }
        after
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        match word {
            b"par" | b"line" | b"sect" | b"page" | b"row" | b"nestrow" => self.push_text("\n"),
            b"tab" | b"cell" | b"nestcell" => self.push_text("\t"),
            b"emdash" => self.push_text("—"),
            b"endash" => self.push_text("–"),
            b"lquote" => self.push_text("‘"),
            b"rquote" => self.push_text("’"),
            b"ldblquote" => self.push_text("“"),
            b"rdblquote" => self.push_text("”"),
            b"bullet" => self.push_text("•"),
            b"emspace" | b"enspace" | b"qmspace" => self.push_text(" "),
            b"u" => self.unicode(number),
            b"uc" => {
                self.group.fallback =
                    number.and_then(|count| usize::try_from(count).ok()).unwrap_or(1);
            }
            b"ansicpg" => {
                let charset = number.and_then(of_code_page).unwrap_or(WINDOWS_1252);
                (self.default_charset, self.group.charset) = (charset, charset);
            }
            b"mac" => {
                (self.default_charset, self.group.charset) =
                    (encoding_rs::MACINTOSH, encoding_rs::MACINTOSH);
            }
            b"f" => self.select_font(number),
            b"fcharset" if self.group.text == Use::Fonts => {
                if let Some(charset) = number.and_then(of_font_charset) {
                    self.fonts.insert(self.font, charset);
                }
            }
            _ => self.destination(word),
        }
    }

    fn select_font(&mut self, number: Option<i32>) {
        let number = number.map_or(0, |number| number);
        if self.group.text == Use::Fonts {
            self.font = number;
            return;
        }
        self.flush();
        self.group.charset = self.fonts.get(&number).copied().unwrap_or(self.default_charset);
    }

    fn unicode(&mut self, number: Option<i32>) {
        let unit = number.and_then(|number| u16::try_from(number.rem_euclid(65_536)).ok());
        if self.group.text == Use::Keep {
            if !self.pending.is_empty() {
                self.flush();
            }
            self.units.extend(unit);
        }
        self.skip = self.group.fallback;
    }

    /// Sets the use of a group by the word that it begins with.
    fn destination(&mut self, word: &[u8]) {
        let text = match word {
            b"fonttbl" => Use::Fonts,
            b"fldinst" => Use::Field,
            b"objdata" => Use::Object,
            b"pict" => {
                self.images += usize::from(self.group.text == Use::Keep);
                Use::Picture
            }
            b"colortbl" | b"stylesheet" | b"filetbl" | b"listtable" | b"revtbl" | b"nonshppict"
            | b"rsidtbl" => Use::Drop,
            b"title" | b"author" | b"subject" | b"keywords" | b"doccomm" | b"operator"
            | b"company" | b"manager" => {
                self.push_text("\n");
                return;
            }
            b"annotation" | b"atnauthor" | b"footnote" | b"shpinst" | b"shptxt" | b"shppict"
            | b"formfield" => return,
            _ if self.is_optional => Use::Drop,
            _ => return,
        };
        // Within a group that is dropped all is dropped, but a table of fonts is read wherever it stands.
        if self.group.text == Use::Keep {
            self.flush();
            self.group.text = text;
        }
    }

    fn finish(self) -> String {
        self.text
    }
}

/// The charset of a Windows code page.
pub(crate) fn of_code_page(number: i32) -> Option<&'static Encoding> {
    match number {
        932 => Some(encoding_rs::SHIFT_JIS),
        936 => Some(encoding_rs::GBK),
        949 => Some(encoding_rs::EUC_KR),
        950 => Some(encoding_rs::BIG5),
        874 => Encoding::for_label(b"windows-874"),
        10_000 => Some(encoding_rs::MACINTOSH),
        10_007 => Some(encoding_rs::X_MAC_CYRILLIC),
        20_866 => Some(encoding_rs::KOI8_R),
        21_866 => Some(encoding_rs::KOI8_U),
        28_591..=28_606 => Encoding::for_label(format!("iso-8859-{}", number - 28_590).as_bytes()),
        65_001 => Some(encoding_rs::UTF_8),
        1_250..=1_258 => Encoding::for_label(format!("windows-{number}").as_bytes()),
        866 => Some(encoding_rs::IBM866),
        _ => None,
    }
}

/// The charset of a font by its number.
fn of_font_charset(number: i32) -> Option<&'static Encoding> {
    let code_page = match number {
        0 => 1_252,
        77 => 10_000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1_253,
        162 => 1_254,
        163 => 1_258,
        177 => 1_255,
        178..=180 => 1_256,
        186 => 1_257,
        204 => 1_251,
        222 => 874,
        238 => 1_250,
        _ => return None,
    };
    of_code_page(code_page)
}
