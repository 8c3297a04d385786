//! The kind of a file, told by its content first and by its name second.
#![warn(clippy::indexing_slicing)]

use memchr::memmem;

use crate::package::member_names;

/// The kind of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Media {
    /// Plain text, in any charset.
    Text,
    /// Rows of values parted by commas, semicolons, tabs or bars.
    Csv,
    /// JSON.
    Json,
    /// A web page.
    Html,
    /// XML of no kind named here.
    Xml,
    /// Rich Text Format.
    Rtf,
    /// Portable Document Format.
    Pdf,
    /// A Word document since 2007, also one that is encrypted.
    Docx,
    /// An Excel workbook since 2007.
    Xlsx,
    /// A binary Excel workbook since 2007.
    Xlsb,
    /// A `PowerPoint` presentation since 2007.
    Pptx,
    /// An `OpenDocument` text.
    Odt,
    /// An `OpenDocument` spreadsheet.
    Ods,
    /// An `OpenDocument` presentation.
    Odp,
    /// A Word document of 1997 to 2003.
    Doc,
    /// An Excel workbook of 1997 to 2003.
    Xls,
    /// A `PowerPoint` presentation of 1997 to 2003.
    Ppt,
    /// A message of Internet mail (RFC 5322).
    Message,
    /// A message of Apple Mail: its length, the message, a property list.
    Emlx,
    /// A message of Outlook (`.msg`).
    OutlookMessage,
    /// A mailbox of messages parted by `From ` lines.
    Mbox,
    /// A personal folders file of Outlook (`.pst`, `.ost`).
    Pst,
    /// A zip archive that is no document.
    Zip,
    /// A 7z archive.
    Seven,
    /// A tar archive.
    Tar,
    /// A file compressed by gzip.
    Gzip,
    /// A file compressed by bzip2.
    Bzip2,
    /// A file compressed by xz.
    Xz,
    /// A file compressed by zstd.
    Zstd,
    /// A RAR archive.
    Rar,
    /// An archive of a kind that is not opened.
    OtherArchive,
    /// A picture, whose text would have to be recognised.
    Image,
    /// A recording of sound.
    Audio,
    /// A film.
    Video,
    /// A program, library or class file.
    Executable,
    /// A database, a font, or other bytes that hold no document.
    Unknown,
}

/// The beginnings that tell a kind, longest first where one begins another.
const BEGINNINGS: [(&[u8], Media); 45] = [
    (b"%PDF-", Media::Pdf),
    (b"{\\rt", Media::Rtf),
    (b"!BDN", Media::Pst),
    (b"7z\xbc\xaf\x27\x1c", Media::Seven),
    (b"\x1f\x8b\x08", Media::Gzip),
    (b"BZh", Media::Bzip2),
    (b"\xfd7zXZ\0", Media::Xz),
    (b"\x28\xb5\x2f\xfd", Media::Zstd),
    (b"Rar!\x1a\x07", Media::Rar),
    (b"MSCF\0\0\0\0", Media::OtherArchive),
    (b"!<arch>\n", Media::OtherArchive),
    (b"\x60\xea", Media::OtherArchive),
    (b"\x1f\x9d", Media::OtherArchive),
    (b"\x1f\xa0", Media::OtherArchive),
    (b"LZIP", Media::OtherArchive),
    (b"\x04\x22\x4d\x18", Media::OtherArchive),
    (b"xar!", Media::OtherArchive),
    (b"\x89PNG\r\n\x1a\n", Media::Image),
    (b"\xff\xd8\xff", Media::Image),
    (b"GIF87a", Media::Image),
    (b"GIF89a", Media::Image),
    (b"II*\0", Media::Image),
    (b"MM\0*", Media::Image),
    (b"8BPS", Media::Image),
    (b"\0\0\x01\0", Media::Image),
    (b"\xd7\xcd\xc6\x9a", Media::Image),
    (b"\x01\0\0\0\x58\0\0\0", Media::Image),
    (b"\0\0\0\x0cjP  \r\n", Media::Image),
    (b"\xff\x4f\xff\x51", Media::Image),
    (b"AT&TFORM", Media::Image),
    (b"\x7fELF", Media::Executable),
    (b"\xcf\xfa\xed\xfe", Media::Executable),
    (b"\xce\xfa\xed\xfe", Media::Executable),
    (b"\xfe\xed\xfa\xcf", Media::Executable),
    (b"\xca\xfe\xba\xbe", Media::Executable),
    (b"\0asm", Media::Executable),
    (b"ID3", Media::Audio),
    (b"OggS", Media::Audio),
    (b"fLaC", Media::Audio),
    (b"MThd", Media::Audio),
    (b"#!AMR", Media::Audio),
    (b"\x1a\x45\xdf\xa3", Media::Video),
    (b"FLV\x01", Media::Video),
    (b"\0\0\x01\xba", Media::Video),
    (b"SQLite format 3\0", Media::Unknown),
];

