//! Documents made to waste time or memory.

use demarche_text::{Damage, Fault, Limits, Media, Unread, text_of, text_of_html};

use crate::fixture::{all, docx, pdf, pdf_page, read, xlsx, zipped};

#[test]
fn entities_are_not_expanded() {
    let xml = "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><w:document><w:p><w:r><w:t>x &b; y</w:t></w:r></w:p></w:document>";
    let bytes = zipped(&[("[Content_Types].xml", "<Types/>"), ("word/document.xml", xml)]);
    let text = read("a.docx", &bytes).unwrap();
    assert_eq!(all(&text), "x &b; y\n");
    assert_eq!(text.faults, [Fault::Entities { part: "word/document.xml".to_owned() }]);
}

#[test]
fn an_expansion_is_cut() {
    let limits = Limits { expanded: 1 << 21, ratio: 2, ..Limits::default() };
    let bytes = docx(&format!("<w:p><w:r><w:t>start {}</w:t></w:r></w:p>", "a".repeat(3 << 20)));
    let text = text_of(Media::Docx, &bytes, &limits).unwrap();
    assert!(all(&text).starts_with("start aaa"));
    assert!(all(&text).len() <= 1 << 20);
    assert!(matches!(text.faults[..], [Fault::ExpansionCut { .. }, ..]), "{:?}", text.faults);
}

#[test]
fn a_text_is_cut_at_the_limit() {
    let limits = Limits { text: 10, ..Limits::default() };
    for media in [Media::Text, Media::Csv, Media::Html] {
        let text = text_of(media, "Grüße an alle".as_bytes(), &limits).unwrap();
        assert_eq!(text.sections[0].text, "Grüße an");
        assert_eq!(text.faults, [Fault::TextCut { limit: 10 }]);
    }
}

#[test]
fn a_cell_far_out_costs_nothing() {
    let rows = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row><row r=\"1\"><c r=\"A1\"><v>2</v></c></row>";
    let text = read("a.xlsx", &xlsx(rows, "", "")).unwrap();
    assert!(text.sections[0].text.len() < 200);
}

#[test]
fn a_page_tree_that_leads_in_a_circle_is_damaged() {
    let file = pdf(&["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R]/Count 1>>"]);
    assert_eq!(read("loop.pdf", &file), Err(Unread::Damaged(Damage::Pages)));
}

#[test]
fn forms_that_double_at_each_level_end_by_steps() {
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]>>".to_owned(),
        "<</Type/Page/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>".to_owned(),
        "<<>>stream\n/X Do\nendstream".to_owned(),
    ];
    for next in 6..40 {
        objects.push(format!(
            "<</Resources<</XObject<</X {next} 0 R>>>>>>stream\n/X Do /X Do\nendstream"
        ));
    }
    let objects: Vec<_> = objects.iter().map(String::as_str).collect();
    let limits = Limits { steps: 100_000, ..Limits::default() };
    assert_eq!(text_of(Media::Pdf, &pdf(&objects), &limits).unwrap().faults.len(), 3);
}

#[test]
fn nesting_of_every_kind_ends() {
    let deep = |open: &str| open.repeat(200_000);
    drop(text_of(Media::Pdf, &pdf_page(&deep("[")), &Limits::default()));
    drop(text_of(Media::Pdf, &pdf(&[&deep("<</A")]), &Limits::default()));
    drop(text_of(Media::Rtf, format!("{{\\rtf1{}x", deep("{")).as_bytes(), &Limits::default()));
    drop(text_of(Media::Docx, &docx(&deep("<w:tbl>")), &Limits::default()));
    drop(text_of(Media::Docx, &docx(&deep("<w:txbxContent><w:p>")), &Limits::default()));
    assert_eq!(text_of_html(&(deep("<div>") + "x")), "x\n");
}

#[test]
fn marks_that_are_never_closed_are_looked_for_once() {
    for open in [
        "<!--",
        "<![CDATA[",
        "<a b=\"",
        "<a b='c",
        "<!DOCTYPE [",
        "</",
        "<script>",
        "&#",
        "<td>",
        "\"",
        "<?",
    ] {
        let page = open.repeat((1 << 20) / open.len());
        for media in [Media::Html, Media::Xml, Media::Csv] {
            drop(text_of(media, page.as_bytes(), &Limits::default()));
        }
    }
    for open in [
        "(",
        "<",
        "/",
        "1 0 obj",
        "stream",
        "BI ID ",
        "1 0 obj<</Length 9>>stream\n",
        "trailer",
        "[ 1 0 R",
    ] {
        let file = format!("%PDF-1.4\n{}", open.repeat((1 << 19) / open.len()));
        drop(text_of(Media::Pdf, file.as_bytes(), &Limits::default()));
    }
}

#[test]
fn an_encrypted_package_is_told() {
    let mut bytes = vec![0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    for name in ["a.docx", "a.xlsx", "a.pptx"] {
        assert_eq!(read(name, &bytes), Err(Unread::Encrypted));
    }
    let manifest = "<manifest:encryption-data/>";
    let bytes = zipped(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", "x"),
        ("META-INF/manifest.xml", manifest),
    ]);
    assert_eq!(read("a.odt", &bytes), Err(Unread::Encrypted));
}
