//! The text of a document: office files, PDF, HTML, RTF, tables and plain text in any charset.
//!
//! [`media_of`] tells what a file is, [`text_of`] returns what it says, and [`embedded_in`] hands over the files inside it.
//! Messages, mailboxes and archives are told apart here and opened elsewhere. Characters in images are not recognised;
//! images and scanned pages are counted instead.

mod charset;
mod compound;
mod doc;
mod entities;
mod fault;
mod grid;
mod html;
mod json;
mod markup;
mod media;
mod number;
mod office;
mod open_document;
mod package;
mod pdf;
mod ppt;
mod rtf;
mod sheet;
mod sheet_binary;
mod slides;
mod table;
mod word;
mod writer;
mod xls;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use self::charset::text_of_bytes;
pub use self::fault::{Damage, Fault, Unread};
pub use self::html::text_of_html;
pub use self::media::{Media, media_of, media_of_zip};
pub use self::writer::Limits;
use self::writer::Writer;

/// The layout of a part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Sentences and lines; a paragraph ends with a line feed.
    Prose,
    /// Rows end with a line feed, cells are parted by a tab; cells have neither.
    Table,
}

/// A part of a document that its reader can name: a sheet, a page, a slide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name, as a reader would look for it: `sheet “Salaries”`, `page 3`; none for a document of one part.
    pub name: Option<String>,
    /// Its layout.
    pub shape: Shape,
    /// Its text.
    pub text: String,
}

/// The text of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Its parts in the order of the document; parts without text are left out.
    pub sections: Vec<Section>,
    /// The faults met on the way; none where all was read.
    pub faults: Vec<Fault>,
}

/// A file inside a document: an attachment of a PDF file, an embedded workbook, a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Embedded {
    /// Its name; it may have any characters but control ones, and `..` among them.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Returns what a document says, within limits.
///
/// The work is bounded by [`Limits`] and nothing panics. Faults within a document stand in [`Text::faults`] beside what
/// was read.
///
/// # Errors
///
/// [`Unread`] where nothing of the document could be read.
///
/// # Examples
///
/// ```
/// use demarche_text::{Limits, media_of, text_of};
///
/// let page = b"<html><body><p>Caf&eacute;</p></body></html>";
/// let media = media_of("page.html", page);
/// let text = text_of(media, page, &Limits::default()).expect("a page that can be read");
/// assert_eq!(text.sections[0].text.trim(), "Café");
/// ```
pub fn text_of(media: Media, bytes: &[u8], limits: &Limits) -> Result<Text, Unread> {
    let mut writer = Writer::new(limits);
    let outcome = catch_unwind(AssertUnwindSafe(|| read(media, bytes, &mut writer)))
        .unwrap_or(Err(Unread::Damaged(Damage::Reader)));
    match outcome {
        Err(unread) if !writer.has_text() => Err(unread),
        outcome => {
            if let Err(unread) = outcome {
                writer.fault(Fault::BrokeOff { reason: unread });
            }
            Ok(writer.finish())
        }
    }
}

/// Reads a document with the reader of its media.
fn read(media: Media, bytes: &[u8], writer: &mut Writer<'_>) -> Result<(), Unread> {
    match media {
        Media::Text | Media::Json => {
            let text = text_of_bytes(bytes, None);
            let is_json = media == Media::Json || json::is_json(&text);
            let text = if is_json { json::resolved(&text).into_owned() } else { text };
            writer.section(None, Shape::Prose, text);
        }
        Media::Csv => table::read(&charset::decode(bytes, None), writer),
        Media::Html => {
            let page = charset::decode(bytes, charset::declared_in(bytes));
            writer.section(None, Shape::Prose, text_of_html(&page));
        }
        Media::Xml => xml::read(&charset::decode(bytes, charset::declared_in(bytes)), writer),
        Media::Rtf => rtf::read(bytes, writer)?,
        Media::Pdf => pdf::read(bytes, writer)?,
        Media::Docx => word::read(bytes, writer)?,
        Media::Xlsx => sheet::read(bytes, writer)?,
        Media::Xlsb => sheet_binary::read(bytes, writer)?,
        Media::Pptx => slides::read(bytes, writer)?,
        Media::Odt | Media::Ods | Media::Odp => open_document::read(bytes, writer)?,
        Media::Doc => doc::read(bytes, writer)?,
        Media::Xls => xls::read(bytes, writer)?,
        Media::Ppt => ppt::read(bytes, writer)?,
        Media::Image => return Err(Unread::NeedsRecognition { pages: 1 }),
        _ => return Err(Unread::Unsupported),
    }
    Ok(())
}

/// Hands over the files inside a document, with what could not be taken out.
///
/// They are opened no further: a document in a document is handed over as its bytes. All of them together have at most
/// [`Limits::expanded`] bytes.
pub fn embedded_in(media: Media, bytes: &[u8], limits: &Limits) -> (Vec<Embedded>, Vec<Fault>) {
    let mut writer = Writer::new(limits);
    let files = catch_unwind(AssertUnwindSafe(|| embedded(media, bytes, &mut writer)));
    let files = files.unwrap_or(Err(Unread::Damaged(Damage::Reader))).unwrap_or_else(|reason| {
        writer.fault(Fault::BrokeOff { reason });
        Vec::new()
    });
    (files, writer.finish().faults)
}

fn embedded(media: Media, bytes: &[u8], writer: &mut Writer<'_>) -> Result<Vec<Embedded>, Unread> {
    match media {
        Media::Docx
        | Media::Xlsx
        | Media::Xlsb
        | Media::Pptx
        | Media::Odt
        | Media::Ods
        | Media::Odp => Ok(package::Package::open(bytes, writer)?.embedded(writer)),
        Media::Doc | Media::Xls | Media::Ppt => {
            Ok(compound::Compound::open(bytes, writer)?.embedded(writer))
        }
        Media::Rtf => Ok(rtf::embedded(bytes, writer)),
        Media::Pdf => pdf::embedded(bytes, writer),
        _ => Ok(Vec::new()),
    }
}