/// The kind of a file by its content, and by its name where the content leaves a choice.
///
/// The content is its bytes, or the first 64 KiB of them: a zip or a compound file is told with more certainty from all
/// its bytes. An empty file is of the kind that its name says.
#[must_use]
pub fn media_of(name: &str, head: &[u8]) -> Media {
    let ending = ending_of(name);
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return media_of_zip(head);
    }
    if head.starts_with(&COMPOUND) {
        return media_of_compound(&ending, head);
    }
    if let Some((_, media)) = BEGINNINGS.iter().find(|(start, _)| head.starts_with(start)) {
        return *media;
    }
    by_inner_magic(&ending, head).unwrap_or_else(|| by_text(&ending, head))
}

/// The first bytes of a compound file, [MS-CFB] 2.2.
const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The ending of a file name in lower case, without the dot; empty where there is none.
fn ending_of(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.to_ascii_lowercase()
}

/// The kind of a zip: a document, or an archive.
///
/// Names of members are searched for where the directory at the end is missing, so that a cut file is told too.
#[must_use]
pub fn media_of_zip(bytes: &[u8]) -> Media {
    if let Some(media) = open_document(bytes) {
        return media;
    }
    let names = member_names(bytes);
    let has = |start: &str| names.iter().any(|name| name.starts_with(start));
    // The three kinds of OpenDocument are read alike; one that does not say its kind is called a text.
    if has("content.xml") && (has("mimetype") || has("META-INF/manifest.xml")) {
        return Media::Odt;
    }
    let begins = ["docProps/", "word/", "xl/", "ppt/"];
    let is_first =
        names.first().is_some_and(|name| begins.iter().any(|start| name.starts_with(start)));
    // Programs differ in which of these comes first, and a cut package has lost the last.
    if !has("[Content_Types].xml") && !has("_rels/") && !is_first {
        return Media::Zip;
    }
    match () {
        () if has("word/document") => Media::Docx,
        () if has("xl/workbook.bin") => Media::Xlsb,
        () if has("xl/workbook.xml") => Media::Xlsx,
        () if has("ppt/presentation.xml") => Media::Pptx,
        () if has("word/") => Media::Docx,
        () if has("xl/") => Media::Xlsx,
        () if has("ppt/") => Media::Pptx,
        () => Media::Zip,
    }
}

/// The kind of an `OpenDocument` package: its first member, stored, names it.
fn open_document(bytes: &[u8]) -> Option<Media> {
    let start = bytes.get(..bytes.len().min(512))?;
    if memmem::find(start, b"mimetype").is_none() && memmem::find(bytes, b"content.xml").is_none() {
        return None;
    }
    let declared = memmem::find(start, b"application/vnd.oasis.opendocument.")?;
    let kind = start.get(declared..)?.strip_prefix(b"application/vnd.oasis.opendocument.")?;
    match kind {
        kind if kind.starts_with(b"text") => Some(Media::Odt),
        kind if kind.starts_with(b"spreadsheet") => Some(Media::Ods),
        kind if kind.starts_with(b"presentation") || kind.starts_with(b"graphics") => {
            Some(Media::Odp)
        }
        _ => None,
    }
}

/// The kind of a compound file by the names of its streams, else by the file's name.
fn media_of_compound(ending: &str, bytes: &[u8]) -> Media {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::find(bytes, &wide).is_some()
    };
    match ending {
        _ if has("EncryptedPackage") => match ending {
            "xlsx" | "xlsm" | "xltx" => Media::Xlsx,
            "xlsb" => Media::Xlsb,
            "pptx" | "pptm" | "ppsx" => Media::Pptx,
            _ => Media::Docx,
        },
        _ if has("__properties_version1.0") || has("__substg1.0_") => Media::OutlookMessage,
        _ if has("WordDocument") => Media::Doc,
        _ if has("PowerPoint Document") => Media::Ppt,
        _ if has("Workbook") || has("B\0o\0o\0k\0\0") => Media::Xls,
        "msg" | "oft" => Media::OutlookMessage,
        "doc" | "dot" => Media::Doc,
        "xls" | "xlt" => Media::Xls,
        "ppt" | "pps" => Media::Ppt,
        _ => Media::Unknown,
    }
}

