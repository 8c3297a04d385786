//! Pages, Rich Text, tables and plain text.

use demarche_text::{Limits, Media, media_of, text_of, text_of_html};

use crate::fixture::{all, read};

#[test]
fn blocks_end_lines_and_cells_are_parted_by_tabs() {
    let page = "<title>T</title><script>var x = '<p>no</p>';</script><table><tr><td><p>Name</p></td><td>Pay</td></tr>\
        <tr><td>Anna</td><td>&#53;2&nbsp;000</td></tr></table><p>a<b>b</b>c<br/>d</p>";
    assert_eq!(text_of_html(page), "T\nName\tPay\nAnna\t52 000\nabc\nd\n");
}

#[test]
fn hidden_text_addresses_and_values_are_kept() {
    let page = "<p style=\"display:none\">hid&shy;den</p><a href=\"mailto:a@b.example\">Anna</a><img alt=\"a plan\">\
        <input name=x value=\"typed\"><!-- remark --><!--[if mso]>no<![endif]-->";
    assert_eq!(text_of_html(page), "hidden\nAnna <a@b.example> a plan typed\nremark\n");
}

#[test]
fn broken_markup_is_text_where_it_is_no_tag() {
    assert_eq!(
        text_of_html("1 < 2 & 3 &unknown; <p class=\"x>y</p>z"),
        "1 < 2 & 3 &unknown;\ny\nz\n"
    );
    assert_eq!(text_of_html("<!-- open <p>text"), "text\n");
}

#[test]
fn a_page_in_another_charset_is_read_by_its_declaration() {
    let page =
        b"<html><head><meta charset=\"koi8-r\"></head><p>\xc4\xcf\xc7\xcf\xd7\xcf\xd2</p></html>";
    assert_eq!(all(&read("a.html", page).unwrap()).trim(), "договор");
}

#[test]
fn rich_text_is_read_with_its_charsets() {
    let text = b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}{\\f1\\fcharset204 Arial;}}{\\*\\generator X;}\
        \\pard Gr\\'fc\\u223?e \\u1076\\'3f\\f1 \\'e4\\par{\\field{\\*\\fldinst HYPERLINK \"mailto:a@b.example\"}{\\fldrslt Anna}}\
        \\cell{\\v hidden}\\row}";
    assert_eq!(
        all(&read("a.rtf", text).unwrap()),
        "Gr\u{fc}\u{df}e \u{434}\u{434}\n<a@b.example> Anna\thidden\n"
    );
}

#[test]
fn names_decide_only_where_the_content_does_not() {
    assert_eq!(media_of("a.docx", b"%PDF-1.7"), Media::Pdf);
    assert_eq!(media_of("a.xls", b"<table><tr><td>1</td></tr></table>"), Media::Html);
    assert_eq!(media_of("a.txt", b"From: a@b.example\nSubject: x\n\nbody"), Media::Message);
    assert_eq!(
        media_of("1700000000.M1.host:2,S", b"Received: x\n\ty\nDate: z\n\nbody"),
        Media::Message
    );
    assert_eq!(media_of("a.mbox", b""), Media::Mbox);
    assert_eq!(media_of("box", b"From x@y Mon Jan  1 08:00:00 2024\nA: b\n\n"), Media::Mbox);
    assert_eq!(media_of("a.csv", b"a;b\n1;2\n"), Media::Csv);
    assert_eq!(media_of("a.txt", b"hello"), Media::Text);
    assert_eq!(media_of("a.txt", &[1, 2, 3, 0, 5, 6, 7, 1]), Media::Unknown);
    assert_eq!(media_of("a", &[b'h', 0, b'e', 0, b'l', 0, b'l', 0, b'o', 0]), Media::Text);
}

#[test]
fn json_and_programs_are_read_as_what_they_say() {
    let limits = Limits::default();
    for (name, source, wanted) in [
        ("a.json", r#"{"t":"\u041f\u0430 a\nb"}"#, "{\"t\":\"Па a\u{2028}b\"}"),
        ("a.log", r#"{"t":"12\/03\/1985"}"#, "{\"t\":\"12/03/1985\"}"),
        ("a.txt", r"C:\new\u0041", r"C:\new\u0041"),
        ("a.php", "<?php define('A', 'b');", "<?php define('A', 'b');"),
    ] {
        let media = media_of(name, source.as_bytes());
        let text = text_of(media, source.as_bytes(), &limits).unwrap();
        assert_eq!(text.sections[0].text.trim(), wanted, "{name}");
    }
}
