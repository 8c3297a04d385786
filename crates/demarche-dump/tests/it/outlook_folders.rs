//! Personal folders of Outlook, written by the tests in all three layouts.

use crate::dump::{Owned, Told, of_file};
use crate::personal_folders::{
    Attachment, Cipher, Content, INBOX, LOOPED, Layout, Message, Value, Writer, file, text,
};

/// Layouts with ciphers.
pub(crate) const ALL: [(Layout, Cipher); 5] = [
    (Layout::Ansi, Cipher::Permute),
    (Layout::Ansi, Cipher::Cyclic),
    (Layout::Unicode, Cipher::None),
    (Layout::Unicode, Cipher::Cyclic),
    (Layout::Large, Cipher::Permute),
];

fn carrying(name: &str, content: Content) -> Attachment {
    Attachment { name: name.to_owned(), content }
}

/// Text of more bytes than a list of blocks of the writer has.
fn large() -> Vec<u8> {
    (0..100_000).flat_map(|number| format!("{number:06}\n").into_bytes()).collect()
}

/// A message that carries what a message can.
pub(crate) fn message() -> Message {
    let recipients = (0..90).map(|number| {
        vec![
            (0x0c15, Value::Number(if number == 1 { 2 } else { 1 })),
            (0x3001, text(&format!("Name {number}"))),
            (0x39fe, text(&format!("{number}@b.example"))),
        ]
    });
    let innermost = Message {
        properties: vec![(0x0037, text("Innermost")), (0x1000, text("no more"))],
        ..Message::default()
    };
    let inner = Message {
        properties: vec![(0x0037, text("Inner")), (0x1000, text("inner text"))],
        attachments: vec![
            carrying("inner.txt", Content::Bytes(b"in a message in a message".to_vec())),
            carrying("innermost", Content::Message(Box::new(innermost))),
        ],
        ..Message::default()
    };
    Message {
        properties: vec![
            (0x0037, text("\u{1}\u{5}Re: Salaries")),
            (0x0039, Value::Time(133_485_408_000_000_000)),
            (0x0c1a, text("Ann")),
            (0x3ffd, Value::Number(1251)),
            (0x5d01, text("ann@b.example")),
            (0x1000, Value::Narrow(b"\xcf\xf0\xe8\xe2\xe5\xf2".repeat(2000))),
        ],
        recipients: recipients.collect(),
        attachments: vec![
            carrying("large.txt", Content::Bytes(large())),
            carrying("inner", Content::Message(Box::new(inner))),
            carrying("object.txt", Content::Object(b"in an object".to_vec())),
            carrying("link.txt", Content::Link),
        ],
    }
}

/// A message with a subject and a short text.
pub(crate) fn short(subject: &str) -> Message {
    let properties = vec![(0x0037, text(subject)), (0x1000, text("short text"))];
    Message { properties, ..Message::default() }
}

fn named<'a>(items: &'a [Told], name: &str) -> &'a Told {
    items.iter().find(|item| item.name == name).unwrap()
}

#[test]
fn messages_of_all_layouts_are_read_with_what_they_carry() {
    for (layout, cipher) in ALL {
        let items = of_file("x.pst", &file(layout, cipher, &[message(), short("Second")]));
        let read = items[1].message();
        assert_eq!(read.subject, "Re: Salaries", "{layout:?}");
        assert_eq!(items[1].text(), "Привет".repeat(2000));
        assert_eq!(read.from[0].address.as_deref(), Some("ann@b.example"));
        assert_eq!((read.to.len(), read.cc.len()), (89, 1));
        assert_eq!(read.to[88].address.as_deref(), Some("89@b.example"));
        assert_eq!(read.folder.as_deref(), Some("Top/Inbox"));
        assert_eq!(named(&items, "large.txt").text().as_bytes(), large());
        assert_eq!(named(&items, "inner").message().subject, "Inner");
        assert_eq!(named(&items, "inner.txt").text(), "in a message in a message");
        assert_eq!(named(&items, "innermost").message().subject, "Innermost");
        assert_eq!(named(&items, "object.txt").text(), "in an object");
        let link = Owned::Unread("it is damaged: it is a link to a file elsewhere".to_owned());
        assert_eq!(named(&items, "link.txt").content, link);
        assert_eq!(items.last().unwrap().message().subject, "Second");
        assert!(items.iter().all(|item| item.faults.is_empty()), "{items:?}");
    }
}

#[test]
fn the_fields_of_a_contact_are_read() {
    let properties = vec![
        (0x0037, text("Ann Example")),
        (0x3a1c, text("+44 20 7946 0018")),
        (0x3a42, Value::Time(116_444_736_000_000_000)),
        (0x8000, text("ann@b.example")),
    ];
    let contact = Message { properties, ..Message::default() };
    let items = of_file("x.pst", &file(Layout::Unicode, Cipher::None, &[contact]));
    let fields =
        "Mobile phone: +44 20 7946 0018\nE-mail: ann@b.example\nDate of birth: 1970-01-01\n";
    assert_eq!(items[1].text(), fields);
}

#[test]
fn lists_that_lead_to_the_same_part_again_and_again_end() {
    for layout in [Layout::Ansi, Layout::Unicode, Layout::Large] {
        let looped = Message {
            properties: vec![(0x0037, text("Looped")), (LOOPED, Value::Number(1))],
            ..Message::default()
        };
        let items = of_file("x.pst", &file(layout, Cipher::None, &[looped, short("Second")]));
        assert_eq!(items[1].message().subject, "Looped");
        let named = items[1].faults.iter().any(|fault| fault.contains("stands in two places"));
        assert!(named, "{:?}", items[1].faults);
        assert_eq!(items[2].message().subject, "Second");
    }
}