/// The kind of a file by bytes that do not lie at its beginning, or that need a second look.
fn by_inner_magic(ending: &str, head: &[u8]) -> Option<Media> {
    let has_at = |offset: usize, magic: &[u8]| {
        head.get(offset..).is_some_and(|bytes| bytes.starts_with(magic))
    };
    let has_zero = memchr::memchr(0, head.get(..head.len().min(1_024))?).is_some();
    match () {
        () if has_at(257, b"ustar") => Some(Media::Tar),
        () if has_at(0, b"RIFF") && has_at(8, b"WEBP") => Some(Media::Image),
        () if has_at(0, b"RIFF") && has_at(8, b"WAVE") => Some(Media::Audio),
        () if has_at(0, b"RIFF") => Some(Media::Video),
        () if has_at(4, b"ftypheic") || has_at(4, b"ftypmif1") || has_at(4, b"ftypavif") => {
            Some(Media::Image)
        }
        () if has_at(4, b"ftypM4A") => Some(Media::Audio),
        () if has_at(4, b"ftyp") => Some(Media::Video),
        () if has_at(0, b"BM") && has_zero => Some(Media::Image),
        () if has_at(0, b"MZ") && has_zero => Some(Media::Executable),
        () if has_at(0, b"\xff\xfb") && has_zero => Some(Media::Audio),
        () if has_at(2, b"-lh") && has_at(6, b"-") => Some(Media::OtherArchive),
        // Some programs write a few bytes before the header, and readers accept the first 1,024. A text before it, as of a
        // mail that carries a document as it is, is no such program's.
        () => {
            let start = head.get(..head.len().min(1_024))?;
            let before = start.get(..memmem::find(start, b"%PDF-")?)?;
            let is_text_before = !before.trim_ascii().is_empty() && is_text(before);
            (ending == "pdf" || !is_text_before).then_some(Media::Pdf)
        }
    }
}

/// The kind of a text by its first words and its name; [`Media::Unknown`] for bytes that are no text.
fn by_text(ending: &str, head: &[u8]) -> Media {
    let named = match ending {
        "eml" | "mht" | "mhtml" => Some(Media::Message),
        "emlx" => Some(Media::Emlx),
        "mbox" | "mbx" | "mboxrd" => Some(Media::Mbox),
        _ => None,
    };
    if named.is_some() {
        return named.unwrap_or(Media::Unknown);
    }
    if !is_text(head) {
        return Media::Unknown;
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let start = head;
    let start: String =
        String::from_utf8_lossy(start.get(..start.len().min(4_096)).unwrap_or(start))
            .trim_start()
            .to_ascii_lowercase()
            .replace('\0', "");
    if start.starts_with("from ") && head.starts_with(b"From ") && start.contains('\n') {
        return Media::Mbox;
    }
    if is_message(&start) {
        return Media::Message;
    }
    if ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| start.starts_with(tag)) {
        return Media::Html;
    }
    if start.starts_with("<?xml")
        || start.starts_with('<') && matches!(ending, "xml" | "svg" | "rdf" | "xsl")
    {
        let is_page = start.contains("<html") || start.contains("<!doctype html");
        return if is_page { Media::Html } else { Media::Xml };
    }
    let is_markup = start.starts_with('<') || start.contains("<html") || start.contains("<table");
    match ending {
        // A program has no page around it, and its statements are no text of a page.
        "php" | "asp" | "aspx"
            if !is_markup || start.starts_with("<?php") || start.starts_with("<%") =>
        {
            Media::Text
        }
        "html" | "htm" | "xhtml" | "shtml" | "php" | "asp" | "aspx" => Media::Html,
        "xls" | "doc" if is_markup => Media::Html,
        "csv" | "tsv" | "tab" | "xls" => Media::Csv,
        "json" | "jsonl" | "ndjson" | "geojson" => Media::Json,
        "xml" => Media::Xml,
        "rtf" if start.starts_with("{\\") => Media::Rtf,
        _ => Media::Text,
    }
}

/// True for text in any charset: hardly any control characters, or UTF-16.
fn is_text(head: &[u8]) -> bool {
    let start = head.get(..head.len().min(4_096)).unwrap_or(head);
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
        return true;
    }
    let is_control = |byte: &&u8| matches!(**byte, 0..=6 | 14..=26 | 28..=31 | 127);
    let controls = start.iter().filter(is_control).count();
    let zeros = start.iter().filter(|byte| **byte == 0).count();
    // Latin text in UTF-16 has a zero in every second byte.
    let is_wide = zeros * 5 >= start.len() * 2
        && controls == zeros
        && start.as_chunks::<2>().0.iter().all(|pair| *pair != [0, 0]);
    is_wide || controls * 50 <= start.len()
}

/// True for text, in lower case, that begins with the header of a message.
fn is_message(start: &str) -> bool {
    const FIELDS: [&str; 14] = [
        "from:",
        "to:",
        "received:",
        "return-path:",
        "subject:",
        "date:",
        "message-id:",
        "mime-version:",
        "delivered-to:",
        "content-type:",
        "x-mozilla-status:",
        "reply-to:",
        "cc:",
        "dkim-signature:",
    ];
    let mut fields = 0;
    for line in start.split(['\n', '\r']) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        if FIELDS.iter().any(|field| line.starts_with(field)) {
            fields += 1;
        } else if !line.split_once(':').is_some_and(|(name, _)| is_field_name(name)) {
            break;
        }
    }
    fields >= 2
}

fn is_field_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}
