//! Office documents, with the parts in which text hides.

use demarche_text::{Limits, Media, Shape, embedded_in, media_of};

use crate::fixture::{all, docx, read, xlsx, zipped};

#[test]
fn runs_are_joined_and_changes_are_kept() {
    let body = "<w:p><w:r><w:t>4111 11</w:t></w:r><w:r><w:t xml:space=\"preserve\">11 1111 1111</w:t></w:r></w:p>\
        <w:p><w:r><w:t>paid </w:t></w:r><w:del><w:r><w:delText>500</w:delText></w:r></w:del>\
        <w:ins><w:r><w:t>600</w:t></w:r></w:ins></w:p>";
    let text = read("a.docx", &docx(body)).unwrap();
    assert_eq!(all(&text), "4111 1111 1111 1111\npaid 600\npaid 500\n");
    assert!(text.faults.is_empty());
}

#[test]
fn tables_are_sections_of_their_own() {
    let cell = |text: &str| format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
    let row = |left: &str, right: &str| format!("<w:tr>{}{}</w:tr>", cell(left), cell(right));
    let table = format!(
        "<w:p><w:r><w:t>Pay</w:t></w:r></w:p><w:tbl>{}{}</w:tbl>",
        row("Name", "Salary"),
        row("", "7")
    );
    let text = read("a.docx", &docx(&table)).unwrap();
    assert_eq!(text.sections[1].shape, Shape::Table);
    assert_eq!(text.sections[1].text, "Name\tSalary\n\t7\n");
}

#[test]
fn a_text_box_does_not_part_its_paragraph() {
    let body = "<w:p><w:r><w:t>one </w:t></w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r>\
        </w:p></w:txbxContent></mc:Choice><mc:Fallback><w:t>box</w:t></mc:Fallback></mc:AlternateContent>\
        <w:r><w:t>line</w:t></w:r></w:p>";
    assert_eq!(all(&read("a.docx", &docx(body)).unwrap()), "one line\nbox\n");
}

#[test]
fn a_document_says_who_wrote_it_and_whom_it_links_to() {
    let parts = [
        ("[Content_Types].xml", "<Types/>"),
        (
            "word/document.xml",
            "<w:p><w:hyperlink r:id=\"r7\"><w:r><w:t>Anna</w:t></w:r></w:hyperlink></w:p>",
        ),
        (
            "word/_rels/document.xml.rels",
            "<R><Relationship Id=\"r7\" Type=\"x/hyperlink\" Target=\"mailto:a@b.example?subject=x\" TargetMode=\"External\"/></R>",
        ),
        (
            "word/comments.xml",
            "<w:comment w:author=\"Ben\"><w:p><w:r><w:t>look</w:t></w:r></w:p></w:comment>",
        ),
        ("word/footnotes.xml", "<w:p><w:r><w:t>a note</w:t></w:r></w:p>"),
        ("docProps/core.xml", "<c><dc:title>Plan</dc:title><dc:creator>Clara</dc:creator></c>"),
    ];
    let text = all(&read("a.docx", &zipped(&parts)).unwrap());
    for expected in ["Anna <a@b.example>", "Ben: look", "a note", "title: Plan", "creator: Clara"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn cells_show_what_they_identify() {
    let rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>in</t></is></c></row>\
        <row r=\"3\"><c r=\"A3\"><v>4111111111111111</v></c><c r=\"B3\" s=\"1\"><v>45292</v></c>\
        <c r=\"D3\" s=\"2\"><v>12345678</v></c><c r=\"E3\"><v>1.5E+3</v></c></row>";
    let strings = "<si><r><t>sha</t></r><r><t>red</t></r><rPh><t>sound</t></rPh></si>";
    let styles = "<numFmts><numFmt numFmtId=\"164\" formatCode=\"000\\-00\\-0000\"/></numFmts>\
        <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs>";
    let text = read("a.xlsx", &xlsx(rows, strings, styles)).unwrap();
    assert_eq!(text.sections[0].name.as_deref(), Some("hidden sheet “Pay & more”"));
    assert_eq!(
        text.sections[0].text,
        "shared\tin\n\n4111111111111111\t2024-01-01\t\t012-34-5678\t1500\n"
    );
}

#[test]
fn slides_keep_their_order_and_have_their_notes() {
    let slide = |text: &str| format!("<p:sld><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sld>");
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"x/{kind}\" Target=\"{target}\"/>")
    };
    let slides = relation("r1", "slide", "slides/slide1.xml")
        + &relation("r2", "slide", "slides/slide2.xml");
    let text = read(
        "a.pptx",
        &zipped(&[
            ("[Content_Types].xml", "<Types/>"),
            (
                "ppt/presentation.xml",
                "<p:sldIdLst><p:sldId id=\"9\" r:id=\"r2\"/><p:sldId id=\"8\" r:id=\"r1\"/></p:sldIdLst>",
            ),
            ("ppt/_rels/presentation.xml.rels", &slides),
            ("ppt/slides/slide1.xml", &slide("later")),
            ("ppt/slides/slide2.xml", &slide("first")),
            (
                "ppt/slides/_rels/slide2.xml.rels",
                &relation("r1", "notesSlide", "../notesSlides/notesSlide1.xml"),
            ),
            ("ppt/notesSlides/notesSlide1.xml", &slide("spoken")),
        ]),
    );
    let names: Vec<_> =
        text.unwrap().sections.into_iter().map(|s| (s.name.unwrap(), s.text)).collect();
    let expected =
        [("slide 1", "first\n"), ("notes of slide 1", "spoken\n"), ("slide 2", "later\n")];
    assert_eq!(names, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
}

#[test]
fn open_documents_are_read() {
    let content = "<office:body><text:p>Sum<text:note><text:note-citation>1</text:note-citation><text:p>note</text:p></text:note>\
        mary</text:p><table:table table:name=\"T\"><table:table-row><table:table-cell office:value=\"4111111111111111\">\
        <text:p>4.1E15</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"2\"><text:p>x</text:p>\
        </table:table-cell></table:table-row></table:table></office:body>";
    let parts = [("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", content)];
    let mut bytes = zipped(&parts);
    let text = read("a.odt", &bytes).unwrap();
    assert_eq!(text.sections[0].text, "Summary\nnote\n");
    assert_eq!(text.sections[1].text, "4111111111111111\tx\tx\n");
    // A cut package is read as far as it goes.
    bytes.truncate(bytes.len() - 90);
    assert!(all(&read("a.odt", &bytes).unwrap()).contains("Summary"));
}

#[test]
fn a_package_in_a_package_is_not_mistaken_for_it() {
    let inner = xlsx("", "", "");
    let bytes = zipped(&[("[Content_Types].xml", "<Types/>"), ("ppt/presentation.xml", "<p/>")]);
    assert_eq!(media_of("a", &[bytes, inner].concat()), Media::Xlsx);
    let bytes = zipped(&[("readme.txt", "x"), ("word/document.xml", "<w/>")]);
    assert_eq!(media_of("a.docx", &bytes), Media::Zip);
}

#[test]
fn embedded_files_are_handed_over() {
    let parts = [
        ("[Content_Types].xml", "<Types/>"),
        ("word/document.xml", "<w:p/>"),
        ("word/embeddings/sheet.xlsx", "inner"),
        ("word/media/image1.png", "picture"),
    ];
    let (files, faults) = embedded_in(Media::Docx, &zipped(&parts), &Limits::default());
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["word/embeddings/sheet.xlsx", "word/media/image1.png"]);
    assert_eq!(files[0].bytes, b"inner");
    assert!(faults.is_empty());
}
