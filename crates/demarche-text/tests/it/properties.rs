//! Laws that hold for any bytes: nothing panics, and limits hold.

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_text::{
    Damage, Limits, Media, Unread, embedded_in, media_of, text_of, text_of_bytes, text_of_html,
};

use crate::fixture::{MEDIA, docx, pdf_page, xlsx, zipped};

const LIMITS: Limits =
    Limits { text: 4_096, expanded: 1 << 16, ratio: 100, steps: 100_000, parts: 64, depth: 16 };

/// Reads a document, whose text must keep the limit and whose reader must not give up.
fn check(media: Media, bytes: &[u8]) {
    match text_of(media, bytes, &LIMITS) {
        Ok(text) => {
            assert!(
                text.sections.iter().map(|section| section.text.len()).sum::<usize>()
                    <= LIMITS.text
            );
            let gave_up = text.faults.iter().any(|fault| fault.to_string().contains("gave up"));
            assert!(!gave_up, "{media:?}: {:?}", text.faults);
        }
        Err(unread) => assert_ne!(unread, Unread::Damaged(Damage::Reader), "{media:?}"),
    }
    let (files, _) = embedded_in(media, bytes, &LIMITS);
    assert!(files.len() <= bytes.len());
}

/// A fixture with a few bytes changed, or cut.
fn mutated(u: &mut Unstructured<'_>, fixture: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = fixture.to_vec();
    for _ in 0..u.int_in_range(0..=6)? {
        let index = u.choose_index(bytes.len())?;
        bytes[index] = u.arbitrary()?;
    }
    if u.ratio(1, 4)? {
        let length = u.int_in_range(0..=bytes.len())?;
        bytes.truncate(length);
    }
    Ok(bytes)
}

#[test]
fn no_bytes_make_a_reader_give_up() {
    arbtest(|u| {
        let media = *u.choose(&MEDIA)?;
        let bytes: Vec<u8> = u.arbitrary()?;
        check(media, &bytes);
        let _ = media_of("a.eml", &bytes);
        drop(text_of_bytes(&bytes, Some("utf-7")));
        Ok(())
    });
}

#[test]
fn changed_documents_are_read_or_refused() {
    let fixtures = [
        (
            Media::Docx,
            docx(
                "<w:p><w:r><w:t>text</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>",
            ),
        ),
        (
            Media::Xlsx,
            xlsx("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>", "<si><t>x</t></si>", ""),
        ),
        (
            Media::Odt,
            zipped(&[
                ("mimetype", "application/vnd.oasis.opendocument.text"),
                ("content.xml", "<text:p>x</text:p>"),
            ]),
        ),
        (
            Media::Pdf,
            pdf_page(
                "BT /F1 10 Tf 12 TL 50 700 Td [(Sal) 20 (ary)] TJ T* (x) ' /F1 Do q 1 0 0 1 5 5 cm Q ET",
            ),
        ),
        (
            Media::Rtf,
            b"{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset204 A;}}\\u223?x\\'fc\\bin3 abc{\\*\\x y}}"
                .to_vec(),
        ),
        (Media::Html, b"<p a=\"b\">x &amp; y<!-- c --><td>1</td></p><script>z</script>".to_vec()),
    ];
    arbtest(|u| {
        let (media, fixture) = u.choose(&fixtures)?;
        check(*media, &mutated(u, fixture)?);
        Ok(())
    });
}

#[test]
fn a_page_never_grows_beyond_its_references() {
    arbtest(|u| {
        let page: String = u.arbitrary()?;
        // Cells and blocks add at most a sign for each tag.
        assert!(text_of_html(&page).len() <= page.len() + 3);
        Ok(())
    });
}
