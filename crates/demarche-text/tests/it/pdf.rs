//! PDF files without tables of places, as they are left by cuts.

use demarche_text::{Fault, Limits, Media, Unread, embedded_in};

use crate::fixture::{all, pdf, pdf_page, read};

#[test]
fn words_and_lines_follow_from_places() {
    let content = "BT /F1 10 Tf 12 TL 50 700 Td [(Sal) 20 (ary) -300 (of)] TJ T* (Gr\\374\\337e) Tj 0 -40 Td (end) Tj ET";
    let text = read("a.pdf", &pdf_page(content)).unwrap();
    assert_eq!(text.sections[0].name.as_deref(), Some("page 1"));
    assert_eq!(text.sections[0].text, "Salary of\nGrüße\nend\n");
    assert_eq!(text.faults, [Fault::Directory]);
}

#[test]
fn characters_come_from_the_map_of_the_font() {
    let map = "1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0001> <0003> <0041> endbfrange \
        1 beginbfchar <0009> <00660069> endbfchar";
    let content = "BT /F1 10 Tf <0001000200030009> Tj ET";
    let file = pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Resources<</Font<</F1 4 0 R>>>>>>",
        "<</Type/Page/Contents[5 0 R]>>",
        "<</Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[<</DW 600>>]>>",
        &format!("<<>>stream\n{content}\nendstream"),
        &format!("<<>>stream\n{map}\nendstream"),
    ]);
    assert_eq!(all(&read("a.pdf", &file).unwrap()), "ABCfi\n");
}

#[test]
fn forms_notes_and_fields_are_read() {
    let file = pdf(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[7 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]>>",
        "<</Type/Page/Contents 5 0 R/Annots[8 0 R]/Resources<</XObject<</X 6 0 R>>/Font<</F 4 0 R>>>>>>",
        "<</Type/Font/Subtype/Type1/Encoding<</Differences[65/eacute/uni20AC]>>>>",
        "<<>>stream\n/X Do\nendstream",
        "<</Subtype/Form>>stream\nBT /F 9 Tf (AB) Tj ET /X Do\nendstream",
        "<</T(pin)/V<feff00310032>/Kids[7 0 R]>>",
        "<</Subtype/Text/Contents(a note)>>",
    ]);
    let text = all(&read("a.pdf", &file).unwrap());
    assert_eq!(text, "é€\na note\npin: 12\n");
}

#[test]
fn attachments_are_handed_over_once() {
    let file = pdf(&[
        "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(x) 3 0 R]>>>>>>",
        "<</Type/Pages/Kids[]>>",
        "<</Type/Filespec/F(pay.csv)/EF<</F 4 0 R>>>>",
        "<<>>stream\na;b\nendstream",
    ]);
    let (files, _) = embedded_in(Media::Pdf, &file, &Limits::default());
    assert_eq!(files.len(), 1);
    assert_eq!((files[0].name.as_str(), files[0].bytes.trim_ascii()), ("pay.csv", &b"a;b"[..]));
}

#[test]
fn a_scan_needs_recognition() {
    let file = pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]>>",
        "<</Type/Page/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        "<<>>stream\n/I Do\nendstream",
        "<</Subtype/Image/Filter/DCTDecode>>stream\n\nendstream",
    ]);
    assert_eq!(read("a.pdf", &file), Err(Unread::NeedsRecognition { pages: 1 }));
}
