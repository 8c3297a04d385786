//! Messages and folders of Outlook.

use std::io::{Cursor, Write};

use crate::dump::{Owned, of_file};

/// Writes the streams of a message into a storage.
fn write(
    file: &mut cfb::CompoundFile<Cursor<Vec<u8>>>,
    storage: &str,
    header: usize,
    fixed: &[(u16, u16, u64)],
    streams: &[(u16, u16, &[u8])],
) {
    let mut list = vec![0; header];
    for (id, kind, value) in fixed {
        list.extend(kind.to_le_bytes());
        list.extend(id.to_le_bytes());
        list.extend([6, 0, 0, 0]);
        list.extend(value.to_le_bytes());
    }
    let mut put = |name: String, bytes: &[u8]| {
        file.create_stream(format!("{storage}{name}")).unwrap().write_all(bytes).unwrap();
    };
    put("__properties_version1.0".to_owned(), &list);
    for (id, kind, bytes) in streams {
        put(format!("__substg1.0_{id:04X}{kind:04X}"), bytes);
    }
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn message() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let sent = 133_485_408_000_000_000;
    write(
        &mut file,
        "/",
        32,
        &[(0x0039, 0x0040, sent)],
        &[
            (0x0037, 0x001f, &wide("Salaries")),
            (0x1000, 0x001f, &wide("see below")),
            (0x0c1a, 0x001f, &wide("Ann")),
            (0x5d01, 0x001f, &wide("ann@b.example")),
        ],
    );
    file.create_storage("/__recip_version1.0_#00000000").unwrap();
    write(
        &mut file,
        "/__recip_version1.0_#00000000/",
        8,
        &[(0x0c15, 3, 2)],
        &[(0x3001, 0x001f, &wide("Bob")), (0x39fe, 0x001f, &wide("bob@b.example"))],
    );
    file.create_storage("/__attach_version1.0_#00000000").unwrap();
    write(
        &mut file,
        "/__attach_version1.0_#00000000/",
        8,
        &[(0x3705, 3, 1)],
        &[(0x3707, 0x001f, &wide("pay.txt")), (0x3701, 0x0102, b"12,000")],
    );
    let inner = "/__attach_version1.0_#00000001/";
    file.create_storage(inner).unwrap();
    write(&mut file, inner, 8, &[(0x3705, 3, 5)], &[(0x3001, 0x001f, &wide("inner"))]);
    let inner = format!("{inner}__substg1.0_3701000D/");
    file.create_storage(&inner).unwrap();
    write(
        &mut file,
        &inner,
        24,
        &[],
        &[(0x0037, 0x001f, &wide("Inner")), (0x1000, 0x001f, &wide("inner text"))],
    );
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn a_message_of_outlook_is_read_with_what_it_carries() {
    let items = of_file("x.msg", &message());
    let outer = items[0].message();
    assert_eq!((outer.subject.as_str(), items[0].text().as_str()), ("Salaries", "see below"));
    assert_eq!(outer.from[0].address.as_deref(), Some("ann@b.example"));
    assert_eq!(outer.cc[0].name.as_deref(), Some("Bob"));
    assert_eq!(outer.sent.unwrap().to_string(), "2024-01-01T00:00:00Z");
    assert_eq!(outer.attachments, ["pay.txt", "inner"]);
    assert_eq!(items[1].text(), "12,000");
    assert_eq!(items[2].message().subject, "Inner");
    assert_eq!(items[2].text(), "inner text");
}

#[test]
fn a_damaged_message_of_outlook_is_named() {
    let bytes = message();
    let items = of_file("x.msg", &bytes[..700]);
    assert!(matches!(&items[0].content, Owned::Unread(_)), "{items:?}");
}

/// `winmail.dat` with a text and a file.
fn winmail() -> Vec<u8> {
    let attribute = |level: u8, tag: u32, value: &[u8]| {
        let length = u32::try_from(value.len()).unwrap();
        [&[level][..], &tag.to_le_bytes(), &length.to_le_bytes(), value, &[0, 0]].concat()
    };
    let mut property = vec![];
    property.extend(1_u32.to_le_bytes());
    property.extend(0x3707_001f_u32.to_le_bytes());
    property.extend(1_u32.to_le_bytes());
    property.extend(14_u32.to_le_bytes());
    property.extend(wide("pay.txt"));
    property.extend([0, 0]);
    [
        vec![0x78, 0x9f, 0x3e, 0x22, 1, 0],
        attribute(1, 0x0006_9007, &1252_u32.to_le_bytes()),
        attribute(1, 0x0002_800c, b"the text\0"),
        attribute(2, 0x0006_9002, &[0; 14]),
        attribute(2, 0x0001_8010, b"PAY~1.TXT\0"),
        attribute(2, 0x0006_800f, b"12,000"),
        attribute(2, 0x0006_9005, &property),
    ]
    .concat()
}

#[test]
fn winmail_is_opened() {
    let items = of_file("winmail.dat", &winmail());
    assert_eq!(items[0].text(), "the text");
    assert_eq!((items[1].name.as_str(), items[1].text().as_str()), ("pay.txt", "12,000"));
}