#[test]
fn long_names_of_folders_are_shortened() {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, Layout::Unicode, Cipher::None);
    writer.folder(0x9002, INBOX, &"n".repeat(1 << 20));
    for number in 0..200 {
        writer.folder(0x9022 + (number << 5), 0x9002, "inner");
    }
    writer.message(0x9022, &short("Inside"));
    let header = writer.finish();
    bytes[..header.len()].copy_from_slice(&header);
    let items = of_file("x.pst", &bytes);
    let inside = items.iter().find_map(|item| match &item.content {
        Owned::Message(message) if message.subject == "Inside" => message.folder.clone(),
        _ => None,
    });
    let folder = inside.unwrap();
    assert!(folder.len() < 1_100 && folder.ends_with("n/inner"), "{}", folder.len());
}

#[test]
fn a_message_in_no_folder_is_read_and_named() {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, Layout::Unicode, Cipher::None);
    writer.message(INBOX, &short("At home"));
    writer.message(0x9002, &short("Astray"));
    let header = writer.finish();
    bytes[..header.len()].copy_from_slice(&header);
    let items = of_file("x.pst", &bytes);
    let astray = items.iter().find(|item| item.number == 2).unwrap().message();
    assert_eq!((astray.subject.as_str(), astray.folder.as_deref()), ("Astray", None));
    assert_eq!(
        items[3].content,
        Owned::Damage("messages: one message lies in no folder".to_owned())
    );
}

#[test]
fn what_is_damaged_costs_nothing_else() {
    let mut bytes = file(Layout::Unicode, Cipher::None, &[message(), short("Second")]);
    let found = bytes.windows(14).position(|bytes| bytes == b"050000\n050001\n").unwrap();
    bytes[found] = b'X';
    let items = of_file("x.pst", &bytes);
    assert_eq!(items[1].faults.len(), 1, "{:?}", items[1].faults);
    assert!(items[1].faults[0].ends_with("its checksum is wrong"));
    assert!(named(&items, "large.txt").text().contains("X50000\n050001"));
    assert_eq!(items.last().unwrap().message().subject, "Second");
}

#[test]
fn a_block_of_another_number_ends_what_it_is_part_of() {
    let mut bytes = file(Layout::Unicode, Cipher::None, &[message(), short("Second")]);
    let found = bytes.windows(14).position(|bytes| bytes == b"050000\n050001\n").unwrap();
    // 50,000 lines of seven bytes in blocks of 8,176 bytes, whose number stands in the last eight of 8,192.
    let block = found - 350_000 % 8_176;
    bytes[block + 8_192 - 6] = 0x77;
    let items = of_file("x.pst", &bytes);
    assert!(items[1].faults[0].ends_with("it is of another kind than stated"), "{items:?}");
    let text = named(&items, "large.txt").text();
    assert!(text.starts_with("000000\n") && !text.contains("055000\n"));
    assert_eq!(named(&items, "inner.txt").text(), "in a message in a message");
    assert_eq!(items.last().unwrap().message().subject, "Second");
}

#[test]
fn messages_of_a_file_that_breaks_off_are_found() {
    for (layout, cipher) in ALL {
        let messages: Vec<Message> = (0..200).map(|number| short(&number.to_string())).collect();
        let mut bytes = file(layout, cipher, &messages);
        let whole = bytes.len();
        // The root of the nodes is the last page.
        bytes.truncate(whole - 100);
        let items = of_file("x.pst", &bytes);
        let reason = format!("the file: it states {whole} bytes and has {}", whole - 100);
        assert!(items.iter().any(|item| item.content == Owned::Damage(reason.clone())));
        let read = items.iter().filter(|item| item.text() == "short text").count();
        assert_eq!(read, 200, "{layout:?}");
    }
}

#[test]
fn a_file_with_a_key_is_encrypted() {
    let mut bytes = file(Layout::Unicode, Cipher::None, &[short("x")]);
    bytes[513] = 16;
    let items = of_file("x.pst", &bytes);
    assert_eq!(items[0].content, Owned::Unread("it is encrypted".to_owned()));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test may be told where to write")]
fn large_folders_are_written_where_they_are_asked_for() {
    let Ok(path) = std::env::var("DEMARCHE_WRITE_PST") else {
        println!("SKIPPED: DEMARCHE_WRITE_PST names no file to write large personal folders to");
        return;
    };
    let out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    let mut writer = Writer::new(out, Layout::Unicode, Cipher::Permute);
    // 40,000 messages of 24 KB and an attachment of 24 KB: 2 GB.
    for number in 0..40_000_u32 {
        let word =
            |count: u32| format!("w{:x}", number.wrapping_mul(2_654_435_761) ^ (count * 7919));
        let line = |count: u32| format!("{} and {} went on\n", word(count), word(count / 2));
        let body: String = (0..400).map(line).collect();
        let attached: String = (400..1400).map(line).collect();
        let content = Content::Bytes(attached.into_bytes());
        let message = Message {
            properties: vec![
                (0x0037, text(&format!("Number {number}"))),
                (0x1000, text(&body)),
                (0x0c1a, text("Ann")),
                (0x5d01, text("ann@b.example")),
            ],
            recipients: Vec::new(),
            attachments: vec![carrying("large.txt", content)],
        };
        writer.message(INBOX, &message);
    }
    let header = writer.finish();
    let mut file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    std::io::Write::write_all(&mut file, &header).unwrap();
}
