//! Documents built in memory.

use std::io::{Cursor, Write};

use demarche_text::{Limits, Media, Text, Unread, media_of, text_of};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip of named parts.
pub(crate) fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).expect("memory takes a part");
        writer.write_all(text.as_bytes()).expect("memory takes bytes");
    }
    writer.finish().expect("memory takes a directory").into_inner()
}

/// A Word document with a body.
pub(crate) fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", &document)])
}

/// A workbook of a sheet, with its shared strings and styles.
pub(crate) fn xlsx(rows: &str, strings: &str, styles: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    zipped(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"Pay &amp; more\" r:id=\"r1\" state=\"hidden\"/></sheets></workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<R><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/sheet1.xml\"/></R>",
        ),
        ("xl/sharedStrings.xml", &format!("<sst>{strings}</sst>")),
        ("xl/styles.xml", &format!("<styleSheet>{styles}</styleSheet>")),
        ("xl/worksheets/sheet1.xml", &sheet),
    ])
}

/// A PDF file of objects numbered from 1, without a table of places.
pub(crate) fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    for (number, object) in (1..).zip(objects) {
        file.extend(format!("{number} 0 obj {object} endobj\n").bytes());
    }
    file.extend(b"trailer<</Root 1 0 R>>");
    file
}

/// A PDF file of a page with a content stream.
pub(crate) fn pdf_page(content: &str) -> Vec<u8> {
    let stream = format!("<</Length {}>>stream\n{content}\nendstream", content.len());
    pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/Contents 5 0 R/Resources<</Font<</F1 4 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        &stream,
    ])
}

pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Text, Unread> {
    text_of(media_of(name, bytes), bytes, &Limits::default())
}

/// The text of all sections.
pub(crate) fn all(text: &Text) -> String {
    text.sections.iter().map(|section| section.text.as_str()).collect()
}

pub(crate) const MEDIA: [Media; 17] = [
    Media::Text,
    Media::Csv,
    Media::Json,
    Media::Html,
    Media::Xml,
    Media::Rtf,
    Media::Pdf,
    Media::Docx,
    Media::Xlsx,
    Media::Xlsb,
    Media::Pptx,
    Media::Odt,
    Media::Ods,
    Media::Odp,
    Media::Doc,
    Media::Xls,
    Media::Ppt,
];
